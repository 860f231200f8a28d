"""Solves a planning model: bound, first menu, whole-number cycles, exchanges, exact finish, rounding; best so far at any time."""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

import numpy as np

from sehatmenu.planning.bounds import Folded, fold
from sehatmenu.planning.cycles import columns_of, cycle, excesses, sound
from sehatmenu.planning.kinds import Kinds
from sehatmenu.planning.layouts import Layout, Part, layout
from sehatmenu.planning.models import Model, full_program, lawful
from sehatmenu.planning.refits import Effort, cleaned, refit, shortlist
from sehatmenu.planning.rounding import round_menu
from sehatmenu.planning.searches import Menu, Search, follow
from sehatmenu.planning.solvers import Solution, Status, solve as solve_program, version

if TYPE_CHECKING:
    from sehatmenu.planning.models import F8, I8

Progress = Callable[[float, "float | None", float, str], None]
"""Told (elapsed seconds, rupiah of the best menu or None, bound, phase)."""

EXACT_CHOICES = 1500
"""Models with at most this many choices end with an exact integer program in whole serving steps."""

_PROVEN = 1e-6
_PROMISING = 0.01
_LONGEST = 20.0
_SEARCH = 0.65
_LEAST = 1e-9


class Ending(StrEnum):
    """How a solve ended; `none_found` means no menu in the time given, which proves nothing."""

    optimal = "optimal"
    within_gap = "within_gap"
    time_limit = "time_limit"
    cancelled = "cancelled"
    infeasible = "infeasible"
    none_found = "none_found"


@dataclass(frozen=True, slots=True)
class Phase:
    """One phase of a solve: when it ended (seconds), the best rupiah and the bound at that moment."""

    name: str
    seconds: float
    objective: float | None
    bound: float


@dataclass(frozen=True, slots=True, eq=False)
class Outcome:
    """What the engine found. `choice` is the y column served in each slot, `portions` all p values; None without a menu.

    `objective` (inf without a menu) and `bound` are rupiah; `gap` = (objective - bound) / objective.
    """

    status: Ending
    choice: I8 | None
    portions: F8 | None
    objective: float
    bound: float
    seconds: float
    phases: tuple[Phase, ...]
    solver: str

    @property
    def gap(self) -> float:
        """How far above the proven bound the menu costs at most, as a fraction of its cost."""
        return relative_gap(self.objective, self.bound)


def relative_gap(objective: float, bound: float) -> float:
    """(objective - bound) / objective, 0 when they meet, inf when either is missing."""
    if not np.isfinite(objective) or not np.isfinite(bound):
        return np.inf
    return max(0.0, objective - bound) / max(abs(objective), 1e-9)


def solve(model: Model, *, time_limit: float = 60.0, gap: float = 1e-3, seed: int = 0, threads: int = 1,
          progress: Progress | None = None, cancel: Callable[[], bool] | None = None) -> Outcome:  # fmt: skip
    """Find the cheapest lawful menu the time allows, with a proven bound of how cheap any menu can be.

    Times in seconds; `gap` is the fraction above the bound at which to stop. Ctrl-C and `cancel` return the best so far.
    """
    return _Run(model, time_limit, gap, seed, threads, progress, cancel).outcome()


