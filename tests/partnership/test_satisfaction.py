"""The satisfaction index as printed: golden figures with their sources, bands with holes, intervals, sample sizes."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sehatmenu.errors import LoadError
from sehatmenu.partnership.satisfaction import (
    BANDS,
    Weight,
    ikm,
    index_of,
    quality_of,
    read_survey,
    sample_for_mean,
    sample_size,
)
from tests.partnership.ledgers import csv

HEADINGS = "Layanan;" + ";".join(f"U{n}" for n in range(1, 10))
TOTALS = (105, 101, 100, 116, 102, 105, 106, 105, 115)
"""Totals of the nine elements over 29 respondents: code rennn9/GASPUL_BACKEND 157a1a6, quoting Permenpan-RB 14/2017."""


def golden(folder: Path) -> Path:
    """29 respondents who answer 3 or 4, so that the elements have the printed totals."""
    fours = [total - 3 * 29 for total in TOTALS]
    return csv(folder, HEADINGS, [("loket", *(4 if r < four else 3 for four in fours)) for r in range(29)])


# The file prints both 90.56 and 91.48; 91.384 with a weight of 0.111 is the same arithmetic
@pytest.mark.parametrize(
    ("weight", "index", "quality"), [("1/9", "91.475", "A"), ("0.11", "90.560", "A"), ("0.111", "91.384", "A")]
)
def test_the_golden_case_by_each_weight(tmp_path: Path, weight: Weight, index: str, quality: str) -> None:
    report = ikm(read_survey(golden(tmp_path)), weight=weight)
    (row,) = report.rows
    assert (index, quality, 29) == (f"{row.index:.3f}", row.quality, row.n)
    assert index == f"{index_of([total / 29 for total in TOTALS], weight):.3f}"
    assert weight in report.forms()[0].notes[1]


# Bands 25-64.99 D, 65-76.60 C, 76.61-88.30 B, 88.31-100 A (same source): what falls between is rounded first
@pytest.mark.parametrize(
    ("index", "quality"),
    [
        (25, "D"), (64.99, "D"), (64.994, "D"), (64.995, "C"), (65, "C"), (76.60, "C"), (76.604, "C"), (76.605, "B"),
        (76.61, "B"), (88.30, "B"), (88.304, "B"), (88.305, "A"), (88.31, "A"), (100, "A"),
    ],
)  # fmt: skip
def test_bands_and_their_holes(index: float, quality: str) -> None:
    assert quality == quality_of(index)


@pytest.mark.parametrize("index", [24.99, 100.01])
def test_an_index_outside_of_the_bands_is_refused(index: float) -> None:
    with pytest.raises(LoadError):
        quality_of(index)


@given(st.floats(25, 100))
def test_every_index_has_exactly_one_class(index: float) -> None:
    near = [name for name, low, high in BANDS if float(low) - 0.0051 <= index <= float(high) + 0.0051]
    assert quality_of(index) in near


def test_the_weight_decides_near_a_band(tmp_path: Path) -> None:
    """Means of 3.55: 25 x 3.55 = 88.75, class A; with 0.11 it is 25 x 0.99 x 3.55 = 87.86, class B."""
    assert ("A", "B") == (quality_of(index_of([3.55] * 9, "1/9")), quality_of(index_of([3.55] * 9, "0.11")))


def test_a_class_that_straddles_a_band_is_a_or_b(tmp_path: Path) -> None:
    rows = [("loket", *[4 if r % 2 else 3] * 9) for r in range(20)]
    (row,) = ikm(read_survey(csv(tmp_path, HEADINGS, rows)), weight="1/9").rows
    # half answer all 3 and half all 4: IKM 87.5 with standard error 12.5/√20 = 2.8
    low, high = row.interval or (0, 0)
    assert [87.5 - 5.5, 87.5 + 5.5] == pytest.approx([low, high], abs=0.8)
    assert (("A", "B"), "A atau B", "A or B") == (row.classes, row.spoken("id"), row.spoken("en"))


def test_blank_answers_count_in_no_mean_and_an_unanswered_element_leaves_the_index_open(tmp_path: Path) -> None:
    rows = [("a", 4, None, *[4] * 7), ("a", 2, 3, *[4] * 7), ("b", *[4] * 8, None)]
    a, b = ikm(read_survey(csv(tmp_path, HEADINGS, rows)), weight="1/9").rows
    assert (3.0, 3.0) == (a.means[0], a.means[1])
    assert (100 - 25 * 2 / 9) == pytest.approx(a.index)
    assert (True, "–", ()) == (np.isnan(b.index), b.quality, b.classes)


@settings(deadline=None, max_examples=20)
@given(st.lists(st.lists(st.integers(1, 4), min_size=9, max_size=9), min_size=1, max_size=12))
def test_an_index_lies_within_25_and_100_and_its_classes_hold_its_own(rows: list[list[int]]) -> None:
    polars = pytest.importorskip("polars")
    columns = {f"U{n + 1}": [row[n] for row in rows] for n in range(9)}
    (row,) = ikm(read_survey(polars.DataFrame({"layanan": ["x"] * len(rows), **columns})), weight="1/9").rows
    assert 25 - 1e-9 <= row.index <= 100 + 1e-9
    assert row.quality in row.classes


# Krejcie and Morgan 1970, table as printed (studylib 25399219)
@pytest.mark.parametrize(
    ("population", "n"),
    [
        (10, 10), (15, 14), (20, 19), (30, 28), (100, 80), (110, 86), (220, 140), (1200, 291), (1500, 306), (2800, 338),
        (9000, 368),
    ],
)  # fmt: skip
def test_sample_sizes_are_those_of_the_table(population: int, n: int) -> None:
    assert n == sample_size(population).n


def test_a_sample_for_a_mean_by_hand() -> None:
    """(1.96 x 20 / 5)² = 61.46; of 100: 100 x 61.46 / (99 + 61.46) = 38.3, so 39; of many: 62."""
    assert (39, 62) == (sample_for_mean(100, 20, 5).n, sample_for_mean(10**7, 20, 5).n)
    assert "rata-rata" in sample_for_mean(100, 20, 5).method.spoken("id")
    assert "bukan untuk rata-rata" in sample_size(100).method.spoken("id")


@given(st.integers(1, 10**6), st.floats(0.1, 100), st.floats(0.1, 100))
def test_a_sample_is_never_larger_than_its_population(population: int, deviation: float, error: float) -> None:
    assert 1 <= sample_for_mean(population, deviation, error).n <= population
    assert 1 <= sample_size(population).n <= population


@pytest.mark.parametrize("population", [0, -5])
def test_nobody_to_ask_is_refused(population: int) -> None:
    with pytest.raises(LoadError):
        sample_size(population)
