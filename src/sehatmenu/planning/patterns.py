"""Whole meals as columns: lawful meals are priced exactly one kind at a time, which proves a bound and gives the menu."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

import numpy as np
from scipy import sparse
from scipy.sparse.csgraph import connected_components

from sehatmenu.planning.bounds import Folded, slot_classes
from sehatmenu.planning.layouts import Layout, Part
from sehatmenu.planning.models import Distinct, FullProgram, Model, Program, full_program
from sehatmenu.planning.solvers import Status, solve

if TYPE_CHECKING:
    from sehatmenu.planning.models import F8, I8, Rows

_PULL = 0.5
"""How far prices are drawn towards those of the best proof."""

_NEW = 1e-6
"""A meal is new to the master when it improves by more than this part of its own cost."""


@dataclass(frozen=True, slots=True, eq=False)
class Meal:
    """A lawful meal of a kind: values of the kind's own columns, and its rupiah."""

    values: F8
    cost: float


@dataclass(frozen=True, slots=True, eq=False)
class Kind:
    """Meals that differ only by their day: one local model for all of them.

    `folded` is the folded column of each of its columns; `places[i, c]` is the model's column that stands for column c
    at its i-th occasion, -1 where that option is not to be had then.
    """

    model: Model
    folded: I8
    places: I8
    loose: FullProgram
    stepped: FullProgram


