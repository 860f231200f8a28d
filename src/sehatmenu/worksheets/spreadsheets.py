"""The door to openpyxl: tables become workbooks that no name can turn into a formula, and workbooks become cells."""

from __future__ import annotations

import re
import zipfile
from collections.abc import Mapping, Sequence
from functools import reduce
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sehatmenu.allowances import MAX_CELLS, MAX_COLUMNS, MAX_PART_BYTES, MAX_ROWS, MAX_TABLE_BYTES, MAX_UNPACKED_BYTES
from sehatmenu.errors import LoadError
from sehatmenu.files import Place, UnreadableError, admit
from sehatmenu.findings import from_problem, problem
from sehatmenu.food.sheets import refuse
from sehatmenu.whole_files import telling, write_bytes
from sehatmenu.worksheets.cells import Cell, CellPlace, CellSheet, text_of
from sehatmenu.worksheets.forms import Column, Form, Kind, Value

if TYPE_CHECKING:
    from openpyxl.cell.cell import Cell as Written
    from openpyxl.worksheet.worksheet import Worksheet

FORMATS: Mapping[Kind, str] = {
    "text": "@",
    "count": "#,##0",
    "amount": "#,##0.##",
    "IDR": '"Rp"#,##0',
    "percent": "0.0%",
    "date": "[$-421]d mmmm yyyy",
}
"""Number formats; Excel puts the separators of its own language, `1.234,5` in an Indonesian one."""

_PACKINGS = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)
"""How Excel packs; other ways are unpacked without regard to the size that the file states."""

_REFERENCE = re.compile(rb"""\sr\s*=\s*["']([A-Za-z]*)([0-9]*)["']""")
"""Where a row or cell of a sheet says that it stands."""

FARTHEST_ROW = 100_000
"""Up to here rows may be blank, such as formatted ones, and are passed over."""

_LARGE_PARTS = ("xl/worksheets/", "xl/sharedStrings")

_FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")


def write_workbook(path: str | Path, sheets: Sequence[Form], room: int = 0) -> None:
    """Write tables as an xlsx file, numbers as numbers; `room` empty rows below a table are text with its choices.

    A text that Excel would take for a formula (`=`, `+`, `-`, `@`) is marked as text. Needs the extra `excel`.
    Raises OSError when the file cannot be written.
    """
    from openpyxl import Workbook

    book = Workbook()
    book.remove(book.active)
    for sheet in sheets:
        _write(book.create_sheet(_sheet_title(sheet.title)), sheet, room)
    drawn = BytesIO()
    with telling(path):
        book.save(drawn)
    write_bytes(path, drawn.getvalue())


def _sheet_title(text: str) -> str:
    """A title that Excel takes: without `: / ? * [ ]` and a backslash, at most 31 characters."""
    return re.sub(r"[:/\\?*\[\]\x00-\x1f']", " ", text)[:31].strip() or "-"


def _write(page: Worksheet, sheet: Form, room: int) -> None:
    from openpyxl.comments import Comment
    from openpyxl.styles import Alignment, Font, PatternFill
    from openpyxl.utils import get_column_letter

    page.freeze_panes = "A2"
    for number, column in enumerate(sheet.columns, 1):
        head = page.cell(1, number)
        _put(head, column.title)
        head.font, head.fill = Font(bold=True), PatternFill("solid", fgColor="DDEBDD")
        head.alignment = Alignment(wrap_text=True, vertical="top")
        if column.note:
            head.comment = Comment(column.note, "sehatmenu")
        page.column_dimensions[get_column_letter(number)].width = column.width
        if room:
            page.column_dimensions[get_column_letter(number)].number_format = FORMATS["text"]
        _offer(page, number, column, len(sheet.rows) + room + 1)
    for line, row in enumerate(sheet.rows, 2):
        for number, (value, column) in enumerate(zip(row, sheet.columns, strict=True), 1):
            if value is not None:
                _put(page.cell(line, number), value, column.kind)
    for line, note in enumerate(sheet.notes, len(sheet.rows) + 3):
        _put(page.cell(line, 1), note)
        page.cell(line, 1).alignment = Alignment(wrap_text=False)
    page.page_setup.orientation, page.page_setup.paperSize = "landscape", page.PAPERSIZE_A4
    page.page_setup.fitToHeight, page.sheet_properties.pageSetUpPr.fitToPage = 0, True
    page.print_title_rows = "1:1"


def _put(cell: Written, value: Value, kind: Kind = "text") -> None:
    from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE
    from openpyxl.styles import Alignment

    if not isinstance(value, str):
        cell.value, cell.number_format = value, FORMATS[kind]
        return
    cell.value = ILLEGAL_CHARACTERS_RE.sub("\ufffd", value)
    cell.data_type = "s"
    cell.quotePrefix = value.startswith(_FORMULA_STARTS)
    cell.alignment = Alignment(wrap_text=True, vertical="top")


