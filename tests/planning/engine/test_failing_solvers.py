"""A solver that raises or fails is a SolverError, wherever it was called from: never "no menu was found"."""

from __future__ import annotations

from typing import Any

import highspy._core
import pulp
import pytest

from sehatmenu.errors import SolverError
from sehatmenu.planning import engines
from sehatmenu.planning.planners import plan
from sehatmenu.planning.solvers import Status, nothing, solve
from tests.planning.engine.generated import generated
from tests.planning.tiny_problems import rice_and_tempe


def broken(*_: Any, **__: Any) -> Any:
    raise RuntimeError("lost my basis")


def test_an_exception_inside_the_solver_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    """The solver runs in a thread of its own, where an exception would be lost."""
    monkeypatch.setattr(highspy._core._Highs, "run", broken)
    with pytest.raises(SolverError, match="lost my basis"):
        plan(rice_and_tempe(), time_limit=5)


def test_a_prover_that_fails_beside_the_search_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    calls: list[int] = []

    def later(*arguments: Any, **settings: Any) -> Any:
        calls.append(1)
        return solve(*arguments, **settings) if len(calls) < 3 else broken()

    monkeypatch.setattr("sehatmenu.planning.foldings.solve", later)
    with pytest.raises(RuntimeError, match="lost my basis"):
        engines.solve(generated(20, 60, meals=3), time_limit=10, gap=1e-6)


def test_an_average_day_without_an_answer_is_an_error_unless_time_was_short(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(engines, "solve_program", lambda *_, **__: nothing(Status.error, 0.0))
    with pytest.raises(SolverError, match="average day"):
        engines.solve(generated(5, 60), time_limit=5)


def test_another_solver_that_breaks_off_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pulp.LpProblem, "solve", broken)
    with pytest.raises(SolverError, match="lost my basis"):
        plan(rice_and_tempe(), time_limit=5, solver="pulp:HiGHS")
