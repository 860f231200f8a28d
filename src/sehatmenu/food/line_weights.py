"""What the amounts of lines weigh as they are written: bare counts, sizes, spoons of either kind, or unknown and said."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import reduce

from sehatmenu.errors import UnitError
from sehatmenu.food.foods import Food
from sehatmenu.food.lines.clauses import COUNT
from sehatmenu.food.lines.readings import Note
from sehatmenu.food.measures import Scales, Weight
from sehatmenu.quantities.amounts import Amount
from sehatmenu.quantities.intervals import UNKNOWN, Interval
from sehatmenu.quantities.measure_words import SPOON

_PIECES = ("siung", "butir", "buah", "biji", "ekor", "batang", "lembar", "papan", "potong", "ruas", "tongkol", "keping")
"""Measures that a bare number may count: `3 bawang putih` are three cloves."""

_PARTS = frozenset(
    {"iris", "potong", "lembar", "siung", "ruas", "cm", "jari", "ujung", "keping", "kuntum", "tangkai", "strip"}
)
_WHOLES = ("buah", "butir", "bonggol", "batang", "papan", "ekor", "ikat", "tongkol")
"""Measures that are parts of a piece of a food, and those that are a piece: a slice weighs no more than the whole."""

_HOLDS_MORE = {
    "genggam": "gelas",
    "kepal": "gelas",
    "centong": "gelas",
    "sendok sayur": "gelas",
    "tetes": "sdt",
    "ujung": "sdt",
}
"""Measures that hold less than a vessel whose volume is printed: a handful less than a glass, a drop than a teaspoon."""

_GLASS = "gelas"
"""What one piece of a seasoning (a bulb of garlic, a nutmeg, a slice of galangal) fits into."""

_EITHER = {SPOON: ("sdt", "sdm"), "bt": ("butir", "batang")}


@dataclass(frozen=True, slots=True)
class Weighed:
    """The weight of an amount, the measure that was taken for it, and what is to be said of that."""

    weight: Weight
    unit: str
    notes: tuple[Note, ...] = ()


def weigh_openly(scales: Scales, amount: Amount, food: Food, called: str) -> Weighed:
    """The weight of an amount of a food; what no list, density or weighing settles is unknown, with a note."""
    units = _meant(amount.unit)
    found = [(unit, weight) for unit in units if (weight := _try(scales, replace(amount, unit=unit), food))]
    if not found:
        return _unknown(scales, amount, food, called)
    if amount.unit not in (COUNT, *_EITHER):
        return Weighed(found[0][1], found[0][0])
    weight = reduce(Weight.hull, (weight for _, weight in found))
    names = [unit for unit, _ in found]
    if amount.unit != COUNT:
        return Weighed(weight, amount.unit)
    note = Note("unit-counted", {"text": f"{amount.value} {called}", "measure": names})
    return Weighed(weight, names[0] if len(names) == 1 else COUNT, (note,))


def _meant(unit: str) -> Sequence[str]:
    """The measures that a unit may be: itself, without its size, or those that a bare number or spoon may mean."""
    if unit == COUNT:
        return _PIECES
    if unit in _EITHER:
        return _EITHER[unit]
    return (unit, unit.rpartition(" ")[0]) if " " in unit and unit != "sendok sayur" else (unit,)


def _try(scales: Scales, amount: Amount, food: Food) -> Weight | None:
    """The weight of an amount; of one of several foods between theirs, when each is known."""
    try:
        weights = [scales.weigh(amount, choice) for choice in food.choices or (food,)]
    except UnitError:
        return None
    return reduce(Weight.hull, weights)


def _unknown(scales: Scales, amount: Amount, food: Food, called: str) -> Weighed:
    """No weight, what to weigh, and the most that it may be where that is known."""
    if amount.unit == COUNT:
        note = Note("count-unweighed", {"text": f"{amount.value} {called}"})
    elif amount.kind == "volume":
        note = Note("volume-unweighed", {"text": f"{amount} {called}"})
    else:
        note = Note("measure-unweighed", {"measure": amount.unit, "food": called})
    bounds = [_bound(scales, unit, food) for unit in _meant(amount.unit)]
    most = [bound for bound in bounds if bound is not None]
    if not most or len(most) < len(bounds):
        return Weighed(Weight(UNKNOWN, "stated", ""), amount.unit, (note,))
    weight = reduce(Weight.hull, most)
    return Weighed(Weight(weight.grams * amount.value, weight.basis, weight.source), amount.unit, (note,))


def _bound(scales: Scales, unit: str, food: Food) -> Weight | None:
    """Between nothing and the most that one measure weighs: by its volume, a larger vessel, or the whole it is part of."""
    word = unit.split()[0]
    larger = _GLASS if food.group == "bumbu" and word in (*_PIECES, *_PARTS, "mata") else _HOLDS_MORE.get(unit, unit)
    wholes = [_whole(scales, whole, food) for whole in _WHOLES] if word in _PARTS else []
    found = [bound for bound in (*wholes, scales.measures.bound(food, larger)) if bound is not None]
    return reduce(Weight.hull, found) if found else None


def _whole(scales: Scales, unit: str, food: Food) -> Weight | None:
    one = _try(scales, Amount(Interval.exact(1), unit, "measure"), food)
    return Weight(Interval(0, one.grams.high), one.basis, "bound") if one else None
