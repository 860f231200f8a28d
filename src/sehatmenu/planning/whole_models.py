"""The whole model handed to one solver: any that PuLP knows, in the same arrays; its answer is judged like any other."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from sehatmenu.errors import SolverError
from sehatmenu.planning.models import Model, full_program, lawful
from sehatmenu.planning.outcomes import Outcome, Phase, Progress, outcome_of
from sehatmenu.planning.refits import cleaned
from sehatmenu.planning.robustness import lower_bound
from sehatmenu.planning.solvers import Solution, Status, solve, version

if TYPE_CHECKING:
    from sehatmenu.planning.models import F8


def solve_whole(
    model: Model, solver: str, *, time_limit: float = 60.0, gap: float = 1e-3, threads: int = 1,
    progress: Progress | None = None, cancel: Callable[[], bool] | None = None,
) -> Outcome:  # fmt: skip
    """Find the cheapest lawful menu with one solver ("pulp:CBC", say), portions in whole serving steps.

    Arguments and answer are those of `engines.solve`, but such a solver takes no seed, and tells nothing until it ends;
    it cannot be asked to stop, only by Ctrl-C. The bound is the average day's where the solver proves none.

    Raises SolverError when the solver is not known, not installed, or ends with neither an answer nor lack of time.
    """
    began = time.perf_counter()
    bound = lower_bound(model)
    if progress is not None:
        progress(time.perf_counter() - began, None, bound, solver)
    left = time_limit - (time.perf_counter() - began)
    cancelled, answer = cancel is not None and cancel(), None
    full = full_program(model, whole_steps=True)
    if not cancelled and np.isfinite(bound) and left > 0:
        try:
            answer = solve(full.program, solver=solver, time_limit=left, gap=gap, threads=threads)
        except KeyboardInterrupt:
            cancelled = True
    if answer is not None and answer.status in (Status.error, Status.unbounded):
        raise SolverError(f"solver {solver!r} gave up: {answer.status}")
    values = _menu(model, full.values(answer.values), full.scale) if answer and answer.values is not None else None
    seconds, objective = time.perf_counter() - began, None if values is None else float(model.cost @ values)
    bound = max(bound, answer.bound) if answer else bound
    outcome = outcome_of(
        model, values, bound=bound, wanted=gap, infeasible=_infeasible(bound, answer), cancelled=cancelled,
        seconds=seconds, phases=(Phase("whole model", seconds, objective, bound),),
    )  # fmt: skip
    return replace(outcome, solver=version(solver))


def _infeasible(bound: float, answer: Solution | None) -> bool:
    return bound == np.inf or (answer is not None and answer.status is Status.infeasible)


def _menu(model: Model, solution: F8, scale: F8) -> F8 | None:
    """The solver's values with whole choices and whole steps; None where they then miss a rule."""
    values = cleaned(model, solution, scale)
    return values if lawful(model, values) else None
