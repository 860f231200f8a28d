"""Seats: the occasions of a model at which meals of a kind are served, and the rules over several meals that each touches."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from scipy import sparse

from sehatmenu.planning.layouts import Layout
from sehatmenu.planning.models import TOLERANCE
from sehatmenu.planning.patterns import Kind, Meal, local_rows

if TYPE_CHECKING:
    from sehatmenu.planning.models import F8, I8, Rows


@dataclass(frozen=True, slots=True, eq=False)
class Seat:
    """One occasion: its kind, the model's columns (-1 where an option is not to be had), and what they add to joint rows."""

    number: int
    kind: int
    places: I8
    matrix: Rows


class Seating:
    """All seats of a model in the order of their days, and the rows that join several of them.

    `rows` are the model's rows over several meals, `lower`, `upper` and `matrix` those rows divided by their size.
    """

    def __init__(self, layout: Layout, kinds: list[Kind]) -> None:
        self.layout, self.kinds, self.model = layout, kinds, layout.model
        self.rows = np.flatnonzero(local_rows(layout) < 0)
        size = layout.size[self.rows]
        scaled = sparse.diags_array(1.0 / size) @ self.model.matrix[self.rows]
        self.matrix = sparse.csc_array(scaled)
        self.lower, self.upper = self.model.lower[self.rows] / size, self.model.upper[self.rows] / size
        self.penalty = 20.0 * layout.unit * self.model.n_slots
        self.seats = [self._seat(n, kind, places) for n, (kind, places) in enumerate(self._order())]

    def _order(self) -> list[tuple[int, I8]]:
        slot, n_serve = self.model.slot, self.model.n_serve
        seats = [(k, places) for k, kind in enumerate(self.kinds) for places in kind.places]
        return sorted(seats, key=lambda seat: int(slot[seat[1][(seat[1] >= 0) & (seat[1] < n_serve)]].min()))

    def _seat(self, number: int, kind: int, places: I8) -> Seat:
        there = np.flatnonzero(places >= 0)
        own = self.matrix[:, places[there]].tocoo()
        shape = (self.rows.size, places.size)
        return Seat(number, kind, places, sparse.csr_array((own.data, (own.row, there[own.col])), shape=shape))

    def serve(self, values: F8, seat: Seat, meal: Meal) -> None:
        """Put a meal on a seat of the model's columns, in place of what stood there."""
        there = seat.places[seat.places >= 0]
        values[there] = 0.0
        used = np.flatnonzero(meal.values)
        values[seat.places[used]] = meal.values[used]

    def missed(self, values: F8) -> F8:
        """By how much each joint row is missed, relative to its size; then variety rules, in keys missing."""
        activity = self.matrix @ values
        rows = np.maximum(np.maximum(self.lower - activity, activity - self.upper), 0.0)
        keys = [
            max(0, d.minimum - np.unique(d.keys[values[d.cells] > 0.5]).size) for d in self.model.distinct
        ]
        return np.concatenate([np.where(rows <= TOLERANCE / 10, 0.0, rows), np.array(keys, dtype=float)])

    def complete(self, values: F8) -> bool:
        """Whether every slot is filled and no joint rule is missed."""
        served = np.bincount(self.model.slot, values[: self.model.n_serve], self.model.n_slots)
        return bool((served > 0.5).all()) and not self.missed(values).any()

    def worth(self, values: F8) -> float:
        """Rupiah of a menu with a price on every missed rule."""
        return float(self.model.cost @ values) + self.penalty * float(self.missed(values).sum())
