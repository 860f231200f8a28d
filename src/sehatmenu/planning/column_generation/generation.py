"""Column generation: prices from the master, cheaper meals back from the oracles, until the proof meets the master."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import Executor
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np

from sehatmenu.planning.column_generation.meal_oracle import MealOracle, Priced
from sehatmenu.planning.column_generation.restricted_master import RestrictedMaster
from sehatmenu.planning.patterns import Meal, Pool, siblings

if TYPE_CHECKING:
    from sehatmenu.planning.models import F8


@dataclass(frozen=True, slots=True)
class GenerationParameters:
    """How column generation goes about its rounds; measured on the example (docs/planner-measurements.md)."""

    first: int = 30
    """Meals of each kind before the first master: with fewer it stays elastic for rounds."""
    pull: float = 0.5
    """Weight of the prices of the best proof (Wentges 1997); 0.8 took twice as long."""
    stalled: float = 0.015
    """Steps are priced exactly once the proof is this near to the master: they are what is left of the distance."""
    new: float = 1e-6
    """A meal is new to the master when it improves by more than this part of its own cost."""
    slack: float = 0.1
    """How exactly steps are priced: to this part of what the proof still lacks, shared out over all meals."""
    near: float = 1e-6
    """The proof has met the master when it is this near, as a part of its value."""


@dataclass(slots=True, eq=False)
class Generation:
    """The columns known so far, the bound proven with them, and the prices that proved it.

    `bound` holds for every menu in whole serving steps, `value` is the master's: the cheapest mix of known meals. `proofs`
    are the answers of the oracles that proved the bound, by kind.
    """

    master: RestrictedMaster
    prices: F8
    left: Callable[[], float]
    parameters: GenerationParameters = field(default_factory=GenerationParameters)
    oracles: list[MealOracle] = field(init=False)
    pool: Pool = field(init=False)
    alike: list[list[int]] = field(init=False)
    bound: float = -np.inf
    value: float = np.inf
    duals: F8 = field(init=False)
    proofs: list[Priced] = field(default_factory=list)
    elastic: bool = True
    exact: bool = False
    pulled: bool = True
    infeasible: bool = False
    done: bool = False

    def __post_init__(self) -> None:
        kinds = self.master.kinds
        self.oracles = [MealOracle(kind) for kind in kinds]
        self.pool = Pool([[] for _ in kinds])
        self.duals = self.prices
        self.alike = [
            [n for n, other in enumerate(kinds) if other is not kind and siblings(kind, other)] for kind in kinds
        ]

    def begin(self, workers: Executor) -> None:
        """The first meals of each kind: cheap ones that differ, out of one enumeration."""
        prices = self.master.by_column(self.prices)
        first = self.parameters.first
        for number, meals in enumerate(
            workers.map(lambda oracle: oracle.diverse(prices, first, left=self.left), self.oracles)
        ):
            for meal in meals:
                self.keep(number, meal)

    def keep(self, number: int, meal: Meal) -> bool:
        """Take in a meal, also for kinds that allow the same meals (two schools of one group, say); False if known."""
        for other in self.alike[number]:
            cost = float(self.master.kinds[other].model.cost @ meal.values)
            self._keep(other, Meal(meal.values, cost))
        return self._keep(number, meal)

    def _keep(self, number: int, meal: Meal) -> bool:
        fresh = self.pool.add(number, meal)
        if fresh:
            self.master.add(number, meal)
        return fresh

    def ask(self, workers: Executor) -> Callable[[], None]:
        """Begin a round: solve the master, ask every oracle at its prices; the answer takes the round's meals and bound in."""
        worth: F8 = np.full(len(self.oracles), np.inf)
        if all(self.pool.meals):
            answer = self.master.solve()
            self.exact |= self.bound > answer.value * (1 - self.parameters.stalled)
            self.value, self.duals, worth, self.elastic = answer.value, answer.prices, answer.worth, answer.elastic
        pull = 1.0 if self.bound == -np.inf else self.parameters.pull if self.pulled and not self.elastic else 0.0
        used = pull * self.prices + (1 - pull) * self.duals
        prices, exact = self.master.by_column(used), self.exact
        apart = max(self.value - self.bound, 0.0) if np.isfinite(self.value - self.bound) else 0.0
        slack = self.parameters.slack * apart / float(self.master.counts.sum())
        waiting = [workers.submit(o.price, prices, exact=exact, left=self.left, slack=slack) for o in self.oracles]
        return lambda: self._take(used, worth, exact, [future.result() for future in waiting])

    def _take(self, used: F8, worth: F8, exact: bool, found: list[Priced]) -> None:
        if any(priced.bound == np.inf for priced in found):
            self.infeasible = self.done = True
            return
        proven = self.master.certified(used, [priced.bound for priced in found])
        if proven > self.bound:
            self.bound, self.prices, self.proofs = proven, used, found
        fresh = [self._improving(n, priced, worth[n]) for n, priced in enumerate(found)]
        met = self.bound >= self.value * (1 - self.parameters.near)
        if not any(fresh) and not self.pulled:
            self.done, self.exact = exact, True
        self.done |= exact and met
        self.pulled = any(fresh)

    def _improving(self, number: int, priced: Priced, worth: float) -> bool:
        """Take in what an oracle found; whether any of it makes the master cheaper."""
        earned = self.master.by_column(self.duals)[self.master.kinds[number].folded]
        better = False
        for meal in priced.meals:
            reduced = meal.cost - float(earned @ meal.values)
            fresh = self.keep(number, meal)
            better |= fresh and reduced < worth - self.parameters.new * max(abs(meal.cost), 1.0)
        return better
