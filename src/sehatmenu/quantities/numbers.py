"""Numbers as Indonesian kitchens and cited laws write them, read exactly or refused; never guessed."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from fractions import Fraction
from functools import lru_cache
from typing import Literal, TypeAlias

from sehatmenu.errors import UnitError
from sehatmenu.quantities.intervals import Interval

Decimal: TypeAlias = Literal["kitchen", "law"]

MAX_LENGTH = 200
LARGEST = 10**15  # beyond this a float no longer holds every whole number

READ_AS_THOUSANDS = "number-read-as-thousands"
"""The note on `1.500 g`: the dot was taken as a separator of thousands."""

_PLAIN = r"[0-9]+(?:[.,][0-9]+)*"
_ONE = rf"(?:[0-9]+\s+[0-9]+/[0-9]+|[0-9]+/[0-9]+|{_PLAIN})"
NUMBER = re.compile(rf"(?<![0-9.,/])(?P<low>{_ONE})(?:\s*(?:-|s/d|sd|sampai)\s*(?P<high>{_ONE}))?(?![0-9/]|[.,][0-9])")
_DOT_THOUSANDS = re.compile(r"[1-9][0-9]{0,2}\.[0-9]{3}")
_COMMA_THOUSANDS = re.compile(r"[1-9][0-9]{0,2},[0-9]{3}")
_GROUPED = re.compile(r"[1-9][0-9]{0,2}(?:\.[0-9]{3})+,[0-9]+|[1-9][0-9]{0,2}(?:\.[0-9]{3}){2,}")
_DECIMAL = re.compile(r"[0-9]+(?:[.,][0-9]+)?")
_DASHES = str.maketrans(dict.fromkeys("‐‑‒–—―−﹣－", "-") | {"⁄": "/", "∕": "/"})


@dataclass(frozen=True, slots=True)
class NumberReading:
    """A number that was read: its exact bounds, and the code of a note when one of two readings was taken."""

    low: Fraction
    high: Fraction
    note: str | None = None

    @property
    def value(self) -> Interval:
        """The number as an interval of floats; `2-3` is from 2 to 3."""
        return self.times(Fraction(1))

    def times(self, factor: Fraction) -> Interval:
        """The number in a smaller or larger unit, multiplied exactly and rounded once."""
        return Interval(float(self.low * factor), float(self.high * factor))


def read_number(text: str, decimal: Decimal = "kitchen", *, thousands: bool = False) -> NumberReading:
    """Read a number: `1,5`, `1 1/2`, `1½`, `2-3`, `1.234,5` in kitchens; `1.5` alone in laws.

    A kitchen's `1.500` is refused unless `thousands` says that its unit (g, ml, rupiah) leaves only one reading.
    Raises UnitError, whose text says what to write instead.

    >>> str(read_number("1½").value), str(read_number("2-3").value), str(read_number("0.125", "law").value)
    ('1.5', '2..3', '0.125')
    """
    return read_clean_number(clean(text), decimal, thousands)


def clean(text: object) -> str:
    """The text with one kind of space, dash and fraction; UnitError when it is empty, no text, or too long."""
    if not isinstance(text, str):
        raise UnitError("unit-missing", text=str(text)[:MAX_LENGTH])
    if len(text) > MAX_LENGTH:
        raise UnitError("quantity-too-long", limit=MAX_LENGTH, text=f"{text[:40]}…")
    return _clean(text)


@lru_cache(maxsize=4096)
def _clean(text: str) -> str:
    cleaned = " ".join("".join(map(_plain_character, text)).translate(_DASHES).split())
    if not cleaned:
        raise UnitError("quantity-empty")
    return cleaned


def _plain_character(character: str) -> str:
    """½ as ` 1/2 `, a full-width or no-break character as its plain one; ² stays, so that 10² is not read as 102."""
    if character.isascii():
        return character
    plain = unicodedata.normalize("NFKC", character)
    if unicodedata.decomposition(character).startswith("<fraction>"):
        return f" {plain.replace('⁄', '/')} "
    match unicodedata.category(character):
        case "Cf":  # invisible marks that come along when copying from a web page
            return ""
        case "No":
            return character
    return plain


def read_clean_number(text: str, decimal: Decimal, thousands: bool) -> NumberReading:
    """Read a number from a text that has been through `clean`."""
    if text.startswith("-"):
        raise UnitError("number-negative", text=text)
    found = NUMBER.fullmatch(text)
    if found is None:
        raise UnitError("number-unreadable", text=text)
    low, note = _read_one(found["low"], decimal, thousands)
    if found["high"] is None:
        return NumberReading(low, low, note)
    if decimal == "law":
        raise UnitError("number-range", text=text)
    high, second_note = _read_one(found["high"], decimal, thousands)
    if low > high:
        raise UnitError("number-reversed", text=text, suggestion=f"{found['high']}-{found['low']}")
    return NumberReading(low, high, note or second_note)


def _read_one(text: str, decimal: Decimal, thousands: bool) -> tuple[Fraction, str | None]:
    value, note = _law_number(text) if decimal == "law" else _kitchen_number(text, thousands)
    if value > LARGEST:
        raise UnitError("number-too-large", text=text)
    return value, note


def _law_number(text: str) -> tuple[Fraction, None]:
    if _DOT_THOUSANDS.fullmatch(text):
        raise UnitError("number-ambiguous", text=text, suggestion=_both_readings(text, "."))
    if "," in text:
        raise UnitError("number-comma", text=text, suggestion=text.replace(".", "").replace(",", "."))
    if not _DECIMAL.fullmatch(text):
        raise UnitError("number-unreadable", text=text)
    return Fraction(text), None


def _kitchen_number(text: str, thousands: bool) -> tuple[Fraction, str | None]:
    if "/" in text:
        return _with_fraction(text), None
    if _DOT_THOUSANDS.fullmatch(text):
        if not thousands:
            raise UnitError("number-ambiguous", text=text, suggestion=_both_readings(text, ","))
        return Fraction(text.replace(".", "")), READ_AS_THOUSANDS
    if _COMMA_THOUSANDS.fullmatch(text):
        raise UnitError("number-ambiguous", text=text, suggestion=_both_readings(text, ","))
    if _GROUPED.fullmatch(text):
        return Fraction(text.replace(".", "").replace(",", ".")), None
    if not _DECIMAL.fullmatch(text):
        raise UnitError("number-unreadable", text=text)
    return Fraction(text.replace(",", ".")), None


def _with_fraction(text: str) -> Fraction:
    """`1/2` or `1 1/2`; the part after a whole number must be a proper fraction."""
    *whole, fraction = text.split()
    over, under = map(int, fraction.split("/"))
    if under == 0 or (whole and over >= under):
        raise UnitError("number-unreadable", text=text)
    return Fraction(over, under) + (int(whole[0]) if whole else 0)


def _both_readings(text: str, mark: str) -> list[str]:
    """The two ways to write `1.500` that cannot be misread: `1500` and `1.5` (or `1,5` with a decimal comma)."""
    whole, part = re.split("[.,]", text)
    rest = part.rstrip("0")
    decimals = "" if not rest else f"{mark}{rest}" if len(rest) < len(part) else f"{mark}{part}0"
    return [f"{whole}{part}", f"{whole}{decimals}"]
