"""Change of demand: equal weekdays by hand, planted 15 % and 0 %, refusals, and what must not change the answer."""

from __future__ import annotations

import random
from collections.abc import Sequence
from datetime import date, timedelta
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sehatmenu.errors import LoadError
from sehatmenu.partnership.impact import Uplift, read_sales, uplift
from tests.partnership.ledgers import csv

HEADINGS = "Tanggal;UMKM;Kanal;Porsi;Nilai"
FIRST = date(2026, 2, 2)  # a Monday
BEFORE, AFTER = (FIRST, date(2026, 2, 13)), (date(2026, 2, 16), date(2026, 2, 27))
Row = tuple[object, ...]


def month(factor: float, umkm: int = 12, seed: int = 3) -> list[Row]:
    """Two weeks before and two after on weekdays, Poisson sales of each UMKM; after, times the factor."""
    rng = np.random.default_rng(seed)
    base = rng.uniform(80, 300, umkm)
    rows: list[Row] = []
    for n in range(26):
        day = FIRST + timedelta(days=n)
        if day.weekday() < 5:
            level = factor if day >= AFTER[0] else 1.0
            portions = rng.poisson(base * level)
            rows += [(day, f"umkm-{k:02d}", "kantin", int(p), int(p) * 5000) for k, p in enumerate(portions)]
    return rows


def of(folder: Path, rows: Sequence[Row], *, same_season: bool = True) -> Uplift:
    return uplift(read_sales(csv(folder, HEADINGS, rows)), BEFORE, AFTER, same_season=same_season)


@pytest.mark.parametrize("seed", range(4))
def test_a_planted_rise_of_15_percent_lies_in_its_interval_and_is_called_one(tmp_path: Path, seed: int) -> None:
    found = of(tmp_path, month(1.15, seed=seed))
    low, high = found.interval or (0, 0)
    assert low <= 0.15 <= high
    assert ("rise", 12, 12) == (found.direction, len(found.rows), found.basis.n)
    assert found.value == pytest.approx(found.portions, rel=1e-6)


@pytest.mark.parametrize("seed", range(4))
def test_a_planted_zero_is_not_called_a_rise(tmp_path: Path, seed: int) -> None:
    found = of(tmp_path, month(1.0, seed=seed))
    assert "open" == found.direction
    assert "tidak dapat dibedakan dari nol" in found.spoken("id")


def test_it_never_says_why(tmp_path: Path) -> None:
    form = of(tmp_path, month(1.15)).forms("en")[0]
    said = " ".join(form.notes).casefold()
    assert "no proof of its cause" in said
    assert all(word not in said for word in ("caused", "because", "due to", "thanks to"))


def test_equal_weekdays_by_hand(tmp_path: Path) -> None:
    """Mondays 10 and 20 before (mean 15), 30 after; Tuesday 8 before, 4 after; a Friday after only, which counts nothing."""
    rows: list[Row] = [
        (date(2026, 2, 2), "a", "", 10, 100), (date(2026, 2, 9), "a", "", 20, 200), (date(2026, 2, 3), "a", "", 8, 160),
        (date(2026, 2, 16), "a", "", 30, 999), (date(2026, 2, 17), "a", "", 4, 999), (date(2026, 2, 20), "a", "", 500, 999),
    ]  # fmt: skip
    found = of(tmp_path, rows)
    (row,) = found.rows
    assert (23, 34, (0, 1)) == (row.before, row.after, row.weekdays)
    assert 34 / 23 - 1 == pytest.approx(found.portions)
    # at the prices before, Rp10 on Mondays and Rp20 on Tuesdays: 150 + 160 = 310 against 300 + 80 = 380
    assert [310, 380, 380 / 310 - 1] == pytest.approx([row.value_before, row.value_after, found.value])


def test_channels_of_a_day_are_added_and_a_blank_one_leaves_the_day_out(tmp_path: Path) -> None:
    rows: list[Row] = [
        (date(2026, 2, 2), "a", "kantin", 10, 100), (date(2026, 2, 2), "a", "pesanan", 5, 50),
        (date(2026, 2, 9), "a", "kantin", 99, 990), (date(2026, 2, 9), "a", "pesanan", None, None),
        (date(2026, 2, 16), "a", "kantin", 30, 300),
    ]  # fmt: skip
    (row,) = of(tmp_path, rows).rows
    assert (15, 30) == (row.before, row.after)


def test_below_eight_umkm_the_pairs_are_printed_without_an_interval(tmp_path: Path) -> None:
    found = of(tmp_path, month(1.15, umkm=7))
    assert (None, "open", 7) == (found.interval, found.direction, len(found.forms()[0].rows))
    assert "pasangan" in found.spoken("id")
    assert of(tmp_path, month(1.15, umkm=8)).interval is not None


def test_zero_sales_are_counted_and_silence_is_told(tmp_path: Path) -> None:
    rows: list[Row] = [
        (date(2026, 2, 2), "a", "", 10, 100), (date(2026, 2, 16), "a", "", 0, 0), (date(2026, 2, 2), "b", "", 10, 100),
    ]  # fmt: skip
    found = of(tmp_path, rows)
    assert -1 == found.portions
    told = found.basis.reporting
    assert told is not None
    assert (1, 2, ("b",)) == (told.reported, told.expected, told.silent)


def _refused(folder: Path, rows: Sequence[Row], before: tuple[date, date], after: tuple[date, date]) -> str:
    with pytest.raises(LoadError) as caught:
        uplift(read_sales(csv(folder, HEADINGS, rows)), before, after)
    return caught.value.report.findings[0].code


def test_without_a_baseline_nothing_is_reckoned(tmp_path: Path) -> None:
    after_only = [row for row in month(1.15) if row[0] >= AFTER[0]]  # type: ignore[operator]
    assert "impact-no-baseline" == _refused(tmp_path, after_only, BEFORE, AFTER)
    other_days: list[Row] = [(date(2026, 2, 2), "a", "", 10, 100), (date(2026, 2, 17), "a", "", 10, 100)]
    assert "impact-no-baseline" == _refused(tmp_path, other_days, BEFORE, AFTER)
    assert "impact-order" == _refused(tmp_path, month(1.15), AFTER, BEFORE)
    assert "impact-season" == _refused(tmp_path, month(1.15), (date(2025, 9, 1), date(2025, 9, 30)), AFTER)


@settings(deadline=None, max_examples=15)
@given(st.integers(0, 10**6), st.sampled_from([1, 1000, 15_000]))
def test_the_order_of_rows_and_the_unit_of_money_change_nothing(seed: int, unit: int) -> None:
    polars = pytest.importorskip("polars")
    rows = month(1.15, umkm=9)

    def found(rows: list[Row], unit: int) -> Uplift:
        columns = {
            name: [row[k] for row in rows] for k, name in enumerate(("tanggal", "umkm", "kanal", "porsi", "nilai"))
        }
        columns["nilai"] = [int(str(value)) * unit for value in columns["nilai"]]
        return uplift(read_sales(polars.DataFrame(columns)), BEFORE, AFTER)

    shuffled = list(rows)
    random.Random(seed).shuffle(shuffled)
    one, other = found(rows, 1), found(shuffled, unit)
    assert (one.portions, one.median, one.interval) == (other.portions, other.median, other.interval)
    assert one.value == pytest.approx(other.value, rel=1e-9)
