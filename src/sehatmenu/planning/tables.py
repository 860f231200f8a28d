"""The rules of one table of eaters as rows of the model, and the portions at which each dish is lawful for them."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import numpy.typing as npt
from scipy import sparse

from sehatmenu.files import Place
from sehatmenu.findings import Severity
from sehatmenu.messages import Text
from sehatmenu.planning.deadlines import tick
from sehatmenu.planning.demand import Problem, Table
from sehatmenu.planning.eligibility import Gate, TrayDay
from sehatmenu.planning.models import Distinct
from sehatmenu.standards.checks import rule_title
from sehatmenu.standards.counts import RequireRule, SpacingRule
from sehatmenu.standards.rows import Form, Rows, item_range
from sehatmenu.standards.rules import Context
from sehatmenu.standards.standards import Applied, Standard
from sehatmenu.standards.windows import Occasion, Span

F8 = npt.NDArray[np.float64]
I8 = npt.NDArray[np.int64]
Flags = npt.NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class RuleRef:
    """What a rule number of the model stands for: a rule of law for a table, or a bound of a supplier.

    A share row holds `scale * (value of the supplier - limit * value of all)`. `apart` are the days
    of a rule on spacing; `rule_id` is the id of the rule or of the UMKM, `where` that of the institution.
    """

    code: str
    title: Text
    source: str
    place: Place | None
    unit: str
    institution: str = ""
    group: str = ""
    limit: float = math.nan
    scale: float = 1.0
    apart: float = math.nan
    rule_id: str = ""
    where: str = ""


@dataclass(frozen=True, slots=True, eq=False)
class Cells:
    """The y columns: option `option[c]` at tray-day `at[c]` fills slot `slot[c]`."""

    option: I8
    at: I8
    slot: I8
    slots: tuple[tuple[int, str], ...]


@dataclass(frozen=True, slots=True, eq=False)
class Portions:
    """The p columns: portion of cell `cell[k]` for table `table[k]`, `heads[k]` eaters, between two factors."""

    cell: I8
    table: I8
    heads: F8
    minimum: F8
    maximum: F8
    step: F8


@dataclass(slots=True)
class Builder:
    """Collects sparse rows block by block; no loop over single entries."""

    width: int
    rows: list[I8] = field(default_factory=list)
    columns: list[I8] = field(default_factory=list)
    data: list[F8] = field(default_factory=list)
    lower: list[F8] = field(default_factory=list)
    upper: list[F8] = field(default_factory=list)
    rule: list[I8] = field(default_factory=list)
    family: list[I8] = field(default_factory=list)
    distinct: list[Distinct] = field(default_factory=list)
    refs: list[RuleRef] = field(default_factory=list)
    spans: list[Span | None] = field(default_factory=list)
    distinct_spans: list[Span | None] = field(default_factory=list)
    count: int = 0
    families: int = 0

    def ref(self, ref: RuleRef) -> int:
        """Number a rule."""
        self.refs.append(ref)
        return len(self.refs) - 1

    def add(self, which: I8, columns: I8, data: F8, lower: F8, upper: F8, rule: int, family: I8 | None = None,
            *, spans: Sequence[Span | None] = ()) -> None:  # fmt: skip
        """Add rows 0..len(lower)-1 given as triplets, each over a stretch of days where `spans` says so.

        Rows of equal `family` are copies of one another across windows; without it all rows are.
        """
        keep = data != 0
        self.rows.append(which[keep] + self.count)
        self.columns.append(columns[keep])
        self.data.append(data[keep])
        self.lower.append(lower)
        self.upper.append(upper)
        self.rule.append(np.full(lower.size, rule, dtype=np.int64))
        own = np.zeros(lower.size, dtype=np.int64) if family is None else family
        self.family.append(own + self.families)
        self.spans.extend(spans or [None] * lower.size)
        self.count += lower.size
        self.families += int(own.max(initial=0)) + 1

    def matrix(self) -> sparse.csr_array[np.float64, tuple[int, int]]:
        """All rows so far."""
        place = (integers(self.rows).astype(np.int32), integers(self.columns).astype(np.int32))
        return sparse.coo_array((floats(self.data), place), shape=(self.count, self.width)).tocsr()


def floats(parts: list[Any]) -> F8:
    """Arrays joined as floating-point numbers."""
    return np.concatenate([np.zeros(0), *parts]).astype(np.float64)


def integers(parts: list[Any]) -> I8:
    """Arrays joined as whole numbers."""
    return np.concatenate([np.zeros(0, dtype=np.int64), *parts]).astype(np.int64)


class TableRows:
    """The binding rules of one table, over its past and planned occasions.

    `at[n]` is the occasion of tray-day n, -1 where the table does not eat; `minimum` and `maximum` [t, r] bound the
    portion factors, minimum above maximum where an option is not lawful; `gates` say by which rule.
    """

    def __init__(self, problem: Problem, table: Table, tray_days: tuple[TrayDay, ...]) -> None:
        self.table = table
        self.past = len(table.past)
        self.at = _occasions(problem, table, tray_days)
        self.binding = [
            (applied, applied.rule.rows(_context(problem, table, standard), applied.limit))
            for applied, standard in table.applied
            if applied.rule.severity is Severity.must and not applied.rule.evidence
        ]
        self.minimum, self.maximum = recipe_bounds(problem, table)
        self.gates = [gate for applied, rows in self.binding if (gate := self._narrow(applied, rows)) is not None]

    def _narrow(self, applied: Applied, rows: Rows) -> Gate | None:
        """Keep only portions at which each dish by itself is lawful; name the rule where none are left."""
        tick()
        before = self.minimum <= self.maximum
        if rows.form is Form.item:
            _narrow_items(rows, self.minimum, self.maximum)
        elif rows.form is Form.total:
            _drop_boundless(rows, self.maximum)
        elif rows.untold is not None and (rows.form is Form.repeats or math.isfinite(rows.high)):
            self.maximum[np.ix_(rows.windows.cover.any(axis=0), rows.untold)] = -1.0
        closed = before & (self.minimum > self.maximum + 1e-12)
        if not closed.any():
            return None
        there = self.at >= 0
        gate = np.zeros((self.at.size, closed.shape[1]), dtype=bool)
        gate[there] = closed[self.at[there]]
        paper = applied.rule.certificate if isinstance(applied.rule, RequireRule) else None
        return Gate(rule_title(applied.rule), gate, paper or "")

    def fits(self) -> Flags:
        """Which options have a lawful portion at each tray-day [n, r]; True where the table does not eat."""
        fits = np.ones((self.at.size, self.minimum.shape[1]), dtype=bool)
        here = np.flatnonzero(self.at >= 0)
        fits[here] = self.minimum[self.at[here]] <= self.maximum[self.at[here]] + 1e-12
        return fits

    def add(self, builder: Builder, cells: Cells, portions: Portions, number: int) -> None:
        """Write the rows of every binding rule over the cells and portions of this table."""
        for applied, rows in self.binding:
            tick()
            if rows.form is Form.item:
                continue
            rule = builder.ref(_ref(applied, rows, self.table))
            if rows.form is Form.total:
                self._add_total(builder, rows, cells, portions, number, rule)
            else:
                self._add_keys(builder, rows, cells, rule)

    def planned(self, rows: Rows) -> npt.NDArray[np.intp]:
        """The windows that hold any planned occasion."""
        return np.flatnonzero(rows.windows.cover[:, self.past :].any(axis=1))

    def _add_total(
        self, builder: Builder, rows: Rows, cells: Cells, portions: Portions, number: int, rule: int
    ) -> None:
        tick()
        mine = np.flatnonzero(self.at[cells.at] >= 0) if rows.by_serving else np.flatnonzero(portions.table == number)
        cell = mine if rows.by_serving else portions.cell[mine]
        columns = mine if rows.by_serving else mine + cells.option.size
        planned = self.planned(rows)
        cover = rows.windows.cover[planned]
        window, entry = np.nonzero(cover[:, self.at[cells.at[cell]]])
        option = cells.option[cell[entry]]
        eaten = (self.table.past > 0).astype(float) if rows.by_serving else self.table.past
        for low, high, values in _sides(rows):
            past = cover[:, : self.past].astype(float) @ (eaten @ values)
            bounds = low[planned] - past, high[planned] - past
            builder.add(window, columns[entry], values[option], *bounds, rule, spans=_spans(rows, planned))

    def _add_keys(self, builder: Builder, rows: Rows, cells: Cells, rule: int) -> None:
        mine = np.flatnonzero(self.at[cells.at] >= 0)
        at = self.at[cells.at[mine]]
        if rows.form is Form.repeats:
            keys, most = rows.held(1), self._past_servings(rows)
            _add_repeats(builder, rows, self.planned(rows), keys[:, cells.option[mine]], most, mine, at, rule)
            return
        for w in self.planned(rows):
            there = rows.windows.cover[w, at]
            if math.isfinite(rows.high):
                self._add_at_most(builder, rows, int(w), mine[there], cells.option[mine[there]], rule)
            if rows.windows.complete[w] and math.isfinite(rows.lows()[w]):
                self._add_at_least(builder, rows, int(w), mine[there], cells, rule)

    def _past_servings(self, rows: Rows) -> F8:
        """How often each key was served at each past occasion, [t, k]."""
        return np.asarray((self.table.past > 0).astype(float) @ rows.held(1).T.astype(float))

    def _add_at_most(self, builder: Builder, rows: Rows, w: int, columns: I8, option: I8, rule: int) -> None:
        """At most so many servings that may carry a key, hence at most so many keys: stricter than the rule, never laxer."""
        counted = rows.held(1)[:, option].any(axis=0)
        past = float((rows.windows.cover[w, : self.past].astype(float) @ (self._past_servings(rows) > 0)).sum())
        ones, none = np.ones(int(counted.sum())), np.array([-np.inf])
        most = np.array([max(rows.high - past, 0.0)])
        one = np.zeros(ones.size, dtype=np.int64)
        builder.add(one, columns[counted], ones, none, most, rule, spans=_spans(rows, [w]))

    def _add_at_least(self, builder: Builder, rows: Rows, w: int, columns: I8, cells: Cells, rule: int) -> None:
        """At least so many different keys (or days) among the served, those of the past counted in."""
        day = self.table.horizon.day_numbers
        key, entry = np.nonzero(rows.held(-1)[:, cells.option[columns]])
        number = rows.numbers(key, day[self.at[cells.at[columns[entry]]]])
        then, past_key = np.nonzero((self.table.past > 0) @ rows.held(-1).T)
        inside = rows.windows.cover[w, then]
        known = np.unique(rows.numbers(past_key[inside], day[then[inside]]))
        new = ~np.isin(number, known)
        least = math.ceil(rows.lows()[w] - 1e-9) - known.size
        builder.distinct.append(Distinct(columns[entry][new], number[new], least, rule))
        builder.distinct_spans.extend(_spans(rows, [w]))


def _spans(rows: Rows, windows: Iterable[int]) -> list[Span | None]:
    """The days of some windows."""
    return [rows.windows.spans[w] for w in windows]


def _occasions(problem: Problem, table: Table, tray_days: tuple[TrayDay, ...]) -> I8:
    number = {occasion: n for n, occasion in enumerate(table.horizon.occasions)}
    at = np.full(len(tray_days), -1, dtype=np.int64)
    for n, (day, k) in enumerate(tray_days):
        institution, tray = problem.trays[k]
        if institution.id == table.institution.id and any(e.group == table.group for e in tray.groups):
            at[n] = number[Occasion(day, tray.meal)]
    return at


def recipe_bounds(problem: Problem, table: Table) -> tuple[F8, F8]:
    """Portion factors that the recipes and the table's own range allow, [t, r]."""
    shape = (len(table.horizon.occasions), len(problem.catalogue))
    factors = [option.recipe.portion for option in problem.catalogue.options]
    low = np.broadcast_to(np.array([f.minimum for f in factors]), shape).copy()
    high = np.broadcast_to(np.array([f.maximum for f in factors]), shape).copy()
    for t, occasion in enumerate(table.horizon.occasions):
        allowed = table.portion.get(occasion.meal)
        if allowed is not None:
            low[t], high[t] = np.maximum(low[t], allowed.min), np.minimum(high[t], allowed.max)
    return low, high


