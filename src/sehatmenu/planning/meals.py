"""Planning by whole meals: prices prove the bound, known meals are laid over the days, and the menu is improved beside it."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import Executor, Future, ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from sehatmenu.planning.bounds import average_bound, fold
from sehatmenu.planning.budgets import Budget
from sehatmenu.planning.column_generation.generation import Generation, GenerationParameters
from sehatmenu.planning.column_generation.restricted_master import RestrictedMaster
from sehatmenu.planning.deadlines import TimeIsUpError, deadline
from sehatmenu.planning.layouts import layout
from sehatmenu.planning.models import Model
from sehatmenu.planning.outcomes import PROVEN, Outcome, Progress, outcome_of, relative_gap
from sehatmenu.planning.patterns import kinds
from sehatmenu.planning.search.exact_programs import ExactParameters, close
from sehatmenu.planning.search.fix_and_optimise import FixAndOptimise, SearchParameters
from sehatmenu.planning.search.incumbents import Incumbent
from sehatmenu.planning.search.laying import LayingParameters, lay
from sehatmenu.planning.search.seats import Seating
from sehatmenu.planning.solvers import Status, solve

LARGEST_MEAL = 400
"""Meals with more options than this are left to the exchanges of the general engine: exact pricing would be too slow."""


@dataclass(frozen=True, slots=True)
class MealParameters:
    """How planning by whole meals shares out its work; each part has parameters of its own."""

    pieces: int = 2
    """Pieces of the menu improved in each round of pricing: about as long as the oracles take on the other core."""
    lays: int = 6
    """Rounds between two attempts to lay a first menu."""
    generation: GenerationParameters = field(default_factory=GenerationParameters)
    laying: LayingParameters = field(default_factory=LayingParameters)
    search: SearchParameters = field(default_factory=SearchParameters)
    exact: ExactParameters = field(default_factory=ExactParameters)


def solve_by_meals(
    model: Model,
    *,
    time_limit: float,
    gap: float,
    seed: int = 0,
    threads: int = 1,
    progress: Progress | None = None,
    cancel: Callable[[], bool] | None = None,
    parameters: MealParameters | None = None,
) -> Outcome | None:
    """Find the cheapest lawful menu where rules on portions stay within single meals; None where they do not.

    Arguments and answer are those of `engines.solve`; the bound is proven for portions in whole serving steps.
    """
    run = _Run(model, Budget(time_limit, cancel, progress), gap, seed, threads, parameters or MealParameters())
    try:
        with deadline(run.budget.began + time_limit, cancel):
            fits = run.prepare()
        if not fits:
            return None
        with run.workers:
            run.go()
    except TimeIsUpError:
        run.budget.left()
    except KeyboardInterrupt:
        run.budget.cancelled = True
    return run.outcome()


class _Run:
    """One solve: the parts handed to each other, and the rounds."""

    def __init__(
        self, model: Model, budget: Budget, gap: float, seed: int, threads: int, parameters: MealParameters
    ) -> None:
        self.model, self.budget, self.gap, self.parameters = model, budget, max(gap, PROVEN), parameters
        self.workers: Executor = ThreadPoolExecutor(threads) if threads > 1 else Inline()
        self.seed, self.threads = seed, threads
        self.rng = np.random.default_rng(seed)
        self.incumbent = Incumbent(model)
        self.bound = -np.inf
        self.infeasible = False
        self.attempts = 0

    def prepare(self) -> bool:
        """Find the kinds of meals and price the average day; False when this way of planning does not fit the model."""
        folded, whole = fold(self.model), layout(self.model)
        found = kinds(whole, folded)
        if found is None or max(kind.model.n_serve for kind in found) > LARGEST_MEAL:
            return False
        average = solve(folded.program, time_limit=self.left())
        self.infeasible = average.status is Status.infeasible
        if self.infeasible or average.duals is None:
            return self.infeasible
        self.bound = average_bound(self.model, average)
        master = RestrictedMaster(whole, folded, found)
        self.generation = Generation(master, master.start(average.duals), self.left, self.parameters.generation)
        self.seating = Seating(whole, found)
        self.search = FixAndOptimise(
            self.seating, self.generation, self.incumbent, self.rng, self.left, self.parameters.search
        )
        return True

    def left(self) -> float:
        """Seconds that remain; none once the menu is near enough or someone asked to stop."""
        return self.budget.left() if relative_gap(self.incumbent.cost, self.bound) > self.gap else 0.0

    def go(self) -> None:
        """Rounds of pricing, with the menu laid as soon as it can be and improved while the oracles price."""
        if self.infeasible:
            return
        self.generation.begin(self.workers)
        self._ended("columns")
        number = 0
        while self.left() > 0 and not self.infeasible:
            self._round(number)
            if self.generation.done and self._exhausted():
                break
            number += 1
        self._ended("improve beside prove")
        if not self.infeasible and self.left() > 0:
            self._close()

    def _round(self, number: int) -> None:
        """One round of pricing, with some pieces of the menu improved meanwhile, or the first menu laid after it."""
        taken_in = None if self.generation.done else self.generation.ask(self.workers)
        for _ in range(self.parameters.pieces):
            self.search.step()
        if taken_in is not None:
            taken_in()
        self.infeasible = self.generation.infeasible
        self.bound = max(self.bound, self.generation.bound)
        ready = not self.generation.elastic and number % self.parameters.lays >= 2
        if self.incumbent.values is None and not self.infeasible and (ready or self.generation.done):
            menu = lay(self.seating, self.generation, self.left, self.parameters.laying, self.attempts)
            self.incumbent.offer(menu)
            self.attempts += 1
            if self.incumbent.values is not None:
                self._ended("menu")
        self.budget.tell("improve beside prove", self.incumbent.cost, self.bound)

    def _exhausted(self) -> bool:
        """Nothing is left to price, and no piece of the menu can be bettered, not by new meals either."""
        if self.incumbent.values is None:
            return True
        return self.search.stuck and not self.search.anew()

    def _close(self) -> None:
        """What is left of a small model as one exact program."""
        found = close(
            self.generation, self.seating, self.incumbent, parameters=self.parameters.exact, seconds=self.left(),
            gap=self.gap, seed=self.seed, threads=self.threads, watch=self._prove, cancel=lambda: self.left() <= 0,
        )  # fmt: skip
        if found is not None:
            self.infeasible = found.infeasible
            self._prove(found.bound)
            self._ended("exact")

    def _prove(self, bound: float) -> None:
        self.bound = max(self.bound, bound - 1e-9 * abs(bound))
        self.budget.tell("exact", self.incumbent.cost, self.bound)

    def _ended(self, phase: str) -> None:
        self.budget.ended(phase, self.incumbent.cost, self.bound)

    def outcome(self) -> Outcome:
        """What was found, and why the search ended."""
        return outcome_of(
            self.model,
            self.incumbent.values,
            bound=self.bound,
            wanted=self.gap,
            infeasible=self.infeasible,
            cancelled=self.budget.cancelled,
            seconds=self.budget.seconds,
            phases=self.budget.phases,
            time_limit=self.budget.time_limit,
        )


class Inline(Executor):
    """An executor for one thread: work is done as it is handed in."""

    def submit(self, fn: Callable[..., Any], /, *args: Any, **kwargs: Any) -> Future[Any]:
        """Do the work now; an error it raises comes out of the future."""
        future: Future[Any] = Future()
        try:
            future.set_result(fn(*args, **kwargs))
        except Exception as error:
            future.set_exception(error)
        return future
