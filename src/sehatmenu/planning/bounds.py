"""The lower bound behind every gap: equal days are folded into one average day, whose program is small."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import TYPE_CHECKING
from weakref import WeakKeyDictionary

import numpy as np
from scipy import sparse
from scipy.sparse.csgraph import connected_components

from sehatmenu.planning.certificates import RowPrices, certified_bound
from sehatmenu.planning.deadlines import tick
from sehatmenu.planning.models import (
    Model,
    Program,
    RowBlock,
    link_rows,
    portion_range,
    slot_rows,
)
from sehatmenu.planning.solvers import Solution, Status

if TYPE_CHECKING:
    from sehatmenu.planning.models import F8, I8, Flags, Rows

_CHUNK = 2_000_000


@dataclass(frozen=True, slots=True, eq=False)
class Folded:
    """A model folded into its average day: one column per orbit, rows summed over families.

    `column` is the folded column of each model column, `copies` the number of model columns in each folded one;
    `weights` (folded rows x model rows) says which model rows each folded row adds up.
    """

    program: Program
    column: I8
    copies: F8
    weights: Rows
    rule: I8

    def rates(self, values: F8) -> F8:
        """Share of each model column in a solution of the folded program."""
        return values[self.column] / self.copies[self.column]

    def prices(self, duals: F8) -> F8:
        """Price of each of the model's own rows out of the duals of the folded program."""
        return np.asarray(self.weights.T @ duals[: self.weights.shape[0]])


_KNOWN: WeakKeyDictionary[Model, Folded] = WeakKeyDictionary()
"""The average day of every model still in use: engines, conflicts and margins all begin with it."""


def fold(model: Model, *, whole: bool = False) -> Folded:
    """Fold a model; every solution of the model, averaged, satisfies the folded program at no higher cost.

    With whole, the number of times each option is served must be an integer, which gives a higher bound.
    """
    known = _KNOWN.get(model)
    if known is None:
        known = _KNOWN[model] = _folded(model)
    return replace(known, program=_whole(known, model)) if whole else known


def average_bound(model: Model, answer: Solution) -> float:
    """What the prices of a solved average day prove for every menu; inf where it has no solution."""
    if answer.status is Status.infeasible:
        return math.inf
    return -math.inf if answer.duals is None else certified_bound(model, RowPrices(fold(model).prices(answer.duals)))


def _whole(folded: Folded, model: Model) -> Program:
    """The folded program with servings in whole numbers."""
    integer = np.zeros(folded.copies.size, bool)
    integer[folded.column[: model.n_serve]] = True
    return replace(folded.program, integer=integer)


def _folded(model: Model) -> Folded:
    column, n_folded = _fold_columns(model)
    copies = np.bincount(column, minlength=n_folded).astype(float)
    families = np.unique(model.family, return_inverse=True)[1]
    own = RowBlock(model.matrix, model.lower, model.upper, model.rule)
    blocks, weights = _fold_rows(own, families, column, copies)
    structure = [_fold_rows(b, f, column, copies)[0] for b, f in _structure(model, column)]
    every = [b for group in [blocks, *structure] for b in group]
    program = _program(model, column, copies, every)
    return Folded(program, column, copies, weights, np.concatenate([b.rule for b in every]))


def _fold_columns(model: Model) -> tuple[I8, int]:
    portion = np.arange(model.n) >= model.n_serve
    column = np.unique(model.orbit * 2 + portion, return_inverse=True)[1]
    return column, int(column.max(initial=-1)) + 1


def _structure(model: Model, column: I8) -> list[tuple[RowBlock, I8]]:
    low, high = portion_range(model)
    upper, lower = link_rows(model, low, high)
    portions = np.unique(column[model.n_serve :], return_inverse=True)[1]
    return [(slot_rows(model), slot_classes(model, column)), (upper, portions), (lower, portions)]


def slot_classes(model: Model, column: I8) -> I8:
    """Number the classes of slots: slots that share interchangeable options fall into one class."""
    options = column[: model.n_serve]
    size = model.n_slots + int(options.max(initial=-1)) + 1
    edges = (np.ones(model.n_serve), (model.slot, options + model.n_slots))
    return np.asarray(connected_components(sparse.csr_array(edges, shape=(size, size)), directed=False)[1],
                      np.int64)[: model.n_slots]  # fmt: skip


def _program(model: Model, column: I8, copies: F8, blocks: list[RowBlock]) -> Program:
    cost = _extreme_by(np.minimum, model.cost, column, copies.size)
    _, high = portion_range(model)
    most = np.concatenate([np.ones(model.n_serve), np.maximum(high, 0.0)])
    upper = np.bincount(column, most, copies.size).astype(float)
    none = np.zeros(copies.size, bool)
    return Program(cost, np.zeros(copies.size), upper, none, sparse.vstack([b.matrix for b in blocks], "csr"),
                   np.concatenate([b.lower for b in blocks]), np.concatenate([b.upper for b in blocks]))  # fmt: skip


def _extreme_by(extreme: np.ufunc, values: F8, column: I8, n: int) -> F8:
    order = np.argsort(column, kind="stable")
    starts = np.searchsorted(column[order], np.arange(n))
    return np.asarray(extreme.reduceat(values[order], starts)) if n else values


