"""Named limits over columns: whether they can hold together, which few of them cannot, and how near one can come."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np
from scipy import sparse

from sehatmenu.planning.models import Program
from sehatmenu.planning.solvers import Solution, Status, solve

if TYPE_CHECKING:
    from sehatmenu.planning.models import F8, Flags

ALWAYS = ""
"""The name of rows that belong to the problem itself and are never given up."""

DIGITS = 12
"""Costs are rounded to this many digits of the dearest column, so that a change of currency changes no answer."""


@dataclass(frozen=True, slots=True, eq=False)
class Limits:
    """Rows `low <= matrix @ x <= high` with names (one may own several), over columns `lower <= x <= upper`."""

    names: tuple[str, ...]
    matrix: F8
    low: F8
    high: F8
    lower: F8
    upper: F8
    integer: Flags

    def scale(self) -> F8:
        """What each row is divided by, so that its bounds (or its coefficients) are about 1."""
        bounds = np.stack([self.low, self.high])
        size = np.abs(np.where(np.isfinite(bounds), bounds, 0.0)).max(axis=0, initial=0.0)
        size = np.where(size > 0, size, np.abs(self.matrix).max(axis=1, initial=0.0))
        return np.where(size > 0, size, 1.0)

    def kept(self, names: Collection[str]) -> Limits:
        """Only the rows with these names, and those of the problem itself."""
        rows = np.array([name == ALWAYS or name in names for name in self.names], dtype=bool)
        chosen = tuple(name for name, keep in zip(self.names, rows, strict=True) if keep)
        return Limits(chosen, self.matrix[rows], self.low[rows], self.high[rows], self.lower, self.upper, self.integer)

    def with_row(self, coefficients: F8, low: float, high: float, name: str = ALWAYS) -> Limits:
        """The same with one row more."""
        matrix = np.vstack([self.matrix, coefficients])
        low_, high_ = np.append(self.low, low), np.append(self.high, high)
        return Limits((*self.names, name), matrix, low_, high_, self.lower, self.upper, self.integer)

    def given(self) -> tuple[str, ...]:
        """The names of the limits that could be given up, each once."""
        return tuple(dict.fromkeys(name for name in self.names if name != ALWAYS))


def unit_cost(cost: F8) -> tuple[F8, float]:
    """Costs as parts of the dearest, rounded, and the cost of one part: the same in every currency."""
    dearest = float(np.abs(cost).max(initial=0.0)) or 1.0
    return np.round(cost / dearest, DIGITS), dearest


def cheapest(limits: Limits, cost: F8, time_limit: float = 30.0) -> Solution:
    """The columns of least cost within all limits; duals are per unit of the rows as they were given.

    Objective and duals are in the unit of `cost`. Rows and columns are scaled to about 1 before solving, so that
    neither grams nor tonnes, rupiah nor dollars change the answer. Duals are None where columns are integers.
    """
    size = limits.scale()
    rows = limits.matrix / size[:, None]
    unit = np.abs(rows).max(axis=0, initial=0.0)
    unit = np.where(limits.integer | (unit == 0), 1.0, unit)
    parts, dearest = unit_cost(cost / unit)
    matrix = sparse.csr_array(rows / unit)
    bounds = limits.lower * unit, limits.upper * unit
    program = Program(parts, *bounds, limits.integer, matrix, limits.low / size, limits.high / size)
    found = solve(program, time_limit=time_limit)
    if found.values is None:
        return found
    values = found.values / unit
    duals = None if found.duals is None else found.duals * dearest / size
    reduced = None if found.reduced_costs is None else found.reduced_costs * dearest * unit
    return replace(found, objective=float(cost @ values), values=values, duals=duals, reduced_costs=reduced)


def can_hold(limits: Limits, time_limit: float = 30.0) -> bool:
    """False when the limits are proven not to hold together; a search that ran out of time counts as able."""
    if np.any(limits.lower > limits.upper):
        return False
    return cheapest(limits, np.zeros(limits.lower.size), time_limit).status is not Status.infeasible


def clash(limits: Limits, time_limit: float = 30.0) -> tuple[str, ...]:
    """A few limits that cannot hold together, none of which can be left out; nothing when they can.

    Each limit is given up in turn, and taken back only when the rest could then hold.
    """
    if can_hold(limits, time_limit):
        return ()
    needed = list(limits.given())
    for name in limits.given():
        rest = [other for other in needed if other != name]
        if not can_hold(limits.kept(rest), time_limit):
            needed = rest
    return tuple(needed)


def nearest(limits: Limits, name: str, time_limit: float = 30.0) -> F8 | None:
    """The columns that come nearest to one limit, in parts of it, while the others hold; None when those cannot."""
    rows = np.array([row == name for row in limits.names], dtype=bool)
    gap = np.diag(np.where(rows, limits.scale(), 0.0))[:, rows]
    count = int(rows.sum())
    elastic = Limits(
        limits.names,
        np.hstack([limits.matrix, gap, -gap]),
        limits.low,
        limits.high,
        np.append(limits.lower, np.zeros(2 * count)),
        np.append(limits.upper, np.full(2 * count, np.inf)),
        np.append(limits.integer, np.zeros(2 * count, dtype=bool)),
    )
    cost = np.append(np.zeros(limits.lower.size), np.ones(2 * count))
    found = cheapest(elastic, cost, time_limit)
    return None if found.values is None else found.values[: limits.lower.size]
