"""Seeded planning models of any size, shaped like a district's kitchens: nutrients, frequency, spacing, capacity."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np
from scipy import sparse

from sehatmenu.planning.models import Distinct, Model

if TYPE_CHECKING:
    from sehatmenu.planning.models import F8, I8, Flags

COURSES = 5
WEEK = 5
VEGETABLES = 3
PROTEIN = 1


_OF_SUPPLIERS = ("capacity", "share-max", "share-min")
"""Rules of UMKM, which join blocks of slots by their price only."""


@dataclass(frozen=True, slots=True)
class Size:
    """How large an instance is; `suppliers` = 0 means one price per dish and no rows about UMKM."""

    days: int
    dishes: int
    meals: int = 1
    groups: int = 4
    suppliers: int = 0
    nutrients: int = 18
    step: float = 0.05
    courses: int = COURSES


@dataclass(frozen=True, slots=True, eq=False)
class _Pattern:
    """Where the entries of some rows stand: kept while rule after rule fills the same places."""

    row: I8
    column: I8
    order: I8 | slice
    columns: I8
    counts: I8

    @classmethod
    def of(cls, row: I8, column: I8, rows: int) -> _Pattern:
        """The pattern of entries (row, column), by row."""
        sorted_already = bool((row[1:] >= row[:-1]).all())
        order = slice(None) if sorted_already else np.argsort(row, kind="stable")
        return cls(row, column, order, column[order].astype(np.int32), np.bincount(row, minlength=rows))


@dataclass(slots=True)
class _Rows:
    """Rows collected block by block, each sorted by row."""

    pattern: _Pattern | None = None
    counts: list[I8] = field(default_factory=list)
    columns: list[I8] = field(default_factory=list)
    values: list[F8] = field(default_factory=list)
    lower: list[F8] = field(default_factory=list)
    upper: list[F8] = field(default_factory=list)
    rule: list[I8] = field(default_factory=list)
    family: list[I8] = field(default_factory=list)
    rules: list[str] = field(default_factory=list)
    m: int = 0
    families: int = 0

    def number(self, name: str) -> int:
        """The number of a rule, a new one if it is new."""
        if name not in self.rules:
            self.rules.append(name)
        return self.rules.index(name)

    def add(self, name: str, entries: tuple[I8, I8, F8], lower: F8, upper: F8, family: I8) -> None:
        """Append the rows of a rule: entries are (row, column, value)."""
        row, column, value = entries
        if self.pattern is None or self.pattern.row is not row or self.pattern.column is not column:
            self.pattern = _Pattern.of(row, column, lower.size)
        self.counts.append(self.pattern.counts)
        self.columns.append(self.pattern.columns)
        self.values.append(value[self.pattern.order])
        self.lower.append(lower)
        self.upper.append(upper)
        self.rule.append(np.full(lower.size, self.number(name)))
        names, family = np.unique(family, return_inverse=True)
        self.family.append(family + self.families)
        self.families += names.size
        self.m += lower.size

    def matrix(self, n: int) -> sparse.csr_array:
        """All rows over n columns."""
        starts = np.concatenate([[0], np.cumsum(np.concatenate(self.counts))]).astype(np.int32)
        return sparse.csr_array((np.concatenate(self.values), np.concatenate(self.columns), starts), shape=(self.m, n))


@dataclass(frozen=True, slots=True, eq=False)
class _Grid:
    """The columns of an instance: per option its day, meal, dish and UMKM; per portion its option and group."""

    size: Size
    nutrients: F8
    course: I8
    fried: Flags
    day: I8
    meal: I8
    dish: I8
    supplier: I8
    option: I8
    cell: I8
    group: I8
    heads: F8
    cost: F8

    @property
    def column(self) -> I8:
        """Columns of the portions."""
        return np.arange(self.cell.size) + self.dish.size

    def amount(self, nutrient: int) -> F8:
        """What one standard portion holds of a nutrient, per portion column."""
        return np.asarray(self.nutrients[:, nutrient][self.dish[self.cell]])

    @property
    def weeks(self) -> F8:
        """Served meals in each week."""
        n = (self.size.days + WEEK - 1) // WEEK
        return np.minimum(WEEK, self.size.days - np.arange(n) * WEEK) * float(self.size.meals)

    @property
    def need(self) -> F8:
        """How much each group needs, relative to the mean."""
        return np.linspace(0.8, 1.2, self.size.groups)

    @property
    def typical(self) -> F8:
        """Nutrients of a typical meal."""
        courses = range(self.size.courses)
        means = np.stack([self.nutrients[self.course == c].mean(axis=0) for c in courses])
        return np.asarray(means.sum(axis=0))


def make(size: Size, seed: int = 0, *, tightness: float = 1.0) -> Model:
    """Build an instance; a higher tightness asks for more of each nutrient (from about 1.6 on impossible)."""
    rng = np.random.default_rng(seed)
    grid = _grid(size, rng)
    rows = _Rows()
    _nutrients(rows, grid, rng, tightness)
    _energy(rows, grid)
    _fat_share(rows, grid)
    _frequency(rows, grid)
    _spacing(rows, grid)
    if size.suppliers:
        _suppliers(rows, grid, rng)
    distinct = _variety(rows, grid)
    occasion = grid.day * size.meals + grid.meal
    offers = int(grid.option.max()) + 1
    place = grid.meal * offers + grid.option
    orbit = np.concatenate([place, size.meals * offers + place[grid.cell] * size.groups + grid.group])
    portions = grid.cell.size
    return Model(
        n_serve=grid.dish.size, cost=grid.cost, slot=occasion * size.courses + grid.course[grid.dish], cell=grid.cell,
        minimum=np.full(portions, 0.7), maximum=np.full(portions, 1.3), step=np.full(portions, size.step),
        matrix=rows.matrix(grid.dish.size + portions), lower=np.concatenate(rows.lower),
        upper=np.concatenate(rows.upper), rule=np.concatenate(rows.rule), rules=tuple(rows.rules), orbit=orbit,
        family=np.concatenate(rows.family), distinct=distinct,
        priced=frozenset(rows.number(name) for name in _OF_SUPPLIERS if name in rows.rules),
    )  # fmt: skip


def _grid(size: Size, rng: np.random.Generator) -> _Grid:
    course = np.arange(size.dishes) % size.courses
    profile = rng.lognormal(0.0, 0.7, (size.courses, size.nutrients))
    nutrients = profile[course] * rng.lognormal(0.0, 0.55, (size.dishes, size.nutrients))
    price = 2000.0 * nutrients[:, :4].mean(axis=1) ** 0.6 * rng.lognormal(0.0, 0.3, size.dishes)
    fried = rng.random(size.dishes) < 0.35
    dish, supplier, price = _offers(size, price, rng)
    heads = rng.integers(60, 240, size.groups).astype(float)
    occasions = size.days * size.meals
    option = np.tile(np.arange(dish.size), occasions)
    occasion = np.repeat(np.arange(occasions), dish.size)
    cell = np.repeat(np.arange(option.size), size.groups)
    group = np.tile(np.arange(size.groups), option.size)
    cost = np.concatenate([np.zeros(option.size), price[option[cell]] * heads[group]])
    return _Grid(
        size, nutrients, course, fried, occasion // size.meals, occasion % size.meals, dish[option], supplier[option],
        option, cell, group, heads, cost,
    )  # fmt: skip


def _offers(size: Size, price: F8, rng: np.random.Generator) -> tuple[I8, I8, F8]:
    """(dish, UMKM, price) of every offer: up to 3 UMKM cook the same dish, at about 8 % different prices."""
    if not size.suppliers:
        return np.arange(size.dishes), np.zeros(size.dishes, dtype=np.int64), price
    count = 1 + rng.integers(0, 3, size.dishes)
    dish = np.repeat(np.arange(size.dishes), count)
    start = rng.integers(0, size.suppliers, size.dishes)
    rank = np.arange(dish.size) - np.repeat(np.cumsum(count) - count, count)
    return dish, (start[dish] + rank * 7) % size.suppliers, price[dish] * rng.lognormal(0, 0.08, dish.size)


def _weekly(grid: _Grid) -> tuple[I8, I8]:
    """Row (week, group) of each portion, and the family of each such row: full weeks alike."""
    groups = grid.size.groups
    row = (grid.day // WEEK)[grid.cell] * groups + grid.group
    short = np.repeat(grid.weeks < WEEK * grid.size.meals, groups).astype(np.int64)
    return row, short * groups + np.tile(np.arange(groups), grid.weeks.size)


def _nutrients(rows: _Rows, grid: _Grid, rng: np.random.Generator, tightness: float) -> None:
    """A floor for every nutrient per week and group, a ceiling for some."""
    share = rng.uniform(0.75, 1.02, grid.size.nutrients) * tightness
    capped = rng.random(grid.size.nutrients) < 0.4
    row, family = _weekly(grid)
    row, column, dish = row.astype(np.int32), grid.column.astype(np.int32), grid.dish[grid.cell]
    for nutrient in range(grid.size.nutrients):
        demand = grid.typical[nutrient] * share[nutrient] * np.outer(grid.weeks, grid.need).ravel()
        ceiling = demand * 1.35 if capped[nutrient] else np.full(demand.shape, np.inf)
        entries = (row, column, grid.nutrients[:, nutrient][dish])
        rows.add(f"nutrient-{nutrient}", entries, demand, ceiling, family)


def _energy(rows: _Rows, grid: _Grid) -> None:
    """Energy of every meal within a band."""
    size = grid.size
    occasion = grid.day * size.meals + grid.meal
    middle = np.tile(grid.typical[0] * 0.95 * grid.need, size.days * size.meals)
    family = np.arange(middle.size) % (size.groups * size.meals)
    entries = (occasion[grid.cell] * size.groups + grid.group, grid.column, grid.amount(0))
    rows.add("energy", entries, middle * 0.75, middle * 1.3, family)


def _fat_share(rows: _Rows, grid: _Grid) -> None:
    """Fat stays near its typical share of the energy, per week: a ratio row."""
    row, family = _weekly(grid)
    ratio = 1.05 * grid.nutrients[:, 1].sum() / grid.nutrients[:, 0].sum()
    value = grid.amount(1) - ratio * grid.amount(0)
    rows.add("fat", (row, grid.column, value), np.full(family.size, -np.inf), np.zeros(family.size), family)


def _windows(grid: _Grid, chosen: I8) -> tuple[I8, I8, int]:
    """(window, option) of every chosen option in every rolling window of a week, and the number of windows."""
    count = max(1, grid.size.days - WEEK + 1)
    parts = [(w, chosen[(grid.day[chosen] >= w) & (grid.day[chosen] < w + WEEK)]) for w in range(count)]
    window = np.concatenate([np.full(options.size, w) for w, options in parts])
    return window, np.concatenate([options for _, options in parts]), count


def _frequency(rows: _Rows, grid: _Grid) -> None:
    """Few fried dishes in any 5 days."""
    row, column, count = _windows(grid, np.flatnonzero(grid.fried[grid.dish]))
    limit = np.full(count, np.floor(1.4 * grid.size.meals * min(WEEK, grid.size.days)))
    rows.add("fried", (row, column, np.ones(row.size)), np.full(count, -np.inf), limit, np.zeros(count, dtype=np.int64))


def _spacing(rows: _Rows, grid: _Grid) -> None:
    """The same protein dish once in any 5 days (twice with several meals), any other dish twice as often."""
    size = grid.size
    window, column, count = _windows(grid, np.arange(grid.dish.size))
    row = window * size.dishes + grid.dish[column]
    dishes = np.tile(np.arange(size.dishes), count)
    limit = np.where(grid.course[dishes] == PROTEIN, 1.0, 2.0) * (1 + (size.meals > 1))
    few = size.dishes // size.courses * 2 <= WEEK * size.meals
    limit += WEEK * few
    rows.add("spacing", (row, column, np.ones(row.size)), np.full(dishes.size, -np.inf), limit, dishes)


def _suppliers(rows: _Rows, grid: _Grid, rng: np.random.Generator) -> None:
    """Capacity per UMKM and day in portions, on choices; shares of the value of all deliveries, on portions.

    An UMKM gets at most 2.4 times an equal share of the value, every third at least 0.3 times.
    """
    size, total = grid.size, float(grid.heads.sum())
    capacity = rng.uniform(0.10, 0.25, size.suppliers) * total * size.courses * size.meals
    capacity = np.tile(np.maximum(capacity, total * 1.01), size.days)
    entries = (grid.day * size.suppliers + grid.supplier, np.arange(grid.dish.size), np.full(grid.dish.size, total))
    family = np.tile(np.arange(size.suppliers), size.days)
    rows.add("capacity", entries, np.full(capacity.size, -np.inf), capacity, family)
    column, one, none = grid.column, np.zeros(1), np.zeros(1, dtype=np.int64)
    value = grid.cost[column]
    where = np.zeros(grid.cell.size, dtype=np.int64)
    for v in range(size.suppliers):
        mine = (grid.supplier[grid.cell] == v).astype(float)
        rows.add("share-max", (where, column, value * (mine - 2.4 / size.suppliers)), one - np.inf, one, none)
        if v % 3 == 0:
            rows.add("share-min", (where, column, value * (mine - 0.3 / size.suppliers)), one, one + np.inf, none)


def _variety(rows: _Rows, grid: _Grid) -> tuple[Distinct, ...]:
    """At least 3 different vegetables a week."""
    rule = rows.number("variety")
    vegetable, week = grid.course[grid.dish] == VEGETABLES, grid.day // WEEK
    cells = [np.flatnonzero(vegetable & (week == w)) for w in range(grid.weeks.size)]
    asked = [int(min(3, length)) for length in grid.weeks]
    return tuple(Distinct(c, grid.dish[c], n, rule) for c, n in zip(cells, asked, strict=True) if c.size)
