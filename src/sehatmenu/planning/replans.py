"""Planning anew near an earlier plan: its servings among the columns, days kept as they were, UMKM that cannot deliver."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import TYPE_CHECKING

import numpy as np
from scipy import sparse

from sehatmenu.errors import LoadError, refusal
from sehatmenu.findings import Finding, Report, problem
from sehatmenu.planning.demand import Choice, Problem
from sehatmenu.planning.models import TOLERANCE, Model, portion_range, restricted
from sehatmenu.planning.programs import Program
from sehatmenu.planning.tables import F8, I8, Cells, Flags, Portions, integers
from sehatmenu.standards.selectors import Selector
from sehatmenu.standards.windows import Span

if TYPE_CHECKING:
    from sehatmenu.planning.plans import Serving

NEAR = 1e-6
"""Two portions that differ by less (in standard portions) are the same."""


@dataclass(frozen=True, slots=True, eq=False)
class Earlier:
    """The servings of an earlier plan among the columns of a program.

    `cell` is the y column of each serving, -1 where the problem no longer has that dish of that UMKM there; `factor` the
    earlier portion of each p column, nan where there was none; `slots` the slots that the earlier plan filled.
    """

    servings: tuple[Serving, ...]
    cell: I8
    factor: F8
    slots: I8

    def values(self, program: Program) -> F8 | None:
        """The earlier menu as values of the model's columns; None where it does not fill every slot and portion."""
        model = program.model
        values = np.zeros(model.n)
        values[self.cell[self.cell >= 0]] = 1.0
        served = values[model.cell] > 0.5
        values[model.n_serve :][served] = self.factor[served]
        whole = bool((np.bincount(model.slot, values[: model.n_serve], model.n_slots) == 1).all())
        return values if whole and not np.isnan(values).any() else None


def earlier(program: Program, servings: Sequence[Serving]) -> Earlier:
    """Find the servings of an earlier plan again: same day, institution, meal, dish and UMKM; prices may have changed."""
    cells, options = program.cells, program.problem.catalogue.options
    dearest_first = sorted(range(cells.option.size), key=lambda c: -options[cells.option[c]].price.low)
    there = {(int(cells.at[c]), o.recipe.id, o.supplier): c for c in dearest_first if (o := options[cells.option[c]])}
    trays = {(i.id, tray.meal): k for k, (i, tray) in enumerate(program.problem.trays)}
    tray_days = {tray_day: n for n, tray_day in enumerate(program.tray_days)}
    slots = {slot: s for s, slot in enumerate(cells.slots)}
    at = [tray_days.get((s.day, trays.get((s.institution.id, s.meal), -1)), -1) for s in servings]
    cell = [there.get((n, s.dish.id, s.supplier.id), -1) for n, s in zip(at, servings, strict=True)]
    filled = [slots.get((n, s.course), -1) for n, s in zip(at, servings, strict=True)]
    return Earlier(tuple(servings), np.array(cell, int), _factors(program, servings, cell), np.array(filled, int))


def _factors(program: Program, servings: Sequence[Serving], cell: Sequence[int]) -> F8:
    portions, tables = program.portions, program.problem.tables
    helped = {(c, h.group): h.factor for c, s in zip(cell, servings, strict=True) if c >= 0 for h in s.helpings}
    groups = [tables[t].group for t in portions.table]
    pairs = zip(portions.cell.tolist(), groups, strict=True)
    return np.array([helped.get((c, group), np.nan) for c, group in pairs], dtype=float)


def kept(program: Program, before: Earlier, dates: Collection[date]) -> Program:
    """The program with the servings of an earlier plan fixed on some dates: dish, UMKM and portions.

    Its problem holds these dishes and UMKM as choices made beforehand, so that nothing proven of it is taken for more.
    Raises LoadError with every serving that the problem no longer allows, and for a date that is not planned.
    """
    wrong = list(_not_to_keep(program, before, dates))
    if wrong:
        raise LoadError(Report(tuple(wrong)))
    fixed = np.array([c for c, s in zip(before.cell, before.servings, strict=True) if s.day in dates], int)
    keep = ~np.isin(program.cells.slot, program.cells.slot[fixed])
    keep[fixed] = True
    choices = tuple(_as_choice(serving) for serving in before.servings if serving.day in dates)
    return replace(_only(program, keep, fixed, before.factor), problem=_with_choices(program.problem, choices))


def _as_choice(serving: Serving) -> Choice:
    dish, cook = Selector(name=serving.dish.id), (serving.supplier.id,)
    where, when = (serving.institution.id,), (serving.day,)
    return Choice(
        of=dish, suppliers=cook, institutions=where, meals=(serving.meal,), courses=(serving.course,), dates=when
    )  # fmt: skip


