"""Portions in whole serving steps: a small integer program per group of portions, the dishes as they are."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

import numpy as np
from scipy import sparse
from scipy.sparse.csgraph import connected_components

from sehatmenu.planning.layouts import Layout, Part, ranges
from sehatmenu.planning.models import Program, lawful
from sehatmenu.planning.refits import Effort, refit, shortlist
from sehatmenu.planning.searches import Menu, local
from sehatmenu.planning.solvers import Cancel, solve

if TYPE_CHECKING:
    from sehatmenu.planning.models import F8, I8, Flags, Rows

_PASSES = 3
_PRICE = 5.0
_GAP = 1e-4
_SHORTEST = 0.05
_LONGER = 1.0
_FEWEST = 4
_MOST = 250


def round_menu(layout: Layout, menu: Menu, excess: F8, *, seconds: float, cancel: Cancel | None = None) -> F8 | None:
    """All column values with every portion a multiple of its serving step, or None where that was not managed.

    The dishes stay as they are, but where no whole steps are lawful a part gets other dishes (`excess`: how much dearer
    each option is than the best of its slot). The result keeps every row of the model (checked). Takes about `seconds`.
    """
    model, values = layout.model, menu.values.copy()
    served = np.bincount(menu.choice, minlength=model.n_serve)[model.cell] > 0
    if not (served & (model.step > 0) & (layout.high > layout.low)).any():
        return values if lawful(model, values) else None
    rounding = _Rounding(layout, menu, excess, time.perf_counter() + seconds, cancel)
    return rounding.values if rounding.run() else None


class _Rounding:
    """A menu on its way to whole steps, part by part."""

    def __init__(self, layout: Layout, menu: Menu, excess: F8, until: float, cancel: Cancel | None) -> None:
        self.layout, self.values, self._excess = layout, menu.values.copy(), excess
        self._until, self._cancel = until, cancel
        self._activity = self._fresh()
        self._pieces = [_pieces(layout, part, local(part, menu.choice)) for part in layout.parts]

    def _fresh(self) -> F8:
        return np.asarray(self.layout.model.matrix @ self.values) / self.layout.size

    def run(self) -> bool:
        """Round every part, then go over those with coupling rules again while these are missed."""
        todo = list(range(len(self._pieces)))
        for _ in range(_PASSES):
            for turn, number in enumerate(todo):
                if not self._part(number, len(todo) - turn):
                    return False
            if lawful(self.layout.model, self.values):
                return True
            todo = [n for n, pieces in enumerate(self._pieces) if any(p.coupled for p in pieces)]
            if not todo:
                break
        return False

    def _part(self, number: int, parts_left: int) -> bool:
        seconds = max((self._until - time.perf_counter()) / parts_left, _SHORTEST)
        pieces = self._pieces[number]
        each = max(0.5 * seconds / max(len(pieces), 1), _SHORTEST)
        if all(p.improve(self.layout, self.values, self._activity, each, self._cancel) for p in pieces):
            return True
        return self._refit(number, seconds)

    def _refit(self, number: int, seconds: float) -> bool:
        layout, part = self.layout, self.layout.parts[number]
        keep = shortlist(layout, part, self._excess, max(_FEWEST, _MOST // part.slots.size))
        effort = Effort(max(seconds, _LONGER), gap=1e-3, cancel=self._cancel)
        anew = refit(layout, part, self.values, keep, effort, begin=False)
        if anew is None:
            return False
        self.values = anew
        self._activity = self._fresh()
        self._pieces[number] = _pieces(layout, part, np.flatnonzero(anew[part.options] > 0.5))
        return True


def _pieces(layout: Layout, part: Part, current: I8) -> list[_Piece]:
    """Groups of served portions of one part that share no row but those that couple parts."""
    at = ranges(part.first_portion[current], np.diff(part.first_portion)[current])
    matrix = sparse.csr_array(part.portion[:, at])
    apart = matrix[~layout.coupling[part.rows]]
    n = at.size
    row = np.repeat(np.arange(apart.shape[0]), np.diff(apart.indptr)) + n
    graph = sparse.csr_array((np.ones(row.size), (row, apart.indices)), shape=(n + apart.shape[0],) * 2)
    labels = connected_components(graph, directed=False)[1][:n]
    return [_Piece(layout, part, at[labels == k], matrix[:, labels == k]) for k in np.unique(labels)]


class _Piece:
    """A few portions to be rounded together."""

    __slots__ = ("_coupling", "_matrix", "_portions", "_rows", "_stepped", "coupled")

    def __init__(self, layout: Layout, part: Part, at: I8, matrix: Rows) -> None:
        touched = np.flatnonzero(np.diff(matrix.indptr))
        self._matrix, self._rows = sparse.csr_array(matrix[touched]), part.rows[touched]
        self._portions = part.portions[at]
        self._coupling: Flags = layout.coupling[self._rows]
        self.coupled = bool(self._coupling.any())
        step = layout.model.step[self._portions]
        self._stepped: Flags = (step > 0) & (layout.high[self._portions] > layout.low[self._portions])

    def improve(self, layout: Layout, values: F8, activity: F8, seconds: float, cancel: Cancel | None) -> bool:
        """Put the cheapest whole steps into values (and the rows' activity); False when there are none."""
        column = self._portions + layout.model.n_serve
        before = np.asarray(self._matrix @ values[column])
        program, scale = self._program(layout, activity[self._rows] - before)
        answer = solve(program, time_limit=seconds, gap=_GAP, cancel=cancel)
        if answer.values is None:
            return False
        steps = answer.values[: column.size]
        values[column] = np.where(self._stepped, np.round(steps), steps) * scale
        activity[self._rows] += self._matrix @ values[column] - before
        return True

    def _program(self, layout: Layout, others: F8) -> tuple[Program, F8]:
        model, p = layout.model, self._portions
        scale = np.where(self._stepped, model.step[p], 1.0)
        row = np.flatnonzero(self._coupling)
        matrix = sparse.hstack([self._matrix @ sparse.diags_array(scale), _slack(row, self._rows.size)], "csr")
        low, high = layout.low[p] / scale, layout.high[p] / scale
        low, high = np.where(self._stepped, np.round(low), low), np.where(self._stepped, np.round(high), high)
        extra = 2 * row.size
        size = layout.size[self._rows]
        price = np.full(extra, _PRICE * layout.part_of_slot.size)
        program = Program(
            np.concatenate([model.cost[model.n_serve + p] * scale / layout.unit, price]),
            np.concatenate([low, np.zeros(extra)]), np.concatenate([high, np.full(extra, np.inf)]),
            np.concatenate([self._stepped, np.zeros(extra, bool)]), sparse.csr_array(matrix),
            model.lower[self._rows] / size - others, model.upper[self._rows] / size - others,
        )  # fmt: skip
        return program, scale


def _slack(row: I8, rows: int) -> Rows:
    n = row.size
    data = np.concatenate([np.ones(n), -np.ones(n)])
    return sparse.csr_array((data, (np.concatenate([row, row]), np.arange(2 * n))), shape=(rows, 2 * n))
