"""Later objectives in order: each made as large as can be within the rupiah tolerance, without giving up an earlier one."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from sehatmenu.planning.level_bounds import level_bound
from sehatmenu.planning.level_programs import SLACK, Held, LevelProgram
from sehatmenu.planning.models import lawful
from sehatmenu.planning.neighbourhoods import Surroundings
from sehatmenu.planning.objectives import Aim, Objective
from sehatmenu.planning.outcomes import Progress
from sehatmenu.planning.programs import Program
from sehatmenu.planning.replans import Earlier
from sehatmenu.planning.solvers import Cancel, Solution, solve

if TYPE_CHECKING:
    from sehatmenu.planning.models import F8, I8, Model

SMALL = 600
"""Up to this many choices a model is given to the solver whole, which then also proves what is possible."""

_COUNTS = 0.25
"""All rupiah that may be spent count as much as this part of the smallest difference of levels: ties are made cheap."""

_BOUND, _STEP, _CHEAPER, _SHORTEST = 0.3, 0.1, 0.3, 0.2
"""Parts of an objective's time for its bound, for one step at most, and to take back what a hint spent; and the shortest
time of a step in seconds."""

_NEAR, _GAP = 1e-6, 1e-4
"""At which gap a step ends, in small models and in large ones."""

_LEAST = 1e-6
_RUPIAH = 1e-9


@dataclass(frozen=True, slots=True)
class Search:
    """How objectives are searched: from `began` to `until` (moments of perf_counter), or until `cancel` answers True."""

    began: float
    until: float
    seed: int = 0
    progress: Progress | None = None
    cancel: Cancel | None = None


def pursue(
    program: Program,
    aims: Sequence[Aim],
    values: F8,
    *,
    floor: float,
    room: float,
    search: Search,
    near: Earlier | None = None,
) -> tuple[F8, tuple[Objective, ...]]:
    """Improve a lawful menu (values of the model's columns) by each aim in turn, spending at most `room` rupiah in all.

    `floor` is a bound of rupiah; `near` the earlier plan of a least change. Ends with what it has when time is up.
    """
    pursuit = _Pursuit(program, values, floor, room, search, near)
    found = tuple(pursuit.stage(aim, len(aims) - number) for number, aim in enumerate(aims))
    return pursuit.values, found


class _Pursuit:
    """A menu on its way, and the levels that it must not fall below any more."""

    def __init__(
        self, program: Program, values: F8, floor: float, room: float, search: Search, near: Earlier | None
    ) -> None:
        self.program, self.model, self.values, self.search = program, program.model, values, search
        self.floor, self.room = floor, room
        self.limit = float(self.model.cost @ values) + room
        self.surroundings = Surroundings(program, near)
        self.was = near.values(program) if near is not None else None
        self.small = self.model.n_serve <= SMALL
        self.held: list[Held] = []
        self.stopped = False

    def stage(self, aim: Aim, stages_left: int) -> Objective:
        """Make the level of an aim as large as can be found in its part of the time, and hold it from then on."""
        cost, before = self._cost(), aim.say(aim.level(self.values), self.values)
        now = time.perf_counter()
        until = now + max(0.0, self.search.until - now) / stages_left
        bound = aim.ceiling
        try:
            if self.was is not None and aim.returns:
                self._accept(aim, self.was)
            bound = self._bound(aim, until)
            if not (aim.returns and aim.level(self.values) >= bound - _LEAST):
                self._raise(aim, until)
        except KeyboardInterrupt:
            self.stopped = True
        level = aim.level(self.values)
        self.held.append(Held(aim, level))
        reached = aim.say(level, self.values)
        bound = level if bound <= level + _LEAST else bound
        return Objective(aim.name, reached, before, aim.say(bound, None), self._cost() - cost, self.room)

    def _cost(self) -> float:
        return float(self.model.cost @ self.values)

    def _left(self, until: float) -> float:
        """Seconds left; none once somebody asked to stop."""
        self.stopped = self.stopped or (self.search.cancel is not None and self.search.cancel())
        return 0.0 if self.stopped else until - time.perf_counter()

    def _bound(self, aim: Aim, until: float) -> float:
        """A level that no lawful menu within the room exceeds: of the whole model if small, else its relaxation."""
        seconds = _BOUND * self._left(until)
        if seconds <= 0 or aim.level(self.values) >= aim.ceiling - _LEAST * aim.grain:
            return aim.ceiling
        if not self.small:
            held, limit, cancel = self._held(aim), self.limit, self.search.cancel
            return min(aim.ceiling, level_bound(self.model, held, limit=limit, time_limit=seconds, cancel=cancel))
        step = self._program(aim, self.model, np.arange(self.model.n), aim.worth)
        answer = self._solved(step, seconds, gap=0.0)
        if answer.values is not None:
            self._accept(aim, step.menu(answer.values))
        return min(aim.ceiling, -answer.bound)

    def _held(self, aim: Aim) -> list[Held]:
        return [*self.held, Held(aim, aim.level(self.values))]

    def _solved(self, step: LevelProgram, seconds: float, gap: float) -> Solution:
        start, seed = step.start(self.values), self.search.seed
        return solve(step.arrays, time_limit=seconds, gap=gap, seed=seed, start=start, cancel=self.search.cancel)

    def _program(self, aim: Aim, model: Model, columns: I8, weights: F8, per_rupiah: float = 0.0) -> LevelProgram:
        """The menus of a (restricted) model that hold every level and are no worse in this aim."""
        return LevelProgram(
            model, columns, self.model.n, self._held(aim), weights, per_rupiah=per_rupiah, limit=self.limit
        )  # fmt: skip

    def _raise(self, aim: Aim, until: float) -> None:
        """Raise the level, first by the hint where the aim has one; then without it, so that it spends nothing in vain."""
        if aim.guide is not aim.worth:
            self._improve(aim, until - _CHEAPER * self._left(until))
        self._improve(replace(aim, guide=aim.worth), until)

    def _improve(self, aim: Aim, until: float) -> None:
        """Search neighbourhood after neighbourhood until a whole round brings nothing."""
        rng, better = np.random.default_rng(self.search.seed), True
        seconds = self._left(until)
        while better:
            better = False
            for around in self.surroundings.round(rng, whole=self.small, suppliers_first=aim.of_suppliers):
                left = self._left(until)
                if left <= 0:
                    return
                step = self._program(aim, *around(self.values).of(self.model), aim.guide, self._per_rupiah(aim))
                answer = self._solved(step, min(left, max(_SHORTEST, _STEP * seconds)), _NEAR if self.small else _GAP)
                better |= answer.values is not None and self._accept(aim, step.menu(answer.values))
                self._tell(aim)

    def _tell(self, aim: Aim) -> None:
        if self.search.progress is not None:
            elapsed = time.perf_counter() - self.search.began
            self.search.progress(elapsed, self._cost(), self.floor, aim.name)

    def _accept(self, aim: Aim, menu: F8) -> bool:
        """Take a menu over if it is lawful, within the room, holds every earlier level, and is better."""
        if not self._better(aim, menu):
            return False
        cost = float(self.model.cost @ menu)
        holds = all(held.kept_by(menu) for held in self.held)
        if not holds or cost > self.limit * (1 + _RUPIAH) or not lawful(self.model, menu):
            return False
        self.values = menu
        return True

    def _better(self, aim: Aim, menu: F8) -> bool:
        """Whether a menu has a higher level, or an equal one and more of what guides the search or less rupiah."""
        higher = aim.level(menu) - aim.level(self.values)
        if abs(higher) > SLACK:
            return higher > 0
        saved = self._cost() - float(self.model.cost @ menu)
        gain = aim.promise(menu) - aim.promise(self.values) + self._per_rupiah(aim) * saved
        return gain > _LEAST * aim.grain

    def _per_rupiah(self, aim: Aim) -> float:
        """What a rupiah counts beside the level: all that may be spent together less than the smallest difference."""
        return _COUNTS * aim.grain / max(self.limit - self.floor, _RUPIAH * self.limit)