class _Run:
    """One solve in progress: the clock, the best menu, the bound and the log of phases."""

    def __init__(self, model: Model, time_limit: float, gap: float, seed: int, threads: int,
                 progress: Progress | None, cancel: Callable[[], bool] | None) -> None:  # fmt: skip
        self.model, self.gap, self.seed, self.threads = model, gap, seed, threads
        self.began = time.perf_counter()
        self.time_limit, self._progress, self._cancel = time_limit, progress, cancel
        self.bound, self.objective = -np.inf, np.inf
        self.values: F8 | None = None
        self.infeasible = self.cancelled = False
        self.phase, self.phases = "bound", list[Phase]()
        self.menus: deque[Menu] = deque(maxlen=6)
        self.layout: Layout | None = None
        self.excess: F8 = np.zeros(model.n_serve)
        self._told = 0.0
        self._until = self.time_limit

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
        """Whether the present phase must end: cancelled, out of time, or good enough."""
        return self.asked_to_stop() or self.left() <= 0 or self.good_enough()

    def good_enough(self) -> bool:
        """Whether the best menu is within the gap asked for."""
        cost = self.menus[-1].cost if self.menus else np.inf
        return relative_gap(min(cost, self.objective), self.bound) <= 0.5 * self.gap

    def _tell(self, *, now: bool = False) -> None:
        if self._progress is None or (not now and self.elapsed() - self._told < 0.2):
            return
        self._told = self.elapsed()
        best = min(self.objective, self.menus[-1].cost if self.menus else np.inf)
        self._progress(self._told, best if np.isfinite(best) else None, self.bound, self.phase)

    def _close(self, name: str) -> None:
        best = min(self.objective, self.menus[-1].cost if self.menus else np.inf)
        self.phases.append(Phase(name, self.elapsed(), best if np.isfinite(best) else None, self.bound))
        self._tell(now=True)

    # phases

    def outcome(self) -> Outcome:
        """Run all phases and say how it ended."""
        try:
            self._phases()
        except KeyboardInterrupt:
            self.cancelled = True
        if self.values is None and self.menus and self.layout is not None:
            self._round(max(self.time_limit - self.elapsed(), 0.5))
        return self._outcome()

    def _phases(self) -> None:
        folded = fold(self.model)
        average = self._average(folded)
        if average is None or average.values is None or average.duals is None:
            return
        self.layout = layout(self.model)
        self._until = _SEARCH * self.time_limit
        rates, prices = folded.rates(average.values), sound(self.layout, folded.prices(average.duals))
        self.excess = excesses(self.layout, prices)
        kinds = Kinds(self.layout, prices, self.seed, self.asked_to_stop)
        search = self._first(kinds, rates)
        self._cycles(search, kinds)
        self._exchange(search)
        self._until = self.time_limit
        self._round(max(0.4 * self.left(), 0.3))
        self._polish()
        self._exact()

    def _average(self, folded: Folded) -> Solution | None:
        """The average day: a bound for every menu; without a solution there is no menu at all."""
        answer = solve_program(folded.program, time_limit=self.left(), cancel=self.asked_to_stop)
        if answer.status is Status.optimal:
            self.bound = answer.objective - 1e-9 * abs(answer.objective)
        self.infeasible = answer.status is Status.infeasible
        self._close("bound")
        return answer if answer.values is not None else None

    def _first(self, kinds: Kinds, rates: F8) -> Search:
        """A first lawful menu: each kind of part alone along the average day, laid over all equal parts, then mended."""
        self.phase = "first menu"
        assert self.layout is not None
        choice = follow(self.layout, rates)
        for kind in kinds:
            kinds.search(kind, rates, min(0.1 * self.time_limit, self.left()))
            kinds.lay(kind, choice)
        search = Search(self.layout, choice, self.seed, self.ended, self.menus.append)
        search.sweep()
        while not self.ended() and not search.lawful() and self.left() > 0.7 * self.time_limit:
            search.insist(3.0)
            search.sweep()
        self._close(self.phase)
        return search

    def _cycles(self, search: Search, kinds: Kinds) -> None:
        """Each kind of part alone in whole servings: a higher bound, and a cycle to repeat over all equal parts."""
        self.phase = "cycles"
        for turn, kind in enumerate(kinds):
            if self.ended():
                break
            seconds = min(0.5 * self.left() / (len(kinds) - turn), _LONGEST)
            rates = kinds.whole(kind, seconds, 0.1 * self.gap, self.threads)
            self._bound(kinds.bound())
            if rates is not None:
                kinds.search(kind, rates, min(2.0, 0.2 * self.left()))
                choice = search.choice.copy()
                kinds.lay(kind, choice)
                search.adopt(choice)
        self._close(self.phase)

    def _bound(self, value: float) -> None:
        self.bound = max(self.bound, value - 1e-9 * abs(value))

    def _exchange(self, search: Search) -> None:
        """Take turns over the parts: shake, and where parts are coupled re-plan a whole part in between."""
        self.phase = "exchanges"
        turn, parts = 0, len(search.parts)
        while not self.ended():
            if not search.lawful() and turn % (4 * parts) == 0:
                search.insist(2.0)
                search.sweep()
            if parts > 1 and turn % (4 * parts) < parts:
                self._replan(search, turn % parts)
            search.shake(search.parts[turn % parts], 2 + int(search.rng.integers(3)))
            turn += 1
        self._close(self.phase)

    def _replan(self, search: Search, number: int) -> None:
        """Choose anew how often each dish is served in one part, the others as they are."""
        assert self.layout is not None
        part, values = self.layout.parts[number], search.values()
        promising = self.excess <= _PROMISING * search.parts[number].value * self.layout.unit
        plan = cycle(self.layout, part, values, promising)
        start = plan.start(values[columns_of(self.layout, part)])
        answer = solve_program(plan.program, time_limit=min(3.0, self.left()), gap=3e-4, seed=self.seed,
                               threads=self.threads, start=start, cancel=self.asked_to_stop)  # fmt: skip
        if answer.values is not None:
            rates = np.zeros(self.model.n)
            rates[columns_of(self.layout, part)] = plan.rates(answer.values)
            choice = search.choice.copy()
            choice[part.slots] = follow(self.layout, rates)[part.slots]
            search.adopt(choice)

    def _round(self, seconds: float) -> None:
        self.phase = "rounding"
        assert self.layout is not None
        for menu in reversed(list(self.menus)):
            values = round_menu(self.layout, menu, self.excess, seconds=seconds, cancel=self._cancel)
            if values is not None:
                self._accept(values)
                break
        self._close(self.phase)

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
        most, seconds = 3, 1.0
        while self.values is not None and self.elapsed() < end and not self._done():
            better = [self._repolish(part, most, min(seconds, end - self.elapsed())) for part in self.layout.parts]
            if not any(better):
                most, seconds = 2 * most, 2 * seconds
            if most > 2 * np.bincount(self.model.slot).max():
                break
        self._close(self.phase)

    def _repolish(self, part: Part, most: int, seconds: float) -> bool:
        if seconds <= 0 or self.values is None or self.layout is None or self._done():
            return False
        keep = shortlist(self.layout, part, self.excess, most)
        effort = Effort(seconds, 0.2 * self.gap, self.seed, self.asked_to_stop)
        anew = refit(self.layout, part, self.values, keep, effort)
        return anew is not None and lawful(self.model, anew) and self._accept(anew)

    def _done(self) -> bool:
        return self.asked_to_stop() or self.left() <= 0 or relative_gap(self.objective, self.bound) <= self.gap

    def _exact(self) -> None:
        """Small models: the whole model as an integer program that starts from the menu found."""
        if self.model.n_serve > EXACT_CHOICES or self._done():
            return
        self.phase = "exact"
        full = full_program(self.model, whole_steps=True)
        start = None if self.values is None else full.start(self.model, self.values)
        answer = solve_program(full.program, time_limit=self.left(), gap=self.gap, seed=self.seed, threads=self.threads,
                               start=start, watch=self._watch, cancel=self.asked_to_stop)  # fmt: skip
        self.infeasible = answer.status is Status.infeasible
        self._bound(answer.bound)
        if answer.values is not None:
            self._accept(cleaned(self.model, full.values(answer.values), full.scale))
        self._close(self.phase)

    def _watch(self, _objective: float, bound: float) -> None:
        self._bound(bound)

    def _outcome(self) -> Outcome:
        found = self.values is not None
        choice = portions = None
        if self.values is not None:
            serve = np.flatnonzero(self.values[: self.model.n_serve] > 0.5)
            choice = np.zeros(self.model.n_slots, np.int64)
            choice[self.model.slot[serve]] = serve
            portions = self.values[self.model.n_serve :]
        bound = min(self.bound, self.objective)
        return Outcome(self._ending(found, relative_gap(self.objective, bound)), choice, portions, self.objective, bound,
                       self.elapsed(), tuple(self.phases), version())  # fmt: skip

    def _ending(self, found: bool, gap: float) -> Ending:
        if self.infeasible and not found:
            return Ending.infeasible
        if found and gap <= max(_PROVEN, self.gap):
            return Ending.optimal if gap <= _PROVEN else Ending.within_gap
        if self.cancelled:
            return Ending.cancelled
        return Ending.time_limit if found else Ending.none_found
