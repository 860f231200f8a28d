"""What the engine answers: how a solve ended, the menu in numbers, its bound and gap, and the log of phases."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from sehatmenu.planning.models import F8, I8


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


def relative_gap(objective: float, bound: float) -> float:
    """(objective - bound) / objective, 0 when they meet, inf when either is missing."""
    if not np.isfinite(objective) or not np.isfinite(bound):
        return np.inf
    return max(0.0, objective - bound) / max(abs(objective), 1e-9)
