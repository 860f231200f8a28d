"""A plan with its dishes fixed and its portions free: a linear program whose duals price every limit that binds."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, get_args

import numpy as np
from scipy import sparse

from sehatmenu.errors import SolverError
from sehatmenu.messages import Text
from sehatmenu.planning import models
from sehatmenu.planning.demand import Problem
from sehatmenu.planning.models import Model
from sehatmenu.planning.plans import Serving
from sehatmenu.planning.programs import Program, write
from sehatmenu.planning.solvers import solve
from sehatmenu.planning.tables import TableRows
from sehatmenu.standards.rows import Form, Rows

if TYPE_CHECKING:
    from sehatmenu.planning.models import F8, Flags

Kind = Literal["rule", "capacity", "share-least", "share-most", "portion"]
KINDS: dict[str, Kind] = {code: code for code in get_args(Kind)}
PORTIONS = Text("Rentang ukuran porsi", "Range of portion sizes")
NOTHING = 1e-9
"""A dual below this part of the dearest column is none."""
AT_LIMIT = 1e-6
"""A row of choices is at its limit within this part of it."""


@dataclass(frozen=True, slots=True)
class Tight:
    """One side of a rule that binds; `price` is rupiah per unit of relief, None where only other dishes would relieve."""

    kind: Kind
    rule_id: str
    title: Text
    institution: str
    group: str
    side: int
    unit: str
    windows: int
    price: float | None
    source: str = ""


@dataclass(frozen=True, slots=True)
class Eased:
    """The same dishes in portions of any size: their cost in rupiah, and every limit that binds."""

    cost: float
    tight: tuple[Tight, ...]


@dataclass(frozen=True, slots=True, eq=False)
class _Optimum:
    """The best continuous portions: values of all columns, duals of the model's rows, reduced costs of the columns."""

    values: F8
    duals: F8
    reduced: F8


@dataclass(frozen=True, slots=True)
class _Owner:
    """Whose a rule number is: what to call it, and its rows for the table of that number."""

    kind: Kind
    rule_id: str
    table: int = -1
    found: TableRows | None = None
    rows: Rows | None = None


def ease(problem: Problem, servings: tuple[Serving, ...]) -> Eased:
    """Fix the dishes of a menu, free the size of its portions, and price every limit that then binds.

    Raises ValueError when the menu serves a dish that the problem does not allow there.
    """
    program = write(problem)
    served = values_of(program, servings)
    found = _optimum(program.model, served)
    owners = _owners(program)
    tight = [*_priced(program, found, owners), *_chosen(program, served, owners), *_portions(program, found)]
    return Eased(float(program.model.cost @ found.values), tuple(tight))


def values_of(program: Program, servings: tuple[Serving, ...]) -> F8:
    """The values of the columns that a menu stands for: what `servings_of` reads, written back."""
    problem, cells, portions = program.problem, program.cells, program.portions
    where = {(*program.tray_days[cells.at[c]], int(cells.option[c])): c for c in range(cells.option.size)}
    trays = {(institution.id, tray.meal): k for k, (institution, tray) in enumerate(problem.trays)}
    column = {
        (int(c), problem.tables[t].group): k for k, (c, t) in enumerate(zip(portions.cell, portions.table, strict=True))
    }
    values = np.zeros(program.model.n)
    for serving in servings:
        cell = where.get((serving.day, trays[serving.institution.id, serving.meal], serving.option))
        if cell is None:
            raise ValueError(f"{serving.dish.name}: not allowed on {serving.day} at {serving.institution.name}")
        values[cell] = 1.0
        for helping in serving.helpings:
            values[cells.option.size + column[cell, helping.group]] = helping.factor
    return values


def _optimum(model: Model, served: F8) -> _Optimum:
    """Costs and rows are brought to the size of one, so that no currency or unit changes what is found.

    A row that the menu misses within the tolerance is widened to it, so that there always is a solution.
    """
    cell = model.cell
    p = np.flatnonzero(served[cell] > 0.5) + model.n_serve
    fixed = np.where(np.arange(model.n) < model.n_serve, served, 0.0)
    matrix = sparse.csr_array(model.matrix[:, p])
    rows = np.flatnonzero(np.diff(matrix.indptr))
    offset, activity = (np.asarray(model.matrix @ x)[rows] for x in (fixed, served))
    lower = np.minimum(model.lower[rows], activity) - offset
    upper = np.maximum(model.upper[rows], activity) - offset
    size = np.asarray(abs(matrix[rows]).max(axis=1).toarray()).ravel()
    unit = float(np.abs(model.cost[p]).max(initial=0.0)) or 1.0
    answer = solve(
        models.Program(
            model.cost[p] / unit,
            np.minimum(model.minimum[p - model.n_serve], served[p]),
            np.maximum(model.maximum[p - model.n_serve], served[p]),
            np.zeros(p.size, bool),
            sparse.csr_array(sparse.diags_array(1.0 / size) @ matrix[rows]),
            lower / size,
            upper / size,
        )
    )
    if answer.values is None or answer.duals is None or answer.reduced_costs is None:
        raise SolverError(f"portions of a plan: {answer.status}")
    values, duals, reduced = fixed.copy(), np.zeros(model.lower.size), np.zeros(model.n)
    values[p] = answer.values
    duals[rows] = np.where(np.abs(answer.duals) > NOTHING, answer.duals, 0.0) * unit / size
    reduced[p] = np.where(np.abs(answer.reduced_costs) > NOTHING, answer.reduced_costs, 0.0) * unit
    return _Optimum(values, duals, reduced)


