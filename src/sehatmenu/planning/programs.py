"""The problem as a numeric model: columns for choices and portions, and every rule's rows written over them."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

import numpy as np
import numpy.typing as npt
from scipy import sparse

from sehatmenu.files import Place
from sehatmenu.findings import Severity, Verdict
from sehatmenu.messages import Text
from sehatmenu.planning.demand import Problem, Table
from sehatmenu.planning.models import Distinct, Model
from sehatmenu.standards.checks import rule_title
from sehatmenu.standards.rows import Form, Rows, item_amount, verdict_of
from sehatmenu.standards.rules import Context, RuleBase
from sehatmenu.standards.standards import Applied, Standard
from sehatmenu.standards.windows import Occasion

F8 = npt.NDArray[np.float64]
I8 = npt.NDArray[np.int64]
Flags = npt.NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class RuleRef:
    """What a rule number of the model stands for: a rule of law for a table, or a bound of a supplier.

    A share row holds `scale * (value of the supplier - limit * value of all)`.
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


@dataclass(frozen=True, slots=True, eq=False)
class Cells:
    """The y columns: option `option[c]` at tray-day `at[c]` fills slot `slot[c]`; tray-days are days x trays."""

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


@dataclass(frozen=True, slots=True, eq=False)
class Program:
    """A problem written out: the numeric model, what its columns are, and what its rule numbers stand for."""

    problem: Problem
    model: Model
    cells: Cells
    portions: Portions
    refs: tuple[RuleRef, ...]
    tray_days: tuple[tuple[date, int], ...]
    empty: tuple[tuple[int, str], ...] = ()


@dataclass(slots=True)
class _Builder:
    """Collects sparse rows block by block; no loop over single entries."""

    width: int
    rows: list[F8] = field(default_factory=list)
    columns: list[I8] = field(default_factory=list)
    data: list[F8] = field(default_factory=list)
    lower: list[F8] = field(default_factory=list)
    upper: list[F8] = field(default_factory=list)
    rule: list[I8] = field(default_factory=list)
    family: list[I8] = field(default_factory=list)
    distinct: list[Distinct] = field(default_factory=list)
    refs: list[RuleRef] = field(default_factory=list)
    count: int = 0
    families: int = 0

    def ref(self, ref: RuleRef) -> int:
        self.refs.append(ref)
        return len(self.refs) - 1

    def add(self, which: I8, columns: I8, data: F8, lower: F8, upper: F8, rule: int) -> None:
        """Add rows 0..len(lower)-1 given as triplets; all of them are one family of copies across windows."""
        keep = data != 0
        self.rows.append(which[keep] + self.count)
        self.columns.append(columns[keep])
        self.data.append(data[keep])
        self.lower.append(lower)
        self.upper.append(upper)
        self.rule.append(np.full(lower.size, rule, dtype=np.int64))
        self.family.append(np.full(lower.size, self.families, dtype=np.int64))
        self.count += lower.size
        self.families += 1

    def matrix(self) -> sparse.csr_array[np.float64, tuple[int, int]]:
        place = (_integers(self.rows), _integers(self.columns))
        return sparse.coo_array((_floats(self.data), place), shape=(self.count, self.width)).tocsr()


def _floats(parts: Sequence[npt.NDArray[Any]]) -> F8:
    return np.concatenate([np.zeros(0), *parts]).astype(np.float64)


def _integers(parts: Sequence[npt.NDArray[Any]]) -> I8:
    return np.concatenate([np.zeros(0, dtype=np.int64), *parts]).astype(np.int64)


def write(problem: Problem) -> Program:
    """Write a problem out as a numeric model; `empty` names the slots that no lawful option can fill."""
    tray_days = tuple((day, k) for day in problem.days for k in range(len(problem.trays)))
    tables = [_TableRows(problem, table, tray_days) for table in problem.tables]
    cells, empty = _cells(problem, tray_days, _fitting(problem, tray_days, tables))
    portions = _portions(problem, tray_days, cells, tables)
    builder = _Builder(cells.option.size + portions.cell.size)
    for number, table in enumerate(tables):
        table.add(builder, cells, portions, number)
    _supplier_rows(builder, problem, tray_days, cells, portions)
    model = _model(problem, builder, tray_days, cells, portions)
    return Program(problem, model, cells, portions, tuple(builder.refs), tray_days, empty)


