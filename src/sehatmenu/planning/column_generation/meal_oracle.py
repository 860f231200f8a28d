"""The oracle of a meal: the cheapest meals at given prices by enumeration, and a bound that no meal of its kind undercuts."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

import numpy as np

from sehatmenu.planning.column_generation.combinations import TooManyError, lowest, under
from sehatmenu.planning.column_generation.portion_programs import (
    MealArrays,
    NetCosts,
    continuous_portions,
    stepped_portions,
)
from sehatmenu.planning.patterns import Kind, Meal, dominated, meal_of
from sehatmenu.planning.solvers import Status, solve_small

if TYPE_CHECKING:
    from sehatmenu.planning.models import F8, I8


_APART = 1e-6
"""By this part of a meal's cost equal options are told apart at random, so that where all cost the same first meals differ."""


@dataclass(frozen=True, slots=True)
class OracleParameters:
    """What bounds the work of one call of the oracle; measured on the example's meals (docs/planner-measurements.md)."""

    most: int = 400_000
    """Combinations held at once; above this the meal is left to HiGHS whole."""
    beam: int = 20_000
    """Combinations among which the first meals are looked for."""
    chunk: int = 64
    """Combinations whose portions are solved as one program: more cost pivots, fewer cost rounds."""
    charge: float = 0.01
    """By how much a dish gets dearer each time a first meal takes it, as a fraction of a meal's cost."""
    columns: int = 6
    """Meals in serving steps handed back by one call."""
    reach: float = 0.02
    """How far above the relaxation the first edge lies, as a fraction of a meal's cost."""
    widening: float = 2.0
    """By how much the edge is moved out where nothing lawful lay under it."""


@dataclass(frozen=True, slots=True, eq=False)
class Priced:
    """Meals of a kind in serving steps, cheapest first with what each costs at the prices, and a bound for all meals.

    `with_option[o]` is what no meal that serves option o costs less than.
    """

    meals: tuple[Meal, ...]
    values: tuple[float, ...]
    bound: float
    with_option: F8


@dataclass(slots=True, eq=False)
class MealOracle:
    """The cheapest meals of one kind at any prices.

    The relaxation's multipliers value every option, and the combinations whose values add up to less than an edge are
    enumerated (Lagrangian enumeration). Their portions are solved in chunks, cheapest first; the multipliers of a chunk
    bound all that are left, most of which then need no program of their own.
    """

    kind: Kind
    parameters: OracleParameters = field(default_factory=OracleParameters)
    arrays: MealArrays = field(init=False)
    reach: float = field(init=False)

    def __post_init__(self) -> None:
        self.arrays = MealArrays.of(self.kind.model)
        self.reach = self.parameters.reach

    @property
    def unit(self) -> float:
        """A typical cost of a meal in rupiah."""
        model = self.kind.model
        return max(float(np.abs(model.cost[model.n_serve :] * model.maximum).max(initial=0.0)), 1.0)

    def price(
        self, prices: F8, *, exact: bool, left: Callable[[], float], slack: float = 0.0
    ) -> Priced:
        """The cheapest meals after what they earn at `prices` (by folded column), and a bound below which none lies.

        With `exact` the bound holds for whole serving steps, to within `slack` rupiah of the cheapest meal, else for portions
        of any size. `left()` answers how many seconds remain; a call out of time hands back the bound of the relaxation and
        the meals it has.
        """
        net = self.kind.model.cost - prices[self.kind.folded]
        multipliers = _multipliers(self.kind, net, left())
        if multipliers is None:
            return Priced((), (), np.inf, np.full(self.kind.model.n_serve, np.inf))
        call = _Call(self, NetCosts.of(self.arrays, self.kind.model.n_serve, net), net, multipliers, left)
        call.slack = slack
        priced = call.run(exact)
        self.reach = call.reach
        return priced

    def diverse(self, prices: F8, count: int, *, left: Callable[[], float]) -> list[Meal]:
        """Up to `count` cheap meals that differ in their dishes, out of one enumeration: what a first master needs.

        Taking a dish makes it dearer for the meals after it, by a part of a meal's cost.
        """
        net = self.kind.model.cost - prices[self.kind.folded]
        multipliers = _multipliers(self.kind, net, left())
        if multipliers is None:
            return []
        call = _Call(self, NetCosts.of(self.arrays, self.kind.model.n_serve, net), net, multipliers, left)
        return call.diverse(count)


