"""The smallest repair as a small integer program: fewest ingredients touched, then least deviation, then least cost."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np

from sehatmenu.errors import SolverError
from sehatmenu.planning.benches import REST, Demand, Presence
from sehatmenu.planning.knobs import KEPT_WITHIN, Knob, Ratio
from sehatmenu.planning.limits import ALWAYS, Limits, cheapest
from sehatmenu.planning.mixtures import Part
from sehatmenu.planning.solvers import Status

if TYPE_CHECKING:
    from sehatmenu.planning.models import F8

INF = float("inf")
TIE = 1e-6
"""Deviations and costs (as parts of the whole) that differ by less are equal."""

KEEP = "keep:"
"""Opens the names of ratios among the limits."""


@dataclass(frozen=True, slots=True)
class Turn:
    """How one knob is turned: steps more (or less), or taken out."""

    knob: int
    steps: int
    out: bool = False


@dataclass(frozen=True, slots=True)
class Answer:
    """The best change for one size of the portion, with its rank: ingredients touched, deviation, cost."""

    size: float
    turns: tuple[Turn, ...]
    touched: int
    deviation: float
    cost: float

    @property
    def rank(self) -> tuple[int, int, float]:
        """What decides between answers."""
        return (self.touched, round(self.deviation / TIE), self.cost)


@dataclass(slots=True)
class _Columns:
    """Where the columns of each knob stand: steps more, steps less, touched, taken out (-1: it has none)."""

    more: list[int] = field(default_factory=list)
    less: list[int] = field(default_factory=list)
    touched: list[int] = field(default_factory=list)
    out: list[int] = field(default_factory=list)
    upper: list[float] = field(default_factory=list)

    def new(self, upper: float) -> int:
        self.upper.append(upper)
        return len(self.upper) - 1


@dataclass(frozen=True, slots=True, eq=False)
class RepairProgram:
    """Everything a repair may do and must reach, for any size of the portion.

    `prices` are the cost of each knob's part (unknown costs are 0 and said elsewhere); `most` bounds the touched.
    """

    knobs: tuple[Knob, ...]
    demands: tuple[Demand, ...]
    presences: tuple[Presence, ...]
    ratios: tuple[Ratio, ...]
    parts: tuple[Part, ...]
    prices: tuple[float, ...]
    most: int | None
    time_limit: float

    def limits(self, size: float) -> Limits:
        """The limits of all rules and ratios over the columns of the knobs."""
        columns = self._columns()
        writer = _Writer(len(columns.upper))
        for k, knob in enumerate(self.knobs):
            self._link(writer, columns, k, knob)
        for demand in self.demands:
            self._demand(writer, columns, demand, size)
        for presence in self.presences:
            _presence(writer, columns, presence)
        for ratio in self.ratios:
            self._ratio(writer, columns, ratio)
        if self.most is not None:
            writer.row(dict.fromkeys(columns.touched, 1.0), -INF, self.most)
        return writer.limits(columns.upper)

    def best(self, size: float, at_most: int | None = None) -> Answer | None:
        """The best change for a size of the portion, touching at most so many ingredients; None when there is none."""
        columns, limits = self._columns(), self.limits(size)
        counts = self._costs(columns, lambda _: 0.0, lambda _: 0.0, 1.0)
        if at_most is not None:
            limits = limits.with_row(counts, -INF, at_most)
        first = self._solve(limits, counts)
        if first is None:
            return None
        touched = round(float(counts @ first))
        limits = limits.with_row(counts, -INF, touched)
        drift = self._costs(columns, lambda k: k.drift, lambda k: k.fixed)
        second = self._needed(limits, drift)
        deviation = float(drift @ second)
        spent = self._spending(columns, size)
        if spent.any():
            limits = limits.with_row(drift, -INF, deviation + TIE)
            second = self._needed(limits, spent)
        return Answer(size, self.turns(second), touched, deviation + abs(size - 1), float(spent @ second))

    def turns(self, values: F8) -> tuple[Turn, ...]:
        """The knobs that are turned in a solution."""
        columns = self._columns()
        found = []
        for k, _ in enumerate(self.knobs):
            out = columns.out[k] >= 0 and values[columns.out[k]] > 0.5
            less = values[columns.less[k]] if columns.less[k] >= 0 else 0.0
            steps = 0 if out else round(float(values[columns.more[k]] - less))
            found += [Turn(k, steps, out)] if steps or out else []
        return tuple(found)

    def holds_unturned(self, size: float) -> bool:
        """Whether a change of the portion alone is lawful."""
        limits = self.limits(size)
        activity, slack = np.zeros(len(limits.names)), 1e-9 * limits.scale()
        return bool(np.all(limits.low - slack <= activity) and np.all(activity <= limits.high + slack))

    def _solve(self, limits: Limits, cost: F8) -> F8 | None:
        found = cheapest(limits, cost, self.time_limit)
        if found.status is Status.infeasible:
            return None
        if found.values is None:
            raise SolverError(f"repair: {found.status}")
        return np.round(found.values)

    def _needed(self, limits: Limits, cost: F8) -> F8:
        found = self._solve(limits, cost)
        if found is None:
            raise SolverError("repair: a change was found and lost again")
        return found

    def _columns(self) -> _Columns:
        columns = _Columns()
        for knob in self.knobs:
            columns.more.append(columns.new(knob.up))
            columns.less.append(columns.new(knob.down) if knob.kind == "change" else -1)
            columns.touched.append(columns.new(1))
            columns.out.append(columns.new(1) if knob.removable else -1)
        return columns

    def _link(self, writer: _Writer, columns: _Columns, k: int, knob: Knob) -> None:
        """A knob that is turned is touched; one that is taken out is not turned; an addition is at least one step."""
        more, less, touched, out = columns.more[k], columns.less[k], columns.touched[k], columns.out[k]
        gone = {out: 1.0} if out >= 0 else {}
        writer.row({more: 1.0, touched: -knob.up} | {c: knob.up * x for c, x in gone.items()}, -INF, 0.0)
        if less >= 0:
            writer.row({less: 1.0, touched: -knob.down} | {c: knob.down * x for c, x in gone.items()}, -INF, 0.0)
        else:
            writer.row({more: 1.0, touched: -1.0}, 0.0, INF)
        if out >= 0:
            writer.row({touched: 1.0, out: -1.0}, 0.0, INF)

    def _demand(self, writer: _Writer, columns: _Columns, demand: Demand, size: float) -> None:
        """A rule over the columns; an unbounded term must be taken out, measured, or the rule cannot hold."""
        terms = demand.terms * np.array([1.0, *([size] * (demand.terms.size - 1))])
        fixed, row = 0.0, dict[int, float]()
        unmeasured = iter(terms[REST + 1 + len(self.knobs) :])
        for k, knob in enumerate(self.knobs):
            term = float(terms[REST + 1 + k])
            if knob.kind == "measure" and np.isinf(next(unmeasured)):
                writer.row({columns.touched[k]: 1.0}, 1.0, INF, demand.rule)
            if np.isinf(term):
                self._without(writer, columns, k, demand.rule)
                continue
            fixed += term if knob.kind == "change" else 0.0
            row |= self._terms(columns, k, knob, term)
        base = terms[: REST + 1]
        if np.isinf(base).any():
            writer.row({}, 1.0, INF, demand.rule)
            return
        fixed += float(base.sum())
        writer.row(row, demand.low - fixed, demand.high - fixed, demand.rule)

    def _without(self, writer: _Writer, columns: _Columns, k: int, rule: str) -> None:
        """An ingredient must be taken out (which it may not where it has no such column), an addition left."""
        if self.knobs[k].kind != "change":
            writer.row({columns.more[k]: 1.0}, -INF, 0.0, rule)
        else:
            writer.row({columns.out[k]: 1.0} if columns.out[k] >= 0 else {}, 1.0, INF, rule)

    def _terms(self, columns: _Columns, k: int, knob: Knob, term: float) -> dict[int, float]:
        if knob.kind != "change":
            return {columns.more[k]: term}
        found = {columns.more[k]: term * knob.per_step, columns.less[k]: -term * knob.per_step}
        return found | ({columns.out[k]: -term} if columns.out[k] >= 0 else {})

    def _ratio(self, writer: _Writer, columns: _Columns, ratio: Ratio) -> None:
        """The weights of two groups of ingredients keep their ratio within KEPT_WITHIN."""
        old = [sum(self.parts[n].gross.high for n in side) for side in (ratio.over, ratio.under)]
        for low, high in ((1 - KEPT_WITHIN, INF), (-INF, 1 + KEPT_WITHIN)):
            bound = low if high == INF else high
            row, fixed = dict[int, float](), 0.0
            for side, sign in ((ratio.over, 1 / old[0]), (ratio.under, -bound / old[1])):
                fixed += sign * sum(self.parts[n].gross.high for n in side)
                for k, knob in enumerate(self.knobs):
                    weight = sum(self.parts[n].gross.high for n in knob.members if n in side)
                    if weight and knob.kind == "change":
                        for c, x in self._terms(columns, k, knob, sign * weight).items():
                            row[c] = row.get(c, 0.0) + x
            below, above = (-fixed, INF) if high == INF else (-INF, -fixed)
            writer.row(row, below, above, KEEP + ratio.text)

    def _costs(
        self, columns: _Columns, step: Callable[[Knob], float], fixed: Callable[[Knob], float], each: float = 0.0
    ) -> F8:
        """An objective: so much per step, per addition as such, and per knob touched; taking out is a whole change."""
        cost = np.zeros(len(columns.upper))
        for k, knob in enumerate(self.knobs):
            cost[columns.more[k]] = step(knob)
            cost[columns.touched[k]] = each + fixed(knob)
            if columns.less[k] >= 0:
                cost[columns.less[k]] = step(knob)
            if columns.out[k] >= 0:
                cost[columns.out[k]] = 1.0 if step(knob) else 0.0
        return cost

    def _spending(self, columns: _Columns, size: float) -> F8:
        cost = np.zeros(len(columns.upper))
        for k, (knob, price) in enumerate(zip(self.knobs, self.prices, strict=True)):
            for c, x in self._terms(columns, k, knob, price * size).items():
                cost[c] = x
        return cost


def _presence(writer: _Writer, columns: _Columns, presence: Presence) -> None:
    for k in presence.banned:
        column = columns.out[k] if columns.out[k] >= 0 else columns.touched[k]
        writer.row({column: 1.0}, -INF, 0.0, presence.rule)
    if presence.broken:
        mending = [columns.touched[k] for k in presence.adding] + [columns.out[k] for k in presence.removing]
        writer.row(dict.fromkeys(mending, 1.0), 1.0, INF, presence.rule)


class _Writer:
    """Collects rows, each a few coefficients by column."""

    __slots__ = ("_columns", "_high", "_low", "_names", "_rows")

    def __init__(self, columns: int) -> None:
        self._columns = columns
        self._rows: list[F8] = []
        self._names: list[str] = []
        self._low: list[float] = []
        self._high: list[float] = []

    def row(self, entries: dict[int, float], low: float, high: float, name: str = ALWAYS) -> None:
        """One row more."""
        coefficients = np.zeros(self._columns)
        for column, value in entries.items():
            coefficients[column] = value
        self._rows.append(coefficients)
        self._names.append(name)
        self._low.append(low)
        self._high.append(high)

    def limits(self, upper: Sequence[float]) -> Limits:
        """All rows over whole columns from 0 to their upper bounds."""
        matrix = np.array(self._rows).reshape(len(self._rows), self._columns)
        whole = np.ones(self._columns, dtype=bool)
        low, high = np.array(self._low), np.array(self._high)
        return Limits(tuple(self._names), matrix, low, high, np.zeros(self._columns), np.array(upper, float), whole)


def best_of(program: RepairProgram, sizes: Sequence[float]) -> Answer | None:
    """The best answer over all sizes of the portion; another size counts as one thing touched, like an ingredient."""
    best = program.best(1.0)
    for size in sorted(sizes, key=lambda s: (abs(s - 1), s)):
        if size == 1 or (best is not None and best.touched == 1 and best.deviation <= abs(size - 1)):
            continue
        room = None if best is None else best.touched - 1
        if room == 0:
            alone = program.holds_unturned(size)
            found = Answer(size, (), 0, abs(size - 1), 0.0) if alone else None
        else:
            found = program.best(size, room)
        if found is not None:
            found = Answer(size, found.turns, found.touched + 1, found.deviation, found.cost)
            best = found if best is None or found.rank < best.rank else best
    return best
