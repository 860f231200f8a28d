"""Cycles of equal parts blended: prices for the rules that couple parts, cheaper cycles back, and a bound for every menu."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from scipy import sparse

from sehatmenu.planning.cycles import columns_of, coupling_of, priced, sound
from sehatmenu.planning.foldings import Folding
from sehatmenu.planning.kinds import Kinds
from sehatmenu.planning.models import Program
from sehatmenu.planning.solvers import solve

if TYPE_CHECKING:
    from sehatmenu.planning.models import F8

_PULL = 0.7
"""How far prices are drawn towards those of the best proof, which keeps them from swinging."""

_DEAR = 5.0
"""Price of missing a coupling row, in times of the dearest price that the average day puts on one."""


@dataclass(frozen=True, slots=True, eq=False)
class Strand:
    """One cycle of a kind: how often its columns are used, its rupiah, and what it puts into the coupling rows."""

    kind: int
    rates: F8
    cost: float
    activity: F8


class Blend:
    """How many parts of each kind follow which cycle, at the least cost under the rules on portions that couple parts."""

    def __init__(self, kinds: Kinds, ended: Callable[[], bool]) -> None:
        self._kinds, self._ended = kinds, ended
        layout = self._layout = kinds.layout
        self._rows = np.flatnonzero(layout.coupling)
        self._counting = np.where(layout.coupling, 0.0, kinds.prices)
        self._parts = [layout.parts[kinds.numbers[kind][0]] for kind in kinds]
        self._numbers = kinds.numbers
        self._base = [priced(layout, part, self._counting).cost for part in self._parts]
        self._touch = [coupling_of(layout, part) for part in self._parts]
        size = layout.size[self._rows]
        self._lower, self._upper = layout.model.lower[self._rows] / size, layout.model.upper[self._rows] / size
        dear = float(np.abs(kinds.prices[self._rows] * size).max(initial=0.0))
        self._price = max(_DEAR * dear, 0.01 * layout.unit * layout.part_of_slot.size)
        self.strands: list[Strand] = []
        self.bound, self._best = -np.inf, kinds.prices
        self._next: F8 = kinds.prices

    def turn(self, seconds: float, gap: float) -> bool:
        """Price every kind once, at most `seconds` each; whether that brought something new."""
        prices, foldings, fresh = self._next, list[Folding](), False
        for kind, part in enumerate(self._parts):
            folding = self._kinds.at(kind) if prices is self._kinds.prices else Folding(
                priced(self._layout, part, prices), self._kinds.seed, self._ended)  # fmt: skip
            folding.promise(0.5 * seconds, gap)
            folding.prove(seconds, gap)
            foldings.append(folding)
            fresh |= self._keep(kind, folding.rates())
        total = self._kinds.certified(prices, foldings)
        if total > self.bound:
            self.bound, self._best, fresh = total, prices, True
        if fresh and all(any(s.kind == kind for s in self.strands) for kind in range(len(self._parts))):
            self._next = self._drawn()
        return fresh

    def _keep(self, kind: int, rates: F8 | None) -> bool:
        if rates is None or any(s.kind == kind and np.allclose(s.rates, rates) for s in self.strands):
            return False
        cost = float(self._base[kind] @ rates)
        self.strands.append(Strand(kind, rates, cost, np.asarray(self._touch[kind] @ rates)))
        return True

    def _drawn(self) -> F8:
        """The prices to ask next: the blend's own, drawn towards those of the best proof."""
        duals = solve(self._program(self.strands, whole=False)).duals
        if duals is None:
            return self._best
        prices = self._best.copy()
        own = duals[: self._rows.size] / self._layout.size[self._rows]
        prices[self._rows] = _PULL * prices[self._rows] + (1 - _PULL) * own
        return sound(self._layout, prices)

    def _program(self, strands: list[Strand], *, whole: bool) -> Program:
        """The cheapest numbers of strands; missing a coupling row has a price."""
        n, m = len(strands), self._rows.size
        count = np.array([len(numbers) for numbers in self._numbers], float)
        of_kind = sparse.csr_array((np.ones(n), ([s.kind for s in strands], np.arange(n))), shape=(count.size, n))
        slack = sparse.hstack([sparse.eye_array(m), -sparse.eye_array(m)])
        above = sparse.hstack([sparse.csr_array(np.column_stack([s.activity for s in strands])), slack])
        below = sparse.hstack([of_kind, sparse.csr_array((count.size, 2 * m))])
        return Program(
            np.concatenate([[s.cost for s in strands], np.full(2 * m, self._price)]),
            np.zeros(n + 2 * m), np.full(n + 2 * m, np.inf),
            np.concatenate([np.full(n, whole), np.zeros(2 * m, bool)]), sparse.csr_array(sparse.vstack([above, below])),
            np.concatenate([self._lower, count]), np.concatenate([self._upper, count]),
        )  # fmt: skip

    def rates(self, seconds: float) -> F8 | None:
        """Rates of all the model's columns with a whole number of parts for each cycle, or None before the first turn."""
        strands = list(self.strands)
        if {s.kind for s in strands} != set(range(len(self._parts))):
            return None
        answer = solve(self._program(strands, whole=True), time_limit=seconds, gap=1e-4, cancel=self._ended)
        if answer.values is None:
            return None
        rates: F8 = np.zeros(self._layout.model.n)
        todo = [list(numbers) for numbers in self._numbers]
        for strand, count in zip(strands, np.round(answer.values[: len(strands)]).astype(int), strict=True):
            for _ in range(count):
                rates[columns_of(self._layout, self._layout.parts[todo[strand.kind].pop(0)])] = strand.rates
        return rates
