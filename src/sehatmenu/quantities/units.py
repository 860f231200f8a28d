"""The door to pint: a closed vocabulary of units, and quantities of law files converted exactly to plain floats."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from fractions import Fraction
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from sehatmenu import readings
from sehatmenu.errors import UnitError
from sehatmenu.quantities.numbers import NUMBER, clean, read_clean_number

if TYPE_CHECKING:
    from pydantic_core import CoreSchema

_DEFINITIONS = (
    "g = [mass]",
    "kg = 1000 g",
    "mg = g / 1000",
    "mcg = mg / 1000",
    "ons = 100 g",  # KBBI; not the ounce
    "kuintal = 100 kg",
    "ton = 1000 kg",
    "ml = [volume]",
    "cl = 10 ml",
    "dl = 100 ml",
    "l = 1000 ml",
    "kJ = [energy]",
    "kcal = 4.184 kJ",  # INFOODS tagname ENERC
    "mcg_RE = [vitamin_a_retinol_equivalent]",
    "mcg_RAE = [vitamin_a_retinol_activity_equivalent]",
    "IU = [international_unit]",
    "IDR = [money]",
    "fraction = []",
    "percent = 0.01 fraction",
    "times = [occurrence]",
    "day = [time]",
    "hour = day / 24",
    "minute = hour / 60",
    "portion = [portion]",
    "degC = [temperature]",  # only ever compared with itself
    "cup = [cup_equivalent]",
    "oz_eq = [ounce_equivalent]",
)

UNITS = tuple(definition.split(" = ")[0] for definition in _DEFINITIONS)
"""Every unit of the closed vocabulary, by its canonical name."""

_SPELLINGS: Mapping[str, str] = {name.casefold(): name for name in UNITS} | {
    "gram": "g",
    "kilogram": "kg",
    "kilo": "kg",
    "miligram": "mg",
    "milligram": "mg",
    "mikrogram": "mcg",
    "µg": "mcg",
    "μg": "mcg",
    "ug": "mcg",
    "kwintal": "kuintal",
    "mililiter": "ml",
    "milliliter": "ml",
    "cc": "ml",
    "liter": "l",
    "litre": "l",
    "ltr": "l",
    "lt": "l",
    "kkal": "kcal",
    "kilokalori": "kcal",
    "kilojoule": "kJ",
    "mcg re": "mcg_RE",
    "µg re": "mcg_RE",
    "μg re": "mcg_RE",
    "mcg rae": "mcg_RAE",
    "µg rae": "mcg_RAE",
    "μg rae": "mcg_RAE",
    "re": "mcg_RE",
    "rae": "mcg_RAE",
    "rupiah": "IDR",
    "rp": "IDR",
    "%": "percent",
    "persen": "percent",
    "per cent": "percent",
    "time": "times",
    "kali": "times",
    "days": "day",
    "hari": "day",
    "hours": "hour",
    "jam": "hour",
    "minutes": "minute",
    "menit": "minute",
    "portions": "portion",
    "porsi": "portion",
    "°c": "degC",
    "cups": "cup",
    "oz eq": "oz_eq",
}

_REFUSED: Mapping[str, str] = {
    "gr": "g",
    "grm": "g",
    "gm": "g",
    "grams": "g",
    "t": "sdm, sdt, ton",
    "cal": "kcal",
    "kal": "kkal",
    "kalori": "kkal",
    "oz": "g",
    "ounce": "g",
    "pound": "g",
    "pon": "g",
    "kati": "g",
}
"""Spellings that mean several things, or another thing than is meant, each with what to write instead."""


@dataclass(frozen=True, slots=True)
class Quantity:
    """A quantity of a law file such as `20 %` or `600 mg`: exactly the number written, and its canonical unit.

    As the type of a pydantic field it reads the text of the file. Without a unit, or with a comma, it is refused.

    >>> Quantity.read("0.6 g").to("mg")
    600.0
    """

    number: Fraction
    unit: str

    @classmethod
    def read(cls, text: str) -> Quantity:
        """Read a quantity with a decimal point and a unit; raises UnitError."""
        return text if isinstance(text, Quantity) else _read(clean(text))

    def to(self, unit: str) -> float:
        """The quantity as a plain number of another unit; raises UnitError when that measures something else."""
        target = canonical(unit)
        own, wanted = _scale(self.unit), _scale(target)
        if own.dimension != wanted.dimension:
            raise UnitError("unit-dimension", text=str(self), unit=self.unit, expected=target)
        return float(self.number * own.factor / wanted.factor)

    def __str__(self) -> str:
        return f"{float(self.number):.15g} {self.unit}"

    @classmethod
    def __get_pydantic_core_schema__(cls, source: object, handler: object) -> CoreSchema:
        return _schema(cls.read)


@dataclass(frozen=True, slots=True)
class InUnit:
    """Marks a float field of a model that is written with a unit: `weight: Annotated[float, InUnit("g")]`.

    The file says `1.2 kg`, the model holds 1200.0. What is no such quantity is refused with a UnitError.
    """

    unit: str

    def __get_pydantic_core_schema__(self, source: object, handler: object) -> CoreSchema:
        return _schema(self._number)

    def _number(self, value: str) -> float:
        return read_quantity(value, self.unit)


def read_quantity(text: str, unit: str) -> float:
    """The number of `unit` that a quantity of a law file states; `20 %` in `fraction` is 0.2.

    Decimal point only, always with a unit; `27.125 g` has one reading, `1.500` is refused: it may be fifteen hundred.
    Raises UnitError, whose text says what to write instead.

    >>> read_quantity("2 g", "mg"), read_quantity("20.92 kJ/g", "kcal/g")
    (2000.0, 5.0)
    """
    return _converted(clean(text), unit)


@lru_cache(maxsize=4096)
def _converted(text: str, unit: str) -> float:
    return _read(text).to(unit)


def canonical(unit: str) -> str:
    """The one name of a unit, however it is spelled: `kkal/gram` is `kcal/g`; raises UnitError when there is none.

    >>> canonical("kkal/gram"), canonical("mcg RE"), canonical("%")
    ('kcal/g', 'mcg_RE', 'percent')
    """
    cleaned = clean(unit)
    return _canonical(cleaned, cleaned)


def is_unit(unit: str) -> bool:
    """True when a word is a spelling of a unit of the closed vocabulary."""
    return unit.casefold() in _SPELLINGS


def refused_unit(unit: str) -> str | None:
    """What to write instead of a spelling that could be misread (`gr`, `oz`), or None."""
    return _REFUSED.get(unit.casefold())


def dimension(unit: str) -> str:
    """What a unit measures, such as `[mass]` or `[energy]/[mass]`; vitamin A in RE, RAE and IU are three things."""
    return _scale(canonical(unit)).dimension


def factor(unit: str, to: str) -> Fraction:
    """How many `to` one `unit` is, exactly; raises UnitError when they measure different things.

    >>> factor("ons", "g")
    Fraction(100, 1)
    """
    own, wanted = _scale(canonical(unit)), _scale(canonical(to))
    if own.dimension != wanted.dimension:
        raise UnitError("unit-dimension", text=unit, unit=canonical(unit), expected=canonical(to))
    return own.factor / wanted.factor


@lru_cache(maxsize=4096)
def _read(text: str) -> Quantity:
    """Read a cleaned text; the sign is only for temperatures."""
    sign, unsigned = (-1, text[1:]) if text.startswith("-") else (1, text)
    if unsigned.casefold().startswith("rp"):
        unsigned = f"{unsigned[2:].lstrip('. ')} IDR"
    found = NUMBER.match(unsigned)
    unit = unsigned[found.end() :].strip() if found else ""
    if found is None or re.search("[0-9*^]", unit):
        raise UnitError("number-unreadable", text=text)
    if not unit:
        raise UnitError("unit-missing", text=text)
    name = _canonical(unit, text)
    if sign < 0 and name != "degC":
        raise UnitError("number-negative", text=text)
    return Quantity(sign * read_clean_number(found[0], "law", name == "IDR").low, name)


@lru_cache(maxsize=1024)
def _canonical(unit: str, text: str) -> str:
    over, slash, under = unit.partition("/")
    if not slash:
        return _name(unit, text)
    return f"{_name(over.strip(), text)}/{_name(under.strip(), text)}"


def _name(unit: str, text: str) -> str:
    folded = unit.casefold()
    if folded in _SPELLINGS:
        return _SPELLINGS[folded]
    near = refused_unit(unit)
    if near is not None:
        raise UnitError("unit-refused", text=text, unit=unit, suggestion=near)
    suggestion = nearest(unit, _SPELLINGS) or ["g", "mg", "kcal", "%", "IDR", "times", "day"]
    raise UnitError("unit-unknown", text=text, unit=unit, suggestion=suggestion)


def nearest(word: str, known: Iterable[str]) -> list[str]:
    """The known spelling that was probably meant, if any."""
    return readings.nearest(word.casefold(), list(known), n=1, cutoff=0.85)


@dataclass(frozen=True, slots=True)
class _Scale:
    dimension: str
    factor: Fraction


@lru_cache(maxsize=1024)
def _scale(name: str) -> _Scale:
    over, slash, under = name.partition("/")
    if not slash:
        return _pint_scales()[name]
    first, second = _pint_scales()[over], _pint_scales()[under]
    return _Scale(f"{first.dimension}/{second.dimension}", first.factor / second.factor)


@lru_cache(maxsize=1)
def _pint_scales() -> Mapping[str, _Scale]:
    """Dimension and factor of every unit, asked of pint once; pint never sees a text that a person wrote."""
    from pint import UnitRegistry

    registry: Any = UnitRegistry(None, non_int_type=Fraction)
    for definition in _DEFINITIONS:
        registry.define(definition)
    scales = {}
    for name in UNITS:
        base = registry.Quantity(Fraction(1), name).to_base_units()
        scales[name] = _Scale(str(base.dimensionality), Fraction(base.magnitude))
    return scales


def _schema(read: Callable[[Any], object]) -> CoreSchema:
    from pydantic_core import core_schema

    return core_schema.no_info_plain_validator_function(read)
