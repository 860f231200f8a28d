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

TWO_READINGS = "number-two-readings"
"""Of `21/2` and `1-1/2`: two numbers are possible, and both are offered."""

AMBIGUOUS = frozenset({TWO_READINGS, "number-ambiguous", "number-reversed"})
"""Codes of numbers with two readings: refused, or between the two where a reader takes what is written."""

_PLAIN = r"[0-9]+(?:[.,][0-9]+)*"
_ONE = rf"(?:[0-9]+\s+[0-9]+/[0-9]+|[0-9]+/[0-9]+|{_PLAIN})"
NUMBER = re.compile(
    rf"(?<![0-9.,/])(?P<low>{_ONE})(?:\s*(?:-|~|s/d|sd|sampai|hingga|atau)\s*(?P<high>{_ONE}))?(?![0-9/]|[.,][0-9])"
)
_MIXED_HYPHEN = re.compile(r"([1-9][0-9]?)\s*-\s*([1-9])/([2-9])")
_GLUED = re.compile(r"([1-9][0-9]?)([1-9])/([2-9])")
_DOT_THOUSANDS = re.compile(r"[1-9][0-9]{0,2}\.[0-9]{3}")
_COMMA_THOUSANDS = re.compile(r"[1-9][0-9]{0,2},[0-9]{3}")
_GROUPED = re.compile(r"[1-9][0-9]{0,2}(?:\.[0-9]{3})+,[0-9]+|[1-9][0-9]{0,2}(?:\.[0-9]{3}){2,}")
_DECIMAL = re.compile(r"[0-9]+(?:[.,][0-9]+)?")
_CONTROLS = dict.fromkeys([*map(chr, range(32)), *map(chr, range(127, 160))], " ")
_DASHES = str.maketrans(_CONTROLS | dict.fromkeys("‐‑‒–—―−﹣－", "-") | {"⁄": "/", "∕": "/"})


@dataclass(frozen=True, slots=True)
class NumberReading:
    """A number that was read: its exact bounds, and the code of a note when one of two readings was taken."""

    low: Fraction
    high: Fraction
    note: str | None = None
    offered: tuple[str, ...] = ()
    """What to write instead where two readings are possible; the bounds are then those of both."""

    @property
    def value(self) -> Interval:
        """The number as an interval of floats; `2-3` is from 2 to 3."""
        return self.times(Fraction(1))

    def times(self, factor: Fraction) -> Interval:
        """The number in a smaller or larger unit, multiplied exactly and rounded once."""
        return Interval(float(self.low * factor), float(self.high * factor))