def _with_choices(problem: Problem, choices: tuple[Choice, ...]) -> Problem:
    file = problem.file.model_copy(update={"choices": (*problem.file.choices, *choices)})
    return replace(problem, file=file)


def _not_to_keep(program: Program, before: Earlier, dates: Collection[date]) -> list[Finding]:
    days, portions = program.problem.days, program.portions
    wrong = [problem("keep-date", None, date=d, first=days[0], last=days[-1]) for d in sorted(dates) if d not in days]
    outside = (before.factor < portions.minimum - NEAR) | (before.factor > portions.maximum + NEAR)
    unlawful = set(portions.cell[outside].tolist())
    for cell, serving in zip(before.cell, before.servings, strict=True):
        if serving.day in dates and (cell < 0 or int(cell) in unlawful):
            span = Span(serving.day, serving.day, serving.meal)
            who, where = serving.supplier.name, serving.institution.name
            values = {"when": span, "dish": serving.dish.name, "supplier": who, "institution": where}
            wrong.append(problem("keep-impossible", None, **values))
    return wrong


def _only(program: Program, keep: Flags, fixed: I8, factor: F8) -> Program:
    """The program with some of its cells, the fixed ones at one portion size and interchangeable with no other day's."""
    model, cells, portions = program.model, program.cells, program.portions
    held = np.isin(portions.cell, fixed) & ~np.isnan(factor)
    low, high = np.where(held, factor, portions.minimum), np.where(held, factor, portions.maximum)
    alone = np.concatenate([np.isin(np.arange(model.n_serve), fixed), np.isin(portions.cell, fixed)])
    orbit = np.where(alone, model.orbit.max(initial=0) + 1 + np.arange(model.n), model.orbit)
    small, _ = restricted(replace(model, minimum=low, maximum=high, orbit=orbit), keep)
    p, cell = keep[portions.cell], integers([small.cell])
    of_law = np.array([ref.code == "rule" for ref in program.refs], bool)[small.rule]
    small = _undecided(small, portions.table[p], of_law)
    return replace(
        program,
        model=small,
        cells=Cells(cells.option[keep], cells.at[keep], cells.slot[keep], cells.slots),
        portions=Portions(cell, portions.table[p], portions.heads[p], small.minimum, small.maximum, small.step),
    )


def _undecided(model: Model, table: I8, of_law: Flags) -> Model:
    """The model without entries in rows of law that hold whatever is served, as those do that only speak of kept days."""
    least, most = _activities(model, table)
    slack = TOLERANCE * np.asarray(abs(model.matrix) @ np.concatenate([np.ones(model.n_serve), model.maximum]))
    decided = of_law & (least + slack >= model.lower) & (most - slack <= model.upper)
    matrix = sparse.csr_array(sparse.diags_array((~decided).astype(float)) @ model.matrix)
    matrix.eliminate_zeros()
    lower, upper = np.where(decided, -np.inf, model.lower), np.where(decided, np.inf, model.upper)
    return replace(model, matrix=matrix, lower=lower, upper=upper)


def _activities(model: Model, table: I8) -> tuple[F8, F8]:
    """The least and the most that each row can come to: one option in every slot, one portion of it for every table."""
    alone = np.bincount(model.slot, minlength=model.n_slots)[model.slot] == 1
    low, high = portion_range(model)
    least = np.concatenate([alone.astype(float), np.where(alone[model.cell], low, 0.0)])
    most = np.concatenate([np.ones(model.n_serve), np.maximum(high, 0.0)])
    seats = int(table.max(initial=-1)) + 2
    seat = np.concatenate([model.slot * seats, model.slot[model.cell] * seats + table + 1])
    entries, width = model.matrix.tocoo(), model.n_slots * seats
    places, place = np.unique(entries.row.astype(np.int64) * width + seat[entries.col], return_inverse=True)
    ends = np.stack([entries.data * least[entries.col], entries.data * most[entries.col]])
    smallest, largest = np.full(places.size, np.inf), np.full(places.size, -np.inf)
    np.minimum.at(smallest, place, ends.min(axis=0))
    np.maximum.at(largest, place, ends.max(axis=0))
    rows, count = places // width, model.lower.size
    return np.bincount(rows, smallest, count).astype(float), np.bincount(rows, largest, count).astype(float)


def without(problem: Problem, suppliers: Sequence[str], dates: Sequence[date]) -> Problem:
    """The problem in which some UMKM cannot deliver on some days.

    Raises LoadError for an UMKM that is not in the register.
    """
    known = problem.register.suppliers
    for name in suppliers:
        if name not in known:
            raise refusal("supplier-unknown", supplier=name, known=list(known))
    if not suppliers or not dates:
        return problem
    return _with_choices(problem, (Choice(never=True, suppliers=tuple(suppliers), dates=tuple(dates)),))
