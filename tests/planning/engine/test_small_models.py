"""The engine against trying every menu, on many small random models."""

from __future__ import annotations

from functools import cache

import numpy as np
import pytest

from sehatmenu.planning.bounds import fold
from sehatmenu.planning.engines import solve
from sehatmenu.planning.models import Model, full_program, lawful
from sehatmenu.planning.outcomes import Ending, Outcome
from sehatmenu.planning.solvers import Status
from sehatmenu.planning.solvers import solve as solve_program
from tests.planning.engine.small import cheapest_by_trying, small

SEEDS = range(220)
CLOSE = 1e-6


@cache
def _known(seed: int) -> tuple[Model, float]:
    model = small(seed)
    return model, cheapest_by_trying(model)


def _values(model: Model, outcome: Outcome) -> np.ndarray[tuple[int], np.dtype[np.float64]]:
    assert outcome.choice is not None
    assert outcome.portions is not None
    serve = np.bincount(outcome.choice, minlength=model.n_serve).astype(float)
    return np.concatenate([serve, outcome.portions])


@pytest.mark.parametrize("seed", SEEDS)
def test_equal_to_trying_every_menu(seed: int) -> None:
    model, expected = _known(seed)
    outcome = solve(model, time_limit=20, gap=0.0, threads=1)
    if np.isinf(expected):
        assert outcome.status is Ending.infeasible
        assert outcome.choice is None
        return
    assert outcome.status is Ending.optimal
    assert outcome.objective == pytest.approx(expected, rel=CLOSE)
    assert lawful(model, _values(model, outcome))
    assert outcome.objective == pytest.approx(float(model.cost @ _values(model, outcome)), rel=1e-9)


def test_the_random_models_are_of_both_sorts() -> None:
    feasible = sum(np.isfinite(_known(seed)[1]) for seed in SEEDS)
    assert 60 <= feasible <= len(SEEDS) - 20


@pytest.mark.parametrize("whole", [False, True])
def test_the_average_day_never_costs_more_than_the_cheapest_menu(whole: bool) -> None:
    """Also in whole servings; and an average day without a solution proves that there is no menu."""
    for seed in SEEDS:
        model, expected = _known(seed)
        answer = solve_program(fold(model, whole=whole).program)
        if answer.status is Status.infeasible:
            assert np.isinf(expected), seed
        else:
            assert answer.status is Status.optimal, seed
            assert answer.objective <= expected * (1 + CLOSE), seed


@pytest.mark.parametrize("seed", range(24))
def test_three_doors_give_the_same_cost(seed: int) -> None:
    """HiGHS directly, HiGHS through PuLP and CBC through PuLP solve the same arrays."""
    model, expected = _known(seed)
    program = full_program(model, whole_steps=True).program
    for solver in ("highs", "pulp:HiGHS", "pulp:CBC"):
        answer = solve_program(program, solver=solver, time_limit=20)
        if np.isinf(expected):
            assert answer.status is Status.infeasible, solver
        else:
            assert answer.status is Status.optimal, solver
            assert answer.objective == pytest.approx(expected, rel=CLOSE), solver


def test_the_search_alone_finds_lawful_menus_and_valid_bounds(monkeypatch: pytest.MonkeyPatch) -> None:
    """Without the exact program at the end: every menu lawful, none below the optimum, no bound above it, most equal."""
    monkeypatch.setattr("sehatmenu.planning.engines.TINY_CHOICES", 0)
    monkeypatch.setattr("sehatmenu.planning.engines.EXACT_CHOICES", 0)
    found = equal = feasible = 0
    for seed in range(50):
        model, expected = _known(seed)
        outcome = solve(model, time_limit=1, gap=1e-6, threads=1)
        assert outcome.bound <= expected * (1 + CLOSE), seed
        feasible += bool(np.isfinite(expected))
        if outcome.choice is None:
            assert outcome.status in (Ending.infeasible, Ending.time_limit, Ending.exhausted), seed
            continue
        assert lawful(model, _values(model, outcome)), seed
        assert outcome.objective >= expected * (1 - CLOSE), seed
        found += 1
        equal += outcome.objective <= expected * (1 + CLOSE)
    assert found >= 0.9 * feasible
    assert equal >= 0.9 * found
