"""How often to serve each dish within one part (a week): the part folded to its average day, in whole servings."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np
from scipy import sparse

from sehatmenu.planning.bounds import Folded, fold
from sehatmenu.planning.layouts import Layout, Part
from sehatmenu.planning.models import Distinct, Model, Program

if TYPE_CHECKING:
    from sehatmenu.planning.models import F8, I8, Flags, Rows

MISSED = 5.0
"""Price of missing a coupling row by its whole size, in typical rupiah of the whole menu."""


def given(layout: Layout, part: Part, values: F8, absent: I8 | None = None, prices: F8 | None = None) -> Model:
    """The part alone, the other parts as they are in `values`: its rows' bounds less what they put in.

    `absent` numbers parts whose dishes have no days yet: they count in the rows on portions, and in no others. What the
    part puts into rows on portions that couple parts is credited at `prices` (by row of the model).
    """
    rows, coefficients = _rows(layout, part)
    model = layout.model
    present, open_end = _present(layout, part, values, absent)
    others = model.matrix[rows] @ present - coefficients @ values[columns_of(layout, part)]
    spans = coupled_rows(layout)[rows]
    others = np.where(spans, np.asarray(others), 0.0)
    lower = np.where(open_end[rows], -np.inf, model.lower[rows] - others)
    earned = np.zeros(layout.size.size) if prices is None else np.where(layout.coupling, prices, 0.0)
    piece = _piece(layout, part, rows, coefficients, lower, model.upper[rows] - others, earned)
    return replace(piece, distinct=_remaining_distinct(layout, part, present))


def _present(layout: Layout, part: Part, values: F8, absent: I8 | None) -> tuple[F8, Flags]:
    """Values without the choices of absent parts, and the counting rows whose floor those may still meet."""
    open_end = np.zeros(layout.size.size, bool)
    if absent is None or not absent.size:
        return values, open_end
    away = np.isin(layout.part_of_slot[layout.model.slot], absent)
    away[part.options] = False
    present = values.copy()
    present[: layout.model.n_serve][away] = 0.0
    open_end[layout.counting] = np.asarray(abs(layout.counts) @ away.astype(float)) > 0
    return present, open_end


def coupling_of(layout: Layout, part: Part) -> Rows:
    """What the part's columns (options, then portions) put into the rows on portions that couple parts, by their size."""
    whole = sparse.csr_array((layout.size.size, part.options.size + part.portions.size))
    own = np.flatnonzero(layout.coupling[part.rows])
    entries = sparse.hstack([part.choice, part.portion], "csr")[own].tocoo()
    if own.size:
        place = (part.rows[own][entries.row], entries.col)
        whole = sparse.csr_array((entries.data, place), shape=whole.shape)
    return sparse.csr_array(whole[np.flatnonzero(layout.coupling)])


def priced(layout: Layout, part: Part, prices: F8) -> Model:
    """The part alone, with rules that couple parts turned into prices: a relaxation, for bounds."""
    rows, coefficients = _rows(layout, part)
    spans = coupled_rows(layout)
    keep = ~spans[rows]
    rows = rows[keep]
    lower, upper = layout.model.lower[rows], layout.model.upper[rows]
    return _piece(layout, part, rows, coefficients[keep], lower, upper, np.where(spans, prices, 0.0))


def sound(layout: Layout, prices: F8) -> F8:
    """The prices with wrong signs (against a side without a limit) removed."""
    model = layout.model
    wrong = ((prices > 0) & ~np.isfinite(model.lower)) | ((prices < 0) & ~np.isfinite(model.upper))
    return np.where(wrong, 0.0, prices)


def coupled_rows(layout: Layout) -> Flags:
    """Rows of either kind that reach over more than one part."""
    spans = layout.coupling.copy()
    part = layout.part_of_slot[layout.model.slot]
    entries = (np.ones(part.size), (np.arange(part.size), part))
    place = sparse.csr_array(entries, shape=(part.size, len(layout.parts)))
    touched = sparse.csr_array(abs(layout.counts).tocsr() @ place)
    spans[layout.counting] = np.diff(touched.indptr) > 1
    return spans


def _remaining_distinct(layout: Layout, part: Part, values: F8) -> tuple[Distinct, ...]:
    """Variety rules that meet the part: what is left to do when keys served by other parts are counted."""
    number = np.full(layout.model.n_serve, -1)
    number[part.options] = np.arange(part.options.size)
    left = []
    for d in layout.model.distinct:
        inside = number[d.cells] >= 0
        known = np.unique(d.keys[~inside & (values[d.cells] > 0.5)])
        fresh = inside & ~np.isin(d.keys, known)
        if d.minimum > known.size and inside.any():
            left.append(Distinct(number[d.cells[fresh]], d.keys[fresh], d.minimum - known.size, d.rule))
    return tuple(left)


def columns_of(layout: Layout, part: Part) -> I8:
    """The part's columns in the whole model: its options, then its portions."""
    return np.concatenate([part.options, part.portions + layout.model.n_serve])


def _rows(layout: Layout, part: Part) -> tuple[I8, Rows]:
    """Rows that meet the part and their coefficients there."""
    choice = layout.counts[:, part.options]
    counting = np.unique(choice.indices)
    blank = sparse.csr_array((counting.size, part.portions.size))
    below = sparse.hstack([choice.tocsr()[counting], blank], "csr")
    scale = sparse.diags_array(layout.size[part.rows])
    above = scale @ sparse.hstack([part.choice, part.portion], "csr")
    rows = np.concatenate([part.rows, layout.counting[counting]])
    return rows, sparse.csr_array(sparse.vstack([above, below], "csr"))


