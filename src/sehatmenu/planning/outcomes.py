"""What the engine answers: how a solve ended, the menu in numbers, its bound and gap, and the log of phases."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import TYPE_CHECKING

import numpy as np

from sehatmenu.errors import SolverError
from sehatmenu.planning.solvers import version

if TYPE_CHECKING:
    from sehatmenu.planning.models import F8, I8, Model


class Ending(StrEnum):
    """How a solve ended: `exhausted` with nothing left to try; without a menu only `infeasible` proves anything."""

    optimal = "optimal"
    within_gap = "within_gap"
    time_limit = "time_limit"
    exhausted = "exhausted"
    cancelled = "cancelled"
    infeasible = "infeasible"


@dataclass(frozen=True, slots=True)
class Phase:
    """One phase of a solve: when it ended (seconds), the best rupiah and the bound at that moment."""

    name: str
    seconds: float
    objective: float | None
    bound: float


@dataclass(frozen=True, slots=True, eq=False)
class Outcome:
    """What the engine found. `choice`: the y column served in each slot, `portions`: all p values; None without a menu.

    `objective` (inf without a menu) and `bound` are rupiah, the bound as it was proven; `gap` = (objective - bound) /
    objective.
    """

    status: Ending
    choice: I8 | None
    portions: F8 | None
    objective: float
    bound: float
    seconds: float
    phases: tuple[Phase, ...]
    solver: str

    @property
    def gap(self) -> float:
        """How far above the proven bound the menu costs at most, as a fraction of its cost."""
        return relative_gap(self.objective, self.bound)

    def values(self, model: Model) -> F8:
        """The menu found as values of the model's columns."""
        assert self.choice is not None
        assert self.portions is not None
        values: F8 = np.zeros(model.n)
        values[self.choice] = 1.0
        values[model.n_serve :] = self.portions
        return values

    def with_menu(self, model: Model, values: F8, seconds: float) -> Outcome:
        """The same search with another lawful menu in the end: the bound stays, and what is proven follows from it."""
        objective = float(model.cost @ values)
        proven = self.status in (Ending.optimal, Ending.within_gap)
        near = Ending.optimal if relative_gap(objective, believed(self.bound, objective)) <= PROVEN else Ending.within_gap
        portions, status = values[model.n_serve :], near if proven else self.status
        return replace(
            self, status=status, choice=_choice(model, values), portions=portions, objective=objective, seconds=seconds
        )


Progress = Callable[[float, "float | None", float, str], None]
"""Told (elapsed seconds, rupiah of the best menu or None, bound, phase)."""

PROVEN = 1e-6
"""A gap below this is none; nor is a bound above a menu by less a contradiction, since rows hold no better than that."""

_ALL = 0.95
"""A search that took this part of its time ended because of the time."""


def outcome_of(
    model: Model,
    values: F8 | None,
    *,
    bound: float,
    wanted: float,
    infeasible: bool,
    cancelled: bool,
    seconds: float,
    phases: Sequence[Phase],
    time_limit: float = 0.0,
) -> Outcome:
    """The answer of an engine that holds the best lawful column values (or None) and a bound; `wanted` is the gap asked for.

    A search that was neither good enough nor cancelled and left some of its `time_limit` had nothing left to try. Raises
    SolverError for a bound that the menu belies.
    """
    late = Ending.time_limit if seconds >= _ALL * time_limit else Ending.exhausted
    if values is None:
        ending = Ending.infeasible if infeasible else Ending.cancelled if cancelled else late
        return Outcome(ending, None, None, np.inf, bound, seconds, tuple(phases), version())
    objective = float(model.cost @ values)
    choice = _choice(model, values)
    gap = relative_gap(objective, believed(bound, objective))
    near = Ending.optimal if gap <= PROVEN else Ending.within_gap
    ending = near if gap <= max(PROVEN, wanted) else Ending.cancelled if cancelled else late
    return Outcome(ending, choice, values[model.n_serve :], objective, bound, seconds, tuple(phases), version())


def _choice(model: Model, values: F8) -> I8:
    """The y column served in each slot."""
    serve = np.flatnonzero(values[: model.n_serve] > 0.5)
    choice = np.zeros(model.n_slots, np.int64)
    choice[model.slot[serve]] = serve
    return choice


def relative_gap(objective: float, bound: float) -> float:
    """(objective - bound) / objective, 0 when they meet, inf when either is missing; below a rupiah, in rupiah."""
    if not np.isfinite(objective) or not np.isfinite(bound):
        return np.inf
    return max(0.0, objective - bound) / max(abs(objective), 1.0)


def believed(bound: float, objective: float) -> float:
    """The bound, where a lawful menu of this cost does not belie it.

    Raises SolverError where it does: a proof is false, and nothing that rests on it is to be printed.
    """
    if np.isfinite(objective) and bound - objective > PROVEN * max(abs(objective), 1.0):
        raise SolverError(f"a false proof: no menu is to cost less than {bound:.9g}, but a lawful one costs {objective:.9g}")
    return bound
