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
from sehatmenu.quantities.intervals import UNKNOWN
from sehatmenu.quantities.measure_words import SPOON

_PIECES = ("siung", "butir", "buah", "biji", "ekor", "batang", "lembar", "papan", "potong", "ruas", "tongkol", "keping")
"""Measures that a bare number may count: `3 bawang putih` are three cloves."""

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
        return Weighed(*_unknown(scales, amount, food, called))
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
    try:
        return scales.weigh(amount, food)
    except UnitError:
        return None


def _unknown(scales: Scales, amount: Amount, food: Food, called: str) -> tuple[Weight, str, tuple[Note, ...]]:
    """No weight, or the most that so many spoons can weigh, and what to weigh."""
    bound = scales.measures.bound(food, amount.unit) if amount.kind in ("measure", "volume") else None
    weight = Weight(amount.value * bound.grams, bound.basis, bound.source) if bound else Weight(UNKNOWN, "stated", "")
    if amount.unit == COUNT:
        note = Note("count-unweighed", {"text": f"{amount.value} {called}"})
    elif amount.kind == "volume":
        note = Note("volume-unweighed", {"text": f"{amount} {called}"})
    else:
        note = Note("measure-unweighed", {"measure": amount.unit, "food": called})
    return weight, amount.unit, (note,)
