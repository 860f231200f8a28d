"""A computed dish: nutrients and grams of one standard portion, with what each ingredient brings."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Literal, TypeAlias

import numpy as np

from sehatmenu.files import Place
from sehatmenu.findings import Finding
from sehatmenu.food.credits import Credits
from sehatmenu.food.foods import ALLERGENS_NOT_STATED, Food
from sehatmenu.food.nutrients import Nutrition, nutrients
from sehatmenu.quantities.amounts import Amount
from sehatmenu.quantities.intervals import Floats, Interval, IntervalArray

MassBasis: TypeAlias = Literal["edible", "raw", "cooked", "gross"]
"""Grams of the raw edible part (`edible`, or `raw`), as cooked, or as bought."""


PACKAGE = "paket"
"""The course of a dish that is a whole meal in one box or on one tray."""

SHOWN = frozenset({"pokok", "hewani", "nabati", "sayur", "buah"})
"""Courses that the food group of an ingredient shows."""

PLAIN = SHOWN | {"minyak", "gula", "bumbu", "susu", "minuman"}
"""Food groups of which no food hides a component of another group, as a bought snack may."""


@dataclass(frozen=True, slots=True)
class PortionBounds:
    """How far a portion may be scaled: lowest and highest factor of the standard portion, and the step."""

    minimum: float = 1.0
    maximum: float = 1.0
    step: float = 1.0


@dataclass(frozen=True, slots=True, eq=False)
class Ingredient:
    """One ingredient of a dish, per standard portion: grams as bought, raw edible and cooked, and its nutrients."""

    food: Food
    text: str
    method: str
    gross: Interval
    edible: Interval
    cooked: Interval
    weight_source: str
    place: Place | None
    contributions: IntervalArray = field(repr=False)
    position: int
    amount: Amount | None = None
    """As the line states it for the whole pot; None where no line does."""
    called: str = ""
    remark: str = ""
    weight_lists: tuple[str, ...] = ()
    """The lists of household measures by which it was weighed."""

    @property
    def nutrition(self) -> Nutrition:
        """What this ingredient brings to a portion; the ingredients of a dish sum to its nutrition."""
        return Nutrition(self.contributions.part(self.position))

    def mass(self, basis: MassBasis) -> Interval:
        """Grams per portion on a basis."""
        match basis:
            case "gross":
                return self.gross
            case "cooked":
                return self.cooked
            case "edible" | "raw":
                return self.edible

    def traits(self) -> Iterator[tuple[str, str]]:
        """Everything that a selector may ask of an ingredient, as (kind, case-folded word)."""
        food = self.food
        yield from (("food", spelling.casefold()) for spelling in food.spellings)
        yield from (("tag", tag.casefold()) for tag in food.tags)
        yield from (("allergen", allergen.casefold()) for allergen in food.allergens)
        yield from (("group", tag.removeprefix("tkpi-").casefold()) for tag in food.tags if tag.startswith("tkpi-"))
        yield "group", food.group.casefold()
        yield "method", self.method.casefold()


@dataclass(frozen=True, slots=True, eq=False)
class Recipe:
    """One dish, per standard portion.

    `nutrition` and `mass` (grams served) are intervals: what the kitchen or the food table does not know stays open.
    `servings` is None when the recipe does not say how many portions it makes. A dish with stated figures has no
    ingredients. `findings` tell what was assumed or left open on reading. `credits` are what a portion counts as in a
    meal pattern; a dish that states any states all, None means that nothing is stated. `components` are the courses that
    it carries besides its own (None: not stated), `untold` the kinds of words (`tag`, `method`) that a label leaves out.
    """

    id: str
    name: str
    course: str
    servings: float | None
    nutrition: Nutrition
    mass: Interval
    ingredients: tuple[Ingredient, ...]
    tags: frozenset[str]
    allergens: frozenset[str]
    method: str
    portion: PortionBounds
    source: str
    findings: tuple[Finding, ...] = ()
    place: Place | None = None
    credits: Credits | None = None
    components: tuple[str, ...] | None = None
    untold: frozenset[str] = frozenset()

    def __repr__(self) -> str:
        makes = "servings not told" if self.servings is None else f"{self.servings:g} servings"
        return f"<Recipe {self.id!r}: {self.name!r} ({self.course}), {makes}, {len(self.ingredients)} ingredients>"

    @property
    def several(self) -> bool:
        """Whether it carries, or may carry, more than one component of a meal."""
        if self.components is None:
            return self.course == PACKAGE
        return self._uncertain() or len(({self.course, *self.components} - {PACKAGE}) | self._shown()) > 1

    def carries(self, course: str) -> Interval:
        """1 when a dish is of a course or carries such a component, 0 when not, [0, 1] when that is not told.

        Of a package, and of a dish that states components, ingredients show components too: a dish with kangkung in it
        carries a vegetable. A package that states nothing may carry what its ingredients do not show, where they are not
        all plain foods.
        """
        if course in (self.course, *(self.components or ())):
            return Interval.exact(1.0)
        if self.components is None and self.course != PACKAGE:
            return Interval.exact(0.0)
        if course in self._shown():
            return Interval.exact(1.0)
        groups = {ingredient.food.group for ingredient in self.ingredients}
        stated = self.components is not None and not self._uncertain()
        told = stated or (course in SHOWN and bool(groups) and groups <= PLAIN)
        return Interval(0.0, 0.0 if told else 1.0)

    def _uncertain(self) -> bool:
        """Whether a food that no table holds, or one of several, is among its ingredients."""
        return any(ingredient.food.uncertain for ingredient in self.ingredients)

    def _shown(self) -> frozenset[str]:
        """The courses that the food groups of its ingredients show."""
        return SHOWN & {ingredient.food.group for ingredient in self.ingredients}

    def leaves_open(self, key: str) -> bool:
        """Whether a dish may have more of a kind (`group`, `food`, `tag`, `allergen`, `method`) than it tells."""
        if key == "allergen":
            return ALLERGENS_NOT_STATED in self.allergens
        if key == "method":
            return "method" in self.untold
        if self.ingredients:
            return self._uncertain()
        return key != "tag" or "tag" in self.untold

    def mass_of(
        self,
        *,
        group: str | None = None,
        tag: str | None = None,
        food: str | None = None,
        basis: MassBasis = "edible",
    ) -> Interval:
        """Grams per portion of the ingredients that fit every word given; without a word, of all.

        A part of a dish with stated figures is unknown.
        """
        if not self.ingredients:
            return self.mass if (group, tag, food) == (None, None, None) else Interval(0, self.mass.high)
        wanted = _wanted(group=group, tag=tag, food=food)
        total = sum((self._part(i, wanted, basis) for i in self.ingredients), Interval.exact(0))
        if basis == "cooked":
            return Interval(min(total.low, self.mass.high), min(total.high, self.mass.high))
        return total

    def _part(self, ingredient: Ingredient, wanted: set[tuple[str, str]], basis: MassBasis) -> Interval:
        """Grams of an ingredient that fits every word; of one that is not known for certain anything up to all."""
        mass = ingredient.mass(basis)
        if wanted <= set(ingredient.traits()):
            return mass
        return Interval(0, mass.high) if ingredient.food.uncertain else Interval.exact(0)

    def has(
        self,
        *,
        group: str | None = None,
        tag: str | None = None,
        food: str | None = None,
        allergen: str | None = None,
        method: str | None = None,
        course: str | None = None,
        name: str | None = None,
    ) -> bool:
        """True when the dish, or the dish together with one of its ingredients, fits every word given.

        What is not known of a dish is not had: ask for the allergen `tidak-diketahui` to learn whether all are stated.
        """
        wanted = _wanted(group=group, tag=tag, food=food, allergen=allergen, method=method, course=course, name=name)
        rest = wanted - set(self._traits())
        return not rest or any(rest <= set(ingredient.traits()) for ingredient in self.ingredients)

    def causes(self, nutrient: str) -> tuple[str, ...]:
        """The ingredients that leave a nutrient open, as written in the recipe, the widest range first."""
        k = nutrients().index(nutrient)
        shares = [(i.contributions[i.position, k], i.text) for i in self.ingredients]
        open_ = [(share.high - share.low, text) for share, text in shares if not share.known]
        return tuple(text for _, text in sorted(open_, key=lambda pair: -pair[0]))

    def editions(self) -> tuple[str, ...]:
        """The editions of the food tables that the dish rests on."""
        return tuple(dict.fromkeys(edition for i in self.ingredients for edition in i.food.editions))

    def _repr_html_(self) -> str:
        """What each line brings, what is unknown and which line to weigh first, for Jupyter."""
        from sehatmenu.reports.notebooks import recipe_html

        return recipe_html(self)

    def _traits(self) -> Iterator[tuple[str, str]]:
        yield from (("tag", tag.casefold()) for tag in self.tags)
        yield from (("allergen", allergen.casefold()) for allergen in self.allergens)
        yield "method", self.method.casefold()
        yield "course", self.course.casefold()
        yield "name", self.name.casefold()


def contributions(
    foods: Sequence[Food], edible: Iterable[Interval], kept: Sequence[IntervalArray], portion: Interval
) -> IntervalArray:
    """Nutrients that each ingredient brings to a portion: grams of raw edible part x per 100 g x part kept.

    One row per ingredient, one column per nutrient. `edible` is of the whole pot, `portion` the pots per portion
    (1 / servings). Nothing of an unknown amount is nothing, an unknown figure of no food too (0 x inf = 0).
    """
    bounds = np.array([(mass.low, mass.high) for mass in edible]).reshape(-1, 2) / 100
    low = _product(bounds[:, 0] * portion.low, [f.per100.values.low for f in foods], [k.low for k in kept])
    high = _product(bounds[:, 1] * portion.high, [f.per100.values.high for f in foods], [k.high for k in kept])
    return IntervalArray(low, high)


def _product(mass: Floats, per100: list[Floats], kept: list[Floats]) -> Floats:
    values, part = np.array(per100), np.array(kept)
    with np.errstate(invalid="ignore"):
        product = mass[:, None] * values * part
    return np.where(np.isnan(product), 0.0, product)


def _wanted(**words: str | None) -> set[tuple[str, str]]:
    return {(kind, word.casefold()) for kind, word in words.items() if word is not None}
