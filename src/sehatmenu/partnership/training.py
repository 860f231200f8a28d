"""Training: what a class knew before and after, pair by pair, and questions out of recipes that are wrong on purpose."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from scipy import stats

from sehatmenu.errors import LoadError, refusal
from sehatmenu.files import Document
from sehatmenu.findings import Finding
from sehatmenu.food.recipes import load_recipe
from sehatmenu.partnership.evidence import Basis, Sentence, form_of
from sehatmenu.partnership.resampling import bootstrap_interval
from sehatmenu.worksheets.forms import Form
from sehatmenu.worksheets.ledger_cells import Entry
from sehatmenu.worksheets.ledgers import Book, Ledger, read_ledger

if TYPE_CHECKING:
    from sehatmenu.worksheets.frames import IntoFrame

ENOUGH = 8
"""Pairs below which no interval is given: own convention."""

SCORES = Book(
    "Nilai pelatihan",
    "pelatihan.xlsx",
    (
        Entry("Peserta", "learner", required=True, note="Nomor urut atau kode, bukan nama."),
        Entry("Sebelum", "before", kind="figure", most=100, note="Nilai 0 sampai 100."),
        Entry("Sesudah", "after", kind="figure", most=100, note="Nilai 0 sampai 100."),
    ),
    (("P01", 60, 85),),
    ("Satu baris satu peserta; yang hanya ikut satu kali dikosongkan di kolom lainnya.", "Hapus baris contoh sebelum dipakai."),
)  # fmt: skip
"""The scores of a class (`pelatihan`)."""


@dataclass(frozen=True, slots=True)
class TrainingResult:
    """The scores of those who took both tests: means, mean change with its interval, and the Wilcoxon test of the pairs."""

    n: int
    before: float
    after: float
    change: float
    interval: tuple[float, float] | None
    p: float | None
    basis: Basis

    def spoken(self, lang: str) -> str:
        """The result in one sentence."""
        values: dict[str, object] = {"n": self.n, "before": self.before, "after": self.after, "change": self.change}
        if self.interval is None:
            return Sentence("training-few", values).spoken(lang)
        low, high = self.interval
        return Sentence("training-change", {**values, "low": low, "high": high, "p": _p(self.p)}).spoken(lang)

    def forms(self, lang: str = "id") -> tuple[Form, ...]:
        """The result as a form of one row."""
        columns = (
            ("answers", "count"), ("before", "amount"), ("after", "amount"), ("change-points", "amount"), ("least", "amount"),
            ("most", "amount"),
        )  # fmt: skip
        row = (self.n, self.before, self.after, self.change, *(self.interval or (None, None)))
        form = form_of("training", columns, [row], self.basis, lang)
        return (Form(form.title, form.columns, form.rows, (self.spoken(lang), *form.notes)),)


@dataclass(frozen=True, slots=True)
class Question:
    """A line of a recipe that is wrong on purpose; the answer is what the library says of it."""

    recipe: str
    line: str
    answer: Finding

    def spoken(self, lang: str) -> str:
        """The question and its answer."""
        return Sentence(
            "training-question", {"recipe": self.recipe, "line": self.line, "answer": self.answer.text(lang)}
        ).spoken(lang)


def read_scores(source: str | Path | Document | IntoFrame) -> Ledger:
    """Read the scores of a class (`pelatihan`); raises LoadError with every bad cell."""
    return read_ledger(source, SCORES)


def score(scores: Ledger, seed: int = 0) -> TrainingResult:
    """What those who took both tests gained; who took one only is counted as missing, not as zero.

    Raises LoadError where nobody took both.
    """
    before, after = scores.figure("before"), scores.figure("after")
    both = ~(np.isnan(before) | np.isnan(after))
    gain = (after - before)[both]
    if not gain.size:
        raise refusal("training-no-pair")
    enough = gain.size >= ENOUGH
    interval = bootstrap_interval([gain], np.mean, seed=seed) if enough else None
    p = float(stats.wilcoxon(gain).pvalue) if enough and np.any(gain) else None
    first, last, change = (round(float(x), 2) for x in (before[both].mean(), after[both].mean(), gain.mean()))
    ends = (round(interval[0], 2), round(interval[1], 2)) if interval else None
    missing = scores.missing("before", "after")
    basis = Basis(int(gain.size), Sentence("training-method"), scores.file, missing)
    return TrainingResult(int(gain.size), first, last, change, ends, p, basis)


def question_bank(folder: str | Path) -> tuple[Question, ...]:
    """Questions out of the recipes of a folder that are wrong on purpose: the line as written, and what is wrong with it."""
    return tuple(question for path in sorted(Path(folder).glob("*.yaml")) for question in _questions(path))


def _questions(path: Path) -> Iterator[Question]:
    lines = path.read_text(encoding="utf-8", errors="replace").splitlines()
    try:
        findings = load_recipe(path, reading="strict").findings
    except LoadError as error:
        findings = error.report.findings
    for finding in findings:
        if finding.place is not None and 1 <= finding.place.line <= len(lines):
            yield Question(path.stem, lines[finding.place.line - 1].strip(), finding)


def _p(value: float | None) -> object:
    """A p-value to three digits; below that it is only said to be small."""
    if value is None:
        return "–"
    return Sentence("training-p-small", {"least": 0.001}) if value < 0.001 else round(value, 3)
