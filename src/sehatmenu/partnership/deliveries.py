"""Deliveries as they were: hours over midnight, temperatures, samples; judged by the rules on records, batch by batch."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache
from itertools import combinations
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from sehatmenu.files import Document
from sehatmenu.findings import Finding, Verdict, overall
from sehatmenu.partnership.evidence import Basis, Sentence, form_of, plain
from sehatmenu.standards.checks import as_menu, check_rule
from sehatmenu.standards.records import AttestRule
from sehatmenu.standards.standards import Applied, Standard
from sehatmenu.worksheets.forms import Form
from sehatmenu.worksheets.ledger_cells import MINUTES, Entry
from sehatmenu.worksheets.ledgers import F8, Book, Ledger, read_ledger

if TYPE_CHECKING:
    from sehatmenu.worksheets.frames import IntoFrame

EVENTS = ("cooked", "packed", "left", "arrived", "eaten")
"""What happens to a batch, in this order."""


def _clock(title: str, field: str) -> Entry:
    return Entry(title, field, kind="clock", note="Jam, misalnya 05.30; bila perlu dengan tanggalnya.")


DELIVERIES = Book(
    "Kiriman",
    "kiriman.xlsx",
    (
        Entry("Tanggal", "day", required=True, kind="date", note="Hari makanan itu dimakan."),
        Entry("Batch", "batch", required=True),
        Entry("UMKM", "supplier", required=True, width=24),
        Entry("Hidangan", "dish", required=True, width=24),
        Entry("Tempat", "place"),
        Entry("Porsi", "portions", kind="figure", unit="portion", most=1e5, whole=True),
        _clock("Dimasak", "cooked"), _clock("Dikemas", "packed"), _clock("Berangkat", "left"), _clock("Tiba", "arrived"),
        _clock("Dimakan", "eaten"),
        Entry("Disajikan", "served", kind="choice", choices=("panas", "dingin")),
        Entry("Suhu masak", "cooked_at", kind="figure", unit="degC", most=300),
        Entry("Suhu tiba", "arrived_at", kind="figure", unit="degC", most=120),
        Entry("Contoh sampai", "sample", kind="clock", width=18, note="Tanggal dan jam contoh dibuang: 2026-02-03 09.00."),
        Entry("Uji organoleptik", "tests", kind="figure", unit="times", most=20, whole=True, note="Berapa kali."),
    ),
    (("2026-02-02", "CONTOH-1", "umkm-01", "nasi-putih", "sd-1", 78, "05.00", "06.15", "06.45", "07.10", "09.00", "panas",
      92, 67, "2026-02-03 09.00", 2),),
    ("Satu baris satu kiriman. Jam sebelum jam berikutnya dianggap hari itu juga, kalau tidak, malam sebelumnya.",
     "Kosong berarti tidak diketahui, bukan nol.", "Hapus baris contoh sebelum dipakai."),
)  # fmt: skip
"""The log of deliveries."""


@dataclass(frozen=True, slots=True)
class DeliveryRow:
    """One delivery with its records and the finding of every rule on records."""

    row: int
    day: date
    batch: str
    supplier: str
    dish: str
    place: str
    verdict: Verdict
    findings: tuple[Finding, ...]


@dataclass(frozen=True, slots=True)
class DeliveryReport:
    """Deliveries judged by the rules on records."""

    rows: tuple[DeliveryRow, ...]
    basis: Basis

    def counts(self) -> dict[str, dict[str, int]]:
        """For each rule how many deliveries pass, fail, or cannot be judged."""
        found: dict[str, dict[str, int]] = {}
        for row in self.rows:
            for finding in row.findings:
                by = found.setdefault(str(finding.values["rule_id"]), {})
                by[str(finding.verdict)] = by.get(str(finding.verdict), 0) + 1
        return found

    def forms(self, lang: str = "id") -> tuple[Form, ...]:
        """Every delivery that fails or cannot be judged, and why."""
        columns = (
            ("date", "date"), ("batch", "text"), ("umkm", "text"), ("dish", "text"), ("place", "text"), ("verdict", "text"),
            ("reasons", "text"),
        )  # fmt: skip
        rows = [
            (r.day, r.batch, r.supplier, r.dish, r.place, r.verdict, "; ".join(self._said(r, lang)))
            for r in self.rows
            if r.verdict is not Verdict.pass_
        ]
        return (form_of("deliveries", columns, rows, self.basis, lang),)

    def _said(self, row: DeliveryRow, lang: str) -> list[str]:
        worst = [finding for finding in row.findings if finding.verdict is row.verdict]
        return [finding.text(lang) for finding in worst]

    def data(self, lang: str = "id") -> dict[str, object]:
        """The counts and the basis as plain data."""
        return {"counts": self.counts(), "basis": plain(self.basis, lang)}


def read_deliveries(source: str | Path | Document | IntoFrame) -> Ledger:
    """Read the log of deliveries (`kiriman`); raises LoadError with every bad cell."""
    return read_ledger(source, DELIVERIES)


def moments(deliveries: Ledger) -> dict[str, F8]:
    """When each event was, in minutes since 1970-01-01; nan where it is not known.

    A time of day without a date is taken as late as it can be: at the latest the event that follows, and on the day of
    eating; so a batch cooked at 20:00 and eaten at 09:00 was cooked the evening before.
    """
    following = deliveries.day("day").astype(np.int64).astype(float) * MINUTES + MINUTES - 1
    found: dict[str, F8] = {}
    for event in reversed(EVENTS):
        written = deliveries.figure(event)
        clock = np.floor(following / MINUTES) * MINUTES + written
        clock = np.where(clock > following, clock - MINUTES, clock)
        found[event] = np.where(written < MINUTES, clock, written)
        following = np.where(np.isnan(found[event]), following, found[event])
    return found


def durations(deliveries: Ledger) -> dict[str, F8]:
    """Minutes between events, by the words that rules on records use; nan where unknown, or where an end precedes its start.

    A sample is kept from the moment the food is eaten (own convention, the later and so the stricter start), and its end
    needs a date.
    """
    at = moments(deliveries)
    sample = deliveries.figure("sample")
    spans = {
        "cooked-to-delivered": at["arrived"] - at["cooked"],
        "delivered-to-eaten": at["eaten"] - at["arrived"],
        "cooked-to-eaten": at["eaten"] - at["cooked"],
        "sample-kept": np.where(sample >= MINUTES, sample, np.nan) - at["eaten"],
    }
    return {name: np.where(span >= 0, span, np.nan) for name, span in spans.items()}


def records(deliveries: Ledger) -> tuple[dict[str, str], ...]:
    """What each delivery shows for the rules on records: `check(..., records=records(log)[0])`."""
    spans = durations(deliveries)
    arrived, tests, served = deliveries.figure("arrived_at"), deliveries.figure("tests"), deliveries.label("served")
    found: list[dict[str, str]] = []
    for row, kept in enumerate(served):
        own = {name: f"{span[row]:.0f} minutes" for name, span in spans.items() if np.isfinite(span[row])}
        if kept and np.isfinite(arrived[row]):
            own["hot-holding" if kept == "panas" else "cold-holding"] = f"{round(float(arrived[row]), 1)} degC"
        if np.isfinite(tests[row]):
            own["organoleptic-tests"] = f"{tests[row]:.0f} times"
        found.append(own)
    return tuple(found)


def judged(deliveries: Ledger, standard: Standard, group: str = "", on: date | None = None) -> DeliveryReport:
    """Every delivery held against the rules on records of a standard, by the same check as any other.

    `on` is the day of the law; without it the day of the first delivery. Food that is served hot is not judged by the rule
    on cold food, and the other way round. Raises LoadError for a group or date that the standard does not have.
    """
    group = group or next(iter(standard.groups), "")
    day = on or deliveries.day("day").min().astype(date)
    standard.check_group(group)
    standard.check_date(day)
    held = [a for a in standard.applied(group, day) if isinstance(a.rule, AttestRule)]
    menu = as_menu([], day)

    @cache
    def finding(number: int, text: str | None) -> Finding:
        rule = held[number].rule
        return next(check_rule(held[number], menu, standard, group, {} if text is None else {rule.id: text}))

    rows = []
    days, served = deliveries.day("day").astype(date), deliveries.label("served")
    words = zip(*(deliveries.label(field) for field in ("batch", "supplier", "dish", "place")), strict=True)
    for row, (own, (batch, supplier, dish, place)) in enumerate(zip(records(deliveries), words, strict=True)):
        asked = [n for n, applied in enumerate(held) if not _of_other(applied, served.at(row))]
        found = tuple(finding(n, _recorded(held[n], own)) for n in asked)
        verdict = overall([f.verdict for f in found if f.severity == "must"])
        rows.append(DeliveryRow(row, days[row], batch, supplier, dish, place, verdict, found))
    return DeliveryReport(tuple(rows), _basis(deliveries, standard))


def _recorded(applied: Applied, own: Mapping[str, str]) -> str | None:
    assert isinstance(applied.rule, AttestRule)
    return applied.rule.recorded(own)


def _of_other(applied: Applied, served: str) -> bool:
    """Whether a rule speaks of food that is kept in the other way than this."""
    key = applied.rule.record.key if isinstance(applied.rule, AttestRule) else ""
    return (key == "cold-holding" and served == "panas") or (key == "hot-holding" and served == "dingin")


def _basis(deliveries: Ledger, standard: Standard) -> Basis:
    missing = deliveries.missing(*EVENTS, "arrived_at", "sample", "tests", "served")
    at = moments(deliveries)
    backwards = int(np.any([at[one] > at[other] for one, other in combinations(EVENTS, 2)], axis=0).sum())
    notes = (Sentence("delivery-backwards", {"n": backwards}),) if backwards else ()
    method = Sentence("delivery-method", {"standard": standard.file.title})
    return Basis(len(deliveries), method, deliveries.file, missing, notes=notes)
