"""The restricted master: how often each known meal is served on the average day, under every rule that joins meals."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from scipy import sparse

from sehatmenu.errors import SolverError
from sehatmenu.planning.bounds import Folded
from sehatmenu.planning.certificates import Low, RowPrices, VarietyPrices, certified_bound
from sehatmenu.planning.layouts import Layout
from sehatmenu.planning.models import Distinct, Model, Program
from sehatmenu.planning.patterns import Kind, Meal, local_rows
from sehatmenu.planning.solvers import solve, solve_small

if TYPE_CHECKING:
    from sehatmenu.planning.models import F8, I8, Flags, Rows


_DEARER, _DEAREST = 4.0, 10.0
"""Missing a row by its size costs a meal at first, so much more each time one is missed, and the whole menu so often at most:
prices of the whole menu at once make programs that no solver finishes."""

_KEPT = 1e-7
"""A row missed by less than this part of its size is kept."""


@dataclass(frozen=True, slots=True, eq=False)
class MasterAnswer:
    """The cheapest mix of known meals: its rupiah, the prices of the rows and of one meal of each kind, and what it misses.

    `elastic` says that the known meals cannot keep every row.
    """

    value: float
    prices: F8
    worth: F8
    elastic: bool


class RestrictedMaster:
    """The average day over the meals known so far (Dantzig-Wolfe with identical subproblems folded into one).

    Rows may be missed at a price, so that a master of few meals has an answer whose prices ask for the meals it lacks.
    """

    def __init__(self, layout: Layout, folded: Folded, kinds: list[Kind]) -> None:
        self.model, self.kinds, self.folded = layout.model, kinds, folded
        self.counts = np.array([kind.places.shape[0] for kind in kinds], dtype=float)
        rows = _rows_over_meals(layout, folded)
        size = np.maximum(np.asarray(abs(folded.weights[rows]) @ layout.size), 1e-9)
        self.rows, self.size = rows, size
        own = sparse.csr_array(sparse.diags_array(1.0 / size) @ folded.program.matrix[rows])
        scarce, variety = _scarce(kinds, folded.copies.size), _varieties(layout.model, folded)
        self.matrix = sparse.csr_array(sparse.vstack([own, scarce, variety.matrix]))
        few = np.full(scarce.shape[0], -np.inf)
        self.lower = np.concatenate([folded.program.row_lower[rows] / size, few, variety.lower])
        self.upper = np.concatenate([folded.program.row_upper[rows] / size, np.ones(few.size), variety.upper])
        before = sparse.csr_array((rows.size + few.size, variety.most.size))
        self.keys = sparse.csr_array(sparse.vstack([before, variety.keys]))
        self.most, self._few, self._names = variety.most, few.size, variety.names
        self.penalty = layout.unit * layout.model.n_slots / float(self.counts.sum())
        self.dearest = _DEAREST * layout.unit * layout.model.n_slots
        self._of_kind = [sparse.csr_array(self.matrix[:, kind.folded]) for kind in kinds]
        self._columns: list[list[F8]] = [[] for _ in kinds]
        self._costs: list[list[float]] = [[] for _ in kinds]

    def start(self, duals: F8) -> F8:
        """Prices to begin with: those of the average day (`duals` of the folded program)."""
        prices = np.zeros(self.lower.size)
        prices[: self.rows.size] = duals[self.rows] * self.size
        return self.sound(prices)

    def add(self, number: int, meal: Meal) -> None:
        """Take in a meal of a kind as a column."""
        self._columns[number].append(np.asarray(self._of_kind[number] @ meal.values))
        self._costs[number].append(meal.cost)

    def activity(self, number: int) -> F8:
        """What one serving of each known meal of a kind adds to each row, (rows, meals)."""
        return np.column_stack(self._columns[number])

    def reduced_costs(self, number: int, prices: F8) -> F8:
        """Rupiah of each known meal of a kind after what it earns at prices of the rows."""
        return np.array(self._costs[number]) - prices @ self.activity(number)

    def solve(self) -> MasterAnswer:
        """The cheapest mix of known meals; every kind needs one."""
        m, width = self.lower.size, [len(known) for known in self._columns]
        k = sum(width)
        owner = np.repeat(np.arange(len(self.kinds)), width)
        of_kind = sparse.csr_array((np.ones(k), (owner, np.arange(k))), shape=(len(self.kinds), k))
        slack = sparse.hstack([sparse.eye_array(m), -sparse.eye_array(m)])
        none = sparse.csr_array((len(self.kinds), self.most.size + 2 * m))
        known = sparse.csr_array(np.column_stack([self.activity(n) for n in range(len(self.kinds))]))
        above = sparse.hstack([known, self.keys, slack])
        costs = np.concatenate([*self._costs, np.zeros(self.most.size), np.full(2 * m, self.penalty)])
        free = np.concatenate([np.full(k, np.inf), self.most, np.full(2 * m, np.inf)])
        program = Program(
            cost=costs,
            lower=np.zeros(costs.size),
            upper=free,
            integer=np.zeros(costs.size, bool),
            matrix=sparse.csr_array(sparse.vstack([above, sparse.hstack([of_kind, none])])),
            row_lower=np.concatenate([self.lower, self.counts]),
            row_upper=np.concatenate([self.upper, self.counts]),
        )
        answer = solve_small(program, time_limit=60.0, gap=0.0)
        if answer.duals is None:
            answer = solve(program, time_limit=60.0)
        if answer.duals is None or answer.values is None:
            raise SolverError(f"the average day over {k} meals ended with {answer.status}")
        elastic = bool((answer.values[k + self.most.size :] > _KEPT).any())
        self.penalty = min(_DEARER * self.penalty, self.dearest) if elastic else self.penalty
        return MasterAnswer(answer.objective, self.sound(answer.duals[:m]), answer.duals[m:], elastic)

    def by_column(self, prices: F8) -> F8:
        """What one unit of each folded column earns at prices of the rows."""
        return np.asarray(self.matrix.T @ prices)

    def shared(self) -> Flags:
        """Which rows reach over meals of several kinds."""
        touched = np.column_stack([np.diff(own.indptr) > 0 for own in self._of_kind])
        several: Flags = touched.sum(axis=1) > 1
        return several

    def certified(self, prices: F8, least: Sequence[float]) -> float:
        """What these prices prove, given the least that a meal of each kind costs after what it earns at them."""
        own, scarce, variety = np.split(prices, [self.rows.size, self.rows.size + self._few])
        folded = np.zeros(self.folded.weights.shape[0])
        folded[self.rows] = own / self.size
        known = RowPrices(np.asarray(self.folded.weights.T @ folded), self._ceilings(scarce), self._variety(variety))
        earned = np.asarray(self.matrix.T @ prices)
        lows = [Low(k.places, k.model.cost - earned[k.folded], low) for k, low in zip(self.kinds, least, strict=True)]
        return certified_bound(self.model, known, lows)

    def _ceilings(self, prices: F8) -> F8:
        """Prices of scarce options by y column of the model: each of those there are bears its part."""
        found, first = np.zeros(self.model.n_serve), 0
        for kind in self.kinds:
            few, there = _few(kind)
            each = prices[first : first + few.size] / there[few]
            first += few.size
            for column, price in zip(few.tolist(), each.tolist(), strict=True):
                places = kind.places[:, column]
                found[places[places >= 0]] = price
        return found

    def _variety(self, prices: F8) -> dict[int, VarietyPrices]:
        """Prices of variety rules, by rule: of each key (its row is `key <= servings`) and of one more kind."""
        found, first = {}, 0
        for rule, names in self._names:
            last = first + names.size
            keys = dict(zip(names.tolist(), (-prices[first:last]).tolist(), strict=True))
            found[rule], first = VarietyPrices(keys, float(prices[last])), last + 1
        return found

    def sound(self, prices: F8) -> F8:
        """Prices with the sign that a proof needs: none on a side that is not bounded."""
        wrong = ((prices > 0) & ~np.isfinite(self.lower)) | ((prices < 0) & ~np.isfinite(self.upper))
        return np.where(wrong, 0.0, prices)


def _rows_over_meals(layout: Layout, folded: Folded) -> I8:
    """The folded rows that no single meal keeps or breaks by itself."""
    local, weights = local_rows(layout), folded.weights
    owner = np.repeat(np.arange(weights.shape[0]), np.diff(weights.indptr))
    inside = np.zeros(weights.shape[0], dtype=bool)
    inside[owner[local[weights.indices] >= 0]] = True
    return np.flatnonzero(~inside)


def _scarce(kinds: list[Kind], width: int) -> Rows:
    """Options that are not to be had at every occasion of their kind: served at most as often as they are there."""
    rows, data = [], []
    for kind in kinds:
        few, there = _few(kind)
        rows.append(kind.folded[few])
        data.append(1.0 / there[few])
    columns = np.concatenate(rows) if rows else np.zeros(0, dtype=np.int64)
    entries = (np.concatenate(data), (np.arange(columns.size), columns))
    return sparse.csr_array(entries, shape=(columns.size, width))


def _few(kind: Kind) -> tuple[I8, I8]:
    """Options of a kind that are not there at every occasion; and at how many each option is."""
    there = (kind.places[:, : kind.model.n_serve] >= 0).sum(axis=0)
    return np.flatnonzero(there < kind.places.shape[0]), there


@dataclass(frozen=True, slots=True, eq=False)
class Varieties:
    """Variety rules of the average day: rows `key <= servings of it` and `sum of keys >= least`, a column per key.

    `matrix` is over folded columns, `keys` over the helper columns, each at most `most` (one per window); `names` are the
    keys of each rule in the order of its rows.
    """

    matrix: Rows
    keys: Rows
    lower: F8
    upper: F8
    most: F8
    names: tuple[tuple[int, I8], ...]


def _varieties(model: Model, folded: Folded) -> Varieties:
    """Add up the windows of each variety rule, as any menu satisfies it on average.

    A serving counts once for every window that it lies in, which are several where windows overlap.
    """
    by_rule: dict[int, list[Distinct]] = {}
    for distinct in model.distinct:
        by_rule.setdefault(distinct.rule, []).append(distinct)
    rows, helpers, lower, upper, most, by_name = [], [], [], [], [], []
    for rule, windows in by_rule.items():
        cells = np.concatenate([d.cells for d in windows])
        names, key = np.unique(np.concatenate([d.keys for d in windows]), return_inverse=True)
        counted, times = np.unique(np.column_stack([key, cells]), axis=0, return_counts=True)
        shape = (names.size + 1, folded.copies.size)
        most_often = np.zeros(shape)
        np.maximum.at(most_often, (counted[:, 0], folded.column[counted[:, 1]]), times)
        rows.append(sparse.csr_array(-most_often))
        by_name.append((rule, names))
        helpers.append(sparse.vstack([sparse.eye_array(names.size), sparse.csr_array(np.ones((1, names.size)))]))
        lower.append(np.append(np.full(names.size, -np.inf), float(sum(d.minimum for d in windows))))
        upper.append(np.append(np.zeros(names.size), np.inf))
        most.append(np.full(names.size, float(len(windows))))
    none = np.zeros(0)
    return Varieties(
        sparse.csr_array(sparse.vstack([sparse.csr_array((0, folded.copies.size)), *rows])),
        sparse.csr_array(sparse.block_diag(helpers)) if helpers else sparse.csr_array((0, 0)),
        np.concatenate([none, *lower]),
        np.concatenate([none, *upper]),
        np.concatenate([none, *most]),
        tuple(by_name),
    )
