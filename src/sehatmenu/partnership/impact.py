"""What changed for UMKM: portions sold and their value at constant prices against a baseline of equal weekdays."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from sehatmenu.errors import refusal
from sehatmenu.files import Document
from sehatmenu.messages import Figure
from sehatmenu.partnership.evidence import Basis, Sentence, form_of, reporting
from sehatmenu.partnership.resampling import bootstrap_interval
from sehatmenu.worksheets.forms import Form
from sehatmenu.worksheets.ledger_cells import Entry
from sehatmenu.worksheets.ledgers import F8, Book, Flags, Ledger, read_ledger

if TYPE_CHECKING:
    from sehatmenu.worksheets.frames import IntoFrame

ENOUGH = 8
"""UMKM below which the pairs are printed and no interval is given: own convention."""

SALES = Book(
    "Penjualan",
    "penjualan.xlsx",
    (
        Entry("Tanggal", "day", required=True, kind="date", note="Misalnya 2026-02-02."),
        Entry("UMKM", "supplier", required=True, width=24),
        Entry("Kanal", "channel", note="Misalnya kantin, program, pesanan."),
        Entry("Porsi", "portions", kind="figure", unit="portion", most=1e6),
        Entry("Nilai", "value", kind="figure", unit="IDR", most=1e12, note="Rupiah dari semua porsi itu."),
    ),
    (("2026-02-02", "umkm-01", "kantin", 45, 225000),),
    ("Satu baris satu hari, UMKM, dan kanal; hari tanpa penjualan ditulis 0, hari yang tidak dicatat dikosongkan.",
     "Hapus baris contoh sebelum dipakai."),
)  # fmt: skip
"""Sales of UMKM (`penjualan`)."""


@dataclass(frozen=True, slots=True)
class Change:
    """What an UMKM sold before and after, as the mean of a week made of the weekdays that both stretches have."""

    supplier: str
    before: float
    after: float
    value_before: float
    value_after: float
    weekdays: tuple[int, ...]

    @property
    def change(self) -> float:
        """Portions: after over before, less one."""
        return self.after / self.before - 1 if self.before else np.nan


@dataclass(frozen=True, slots=True)
class Uplift:
    """The change of demand per UMKM and in all: portions, and value at the prices of the baseline.

    `portions` and `value` are pooled (ratios of sums), `median` is that of the UMKM; `interval` is of `portions`, None
    below eight UMKM. It says what changed, never why.
    """

    rows: tuple[Change, ...]
    portions: float
    value: float
    median: float
    interval: tuple[float, float] | None
    basis: Basis

    @property
    def direction(self) -> str:
        """`rise` or `fall` when the whole interval is on one side of zero, else `open`."""
        if self.interval is None:
            return "open"
        return "rise" if self.interval[0] > 0 else "fall" if self.interval[1] < 0 else "open"

    def spoken(self, lang: str) -> str:
        """The result in one sentence."""
        figures: dict[str, object] = {
            "n": len(self.rows),
            "change": _signed(self.portions),
            "value": _signed(self.value),
        }
        if self.interval is None:
            return Sentence("impact-pairs", {**figures, "enough": ENOUGH}).spoken(lang)
        ends = {"low": _signed(self.interval[0]), "high": _signed(self.interval[1])}
        return Sentence(f"impact-{self.direction}", {**figures, **ends}).spoken(lang)

    def forms(self, lang: str = "id") -> tuple[Form, ...]:
        """The pairs of every UMKM, and the pooled result below."""
        columns = (
            ("umkm", "text"), ("before", "amount"), ("after", "amount"), ("change", "percent"), ("value-before", "IDR"),
            ("value-constant", "IDR"),
        )  # fmt: skip
        rows: list[tuple[object, ...]] = [
            (r.supplier, round(r.before, 2), round(r.after, 2), r.change, r.value_before, r.value_after)
            for r in self.rows
        ]
        form = form_of("impact", columns, rows, self.basis, lang)
        return (Form(form.title, form.columns, form.rows, (self.spoken(lang), *form.notes)),)


def read_sales(source: str | Path | Document | IntoFrame) -> Ledger:
    """Read sales of UMKM (`penjualan`); raises LoadError with every bad cell."""
    return read_ledger(source, SALES)


def uplift(
    sales: Ledger, before: tuple[date, date], after: tuple[date, date], *, same_season: bool = True, seed: int = 0
) -> Uplift:
    """The change of demand from one stretch of days to another, both ends included, against equal weekdays.

    For each UMKM and weekday the mean of the recorded days is taken, so that a stretch with more Mondays sells no more; only
    weekdays with records in both count, and UMKM with such weekdays. Value is at the prices of the baseline. Raises
    LoadError where there is no baseline, where the stretches overlap, and with `same_season` where they share no month.
    """
    _check(before, after, same_season)
    names = sales.label("supplier").names
    first, then = (_weekly(sales, span) for span in (before, after))
    rows = []
    for k, name in enumerate(names):
        both = first.days[k] * then.days[k] > 0
        if both.any():
            rows.append(_change(name, k, both, first, then))
    rows.sort(key=lambda row: row.supplier)
    if not rows or not sum(row.before for row in rows):
        raise refusal("impact-no-baseline", first=before[0], last=before[1])
    return _pooled(tuple(rows), sales, names, before, after, seed)


@dataclass(frozen=True, slots=True, eq=False)
class _Week:
    """For each UMKM and weekday: recorded days, and the sums of portions and rupiah over them."""

    days: F8
    portions: F8
    value: F8


def _check(before: tuple[date, date], after: tuple[date, date], same_season: bool) -> None:
    if before[0] > before[1] or after[0] > after[1] or before[1] >= after[0]:
        raise refusal("impact-order", first=before[0], last=before[1], after=after[0])
    if same_season and not _months(before) & _months(after):
        raise refusal("impact-season")


def _months(span: tuple[date, date]) -> set[int]:
    first, last = (day.year * 12 + day.month - 1 for day in span)
    return {month % 12 + 1 for month in range(first, last + 1)}


def _weekly(sales: Ledger, span: tuple[date, date]) -> _Week:
    """Channels of a day are added up; a day on which one of them is blank is not a recorded day."""
    days, codes = sales.day("day").astype(np.int64), sales.label("supplier").codes
    low, high = (np.datetime64(day, "D").astype(np.int64) for day in span)
    inside = (days >= low) & (days <= high)
    portions, value = sales.figure("portions"), sales.figure("value")
    size = (len(sales.label("supplier").names), int(high - low) + 1)
    at = codes[inside] * size[1] + (days[inside] - low)

    def table(amounts: F8) -> F8:
        return np.bincount(at, amounts[inside], minlength=size[0] * size[1]).reshape(size).astype(float)

    there = table(np.ones(days.size)) > 0
    sold, money = table(portions), table(value)
    weekday = (np.arange(size[1]) + int(low) + 3) % 7  # 1970-01-01 was a Thursday, Monday is 0

    def by_weekday(amounts: F8, kept: Flags) -> F8:
        kept_amounts = np.where(kept, amounts, 0.0)
        return np.stack([kept_amounts[:, weekday == day].sum(axis=1) for day in range(7)], axis=1)

    known = there & ~np.isnan(sold)
    paid = np.where(np.isnan(money), np.nan, money)
    priced = by_weekday(paid, known & ~np.isnan(paid)) / np.maximum(by_weekday(sold, known & ~np.isnan(paid)), 1e-300)
    return _Week(by_weekday(np.ones(size), known), by_weekday(sold, known), np.where(priced > 0, priced, np.nan))


def _change(name: str, k: int, both: Flags, first: _Week, then: _Week) -> Change:
    """One UMKM: the sum over its common weekdays of the mean of a day, in portions and at the baseline's prices."""
    before, after = (week.portions[k][both] / week.days[k][both] for week in (first, then))
    price = first.value[k][both]
    weekdays = tuple(np.flatnonzero(both).tolist())
    return Change(
        name,
        float(before.sum()),
        float(after.sum()),
        float((before * price).sum()),
        float((after * price).sum()),
        weekdays,
    )


