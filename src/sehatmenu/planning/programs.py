"""The problem as a numeric model: columns for choices and portions, and every rule's rows written over them."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from sehatmenu.messages import Text
from sehatmenu.planning.demand import Problem
from sehatmenu.planning.eligibility import Gate, TrayDay, supplier_gates
from sehatmenu.planning.models import Model
from sehatmenu.planning.tables import F8, I8, Builder, Cells, Flags, Portions, RuleRef, TableRows, floats, integers
from sehatmenu.standards.windows import Span

_OF_SUPPLIERS = ("capacity", "share-least", "share-most")
"""Codes of the rules of UMKM: they join blocks of slots by their price only."""


@dataclass(frozen=True, slots=True, eq=False)
class Program:
    """A problem written out: the numeric model, what its columns are, and what its rule numbers stand for.

    `empty` lists the slots (tray-day, course) that no option can fill, `gates` every reason for which options drop out.
    `spans` are the days that each row speaks of (variety rules follow the model's own rows), None for all days.
    """

    problem: Problem
    model: Model
    cells: Cells
    portions: Portions
    refs: tuple[RuleRef, ...]
    tray_days: tuple[TrayDay, ...]
    empty: tuple[tuple[int, str], ...]
    gates: tuple[Gate, ...]
    spans: tuple[Span | None, ...]


def write(problem: Problem, also: Flags | None = None) -> Program:
    """Write a problem out as a numeric model.

    `also[n, r]` keeps option r at tray-day n whatever excludes it: a menu made earlier may hold it. Its portion is then
    0 wherever a rule leaves none, so that no solver serves it.
    """
    tray_days = tuple((day, k) for day in problem.days for k in range(len(problem.trays)))
    tables = [TableRows(problem, table, tray_days) for table in problem.tables]
    gates = supplier_gates(problem, tray_days)
    fits = ~np.logical_or.reduce([gate.closed for gate in gates])
    for rows in tables:
        fits &= rows.fits()
    if also is not None:
        fits |= also
    cells, empty = _cells(problem, tray_days, fits)
    portions = _portions(problem, cells, tables)
    builder = Builder(cells.option.size + portions.cell.size)
    for number, table in enumerate(tables):
        table.add(builder, cells, portions, number)
    _supplier_rows(builder, problem, tray_days, cells, portions)
    model = _model(problem, builder, tray_days, cells, portions)
    every = (*gates, *(gate for rows in tables for gate in rows.gates))
    spans = (*builder.spans, *builder.distinct_spans)
    return Program(problem, model, cells, portions, tuple(builder.refs), tray_days, empty, every, spans)


def _cells(problem: Problem, tray_days: tuple[TrayDay, ...], fits: Flags) -> tuple[Cells, tuple[tuple[int, str], ...]]:
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
    return Cells(integers(option), integers(at), integers(slot), tuple(slots)), tuple(empty)


def _portions(problem: Problem, cells: Cells, tables: list[TableRows]) -> Portions:
    step = np.array([o.recipe.portion.step for o in problem.catalogue.options])
    parts = []
    for number, rows in enumerate(tables):
        mine = np.flatnonzero(rows.at[cells.at] >= 0)
        t, r = rows.at[cells.at[mine]], cells.option[mine]
        heads = np.array([rows.table.heads.get(o.meal, 0) for o in rows.table.horizon.occasions], dtype=float)
        low, high = rows.minimum[t, r], rows.maximum[t, r]
        lawful = low <= high + 1e-12
        low, high = np.where(lawful, low, 0.0), np.where(lawful, high, 0.0)
        parts.append((mine, np.full(mine.size, number), heads[t], low, high, step[r]))
    cell, table, *numbers = (np.concatenate(part) for part in zip(*parts, strict=True))
    return Portions(cell.astype(np.int64), table.astype(np.int64), *numbers)


def _prices(problem: Problem, cells: Cells, portions: Portions) -> F8:
    """Rupiah of one standard portion for all eaters of each p column."""
    price = problem.catalogue.cost("price").low
    return np.asarray(price[cells.option[portions.cell]] * portions.heads)


def _supplier_rows(
    builder: Builder, problem: Problem, tray_days: tuple[TrayDay, ...], cells: Cells, portions: Portions
) -> None:
    """Capacity of each UMKM per day, and its least and most share of the value of all orders."""
    heads = np.array([sum(e.portions for e in problem.trays[k][1].groups) for _, k in tray_days], dtype=float)
    day_of = np.array([problem.days.index(day) for day, _ in tray_days])
    who = np.array([o.supplier for o in problem.catalogue.options])
    cost = _prices(problem, cells, portions)
    for number, (name, supplier) in enumerate(problem.register.suppliers.items()):
        mine = np.flatnonzero(who[cells.option] == name)
        title, place = Text(supplier.name, supplier.name), problem.register.document.place(("suppliers", number))
        if mine.size and supplier.capacity is not None:
            ref = builder.ref(RuleRef("capacity", title, "", place, "portion", limit=supplier.capacity, rule_id=name))
            days, row = np.unique(day_of[cells.at[mine]], return_inverse=True)
            capacity = np.full(days.size, supplier.capacity)
            spans = [Span(problem.days[n], problem.days[n]) for n in days.tolist()]
            builder.add(row, mine, heads[cells.at[mine]], np.full(days.size, -np.inf), capacity, ref, spans=spans)
        ours = np.isin(portions.cell, mine)
        for bound, side in ((supplier.share.min, -1), (supplier.share.max, 1)):
            if bound is not None and (mine.size if side > 0 else bound > 0):
                code = "share-least" if side < 0 else "share-most"
                share = RuleRef(code, title, "", place, "fraction", limit=bound, rule_id=name)
                _share_row(builder, cost, ours, side, share, cells.option.size)


def _share_row(
    builder: Builder, cost: F8, ours: Flags, side: int, ref: RuleRef, offset: int
) -> None:  # fmt: skip
    """One row: scale * (value of the supplier - limit * value of all) on the right side of zero."""
    scale = 1.0 / max(1.0, float(np.median(cost)) if cost.size else 1.0)
    number = builder.ref(replace(ref, scale=scale))
    low, high = (0.0, np.inf) if side < 0 else (-np.inf, 0.0)
    which, columns = np.zeros(cost.size, dtype=np.int64), np.arange(cost.size) + offset
    builder.add(which, columns, cost * (ours - ref.limit) * scale, np.array([low]), np.array([high]), number)


def _model(
    problem: Problem, builder: Builder, tray_days: tuple[TrayDay, ...], cells: Cells, portions: Portions
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
        lower=floats(builder.lower),
        upper=floats(builder.upper),
        rule=integers(builder.rule),
        rules=tuple(str(ref.title) for ref in builder.refs),
        orbit=orbit.astype(np.int64),
        family=integers(builder.family),
        distinct=tuple(builder.distinct),
        priced=frozenset(n for n, ref in enumerate(builder.refs) if ref.code in _OF_SUPPLIERS),
    )
