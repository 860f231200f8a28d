"""Solves a planning model: bound, first menu, cycles, exchanges, whole steps, exact; the best so far at any time."""

from __future__ import annotations

import threading
import time
from collections import deque
from collections.abc import Callable
from typing import TYPE_CHECKING

import numpy as np

from sehatmenu.errors import SolverError
from sehatmenu.planning.blends import Blend
from sehatmenu.planning.bounds import Folded, average_bound, fold
from sehatmenu.planning.cycles import columns_of, excesses, sound
from sehatmenu.planning.deadlines import TimeIsUpError, deadline
from sehatmenu.planning.kinds import Kinds
from sehatmenu.planning.layouts import Layout, Part, layout
from sehatmenu.planning.models import Model, full_program, lawful
from sehatmenu.planning.outcomes import PROVEN, Outcome, Phase, Progress, outcome_of, relative_gap
from sehatmenu.planning.refits import Effort, cleaned, refit, shortlist
from sehatmenu.planning.rounding import round_menu
from sehatmenu.planning.searches import Menu, Search, follow
from sehatmenu.planning.solvers import Solution, Status
from sehatmenu.planning.solvers import solve as solve_program
from sehatmenu.planning.weaves import Weave

if TYPE_CHECKING:
    from sehatmenu.planning.models import F8


EXACT_CHOICES = 1500
"""Models with at most this many choices end with an exact integer program in whole serving steps."""

TINY_CHOICES = 100
"""Models with at most this many choices go straight to that program."""

STEPPED_COLUMNS = 2500
"""Folded models with at most this many columns are proven in whole serving steps."""

_SEARCH, _WEAVE = 0.65, 0.8
"""Part of the time before rounding: by exchanges, and where parts are coupled by their cycles."""

_PROOF, _FINEST = 5e-4, 1e-4
"""Relative gap at which proofs end: of one cycle while cycles are blended, and in whole serving steps."""

_STEPS = 2e-4
"""Menus this near to the bound before rounding are not improved: whole serving steps will cost more than that."""

