"""Spreadsheets with Indonesian headings: which column is which, what stands outside of them, and the empty template."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from sehatmenu.files import Place
from sehatmenu.findings import Finding, problem
from sehatmenu.food.sheets import read_grid, refuse
from sehatmenu.readings import nearest
from sehatmenu.worksheets.cells import Cell, CellSheet
from sehatmenu.worksheets.forms import Column, Form, Value
from sehatmenu.worksheets.spreadsheets import read_workbook, write_workbook

GUIDE = "Petunjuk"
ROOM = 300
"""Rows below the example that offer the words to choose from."""


@dataclass(frozen=True, slots=True)
class Heading:
    """A heading, the field that it fills, whether that belongs to one line, and whether it may be left out.

    `also` are other spellings of the heading that are taken for it.
    """

    title: str
    field: str
    of_line: bool = False
    required: bool = False
    note: str = ""
    width: int = 14
    also: tuple[str, ...] = ()

    def spellings(self) -> tuple[str, ...]:
        """Every way in which the heading may be written, in plain form."""
        return tuple(map(spelled, (self.title, *self.also)))


def spelled(title: str) -> str:
    """A heading in plain form: small letters, one blank between words, no underscores."""
    return " ".join(title.casefold().replace("_", " ").split())


def is_spreadsheet(path: str | Path) -> bool:
    """Whether a path names a workbook rather than a CSV or YAML file."""
    return Path(path).suffix.casefold() in (".xlsx", ".xlsm")


def open_sheet(path: str | Path, title: str, template: str, problems: list[Finding]) -> CellSheet:
    """The sheet of that title, or the CSV file; any other filled sheet of a workbook is told of."""
    if not is_spreadsheet(path):
        return grid(path)
    sheets = {sheet.title: sheet for sheet in read_workbook(path)}
    for other, sheet in sheets.items():
        if other not in (title, GUIDE) and sheet.cells:
            line = min(sheet.cells)
            place = sheet.place(line, min(sheet.cells[line]))
            problems.append(problem("sheet-unknown", place, sheet=other, known=title))
    if title not in sheets:
        refuse([problem("sheet-missing", Place(str(path), 1, 1), sheet=title, template=template)])
    return sheets[title]


def grid(path: str | Path) -> CellSheet:
    """The filled cells of a CSV file."""
    name = str(path)
    rows = {
        line: {n: Cell(text.strip(), Place(name, line, n)) for n, text in enumerate(row, 1) if text.strip()}
        for line, row in enumerate(read_grid(path), 1)
    }
    return CellSheet("", name, {line: row for line, row in rows.items() if row})


def headed(sheet: CellSheet, headings: Sequence[Heading], problems: list[Finding]) -> dict[int, Heading]:
    """The heading of each column; unknown, double and missing headings are told of."""
    titles = {name: heading for heading in headings for name in heading.spellings()}
    found: dict[int, Heading] = {}
    for number, cell in sheet.cells.get(1, {}).items():
        heading = titles.get(spelled(cell.text))
        if heading is None:
            near = nearest(spelled(cell.text), titles, n=1, cutoff=0.6)
            suggestion = titles[near[0]].title if near else ""
            problems.append(problem("sheet-column-unknown", cell.place, text=cell.text, suggestion=suggestion))
        elif heading in found.values():
            problems.append(problem("table-column-twice", cell.place, column=heading.title))
        else:
            found[number] = heading
    missing = [heading for heading in headings if heading.required and heading not in found.values()]
    problems += [problem("table-column-missing", sheet.place(1, 1), column=heading.title) for heading in missing]
    if not found:  # a file of another kind: what stands in it is nobody's business
        problems[:] = [finding for finding in problems if finding.code != "sheet-column-unknown"]
    if missing:
        refuse(problems)
    return found


def filled_rows(
    sheet: CellSheet, columns: Mapping[int, Heading], problems: list[Finding]
) -> Iterator[tuple[int, dict[str, Cell]]]:
    """Each filled row below the headings, its cells by field; a cell without a heading is told of."""
    for line, row in sorted(sheet.cells.items()):
        if line == 1:
            continue
        for number, cell in row.items():
            if number not in columns and number not in sheet.cells.get(1, {}):
                problems.append(problem("sheet-cell-outside", cell.place, text=cell.text))
        cells = {columns[number].field: cell for number, cell in row.items() if number in columns}
        if cells:
            yield line, cells


def in_order(problems: Sequence[Finding]) -> list[Finding]:
    """Problems in the order of their cells."""
    return sorted(problems, key=lambda f: (f.place.line, f.place.column) if f.place else (0, 0))


def write_headed(
    path: str | Path,
    title: str,
    headings: Sequence[Heading],
    example: Sequence[Sequence[Value]],
    advice: Sequence[str],
    choices: Callable[[str], tuple[str, ...]],
) -> None:
    """Write a template: headings with notes, drop-down lists, an example, and a sheet of advice."""
    columns = tuple(Column(h.title, "amount", h.width, h.note, choices(h.field)) for h in headings)
    guide = Form(GUIDE, (Column(GUIDE, width=110),), [(line,) for line in advice])
    write_workbook(path, [Form(title, columns, example), guide], ROOM)
