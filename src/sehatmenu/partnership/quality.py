"""Uneven quality: weighed portions against the standard, drift named with the day it began, and margins for the plan."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from sehatmenu.errors import refusal
from sehatmenu.files import Document
from sehatmenu.messages import Figure
from sehatmenu.partnership.charts import Chart, began, control_chart, first_alarm
from sehatmenu.partnership.evidence import Basis, Reporting, Sentence, form_of, reporting
from sehatmenu.partnership.names import identified
from sehatmenu.planning.plans import Plan
from sehatmenu.quantities.units import read_quantity
from sehatmenu.standards.margins import Margins
from sehatmenu.worksheets.forms import Form
from sehatmenu.worksheets.ledger_cells import Entry
from sehatmenu.worksheets.ledgers import F8, I8, Book, Ledger, read_ledger

if TYPE_CHECKING:
    from sehatmenu.worksheets.frames import IntoFrame

WEIGHINGS = Book(
    "Timbangan",
    "timbangan.xlsx",
    (
        Entry("Tanggal", "day", required=True, kind="date", note="Misalnya 2026-02-02."),
        Entry("UMKM", "supplier", required=True, width=24, note="Kode atau nama UMKM."),
        Entry("Hidangan", "dish", required=True, width=24, note="Kode atau nama resep."),
        Entry("Kelompok", "group", note="Misalnya sd-4-6."),
        Entry("Berat", "weight", kind="figure", unit="g", most=5000, also=("berat_g",), note="Berat satu porsi, gram."),
        Entry("Standar", "standard", kind="figure", unit="g", most=5000, also=("standar_g",), note="Kosong: ikut rencana."),
        Entry("Batch", "batch"),
    ),
    (("2026-02-02", "umkm-01", "nasi-putih", "sd-4-6", 148, 150, "CONTOH-1"),),
    ("Satu baris satu porsi yang ditimbang; ambil porsi secara acak dari setiap kiriman.",
     "Kosong berarti tidak diketahui, bukan nol.", "Hapus baris contoh sebelum dipakai."),
)  # fmt: skip
"""The form of weighings."""

TOLERANCE = "10 %"
"""How far a portion may be from its standard where nothing is agreed: own convention."""

WORTH_SAYING = "3 %"
"""A lasting shift below which nobody is told: own convention, since a chart of many points also finds what does not matter."""

ENOUGH = 20
"""Weighings of a dish below which its spread is taken from all dishes together: own convention."""


@dataclass(frozen=True, slots=True)
class PortionRow:
    """Portions of a dish by one UMKM for one group: mean share of the standard, its spread, share outside tolerance."""

    supplier: str
    dish: str
    group: str
    n: int
    unknown: int
    share: float
    variation: float
    outside: float


@dataclass(frozen=True, slots=True)
class PortionReport:
    """Weighed portions against the standard, per UMKM, dish and group."""

    rows: tuple[PortionRow, ...]
    tolerance: float
    basis: Basis

    def forms(self, lang: str = "id") -> tuple[Form, ...]:
        """The report as a form."""
        columns = (
            ("umkm", "text"), ("dish", "text"), ("group", "text"), ("weighed", "count"), ("unweighed", "count"),
            ("of-standard", "percent"), ("variation", "percent"), ("outside", "percent"),
        )  # fmt: skip
        rows = [(r.supplier, r.dish, r.group, r.n, r.unknown, r.share, r.variation, r.outside) for r in self.rows]
        return (form_of("portion-report", columns, rows, self.basis, lang),)


@dataclass(frozen=True, slots=True, eq=False)
class PortionChart:
    """The deliveries of one UMKM in order, each as its mean share of the standard, with both charts over them."""

    supplier: str
    days: tuple[date, ...]
    dishes: tuple[str, ...]
    individuals: Chart
    ewma: Chart

    @property
    def drift(self) -> Drift | None:
        """The lasting shift that the EWMA chart finds, if any."""
        alarm = first_alarm(self.ewma)
        if alarm is None:
            return None
        start = min(began(self.ewma.points, self.ewma.centre), alarm)
        shift = float(self.ewma.points[start:].mean()) - self.ewma.centre
        return Drift(self.supplier, self.days[start], self.days[alarm], alarm - start + 1, shift)


@dataclass(frozen=True, slots=True)
class Drift:
    """A lasting shift of the portions of an UMKM: the day it began, the day and delivery at which it was seen, and how far."""

    supplier: str
    began: date
    seen: date
    deliveries: int
    shift: float

    def spoken(self, lang: str) -> str:
        """The drift in one sentence."""
        code = "quality-drift-light" if self.shift < 0 else "quality-drift-heavy"
        values = {"supplier": self.supplier, "began": self.began, "seen": self.seen, "deliveries": self.deliveries}
        return Sentence(code, {**values, "shift": Figure.exact(abs(self.shift), "fraction")}).spoken(lang)


def read_weighings(source: str | Path | Document | IntoFrame) -> Ledger:
    """Read weighed portions (`timbangan`): YAML, CSV, xlsx or a data frame; raises LoadError with every bad cell."""
    return read_ledger(source, WEIGHINGS)


def portion_report(weighings: Ledger, plan: Plan | None = None, tolerance: str = TOLERANCE) -> PortionReport:
    """Weighed portions against the standard: the one written beside them, else the plan's for that day and group.

    Variation is the standard deviation over the mean. Raises LoadError for names that the plan does not know, UnitError
    for a tolerance without a unit.
    """
    weighings, shares = _shares(weighings, plan)
    within = read_quantity(tolerance, "fraction")
    keys, group = weighings.grouped("supplier", "dish", "group")
    known = ~np.isnan(shares)
    rows = []
    n, unknown = np.bincount(group[known], minlength=len(keys)), np.bincount(group[~known], minlength=len(keys))
    mean, deviation = _moments(shares, group, n)
    outside = np.bincount(group[known], np.abs(shares[known] - 1) > within + 1e-12, minlength=len(keys))
    for k, key in enumerate(keys):
        figures = (float(mean[k]), float(deviation[k] / mean[k]) if mean[k] else np.nan, _ratio(outside[k], n[k]))
        rows.append(PortionRow(key[0], key[1], key[2], int(n[k]), int(unknown[k]), *figures))
    told = Sentence("quality-portions-method", {"tolerance": Figure.exact(within, "fraction")})
    missing = weighings.missing("weight", "group", "batch")
    basis = Basis(int(known.sum()), told, weighings.file, missing, _reporting(weighings, plan))
    return PortionReport(tuple(rows), within, basis)


def portion_charts(weighings: Ledger, plan: Plan | None = None, target: float | None = 1.0) -> tuple[PortionChart, ...]:
    """The deliveries of each UMKM on control charts around `target`, the standard portion being 1 (None: their own mean).

    A delivery is a dish of a UMKM on a day, and counts as the mean of its weighed portions. An UMKM with fewer than two
    weighed deliveries has no chart.
    """
    weighings, shares = _shares(weighings, plan)
    weighings, shares = weighings.only(~np.isnan(shares)), shares[~np.isnan(shares)]
    keys, group = weighings.grouped("supplier", "dish")
    days = weighings.day("day").astype(np.int64)
    number = group * (days.max(initial=0) + 1) + days
    distinct, first, delivery = np.unique(number, return_index=True, return_inverse=True)
    mean = np.bincount(delivery, shares) / np.bincount(delivery) if distinct.size else np.empty(0)
    when: list[date] = weighings.day("day")[first].astype(date).tolist()
    by: dict[str, list[tuple[date, str, float]]] = {supplier: [] for supplier, _ in keys}
    for day, of, value in zip(when, group[first].tolist(), mean.tolist(), strict=True):
        by[keys[of][0]].append((day, keys[of][1], value))
    charts = [_chart(name, sorted(mine), target, weighings.file) for name, mine in by.items() if len(mine) >= 2]
    return tuple(charts)


def _chart(supplier: str, mine: Sequence[tuple[date, str, float]], target: float | None, source: str) -> PortionChart:
    values = [value for _, _, value in mine]
    individuals = control_chart(values, target, source=source)
    ewma = control_chart(values, target, "ewma", source=source)
    return PortionChart(supplier, tuple(m[0] for m in mine), tuple(m[1] for m in mine), individuals, ewma)


def drifts(charts: Iterable[PortionChart], least: str = WORTH_SAYING) -> tuple[Drift, ...]:
    """Every drift that the charts show and that is at least so far from the standard, the largest first."""
    far = read_quantity(least, "fraction")
    found = [drift for chart in charts if (drift := chart.drift) is not None and abs(drift.shift) >= far]
    return tuple(sorted(found, key=lambda drift: -abs(drift.shift)))


def margins(
    weighings: Ledger, plan: Plan | None = None, *, nutrients: Sequence[str], confidence: str = "95 %"
) -> Margins:
    """Margins for `plan(margin=...)` out of weighings: by which part of its figure a dish may be lower or higher.

    The spread is that about the standard portion (so that a lasting shift counts too), over all UMKM that cook the dish;
    dishes with fewer than 20 weighings, and those never weighed, have the spread of all dishes together. Every nutrient
    named varies with the portion. Raises LoadError without a single weighing against a standard.
    """
    weighings, shares = _shares(weighings, plan)
    known = ~np.isnan(shares)
    if not known.any():
        raise refusal("quality-no-weighing")
    keys, group = weighings.grouped("dish")
    n = np.bincount(group[known], minlength=len(keys))
    squares = np.bincount(group[known], (shares[known] - 1) ** 2, minlength=len(keys))
    pooled = _percent(float(np.sqrt(squares.sum() / n.sum())))
    own = {
        key[0]: dict.fromkeys(nutrients, _percent(float(np.sqrt(squares[k] / n[k]))))
        for k, key in enumerate(keys)
        if n[k] >= ENOUGH
    }
    return Margins.varying(dict.fromkeys(nutrients, pooled), confidence=confidence, dishes=own)


def _percent(part: float) -> str:
    return f"{100 * min(part, 0.9999):.4f} %"


def _shares(weighings: Ledger, plan: Plan | None) -> tuple[Ledger, F8]:
    """The weighings with ids for names where a plan is given, and each as a share of its standard (nan: not known)."""
    standard = weighings.figure("standard")
    if plan is not None:
        weighings = identified(weighings, plan.problem)
        planned = _planned(weighings, plan)
        standard = np.where(np.isnan(standard), planned, standard)
    with np.errstate(divide="ignore", invalid="ignore"):
        shares = weighings.figure("weight") / standard
    return weighings, np.where(np.isfinite(shares), shares, np.nan)


def _planned(weighings: Ledger, plan: Plan) -> F8:
    """The grams that the plan serves on that day of that dish of that UMKM to that group; nan where it serves none."""
    grams: dict[tuple[str, str, str, str], float] = {}
    for serving in plan.servings:
        for helping in serving.helpings:
            served = helping.grams(serving.dish)
            key = (serving.day.isoformat(), serving.supplier.id, serving.dish.id, helping.group)
            grams[key] = served.low if served.low == served.high else np.nan
    rows = _words(weighings, "supplier", "dish", "group")
    return np.array([grams.get((row[0], row[1], row[2], row[3]), np.nan) for row in rows])


def _words(weighings: Ledger, *fields: str) -> list[tuple[str, ...]]:
    """The day and some words of each row."""
    days: list[str] = weighings.day("day").astype(str).tolist()
    return list(zip(days, *(list(weighings.label(field)) for field in fields), strict=True))


def _moments(shares: F8, group: I8, n: I8) -> tuple[F8, F8]:
    """Mean and standard deviation (n - 1) by group; nan where there are too few."""
    known = ~np.isnan(shares)
    with np.errstate(divide="ignore", invalid="ignore"):
        mean = np.bincount(group[known], shares[known], minlength=n.size) / n
        squares = np.bincount(group[known], (shares[known] - mean[group[known]]) ** 2, minlength=n.size)
        return mean, np.sqrt(squares / np.where(n > 1, n - 1, np.nan))


def _ratio(part: float, whole: int) -> float:
    return float(part) / int(whole) if whole else np.nan


def _reporting(weighings: Ledger, plan: Plan | None) -> Reporting | None:
    """Which orders of the plan were weighed; None without a plan."""
    if plan is None:
        return None
    weighed = (" ".join(row) for row in _words(weighings, "supplier", "dish"))
    return reporting(weighed, (f"{s.day.isoformat()} {s.supplier.id} {s.dish.id}" for s in plan.servings))
