"""Nutri-Level: the letter of a ready-to-serve drink and the percentage on its label, by the decree of 2026."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Literal

from sehatmenu.errors import UnitError
from sehatmenu.quantities.units import read_quantity
from sehatmenu.standards.limits import Limit
from sehatmenu.standards.standards import load_standard

STANDARD = "id/nutri-level-2026"
LETTERS = "ABCD"
COMPONENTS = {"sugars": "g", "salt": "mg", "saturated-fat": "g"}
"""The rules of the standard by component, `sugars-a` to `saturated-fat-c`, each with the unit of its limits."""

Sweeteners = Literal["none", "natural", "artificial", "unknown"]
_SWEETENED = {"none": ("A", "A"), "natural": ("B", "B"), "artificial": ("C", "C"), "unknown": ("A", "C")}
"""The best letter that a drink can have with such sweeteners, and the best it can have at the worst of what is unknown."""


@dataclass(frozen=True, slots=True)
class NutriLevel:
    """What the label of a drink says.

    `letter` is A, B, C or D; empty where a figure that is not known could make it worse (then `at_least` is the best it
    can still be), or where a drink without sugar, salt and fat carries no label (then `at_least` is empty too).
    `decided_by` names what gave the letter, `percent` is the whole number printed beside it: grams per 100 ml.
    """

    letter: str
    at_least: str
    decided_by: str = ""
    percent: int | None = None

    @property
    def label(self) -> str:
        """The label in one line: `C 6 %`; empty where there is no letter."""
        return f"{self.letter} {self.percent} %" if self.letter and self.percent is not None else self.letter


def nutri_level(
    *,
    volume: str,
    sugars: str | None = None,
    lactose: str | None = "0 g",
    sodium: str | None = None,
    saturated_fat: str | None = None,
    sweeteners: Sweeteners = "unknown",
) -> NutriLevel:
    """The Nutri-Level of a ready-to-serve drink from the figures of its laboratory test, for so many millilitres.

    Sugars are counted without their lactose; None is a figure that is not known, and never zero. Sugar is rounded to one
    decimal per 100 ml before it is compared, the percentage from that to a whole number, halves up. The worst of sugar,
    salt (from sodium), saturated fat and sweeteners decides. Source: KMK HK.01.07/MENKES/301/2026, Lampiran A, read
    there. Raises UnitError for an amount that cannot be read, a volume of nothing, or more lactose than sugars.

    >>> nutri_level(volume="250 ml", sugars="19 g", lactose="4 g", sodium="0 mg", saturated_fat="0 g", sweeteners="none").label
    'C 6 %'
    >>> nutri_level(volume="500 ml", sugars="20 g", sodium="0 mg", saturated_fat="0 g", sweeteners="none").label
    'B 4 %'
    >>> unknown = nutri_level(volume="250 ml", sugars="19 g", lactose="4 g")
    >>> unknown.letter, unknown.at_least
    ('', 'C')
    """
    per_100 = 100.0 / _above_zero(volume)
    sugar = None if sugars is None or lactose is None else _difference(sugars, lactose) * per_100
    amounts = {
        "sugars": sugar,
        "salt": None if sodium is None else read_quantity(sodium, "mg") * per_100,
        "saturated-fat": None if saturated_fat is None else read_quantity(saturated_fat, "g") * per_100,
    }
    known = {name: amount for name, amount in amounts.items() if amount is not None}
    if len(known) == len(amounts) and not any(known.values()) and sweeteners == "none":
        return NutriLevel("", "")
    return _worst(known, complete=len(known) == len(amounts), sweeteners=sweeteners)


def _worst(known: dict[str, float], complete: bool, sweeteners: Sweeteners) -> NutriLevel:
    letters = {name: _letter(name, amount) for name, amount in known.items()}
    best, worst = _SWEETENED[sweeteners]
    at_least = max([*letters.values(), best])
    certain = at_least == LETTERS[-1] or (complete and max(at_least, worst) == at_least)
    if not certain:
        return NutriLevel("", at_least)
    percents = {name: _percent(name, known[name]) for name, letter in letters.items() if letter == at_least}
    if not percents:
        return NutriLevel(at_least, at_least, "sweeteners")
    decided_by = max(percents, key=lambda name: known[name] / (1000.0 if COMPONENTS[name] == "mg" else 1.0))
    return NutriLevel(at_least, at_least, decided_by, percents[decided_by])


def _letter(component: str, amount: float) -> str:
    """The best letter whose limit an amount per 100 ml keeps."""
    limits = {rule.id: rule.limits[0] for rule in load_standard(STANDARD).rules}
    for letter in LETTERS[:-1]:
        if _keeps(limits[f"{component}-{letter.lower()}"], amount, COMPONENTS[component]):
            return letter
    return LETTERS[-1]


def _keeps(limit: Limit, amount: float, unit: str) -> bool:
    most = limit.bounds(unit)[1]
    return amount < most - ROUNDING if limit.strict else amount <= most + ROUNDING


ROUNDING = 1e-9
"""What binary fractions may add to a figure that stands exactly at a limit."""


def _percent(component: str, amount: float) -> int:
    """Grams per 100 ml to one decimal, and from there to a whole number, halves up."""
    grams = amount / 1000.0 if COMPONENTS[component] == "mg" else amount
    tenths = math.floor(grams * 10 + 0.5 + ROUNDING)
    return math.floor(tenths / 10 + 0.5 + ROUNDING)


def _above_zero(volume: str) -> float:
    amount = read_quantity(volume, "ml")
    if amount <= 0:
        raise UnitError("nutri-level-volume", text=volume)
    return amount


def _difference(sugars: str, lactose: str) -> float:
    all_sugars, milk_sugar = read_quantity(sugars, "g"), read_quantity(lactose, "g")
    if milk_sugar > all_sugars:
        raise UnitError("nutri-level-lactose", sugars=sugars, lactose=lactose)
    return all_sugars - milk_sugar
