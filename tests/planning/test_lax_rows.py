"""Rows made too lax: the menu found with them fails its own check, which reads servings, register and law apart from the rows.

Each test plans a problem of the oracle whose cheapest menu keeps an agreement, with exactly that agreement taken from the
planner's rows.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from sehatmenu.errors import SolverError
from sehatmenu.findings import Finding
from sehatmenu.planning import eligibility, programs, tables
from sehatmenu.planning.demand import Problem, load_problem
from sehatmenu.planning.planners import plan
from sehatmenu.planning.plans import Plan, Serving
from sehatmenu.planning.register_checks import check_agreements, check_deliveries
from sehatmenu.planning.suppliers import Register, Share, Supplier
from sehatmenu.quantities.intervals import IntervalArray
from sehatmenu.standards.counts import RequireRule
from tests.planning import planning_oracle as oracle

Data = dict[str, Any]
Lax = Callable[[pytest.MonkeyPatch], None]


def _offer(dish: str, price: int, **more: Any) -> Data:
    return {"dish": dish, "price": price, "from": None, "until": None, "days": [], "minimum": None, **more}


def _supplier(name: str, dishes: dict[str, int], **more: Any) -> Data:
    offers = [_offer(dish, price) for dish, price in dishes.items()]
    papers = [{"type": "slhs", "issued": None, "expires": None}]
    plain = {"id": name, "capacity": 500, "days": list(oracle.DAYS), "papers": papers, "lead_time": None}
    return {**plain, "delivery": {"sd-0": 10}, "share": {}, "offers": offers, **more}


def _dish(course: str, **more: Any) -> Data:
    figures = {"energy": 300, "protein": 10, "sodium": 200}
    return {"course": course, "figures": figures, "portion": (100, 100, 5), "tags": [], **more}


def problem() -> Data:
    """Two days, one school of twenty, one course; UMKM `murah` cooks for 1,000 rupiah, `mahal` for 2,000."""
    groups = [{"group": "kelas-0", "heads": 20, "budget": None}]
    return {
        "days": 2,
        "ordered_on": "2026-03-01",
        "dishes": {"telur": _dish("hewani"), "ikan": _dish("hewani")},
        "suppliers": [_supplier("murah", {"telur": 1000, "ikan": 1100}), _supplier("mahal", {"telur": 2000, "ikan": 2100})],
        "schools": [{"id": "sd-0", "courses": ["hewani"], "groups": groups, "limit": 30}],
        "rules": [],
    }


def _cheap(**more: Any) -> Data:
    data = problem()
    data["suppliers"][0] |= more
    return data


# What the cheap UMKM cannot do, and how the planner's rows forget it


def _register(change: Callable[[Supplier], Supplier]) -> Lax:
    """The rows of UMKM written from a register that promises too much; the check reads the true one."""

    def lax(patched: pytest.MonkeyPatch) -> None:
        given = programs._supplier_rows

        def written(builder: Any, problem: Problem, *rest: Any) -> None:
            suppliers = {name: change(s) for name, s in problem.register.suppliers.items()}
            given(builder, replace(problem, register=Register(suppliers, problem.register.document)), *rest)

        patched.setattr(programs, "_supplier_rows", written)

    return lax


def _gate(reason: str) -> Lax:
    """A reason for which offers drop out, forgotten."""

    def lax(patched: pytest.MonkeyPatch) -> None:
        given = eligibility.supplier_gates

        def opened(*asked: Any) -> list[Any]:
            return [replace(g, closed=g.closed & False) if g.reason == reason else g for g in given(*asked)]

        patched.setattr(programs, "supplier_gates", opened)

    return lax


def _papers(patched: pytest.MonkeyPatch) -> None:
    """Every paper counts as valid, in the planner and in the check of the rule alike."""
    given = RequireRule._certified
    patched.setattr(RequireRule, "_certified", lambda *asked: _always(given(*asked)))


def _always(found: IntervalArray) -> IntervalArray:
    return IntervalArray(0.0 * found.low + 1.0, 0.0 * found.high + 1.0)


def _times_ten(supplier: Supplier) -> Supplier:
    return supplier.model_copy(update={"capacity": 10 * (supplier.capacity or 0)})


def _no_share(supplier: Supplier) -> Supplier:
    return supplier.model_copy(update={"share": Share()})


LATE = [{"type": "slhs", "issued": None, "expires": "2026-03-02"}]
PAPER = {"kind": "require", "of": "slhs"}

AGREEMENTS: dict[str, tuple[Data, Lax, str]] = {
    "capacity": (_cheap(capacity=10), _register(_times_ten), "capacity"),
    "least share": (
        {**problem(), "suppliers": [problem()["suppliers"][0], problem()["suppliers"][1] | {"share": {"min": 40}}]},
        _register(_no_share), "share of the value of orders",
    ),
    "largest share": (_cheap(share={"max": 60}), _register(_no_share), "share of the value of orders"),
    "working days": (_cheap(days=["senin", "rabu"]), _gate("gate-closed-day"), "the UMKM is closed that day"),
    "season": (
        _cheap(offers=[_offer("telur", 1000, until="2026-03-02")]), _gate("gate-not-offered"), "not offered on that date",
    ),
    "lead time": (_cheap(lead_time=2), _gate("gate-lead-time"), "ordered too late"),
    "minimum lot": (_cheap(offers=[_offer("telur", 1000, minimum=25)]), _gate("gate-minimum"), "smallest delivery"),
    "delivery": (_cheap(delivery={"sd-0": 40}), _gate("gate-delivery"), "the way is too long"),
    "certificate": ({**_cheap(papers=LATE), "rules": [PAPER]}, _papers, "no certificate slhs"),
}  # fmt: skip


@pytest.mark.parametrize("name", AGREEMENTS)
def test_a_row_of_an_umkm_made_lax_is_caught_by_the_check(
    name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As it is, the dear UMKM is called in where the cheap one cannot; with the row lax no menu is handed out."""
    data, lax, words = AGREEMENTS[name]
    read = load_problem(oracle.write(data, tmp_path))
    found = plan(read, gap=0.0, threads=1)
    assert isinstance(found, Plan)
    assert found.cost == float(oracle.cheapest(data) or 0)
    assert found.cost > 40 * 1000
    lax(monkeypatch)
    with pytest.raises(SolverError, match=words):
        plan(read, gap=0.0, threads=1)


