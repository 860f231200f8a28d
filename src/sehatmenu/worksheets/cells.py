"""Cells of a spreadsheet as a person filled them: their text as the readers of recipes take it, and where they stand."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, time
from decimal import Decimal

from sehatmenu.files import Place

_THREE_DECIMALS = re.compile(r"[0-9]+,[0-9]{3}")


@dataclass(frozen=True, slots=True, order=True)
class CellPlace(Place):
    """Where a cell stands: `resep.xlsx:Resep!C7`."""

    sheet: str

    def __str__(self) -> str:
        return f"{self.file}:{self.sheet}!{column_letters(self.column)}{self.line}"


@dataclass(frozen=True, slots=True)
class Cell:
    """One filled cell: its text, its place, and the code of a finding when what Excel holds there cannot be taken."""

    text: str
    place: Place
    fault: str = ""


@dataclass(frozen=True, slots=True)
class CellSheet:
    """The filled cells of one sheet by row and column, both counted from 1."""

    title: str
    file: str
    cells: Mapping[int, Mapping[int, Cell]]

    def place(self, line: int, column: int) -> Place:
        """The place of a cell, also of an empty one; a CSV file has no sheets."""
        return CellPlace(self.file, line, column, self.title) if self.title else Place(self.file, line, column)


def column_letters(column: int) -> str:
    """The letters of a column counted from 1.

    >>> column_letters(3), column_letters(28)
    ('C', 'AB')
    """
    letters = ""
    while column:
        column, rest = divmod(column - 1, 26)
        letters = chr(ord("A") + rest) + letters
    return letters


def text_of(value: object, percent: bool = False) -> tuple[str, str]:
    """What a cell's value is as text, and the code of the finding when it is none: a date, a truth value, no number.

    Numbers are written with a decimal comma, as kitchens do, and never with three decimals, which kitchens may read as
    thousands.

    >>> text_of(2.5), text_of(1.125), text_of(0.5, percent=True)
    (('2,5', ''), ('1,1250', ''), ('50 %', ''))
    """
    match value:
        case bool():
            return str(value), "sheet-cell-truth"
        case int() | float() if math.isfinite(value):
            return _number(Decimal(repr(value)), percent), ""
        case date() | time():
            return str(value), "sheet-cell-date"
        case str():
            return value.strip(), ""
        case _:
            return str(value), "sheet-cell-error"


def _number(value: Decimal, percent: bool) -> str:
    scaled = (value * 100 if percent else value).normalize()
    if percent:
        return f"{scaled:f} %"
    text = f"{scaled:f}".replace(".", ",")
    return f"{text}0" if _THREE_DECIMALS.fullmatch(text) else text
