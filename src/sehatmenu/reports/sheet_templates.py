"""Templates to fill in: which spreadsheet a file name asks for, who writes it, and who reads it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from sehatmenu.partnership.books import BOOKS, READERS, book_for
from sehatmenu.reports import price_sheets, recipe_columns, supplier_columns


@dataclass(frozen=True, slots=True)
class Template:
    """One empty spreadsheet: its sheet, the function that writes it, and the name of the one that reads it."""

    sheet: str
    write: Callable[[str | Path], None]
    reader: str


def template_for(path: str | Path) -> Template:
    """The template that a file name asks for: `umkm...`, `harga...`, a form of the partnership, any other recipes.

    >>> template_for("umkm.xlsx").reader, template_for("harga-pasar.xlsx").sheet, template_for("menu.xlsx").sheet
    ('read_suppliers', 'Harga', 'Resep')
    """
    name = Path(path).stem.casefold()
    if name.startswith("umkm"):
        return Template(supplier_columns.SHEET, supplier_columns.write_supplier_template, "read_suppliers")
    if name.startswith("harga"):
        return Template(price_sheets.SHEET, price_sheets.write_price_template, "read_prices")
    book = book_for(path)
    if book is not None:
        return Template(BOOKS[book].title, BOOKS[book].write_template, READERS[book])
    return Template(recipe_columns.SHEET, recipe_columns.write_template, "read_recipes")
