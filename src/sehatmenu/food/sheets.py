"""Tables written as CSV: columns carry their unit in the header, blank cells are unknown, ranges are `2..3`."""

from __future__ import annotations

import csv
import io
import math
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from sehatmenu.errors import LoadError
from sehatmenu.files import Place
from sehatmenu.findings import Finding, Report, problem
from sehatmenu.quantities.intervals import UNKNOWN, Interval

DATA = Path(__file__).resolve().parents[1] / "data"
"""The folder of the tables that travel with the package."""

MAX_BYTES = 20_000_000
_HEADER = re.compile(r"(?P<name>[^\[\]]+?)\s*\[(?P<unit>[^\[\]]+)\]")
_NUMBER = re.compile(r"[0-9]+(?:\.[0-9]+)?\Z")


@dataclass(frozen=True, slots=True)
class Row:
    """One row of a table: its cells by column title, and where it stands."""

    cells: dict[str, str]
    file: str
    line: int
    columns: dict[str, int]

    def __getitem__(self, title: str) -> str:
        return self.cells.get(title, "")

    def words(self, title: str) -> frozenset[str]:
        """The words of a cell that holds a list separated by blanks."""
        return frozenset(self[title].split())

    def place(self, title: str = "") -> Place:
        """File, line and number of the column."""
        return Place(self.file, self.line, self.columns.get(title, 0) + 1)


@dataclass(frozen=True, slots=True)
class Sheet:
    """A table as written: titles of the columns, and the rows."""

    file: str
    titles: tuple[str, ...]
    rows: tuple[Row, ...]

    def __iter__(self) -> Iterator[Row]:
        return iter(self.rows)

    def figures(self) -> list[tuple[str, str, str]]:
        """The columns of numbers: (title, name, unit) of `protein [g]` is ("protein [g]", "protein", "g")."""
        found = [(title, _HEADER.fullmatch(title)) for title in self.titles]
        return [(title, match["name"], match["unit"]) for title, match in found if match]

    def place(self, title: str) -> Place:
        """Where a title stands."""
        return Place(self.file, 1, self.titles.index(title) + 1)


def read_sheet(path: str | Path, required: Sequence[str] = ()) -> Sheet:
    """Read a CSV file (UTF-8, comma separated, decimal point) with one row of titles.

    Raises LoadError with every problem: an unreadable file, a missing or double title, a row of another length.
    """
    name = str(path)
    rows = list(csv.reader(io.StringIO(_text(path), newline="")))
    titles = tuple(title.strip() for title in rows[0]) if rows else ()
    columns = {title: number for number, title in enumerate(titles)}
    problems = [problem("table-column-missing", Place(name, 1, 1), column=t) for t in required if t not in columns]
    problems += [problem("table-column-twice", Place(name, 1, 1), column=t) for t in columns if titles.count(t) > 1]
    problems += [
        problem("table-row-length", Place(name, line, 1), cells=len(row), titles=len(titles))
        for line, row in enumerate(rows[1:], 2)
        if row and len(row) != len(titles)
    ]
    refuse(problems)
    kept = (Row(dict(zip(titles, map(str.strip, row), strict=True)), name, n, columns) for n, row in _filled(rows))
    return Sheet(name, titles, tuple(kept))


@lru_cache(maxsize=8192)
def read_cell(text: str) -> Interval:
    """A cell as an amount: blank is unknown, `2` exact, `2..3` between, `2..` at least.

    Raises ValueError for anything else: a sign, a comma, a trace, a mark.

    >>> str(read_cell("0.2")), str(read_cell("2..3")), str(read_cell("2..")), str(read_cell(""))
    ('0.2', '2..3', '>= 2', '?')
    """
    if not text:
        return UNKNOWN
    low, between, high = text.partition("..")
    if not _NUMBER.match(low) or (high and not _NUMBER.match(high)):
        raise ValueError(text)
    return Interval(float(low), float(high) if high else math.inf if between else float(low))


def read_grid(path: str | Path) -> list[list[str]]:
    """The cells of a CSV file (UTF-8) row by row, comma or semicolon separated, whichever its first row has more of.

    Raises LoadError for a file that is missing, too large, not UTF-8 or not CSV.
    """
    text = _text(path)
    first = text.partition("\n")[0]
    delimiter = ";" if first.count(";") > first.count(",") else ","
    try:
        return list(csv.reader(io.StringIO(text, newline=""), delimiter=delimiter))
    except csv.Error as error:
        raise LoadError(Report((problem("sheet-unreadable", Place(str(path), 1, 1), error=str(error)),))) from error


def refuse(problems: Sequence[Finding]) -> None:
    """Raise one LoadError with all problems, if there are any."""
    if problems:
        raise LoadError(Report(tuple(problems)))


def _filled(rows: list[list[str]]) -> list[tuple[int, list[str]]]:
    return [(line, row) for line, row in enumerate(rows[1:], 2) if row]


def _text(path: str | Path) -> str:
    place = Place(str(path), 1, 1)
    try:
        with open(path, "rb") as stream:
            raw = stream.read(MAX_BYTES + 1)
    except OSError as error:
        raise LoadError(Report((problem("file-missing", place, error=error),))) from error
    if len(raw) > MAX_BYTES:
        refuse([problem("file-too-large", place, limit=MAX_BYTES)])
    try:
        return raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise LoadError(Report((problem("file-not-utf8", place),))) from error
