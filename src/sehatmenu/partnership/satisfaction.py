"""Satisfaction of those served: the index of Permenpan-RB 14/2017 (IKM) with its interval, and how many to ask."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction
from pathlib import Path
from statistics import NormalDist
from typing import TYPE_CHECKING, Literal

import numpy as np

from sehatmenu.errors import refusal
from sehatmenu.files import Document
from sehatmenu.messages import Figure
from sehatmenu.partnership.evidence import Basis, Sentence, form_of
from sehatmenu.partnership.resampling import CONFIDENCE, bootstrap_interval
from sehatmenu.worksheets.forms import Form
from sehatmenu.worksheets.ledger_cells import Entry
from sehatmenu.worksheets.ledgers import F8, Book, Ledger, read_ledger

if TYPE_CHECKING:
    from sehatmenu.worksheets.frames import IntoFrame

ELEMENTS = (
    "persyaratan", "prosedur", "waktu", "biaya", "produk", "kompetensi", "perilaku", "sarana", "pengaduan",
)  # fmt: skip
"""The nine elements of service, in their order."""

FIELDS = tuple(f"u{n}" for n in range(1, len(ELEMENTS) + 1))

BANDS = (("A", "88.31", "100"), ("B", "76.61", "88.30"), ("C", "65.00", "76.60"), ("D", "25.00", "64.99"))
"""Quality of service by IKM, as printed to two decimals: between 64.99 and 65.00 nothing is printed, so round first."""

Weight = Literal["1/9", "0.111", "0.11"]
"""The weight of each element: an exact ninth, or the rounded ones that forms print. It moves the index, so it is stated."""

SURVEY = Book(
    "SKM",
    "skm.xlsx",
    (
        Entry("Tanggal", "day", kind="date"),
        Entry("Layanan", "service", required=True, width=24, note="Misalnya umkm-01, atau makan siang SD contoh 1."),
        *(
            Entry(f"U{n}", f"u{n}", kind="figure", least=1, most=4, whole=True, note=f"{name}: 1 buruk sampai 4 sangat baik")
            for n, name in enumerate(ELEMENTS, 1)
        ),
    ),
    (("2026-02-13", "makan siang SD contoh 1", 3, 4, 3, 4, 3, 4, 4, 3, 4),),
    ("Satu baris satu jawaban; nama dan nomor penjawab tidak dicatat.",
     "Unsur yang tidak dijawab dikosongkan, bukan diisi 0.", "Hapus baris contoh sebelum dipakai."),
)  # fmt: skip
"""The form of the satisfaction survey (`skm`)."""


@dataclass(frozen=True, slots=True)
class ServiceIndex:
    """The index of one service: the mean of each element, the IKM, its interval, and its class or classes.

    `index` is nan where an element was answered by nobody; `classes` names every class that the interval reaches.
    """

    service: str
    n: int
    means: tuple[float, ...]
    index: float
    interval: tuple[float, float] | None
    quality: str
    classes: tuple[str, ...]

    def spoken(self, lang: str) -> str:
        """The class in words: `A`, or `A atau B` where the interval straddles a band."""
        return f" {'atau' if lang == 'id' else 'or'} ".join(self.classes) or "–"


@dataclass(frozen=True, slots=True)
class SatisfactionReport:
    """The index of every service."""

    rows: tuple[ServiceIndex, ...]
    weight: Weight
    basis: Basis

    def forms(self, lang: str = "id") -> tuple[Form, ...]:
        """The index of each service, then the mean of each element."""
        columns = (
            ("service", "text"), ("answers", "count"), ("ikm", "amount"), ("least", "amount"), ("most", "amount"),
            ("service-class", "text"),
        )  # fmt: skip
        rows = [(r.service, r.n, _two(r.index), *map(_two, r.interval or (math.nan,) * 2), r) for r in self.rows]
        means = [(r.service, name, _two(mean)) for r in self.rows for name, mean in zip(ELEMENTS, r.means, strict=True)]
        elements = (("service", "text"), ("element", "text"), ("mean", "amount"))
        return (
            form_of("satisfaction", columns, rows, self.basis, lang),
            form_of("satisfaction-elements", elements, means, None, lang),
        )


def read_survey(source: str | Path | Document | IntoFrame) -> Ledger:
    """Read a satisfaction survey (`skm`); raises LoadError with every bad cell."""
    return read_ledger(source, SURVEY)


def ikm(answers: Ledger, *, weight: Weight, seed: int = 0) -> SatisfactionReport:
    """The satisfaction index of each service: 25 times the weighted sum of the means of the nine elements.

    `weight` must be stated: an exact ninth and the printed 0.11 differ by almost a point. The 95 % interval resamples
    respondents. An element that a respondent left blank counts in none of its means.
    """
    part = float(Fraction(weight))
    scores = np.array([answers.figure(field) for field in FIELDS]).T
    keys, group = answers.grouped("service")
    rows = tuple(_index(key[0], scores[group == k], part, seed) for k, key in enumerate(keys))
    missing = answers.missing(*FIELDS)
    basis = Basis(
        len(answers), Sentence("ikm-method", {"weight": weight}), answers.file, missing, notes=(Sentence("ikm-bands"),)
    )
    return SatisfactionReport(rows, weight, basis)


def index_of(means: Sequence[float] | F8, weight: Weight) -> float:
    """The index out of the means of the nine elements (NRR)."""
    return 25 * float(Fraction(weight)) * float(np.sum(means))


def quality_of(index: float) -> str:
    """The class of an index, which is rounded to two decimals first since the printed bands leave holes between them.

    Raises LoadError for an index outside 25 to 100.

    >>> quality_of(64.994), quality_of(64.995), quality_of(88.305)
    ('D', 'C', 'A')
    """
    rounded = _rounded(index)
    for name, low, high in BANDS:
        if Decimal(low) <= rounded <= Decimal(high):
            return name
    raise refusal("ikm-range", index=str(rounded))


def _rounded(index: float) -> Decimal:
    return Decimal(f"{index:.9f}").quantize(Decimal("0.01"), ROUND_HALF_UP)


def _two(index: float) -> float:
    return float(_rounded(index)) if math.isfinite(index) else math.nan


def _index(service: str, scores: F8, part: float, seed: int) -> ServiceIndex:
    n = len(scores)
    known = ~np.isnan(scores)
    counted = known.sum(axis=0)
    means = np.where(known, scores, 0).sum(axis=0) / np.where(counted, counted, np.nan)
    index = 25 * part * float(means.sum())
    if math.isnan(index):
        return ServiceIndex(service, n, tuple(means.tolist()), index, None, "–", ())
    interval = _interval(scores, part, seed) if n > 1 else None
    low, high = interval or (index, index)
    names = [name for name, *_ in BANDS]
    reached = names[names.index(_class(high)) : names.index(_class(low)) + 1]
    return ServiceIndex(service, n, tuple(means.tolist()), index, interval, _class(index), tuple(reached))


def _class(index: float) -> str:
    """The class of an index; with a weight of 0.11 even the least answers fall below 25, and with it all is class D."""
    return quality_of(max(index, 25.0))


def _interval(scores: F8, part: float, seed: int) -> tuple[float, float]:
    """Resamples whole respondents, so that their nine answers stay together."""

    def index(row: F8, axis: int = -1) -> F8:
        picked = scores[row.astype(np.int64)]
        known = ~np.isnan(picked)
        counted = known.sum(axis=-2)
        means = np.where(known, picked, 0).sum(axis=-2) / np.where(counted, counted, np.nan)
        return np.asarray(25 * part * means.sum(axis=-1))

    return bootstrap_interval([np.arange(len(scores), dtype=float)], index, seed=seed)


# How many to ask


@dataclass(frozen=True, slots=True)
class SampleSize:
    """How many to ask, out of how many, and what the formula is made for: a proportion or a mean."""

    population: int
    n: int
    method: Sentence


def sample_size(population: int) -> SampleSize:
    """How many to ask for a proportion, by Krejcie and Morgan (chi-square 3.841, P 0.5, error 0.05), to the nearest one.

    Made for a proportion; for a mean such as the IKM see `sample_for_mean`. Raises LoadError below one.

    >>> sample_size(100).n, sample_size(9000).n
    (80, 368)
    """
    if population < 1:
        raise refusal("sample-population", n=population)
    spread = Fraction("3.841") * Fraction(1, 4)
    needed = spread * population / (Fraction("0.0025") * (population - 1) + spread)
    told = Sentence("sample-proportion", {"population": population})
    return SampleSize(population, int(needed + Fraction(1, 2)), told)


def sample_for_mean(population: int, deviation: float, error: float, confidence: float = CONFIDENCE) -> SampleSize:
    """How many to ask so that a mean is known to within `error`, when single answers have that standard deviation.

    (z s / e)² for a population without end, corrected for a finite one, rounded up. Raises LoadError for what is not
    above zero.
    """
    if population < 1 or not (deviation > 0 and error > 0):
        raise refusal("sample-population", n=population)
    z = NormalDist().inv_cdf((1 + confidence) / 2)
    endless = (z * deviation / error) ** 2
    n = math.ceil(population * endless / (population - 1 + endless) - 1e-9)
    figures = {"population": population, "deviation": deviation, "error": error}
    return SampleSize(
        population, n, Sentence("sample-mean", {**figures, "confidence": Figure.exact(confidence, "fraction")})
    )
