"""Ledgers: what is written down day by day, read by column from YAML, CSV, xlsx or a data frame, each bad cell told."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from sehatmenu.documents import open_document
from sehatmenu.errors import UnitError
from sehatmenu.files import Document, Location, Place
from sehatmenu.findings import Finding, problem
from sehatmenu.food.sheets import refuse
from sehatmenu.worksheets.cells import Cell, CellSheet, text_of
from sehatmenu.worksheets.forms import Value
from sehatmenu.worksheets.headed_sheets import filled_rows, headed, in_order, open_sheet, spelled, write_headed
from sehatmenu.worksheets.ledger_cells import Entry, Kind, read_value, read_word

if TYPE_CHECKING:
    from sehatmenu.worksheets.frames import IntoFrame, Wanted

F8 = npt.NDArray[np.float64]
I8 = npt.NDArray[np.int64]
Flags = npt.NDArray[np.bool_]
Days = npt.NDArray[np.datetime64]

EXPORTED = {"uuid", "meta/instanceid", "meta-instanceid", "key"}
"""Columns that tell an export of KoboToolbox or ODK."""

TRACES = {
    *EXPORTED, "start", "end", "today", "deviceid", "subscriberid", "simserial", "phonenumber", "username", "simid",
    "devicephonenum",
    "formhub/uuid", "submissiondate", "submitterid", "submittername", "attachmentspresent", "attachmentsexpected", "status",
    "reviewstate", "edits", "formversion", "instanceid", "instancename", "meta-instancename",
}  # fmt: skip
"""Columns that such an export adds to the questions."""

WANTED: Mapping[Kind, Wanted] = {
    "text": "words", "choice": "words", "date": "days", "clock": "minutes", "figure": "figures"
}  # fmt: skip
"""What is asked of a column of a data frame for each kind of heading."""


@dataclass(frozen=True, slots=True, eq=False)
class Labels:
    """A column of words: the distinct ones, and for each row the number of its word, -1 where the cell is blank."""

    names: tuple[str, ...]
    codes: I8

    def __iter__(self) -> Iterator[str]:
        """The word of each row; an empty text for a blank."""
        return (self.names[code] if code >= 0 else "" for code in self.codes.tolist())

    def at(self, row: int) -> str:
        """The word of one row."""
        return self.names[self.codes[row]] if self.codes[row] >= 0 else ""


@dataclass(frozen=True, slots=True)
class Book:
    """A kind of ledger: the title of its sheet, its headings, an example row and advice for the template."""

    title: str
    template: str
    entries: tuple[Entry, ...]
    example: tuple[tuple[Value, ...], ...] = ()
    advice: tuple[str, ...] = ()

    def entry(self, field: str) -> Entry:
        """The heading of a field; raises KeyError."""
        for entry in self.entries:
            if entry.field == field:
                return entry
        raise KeyError(field)

    def write_template(self, path: str | Path) -> None:
        """Write the empty ledger with headings, notes, drop-down lists and an example. Needs the extra `excel`."""
        choices = {entry.field: entry.choices for entry in self.entries}
        write_headed(path, self.title, self.entries, self.example, self.advice, lambda field: choices[field])


@dataclass(frozen=True, slots=True, eq=False)
class Ledger:
    """What was read, by column: figures (nan where blank), days (NaT where blank) and words; `size` rows."""

    book: Book
    file: str
    size: int
    figures: Mapping[str, F8]
    days: Mapping[str, Days]
    labels: Mapping[str, Labels]
    place: Callable[[int, str], Place]

    def __len__(self) -> int:
        return self.size

    def figure(self, field: str) -> F8:
        """A column of figures; all unknown where the column is not there."""
        return self.figures[field] if field in self.figures else np.full(self.size, np.nan)

    def day(self, field: str) -> Days:
        """A column of dates."""
        return self.days[field] if field in self.days else np.full(self.size, "NaT", "datetime64[D]")

    def label(self, field: str) -> Labels:
        """A column of words."""
        return self.labels[field] if field in self.labels else Labels((), np.full(self.size, -1))

    def missing(self, *fields: str) -> dict[str, int]:
        """How many cells of some columns are blank, by the title of the column; full columns are left out."""
        counts = {self.book.entry(field).title: int(self.blank(field).sum()) for field in fields}
        return {title: count for title, count in counts.items() if count}

    def blank(self, field: str) -> Flags:
        """Which rows hold nothing in a column."""
        kind = self.book.entry(field).kind
        if kind in ("text", "choice"):
            return self.label(field).codes < 0
        return np.isnat(self.day(field)) if kind == "date" else np.isnan(self.figure(field))

    def grouped(self, *fields: str) -> tuple[tuple[tuple[str, ...], ...], I8]:
        """The distinct combinations of some words, and for each row the number of its own; blanks are empty texts."""
        columns = [self.label(field) for field in fields]
        number = np.zeros(self.size, dtype=np.int64)
        for column in columns:
            number = number * (len(column.names) + 1) + column.codes + 1
        distinct, first, group = np.unique(number, return_index=True, return_inverse=True)
        keys = tuple(tuple(column.at(int(row)) for column in columns) for row in first)
        return keys[: distinct.size], group.astype(np.int64)

    def only(self, rows: Flags | I8) -> Ledger:
        """Some of the rows."""
        at = np.flatnonzero(rows) if rows.dtype == bool else rows.astype(np.int64)
        labels = {name: Labels(column.names, column.codes[at]) for name, column in self.labels.items()}
        figures = {name: column[at] for name, column in self.figures.items()}
        days = {name: column[at] for name, column in self.days.items()}
        before = self.place
        place: Callable[[int, str], Place] = lambda row, field: before(int(at[row]), field)  # noqa: E731
        return replace(self, size=len(at), figures=figures, days=days, labels=labels, place=place)


def read_ledger(source: str | Path | Document | IntoFrame, book: Book) -> Ledger:
    """Read a ledger: YAML, CSV (comma or semicolon) or xlsx with Indonesian headings, or a data frame of any make.

    A blank is unknown. Raises LoadError with every problem, each at its cell. Workbooks need the extra `excel`, data
    frames the extra `frames`.
    """
    if not isinstance(source, str | Path | Document):
        return _of_frame(source, book)
    problems: list[Finding] = []
    of_line: dict[int, Place] = {}
    if isinstance(source, Document) or Path(source).suffix.casefold() in (".yaml", ".yml"):
        sheet = _of_document(open_document(source), book, of_line)
    else:
        sheet = _without_traces(open_sheet(source, book.title, book.template, problems))
    columns = headed(sheet, book.entries, problems)
    rows = list(filled_rows(sheet, columns, problems))
    if not rows and not problems:
        problems.append(problem("sheet-no-row", sheet.place(2, 1)))
    at = {heading.field: number for number, heading in columns.items()}
    lines = [line for line, _ in rows]

    def place(row: int, field: str) -> Place:
        return of_line.get(lines[row]) or sheet.place(lines[row], at.get(field, 1))

    filler = Filler(book, sheet.file, len(rows), place, problems)
    for field in at:
        filler.fill(field, [cells.get(field) for _, cells in rows])
    return filler.ledger()


class Filler:
    """Fills the columns of a ledger one after the other; every distinct text is read once, and told of at each cell."""

    def __init__(
        self, book: Book, file: str, size: int, place: Callable[[int, str], Place], problems: list[Finding]
    ) -> None:
        self._book, self._file, self._size, self._place, self._problems = book, file, size, place, problems
        self._figures: dict[str, F8] = {}
        self._days: dict[str, Days] = {}
        self._labels: dict[str, Labels] = {}

    def fill(self, field: str, cells: Sequence[Cell | None]) -> None:
        """A column out of its cells."""
        levels: dict[tuple[str, str], int] = {}
        codes = [-1 if c is None else levels.setdefault((c.text, c.fault), len(levels)) for c in cells]
        self.fill_levels(field, np.array(codes, dtype=np.int64), list(levels), cells)

    def fill_levels(
        self, field: str, codes: I8, levels: Sequence[tuple[str, str]], cells: Sequence[Cell | None] = ()
    ) -> None:
        """A column out of its distinct texts (each with the code of what is wrong with it) and their numbers by row."""
        entry = self._book.entry(field)
        wrong: dict[int, UnitError] = {}
        read: list[Any] = []
        for number, (text, fault) in enumerate(levels):
            cell = Cell(text, Place(self._file, 1, 1), fault)
            try:
                read.append(read_word(entry, cell) if entry.kind in ("text", "choice") else read_value(entry, cell))
            except UnitError as error:
                wrong[number] = error
                read.append("" if entry.kind in ("text", "choice") else math.nan)
        for row in np.flatnonzero(np.isin(codes, list(wrong))).tolist() if wrong else ():
            why, written = wrong[int(codes[row])], cells[row] if cells else None
            place = written.place if written else self._place(row, field)
            self._problems.append(problem(why.code, place, **why.values))
        self._keep(entry, codes, read)

    def _keep(self, entry: Entry, codes: I8, read: list[Any]) -> None:
        if entry.kind in ("text", "choice"):
            names = tuple(dict.fromkeys(word for word in read if word))
            number = {word: n for n, word in enumerate(names)} | {"": -1}
            again = np.array([number[word] for word in read] + [-1], dtype=np.int64)
            self._labels[entry.field] = Labels(names, again[codes])
        else:
            self.fill_figures(entry.field, np.array([*read, math.nan])[codes])
        self._need(entry)

    def fill_figures(self, field: str, values: F8) -> None:
        """A column of numbers that were read already, in the entry's unit, as days or as minutes."""
        if self._book.entry(field).kind != "date":
            self._figures[field] = values
            return
        days = np.full(self._size, "NaT", "datetime64[D]")
        known = ~np.isnan(values)
        days[known] = values[known].astype(np.int64).astype("datetime64[D]")
        self._days[field] = days

    def check_figures(self, field: str) -> None:
        """Tell of numbers outside of the bounds of their heading, and of blanks where there may be none."""
        entry, values = self._book.entry(field), self._figures.get(field)
        if values is not None:
            wrong = (values < entry.least) | (values > entry.most) | np.isinf(values)
            wrong |= entry.whole & (np.floor(values) != values) & ~np.isnan(values)
            for row in np.flatnonzero(wrong).tolist():
                told = {"text": f"{values[row]:g}", "least": entry.least, "most": entry.most}
                self._problems.append(problem(entry.fault(float(values[row])), self._place(row, field), **told))
        self._need(entry)

    def _need(self, entry: Entry) -> None:
        if not entry.required:
            return
        refused = {finding.place for finding in self._problems}
        for row in np.flatnonzero(self._ledger().blank(entry.field)).tolist():
            place = self._place(row, entry.field)
            if place not in refused:
                self._problems.append(problem("sheet-cell-missing", place, column=entry.title))

    def _ledger(self) -> Ledger:
        return Ledger(self._book, self._file, self._size, self._figures, self._days, self._labels, self._place)

    def ledger(self) -> Ledger:
        """The ledger; raises LoadError with everything that is wrong."""
        refuse(in_order(self._problems))
        return self._ledger()


