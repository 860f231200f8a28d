"""Drafts: the rules of a standard over a pool of dishes as one program, whose solutions are menus."""

from __future__ import annotations

import math
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import cached_property

import numpy as np
import numpy.typing as npt
from scipy import sparse

from sehatmenu.planning.models import Program
from sehatmenu.planning.solvers import solve
from sehatmenu.standards.limits import Context
from sehatmenu.standards.menus import Catalogue, Menu
from sehatmenu.standards.rows import Rows
from sehatmenu.standards.rules import ENERGY_SOURCES, SpacingRule
from sehatmenu.standards.standards import Applied, Standard
from sehatmenu.standards.windows import SCHOOL_WEEK, Horizon, Occasion, Scope
from sehatmenu.testing.pools import Content, Kind, Pool, pool

F8 = npt.NDArray[np.float64]
MARGIN = 1e-3
"""How far inside (or outside) a limit a menu stays, as a part of it, so that rounding decides nothing."""

FLOORS = {"energy": 5.0, "price": 100.0, "ingredients": 100.0}
"""kcal or rupiah that a dish has at least where a rule divides by them, so that no ratio is one of two crumbs."""

TIME_LIMIT = 20.0
ATWATER = {"protein": 4.0, "fat": 9.0, "carbohydrate": 4.0}
"""kcal per gram (AKG 2019): macronutrients of a made-up dish bring no more energy than it has, by 5 % at most."""


@dataclass(slots=True)
class Sheet:
    """Rows `low <= coefficients @ columns <= high`, each of a rule ("" for what always holds), and yes-no columns."""

    width: int
    rows: list[tuple[npt.NDArray[np.intp], F8, float, float, str]] = field(default_factory=list)

    def add(self, row: dict[int, float], low: float, high: float, rule: str) -> None:
        """Add a row, scaled so that its largest number is 1."""
        size = max((abs(v) for v in (*row.values(), low, high) if math.isfinite(v)), default=1.0) or 1.0
        columns = np.array(list(row), dtype=np.intp)
        self.rows.append((columns, np.array(list(row.values())) / size, low / size, high / size, rule))

    def flag(self) -> int:
        """A new yes-no column."""
        self.width += 1
        return self.width - 1


