"""Weighed portions: shares of the standard by hand, the drift and the day it began, and margins that the plan takes."""

from __future__ import annotations

import math
from collections.abc import Iterable
from datetime import date, timedelta
from pathlib import Path

import numpy as np
import pytest

from sehatmenu.errors import LoadError
from sehatmenu.partnership.quality import drifts, margins, portion_charts, portion_report, read_weighings
from sehatmenu.worksheets.ledgers import Ledger

START = date(2026, 2, 2)


def ledger(folder: Path, rows: Iterable[tuple[object, ...]]) -> Ledger:
    """A ledger of weighings by day, UMKM, dish, group, weight, standard."""
    lines = ["Tanggal;UMKM;Hidangan;Kelompok;Berat;Standar", *(";".join(map(str, row)) for row in rows)]
    path = folder / "timbangan.csv"
    path.write_text("\n".join(lines).replace(".", ","), encoding="utf-8")
    return read_weighings(path)


def test_shares_of_the_standard_by_hand(tmp_path: Path) -> None:
    weights = [90, 100, 110, 130, ""]
    report = portion_report(ledger(tmp_path, [("2026-02-02", "a", "nasi", "sd", w, 100) for w in weights]))
    (row,) = report.rows
    # mean 1.075; deviations -17.5, -7.5, 2.5, 22.5: squares 306.25 + 56.25 + 6.25 + 506.25 = 875, /3 = 291.667, root 17.078 %
    assert (4, 1, 0.25) == (row.n, row.unknown, row.outside)
    assert [1.075, 0.17078 / 1.075] == pytest.approx([row.share, row.variation], rel=1e-4)
    assert {"Berat": 1} == {k: v for k, v in report.basis.missing.items() if k == "Berat"}
    assert 4 == report.basis.n


def test_a_single_weighing_has_no_spread_and_an_unknown_standard_no_share(tmp_path: Path) -> None:
    rows = [("2026-02-02", "a", "nasi", "", 100, 100), ("2026-02-02", "b", "nasi", "", 100, "")]
    one, other = portion_report(ledger(tmp_path, rows)).rows
    assert (1, 1.0, True) == (one.n, one.share, math.isnan(one.variation))
    assert (0, 1, True) == (other.n, other.unknown, math.isnan(other.share))


def _month(shift: float, at: int, deliveries: int = 24, seed: int = 1) -> list[tuple[object, ...]]:
    """Five portions of each delivery of two UMKM, spread 3 %; the second is lighter from delivery `at` on (from 1)."""
    rng = np.random.default_rng(seed)
    rows: list[tuple[object, ...]] = []
    for n in range(deliveries):
        for name, level in (("tetap", 1.0), ("ringan", 1.0 - shift if n + 1 >= at else 1.0)):
            weights = rng.normal(150 * level, 150 * 0.03, 5)
            rows += [(START + timedelta(days=n), name, "nasi", "sd", f"{weight:.1f}", 150) for weight in weights]
    return rows


def test_a_drift_of_12_percent_from_day_9_is_named_with_its_day_within_three_deliveries(tmp_path: Path) -> None:
    charts = portion_charts(ledger(tmp_path, _month(0.12, at=9)))
    (drift,) = drifts(charts)
    assert ("ringan", START + timedelta(days=8)) == (drift.supplier, drift.began)
    assert 1 <= drift.deliveries <= 3
    assert -0.12 == pytest.approx(drift.shift, abs=0.01)
    assert "10 Februari 2026" in drift.spoken("id")


@pytest.mark.parametrize("seed", range(5))
def test_a_drift_is_found_for_any_seed(tmp_path: Path, seed: int) -> None:
    found = [d for d in drifts(portion_charts(ledger(tmp_path, _month(0.12, 9, seed=seed)))) if d.supplier == "ringan"]
    assert [START + timedelta(days=8)] == [d.began for d in found]
    assert found[0].deliveries <= 3


def test_what_a_chart_finds_but_does_not_matter_is_not_told(tmp_path: Path) -> None:
    charts = portion_charts(ledger(tmp_path, _month(0.02, at=9)))
    assert any(chart.drift for chart in charts)
    assert () == drifts(charts)
    assert {"ringan"} <= {drift.supplier for drift in drifts(charts, "1 %")}


def test_steady_deliveries_have_no_drift_and_few_have_no_chart(tmp_path: Path) -> None:
    assert () == drifts(portion_charts(ledger(tmp_path, _month(0.0, 99))))
    assert () == portion_charts(ledger(tmp_path, _month(0.0, 99, deliveries=1)))


def test_margins_are_the_spread_about_the_standard(tmp_path: Path) -> None:
    rows = [("2026-02-02", "a", "nasi", "", 100 + (5 if i % 2 else -5), 100) for i in range(20)]
    rows += [("2026-02-02", "a", "soto", "", 90, 100)] * 5
    found = margins(ledger(tmp_path, rows), nutrients=("protein",))
    # nasi: every weighing 5 % off, so 5 % x 1.6449; soto has five only, so that of all: √((20 x 25 + 5 x 100) / 25) = 6.3246 %
    assert {"nasi"} == set(found.dishes)
    assert [0.05 * 1.6449, 0.063246 * 1.6449] == pytest.approx(
        [found.dishes["nasi"]["protein"], found.everywhere["protein"]], rel=1e-4
    )


def test_margins_without_a_weighing_are_refused(tmp_path: Path) -> None:
    with pytest.raises(LoadError, match="berat"):
        margins(ledger(tmp_path, [("2026-02-02", "a", "nasi", "", "", 100)]), nutrients=("protein",))
