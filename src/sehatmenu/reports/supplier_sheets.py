"""UMKM from a spreadsheet: rows become the same document as the register's file, every bad cell reported at its place."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from sehatmenu.errors import LoadError, UnitError
from sehatmenu.files import Document, Location, Place
from sehatmenu.findings import Finding, problem
from sehatmenu.food.sheets import refuse
from sehatmenu.planning.suppliers import Register, load_suppliers
from sehatmenu.readings import reading
from sehatmenu.reports.supplier_columns import HEADINGS, KINDS, SHEET
from sehatmenu.worksheets.cells import Cell, CellSheet
from sehatmenu.worksheets.headed_sheets import filled_rows, headed, in_order, open_sheet
from sehatmenu.worksheets.sheet_figures import iso_date, law_figure

_CERTIFICATE = ("type", "number", "issued", "expires")
_OFFER = ("dish", "price", "ingredients", "priced_on", "from", "until", "offer days", "minimum")
_REQUIRED: Mapping[str, str] = {"type": "?", "dish": "?", "price": "0 IDR"}
"""What must be filled in, and what stands there instead while the other cells of a refused row are read."""


def read_suppliers(path: str | Path, *, within: str | Path | None = None) -> Register:
    """Read UMKM and their offers from a spreadsheet (xlsx, or CSV with comma or semicolon) that follows the template.

    A row with a code begins a UMKM; each row may hold one paper and one offer. Prices are rupiah per standard portion.
    `within` names a folder that the file must lie in. Raises LoadError with every problem, each at its cell
    (`umkm.xlsx:UMKM!E2`). Workbooks need the extra `excel`.
    """
    with reading(within):
        return _read(path)


def _read(path: str | Path) -> Register:
    problems: list[Finding] = []
    sheet = open_sheet(path, SHEET, "umkm.xlsx", problems)
    columns = headed(sheet, HEADINGS, problems)
    reader = _Reader(sheet, {heading.field: number for number, heading in columns.items()}, problems)
    for line, cells in filled_rows(sheet, columns, problems):
        reader.take(line, cells)
    if not reader.suppliers and not problems:
        problems.append(problem("sheet-no-row", sheet.place(2, 1)))
    register = _register(reader.document(), problems)
    refuse(in_order(problems))
    assert register is not None
    return register


def _register(document: Document, problems: list[Finding]) -> Register | None:
    """The register as the reader of its files makes it; what that refuses in other cells than those told of is added."""
    taken = {finding.place for finding in problems}
    try:
        return load_suppliers(document)
    except LoadError as error:
        problems += [finding for finding in error.report if finding.place not in taken]
        return None


class _Reader:
    """Takes row after row into the data of a register, and keeps the cell of each value."""

    def __init__(self, sheet: CellSheet, columns: Mapping[str, int], problems: list[Finding]) -> None:
        self._sheet, self._columns, self._problems = sheet, columns, problems
        self._places: dict[Location, Place] = {}
        self.suppliers: list[dict[str, Any]] = []

    def document(self) -> Document:
        """What was read, as of a file."""
        return Document({"suppliers": self.suppliers}, self._sheet.file, self._places)

    def take(self, line: int, cells: Mapping[str, Cell]) -> None:
        own = {h.field: cells[h.field] for h in HEADINGS if not h.of_line and h.field in cells}
        code = own.get("id")
        if not self.suppliers or (code is not None and code.text != self.suppliers[-1]["id"]):
            self._begin(line, own)
        else:
            self._repeat(own)
        for name, fields in (("certificates", _CERTIFICATE), ("offers", _OFFER)):
            found = {field: cells[field] for field in fields if field in cells}
            if found:
                self._item(line, name, found, [field for field in fields if field in _REQUIRED])

    def _begin(self, line: int, own: Mapping[str, Cell]) -> None:
        at: Location = ("suppliers", len(self.suppliers))
        self._places[at] = self._sheet.place(line, self._columns["id"])
        self.suppliers.append({"id": "", "name": "", "certificates": [], "offers": []})
        self._need(line, own, ["id", "name"])
        for field, cell in own.items():
            self._put(self.suppliers[-1], at, field, cell)

    def _repeat(self, own: Mapping[str, Cell]) -> None:
        """Cells of the UMKM in a later row: only its code may be repeated there."""
        for field, cell in own.items():
            if field != "id":
                supplier = self.suppliers[-1]["id"]
                self._problems.append(problem("sheet-supplier-cell", cell.place, text=cell.text, supplier=supplier))

    def _item(self, line: int, name: str, cells: Mapping[str, Cell], needed: list[str]) -> None:
        """One paper or one offer of the UMKM."""
        items = self.suppliers[-1][name]
        at: Location = ("suppliers", len(self.suppliers) - 1, name, len(items))
        self._places[at] = next(cells[field] for field in (*needed, *cells) if field in cells).place
        self._need(line, cells, needed)
        item: dict[str, Any] = {field: _REQUIRED[field] for field in needed}
        for field, cell in cells.items():
            self._put(item, at, field, cell)
        items.append(item)

    def _need(self, line: int, cells: Mapping[str, Cell], fields: list[str]) -> None:
        for heading in (h for h in HEADINGS if h.field in fields and h.field not in cells):
            place = self._sheet.place(line, self._columns.get(heading.field, 1))
            self._problems.append(problem("sheet-cell-missing", place, column=heading.title))

    def _put(self, item: dict[str, Any], at: Location, field: str, cell: Cell) -> None:
        """The value of one cell, where the file would have it."""
        outer, _, inner = field.rpartition(" ")
        name = "days" if field == "offer days" else inner
        if outer == "share":
            item, at = item.setdefault("share", {}), (*at, "share")
            self._places.setdefault(at, cell.place)
        self._places[*at, name] = cell.place
        item[name] = self._value(field, cell, (*at, name))

    def _value(self, field: str, cell: Cell, at: Location) -> Any:
        kind, unit = KINDS.get(field, ("text", ""))
        if cell.fault and not (kind == "date" and cell.fault == "sheet-cell-date"):
            self._problems.append(problem(cell.fault, cell.place, text=cell.text))
        match kind:
            case "date":
                return iso_date(cell)
            case "words":
                words = [word.strip() for word in re.split(r"[,;]", cell.text) if word.strip()]
                self._places |= {(*at, number): cell.place for number in range(len(words))}
                return words
            case "minutes":
                return self._minutes(cell, at, unit)
            case "figure":
                return self._figure(cell.text, cell, unit)
            case _:
                return cell.text.casefold() if field == "scale" else cell.text

    def _minutes(self, cell: Cell, at: Location, unit: str) -> dict[str, str]:
        """`sd-1: 20; sd-2: 15` as the minutes to each institution."""
        found: dict[str, str] = {}
        for part in filter(None, map(str.strip, cell.text.split(";"))):
            name, _, minutes = (word.strip() for word in part.rpartition(":"))
            name = name or part
            if name in found:
                self._problems.append(problem("sheet-choice", cell.place, text=part, choices="sd-1: 20; sd-2: 15"))
            found[name] = self._figure(minutes or part, cell, unit)
            self._places[*at, name] = cell.place
        return found

    def _figure(self, text: str, cell: Cell, unit: str) -> str:
        try:
            return law_figure(text, unit)
        except UnitError as error:
            self._problems.append(problem(error.code, cell.place, **error.values))
            return text
