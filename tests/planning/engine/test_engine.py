"""The engine as a whole: honest endings at any time limit, cancellation, progress, determinism, conflicts."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np

from sehatmenu.planning.conflicts import explain
from sehatmenu.planning.engines import solve
from sehatmenu.planning.models import Model, lawful, violations
from sehatmenu.planning.outcomes import Ending, Outcome
from tests.planning.engine.generated import GENERATOR, generated
from tests.planning.engine.small import small


def _check(model: Model, outcome: Outcome) -> None:
    """A menu comes with every rule kept and a bound not above it; no menu comes with no numbers."""
    if outcome.choice is None:
        assert outcome.portions is None
        assert np.isinf(outcome.objective)
        assert outcome.status not in (Ending.optimal, Ending.within_gap)
        return
    assert outcome.portions is not None
    values = np.concatenate([np.bincount(outcome.choice, minlength=model.n_serve).astype(float), outcome.portions])
    assert lawful(model, values)
    assert violations(model, values).max() <= 1e-6
    assert outcome.bound <= outcome.objective
    stepped = model.step > 0
    steps = outcome.portions[stepped] / model.step[stepped]
    assert np.abs(steps - np.round(steps)).max() < 1e-6


def test_a_fortnight_is_planned_within_a_small_gap() -> None:
    model = generated(10, 60, groups=2, nutrients=6)
    outcome = solve(model, time_limit=12, gap=0.005)
    _check(model, outcome)
    assert outcome.status in (Ending.within_gap, Ending.optimal)
    assert [p.name for p in outcome.phases][:2] == ["bound", "first menu"]


def test_value_shares_that_couple_all_days_are_kept() -> None:
    model = generated(10, 60, groups=2, nutrients=6, suppliers=8)
    outcome = solve(model, time_limit=8, gap=0.02)
    _check(model, outcome)
    assert outcome.choice is not None


def test_cancelling_returns_the_best_so_far() -> None:
    model = generated(20, 100, groups=2, nutrients=6)
    heard: list[tuple[float, float | None, float, str]] = []

    def note(*told: Any) -> None:
        heard.append(told)

    def cancel() -> bool:
        return any(best is not None for _, best, _, _ in heard)

    outcome = solve(model, time_limit=30, gap=0.0, progress=note, cancel=cancel)
    _check(model, outcome)
    assert outcome.status is Ending.cancelled
    assert outcome.seconds < 15
    assert outcome.choice is not None
    assert {phase for *_, phase in heard} >= {"bound"}


def test_control_c_returns_the_best_so_far() -> None:
    model = generated(20, 100, groups=2, nutrients=6)
    pressed: list[bool] = []

    def press(_elapsed: float, best: float | None, _bound: float, _phase: str) -> None:
        if best is not None and not pressed:
            pressed.append(True)
            raise KeyboardInterrupt

    outcome = solve(model, time_limit=30, gap=0.0, progress=press)
    _check(model, outcome)
    assert outcome.status is Ending.cancelled
    assert outcome.seconds < 15


def test_the_same_seed_gives_the_same_menu() -> None:
    model = generated(5, 40, groups=2, nutrients=5)
    one, two = (solve(model, time_limit=60, gap=0.01, seed=3, threads=n) for n in (1, 1))
    assert one.status is two.status is Ending.within_gap
    assert one.objective == two.objective
    assert np.array_equal(np.asarray(one.choice), np.asarray(two.choice))


def test_too_much_asked_is_proven_impossible() -> None:
    outcome = solve(GENERATOR.make(GENERATOR.Size(5, 40, groups=2, nutrients=5), tightness=2.0), time_limit=10)
    assert outcome.status is Ending.infeasible
    assert outcome.choice is None


def _without(model: Model, rule: int, side: int) -> Model:
    """The model without one side of one rule."""
    mine = model.rule == rule
    if side < 0:
        return replace(model, lower=np.where(mine, -np.inf, model.lower))
    return replace(model, upper=np.where(mine, np.inf, model.upper))


def _alone(model: Model, claims: set[tuple[int, int]]) -> Model:
    """The model with no other sides of rules than these."""
    low = np.isin(model.rule, [r for r, side in claims if side < 0])
    high = np.isin(model.rule, [r for r, side in claims if side > 0])
    lower, upper = np.where(low, model.lower, -np.inf), np.where(high, model.upper, np.inf)
    return replace(model, lower=lower, upper=upper, distinct=())


def test_without_any_one_of_the_named_rules_the_rest_can_hold() -> None:
    """Random models that the average day proves impossible: the named rules clash, and each of them is needed for it."""
    explained = 0
    for seed in range(60):
        model = replace(small(seed), distinct=())
        model = replace(model, lower=model.lower * 1.5)
        if solve(model, time_limit=10, gap=0.0, threads=1).status is not Ending.infeasible:
            continue
        found = explain(model, time_limit=10)
        if not found.claims:
            continue
        explained += 1
        claims = {(claim.rule, claim.side) for claim in found.claims}
        assert found.minimal
        assert solve(_alone(model, claims), time_limit=10, threads=1).status is Ending.infeasible, seed
        for claim in claims:
            rest = _alone(model, claims - {claim})
            assert solve(rest, time_limit=10, threads=1).choice is not None, (seed, claim)
    assert explained >= 15


def test_an_impossible_floor_is_named_with_its_side() -> None:
    """Nutrient 0 of a model with room is asked 100 times over: only its floor can be to blame."""
    model = GENERATOR.make(GENERATOR.Size(5, 40, groups=2, nutrients=5))
    floor = np.where(model.rule == 0, model.lower * 100, model.lower)
    hard = replace(model, lower=floor, upper=np.where(model.rule == 0, np.inf, model.upper))
    found = explain(hard, time_limit=20)
    assert found.minimal
    assert [(claim.rule, claim.side) for claim in found.claims] == [(0, -1)]