class _TableRows:
    """The binding rules of one table as rows, and which options fit it at which occasion with which portions."""

    def __init__(self, problem: Problem, table: Table, tray_days: tuple[tuple[date, int], ...]) -> None:
        self.table = table
        number = {occasion: n for n, occasion in enumerate(table.horizon.occasions)}
        names = [(i.id, tray.meal) for i, tray in problem.trays]
        self.at = np.full(len(tray_days), -1, dtype=np.int64)
        for n, (day, k) in enumerate(tray_days):
            institution, meal = names[k]
            tray = problem.trays[k][1]
            if institution == table.institution.id and any(e.group == table.group for e in tray.groups):
                self.at[n] = number[Occasion(day, meal)]
        self.binding = [
            (applied, applied.rule.rows(_context(problem, table, standard), applied.limit))
            for applied, standard in table.applied
            if applied.rule.severity is Severity.must
        ]
        self.minimum, self.maximum = self._bounds(problem)

    def _bounds(self, problem: Problem) -> tuple[F8, F8]:
        """Smallest and largest lawful portion factor of each option at each occasion [t, r]; minimum > maximum: none."""
        shape = (len(self.table.horizon.occasions), len(problem.catalogue))
        factors = [o.recipe.portion for o in problem.catalogue.options]
        low = np.broadcast_to(np.array([f.minimum for f in factors]), shape).copy()
        high = np.broadcast_to(np.array([f.maximum for f in factors]), shape).copy()
        for _, rows in self.binding:
            if rows.form is Form.item:
                _narrow(rows, low, high)
            elif rows.form is Form.total:
                _drop_boundless(rows, high)
        return low, high

    def add(self, builder: _Builder, cells: Cells, portions: Portions, number: int) -> None:
        """Write the rows of every binding rule over the cells and portions of this table."""
        for applied, rows in self.binding:
            if rows.form is Form.item:
                continue
            rule = builder.ref(_ref(applied, rows, self.table))
            if rows.form is Form.total:
                self._add_total(builder, rows, cells, portions, number, rule)
            else:
                self._add_keys(builder, rows, cells, rule)

    def _add_total(
        self, builder: _Builder, rows: Rows, cells: Cells, portions: Portions, number: int, rule: int
    ) -> None:
        mine = np.flatnonzero(self.at[cells.at] >= 0) if rows.by_serving else np.flatnonzero(portions.table == number)
        cell = mine if rows.by_serving else portions.cell[mine]
        columns = mine if rows.by_serving else mine + cells.option.size
        window, entry = np.nonzero(rows.windows.cover[:, self.at[cells.at[cell]]])
        option = cells.option[cell[entry]]
        for low, high, values in _sides(rows):
            builder.add(window, columns[entry], values[option], low, high, rule)

    def _add_keys(self, builder: _Builder, rows: Rows, cells: Cells, rule: int) -> None:
        assert rows.keys is not None
        mine = np.flatnonzero(self.at[cells.at] >= 0)
        keys = rows.keys[:, cells.option[mine]]
        for w, cover in enumerate(rows.windows.cover[:, self.at[cells.at[mine]]]):
            key, entry = np.nonzero(keys & cover)
            if rows.form is Form.repeats:
                _add_repeats(builder, rows, mine[entry], key, rule)
            elif rows.windows.complete[w] and math.isfinite(rows.low):
                builder.distinct.append(Distinct(mine[entry], key, math.ceil(rows.low - 1e-9), rule))


def _add_repeats(builder: _Builder, rows: Rows, columns: I8, key: I8, rule: int) -> None:
    """At most `high` servings of each key; keys that cannot exceed it need no row."""
    counts = np.bincount(key, minlength=1)
    kept = np.flatnonzero(counts > rows.high)
    position = np.full(counts.size, -1)
    position[kept] = np.arange(kept.size)
    used = position[key] >= 0
    if kept.size:
        bound = np.full(kept.size, rows.high)
        builder.add(position[key][used], columns[used], np.ones(int(used.sum())), np.full(kept.size, -np.inf), bound, rule)


