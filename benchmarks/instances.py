"""Seeded synthetic planning models of any size, shaped like a district's kitchens: nutrients, frequency, spacing, capacity."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy import sparse

from sehatmenu.planning.models import Distinct, Model

COURSES = 5
WEEK = 5


@dataclass(frozen=True, slots=True)
class Size:
    """How large an instance is; `suppliers` = 0 means every dish has one price and no UMKM rows."""

    days: int
    dishes: int
    meals: int = 1
    groups: int = 4
    suppliers: int = 0
    nutrients: int = 18
    step: float = 0.05


class _Rows:
    """Collects rows as triplets of arrays."""

    def __init__(self) -> None:
        self.row: list[np.ndarray] = []
        self.column: list[np.ndarray] = []
        self.value: list[np.ndarray] = []
        self.lower: list[np.ndarray] = []
        self.upper: list[np.ndarray] = []
        self.rule: list[np.ndarray] = []
        self.family: list[np.ndarray] = []
        self.rules: list[str] = []
        self.m = 0
        self.families = 0

    def add(self, name: str, row, column, value, lower, upper, family) -> None:
        m = lower.size
        if name not in self.rules:
            self.rules.append(name)
        self.row.append(row + self.m)
        self.column.append(column)
        self.value.append(value)
        self.lower.append(lower)
        self.upper.append(upper)
        self.rule.append(np.full(m, self.rules.index(name)))
        family = np.unique(family, return_inverse=True)[1]
        self.family.append(family + self.families)
        self.families += int(family.max(initial=-1)) + 1
        self.m += m

    def matrix(self, n: int):
        entries = (np.concatenate(self.value), (np.concatenate(self.row), np.concatenate(self.column)))
        return sparse.csr_array(entries, shape=(self.m, n))


@dataclass(frozen=True, slots=True, eq=False)
class _Catalogue:
    course: np.ndarray
    nutrients: np.ndarray
    price: np.ndarray
    fried: np.ndarray
    dish: np.ndarray
    supplier: np.ndarray


def _catalogue(size: Size, rng: np.random.Generator) -> _Catalogue:
    course = np.arange(size.dishes) % COURSES
    profile = rng.lognormal(0.0, 0.7, (COURSES, size.nutrients))
    nutrients = profile[course] * rng.lognormal(0.0, 0.55, (size.dishes, size.nutrients))
    worth = nutrients[:, :4].mean(axis=1)
    price = 2000.0 * worth**0.6 * rng.lognormal(0.0, 0.3, size.dishes)
    fried = rng.random(size.dishes) < 0.35
    if not size.suppliers:
        dish = np.arange(size.dishes)
        return _Catalogue(course, nutrients, price, fried, dish, np.zeros(size.dishes, int))
    offers = 1 + rng.integers(0, 3, size.dishes)
    dish = np.repeat(np.arange(size.dishes), offers)
    start = rng.integers(0, size.suppliers, size.dishes)
    rank = np.arange(dish.size) - np.repeat(np.cumsum(offers) - offers, offers)
    supplier = (start[dish] + rank * 7) % size.suppliers
    return _Catalogue(course, nutrients, price[dish] * rng.lognormal(0, 0.08, dish.size), fried, dish, supplier)


def make(size: Size, seed: int = 0, *, tightness: float = 1.0) -> Model:
    """Build an instance; higher tightness asks for more of each nutrient (about 1.6 is impossible)."""
    rng = np.random.default_rng(seed)
    book = _catalogue(size, rng)
    offers = book.dish.size
    occasions = size.days * size.meals
    heads = rng.integers(60, 240, size.groups).astype(float)
    need = np.linspace(0.8, 1.2, size.groups)

    option = np.tile(np.arange(offers), occasions)
    occasion = np.repeat(np.arange(occasions), offers)
    day, meal = occasion // size.meals, occasion % size.meals
    slot = occasion * COURSES + book.course[book.dish[option]]
    n_serve = option.size
    groups = np.tile(np.arange(size.groups), n_serve)
    cell = np.repeat(np.arange(n_serve), size.groups)
    n = n_serve + cell.size
    cost = np.concatenate([np.zeros(n_serve), book.price[option[cell]] * heads[groups]])
    orbit = np.concatenate([
        meal * offers + option,
        size.meals * offers + ((meal * offers + option)[cell] * size.groups + groups),
    ])

    rows = _Rows()
    k = np.arange(cell.size)
    column = k + n_serve
    week = day // WEEK
    n_weeks = int(week.max()) + 1
    length = np.minimum(WEEK, size.days - np.arange(n_weeks) * WEEK) * size.meals
    typical = np.stack([book.nutrients[book.course == c].mean(axis=0) for c in range(COURSES)]).sum(axis=0)
    share = rng.uniform(0.75, 1.02, size.nutrients) * tightness
    capped = rng.random(size.nutrients) < 0.4
    for nutrient in range(size.nutrients):
        value = book.nutrients[book.dish[option[cell]], nutrient]
        demand = typical[nutrient] * share[nutrient] * np.outer(length, need)
        ceiling = demand * 1.35 if capped[nutrient] else np.full(demand.shape, np.inf)
        full = np.repeat(np.where(length == length[0], 0, 1), size.groups) * size.groups + np.tile(
            np.arange(size.groups), n_weeks)
        rows.add(f"nutrient-{nutrient}", week[cell] * size.groups + groups, column, value,
                 demand.ravel(), ceiling.ravel(), full)
    _energy(rows, size, book, option, occasion, cell, groups, column, typical[0], need)
    _fat_share(rows, size, book, option, week, cell, groups, column, n_weeks, length)
    _frequency(rows, size, book, option, day, n_serve)
    _spacing(rows, size, book, option, day, n_serve)
    if size.suppliers:
        _suppliers(rows, size, book, option, day, cell, column, cost, heads, rng)
    vegetables = book.course[book.dish[option]] == 3
    distinct = tuple(
        Distinct(np.flatnonzero(vegetables & (week == w)), book.dish[option[vegetables & (week == w)]],
                 int(min(3, length[w])), _rule(rows, "variety"))
        for w in range(n_weeks)
    )
    return Model(
        n_serve, cost, slot, cell, np.full(cell.size, 0.7), np.full(cell.size, 1.3), np.full(cell.size, size.step),
        rows.matrix(n), np.concatenate(rows.lower), np.concatenate(rows.upper), np.concatenate(rows.rule),
        tuple(rows.rules), orbit, np.concatenate(rows.family), distinct)


def _rule(rows: _Rows, name: str) -> int:
    if name not in rows.rules:
        rows.rules.append(name)
    return rows.rules.index(name)


def _energy(rows, size, book, option, occasion, cell, groups, column, typical, need) -> None:
    """Energy of every meal within a band."""
    value = book.nutrients[book.dish[option[cell]], 0]
    m = size.days * size.meals * size.groups
    middle = np.tile(typical * 0.95 * need, size.days * size.meals)
    family = np.arange(m) % (size.groups * size.meals)
    rows.add("energy", occasion[cell] * size.groups + groups, column, value, middle * 0.75, middle * 1.3, family)


def _fat_share(rows, size, book, option, week, cell, groups, column, n_weeks, length) -> None:
    """Fat gives at most its typical share of the energy, per week: a ratio row."""
    nutrients = book.nutrients[book.dish[option[cell]]]
    ratio = 1.05 * book.nutrients[:, 1].sum() / book.nutrients[:, 0].sum()
    m = n_weeks * size.groups
    family = np.repeat(np.where(length == length[0], 0, 1), size.groups) * size.groups + np.tile(
        np.arange(size.groups), n_weeks)
    rows.add("fat", week[cell] * size.groups + groups, column, nutrients[:, 1] - ratio * nutrients[:, 0],
             np.full(m, -np.inf), np.zeros(m), family)


def _frequency(rows, size, book, option, day, n_serve) -> None:
    """At most 2 fried dishes per meal and day on average in any 5 days (rolling)."""
    windows = max(1, size.days - WEEK + 1)
    y = np.flatnonzero(book.fried[book.dish[option]])
    parts = [(np.full(sel.size, w), sel) for w in range(windows)
             for sel in [y[(day[y] >= w) & (day[y] < w + WEEK)]]]
    row, column = (np.concatenate(a) for a in zip(*parts, strict=True))
    limit = np.full(windows, 1.4 * size.meals * min(WEEK, size.days))
    rows.add("fried", row, column, np.ones(row.size), np.full(windows, -np.inf), np.floor(limit), np.zeros(windows))


def _spacing(rows, size, book, option, day, n_serve) -> None:
    """The same protein dish (course 1) at most once in any 5 days, any other at most twice."""
    windows = max(1, size.days - WEEK + 1)
    y = np.arange(n_serve)
    parts = [((w * size.dishes + book.dish[option[sel]]), sel) for w in range(windows)
             for sel in [y[(day >= w) & (day < w + WEEK)]]]
    row, column = (np.concatenate(a) for a in zip(*parts, strict=True))
    dishes = np.tile(np.arange(size.dishes), windows)
    limit = np.where(book.course[dishes] == 1, 1.0, 2.0) * (1 + (size.meals > 1))
    if size.dishes // COURSES * 2 <= WEEK * size.meals:
        limit += WEEK
    rows.add("spacing", row, column, np.ones(row.size), np.full(dishes.size, -np.inf), limit, dishes)


def _suppliers(rows, size, book, option, day, cell, column, cost, heads, rng) -> None:
    """Capacity per UMKM and day on choices; value shares between 1.5 % and 12 % over all days on portions."""
    supplier = book.supplier[option]
    total = heads.sum() * COURSES * size.meals
    capacity = rng.uniform(0.10, 0.25, size.suppliers) * total
    capacity = np.maximum(capacity, heads.sum() * 1.01)
    m = size.days * size.suppliers
    rows.add("capacity", day * size.suppliers + supplier, np.arange(option.size), np.full(option.size, heads.sum()),
             np.full(m, -np.inf), np.tile(capacity, size.days), np.tile(np.arange(size.suppliers), size.days))
    value = cost[column]
    for v in range(size.suppliers):
        mine = (supplier[cell] == v).astype(float)
        row = np.zeros(cell.size, int)
        rows.add("share-max", row, column, value * (mine - 0.12), np.array([-np.inf]), np.zeros(1), np.zeros(1))
        if v % 3 == 0:
            rows.add("share-min", row, column, value * (mine - 0.015), np.zeros(1), np.array([np.inf]), np.zeros(1))
