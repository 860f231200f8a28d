"""Why there is no menu: rules that cannot hold together, none of them superfluous, and the least relaxation of any."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np
from scipy import sparse

from sehatmenu.planning.bounds import Folded, fold
from sehatmenu.planning.layouts import layout
from sehatmenu.planning.models import STRUCTURE, Model, Program
from sehatmenu.planning.patterns import kinds
from sehatmenu.planning.solvers import Status, solve

if TYPE_CHECKING:
    from sehatmenu.planning.models import F8, I8

SAME = 1e-7
"""A relaxation smaller than this part of the size of its row is no relaxation."""


@dataclass(frozen=True, slots=True)
class Claim:
    """One side of a rule: at least (`side` -1) or at most (+1) `limit`, in the unit of the model's rows."""

    rule: int
    side: int
    limit: float


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

    No claims: this explanation cannot say why.
    """

    claims: tuple[Claim, ...]
    relaxations: tuple[Relaxation, ...]
    minimal: bool


@dataclass(frozen=True, slots=True, eq=False)
class _Case:
    """A program that cannot be solved, with the rule of each row and over how many windows each row adds up."""

    program: Program
    rule: I8
    windows: F8


def explain(model: Model, *, time_limit: float = 60.0) -> Explanation:
    """Find rules of an infeasible model that cannot hold together; looks at the average day, then at single meals."""
    ends = time.perf_counter() + time_limit

    def left() -> float:
        return ends - time.perf_counter()

    folded = fold(model)
    average = _average(folded)
    if _impossible(average.program, left()):
        return _explained(average, left)
    for kind in kinds(layout(model), folded) or []:
        full = kind.stepped
        case = _Case(full.program, full.rule, np.ones(full.rule.size))
        if _impossible(case.program, left()):
            return _explained(case, left)
    return Explanation((), (), minimal=False)


def _average(folded: Folded) -> _Case:
    own = np.diff(folded.weights.indptr)
    windows = np.ones(folded.program.row_lower.size)
    windows[: own.size] = np.asarray(folded.weights.sum(axis=1)).ravel()
    return _Case(folded.program, folded.rule, np.maximum(windows, 1.0))


def _impossible(program: Program, seconds: float) -> bool:
    """Whether a program is proven to have no solution; running out of time proves nothing."""
    none = replace(program, cost=np.zeros(program.cost.size))
    return seconds > 0 and solve(none, time_limit=seconds).status is Status.infeasible


def _explained(case: _Case, left: Callable[[], float]) -> Explanation:
    claims, minimal = _filter(case, left)
    return Explanation(tuple(_claim(case, c) for c in claims), tuple(_relaxed(case, left)), minimal)


def _sides(case: _Case) -> list[tuple[int, int]]:
    """Every (rule, side) that bounds anything, rules in order."""
    program = case.program
    low = np.unique(case.rule[np.isfinite(program.row_lower)]).tolist()
    high = np.unique(case.rule[np.isfinite(program.row_upper)]).tolist()
    return sorted((r, s) for rules, s in ((low, -1), (high, 1)) for r in rules if r != STRUCTURE)


def _without(case: _Case, gone: set[tuple[int, int]]) -> Program:
    lower, upper = case.program.row_lower.copy(), case.program.row_upper.copy()
    lower[np.isin(case.rule, [r for r, side in gone if side < 0])] = -np.inf
    upper[np.isin(case.rule, [r for r, side in gone if side > 0])] = np.inf
    return replace(case.program, row_lower=lower, row_upper=upper)


def _filter(case: _Case, left: Callable[[], float]) -> tuple[list[tuple[int, int]], bool]:
    """Give up every claim in turn, and take it back only when the rest could then hold; halves first, for speed."""
    kept, gone = _sides(case), set[tuple[int, int]]()
    size = max(1, len(kept) // 2)
    while True:
        for first in range(0, len(kept), size):
            part = set(kept[first : first + size]) - gone
            if part and left() > 0 and _impossible(_without(case, gone | part), left()):
                gone |= part
        kept = [claim for claim in kept if claim not in gone]
        if size == 1:
            return kept, left() > 0
        size = max(1, size // 2)


def _claim(case: _Case, claim: tuple[int, int]) -> Claim:
    rule, side = claim
    bound = case.program.row_lower if side < 0 else case.program.row_upper
    rows = np.flatnonzero((case.rule == rule) & np.isfinite(bound))
    each = bound[rows] / case.windows[rows]
    return Claim(rule, side, float(each.max() if side < 0 else each.min()))


def _relaxed(case: _Case, left: Callable[[], float]) -> list[Relaxation]:
    """The least relaxation, each row measured by its size, as the limits that make a solution possible."""
    program = case.program
    rows = np.flatnonzero(case.rule != STRUCTURE)
    size = _sizes(program)[rows]
    entries = (size, (rows, np.arange(rows.size)))
    give = sparse.csr_array(entries, shape=(program.row_lower.size, rows.size))
    matrix = sparse.csr_array(sparse.hstack([program.matrix, give, -give]))
    none, free = np.zeros(2 * rows.size), np.full(2 * rows.size, np.inf)
    elastic = Program(
        np.concatenate([np.zeros(program.cost.size), np.tile(1.0 / case.windows[rows], 2)]),
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
    short, over = np.split(answer.values[program.cost.size :] * np.tile(size / case.windows[rows], 2), 2)
    return _by_rule(case, rows, {-1: short, 1: over}, size)


def _by_rule(case: _Case, rows: I8, given: dict[int, F8], size: F8) -> list[Relaxation]:
    found = []
    for side, amount in given.items():
        bound = case.program.row_lower if side < 0 else case.program.row_upper
        used = amount > SAME * size / case.windows[rows]
        for rule in np.unique(case.rule[rows[used]]).tolist():
            mine = np.flatnonzero(used & (case.rule[rows] == rule))
            worst = mine[np.argmax(amount[mine])]
            limit = bound[rows[worst]] / case.windows[rows[worst]] + side * amount[worst]
            found.append(Relaxation(rule, side, float(amount[worst]), float(limit)))
    return found


def _sizes(program: Program) -> F8:
    """The size of each row: its bounds, or its coefficients where the bound is zero."""
    bounds = np.stack([program.row_lower, program.row_upper])
    size = np.abs(np.where(np.isfinite(bounds), bounds, 0.0)).max(axis=0)
    largest = np.asarray(abs(program.matrix).max(axis=1).todense()).ravel()
    return np.where(size > 0, size, np.where(largest > 0, largest, 1.0))
