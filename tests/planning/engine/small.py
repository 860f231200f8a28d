"""Small random planning models with every kind of row, and their optimum by trying all menus one by one."""

from __future__ import annotations

from itertools import product
from typing import TYPE_CHECKING

import numpy as np
from scipy import sparse
from scipy.optimize import Bounds, LinearConstraint, milp

from sehatmenu.planning.models import Distinct, Model

if TYPE_CHECKING:
    from sehatmenu.planning.models import F8, I8

DAYS, COURSES = 2, 2


def small(seed: int) -> Model:
    """Two days, two courses, two or three options each, one or two groups; equal days fold onto each other."""
    rng = np.random.default_rng(seed)
    options, groups = int(rng.integers(2, 4)), int(rng.integers(1, 3))
    slots = DAYS * COURSES
    slot = np.repeat(np.arange(slots), options)
    kind = np.tile(np.arange(COURSES * options), DAYS)
    n_serve = slot.size
    cell, group = np.repeat(np.arange(n_serve), groups), np.tile(np.arange(groups), n_serve)
    value = rng.uniform(1.0, 9.0, (COURSES * options, 3)).round(1)
    price = rng.uniform(1.0, 9.0, COURSES * options).round(1)
    fixed = np.where(rng.random(COURSES * options) < 0.2, rng.uniform(0, 2, COURSES * options), 0.0)
    step = float(rng.choice([0.0, 0.1, 0.25]))
    low = float(rng.choice([0.5, 0.72, 1.0]))
    high = 1.0 if low == 1.0 else 1.4
    day = slot // COURSES
    rows = _Rows(n_serve + cell.size, n_serve)
    for nutrient in range(2):
        amount = value[kind[cell], nutrient]
        rows.portions(day[cell] * groups + group, amount, _band(rng, amount, groups), nutrient, groups)
    amount = value[kind[cell], 2] - value[kind[cell], 0]
    ceiling = 4.0 * COURSES * rng.uniform(0.2, 1.0)
    rows.portions(group, amount, (np.full(groups, -np.inf), np.full(groups, ceiling)), 2, groups)
    rows.choices(kind, np.ones(n_serve), float(rng.integers(1, DAYS + 1)), 3)
    distinct = (Distinct(np.arange(n_serve), kind, int(rng.integers(2, 4)), 4),)
    return Model(
        n_serve=n_serve, cost=np.concatenate([fixed[kind], price[kind[cell]]]), slot=slot, cell=cell,
        minimum=np.full(cell.size, low), maximum=np.full(cell.size, high), step=np.full(cell.size, step),
        matrix=rows.matrix(), lower=np.concatenate(rows.lower), upper=np.concatenate(rows.upper),
        rule=np.concatenate(rows.rule), rules=("first", "second", "whole", "repeats", "kinds"),
        orbit=np.concatenate([kind, 100 + kind[cell] * groups + group]), family=np.concatenate(rows.family),
        distinct=distinct,
    )  # fmt: skip


def _band(rng: np.random.Generator, amount: F8, groups: int) -> tuple[F8, F8]:
    """A daily band around what two typical dishes give; sometimes one-sided, sometimes too narrow for any menu."""
    middle = COURSES * float(amount.mean()) * rng.uniform(0.8, 1.15)
    low, high = np.full(DAYS * groups, middle * rng.uniform(0.8, 0.97)), np.full(DAYS * groups, middle * 1.08)
    if rng.random() < 0.4:
        high[:] = np.inf
    return low, high


class _Rows:
    """Rows under construction."""

    def __init__(self, n: int, n_serve: int) -> None:
        self.n, self.n_serve, self.m = n, n_serve, 0
        self.entries: list[tuple[I8, I8, F8]] = []
        self.lower: list[F8] = []
        self.upper: list[F8] = []
        self.rule: list[I8] = []
        self.family: list[I8] = []

    def portions(self, row: I8, value: F8, band: tuple[F8, F8], rule: int, groups: int) -> None:
        """A row of portions per value of `row`; rows `groups` apart are copies of one rule on different days."""
        column = np.arange(value.size) + self.n_serve
        self._add(row, column, value, band, rule, np.arange(band[0].size) % groups)

    def choices(self, row: I8, value: F8, most: float, rule: int) -> None:
        """A row of choices per value of `row`, at most `most`."""
        m = int(row.max()) + 1
        self._add(row, np.arange(value.size), value, (np.full(m, -np.inf), np.full(m, most)), rule, np.arange(m))

    def _add(self, row: I8, column: I8, value: F8, band: tuple[F8, F8], rule: int, family: I8) -> None:
        self.entries.append((row + self.m, column, value))
        self.lower.append(band[0])
        self.upper.append(band[1])
        self.rule.append(np.full(band[0].size, rule))
        self.family.append(family + 1000 * rule)
        self.m += band[0].size

    def matrix(self) -> sparse.csr_array:
        """All rows."""
        row, column, value = (np.concatenate(parts) for parts in zip(*self.entries, strict=True))
        return sparse.csr_array((value, (row, column)), shape=(self.m, self.n))


def cheapest_by_trying(model: Model) -> float:
    """Cost of the cheapest menu, inf when there is none: every combination of options, its portions by scipy."""
    slots = [np.flatnonzero(model.slot == s) for s in range(model.n_slots)]
    return min((_portions_cost(model, np.array(menu)) for menu in product(*slots)), default=np.inf)


def _portions_cost(model: Model, menu: I8) -> float:
    serve = np.zeros(model.n)
    serve[menu] = 1.0
    for rule in model.distinct:
        if np.unique(rule.keys[serve[rule.cells] > 0.5]).size < rule.minimum:
            return np.inf
    counting = np.flatnonzero(np.diff(model.matrix[:, model.n_serve :].tocsr().indptr) == 0)
    counts = np.asarray(model.matrix[counting] @ serve)
    if ((counts < model.lower[counting]) | (counts > model.upper[counting])).any():
        return np.inf
    fixed, portions = model.matrix @ serve, np.flatnonzero(serve[model.cell] > 0.5)
    matrix = model.matrix[:, portions + model.n_serve]
    step, low, high = model.step[portions], model.minimum[portions], model.maximum[portions]
    whole = (step > 0) & (high > low)
    unit = np.where(whole, step, 1.0)
    bounds = Bounds(
        np.where(whole, np.ceil(low / unit - 1e-9), low), np.where(whole, np.floor(high / unit + 1e-9), high)
    )
    if (bounds.lb > bounds.ub).any():
        return np.inf
    rows = LinearConstraint(matrix.toarray() * unit, model.lower - fixed, model.upper - fixed)
    cost = model.cost[portions + model.n_serve] * unit
    answer = milp(cost, integrality=whole.astype(int), bounds=bounds, constraints=rows, options={"mip_rel_gap": 0.0})
    return float(answer.fun) + float(model.cost @ serve) if answer.success else np.inf
