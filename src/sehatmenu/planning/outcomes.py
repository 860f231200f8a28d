"""What the engine answers: how a solve ended, the menu in numbers, its bound and gap, and the log of phases."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

import numpy as np

from sehatmenu.planning.solvers import version

if TYPE_CHECKING:
    from sehatmenu.planning.models import F8, I8, Model


class Ending(StrEnum):
    """How a solve ended; `none_found` means no menu in the time given, which proves nothing."""

    optimal = "optimal"
    within_gap = "within_gap"
    time_limit = "time_limit"
    cancelled = "cancelled"
    infeasible = "infeasible"
    none_found = "none_found"


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

    `objective` (inf without a menu) and `bound` are rupiah; `gap` = (objective - bound) / objective.
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


Progress = Callable[[float, "float | None", float, str], None]
"""Told (elapsed seconds, rupiah of the best menu or None, bound, phase)."""

_PROVEN = 1e-6
"""A gap below this is none."""


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
) -> Outcome:
    """The answer of an engine that holds the best lawful column values (or None) and a bound; `wanted` is the gap asked for."""
    if values is None:
        ending = Ending.infeasible if infeasible else Ending.cancelled if cancelled else Ending.none_found
        return Outcome(ending, None, None, np.inf, bound, seconds, tuple(phases), version())
    objective = float(model.cost @ values)
    serve = np.flatnonzero(values[: model.n_serve] > 0.5)
    choice = np.zeros(model.n_slots, np.int64)
    choice[model.slot[serve]] = serve
    bound = min(bound, objective)
    gap = relative_gap(objective, bound)
    near = Ending.optimal if gap <= _PROVEN else Ending.within_gap
    ending = near if gap <= max(_PROVEN, wanted) else Ending.cancelled if cancelled else Ending.time_limit
    return Outcome(ending, choice, values[model.n_serve :], objective, bound, seconds, tuple(phases), version())


def relative_gap(objective: float, bound: float) -> float:
    """(objective - bound) / objective, 0 when they meet, inf when either is missing."""
    if not np.isfinite(objective) or not np.isfinite(bound):
        return np.inf
    return max(0.0, objective - bound) / max(abs(objective), 1e-9)
