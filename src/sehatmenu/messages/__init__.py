"""Words come last: finding codes and raw values become Indonesian and English sentences, numbers and dates included."""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum
from errno import errorcode
from functools import lru_cache
from numbers import Real
from pathlib import Path
from typing import Any, Protocol, runtime_checkable

from sehatmenu.files import read_yaml

LANGUAGES = ("id", "en")
_CLAUSE, _NAMED = re.compile(r"\[\[(.*?)\]\]"), re.compile(r"\{(\w+)\}")

HUGE = 1e15
"""From here on numbers are written with a power of ten."""


@dataclass(frozen=True, slots=True)
class Text:
    """A title or name in Indonesian and English."""

    id: str
    en: str

    def in_language(self, lang: str) -> str:
        return self.en if lang == "en" else self.id

    def __str__(self) -> str:
        return self.id


class Word(str):
    """A catalogue word (`pass`, `senin`, `kind-text`) inside a sentence: spoken in the sentence's language."""

    __slots__ = ()


@dataclass(frozen=True, slots=True)
class Figure:
    """A number with its unit, possibly a range or unknown, as it is to be printed.

    `unit` is a canonical unit; `fraction` prints as per cent and `IDR` as rupiah.
    """

    low: float
    high: float
    unit: str

    @classmethod
    def exact(cls, value: float, unit: str) -> Figure:
        return cls(value, value, unit)


def render(code: str, values: Mapping[str, object], lang: str = "id") -> str:
    """The sentence of a finding code in a language, values filled in the way that language writes them.

    A clause in double brackets, `[[; perhaps {suggestion}]]`, is said only when each of its values is there.
    """
    template = _CLAUSE.sub(lambda clause: _said(clause[1], values), catalogue(lang)[code])
    return template.format_map({name: spoken(value, lang) for name, value in values.items()})


def _said(clause: str, values: Mapping[str, object]) -> str:
    return clause if all(_there(values.get(name)) for name in _NAMED.findall(clause)) else ""


def _there(value: object) -> bool:
    return value is not None and not (isinstance(value, str | list | tuple) and not value)


@lru_cache(maxsize=len(LANGUAGES))
def catalogue(lang: str) -> Mapping[str, str]:
    """All sentences of a language, by code."""
    if lang not in LANGUAGES:
        raise ValueError(f"lang must be one of {LANGUAGES}, not {lang!r}")
    data: Any = read_yaml(Path(__file__).with_name(f"{lang}.yaml")).data
    return {str(code): str(text) for code, text in data.items()}


@runtime_checkable
class Spoken(Protocol):
    """A value that knows how it is said in a language, such as a stretch of days."""

    def spoken(self, lang: str) -> str: ...


_HIDDEN = re.compile("[\x00-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]")
"""Control characters of C0 and C1, line breaks among them, and those that turn the direction of writing."""


def visible(text: str) -> str:
    r"""A text in which whatever would steer a terminal, or begin a line, is written out.

    >>> print(visible("Bu \x1b[31mSri\nlunas"))
    Bu \x1b[31mSri\nlunas
    """
    return _HIDDEN.sub(lambda sign: repr(sign.group())[1:-1], text)


def as_lines(parts: Iterable[str]) -> str:
    """Lines of plain text, each of which stays one line whatever the names in it hold."""
    return "\n".join(map(visible, parts))


def spoken(value: object, lang: str) -> str:
    """A raw value as a person writes it in a language: `1.234,5 g`, `Rp12.500`, `24 November 2026`.

    Control characters in it are written out.
    """
    return visible(_spoken(value, lang))


def _spoken(value: object, lang: str) -> str:
    match value:
        case Text():
            return value.in_language(lang)
        case Figure():
            return figure_text(value, lang)
        case bool() | StrEnum() | Word():
            return word(str(value), lang)
        case Real() | Decimal():
            return number_text(float(value), lang)
        case date():
            return date_text(value, lang)
        case OSError():
            return system_text(value, lang)
        case Spoken():
            return value.spoken(lang)
        case list() | tuple() | set() | frozenset():
            return ", ".join(spoken(item, lang) for item in value)
        case Mapping():
            return ", ".join(f"{spoken(key, lang)}: {spoken(item, lang)}" for key, item in value.items())
        case _:
            return "–" if value is None else str(value)


def word(key: str, lang: str) -> str:
    """A catalogue word such as a verdict, a weekday or a meal; a key without an entry stands for itself."""
    return catalogue(lang).get(f"word-{key.lower()}", key)


def system_text(error: OSError, lang: str) -> str:
    """What the system refused, in a few words: the disk is full, there is no such file."""
    code = errorcode.get(error.errno or 0, "").lower()
    return catalogue(lang).get(f"word-system-{code}", error.strerror or str(error))


def number_text(value: float, lang: str) -> str:
    """A number with at most four significant decimals, decimal comma in Indonesian."""
    from babel.numbers import format_decimal

    if not math.isfinite(value):
        return word("not-known", lang) if math.isnan(value) else "∞" if value > 0 else "-∞"
    if abs(value) >= HUGE:
        power = math.floor(math.log10(abs(value)))
        return f"{number_text(round(value / 10.0**power, 2), lang)} × 10^{power}"
    digits = 0 if value == int(value) else max(1, min(4, 2 - math.floor(math.log10(abs(value)))))
    return str(format_decimal(round(value, digits), format=f"#,##0.{'#' * digits}", locale=lang))


def figure_text(figure: Figure, lang: str) -> str:
    """A figure with its unit; a range as `low–high`, an unbounded one as `at least low`."""
    if figure.low == -math.inf and math.isfinite(figure.high):
        return f"≤ {_with_unit(figure.high, figure.unit, lang)}"
    if math.isinf(figure.high):
        if figure.low <= 0:
            return word("not-known", lang)
        return f"≥ {_with_unit(figure.low, figure.unit, lang)}"
    if math.isclose(figure.low, figure.high, rel_tol=1e-9, abs_tol=1e-12):
        return _with_unit(figure.high, figure.unit, lang)
    low, high = (_with_unit(bound, figure.unit, lang) for bound in (figure.low, figure.high))
    if low == high:
        return high
    if figure.unit == "IDR":
        return f"{low}–{high}"
    low = number_text(figure.low * (100 if figure.unit == "fraction" else 1), lang)
    return f"{low}–{high}"


def _with_unit(value: float, unit: str, lang: str) -> str:
    if unit == "IDR":
        return f"Rp{number_text(round(value) if math.isfinite(value) else value, lang)}"
    if unit == "fraction":
        return f"{number_text(value * 100, lang)} %"
    return f"{number_text(value, lang)} {word(f'unit-{unit}', lang).removeprefix('unit-')}".rstrip()


def date_text(day: date, lang: str) -> str:
    """A date in words: `24 November 2026`."""
    from babel.dates import format_date

    return str(format_date(day, format="d MMMM y", locale=lang))


def short_date_text(day: date, lang: str) -> str:
    """A date without its year for the head of a column: `24 Nov`."""
    from babel.dates import format_date

    return str(format_date(day, format="d MMM", locale=lang))
