"""Why there is no menu: rules that cannot hold together, none of them superfluous."""

from __future__ import annotations

import time
from collections.abc import Callable, Container
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from sehatmenu.planning.deadlines import TimeIsUpError, deadline
from sehatmenu.planning.excerpts import EVERY, Excerpt, excerpts, quick_excerpts
from sehatmenu.planning.models import STRUCTURE, Model, Program
from sehatmenu.planning.solvers import Status, solve

if TYPE_CHECKING:
    from sehatmenu.planning.models import I8

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
class Explanation:
    """The claims that clash; `minimal` when without any one of them the rest can hold.

    Not `proven`: nothing was found that cannot hold together, which proves nothing.
    """

    claims: tuple[Claim, ...]
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
    left, found = _countdown(time_limit), None
    try:
        with deadline(time.perf_counter() + time_limit):
            found = next((excerpt for excerpt in excerpts(model) if _impossible(excerpt.program, left())), None)
    except TimeIsUpError:
        pass
    return Explanation((), minimal=False, proven=False) if found is None else _explained(found, left)


def cannot_hold(model: Model, sides: Container[tuple[int, int]], *, until: float) -> bool:
    """Whether some sides of rules (rule number, side) alone are proven to leave no menu, whatever the others say."""
    for excerpt in excerpts(model):
        kept = [part for part in _sides(excerpt) if (part.rule, part.side) in sides]
        if _impossible(_only(excerpt, kept), until - time.perf_counter()):
            return True
    return False


def surely_impossible(model: Model, *, time_limit: float) -> bool:
    """Whether a short look proves that there is no menu: spacing, variety or capacity leave no way to lay out the dishes."""
    left = _countdown(time_limit)
    try:
        with deadline(time.perf_counter() + time_limit):
            return any(_impossible(excerpt.program, left()) for excerpt in quick_excerpts(model))
    except TimeIsUpError:
        return False


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
    return Explanation(claims, minimal)


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
