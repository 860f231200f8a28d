"""What stands in one cell of a ledger: a figure with its unit, a date, a time of day, a word; read or refused."""

from __future__ import annotations

import math
import re
from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal, TypeAlias

from sehatmenu.errors import UnitError
from sehatmenu.quantities.numbers import read_number
from sehatmenu.quantities.units import read_quantity
from sehatmenu.worksheets.cells import Cell
from sehatmenu.worksheets.headed_sheets import Heading, spelled
from sehatmenu.worksheets.sheet_figures import law_figure

Kind: TypeAlias = Literal["text", "choice", "date", "clock", "figure"]

MINUTES = 1440
"""The minutes of a day: a smaller number is a time of day, a larger one counts from 1970-01-01."""

_PLAIN = re.compile(r"[0-9]{1,9}(?:[.,](?:[0-9]{1,2}|[0-9]{4,12}))?")
_CLOCK = re.compile(r"(?P<hour>[01]?[0-9]|2[0-3])[.,:](?P<minute>[0-5][0-9])(?:[.:][0-5][0-9](?:\.0+)?)?")
_STAMP = re.compile(r"(?P<day>[0-9]{4}-[0-9]{2}-[0-9]{2})[ T]+(?P<clock>\S+)")
_DAY = re.compile(r"(?P<day>[0-9]{1,2})(?P<between>[-/. ]+)(?P<month>[0-9]{1,2}|[A-Za-z]+)[-/. ]+(?P<year>[0-9]{4})")
_MONTHS = (
    "januari", "februari", "maret", "april", "mei", "juni",
    "juli", "agustus", "september", "oktober", "november", "desember",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Entry(Heading):
    """A heading of a ledger: what its cells hold, in which unit, within which bounds, or which words.

    A required entry must be filled in every row; a blank in any other is not known. `several` words may stand in one cell,
    with a comma, a semicolon or (as telephones export them) a blank between them.
    """

    kind: Kind = "text"
    unit: str = ""
    least: float = 0.0
    most: float = math.inf
    choices: tuple[str, ...] = ()
    whole: bool = False
    several: bool = False

    def fault(self, value: float) -> str:
        """The code of what is wrong with a figure: out of bounds, or not whole where it has to be; else empty."""
        if not self.least <= value <= self.most or math.isinf(value):
            return "ledger-range"
        return "ledger-whole" if self.whole and value != int(value) else ""


def read_word(entry: Entry, cell: Cell) -> str:
    """The word of a cell, one of the choices where there are any; raises UnitError."""
    if cell.fault and not (cell.fault == "sheet-cell-truth" and not entry.choices):
        raise UnitError(cell.fault, text=cell.text)
    if not entry.choices:
        return cell.text
    if entry.several:
        parts = [part for part in re.split(r"[,;\s]+", cell.text) if part]
        return ", ".join(dict.fromkeys(_choice(entry, part) for part in parts))
    return _choice(entry, cell.text)


def _choice(entry: Entry, text: str) -> str:
    for choice in entry.choices:
        if spelled(text) == choice.casefold():
            return choice
    raise UnitError("sheet-choice", text=text, choices=", ".join(entry.choices))


def read_value(entry: Entry, cell: Cell) -> float:
    """The number that a cell stands for: in the entry's unit, as days since 1970-01-01, or as minutes; raises UnitError."""
    match entry.kind:
        case "date":
            return float(read_day(_dated(cell)).toordinal() - date(1970, 1, 1).toordinal())
        case "clock":
            return read_clock(_dated(cell))
        case _:
            return _figure(entry, cell)


def _dated(cell: Cell) -> str:
    """The text of a cell that may be a date or a time of Excel."""
    if cell.fault and cell.fault != "sheet-cell-date":
        raise UnitError(cell.fault, text=cell.text)
    return cell.text


def _figure(entry: Entry, cell: Cell) -> float:
    if cell.fault:
        raise UnitError(cell.fault, text=cell.text)
    value = _number(cell.text, entry.unit)
    if code := entry.fault(value):
        raise UnitError(code, text=cell.text, least=entry.least, most=entry.most)
    return value


def _number(text: str, unit: str) -> float:
    if _PLAIN.fullmatch(text):
        return float(text.replace(",", "."))
    if unit:
        return read_quantity(law_figure(text, unit), unit)
    found = read_number(text).value
    if not found.known:
        raise UnitError("number-range", text=text)
    return found.low


def read_day(text: str) -> date:
    """A date as `2026-02-02`, `2 Februari 2026` or `25/2/2026`; `3/2/2026` may be two days and is refused with both.

    >>> str(read_day("2026-02-02")), str(read_day("2 Februari 2026")), str(read_day("25/2/2026"))
    ('2026-02-02', '2026-02-02', '2026-02-25')
    """
    try:
        return date.fromisoformat(text[:10]) if re.match(r"[0-9]{4}-", text) else _spelled(text)
    except UnitError:
        raise
    except ValueError:
        raise UnitError("date-wrong", text=text) from None


def _spelled(text: str) -> date:
    found = _DAY.fullmatch(text)
    if found is None:
        raise ValueError(text)
    day, year, month = int(found["day"]), int(found["year"]), found["month"]
    if not month.isdecimal():
        named = [n for n, name in enumerate(_MONTHS, 1) if len(month) >= 3 and name.startswith(month.casefold())]
        return date(year, named[0] if len(named) == 1 else 0, day)
    first, second = date(year, int(month), day), int(month)
    if day <= 12 and day != second:
        raise UnitError(
            "date-two-ways", text=text, choices=f"{first.isoformat()}, {date(year, day, second).isoformat()}"
        )
    return first


def read_clock(text: str) -> float:
    """A time of day in minutes (`08.15`, `20:00`), or with its date in minutes since 1970-01-01.

    >>> read_clock("08.15"), read_clock("1970-01-02 00:30")
    (495.0, 1470.0)
    """
    stamped = _STAMP.fullmatch(text)
    found = _CLOCK.fullmatch(stamped["clock"] if stamped else text)
    if found is None:
        raise UnitError("clock-wrong", text=text)
    minutes = 60 * int(found["hour"]) + int(found["minute"])
    if stamped is None:
        return float(minutes)
    day = read_day(stamped["day"])
    return float((datetime(day.year, day.month, day.day) - datetime(1970, 1, 1)).days * MINUTES + minutes)
