"""Why there is no menu: rules that cannot hold together, none of them superfluous, and the least relaxation of any."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np
from scipy import sparse

from sehatmenu.planning.excerpts import EVERY, Excerpt, excerpts, quick_excerpts
from sehatmenu.planning.models import STRUCTURE, Model, Program
from sehatmenu.planning.solvers import Status, solve

if TYPE_CHECKING:
    from sehatmenu.planning.models import F8, I8

SAME = 1e-7
"""A relaxation smaller than this part of the size of its row is no relaxation."""

_TRY, _LEAST_TRY = 0.2, 0.5


@dataclass(frozen=True, slots=True)
class Claim:
    """One side of a rule: at least (`side` -1) or at most (+1) `limit`, in the unit of the model's rows.

    `rows` are the rows of the model that are needed for the clash (variety rules follow its own rows); none are named
    where the clash shows on the average day or in any single meal.
    """

    rule: int
    side: int
    limit: float
    rows: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Relaxation:
    """By how much one side of a rule would have to give way, and to which limit."""

    rule: int
    side: int
    amount: float
    limit: float


@dataclass(frozen=True, slots=True)
class Explanation:
    """The claims that clash; `minimal` when without any one of them the rest can hold; and the least relaxation.

    Not `proven`: nothing was found that cannot hold together, which proves nothing.
    """

    claims: tuple[Claim, ...]
    relaxations: tuple[Relaxation, ...]
    minimal: bool
    proven: bool = True


@dataclass(frozen=True, slots=True, eq=False)
class _Part:
    """Some rows of an excerpt on one side, given up or kept together."""

    rule: int
    side: int
    rows: I8


Left = Callable[[], float]
"""Seconds until an explanation must end."""


def explain(model: Model, *, time_limit: float = 60.0) -> Explanation:
    """Find rules of an infeasible model that cannot hold together: by the average day, counts, meals, weeks.

    Small models are also looked at as a whole, which finds every clash.
    """
    left = _countdown(time_limit)
    for excerpt in excerpts(model):
        if _impossible(excerpt.program, left()):
            return _explained(excerpt, left)
    return Explanation((), (), minimal=False, proven=False)


def surely_impossible(model: Model, *, time_limit: float) -> bool:
    """Whether a short look proves that there is no menu: spacing, variety or capacity leave no way to lay out the dishes."""
    left = _countdown(time_limit)
    return any(_impossible(excerpt.program, left()) for excerpt in quick_excerpts(model))


def _countdown(seconds: float) -> Left:
    ends = time.perf_counter() + seconds
    return lambda: ends - time.perf_counter()


def _impossible(program: Program, seconds: float) -> bool | None:
    """Whether a program has no solution; None when time ran out, which proves nothing."""
    if seconds <= 0:
        return None
    answer = solve(replace(program, cost=np.zeros(program.cost.size)), time_limit=seconds)
    known = answer.values is not None or answer.status is Status.infeasible
    return answer.status is Status.infeasible if known else None


def _explained(excerpt: Excerpt, left: Left) -> Explanation:
    sides, minimal = _filter(excerpt, _sides(excerpt), left)
    rows, _ = _filter(excerpt, _windows(excerpt, sides), left)
    claims = tuple(_claim(excerpt, side, rows) for side in sides)
    return Explanation(claims, tuple(_relaxed(excerpt, left)), minimal)


def _sides(excerpt: Excerpt) -> list[_Part]:
    """Every side of every rule that bounds anything, rules in order."""
    found = []
    for side, bound in ((-1, excerpt.program.row_lower), (1, excerpt.program.row_upper)):
        rows = np.flatnonzero(np.isfinite(bound) & (excerpt.rule != STRUCTURE))
        found += [_Part(r, side, rows[excerpt.rule[rows] == r]) for r in np.unique(excerpt.rule[rows]).tolist()]
    return sorted(found, key=lambda part: (part.rule, part.side))


def _windows(excerpt: Excerpt, sides: list[_Part]) -> list[_Part]:
    """The single rows of some sides, the last first, so that the earliest stay; whole sides where rows are sums."""
    found = []
    for part in sides:
        single = (excerpt.source[part.rows] != EVERY).all()
        found += [_Part(part.rule, part.side, part.rows[[n]]) for n in range(part.rows.size)] if single else [part]
    return sorted(found, key=lambda part: -int(part.rows[0]))


def _only(excerpt: Excerpt, kept: list[_Part]) -> Program:
    """The program with no other sides of its rules than these."""
    structure = excerpt.rule == STRUCTURE
    lower = np.where(structure, excerpt.program.row_lower, -np.inf)
    upper = np.where(structure, excerpt.program.row_upper, np.inf)
    for part in kept:
        bound, own = (lower, excerpt.program.row_lower) if part.side < 0 else (upper, excerpt.program.row_upper)
        bound[part.rows] = own[part.rows]
    return replace(excerpt.program, row_lower=lower, row_upper=upper)


def _filter(excerpt: Excerpt, parts: list[_Part], left: Left) -> tuple[list[_Part], bool]:
    """Give up every part in turn, and take it back only when the rest could then hold; halves first, for speed.

    Answers what is kept, and whether each of it is proven to be needed: a solve that ran out of time proves nothing.
    """
    kept, size = parts, max(1, len(parts) // 2)
    while True:
        doubtful, first = False, 0
        while first < len(kept):
            rest = kept[:first] + kept[first + size :]
            hopeless = _impossible(_only(excerpt, rest), min(left(), max(_TRY * left(), _LEAST_TRY)))
            doubtful |= hopeless is None
            kept, first = (rest, first) if hopeless else (kept, first + size)
        if size == 1:
            return kept, not doubtful
        size = max(1, size // 2)


def _claim(excerpt: Excerpt, side: _Part, needed: list[_Part]) -> Claim:
    rows = np.concatenate([p.rows for p in needed if (p.rule, p.side) == (side.rule, side.side)] or [side.rows])
    bound = excerpt.program.row_lower if side.side < 0 else excerpt.program.row_upper
    each, source = bound[rows] / excerpt.windows[rows], excerpt.source[rows]
    named = tuple(sorted(source.tolist())) if (source != EVERY).all() else ()
    return Claim(side.rule, side.side, float(each.max() if side.side < 0 else each.min()), named)


def _relaxed(excerpt: Excerpt, left: Left) -> list[Relaxation]:
    """The least relaxation, each row measured by its size, as the limits that make a solution possible."""
    program = excerpt.program
    rows = np.flatnonzero(excerpt.rule != STRUCTURE)
    size = _sizes(program)[rows]
    entries = (size, (rows, np.arange(rows.size)))
    give = sparse.csr_array(entries, shape=(program.row_lower.size, rows.size))
    matrix = sparse.csr_array(sparse.hstack([program.matrix, give, -give]))
    none, free = np.zeros(2 * rows.size), np.full(2 * rows.size, np.inf)
    elastic = Program(
        np.concatenate([np.zeros(program.cost.size), np.tile(1.0 / excerpt.windows[rows], 2)]),
        np.concatenate([program.lower, none]),
        np.concatenate([program.upper, free]),
        np.concatenate([program.integer, np.zeros(2 * rows.size, bool)]),
        matrix,
        program.row_lower,
        program.row_upper,
    )
    answer = solve(elastic, time_limit=max(left(), 1.0))
    if answer.values is None:
        return []
    short, over = np.split(answer.values[program.cost.size :] * np.tile(size / excerpt.windows[rows], 2), 2)
    return _by_rule(excerpt, rows, {-1: short, 1: over}, size)


def _by_rule(excerpt: Excerpt, rows: I8, given: dict[int, F8], size: F8) -> list[Relaxation]:
    found = []
    for side, amount in given.items():
        bound = excerpt.program.row_lower if side < 0 else excerpt.program.row_upper
        used = amount > SAME * size / excerpt.windows[rows]
        for rule in np.unique(excerpt.rule[rows[used]]).tolist():
            mine = np.flatnonzero(used & (excerpt.rule[rows] == rule))
            worst = mine[np.argmax(amount[mine])]
            limit = bound[rows[worst]] / excerpt.windows[rows[worst]] + side * amount[worst]
            found.append(Relaxation(rule, side, float(amount[worst]), float(limit)))
    return found


def _sizes(program: Program) -> F8:
    """The size of each row: its bounds, or its coefficients where the bound is zero."""
    bounds = np.stack([program.row_lower, program.row_upper])
    size = np.abs(np.where(np.isfinite(bounds), bounds, 0.0)).max(axis=0)
    largest = np.asarray(abs(program.matrix).max(axis=1).todense()).ravel()
    return np.where(size > 0, size, np.where(largest > 0, largest, 1.0))
