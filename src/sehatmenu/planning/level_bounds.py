"""How far an objective can be taken at most: a linear program over the average day, with earlier levels and rupiah held."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np
from scipy import sparse

from sehatmenu.planning.bounds import Folded, fold
from sehatmenu.planning.level_programs import Held, unit_rows
from sehatmenu.planning.models import Model, Program, widened
from sehatmenu.planning.solvers import Cancel, solve

if TYPE_CHECKING:
    from sehatmenu.planning.models import F8, I8, Rows

_EQUAL = 1e-9


def level_bound(model: Model, held: Sequence[Held], *, limit: float, time_limit: float, cancel: Cancel | None) -> float:
    """A level of the last aim that no menu of at most `limit` rupiah exceeds while it keeps all levels; inf: none known.

    Every such menu, its days added up, is a solution of the folded program: rows that tell interchangeable days apart
    are left out, and a weight that does is taken at its highest.
    """
    folded = fold(model)
    base, helpers = folded.program, [h.aim.most.size for h in held]
    first = base.cost.size + np.cumsum([0, *helpers])
    width = int(first[-1])
    blocks = [widened(base.matrix, width), widened(sparse.csr_array(base.cost[None, :]), width)]
    low, high = [base.row_lower, np.array([-np.inf])], [base.row_upper, np.array([limit])]
    for h, start in zip(held, first.tolist(), strict=False):
        tied, kept = _folded_rows(h.aim.rows, folded, start, width)
        blocks += [tied, sparse.csr_array(_folded_worth(h.aim.worth, folded, start, width)[None, :])]
        low += [h.aim.low[kept], np.array([h.least])]
        high += [h.aim.high[kept], np.array([np.inf])]
    rows = unit_rows(sparse.csr_array(sparse.vstack(blocks)), np.concatenate(low), np.concatenate(high))
    upper = np.concatenate([base.upper, *(h.aim.most for h in held)])
    objective = -_folded_worth(held[-1].aim.worth, folded, int(first[-2]), width)
    program = Program(objective, np.zeros(width), upper, np.zeros(width, bool), *rows)
    return -solve(program, time_limit=time_limit, cancel=cancel).bound


def _folded_rows(rows: Rows, folded: Folded, start: int, width: int) -> tuple[Rows, I8]:
    """Rows over folded columns and an aim's helpers, and which of them stay: those with equal entries for all copies."""
    n, count = folded.column.size, folded.copies.size
    gather = sparse.csr_array((1.0 / folded.copies[folded.column], (np.arange(n), folded.column)), shape=(n, count))
    own = sparse.csr_array(rows[:, :n])
    mean = sparse.csr_array(own @ gather)
    spread = sparse.csr_array((np.ones(n), (folded.column, np.arange(n))), shape=(count, n))
    uneven = np.asarray(abs(own - mean @ spread).max(axis=1).toarray()).ravel()
    kept = np.flatnonzero(uneven <= _EQUAL)
    entries = rows[:, n:].tocoo()
    helpers = sparse.csr_array((entries.data, (entries.row, entries.col + start)), shape=(rows.shape[0], width))
    return sparse.csr_array(widened(mean, width) + helpers)[kept], kept


def _folded_worth(worth: F8, folded: Folded, start: int, width: int) -> F8:
    """The highest weight among the copies of each folded column, and the weights of the helpers."""
    n = folded.column.size
    most = np.full(width, -np.inf)
    np.maximum.at(most, folded.column, worth[:n])
    most[folded.copies.size :] = 0.0
    most[start : start + worth.size - n] = worth[n:]
    return most