def _context(problem: Problem, table: Table, standard: Standard) -> Context:
    reference = standard.reference(table.group) if table.group in standard.groups else {}
    return Context(problem.catalogue, table.horizon, reference, standard.energy_factors())


def _ref(applied: Applied, rows: Rows, table: Table) -> RuleRef:
    title, unit, group = rule_title(applied.rule), rows.unit, table.group
    apart = applied.limit.bounds(applied.rule.unit())[0] if isinstance(applied.rule, SpacingRule) else math.nan
    return RuleRef(
        "rule", title, applied.source, applied.place, unit, table.institution.name, group, apart=apart,
        rule_id=applied.rule.id, where=table.institution.id,
    )  # fmt: skip


def _narrow_items(rows: Rows, low: F8, high: F8) -> None:
    """Keep only portions at which each dish by itself keeps an item rule."""
    for at in _alike(rows, np.flatnonzero(rows.windows.cover.any(axis=0))):
        first, last = np.array([item_range(rows, int(at[0]), r) for r in range(low.shape[1])]).T
        low[at], high[at] = np.maximum(low[at], first), np.minimum(high[at], last)


def _alike(rows: Rows, occasions: npt.NDArray[np.intp]) -> list[npt.NDArray[np.intp]]:
    """Occasions in groups at which all figures of an item rule are the same, so that each group is asked once."""
    parts = [np.zeros((occasions.size, 1))]
    part: Rows | None = rows
    while part is not None:
        figures = (part.numerator.low, part.numerator.high)
        parts += [figure[occasions] for figure in figures if figure.ndim == 2]
        part = part.condition
    group = np.unique(np.hstack(parts), axis=0, return_inverse=True)[1].ravel()
    return [occasions[group == number] for number in range(int(group.max(initial=-1)) + 1)]


