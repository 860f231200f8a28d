"""Later objectives: levels equal full enumeration, earlier ones are never given up, each price is told in rupiah."""

from __future__ import annotations

import itertools
import random
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import pytest

from sehatmenu.errors import LoadError, UnitError
from sehatmenu.planning import later_objectives
from sehatmenu.planning.demand import load_problem
from sehatmenu.planning.planners import plan
from sehatmenu.planning.plans import Plan
from tests.planning.objective_problems import (
    BIHUN,
    COURSES,
    DAYS,
    HEADS,
    NASI,
    TAHU,
    TELUR,
    planned,
    random_offers,
    two_cooks,
)
from tests.planning.problems import Offer, write_problem

# by hand


def test_fairness_splits_the_orders_of_two_cooks_evenly_and_says_what_that_costs(tmp_path: Path) -> None:
    found = planned(two_cooks(tmp_path), then=("fairness",), tolerance="1 %")

    # two days of nasi and telur for ten: A alone costs 2 * 10 * (2,000 + 3,000) = 100,000. Two orders of nasi and two of
    # telur: the poorer of the two has most when each has one of both: A 50,000, B 50,500; capacity is 2 * 100 portions
    assert found.supplier_values() == pytest.approx({"a": 50_000, "b": 50_500})
    assert found.cost == pytest.approx(100_500)
    [fairness] = found.objectives
    assert (fairness.before.low, fairness.reached.low, fairness.bound.low) == pytest.approx((0, 250, 250))
    assert (fairness.price, fairness.room) == pytest.approx((500, 1000))
    assert found.gap == pytest.approx(500 / 100_500)


def test_without_tolerance_nothing_costs_more(tmp_path: Path) -> None:
    problem = two_cooks(tmp_path)
    found = planned(problem, then=("fairness", "variety"), tolerance="0 %")

    assert found.cost == planned(problem).cost == 100_000
    assert [o.price for o in found.objectives] == [0, 0]


def survey(scores: str) -> str:
    return f"acceptance: {{source: uji, scores: {{{scores}}}}}"


def test_a_dish_without_a_score_counts_as_unknown(tmp_path: Path) -> None:
    offers = [Offer("a", "nasi", 2000), Offer("a", "bihun", 2010), Offer("a", "telur", 3000), Offer("a", "tahu", 3000)]
    more = survey("nasi: 60 %, bihun: 90 %, telur: 80 %")
    problem = load_problem(write_problem(tmp_path, [NASI, BIHUN, TELUR, TAHU], offers, more=more))

    found = planned(problem, then=("acceptance",), tolerance="1 %")
    assert {s.dish.name for s in found.servings} == {"bihun", "telur"}
    [acceptance] = found.objectives
    assert (acceptance.reached.low, acceptance.reached.high) == pytest.approx((0.85, 0.85))  # (90 + 80) / 2
    assert acceptance.price == pytest.approx(200)  # two days of bihun for ten, Rp10 dearer


def test_what_rests_on_unknown_scores_is_said(tmp_path: Path) -> None:
    offers = [Offer("a", "nasi", 2000), Offer("a", "tahu", 3000)]
    problem = load_problem(write_problem(tmp_path, [NASI, TAHU], offers, more=survey("nasi: 60 %")))
    found = planned(problem, then=("acceptance",))
    [acceptance] = found.objectives
    assert (acceptance.reached.low, acceptance.reached.high) == pytest.approx((0.3, 0.8))  # tahu between 0 and 100 %
    assert "30–80 %" in found.text("id")


# against full enumeration


@dataclass(frozen=True)
class Meal:
    """One way to lay all slots, with what it costs and reaches."""

    cost: int
    fairness: float
    variety: int
    acceptance: float


SCORES = {"nasi": 0.5, "bihun": 0.9, "telur": 0.7}


