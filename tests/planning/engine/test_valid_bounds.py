"""Bounds and menus of both engines against every menu written out; ENUMERATED=1000 in the environment tries as many models."""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Callable
from functools import cache

import numpy as np
import pytest

from sehatmenu.planning.engines import solve
from sehatmenu.planning.meals import solve_by_meals
from sehatmenu.planning.models import Model, lawful
from sehatmenu.planning.outcomes import Ending, Outcome
from tests.planning.engine.enumerated import cheapest_of_all, stepped
from tests.planning.engine.small import COURSES

SEEDS = range(int(os.environ.get("ENUMERATED", "250")))
SLOWER = SEEDS if "ENUMERATED" in os.environ else SEEDS[::4]
CLOSE = 1e-6


@cache
def _known(seed: int) -> tuple[Model, float]:
    model = stepped(seed)
    return model, cheapest_of_all(model)


def _seen(seed: int, engine: Callable[[Model], Outcome | None]) -> str:
    """How an engine ends on a model, after holding its menu and its bound against the cheapest of all menus."""
    model, cheapest = _known(seed)
    outcome = engine(model)
    if outcome is None:
        return "not for this engine"
    assert outcome.bound <= cheapest * (1 + CLOSE), seed
    assert outcome.objective >= cheapest * (1 - CLOSE), seed
    if outcome.status is Ending.infeasible:
        assert np.isinf(cheapest), seed
    if outcome.choice is not None and outcome.portions is not None:
        serve = np.bincount(outcome.choice, minlength=model.n_serve).astype(float)
        assert lawful(model, np.concatenate([serve, outcome.portions])), seed
        assert (serve > 0.5)[model.cell][outcome.portions > 0].all(), seed
    if outcome.status is Ending.optimal:
        assert outcome.objective == pytest.approx(cheapest, rel=CLOSE), seed
    return str(outcome.status)


def _all(engine: Callable[[Model], Outcome | None], seeds: range) -> Counter[str]:
    found = Counter(_seen(seed, engine) for seed in seeds)
    print(dict(found))
    return found


def test_the_models_are_of_both_sorts() -> None:
    feasible = sum(np.isfinite(_known(seed)[1]) for seed in SEEDS)
    assert 0.4 * len(SEEDS) <= feasible <= 0.75 * len(SEEDS)


def test_the_exact_program_finds_the_cheapest_menu_of_all() -> None:
    found = _all(lambda model: solve(model, time_limit=20, gap=0.0, threads=1), SEEDS)
    assert set(found) == {Ending.optimal, Ending.infeasible}


def test_no_bound_of_the_search_alone_is_above_the_cheapest_menu(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sehatmenu.planning.engines.TINY_CHOICES", 0)
    monkeypatch.setattr("sehatmenu.planning.engines.EXACT_CHOICES", 0)
    found = _all(lambda model: solve(model, time_limit=0.2, gap=1e-6, threads=1), SLOWER)
    assert found[Ending.optimal] + found[Ending.exhausted] + found[Ending.time_limit] >= 0.35 * len(SLOWER)


def test_no_bound_of_whole_meals_is_above_the_cheapest_menu(monkeypatch: pytest.MonkeyPatch) -> None:
    """Each day is a meal; the rule over the portions of both days, the counts and the variety reach the bound as prices."""
    monkeypatch.setattr("sehatmenu.planning.layouts.LARGEST_BLOCK", COURSES)
    found = _all(lambda model: solve_by_meals(model, time_limit=2, gap=1e-6), SLOWER)
    assert found[Ending.optimal] >= 0.25 * len(SLOWER)
    assert not found["not for this engine"]
