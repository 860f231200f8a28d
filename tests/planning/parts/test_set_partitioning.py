"""Known meals on seats: what is counted by pieces equals a recount of the whole menu, and what is laid keeps every rule."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest

from sehatmenu.planning.column_generation.generation import Generation
from sehatmenu.planning.meals import Inline
from sehatmenu.planning.models import lawful, violations
from sehatmenu.planning.search.fix_and_optimise import FixAndOptimise, served
from sehatmenu.planning.search.incumbents import Incumbent
from sehatmenu.planning.search.laying import LayingParameters, cheapest_known, lay
from sehatmenu.planning.search.set_partitioning import Candidates, choose
from tests.planning.parts.meal_kinds import example_parts

if TYPE_CHECKING:
    from sehatmenu.planning.models import F8


@pytest.fixture(scope="module")
def generation() -> Generation:
    found = example_parts().generation()
    found.begin(Inline())
    for _ in range(4):
        found.ask(Inline())()
    return found


@pytest.fixture(scope="module")
def menu(generation: Generation) -> F8:
    return lay(example_parts().seating, generation, lambda: 1e3, LayingParameters())


def test_the_first_menu_keeps_every_row(menu: F8) -> None:
    assert lawful(example_parts().model, menu)


@pytest.mark.parametrize("seed", range(5))
def test_what_seats_count_as_missed_is_what_the_model_counts(seed: int, generation: Generation) -> None:
    """Meals put on seats at random break rules over several meals; the model's own count of all rows sees the same ones."""
    parts, rng = example_parts(), np.random.default_rng(seed)
    values = np.zeros(parts.model.n)
    for seat in parts.seating.seats:
        meals = generation.pool.meals[seat.kind]
        allowed = Candidates(seat, meals, np.zeros(len(meals))).available().meals
        parts.seating.serve(values, seat, allowed[rng.integers(len(allowed))])
    counted = violations(parts.model, values) > 1e-6
    joint = np.concatenate([counted[parts.seating.rows], counted[parts.model.lower.size :]])
    assert joint.any()
    assert np.array_equal(joint, parts.seating.missed(values) > 1e-6)


def test_a_piece_anew_costs_what_the_whole_menu_says_and_never_more(generation: Generation, menu: F8) -> None:
    parts = example_parts()
    seats = [seat for seat in parts.seating.seats if seat.kind == 0]
    entries = []
    for seat in seats:
        meals = [served(parts.seating, seat, menu), *cheapest_known(generation, 0, 40)]
        entries.append(Candidates(seat, meals, np.array([meal.cost for meal in meals])).available())
    chosen = choose(parts.seating, entries, menu, seconds=60, nodes=10_000)
    assert chosen.values is not None
    assert lawful(parts.model, chosen.values)
    assert parts.model.cost @ chosen.values <= parts.model.cost @ menu * (1 + 1e-9)
    others = np.ones(parts.model.n, dtype=bool)
    for seat in seats:
        others[seat.places[seat.places >= 0]] = False
    assert np.array_equal(menu[others], chosen.values[others])


def test_a_cost_that_nothing_undercuts_leaves_nothing(generation: Generation, menu: F8) -> None:
    parts = example_parts()
    seat = parts.seating.seats[0]
    meals = [served(parts.seating, seat, menu)]
    entry = Candidates(seat, meals, np.array([meals[0].cost]))
    chosen = choose(parts.seating, [entry], menu, cutoff=meals[0].cost * (1 - 1e-6), seconds=60, nodes=100)
    assert chosen.values is None
    assert chosen.closed


def test_the_search_only_ever_betters_the_menu(generation: Generation, menu: F8) -> None:
    parts = example_parts()
    incumbent = Incumbent(parts.model)
    assert incumbent.offer(menu)
    search = FixAndOptimise(parts.seating, generation, incumbent, np.random.default_rng(0), lambda: 1e3)
    costs = [incumbent.cost]
    for _ in range(8):
        better = search.step()
        assert better == (incumbent.cost < costs[-1])
        costs.append(incumbent.cost)
    assert incumbent.values is not None
    assert lawful(parts.model, incumbent.values)
