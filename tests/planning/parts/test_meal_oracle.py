"""The oracle of a meal against the same meal as one integer program, at prices drawn at random."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
import pytest

from sehatmenu.planning.column_generation.meal_oracle import MealOracle, OracleParameters
from sehatmenu.planning.models import FullProgram, lawful
from sehatmenu.planning.patterns import Kind
from sehatmenu.planning.solvers import solve
from tests.planning.parts.meal_kinds import example_parts

if TYPE_CHECKING:
    from sehatmenu.planning.models import F8

CLOSE = 1e-6


def _by_integer_program(kind: Kind, full: FullProgram, prices: F8) -> float:
    """The cheapest meal at these prices: every option and portion in one program, solved to the end."""
    net = (kind.model.cost - prices[kind.folded]) * full.scale
    cost = np.concatenate([net, np.zeros(full.program.cost.size - net.size)])
    return solve(replace(full.program, cost=cost), gap=0.0).objective


@pytest.mark.parametrize("seed", range(4))
@pytest.mark.parametrize("number", [0, 4], ids=["one group", "two groups"])
def test_the_cheapest_meal_in_steps_is_that_of_the_integer_program(number: int, seed: int) -> None:
    parts = example_parts()
    kind, prices = parts.kinds[number], parts.prices(seed)
    expected = _by_integer_program(kind, kind.stepped, prices)
    priced = MealOracle(kind).price(prices, exact=True, left=lambda: 1e3)
    assert expected == pytest.approx(priced.bound, rel=CLOSE)
    assert expected == pytest.approx(priced.values[0], rel=CLOSE)


@pytest.mark.parametrize("seed", range(4))
def test_the_bound_for_portions_of_any_size_is_that_of_the_program_without_steps(seed: int) -> None:
    """One group: no row of the example is missed by an elastic program there, so the bound is sharp."""
    parts = example_parts()
    kind, prices = parts.kinds[0], parts.prices(seed)
    expected = _by_integer_program(kind, kind.loose, prices)
    priced = MealOracle(kind).price(prices, exact=False, left=lambda: 1e3)
    assert priced.bound <= expected * (1 + CLOSE)
    assert priced.bound >= expected * (1 - 1e-3)


def test_asked_again_with_a_narrower_reach_it_finds_the_same() -> None:
    """The first edge is remembered from the call before; what lies above it must come back when the edge is moved out."""
    parts = example_parts()
    kind, prices = parts.kinds[0], parts.prices(1)
    oracle = MealOracle(kind)
    first = oracle.price(prices, exact=True, left=lambda: 1e3)
    oracle.reach = 1e-5
    assert first.bound == pytest.approx(oracle.price(prices, exact=True, left=lambda: 1e3).bound, rel=CLOSE)


def test_too_many_combinations_are_left_to_the_integer_program() -> None:
    parts = example_parts()
    kind, prices = parts.kinds[0], parts.prices(2)
    few = MealOracle(kind, OracleParameters(most=10)).price(prices, exact=True, left=lambda: 1e3)
    expected = _by_integer_program(kind, kind.stepped, prices)
    assert few.bound <= expected * (1 + CLOSE)
    assert few.bound >= expected * (1 - 2e-3)


@pytest.mark.parametrize("number", [0, 4], ids=["one group", "two groups"])
def test_first_meals_are_lawful_and_differ_in_their_dishes(number: int) -> None:
    parts = example_parts()
    kind = parts.kinds[number]
    meals = MealOracle(kind).diverse(parts.prices(0), 20, left=lambda: 1e3)
    assert len(meals) >= 15
    assert all(lawful(kind.model, meal.values) for meal in meals)
    dishes = {tuple(np.flatnonzero(meal.values[: kind.model.n_serve])) for meal in meals}
    assert len(meals) == len(dishes)


def test_first_meals_are_found_and_differ_where_nothing_costs_anything() -> None:
    """All combinations are equally cheap: none may be looked for without end."""
    kind = example_parts().kinds[0]
    free = replace(kind, model=replace(kind.model, cost=np.zeros(kind.model.n)))
    meals = MealOracle(free).diverse(np.zeros(example_parts().folded.copies.size), 10, left=lambda: 1e3)
    assert len({tuple(np.flatnonzero(meal.values[: kind.model.n_serve])) for meal in meals}) >= 8