@dataclass(frozen=True)
class Draft:
    """A standard for one group on one date over a pool of dishes; dish d at occasion t is column `t * D + d`."""

    standard: Standard
    group: str
    on: date
    held: tuple[Applied, ...]
    pool: Pool
    horizon: Horizon

    @cached_property
    def _catalogue(self) -> Catalogue:
        """Each kind of dish with nothing in it, then each with a large amount of each thing."""
        bare = [self.pool.option(kind, {}) for kind in self.pool.kinds]
        full = [self.pool.option(k, {c: 1.0}) for k in self.pool.kinds for c in self.pool.contents]
        return Catalogue((*bare, *full))

    @cached_property
    def rows(self) -> dict[str, Rows]:
        """The rows of each rule that a menu can show, over the pool."""
        reference = self.standard.reference(self.group)
        context = Context(self._catalogue, self.horizon, reference, self.standard.energy_factors())
        return {a.rule.id: a.rule.rows(context, a.limit) for a in self.held if not a.rule.evidence}

    @property
    def kinds(self) -> int:
        return len(self.pool.kinds)

    @property
    def cells(self) -> int:
        return self.kinds * len(self.horizon.occasions)

    @cached_property
    def sizes(self) -> F8:
        """The most that a dish holds of each content: enough to meet, and to break, every limit."""
        sizes = np.array([self.pool.sizes[c] for c in self.pool.contents])
        for rows in self.rows.values():
            for part in (rows, rows.condition):
                if part is not None and part.denominator is None and not part.by_serving and part.keys is None:
                    worth = part.numerator.high[self.kinds :].reshape(self.kinds, -1).max(axis=0, initial=0.0)
                    ends = [abs(b) * part.scale().max(initial=1.0) for b in (part.low, part.high) if math.isfinite(b)]
                    need = 1.5 * max(ends, default=0.0) / np.where(worth > 0, worth, np.inf)
                    sizes = np.maximum(sizes, need)
        return np.asarray(sizes)

    def sheet(self) -> Sheet:
        """What always holds: contents only in dishes that are served, one dish at least, energy that adds up."""
        sheet = Sheet(self.cells * (1 + len(self.pool.contents)))
        for cell in range(self.cells):
            for a in range(len(self.pool.contents)):
                sheet.add({self.holds(cell, a): 1.0, cell: -1.0}, -math.inf, 0.0, "")
            for row in self._natural(cell):
                sheet.add(row, -math.inf, 0.0, "")
        for t in range(len(self.horizon.occasions)):
            sheet.add({t * self.kinds + d: 1.0 for d in range(self.kinds)}, 1.0, math.inf, "")
        return sheet

    def holds(self, cell: int, content: int) -> int:
        """The column of how much a dish holds of a content, in parts of its size."""
        return self.cells + cell * len(self.pool.contents) + content

    @cached_property
    def _floors(self) -> dict[int, float]:
        """The least of each content that some rule divides by, in parts of its size."""
        found = {}
        bottoms = [rows.denominator.high for rows in self.rows.values() if rows.denominator is not None]
        for a, content in enumerate(self.pool.contents):
            if content[-1] in FLOORS and any(b[self.kinds + a :: len(self.pool.contents)].any() for b in bottoms):
                found[a] = FLOORS[content[-1]] / float(self.sizes[a])
        return found

    def _natural(self, cell: int) -> Iterator[dict[int, float]]:
        yield from ({cell: floor, self.holds(cell, a): -1.0} for a, floor in self._floors.items())
        held = [(a, c[1]) for a, c in enumerate(self.pool.contents) if c[0] == "nutrient"]
        at = {name: (self.holds(cell, a), self.sizes[a]) for a, name in held}
        if "energy" in at:
            energy, size = at["energy"]
            yield {energy: -1.05 * size, **{at[n][0]: f * at[n][1] for n, f in ATWATER.items() if n in at}}
        for part, whole in ENERGY_SOURCES.items():
            if part in at and whole in at:
                yield {at[part][0]: at[part][1], at[whole][0]: -at[whole][1]}

    def solve(self, sheet: Sheet, prices: F8 | None = None, without: Collection[str] = ()) -> F8 | None:
        """The columns of a small menu, or of a cheap one at some prices; None when there is none."""
        kept = [row for row in sheet.rows if row[4] not in without or not row[4]]
        which = np.repeat(np.arange(len(kept)), [row[0].size for row in kept])
        columns, values = (np.concatenate([row[i] for row in kept]) for i in (0, 1))
        matrix = sparse.coo_array((values, (which, columns)), shape=(len(kept), sheet.width)).tocsr()
        cost = np.zeros(sheet.width)
        cost[: self.cells * (1 + len(self.pool.contents))] = 1.0 if prices is None else prices
        integer = np.ones(sheet.width, dtype=bool)
        integer[self.cells : self.cells * (1 + len(self.pool.contents))] = False
        ends = np.array([row[2] for row in kept]), np.array([row[3] for row in kept])
        program = Program(cost, np.zeros(sheet.width), np.ones(sheet.width), integer, matrix, *ends)
        found = solve(program, time_limit=TIME_LIMIT, gap=1.0)
        return found.values

    def served(self, values: F8) -> Iterator[tuple[int, Kind, dict[Content, float]]]:
        """The dishes of a solution: occasion, kind, and what it holds."""
        amounts = values[self.cells :][: self.cells * len(self.pool.contents)].reshape(self.cells, -1)
        amounts = np.where(amounts < 1e-7, 0.0, amounts) * self.sizes
        for cell in np.flatnonzero(values[: self.cells] > 0.5):
            t, d = divmod(int(cell), self.kinds)
            yield t, self.pool.kinds[d], dict(zip(self.pool.contents, amounts[cell].tolist(), strict=True))

    def menu(self, values: F8) -> Menu:
        """A solution as a menu: every served dish with what it holds."""
        served = list(self.served(values))
        options = tuple(self.pool.option(kind, holds) for _, kind, holds in served)
        portions = np.zeros((len(self.horizon.occasions), len(options)))
        for r, (t, _, _) in enumerate(served):
            portions[t, r] = 1.0
        return Menu(Catalogue(options), self.horizon, portions, Scope.cycle)


def draft(standard: Standard, group: str, on: date, only: Sequence[str] = ()) -> Draft:
    """A draft of the rules that hold for a group on a date, or of some of them."""
    held = tuple(a for a in standard.applied(group, on) if not only or a.rule.id in only)
    meals = tuple(dict.fromkeys(meal for a in held for meal in a.rule.meals))
    own = standard.groups[group].meals if group in standard.groups else ()
    monday = on + timedelta(days=-on.weekday() % 7)
    days = [monday + timedelta(days=n + n // 5 * 2) for n in range(_length(held))]
    occasions = tuple(Occasion(day, meal) for day in days for meal in meals or own or ("siang",))
    return Draft(standard, group, on, held, pool(a.rule for a in held), Horizon(occasions, whole_days=True))


def _length(held: Sequence[Applied]) -> int:
    """How many served days show every rule."""
    most = 1
    for applied in held:
        rule = applied.rule
        if isinstance(rule, SpacingRule):
            most = max(most, int(applied.limit.bounds("day")[0]) + 1)
        elif rule.per in (Scope.week, Scope.cycle):
            most = max(most, rule.window.days or len(SCHOOL_WEEK))
    return most