def _without_traces(sheet: CellSheet) -> CellSheet:
    """An export of KoboToolbox or ODK without the columns that it adds: who sent it, when, from which telephone.

    They are left out on purpose: none of them is asked for, and some name a person.
    """
    titles = {number: spelled(cell.text) for number, cell in sheet.cells.get(1, {}).items()}
    if not EXPORTED & set(titles.values()):
        return sheet
    kept = {number for number, title in titles.items() if not title.startswith(" ") and title not in TRACES}
    kept -= {number for number, cell in sheet.cells.get(1, {}).items() if cell.text.startswith("_")}
    cells = {
        line: {n: cell for n, cell in row.items() if n in kept or n not in titles} for line, row in sheet.cells.items()
    }
    return replace(sheet, cells={line: row for line, row in cells.items() if row})


def _of_frame(native: IntoFrame, book: Book) -> Ledger:
    from sehatmenu.worksheets.frames import FrameColumns

    table, problems = FrameColumns(native), list[Finding]()
    head = {n: Cell(title.strip(), Place(table.name, 1, n)) for n, title in enumerate(table.titles, 1)}
    columns = headed(CellSheet("", table.name, {1: head}), book.entries, problems)
    at = {heading.field: number for number, heading in columns.items()}

    def place(row: int, field: str) -> Place:
        return Place(table.name, row + 2, at.get(field, 1))

    if not table.size and not problems:
        problems.append(problem("sheet-no-row", Place(table.name, 2, 1)))
    filler = Filler(book, table.name, table.size, place, problems)
    for field, number in at.items():
        column = table.column(table.titles[number - 1], WANTED[book.entry(field).kind])
        if column.numbers is None:
            filler.fill_levels(field, column.codes, column.levels)
        else:
            filler.fill_figures(field, column.numbers)
            filler.check_figures(field)
    return filler.ledger()


def _of_document(document: Document, book: Book, of_line: dict[int, Place]) -> CellSheet:
    """The rows of a YAML file as cells: a list of rows, alone or under one key; each row names its headings."""
    data = document.data
    where: Location = ()
    if isinstance(data, dict) and len(data) == 1:
        where = (next(iter(data)),)
        data = data[where[0]]
    if not isinstance(data, list) or not all(isinstance(row, dict) for row in data):
        refuse([problem("ledger-not-rows", document.place(where), title=book.title)])
    titles: dict[str, int] = {}
    cells: dict[int, dict[int, Cell]] = {1: {}}
    for number, row in enumerate(data):
        line = number + 2
        of_line[line] = document.place((*where, number))
        for key, value in row.items():
            column = titles.setdefault(spelled(str(key)), len(titles) + 1)
            place = document.place((*where, number, key))
            cells[1].setdefault(column, Cell(str(key), document.key_place((*where, number, key))))
            if value is not None and str(value).strip():
                text, fault = text_of(value)
                fault = "ledger-cell-kind" if isinstance(value, list | dict) else fault
                cells.setdefault(line, {})[column] = Cell(text, place, fault)
    return CellSheet("", document.file, cells)
