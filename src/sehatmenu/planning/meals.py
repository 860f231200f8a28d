"""Planning by whole meals: exact prices prove the bound, known meals are laid over the days, and every meal is revised."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import TYPE_CHECKING

import numpy as np

from sehatmenu.planning.assignments import assign
from sehatmenu.planning.bounds import average_bound, fold
from sehatmenu.planning.layouts import Layout, layout
from sehatmenu.planning.models import Model, lawful
from sehatmenu.planning.outcomes import PROVEN, Outcome, Phase, Progress, outcome_of, relative_gap
from sehatmenu.planning.patterns import Kind, Pool, kinds
from sehatmenu.planning.pricings import Master, Pricing
from sehatmenu.planning.solvers import Status, solve
from sehatmenu.planning.sweeps import Sweep

if TYPE_CHECKING:
    from sehatmenu.planning.models import F8

_FIRST = 0.6
"""Part of the time that the first menu may take."""

_ROUGH = 0.02
"""Relative gap of the meals of the first menu."""

LARGEST_MEAL = 400
"""Meals with more options than this are left to the exchanges of the general engine: exact pricing would be too slow."""


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
        self.model, self.time_limit, self.seed, self.threads = model, time_limit, seed, threads
        self.gap = max(gap, PROVEN)
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
        folded, whole = fold(self.model), layout(self.model)
        found = kinds(whole, folded)
        if found is None or max(kind.model.n_serve for kind in found) > LARGEST_MEAL:
            return False
        average = solve(folded.program, time_limit=self._left())
        if average.status is Status.infeasible:
            self.infeasible = True
            return True
        if average.duals is None:
            return False
        self.layout, self.kinds = whole, found
        self.first = Pool([[] for _ in found])
        self._prove(average_bound(self.model, average))
        master = Master(whole, folded, found)
        self.pricing = Pricing(
            master, master.start(average.duals), threads=self.threads, gap=self.gap, left=self._left, tell=self._prove
        )
        return True

    def _left(self) -> float:
        """Seconds until the present phase must end; none once the menu is good enough or someone asked to stop."""
        if not self.cancelled and self._cancel is not None and self._cancel():
            self.cancelled = True
        self._tell()
        if self.cancelled or relative_gap(self.best, self.bound) <= self.gap:
            return 0.0
        return self.until - (time.perf_counter() - self.began)

    def go(self) -> None:
        """Price, lay, revise, and price again until the menu is near enough or time is up."""
        if self.infeasible or self.layout is None:
            return
        self._during("first menu", _FIRST, self._begin)
        self._during("pricing", 0.55, lambda: self.pricing.run(self._lay_known))
        self.infeasible = self.pricing.infeasible
        if self.infeasible:
            return
        pricing, sweep = self.pricing, Sweep(self.layout, self.kinds, self.pricing.pool, self._left, self.gap)
        self._during(
            "meals", 0.8, lambda: sweep.lay(lambda values, left: pricing.master.rest(pricing.pool, values, left))
        )
        better = True
        while self._left() > 0 and (better or not pricing.done):
            self._take(sweep.values)
            self._lay_known()
            if self.values is not None:
                sweep.start(self.values)
            if not pricing.done:
                self._during("pricing", 0.2, pricing.resume)
            before = self.best
            self._during("meals", 0.2, sweep.improve)
            self._take(sweep.values)
            better = self.best < before * (1 - 1e-6)

    def _begin(self) -> None:
        """A first menu, meal by meal at the prices that the average day puts on what is still to be laid."""
        assert self.layout is not None
        sweep = Sweep(self.layout, self.kinds, self.first, self._left, _ROUGH)
        sweep.lay(self.pricing.master.average_rest)
        while self._left() > 0 and not sweep.complete and sweep.improve():
            pass
        self._take(sweep.values)

    def _during(self, phase: str, part: float, work: Callable[[], object]) -> None:
        """Do a piece of work for at most a part of the whole time."""
        self.phase = phase
        self.until = min(self.time_limit, time.perf_counter() - self.began + part * self.time_limit)
        work()
        best = self.best if np.isfinite(self.best) else None
        self.phases.append(Phase(phase, time.perf_counter() - self.began, best, self.bound))
        self.until = self.time_limit

    def _lay_known(self) -> None:
        """Lay the meals known so far over the days."""
        seconds = min(self._left(), 0.08 * self.time_limit)
        for number, meals in enumerate(self.first.meals):
            for meal in meals:
                self.pricing.pool.add(number, meal)
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

    def outcome(self) -> Outcome:
        """What was found, and why the search ended."""
        return outcome_of(
            self.model,
            self.values,
            bound=self.bound,
            wanted=self.gap,
            infeasible=self.infeasible,
            cancelled=self.cancelled,
            seconds=time.perf_counter() - self.began,
            phases=self.phases,
            time_limit=self.time_limit,
        )