def _fold_rows(block: RowBlock, family: I8, column: I8, copies: F8) -> tuple[list[RowBlock], Rows]:
    """Add up the rows of each family: all of them and, where their windows overlap, also a set of disjoint ones."""
    tick()
    sums, repeats = _family_sums(block.matrix, family)
    folded, weights = [], []
    for side, extreme in ((block.upper, np.minimum), (block.lower, np.maximum)):
        kept = sparse.csr_array(sums @ sparse.diags_array(np.isfinite(side).astype(float)))
        kept.eliminate_zeros()
        filled = np.flatnonzero(np.diff(kept.indptr) > 0)
        filled = filled[np.argsort(repeats[filled], kind="stable")]
        kept = kept[filled]
        bound = kept @ np.where(np.isfinite(side), side, 0.0)
        added = _added(kept, block.matrix, int(np.count_nonzero(~repeats[filled])))
        matrix = _extreme_coefficients(added, column, copies, extreme)
        free = np.full(bound.size, np.inf)
        upper = extreme is np.minimum
        rule = block.rule[kept.indices[kept.indptr[:-1]]] if bound.size else np.zeros(0, np.int64)
        folded.append(RowBlock(matrix, -free if upper else bound, bound if upper else free, rule))
        weights.append(kept)
    return folded, sparse.csr_array(sparse.vstack(weights))


def _added(kept: Rows, matrix: Rows, apart: int) -> Rows:
    """The rows added up; the first `apart` sums are of rows that share no column, so their entries only move together."""
    order = kept.indices[: kept.indptr[apart]]
    moved = matrix[order]
    starts = moved.indptr[kept.indptr[: apart + 1]]
    together = sparse.csr_array((moved.data, moved.indices, starts), shape=(apart, matrix.shape[1]))
    return sparse.csr_array(sparse.vstack([together, kept[apart:] @ matrix])) if apart < kept.shape[0] else together


def _family_sums(matrix: Rows, family: I8) -> tuple[Rows, Flags]:
    """(sums x rows) which rows each sum adds up, and which sums may add several entries of one column."""
    m = family.size
    whole = sparse.csr_array((np.ones(m), (family, np.arange(m))), shape=(int(family.max(initial=-1)) + 1, m))
    pattern = sparse.csr_array((np.ones(matrix.nnz), matrix.indices, matrix.indptr), shape=matrix.shape)
    repeated = sparse.csr_array(whole @ pattern)
    overlap = np.zeros(whole.shape[0], bool)
    overlap[np.repeat(np.arange(whole.shape[0]), np.diff(repeated.indptr))[repeated.data > 1.5]] = True
    covers = [_disjoint(matrix, _row(whole, f), _row(repeated, f)) for f in np.flatnonzero(overlap).tolist()]
    if not covers:
        return whole, overlap
    rows = np.repeat(np.arange(len(covers)), [c.size for c in covers])
    chosen = sparse.csr_array((np.ones(rows.size), (rows, np.concatenate(covers))), shape=(len(covers), m))
    return sparse.csr_array(sparse.vstack([whole, chosen])), np.concatenate([overlap, np.ones(len(covers), bool)])


def _row(matrix: Rows, number: int) -> I8:
    return matrix.indices[matrix.indptr[number] : matrix.indptr[number + 1]]


def _disjoint(matrix: Rows, rows: I8, touched: I8) -> I8:
    """Rows that together touch every column of the family, widest first and disjoint as far as that goes."""
    tick()
    covered = np.zeros(matrix.shape[1], bool)
    picked: list[int] = []
    widest = rows[np.lexsort((rows, -np.diff(matrix.indptr)[rows]))].tolist()
    for fresh_only in (True, False):
        for r in widest if not covered[touched].all() else ():
            columns = _row(matrix, r)
            seen = covered[columns]
            if (not seen.any()) if fresh_only else (not seen.all()):
                covered[columns] = True
                picked.append(r)
    return np.array(picked, np.int64)


def _extreme_coefficients(sums: Rows, column: I8, copies: F8, extreme: np.ufunc) -> Rows:
    """Least (or greatest) coefficient within each orbit, in every row; absent entries count as zero."""
    pieces = [_extreme_chunk(sums[a:b], column, copies, extreme) for a, b in _chunks(sums.indptr)]
    empty = sparse.csr_array((0, copies.size))
    return sparse.csr_array(sparse.vstack([empty, *pieces], "csr"))


def _chunks(starts: I8) -> list[tuple[int, int]]:
    cuts = [0]
    while cuts[-1] < starts.size - 1:
        end = int(np.searchsorted(starts, starts[cuts[-1]] + _CHUNK, side="right")) - 1
        cuts.append(max(end, cuts[-1] + 1))
    return list(pairwise(cuts))


def _extreme_chunk(sums: Rows, column: I8, copies: F8, extreme: np.ufunc) -> Rows:
    tick()
    rows, width = sums.shape[0], copies.size
    key = np.repeat(np.arange(rows), np.diff(sums.indptr)) * width + column[sums.indices]
    order = np.argsort(key, kind="stable")
    key, data = key[order], sums.data[order]
    first = np.flatnonzero(np.concatenate([[True], key[1:] != key[:-1]])) if key.size else key
    value = extreme.reduceat(data, first) if key.size else data
    present = np.diff(np.concatenate([first, [key.size]]))
    row, folded = np.divmod(key[first], width)
    value = np.where(present < copies[folded], extreme(value, 0.0), value)
    return sparse.csr_array((value, (row, folded)), shape=(rows, width))
