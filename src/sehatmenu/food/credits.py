"""Credited amounts: what a dish counts as in a meal pattern, half a cup of fruit say; stated, never reckoned."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Annotated, TypeAlias

from pydantic import PlainValidator

from sehatmenu.errors import UnitError
from sehatmenu.quantities.intervals import UNKNOWN, Interval
from sehatmenu.quantities.numbers import NUMBER, Decimal, clean, read_clean_number
from sehatmenu.quantities.units import canonical, dimension, factor

CREDIT_UNITS = ("cup", "oz_eq", "portion", "ml")
"""The units in which a meal pattern counts."""

Credit: TypeAlias = tuple[Interval, str]
"""An amount and its unit, one of `CREDIT_UNITS`."""

Credits: TypeAlias = Mapping[str, Credit]
"""What one standard portion counts as, by the name that a standard gives to a component: `us/fruit`."""


def read_credit(text: str, decimal: Decimal = "kitchen") -> Credit:
    """Read a credited amount as a kitchen (or a law file) writes it; raises UnitError.

    >>> read_credit("1/2 cup")
    (Interval(low=0.5, high=0.5), 'cup')
    >>> read_credit("0.15 l", "law")
    (Interval(low=150.0, high=150.0), 'ml')
    """
    cleaned = clean(text)
    found = NUMBER.match(cleaned)
    if found is None:
        raise UnitError("number-unreadable", text=cleaned)
    written = cleaned[found.end() :].strip()
    if not written:
        raise UnitError("unit-missing", text=cleaned)
    number = read_clean_number(found[0], decimal, thousands=False)
    for unit in CREDIT_UNITS:
        if dimension(written) == dimension(unit):
            return number.times(factor(written, unit)), unit
    raise UnitError("credit-unit", text=cleaned, unit=canonical(written), choices=list(CREDIT_UNITS))


WrittenCredit = Annotated[Credit, PlainValidator(read_credit)]
"""A credited amount of a recipe file, read with its unit."""


def credited(stated: Credits | None, unit: str, names: Collection[str] = ()) -> Interval:
    """What a dish counts as in a unit, of the components that are named; without a name, of all.

    A dish that states any credits states all of them: the others are zero. One that states none (None), or states the
    component in a unit of another kind, is unknown.
    """
    if stated is None:
        return UNKNOWN
    total = Interval.exact(0)
    for name in names or stated:
        amount, written = stated.get(name, (Interval.exact(0), unit))
        if written == unit:
            total += amount
        elif names:
            return UNKNOWN
    return total
