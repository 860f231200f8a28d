"""Solves a planning model: bound, first menu, cycles, exchanges, whole steps, exact; the best so far at any time."""

from __future__ import annotations

import threading
import time
from collections import deque
from collections.abc import Callable
from typing import TYPE_CHECKING

import numpy as np

from sehatmenu.planning.bounds import Folded, fold
from sehatmenu.planning.cycles import columns_of, cycle, excesses, sound
from sehatmenu.planning.kinds import Kinds
from sehatmenu.planning.layouts import Layout, Part, layout
from sehatmenu.planning.models import Model, full_program, lawful
from sehatmenu.planning.outcomes import Outcome, Phase, Progress, outcome_of, relative_gap
from sehatmenu.planning.refits import Effort, cleaned, refit, shortlist
from sehatmenu.planning.rounding import round_menu
from sehatmenu.planning.searches import Menu, Search, follow
from sehatmenu.planning.solvers import Solution, Status
from sehatmenu.planning.solvers import solve as solve_program

if TYPE_CHECKING:
    from sehatmenu.planning.models import F8


EXACT_CHOICES = 1500
"""Models with at most this many choices end with an exact integer program in whole serving steps."""

TINY_CHOICES = 100
"""Models with at most this many choices go straight to that program."""

_PROMISING = 0.01
_SEARCH = 0.65
_LEAST = 1e-9
_INSIST = 2.0
_RELAX = 0.9
_ROUNDS = 12


def solve(
    model: Model, *, time_limit: float = 60.0, gap: float = 1e-3, seed: int = 0, threads: int = 2,
    progress: Progress | None = None, cancel: Callable[[], bool] | None = None,
) -> Outcome:  # fmt: skip
    """Find the cheapest lawful menu the time allows, with a proven bound of how cheap any menu can be.

    Times in seconds; `gap` is the fraction above the bound at which to stop. Ctrl-C and `cancel` return the best so
    far. With two threads or more the bound is proven beside the search. The same seed gives the same menu unless time
    cut in.
    """
    return _Run(model, time_limit, gap, seed, threads, progress, cancel).outcome()