def read_number(text: str, decimal: Decimal = "kitchen", *, thousands: bool = False) -> NumberReading:
    """Read a number: `1,5`, `1 1/2`, `1½`, `2-3`, `1.234,5` in kitchens; `1.5` alone in laws.

    A kitchen's `1.500` is refused unless `thousands` says that its unit (g, ml, rupiah) leaves only one reading; a
    law's `27.125` is read with its decimal point, and only `1.500` (or rupiah, with `thousands`) is refused.
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
    plain = text if text.isascii() else "".join(map(_plain_character, text))
    cleaned = " ".join(plain.translate(_DASHES).split())
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
    """Read a number from a text that has been through `clean`; UnitError where two readings are possible."""
    reading = read_openly(text, decimal, thousands)
    if reading.note in AMBIGUOUS:
        raise UnitError(reading.note, text=text, suggestion=list(reading.offered))
    return reading


def read_openly(text: str, decimal: Decimal = "kitchen", thousands: bool = False) -> NumberReading:
    """Read a number from a cleaned text; where two readings are possible it lies between them, and both are offered.

    Raises UnitError for what is no number.

    >>> reading = read_openly("21/2")
    >>> str(reading.value), reading.offered
    ('2.5..10.5', ('2 1/2', '10,5'))
    """
    if text.startswith("-"):
        raise UnitError("number-negative", text=text)
    found = NUMBER.fullmatch(text)
    if found is None:
        raise UnitError("number-unreadable", text=text)
    if decimal == "kitchen" and (two := _two_readings(text)):
        return two
    first = _read_one(found["low"], decimal, thousands)
    if found["high"] is None:
        return first
    if decimal == "law":
        raise UnitError("number-range", text=text)
    last = _read_one(found["high"], decimal, thousands)
    low, high = min(first.low, last.low), max(first.high, last.high)
    if first.note in AMBIGUOUS or last.note in AMBIGUOUS:
        unsure = first if first.note in AMBIGUOUS else last
        return NumberReading(low, high, unsure.note, unsure.offered)
    if first.low > last.low:
        return NumberReading(low, high, "number-reversed", (f"{found['high']}-{found['low']}",))
    return NumberReading(low, high, first.note or last.note)


def _two_readings(text: str) -> NumberReading | None:
    """`21/2` is 2 1/2 or 10,5; `1-1/2` is 1 1/2 or from 1/2 to 1; `5/6` is five sixths or five to six."""
    if found := _MIXED_HYPHEN.fullmatch(text):
        whole, over, under = map(int, found.groups())
        part = Fraction(over, under)
        if part < 1:
            offered = (f"{whole} {over}/{under}", f"{over}/{under}-{whole}")
            return NumberReading(part, whole + part, TWO_READINGS, offered)
    if found := _GLUED.fullmatch(text):
        whole, over, under = map(int, found.groups())
        part = Fraction(over, under)
        if part < 1:
            read = Fraction(text)
            low, high = sorted((whole + part, read))
            return NumberReading(low, high, TWO_READINGS, (f"{whole} {over}/{under}", _plain(read)))
    first, slash, last = text.partition("/")
    if slash and first.isdigit() and last.isdigit() and 4 <= int(first) == int(last) - 1:
        return NumberReading(Fraction(text), Fraction(last), TWO_READINGS, (f"{first}-{last}", _plain(Fraction(text))))
    return None


def _plain(value: Fraction) -> str:
    return f"{float(value):.4g}".replace(".", ",")


def _read_one(text: str, decimal: Decimal, thousands: bool) -> NumberReading:
    reading = _law_number(text, thousands) if decimal == "law" else _kitchen_number(text, thousands)
    if reading.high > LARGEST:
        raise UnitError("number-too-large", text=text)
    return reading


def _exactly(value: Fraction, note: str | None = None) -> NumberReading:
    return NumberReading(value, value, note)


def _law_number(text: str, money: bool) -> NumberReading:
    """A number of a file whose notation is fixed: the point is a decimal point, so `27.125` has one reading.

    Only what is hardly ever written but for thousands is refused: a needless zero (`1.500`), or rupiah (`Rp 1.825`).
    """
    if _DOT_THOUSANDS.fullmatch(text) and (money or text.endswith("0")):
        raise UnitError("number-ambiguous", text=text, suggestion=_both_readings(text, "."))
    if "," in text:
        raise UnitError("number-comma", text=text, suggestion=text.replace(".", "").replace(",", "."))
    if not _DECIMAL.fullmatch(text):
        raise UnitError("number-unreadable", text=text)
    return _exactly(Fraction(text))


def _kitchen_number(text: str, thousands: bool) -> NumberReading:
    if "/" in text:
        if two := _two_readings(text):
            return two
        return _exactly(_with_fraction(text))
    if _DOT_THOUSANDS.fullmatch(text) and thousands:
        return _exactly(Fraction(text.replace(".", "")), READ_AS_THOUSANDS)
    if _DOT_THOUSANDS.fullmatch(text) or _COMMA_THOUSANDS.fullmatch(text):
        small, large = Fraction(text.replace(",", ".")), Fraction(re.sub("[.,]", "", text))
        return NumberReading(small, large, "number-ambiguous", tuple(_both_readings(text, ",")))
    if _GROUPED.fullmatch(text):
        return _exactly(Fraction(text.replace(".", "").replace(",", ".")))
    if not _DECIMAL.fullmatch(text):
        raise UnitError("number-unreadable", text=text)
    return _exactly(Fraction(text.replace(",", ".")))


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
