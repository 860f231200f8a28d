"""Selectors: which dishes and which of their ingredients a rule means, as far as that is told."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator

from sehatmenu.documents import Model
from sehatmenu.food.credits import credited
from sehatmenu.food.dishes import Ingredient, MassBasis, Recipe
from sehatmenu.food.foods import ALLERGENS_NOT_STATED, Food
from sehatmenu.quantities.intervals import Interval

Names = str | tuple[str, ...]
ZERO, ONE, PERHAPS = Interval(0.0, 0.0), Interval(1.0, 1.0), Interval(0.0, 1.0)

_OF_FOODS = ("group", "tag", "food")
"""Keys that a food of which nothing is known may fit."""


class Selector(Model):
    """Which dishes or foods a rule means: every given key must match, one name of each key suffices.

    `group`, `food` and `allergen` look at the ingredients, `course` and `name` at the dish; a tag or a method may stand
    on either. A dish is of its own course and of every component that it carries. Where credited amounts are asked for,
    `group` names the components that a dish states in its `credits`.
    """

    group: Names = ()
    tag: Names = ()
    food: Names = ()
    allergen: Names = ()
    course: Names = ()
    method: Names = ()
    name: Names = ()

    def names(self, key: str) -> tuple[str, ...]:
        """The names under a key, always as a tuple."""
        value: Names = getattr(self, key)
        return (value,) if isinstance(value, str) else value

    def matches(self, recipe: Recipe) -> Interval:
        """1 when a dish is meant, 0 when not, [0, 1] when what it carries is not known well enough to say."""
        return self._meant(recipe, ("group", "tag", "food", "allergen", "method"))

    def _meant(self, recipe: Recipe, keys: tuple[str, ...]) -> Interval:
        checks = [_has(recipe, key, names) for key in keys if (names := self.names(key))]
        found = _all([self._dish(recipe), *checks])
        if found.low == 1 and checks and self._mixed(recipe) and not self._shown(recipe):
            return PERHAPS
        return found

    def _dish(self, recipe: Recipe) -> Interval:
        """Whether the dish-level keys hold for a dish."""
        if not _among(self.names("name"), recipe.id, recipe.name):
            return ZERO
        carried = [recipe.carries(course) for course in self.names("course")]
        return _any(carried) if carried else ONE

    def _mixed(self, recipe: Recipe) -> bool:
        """Whether only one of several components of a dish is meant, so that what is known of all may be of another."""
        courses = self.names("course")
        return bool(courses) and recipe.several and recipe.course not in courses

    def _shown(self, recipe: Recipe) -> bool:
        """Whether an ingredient that belongs to a component that is meant fits all the other keys by itself."""
        courses = self.names("course")
        return any(i.food.group in courses and self._takes(i, recipe) == ONE for i in recipe.ingredients)

    def mass(self, recipe: Recipe, basis: MassBasis) -> Interval:
        """Grams per standard portion of what is meant; a part of a dish with stated figures, or of a package, is unknown.

        `cooked` is the mass served where the dish itself is meant, else the cooked mass of its ingredients that are;
        on every other basis the ingredients count.
        """
        if basis == "cooked":
            return self._part(recipe, recipe.mass, lambda i: i.cooked)
        if not recipe.ingredients:
            everything = not any(self.names(key) for key in (*_OF_FOODS, "allergen"))
            of_method = self._meant(recipe, ("method",))
            return self._as_told(recipe, (recipe.mass if everything else Interval(0.0, recipe.mass.high)) * of_method)
        return self._as_told(recipe, sum((i.mass(basis) * self._takes(i, recipe) for i in recipe.ingredients), ZERO))

    def nutrient(self, recipe: Recipe, at: int) -> Interval:
        """The amount of nutrient number `at` in the dish that is meant, else in its ingredients that are."""
        return self._part(recipe, recipe.nutrition.values[at], lambda i: i.contributions[i.position, at])

    def rest(self, recipe: Recipe, at: int) -> Interval:
        """The amount of nutrient number `at` in all of a dish but what is meant."""
        whole, part = recipe.nutrition.values[at], self.nutrient(recipe, at)
        if self._dish(recipe) == ONE and self._means_dish(recipe) and not self._mixed(recipe):
            return ZERO
        if part == ZERO:
            return whole
        return Interval(max(0.0, whole.low - part.high), max(0.0, whole.high - part.low))

    def credit(self, recipe: Recipe, unit: str) -> Interval:
        """What a dish that is meant counts as, in a unit; `group` names the components of the meal pattern."""
        meant = self._meant(recipe, ("tag", "food", "allergen", "method"))
        return credited(recipe.credits, unit, self.names("group")) * meant

    def ingredients(self, recipe: Recipe) -> Iterator[tuple[Ingredient, Interval]]:
        """The ingredients of a dish that is meant (all of them where it is meant itself), each with whether it is meant."""
        dish, mixed, courses = self._dish(recipe), self._mixed(recipe), self.names("course")
        for ingredient in recipe.ingredients:
            own = self._takes(ingredient, recipe)
            if self._means_dish(recipe):
                of_another = mixed and (self.names("tag") or self.names("method"))
                own = _any([own, PERHAPS if of_another else ONE])
            belongs = PERHAPS if mixed and ingredient.food.group not in courses else ONE
            yield ingredient, _all([dish, own, belongs])

    def _part(self, recipe: Recipe, whole: Interval, of: Callable[[Ingredient], Interval]) -> Interval:
        """All of a dish where the dish itself is meant, else what its ingredients that are meant bring."""
        if self._means_dish(recipe):
            return self._as_told(recipe, whole)
        if not recipe.ingredients:
            meant = self.matches(recipe)
            return whole * (Interval(0.0, meant.high) if self.names("allergen") else meant)
        part = sum((of(i) * self._takes(i, recipe) for i in recipe.ingredients), ZERO)
        return self._as_told(recipe, Interval(min(part.low, whole.high), min(part.high, whole.high)))

    def _as_told(self, recipe: Recipe, amount: Interval) -> Interval:
        """An amount as far as the dish is told to be of the course: of one component among several it is a part."""
        return amount * (_all([self._dish(recipe), PERHAPS]) if self._mixed(recipe) else self._dish(recipe))

    def _means_dish(self, recipe: Recipe) -> bool:
        """Whether the dish itself is meant: nothing asks for ingredients, or it carries the tag and method itself."""
        if any(self.names(key) for key in ("group", "food", "allergen")):
            return False
        return _shared(self.names("tag"), recipe.tags) and _shared(self.names("method"), (recipe.method,))

    def _takes(self, ingredient: Ingredient, recipe: Recipe) -> Interval:
        """1 when an ingredient of a dish is meant, 0 when not, [0, 1] when its kind or its allergens are not known."""
        food, allergens = self._takes_food(ingredient.food), ingredient.food.allergens
        if not _shared(self.names("method"), (ingredient.method,)):
            if not _shared(self.names("method"), (recipe.method,)):
                return ZERO
            food = _all([food, PERHAPS if self._mixed(recipe) else ONE])
        if _shared(self.names("allergen"), allergens):
            return food
        return _all([food, PERHAPS]) if ALLERGENS_NOT_STATED in allergens else ZERO

    def _takes_food(self, food: Food) -> Interval:
        """Whether the ingredient-level keys (except allergen) hold for a food; of one of several, for all or for some."""
        if food.choices:
            taken = [self._takes_food(choice) for choice in food.choices]
            return Interval(min(t.low for t in taken), max(t.high for t in taken))
        if not food.listed:
            return PERHAPS if any(self.names(key) for key in _OF_FOODS) else ONE
        tags = self.names("tag")
        fits = (
            _among(self.names("group"), food.group, *food.tags)
            and (not tags or bool(food.tags & set(tags)))
            and _among(self.names("food"), food.code, *food.spellings)
        )
        return ONE if fits else ZERO


def _all(found: list[Interval]) -> Interval:
    return Interval(min(f.low for f in found), min(f.high for f in found))


def _any(found: list[Interval]) -> Interval:
    return Interval(max(f.low for f in found), max(f.high for f in found))


def _shared(wanted: tuple[str, ...], found: Iterable[str]) -> bool:
    """Whether one of the wanted words is there, in any case; nothing wanted is always there."""
    return not wanted or not {word.casefold() for word in wanted}.isdisjoint(word.casefold() for word in found)


def _among(wanted: tuple[str, ...], *names: str) -> bool:
    return not wanted or any(name in wanted for name in names)


def _has(recipe: Recipe, key: str, names: tuple[str, ...]) -> Interval:
    """Whether a dish has any of the names; what the dish does not tell may be there."""
    if any(recipe.has(**{key: name}) for name in names):
        return ONE
    return PERHAPS if recipe.leaves_open(key) else ZERO
