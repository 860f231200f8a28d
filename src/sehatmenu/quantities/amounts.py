"""Kitchen amounts: `1½ ikat kangkung`, `garam secukupnya`, `2-3 siung`, read with Indonesian units or refused."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Literal, TypeAlias

from sehatmenu.errors import UnitError
from sehatmenu.quantities.intervals import UNKNOWN, Interval
from sehatmenu.quantities.numbers import NUMBER, clean, read_clean_number
from sehatmenu.quantities.units import canonical, dimension, factor, is_unit, nearest, refused_unit

Kind: TypeAlias = Literal["mass", "volume", "measure", "money", "unknown"]

AS_NEEDED = "secukupnya"
"""The unit of an amount that the recipe leaves to the cook."""

_SHORT_FORMS = {
    "sdm": "",
    "sdt": "",
    "sendok sayur": "",
    "gelas": "gls",
    "cangkir": "cgk",
    "cup": "",
    "mangkok": "mangkuk mgk",
    "piring": "prg",
    "centong": "",
    "siung": "",
    "butir": "btr",
    "biji": "bj",
    "buah": "bh",
    "ikat": "ikt",
    "papan": "ppn",
    "potong": "ptg ptng",
    "lembar": "lbr lmbr helai",
    "batang": "btg",
    "ruas": "",
    "jari": "",
    "cm": "",
    "genggam": "",
    "kepal": "",
    "jumput": "jimpit",
    "cubit": "",
    "ekor": "ekr",
    "bungkus": "bks bngks",
    "sachet": "saset",
    "pak": "pack",
    "kotak": "ktk",
    "kaleng": "klg",
    "botol": "btl",
    "keping": "",
    "iris": "",
    "lempeng": "",
    "kuntum": "",
    "bonggol": "",
    "tongkol": "",
    "tangkai": "tgk",
    "pucuk": "",
    "rumpun": "",
    "lonjor": "",
    "rimpang": "",
    "sisir": "",
    "tandan": "",
    "gandeng": "",
    "tusuk": "tsk",
    "gulung": "",
    "porsi": "",
}

MEASURES = tuple(_SHORT_FORMS)
"""The canonical household measure words; how much each holds depends on the food and is never guessed."""

_MEASURES: Mapping[str, str] = {"sendok makan": "sdm", "sendok teh": "sdt"} | {
    spelling: word for word, shorts in _SHORT_FORMS.items() for spelling in (word, *shorts.split())
}
_SIZES = {"kecil": "kecil", "kcl": "kecil", "sedang": "sedang", "sdg": "sedang", "besar": "besar", "bsr": "besar"}
_SIZES |= {"munjung": "munjung", "peres": "peres"}
_REFUSED = {"lb": "lembar", "lbs": "lembar", "pc": "potong, buah, biji", "pcs": "potong, buah, biji"}
_REFUSED |= {"sendok": "sdm, sdt", "sdk": "sdm, sdt"}
_METRIC: Mapping[str, tuple[Kind, str]] = {"[mass]": ("mass", "g"), "[volume]": ("volume", "ml")}

_NUMBER_WORDS = {"satu setengah": "1 1/2", "setengah": "1/2", "seperempat": "1/4", "satu": "1", "dua": "2"}
_NUMBER_WORDS |= {"tiga": "3", "empat": "4", "lima": "5", "enam": "6", "tujuh": "7", "delapan": "8"}
_NUMBER_WORDS |= {"sembilan": "9", "sepuluh": "10"}
_COUNTED = "|".join(sorted([*_MEASURES, "gram", "kg", "kilo", "ons", "liter"], key=len, reverse=True))
_NUMBER_WORD = re.compile(rf"\b({'|'.join(_NUMBER_WORDS)})(?=\s+(?:{_COUNTED})\b)", re.IGNORECASE)
_ONE_OF = re.compile(rf"\bse({_COUNTED})\b", re.IGNORECASE)
_AS_NEEDED = re.compile(r"\b(?:secukup\s?nya|sesuai selera)\b", re.IGNORECASE)
_RUPIAH = re.compile(r"\brp\b|\brp(?=\.?[0-9])|\b(?:rupiah|idr)\b", re.IGNORECASE)
_THOUSANDS_OF_RUPIAH = re.compile(r"[0-9]\s*(?:rb|ribu|ribuan)\b|[0-9]k\b", re.IGNORECASE)
_MONEY = re.compile(r"rp\.?\s*(?P<after>[0-9.,]+)|(?P<before>[0-9.,]+)\s*(?:rupiah|idr)", re.IGNORECASE)
_COMMA = re.compile(r",(?=\s|$)")
_REMARK = re.compile(r"\(([^()]*)\)")
_SEPARATORS = " ,;:=-"
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


@dataclass(frozen=True, slots=True)
class IngredientText:
    """One ingredient line taken apart: how much, of what, and what was said in brackets."""

    amount: Amount
    food: str
    remark: str = ""


def read_amount(text: str) -> Amount:
    """Read an amount without a food: `250 g`, `1 1/2 kg`, `2-3 siung`, `secukupnya`, `Rp 12.500`.

    Raises UnitError, whose text says what was read, why it is refused and what to write instead.

    >>> str(read_amount("2 ons")), str(read_amount("½ sdm")), str(read_amount("secukupnya"))
    ('200 g', '0.5 sdm', 'secukupnya')
    """
    return _amount(clean(text))


def read_ingredient(text: str) -> IngredientText:
    """Read an ingredient line, the amount before or after the food.

    Raises UnitError, whose text says what was read, why it is refused and what to write instead.

    >>> read_ingredient("kangkung 2 ikat").food, str(read_ingredient("1½ ikat kangkung").amount)
    ('kangkung', '1.5 ikat')
    """
    return _ingredient(clean(text))


@lru_cache(maxsize=4096)
def _amount(text: str) -> Amount:
    if _AS_NEEDED.fullmatch(text):
        return Amount(UNKNOWN, AS_NEEDED, "unknown")
    if _THOUSANDS_OF_RUPIAH.search(text):
        raise UnitError("amount-rupiah", text=text)
    money = _MONEY.fullmatch(text)
    if money is not None:
        reading = read_clean_number(money["after"] or money["before"], "kitchen", True)
        return Amount(reading.value, "IDR", "money", (reading.note,) if reading.note else ())
    spelled = _in_figures(text)
    number = _leading_number(spelled, text)
    if number is None:
        raise UnitError("number-unreadable", text=text)
    amount, rest = _measured(number, spelled, text)
    if amount is None or rest:
        raise _no_unit(number[0], rest, text, alone=True)
    return amount


@lru_cache(maxsize=4096)
def _ingredient(text: str) -> IngredientText:
    if _RUPIAH.search(text) or _THOUSANDS_OF_RUPIAH.search(text):
        raise UnitError("amount-rupiah", text=text)
    remarks = [remark.strip() for remark in _REMARK.findall(text)]
    line = _in_figures(" ".join(_REMARK.sub(" ", text).split()))
    if any(_other_amount(remark, text, metric=True) for remark in remarks):
        raise UnitError("amount-twice", text=text)
    amount, food, said = _as_needed(line, text) or _amount_first(line, text) or _amount_last(line, text)
    food = food.strip(_SEPARATORS)
    if not food:
        raise UnitError("ingredient-nameless", text=text)
    if _other_amount(food, text):
        raise UnitError("amount-twice", text=text)
    return IngredientText(amount, food, "; ".join(filter(None, [*remarks, said])))


def _in_figures(text: str) -> str:
    """`setengah kg` as `1/2 kg`, `seikat` as `1 ikat`; number words that count no unit stay words."""
    counted = _NUMBER_WORD.sub(lambda found: _NUMBER_WORDS[found[1].lower()], text)
    return _ONE_OF.sub(r"1 \1", counted)


def _as_needed(line: str, text: str) -> tuple[Amount, str, str] | None:
    found = _AS_NEEDED.search(line)
    if found is None:
        return None
    before, after = line[: found.start()].strip(_SEPARATORS), line[found.end() :].strip(_SEPARATORS)
    if _other_amount(f"{before} {after}", text):
        raise UnitError("amount-twice", text=text)
    amount = Amount(UNKNOWN, AS_NEEDED, "unknown")
    return (amount, before, after) if before else (amount, after, "")


def _amount_first(line: str, text: str) -> tuple[Amount, str, str] | None:
    number = _leading_number(line, text)
    if number is None:
        return None
    amount, rest = _measured(number, line, text)
    if amount is None:
        raise _no_unit(number[0], rest, text, alone=False)
    return amount, rest, ""


def _amount_last(line: str, text: str) -> tuple[Amount, str, str]:
    numbers = list(NUMBER.finditer(line))
    if not numbers:
        raise UnitError("amount-missing", text=text)
    for number in reversed(numbers):
        if line[number.start() - 1] == "-":
            raise UnitError("number-negative", text=text)
        amount, rest = _measured(number, line, text)
        if amount is not None:
            before = line[: number.start()].strip(_SEPARATORS)
            return (amount, before, rest[1:].strip()) if rest.startswith(",") else (amount, f"{before} {rest}", "")
    last = numbers[-1]
    raise _no_unit(last[0], line[last.end() :].strip(), text, alone=False)


def _leading_number(line: str, text: str) -> re.Match[str] | None:
    """The number that the line begins with; UnitError when it is negative or something else that no one writes."""
    if re.match(r"-\s*[0-9]", line):
        raise UnitError("number-negative", text=text)
    number = NUMBER.match(line)
    if number is None and re.match(r"[0-9.,/]", line):
        raise UnitError("number-unreadable", text=text)
    if number is not None and not _may_follow(line[number.end() :].split(maxsplit=1)):
        raise UnitError("number-unreadable", text=text)
    return number


def _may_follow(words: list[str]) -> bool:
    """True when the text after a number goes on with a word (or per cent sign), not with more of a number."""
    return not words or ((words[0][0].isalpha() or words[0][0] == "%") and not re.search("[0-9]", words[0]))


def _measured(number: re.Match[str], line: str, text: str) -> tuple[Amount | None, str]:
    """The amount that a number and the unit after it make (None without a unit), and the rest of the line."""
    unit, rest = _split_unit(line[number.end() :].strip(), text)
    if unit is None:
        return None, rest
    if not _is_metric(unit):
        reading = read_clean_number(number[0], "kitchen", False)
        return Amount(reading.value, unit, "measure"), rest
    kind, target = _METRIC[dimension(unit)]
    reading = read_clean_number(number[0], "kitchen", thousands=unit == target)
    notes = (reading.note,) if reading.note else ()
    return Amount(reading.times(factor(unit, target)), target, kind, notes), rest


def _is_metric(word: str) -> bool:
    return word not in _MEASURES and is_unit(word) and dimension(word) in _METRIC


def _split_unit(rest: str, text: str) -> tuple[str | None, str]:
    """The unit that a text begins with (a measure word with its size), and what follows it."""
    words = _COMMA.sub(" ,", rest).split()
    for length in (2, 1):
        word = " ".join(words[:length]).casefold().rstrip(".")
        if len(words) < length:
            continue
        if word in _MEASURES:
            size = _SIZES.get(words[length].casefold().rstrip(".")) if len(words) > length else None
            after = words[length + (size is not None) :]
            return " ".join(filter(None, [_MEASURES[word], size])), _joined(after)
        if _is_metric(word):
            return canonical(word), _joined(words[length:])
        instead = _REFUSED.get(word) or refused_unit(word)
        if instead:
            raise UnitError("unit-refused", text=text, unit=words[0], suggestion=instead)
    return None, rest


def _joined(words: list[str]) -> str:
    return " ".join(words).replace(" ,", ",")


def _other_amount(text: str, line: str, metric: bool = False) -> bool:
    """True when a text holds one more amount: a number with a unit, or (`metric`) with a unit of mass or volume."""
    for number in NUMBER.finditer(text):
        unit, _ = _split_unit(text[number.end() :].strip(), line)
        if unit is not None and (not metric or _is_metric(unit)):
            return True
    return False


def _no_unit(number: str, rest: str, text: str, alone: bool) -> UnitError:
    """Why a number without a unit is refused: a price, a misspelled unit, or no unit at all."""
    if re.fullmatch(r"[1-9][0-9]{0,2}(?:\.[0-9]{3})+", number) or (number.isdigit() and int(number) >= _PRICE_LIKE):
        return UnitError("amount-rupiah", text=text)
    word = rest.split()[0] if rest else ""
    meant = nearest(word, [*MEASURES, "gram", "liter"])
    if word and (alone or meant):
        return UnitError("unit-unknown", text=text, unit=word, suggestion=meant or ["g", "ml", "sdm", "sdt", "buah"])
    return UnitError("unit-missing", text=text)
