"""Later objectives as linear forms over the model: fairness among UMKM, variety, acceptance, least change from a plan."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from scipy import sparse

from sehatmenu.messages import Figure, render
from sehatmenu.plain_values import plain
from sehatmenu.planning.models import Distinct, portion_range, served_keys, variety_rows
from sehatmenu.planning.programs import Program
from sehatmenu.planning.replans import NEAR, Earlier

if TYPE_CHECKING:
    from sehatmenu.planning.models import F8, I8, Rows
    from sehatmenu.planning.preferences import Acceptance

HINT = 1e-3
"""How much the mean over all UMKM counts beside the least one while searching, so that ties among the poorest can move."""


@dataclass(frozen=True, slots=True)
class Objective:
    """What a later objective reached in a plan.

    `reached`, `before` (the menu as it was handed to this objective) and `bound` are in the same unit: rupiah per portion
    of capacity (fairness), different dishes (variety), a share of helpings (acceptance; a range where dishes have no
    score), dishes or portions that change (least_change, same_portions). No lawful menu within `room` that keeps the
    earlier objectives does better than `bound`. `price` is rupiah after this objective less rupiah before it, `room` the
    rupiah above the cheapest menu found that the tolerance allows to all later objectives together.
    """

    name: str
    reached: Figure
    before: Figure
    bound: Figure
    price: float
    room: float

    def text(self, lang: str = "id") -> str:
        """One sentence: what was reached, from where, what is possible at best, and the price in rupiah."""
        figures = {"reached": self.reached, "before": self.before, "bound": self.bound}
        money = {"price": Figure.exact(self.price, "IDR"), "room": Figure.exact(self.room, "IDR")}
        return render(f"objective-{self.name}", {**figures, **money}, lang)

    def data(self) -> dict[str, object]:
        """Plain data, for JSON: shares as parts of 1, money in rupiah."""
        figures = {"reached": self.reached, "before": self.before, "bound": self.bound}
        levels = {name: plain(f.low if f.low == f.high else [f.low, f.high]) for name, f in figures.items()}
        money = {"price_idr": self.price, "room_idr": self.room}
        return {"objective": self.name, **levels, "unit": self.reached.unit, **money}


@dataclass(frozen=True, slots=True, eq=False)
class Aim:
    """One objective over the model's columns x and helper columns h: its level `worth @ (x, h)` is to be made large.

    `rows` tie the helpers (0 <= h <= `most`) to the menu, `fill` answers the best helpers of a menu. `guide` is what a
    search makes large (the level, and a hint where ties are many), `ceiling` a level that no menu exceeds, `grain` the
    smallest difference of levels that matters. `say` turns a level, and the menu that has it, into a figure. `returns` says
    that the aim is to come back to an earlier plan, `of_suppliers` that it is about who cooks.
    """

    name: str
    worth: F8
    guide: F8
    rows: Rows
    low: F8
    high: F8
    most: F8
    whole: bool
    fill: Callable[[F8], F8]
    ceiling: float
    grain: float
    say: Callable[[float, F8 | None], Figure]
    returns: bool = False
    of_suppliers: bool = False

    def level(self, values: F8) -> float:
        """The level of a menu."""
        return float(self.worth @ np.concatenate([values, self.fill(values)]))

    def promise(self, values: F8) -> float:
        """What a search compares menus by."""
        return float(self.guide @ np.concatenate([values, self.fill(values)]))


def fairness(program: Program, limit: float) -> Aim | None:
    """The least value of orders per portion of capacity among the UMKM that can deliver something; None without any.

    Capacity counts over the days on which an UMKM may deliver at least one dish of the plan. `limit` is the most rupiah
    that all may have together.
    """
    value, capacity = _values(program)
    if not capacity.size:
        return None
    n, v = program.model.n, capacity.size
    even = limit / float(capacity.sum())
    alone = _most_of_the_poorest(program, sparse.csr_array(sparse.diags_array(1.0 / capacity) @ value))
    unit = max(min(alone, even), 1.0)
    share = sparse.csr_array(sparse.diags_array(1.0 / (unit * capacity)) @ value)
    least = sparse.hstack([share, sparse.csr_array(-np.ones((v, 1))), sparse.csr_array((v, v))])
    each = sparse.hstack([share, sparse.csr_array((v, 1)), -sparse.eye_array(v)])

    def fill(values: F8) -> F8:
        own = np.maximum(np.asarray(share @ values), 0.0)
        return np.concatenate([[own.min()], np.minimum(own, 1.0)])

    worth = np.zeros(n + 1 + v)
    worth[n] = 1.0
    guide = worth.copy()
    guide[n + 1 :] = HINT / v
    return Aim(
        "fairness", worth, guide, sparse.csr_array(sparse.vstack([least, each])), np.zeros(2 * v), np.full(2 * v, np.inf),
        np.ones(1 + v), False, fill, 1.0, HINT,
        lambda level, _: Figure.exact(level * unit, "IDR"), of_suppliers=True,
    )  # fmt: skip


def _values(program: Program) -> tuple[Rows, F8]:
    """Rupiah of each UMKM by column (UMKM x columns), and its portions of capacity over the days it may deliver."""
    model, cells = program.model, program.cells
    who = np.array([o.supplier for o in program.problem.catalogue.options])[cells.option]
    days = {day: d for d, day in enumerate(program.problem.days)}
    day_of = np.array([days[day] for day, _ in program.tray_days])[cells.at]
    rows, capacity = [], []
    for name, supplier in program.problem.register.suppliers.items():
        mine = who == name
        if mine.any() and supplier.capacity:
            columns = np.concatenate([mine, mine[model.cell]])
            rows.append(sparse.csr_array(np.where(columns, model.cost, 0.0)[None, :]))
            capacity.append(supplier.capacity * np.unique(day_of[mine]).size)
    empty = sparse.csr_array((0, model.n))
    return sparse.csr_array(sparse.vstack(rows)) if rows else empty, np.array(capacity)


def _most_of_the_poorest(program: Program, share: Rows) -> float:
    """A level that no menu exceeds: what the UMKM with the least to offer has when all slots it may fill are its own."""
    model = program.model
    _, high = portion_range(model)
    filled = share[:, model.n_serve :] @ sparse.diags_array(np.maximum(high, 0.0))
    by_cell = filled @ sparse.csr_array((np.ones(model.cell.size), (np.arange(model.cell.size), model.cell)),
                                        shape=(model.cell.size, model.n_serve))  # fmt: skip
    most = []
    for row in by_cell.toarray():
        best = np.zeros(model.n_slots)
        np.maximum.at(best, model.slot, row)
        most.append(best.sum())
    return float(min(most))


def variety(program: Program) -> Aim:
    """How many different dishes each institution is served, added up over the institutions."""
    institutions, dish, course = _by_cell(program)
    keys = institutions * (dish.max(initial=0) + 1) + dish
    distinct = Distinct(np.arange(program.model.n_serve), keys, 0, 0)
    n, k = program.model.n, np.unique(keys).size
    block = variety_rows(distinct, n, n + k)
    worth = np.concatenate([np.zeros(n), np.ones(k)])
    ceiling = 0
    for group in np.unique(np.column_stack([institutions, course]), axis=0):
        here = (institutions == group[0]) & (course == group[1])
        ceiling += min(np.unique(keys[here]).size, np.unique(program.model.slot[here]).size)
    return Aim(
        "variety", worth, worth, block.matrix, block.lower, block.upper, np.ones(k), False,
        lambda values: served_keys(distinct, values), float(ceiling), 1.0,
        lambda level, _: Figure.exact(math.floor(level + NEAR), "dish"),
    )  # fmt: skip


def _by_cell(program: Program) -> tuple[I8, I8, I8]:
    """Institution, dish and course of each y column, as numbers."""
    problem, cells = program.problem, program.cells
    names = [institution.id for institution, _ in problem.trays]
    of_tray = np.unique(names, return_inverse=True)[1]
    dish = np.unique([o.recipe.id for o in problem.catalogue.options], return_inverse=True)[1]
    course = np.unique([o.recipe.course for o in problem.catalogue.options], return_inverse=True)[1]
    tray = np.array([k for _, k in program.tray_days])[cells.at]
    return of_tray[tray], dish[cells.option], course[cells.option]


def acceptance(program: Program, survey: Acceptance) -> Aim:
    """The mean score of all helpings, at the least: a dish without a score is unknown and lifts only the high end."""
    options, heads = program.problem.catalogue.options, _heads(program)
    score = np.array([survey.scores.get(o.recipe.id, np.nan) for o in options])[program.cells.option]
    total = _all_heads(program, heads)
    worth = np.concatenate([heads * np.nan_to_num(score) / total, np.zeros(program.model.cell.size)])
    open_ = np.concatenate([heads * np.isnan(score) / total, np.zeros(program.model.cell.size)])
    best = np.zeros(program.model.n_slots)
    np.maximum.at(best, program.model.slot, worth[: program.model.n_serve])

    def say(level: float, values: F8 | None) -> Figure:
        return Figure(level, level if values is None else level + float(open_ @ values), "fraction")

    return _plain("acceptance", program, worth, float(best.sum()), 1e-4, say)


def _heads(program: Program) -> F8:
    return np.array([sum(e.heads for e in program.problem.trays[k][1].groups) for _, k in program.tray_days], float)[
        program.cells.at
    ]


def _all_heads(program: Program, heads: F8) -> float:
    """Helpings of the whole plan: heads over all slots."""
    of_slot = np.zeros(program.model.n_slots)
    of_slot[program.model.slot] = heads
    return float(of_slot.sum())


def _plain(
    name: str,
    program: Program,
    worth: F8,
    ceiling: float,
    grain: float,
    say: Callable[[float, F8 | None], Figure],
    *,
    returns: bool = False,
) -> Aim:
    """An aim without helper columns."""
    none: F8 = np.zeros(0)
    rows = sparse.csr_array((0, program.model.n))
    return Aim(name, worth, worth, rows, none, none, none, False, lambda _: none, ceiling, grain, say, returns)


def least_change(program: Program, before: Earlier) -> Aim:
    """Courses whose dish and UMKM stay as they were in an earlier plan."""
    same = before.cell[before.cell >= 0]
    worth = np.zeros(program.model.n)
    worth[same] = 1.0
    planned = np.unique(before.slots[before.slots >= 0]).size
    return _plain(
        "least_change", program, worth, float(np.unique(program.model.slot[same]).size), 1.0,
        lambda level, _: Figure.exact(planned - math.floor(level + NEAR), "course"), returns=True,
    )  # fmt: skip


def same_portions(program: Program, before: Earlier) -> Aim:
    """Portions of groups that stay as they were: same dish, same UMKM, same size.

    A helper e of each earlier portion may be 1 only where its dish is served in that size: factor * e <= p, and
    p <= most * y - (most - factor) * e.
    """
    model = program.model
    low, high = portion_range(model)
    p = np.flatnonzero(~np.isnan(before.factor))
    factor = before.factor[p]
    within = (factor >= low[p] - NEAR) & (factor <= high[p] + NEAR)
    possible = within & _in_steps(factor, model.step[p], low[p], high[p])
    column, cell, helper = p + model.n_serve, model.cell[p], np.arange(p.size) + model.n
    one, inf, shape = np.ones(p.size), np.full(p.size, np.inf), (p.size, model.n + p.size)
    at_least = _row_each(shape, (one, column), (-factor, helper))
    at_most = _row_each(shape, (one, column), (-high[p], cell), (high[p] - factor, helper))
    served = _row_each(shape, (one, cell), (-one, helper))

    def fill(values: F8) -> F8:
        return ((values[cell] > 0.5) & (np.abs(values[column] - factor) <= NEAR) & possible).astype(float)

    worth = np.concatenate([np.zeros(model.n), one])
    pairs = zip(before.slots.tolist(), before.servings, strict=True)
    total = sum(len(serving.helpings) for slot, serving in pairs if slot >= 0)
    return Aim(
        "same_portions", worth, worth, sparse.csr_array(sparse.vstack([at_least, at_most, served])),
        np.concatenate([0 * one, -inf, 0 * one]), np.concatenate([inf, 0 * one, inf]), possible.astype(float), True, fill,
        float(possible.sum()), 1.0, lambda level, _: Figure.exact(total - math.floor(level + NEAR), "helping"), True,
    )  # fmt: skip


def _row_each(shape: tuple[int, int], *parts: tuple[F8, I8]) -> Rows:
    """Rows of which row k holds entry k of every part, at its column."""
    data = np.concatenate([values for values, _ in parts])
    column = np.concatenate([columns for _, columns in parts])
    return sparse.csr_array((data, (np.tile(np.arange(shape[0]), len(parts)), column)), shape=shape)


def _in_steps(factor: F8, step: F8, low: F8, high: F8) -> np.ndarray[tuple[int], np.dtype[np.bool_]]:
    """Whether a portion is a multiple of its serving step, or fixed."""
    stepped = (step > 0) & (high > low)
    count = factor / np.where(stepped, step, 1.0)
    return np.asarray(~stepped | (np.abs(count - np.round(count)) <= NEAR))
