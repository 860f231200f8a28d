"""One meal chosen anew, exactly and in whole serving steps, under every rule and with all other meals as they are."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from scipy import sparse

from sehatmenu.planning.models import Distinct, Program
from sehatmenu.planning.patterns import Meal, clean_meal
from sehatmenu.planning.search.seats import Seat, Seating
from sehatmenu.planning.solvers import solve_small

if TYPE_CHECKING:
    from sehatmenu.planning.models import F8, Rows


def meal_anew(seating: Seating, seat: Seat, values: F8, *, seconds: float, gap: float) -> Meal | None:
    """The cheapest meal of a seat with the others as in `values`; a joint rule may be missed at a price. None out of time."""
    kind = seating.kinds[seat.kind]
    program = _program(seating, seat, values)
    answer = solve_small(program, time_limit=seconds, gap=gap)
    if answer.values is None:
        return None
    return clean_meal(kind, kind.stepped.values(answer.values[: kind.stepped.program.cost.size]))


def _program(seating: Seating, seat: Seat, values: F8) -> Program:
    kind = seating.kinds[seat.kind]
    base, scale = kind.stepped.program, kind.stepped.scale
    rest = values.copy()
    rest[seat.places[seat.places >= 0]] = 0.0
    rows = np.flatnonzero(np.diff(seat.matrix.indptr) > 0)
    used = np.asarray(seating.matrix @ rest)[rows]
    own = sparse.csr_array(sparse.csr_array(seat.matrix[rows]) @ sparse.diags_array(scale))
    asked = [row for d in seating.model.distinct if (row := _variety(seating, seat, rest, d)) is not None]
    extra = sparse.csr_array(sparse.vstack([own, *asked])) if asked else own
    m = rows.size + len(asked)
    slack = sparse.hstack([sparse.eye_array(m), -sparse.eye_array(m)])
    none = sparse.csr_array((base.matrix.shape[0], 2 * m))
    lower = np.concatenate([seating.lower[rows] - used, np.ones(len(asked))])
    upper = np.concatenate([seating.upper[rows] - used, np.full(len(asked), np.inf)])
    return Program(
        cost=np.concatenate([kind.model.cost * scale, np.full(2 * m, seating.penalty)]),
        lower=np.concatenate([base.lower, np.zeros(2 * m)]),
        upper=np.concatenate([np.where(seat.places >= 0, base.upper, 0.0), np.full(2 * m, np.inf)]),
        integer=np.concatenate([base.integer, np.zeros(2 * m, bool)]),
        matrix=sparse.csr_array(sparse.vstack([sparse.hstack([base.matrix, none]), sparse.hstack([extra, slack])])),
        row_lower=np.concatenate([base.row_lower, lower]),
        row_upper=np.concatenate([base.row_upper, upper]),
    )


def _variety(seating: Seating, seat: Seat, rest: F8, distinct: Distinct) -> Rows | None:
    """A row that asks this seat for one more key, where a variety rule still misses some."""
    known = np.unique(distinct.keys[rest[distinct.cells] > 0.5])
    if known.size >= distinct.minimum:
        return None
    fresh = np.zeros(seating.model.n + 1, dtype=bool)
    fresh[distinct.cells[~np.isin(distinct.keys, known)]] = True
    row = fresh[seat.places].astype(float)
    return sparse.csr_array(row[None, :]) if row.any() else None