def meals(offers: Sequence[Offer], capacity: dict[str, int]) -> list[Meal]:
    """Every menu of two days and two courses that no capacity forbids."""
    cooks = sorted({o.supplier for o in offers})
    by_course = [[o for o in offers if o.dish in names] for names in COURSES.values()]
    days = list(itertools.product(*by_course))
    days = [d for d in days if all(HEADS * sum(o.supplier == c for o in d) <= capacity[c] for c in cooks)]
    found = []
    for menu in itertools.product(days, repeat=DAYS):
        served = [o for day in menu for o in day]
        value = {c: HEADS * sum(o.price for o in served if o.supplier == c) / (DAYS * capacity[c]) for c in cooks}
        accepted = sum(SCORES.get(o.dish, 0.0) for o in served) / len(served)
        cost = HEADS * sum(o.price for o in served)
        found.append(Meal(cost, min(value.values()), len({o.dish for o in served}), accepted))
    return found


ORDERS = [("fairness", "variety", "acceptance"), ("acceptance", "fairness"), ("variety", "acceptance", "fairness")]


@pytest.mark.parametrize("seed", range(9))
def test_levels_in_order_are_those_of_enumeration(tmp_path: Path, seed: int) -> None:
    rng, then = random.Random(seed), ORDERS[seed % len(ORDERS)]
    offers, capacity = random_offers(rng), {c: rng.choice([10, 20, 40]) for c in "abc"} | {"a": 20}
    more = survey(", ".join(f"{dish}: {100 * score:g} %" for dish, score in SCORES.items()))
    path = write_problem(tmp_path, [NASI, BIHUN, TELUR, TAHU], offers, capacity=capacity, more=more)

    found = planned(load_problem(path), then=then, tolerance="3 %")

    every = meals(offers, capacity)
    best = min(meal.cost for meal in every)
    left = [meal for meal in every if meal.cost <= best * 1.03]
    for name, objective in zip(then, found.objectives, strict=True):
        most = max(getattr(meal, name) for meal in left)
        assert objective.reached.low == pytest.approx(most, rel=1e-4), name
        assert objective.bound.low >= most * (1 - 1e-6)
        left = [meal for meal in left if getattr(meal, name) >= most * (1 - 1e-9)]
    assert found.cost == pytest.approx(min(meal.cost for meal in left))
    assert sum(o.price for o in found.objectives) == pytest.approx(found.cost - best)


@pytest.mark.parametrize("seed", range(6))
def test_searching_piece_by_piece_stays_lawful_and_its_bounds_hold(
    tmp_path: Path, seed: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(later_objectives, "SMALL", 0)  # treat this small problem like a large one
    rng, then = random.Random(50 + seed), ORDERS[seed % len(ORDERS)]
    offers, capacity = random_offers(rng), {"a": 20, "b": 20, "c": 40}
    more = survey(", ".join(f"{dish}: {100 * score:g} %" for dish, score in SCORES.items()))
    path = write_problem(tmp_path, [NASI, BIHUN, TELUR, TAHU], offers, capacity=capacity, more=more)

    found = planned(load_problem(path), then=then, tolerance="3 %")

    every = meals(offers, capacity)
    best = min(meal.cost for meal in every)
    left = [meal for meal in every if meal.cost <= best * 1.03]
    assert found.cost <= best * 1.03
    for name, objective in zip(then, found.objectives, strict=True):
        assert objective.before.low - 1e-4 <= objective.reached.low <= objective.bound.low + 1e-9
        assert objective.bound.low >= max(getattr(meal, name) for meal in left) * (1 - 1e-6)
        left = [meal for meal in left if getattr(meal, name) >= objective.reached.low * (1 - 1e-4)]
    assert left  # the menu reached all of its levels at once


def test_the_same_seed_gives_the_same_menu(tmp_path: Path) -> None:
    offers, capacity = random_offers(random.Random(7)), {"a": 20, "b": 40, "c": 40}
    problem = load_problem(write_problem(tmp_path, [NASI, BIHUN, TELUR, TAHU], offers, capacity=capacity))

    def served(seed: int) -> list[tuple[str, str, float]]:
        found = planned(problem, then=("fairness", "variety"), tolerance="3 %", seed=seed)
        return [(s.supplier.id, s.dish.name, s.cost) for s in found.servings]

    assert served(3) == served(3)


def test_stopping_at_once_still_gives_a_lawful_menu_and_honest_bounds(tmp_path: Path) -> None:
    asked = iter(range(10_000))
    found = plan(two_cooks(tmp_path), then=("fairness", "variety"), time_limit=20, cancel=lambda: next(asked) > 40)
    assert isinstance(found, Plan)
    assert found.lawful
    assert all(o.bound.low >= o.reached.low for o in found.objectives)


# files, words and the command line


def test_a_problem_file_asks_for_objectives_and_the_call_for_others(tmp_path: Path) -> None:
    two_cooks(tmp_path)
    path = tmp_path / "soal.yaml"
    path.write_text(path.read_text() + "objectives: {then: [fairness], tolerance: 2 %}\n")
    problem = load_problem(path)

    found = planned(problem)
    assert [o.name for o in found.objectives] == ["fairness"]
    assert found.objectives[0].room == pytest.approx(2000)
    assert planned(problem, then=()).objectives == ()


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("objectives: {then: [fairness, fairness]}", "fairness"),
        ("objectives: {then: [fairnes]}", "'variety'"),
        ("objectives: {then: [variety], tolerance: 1}", "20 %"),
        ("objectives: {then: [variety], tolerance: 120 %}", "120 %"),
        ("objectives: {then: [acceptance]}", "acceptance: {source"),
        ("acceptance: {source: siapa, scores: {nasi: 80 %}}", "siapa"),
        ("acceptance: {source: uji, scores: {nasii: 80 %}}", "nasii"),
        ("acceptance: {source: uji, scores: {nasi: 180 %}}", "180 %"),
    ],
)
def test_mistakes_in_a_problem_file_are_told_with_their_line(tmp_path: Path, text: str, words: str) -> None:
    two_cooks(tmp_path)
    path = tmp_path / "soal.yaml"
    path.write_text(path.read_text() + text + "\n")
    with pytest.raises(LoadError) as refused:
        load_problem(path)
    [finding] = refused.value.report
    assert finding.place is not None
    assert finding.place.line == path.read_text().splitlines().index(text) + 1
    assert words in finding.text("id")
    assert words in finding.text("en")


