"""Rows: one reading of a rule for checks and planners; what is told of a menu is what the rows say of it."""

from __future__ import annotations

import math

import numpy as np
import pytest

from sehatmenu.findings import Verdict
from sehatmenu.standards.checks import context
from sehatmenu.standards.menus import Menu
from sehatmenu.standards.rows import Judgement, Rows, judge, verdict_of

from .law_texts import MONDAY, days, dish, law


def rows_of(rule: str, menu: Menu) -> Rows:
    standard = law(rule)
    (applied,) = standard.applied("anak", MONDAY)
    return applied.rule.rows(context(menu, standard, "anak"), applied.limit)


def judged(rule: str, menu: Menu) -> Judgement:
    return judge(rows_of(rule, menu), menu)


PROTEIN = "id: p, kind: nutrient, nutrient: protein, per: meal, limits: [{min: 10 g, max: 20 g, source: s}]"
RATIO = (
    "id: f, kind: ratio, numerator: {nutrient: fibre}, denominator: {nutrient: protein}, "
    "limits: [{min: 20 %, max: 50 %, source: s}]"
)


def test_a_row_is_told_in_canonical_units() -> None:
    rows = rows_of(PROTEIN.replace("10 g", "10000 mg"), days([dish(protein="15 g")]))
    assert (10.0, 20.0, "g", [15.0]) == (rows.low, rows.high, rows.unit, list(rows.numerator.low))


def test_half_a_portion_contributes_half() -> None:
    menu = days([dish(protein="30 g")])
    half = Menu(menu.catalogue, menu.horizon, menu.portions * 0.5)
    found = judged(PROTEIN, half)
    assert ((Verdict.pass_,), 15.0) == (found.verdicts, found.amounts.low[0])


def test_a_serving_is_counted_however_small_it_is() -> None:
    rule = "id: f, kind: frequency, of: {course: paket}, per: meal, limits: [{max: 0 times, source: s}]"
    menu = days([dish()])
    found = judged(rule, Menu(menu.catalogue, menu.horizon, menu.portions * 0.1))
    assert ((Verdict.fail,), 1.0) == (found.verdicts, found.amounts.low[0])


def test_unknown_is_without_bound_and_not_zero() -> None:
    rows = rows_of(PROTEIN, days([dish()]))
    assert (0.0, math.inf) == (rows.numerator.low[0], rows.numerator.high[0])


# What one unit adds to numerator - bound x denominator, at its worst for that side: fibre 1 g, protein 10 g


@pytest.mark.parametrize(
    ("figures", "bound", "side", "expected"),
    [
        ({"fibre": "1 g", "protein": "10 g"}, 0.5, 1, -4.0),  # 1 - 0.5 x 10
        ({"fibre": "1 g", "protein": "10 g"}, 0.2, -1, -1.0),  # 1 - 0.2 x 10
        ({"protein": "10 g"}, 0.5, 1, math.inf),  # fibre may be any amount
        ({"protein": "10 g"}, 0.2, -1, -2.0),  # fibre may be nothing
        ({"fibre": "1 g"}, 0.5, 1, 1.0),  # protein may be nothing
        ({"fibre": "1 g"}, 0.2, -1, -math.inf),  # protein may be any amount
    ],
)
def test_a_ratio_is_linear_at_its_worst(figures: dict[str, str], bound: float, side: int, expected: float) -> None:
    rows = rows_of(RATIO, days([dish(**figures)]))
    assert [expected] == list(rows.linear(bound, side))


def test_the_linear_rows_of_a_known_ratio_say_what_the_check_says() -> None:
    menu = days([dish("A", fibre="1 g", protein="10 g"), dish("B", fibre="9 g", protein="10 g")])
    rows = rows_of(RATIO, menu)
    for a, b in ((1.0, 1.0), (4.0, 1.0), (9.0, 1.0), (0.0, 1.0), (1.0, 0.0)):
        served = Menu(menu.catalogue, menu.horizon, np.array([[a, b]]))
        above, below = (float(rows.linear(bound, side) @ [a, b]) for bound, side in ((0.5, 1), (0.2, -1)))
        holds = above <= 1e-9 and below >= -1e-9
        assert holds == (judge(rows, served).verdicts == (Verdict.pass_,))


# The verdict on an amount between bounds, 10 to 20


@pytest.mark.parametrize(
    ("low", "high", "expected"),
    [
        (10, 20, "pass"),
        (9, 20, "unknown"),
        (10, 21, "unknown"),
        (0, math.inf, "unknown"),
        (0, 9, "fail"),
        (21, 30, "fail"),
        (10 - 1e-6, 20 + 1e-6, "pass"),  # rounding of sums: a millionth part
        (10 - 1e-4, 20, "unknown"),
    ],
)
def test_a_verdict_holds_for_every_amount_that_may_be(low: float, high: float, expected: str) -> None:
    assert expected == verdict_of(low, high, 10, 20)


def test_an_empty_menu_has_nothing_to_judge() -> None:
    rule = "id: p, kind: nutrient, nutrient: protein, per: week, limits: [{max: 1 g, source: s}]"
    assert () == judged(rule, Menu.of_days({})).verdicts