def _drop_boundless(rows: Rows, high: F8) -> None:
    """An option whose contribution has no bound cannot be served under a limit on it: unknown is never zero."""
    for side, bound in ((1, rows.high), (-1, rows.low)):
        if math.isfinite(bound):
            boundless = ~np.isfinite(rows.linear(bound, side))
            if boundless.any():
                high[np.ix_(rows.windows.cover.any(axis=0), boundless)] = -1.0


def _sides(rows: Rows) -> Iterator[tuple[F8, F8, F8]]:
    """The rows of a sum: one two-sided row where all contributions are known, else one row for each side."""
    complete = rows.windows.complete & np.isfinite(rows.lows())
    shrink = 1e-6 if rows.strict else 0.0
    low = np.where(complete, rows.bounds(-1), -np.inf)
    high = rows.bounds(1)
    low = low + shrink * np.where(np.isfinite(low), abs(low), 0.0)
    high = high - shrink * np.where(np.isfinite(high), abs(high), 0.0)
    if rows.denominator is None and bool(rows.numerator.known.all()):
        yield low, high, rows.numerator.low
        return
    nothing, free = np.zeros(len(rows.windows)), np.full(len(rows.windows), np.inf)
    for side, bound in ((-1, rows.low), (1, rows.high)):
        if not math.isfinite(bound):
            continue
        worst = rows.linear(bound, side)
        values = np.where(np.isfinite(worst), worst, 0.0)
        edge = nothing if rows.denominator is not None else (low if side < 0 else high)
        yield (np.where(complete, edge, -np.inf), free, values) if side < 0 else (-free, edge, values)


def _add_repeats(
    builder: Builder,
    rows: Rows,
    planned: npt.NDArray[np.intp],
    keys: Flags,
    past: F8,
    columns: I8,
    occasion: I8,
    rule: int,
) -> None:
    """At most `high` servings of each key in each window; keys that cannot exceed it need no row."""
    count = keys.shape[0]
    cover = rows.windows.cover[planned]
    most = rows.high - cover[:, : len(past)].astype(float) @ past
    key, entry = np.nonzero(keys)
    window, pair = np.nonzero(cover[:, occasion[entry]])
    row = window * count + key[pair]
    tight = np.bincount(row, minlength=most.size) > most.ravel()
    position = np.cumsum(tight) - 1
    used = tight[row]
    if tight.any():
        kept = np.flatnonzero(tight)
        bound = np.maximum(most.ravel()[kept], 0.0)
        none, family = np.full(kept.size, -np.inf), kept % count
        builder.add(
            position[row][used], columns[entry[pair]][used], np.ones(int(used.sum())), none, bound, rule, family,
            spans=_spans(rows, planned[kept // count]),
        )  # fmt: skip
