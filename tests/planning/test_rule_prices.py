"""What rules cost: duals worked out by hand, the truth of planning anew, curves, fairness, and no currency at all."""

from __future__ import annotations

import pickle
from functools import cache

import pytest

from sehatmenu.errors import LoadError, UnitError
from sehatmenu.planning.cost_curves import cost_curve
from sehatmenu.planning.easings import with_limit
from sehatmenu.planning.fixed_dishes import ease, values_of
from sehatmenu.planning.plans import Plan, servings_of
from sehatmenu.planning.programs import write
from sehatmenu.planning.rule_prices import Prices, RulePrice, price_of_fairness
from sehatmenu.quantities.units import read_quantity
from sehatmenu.standards.standards import Applied

from .diet_data import ampl_foods
from .tiny_problems import ENERGY, PROTEIN, Dish, example, planned, rice_and_tempe, tray_of

# Rice n and tempe t for ten: 200 n + 100 t >= 400 kcal, 4 n + 10 t >= 20 g, Rp 20,000 n + Rp 30,000 t.
# Both limits bind: n = 2 - t/2, so 8 - 2t + 10t = 20, t = 1.5, n = 1.25, cost 25,000 + 45,000 = 70,000.
# Duals u per kcal, v per g: 200 u + 4 v = 20,000 and 100 u + 10 v = 30,000, so v = 2,500 and u = 50.
# Check: 400 * 50 + 20 * 2,500 = 70,000.

LITTLE = ENERGY.replace("400 kcal", "100 kcal")
SHARE = "{id: bagian, kind: energy_share, nutrient: protein, per: meal, limits: [{min: 15 %, source: uji}]}"
DAILY = "{id: protein, kind: nutrient, nutrient: protein, per: cycle, average: day, limits: [{min: 20 g, source: uji}]}"
SECOND = "  - {id: b, name: B, capacity: 100 portions, share: {min: 10 %}, offers: [{dish: tempe, price: 4000 IDR}]}\n"


def _of(prices: Prices, rule: str) -> RulePrice:
    return next(row for row in prices if row.rule_id == rule)


def test_prices_are_the_duals_worked_out_by_hand() -> None:
    plan = planned(rice_and_tempe())
    found = plan.prices()
    assert plan.cost == found.continuous == pytest.approx(70_000)
    assert [(p.rule_id, p.institution, p.group, p.side, p.unit, p.windows) for p in found] == [
        ("protein", "sd", "g", -1, "g", 1),
        ("energi", "sd", "g", -1, "kcal", 1),
    ]
    assert [p.price for p in found] == pytest.approx([2_500, 50])
    assert "continuous" in found.method
    assert "re-planned" not in found.method


def test_re_planning_gives_the_true_difference() -> None:
    # Without protein: 400 kcal by rice alone is 200 n + 100 t = 400 at t = 0.5, n = 1.75: 35,000 + 15,000 = 50,000.
    # Without energy: n = 0.5 gives 2 g, t = 1.8 the other 18 g: 10,000 + 54,000 = 64,000.
    found = planned(rice_and_tempe()).prices(replan=True, time_limit=5, gap=1e-6)
    savings = {row.rule_id: row.saving for row in found}
    for rule, difference in (("protein", 20_000), ("energi", 6_000)):
        saving = savings[rule]
        assert saving is not None
        assert saving.difference == pytest.approx(difference)
        assert (saving.least, saving.most) == pytest.approx((difference, difference), abs=1)
    assert "re-planned" in found.method


def test_a_share_of_energy_is_priced_per_unit_of_the_share() -> None:
    # Protein share b: (16 - 200 b) n + (40 - 100 b) t >= 0. At b = 0.15: t = 0.56 n, 256 n = 400, n = 1.5625, t = 0.875.
    # With k = t/n the cost of ten is 10 * 400 (2,000 + 3,000 k) / (200 + 100 k); its slope in k is
    # 10 * 16,000 / (2 + k)^2 = 24,414.0625 at k = 0.56, and dk/db = 6,400 / (40 - 100 b)^2 = 10.24: 250,000 per 100 %.
    problem = rice_and_tempe((ENERGY, SHARE), portion="{min: 50 %, max: 200 %, step: 1.5625 %}")
    assert _of(planned(problem).prices(), "bagian").price == pytest.approx(250_000, rel=1e-6)


def test_a_daily_mean_over_two_days_is_relieved_on_both() -> None:
    # Twice the problem above with one row for both days: a gram of relief of the mean is 2 g of the row, 2 * 2,500.
    found = planned(rice_and_tempe((ENERGY, DAILY), last="2026-02-03")).prices()
    assert [_of(found, rule).price for rule in ("protein", "energi")] == pytest.approx([5_000, 100])
    assert [_of(found, rule).windows for rule in ("protein", "energi")] == [1, 2]


