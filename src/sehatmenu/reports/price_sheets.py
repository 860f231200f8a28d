"""Prices from a spreadsheet with Indonesian headings: rows become the same table as a price list, each bad cell told."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import reduce
from pathlib import Path

from sehatmenu.allowances import MAX_TABLE_CELLS
from sehatmenu.documents import iso_day
from sehatmenu.errors import LoadError, UnitError
from sehatmenu.files import Place
from sehatmenu.findings import Finding, problem
from sehatmenu.food.composition import FoodTable, load_foods
from sehatmenu.food.measures import measures
from sehatmenu.food.sheets import Row, Sheet, read_grid, refuse
from sehatmenu.messages import Figure
from sehatmenu.planning.prices import PriceList, load_prices, note, prices_of
from sehatmenu.quantities.amounts import read_amount
from sehatmenu.quantities.intervals import Interval
from sehatmenu.quantities.units import read_quantity
from sehatmenu.readings import reading
from sehatmenu.reports.recipe_columns import BASES
from sehatmenu.worksheets.cells import Cell, CellSheet
from sehatmenu.worksheets.forms import Value
from sehatmenu.worksheets.headed_sheets import (
    Heading,
    filled_rows,
    headed,
    in_order,
    is_spreadsheet,
    open_sheet,
    spelled,
    write_headed,
)
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
    notes = list[Finding]()
    rows = [
        CellRow(_read(sheet, line, cells, numbers, foods, problems, notes), sheet.file, line, numbers, sheet)
        for line, cells in filled_rows(sheet, columns, problems)
    ]
    if not rows and not problems:
        problems.append(problem("sheet-no-row", sheet.place(2, 1)))
    prices = _prices(Sheet(sheet.file, tuple(numbers), tuple(rows)), foods, problems)
    refuse(in_order(problems))
    return replace(prices, findings=tuple(in_order([*notes, *prices.findings])))


def price_list(path: str | Path, foods: FoodTable | None = None, *, within: str | Path | None = None) -> PriceList:
    """Read what foods cost, from the template filled in (workbook or CSV), or from a CSV file with English titles.

    See `read_prices` and `load_prices`, to which the titles decide.
    """
    with reading(within):
        if is_spreadsheet(path):
            return read_prices(path, foods)
        own = {spelling for heading in HEADINGS for spelling in heading.spellings()}
        first = next(iter(read_grid(path, limit=MAX_TABLE_CELLS)), [])
        indonesian = {spelled(title) for title in first} & own
        return read_prices(path, foods) if indonesian else load_prices(path, foods)


def _prices(table: Sheet, foods: FoodTable, problems: list[Finding]) -> PriceList:
    taken = {finding.place for finding in problems}
    try:
        return prices_of(table, foods)
    except LoadError as error:
        problems += [finding for finding in error.report if finding.place not in taken]
        return PriceList({})


def _read(
    sheet: CellSheet,
    line: int,
    cells: Mapping[str, Cell],
    numbers: Mapping[str, int],
    foods: FoodTable,
    problems: list[Finding],
    notes: list[Finding],
) -> dict[str, str]:
    """The cells of a row as a price list writes them; what cannot be taken is told of."""
    for heading in (h for h in HEADINGS if h.required and h.field not in cells):
        place = sheet.place(line, numbers[heading.field] + 1)
        problems.append(problem("sheet-cell-missing", place, column=heading.title))
    read = dict.fromkeys(_UNITS, _INSTEAD)
    weighed = _weighed(cells, foods)
    for field, cell in cells.items():
        try:
            if field == "weight [g]" and weighed is not None:
                read[field] = f"{weighed.low:f}..{weighed.high:f}"
                notes.append(
                    note("price-by-measure", cell.place, text=cell.text, weight=Figure(weighed.low, weighed.high, "g"))
                )
            else:
                read[field] = _text(field, cell)
        except UnitError as error:
            problems.append(problem(error.code, cell.place, **error.values))
    return read


def _weighed(cells: Mapping[str, Cell], foods: FoodTable) -> Interval | None:
    """What a household measure of a food weighs on the basis of the price, by every list that says it; None where none does.

    What lists weigh edible is weighed as bought through the edible part, and the other way round.
    """
    food = foods.find(cells["food"].text) if "food" in cells else None
    try:
        amount = read_amount(cells["weight [g]"].text) if food and "weight [g]" in cells else None
    except UnitError:
        return None
    if food is None or amount is None or amount.kind != "measure":
        return None
    edible = "basis" in cells and BASES.get(cells["basis"].text.casefold()) == "edible"
    found = [
        _on(amount.value * weight.grams, weight.basis, food.edible, edible=edible)
        for weight in measures().choices(food, amount.unit).values()
    ]
    whole = reduce(Interval.hull, found) if found else None
    return whole if whole is not None and 0 < whole.low <= whole.high < float("inf") else None


def _on(grams: Interval, basis: str, part: Interval, *, edible: bool) -> Interval:
    """A weight on one basis, as bought or edible, from a weight on the other, or on one of the two."""
    if basis == "either":
        return _on(grams, "gross", part, edible=edible).hull(_on(grams, "edible", part, edible=edible))
    if edible:
        return grams if basis == "edible" else grams * part
    return grams if basis == "gross" else grams / part


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
            value = _figure(field, cell)
            if field == "weight [g]" and value == 0:
                raise UnitError("price-weight-zero")
            return f"{value:f}"
        case _:
            return cell.text


def _figure(field: str, cell: Cell) -> float:
    try:
        return read_quantity(law_figure(cell.text, _UNITS[field]), _UNITS[field])
    except UnitError as error:
        if field == "weight [g]" and error.code in ("unit-unknown", "unit-refused", "unit-dimension"):
            raise UnitError("price-weight", text=cell.text) from error
        raise


def _date(text: str) -> str:
    return iso_day(text).isoformat()
