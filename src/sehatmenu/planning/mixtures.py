"""A dish as a mixture of its ingredients: each can be scaled, left out or added, and the dish put together again."""

from __future__ import annotations

import math
from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace

from sehatmenu.files import Place
from sehatmenu.food.composition import Food
from sehatmenu.food.cooking import cooked_mass, methods, retention
from sehatmenu.food.dishes import Ingredient, Recipe, contributions
from sehatmenu.food.nutrients import Nutrition
from sehatmenu.quantities.amounts import Amount
from sehatmenu.quantities.intervals import Interval, IntervalArray

ONE = Interval.exact(1)


@dataclass(frozen=True, slots=True, eq=False)
class Part:
    """One ingredient by itself, per portion: its grams and what it brings (one value per nutrient)."""

    food: Food
    text: str
    method: str
    gross: Interval
    edible: Interval
    cooked: Interval
    weight_source: str
    place: Place | None
    brings: IntervalArray
    amount: Amount | None = None
    called: str = ""

    def times(self, factor: float, text: str | None = None) -> Part:
        """So many times as much of the ingredient."""
        return replace(
            self,
            text=self.text if text is None else text,
            gross=self.gross * factor,
            edible=self.edible * factor,
            cooked=self.cooked * factor,
            brings=self.brings * factor,
            amount=self.amount if text is None else self._amount_times(factor),
        )

    def _amount_times(self, factor: float) -> Amount | None:
        """The amount of a line that was written anew."""
        return self.amount and replace(self.amount, value=self.amount.value * factor)


def parts(recipe: Recipe) -> tuple[Part, ...]:
    """The ingredients of a dish, each by itself."""
    return tuple(
        Part(
            i.food, i.text, i.method, i.gross, i.edible, i.cooked, i.weight_source, i.place, i.nutrition.values,
            i.amount, i.called,
        )
        for i in recipe.ingredients
    )  # fmt: skip


def part_of(recipe: Recipe, food: Food, edible: Interval, text: str = "", *, method: str = "") -> Part:
    """So many grams (edible, per portion) of a food cooked with the dish, or in a way of its own."""
    way = methods()[method or recipe.method]
    brings = contributions([food], [edible], [retention(food, way)], ONE).part(0)
    wet = any(i.food.per100["water"].amount.low > 99 for i in recipe.ingredients)
    cooked = cooked_mass(food, way, edible, wet)
    return Part(food, text, way.id, edible / food.edible, edible, cooked, "stated", recipe.place, brings)


def mixed(recipe: Recipe, ingredients: Sequence[Part], *, factors: Sequence[float] = ()) -> Recipe:
    """The dish with other amounts of its ingredients; `factors` say by how much the old ones changed.

    The weight of a pot that was weighed follows within bounds: what was added or taken away as cooked, and never more
    or less than if every ingredient had changed like the one that changed most or least.
    """
    rows = IntervalArray.stack([part.brings for part in ingredients])
    made = tuple(
        Ingredient(
            p.food, p.text, p.method, p.gross, p.edible, p.cooked, p.weight_source, p.place, rows, n, p.amount, p.called
        )
        for n, p in enumerate(ingredients)
    )
    return replace(
        recipe,
        nutrition=Nutrition(rows.sum()),
        mass=_mass(recipe, ingredients, factors),
        ingredients=made,
        allergens=recipe.allergens.union(*(p.food.allergens for p in ingredients)),
    )


def weighed(recipe: Recipe) -> bool:
    """Whether the cooked pot was weighed, so that the dish weighs something else than the sum of its ingredients."""
    total = sum((i.cooked for i in recipe.ingredients), Interval.exact(0))
    mass = recipe.mass
    return not (math.isclose(mass.low, total.low, rel_tol=1e-9) and math.isclose(mass.high, total.high, rel_tol=1e-9))


def _mass(recipe: Recipe, ingredients: Sequence[Part], factors: Sequence[float]) -> Interval:
    total = sum((part.cooked for part in ingredients), Interval.exact(0))
    if not factors or not weighed(recipe):
        return total
    added = sum((part.cooked for part in ingredients[len(factors) :]), Interval.exact(0))
    spread = recipe.mass * Interval(min(factors), max(factors)) + added
    changes = (i.cooked * (f - 1) for i, f in zip(recipe.ingredients, factors, strict=True) if f != 1)
    moved = sum(changes, recipe.mass + added)
    low, high = max(spread.low, moved.low), min(spread.high, moved.high)
    return Interval(low, high) if low <= high else spread


def resized(recipe: Recipe, factor: float) -> Recipe:
    """The dish with a portion `factor` times as large, from the same pot."""
    if factor == 1:
        return recipe
    made = [part.times(factor) for part in parts(recipe)]
    bounds = replace(recipe.portion, minimum=recipe.portion.minimum / factor, maximum=recipe.portion.maximum / factor)
    counted = recipe.credits and {name: (amount * factor, unit) for name, (amount, unit) in recipe.credits.items()}
    whole = replace(
        recipe,
        nutrition=recipe.nutrition.scale(factor),
        servings=None if recipe.servings is None else recipe.servings / factor,
        portion=bounds,
        credits=counted,
    )
    dish = mixed(whole, made) if made else whole
    return replace(dish, nutrition=whole.nutrition, mass=recipe.mass * factor)


def only(recipe: Recipe, chosen: Collection[int], ingredients: Sequence[Part]) -> Recipe:
    """The same dish with nothing of its ingredients but the chosen ones; the others stay named, with no grams."""
    kept = [part if n in chosen else part.times(0.0) for n, part in enumerate(ingredients)]
    return mixed(recipe, kept) if kept else replace(recipe, nutrition=Nutrition.none(), mass=Interval.exact(0))