def test_portions_at_their_end_carry_the_price() -> None:
    # 25 g of protein: t = 2 is the largest portion, n = 1.25 gives the other 5 g. 4 v = 20,000: v = 5,000 per g;
    # a portion of tempe more would save 10 g * 5,000 - 30,000 = 20,000. Energy is 450 kcal and binds nothing.
    found = planned(rice_and_tempe((ENERGY, PROTEIN.replace("20 g", "25 g")))).prices()
    assert [_of(found, name).side for name in ("protein", "portion")] == [-1, 1]
    assert [_of(found, name).price for name in ("protein", "portion")] == pytest.approx([5_000, 20_000])
    assert len(found) == 2


AMPL_COURSES = ("pokok", "hewani", "nabati", "sayur", "buah", "selingan", "minuman", "paket")
AMPL_RULES = (
    *(
        f"{{id: {name.replace('_', '-')}, kind: nutrient, nutrient: {name}, per: meal, "
        f"limits: [{{min: 700 {unit}, max: 20000 {unit}, source: uji}}]}}"
        for name, unit in (("vitamin_a", "mcg_RE"), ("vitamin_c", "mg"), ("thiamin", "mg"), ("riboflavin", "mg"))
    ),
    "{id: sodium, kind: nutrient, nutrient: sodium, per: meal, limits: [{max: 50000 mg, source: uji}]}",
    "{id: energy, kind: nutrient, nutrient: energy, per: meal, limits: [{min: 16000 kcal, max: 24000 kcal, source: uji}]}",
)
AMPL_FIGURES = (
    "vitamin_a: {A} mcg_RE, vitamin_c: {C} mg, thiamin: {B1} mg, riboflavin: {B2} mg, sodium: {NA} mg, "
    "energy: {CAL} kcal"
)


def test_the_diet_of_the_ampl_book_as_a_tray_has_its_printed_prices() -> None:
    """AMPL book 2.3 (diet2a.dat, 2 to 10 packages each): the eight dinners as the eight courses of one tray.

    Printed: cost 118.0594; B2 0.404585 and NA -0.00306905; reduced costs of the foods at 2 packages 1.18884, 1.14441,
    2.73162 (5.06487 together), of those at 10 packages -0.302651, -0.551151, -1.3289 (2.182702 together).
    """
    dishes = {
        food.name.lower(): Dish(course, AMPL_FIGURES.format(**food.holds), f"{food.price} IDR")
        for course, food in zip(AMPL_COURSES, ampl_foods(), strict=True)
    }
    problem = tray_of(dishes, AMPL_RULES, portion="{min: 200 %, max: 1000 %, step: 0.5 %}", heads=1)
    found = planned(problem, gap=1e-3).prices()
    assert found.continuous == pytest.approx(118.05940323955669, rel=1e-7)
    printed = {
        ("riboflavin", -1): 0.404585,
        ("sodium", 1): 0.00306905,
        ("portion", -1): 5.06487,
        ("portion", 1): 2.182702,
    }
    assert {(row.rule_id, row.side): row.price for row in found} == pytest.approx(printed, rel=5e-6)


@pytest.mark.parametrize(
    ("scale", "prices"), [(1e-5, ("0.02 IDR", "0.03 IDR")), (1e5, ("200000000 IDR", "300000000 IDR"))]
)
def test_another_currency_scales_the_prices_and_changes_nothing_else(scale: float, prices: tuple[str, str]) -> None:
    plain, other = (planned(problem).prices() for problem in (rice_and_tempe(), rice_and_tempe(prices=prices)))
    assert [row.rule_id for row in other] == [row.rule_id for row in plain]
    assert [row.price for row in other] == pytest.approx([scale * (row.price or 0) for row in plain], rel=1e-9)


def test_fairness_costs_what_the_dearer_tempe_costs() -> None:
    # Portions of 1, two days: rice 20,000 and tempe of A 30,000 a day. B asks 40,000 and is to have 10 % of the orders:
    # one of the two days, 110,000 instead of 100,000.
    problem = rice_and_tempe((LITTLE,), portion="{min: 100 %, max: 100 %, step: 5 %}", last="2026-02-03", second=SECOND)
    plan = planned(problem)
    assert plan.cost == pytest.approx(110_000)
    saving = price_of_fairness(plan, time_limit=5, gap=1e-6)
    assert (saving.difference, saving.least, saving.most) == pytest.approx((10_000, 10_000, 10_000), abs=1)


def test_a_share_that_binds_on_portions_is_priced() -> None:
    # One day, tempe from B alone: value 20,000 n against 40,000 t. B must have 60 %: t = 0.75 n; 200 n + 75 n = 400 kcal.
    # n = 400/275, cost 20,000 n + 40,000 t = 50,000 n. With share s: t = n s / (2 (1 - s)) = k n,
    # cost = 400 (20,000 + 40,000 k) / (200 + 100 k): slope 400 * 6e6 / (200 + 100 k)^2 = 31,735.537 at k = 0.75;
    # dk/ds = 1 / (2 (1 - s)^2) = 3.125: 99,173.554 per 100 %.
    only_b = SECOND.replace("min: 10 %", "min: 60 %")
    problem = rice_and_tempe((ENERGY,), last="2026-02-02", prices=("2000 IDR", "9000 IDR"), second=only_b)
    row = _of(planned(problem).prices(), "b")
    assert (row.kind, row.side) == ("share-least", -1)
    assert row.price == pytest.approx(99_173.554, rel=1e-6)


