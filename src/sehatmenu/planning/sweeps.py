"""One meal at a time, exactly: each is chosen anew, in serving steps, under all rules, with every other meal fixed."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from scipy import sparse

from sehatmenu.planning.layouts import Layout
from sehatmenu.planning.models import TOLERANCE, Distinct, Program
from sehatmenu.planning.patterns import Kind, Pool, clean_meal, local_rows
from sehatmenu.planning.solvers import solve

if TYPE_CHECKING:
    from sehatmenu.planning.models import F8, I8, Rows


@dataclass(frozen=True, slots=True, eq=False)
class Seat:
    """One occasion: its kind, its number within the kind, the model's columns, and the coupling rows that touch them."""

    kind: int
    place: int
    columns: I8
    rows: I8
    matrix: Rows


class Sweep:
    """A menu laid out meal by meal. `values` are the model's columns; rows may be missed until sweeps have mended them."""

    def __init__(self, layout: Layout, found: list[Kind], pool: Pool, left: Callable[[], float]) -> None:
        self.layout, self.kinds, self.pool, self.left = layout, found, pool, left
        self.coupling = np.flatnonzero(local_rows(layout) < 0)
        self.matrix = layout.model.matrix[self.coupling].tocsr()
        self.size = layout.size[self.coupling]
        self.values: F8 = np.zeros(layout.model.n)
        self.activity: F8 = np.zeros(self.coupling.size)
        self.seats = [self._seat(k, i) for i, k in self._order()]
        self.laid: set[tuple[int, int]] = set()
        self.penalty = 20.0 * layout.unit * layout.model.n_slots

    def _order(self) -> list[tuple[int, int]]:
        """Occasions in the order of their slots, i.e. day by day."""
        seats = [(i, k) for k, kind in enumerate(self.kinds) for i in range(len(kind.places))]
        slot = self.layout.model.slot

        def first(seat: tuple[int, int]) -> int:
            places = self.kinds[seat[1]].places[seat[0]]
            return int(slot[places[(places >= 0) & (places < self.layout.model.n_serve)]].min())

        return sorted(seats, key=first)

    def _seat(self, k: int, i: int) -> Seat:
        columns = self.kinds[k].places[i]
        there = np.flatnonzero(columns >= 0)
        own = sparse.csr_array(self.matrix[:, columns[there]])
        rows = np.flatnonzero(np.diff(own.indptr) > 0)
        entries = own[rows].tocoo()
        shape = (rows.size, columns.size)
        return Seat(k, i, columns, rows, sparse.csr_array((entries.data, (entries.row, there[entries.col])), shape=shape))

    def lay(self, prices: F8) -> None:
        """Lay the meals in order; rules that are not yet due count by their `prices` (by folded column)."""
        for seat in self.seats:
            if self.left() <= 0:
                return
            self._choose(seat, prices[self.kinds[seat.kind].folded], due=False)

    def improve(self) -> bool:
        """Choose every meal anew with the others fixed; True when something became cheaper or a rule was mended."""
        before = self.worth()
        for seat in self.seats:
            if self.left() <= 0:
                break
            self._choose(seat, np.zeros(seat.columns.size), due=True)
        return self.worth() < before * (1 - 1e-7)

    def worth(self) -> float:
        """Rupiah of the menu with a price on every missed rule."""
        return float(self.layout.model.cost @ self.values) + self.penalty * float(self.missed().sum())

    def missed(self) -> F8:
        """By how much each coupling row is missed, relative to its size; then variety rules, in keys missing."""
        model = self.layout.model
        lower, upper = model.lower[self.coupling], model.upper[self.coupling]
        rows = np.maximum(np.maximum(lower - self.activity, self.activity - upper), 0.0) / self.size
        keys = [max(0, d.minimum - np.unique(d.keys[self.values[d.cells] > 0.5]).size) for d in model.distinct]
        return np.concatenate([np.where(rows <= TOLERANCE / 10, 0.0, rows), np.array(keys, dtype=float)])

    @property
    def complete(self) -> bool:
        """Whether every meal is laid and no rule is missed."""
        return len(self.laid) == len(self.seats) and not self.missed().any()

    def _take(self, seat: Seat) -> F8:
        """Clear a seat; answer what was served there."""
        there = seat.columns >= 0
        old = np.where(there, self.values[seat.columns], 0.0)
        self.activity[seat.rows] -= seat.matrix @ old
        self.values[seat.columns[there]] = 0.0
        return old

    def _put(self, seat: Seat, meal: F8) -> None:
        there = seat.columns >= 0
        self.values[seat.columns[there]] = meal[there]
        self.activity[seat.rows] += seat.matrix @ meal

    def _choose(self, seat: Seat, prices: F8, *, due: bool) -> None:
        kind = self.kinds[seat.kind]
        old = self._take(seat)
        answer = solve(
            self._program(seat, prices, due),
            time_limit=max(0.05, min(2.0, self.left())),
            gap=2e-4,
        )
        new = old
        if answer.values is not None:
            meal = clean_meal(kind, kind.stepped.values(answer.values[: kind.stepped.program.cost.size]))
            new = self._better(seat, old, meal.values) if due else meal.values
            self.pool.add(seat.kind, meal)
        self._put(seat, new)
        if new.any():
            self.laid.add((seat.kind, seat.place))

    def _better(self, seat: Seat, old: F8, new: F8) -> F8:
        worths = []
        for meal in (old, new):
            self._put(seat, meal)
            worths.append(self.worth() if meal.any() else np.inf)
            self._take(seat)
        return new if worths[1] < worths[0] - 1e-6 else old

    def _program(self, seat: Seat, prices: F8, due: bool) -> Program:
        """The local program of a seat, the coupling rows with what is left of their bounds, elastic at a price."""
        kind, model = self.kinds[seat.kind], self.layout.model
        base, scale = kind.stepped.program, kind.stepped.scale
        rest, size = self.activity[seat.rows], self.size[seat.rows]
        lower = (model.lower[self.coupling[seat.rows]] - rest) / size
        upper = (model.upper[self.coupling[seat.rows]] - rest) / size
        if not due:
            lower = np.full(lower.size, -np.inf)
        own = sparse.csr_array(sparse.diags_array(1.0 / size) @ seat.matrix @ sparse.diags_array(scale))
        variety = [row for d in model.distinct for row in self._variety(seat, d)] if due else []
        extra = sparse.csr_array(sparse.vstack([own, *variety])) if variety else own
        lower = np.concatenate([lower, np.ones(len(variety))])
        upper = np.concatenate([upper, np.full(len(variety), np.inf)])
        m = lower.size
        slack = sparse.hstack([sparse.eye_array(m), -sparse.eye_array(m)])
        matrix = sparse.bmat([[base.matrix, None], [extra, slack]], format="csr")
        top = base.upper.copy()
        top[np.flatnonzero(seat.columns < 0)] = 0.0
        cost = np.concatenate([(kind.model.cost - prices) * scale, np.full(2 * m, self.penalty)])
        return Program(
            cost, np.concatenate([base.lower, np.zeros(2 * m)]), np.concatenate([top, np.full(2 * m, np.inf)]),
            np.concatenate([base.integer, np.zeros(2 * m, bool)]), sparse.csr_array(matrix),
            np.concatenate([base.row_lower, lower]), np.concatenate([base.row_upper, upper]),
        )  # fmt: skip

    def _variety(self, seat: Seat, distinct: Distinct) -> Iterator[Rows]:
        """A row that asks this seat for one more key, where a variety rule still misses some."""
        known = set(distinct.keys[self.values[distinct.cells] > 0.5].tolist())
        if len(known) >= distinct.minimum:
            return
        fresh = {int(c) for c, key in zip(distinct.cells, distinct.keys, strict=True) if key not in known}
        at = np.flatnonzero([column in fresh for column in seat.columns.tolist()])
        if at.size:
            ones = (np.ones(at.size), (np.zeros(at.size, dtype=np.int64), at))
            yield sparse.csr_array(ones, shape=(1, seat.columns.size))
