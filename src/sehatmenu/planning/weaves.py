"""Menus whose parts share rules on portions (shares of UMKM, say): one part's cycle after the other, laid over its days."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import TYPE_CHECKING

import numpy as np

from sehatmenu.planning.cycles import columns_of, cycle
from sehatmenu.planning.layouts import Layout, Part
from sehatmenu.planning.refits import Effort, refit, shortlist
from sehatmenu.planning.solvers import solve

if TYPE_CHECKING:
    from sehatmenu.planning.models import F8, I8

_PROMISING = 0.002
_WIDER = 1.5
_FEWEST = 4
_SERVED = 0.01
_LONGEST = 4.0
_LONGER = 1.4
_ROOM = 0.05
_LAYING = 0.1
"""Part of the time of a cycle that laying it over its days may take in addition."""


class Weave:
    """Finds column values of all parts, whole servings per part first and then day by day; portions of any size.

    `prices` of the rows and `excess` (how much dearer each option is than the best of its slot) are those of the average
    day, `floor` is its rupiah for the whole menu; `ended` says when to stop.
    """

    def __init__(
        self, layout: Layout, prices: F8, excess: F8, floor: float, seed: int, ended: Callable[[], bool]
    ) -> None:
        self._layout, self._prices, self._excess, self._seed, self._ended = layout, prices, excess, seed, ended
        self._near = _PROMISING * floor / len(layout.parts)

    def widen(self) -> None:
        """From now on take options into account that look less good."""
        self._near *= _WIDER

    def along(self, rates: F8, seconds: float, *, room: float = _ROOM) -> F8 | None:
        """Fix the cycle of one part after the other, those not fixed yet as in `rates`; then lay all over their days.

        The first parts may miss rules that couple parts by `room` of their size at the price of the average day.
        """
        values, parts = rates.copy(), self._layout.parts
        each = _LAYING * seconds / len(parts)
        end = time.perf_counter() + (1 - _LAYING) * seconds
        for turn, part in enumerate(parts):
            rest = (len(parts) - 1 - turn) / max(len(parts) - 1, 1)
            least = (end - time.perf_counter()) / (len(parts) - turn)
            anew = self._cycle(part, values, min(_LONGER * least, _LONGEST), 1e-3, room * rest)
            values = values if anew is None else anew
        waiting = np.arange(len(parts))
        for number, part in enumerate(parts):
            waiting = waiting[waiting != number]
            laid = self._lay(part, values, each, waiting)
            if laid is None:
                return None
            values = laid
        return values

    def revise(self, values: F8, number: int, seconds: float) -> F8 | None:
        """Choose the cycle of one part anew, the others as they are, and lay it over its days."""
        part = self._layout.parts[number]
        anew = self._cycle(part, values, min(seconds, _LONGEST), 3e-4, 0.0)
        return None if anew is None else self._lay(part, anew, min(seconds, _LONGEST) * _LAYING, None)

    def _cycle(self, part: Part, values: F8, seconds: float, gap: float, room: float) -> F8 | None:
        if self._ended() or seconds <= 0:
            return None
        layout, prices = self._layout, self._prices if room > 0 else None
        promising = (self._excess <= self._near) | shortlist(layout, part, self._excess, _FEWEST)
        plan, columns = cycle(layout, part, values, promising, prices, room), columns_of(layout, part)
        whole = bool(np.all(np.abs(values[part.options] - np.round(values[part.options])) < 1e-6))
        start = plan.start(values[columns]) if whole else None
        answer = solve(plan.program, time_limit=seconds, gap=gap, seed=self._seed, start=start, cancel=self._ended)
        if answer.values is None:
            return None
        anew = values.copy()
        anew[columns] = plan.rates(answer.values)
        return anew

    def _lay(self, part: Part, values: F8, seconds: float, absent: I8 | None) -> F8 | None:
        layout = self._layout
        kind = np.unique(layout.model.orbit[part.options], return_inverse=True)[1]
        keep = np.zeros(layout.model.n_serve, bool)
        keep[part.options] = np.bincount(kind, values[part.options])[kind] > _SERVED
        more = keep | shortlist(layout, part, self._excess, _FEWEST)
        for among, as_often, longer in ((keep, True, 1.0), (keep, False, 2.0), (more, False, 2.0)):
            effort = Effort(longer * max(seconds, 0.3), gap=1e-3, seed=self._seed, cancel=self._ended)
            laid = refit(layout, part, values, among, effort, begin=False, whole_steps=False, absent=absent,
                         as_often=as_often)  # fmt: skip
            if laid is not None:
                return laid
        return None