_IDLE = 20
"""So many rounds over all parts without any gain end the search."""

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
    cut in. Raises SolverError where a solver fails, or a menu belies a bound.
    """
    return _Run(model, time_limit, gap, seed, threads, progress, cancel).outcome()


class _Run:
    """One solve in progress: the clock, the best menu, the bound and the log of phases."""

    def __init__(
        self, model: Model, time_limit: float, gap: float, seed: int, threads: int,
        progress: Progress | None, cancel: Callable[[], bool] | None,
    ) -> None:  # fmt: skip
        self.model, self.gap, self.seed, self.threads = model, max(gap, PROVEN), seed, threads
        self.began = time.perf_counter()
        self.time_limit, self._progress, self._cancel = time_limit, progress, cancel
        self.bound, self.objective = -np.inf, np.inf
        self.values: F8 | None = None
        self.infeasible = self.cancelled = self.over = False
        self.phase, self.phases = "bound", list[Phase]()
        self.menus: deque[Menu] = deque(maxlen=6)
        self.provers: list[threading.Thread] = []
        self.failures: list[Exception] = []
        self.layout: Layout | None = None
        self.excess: F8 = np.zeros(model.n_serve)
        self._told, self._until = 0.0, time_limit

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
        steps = _STEPS if self.model.step.any() else 0.0
        good = relative_gap(self._cheapest(), self.bound) <= max(0.5 * self.gap, steps)
        begun = self.phase == "first menu" and self._coupled and bool(self.menus)
        return self.asked_to_stop() or self.left() <= 0 or good or begun

    @property
    def _coupled(self) -> bool:
        """Whether rules on portions reach over several parts."""
        return self.layout is not None and bool(self.layout.coupling.any())

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

    def outcome(self) -> Outcome:
        """Run all phases and say how it ended."""
        try:
            self._phases()
        except TimeIsUpError:
            self.asked_to_stop()
        except KeyboardInterrupt:
            self.cancelled = True
        finally:
            self.over = True
            for prover in self.provers:
                prover.join()
        if self.failures:
            raise self.failures[0]
        if self.values is None and self.menus and self.layout is not None:
            self._round(max(self.time_limit - self.elapsed(), 0.5))
        return self._outcome()

    def _phases(self) -> None:
        with deadline(self.began + self.time_limit, self._cancel):
            folded = fold(self.model)
            average = self._average(folded)
            if average is None or average.values is None or average.duals is None:
                return
            self.layout = layout(self.model)
        if self.model.n_serve <= TINY_CHOICES:
            self._exact()
            return
        self._until = (_WEAVE if self._coupled else _SEARCH) * self.time_limit
        rates, prices = folded.rates(average.values), sound(self.layout, folded.prices(average.duals))
        self.excess = excesses(self.layout, prices)
        kinds = Kinds(self.layout, prices, self.seed, lambda: self.cancelled or self.over)
        self._improve(self._first(kinds, rates), kinds, rates)
        self._until = self.time_limit
        self._round(max((0.8 if self._coupled else 0.4) * self.left(), 0.3))
        if self._foldable(kinds):
            prover = self._beside(self._prove_in_steps, kinds)
            self._polish(self.time_limit)
            self._await(prover, self.done)
        else:
            self._polish(self.elapsed() + 0.5 * self.left() if self.model.n_serve <= EXACT_CHOICES else self.time_limit)
        self._exact()

    def _foldable(self, kinds: Kinds) -> bool:
        """Whether the bound can still be raised by counting the portions of equal days in serving steps."""
        small = all(kinds.at(kind).folded.copies.size <= STEPPED_COLUMNS for kind in kinds)
        folds = all((kinds.at(kind).folded.copies > 1).any() for kind in kinds)
        return self.values is not None and small and folds and not self._coupled and not self.done()

    def _prove_in_steps(self, kinds: Kinds) -> None:
        """Raise the bound of each kind for whole serving steps, from the cheapest of its parts in the present menu."""
        assert self.layout is not None
        values = self.values
        for turn, kind in enumerate(kinds):
            seconds = (self.time_limit - self.elapsed()) / (len(kinds) - turn)
            if values is None or seconds <= 0 or self.cancelled or self.over:
                return
            folding = kinds.at(kind)
            own = [values[columns_of(self.layout, self.layout.parts[n])] for n in kinds.numbers[kind]]
            best = min(own, key=lambda part: float(folding.model.cost @ part))
            folding.prove_in_steps(best, seconds, max(0.1 * self.gap, _FINEST), lambda: self.raise_bound(kinds.bound()))

    def _average(self, folded: Folded) -> Solution | None:
        """The average day: a bound for every menu; without a solution there is no menu at all."""
        answer = solve_program(folded.program, time_limit=self.left(), cancel=self.asked_to_stop)
        if answer.status in (Status.error, Status.unbounded):
            raise SolverError(f"the average day ended with {answer.status}")
        self.raise_bound(average_bound(self.model, answer))
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

    def _improve(self, search: Search, kinds: Kinds, rates: F8) -> None:
        """Better menus while the bound is proven beside the search (before it, with a single thread)."""
        self.phase = "cycles"
        blend = Blend(kinds, lambda: self.cancelled or self.over) if self._coupled else None
        if blend is None:
            self._lay_kinds(search, kinds, promise=True)
        prover = self._beside(self._prove, kinds, blend)
        if self.threads < 2:
            self._await(prover)
        if blend is None:
            self._exchange(search)
            self._await(prover)
            self._lay_kinds(search, kinds)
            self._exchange(search)
        else:
            self._weave(search, blend, kinds.prices, rates)

    def _lay_kinds(self, search: Search, kinds: Kinds, *, promise: bool = False) -> None:
        """Lay the best cycle of each kind over its parts; with `promise`, look for a good one first."""
        for turn, kind in enumerate(kinds):
            if self.ended():
                break
            if promise:
                kinds.at(kind).promise(0.3 * self.left() / (len(kinds) - turn), 0.1 * self.gap)
            rates = kinds.at(kind).rates()
            if rates is not None:
                kinds.search(kind, rates, min(2.0, 0.2 * self.left()))
                choice = search.choice.copy()
                kinds.lay(kind, choice)
                search.adopt(choice)
                search.mend(_INSIST, _ROUNDS)
        self.raise_bound(kinds.bound())
        self._close()

    def _prove(self, kinds: Kinds, blend: Blend | None) -> None:
        """Prove the bound of each kind, or of the blend of kinds at ever better prices, as long as that helps."""
        for turn, kind in enumerate(kinds if blend is None else ()):
            seconds = (self.time_limit - self.elapsed()) / (len(kinds) - turn)
            if not (self.cancelled or self.over):
                kinds.at(kind).prove(seconds, 0.1 * self.gap)
                self.raise_bound(kinds.bound())
        while blend is not None and not (self.cancelled or self.over) and self.elapsed() < self.time_limit:
            more = blend.turn(0.6 * (self.time_limit - self.elapsed()), _PROOF)
            self.raise_bound(blend.bound)
            if not more:
                break

    def _weave(self, search: Search, blend: Blend, prices: F8, rates: F8) -> None:
        """Cycles along the average day, then of each part anew or along the blend, and exchanges where that ends."""
        assert self.layout is not None
        weave = Weave(self.layout, prices, self.excess, self.bound, self.seed, self.ended)
        self._adopt(search, weave.along(rates, 0.6 * self.left()))
        parts, tried, idle = len(search.parts), 0, 0
        while not self.ended() and idle < _IDLE:
            better = [self._adopt(search, weave.revise(search.values(), n, 0.4 * self.left())) for n in range(parts)]
            if len(blend.strands) > tried and not any(better):
                tried = len(blend.strands)
                mixed = blend.rates(0.1 * self.left())
                better.append(
                    mixed is not None and self._adopt(search, weave.along(mixed, 0.5 * self.left(), room=0.0))
                )
            if not any(better):
                weave.widen()
            better += [search.shake(part, 2 + int(search.rng.integers(3))) for part in search.parts]
            search.mend(_INSIST, _ROUNDS)
            idle = 0 if any(better) else idle + 1
        self._close()

    def _adopt(self, search: Search, values: F8 | None) -> bool:
        """Serve the choice of these column values where that makes a cheaper menu."""
        if values is None or self.ended():
            return False
        served = np.flatnonzero(values[: self.model.n_serve] > 0.5)
        choice = search.choice.copy()
        choice[self.model.slot[served]] = served
        return search.adopt(choice, settle=False)

    def _beside(self, work: Callable[..., None], *arguments: object) -> threading.Thread:
        """Start work in a thread of its own; `outcome` waits for its end, and raises what it raised."""

        def watched() -> None:
            try:
                work(*arguments)
            except Exception as error:
                self.failures.append(error)

        thread = threading.Thread(target=watched)
        self.provers.append(thread)
        thread.start()
        return thread

    def _await(self, prover: threading.Thread, ended: Callable[[], bool] | None = None) -> None:
        while prover.is_alive() and not (ended or self.ended)():
            prover.join(0.02)

    def _exchange(self, search: Search) -> None:
        """Take turns over the parts: shake a few slots and go back unless that is cheaper."""
        self.phase = "exchanges"
        turn, idle, parts = 0, 0, len(search.parts)
        while not self.ended() and idle < 40 * parts:
            better = search.shake(search.parts[turn % parts], 2 + int(search.rng.integers(3)))
            turn, idle = turn + 1, 0 if better else idle + 1
            if not search.lawful():
                search.mend(_INSIST, _ROUNDS)
            elif turn % parts == 0:
                search.relax(_RELAX)
        self._close()

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

    def _polish(self, end: float) -> None:
        """Choose one part after the other anew in whole steps, from ever longer lists of options, while that pays."""
        self.phase = "polish"
        assert self.layout is not None
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
            full.program, time_limit=self.left(), gap=self.gap - 0.5 * PROVEN, seed=self.seed, start=start,
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
            cancelled=self.cancelled, seconds=self.elapsed(), phases=self.phases, time_limit=self.time_limit,
        )  # fmt: skip
