"""Margins for uneven quality: what they tighten, what they cost, and that the rules then hold for every delivery."""

from __future__ import annotations

import random

import pytest

from sehatmenu.errors import LoadError, UnitError
from sehatmenu.findings import Verdict
from sehatmenu.planning.clashes import Conflict
from sehatmenu.planning.planners import plan
from sehatmenu.planning.robustness import with_margins
from sehatmenu.standards.checks import check
from sehatmenu.standards.margins import Margins
from sehatmenu.standards.selectors import Selector

from .tiny_problems import ENERGY, PROTEIN, planned, rice_and_tempe

PROTEIN_5 = {"protein": "5 %"}
BETWEEN = "{id: protein, kind: nutrient, nutrient: protein, per: meal, limits: [{min: 20 g, max: 22 g, source: uji}]}"


def test_a_margin_widens_both_ways_in_rules_on_dishes_and_on_their_parts() -> None:
    catalogue = with_margins(rice_and_tempe(), PROTEIN_5).catalogue
    for found in (catalogue.nutrient("protein"), catalogue.part(Selector(), "protein")):
        assert (found.low.tolist(), found.high.tolist()) == (pytest.approx([3.8, 9.5]), pytest.approx([4.2, 10.5]))
    assert catalogue.nutrient("energy").known.all()


def test_the_plan_says_what_the_margin_costs() -> None:
    # 0.95 (4 n + 10 t) >= 20 asks for 20/0.95 - 20 = 1.05263 g more, at Rp 2,500 a gram (test_rule_prices): 2,631.58.
    plan = planned(rice_and_tempe(), margin=PROTEIN_5)
    assert plan.margin is not None
    assert plan.margin.difference == pytest.approx(2_500 * (20 / 0.95 - 20))
    assert plan.margin.bound_without == pytest.approx(70_000)
    assert plan.margin.at_most == pytest.approx(plan.cost - 70_000)
    for lang, words in (("id", "beda dua batas"), ("en", "difference of two bounds")):
        assert words in plan.text(lang)
    assert planned(rice_and_tempe()).margin is None
    assert plan.data()["margin"] == {
        "bound_without_idr": plan.margin.bound_without,
        "bound_with_idr": plan.margin.bound_with,
    }


def test_a_robust_plan_keeps_every_rule_for_every_delivery_within_the_margin() -> None:
    plan = planned(rice_and_tempe((ENERGY, BETWEEN)), margin={"protein": "4 %"})
    portions = {serving.dish.name: serving.helpings[0].factor for serving in plan.servings}
    draw = random.Random(5)
    for _ in range(1_000):
        delivered = {dish: draw.uniform(0.96, 1.04) for dish in portions}
        protein = 4 * portions["nasi"] * delivered["nasi"] + 10 * portions["tempe"] * delivered["tempe"]
        assert 20 * (1 - 1e-5) <= protein <= 22 * (1 + 1e-5)


def test_the_check_of_a_menu_sees_the_same_margin() -> None:
    """Without room the menu of 20 g passes; with 5 % room it cannot be judged, since 19 g may be delivered."""
    plan = planned(rice_and_tempe())
    (table,), robust = plan.problem.tables, with_margins(plan.problem, PROTEIN_5)
    standard = plan.problem.standards["sd"]
    verdicts = []
    for problem in (plan.problem, robust):
        menu = type(plan)(problem, plan.servings, plan.cost, plan.bound, "optimal", 0.0, "", plan.report).menu(table)
        verdicts.append(check(menu, standard, "g").verdict)
    assert verdicts == [Verdict.pass_, Verdict.unknown]


def test_a_coefficient_of_variation_is_a_margin_at_a_confidence() -> None:
    # Tempe varies by 10 %, rice by 2 %; 95 % is 1.644854 standard deviations.
    margins = Margins.varying({"protein": "2 %"}, confidence="95 %", dishes={"tempe": {"protein": "10 %"}})
    catalogue = with_margins(rice_and_tempe(), margins).catalogue
    assert catalogue.nutrient("protein").low.tolist() == pytest.approx([4 * (1 - 0.0328971), 10 * (1 - 0.1644854)])


def test_with_a_confidence_of_95_per_cent_at_most_one_delivery_in_twenty_falls_short() -> None:
    variation = Margins.varying({"protein": "5 %"}, confidence="95 %")
    plan = planned(rice_and_tempe((PROTEIN,)), margin=variation)
    amounts = [{"nasi": 4, "tempe": 10}[s.dish.name] * s.helpings[0].factor for s in plan.servings]
    draw = random.Random(6)
    short = [sum(amounts) * (1 + 0.05 * draw.gauss(0, 1)) < 20 for _ in range(20_000)]  # all dishes vary together
    alone = [sum(a * (1 + 0.05 * draw.gauss(0, 1)) for a in amounts) < 20 for _ in range(20_000)]
    assert sum(short) / 20_000 <= 0.05 + 0.005
    assert sum(alone) <= sum(short)


def test_more_margin_never_costs_less() -> None:
    costs = [planned(rice_and_tempe(), margin={"protein": f"{part} %"}).cost for part in (0, 2, 5, 10)]
    assert costs == sorted(costs)
    assert costs[0] == pytest.approx(70_000)


def test_a_margin_that_no_menu_can_keep_is_a_conflict_of_the_rule_with_itself() -> None:
    # From 20 to 22 g: with 10 % room the floor asks for 22.2 g, the ceiling for at most 20 g.
    found = plan(rice_and_tempe((ENERGY, BETWEEN)), margin={"protein": "10 %"}, time_limit=5, threads=1)
    assert isinstance(found, Conflict)


def test_prices_of_a_robust_plan_are_those_of_the_robust_rules() -> None:
    # 4 n and 10 t count 0.95 of themselves: 200 u + 3.8 v = 20,000, 100 u + 9.5 v = 30,000: v = 2,500 / 0.95, u = 50.
    plan = planned(rice_and_tempe(portion="{min: 50 %, max: 200 %, step: 1 %}"), margin=PROTEIN_5)
    found = {row.rule_id: row.price for row in plan.prices()}
    assert found == {"protein": pytest.approx(2_500 / 0.95), "energi": pytest.approx(50)}


def test_a_margin_outside_its_range_is_refused() -> None:
    with pytest.raises(LoadError, match="Protein"):
        Margins.stated({"protein": "100 %"})
    with pytest.raises(UnitError):
        Margins.stated({"protein": "-1 %"})


def test_a_margin_needs_a_unit_a_nutrient_and_a_confidence() -> None:
    with pytest.raises(UnitError):
        Margins.stated({"protein": "0.05"})
    with pytest.raises(LoadError, match="protien"):
        Margins.stated({"protien": "5 %"})
    with pytest.raises(LoadError, match="10 %"):
        Margins.varying({"protein": "5 %"}, confidence="10 %")