def _multipliers(kind: Kind, net: F8, seconds: float) -> F8 | None:
    """Duals of the meal's own rows in its linear program; none at all where it has no solution, zeros out of time."""
    full = kind.loose
    cost = np.concatenate([net, np.zeros(full.program.cost.size - net.size)])
    program = replace(full.program, cost=cost, integer=np.zeros(cost.size, bool))
    answer = solve_small(program, time_limit=max(seconds, 0.5), gap=0.0)
    if answer.status is Status.infeasible:
        return None
    return np.zeros(kind.model.lower.size) if answer.duals is None else answer.duals[: kind.model.lower.size]


class _Call:
    """One call of the oracle: what is known so far about the combinations under the edge."""

    def __init__(self, oracle: MealOracle, net: NetCosts, costs: F8, duals: F8, left: Callable[[], float]) -> None:
        self.oracle, self.arrays, self.net, self.left = oracle, oracle.arrays, net, left
        self.costs, self.unit, self.reach = costs, oracle.unit, oracle.reach
        gone = dominated(oracle.kind, costs)
        empty = np.flatnonzero((self.arrays.low > self.arrays.high).any(axis=1))
        out = np.union1d(gone, empty)
        self.slots = [options[~np.isin(options, out)] for options in self.arrays.slots]
        multipliers = self.arrays.sound(duals * self.arrays.size)
        constant, values = self.arrays.lagrangian(net, multipliers[None])
        self.constant, self.values = float(constant[0]), values[0]
        none = np.zeros((0, len(self.slots)), dtype=np.int64)
        self.known, self.least = none, np.zeros(0)
        self.waiting, self.at = none, np.zeros(0)
        self.slack = 0.0
        self.stepped: dict[bytes, tuple[float, F8 | None, I8]] = {}

    def run(self, exact: bool) -> Priced:
        """Enumerate under an edge that is moved out until the cheapest meal lies under it."""
        if not all(options.size for options in self.slots):
            return self._answer(np.inf)
        floor, below = self.constant + sum(float(self.values[s].min()) for s in self.slots), -np.inf
        worst = self.constant + sum(float(self.values[s].max()) for s in self.slots)
        while True:
            edge = floor + self.reach * self.unit
            edge = edge if edge < worst else np.inf
            try:
                self._wait(under(edge - self.constant, self.values, self.slots, self.oracle.parameters.most), below)
            except TooManyError:
                return self._whole(max(floor, below), exact)
            self._evaluate(edge)
            best = self._steps(exact, edge)
            low = best if exact else min(best, float(self.least.min(initial=np.inf)))
            if low <= edge or self.left() <= 0:
                low = min(low, edge, float(self.at.min(initial=np.inf)))
                self.reach = max(1.1 * (min(low, worst) - floor) / self.unit, 1e-4)
                return self._answer(low)
            below, self.reach = edge, self.reach * self.oracle.parameters.widening

    def _whole(self, low: float, exact: bool) -> Priced:
        """The meal as one integer program, where too many combinations lie under the edge to hold them."""
        kind = self.oracle.kind
        full = kind.stepped if exact else kind.loose
        cost = np.concatenate([self.costs * full.scale, np.zeros(full.program.cost.size - self.costs.size)])
        answer = solve_small(replace(full.program, cost=cost), time_limit=max(0.2, self.left()), gap=1e-3)
        if answer.values is None:
            return replace(self._answer(low), bound=np.inf if answer.status is Status.infeasible else max(low, answer.bound))
        combination = np.flatnonzero(answer.values[: kind.model.n_serve] > 0.5)
        combination = combination[np.argsort(kind.model.slot[combination])]
        found = stepped_portions(self.arrays, self.net, combination, seconds=5.0)
        self.stepped[combination.tobytes()] = (found.cost, found.portions, combination)
        return self._answer(max(low, answer.bound))

    def _wait(self, fresh: I8, below: float) -> None:
        """Queue the combinations that the last edge left out and that can be lawful by the rules on choices alone."""
        at = self.constant + self.values[fresh].sum(axis=1)
        fixed = self.arrays.of_choice.T[fresh].sum(axis=1)
        idle = (self.arrays.of_portion == 0).all(axis=(1, 2))
        fits = ((fixed >= self.arrays.lower - 1e-9) & (fixed <= self.arrays.upper + 1e-9) | ~idle).all(axis=1)
        new = fits & (at > below)
        self.waiting, self.at = np.vstack([self.waiting, fresh[new]]), np.concatenate([self.at, at[new]])

    def _evaluate(self, edge: float) -> None:
        """Solve the portions of waiting combinations in chunks, cheapest first, until every bound left is above the edge."""
        ceiling = min(edge, self._ceiling())
        while self.left() > 0:
            order = np.argsort(self.at, kind="stable")[: self.oracle.parameters.chunk]
            order = order[self.at[order] <= ceiling]
            if not order.size:
                return
            chunk = self.waiting[order]
            answers = continuous_portions(self.arrays, self.net, chunk, self.unit)
            constant, values = self.arrays.lagrangian(self.net, answers.multipliers)
            own = constant + np.take_along_axis(values, chunk, axis=1).sum(axis=1)
            self.known = np.vstack([self.known, chunk])
            self.least = np.concatenate([self.least, np.maximum(own, self.at[order])])
            self.waiting, self.at = np.delete(self.waiting, order, axis=0), np.delete(self.at, order)
            self._raise(constant, values, ceiling)
            ceiling = min(ceiling, self._ceiling())

    def _raise(self, constant: F8, values: F8, ceiling: float) -> None:
        """Bound the waiting combinations anew by multipliers (K,), (K, options) of others; those above the ceiling rest."""
        for c, v in zip(constant, values, strict=True):
            near = np.flatnonzero(self.at <= ceiling)
            self.at[near] = np.maximum(self.at[near], c + v[self.waiting[near]].sum(axis=1))

    def _ceiling(self) -> float:
        """The cheapest meal in serving steps known: combinations above it are of no use."""
        return self._steps(exact=False, edge=np.inf)

    def _steps(self, exact: bool, edge: float) -> float:
        """Bring the cheapest combinations into serving steps: a cost that none undercuts (if exact), or the least found.

        The first few are solved whatever they cost, since their meals are wanted; the others only below the best.
        """
        best = min((cost for cost, _, _ in self.stepped.values()), default=np.inf)
        for tried, i in enumerate(np.argsort(self.least, kind="stable").tolist()):
            if self.least[i] > min(best - self.slack, edge) or (not exact and tried >= self.oracle.parameters.columns):
                return min(best, float(self.least[i])) if exact else best
            if self.left() <= 0:
                return min(best, float(self.least[i])) if exact else best
            key = self.known[i].tobytes()
            if key not in self.stepped:
                cutoff = best if tried >= self.oracle.parameters.columns else np.inf
                found = stepped_portions(self.arrays, self.net, self.known[i], seconds=5.0, cutoff=cutoff)
                self.stepped[key] = (found.cost, found.portions, self.known[i])
            best = min(best, self.stepped[key][0])
        return best

    def diverse(self, count: int) -> list[Meal]:
        """Cheap meals in serving steps, each dish dearer the more often it was taken."""
        if not all(options.size for options in self.slots):
            return []
        apart = np.random.default_rng(0).uniform(0.0, _APART * self.unit, self.values.size)
        fresh = lowest(self.values + apart, self.slots, self.oracle.parameters.beam)
        self._wait(fresh, -np.inf)
        first = np.argsort(self.at, kind="stable")[: self.oracle.parameters.chunk]
        if first.size:
            answers = continuous_portions(self.arrays, self.net, self.waiting[first], self.unit)
            self._raise(*self.arrays.lagrangian(self.net, answers.multipliers), np.inf)
        taken, charge = np.zeros(self.values.size), self.oracle.parameters.charge * self.unit
        for _ in range(2 * count):
            dear = self.at + charge * taken[self.waiting].sum(axis=1)
            if not dear.size or len(self.stepped) >= count or self.left() <= 0:
                break
            i = int(np.argmin(dear))
            found = stepped_portions(self.arrays, self.net, self.waiting[i], seconds=5.0, gap=0.01)
            taken[self.waiting[i]] += 1.0
            if found.portions is not None:
                self.stepped[self.waiting[i].tobytes()] = (found.cost, found.portions, self.waiting[i])
            self.at[i] = np.inf
        return list(self._answer(-np.inf).meals)

    def _answer(self, low: float) -> Priced:
        found = sorted((entry for entry in self.stepped.values() if entry[1] is not None), key=lambda entry: entry[0])
        meals = tuple(self._meal(combination, portions) for _, portions, combination in found if portions is not None)
        return Priced(meals, tuple(cost for cost, _, _ in found), low, np.maximum(self._with_option(), low))

    def _with_option(self) -> F8:
        """The relaxation's bound for meals that serve an option: its own value and the least of every other slot."""
        least = np.array([self.values[options].min(initial=np.inf) for options in self.arrays.slots])
        slot = self.oracle.kind.model.slot
        return np.asarray(self.constant + least.sum() - least[slot] + self.values)

    def _meal(self, combination: I8, portions: F8) -> Meal:
        model = self.oracle.kind.model
        values: F8 = np.zeros(model.n)
        values[combination] = 1.0
        columns = self.arrays.portion[combination]
        there = columns >= 0
        values[model.n_serve + columns[there]] = portions[there]
        return meal_of(self.oracle.kind, values, self.oracle.kind.stepped.scale)