def _sides(rows: Rows) -> Iterator[tuple[F8, F8, F8]]:
    """The rows of a sum: one two-sided row where all contributions are known, else one row for each side."""
    scale, complete = rows.scale(), rows.windows.complete
    shrink = 1e-6 if rows.strict else 0.0
    low = np.where(complete, rows.low * scale, -np.inf)
    high = rows.high * scale
    if rows.denominator is None and bool(rows.numerator.known.all()):
        yield low + shrink * abs(low) if shrink else low, high - shrink * abs(high) if shrink else high, rows.numerator.low
        return
    zero = np.zeros(len(rows.windows))
    for side, bound in ((-1, rows.low), (1, rows.high)):
        if not math.isfinite(bound):
            continue
        values = np.where(np.isfinite(rows.linear(bound, side)), rows.linear(bound, side), 0.0)
        edge = zero if rows.denominator is not None else (low if side < 0 else high)
        free = np.full(len(rows.windows), side * np.inf)
        if side < 0:
            yield np.where(complete, edge, -np.inf), -free, values
        else:
            yield -free, edge, values


def _narrow(rows: Rows, low: F8, high: F8) -> None:
    """Keep only portions at which each dish by itself keeps an item rule."""
    occasions = np.flatnonzero(rows.windows.cover.any(axis=0))
    for t in occasions:
        for r in range(low.shape[1]):
            first, last = item_amount(rows, int(t), r, 1.0)
            if rows.by_serving or rows.denominator is not None:
                if verdict_of(first, last, rows) is not Verdict.pass_:
                    high[t, r] = -1.0
                continue
            if math.isfinite(rows.high):
                high[t, r] = min(high[t, r], rows.high / last) if 0 < last < math.inf else (high[t, r] if last == 0 else -1.0)
            if math.isfinite(rows.low):
                low[t, r] = max(low[t, r], rows.low / first) if first > 0 else math.inf


def _drop_boundless(rows: Rows, high: F8) -> None:
    """An option whose contribution has no upper bound cannot be served under a maximum: unknown is never zero."""
    for side, bound in ((1, rows.high), (-1, rows.low)):
        if math.isfinite(bound):
            boundless = ~np.isfinite(rows.linear(bound, side))
            if boundless.any():
                high[np.ix_(rows.windows.cover.any(axis=0), boundless)] = -1.0


def _context(problem: Problem, table: Table, standard: Standard) -> Context:
    reference = standard.reference(table.group) if table.group in standard.groups else {}
    return Context(problem.catalogue, table.horizon, reference, standard.energy_factors())


def _ref(applied: Applied, rows: Rows, table: Table) -> RuleRef:
    rule: RuleBase = applied.rule
    return RuleRef(
        "rule", rule_title(rule), applied.source, applied.place, rows.unit, table.institution.name, table.group
    )


def _fitting(problem: Problem, tray_days: tuple[tuple[date, int], ...], tables: list[_TableRows]) -> Flags:
    """Which options can be served at which tray-day: [n, r]; for every group of the tray, and the UMKM works that day."""
    fits = np.ones((len(tray_days), len(problem.catalogue)), dtype=bool)
    for rows in tables:
        here = np.flatnonzero(rows.at >= 0)
        t = rows.at[here]
        fits[here] &= rows.minimum[t] <= rows.maximum[t] + 1e-12
    suppliers = problem.register.suppliers
    for r, option in enumerate(problem.catalogue.options):
        supplier = suppliers[option.supplier]
        for n, (day, _) in enumerate(tray_days):
            fits[n, r] &= supplier.works_on(day)
    return fits


def _cells(
    problem: Problem, tray_days: tuple[tuple[date, int], ...], fits: Flags
) -> tuple[Cells, tuple[tuple[int, str], ...]]:
    courses = np.array([o.recipe.course for o in problem.catalogue.options])
    slots: list[tuple[int, str]] = []
    empty: list[tuple[int, str]] = []
    option: list[I8] = []
    at: list[I8] = []
    slot: list[I8] = []
    for n, (_, k) in enumerate(tray_days):
        for course in problem.trays[k][1].courses:
            found = np.flatnonzero(fits[n] & (courses == course))
            (slots if found.size else empty).append((n, course))
            if found.size:
                option.append(found)
                at.append(np.full(found.size, n))
                slot.append(np.full(found.size, len(slots) - 1))
    cells = Cells(_integers(option), _integers(at), _integers(slot), tuple(slots))
    return cells, tuple(empty)