def _offer(page: Worksheet, number: int, column: Column, last: int) -> None:
    """A drop-down list of the words that a column may hold."""
    from openpyxl.utils import get_column_letter
    from openpyxl.worksheet.datavalidation import DataValidation

    if column.choices:
        letter = get_column_letter(number)
        offer = DataValidation("list", formula1=f'"{",".join(column.choices)}"', allow_blank=True)
        offer.errorTitle, offer.error = column.title, ", ".join(column.choices)[:250]
        page.add_data_validation(offer)
        offer.add(f"{letter}2:{letter}{last}")


def read_workbook(path: str | Path) -> tuple[CellSheet, ...]:
    """The filled cells of every sheet of an xlsx file; formulas, dates and errors keep the code of a finding.

    Raises LoadError for a file that is missing, too large or no workbook. Needs the extra `excel`.
    """
    from openpyxl import load_workbook

    name = str(path)
    _weigh(path)
    try:
        with open(path, "rb") as stream:  # closed also where openpyxl gives up halfway
            book = load_workbook(stream, read_only=True)
            sheets = tuple(_read(page, name) for page in book.worksheets)
            book.close()
    except LoadError:
        raise
    except Exception as error:  # openpyxl and expat raise anything at all on a workbook that is not what it says
        refuse([problem("sheet-unreadable", Place(name, 1, 1), error=type(error).__name__)])
        raise
    return sheets


def _weigh(path: str | Path) -> None:
    """Refuses what is no zip file, would be too large when unpacked, or is packed in a way that hides its size."""
    place = Place(str(path), 1, 1)
    try:
        admit(path)
        if Path(path).stat().st_size > MAX_TABLE_BYTES:
            refuse([problem("file-too-large", place, limit=MAX_TABLE_BYTES)])
        with zipfile.ZipFile(path) as packed:
            parts = packed.infolist()
    except UnreadableError as error:
        refuse([from_problem(found) for found in error.problems])
        raise
    except (OSError, ValueError) as error:
        refuse([problem("file-missing", place, error=error)])
        raise
    except (zipfile.BadZipFile, NotImplementedError, OverflowError) as error:
        refuse([problem("sheet-unreadable", place, error=type(error).__name__)])
        raise
    if any(part.compress_type not in _PACKINGS for part in parts):
        refuse([problem("sheet-unreadable", place, error="zip")])
    if sum(part.file_size for part in parts) > MAX_UNPACKED_BYTES or any(
        part.file_size > MAX_PART_BYTES for part in parts if not part.filename.startswith(_LARGE_PARTS)
    ):
        refuse([problem("sheet-unpacked-too-large", place, limit=MAX_UNPACKED_BYTES)])
    _measure(path, place)


def _measure(path: str | Path, place: Place) -> None:
    """Refuses a sheet with a cell beyond what is read: openpyxl would fill up to it row by row, cell by cell."""
    try:
        with zipfile.ZipFile(path) as packed:
            sheets = [packed.read(name) for name in packed.namelist() if name.startswith("xl/worksheets/")]
    except Exception as error:  # zipfile and zlib raise many kinds on parts that are damaged
        refuse([problem("sheet-unreadable", place, error=type(error).__name__)])
        raise
    for found in (match for sheet in sheets for match in _REFERENCE.finditer(sheet)):
        letters, digits = found[1].decode().upper(), found[2].decode()
        if len(digits) > 7 or int(digits or "1") > FARTHEST_ROW or len(letters) > 3 or _column(letters) > MAX_COLUMNS:
            refuse([problem("sheet-too-large", place, rows=MAX_ROWS, columns=MAX_COLUMNS)])


def _column(letters: str) -> int:
    """The number of a column, counted from 1; 0 without letters."""
    return reduce(lambda number, letter: 26 * number + ord(letter) - ord("A") + 1, letters, 0)


def _read(page: Any, file: str) -> CellSheet:
    page.reset_dimensions()
    cells: dict[int, dict[int, Cell]] = {}
    count = 0
    for row in page.iter_rows():
        for cell in row:
            if cell.value is None or (isinstance(cell.value, str) and not cell.value.strip()):
                continue
            place = CellPlace(file, cell.row, cell.column, page.title)
            count += 1
            if cell.row > MAX_ROWS or cell.column > MAX_COLUMNS or count > MAX_CELLS:
                refuse([problem("sheet-too-large", place, rows=MAX_ROWS, columns=MAX_COLUMNS)])
            cells.setdefault(cell.row, {})[cell.column] = _cell(cell, place)
    return CellSheet(page.title, file, cells)


def _cell(cell: Any, place: Place) -> Cell:
    if cell.data_type == "f":
        return Cell(str(cell.value), place, "sheet-cell-formula")
    if cell.data_type == "e":
        return Cell(str(cell.value), place, "sheet-cell-error")
    text, fault = text_of(cell.value, "%" in (cell.number_format or ""))
    return Cell(text, place, fault)