def _pooled(
    rows: tuple[Change, ...],
    sales: Ledger,
    names: tuple[str, ...],
    before: tuple[date, date],
    after: tuple[date, date],
    seed: int,
) -> Uplift:
    old, new = np.array([row.before for row in rows]), np.array([row.after for row in rows])
    priced = [row for row in rows if np.isfinite([row.value_before, row.value_after]).all()]
    value = _ratio(sum(r.value_after for r in priced), sum(r.value_before for r in priced))

    def change(a: F8, b: F8, axis: int = -1) -> F8:
        return np.asarray(b.sum(axis=axis) / a.sum(axis=axis) - 1)

    interval = bootstrap_interval([old, new], change, seed=seed) if len(rows) >= ENOUGH else None
    median = float(np.nanmedian([row.change for row in rows]))
    stretch: Mapping[str, object] = {"first": before[0], "last": before[1], "from": after[0], "until": after[1]}
    told = reporting((row.supplier for row in rows), names)
    missing = sales.missing("portions", "value")
    basis = Basis(
        len(rows), Sentence("impact-method", stretch), sales.file, missing, told, notes=(Sentence("impact-not-why"),)
    )
    return Uplift(rows, _ratio(float(new.sum()), float(old.sum())), value, median, interval, basis)


def _ratio(after: float, before: float) -> float:
    return after / before - 1 if before else np.nan


def _signed(part: float) -> str | Figure:
    return Figure.exact(round(part, 4), "fraction") if np.isfinite(part) else "–"
