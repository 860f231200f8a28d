"""Deliveries: hours over midnight, the rules that judge them, and traces forward and back that are inverses."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sehatmenu.errors import LoadError
from sehatmenu.food.dishes import Recipe
from sehatmenu.partnership.deliveries import judged, moments, read_deliveries, records
from sehatmenu.partnership.traces import codes_of, trace
from sehatmenu.planning.demand import load_problem
from sehatmenu.standards.checks import check
from sehatmenu.standards.standards import load_standard
from sehatmenu.worksheets.ledgers import Ledger
from tests.partnership.ledgers import csv

EXAMPLE = Path(__file__).resolve().parents[2] / "examples" / "gading-rejo"
LOG = "Tanggal;Batch;UMKM;Hidangan;Dimasak;Dikemas;Berangkat;Tiba;Dimakan;Disajikan;Suhu tiba;Contoh sampai;Uji organoleptik"
MORNING = (
    "2026-02-02",
    "B1",
    "a",
    "soto",
    "05.00",
    "06.00",
    "07.00",
    "07.30",
    "09.00",
    "panas",
    66,
    "2026-02-03 09.00",
    2,
)
# Bandung Barat, as the standard's own case has it: cooked 20:00, eaten 09:00 = 13 hours, delivered at 07:00
NIGHT = (
    "2026-02-02",
    "B2",
    "a",
    "soto",
    "20.00",
    "21.00",
    "23.50",
    "07.00",
    "09.00",
    "panas",
    60,
    "2026-02-02 21.00",
    1,
)


def log(folder: Path, *rows: tuple[object, ...]) -> Ledger:
    return read_deliveries(csv(folder, LOG, rows))


def test_what_a_morning_delivery_shows(tmp_path: Path) -> None:
    """05.00 to 07.30 is 150 minutes, to 09.00 another 90: 240 in all; the sample is kept one day from 09.00."""
    assert {
        "cooked-to-delivered": "150 minutes",
        "delivered-to-eaten": "90 minutes",
        "cooked-to-eaten": "240 minutes",
        "sample-kept": "1440 minutes",
        "hot-holding": "66.0 degC",
        "organoleptic-tests": "2 times",
    } == records(log(tmp_path, MORNING))[0]


def test_a_batch_cooked_at_night_was_cooked_the_evening_before(tmp_path: Path) -> None:
    """20:00 to 07:00 is 11 hours, to 09:00 13; the sample from 09:00 to 21:00 12 hours."""
    found = records(log(tmp_path, NIGHT))[0]
    assert ["660 minutes", "780 minutes", "720 minutes"] == [
        found[k] for k in ("cooked-to-delivered", "cooked-to-eaten", "sample-kept")
    ]


def test_a_drive_over_midnight(tmp_path: Path) -> None:
    row = ("2026-02-02", "B", "a", "soto", "22.00", "23.30", "23.50", "00.10", "00.20", None, None, None, None)
    at = {
        event: minutes[0] - 20486 * 1440 for event, minutes in moments(log(tmp_path, row)).items()
    }  # 2026-02-02 is day 20486
    assert {"cooked": -120, "packed": -30, "left": -10, "arrived": 10, "eaten": 20} == at


def test_what_is_blank_or_backwards_is_not_known(tmp_path: Path) -> None:
    blank = ("2026-02-02", "B1", "a", "soto", "05.00", None, None, None, None, None, 66, "09.00", None)
    backwards = (
        "2026-02-02",
        "B2",
        "a",
        "soto",
        "2026-02-02 10.00",
        None,
        None,
        "08.00",
        "09.00",
        None,
        None,
        None,
        None,
    )
    ledger = log(tmp_path, blank, backwards)
    assert ({}, {"delivered-to-eaten": "60 minutes"}) == records(ledger)
    notes = judged(ledger, load_standard("id/batas-waktu-saji")).forms()[0].notes
    assert any("1 kiriman dengan jam" in note for note in notes)


def test_the_packaged_rules_judge_the_deliveries_as_check_does(tmp_path: Path) -> None:
    ledger, standard = log(tmp_path, MORNING, NIGHT), load_standard("id/batas-waktu-saji")
    morning, night = judged(ledger, standard).rows
    assert ("pass", "fail") == (morning.verdict, night.verdict)
    told = {str(f.values["rule_id"]): f.verdict for f in night.findings}
    apart = check([], standard, "umum", "2026-02-02", records=records(ledger)[1])
    assert {str(f.values["rule_id"]): f.verdict for f in apart if f.values["rule_id"] != "cold-holding"} == told
    assert ["delivered-to-eaten"] == [
        rule for rule, verdict in told.items() if verdict != "fail"
    ]  # two hours at school
    assert {"pass": 1, "fail": 1} == judged(ledger, standard).counts()["cooked-to-eaten"]


def test_cold_food_is_not_judged_by_the_rule_on_hot_food(tmp_path: Path) -> None:
    cold = (*MORNING[:9], "dingin", 3, *MORNING[11:])
    (row,) = judged(log(tmp_path, cold), load_standard("id/batas-waktu-saji")).rows
    ids = {str(f.values["rule_id"]): str(f.verdict) for f in row.findings}
    assert ("pass", False) == (ids["cold-holding"], "hot-holding" in ids)


def test_a_delivery_without_records_cannot_be_judged(tmp_path: Path) -> None:
    bare = ("2026-02-02", "B1", "a", "soto", *[None] * 9)
    assert ["unknown"] == [
        str(r.verdict) for r in judged(log(tmp_path, bare), load_standard("id/batas-waktu-saji")).rows
    ]


@settings(deadline=None)
@given(st.lists(st.integers(0, 400), min_size=5, max_size=5), st.integers(0, 1439))
def test_clock_times_give_back_the_durations_that_they_were_made_from(gaps: list[int], eaten: int) -> None:
    polars = pytest.importorskip("polars")
    back = [eaten - sum(gaps[k:4]) for k in range(5)]
    cells = {
        name: [f"{m % 1440 // 60:02d}:{m % 60:02d}"]
        for name, m in zip(("dimasak", "dikemas", "berangkat", "tiba", "dimakan"), back, strict=True)
    }
    ledger = read_deliveries(
        polars.DataFrame({"tanggal": ["2026-02-02"], "batch": ["B"], "umkm": ["a"], "hidangan": ["s"], **cells})
    )
    found = moments(ledger)
    assert back == [int(found[e][0]) - 20486 * 1440 for e in ("cooked", "packed", "left", "arrived", "eaten")]


# Traces


@pytest.fixture(scope="module")
def dishes() -> dict[str, Recipe]:
    problem = load_problem(EXAMPLE / "notebooks" / "sekolah-tiga-hari.yaml")
    return {option.recipe.id: option.recipe for option in problem.catalogue.options}


def _log(folder: Path, names: list[str]) -> Ledger:
    rows = [("2026-02-02" if n % 2 else "2026-02-03", f"B{n}", f"umkm-{n % 3}", name) for n, name in enumerate(names)]
    return read_deliveries(csv(folder, "Tanggal;Batch;UMKM;Hidangan", rows))


def test_forward_and_back_are_inverses(tmp_path: Path, dishes: dict[str, Recipe]) -> None:
    ledger = _log(tmp_path, sorted(dishes))
    back = {batch: trace(ledger, dishes, batch=batch).foods for batch in ledger.label("batch")}
    foods = frozenset().union(*back.values())
    assert len(foods) > 20
    for food in foods:
        assert {batch for batch, held in back.items() if food in held} == trace(ledger, dishes, food=food).batches


def test_a_food_is_found_by_its_name_and_by_day(tmp_path: Path, dishes: dict[str, Recipe]) -> None:
    ledger = _log(tmp_path, ["tumis-kangkung", "pisang-ambon", "tempe-goreng"])
    assert {"B0"} == trace(ledger, dishes, food="kangkung").batches
    assert codes_of(dishes, "Kangkung") == codes_of(dishes, "kangkung")
    assert {"B1"} == trace(ledger, dishes, day=date(2026, 2, 2)).batches
    assert frozenset() == trace(ledger, dishes, food="durian").batches


def test_a_dish_whose_ingredients_are_not_stated_may_hold_anything(tmp_path: Path, dishes: dict[str, Recipe]) -> None:
    from dataclasses import replace

    bought = {**dishes, "pisang-ambon": replace(dishes["pisang-ambon"], ingredients=())}
    found = trace(_log(tmp_path, ["tumis-kangkung", "pisang-ambon"]), bought, food="kangkung")
    assert [("B0", True), ("B1", False)] == [(row.batch, row.told) for row in found.rows]


@pytest.mark.parametrize("asked", [{}, {"batch": "B0", "food": "kangkung"}])
def test_one_question_at_a_time(tmp_path: Path, dishes: dict[str, Recipe], asked: dict[str, str]) -> None:
    with pytest.raises(LoadError):
        trace(_log(tmp_path, ["tumis-kangkung"]), dishes, batch=asked.get("batch", ""), food=asked.get("food", ""))
