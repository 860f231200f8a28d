"""A menu laid out meal by meal and chosen anew, exactly and in serving steps, a few meals at a time with all others fixed."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import combinations
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
    """Occasions that get the same meal: their kind, the model's columns of each ([occasion, column], -1 where an option
    is not to be had), the coupling rows that touch them, and what one meal served at all of them adds to those rows."""

    kind: int
    places: I8
    rows: I8
    matrix: Rows

    @property
    def open(self) -> I8:
        """The columns that all occasions have."""
        return np.flatnonzero((self.places >= 0).all(axis=0))


class Sweep:
    """A menu laid out on seats. `values` are the model's columns; rules may be missed until sweeps have mended them."""

    def __init__(self, layout: Layout, found: list[Kind], pool: Pool, left: Callable[[], float], gap: float) -> None:
        self.layout, self.kinds, self.pool, self.left, self.gap = layout, found, pool, left, gap
        self.coupling = np.flatnonzero(local_rows(layout) < 0)
        self.matrix = layout.model.matrix[self.coupling].tocsc()
        self.size = layout.size[self.coupling]
        self.values: F8 = np.zeros(layout.model.n)
        self.activity: F8 = np.zeros(self.coupling.size)
        self.penalty = 20.0 * layout.unit * layout.model.n_slots
        self.period = self._period()

    def _period(self) -> int:
        """After how many occasions of a kind the same dish may come back: the widest rule of at most one serving."""
        model = self.layout.model
        part = self.layout.part_of_slot[model.slot]
        once = np.flatnonzero(model.upper[self.coupling] == 1.0)
        rows = self.matrix[once].tocsr() if once.size else None
        if rows is None:
            return 1
        spans = [np.unique(part[c[c < model.n_serve]]).size for c in np.split(rows.indices, rows.indptr[1:-1])]
        return max(1, min(max(spans, default=1), min(len(kind.places) for kind in self.kinds)))

    def cycle(self) -> list[list[Seat]]:
        """The seats of a repeating cycle, by kind: every `period`-th occasion gets the same meal."""
        return [
            [self._seat(k, np.arange(j, len(kind.places), self.period)) for j in range(self.period)]
            for k, kind in enumerate(self.kinds)
        ]

    def days(self) -> list[list[Seat]]:
        """Every occasion as its own seat, by kind."""
        return [[self._seat(k, np.array([i])) for i in range(len(kind.places))] for k, kind in enumerate(self.kinds)]

    def _seat(self, k: int, occasions: I8) -> Seat:
        places = self.kinds[k].places[occasions]
        width = places.shape[1]
        total = sparse.csr_array((self.coupling.size, width))
        for columns in places:
            there = np.flatnonzero(columns >= 0)
            own = self.matrix[:, columns[there]].tocoo()
            entries = (own.data, (own.row, there[own.col]))
            total = total + sparse.csr_array(entries, shape=(self.coupling.size, width))
        total = sparse.csr_array(total)
        rows = np.flatnonzero(np.diff(total.indptr) > 0)
        return Seat(k, places, rows, sparse.csr_array(total[rows]))

    def lay(self, cycle: list[list[Seat]], prices: F8) -> None:
        """Lay a cycle in turns; rules that are not yet due count by their `prices` (by folded column)."""
        for turn in range(self.period):
            for seats in cycle:
                if self.left() > 0:
                    self.choose([seats[turn]], prices)

    def improve(self, by_kind: list[list[Seat]], together: int) -> bool:
        """Choose every `together` seats of a kind anew with the others fixed; True when it was worth it."""
        before = self.worth()
        for seats in by_kind:
            for few in combinations(seats, together):
                if self.left() <= 0:
                    return self.worth() < before * (1 - 1e-6)
                self.choose(list(few))
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

    def _take(self, seat: Seat) -> F8:
        """Clear a seat; answer the meal that was served there (of its first occasion, where they differ)."""
        there = seat.places >= 0
        old = np.where(there[0], self.values[np.maximum(seat.places[0], 0)], 0.0)
        columns = np.unique(seat.places[there])
        self.activity -= self.matrix[:, columns] @ self.values[columns]
        self.values[columns] = 0.0
        return old

    def _put(self, seat: Seat, meal: F8) -> None:
        used = np.flatnonzero(meal)
        self.values[seat.places[:, used]] = meal[used]
        self.activity[seat.rows] += seat.matrix @ meal

    def choose(self, seats: list[Seat], prices: F8 | None = None) -> None:
        """Choose the meals of a few seats together; with `prices` before all others are laid, else for good."""
        before, kept = self.worth(), self.values.copy()
        activity = self.activity.copy()
        for seat in seats:
            self._take(seat)
        answer = solve(
            self._program(seats, prices), time_limit=max(0.05, min(4.0, self.left())), gap=0.1 * self.gap
        )
        if answer.values is not None:
            offset = 0
            for seat in seats:
                kind = self.kinds[seat.kind]
                width = kind.stepped.program.cost.size
                meal = clean_meal(kind, kind.stepped.values(answer.values[offset : offset + width]))
                self._put(seat, meal.values)
                self.pool.add(seat.kind, meal)
                offset += width
        if answer.values is None or (prices is None and self.worth() >= before):
            self.values, self.activity = kept, activity

    def _program(self, seats: Sequence[Seat], prices: F8 | None) -> Program:
        """The local programs of a few seats side by side, and the coupling rows with what is left of their bounds."""
        bases = [self.kinds[seat.kind].stepped for seat in seats]
        rows = np.unique(np.concatenate([seat.rows for seat in seats]))
        size, model = self.size[rows], self.layout.model
        lower = (model.lower[self.coupling[rows]] - self.activity[rows]) / size
        upper = (model.upper[self.coupling[rows]] - self.activity[rows]) / size
        if prices is not None:
            lower = np.full(lower.size, -np.inf)
        own = sparse.hstack([self._scaled(seat, base.scale, rows, size) for seat, base in zip(seats, bases, strict=True)])
        variety = [] if prices is not None else [self._variety(seats, d) for d in model.distinct]
        asked = [row for row in variety if row is not None]
        extra = sparse.csr_array(sparse.vstack([own, *asked])) if asked else sparse.csr_array(own)
        lower, upper = np.append(lower, np.ones(len(asked))), np.append(upper, np.full(len(asked), np.inf))
        m = lower.size
        slack = sparse.hstack([sparse.eye_array(m), -sparse.eye_array(m)])
        local = sparse.block_diag([base.program.matrix for base in bases])
        matrix = sparse.csr_array(sparse.bmat([[local, None], [extra, slack]]))
        tops = [self._top(seat, base.program.upper) for seat, base in zip(seats, bases, strict=True)]
        cost = [self._cost(seat, base.scale, prices) for seat, base in zip(seats, bases, strict=True)]
        return Program(
            np.concatenate([*cost, np.full(2 * m, self.penalty)]),
            np.concatenate([*(b.program.lower for b in bases), np.zeros(2 * m)]),
            np.concatenate([*tops, np.full(2 * m, np.inf)]),
            np.concatenate([*(b.program.integer for b in bases), np.zeros(2 * m, bool)]),
            matrix,
            np.concatenate([*(b.program.row_lower for b in bases), lower]),
            np.concatenate([*(b.program.row_upper for b in bases), upper]),
        )

    def _scaled(self, seat: Seat, scale: F8, rows: I8, size: F8) -> Rows:
        own = seat.matrix.tocoo()
        at = np.searchsorted(rows, seat.rows)[own.row]
        entries = (own.data * scale[own.col] / size[at], (at, own.col))
        return sparse.csr_array(entries, shape=(rows.size, scale.size))

    def _top(self, seat: Seat, upper: F8) -> F8:
        top = np.zeros(upper.size)
        top[seat.open] = upper[seat.open]
        return top

    def _cost(self, seat: Seat, scale: F8, prices: F8 | None) -> F8:
        kind = self.kinds[seat.kind]
        cost = kind.model.cost - (prices[kind.folded] if prices is not None else 0.0)
        return np.asarray(cost * scale * len(seat.places))

    def _variety(self, seats: Sequence[Seat], distinct: Distinct) -> Rows | None:
        """A row that asks these seats for one more key, where a variety rule still misses some."""
        known = self._served_keys(distinct)
        if len(known) >= distinct.minimum:
            return None
        fresh = np.zeros(self.layout.model.n, dtype=bool)
        fresh[distinct.cells[~np.isin(distinct.keys, list(known))]] = True
        at = [(np.where(seat.places >= 0, fresh[seat.places], False).any(axis=0)).astype(float) for seat in seats]
        row = np.concatenate(at)
        return sparse.csr_array(row[None, :]) if row.any() else None
