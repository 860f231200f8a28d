"""Planning anew near an earlier plan: what must change does, what need not stays, and what cannot be kept is named."""

from __future__ import annotations

import itertools
import json
import random
from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest

from sehatmenu.cli import main
from sehatmenu.errors import LoadError
from sehatmenu.planning.demand import Problem, load_problem
from sehatmenu.planning.planners import plan
from sehatmenu.planning.plans import Plan, Serving
from sehatmenu.planning.saved_plans import load_plan
from tests.planning.objective_problems import (
    BIHUN,
    COURSES,
    DAYS,
    HEADS,
    NASI,
    TAHU,
    TELUR,
    level,
    planned,
    price,
    random_offers,
    two_cooks,
)
from tests.planning.problems import Dish, Offer, write_problem


def test_a_cook_who_fails_is_replaced_and_nobody_else(tmp_path: Path) -> None:
    offers = [Offer("a", "nasi", 2000), Offer("b", "telur", 3000), Offer("c", "nasi", 2100), Offer("c", "telur", 3100)]
    problem = load_problem(write_problem(tmp_path, [NASI, TELUR], offers, days=4))
    before = planned(problem)
    assert {s.supplier.id for s in before.servings} == {"a", "b"}

    after = planned(problem, near=before, without=("b",), tolerance="0 %")

    assert [s.supplier.id for s in after.servings] == ["a", "c"] * 4
    assert level(after, "least_change") == 4
    assert level(after, "same_portions") == 4


def test_days_that_are_kept_stay_although_their_cook_fails_later(tmp_path: Path) -> None:
    offers = [Offer("a", "nasi", 2000), Offer("b", "telur", 3000), Offer("c", "nasi", 1900), Offer("c", "telur", 3100)]
    path = write_problem(tmp_path, [NASI, TELUR], offers, days=4)
    without_c = load_problem(write_problem(tmp_path, [NASI, TELUR], offers[:2], days=4))
    before = planned(without_c)
    write_problem(tmp_path, [NASI, TELUR], offers, days=4)

    days = ("2026-02-02", "2026-02-03")
    after = planned(load_problem(path), near=before, keep=days, without=("b",), then=())

    assert "As in the earlier plan: 2 February 2026, 3 February 2026." in after.text("en")
    # kept: a and b; free days: the cheapest nasi is now c's, and telur can only come from c
    assert [s.supplier.id for s in after.servings] == ["a", "b", "a", "b", "c", "c", "c", "c"]


def test_a_plan_within_the_tolerance_is_left_as_it_is(tmp_path: Path) -> None:
    dishes = [NASI, BIHUN, TELUR]
    offers = [Offer("a", "nasi", 2000), Offer("b", "bihun", 2050), Offer("a", "telur", 3000)]
    path = write_problem(tmp_path, dishes, offers)
    before = planned(load_problem(path))
    write_problem(tmp_path, dishes, [Offer("a", "nasi", 2100), *offers[1:]])
    problem = load_problem(path)

    # nasi has risen to Rp2,100: keeping it costs 2 * 10 * 5,100 = 102,000, bihun instead 101,000, 0.99 % less
    near = planned(problem, near=before, tolerance="1 %")
    assert {s.dish.name for s in near.servings} == {"nasi", "telur"}
    assert (near.cost, level(near, "least_change")) == (102_000, 0)
    # half a per cent above 101,000 leaves room for one of the two days
    half = planned(problem, near=before, tolerance="0.5 %")
    assert (half.cost, level(half, "least_change"), price(half, "least_change")) == (101_500, 1, 500)
    assert planned(problem).cost == 101_000


def test_portions_change_as_little_as_they_must(tmp_path: Path) -> None:
    size = "{min: 100 %, max: 150 %, step: 10 %}"
    dishes = [Dish("nasi", "pokok", 300, 6, 5, size), Dish("telur", "hewani", 150, 12, 140, size)]
    offers = [Offer("a", "nasi", 2000), Offer("a", "telur", 1100)]
    path = write_problem(tmp_path, dishes, offers, days=1, energy=(440, 900))
    before = planned(load_problem(path))
    write_problem(tmp_path, dishes, offers, days=1, energy=(490, 900))
    problem = load_problem(path)

    # 490 kcal: nasi 110 % and telur 110 % give 495 for 3,410; nasi 120 % alone 510 for 3,500; telur 130 % alone 495 for 3,430
    assert planned(problem).cost == pytest.approx(34_100)
    after = planned(problem, near=before, tolerance="1 %")
    assert {s.dish.name: s.helpings[0].factor for s in after.servings} == {"nasi": 1.0, "telur": pytest.approx(1.3)}
    assert (level(after, "least_change"), level(after, "same_portions")) == (0, 1)
    assert price(after, "same_portions") == pytest.approx(200)


def test_the_proof_of_a_plan_with_kept_days_is_not_that_of_its_problem(tmp_path: Path) -> None:
    offers = [Offer("a", "nasi", 2000), Offer("a", "telur", 3000)]
    before = planned(load_problem(write_problem(tmp_path, [NASI, TELUR], offers)))
    path = write_problem(tmp_path, [NASI, TELUR], [*offers, Offer("b", "nasi", 1500)])
    after = planned(load_problem(path), near=before, keep=["2026-02-02"], then=())
    assert (after.cost, after.bound) == pytest.approx((95_000, 95_000))  # without the kept day 90,000 are possible

    after.save(tmp_path / "rencana.yaml")
    loaded = load_plan(tmp_path / "rencana.yaml")
    assert (loaded.cost, loaded.bound, loaded.status) == (95_000, 0, "loaded")


