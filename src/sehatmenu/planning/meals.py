"""Planning by whole meals: exact prices prove the bound, known meals are laid over the days, and every meal is revised."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import TYPE_CHECKING

import numpy as np

from sehatmenu.planning.assignments import assign
from sehatmenu.planning.bounds import fold
from sehatmenu.planning.engines import Ending, Outcome, Phase, Progress, relative_gap
from sehatmenu.planning.layouts import Layout, layout
from sehatmenu.planning.models import Model, lawful
from sehatmenu.planning.patterns import Kind, kinds
from sehatmenu.planning.pricings import Master, Pricing
from sehatmenu.planning.solvers import Status, solve, version
from sehatmenu.planning.sweeps import Sweep

if TYPE_CHECKING:
    from sehatmenu.planning.models import F8

LARGEST_MEAL = 400
"""Meals with more options than this are left to the exchanges of the general engine: exact pricing would be too slow."""

_PROVEN = 1e-6


def solve_by_meals(
    model: Model,
    *,
    time_limit: float,
    gap: float,
    seed: int = 0,
    threads: int = 1,
    progress: Progress | None = None,
    cancel: Callable[[], bool] | None = None,
) -> Outcome | None:
    """Find the cheapest lawful menu where rules on portions stay within single meals; None where they do not.

    Arguments and answer are those of `engines.solve`; the bound is proven for portions in whole serving steps.
    """
    run = _Run(model, time_limit, gap, seed, threads, progress, cancel)
    try:
        if not run.prepare():
            return None
        run.go()
    except KeyboardInterrupt:
        run.cancelled = True
    return run.outcome()


class _Run:
    """One solve in progress: the clock, the best menu and the bound."""

    def __init__(
        self,
        model: Model,
        time_limit: float,
        gap: float,
        seed: int,
        threads: int,
        progress: Progress | None,
        cancel: Callable[[], bool] | None,
    ) -> None:
        self.model, self.time_limit, self.gap, self.seed, self.threads = model, time_limit, gap, seed, threads
        self._progress, self._cancel = progress, cancel
        self.began = time.perf_counter()
        self.bound, self.best = -np.inf, np.inf
        self.values: F8 | None = None
        self.infeasible = self.cancelled = False
        self.phase = "bound"
        self.phases: list[Phase] = []
        self.layout: Layout | None = None
        self.kinds: list[Kind] = []
        self.until = time_limit

    def prepare(self) -> bool:
        """Find the kinds of meals; False when this way of planning does not fit the model."""
        folded = fold(self.model)
        average = solve(folded.program, time_limit=self.left())
        if average.status is Status.infeasible:
            self.infeasible = True
            return True
        if average.duals is None:
            return False
        self.layout = layout(self.model)
        found = kinds(self.layout, folded)
        if found is None or max(kind.model.n_serve for kind in found) > LARGEST_MEAL:
            return False
        self.kinds = found
        self._prove(average.objective - 1e-9 * abs(average.objective))
        master = Master(self.layout, folded, found)
        self.pricing = Pricing(
            master, master.start(average.duals), threads=self.threads, gap=self.gap, left=self.left, tell=self._prove
        )
        return True

    def left(self) -> float:
        """Seconds until the present phase must end; none once the menu is good enough or someone asked to stop."""
        if not self.cancelled and self._cancel is not None and self._cancel():
            self.cancelled = True
        self._tell()
        if self.cancelled or relative_gap(self.best, self.bound) <= self.gap:
            return 0.0
        return self.until - (time.perf_counter() - self.began)

    def go(self) -> None:
        """Price, lay, and revise until the menu is near enough or time is up."""
        if self.infeasible or self.layout is None:
            return
        self.until, self.phase = 0.6 * self.time_limit, "pricing"
        self.pricing.run(self._lay_known)
        self.infeasible = self.pricing.infeasible
        self._close()
        self.until = self.time_limit
        if self.infeasible:
            return
        self.phase = "meals"
        self._lay_known()
        pricing = self.pricing
        sweep = Sweep(self.layout, self.kinds, pricing.pool, self.left, self.gap)
        sweep.lay(lambda values, left: pricing.master.rest(pricing.pool, values, left))
        self._take(sweep.values)
        self._lay_known()
        while self.left() > 0:
            better = sweep.improve()
            self._take(sweep.values)
            self._lay_known()
            if self.values is not None and self.best < float(self.model.cost @ sweep.values) - 1e-6:
                sweep.start(self.values)
            elif not better:
                break
        self._close()

    def _lay_known(self) -> None:
        """Lay the meals known so far over the days."""
        seconds = min(self.left(), 0.15 * self.time_limit)
        if seconds <= 0 or self.layout is None or not all(self.pricing.pool.meals):
            return
        answer = assign(
            self.layout, self.kinds, self.pricing.pool,
            seconds=seconds, gap=0.1 * self.gap, seed=self.seed, threads=self.threads,
        )  # fmt: skip
        if answer is not None:
            self._take(answer)

    def _take(self, values: F8) -> None:
        cost = float(self.model.cost @ values)
        if cost < self.best and lawful(self.model, values):
            self.best, self.values = cost, values.copy()

    def _prove(self, bound: float) -> None:
        self.bound = max(self.bound, bound)
        self._tell()

    def _tell(self) -> None:
        if self._progress is not None:
            best = self.best if np.isfinite(self.best) else None
            self._progress(time.perf_counter() - self.began, best, self.bound, self.phase)

    def _close(self) -> None:
        best = self.best if np.isfinite(self.best) else None
        self.phases.append(Phase(self.phase, time.perf_counter() - self.began, best, self.bound))

    def outcome(self) -> Outcome:
        """What was found, and why the search ended."""
        choice = portions = None
        if self.values is not None:
            serve = np.flatnonzero(self.values[: self.model.n_serve] > 0.5)
            choice = np.zeros(self.model.n_slots, np.int64)
            choice[self.model.slot[serve]] = serve
            portions = self.values[self.model.n_serve :]
        bound = min(self.bound, self.best)
        seconds = time.perf_counter() - self.began
        ending = self._ending(relative_gap(self.best, bound))
        return Outcome(ending, choice, portions, self.best, bound, seconds, tuple(self.phases), version())

    def _ending(self, gap: float) -> Ending:
        if self.infeasible:
            return Ending.infeasible
        if self.values is not None and gap <= max(_PROVEN, self.gap):
            return Ending.optimal if gap <= _PROVEN else Ending.within_gap
        if self.cancelled:
            return Ending.cancelled
        return Ending.time_limit if self.values is not None else Ending.none_found
