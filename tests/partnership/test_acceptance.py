"""Plates and tastings: steps as intervals weighted by plates, one low score stops a batch, scores reach the plan."""

from __future__ import annotations

import math
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sehatmenu.errors import LoadError
from sehatmenu.findings import Verdict
from sehatmenu.partnership.acceptance import MOMENTS, hedonic, organoleptic, read_likings, read_tastings
from sehatmenu.partnership.plate_waste import STEPS, acceptance_scores, read_waste, waste, with_acceptance
from sehatmenu.planning.demand import load_problem
from tests.partnership.ledgers import csv

EXAMPLE = Path(__file__).resolve().parents[2] / "examples" / "gading-rejo"
PLATES = "Tanggal;Hidangan;Skor sisa;Jumlah piring"


def test_the_steps_are_those_printed() -> None:
    """Comstock 0-5 = 0, 25, 50, 75, 95, 100 % left (123dok oz1r7m8q9)."""
    assert (0, 0.25, 0.5, 0.75, 0.95, 1) == STEPS


def test_waste_is_weighted_by_plates_and_an_interval(tmp_path: Path) -> None:
    rows = [
        ("2026-02-02", "soto", 0, 30),
        ("2026-02-02", "soto", 2, 10),
        ("2026-02-03", "soto", 5, None),
        ("2026-02-03", "soto", None, 4),
    ]
    (row,) = waste(read_waste(csv(tmp_path, PLATES, rows))).rows
    # 30 plates at 0 (0 to 0.125), 10 at 0.5 (0.375 to 0.625): 5/40, 3.75/40, (3.75 + 6.25)/40
    assert (40, 2) == (row.plates, row.unknown)
    assert [0.125, 0.09375, 0.25] == pytest.approx([row.left, *row.bounds])
    assert Verdict.pass_ is row.verdict


@pytest.mark.parametrize(("step", "verdict"), [(0, "pass"), (1, "unknown"), (2, "fail"), (5, "fail")])
def test_more_than_a_quarter_left_is_a_failure_and_a_step_at_the_limit_cannot_be_judged(
    tmp_path: Path, step: int, verdict: str
) -> None:
    (row,) = waste(read_waste(csv(tmp_path, PLATES, [("2026-02-02", "soto", step, 1)]))).rows
    assert verdict == row.verdict


def test_without_a_count_a_row_is_a_plate(tmp_path: Path) -> None:
    (row,) = waste(
        read_waste(csv(tmp_path, "Tanggal;Hidangan;Skor", [("2026-02-02", "soto", 1), ("2026-02-02", "soto", 3)]))
    ).rows
    assert (2, 0.5) == (row.plates, row.left)


def test_hospital_and_school_studies_stay_apart(tmp_path: Path) -> None:
    records = read_waste(csv(tmp_path, PLATES, [("2026-02-02", "soto", 1, 1)]))
    school, hospital = (waste(records, setting=where).forms()[0].notes[-1] for where in ("school", "hospital"))
    assert "748" in school
    assert "Caruban" not in school
    assert "24,77 %" in hospital
    assert "748" not in hospital


def test_a_score_between_two_steps_is_refused(tmp_path: Path) -> None:
    with pytest.raises(LoadError) as caught:
        read_waste(csv(tmp_path, PLATES, [("2026-02-02", "soto", "1,5", 1)]))
    assert [("ledger-whole", 2, 3)] == [(f.code, f.place.line, f.place.column) for f in caught.value.report if f.place]


def test_scores_are_the_share_eaten_and_reach_the_problem(tmp_path: Path) -> None:
    problem = load_problem(EXAMPLE / "notebooks" / "sekolah-tiga-hari.yaml")
    rows = [
        ("2026-02-02", "Tumis kangkung", 2, 3),
        ("2026-02-02", "tempe-goreng", 0, 5),
        ("2026-02-02", "pisang-ambon", None, 5),
    ]
    scores = acceptance_scores(
        waste(read_waste(csv(tmp_path, PLATES, rows)), problem), {"pisang-ambon": 0.8, "nanas": math.nan}
    )
    assert {"tumis-kangkung": 0.5, "tempe-goreng": 1.0, "pisang-ambon": 0.8} == pytest.approx(dict(scores.scores))
    assert with_acceptance(problem, scores).file.acceptance == scores


