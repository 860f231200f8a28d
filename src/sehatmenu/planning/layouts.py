"""How a model falls apart: options by slot, portions by option, and blocks of slots that share no portion rule."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from scipy import sparse
from scipy.sparse.csgraph import connected_components

from sehatmenu.planning.deadlines import tick
from sehatmenu.planning.models import Model, portion_range

if TYPE_CHECKING:
    from scipy.sparse import csc_array

    from sehatmenu.planning.models import F8, I8, Flags, Rows

LARGEST_BLOCK = 80
"""Blocks have at most this many slots where leaving out rows that couple many slots can bring that about."""


@dataclass(frozen=True, slots=True, eq=False)
class Part:
    """One block: its slots, its options by slot, their portions by option, and the rows on portions that it meets.

    `kind` numbers interchangeable options alike; `of_kind` (slots x kinds) finds the option of a kind in a slot, or -1.
    `choice` and `portion` hold the rows' coefficients (rows x options, rows x portions), divided by the rows' size.
    """

    slots: I8
    options: I8
    slot_of: I8
    first_option: I8
    portions: I8
    owner: I8
    first_portion: I8
    rows: I8
    choice: csc_array
    portion: csc_array
    kind: I8
    of_kind: I8


@dataclass(frozen=True, slots=True, eq=False)
class Layout:
    """A model cut into parts, with scales: `size` of each row, `unit` = typical rupiah of one slot.

    `coupling` marks portion rows that reach over several parts; `counting` are the rows on choices alone and `counts`
    their coefficients; `typical` is each column's value when every option of a slot is served equally often.
    """

    model: Model
    low: F8
    high: F8
    servable: Flags
    typical: F8
    size: F8
    unit: float
    coupling: Flags
    counting: I8
    counts: csc_array
    part_of_slot: I8
    parts: tuple[Part, ...]


def layout(model: Model) -> Layout:
    """Cut a model into parts and scale its rows and costs."""
    low, high = portion_range(model)
    servable = np.bincount(model.cell, weights=low > high, minlength=model.n_serve) == 0
    weight = _typical(model, low, high)
    size = np.asarray(abs(model.matrix) @ weight)
    unit = max(float(np.abs(model.cost) @ weight) / max(model.n_slots, 1), 1e-12)
    with_portions = np.asarray(_pattern(model.matrix) @ (np.arange(model.n) >= model.n_serve).astype(float)) > 0
    part_of_slot, coupling = _partition(model, with_portions)
    size[size <= 0] = 1.0
    parts = _parts(model, part_of_slot, with_portions, size)
    counting = np.flatnonzero(~with_portions)
    counts = model.matrix[counting][:, : model.n_serve].tocsc()
    return Layout(model, low, high, servable, weight, size, unit, coupling, counting, counts, part_of_slot, parts)


def _typical(model: Model, low: F8, high: F8) -> F8:
    """Value of each column when every option of a slot is served equally often at a middling portion."""
    share = 1.0 / np.bincount(model.slot, minlength=1)[model.slot]
    return np.concatenate([share, share[model.cell] * np.maximum(0.5 * (low + high), 0.0)])


def _pattern(matrix: Rows) -> Rows:
    return sparse.csr_array((np.ones(matrix.nnz), matrix.indices, matrix.indptr), shape=matrix.shape)


def _partition(model: Model, with_portions: Flags) -> tuple[I8, Flags]:
    """Connected slots; rules of UMKM never connect, the widest other rows only while all parts stay small."""
    slots = model.n_slots
    slot_of = np.concatenate([model.slot, model.slot[model.cell]])
    place = sparse.csr_array((np.ones(model.n), (np.arange(model.n), slot_of)), shape=(model.n, slots))
    touch = sparse.csr_array(_pattern(model.matrix) @ place)
    width = np.where(with_portions & ~np.isin(model.rule, list(model.priced)), np.diff(touch.indptr), 0)
    for widest in np.unique(width[width > 0])[::-1]:
        part = _components(touch[(width > 0) & (width <= widest)], slots)
        if np.bincount(part).max() <= LARGEST_BLOCK:
            break
    else:
        part = np.arange(slots)
    owner = sparse.csr_array((np.ones(slots), (np.arange(slots), part)), shape=(slots, int(part.max(initial=-1)) + 1))
    return part, (np.diff(sparse.csr_array(touch @ owner).indptr) > 1) & with_portions


def _components(touch: Rows, slots: int) -> I8:
    rows = touch.shape[0]
    row = np.repeat(np.arange(rows), np.diff(touch.indptr)) + slots
    graph = sparse.csr_array((np.ones(row.size), (row, touch.indices)), shape=(rows + slots,) * 2)
    labels = connected_components(graph, directed=False)[1][:slots]
    return np.asarray(np.unique(labels, return_inverse=True)[1], np.int64)


def _parts(model: Model, part_of_slot: I8, with_portions: Flags, size: F8) -> tuple[Part, ...]:
    scaled = sparse.csr_array(sparse.diags_array(np.where(with_portions, 1.0 / size, 0.0)) @ model.matrix)
    scaled.eliminate_zeros()
    columns = scaled.tocsc()
    del scaled
    by_slot = np.argsort(model.slot, kind="stable")
    by_cell = np.argsort(model.cell, kind="stable")
    first_portion = np.searchsorted(model.cell[by_cell], np.arange(model.n_serve + 1))
    return tuple(
        _part(model, columns, by_slot[part_of_slot[model.slot[by_slot]] == b], by_cell, first_portion)
        for b in range(int(part_of_slot.max(initial=-1)) + 1)
    )


def _part(model: Model, columns: csc_array, options: I8, by_cell: I8, first_portion: I8) -> Part:
    tick()
    slots, slot_of = np.unique(model.slot[options], return_inverse=True)
    counts = first_portion[options + 1] - first_portion[options]
    portions = by_cell[ranges(first_portion[options], counts)]
    own = columns[:, np.concatenate([options, portions + model.n_serve])]
    rows = np.unique(own.indices)
    renumber = np.zeros(columns.shape[0], np.int32)
    renumber[rows] = np.arange(rows.size)
    local = sparse.csc_array((own.data, renumber[own.indices], own.indptr), shape=(rows.size, own.shape[1]))
    kind = np.unique(model.orbit[options], return_inverse=True)[1]
    of_kind = np.full((slots.size, int(kind.max(initial=-1)) + 1), -1, np.int64)
    of_kind[slot_of, kind] = np.arange(options.size)
    return Part(
        slots, options, slot_of, np.searchsorted(slot_of, np.arange(slots.size + 1)), portions,
        np.repeat(np.arange(options.size), counts), np.concatenate([[0], np.cumsum(counts)]), rows,
        local[:, : options.size], local[:, options.size :], kind, of_kind,
    )  # fmt: skip


def ranges(start: I8, count: I8) -> I8:
    """The numbers start[i] .. start[i] + count[i] - 1 of every i, one after another."""
    ends = np.cumsum(count)
    total = int(ends[-1]) if ends.size else 0
    return np.repeat(start - (ends - count), count) + np.arange(total)
