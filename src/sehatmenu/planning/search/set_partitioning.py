"""Set partitioning: one known meal for each of some seats, all rules over several meals kept, the other seats as they are."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from scipy import sparse

from sehatmenu.planning.models import Distinct, Program
from sehatmenu.planning.patterns import Meal
from sehatmenu.planning.search.seats import Seat, Seating
from sehatmenu.planning.solvers import Status, solve_small

if TYPE_CHECKING:
    from sehatmenu.planning.models import F8, Flags, Rows


@dataclass(frozen=True, slots=True, eq=False)
class Candidates:
    """Known meals that may be served on one seat, with what each counts in the objective (rupiah, perhaps less earnings)."""

    seat: Seat
    meals: list[Meal]
    costs: F8

    def available(self) -> Candidates:
        """Only the meals whose options are all to be had on this seat."""
        there = self.seat.places >= 0
        kept = [i for i, meal in enumerate(self.meals) if there[np.flatnonzero(meal.values)].all()]
        return Candidates(self.seat, [self.meals[i] for i in kept], self.costs[kept])


@dataclass(frozen=True, slots=True)
class Chosen:
    """The menu with new meals (None where none was found), and whether nothing cheaper exists among the candidates."""

    values: F8 | None
    closed: bool


def choose(
    seating: Seating,
    candidates: list[Candidates],
    values: F8,
    *,
    due: Flags | None = None,
    elastic: bool = False,
    cutoff: float = np.inf,
    seconds: float,
    nodes: int,
    gap: float = 0.0,
) -> Chosen:
    """Choose one candidate for each seat at the least total cost, every joint rule kept with all other seats as in `values`.

    Lower limits of rows that are not `due` (seats still empty can meet them) are left out. With `elastic` a row may be
    missed at a price. `cutoff` is a cost that must be undercut.
    """
    rest = values.copy()
    for entry in candidates:
        rest[entry.seat.places[entry.seat.places >= 0]] = 0.0
    program, columns = _program(seating, candidates, rest, due, elastic)
    answer = solve_small(program, time_limit=seconds, gap=gap, cutoff=cutoff, nodes=nodes, presolve=True)
    closed = answer.status in (Status.optimal, Status.infeasible)
    if answer.values is None:
        return Chosen(None, closed)
    picked = answer.values[:columns] > 0.5
    first = 0
    for entry in candidates:
        for i in np.flatnonzero(picked[first : first + len(entry.meals)]).tolist():
            seating.serve(rest, entry.seat, entry.meals[i])
        first += len(entry.meals)
    return Chosen(rest, closed)


def _program(
    seating: Seating, candidates: list[Candidates], rest: F8, due: Flags | None, elastic: bool
) -> tuple[Program, int]:
    served = [sparse.csr_array(np.column_stack([meal.values for meal in entry.meals])) for entry in candidates]
    added = [entry.seat.matrix @ block for entry, block in zip(candidates, served, strict=True)]
    joint = sparse.csr_array(sparse.hstack(added))
    touched = np.flatnonzero(np.diff(joint.indptr) > 0)
    used = np.asarray(seating.matrix @ rest)[touched]
    lower, upper = seating.lower[touched] - used, seating.upper[touched] - used
    if due is not None:
        lower = np.where(due[touched], lower, -np.inf)
    sizes = [len(entry.meals) for entry in candidates]
    k, seat = sum(sizes), np.repeat(np.arange(len(sizes)), sizes)
    one = sparse.csr_array((np.ones(k), (seat, np.arange(k))), shape=(len(sizes), k))
    variety = _variety(seating, candidates, served, rest, due is not None)
    slack = touched.size if elastic else 0
    keys = variety.keys.shape[1]
    eye = sparse.eye_array(touched.size) if elastic else sparse.csr_array((touched.size, 0))
    matrix = sparse.block_array(
        [
            [joint[touched], sparse.csr_array((touched.size, keys)), eye, -eye],
            [one, None, None, None],
            [variety.choice, variety.keys, None, None],
        ],
        format="csr",
    )
    costs = np.concatenate([*(entry.costs for entry in candidates), np.zeros(keys), np.full(2 * slack, seating.penalty)])
    program = Program(
        cost=costs,
        lower=np.zeros(costs.size),
        upper=np.concatenate([np.ones(k + keys), np.full(2 * slack, np.inf)]),
        integer=np.concatenate([np.ones(k + keys, bool), np.zeros(2 * slack, bool)]),
        matrix=sparse.csr_array((matrix.data.astype(float), matrix.indices, matrix.indptr), shape=matrix.shape),
        row_lower=np.concatenate([lower, np.ones(len(sizes)), variety.lower]),
        row_upper=np.concatenate([upper, np.ones(len(sizes)), np.full(variety.lower.size, np.inf)]),
    )
    return program, k


@dataclass(frozen=True, slots=True, eq=False)
class VarietyRows:
    """Variety rules over candidates: `meals that carry the key - key >= 0`, and `sum of keys >= what is missing`."""

    choice: Rows
    keys: Rows
    lower: F8


def _variety(
    seating: Seating, candidates: list[Candidates], served: list[Rows], rest: F8, laying: bool
) -> VarietyRows:
    """Variety rules that the other seats leave unmet; while a menu is being laid only those no empty seat can help."""
    width = sum(block.shape[1] for block in served)
    choice: list[Rows] = []
    keys: list[Rows] = []
    lower: list[F8] = []
    for distinct in seating.model.distinct:
        found = _unmet(seating, candidates, served, rest, distinct, laying)
        if found is None:
            continue
        carries, missing = found
        names = carries.shape[0]
        choice.append(sparse.csr_array(sparse.vstack([carries, sparse.csr_array((1, width))])))
        keys.append(sparse.csr_array(sparse.vstack([-sparse.eye_array(names), sparse.csr_array(np.ones((1, names)))])))
        lower.append(np.append(np.zeros(names), float(missing)))
    if not choice:
        return VarietyRows(sparse.csr_array((0, width)), sparse.csr_array((0, 0)), np.zeros(0))
    return VarietyRows(
        sparse.csr_array(sparse.vstack(choice)), sparse.csr_array(sparse.block_diag(keys)), np.concatenate(lower)
    )


def _unmet(
    seating: Seating, candidates: list[Candidates], served: list[Rows], rest: F8, distinct: Distinct, laying: bool
) -> tuple[Rows, int] | None:
    """Which candidates carry which key that is still missing, and how many keys are; None where nothing is to be asked."""
    known = np.unique(distinct.keys[rest[distinct.cells] > 0.5])
    fresh = ~np.isin(distinct.keys, known)
    names, key = np.unique(distinct.keys[fresh], return_inverse=True)
    of_cell = sparse.csr_array((np.ones(key.size), (key, distinct.cells[fresh])), shape=(names.size, seating.model.n + 1))
    blocks = [of_cell[:, entry.seat.places] @ (block > 0.5) for entry, block in zip(candidates, served, strict=True)]
    missing = distinct.minimum - known.size
    if laying:
        missing -= _helpful(seating, candidates, rest, distinct)
    carries = sparse.csr_array(sparse.hstack(blocks))
    return (carries, missing) if missing > 0 and carries.nnz else None


def _helpful(seating: Seating, candidates: list[Candidates], rest: F8, distinct: Distinct) -> int:
    """How many seats that are still empty and not being chosen can bring a key of a variety rule."""
    chosen = {entry.seat.number for entry in candidates}
    return sum(
        seat.number not in chosen
        and not rest[seat.places[seat.places >= 0]].any()
        and bool(np.isin(distinct.cells, seat.places).any())
        for seat in seating.seats
    )