@dataclass(slots=True, eq=False)
class Pool:
    """The meals found so far, by kind."""

    meals: list[list[Meal]]
    seen: set[tuple[int, bytes]] = field(default_factory=set)

    def add(self, number: int, meal: Meal) -> bool:
        """Keep a meal unless it is known already."""
        key = (number, np.round(meal.values, 9).tobytes())
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
    if rows is None or not _alike(model, places, source):
        return None
    n_serve = int((source < model.n_serve).sum())
    cell = position[folded.column[model.cell[source[n_serve:] - model.n_serve]]]
    portion = source[n_serve:] - model.n_serve
    matrix, lower, upper, rule = rows
    small = Model(
        n_serve=n_serve,
        cost=model.cost[source],
        slot=np.unique(classes[model.slot[source[:n_serve]]], return_inverse=True)[1],
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
    return Kind(small, names, places, full_program(small), full_program(small, whole_steps=True))


def _rows(
    model: Model, local: I8, members: list[int], columns: list[I8], position: I8, width: int
) -> tuple[Rows, F8, F8, I8] | None:
    """The rules within a meal, one row per family; None when their bounds differ between occasions."""
    rows = np.flatnonzero(np.isin(local, members))
    families, which = np.unique(model.family[rows], return_inverse=True)
    lower, upper = np.full(families.size, np.nan), np.full(families.size, np.nan)
    lower[which], upper[which] = model.lower[rows], model.upper[rows]
    same = np.array_equal(lower[which], model.lower[rows]) and np.array_equal(upper[which], model.upper[rows])
    own = np.bincount(local[rows] * families.size + which)
    if not same or (own > 1).any():
        return None
    entries = model.matrix[rows].tocoo()
    key = which[entries.row] * width + position[entries.col]
    key, first = np.unique(key, return_index=True)
    matrix = sparse.csr_array((entries.data[first], np.divmod(key, width)), shape=(families.size, width))
    rule = np.zeros(families.size, dtype=np.int64)
    rule[which] = model.rule[rows]
    return matrix, lower, upper, rule


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


class Master:
    """The average day over whole meals: how often each meal is served, under every rule that reaches over meals."""

    def __init__(self, layout: Layout, folded: Folded, found: list[Kind]) -> None:
        self.kinds, self.folded = found, folded
        self.counts = np.array([kind.places.shape[0] for kind in found], dtype=float)
        local = local_rows(layout)
        weights = folded.weights
        owner = np.repeat(np.arange(weights.shape[0]), np.diff(weights.indptr))
        inside = np.zeros(weights.shape[0], dtype=bool)
        inside[owner[local[weights.indices] >= 0]] = True
        rows = np.flatnonzero(~inside)
        size = np.maximum(np.asarray(abs(weights[rows]) @ layout.size), 1e-9)
        self.rows, self.size = rows, size
        own = sparse.csr_array(sparse.diags_array(1.0 / size) @ folded.program.matrix[rows])
        scarce, variety = self._scarce(), _varieties(layout.model, folded)
        self.matrix = sparse.csr_array(sparse.vstack([own, scarce, variety.matrix]))
        few = np.full(scarce.shape[0], -np.inf)
        self.lower = np.concatenate([folded.program.row_lower[rows] / size, few, variety.lower])
        self.upper = np.concatenate([folded.program.row_upper[rows] / size, np.ones(few.size), variety.upper])
        before = sparse.csr_array((rows.size + few.size, variety.most.size))
        self.keys = sparse.csr_array(sparse.vstack([before, variety.keys]))
        self.most = variety.most
        self.penalty = 20.0 * layout.unit * layout.model.n_slots

    def start(self, duals: F8) -> F8:
        """Prices to begin with: those of the average day (`duals` of the folded program)."""
        prices = np.zeros(self.lower.size)
        prices[: self.rows.size] = duals[self.rows] * self.size
        return prices

    def _scarce(self) -> Rows:
        """Options that are not to be had at every occasion of their kind: served at most as often as they are there."""
        rows, data = [], []
        for kind in self.kinds:
            there = (kind.places[:, : kind.model.n_serve] >= 0).sum(axis=0)
            few = np.flatnonzero(there < kind.places.shape[0])
            rows.append(kind.folded[few])
            data.append(1.0 / there[few])
        columns = np.concatenate(rows) if rows else np.zeros(0, dtype=np.int64)
        entries = (np.concatenate(data), (np.arange(columns.size), columns))
        return sparse.csr_array(entries, shape=(columns.size, self.folded.copies.size))

    def activity(self, number: int, meal: Meal) -> F8:
        """What one serving of a meal adds to each row."""
        full = np.zeros(self.folded.copies.size)
        full[self.kinds[number].folded] = meal.values
        return np.asarray(self.matrix @ full)

    def solve(self, pool: Pool) -> tuple[float, F8, F8, F8]:
        """The cheapest mix of known meals: its rupiah, the prices of the rows, of a meal of each kind, and the mix."""
        meals = [(number, meal) for number, known in enumerate(pool.meals) for meal in known]
        columns = np.column_stack([self.activity(number, meal) for number, meal in meals])
        m, k = self.lower.size, len(meals)
        of_kind = sparse.csr_array(
            (np.ones(k), ([number for number, _ in meals], np.arange(k))), shape=(len(self.kinds), k)
        )
        slack = sparse.hstack([sparse.eye_array(m), -sparse.eye_array(m)])
        none = sparse.csr_array((len(self.kinds), self.most.size + 2 * m))
        above = sparse.hstack([sparse.csr_array(columns), self.keys, slack])
        matrix = sparse.csr_array(sparse.vstack([above, sparse.hstack([of_kind, none])]))
        prices = np.concatenate([np.zeros(self.most.size), np.full(2 * m, self.penalty)])
        cost = np.concatenate([[meal.cost for _, meal in meals], prices])
        free = np.concatenate([np.full(k, np.inf), self.most, np.full(2 * m, np.inf)])
        program = Program(
            cost, np.zeros(cost.size), free, np.zeros(cost.size, bool), matrix,
            np.concatenate([self.lower, self.counts]), np.concatenate([self.upper, self.counts]),
        )  # fmt: skip
        answer = solve(program)
        assert answer.status is Status.optimal and answer.duals is not None and answer.values is not None
        return answer.objective, answer.duals[:m], answer.duals[m:], answer.values[:k]

    def constant(self, prices: F8) -> float:
        """What the bounds of the rows add to the proof at these prices."""
        bound = np.where(prices > 0, self.lower, self.upper)
        rows = float(np.where(prices == 0, 0.0, np.where(np.isfinite(bound), bound, 0.0)) @ prices)
        return rows + float(np.minimum(-(self.keys.T @ prices), 0.0) @ self.most)

    def sound(self, prices: F8) -> F8:
        """Prices with the sign that a proof needs: none on a side that is not bounded."""
        wrong = ((prices > 0) & ~np.isfinite(self.lower)) | ((prices < 0) & ~np.isfinite(self.upper))
        return np.where(wrong, 0.0, prices)


@dataclass(frozen=True, slots=True, eq=False)
class Varieties:
    """Variety rules of the average day: rows `key <= servings of it` and `sum of keys >= least`, a column per key.

    `matrix` is over folded columns, `keys` over the helper columns, each at most `most` (one per window).
    """

    matrix: Rows
    keys: Rows
    lower: F8
    upper: F8
    most: F8


def _varieties(model: Model, folded: Folded) -> Varieties:
    """Add up the windows of each variety rule, as any menu satisfies it on average."""
    by_rule: dict[int, list[Distinct]] = {}
    for distinct in model.distinct:
        by_rule.setdefault(distinct.rule, []).append(distinct)
    rows, helpers, lower, upper, most = [], [], [], [], []
    for windows in by_rule.values():
        cells = np.concatenate([d.cells for d in windows])
        names, key = np.unique(np.concatenate([d.keys for d in windows]), return_inverse=True)
        pairs = np.unique(np.column_stack([key, folded.column[cells]]), axis=0)
        shape = (names.size + 1, folded.copies.size)
        rows.append(sparse.csr_array((-np.ones(len(pairs)), (pairs[:, 0], pairs[:, 1])), shape=shape))
        helpers.append(sparse.vstack([sparse.eye_array(names.size), sparse.csr_array(np.ones((1, names.size)))]))
        lower.append(np.append(np.full(names.size, -np.inf), float(sum(d.minimum for d in windows))))
        upper.append(np.append(np.zeros(names.size), np.inf))
        most.append(np.full(names.size, float(len(windows))))
    none = np.zeros(0)
    return Varieties(
        sparse.csr_array(sparse.vstack([sparse.csr_array((0, folded.copies.size)), *rows])),
        sparse.csr_array(sparse.block_diag(helpers)) if helpers else sparse.csr_array((0, 0)),
        np.concatenate([none, *lower]),
        np.concatenate([none, *upper]),
        np.concatenate([none, *most]),
    )


@dataclass(frozen=True, slots=True, eq=False)
class Priced:
    """The cheapest meal of a kind at given prices, and a proven bound of that price."""

    meal: Meal | None
    value: float
    bound: float


def _siblings(one: Kind, other: Kind) -> bool:
    """Whether two kinds allow the same meals (two schools with the same group, say), whatever they cost."""
    a, b = one.model, other.model
    same = a.n == b.n and a.n_serve == b.n_serve and a.matrix.shape == b.matrix.shape
    arrays = ("minimum", "maximum", "step", "slot", "cell", "lower", "upper")
    return same and all(np.array_equal(getattr(a, x), getattr(b, x)) for x in arrays) and not (a.matrix != b.matrix).nnz


def cheapest(kind: Kind, prices: F8, *, stepped: bool, seconds: float, gap: float) -> Priced:
    """The meal of a kind that costs least after what it earns at the prices of the rows (`prices` by folded column)."""
    full = kind.stepped if stepped else kind.loose
    cost = (kind.model.cost - prices[kind.folded]) * full.scale
    padded = np.concatenate([cost, np.zeros(full.program.cost.size - cost.size)])
    answer = solve(replace(full.program, cost=padded), time_limit=seconds, gap=gap)
    if answer.values is None:
        return Priced(None, np.inf, np.inf if answer.status is Status.infeasible else answer.bound)
    return Priced(_meal(kind, full.values(answer.values), full.scale), answer.objective, answer.bound)


def clean_meal(kind: Kind, values: F8) -> Meal:
    """A solver's meal with whole choices and, where it is in serving steps, whole steps."""
    return _meal(kind, values, kind.stepped.scale)


def _meal(kind: Kind, values: F8, scale: F8) -> Meal:
    n = kind.model.n_serve
    serve = np.round(values[:n])
    portion = np.where(serve[kind.model.cell] > 0, values[n:], 0.0)
    steps = scale[n:]
    portion = np.where(steps != 1.0, np.round(portion / steps) * steps, portion)
    clean = np.concatenate([serve, portion])
    return Meal(clean, float(kind.model.cost @ clean))


def in_steps(kind: Kind, meal: Meal, prices: F8) -> Meal | None:
    """The same dishes with portions in whole serving steps, cheapest at these prices; None where no steps are lawful."""
    full = kind.stepped
    n = kind.model.n_serve
    upper = full.program.upper.copy()
    upper[np.flatnonzero(meal.values[:n] < 0.5)] = 0.0
    cost = (kind.model.cost - prices[kind.folded]) * full.scale
    padded = np.concatenate([cost, np.zeros(full.program.cost.size - cost.size)])
    answer = solve(replace(full.program, cost=padded, upper=upper), time_limit=2.0, gap=1e-4)
    return None if answer.values is None else _meal(kind, full.values(answer.values), full.scale)


class Pricing:
    """Column generation: prices from the master, cheapest meals back, until the proof meets the master."""

    def __init__(
        self,
        master: Master,
        start: F8,
        *,
        threads: int,
        gap: float,
        left: Callable[[], float],
        tell: Callable[[float], None],
    ) -> None:
        self.master, self.gap, self.left, self.tell = master, gap, left, tell
        self.threads = threads
        self.pool = Pool([[] for _ in master.kinds])
        self.bound = -np.inf
        self.prices = master.sound(start)
        self.value = np.inf
        self.infeasible = False
        self.siblings = [
            [n for n, other in enumerate(master.kinds) if other is not kind and _siblings(kind, other)]
            for kind in master.kinds
        ]

    def run(self) -> None:
        """First with portions of any size, then in serving steps; `bound` is proven for the latter."""
        with ThreadPoolExecutor(max_workers=max(self.threads, 1)) as workers:
            self._round(workers, stepped=False, enough=2.0 * self.gap)
            self._to_steps(workers)
            self._round(workers, stepped=True, enough=0.2 * self.gap)

    def _round(self, workers: ThreadPoolExecutor, *, stepped: bool, enough: float) -> None:
        """Price until no meal is new or the proof is near `enough` to the master.

        Prices are drawn towards the best proof so far, which keeps them from swinging; where that finds nothing new,
        the master's own prices are asked.
        """
        below, pull = -np.inf, _PULL
        while self.left() > 0 and not self.infeasible:
            worth: F8 = np.full(len(self.master.kinds), np.inf)
            own = self.prices
            if all(self.pool.meals):
                self.value, duals, worth, _ = self.master.solve(self.pool)
                own = self.master.sound(duals)
                if below >= self.value * (1 - enough):
                    return
            used = pull * self.prices + (1 - pull) * own
            found = self._price(workers, used, stepped)
            if any(p.bound == np.inf for p in found):
                self.infeasible = True
                return
            proven = self.master.constant(used) + float(self.master.counts @ [p.bound for p in found])
            if proven > below:
                below, self.prices = proven, used
            if below > self.bound:
                self.bound = below
                self.tell(below)
            fresh = [self._keep(n, p, own, worth[n]) for n, p in enumerate(found)]
            if not any(fresh) and pull == 0.0:
                return
            pull = _PULL if any(fresh) else 0.0

    def _keep(self, number: int, priced: Priced, prices: F8, worth: float) -> bool:
        if priced.meal is None:
            return False
        earned = float(prices @ self.master.activity(number, priced.meal))
        if priced.meal.cost - earned >= worth - _NEW * max(abs(priced.meal.cost), 1.0):
            return False
        for other in self.siblings[number]:
            kind = self.master.kinds[other]
            self.pool.add(other, Meal(priced.meal.values, float(kind.model.cost @ priced.meal.values)))
        return self.pool.add(number, priced.meal)

    def _price(self, workers: ThreadPoolExecutor, used: F8, stepped: bool) -> list[Priced]:
        prices = np.asarray(self.master.matrix.T @ used)
        seconds = max(0.2, self.left())

        def one(kind: Kind) -> Priced:
            return cheapest(kind, prices, stepped=stepped, seconds=seconds, gap=0.1 * self.gap)

        return list(workers.map(one, self.master.kinds))

    def _to_steps(self, workers: ThreadPoolExecutor) -> None:
        """Bring every known meal into serving steps; meals that cannot be are dropped."""
        prices = np.asarray(self.master.matrix.T @ self.prices)
        jobs = [(n, meal) for n, known in enumerate(self.pool.meals) for meal in known]
        self.pool = Pool([[] for _ in self.master.kinds])

        def one(job: tuple[int, Meal]) -> Meal | None:
            return in_steps(self.master.kinds[job[0]], job[1], prices) if self.left() > 0 else None

        for (number, _), meal in zip(jobs, workers.map(one, jobs), strict=True):
            if meal is not None:
                self.pool.add(number, meal)


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
    program = _assignment(model, matrix @ block, coupling, block, found, entries)
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
    parts, lower, upper = [activity, one], [model.lower[coupling], np.ones(count)], [model.upper[coupling], np.ones(count)]
    keys = 0
    for distinct in model.distinct:
        names, key = np.unique(distinct.keys, return_inverse=True)
        sums = sparse.csr_array((np.ones(key.size), (key, distinct.cells)), shape=(names.size, model.n)) @ block
        parts.append(sparse.hstack([-sums, sparse.csr_array((names.size, keys)), sparse.eye_array(names.size)]))
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
