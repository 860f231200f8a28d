"""Settlement: what was received, refused and billed against what was ordered, and what is owed, exact to the rupiah."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from fractions import Fraction
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from sehatmenu.files import Document
from sehatmenu.findings import Finding, Verdict, problem
from sehatmenu.food.sheets import refuse
from sehatmenu.messages import Figure
from sehatmenu.partnership.evidence import Basis, Sentence, form_of, reporting
from sehatmenu.partnership.spelled_amounts import terbilang
from sehatmenu.planning.plans import Plan
from sehatmenu.worksheets.forms import Form
from sehatmenu.worksheets.ledger_cells import Entry
from sehatmenu.worksheets.ledgers import F8, Book, Ledger, read_ledger

if TYPE_CHECKING:
    from sehatmenu.worksheets.frames import IntoFrame

_ORDER = Entry("Pesanan", "order", required=True, width=18, note="Kode di lembar pesanan.")


def _portions(title: str, field: str, note: str = "") -> Entry:
    return Entry(title, field, kind="figure", unit="portion", most=1e5, whole=True, note=note)


RECEIPTS = Book(
    "Terima",
    "terima.xlsx",
    (_ORDER, Entry("Tanggal", "day", kind="date"), _portions("Diterima", "received"),
     _portions("Ditolak", "refused", "Tulis 0 bila tidak ada."), Entry("Alasan", "reason", width=30)),
    (("260202-001", "2026-02-02", 78, 0, None),),
    ("Satu baris satu penerimaan; kiriman yang datang dua kali ditulis dua baris.",
     "Kosong berarti tidak diketahui, bukan nol.", "Hapus baris contoh sebelum dipakai."),
)  # fmt: skip
"""What was received (`terima`)."""

INVOICES = Book(
    "Tagihan",
    "tagihan.xlsx",
    (_ORDER, _portions("Ditagih", "billed"), Entry("Nilai", "value", kind="figure", unit="IDR", most=1e10, whole=True)),
    (("260202-001", 78, 163800),),
    ("Satu baris satu pesanan yang ditagih, seperti di tagihan UMKM.", "Hapus baris contoh sebelum dipakai."),
)  # fmt: skip
"""What was billed (`tagihan`)."""


@dataclass(frozen=True, slots=True)
class OrderLine:
    """One line of an order: a dish of an UMKM for a group at a meal, whole portions at a price in whole rupiah."""

    code: str
    day: date
    supplier: str
    name: str
    dish: str
    place: str
    meal: str
    group: str
    portions: int
    price: int

    @property
    def value(self) -> int:
        """Rupiah of all portions ordered."""
        return self.portions * self.price


@dataclass(frozen=True, slots=True)
class SettledLine:
    """An order line with what was received, refused and billed; None: not known. `payable` is rupiah."""

    order: OrderLine
    received: int | None
    refused: int | None
    billed: int | None
    payable: int | None
    findings: tuple[Finding, ...]


@dataclass(frozen=True, slots=True)
class Payable:
    """What one UMKM is owed: rupiah for accepted portions by due date, and what is still open."""

    supplier: str
    name: str
    ordered: int
    payable: int
    open_lines: int
    open_value: int
    due: Mapping[date, int]

    def words(self) -> str:
        """The amount in Indonesian words."""
        return terbilang(self.payable)


@dataclass(frozen=True, slots=True)
class Settlement:
    """All order lines matched three ways, and what each UMKM is owed."""

    lines: tuple[SettledLine, ...]
    payables: tuple[Payable, ...]
    payment_days: int
    basis: Basis

    @property
    def total(self) -> int:
        """Rupiah owed for what was accepted, all UMKM together."""
        return sum(payable.payable for payable in self.payables)

    def findings(self) -> tuple[Finding, ...]:
        """Everything that does not match."""
        return tuple(finding for line in self.lines for finding in line.findings)

    def forms(self, lang: str = "id") -> tuple[Form, ...]:
        """What each UMKM is owed, with the amount in words, and every line that does not match."""
        columns = (
            ("umkm", "text"), ("ordered", "IDR"), ("payable", "IDR"), ("in-words", "text"), ("first-due", "date"),
            ("open-lines", "count"), ("open-value", "IDR"),
        )  # fmt: skip
        rows = [
            (p.name, p.ordered, p.payable, p.words(), min(p.due, default=None), p.open_lines, p.open_value)
            for p in self.payables
        ]
        differing = (("order", "text"), ("umkm", "text"), ("dish", "text"), ("reasons", "text"))
        told = [(x.order.code, x.order.name, x.order.dish, f.text(lang)) for x in self.lines for f in x.findings]
        return (
            form_of("settlement", columns, rows, self.basis, lang),
            form_of("mismatches", differing, told, None, lang),
        )


def read_receipts(source: str | Path | Document | IntoFrame) -> Ledger:
    """Read what was received (`terima`); raises LoadError with every bad cell."""
    return read_ledger(source, RECEIPTS)


def read_invoices(source: str | Path | Document | IntoFrame) -> Ledger:
    """Read what was billed (`tagihan`); raises LoadError with every bad cell."""
    return read_ledger(source, INVOICES)


def order_lines(plan: Plan) -> tuple[OrderLine, ...]:
    """The orders of a plan line by line, each with its code; the price of a group's portion is rounded to whole rupiah once.

    Codes are the day and a number within it, in the order of UMKM, place, meal, dish and group.
    """
    drafts = sorted(
        ((serving, helping) for serving in plan.servings for helping in serving.helpings),
        key=lambda d: (d[0].day, d[0].supplier.id, d[0].institution.id, d[0].meal, d[0].dish.id, d[1].group),
    )
    number: dict[date, int] = {}
    lines = []
    for serving, helping in drafts:
        day = serving.day
        number[day] = number.get(day, 0) + 1
        price = half_up(
            Fraction(serving.price).limit_denominator(100) * Fraction(helping.factor).limit_denominator(10**6)
        )
        code = f"{day:%y%m%d}-{number[day]:03d}"
        who = (serving.supplier.id, serving.supplier.name, serving.dish.id, serving.institution.id, serving.meal)
        lines.append(OrderLine(code, day, *who, helping.group, helping.heads, price))
    return tuple(lines)


def three_way(
    orders: Sequence[OrderLine], received: Ledger, invoices: Ledger | None = None, *, payment_days: int, as_of: date
) -> Settlement:
    """Order, receipt and bill held against each other, line by line; what was accepted, at most what was ordered, is owed.

    A line without a receipt, or with a blank in it, is open: neither zero nor the whole order. Lines after `as_of` are
    left out. Raises LoadError for a receipt or bill of an order that there is not, at its cell.
    """
    due = [order for order in orders if order.day <= as_of]
    codes = [order.code for order in due]
    known = {order.code for order in orders}
    _known_orders(received, known)
    if invoices is not None:
        _known_orders(invoices, known)
    taken = _sums(received, "received"), _sums(received, "refused")
    billed = (_sums(invoices, "billed"), _sums(invoices, "value")) if invoices is not None else ({}, {})
    lines = tuple(_settled(order, taken, billed) for order in due)
    told = reporting((name for name in received.label("order") if name), codes)
    missing = received.missing("received", "refused")
    basis = Basis(
        len(lines), Sentence("settlement-method", {"days": payment_days}), received.file, missing, told, as_of
    )
    return Settlement(lines, _payables(lines, payment_days), payment_days, basis)


Sums = Mapping[str, int | None]


def _known_orders(ledger: Ledger, known: set[str]) -> None:
    column, wrong = ledger.label("order"), list[Finding]()
    for row, code in enumerate(column):
        if code not in known:
            wrong.append(problem("settlement-order-unknown", ledger.place(row, "order"), order=code))
    refuse(wrong)


def _sums(ledger: Ledger, field: str) -> dict[str, int | None]:
    """The sum of a column for each order; None where one of its cells is blank."""
    found: dict[str, int | None] = {}
    values: F8 = ledger.figure(field)
    for code, value in zip(ledger.label("order"), values.tolist(), strict=True):
        before = found.get(code, 0)
        found[code] = None if before is None or np.isnan(value) else before + int(value)
    return found


def _settled(order: OrderLine, taken: tuple[Sums, Sums], billed: tuple[Sums, Sums]) -> SettledLine:
    received, refused = (part.get(order.code) for part in taken)
    found: list[tuple[str, Mapping[str, object]]] = []
    accepted = None
    if order.code not in taken[0]:
        found.append(("settlement-no-receipt", {}))
    elif received is None or refused is None:
        found.append(("settlement-receipt-open", {}))
    elif refused > received:
        found.append(("settlement-refused-more", {"received": received, "refused": refused}))
    else:
        accepted = received - refused
        if received != order.portions:
            code = "settlement-short" if received < order.portions else "settlement-over"
            found.append((code, {"received": received, "ordered": order.portions}))
        if refused:
            found.append(("settlement-refused", {"refused": refused}))
    payable = None if accepted is None else min(accepted, order.portions) * order.price
    portions, value = (part.get(order.code) for part in billed)
    if portions is not None and accepted is not None and portions != min(accepted, order.portions):
        found.append(("settlement-billed-portions", {"billed": portions, "accepted": min(accepted, order.portions)}))
    if value is not None and payable is not None and value != payable:
        found.append(("settlement-billed-value", {"billed": _rupiah(value), "payable": _rupiah(payable)}))
    findings = tuple(Finding(code, Verdict.fail, subject=order.code, values=values) for code, values in found)
    return SettledLine(order, received, refused, portions, payable, findings)


def _rupiah(amount: int) -> Figure:
    return Figure.exact(amount, "IDR")


def _payables(lines: Iterable[SettledLine], payment_days: int) -> tuple[Payable, ...]:
    by: dict[str, list[SettledLine]] = {}
    for line in lines:
        by.setdefault(line.order.supplier, []).append(line)
    return tuple(_payable(name, mine, payment_days) for name, mine in sorted(by.items()))


def _payable(name: str, mine: Sequence[SettledLine], payment_days: int) -> Payable:
    due: dict[date, int] = {}
    for line in mine:
        if line.payable:
            day = line.order.day + timedelta(days=payment_days)
            due[day] = due.get(day, 0) + line.payable
    open_ = [line for line in mine if line.payable is None]
    return Payable(
        name,
        mine[0].order.name,
        sum(line.order.value for line in mine),
        sum(line.payable or 0 for line in mine),
        len(open_),
        sum(line.order.value for line in open_),
        dict(sorted(due.items())),
    )


def half_up(amount: Fraction) -> int:
    """Whole rupiah, a half upwards."""
    return int((amount + Fraction(1, 2)) // 1)
