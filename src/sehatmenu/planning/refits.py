"""One part of a menu chosen anew, exactly and in whole serving steps, all other parts as they are."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np
from scipy import sparse

from sehatmenu.planning.cycles import MISSED, columns_of, given
from sehatmenu.planning.layouts import Layout, Part
from sehatmenu.planning.models import FullProgram, Model, Program, full_program, restricted
from sehatmenu.planning.solvers import Cancel, solve

if TYPE_CHECKING:
    from sehatmenu.planning.models import F8, I8, Flags


@dataclass(frozen=True, slots=True)
class Effort:
    """How long a refit may take (seconds), at which relative gap it stops, and its random seed."""

    seconds: float
    gap: float = 1e-4
    seed: int = 0
    cancel: Cancel | None = None


def refit(layout: Layout, part: Part, values: F8, keep: Flags, effort: Effort, *, begin: bool = True,
          whole_steps: bool = True, absent: I8 | None = None, as_often: bool = False) -> F8 | None:  # fmt: skip
    """All column values with the part chosen anew among `keep` (options of the model), or None when nothing was found.

    With begin, the part as it is serves as the start. Rules that couple parts may stay missed if others miss them.
    `absent`: see `cycles.given`. With `as_often`, every dish is served as often as `values` say, only on other days.
    """
    model, columns = _piece(layout, part, values, keep, absent)
    model = _as_often(model, values[columns[: model.n_serve]]) if as_often else model
    full = full_program(model, whole_steps=whole_steps)
    program = _elastic(layout, full, model, _coupled(layout, part))
    extra = program.cost.size - full.program.cost.size
    start = np.concatenate([full.start(model, values[columns]), np.zeros(extra)]) if begin else None
    answer = solve(program, time_limit=effort.seconds, gap=effort.gap, seed=effort.seed, start=start,
                   cancel=effort.cancel)  # fmt: skip
    if answer.values is None:
        return None
    anew = values.copy()
    anew[columns_of(layout, part)] = 0.0
    anew[columns] = cleaned(model, full.values(answer.values), full.scale)
    return anew


def cleaned(model: Model, values: F8, scale: F8) -> F8:
    """Values in whole choices and whole steps, where a solver left rounding errors; 0 where nothing is served."""
    whole = np.round(values / scale) * scale
    stepped = np.concatenate([np.ones(model.n_serve, bool), scale[model.n_serve :] != 1.0])
    clean = np.where(stepped, whole, values)
    clean[model.n_serve :] *= clean[model.cell] > 0.5
    return clean


def shortlist(layout: Layout, part: Part, excess: F8, most: int) -> Flags:
    """Options of a part within the `most` cheapest of their slot by their excess, as marks over the model's options."""
    keep = np.zeros(layout.model.n_serve, bool)
    order = np.lexsort((excess[part.options], part.slot_of))
    rank = np.arange(order.size) - part.first_option[part.slot_of[order]]
    keep[part.options[order[rank < most]]] = True
    return keep & np.isfinite(excess)


def _piece(layout: Layout, part: Part, values: F8, keep: Flags, absent: I8 | None) -> tuple[Model, I8]:
    whole = given(layout, part, values, absent)
    options = (keep[part.options] | (values[part.options] > 0.5)) & layout.servable[part.options]
    model, columns = restricted(whole, options)
    return model, columns_of(layout, part)[columns]


def _as_often(model: Model, served: F8) -> Model:
    """The model with a row for each kind of option: it is served as often, on all days together, as now (rounded)."""
    kind = np.unique(model.orbit[: model.n_serve], return_inverse=True)[1]
    count = np.round(np.bincount(kind, served))
    place = (kind, np.arange(model.n_serve))
    rows = sparse.csr_array((np.ones(model.n_serve), place), shape=(count.size, model.n))
    family = int(model.family.max(initial=-1)) + 1 + np.arange(count.size)
    return replace(
        model, matrix=sparse.csr_array(sparse.vstack([model.matrix, rows])),
        lower=np.concatenate([model.lower, count]), upper=np.concatenate([model.upper, count]),
        rule=np.concatenate([model.rule, np.zeros(count.size, model.rule.dtype)]),
        family=np.concatenate([model.family, family]),
    )  # fmt: skip


def _coupled(layout: Layout, part: Part) -> I8:
    """Places of the coupling rows among the part's rows (portion rows come first in a piece)."""
    return np.flatnonzero(layout.coupling[part.rows])


def _elastic(layout: Layout, full: FullProgram, model: Model, coupled: I8) -> Program:
    """The program with rows near 1 in size, and a priced slack on the rows that couple parts."""
    program = full.program
    largest = np.asarray(abs(program.matrix).max(axis=1).toarray()).ravel()
    scale = 1.0 / np.maximum(largest, 1e-12)
    matrix = sparse.csr_array(sparse.diags_array(scale) @ program.matrix)
    n = coupled.size
    entries = (np.concatenate([np.ones(n), -np.ones(n)]), (np.concatenate([coupled, coupled]), np.arange(2 * n)))
    slack = sparse.csr_array(entries, shape=(scale.size, 2 * n))
    price = MISSED * layout.unit * model.n_slots
    return replace(
        program,
        cost=np.concatenate([program.cost, np.full(2 * n, price)]),
        lower=np.concatenate([program.lower, np.zeros(2 * n)]),
        upper=np.concatenate([program.upper, np.full(2 * n, np.inf)]),
        integer=np.concatenate([program.integer, np.zeros(2 * n, bool)]),
        matrix=sparse.csr_array(sparse.hstack([matrix, slack])),
        row_lower=program.row_lower * scale, row_upper=program.row_upper * scale,
    )  # fmt: skip
