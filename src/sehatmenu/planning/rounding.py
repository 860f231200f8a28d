"""Portions in whole serving steps: a small integer program per group of portions, the dishes as they are."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

import numpy as np
from scipy import sparse
from scipy.sparse.csgraph import connected_components

from sehatmenu.planning.layouts import Layout, Part, ranges
from sehatmenu.planning.models import Program, lawful
from sehatmenu.planning.searches import Menu, local
from sehatmenu.planning.solvers import Cancel, solve

if TYPE_CHECKING:
    from sehatmenu.planning.models import F8, Flags, I8, Rows

_PASSES = 3
_PRICE = 5.0
_GAP = 1e-4
_SHORTEST = 0.05


def round_menu(layout: Layout, menu: Menu, *, seconds: float, cancel: Cancel | None = None) -> F8 | None:
    """All column values with every portion a multiple of its serving step, or None where the rules do not allow it.

    Cheapest within the time given, in seconds; the result keeps every row of the model (checked).
    """
    model = layout.model
    served = np.bincount(menu.choice, minlength=model.n_serve)[model.cell] > 0
    if not (served & (model.step > 0) & (layout.high > layout.low)).any():
        return menu.values if lawful(model, menu.values) else None
    pieces = [piece for part in layout.parts for piece in _pieces(layout, part, local(part, menu.choice))]
    return _rounded(layout, menu.values.copy(), pieces, time.perf_counter() + seconds, cancel)


def _rounded(layout: Layout, values: F8, pieces: list[_Piece], until: float, cancel: Cancel | None) -> F8 | None:
    activity = np.asarray(layout.model.matrix @ values) / layout.size
    todo = pieces
    for turn in range(_PASSES):
        for number, piece in enumerate(todo):
            left = (until - time.perf_counter()) / (len(todo) - number)
            if not piece.improve(layout, values, activity, max(left, _SHORTEST), cancel):
                return None
        if lawful(layout.model, values):
            return values
        todo = [p for p in pieces if p.coupled]
        if not todo or turn == _PASSES - 1:
            break
    return None


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