# Rows of rules left out

FISH = _dish("hewani", tags=["ikan"])


def _with(rules: list[Data], budget: int | None = None, **dishes: Data) -> Data:
    data = problem()
    data["dishes"] |= dishes
    data["rules"] = rules
    data["schools"][0]["groups"][0]["budget"] = budget
    return data


_RICH = _dish("hewani", figures={"energy": 500, "protein": 30, "sodium": 100})

RULES: dict[str, Data] = {
    "nutrient of a meal, at least": _with([{"kind": "nutrient", "of": "protein", "per": "meal", "min": 20}], ikan=_RICH),
    "nutrient of a day, at least": _with([{"kind": "nutrient", "of": "energy", "per": "day", "min": 400}], ikan=_RICH),
    "nutrient of a cycle, at most": _with([{"kind": "nutrient", "of": "sodium", "per": "cycle", "max": 150}], ikan=_RICH),
    "frequency, at least": _with([{"kind": "frequency", "of": "ikan", "min": 1, "max": None}], ikan=FISH),
    "frequency, at most": _with(
        [{"kind": "frequency", "of": "goreng", "min": None, "max": 1}], telur=_dish("hewani", tags=["goreng"])
    ),
    "spacing": _with([{"kind": "spacing", "of": "hewani", "apart": 2}]),
    "variety": _with([{"kind": "variety", "of": "hewani", "min": 2}]),
    "forbid": _with([{"kind": "forbid", "of": "goreng"}], telur=_dish("hewani", tags=["goreng"])),
    "require": _with([PAPER]) | {"suppliers": [_supplier("murah", {"telur": 1000}, papers=[]), problem()["suppliers"][1]]},
}


