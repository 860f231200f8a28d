"""Working capital: what late payment ties up at each UMKM, in rupiah unpaid, overdue, and rupiah times days."""

from __future__ import annotations

from collections import deque
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from sehatmenu.files import Document
from sehatmenu.partnership.evidence import Basis, Sentence, form_of
from sehatmenu.partnership.settlement import SettledLine, Settlement
from sehatmenu.worksheets.forms import Form
from sehatmenu.worksheets.ledger_cells import Entry
from sehatmenu.worksheets.ledgers import Book, Ledger, read_ledger

if TYPE_CHECKING:
    from sehatmenu.worksheets.frames import IntoFrame

PAYMENTS = Book(
    "Bayar",
    "bayar.xlsx",
    (
        Entry("Tanggal", "day", required=True, kind="date"),
        Entry("UMKM", "supplier", required=True, width=24, note="Kode UMKM."),
        Entry("Nilai", "value", required=True, kind="figure", unit="IDR", most=1e10, whole=True),
    ),
    (("2026-02-16", "umkm-01", 1500000),),
    ("Satu baris satu pembayaran; pesanan paling lama dianggap dibayar lebih dulu.", "Hapus baris contoh sebelum dipakai."),
)  # fmt: skip
"""Payments made (`bayar`)."""


@dataclass(frozen=True, slots=True)
class TiedUp:
    """What an UMKM has advanced: owed and paid so far, unpaid, overdue, and rupiah x days from delivery to payment."""

    supplier: str
    payable: int
    paid: int
    unpaid: int
    overdue: int
    rupiah_days: int

    @property
    def days(self) -> float:
        """How long a rupiah is out on average; nan where nothing is owed."""
        return self.rupiah_days / self.payable if self.payable else np.nan


@dataclass(frozen=True, slots=True)
class WorkingCapital:
    """What late payment ties up, per UMKM."""

    rows: tuple[TiedUp, ...]
    basis: Basis

    def forms(self, lang: str = "id") -> tuple[Form, ...]:
        """The report as a form."""
        columns = (
            ("umkm", "text"), ("payable", "IDR"), ("paid", "IDR"), ("unpaid", "IDR"), ("overdue", "IDR"),
            ("days-out", "amount"),
        )  # fmt: skip
        rows = [(r.supplier, r.payable, r.paid, r.unpaid, r.overdue, r.days) for r in self.rows]
        return (form_of("working-capital", columns, rows, self.basis, lang),)


def read_payments(source: str | Path | Document | IntoFrame) -> Ledger:
    """Read payments (`bayar`); raises LoadError with every bad cell."""
    return read_ledger(source, PAYMENTS)


def working_capital(settlement: Settlement, payments: Ledger, as_of: date) -> WorkingCapital:
    """What each UMKM has advanced until a day: the oldest deliveries count as paid first; later payments are left out."""
    paid = _payments(payments, as_of)
    rows = []
    for payable in settlement.payables:
        mine = [line for line in settlement.lines if line.order.supplier == payable.supplier and line.payable]
        rows.append(_tied(payable.supplier, mine, paid.get(payable.supplier, ()), settlement.payment_days, as_of))
    basis = Basis(
        len(payments), Sentence("capital-method", {"days": settlement.payment_days}), payments.file, as_of=as_of
    )
    return WorkingCapital(tuple(rows), basis)


def _payments(payments: Ledger, as_of: date) -> Mapping[str, Sequence[tuple[date, int]]]:
    found: dict[str, list[tuple[date, int]]] = {}
    days, values = payments.day("day").astype(date), payments.figure("value")
    for row, supplier in enumerate(payments.label("supplier")):
        if days[row] <= as_of:
            found.setdefault(supplier, []).append((days[row], int(values[row])))
    return {supplier: sorted(rows) for supplier, rows in found.items()}


def _tied(
    supplier: str, lines: Sequence[SettledLine], payments: Sequence[tuple[date, int]], payment_days: int, as_of: date
) -> TiedUp:
    left = deque(payments)
    unpaid = overdue = rupiah_days = 0
    for line in sorted(lines, key=lambda line: line.order.day):
        owed, delivered = line.payable or 0, line.order.day
        while owed and left:
            day, amount = left.popleft()
            part = min(owed, amount)
            rupiah_days += part * max(0, (day - delivered).days)
            owed -= part
            if amount > part:
                left.appendleft((day, amount - part))
        rupiah_days += owed * (as_of - delivered).days
        unpaid += owed
        overdue += owed if delivered + timedelta(days=payment_days) < as_of else 0
    total = sum(line.payable or 0 for line in lines)
    return TiedUp(supplier, total, sum(amount for _, amount in payments), unpaid, overdue, rupiah_days)
