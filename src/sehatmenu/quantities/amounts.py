"""Kitchen amounts: `1½ ikat`, `secukupnya`, `2-3 siung`, read with Indonesian units or refused."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache

from sehatmenu.errors import UnitError
from sehatmenu.quantities.intervals import UNKNOWN, Interval
from sehatmenu.quantities.measure_words import MEASURES, SPELLINGS, UNCLEAR, Kind, UnitWord, unit_of
from sehatmenu.quantities.numbers import NUMBER, NumberReading, clean, read_clean_number
from sehatmenu.quantities.units import nearest

__all__ = [
    "AS_NEEDED",
    "LEFT_OPEN",
    "MEASURES",
    "NUMBER_WORDS",
    "Amount",
    "Kind",
    "amount_of",
    "in_figures",
    "is_price",
    "read_amount",
]

AS_NEEDED = "secukupnya"
"""The unit of an amount that the recipe leaves to the cook."""

NUMBER_WORDS = {
    "satu setengah": "1 1/2",
    "setengah": "1/2",
    "stengah": "1/2",
    "seperempat": "1/4",
    "sepertiga": "1/3",
    "satu": "1",
}
NUMBER_WORDS |= {"tiga perempat": "3/4", "dua pertiga": "2/3", "dua setengah": "2 1/2", "tiga setengah": "3 1/2"}
NUMBER_WORDS |= {"dua": "2", "tiga": "3", "empat": "4", "lima": "5", "enam": "6", "tujuh": "7", "delapan": "8"}
NUMBER_WORDS |= {"sembilan": "9", "sepuluh": "10", "sebelas": "11", "dua belas": "12", "selusin": "12"}
_UNITS = "|".join(sorted([*SPELLINGS, "gram", "gr", "kg", "kilo", "ons", "liter", "ltr", "ml"], key=len, reverse=True))
_WORDS = "|".join(sorted(NUMBER_WORDS, key=len, reverse=True))
_NUMBER_WORD = re.compile(rf"\b({_WORDS})(?=\s+(?:{_UNITS})\b)", re.IGNORECASE)
_ONE_OF = re.compile(rf"\bse({_UNITS})\b", re.IGNORECASE)
_AS_NEEDED = re.compile(r"\b(?:secukup\s?nya|sesuai selera)\b", re.IGNORECASE)
_THOUSANDS_OF_RUPIAH = re.compile(r"[0-9]\s*(?:rb|ribu|ribuan)\b|[0-9]k\b", re.IGNORECASE)
_MONEY = re.compile(r"rp\.?\s*(?P<after>[0-9.,]+)|(?P<before>[0-9.,]+)\s*(?:rupiah|idr)", re.IGNORECASE)
_PRICE_LIKE = 500  # a bare number from here on is what was paid: "tempe 3000"


@dataclass(frozen=True, slots=True)
class Amount:
    """An amount as a kitchen states it: grams, millilitres, or so many of a household measure.

    `unit` is `g`, `ml`, `IDR`, `secukupnya` or a measure word such as `siung` or `potong sedang`; what a measure
    weighs depends on the food. `secukupnya` is an unknown amount, not zero. `notes` are codes of things to be said.
    """

    value: Interval
    unit: str
    kind: Kind
    notes: tuple[str, ...] = ()

    def __str__(self) -> str:
        return self.unit if self.kind == "unknown" else f"{self.value} {self.unit}"


LEFT_OPEN = Amount(UNKNOWN, AS_NEEDED, "unknown")
"""An amount that the recipe leaves to the cook."""


def read_amount(text: str) -> Amount:
    """Read an amount without a food: `250 g`, `1 1/2 kg`, `2-3 siung`, `secukupnya`, `Rp 12.500`.

    Raises UnitError, whose text says what was read, why it is refused and what to write instead.

    >>> str(read_amount("2 ons")), str(read_amount("½ sdm")), str(read_amount("secukupnya"))
    ('200 g', '0.5 sdm', 'secukupnya')
    """
    return _amount(clean(text))


def amount_of(reading: NumberReading, unit: UnitWord) -> Amount:
    """So many of a unit; the notes of the number and of the unit are kept."""
    notes = tuple(note for note in (reading.note, unit.note) if note)
    return Amount(reading.times(unit.times), unit.unit, unit.kind, notes)


def in_figures(text: str) -> str:
    """`setengah kg` as `1/2 kg`, `seikat` as `1 ikat`; number words that count no unit stay words."""
    counted = _NUMBER_WORD.sub(lambda found: NUMBER_WORDS[found[1].lower()], text)
    return _ONE_OF.sub(r"1 \1", counted) if "se" in counted.casefold() else counted


@lru_cache(maxsize=4096)
def _amount(text: str) -> Amount:
    if _AS_NEEDED.fullmatch(text):
        return LEFT_OPEN
    if _THOUSANDS_OF_RUPIAH.search(text):
        raise UnitError("amount-rupiah", text=text)
    money = _MONEY.fullmatch(text)
    if money is not None:
        reading = read_clean_number(money["after"] or money["before"], "kitchen", True)
        return Amount(reading.value, "IDR", "money", (reading.note,) if reading.note else ())
    spelled = in_figures(text)
    number = _leading_number(spelled, text)
    rest = spelled[number.end() :].strip()
    words = rest.casefold().replace(".", "").split()
    unit = unit_of(words)
    if unit is None or unit.used < len(words):
        raise _no_unit(number[0], rest, text)
    if unit.note == UNCLEAR:
        raise UnitError("unit-refused", text=text, unit=unit.written, suggestion=unit.offered)
    return amount_of(read_clean_number(number[0], "kitchen", unit.whole), unit)


def _leading_number(line: str, text: str) -> re.Match[str]:
    """The number that the line begins with; UnitError when it is negative or something else that no one writes."""
    if re.match(r"-\s*[0-9]", line):
        raise UnitError("number-negative", text=text)
    number = NUMBER.match(line)
    if number is None or not _may_follow(line[number.end() :].split(maxsplit=1)):
        raise UnitError("number-unreadable", text=text)
    return number


def _may_follow(words: list[str]) -> bool:
    """True when the text after a number goes on with a word (or per cent sign), not with more of a number."""
    return not words or ((words[0][0].isalpha() or words[0][0] == "%") and not re.search("[0-9]", words[0]))


def _no_unit(number: str, rest: str, text: str) -> UnitError:
    """Why a number without a unit is refused: a price, a misspelled unit, or no unit at all."""
    if is_price(number):
        return UnitError("amount-rupiah", text=text)
    if not rest:
        return UnitError("unit-missing", text=text)
    word = rest.split()[0]
    meant = nearest(word, [*MEASURES, "gram", "liter"])
    return UnitError("unit-unknown", text=text, unit=word, suggestion=meant or ["g", "ml", "sdm", "sdt", "buah"])


def is_price(number: str) -> bool:
    """True for a bare number that is what was paid (`3000`, `2.500`), not how many."""
    thousands = re.fullmatch(r"[1-9][0-9]{0,2}(?:\.[0-9]{3})+", number)
    return bool(thousands) or (number.isdigit() and int(number) >= _PRICE_LIKE)
