"""Plates that come back: visual plate waste in Comstock steps as intervals, and the scores that the plan takes from it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Literal

import numpy as np

from sehatmenu.errors import refusal
from sehatmenu.files import Document
from sehatmenu.findings import Verdict
from sehatmenu.messages import Text
from sehatmenu.partnership.evidence import Basis, Sentence, form_of
from sehatmenu.partnership.names import identified
from sehatmenu.planning.demand import Problem
from sehatmenu.planning.preferences import Acceptance
from sehatmenu.standards.sources import Source
from sehatmenu.worksheets.forms import Form
from sehatmenu.worksheets.ledger_cells import Entry
from sehatmenu.worksheets.ledgers import F8, Book, Ledger, read_ledger

if TYPE_CHECKING:
    from sehatmenu.worksheets.frames import IntoFrame

STEPS = (0.0, 0.25, 0.5, 0.75, 0.95, 1.0)
"""What is left at each Comstock step 0 to 5, as printed (123dok oz1r7m8q9)."""

STEP_NOTE = "0 habis, 1 = 25 %, 2 = 50 %, 3 = 75 %, 4 = 95 %, 5 utuh."
FAILURE = 0.25
"""More than a quarter left is a failure (Depkes 2003 as quoted)."""

WASTE = Book(
    "Sisa",
    "sisa.xlsx",
    (
        Entry("Tanggal", "day", required=True, kind="date", note="Misalnya 2026-02-02."),
        Entry("Tempat", "place", note="Sekolah atau puskesmas."),
        Entry("Kelompok", "group", note="Misalnya sd-4-6."),
        Entry("UMKM", "supplier", width=24),
        Entry("Hidangan", "dish", required=True, width=24, note="Kode atau nama resep."),
        Entry("Skor sisa", "step", kind="figure", most=5, whole=True, also=("skor",), note=STEP_NOTE),
        Entry("Jumlah piring", "plates", kind="figure", unit="portion", most=1e5, whole=True, also=("jumlah",)),
    ),
    (("2026-02-02", "sd-1", "sd-4-6", "umkm-01", "tumis-kangkung", 2, 14),),
    ("Satu baris satu hidangan dan satu skor, dengan jumlah piringnya; nama anak tidak dicatat.",
     "Tanpa kolom Jumlah piring, satu baris berarti satu piring.", "Hapus baris contoh sebelum dipakai."),
)  # fmt: skip
"""The form of plate waste."""


@dataclass(frozen=True, slots=True)
class WasteRow:
    """What is left of a dish, weighted by plates: by the printed steps, and between which bounds by the eye's steps."""

    dish: str
    plates: int
    unknown: int
    left: float
    bounds: tuple[float, float]
    verdict: Verdict


@dataclass(frozen=True, slots=True)
class WasteReport:
    """Plate waste per dish."""

    rows: tuple[WasteRow, ...]
    basis: Basis

    def forms(self, lang: str = "id") -> tuple[Form, ...]:
        """The report as a form."""
        columns = (
            ("dish", "text"), ("plates", "count"), ("plates-unknown", "count"), ("left", "percent"),
            ("left-least", "percent"), ("left-most", "percent"), ("verdict", "text"),
        )  # fmt: skip
        rows = [(r.dish, r.plates, r.unknown, r.left, *r.bounds, r.verdict) for r in self.rows]
        return (form_of("waste", columns, rows, self.basis, lang),)


def read_waste(source: str | Path | Document | IntoFrame) -> Ledger:
    """Read plate waste (`sisa`): YAML, CSV, xlsx or a data frame; raises LoadError with every bad cell."""
    return read_ledger(source, WASTE)


def waste(
    records: Ledger, problem: Problem | None = None, *, setting: Literal["school", "hospital"] = "school"
) -> WasteReport:
    """What is left of each dish, weighted by the plates counted at each step; the eye's bias is stated, not corrected.

    A step reaches halfway to its neighbours (own convention), so that the share left is an interval. Rows without a score
    or without a count are told and weigh nothing. `setting` says whose studies of the eye's bias are named. Raises
    LoadError for dishes that the problem does not know.
    """
    records = records if problem is None else identified(records, problem)
    step, plates = records.figure("step"), _plates(records)
    known = ~(np.isnan(step) | np.isnan(plates))
    at = np.where(known, step, 0).astype(int)
    low, high = _bounds()
    keys, group = records.grouped("dish")

    def total(values: F8) -> F8:
        return np.bincount(group[known], (values * np.where(known, plates, 0))[known], minlength=len(keys)).astype(
            float
        )

    count = total(np.ones(len(records)))
    parts = [total(np.asarray(steps)[at]) for steps in (STEPS, low, high)]
    unknown = np.bincount(group[~known], minlength=len(keys))
    rows = []
    for k, key in enumerate(keys):
        left, least, most = (float(part[k] / count[k]) if count[k] else np.nan for part in parts)
        rows.append(WasteRow(key[0], int(count[k]), int(unknown[k]), left, (least, most), _verdict(least, most)))
    basis = Basis(
        int(count.sum()), Sentence("waste-method"), records.file, records.missing("step", "plates"),
        notes=(Sentence(f"waste-eye-{setting}"),),
    )  # fmt: skip
    return WasteReport(tuple(sorted(rows, key=lambda row: (-row.left if row.left == row.left else 1, row.dish))), basis)


def acceptance_scores(
    report: WasteReport, liking: Mapping[str, float] | None = None, source: str = "sisa-piring"
) -> Acceptance:
    """The scores that the plan takes: the share eaten of each dish; where no plate was seen, the share that likes it.

    A dish that nobody rated has no score: unknown is not zero. Raises LoadError when nothing at all was rated.
    """
    scores = {dish: share for dish, share in (liking or {}).items() if share == share}
    scores |= {row.dish: 1 - row.left for row in report.rows if row.plates}
    if not scores:
        raise refusal("waste-nothing")
    written = {dish: f"{100 * share:.4f} %" for dish, share in scores.items()}
    return Acceptance.model_validate({"source": source, "scores": written})


def with_acceptance(
    problem: Problem, acceptance: Acceptance, title: str = "Sisa piring dan uji kesukaan di tempat ini"
) -> Problem:
    """The problem with these scores as its survey, for `plan(then=["acceptance"])`."""
    listed = Source(title=Text(title, title), seen="primary", where=acceptance.source)
    sources = {**problem.file.sources, acceptance.source: listed}
    return replace(problem, file=problem.file.model_copy(update={"acceptance": acceptance, "sources": sources}))


def _plates(records: Ledger) -> F8:
    """How many plates a row stands for: its count, or one where the form has no such column."""
    return records.figure("plates") if "plates" in records.figures else np.ones(len(records))


def _bounds() -> tuple[F8, F8]:
    """How little and how much may be left at each step, when it reaches halfway to its neighbours."""
    steps = np.array(STEPS)
    middle = (steps[1:] + steps[:-1]) / 2
    return np.array([steps[0], *middle]), np.array([*middle, steps[-1]])


def _verdict(least: float, most: float) -> Verdict:
    if least > FAILURE:
        return Verdict.fail
    return Verdict.pass_ if most <= FAILURE else Verdict.unknown