def dearer_since(folder: Path, seed: int) -> tuple[Plan, Problem, list[Offer]]:
    """A plan of random offers, the same problem after some prices have risen, and the offers as they are then."""
    rng = random.Random(100 + seed)
    offers, dishes = random_offers(rng), [NASI, BIHUN, TELUR, TAHU]
    before = planned(load_problem(write_problem(folder, dishes, offers, capacity=CAPACITY)))
    dearer = [Offer(o.supplier, o.dish, o.price + rng.choice([0, 30, 80])) for o in offers]
    return before, load_problem(write_problem(folder, dishes, dearer, capacity=CAPACITY)), dearer


CAPACITY = {"a": 20, "b": 20, "c": 20}


def menus(offers: Sequence[Offer]) -> Iterator[tuple[Offer, ...]]:
    """Every menu that no capacity forbids, in the order of days and courses."""
    for menu in itertools.product(
        *([o for o in offers if o.dish in names] for _ in range(DAYS) for names in COURSES.values())
    ):
        days = [menu[:2], menu[2:]]
        if all(HEADS * sum(o.supplier == c for o in day) <= CAPACITY[c] for day in days for c in "abc"):
            yield menu


def cost(menu: Sequence[Offer]) -> float:
    return float(HEADS * sum(o.price for o in menu))


def names_of(plan_: Plan) -> list[tuple[str, str]]:
    return [(s.supplier.id, s.dish.name) for s in plan_.servings]


@pytest.mark.parametrize("seed", range(4))
def test_the_least_change_is_that_of_enumeration(tmp_path: Path, seed: int) -> None:
    before, problem, offers = dearer_since(tmp_path, seed)
    after = planned(problem, near=before, tolerance="1 %")

    was = names_of(before)
    changes = [
        (cost(m), sum((o.supplier, o.dish) != old for o, old in zip(m, was, strict=True))) for m in menus(offers)
    ]
    best = min(rupiah for rupiah, _ in changes)
    assert level(after, "least_change") == min(count for rupiah, count in changes if rupiah <= best * 1.01)
    assert after.cost <= best * 1.01 + 1e-6


@pytest.mark.parametrize("seed", range(4))
def test_around_a_kept_day_the_cheapest_menu_is_that_of_enumeration(tmp_path: Path, seed: int) -> None:
    before, problem, offers = dearer_since(tmp_path, seed)
    after = planned(problem, near=before, keep=["2026-02-02"], then=())

    kept = names_of(before)[:2]
    assert names_of(after)[:2] == kept
    best = min(cost(m) for m in menus(offers) if [(o.supplier, o.dish) for o in m[:2]] == kept)
    assert after.cost == pytest.approx(best)
    assert after.bound <= best + 1e-6


def test_what_can_no_longer_be_kept_is_named(tmp_path: Path) -> None:
    offers = [Offer("a", "nasi", 2000), Offer("b", "telur", 3000), Offer("c", "telur", 3100)]
    path = write_problem(tmp_path, [NASI, TELUR], offers)
    before = planned(load_problem(path))
    write_problem(tmp_path, [NASI, TELUR], [offers[0], offers[2]])
    problem = load_problem(path)

    with pytest.raises(LoadError) as refused:
        plan(problem, near=before, keep=["2026-02-02", "2026-03-01"])
    texts = [finding.text("en") for finding in refused.value.report]
    assert len(texts) == 2
    assert "1 March 2026" in texts[0]
    assert "telur from b" in texts[1]


def test_the_command_line_plans_near_a_saved_plan(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    two_cooks(tmp_path)
    path, saved = str(tmp_path / "soal.yaml"), str(tmp_path / "rencana.yaml")
    asked = ["--then", "fairness,variety", "--tolerance", "1 %", "--save", saved, "--json"]
    assert main(["plan", path, *asked]) == 0
    first = json.loads(capsys.readouterr().out)
    assert [o["price_idr"] for o in first["objectives"]] == [500, 0]

    assert main(["plan", path, "--near", saved, "--without", "b", "--keep", "2026-02-02", "--json"]) == 0
    second = json.loads(capsys.readouterr().out)

    def of(records: list[dict[str, object]], date: str) -> list[tuple[object, object]]:
        return [(r["dish"], r["supplier"]) for r in records if r["date"] == date]

    assert second["kept"] == ["2026-02-02"]
    assert of(second["records"], "2026-02-02") == of(first["records"], "2026-02-02")
    assert {who for _, who in of(second["records"], "2026-02-03")} == {"a"}


def changed(before: Plan, after: Plan) -> list[Serving]:
    pairs = zip(before.servings, after.servings, strict=True)
    return [new for old, new in pairs if (old.dish.id, old.supplier.id) != (new.dish.id, new.supplier.id)]


def test_after_a_failure_the_other_meals_stay_although_a_cheaper_menu_would_change_them(tmp_path: Path) -> None:
    dishes = [NASI, BIHUN, TELUR]
    offers = [Offer("a", "nasi", 2000), Offer("b", "telur", 3000), Offer("c", "telur", 3100), Offer("c", "bihun", 2000)]
    path = write_problem(tmp_path, dishes, offers[:3], days=3)
    before = planned(load_problem(path))
    write_problem(tmp_path, dishes, [*offers[:3], Offer("c", "bihun", 1995)], days=3)

    after = planned(load_problem(path), near=before, without=["b"], tolerance="1 %")

    assert [s.dish.name for s in changed(before, after)] == ["telur"] * 3
    # keeping nasi costs 5 * 10 rupiah on each of three days
    assert price(after, "least_change") == pytest.approx(150)
