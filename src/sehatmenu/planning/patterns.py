"""Whole meals: the kinds of meals of a model that differ only by their day, and meals of a kind in serving steps."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np
from scipy import sparse
from scipy.sparse.csgraph import connected_components

from sehatmenu.planning.bounds import Folded, slot_classes
from sehatmenu.planning.layouts import Layout, Part
from sehatmenu.planning.models import FullProgram, Model, full_program
from sehatmenu.planning.refits import cleaned

if TYPE_CHECKING:
    from sehatmenu.planning.models import F8, I8, Flags, Rows


@dataclass(frozen=True, slots=True, eq=False)
class Meal:
    """A lawful meal of a kind: values of the kind's own columns, and its rupiah."""

    values: F8
    cost: float


@dataclass(frozen=True, slots=True, eq=False)
class Kind:
    """Meals that differ only by their day: one local model for all of them.

    `folded` is the folded column of each of its columns; `places[i, c]` is the model's column that stands for column c
    at its i-th occasion, -1 where that option is not to be had then. `twins` are options that differ only in their cost:
    the same dish from several UMKM.
    """

    model: Model
    folded: I8
    places: I8
    loose: FullProgram
    stepped: FullProgram
    twins: tuple[I8, ...]


@dataclass(slots=True, eq=False)
class Pool:
    """The meals found so far, by kind."""

    meals: list[list[Meal]]
    seen: set[tuple[int, bytes]] = field(default_factory=set)

    def add(self, number: int, meal: Meal) -> bool:
        """Keep a meal unless it is known already."""
        key = (number, np.round(meal.values, 6).tobytes())
        if key in self.seen:
            return False
        self.seen.add(key)
        self.meals[number].append(meal)
        return True


def kinds(layout: Layout, folded: Folded) -> list[Kind] | None:
    """The kinds of meals of a model, or None when its blocks are not single meals (a rule couples portions of several)."""
    model = layout.model
    if any(np.unique(folded.column[part.options]).size < part.options.size for part in layout.parts):
        return None
    local = local_rows(layout)
    classes = slot_classes(model, folded.column)
    found = [_kind(layout, folded, local, classes, members) for members in _members(layout, folded)]
    return [kind for kind in found if kind is not None] if all(kind is not None for kind in found) else None


def local_rows(layout: Layout) -> I8:
    """The part of each row that lies within one part, -1 for rows that reach over several."""
    model = layout.model
    part = layout.part_of_slot[model.slot]
    every = np.concatenate([part, part[model.cell]])
    matrix, filled = model.matrix, np.diff(model.matrix.indptr) > 0
    starts = matrix.indptr[:-1][filled]
    low = np.minimum.reduceat(every[matrix.indices], starts)
    high = np.maximum.reduceat(every[matrix.indices], starts)
    local = np.full(model.lower.size, -1, dtype=np.int64)
    local[np.flatnonzero(filled)[low == high]] = low[low == high]
    return local


def _columns(layout: Layout, part: Part) -> I8:
    return np.concatenate([part.options, part.portions + layout.model.n_serve])


def _members(layout: Layout, folded: Folded) -> list[list[int]]:
    """Parts that share interchangeable options, together."""
    size = len(layout.parts)
    rows = np.concatenate([np.full(p.options.size, n) for n, p in enumerate(layout.parts)])
    columns = np.concatenate([folded.column[p.options] for p in layout.parts])
    entries = (np.ones(rows.size), (rows, columns + size))
    graph = sparse.csr_array(entries, shape=(size + folded.copies.size,) * 2)
    label = connected_components(graph, directed=False)[1][:size]
    return [np.flatnonzero(label == value).tolist() for value in dict.fromkeys(label.tolist())]


