"""The budget of a solve: its clock, whether someone asked to stop, and what is told on the way."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable
from dataclasses import dataclass, field

import numpy as np

from sehatmenu.planning.outcomes import Phase, Progress

logger = logging.getLogger(__name__)


@dataclass(slots=True, eq=False)
class Budget:
    """Seconds of wall clock from `began` on (a time of `time.perf_counter`), and a `cancel` that is asked now and then."""

    time_limit: float
    cancel: Callable[[], bool] | None = None
    progress: Progress | None = None
    began: float = field(default_factory=time.perf_counter)
    cancelled: bool = False
    phases: list[Phase] = field(default_factory=list)

    @property
    def seconds(self) -> float:
        """How long it has taken so far."""
        return time.perf_counter() - self.began

    def left(self) -> float:
        """Seconds that remain; none once someone asked to stop."""
        if not self.cancelled and self.cancel is not None and self.cancel():
            self.cancelled = True
        return 0.0 if self.cancelled else max(0.0, self.time_limit - self.seconds)

    def tell(self, phase: str, best: float, bound: float) -> None:
        """Say how far the solve is: to whoever listens."""
        if self.progress is not None:
            self.progress(self.seconds, best if np.isfinite(best) else None, bound, phase)

    def ended(self, phase: str, best: float, bound: float) -> None:
        """Note the end of a phase."""
        known = best if np.isfinite(best) else None
        self.phases.append(Phase(phase, self.seconds, known, bound))
        logger.info("%s ended after %.2f s: menu %s, bound %.0f", phase, self.seconds, known, bound)
