"""Laying: a first menu out of known meals, one kind of meal (a tray) after another, shared rules at their prices."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from sehatmenu.planning.column_generation.generation import Generation
from sehatmenu.planning.patterns import Meal
from sehatmenu.planning.search.meal_anew import meal_anew
from sehatmenu.planning.search.seats import Seat, Seating
from sehatmenu.planning.search.set_partitioning import Candidates, choose

if TYPE_CHECKING:
    from sehatmenu.planning.models import F8, Flags


@dataclass(frozen=True, slots=True)
class LayingParameters:
    """How a first menu is laid; measured on the example (docs/planner-measurements.md)."""

    meals: int = 30
    """Known meals of a kind that may be laid, the cheapest at the master's prices; half as many more at every new attempt."""
    nodes: int = 50
    """Branches of one set partitioning."""
    gap: float = 0.02
    """How near each set partitioning goes to its optimum: the search goes on from there."""
    mends: int = 3
    """Rounds in which meals that break a rule are chosen anew."""


def lay(
    seating: Seating, generation: Generation, left: Callable[[], float], parameters: LayingParameters, attempt: int = 0
) -> F8:
    """Lay known meals over the days, one kind after another; rules that are still missed are mended meal by meal.

    The kind's own rules are kept where they can be; a rule shared with kinds still to be laid counts at the master's price.
    The menu handed back may miss rules: ask `seating.complete`.
    """
    values: F8 = np.zeros(seating.model.n)
    master = generation.master
    count = int(parameters.meals * 1.5**attempt)
    shared = master.by_column(np.where(master.shared(), generation.duals, 0.0))
    for number, kind in enumerate(seating.kinds):
        if left() <= 0:
            return values
        meals = cheapest_known(generation, number, count)
        costs = np.array([meal.cost - float(shared[kind.folded] @ meal.values) for meal in meals])
        entries = [Candidates(seat, meals, costs).available() for seat in seating.seats if seat.kind == number]
        if not all(entry.meals for entry in entries):
            return values
        chosen = choose(
            seating, entries, values, due=_due(seating, number), elastic=True, seconds=left(), nodes=parameters.nodes,
            gap=parameters.gap,
        )  # fmt: skip
        if chosen.values is not None:
            values = chosen.values
    mend(seating, generation, values, left, parameters.mends)
    return values


def cheapest_known(generation: Generation, number: int, count: int) -> list[Meal]:
    """The known meals of a kind that cost least after what they earn at the master's prices."""
    reduced = generation.master.reduced_costs(number, generation.duals)
    order = np.argsort(reduced, kind="stable")[:count]
    return [generation.pool.meals[number][i] for i in order.tolist()]


def _due(seating: Seating, number: int) -> Flags:
    """Rows that no kind after this one touches: their lower limits have to be met now."""
    later = np.zeros(seating.rows.size, dtype=bool)
    for seat in seating.seats:
        if seat.kind > number:
            later |= np.diff(seat.matrix.indptr) > 0
    due: Flags = ~later
    return due


def mend(
    seating: Seating, generation: Generation, values: F8, left: Callable[[], float], rounds: int
) -> None:
    """Choose meals anew, in place, at seats that touch a missed rule, until none is missed or nothing helps."""
    for _ in range(rounds):
        for seat in seating.seats:
            missed = seating.missed(values)
            if left() <= 0 or not missed.any():
                return
            rows = missed[: seating.rows.size] > 0
            if missed[seating.rows.size :].any() or (np.diff(seat.matrix.indptr) > 0)[rows].any():
                _better(seating, generation, seat, values, left)


def _better(seating: Seating, generation: Generation, seat: Seat, values: F8, left: Callable[[], float]) -> bool:
    """Choose one meal anew and keep it where the menu is worth more; its meal becomes known."""
    meal = meal_anew(seating, seat, values, seconds=min(3.0, left()), gap=1e-4)
    if meal is None:
        return False
    before, trial = seating.worth(values), values.copy()
    seating.serve(trial, seat, meal)
    generation.keep(seat.kind, meal)
    if seating.worth(trial) >= before * (1 - 1e-9):
        return False
    values[:] = trial
    return True
