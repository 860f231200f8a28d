"""Every form that a partnership fills in, by the beginning of its file name: `timbangan.xlsx` is the form of weighings."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from types import MappingProxyType

from sehatmenu.partnership.acceptance import LIKINGS, TASTINGS
from sehatmenu.partnership.advances import PAYMENTS
from sehatmenu.partnership.deliveries import DELIVERIES
from sehatmenu.partnership.impact import SALES
from sehatmenu.partnership.needs import NEEDS
from sehatmenu.partnership.plate_waste import WASTE
from sehatmenu.partnership.quality import WEIGHINGS
from sehatmenu.partnership.satisfaction import SURVEY
from sehatmenu.partnership.settlement import INVOICES, RECEIPTS
from sehatmenu.partnership.training import SCORES
from sehatmenu.worksheets.ledgers import Book

BOOKS: Mapping[str, Book] = MappingProxyType(
    {
        Path(book.template).stem: book
        for book in (
            NEEDS, WEIGHINGS, DELIVERIES, RECEIPTS, INVOICES, PAYMENTS, WASTE, TASTINGS, LIKINGS, SURVEY, SALES, SCORES
        )
    }
)  # fmt: skip
"""The forms by the name of their template."""

READERS: Mapping[str, str] = MappingProxyType(
    {
        "kebutuhan": "read_needs", "timbangan": "read_weighings", "kiriman": "read_deliveries", "terima": "read_receipts",
        "tagihan": "read_invoices", "bayar": "read_payments", "sisa": "read_waste", "organoleptik": "read_tastings",
        "kesukaan": "read_likings", "skm": "read_survey", "penjualan": "read_sales", "pelatihan": "read_scores",
    }
)  # fmt: skip
"""The function that reads each form."""


def book_for(path: str | Path) -> str | None:
    """The form that a file name asks for; None for any other name.

    >>> book_for("timbangan-februari.xlsx"), book_for("menu.xlsx")
    ('timbangan', None)
    """
    name = Path(path).stem.casefold()
    return next((known for known in BOOKS if name.startswith(known)), None)
