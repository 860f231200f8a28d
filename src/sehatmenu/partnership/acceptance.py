"""Tasting before children eat: the organoleptic form, of which one low score stops a batch, and hedonic tests."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from sehatmenu.errors import refusal
from sehatmenu.files import Document
from sehatmenu.findings import Verdict
from sehatmenu.partnership.evidence import Basis, Sentence, form_of
from sehatmenu.partnership.names import identified
from sehatmenu.partnership.resampling import bootstrap_interval
from sehatmenu.planning.demand import Problem
from sehatmenu.worksheets.forms import Form
from sehatmenu.worksheets.ledger_cells import Entry
from sehatmenu.worksheets.ledgers import Book, Ledger, read_ledger

if TYPE_CHECKING:
    from sehatmenu.worksheets.frames import IntoFrame

MOMENTS = ("sebelum pengantaran", "saat tiba", "sebelum dikonsumsi")
"""When a batch is tested, as the printed form has it."""

QUALITIES = {"taste": "Rasa", "colour": "Warna", "smell": "Aroma", "texture": "Tekstur"}
LEGEND = "5 sangat baik, 4 baik, 3 cukup, 2 kurang, 1 tidak baik"
LIKED = 4
"""The score from which a dish counts as liked: good or very good."""


def _score(title: str, field: str) -> Entry:
    return Entry(title, field, kind="figure", least=1, most=5, whole=True, note=LEGEND)


TASTINGS = Book(
    "Uji organoleptik",
    "organoleptik.xlsx",
    (
        Entry("Pemeriksa", "examiner", note="Jabatan, misalnya asisten lapangan."),
        Entry("Tempat", "place"),
        Entry("Tanggal", "day", required=True, kind="date", note="Misalnya 2026-02-02."),
        Entry("Waktu", "clock", kind="clock", note="Misalnya 08.15."),
        Entry("Saat uji", "moment", kind="choice", width=22, choices=MOMENTS),
        Entry("Nama makanan", "dish", required=True, width=24, also=("hidangan",)),
        Entry("Batch", "batch"),
        *(_score(title, field) for field, title in QUALITIES.items()),
        Entry("Keterangan", "note", width=26),
    ),
    (("asisten lapangan", "sd-1", "2026-02-02", "08.15", MOMENTS[0], "nasi-putih", "CONTOH-1", 4, 4, 5, 4, None),),
    ("Satu baris satu uji; skor 1 sampai 5: " + LEGEND + ".",
     "Satu skor rendah menghentikan batch itu; rata-rata tidak pernah meloloskan.", "Hapus baris contoh sebelum dipakai."),
)  # fmt: skip
"""The printed checklist of organoleptic tests."""

LIKINGS = Book(
    "Uji kesukaan",
    "kesukaan.xlsx",
    (
        Entry("Tanggal", "day", kind="date"),
        Entry("Hidangan", "dish", required=True, width=24),
        Entry("Nilai", "score", kind="figure", least=1, most=5, whole=True, note=LEGEND),
        Entry("Jumlah", "answers", kind="figure", unit="portion", most=1e4, whole=True, note="Berapa panelis."),
    ),
    (("2026-02-02", "tumis-kangkung", 4, 12),),
    ("Satu baris satu nilai, dengan jumlah panelisnya; nama panelis tidak dicatat.", "Hapus baris contoh sebelum dipakai."),
)  # fmt: skip
"""The form of hedonic tests."""


@dataclass(frozen=True, slots=True)
class BatchRow:
    """A batch: its tests, the lowest score and where it was given, and whether it stops, may go, or cannot be judged."""

    day: date
    dish: str
    batch: str
    tests: int
    lowest: float
    quality: str
    moment: str
    verdict: Verdict
    lacking: tuple[str, ...]

    def record(self) -> dict[str, str]:
        """What the rules on records ask: how often the batch was tested."""
        return {"organoleptic-tests": f"{self.tests} times"}


@dataclass(frozen=True, slots=True)
class TastingReport:
    """Every tested batch and its verdict."""

    rows: tuple[BatchRow, ...]
    reject_at: int
    basis: Basis

    def stopped(self) -> tuple[BatchRow, ...]:
        """The batches that must not be eaten."""
        return tuple(row for row in self.rows if row.verdict is Verdict.fail)

    def forms(self, lang: str = "id") -> tuple[Form, ...]:
        """The report as a form."""
        columns = (
            ("date", "date"), ("dish", "text"), ("batch", "text"), ("tests", "count"), ("lowest-score", "amount"),
            ("quality", "text"), ("moment", "text"), ("batch-verdict", "text"), ("lacking", "text"),
        )  # fmt: skip
        said = {Verdict.fail: "batch-stop", Verdict.pass_: "batch-go", Verdict.unknown: "batch-open"}
        rows = [
            (
                r.day,
                r.dish,
                r.batch,
                r.tests,
                r.lowest,
                r.quality,
                r.moment,
                Sentence(said[r.verdict]),
                ", ".join(r.lacking),
            )
            for r in self.rows
        ]
        return (form_of("tastings", columns, rows, self.basis, lang),)


@dataclass(frozen=True, slots=True)
class LikingRow:
    """How a dish is liked: median, share that gives 4 or 5, mean with its interval."""

    dish: str
    n: int
    median: float
    liking: float
    mean: float
    interval: tuple[float, float] | None


@dataclass(frozen=True, slots=True)
class LikingReport:
    """Hedonic tests per dish."""

    rows: tuple[LikingRow, ...]
    basis: Basis

    def shares(self) -> dict[str, float]:
        """The share that likes each dish, for `acceptance_scores`."""
        return {row.dish: row.liking for row in self.rows}

    def forms(self, lang: str = "id") -> tuple[Form, ...]:
        """The report as a form."""
        columns = (
            ("dish", "text"), ("answers", "count"), ("median", "amount"), ("liking", "percent"), ("mean", "amount"),
            ("least", "amount"), ("most", "amount"),
        )  # fmt: skip
        rows = [(r.dish, r.n, r.median, r.liking, r.mean, *(r.interval or (None, None))) for r in self.rows]
        return (form_of("likings", columns, rows, self.basis, lang),)


def read_tastings(source: str | Path | Document | IntoFrame) -> Ledger:
    """Read organoleptic tests (`organoleptik`); raises LoadError with every bad cell."""
    return read_ledger(source, TASTINGS)


def read_likings(source: str | Path | Document | IntoFrame) -> Ledger:
    """Read hedonic tests (`kesukaan`); raises LoadError with every bad cell."""
    return read_ledger(source, LIKINGS)


def organoleptic(records: Ledger, reject_at: int, problem: Problem | None = None) -> TastingReport:
    """Each batch: any score at or below `reject_at`, at any moment, stops it; a mean never releases one.

    A batch may go when it was tested at all three moments and every score is above; what was not tested leaves it open.
    The threshold is policy and therefore stated. Raises LoadError for a threshold outside 1 to 4.
    """
    if not 1 <= reject_at <= 4:
        raise refusal("tasting-threshold", text=str(reject_at))
    records = records if problem is None else identified(records, problem)
    days = records.day("day").astype(str).tolist()
    batches: dict[tuple[str, str, str], list[int]] = {}
    for row, key in enumerate(zip(days, records.label("dish"), _batches(records), strict=True)):
        batches.setdefault(key, []).append(row)
    rows = tuple(_batch(records, key, at, reject_at) for key, at in batches.items())
    missing = records.missing("moment", *QUALITIES)
    basis = Basis(len(records), Sentence("tasting-method", {"threshold": reject_at}), records.file, missing)
    return TastingReport(rows, reject_at, basis)


def _batches(records: Ledger) -> list[str]:
    """The batch of each row; where it is not written, the place stands for it."""
    pairs = zip(records.label("batch"), records.label("place"), strict=True)
    return [batch or place for batch, place in pairs]


def _batch(records: Ledger, key: tuple[str, str, str], at: list[int], reject_at: int) -> BatchRow:
    scores = np.array([records.figure(field)[at] for field in QUALITIES])
    moments = [records.label("moment").at(row) for row in at]
    lacking = [moment for moment in MOMENTS if moment not in moments]
    lacking += [QUALITIES[field] for field, given in zip(QUALITIES, scores, strict=True) if np.isnan(given).any()]
    known = np.where(np.isnan(scores), np.inf, scores)
    quality, test = np.unravel_index(int(np.argmin(known)), known.shape)
    lowest = float(known[quality, test])
    verdict = Verdict.fail if lowest <= reject_at else Verdict.unknown if lacking else Verdict.pass_
    where = (list(QUALITIES.values())[quality], moments[test]) if np.isfinite(lowest) else ("", "")
    return BatchRow(
        date.fromisoformat(key[0]),
        key[1],
        key[2],
        len({m for m in moments if m}),
        lowest,
        *where,
        verdict,
        tuple(lacking),
    )


def hedonic(records: Ledger, problem: Problem | None = None, seed: int = 0) -> LikingReport:
    """How each dish is liked: median, share of 4 and 5, and the mean with a bootstrap interval over the answers."""
    records = records if problem is None else identified(records, problem)
    answers = records.figure("answers") if "answers" in records.figures else np.ones(len(records))
    score = records.figure("score")
    known = ~(np.isnan(score) | np.isnan(answers))
    keys, group = records.grouped("dish")
    rows = []
    for k, key in enumerate(keys):
        mine = known & (group == k)
        given = np.repeat(score[mine], answers[mine].astype(int))
        if given.size:
            interval = bootstrap_interval([given], np.mean, seed=seed) if given.size > 1 else None
            figures = (float(np.median(given)), float((given >= LIKED).mean()), float(given.mean()))
            rows.append(LikingRow(key[0], int(given.size), *figures, interval))
    n = sum(row.n for row in rows)
    return LikingReport(
        tuple(rows), Basis(n, Sentence("hedonic-method"), records.file, records.missing("score", "answers"))
    )
