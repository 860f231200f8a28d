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

from sehatmenu.allowances import MAX_CELL_LENGTH, MAX_CELLS, MAX_TABLE_BYTES, MAX_TABLE_CELLS, MAX_TABLE_COLUMNS
from sehatmenu.errors import LoadError
from sehatmenu.files import Place, UnreadableError, read_text
from sehatmenu.findings import Finding, Report, from_problem, problem
from sehatmenu.quantities.intervals import UNKNOWN, Interval

DATA = Path(__file__).resolve().parents[1] / "data"
"""The folder of the tables that travel with the package."""

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
    name, rows = str(path), read_grid(path, ",", MAX_TABLE_CELLS)
    titles = tuple(title.strip() for title in rows[0]) if rows else ()
    if len(titles) > MAX_TABLE_COLUMNS:
        refuse([problem("table-too-wide", Place(name, 1, 1), limit=MAX_TABLE_COLUMNS)])
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


def refuse(problems: Sequence[Finding]) -> None:
    """Raise one LoadError with all problems, if there are any."""
    if problems:
        raise LoadError(Report(tuple(problems)))


def _filled(rows: list[list[str]]) -> list[tuple[int, list[str]]]:
    return [(line, row) for line, row in enumerate(rows[1:], 2) if row]


def read_grid(path: str | Path, delimiter: str = "", limit: int = MAX_CELLS) -> list[list[str]]:
    """The cells of a CSV file (UTF-8) row by row; comma or semicolon separated, whichever its first row has more of.

    Raises LoadError for a file that cannot be read, is no CSV, or has too many or too long cells.
    """
    name = str(path)
    try:
        text = read_text(path, MAX_TABLE_BYTES)
    except UnreadableError as error:
        raise LoadError(Report(tuple(from_problem(p) for p in error.problems))) from error
    first = text.partition("\n")[0]
    delimiter = delimiter or (";" if first.count(";") > first.count(",") else ",")
    rows, cells = list[list[str]](), 0
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
    try:
        for row in reader:
            cells += sum(map(bool, row)) + len(row) // 20
            if cells > limit:
                refuse([problem("table-too-large", Place(name, reader.line_num, 1), limit=limit)])
            rows.append(row)
    except csv.Error as error:
        found = problem("table-unreadable", Place(name, reader.line_num, 1), limit=MAX_CELL_LENGTH)
        raise LoadError(Report((found,))) from error
    return rows
