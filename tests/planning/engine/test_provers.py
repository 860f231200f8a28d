"""What each prover proves by itself, before anything is combined with a menu, against every menu written out; and mutants.

Every prover is also run with its bound 0.2 % too high (`_raised` and the like below), and must then be caught by the same
test that it passes as it is.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from itertools import product
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

from sehatmenu.errors import SolverError
from sehatmenu.planning import blends, bounds, cycles, engines, foldings, kinds, patterns, whole_models
from sehatmenu.planning.blends import Blend
from sehatmenu.planning.certificates import certified_bound
from sehatmenu.planning.column_generation import restricted_master
from sehatmenu.planning.column_generation.generation import Generation
from sehatmenu.planning.column_generation.meal_oracle import MealOracle, Priced
from sehatmenu.planning.cycles import sound
from sehatmenu.planning.foldings import Folding
from sehatmenu.planning.kinds import Kinds
from sehatmenu.planning.layouts import layout
from sehatmenu.planning.meals import Inline, solve_by_meals
from sehatmenu.planning.models import Model
from sehatmenu.planning.outcomes import Ending, Outcome, believed, outcome_of
from sehatmenu.planning.robustness import lower_bound
from sehatmenu.planning.search import exact_programs
from sehatmenu.planning.search.incumbents import Incumbent
from sehatmenu.planning.search.seats import Seating
from sehatmenu.planning.solvers import solve
from tests.planning.engine.enumerated import ways_to_fill
from tests.planning.engine.known import known
from tests.planning.engine.small import COURSES

if TYPE_CHECKING:
    from sehatmenu.planning.models import F8

SEEDS = range(48)
CLOSE = 1e-6
TOO_HIGH = 1.002

Prover = Callable[[Model], float]
Wrong = Callable[[pytest.MonkeyPatch], None]


@contextmanager
def _single_days() -> Iterator[None]:
    """Every day is a block of its own, so that rules over both days are priced."""
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr("sehatmenu.planning.layouts.LARGEST_BLOCK", COURSES)
        yield


# Provers: what each says alone


def _average_day(model: Model) -> float:
    return lower_bound(model)


def _cycle(model: Model) -> float:
    folding = Folding(model, 0, lambda: False)
    folding.prove(10.0, 1e-6)
    return folding.bound


def _cycle_in_steps(model: Model) -> float:
    """From the dearest menu there is, so that nothing is cut off."""
    folding = Folding(model, 0, lambda: False)
    dearest = np.zeros(model.n)
    for slot in range(model.n_slots):
        ways = ways_to_fill(model, slot)
        if not len(ways):
            return -np.inf
        dearest += ways[int(np.argmax(ways @ model.cost))]
    folding.prove_in_steps(dearest, 10.0, 1e-6, lambda: None)
    return folding.bound


def _kinds(model: Model) -> Kinds | None:
    folded = bounds.fold(model)
    answer = solve(folded.program)
    if answer.duals is None:
        return None
    whole = layout(model)
    return Kinds(whole, sound(whole, folded.prices(answer.duals)), 0, lambda: False)


def _equal_parts(model: Model) -> float:
    with _single_days():
        found = _kinds(model)
        if found is None:
            return -np.inf
        for kind in found:
            found.at(kind).prove(10.0, 1e-6)
        return found.bound()


def _blend(model: Model) -> float:
    with _single_days():
        found = _kinds(model)
        if found is None:
            return -np.inf
        blend = Blend(found, lambda: False)
        for _ in range(4):
            if not blend.turn(10.0, 1e-6):
                break
        return blend.bound


def _whole_meals(model: Model) -> float:
    with _single_days():
        outcome = solve_by_meals(model, time_limit=10.0, gap=1e-6)
    assert outcome is not None
    return outcome.bound


def _exact_after_pricing(model: Model) -> float:
    """What the exact program proves over the options that pricing leaves, with no menu known."""
    with _single_days():
        folded, whole = bounds.fold(model), layout(model)
        found, average = patterns.kinds(whole, folded), solve(folded.program)
    if found is None or average.duals is None:
        return -np.inf
    master = restricted_master.RestrictedMaster(whole, folded, found)
    generation = Generation(master, master.start(average.duals), lambda: 10.0)
    generation.begin(Inline())
    generation.ask(Inline())()
    proven = exact_programs.close(
        generation, Seating(whole, found), Incumbent(model), parameters=exact_programs.ExactParameters(), seconds=10.0,
        gap=0.0, seed=0, threads=1, watch=lambda _: None, cancel=lambda: False,
    )  # fmt: skip
    assert proven is not None
    return proven.bound


def _exact(model: Model) -> float:
    return engines.solve(model, time_limit=20.0, gap=0.0, threads=1).bound


def _one_solver(model: Model) -> float:
    return whole_models.solve_whole(model, "pulp:HiGHS", gap=0.0).bound


PROVERS: dict[str, Prover] = {
    "average day": _average_day, "cycle": _cycle, "cycle in steps": _cycle_in_steps, "equal parts": _equal_parts,
    "blend": _blend, "whole meals": _whole_meals, "exact after pricing": _exact_after_pricing,
    "exact": _exact, "one solver": _one_solver,
}  # fmt: skip

COMPLETE = {"exact", "one solver", "whole meals"}
"""Provers that go on until the proof meets the cheapest menu."""


def _hold(prover: str, seeds: range = SEEDS) -> None:
    """No bound above the cheapest menu; and where the prover is complete, none more than 1 % below it."""
    for seed in seeds:
        model, cheapest = known(seed)
        bound = PROVERS[prover](model)
        assert bound <= cheapest * (1 + CLOSE), (prover, seed, bound / cheapest)
        if prover in COMPLETE and np.isfinite(cheapest):
            assert bound >= cheapest * 0.99, (prover, seed, bound / cheapest)


@pytest.mark.parametrize("prover", PROVERS)
def test_no_prover_alone_is_above_the_cheapest_menu(prover: str) -> None:
    _hold(prover)


def test_provers_are_near_the_cheapest_menu() -> None:
    """By each, a quarter of the models is proven to within 1 %: no bound holds only for being next to nothing."""
    for name, prover in PROVERS.items():
        pairs = [(prover(model), cheapest) for model, cheapest in map(known, range(24)) if np.isfinite(cheapest)]
        near = sum(bound >= 0.99 * cheapest for bound, cheapest in pairs)
        assert near >= len(pairs) / 4, (name, near, len(pairs))


# Mutants


def _raised(module: Any, name: str) -> Wrong:
    """The bound that a solver told a module, 0.2 % too high."""

    def wrong(patched: pytest.MonkeyPatch) -> None:
        solve = getattr(module, name)

        def too_high(*arguments: Any, **settings: Any) -> Any:
            watch = settings.get("watch")
            if watch is not None:
                settings["watch"] = lambda objective, bound: watch(objective, TOO_HIGH * bound)
            answer = solve(*arguments, **settings)
            return replace(answer, bound=TOO_HIGH * answer.bound)

        patched.setattr(module, name, too_high)

    return wrong


def _certified_too_high(module: Any) -> Wrong:
    def wrong(patched: pytest.MonkeyPatch) -> None:
        patched.setattr(module, "certified_bound", lambda *given: TOO_HIGH * certified_bound(*given))

    return wrong


def _oracle_too_high(patched: pytest.MonkeyPatch) -> None:
    price = MealOracle.price

    def too_high(*arguments: Any, **settings: Any) -> Priced:
        found = price(*arguments, **settings)
        return replace(found, bound=TOO_HIGH * found.bound)

    patched.setattr(MealOracle, "price", too_high)


MUTANTS: dict[str, tuple[str, Wrong]] = {
    "the average day's bound": ("average day", _certified_too_high(bounds)),
    "a cycle's bound": ("cycle", _raised(foldings, "solve")),
    "a cycle's bound in serving steps": ("cycle in steps", _raised(foldings, "solve")),
    "a part's bound under prices": ("equal parts", _raised(foldings, "solve")),
    "what the parts prove together": ("equal parts", _certified_too_high(kinds)),
    "a part's bound while blending": ("blend", _raised(foldings, "solve")),
    "what a blend proves": ("blend", _certified_too_high(kinds)),
    "a meal's bound under prices": ("whole meals", _oracle_too_high),
    "what all meals prove": ("whole meals", _certified_too_high(restricted_master)),
    "the exact program over what pricing leaves": ("exact after pricing", _raised(exact_programs, "solve")),
    "the exact program's bound": ("exact", _raised(engines, "solve_program")),
    "another solver's bound": ("one solver", _raised(whole_models, "solve")),
}


@pytest.mark.parametrize("mutant", MUTANTS)
def test_a_bound_a_fifth_of_a_per_cent_too_high_is_caught(mutant: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """The test above fails for it, or the engine itself finds a menu that belies it."""
    prover, wrong = MUTANTS[mutant]
    wrong(monkeypatch)
    with pytest.raises((AssertionError, SolverError)):
        _hold(prover)


def test_a_proof_of_something_stricter_than_the_model_is_caught(monkeypatch: pytest.MonkeyPatch) -> None:
    """Parts solved without their cheapest option, as if a rule had struck it out, prove too much."""
    given = cycles.priced

    def stricter(*arguments: Any) -> Model:
        model = given(*arguments)
        cheapest = int(np.argmin(np.bincount(model.cell, model.cost[model.n_serve :], model.n_serve)))
        banned = model.cell == cheapest
        return replace(model, minimum=np.where(banned, 1.05, model.minimum), maximum=np.where(banned, 1.06, model.maximum),
                       step=np.where(banned, 0.5, model.step))  # fmt: skip

    monkeypatch.setattr(blends, "priced", stricter)
    monkeypatch.setattr(kinds, "priced", stricter)
    with pytest.raises((AssertionError, SolverError)):
        _hold("equal parts")


# False proofs


def _ended(model: Model, values: F8, bound: float) -> Outcome:
    return outcome_of(
        model, values, bound=bound, wanted=0.0, infeasible=False, cancelled=False, seconds=1.0, phases=()
    )  # fmt: skip


@pytest.mark.parametrize("above", [2e-6, 1e-3, 0.5])
def test_a_bound_above_a_lawful_menu_is_an_error_and_no_proof(above: float) -> None:
    model, _ = known(0)
    values: F8 = np.sum([ways_to_fill(model, slot)[0] for slot in range(model.n_slots)], axis=0)
    cost = float(model.cost @ values)
    with pytest.raises(SolverError, match="false proof"):
        _ended(model, values, cost * (1 + above))
    assert believed(cost * (1 + 5e-7), cost) == cost * (1 + 5e-7)


def test_a_later_menu_is_held_against_the_bound_too() -> None:
    """After objectives beyond rupiah the menu is another one; the bound must hold for it as well."""
    model, _ = known(0)
    ways = product(*(ways_to_fill(model, slot) for slot in range(model.n_slots)))
    menus = sorted((np.sum(way, axis=0) for way in ways), key=lambda menu: float(model.cost @ menu))
    cheap, dear = menus[0], menus[-1]
    found = _ended(model, dear, float(model.cost @ dear) * 0.999)
    with pytest.raises(SolverError, match="false proof"):
        found.with_menu(model, cheap, 2.0)


@pytest.mark.parametrize("by_meals", [True, False], ids=["meals", "exchanges"])
def test_a_gap_of_nothing_ends_where_the_proof_is_complete(by_meals: bool) -> None:
    """No search goes on for its whole time after the menu is proven: it ends as optimal, not by time."""
    for seed in range(8):
        model, cheapest = known(seed)
        if not np.isfinite(cheapest):
            continue
        with _single_days():
            found = solve_by_meals(model, time_limit=60.0, gap=0.0) if by_meals else engines.solve(model, gap=0.0)
        assert found is not None
        assert found.status in (Ending.optimal, Ending.exhausted)
        assert found.objective >= cheapest * (1 - CLOSE)
