"""Prices from a spreadsheet with Indonesian headings: rows become the same table as a price list, each bad cell told."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from sehatmenu.errors import LoadError, UnitError
from sehatmenu.files import Place
from sehatmenu.findings import Finding, problem
from sehatmenu.food.composition import FoodTable, load_foods
from sehatmenu.food.sheets import Row, Sheet, refuse
from sehatmenu.planning.prices import PriceList, prices_of
from sehatmenu.quantities.units import read_quantity
from sehatmenu.readings import reading
from sehatmenu.reports.recipe_columns import BASES
from sehatmenu.worksheets.cells import Cell, CellSheet
from sehatmenu.worksheets.forms import Value
from sehatmenu.worksheets.headed_sheets import Heading, filled_rows, headed, in_order, open_sheet, write_headed
from sehatmenu.worksheets.sheet_figures import iso_date, law_figure

SHEET = "Harga"
HEADINGS = (
    Heading("Bahan", "food", required=True, width=26, note="Nama atau kode bahan di daftar komposisi pangan."),
    Heading("Harga", "price [IDR]", required=True, note="Rupiah, misalnya 15000 atau Rp15.000."),
    Heading("Berat", "weight [g]", required=True, note="Berat yang dibeli dengan harga itu: 1 kg, atau 1000 (gram)."),
    Heading("Dasar berat", "basis", required=True, note="kotor = seperti dibeli; bersih = siap masak."),
    Heading("Tanggal", "date", note="Misalnya 2026-02-02."),
    Heading("Wilayah", "region", width=22),
    Heading("Sumber", "source", width=26),
    Heading("Catatan", "note", width=26),
)  # fmt: skip
EXAMPLE: tuple[tuple[Value, ...], ...] = (
    ("kangkung", 15000, "1 kg", "kotor", None, None, "Contoh; hapus baris ini", None),
)
ADVICE = (
    "Satu baris satu bahan; bila satu bahan ditulis lagi dengan tanggal lain, yang terbaru yang dipakai.",
    "Harga per liter: tulis beratnya, misalnya 1 l minyak goreng = 913 g.",
    "Rumus tidak dibaca: salin hasilnya sebagai nilai.",
    "Bahan yang tidak ada di daftar ini harganya tidak diketahui, bukan nol.",
    "Hapus baris contoh sebelum dipakai.",
)
_UNITS: Mapping[str, str] = {"price [IDR]": "IDR", "weight [g]": "g"}
_INSTEAD = "1"
"""Stands for a refused figure while the other cells of its row are read."""


@dataclass(frozen=True, slots=True)
class CellRow(Row):
    """A row of a workbook: its places name the sheet and the cell."""

    sheet: CellSheet

    def place(self, title: str = "") -> Place:
        """The cell of a column."""
        return self.sheet.place(self.line, self.columns.get(title, 0) + 1)


def choices(field: str) -> tuple[str, ...]:
    """The words that a column offers; none for a column that is free."""
    return ("kotor", "bersih") if field == "basis" else ()


def write_price_template(path: str | Path) -> None:
    """Write the empty price list with headings, notes, drop-down lists and an example; see `read_prices`.

    Needs the extra `excel`. Raises OSError when the file cannot be written.
    """
    write_headed(path, SHEET, HEADINGS, EXAMPLE, ADVICE, choices)


def read_prices(path: str | Path, foods: FoodTable | None = None, *, within: str | Path | None = None) -> PriceList:
    """Read what foods cost in rupiah from a spreadsheet (xlsx, or CSV with comma or semicolon) that follows the template.

    Of several prices of a food the one with the latest date counts. `within` names a folder that the file must lie in.
    Raises LoadError with every problem, each at its cell (`harga.xlsx:Harga!B2`). Workbooks need the extra `excel`.
    """
    with reading(within):
        return _list(path, foods or load_foods())


def _list(path: str | Path, foods: FoodTable) -> PriceList:
    problems = list[Finding]()
    sheet = open_sheet(path, SHEET, "harga.xlsx", problems)
    columns = headed(sheet, HEADINGS, problems)
    numbers = {heading.field: number - 1 for number, heading in columns.items()}
    rows = [
        CellRow(_read(sheet, line, cells, numbers, problems), sheet.file, line, numbers, sheet)
        for line, cells in filled_rows(sheet, columns, problems)
    ]
    if not rows and not problems:
        problems.append(problem("sheet-no-row", sheet.place(2, 1)))
    prices = _prices(Sheet(sheet.file, tuple(numbers), tuple(rows)), foods, problems)
    refuse(in_order(problems))
    return prices


def _prices(table: Sheet, foods: FoodTable, problems: list[Finding]) -> PriceList:
    taken = {finding.place for finding in problems}
    try:
        return prices_of(table, foods)
    except LoadError as error:
        problems += [finding for finding in error.report if finding.place not in taken]
        return PriceList({})


def _read(
    sheet: CellSheet, line: int, cells: Mapping[str, Cell], numbers: Mapping[str, int], problems: list[Finding]
) -> dict[str, str]:
    """The cells of a row as a price list writes them; what cannot be taken is told of."""
    for heading in (h for h in HEADINGS if h.required and h.field not in cells):
        place = sheet.place(line, numbers[heading.field] + 1)
        problems.append(problem("sheet-cell-missing", place, column=heading.title))
    read = dict.fromkeys(_UNITS, _INSTEAD)
    for field, cell in cells.items():
        try:
            read[field] = _text(field, cell)
        except UnitError as error:
            problems.append(problem(error.code, cell.place, **error.values))
    return read


def _text(field: str, cell: Cell) -> str:
    """A cell in the notation of a price list; UnitError with the code of what is wrong."""
    if cell.fault and not (field == "date" and cell.fault == "sheet-cell-date"):
        raise UnitError(cell.fault, text=cell.text)
    match field:
        case "basis":
            if cell.text.casefold() not in choices(field):
                raise UnitError("sheet-choice", text=cell.text, choices=", ".join(choices(field)))
            return BASES[cell.text.casefold()]
        case "date":
            return _date(iso_date(cell))
        case "price [IDR]" | "weight [g]":
            value = read_quantity(law_figure(cell.text, _UNITS[field]), _UNITS[field])
            if field == "weight [g]" and value == 0:
                raise UnitError("price-weight-zero")
            return f"{value:f}"
        case _:
            return cell.text


def _date(text: str) -> str:
    try:
        return date.fromisoformat(text).isoformat()
    except ValueError:
        raise UnitError("date-wrong", text=text) from None
