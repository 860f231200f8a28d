"""One kind of part (a week, say) folded to its average day: how often to serve each dish, in whole servings, and the proof."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
from scipy import sparse

from sehatmenu.planning.bounds import average_bound, fold
from sehatmenu.planning.cycles import excesses
from sehatmenu.planning.layouts import layout
from sehatmenu.planning.models import Model, Program
from sehatmenu.planning.solvers import solve

if TYPE_CHECKING:
    from sehatmenu.planning.models import F8

_PROMISING = 0.003
"""Options that cost at most this part of the whole more than the best of their slot are tried first."""

_LEAST = 1e-6


class Folding:
    """A model folded to its average day. `bound` is proven for every menu of it, `best` the best use of columns met so far.

    At the prices of the average day an option has an excess: what serving it costs at least above the average day. So
    options beyond a threshold can be left out, and the threshold is then part of the proof. Without those prices (the
    average day was cut by time, or there is none) nothing is tried, and the bound stays what it is.
    """

    def __init__(self, model: Model, seed: int, ended: Callable[[], bool]) -> None:
        self.model, self._seed, self._ended = model, seed, ended
        self.folded = fold(model, whole=True)
        program = self.folded.program
        average = solve(replace(program, integer=np.zeros(program.cost.size, bool)), cancel=ended)
        self.floor = self.bound = average_bound(model, average)
        self.objective = np.inf
        self.best: F8 | None = None
        self._excess: F8 | None = None
        if average.duals is not None:
            self._excess = excesses(layout(model), self.folded.prices(average.duals))
        self._owner = np.concatenate([np.arange(model.n_serve), model.cell])

    def rates(self) -> F8 | None:
        """How often each column of the model is best used."""
        return None if self.best is None else self.folded.rates(self.best)

    def promise(self, seconds: float, gap: float) -> None:
        """Look for a good use among the options that look best."""
        self._among(_PROMISING * abs(self.floor), seconds, gap)

    def prove(self, seconds: float, gap: float) -> None:
        """Raise the bound over all options; those that cannot be part of anything cheaper than the best are left out."""
        self._among(self.objective - self.floor + _LEAST * abs(self.floor), seconds, gap)

    def prove_in_steps(self, values: F8, seconds: float, gap: float, tell: Callable[[], None]) -> None:
        """Raise the bound for portions in whole serving steps, given the column values of a menu in such steps.

        What a group gets of a dish on all days together is then a whole number of steps too. `tell` is called whenever
        the bound has risen.
        """
        if self._excess is None:
            return
        threshold = float(self.model.cost @ values) - self.floor + _LEAST * abs(self.floor)
        program, scale = self._in_steps(self._near(self._excess, threshold))

        def rise(_: float, bound: float) -> None:
            self.bound = max(self.bound, min(bound, self.floor + threshold))
            tell()

        start = np.bincount(self.folded.column, values, scale.size) / scale
        answer = solve(
            program,
            time_limit=seconds,
            gap=gap,
            seed=self._seed,
            start=start,
            watch=rise,
            cancel=self._ended,
            only_prove=True,
        )
        rise(np.inf, answer.bound)

    def _in_steps(self, program: Program) -> tuple[Program, F8]:
        """The folded program with portions counted in steps, and the step of each column."""
        model, column = self.model, self.folded.column
        stepped = (model.step > 0) & (model.maximum > model.minimum)
        most, least = (np.full(self.folded.copies.size, fill) for fill in (0.0, np.inf))
        np.maximum.at(most, column[model.n_serve :], np.where(stepped, model.step, np.inf))
        np.minimum.at(least, column[model.n_serve :], np.where(stepped, model.step, 0.0))
        whole = most == least
        scale = np.where(whole, most, 1.0)
        matrix = sparse.csr_array(program.matrix @ sparse.diags_array(scale))
        upper = np.where(whole, np.floor(program.upper / scale + 1e-9), program.upper)
        integer = program.integer | whole
        return replace(program, cost=program.cost * scale, upper=upper, integer=integer, matrix=matrix), scale

    def _near(self, excess: F8, threshold: float) -> Program:
        """The folded program without options whose excess is above a threshold."""
        near, folded = excess <= threshold, self.folded
        kept = np.zeros(folded.copies.size, bool)
        kept[folded.column[near[self._owner]]] = True
        return replace(folded.program, upper=np.where(kept, folded.program.upper, 0.0))

    def _among(self, threshold: float, seconds: float, gap: float) -> None:
        if self._excess is None or seconds <= 0:
            return
        program = self._near(self._excess, threshold)
        answer = solve(program, time_limit=seconds, gap=gap, seed=self._seed, start=self.best, cancel=self._ended)
        self.bound = max(self.bound, min(answer.bound, self.floor + threshold))
        if answer.values is not None and answer.objective < self.objective:
            self.objective, self.best = answer.objective, answer.values