@pytest.mark.parametrize("name", RULES)
def test_the_row_of_a_rule_left_out_is_caught_by_the_check(
    name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As it is, the rule makes the menu dearer than 40,000 rupiah; without its row the cheaper menu is not handed out."""
    data = RULES[name]
    read = load_problem(oracle.write(data, tmp_path))
    found = plan(read, gap=0.0, threads=1)
    assert isinstance(found, Plan)
    assert found.cost == float(oracle.cheapest(data) or 0)
    assert found.cost > 40 * 1000
    given = tables.TableRows.__init__

    def without(self: tables.TableRows, *asked: Any) -> None:
        given(self, *asked)
        self.binding, self.gates = [], []
        self.minimum, self.maximum = tables.recipe_bounds(asked[0], self.table)

    monkeypatch.setattr(tables.TableRows, "__init__", without)
    with pytest.raises(SolverError, match="fails its own check"):
        plan(read, gap=0.0, threads=1)


def test_a_budget_left_out_is_caught_by_the_check(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A dear dish is asked for by its protein; the budget leaves no menu, and without its row the menu fails its check."""
    rich = [{"kind": "nutrient", "of": "protein", "per": "meal", "min": 20}]
    data = _with(rich, budget=1050, ikan=_RICH)
    read = load_problem(oracle.write(data, tmp_path))
    assert oracle.cheapest(data) is None
    assert not isinstance(plan(read, threads=1), Plan)
    given = tables.TableRows.__init__

    def without(self: tables.TableRows, *asked: Any) -> None:
        given(self, *asked)
        self.binding = [(a, rows) for a, rows in self.binding if a.rule.unit() != "IDR"]

    monkeypatch.setattr(tables.TableRows, "__init__", without)
    with pytest.raises(SolverError, match="fails its own check"):
        plan(read, gap=0.0, threads=1)


# Servings that no planner would lay


def _menu(tmp_path: Path) -> tuple[Problem, list[Serving]]:
    found = plan(load_problem(oracle.write(problem(), tmp_path)), gap=0.0, threads=1)
    assert isinstance(found, Plan)
    return found.problem, list(found.servings)


def _codes(findings: list[Finding]) -> list[str]:
    return [finding.code for finding in findings]


def test_a_dish_twice_none_at_all_and_one_not_asked_for_are_told(tmp_path: Path) -> None:
    read, servings = _menu(tmp_path)
    assert list(check_deliveries(read, servings)) == []
    assert _codes(list(check_deliveries(read, [*servings, servings[0]]))) == ["plan-course-count"]
    assert _codes(list(check_deliveries(read, servings[:1]))) == ["plan-course-count"]
    other = replace(servings[0], course="sayur")
    assert _codes(list(check_deliveries(read, [*servings, other]))) == ["plan-course-count"]


def test_heads_that_are_not_fed_and_portions_out_of_range_are_told(tmp_path: Path) -> None:
    read, servings = _menu(tmp_path)
    (helping,) = servings[0].helpings
    few = replace(servings[0], helpings=(replace(helping, heads=19),))
    small = replace(servings[0], helpings=(replace(helping, factor=0.5),))
    assert _codes(list(check_deliveries(read, [few, *servings[1:]]))) == ["plan-heads"]
    (told,) = check_deliveries(read, [small, *servings[1:]])
    assert told.code == "plan-portion"
    assert "50 %" in told.text("en")


def test_another_price_than_the_registers_is_no_offer(tmp_path: Path) -> None:
    read, servings = _menu(tmp_path)
    (told,) = check_deliveries(read, [replace(servings[0], price=1.0), *servings[1:]])
    assert "not offered" in told.text("en")


def test_shares_and_loads_are_counted_from_the_servings(tmp_path: Path) -> None:
    """Forty portions of 1,000 rupiah, all of one UMKM: twenty a day, the whole value."""
    data = problem()
    data["suppliers"][0]["share"] = {"max": 100}
    found = plan(load_problem(oracle.write(data, tmp_path)), gap=0.0, threads=1)
    assert isinstance(found, Plan)
    figures = {f.code: f.values["amount"] for f in check_agreements(found.problem, found.servings) if f.subject == "murah"}
    assert {code: figure.low for code, figure in figures.items()} == {  # type: ignore[attr-defined]
        "supplier-capacity": 20.0, "supplier-share-most": 1.0,
    }  # fmt: skip
