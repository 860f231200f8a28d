"""A menu laid meal by meal, each chosen exactly and in serving steps under all rules, with every other meal fixed."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from scipy import sparse

from sehatmenu.planning.layouts import Layout
from sehatmenu.planning.models import TOLERANCE, Distinct, Program
from sehatmenu.planning.patterns import Kind, Pool, clean_meal, local_rows
from sehatmenu.planning.solvers import solve_small

if TYPE_CHECKING:
    from sehatmenu.planning.models import F8, I8, Rows


@dataclass(frozen=True, slots=True, eq=False)
class Seat:
    """One occasion: its kind, the model's columns (-1 where an option is not to be had), and the coupling rows it touches."""

    number: int
    kind: int
    places: I8
    rows: I8
    matrix: Rows


class Sweep:
    """A menu on its seats. `values` are the model's columns; rules may be missed until sweeps have mended them."""

    def __init__(self, layout: Layout, found: list[Kind], pool: Pool, left: Callable[[], float], gap: float) -> None:
        self.layout, self.kinds, self.pool, self.left, self.gap = layout, found, pool, left, gap
        self.coupling = np.flatnonzero(local_rows(layout) < 0)
        self.matrix = layout.model.matrix[self.coupling].tocsc()
        self.size = layout.size[self.coupling]
        self.penalty = 20.0 * layout.unit * layout.model.n_slots
        self.seats = [self._seat(n, k, places) for n, (k, places) in enumerate(self._order())]
        self.start(np.zeros(layout.model.n))

    def start(self, values: F8) -> None:
        """Begin from a menu (all zeros: from nothing)."""
        self.values = values.copy()
        self.activity: F8 = np.asarray(self.matrix @ self.values)

    def _order(self) -> list[tuple[int, I8]]:
        """Occasions in the order of their slots, i.e. day by day."""
        slot, n_serve = self.layout.model.slot, self.layout.model.n_serve
        seats = [(k, places) for k, kind in enumerate(self.kinds) for places in kind.places]
        return sorted(seats, key=lambda seat: int(slot[seat[1][(seat[1] >= 0) & (seat[1] < n_serve)]].min()))

    def _seat(self, number: int, kind: int, places: I8) -> Seat:
        there = np.flatnonzero(places >= 0)
        own = self.matrix[:, places[there]].tocsr()
        rows = np.flatnonzero(np.diff(own.indptr) > 0)
        entries = own[rows].tocoo()
        matrix = sparse.csr_array((entries.data, (entries.row, there[entries.col])), shape=(rows.size, places.size))
        return Seat(number, kind, places, rows, matrix)

    def lay(self, prices: Callable[[F8, F8], F8]) -> None:
        """Lay the meals day by day; a rule counts by its price until its last seat is due.

        `prices(values, left)` answers the prices by folded column when `left` meals of each kind are still to be laid.
        """
        self.start(np.zeros(self.layout.model.n))
        to_lay = np.array([len(kind.places) for kind in self.kinds], dtype=float)
        waiting = np.zeros(self.coupling.size)
        for seat in self.seats:
            waiting[seat.rows] += 1
        for seat in self.seats:
            if self.left() <= 0:
                return
            waiting[seat.rows] -= 1
            worth = prices(self.values, to_lay)
            to_lay[seat.kind] -= 1
            self._choose(seat, worth[self.kinds[seat.kind].folded], waiting[seat.rows] == 0)

    def improve(self) -> bool:
        """Choose every meal anew with the others fixed; True when something became cheaper or a rule was mended."""
        before = self.worth()
        for seat in self.seats:
            if self.left() <= 0:
                break
            self._choose(seat)
        return self.worth() < before * (1 - 1e-6)

    def worth(self) -> float:
        """Rupiah of the menu with a price on every missed rule."""
        return float(self.layout.model.cost @ self.values) + self.penalty * float(self.missed().sum())

    def missed(self) -> F8:
        """By how much each coupling row is missed, relative to its size; then variety rules, in keys missing."""
        model = self.layout.model
        lower, upper = model.lower[self.coupling], model.upper[self.coupling]
        rows = np.maximum(np.maximum(lower - self.activity, self.activity - upper), 0.0) / self.size
        keys = [max(0, d.minimum - len(self._served_keys(d))) for d in model.distinct]
        return np.concatenate([np.where(rows <= TOLERANCE / 10, 0.0, rows), np.array(keys, dtype=float)])

    @property
    def complete(self) -> bool:
        """Whether every slot is filled and no rule is missed."""
        model = self.layout.model
        served = np.bincount(model.slot, self.values[: model.n_serve], model.n_slots)
        return bool((served > 0.5).all()) and not self.missed().any()

    def _served_keys(self, distinct: Distinct) -> set[int]:
        return set(distinct.keys[self.values[distinct.cells] > 0.5].tolist())

    def _choose(self, seat: Seat, prices: F8 | None = None, due: I8 | None = None) -> None:
        """Choose the meal of a seat: before all others are laid (with `prices` and the rows that are due), or for good."""
        before, kept, activity = self.worth(), self.values.copy(), self.activity.copy()
        there = seat.places[seat.places >= 0]
        self.activity = self.activity - self.matrix[:, there] @ self.values[there]
        self.values[there] = 0.0
        program = self._program(seat, prices, due)
        near = self.gap if prices is not None else 0.1 * self.gap
        answer = solve_small(program, time_limit=max(0.05, min(3.0, self.left())), gap=near)
        if answer.values is not None:
            kind = self.kinds[seat.kind]
            meal = clean_meal(kind, kind.stepped.values(answer.values[: kind.stepped.program.cost.size]))
            used = np.flatnonzero(meal.values)
            self.values[seat.places[used]] = meal.values[used]
            self.activity[seat.rows] += np.asarray(seat.matrix @ meal.values)
            self.pool.add(seat.kind, meal)
        if answer.values is None or (prices is None and self.worth() >= before):
            self.values, self.activity = kept, activity

    def _program(self, seat: Seat, prices: F8 | None, due: I8 | None) -> Program:
        """The local program of a seat, and the coupling rows with what is left of their bounds, elastic at a price."""
        kind, model, rows = self.kinds[seat.kind], self.layout.model, self.coupling[seat.rows]
        base, scale, size = kind.stepped.program, kind.stepped.scale, self.size[seat.rows]
        lower = (model.lower[rows] - self.activity[seat.rows]) / size
        upper = (model.upper[rows] - self.activity[seat.rows]) / size
        if due is not None:
            lower = np.where(due, lower, -np.inf)
        own = sparse.csr_array(sparse.diags_array(1.0 / size) @ seat.matrix @ sparse.diags_array(scale))
        asked = [row for d in model.distinct if (row := self._variety(seat, d, laying=due is not None)) is not None]
        extra = sparse.csr_array(sparse.vstack([own, *asked])) if asked else own
        lower, upper = np.append(lower, np.ones(len(asked))), np.append(upper, np.full(len(asked), np.inf))
        m = lower.size
        slack = sparse.hstack([sparse.eye_array(m), -sparse.eye_array(m)])
        none = sparse.csr_array((base.matrix.shape[0], 2 * m))
        cost = (kind.model.cost - (prices if prices is not None else 0.0)) * scale
        return Program(
            np.concatenate([cost, np.full(2 * m, self.penalty)]),
            np.concatenate([base.lower, np.zeros(2 * m)]),
            np.concatenate([np.where(seat.places >= 0, base.upper, 0.0), np.full(2 * m, np.inf)]),
            np.concatenate([base.integer, np.zeros(2 * m, bool)]),
            sparse.csr_array(sparse.vstack([sparse.hstack([base.matrix, none]), sparse.hstack([extra, slack])])),
            np.concatenate([base.row_lower, lower]),
            np.concatenate([base.row_upper, upper]),
        )

    def _variety(self, seat: Seat, distinct: Distinct, *, laying: bool) -> Rows | None:
        """A row that asks this seat for one more key, where a variety rule still misses some and later seats cannot help."""
        known = self._served_keys(distinct)
        missing = distinct.minimum - len(known)
        if missing <= 0 or (laying and missing <= self._later(seat, distinct)):
            return None
        fresh = np.zeros(self.layout.model.n + 1, dtype=bool)
        fresh[distinct.cells[~np.isin(distinct.keys, list(known))]] = True
        row = fresh[seat.places].astype(float)
        return sparse.csr_array(row[None, :]) if row.any() else None

    def _later(self, seat: Seat, distinct: Distinct) -> int:
        """How many seats after this one can bring a key of a variety rule."""
        return sum(bool(np.isin(distinct.cells, other.places).any()) for other in self.seats[seat.number + 1 :])
