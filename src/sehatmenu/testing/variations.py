"""Menus changed for a law: a blank made in them, a pot ten times as large, and a menu in a few words."""

from __future__ import annotations

from dataclasses import replace
from functools import lru_cache

import numpy as np

from sehatmenu.files import parse_yaml
from sehatmenu.food.dishes import Recipe
from sehatmenu.food.nutrients import Nutrition, nutrients
from sehatmenu.food.recipes import recipe_from
from sehatmenu.quantities.intervals import IntervalArray
from sehatmenu.standards.menus import Catalogue, Menu, Option

LINES = {"beras": 100, "tempe": 50, "kangkung": 80, "telur ayam": 55}
"""Grams of a plain meal, per person."""

MAX_DISHES = 8


def blank(menu: Menu, nutrient: str) -> Menu:
    """The same menu, with one nutrient of every dish unknown."""
    options = tuple(_blank(option, nutrients().index(nutrient)) for option in menu.catalogue.options)
    return replace(menu, catalogue=Catalogue(options))


def _blank(option: Option, at: int) -> Option:
    recipe = option.recipe
    parts = tuple(replace(i, contributions=_unknown(i.contributions, at)) for i in recipe.ingredients)
    values = Nutrition(_unknown(recipe.nutrition.values, at))
    return replace(option, recipe=replace(recipe, nutrition=values, ingredients=parts))


def _unknown(values: IntervalArray, at: int) -> IntervalArray:
    low, high = values.low.copy(), values.high.copy()
    low[..., at], high[..., at] = 0.0, np.inf
    return IntervalArray(low, high)


@lru_cache(maxsize=8)
def sample(times: int) -> Recipe:
    """A plain meal cooked for so many people, so many times the food."""
    lines = "".join(f"  - {grams * times} g {food}\n" for food, grams in LINES.items())
    head = f"name: Contoh\ncourse: paket\nservings: {times}\nmethod: segar\nbasis: edible\ningredients:\n"
    return recipe_from(parse_yaml(head + lines, "contoh.yaml"))


def text(menu: Menu) -> str:
    """A menu in a few words: each dish with what it holds."""
    said = [_dish(option) for option in menu.catalogue.options[:MAX_DISHES]]
    left = len(menu.catalogue) - len(said)
    return "; ".join(said) + (f"; +{left}" if left > 0 else "")


def _dish(option: Option) -> str:
    recipe = option.recipe
    known = [(n.id, float(recipe.nutrition.values.low[n.index]), n.unit) for n in nutrients()]
    holds = [f"{name} {amount:.4g} {unit}" for name, amount, unit in known if amount > 0]
    holds += [f"{amount.low:.4g} {unit} {name}" for name, (amount, unit) in (recipe.credits or {}).items()]
    holds += [f"{recipe.mass.low:.4g} g"] if recipe.mass.low > 0 else []
    kind = [recipe.course, recipe.method, *sorted(recipe.tags), *sorted(recipe.allergens)]
    return f"{' '.join(filter(None, kind))} ({', '.join(holds) or '0'})"
