"""Portions of many combinations at once: their linear programs as one block-diagonal program, and one in whole steps."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from scipy import sparse

from sehatmenu.errors import SolverError
from sehatmenu.planning.models import Model, Program, portion_range
from sehatmenu.planning.solvers import Status, solve_small

if TYPE_CHECKING:
    import numpy.typing as npt

    from sehatmenu.planning.models import F8, I8

_PENALTY = 30.0
"""Rupiah of missing a row by its whole size, in typical costs of a meal: above what any row was worth on the example."""


@dataclass(frozen=True, slots=True, eq=False)
class MealArrays:
    """One kind of meal in dense arrays: O options, G portions of each (one per group of eaters), R rows.

    `portion[o, g]` is the model's portion column of option o for its g-th group, -1 where it has fewer; `of_choice`
    (R, O) and `of_portion` (R, O, G) are the rows' coefficients divided by the rows' `size`; `low`, `high`, `step` (O, G).
    """

    slots: list[I8]
    portion: I8
    of_choice: F8
    of_portion: F8
    lower: F8
    upper: F8
    size: F8
    low: F8
    high: F8
    step: F8

    @classmethod
    def of(cls, model: Model) -> MealArrays:
        """The arrays of a model whose slots make up one meal."""
        portion = _portions_by_option(model)
        low, high = portion_range(model)
        there = portion >= 0
        dense = model.matrix.toarray()
        typical = np.concatenate([np.full(model.n_serve, 1.0), 0.5 * (model.minimum + model.maximum)])
        size = np.maximum((np.abs(dense) * typical).max(axis=1, initial=0.0) * model.n_slots, 1e-9)
        scaled = dense / size[:, None]
        columns = np.where(there, portion, 0)
        return cls(
            slots=[np.flatnonzero(model.slot == s) for s in range(model.n_slots)],
            portion=portion,
            of_choice=scaled[:, : model.n_serve],
            of_portion=np.where(there, scaled[:, model.n_serve + columns], 0.0),
            lower=model.lower / size,
            upper=model.upper / size,
            size=size,
            low=np.where(there, low[columns], 0.0),
            high=np.where(there, high[columns], 0.0),
            step=np.where(there & (high > low)[columns], model.step[columns], 0.0),
        )

    def sound(self, multipliers: F8) -> F8:
        """Multipliers with the sign that a bound needs: none on a side of a row that is not bounded. Shape (..., R)."""
        wrong = ((multipliers > 0) & ~np.isfinite(self.lower)) | ((multipliers < 0) & ~np.isfinite(self.upper))
        return np.where(wrong, 0.0, multipliers)

    def lagrangian(self, net: NetCosts, multipliers: F8) -> tuple[F8, F8]:
        """The constant (K,) and the value of each option (K, O) at K sets of sound multipliers (K, R).

        Their sum over a combination is at most the cost of any lawful portions of it (weak duality).
        """
        left = np.where(np.isfinite(self.lower), self.lower, 0.0)
        right = np.where(np.isfinite(self.upper), self.upper, 0.0)
        constant = np.maximum(multipliers, 0.0) @ left + np.minimum(multipliers, 0.0) @ right
        portion = net.portion[None] - np.tensordot(multipliers, self.of_portion, axes=(1, 0))
        least = np.minimum(portion * self.low, portion * self.high).sum(axis=2)
        return constant, net.choice[None] - multipliers @ self.of_choice + least


@dataclass(frozen=True, slots=True, eq=False)
class NetCosts:
    """What options (O,) and their portions (O, G) cost after what they earn at the prices of the shared rows."""

    choice: F8
    portion: F8

    @classmethod
    def of(cls, arrays: MealArrays, n_serve: int, net: F8) -> NetCosts:
        """Split net costs by model column into those of choices and those of portions."""
        there = arrays.portion >= 0
        return cls(net[:n_serve], np.where(there, net[n_serve + np.where(there, arrays.portion, 0)], 0.0))


def _portions_by_option(model: Model) -> I8:
    order = np.argsort(model.cell, kind="stable")
    count = np.bincount(model.cell, minlength=model.n_serve)
    first = np.concatenate([[0], np.cumsum(count)[:-1]])
    portion = np.full((model.n_serve, int(count.max(initial=0))), -1, dtype=np.int64)
    portion[model.cell[order], np.arange(order.size) - first[model.cell[order]]] = order
    return portion


@dataclass(frozen=True, slots=True, eq=False)
class PortionAnswers:
    """For each of N combinations: `multipliers` (N, R) of its rows, and by how much it has to miss them (N,)."""

    multipliers: F8
    missed: F8


def continuous_portions(arrays: MealArrays, net: NetCosts, combinations: I8, unit: float) -> PortionAnswers:
    """The cheapest portions of each combination, any size, as one program; `combinations` (N, slots) of options.

    Rows may be missed at a price, so that every combination has an answer and its multipliers a use for the others;
    `unit` is the typical cost of a meal.
    """
    n, rows = combinations.shape[0], arrays.lower.size
    fixed = arrays.of_choice.T[combinations].sum(axis=1)
    k = combinations.shape[1] * arrays.portion.shape[1]
    block = arrays.of_portion.transpose(1, 0, 2)[combinations].transpose(0, 2, 1, 3).reshape(n, rows, k)
    width = n * k
    at, row, column = np.nonzero(block)
    slack = np.arange(n * rows)
    entries = np.concatenate([block[at, row, column], np.ones(slack.size), -np.ones(slack.size)])
    which = np.concatenate([at * rows + row, slack, slack])
    columns = np.concatenate([at * k + column, width + slack, width + n * rows + slack])
    matrix = sparse.csr_array((entries, (which, columns)), shape=(n * rows, width + 2 * n * rows))
    free = np.full(2 * n * rows, np.inf)
    program = Program(
        cost=np.concatenate([net.portion[combinations].ravel(), np.full(2 * n * rows, _PENALTY * unit)]),
        lower=np.concatenate([arrays.low[combinations].ravel(), np.zeros(2 * n * rows)]),
        upper=np.concatenate([np.maximum(arrays.high, arrays.low)[combinations].ravel(), free]),
        integer=np.zeros(width + 2 * n * rows, bool),
        matrix=matrix,
        row_lower=(arrays.lower[None] - fixed).ravel(),
        row_upper=(arrays.upper[None] - fixed).ravel(),
    )
    answer = solve_small(program, time_limit=60.0, gap=0.0)
    if answer.duals is None or answer.values is None:
        raise SolverError(f"portions of {n} combinations ended with {answer.status}")
    missed = answer.values[width:].reshape(2, n, rows).sum(axis=(0, 2))
    return PortionAnswers(arrays.sound(answer.duals.reshape(n, rows)), missed)


@dataclass(frozen=True, slots=True, eq=False)
class SteppedPortions:
    """Portions in whole serving steps (slots, G) of one combination, what they cost, and what none costs less than."""

    portions: F8 | None
    cost: float
    bound: float


def stepped_portions(
    arrays: MealArrays, net: NetCosts, combination: I8, *, seconds: float, gap: float = 0.0, cutoff: float = np.inf
) -> SteppedPortions:
    """The cheapest portions of one combination in whole serving steps; cost inf where none are lawful under the cutoff."""
    step = arrays.step[combination].ravel()
    scale = np.where(step > 0, step, 1.0)
    block = arrays.of_portion[:, combination, :].reshape(arrays.lower.size, step.size)
    fixed = arrays.of_choice[:, combination].sum(axis=1)
    low, high = arrays.low[combination].ravel() / scale, arrays.high[combination].ravel() / scale
    whole: npt.NDArray[np.bool_] = step > 0
    program = Program(
        cost=net.portion[combination].ravel() * scale,
        lower=np.where(whole, np.round(low), low),
        upper=np.where(whole, np.round(high), high),
        integer=whole,
        matrix=sparse.csr_array(block * scale),
        row_lower=arrays.lower - fixed,
        row_upper=arrays.upper - fixed,
        offset=float(net.choice[combination].sum()),
    )
    answer = solve_small(program, time_limit=seconds, gap=gap, cutoff=cutoff)
    if answer.values is None:
        return SteppedPortions(None, np.inf, cutoff if answer.status is Status.infeasible else answer.bound)
    counted = np.where(whole, np.round(answer.values), answer.values) * scale
    return SteppedPortions(counted.reshape(combination.size, -1), answer.objective, answer.bound)