@cache
def two_days() -> Plan:
    return planned(example("2026-02-03"), time_limit=20, gap=0.1)


def test_a_small_relief_of_the_example_saves_what_its_price_says() -> None:
    """The slope taken another way: the same dishes priced again with the limit a little lower; less only at a corner."""
    plan, step, slopes = two_days(), 1e-3, list[float]()
    for row in plan.prices():
        held = [a for t in plan.problem.tables if t.institution.id == row.institution for a, _ in t.applied]
        rule = next((a for a in held if a.rule.id == row.rule_id), None)
        if rule is None or row.side > 0 or rule.rule.unit() != "g" or not row.price or len(slopes) == 4:
            continue
        low = rule.limit.bounds("g")[0]
        laxer, same = (
            _priced_again(plan, row, f"{(low + move) / (1 - _tolerance(rule)):.6f} g") for move in (-step, 0.0)
        )
        slopes.append((same - laxer) / step / row.price)
    assert len(slopes) == 4
    assert max(slopes) <= 1 + 1e-3
    assert sum(slope > 1 - 1e-3 for slope in slopes) >= 2


def _tolerance(applied: Applied) -> float:
    return read_quantity(applied.limit.tolerance, "fraction") if applied.limit.tolerance else 0.0


def _priced_again(plan: Plan, row: RulePrice, limit: str) -> float:
    return ease(with_limit(plan.problem, row.rule_id, -1, limit, row.institution, row.group), plan.servings).cost


def test_servings_written_back_are_the_servings() -> None:
    plan = two_days()
    program = write(plan.problem)
    values = values_of(program, plan.servings)
    assert servings_of(program, values) == plan.servings
    assert float(program.model.cost @ values) == pytest.approx(plan.cost)


def test_a_dish_that_is_not_allowed_has_no_price() -> None:
    plan = planned(rice_and_tempe())
    hungry = rice_and_tempe((ENERGY, PROTEIN.replace("per: meal", "per: item")))  # rice holds 8 g at most
    with pytest.raises(ValueError, match="nasi: not allowed on 2026-02-02"):
        ease(hungry, plan.servings)


def test_a_plan_pickles_and_is_priced_afterwards() -> None:
    plan = planned(rice_and_tempe())
    again = pickle.loads(pickle.dumps(plan))
    assert again.prices().records() == plan.prices().records()


def test_the_curve_of_protein_by_plans_and_by_bounds() -> None:
    # 20 g: 70,000. 25 g: t = 2, n = 1.25: 25,000 + 60,000 = 85,000. 30 g: at most 2 * 4 + 2 * 10 = 28 g.
    # 15 g: t = 0.875, n = 1.5625: 57,500; in steps of 5 % n + t/2 >= 2 and 4n + 10t >= 15 leave 58,000 (n = 1.55, t = 0.9).
    limits = ["30 g", "20 g", "15 g", "25 g"]
    plans = cost_curve(rice_and_tempe(), rule="protein", limits=limits, time_limit=5, gap=1e-6)
    bounds = cost_curve(rice_and_tempe(), rule="protein", limits=limits, replan=False)
    assert (plans.method, bounds.method) == ("plans", "bounds")
    assert [p.limit for p in plans] == [p.limit for p in bounds] == ["15 g", "20 g", "25 g", "30 g"]
    assert [p.cost for p in plans] == [pytest.approx(58_000), pytest.approx(70_000), pytest.approx(85_000), None]
    assert [p.bound for p in bounds] == pytest.approx([57_500, 70_000, 85_000, float("inf")])
    assert [p.cost for p in bounds] == [None] * 4
    assert [row["possible"] for row in bounds.records()] == [True, True, True, False]


def test_a_curve_needs_a_rule_that_someone_is_held_to_and_a_clear_side() -> None:
    with pytest.raises(LoadError, match="'lemak'"):
        cost_curve(rice_and_tempe(), rule="lemak", limits=["5 g"])
    both = rice_and_tempe((ENERGY.replace("min: 400 kcal", "min: 400 kcal, max: 700 kcal"),))
    with pytest.raises(LoadError, match="side="):
        cost_curve(both, rule="energi", limits=["500 kcal"])
    with pytest.raises(UnitError):
        cost_curve(rice_and_tempe(), rule="protein", limits=["400 kcal"])


@pytest.mark.parametrize(("lang", "words"), [("id", "porsi bebas"), ("en", "portions of any size")])
def test_every_text_says_what_its_figures_are(lang: str, words: str) -> None:
    found = planned(rice_and_tempe()).prices(replan=True, rules=["energi"], time_limit=5)
    assert words in found.text(lang)
    assert [row.saving is None for row in found] == [True, False]
    curve = cost_curve(rice_and_tempe(), rule="protein", limits=["20 g", "30 g"], replan=False).text(lang)
    assert {"id": "bukan menu", "en": "no menus"}[lang] in curve
