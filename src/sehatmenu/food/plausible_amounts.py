"""Amounts that are possible but hardly meant: a line or a portion far outside what people are served, as notes."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence

from sehatmenu.findings import Finding, Severity, Verdict
from sehatmenu.food.dishes import Ingredient, Recipe
from sehatmenu.messages import Figure, Word
from sehatmenu.quantities.intervals import Interval

MOST_OF_A_FOOD = 1000.0
"""More grams of one food than a portion holds, water aside; a threshold of sehatmenu."""

MOST_WATER = 2000.0

MOST_SEASONING = 100.0
"""More grams of a seasoning than a portion holds; a threshold of sehatmenu."""

LEAST_OF_A_MAIN = 2.0
"""Fewer grams of the food that a dish is made of than anyone serves; a threshold of sehatmenu."""

USUAL_PORTION = {
    "pokok": Interval(30, 600),
    "hewani": Interval(20, 400),
    "nabati": Interval(15, 400),
    "sayur": Interval(30, 600),
    "buah": Interval(30, 600),
    "selingan": Interval(10, 600),
    "minuman": Interval(50, 1000),
    "paket": Interval(150, 1500),
}
"""Grams of a portion by course, wide of every portion standard that is packaged; thresholds of sehatmenu."""

_GAIN = {"hewani": 1.0, "sayur": 1.0, "buah": 1.0}
"""How many times its raw edible weight a portion may weigh when served; other courses hold dry grain or beans, 4 times."""

_MAIN = frozenset({"pokok", "hewani", "nabati", "sayur", "buah"})


def implausible_amounts(recipe: Recipe) -> tuple[Finding, ...]:
    """Notes on lines and on the portion of a dish that are far from what is served; nothing possible is refused."""
    return (*_lines(recipe.ingredients), *_portion(recipe))


def _lines(ingredients: Sequence[Ingredient]) -> Iterator[Finding]:
    mains = [i for i in ingredients if i.food.group in _MAIN]
    heaviest = max((i.gross.high for i in mains), default=0.0)
    for ingredient in ingredients:
        gross = ingredient.gross
        scarce = ingredient in mains and 0 < gross.high < LEAST_OF_A_MAIN and gross.high >= heaviest
        if gross.low > _most(ingredient) or scarce:
            values = {
                "text": ingredient.text,
                "food": ingredient.food.name,
                "amount": Figure(gross.low, gross.high, "g"),
            }
            yield Finding("amount-implausible", Verdict.unknown, Severity.info, ingredient.place, values=values)


def _most(ingredient: Ingredient) -> float:
    if ingredient.food.per100["water"].amount.low > 99:
        return MOST_WATER
    return MOST_SEASONING if ingredient.food.group == "bumbu" else MOST_OF_A_FOOD


def _portion(recipe: Recipe) -> Iterator[Finding]:
    usual = USUAL_PORTION.get(recipe.course)
    if usual is None or recipe.servings is None:
        return
    eaten = sum((i.edible for i in recipe.ingredients), Interval.exact(0)).high if recipe.ingredients else math.inf
    most = min(recipe.mass.high, eaten * _GAIN.get(recipe.course, 4.0))
    if most < usual.low or recipe.mass.low > usual.high:
        values = {
            "name": recipe.name,
            "course": Word(recipe.course),
            "amount": Figure(min(recipe.mass.low, most), most, "g"),
            "usual": Figure(usual.low, usual.high, "g"),
        }
        yield Finding("portion-implausible", Verdict.unknown, Severity.info, recipe.place, values=values)