@pytest.mark.parametrize(
    ("asked", "words"),
    [
        ({"then": ["fair"]}, "fairness, variety, acceptance, least_change"),
        ({"then": ["variety", "variety"]}, "variety"),
        ({"then": ["least_change"]}, "sebagai near"),
        ({"then": ["acceptance"]}, "acceptance: {source"),
        ({"then": ["variety"], "tolerance": "150 %"}, "150 %"),
        ({"keep": ["2026-02-02"]}, "sebagai near"),
        ({"without": ["z"]}, "a, b"),
    ],
)
def test_what_cannot_be_asked_is_refused(tmp_path: Path, asked: dict[str, object], words: str) -> None:
    with pytest.raises(LoadError, match=words):
        plan(two_cooks(tmp_path), **asked)  # type: ignore[arg-type]


def test_a_tolerance_without_unit_is_refused(tmp_path: Path) -> None:
    with pytest.raises(UnitError):
        plan(two_cooks(tmp_path), then=["variety"], tolerance="1")


def test_a_plan_says_its_objectives_in_text_page_and_data(tmp_path: Path) -> None:
    found = planned(two_cooks(tmp_path), then=("fairness", "variety"), tolerance="1 %")
    assert "mendapat Rp250 per porsi kapasitas" in found.text("id")
    assert "Its price is Rp500." in found.text("en")
    assert "Variety: 2 different dishes" in found.text("en")
    fairness, variety = [objective.data() for objective in found.objectives]
    assert found.data()["objectives"] == [fairness, variety]
    assert fairness == {"objective": "fairness", "reached": 250, "before": 0, "bound": 250, "unit": "IDR",
                        "price_idr": 500, "room_idr": 1000}  # fmt: skip
    assert (variety["reached"], variety["bound"], variety["price_idr"]) == (2, 2, 0)
    found.to_html(tmp_path / "menu.html")
    assert "mendapat Rp250 per porsi kapasitas" in (tmp_path / "menu.html").read_text()


def test_a_bound_counts_what_the_courses_allow(tmp_path: Path) -> None:
    offers = [Offer("a", dish, 2000) for dish in ("nasi", "bihun", "telur")]
    found = planned(load_problem(write_problem(tmp_path, [NASI, BIHUN, TELUR], offers, days=3)), then=("variety",))
    [variety] = found.objectives
    assert (variety.reached.low, variety.bound.low) == (3, 3)  # two staples and one egg dish, for three days each