def _kind(layout: Layout, folded: Folded, local: I8, classes: I8, members: list[int]) -> Kind | None:
    """The local model of a kind, over every option that any of its occasions has; None when the occasions differ."""
    model = layout.model
    columns = [_columns(layout, layout.parts[number]) for number in members]
    names, first = np.unique(np.concatenate([folded.column[c] for c in columns]), return_index=True)
    order = np.argsort(np.concatenate(columns)[first] >= model.n_serve, kind="stable")
    names, first = names[order], first[order]
    source = np.concatenate(columns)[first]
    position = np.full(folded.copies.size, -1)
    position[names] = np.arange(names.size)
    places = np.full((len(members), names.size), -1)
    for i, own in enumerate(columns):
        places[i, position[folded.column[own]]] = own
    rows = _rows(model, local, members, columns, position[folded.column], names.size)
    n_serve = int((source < model.n_serve).sum())
    slot = np.unique(classes[model.slot[source[:n_serve]]], return_inverse=True)[1]
    if rows is None or not _alike(model, places, source) or not _same_slots(places[:, :n_serve], slot):
        return None
    cell = position[folded.column[model.cell[source[n_serve:] - model.n_serve]]]
    portion = source[n_serve:] - model.n_serve
    matrix, lower, upper, rule = rows
    small = Model(
        n_serve=n_serve,
        cost=model.cost[source],
        slot=slot,
        cell=cell,
        minimum=model.minimum[portion],
        maximum=model.maximum[portion],
        step=model.step[portion],
        matrix=matrix,
        lower=lower,
        upper=upper,
        rule=rule,
        rules=model.rules,
        orbit=np.arange(source.size),
        family=np.arange(lower.size),
    )
    stepped = full_program(small, whole_steps=True)
    return Kind(small, names, places, full_program(small), stepped, _twins(small))


def _same_slots(places: I8, slot: I8) -> bool:
    """Whether every occasion has all the slots of its kind: one course whose options differ from day to day is two of them."""
    there = [np.unique(slot[place >= 0]) for place in places]
    return all(found.size == np.unique(slot).size for found in there)


def _twins(model: Model) -> tuple[I8, ...]:
    """Options of one slot with equal portions that add the same to every rule, ceilings (a budget, say) aside."""
    matrix = sparse.csc_array(model.matrix[np.flatnonzero(np.isfinite(model.lower))])
    groups: dict[tuple[object, ...], list[int]] = {}
    for option in range(model.n_serve):
        own = np.flatnonzero(model.cell == option)
        parts = [matrix[:, [c]] for c in (option, *(own + model.n_serve).tolist())]
        rules = tuple((part.indices.tobytes(), part.data.tobytes()) for part in parts)
        bounds = tuple(b[own].tobytes() for b in (model.minimum, model.maximum, model.step))
        groups.setdefault((int(model.slot[option]), rules, bounds), []).append(option)
    return tuple(np.array(group) for group in groups.values() if len(group) > 1)


def dominated(kind: Kind, cost: F8) -> I8:
    """Options that a twin beats at these costs and under every ceiling, whatever the portions; the first of equals stays."""
    model, gone = kind.model, list[int]()
    ceilings = model.matrix[np.flatnonzero(~np.isfinite(model.lower))].toarray()
    for twins in kind.twins:
        portions = np.array([np.flatnonzero(model.cell == option) for option in twins]) + model.n_serve
        ends = (model.minimum[portions[0] - model.n_serve], model.maximum[portions[0] - model.n_serve])
        for i in range(len(twins)):
            gap = cost[portions[i]] - cost[portions]
            least = cost[twins[i]] - cost[twins] + np.minimum(gap * ends[0], gap * ends[1]).sum(axis=1)
            heavier = (ceilings[:, portions[i], None] >= ceilings[:, portions.T]).all(axis=(0, 1))
            heavier &= (ceilings[:, twins[i], None] >= ceilings[:, twins]).all(axis=0)
            rivals = np.flatnonzero(np.asarray(heavier)).tolist()
            if any(least[j] > 0 or (least[j] == 0 and j < i) for j in rivals if j != i):
                gone.append(int(twins[i]))
    return np.array(gone, dtype=np.int64)


