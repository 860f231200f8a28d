"""Random dishes and standards for the tests of repairs and inquiries, built by text so that a cook could read them."""

from __future__ import annotations

import random
from collections.abc import Mapping, Sequence
from functools import lru_cache

from sehatmenu.documents import load
from sehatmenu.files import parse_yaml
from sehatmenu.food.dishes import Recipe
from sehatmenu.food.recipes import recipe_from
from sehatmenu.standards.standards import Standard, StandardFile, read_standard

ON = "2026-02-02"

MAINS = (
    "beras", "tempe", "tahu", "ayam", "telur ayam", "kangkung", "bayam", "wortel", "buncis", "kentang", "ikan kembung",
)  # fmt: skip
SEASONINGS = ("garam", "kecap asin", "minyak goreng", "gula pasir", "bawang merah", "bawang putih", "santan")


def pot(lines: Sequence[str], *, servings: float = 10, more: str = "", method: str = "tumis") -> Recipe:
    """A dish of ingredient lines, weighed as bought."""
    head = f"{{name: Uji, course: sayur, servings: {servings}, method: {method}, basis: gross, measures: dbmp, {more}\n"
    listed = ", ".join(f'"{line}"' for line in lines)
    return recipe_from(parse_yaml(f"{head} ingredients: [{listed}]}}", "uji.yaml"))


def standard_of(rules: Sequence[str]) -> Standard:
    """A standard of rules written as `id, kind: ..., limits...` flow maps, for one group `g`."""
    text = (
        "id: uji/standar\ntitle: Uji\nvalid: {from: 2026-01-01, until: null}\n"
        "sources: {s: {title: Uji, seen: example}}\n"
        "energy_factors: {protein: 4 kcal/g, fat: 9 kcal/g, carbohydrate: 4 kcal/g, source: s}\n"
        "groups: {g: {title: G, meals: [siang]}}\nrules:\n" + "".join(f"  - {rule}\n" for rule in rules)
    )
    return read_standard(load(parse_yaml(text, "standar.yaml"), StandardFile))


def bound(**limits: str) -> str:
    """The limits of a rule in YAML."""
    return "limits: [{" + ", ".join(f"{side}: {text}" for side, text in limits.items()) + ", source: s}]"


def nutrient(name: str, per: str = "item", **limits: str) -> str:
    """A rule on the amount of a nutrient."""
    return f"{{id: {name.replace('_', '-')}, kind: nutrient, nutrient: {name}, per: {per}, {bound(**limits)}}}"


UNITS: Mapping[str, str] = {
    "energy": "kcal", "protein": "g", "fat": "g", "carbohydrate": "g", "sodium": "mg", "calcium": "mg",
}  # fmt: skip


@lru_cache(maxsize=512)
def random_lines(seed: int) -> tuple[str, ...]:
    """Three to seven lines of a pot for ten."""
    draw = random.Random(seed)
    mains = draw.sample(MAINS, draw.randint(1, 3))
    lines = [f"{draw.randrange(200, 1500, 10)} g {food}" for food in mains]
    lines += [f"{draw.randrange(10, 200, 5)} g {food}" for food in draw.sample(SEASONINGS[1:], draw.randint(1, 3))]
    return (*lines, f"{draw.randrange(4, 40)} g garam")


def random_rules(seed: int, dish: Recipe) -> list[str]:
    """One to three rules near what the dish holds: some broken, some not, mostly mendable."""
    draw = random.Random(seed + 10_000)
    rules = []
    for name in draw.sample(list(UNITS), draw.randint(1, 3)):
        now = dish.nutrition[name].amount
        if not now.known or now.low <= 0:
            continue
        most = draw.random() < 0.6
        factor = draw.uniform(0.7, 1.2) if most else draw.uniform(0.85, 1.35)
        limit = f"{now.low * factor:.4f} {UNITS[name]}"
        rules.append(nutrient(name, **({"max": limit} if most else {"min": limit})))
    if draw.random() < 0.3:
        rules.append("{id: fat-share, kind: energy_share, nutrient: fat, per: item, " + bound(max="35 %") + "}")
    if draw.random() < 0.3:
        of = "{id: sayur, kind: portions, of: {group: sayur}, basis: edible, per: item, "
        rules.append(of + bound(max="90 g") + "}")
    return rules