def _portions(
    problem: Problem, tray_days: tuple[tuple[date, int], ...], cells: Cells, tables: list[_TableRows]
) -> Portions:
    step = np.array([o.recipe.portion.step for o in problem.catalogue.options])
    parts = []
    for number, rows in enumerate(tables):
        mine = np.flatnonzero(rows.at[cells.at] >= 0)
        t, r = rows.at[cells.at[mine]], cells.option[mine]
        meals = np.array([rows.table.heads[o.meal] for o in rows.table.horizon.occasions], dtype=float)
        parts.append((mine, np.full(mine.size, number), meals[t], rows.minimum[t, r], rows.maximum[t, r], step[r]))
    cell, table, *numbers = (np.concatenate(part) for part in zip(*parts, strict=True))
    return Portions(cell.astype(np.int64), table.astype(np.int64), *numbers)


def _prices(problem: Problem, cells: Cells, portions: Portions) -> F8:
    """Rupiah of one standard portion for all eaters of each p column."""
    price = problem.catalogue.cost("price").low
    return price[cells.option[portions.cell]] * portions.heads


def _supplier_rows(
    builder: _Builder, problem: Problem, tray_days: tuple[tuple[date, int], ...], cells: Cells, portions: Portions
) -> None:
    """Capacity of each UMKM per day, and its least and most share of the value of all orders."""
    heads = np.array([sum(e.heads for e in problem.trays[k][1].groups) for _, k in tray_days], dtype=float)
    day_of = np.array([problem.days.index(day) for day, _ in tray_days])
    who = np.array([o.supplier for o in problem.catalogue.options])
    cost = _prices(problem, cells, portions)
    for number, (name, supplier) in enumerate(problem.register.suppliers.items()):
        mine = np.flatnonzero(who[cells.option] == name)
        place = problem.register.document.place(("suppliers", number))
        if mine.size and supplier.capacity is not None:
            ref = builder.ref(RuleRef("capacity", Text(supplier.name, supplier.name), "", place, "portion"))
            days, row = np.unique(day_of[cells.at[mine]], return_inverse=True)
            capacity = np.full(days.size, supplier.capacity)
            builder.add(row, mine, heads[cells.at[mine]], np.full(days.size, -np.inf), capacity, ref)
        ours = np.isin(portions.cell, mine)
        columns = np.arange(cost.size) + cells.option.size
        for bound, side in ((supplier.share.min, -1), (supplier.share.max, 1)):
            if bound is None or (side > 0 and not mine.size) or (side < 0 and bound <= 0):
                continue
            code = "share-least" if side < 0 else "share-most"
            scale = 1.0 / max(1.0, float(np.median(cost)) if cost.size else 1.0)
            title = Text(supplier.name, supplier.name)
            ref = builder.ref(RuleRef(code, title, "", place, "fraction", limit=bound, scale=scale))
            values = cost * (ours - bound) * scale
            low, high = (0.0, np.inf) if side < 0 else (-np.inf, 0.0)
            builder.add(np.zeros(cost.size, dtype=np.int64), columns, values, np.array([low]), np.array([high]), ref)


def _model(
    problem: Problem, builder: _Builder, tray_days: tuple[tuple[date, int], ...], cells: Cells, portions: Portions
) -> Model:
    tray = np.array([k for _, k in tray_days])
    keys = np.column_stack([tray[cells.at], cells.option, np.full(cells.option.size, -1)])
    more = np.column_stack([keys[portions.cell, 0], keys[portions.cell, 1], portions.table])
    orbit = np.unique(np.vstack([keys, more]), axis=0, return_inverse=True)[1].ravel()
    return Model(
        n_serve=cells.option.size,
        cost=np.concatenate([np.zeros(cells.option.size), _prices(problem, cells, portions)]),
        slot=cells.slot,
        cell=portions.cell,
        minimum=portions.minimum,
        maximum=portions.maximum,
        step=portions.step,
        matrix=builder.matrix(),
        lower=_floats(builder.lower),
        upper=_floats(builder.upper),
        rule=_integers(builder.rule),
        rules=tuple(str(ref.title) for ref in builder.refs),
        orbit=orbit.astype(np.int64),
        family=_integers(builder.family),
        distinct=tuple(builder.distinct),
    )