class _Run:
    """One solve in progress: the clock, the best menu, the bound and the log of phases."""

    def __init__(
        self, model: Model, time_limit: float, gap: float, seed: int, threads: int,
        progress: Progress | None, cancel: Callable[[], bool] | None,
    ) -> None:  # fmt: skip
        self.model, self.gap, self.seed, self.threads = model, gap, seed, threads
        self.began = time.perf_counter()
        self.time_limit, self._progress, self._cancel = time_limit, progress, cancel
        self.bound, self.objective = -np.inf, np.inf
        self.values: F8 | None = None
        self.infeasible = self.cancelled = self.over = False
        self.phase, self.phases = "bound", list[Phase]()
        self.menus: deque[Menu] = deque(maxlen=6)
        self.layout: Layout | None = None
        self.excess: F8 = np.zeros(model.n_serve)
        self._told, self._until = 0.0, time_limit

    # clock

    def elapsed(self) -> float:
        """Seconds since the solve began."""
        return time.perf_counter() - self.began

    def left(self) -> float:
        """Seconds until the present phase must end."""
        return self._until - self.elapsed()

    def asked_to_stop(self) -> bool:
        """Whether the caller cancelled; also tells progress now and then."""
        if not self.cancelled and self._cancel is not None and self._cancel():
            self.cancelled = True
        self._tell()
        return self.cancelled

    def ended(self) -> bool:
        """Whether the search must end: cancelled, out of time, or good enough."""
        good = relative_gap(self._cheapest(), self.bound) <= 0.5 * self.gap
        return self.asked_to_stop() or self.left() <= 0 or good

    def done(self) -> bool:
        """Whether all must end: cancelled, out of time, or the menu in whole steps is good enough."""
        return self.asked_to_stop() or self.left() <= 0 or relative_gap(self.objective, self.bound) <= self.gap

    def _cheapest(self) -> float:
        return min(self.objective, self.menus[-1].cost if self.menus else np.inf)

    def _tell(self, *, now: bool = False) -> None:
        if self._progress is None or (not now and self.elapsed() - self._told < 0.2):
            return
        self._told, best = self.elapsed(), self._cheapest()
        self._progress(self._told, best if np.isfinite(best) else None, self.bound, self.phase)

    def _close(self) -> None:
        best = self._cheapest()
        self.phases.append(Phase(self.phase, self.elapsed(), best if np.isfinite(best) else None, self.bound))
        self._tell(now=True)

    def raise_bound(self, value: float) -> None:
        """Take note of a proven bound, less what rounding errors may have added."""
        if np.isfinite(value):
            self.bound = max(self.bound, value - 1e-9 * abs(value))

    # phases

    def outcome(self) -> Outcome:
        """Run all phases and say how it ended."""
        try:
            self._phases()
        except KeyboardInterrupt:
            self.cancelled = True
        finally:
            self.over = True
        if self.values is None and self.menus and self.layout is not None:
            self._round(max(self.time_limit - self.elapsed(), 0.5))
        return self._outcome()

    def _phases(self) -> None:
        folded = fold(self.model)
        average = self._average(folded)
        if average is None or average.values is None or average.duals is None:
            return
        self.layout = layout(self.model)
        if self.model.n_serve <= TINY_CHOICES:
            self._exact()
            return
        self._until = _SEARCH * self.time_limit
        rates, prices = folded.rates(average.values), sound(self.layout, folded.prices(average.duals))
        self.excess = excesses(self.layout, prices)
        kinds = Kinds(self.layout, prices, self.seed, lambda: self.cancelled or self.over)
        self._improve(self._first(kinds, rates), kinds)
        self._until = self.time_limit
        self._round(max(0.4 * self.left(), 0.3))
        self._polish()
        self._exact()

    def _average(self, folded: Folded) -> Solution | None:
        """The average day: a bound for every menu; without a solution there is no menu at all."""
        answer = solve_program(folded.program, time_limit=self.left(), cancel=self.asked_to_stop)
        if answer.status is Status.optimal:
            self.raise_bound(answer.objective)
        self.infeasible = answer.status is Status.infeasible
        self._close()
        return answer if answer.values is not None else None

    def _first(self, kinds: Kinds, rates: F8) -> Search:
        """A first lawful menu: each kind of part alone along the average day, laid over equal parts, then mended."""
        self.phase = "first menu"
        assert self.layout is not None
        choice = follow(self.layout, rates)
        for kind in kinds:
            kinds.search(kind, rates, min(0.1 * self.time_limit, self.left()))
            kinds.lay(kind, choice)
        search = Search(self.layout, choice, self.seed, self.ended, self.menus.append)
        search.sweep()
        search.mend(_INSIST, _ROUNDS)
        self._close()
        return search

    def _improve(self, search: Search, kinds: Kinds) -> None:
        """Cycles of each kind of part among promising options, then exchanges while the bound is proven."""
        self.phase = "cycles"
        for turn, kind in enumerate(kinds):
            seconds = 0.3 * self.left() / (len(kinds) - turn)
            self._lay(search, kinds, kind, None if self.ended() else kinds.promising(kind, seconds, 0.1 * self.gap))
        self.raise_bound(kinds.bound())
        self._close()
        prover = threading.Thread(target=self._prove, args=(kinds,), daemon=True)
        prover.start()
        if self.threads < 2:
            self._await(prover)
        self._exchange(search)
        self._await(prover)
        for kind in kinds if not prover.is_alive() else ():
            self._lay(search, kinds, kind, None if self.ended() else kinds.proven(kind))
        self._exchange(search)

    def _lay(self, search: Search, kinds: Kinds, kind: int, rates: F8 | None) -> None:
        if rates is not None:
            kinds.search(kind, rates, min(2.0, 0.2 * self.left()))
            choice = search.choice.copy()
            kinds.lay(kind, choice)
            search.adopt(choice)
            search.mend(_INSIST, _ROUNDS)

    def _prove(self, kinds: Kinds) -> None:
        """Prove each kind's bound among all options, the most frequent first."""
        for turn, kind in enumerate(kinds):
            seconds = (self.time_limit - self.elapsed()) / (len(kinds) - turn)
            if self.cancelled or self.over or seconds <= 0:
                return
            kinds.prove(kind, seconds, 0.1 * self.gap)
            self.raise_bound(kinds.bound())

    def _await(self, prover: threading.Thread) -> None:
        while prover.is_alive() and not self.ended():
            prover.join(0.02)

    def _exchange(self, search: Search) -> None:
        """Take turns over the parts: shake, and where parts are coupled re-plan a whole part in between."""
        self.phase = "exchanges"
        turn, idle, parts = 0, 0, len(search.parts)
        while not self.ended() and idle < 40 * parts:
            better = parts > 1 and turn % (4 * parts) < parts and self._replan(search, turn % parts)
            better |= search.shake(search.parts[turn % parts], 2 + int(search.rng.integers(3)))
            turn, idle = turn + 1, 0 if better else idle + 1
            if not search.lawful():
                search.mend(_INSIST, _ROUNDS)
            elif turn % parts == 0:
                search.relax(_RELAX)
        self._close()

    def _replan(self, search: Search, number: int) -> bool:
        """Choose anew how often each dish is served in one part, the others as they are."""
        assert self.layout is not None
        part, values = self.layout.parts[number], search.values()
        promising = self.excess <= _PROMISING * search.parts[number].value * self.layout.unit
        plan = cycle(self.layout, part, values, promising)
        start = plan.start(values[columns_of(self.layout, part)])
        answer = solve_program(plan.program, time_limit=min(3.0, self.left()), gap=3e-4, seed=self.seed, start=start,
                               cancel=self.asked_to_stop)  # fmt: skip
        if answer.values is None:
            return False
        rates = np.zeros(self.model.n)
        rates[columns_of(self.layout, part)] = plan.rates(answer.values)
        choice = search.choice.copy()
        choice[part.slots] = follow(self.layout, rates)[part.slots]
        return search.adopt(choice)

    def _round(self, seconds: float) -> None:
        """The best menu in whole serving steps, or the next best where that cannot be."""
        self.phase = "rounding"
        assert self.layout is not None
        for menu in reversed(list(self.menus)):
            values = round_menu(self.layout, menu, self.excess, seconds=seconds, cancel=self._cancel)
            if values is not None:
                self._accept(values)
                break
        self._close()

    def _accept(self, values: F8) -> bool:
        cost = float(self.model.cost @ values)
        if not cost < self.objective - _LEAST * abs(cost):
            return False
        self.values, self.objective = values, cost
        return True

    def _polish(self) -> None:
        """Choose one part after the other anew in whole steps, from ever longer lists of options, while that pays."""
        self.phase = "polish"
        assert self.layout is not None
        end = self._until if self.model.n_serve > EXACT_CHOICES else self.elapsed() + 0.5 * self.left()
        most, seconds, widest = 3, 1.0, int(np.bincount(self.model.slot).max())
        while self.values is not None and self.elapsed() < end and not self.done() and most < 2 * widest:
            better = [self._repolish(part, most, min(seconds, end - self.elapsed())) for part in self.layout.parts]
            if not any(better):
                most, seconds = 2 * most, 2 * seconds
        self._close()

    def _repolish(self, part: Part, most: int, seconds: float) -> bool:
        if seconds <= 0 or self.values is None or self.layout is None or self.done():
            return False
        keep = shortlist(self.layout, part, self.excess, most)
        effort = Effort(seconds, 0.2 * self.gap, self.seed, self.asked_to_stop)
        anew = refit(self.layout, part, self.values, keep, effort)
        return anew is not None and lawful(self.model, anew) and self._accept(anew)

    def _exact(self) -> None:
        """Small models: the whole model as an integer program that starts from the menu found."""
        if self.model.n_serve > EXACT_CHOICES or self.done():
            return
        self.phase = "exact"
        full = full_program(self.model, whole_steps=True)
        start = None if self.values is None else full.start(self.model, self.values)
        answer = solve_program(
            full.program, time_limit=self.left(), gap=self.gap, seed=self.seed, start=start,
            watch=lambda _, bound: self.raise_bound(bound), cancel=self.asked_to_stop,
        )  # fmt: skip
        self.infeasible = answer.status is Status.infeasible
        self.raise_bound(answer.bound)
        if answer.values is not None:
            values = cleaned(self.model, full.values(answer.values), full.scale)
            if lawful(self.model, values):
                self._accept(values)
        self._close()

    def _outcome(self) -> Outcome:
        return outcome_of(
            self.model, self.values, bound=self.bound, wanted=self.gap, infeasible=self.infeasible,
            cancelled=self.cancelled, seconds=self.elapsed(), phases=self.phases,
        )  # fmt: skip