def test_a_dish_that_the_plan_does_not_know_is_told_at_its_cell(tmp_path: Path) -> None:
    problem = load_problem(EXAMPLE / "notebooks" / "sekolah-tiga-hari.yaml")
    records = read_waste(csv(tmp_path, PLATES, [("2026-02-02", "tumis kangkong", 2, 3)]))
    with pytest.raises(LoadError) as caught:
        waste(records, problem)
    (found,) = caught.value.report
    assert ("ledger-name-unknown", "tumis-kangkung", 2) == (
        found.code,
        found.values["suggestion"],
        found.place and found.place.line,
    )


def test_nothing_rated_is_no_score(tmp_path: Path) -> None:
    with pytest.raises(LoadError):
        acceptance_scores(waste(read_waste(csv(tmp_path, PLATES, [("2026-02-02", "soto", None, 3)]))))


@settings(deadline=None)
@given(st.lists(st.tuples(st.integers(0, 5), st.integers(1, 500)), min_size=1, max_size=30))
def test_what_is_left_lies_between_its_bounds(pairs: list[tuple[int, int]]) -> None:
    polars = pytest.importorskip("polars")
    table = polars.DataFrame({"tanggal": ["2026-02-02"] * len(pairs), "hidangan": ["soto"] * len(pairs),
                              "skor": [s for s, _ in pairs], "jumlah": [n for _, n in pairs]})  # fmt: skip
    (row,) = waste(read_waste(table)).rows
    assert 0 <= row.bounds[0] <= row.left + 1e-12
    assert row.left - 1e-12 <= row.bounds[1] <= 1
    assert sum(s >= 2 for s, _ in pairs) == 0 or row.left > 0


# Tastings

TASTED = "Tanggal;Saat uji;Nama makanan;Batch;Rasa;Warna;Aroma;Tekstur"
GOOD: list[tuple[object, ...]] = [("2026-02-02", moment, "soto", "B1", 5, 5, 5, 5) for moment in MOMENTS]


def _changed(moment: int, column: int, value: object) -> list[tuple[object, ...]]:
    rows: list[list[object]] = [list(row) for row in GOOD]
    rows[moment][column] = value
    return [tuple(row) for row in rows]


@pytest.mark.parametrize("moment", range(3))
@pytest.mark.parametrize("column", range(4, 8))
def test_one_score_at_the_threshold_stops_a_batch_whatever_the_mean(tmp_path: Path, moment: int, column: int) -> None:
    (row,) = organoleptic(read_tastings(csv(tmp_path, TASTED, _changed(moment, column, 2))), reject_at=2).rows
    assert (Verdict.fail, 2, MOMENTS[moment]) == (row.verdict, row.lowest, row.moment)


def test_a_batch_may_go_only_when_all_is_tested_and_above(tmp_path: Path) -> None:
    def verdict(rows: list[tuple[object, ...]]) -> Verdict:
        return organoleptic(read_tastings(csv(tmp_path, TASTED, rows)), reject_at=2).rows[0].verdict

    assert Verdict.pass_ is verdict(list(GOOD))
    assert Verdict.pass_ is verdict(_changed(0, 4, 3))
    assert Verdict.unknown is verdict(GOOD[:2])
    assert Verdict.unknown is verdict(_changed(1, 5, None))
    assert Verdict.fail is verdict([*GOOD[:1], *_changed(1, 5, 1)[1:2]])


def test_tests_are_counted_for_the_rule_on_records(tmp_path: Path) -> None:
    (row,) = organoleptic(read_tastings(csv(tmp_path, TASTED, GOOD[:2])), reject_at=2).rows
    assert {"organoleptic-tests": "2 times"} == row.record()
    assert ("sebelum dikonsumsi",) == row.lacking


@pytest.mark.parametrize("threshold", [0, 5])
def test_a_threshold_that_stops_nothing_or_all_is_refused(tmp_path: Path, threshold: int) -> None:
    with pytest.raises(LoadError):
        organoleptic(read_tastings(csv(tmp_path, TASTED, GOOD)), reject_at=threshold)


def test_liking_by_hand(tmp_path: Path) -> None:
    rows = [("soto", 5, 10), ("soto", 4, 10), ("soto", 2, 5), ("nasi", 3, 1), ("nasi", None, 4)]
    soto, nasi = hedonic(read_likings(csv(tmp_path, "Hidangan;Nilai;Jumlah", rows))).rows
    assert (25, 4, 0.8, 4.0) == (soto.n, soto.median, soto.liking, soto.mean)
    low, high = soto.interval or (0, 0)
    # standard error √(1.2/25) with variance (10 + 0 + 5 x 4)/25 = 1.2: 0.219; ± 1.96 of it is 3.57 to 4.43
    assert [3.57, 4.43] == pytest.approx([low, high], abs=0.12)
    assert (1, None) == (nasi.n, nasi.interval)
