"""Least-cost diets over foods: amounts, cost, binding limits and shadow prices, or the limits that clash."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Literal

import numpy as np

from sehatmenu.errors import LoadError, SolverError
from sehatmenu.findings import Finding, Report, Severity, Verdict, problem
from sehatmenu.food.composition import Food
from sehatmenu.food.nutrients import nutrients
from sehatmenu.messages import as_lines, number_text, render
from sehatmenu.planning.limits import ALWAYS, Limits, cheapest, clash, nearest
from sehatmenu.planning.prices import PriceList
from sehatmenu.planning.solvers import Solution, Status
from sehatmenu.quantities.intervals import UNKNOWN, Interval, IntervalArray

if TYPE_CHECKING:
    from sehatmenu.planning.models import F8

INF = float("inf")
AT_LIMIT = 1e-7
"""A limit is binding when the diet lies within this part of it."""

NOTHING = 1e-11
"""An amount of a food that moves no limit by more than this part of it is none."""

Missing = Literal["bound", "refuse"]


@dataclass(frozen=True, slots=True)
class PricedFood:
    """A food that can be bought: its price and what it holds, both per `unit` (a serving, 100 g, one dollar's worth).

    A nutrient that `holds` does not name is unknown: from zero without an upper bound.
    """

    name: str
    price: float
    holds: Mapping[str, float | Interval]
    unit: str = ""

    def amount(self, nutrient: str) -> Interval:
        """The amount of a nutrient per unit of the food."""
        held = self.holds.get(nutrient, UNKNOWN)
        return held if isinstance(held, Interval) else Interval.exact(held)


@dataclass(frozen=True, slots=True)
class Diet:
    """The cheapest amounts of foods within limits.

    `amounts` are in each food's own unit, only those above zero; `totals` what the diet holds of each limited nutrient.
    `shadow_prices` say by how much the cost rises when a limit is raised by one; `reduced_costs` by how much it rises
    when one more unit of a food is taken. Both are empty when foods come in whole units. `findings` name figures that
    the food table lacks and that were therefore bounded.
    """

    amounts: Mapping[str, float]
    cost: float
    currency: str
    totals: Mapping[str, Interval]
    binding: tuple[str, ...]
    shadow_prices: Mapping[str, float]
    reduced_costs: Mapping[str, float]
    findings: tuple[Finding, ...] = ()
    units: Mapping[str, str] = field(default_factory=dict)

    def text(self, lang: str = "id") -> str:
        """Cost, amounts and binding limits, one line each."""
        lines = [render("diet-cost", {"cost": self.cost, "currency": self.currency}, lang)]
        lines += [f"  {n}: {number_text(x, lang)} {self.units.get(n, '')}".rstrip() for n, x in self.amounts.items()]
        for name in self.binding:
            price = self.shadow_prices.get(name)
            values = {"limit": name, "price": 0.0 if price is None else price, "currency": self.currency}
            lines.append("  " + render("diet-binding-whole" if price is None else "diet-binding", values, lang))
        return as_lines([*lines, *(f"  ? {finding.text(lang)}" for finding in self.findings)])

    def __str__(self) -> str:
        return self.text()


@dataclass(frozen=True, slots=True)
class DietConflict:
    """Why there is no diet: limits that cannot hold together, and what each can reach at best while the others hold."""

    limits: tuple[str, ...]
    best: Mapping[str, float]
    findings: tuple[Finding, ...] = ()

    def text(self, lang: str = "id") -> str:
        """The clashing limits, one line each."""
        lines = [render("diet-conflict", {}, lang)]
        lines += ["  " + render("diet-best", {"limit": n, "best": self.best[n]}, lang) for n in self.limits]
        return as_lines(lines)

    def __str__(self) -> str:
        return self.text()


def at_least(amount: float) -> Interval:
    """A limit from below."""
    return Interval(amount, INF)


def at_most(amount: float) -> Interval:
    """A limit from above."""
    return Interval(-INF, amount)


def shelf(foods: Iterable[Food], prices: PriceList, nutrients_: Sequence[str]) -> tuple[PricedFood, ...]:
    """Foods of the food table per 100 g edible part; those without a price are left out, a range counts at its dear end."""
    ids = [nutrients()[name].id for name in nutrients_]
    priced = [(food, prices.edible(food)) for food in foods]
    return tuple(
        PricedFood(food.name.id, price.high, {n: food.per100[n].amount for n in ids}, "× 100 g")
        for food, price in priced
        if price.high < INF
    )


def least_cost_diet(
    foods: Sequence[PricedFood],
    limits: Mapping[str, Interval],
    *,
    bounds: Mapping[str, Interval] | Interval | None = None,
    integer: Collection[str] | bool = False,
    equality: Collection[str] | bool = False,
    per: tuple[str, float] | None = None,
    missing: Missing = "bound",
    currency: str = "IDR",
    time_limit: float = 30.0,
) -> Diet | DietConflict:
    """The cheapest amounts of foods that keep every limit.

    `limits` give the least and the most of each nutrient a day; `equality` makes the least of some (or all) of them
    exact. `bounds` are the least and the most of each food, `integer` the foods that come in whole units. With
    `per=("energy", 1000)` the other limits are per 1,000 kcal of the diet. Figures that a food lacks count at their
    worst (`missing="bound"`: nothing towards a minimum, and no such food under a maximum) or are refused.
    Raises LoadError `diet-figure-missing` for each, and SolverError when the time runs out.

    >>> rice = PricedFood("beras", 1.5, {"energy": 357, "protein": 8.4})
    >>> soy = PricedFood("tempe", 1.2, {"energy": 201, "protein": 20.8})
    >>> diet = least_cost_diet([rice, soy], {"energy": at_least(2000), "protein": at_least(60)})
    >>> {name: round(amount, 3) for name, amount in diet.amounts.items()}, diet.binding
    ({'beras': 5.149, 'tempe': 0.805}, ('energy', 'protein'))
    """
    asked = _asked(limits, per, equality)
    held = _held(foods, asked)
    options = _Options(bounds, integer, per, missing, currency, time_limit)
    return _solved(foods, asked, held, options)


def diet_tables(
    foods: Sequence[PricedFood], groups: Mapping[str, Mapping[str, Interval]], **options: Any
) -> dict[str, Diet | DietConflict]:
    """Least-cost diets of many groups of eaters from the same foods; options as of `least_cost_diet`."""
    equality = options.pop("equality", False)
    chosen = _Options(**options)
    asked = {group: _asked(limits, chosen.per, equality) for group, limits in groups.items()}
    held = _held(foods, dict.fromkeys(name for limits in asked.values() for name in limits))
    return {group: _solved(foods, limits, held, chosen) for group, limits in asked.items()}


@dataclass(frozen=True, slots=True)
class _Options:
    """The options of `least_cost_diet`, once the equalities are written into the limits."""

    bounds: Mapping[str, Interval] | Interval | None = None
    integer: Collection[str] | bool = False
    per: tuple[str, float] | None = None
    missing: Missing = "bound"
    currency: str = "IDR"
    time_limit: float = 30.0


_Held = Mapping[str, IntervalArray]
"""What one unit of each food holds, by nutrient."""


def _held(foods: Sequence[PricedFood], names: Iterable[str]) -> _Held:
    amounts = {name: [food.amount(name) for food in foods] for name in names}
    return {
        name: IntervalArray(np.array([h.low for h in row]), np.array([h.high for h in row]))
        for name, row in amounts.items()
    }


def _solved(
    foods: Sequence[PricedFood], asked: Mapping[str, Interval], held: _Held, options: _Options
) -> Diet | DietConflict:
    gaps = _gaps(foods, asked, held)
    if options.missing == "refuse" and gaps:
        raise LoadError(Report(tuple(problem("diet-figure-missing", None, **gap.values) for gap in gaps)))
    system = _system(foods, asked, held, options)
    found = cheapest(system, np.array([food.price for food in foods]), options.time_limit)
    if found.status is Status.infeasible:
        return _conflict(system, held, options, gaps)
    if found.values is None:
        raise SolverError(f"least-cost diet: {found.status}")
    return _diet(foods, asked, held, system, found, options, gaps)


def _asked(
    limits: Mapping[str, Interval], per: tuple[str, float] | None, equality: Collection[str] | bool
) -> dict[str, Interval]:
    """The limits with equalities made exact; a density without its base is asked of one multiple of the base."""
    asked = dict(limits)
    if per is not None and per[0] not in asked:
        asked[per[0]] = Interval.exact(per[1])
    exact = asked if equality is True else equality or ()
    return {name: Interval.exact(limit.low) if name in exact else limit for name, limit in asked.items()}


def _gaps(foods: Sequence[PricedFood], asked: Mapping[str, Interval], held: _Held) -> tuple[Finding, ...]:
    """Every figure that a limit needs and a food lacks."""
    return tuple(
        Finding("diet-figure-bounded", Verdict.unknown, Severity.info, values={"food": foods[j].name, "nutrient": name})
        for name in asked
        for j in np.flatnonzero(~held[name].known).tolist()
    )


def _system(foods: Sequence[PricedFood], asked: Mapping[str, Interval], held: _Held, options: _Options) -> Limits:
    """One row for each side of each limit (two sides share their row where all figures are known)."""
    names: list[str] = []
    rows: list[tuple[F8, float, float]] = []
    for name, limit in asked.items():
        found = [row for side in _sides(held, name, limit, options.per) for row in _bounded(*side)]
        names += [name] * len(found)
        rows += found
    bounds, integer = options.bounds, options.integer
    own = [bounds.get(f.name, UNKNOWN) if isinstance(bounds, Mapping) else bounds or UNKNOWN for f in foods]
    whole = np.array([integer is True or (not isinstance(integer, bool) and food.name in integer) for food in foods])
    table = np.array([row for row, _, _ in rows]).reshape(len(rows), len(foods))
    low, high = np.array([low for _, low, _ in rows]), np.array([high for _, _, high in rows])
    lower, upper = np.array([b.low for b in own]), np.array([b.high for b in own])
    return Limits(tuple(names), table, low, high, lower, upper, whole)


def _sides(held: _Held, name: str, limit: Interval, per: tuple[str, float] | None) -> list[tuple[F8, float, float]]:
    """Rows (coefficients, low, high) of a limit, every figure at its worst for the side; inf where it has no worst."""
    own = held[name]
    if per is None or name == per[0]:
        if own.known.all():
            return [(own.low, limit.low, limit.high)]
        sides = [(own.low, limit.low, INF), (own.high, -INF, limit.high)]
        return [side for side in sides if side[1] > -INF or side[2] < INF]
    sides = []
    if limit.low > -INF:
        sides.append(((own - held[per[0]] * (limit.low / per[1])).low, 0.0, INF))
    if limit.high < INF:
        sides.append(((own - held[per[0]] * (limit.high / per[1])).high, -INF, 0.0))
    return sides


def _bounded(row: F8, low: float, high: float) -> list[tuple[F8, float, float]]:
    """A row without infinite coefficients: a food without a worst figure may not be taken under this limit."""
    endless = np.isinf(row)
    rows = [(np.where(endless, 0.0, row), low, high)]
    return rows + ([(endless.astype(float), -INF, 0.0)] if endless.any() else [])


def _conflict(system: Limits, held: _Held, options: _Options, gaps: tuple[Finding, ...]) -> DietConflict:
    names = clash(system, options.time_limit)
    best = {}
    for name in names:
        values = nearest(system, name, options.time_limit)
        if values is None:  # the other limits clash among themselves as well
            values = nearest(system.kept(names), name, options.time_limit)
        assert values is not None
        best[name] = _total(held, values, name).low / _multiples(held, values, name, options.per)
    return DietConflict(names, best, gaps)


def _multiples(held: _Held, values: F8, name: str, per: tuple[str, float] | None) -> float:
    """How many multiples of the base the diet holds, where a limit is per multiple of it; else 1."""
    if per is None or name == per[0]:
        return 1.0
    return _total(held, values, per[0]).low / per[1] or INF


def _diet(
    foods: Sequence[PricedFood],
    asked: Mapping[str, Interval],
    held: _Held,
    system: Limits,
    found: Solution,
    options: _Options,
    gaps: tuple[Finding, ...],
) -> Diet:
    assert found.values is not None
    values = _cleaned(system, found.values)
    taken = _by_food(foods, values)
    shadow = {}
    if found.duals is not None:
        shadow = {name: _price(name, held, system, values, found.duals, options.per) for name in asked}
    return Diet(
        {name: x for name, x in taken.items() if x > 0},
        float(np.array([food.price for food in foods]) @ values),
        options.currency,
        {name: _total(held, values, name) for name in asked},
        _binding(system, values),
        shadow,
        {} if found.reduced_costs is None else _by_food(foods, found.reduced_costs),
        gaps,
        {food.name: food.unit for food in foods},
    )


def _cleaned(system: Limits, values: F8) -> F8:
    """Whole units whole, and nothing of a food whose amount is too small to move any limit or be bought."""
    moved = (np.abs(system.matrix / system.scale()[:, None]) * np.abs(values)).max(axis=0, initial=0.0)
    whole = np.where(system.integer, np.round(values), values)
    return np.where((moved < NOTHING) & (np.abs(values) < NOTHING), 0.0, whole)


def _total(held: _Held, values: F8, name: str) -> Interval:
    """What the diet holds of a nutrient."""
    return held[name].scale(np.maximum(values, 0.0)).sum()[()]


def _price(name: str, held: _Held, system: Limits, values: F8, duals: F8, per: tuple[str, float] | None) -> float:
    """By how much the cost rises when a limit is raised by one; a density limit moves its row by the whole base."""
    price = sum(float(dual) for n, dual in zip(system.names, duals, strict=True) if n == name)
    return price * _multiples(held, values, name, per) if price else 0.0


def _by_food(foods: Sequence[PricedFood], values: F8) -> dict[str, float]:
    return {food.name: float(value) for food, value in zip(foods, values, strict=True)}


def _binding(system: Limits, values: F8) -> tuple[str, ...]:
    activity, slack = system.matrix @ values, AT_LIMIT * system.scale()
    near = (np.abs(activity - system.low) <= slack) | (np.abs(activity - system.high) <= slack)
    return tuple(dict.fromkeys(n for n, at in zip(system.names, near, strict=True) if at and n != ALWAYS))