def _owners(program: Program) -> list[_Owner]:
    """The owner of each rule number, in order: the rules table by table, then the bounds of the UMKM."""
    problem, owners = program.problem, list[_Owner]()
    for number, table in enumerate(problem.tables):
        found = TableRows(problem, table, program.tray_days)
        for applied, rows in found.binding:
            if rows.form is not Form.item:
                owners.append(_Owner("rule", applied.rule.id, number, found, rows))
    names = {supplier.name: name for name, supplier in problem.register.suppliers.items()}
    owners += [_Owner(KINDS[ref.code], names[str(ref.title)]) for ref in program.refs[len(owners) :]]
    return owners


def _priced(program: Program, found: _Optimum, owners: list[_Owner]) -> Iterator[Tight]:
    """Every side of every rule with a dual; its windows are relieved together."""
    total = float(program.model.cost @ found.values)
    for number, owner in enumerate(owners):
        mine = np.flatnonzero(program.model.rule == number)
        duals = found.duals[mine]
        for side in (-1, 1):
            binding = duals * -side > 0
            if binding.any():
                relief = _relief(program, found, owner, number, side, total, mine.size)
                price = float(np.abs(duals[binding]) @ relief[binding])
                yield _tight(program, number, owner, side, int(binding.sum()), price)


def _relief(program: Program, found: _Optimum, owner: _Owner, number: int, side: int, total: float, count: int) -> F8:
    """By how much the bound of each row of a rule moves when its limit moves by one."""
    if owner.rows is None or owner.found is None:
        return np.full(count, program.refs[number].scale * total)
    rows, planned = owner.rows, owner.found.planned(owner.rows)
    window = planned[np.arange(count) % planned.size]
    if rows.denominator is None:
        part = rows.scale() if side > 0 or rows.asked is None else rows.scale() * rows.asked / rows.low
        return np.where(np.isfinite(part), part, 0.0)[window]
    bound = rows.low if side < 0 else rows.high
    below = rows.denominator.low if side * bound > 0 else rows.denominator.high
    amounts = _eaten(program, found, owner) @ np.where(np.isfinite(below), below, 0.0)
    return np.asarray(rows.windows.cover.astype(float) @ amounts)[window]


def _eaten(program: Program, found: _Optimum, owner: _Owner) -> F8:
    """Standard portions of each option at each occasion of a table, the past included."""
    assert owner.found is not None
    problem, cells, portions = program.problem, program.cells, program.portions
    table, at = owner.found.table, owner.found.at
    mine = np.flatnonzero(portions.table == owner.table)
    cell = portions.cell[mine]
    eaten = np.zeros((len(table.horizon.occasions), len(problem.catalogue)))
    eaten[: len(table.past)] = table.past
    np.add.at(eaten, (at[cells.at[cell]], cells.option[cell]), found.values[cells.option.size + mine])
    return eaten


def _tight(program: Program, number: int, owner: _Owner, side: int, windows: int, price: float | None) -> Tight:
    ref = program.refs[number]
    institution = owner.found.table.institution.id if owner.found else ""
    return Tight(
        owner.kind, owner.rule_id, ref.title, institution, ref.group, side, ref.unit, windows, price, ref.source
    )


def _chosen(program: Program, served: F8, owners: list[_Owner]) -> Iterator[Tight]:
    """Rules on which dishes are served that are at their limit, and that other dishes could have missed."""
    model = program.model
    only_choices = np.asarray(abs(model.matrix[:, model.n_serve :]).sum(axis=1)).ravel() == 0
    activity = np.asarray(model.matrix @ served)
    for side, bound in ((-1, model.lower), (1, model.upper)):
        with np.errstate(invalid="ignore"):
            near = np.abs(activity - bound) <= AT_LIMIT * np.maximum(1.0, np.abs(bound))
        at = only_choices & np.isfinite(bound) & near
        at[at] = [_could_miss(model, r, side) for r in np.flatnonzero(at).tolist()]
        for number in np.unique(model.rule[at]).tolist():
            yield _tight(program, number, owners[number], side, int((at & (model.rule == number)).sum()), None)
    short = [d.rule for d in model.distinct if np.unique(d.keys[served[d.cells] > 0.5]).size <= d.minimum]
    for number in dict.fromkeys(short):
        yield _tight(program, number, owners[number], -1, short.count(number), None)


def _could_miss(model: Model, row: int, side: int) -> bool:
    """Whether the worst choice in every slot would break the limit."""
    own = side * model.matrix[[row]].toarray().ravel()[: model.n_serve]
    worst = np.full(model.n_slots, -np.inf)
    np.maximum.at(worst, model.slot, own)
    bound = model.lower[row] if side < 0 else model.upper[row]
    return bool(worst.sum() > side * bound + AT_LIMIT * max(1.0, abs(bound)))


def _portions(program: Program, found: _Optimum) -> Iterator[Tight]:
    """The range of portion sizes of each table, in rupiah per standard portion of every dish at its end."""
    reduced = found.reduced[program.model.n_serve :]
    for number, table in enumerate(program.problem.tables):
        for side in (-1, 1):
            at: Flags = (program.portions.table == number) & (reduced * -side > 0)
            if at.any():
                price, count = float(np.abs(reduced[at]).sum()), int(at.sum())
                yield Tight(
                    "portion", "portion", PORTIONS, table.institution.id, table.group, side, "portion", count, price
                )
