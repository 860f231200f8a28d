"""Known meals laid over the days so that every rule holds, at the least cost: an integer program over whole meals."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from scipy import sparse

from sehatmenu.planning.layouts import Layout
from sehatmenu.planning.models import Model, Program
from sehatmenu.planning.patterns import Kind, Meal, Pool, local_rows
from sehatmenu.planning.solvers import solve

if TYPE_CHECKING:
    from sehatmenu.planning.models import F8, I8, Rows


def assign(
    layout: Layout, found: list[Kind], pool: Pool, *, seconds: float, gap: float, seed: int, threads: int
) -> F8 | None:
    """Lay known meals over the days so that every rule holds, cheapest first; values of the model's columns, or None."""
    model = layout.model
    coupling = np.flatnonzero(local_rows(layout) < 0)
    matrix = model.matrix[coupling].tocsc()
    entries = [(kind, i, meal) for kind, meals in zip(found, pool.meals, strict=True) for i in range(len(kind.places))
               for meal in meals if _available(kind, i, meal)]  # fmt: skip
    if not entries:
        return None
    served = [_served(kind, i, meal) for kind, i, meal in entries]
    indptr = np.concatenate([[0], np.cumsum([columns.size for columns, _ in served])])
    block = sparse.csc_array(
        (np.concatenate([v for _, v in served]), np.concatenate([c for c, _ in served]), indptr),
        shape=(model.n, len(entries)),
    )
    activity = sparse.csr_array(matrix @ block)
    program = _assignment(model, activity, coupling, sparse.csr_array(block), found, entries)
    answer = solve(program, time_limit=seconds, gap=gap, seed=seed, threads=threads)
    if answer.values is None:
        return None
    chosen = np.round(answer.values[: len(entries)])
    return np.asarray(block @ chosen)


def _available(kind: Kind, i: int, meal: Meal) -> bool:
    return bool((kind.places[i, np.flatnonzero(meal.values)] >= 0).all())


def _served(kind: Kind, i: int, meal: Meal) -> tuple[I8, F8]:
    used = np.flatnonzero(meal.values)
    return kind.places[i, used], meal.values[used]


def _assignment(
    model: Model, activity: Rows, coupling: I8, block: Rows, found: list[Kind], entries: list[tuple[Kind, int, Meal]]
) -> Program:
    """One meal per occasion, all coupling rows, and the variety rules with a helper column per key."""
    offset = {id(kind): sum(len(k.places) for k in found[:n]) for n, kind in enumerate(found)}
    occasion = np.array([offset[id(kind)] + i for kind, i, _ in entries])
    count, width = sum(len(k.places) for k in found), len(entries)
    one = sparse.csr_array((np.ones(width), (occasion, np.arange(width))), shape=(count, width))
    parts, lower, upper = (
        [activity, one],
        [model.lower[coupling], np.ones(count)],
        [model.upper[coupling], np.ones(count)],
    )
    keys = 0
    for distinct in model.distinct:
        names, key = np.unique(distinct.keys, return_inverse=True)
        sums = sparse.csr_array((np.ones(key.size), (key, distinct.cells)), shape=(names.size, model.n)) @ block
        parts.append(
            sparse.hstack([-sums, sparse.csr_array((names.size, keys)), sparse.csr_array(sparse.eye_array(names.size))])
        )
        total = sparse.csr_array((np.ones(names.size), (np.zeros(names.size, int), np.arange(names.size) + width + keys)),
                                 shape=(1, width + keys + names.size))  # fmt: skip
        parts.append(total)
        lower += [np.full(names.size, -np.inf), np.array([float(distinct.minimum)])]
        upper += [np.zeros(names.size), np.array([np.inf])]
        keys += names.size
    wide = [sparse.csr_array((p.data, p.indices, p.indptr), shape=(p.shape[0], width + keys))
            for p in (sparse.csr_array(part) for part in parts)]  # fmt: skip
    cost = np.concatenate([[meal.cost for _, _, meal in entries], np.zeros(keys)])
    return Program(
        cost, np.zeros(cost.size), np.ones(cost.size), np.ones(cost.size, bool), sparse.csr_array(sparse.vstack(wide)),
        np.concatenate(lower), np.concatenate(upper),
    )  # fmt: skip
