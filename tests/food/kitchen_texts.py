"""Recipe texts for the tests of the food layer."""

from __future__ import annotations

from collections.abc import Iterable

from sehatmenu.files import parse_yaml
from sehatmenu.food.composition import FoodTable
from sehatmenu.food.recipes import Recipe, recipe_from

HAND_WORKED = """\
name: Tumis kangkung
course: sayur
servings: 8
basis: gross
method: tumis
yield: 560 g
ingredients: [1 kg kangkung, 50 g bawang merah, 20 g bawang putih, 30 g minyak kelapa, 5 g garam]
"""


def recipe_text(
    lines: Iterable[str], *, servings: float = 1, method: str = "segar", basis: str = "edible", more: str = ""
) -> str:
    """A recipe file of ingredient lines."""
    head = f"name: Uji\ncourse: sayur\nservings: {servings}\nmethod: {method}\nbasis: {basis}\n{more}ingredients:\n"
    return head + "".join(f"  - {line}\n" for line in lines)


def cook(lines: Iterable[str], foods: FoodTable | None = None, **options: object) -> Recipe:
    """The dish of ingredient lines; options as of `recipe_text`."""
    return recipe_from(parse_yaml(recipe_text(lines, **options)), foods)  # type: ignore[arg-type]
