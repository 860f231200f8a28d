"""Rules that bind on a condition are kept always by a plan: lawful, but nothing is called proven that is not."""

from __future__ import annotations

from pathlib import Path

from sehatmenu.planning.clashes import Conflict
from sehatmenu.planning.demand import load_problem
from sehatmenu.planning.planners import plan
from sehatmenu.planning.plans import Plan
from sehatmenu.planning.unfinished import Unfinished
from tests.planning.problems import Dish, Offer, write_problem

DISHES = [
    Dish("gurih", "pokok", 300, 8, 100),
    Dish("tawar", "pokok", 300, 8, 100),
    Dish("telur", "hewani", 200, 12, 100),
    Dish("ikan", "hewani", 200, 12, 100),
]
RULE = (
    "{id: berpasangan, kind: when, per: meal, "
    "if: {kind: frequency, of: {name: gurih}, min: 1 times}, "
    "then: {kind: frequency, of: {name: ikan}, min: 1 times}, limits: [{source: uji}]}"
)


def problem(folder: Path, fish: int) -> Path:
    """Savoury rice asks for fish; plain rice with egg costs 1,500 + 1,000 rupiah and asks for nothing."""
    prices = {"gurih": 1000, "tawar": 1500, "telur": 1000, "ikan": fish}
    offers = [Offer("a", dish, price) for dish, price in prices.items()]
    return write_problem(folder, DISHES, offers, days=1, rules=RULE)


def test_the_bound_also_holds_for_menus_in_which_the_condition_does_not(tmp_path: Path) -> None:
    found = plan(load_problem(problem(tmp_path, fish=5000)), gap=1e-6, time_limit=5)
    assert isinstance(found, Plan)
    assert found.lawful
    assert found.cost >= 10 * 2500  # ten children; the menu without savoury rice is the cheapest lawful one
    assert found.bound <= 10 * 2500
    assert found.status != "optimal"


def test_a_menu_that_avoids_the_condition_is_not_called_impossible(tmp_path: Path) -> None:
    path = problem(tmp_path, fish=5000)
    path.write_text(path.read_text().replace("heads: 10", "heads: 10, budget: 4000 IDR"))
    found = plan(load_problem(path), time_limit=5)
    assert isinstance(found, Unfinished)
    assert found.status == "conditional"
    assert "Menus that avoid the condition were not searched" in found.text("en")


def test_what_clashes_without_the_conditional_rule_is_still_proven(tmp_path: Path) -> None:
    path = problem(tmp_path, fish=5000)
    path.write_text(path.read_text().replace("heads: 10", "heads: 10, budget: 1500 IDR"))
    found = plan(load_problem(path), time_limit=5)
    assert isinstance(found, Conflict)
    assert "1.500" in found.text("id")