def _rows(
    model: Model, local: I8, members: list[int], columns: list[I8], position: I8, width: int
) -> tuple[Rows, F8, F8, I8] | None:
    """The rules within a meal, one row per family; None when their bounds, or whether they are, differ by occasion."""
    rows = np.flatnonzero(np.isin(local, members))
    families, which = np.unique(model.family[rows], return_inverse=True)
    lower, upper = np.full(families.size, np.nan), np.full(families.size, np.nan)
    lower[which], upper[which] = model.lower[rows], model.upper[rows]
    same = np.array_equal(lower[which], model.lower[rows]) and np.array_equal(upper[which], model.upper[rows])
    own = np.bincount(local[rows] * families.size + which)
    if not same or (own > 1).any() or _elsewhere(model, rows, which, columns, (lower <= 0) & (upper >= 0)):
        return None
    entries = model.matrix[rows].tocoo()
    key = which[entries.row] * width + position[entries.col]
    key, first = np.unique(key, return_index=True)
    matrix = sparse.csr_array((entries.data[first], np.divmod(key, width)), shape=(families.size, width))
    rule = np.zeros(families.size, dtype=np.int64)
    rule[which] = model.rule[rows]
    return matrix, lower, upper, rule


def _elsewhere(model: Model, rows: I8, which: I8, columns: list[I8], idle: Flags) -> bool:
    """Whether a rule within a meal binds otherwise at another occasion: together with other meals, or not at all.

    `rows` are the rules within the meals and `which` their families; `idle` says which hold where nothing is in them.
    """
    member = np.full(model.n, -1)
    for i, own in enumerate(columns):
        member[own] = i
    families = np.unique(model.family[rows])
    inside = np.zeros((len(columns), families.size), dtype=bool)
    entries = model.matrix[rows].tocoo()
    inside[member[entries.col], which[entries.row]] = True
    others = np.setdiff1d(np.flatnonzero(np.isin(model.family, families)), rows)
    entries = model.matrix[others].tocoo()
    touching = member[entries.col] >= 0
    shared = np.zeros_like(inside)
    family = np.searchsorted(families, model.family[others][entries.row[touching]])
    shared[member[entries.col[touching]], family] = True
    return bool((~inside & (shared | ~idle)).any())


def _alike(model: Model, places: I8, source: I8) -> bool:
    """Whether costs and portion bounds are the same at every occasion."""
    there = places >= 0
    stand = np.where(there, places, source[None, :])
    if not np.allclose(model.cost[stand], model.cost[source][None, :]):
        return False
    portion = source >= model.n_serve
    own, rest = stand[:, portion] - model.n_serve, source[portion] - model.n_serve
    bounds = (model.minimum, model.maximum, model.step)
    return all(np.allclose(bound[own], bound[rest][None, :]) for bound in bounds)


def siblings(one: Kind, other: Kind) -> bool:
    """Whether two kinds allow the same meals (two schools with the same group, say), whatever they cost."""
    a, b = one.model, other.model
    same = a.n == b.n and a.n_serve == b.n_serve and a.matrix.shape == b.matrix.shape
    arrays = ("minimum", "maximum", "step", "slot", "cell", "lower", "upper")
    return (
        same
        and all(np.array_equal(getattr(a, x), getattr(b, x)) for x in arrays)
        and abs(a.matrix - b.matrix).sum() == 0
    )


def clean_meal(kind: Kind, values: F8) -> Meal:
    """A solver's meal with whole choices and, where it is in serving steps, whole steps."""
    return meal_of(kind, values, kind.stepped.scale)


def meal_of(kind: Kind, values: F8, scale: F8) -> Meal:
    """A solver's values as a meal, cleaned of rounding errors."""
    clean = cleaned(kind.model, values, scale)
    return Meal(clean, float(kind.model.cost @ clean))
