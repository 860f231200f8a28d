"""Portion sizes of one block of slots with its dishes fixed: a small linear program kept warm between exchanges."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from sehatmenu.planning.layouts import Layout, Part, ranges
from sehatmenu.planning.solvers import Status, WarmProgram

if TYPE_CHECKING:
    from sehatmenu.planning.models import F8, I8

_POOL = 4000
_STRICT = 5.0
_DEAREST = 1e4
_MISS = 1e-7


class Portions:
    """The portion program of one part: which option each slot serves, its cost, and prices for every other option.

    Costs are in layout units (one = typical rupiah of a slot), rows are divided by their size; every row may be missed
    at a price (`weight`), so that a start that breaks rules still says how to get better.
    """

    __slots__ = (
        "_by_choice",
        "_by_portion",
        "_choice_cost",
        "_cost",
        "_elastic",
        "_high",
        "_low",
        "_lower",
        "_portion",
        "_program",
        "_upper",
        "_where",
        "activity",
        "current",
        "duals",
        "layout",
        "missed",
        "own",
        "part",
        "shift",
        "value",
        "weight",
    )  # fmt: skip

    def __init__(self, layout: Layout, part: Part, current: I8) -> None:
        model = layout.model
        self.layout, self.part, self.current = layout, part, current.copy()
        self._low, self._high = layout.low[part.portions], layout.high[part.portions]
        self._cost = model.cost[model.n_serve + part.portions] / layout.unit
        self._choice_cost = model.cost[part.options] / layout.unit
        size = layout.size[part.rows]
        self._lower, self._upper = model.lower[part.rows] / size, model.upper[part.rows] / size
        self.weight = np.full(part.rows.size, _STRICT * part.slots.size)
        self.activity = np.zeros(part.rows.size)
        self.shift = np.zeros(part.rows.size)
        self._by_portion, self._by_choice = part.portion.T.tocsr(), part.choice.T.tocsr()
        self.value = self.own = self.missed = np.inf
        self.duals = np.zeros(part.rows.size)
        self._rebuild()

    def _rebuild(self) -> None:
        part = self.part
        self._where = np.full(part.portions.size, -1, np.int32)
        low, high = self._bounds()
        self._program = WarmProgram(low, high)
        sides = [(np.isfinite(self._lower), 1.0), (np.isfinite(self._upper), -1.0)]
        rows = [np.flatnonzero(side).astype(np.int32) for side, _ in sides]
        row = np.concatenate(rows)
        sign = np.concatenate([np.full(r.size, s) for r, (_, s) in zip(rows, sides, strict=True)])
        n = row.size
        self._elastic = row
        self._program.add(self.weight[row], np.zeros(n), np.full(n, np.inf), np.arange(n, dtype=np.int32), row, sign)
        self._load(self.current)
        self._open(self.current, True)

    def _bounds(self) -> tuple[F8, F8]:
        fixed = self.shift + np.asarray(self.part.choice[:, self.current].sum(axis=1)).ravel()
        return self._lower - fixed, self._upper - fixed

    def _load(self, options: I8) -> None:
        first, count = self.part.first_portion[options], np.diff(self.part.first_portion)[options]
        p = ranges(first, count)
        p = p[self._where[p] < 0]
        if not p.size:
            return
        matrix = self.part.portion
        size = np.diff(matrix.indptr)[p]
        at = ranges(matrix.indptr[p], size)
        start = (np.cumsum(size) - size).astype(np.int32)
        zero = np.zeros(p.size)
        row, value = matrix.indices[at].astype(np.int32), matrix.data[at]
        self._where[p] = self._program.add(self._cost[p], zero, zero, start, row, value) + np.arange(p.size)

    def _open(self, options: I8, serve: bool) -> None:
        p = ranges(self.part.first_portion[options], np.diff(self.part.first_portion)[options])
        zero = np.zeros(p.size)
        self._program.bound(self._where[p], self._low[p] if serve else zero, self._high[p] if serve else zero)

    def couple(self, shift: F8) -> None:
        """Tell what the other parts already put into the rows that couple parts."""
        self.shift = shift
        self._set_rows()

    def _set_rows(self) -> None:
        low, high = self._bounds()
        self._program.bound_rows(np.arange(low.size, dtype=np.int32), low, high)

    def exchange(self, slots: I8, options: I8) -> None:
        """Serve other options (numbers within the part) in some slots; the program is not solved yet."""
        if self._program.n_columns > _POOL + self._elastic.size:
            self.current[slots] = options
            self._rebuild()
            return
        self._load(options)
        self._open(self.current[slots], False)
        self._open(options, True)
        self.current[slots] = options
        if self.part.choice.nnz:
            self._set_rows()

    def solve(self, cutoff: float = np.inf) -> float:
        """Cost of the best portions (with prices of missed rows), inf when above cutoff."""
        fixed = float(self._choice_cost[self.current].sum())
        status, value = self._program.solve(cutoff - fixed)
        return value + fixed if status is Status.optimal else np.inf

    def keep(self, value: float) -> None:
        """Read portions, prices and misses of the solve just made, and remember its value.

        `own` is the value without the price of missed coupling rows, `missed` the largest miss of the other rows, and
        `activity` what the part puts into its rows (divided by their size).
        """
        values, self.duals = self._program.solution()
        self._portion = np.where(self._where >= 0, values[self._where], 0.0)
        missed, coupling = values[: self._elastic.size], self.layout.coupling[self.part.rows[self._elastic]]
        self.missed = float(missed[~coupling].max(initial=0.0))
        self.value, self.own = value, value - float(missed[coupling] @ self.weight[self._elastic[coupling]])
        fixed = np.asarray(self.part.choice[:, self.current].sum(axis=1)).ravel()
        self.activity = np.asarray(self.part.portion @ self._portion) + fixed

    def portions(self) -> tuple[I8, F8]:
        """Served portions of the last kept solve: numbers of portions in the model, and sizes."""
        p = ranges(self.part.first_portion[self.current], np.diff(self.part.first_portion)[self.current])
        return self.part.portions[p], np.clip(self._portion[p], self._low[p], self._high[p])

    def estimates(self) -> F8:
        """Lower estimate of the change of cost if each option replaced the current one of its slot."""
        reduced = self._cost - self._by_portion @ self.duals
        each = np.minimum(reduced * self._low, reduced * self._high)
        worth = np.bincount(self.part.owner, each, self.part.options.size) + self._choice_cost
        if self.part.choice.nnz:
            worth -= self._by_choice @ self.duals
        return np.asarray(worth - worth[self.current][self.part.slot_of])

    def insist(self, factor: float) -> None:
        """Raise the price of every row of this part alone that is missed now."""
        values, _ = self._program.solution()
        missed = np.unique(self._elastic[values[: self._elastic.size] > _MISS])
        missed = missed[~self.layout.coupling[self.part.rows[missed]]]
        self.weight[missed] = np.minimum(self.weight[missed] * factor, _DEAREST * self.part.slots.size)
        self._reprice()

    def reweigh(self, weight: F8) -> None:
        """Set the price of missing the rows that couple parts (`weight` by row of the model)."""
        own = self.layout.coupling[self.part.rows]
        wanted = np.where(own, weight[self.part.rows], self.weight)
        if not np.array_equal(wanted, self.weight):
            self.weight = wanted
            self._reprice()

    def _reprice(self) -> None:
        columns = np.arange(self._elastic.size, dtype=np.int32)
        self._program.price(columns, self.weight[self._elastic])
