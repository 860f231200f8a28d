"""What heat does: yield changes the weight only, retention the nutrients only, frying adds the oil absorbed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache, reduce

import numpy as np

from sehatmenu.food.composition import Food
from sehatmenu.food.nutrients import nutrients
from sehatmenu.food.sheets import DATA, read_cell, read_sheet
from sehatmenu.quantities.intervals import Interval, IntervalArray
from sehatmenu.readings import nearest

REHEATED = "ulang"
_OPEN_TO_WATER = frozenset({"rice", "cereal", "pasta", "legumes", "flour"})


UNTOLD = "terbuka"
"""The method of a recipe that does not say how it is cooked: no factor is printed for it, so what is kept is unknown."""


@dataclass(frozen=True, slots=True)
class Method:
    """A way of cooking: which retention factors it looks up, and whether it heats, wets or fries."""

    id: str
    words: tuple[str, ...]
    looks_up: tuple[str, ...]
    heats: bool
    wet: bool
    fries: bool


@lru_cache(maxsize=1)
def methods() -> Mapping[str, Method]:
    """The cooking methods by every word for them (data/methods.csv).

    >>> methods()["sayur bening"].id, methods()["goreng"].fries
    ('kuah', True)
    """
    found: dict[str, Method] = {}
    for row in read_sheet(DATA / "methods.csv"):
        words = (row["method"], *(word.strip() for word in row["words"].split(";") if word.strip()))
        yes = {title: row[title] == "yes" for title in ("heats", "wet", "fries")}
        method = Method(row["method"], words, tuple(row["looks up"].split()), **yes)
        found |= dict.fromkeys(words, method)
    return found


def method_suggestion(word: str) -> str:
    """The method that was probably meant, or all of them."""
    near = nearest(word.casefold(), methods(), n=1, cutoff=0.7)
    return near[0] if near else ", ".join(dict.fromkeys(method.id for method in methods().values()))


def retention(food: Food, method: Method) -> IntervalArray:
    """The part of each nutrient of a food that a method keeps, between 0 and 1, in the order of the nutrients.

    Energy and macronutrients are kept. Vitamins and minerals follow USDA Retention Factors R6 by class of food; where
    no factor is printed the kept part is unknown, except that the minerals of seasonings without a class are kept.
    Water comes and goes, so its amount is unknown once a food was heated.
    """
    if not method.heats:
        return _kept()
    looks_up = (REHEATED,) if food.cooked else method.looks_up
    return _retention(food.retention, looks_up)


def yield_factor(food: Food, method: Method) -> Interval | None:
    """Cooked weight per raw edible weight, where a source prints it, else None. It changes no nutrient."""
    found = [factor for way in method.looks_up if (factor := _yields().get((food.code, way)))]
    return reduce(Interval.hull, found) if found else None


def oil_absorbed(food: Food, raw: Interval) -> Interval | None:
    """Grams of oil that so many grams of a raw food take up in frying, or None without a factor.

    Sources print the oil as a part p of the *cooked* weight. Frying takes water away and adds oil, so the cooked
    weight lies between dry matter + oil and raw weight + oil; hence the oil is p / (1 - p) times something from the
    dry matter to the raw weight.
    """
    part = _uptake().get(food.code)
    if part is None:
        return None
    least, most = part.low / (1 - part.low), part.high / (1 - part.high)
    return Interval(least * dry_matter(food, raw).low, most * raw.high)


def dry_matter(food: Food, mass: Interval) -> Interval:
    """Grams of a mass that are not water; what the table does not know stays open."""
    water = food.per100["water"].amount
    return mass * Interval(max(0.0, 1 - water.high / 100), 1 - min(water.low, 100) / 100)


def cooked_mass(food: Food, method: Method, raw: Interval, water_listed: bool) -> Interval:
    """Grams that so many grams of an ingredient weigh when cooked: by a printed yield, else between physical bounds.

    Nothing weighs less than its dry matter. Nothing gains weight without water; where the recipe lists its water the
    gain is counted there, otherwise boiled food and steamed grain may weigh any amount more.
    """
    if not method.heats or food.cooked:
        return raw
    factor = yield_factor(food, method)
    if factor is not None and not water_listed:
        return raw * factor
    if _is_water(food):
        return Interval(0, raw.high)
    gains = not water_listed and (method.wet or (food.retention in _OPEN_TO_WATER and not method.fries))
    return Interval(dry_matter(food, raw).low, np.inf if gains and raw.high > 0 else raw.high)


def _is_water(food: Food) -> bool:
    return food.per100["water"].amount.low > 99


@lru_cache(maxsize=1)
def _kept() -> IntervalArray:
    return IntervalArray.exact(np.ones(len(nutrients())))


@lru_cache(maxsize=1024)
def _retention(food_class: str, looks_up: tuple[str, ...]) -> IntervalArray:
    rows = [_factors().get((food_class, way)) or _not_printed(food_class) for way in looks_up]
    return reduce(IntervalArray.hull, rows)


def _not_printed(food_class: str) -> IntervalArray:
    """What is kept where no factor is printed."""
    certain = {"macro"} if food_class else {"macro", "mineral"}
    low = [float(nutrient.kind in certain) for nutrient in nutrients()]
    high = [np.inf if nutrient.kind == "water" else 1.0 for nutrient in nutrients()]
    return IntervalArray(np.array(low), np.array(high))


@lru_cache(maxsize=1)
def _factors() -> Mapping[tuple[str, str], IntervalArray]:
    """The retention factors of data/retention.csv by class of food and method."""
    sheet = read_sheet(DATA / "retention.csv")
    columns = [(title, nutrients().index(name)) for title, name, _ in sheet.figures()]
    found = {}
    for row in sheet:
        base = _not_printed(row["class"])
        low, high = base.low.copy(), base.high.copy()
        for title, index in columns:
            factor = read_cell(row[title])
            low[index], high[index] = factor.low, factor.high
        found[row["class"], row["method"]] = IntervalArray(low, high)
    return found


@lru_cache(maxsize=1)
def _yields() -> Mapping[tuple[str, str], Interval]:
    """Yields by food and method; the source prints the reverse, raw weight per cooked weight."""
    title = "raw per cooked [fraction]"
    return {(row["code"], row["method"]): 1 / read_cell(row[title]) for row in read_sheet(DATA / "yields.csv")}


@lru_cache(maxsize=1)
def _uptake() -> Mapping[str, Interval]:
    """Oil as a part of the cooked weight, by food; several sources make a range."""
    found: dict[str, Interval] = {}
    for row in read_sheet(DATA / "oil_uptake.csv"):
        part = read_cell(row["oil of cooked weight [%]"]) / 100
        found[row["code"]] = part.hull(found.get(row["code"], part))
    return found