def _piece(layout: Layout, part: Part, rows: I8, coefficients: Rows, lower: F8, upper: F8, prices: F8) -> Model:
    model = layout.model
    columns = columns_of(layout, part)
    cost = model.cost[columns]
    if prices.any():
        cost = cost - _priced_columns(layout, part, prices)
    return Model(
        part.options.size, cost, part.slot_of, part.owner, model.minimum[part.portions], model.maximum[part.portions],
        model.step[part.portions], coefficients, lower, upper, model.rule[rows], model.rules, model.orbit[columns],
        model.family[rows], _inner_distinct(layout, part), model.priced,
    )  # fmt: skip


def _priced_columns(layout: Layout, part: Part, prices: F8) -> F8:
    scaled = prices[part.rows] * layout.size[part.rows]
    counted = layout.counts[:, part.options].T @ prices[layout.counting]
    on_choice = np.asarray(part.choice.T @ scaled) + np.asarray(counted)
    return np.concatenate([on_choice, np.asarray(part.portion.T @ scaled)])


def _inner_distinct(layout: Layout, part: Part) -> tuple[Distinct, ...]:
    """Variety rules that lie wholly within the part."""
    number = np.full(layout.model.n_serve, -1)
    number[part.options] = np.arange(part.options.size)
    inner = [d for d in layout.model.distinct if (number[d.cells] >= 0).all()]
    return tuple(replace(d, cells=number[d.cells]) for d in inner)


def repeat(layout: Layout, part: Part, choice: I8, other: Part) -> I8:
    """The choice of one part (options within it) laid over an equal part; -1 in slots without that option."""
    orbit = layout.model.orbit
    wanted = orbit[part.options[choice]]
    if other.slots.size != part.slots.size:
        return np.full(other.slots.size, -1)
    match = np.flatnonzero(orbit[other.options] == wanted[other.slot_of])
    found = np.full(other.slots.size, -1)
    found[other.slot_of[match]] = match
    return found


@dataclass(frozen=True, slots=True, eq=False)
class Cycle:
    """A folded part in whole servings with only promising options; missed coupling rows are priced, never forbidden."""

    folded: Folded
    kept: I8
    program: Program

    def start(self, values: F8) -> F8:
        """The part's column values as a solution of the program."""
        totals = np.bincount(self.folded.column, values, self.folded.copies.size)[self.kept]
        return np.concatenate([totals, np.zeros(self.program.cost.size - self.kept.size)])

    def rates(self, solution: F8) -> F8:
        """How often each column of the part is used, out of a solution of the program."""
        totals = np.zeros(self.folded.copies.size)
        totals[self.kept] = solution[: self.kept.size]
        return self.folded.rates(totals)


def cycle(
    layout: Layout, part: Part, values: F8, promising: Flags, prices: F8 | None = None, room: float = 0.0
) -> Cycle:
    """The cycle of one part with the others as in `values`, chosen from `promising` (marks over all options).

    Coupling rows may be missed by `room` of their size at no more than their price (see `given`): later parts make up.
    """
    piece = given(layout, part, values, prices=prices)
    folded = fold(piece, whole=True)
    options = promising[part.options] | (values[part.options] > 0.5)
    wanted = np.concatenate([options, options[piece.cell]])
    kept = np.unique(folded.column[wanted])
    source = folded.weights.indices[folded.weights.indptr[:-1]]
    rows = _rows(layout, part)[0][source]
    priced_rows = np.flatnonzero(layout.coupling[rows])
    slack = _slack(priced_rows, layout.size[rows[priced_rows]], folded.program.row_lower.size)
    price = np.full(slack.shape[1], MISSED * layout.unit * layout.model.n_slots)
    most = np.full(slack.shape[1], np.inf)
    if room > 0:
        slack = sparse.csr_array(sparse.hstack([slack, slack], "csr"))
        price, most = np.concatenate([price, 0.0 * price]), np.concatenate([most, np.full(most.size, room)])
    return Cycle(folded, kept, _only(folded.program, kept, slack, price, most))


def _slack(row: I8, size: F8, rows: int) -> Rows:
    n = row.size
    entries = (np.concatenate([size, -size]), (np.concatenate([row, row]), np.arange(2 * n)))
    return sparse.csr_array(entries, shape=(rows, 2 * n))


def _only(program: Program, kept: I8, slack: Rows, price: F8, most: F8) -> Program:
    n = slack.shape[1]
    matrix = sparse.csr_array(sparse.hstack([program.matrix[:, kept], slack], "csr"))
    used = np.diff(matrix.indptr) > 0
    return Program(
        np.concatenate([program.cost[kept], price]), np.zeros(kept.size + n),
        np.concatenate([program.upper[kept], most]),
        np.concatenate([program.integer[kept], np.zeros(n, bool)]), matrix[used],
        program.row_lower[used], program.row_upper[used],
    )  # fmt: skip


def excesses(layout: Layout, prices: F8) -> F8:
    """How much dearer each option is than the best of its slot at the prices of the average day, in rupiah."""
    model = layout.model
    reduced = model.cost - np.asarray(model.matrix.T @ prices)
    portion = reduced[model.n_serve :]
    each = np.minimum(portion * layout.low, portion * layout.high)
    worth = reduced[: model.n_serve] + np.bincount(model.cell, each, model.n_serve)
    worth[~layout.servable] = np.inf
    best = np.full(model.n_slots, np.inf)
    np.minimum.at(best, model.slot, worth)
    return np.asarray(worth - best[model.slot])
