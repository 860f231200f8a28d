"""Figures of a spreadsheet in the notation of the files: `Rp12.500` becomes `12500 IDR`, `2,5 %` becomes `2.5 %`."""

from __future__ import annotations

import re
from decimal import Decimal

from sehatmenu.errors import UnitError
from sehatmenu.quantities.numbers import clean, read_number
from sehatmenu.worksheets.cells import Cell

_FIGURE = re.compile(r"(?P<rupiah>rp\.?\s*)?(?P<number>.*?[0-9½¼¾])\s*(?P<unit>%|[a-z][a-z ]*)?", re.IGNORECASE)


def law_figure(text: str, unit: str = "") -> str:
    """A figure as a YAML file writes it; `unit` is meant where the cell has none.

    A text that is no figure comes back as it is, for the reader of the file to refuse. Raises UnitError for a number
    that a kitchen may mean in two ways.

    >>> law_figure("Rp12.500", "IDR"), law_figure("450", "portion"), law_figure("2,5 %"), law_figure("banyak", "IDR")
    ('12500 IDR', '450 portion', '2.5 %', 'banyak')
    """
    found = _FIGURE.fullmatch(clean(text))
    if found is None:
        return text
    named = "IDR" if found["rupiah"] else found["unit"] or unit
    value = read_number(found["number"], thousands=named.casefold() in ("idr", "rupiah", "rp")).value
    if not value.known:
        raise UnitError("number-range", text=text)
    return f"{_plain(value.low)} {named}".strip()


def _plain(value: float) -> str:
    """A number with a decimal point, and never with three decimals, which could be thousands."""
    number = f"{Decimal(repr(value)).normalize():f}"
    return f"{number}0" if len(number.partition(".")[2]) == 3 else number


def iso_date(cell: Cell) -> str:
    """The text of a cell that is to be a date; a date of Excel as `2026-02-02`."""
    return cell.text[:10] if cell.fault == "sheet-cell-date" else cell.text
