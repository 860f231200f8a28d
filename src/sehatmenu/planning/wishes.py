"""What is asked of a plan besides cheap: later objectives, an earlier plan to stay near, days to keep, UMKM that fail."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import TYPE_CHECKING

import numpy as np

from sehatmenu.documents import day_of
from sehatmenu.errors import refusal
from sehatmenu.planning.demand import Problem
from sehatmenu.planning.later_objectives import Search, pursue
from sehatmenu.planning.models import lawful
from sehatmenu.planning.objectives import Aim, Objective, acceptance, fairness, least_change, same_portions, variety
from sehatmenu.planning.outcomes import Ending, Outcome, outcome_of
from sehatmenu.planning.preferences import LEAST_CHANGE, asked, tolerated
from sehatmenu.planning.programs import Program
from sehatmenu.planning.replans import Earlier, earlier, kept, without

if TYPE_CHECKING:
    from sehatmenu.planning.models import F8, Model
    from sehatmenu.planning.plans import Plan, Serving


@dataclass(frozen=True, slots=True)
class Wishes:
    """The wishes for one plan, read and checked: objectives in order, the tolerance as a part of the cheapest menu's cost."""

    then: tuple[str, ...]
    tolerance: float
    near: tuple[Serving, ...] | None
    keep: frozenset[date]
    failed: tuple[str, ...]

    def of_problem(self, problem: Problem) -> Problem:
        """The problem without the UMKM that cannot deliver, on the days that are not kept."""
        return without(problem, self.failed, [day for day in problem.days if day not in self.keep])

    def of_program(self, program: Program) -> tuple[Program, Earlier | None]:
        """The program with the kept days fixed, and the earlier plan among its columns.

        Raises LoadError for a kept serving that the problem no longer allows.
        """
        if self.near is None:
            return program, None
        if self.keep:
            program = kept(program, earlier(program, self.near), self.keep)
        return program, earlier(program, self.near)

    def aims(self, program: Program, near: Earlier | None, limit: float) -> tuple[Aim, ...]:
        """The objectives over the columns of a program that may cost so much; least change counts courses, then portions."""
        return tuple(aim for name in self.then for aim in _aims(name, program, near, limit) if aim is not None)


def wishes(
    problem: Problem,
    then: Sequence[str] | None,
    tolerance: str | None,
    near: Plan | None,
    keep: Sequence[date | str],
    failed: Sequence[str],
) -> Wishes:
    """Read and check what is asked.

    Raises LoadError for an objective that is unknown or lacks its figures, and for dates that are no dates; UnitError for
    a tolerance without unit.
    """
    names = asked(then, problem.file.objectives, near=near is not None)
    if "acceptance" in names and problem.file.acceptance is None:
        raise refusal("acceptance-missing")
    if keep and near is None:
        raise refusal("keep-needs-plan")
    room = tolerated(tolerance, problem.file.objectives)
    servings = None if near is None else near.servings
    return Wishes(names, room, servings, frozenset(map(_day, keep)), tuple(failed))


def _day(text: date | str) -> date:
    day = day_of(text)
    assert day is not None
    return day


def _aims(name: str, program: Program, near: Earlier | None, limit: float) -> tuple[Aim | None, ...]:
    survey = program.problem.file.acceptance
    if name == LEAST_CHANGE and near is not None:
        return least_change(program, near), same_portions(program, near)
    if name == "acceptance" and survey is not None:
        return (acceptance(program, survey),)
    return (fairness(program, limit),) if name == "fairness" else (variety(program),)


def still_lawful(program: Program, near: Earlier | None, wished: Wishes) -> F8 | None:
    """The earlier menu, where least change comes first and every rule still holds for it."""
    menu = None if near is None or wished.then[:1] != (LEAST_CHANGE,) else near.values(program)
    return menu if menu is not None and lawful(program.model, menu) else None


def fulfil(
    program: Program, outcome: Outcome, near: Earlier | None, wished: Wishes, search: Search
) -> tuple[Outcome, tuple[Objective, ...]]:
    """A menu improved by every objective in turn within the tolerance above its cost, and what each reached."""
    room, model = wished.tolerance * outcome.objective, program.model
    aims = wished.aims(program, near, outcome.objective + room)
    if not aims:
        return outcome, ()
    menu, found = pursue(
        program, aims, outcome.values(model), floor=outcome.bound, room=room, search=search, near=near
    )  # fmt: skip
    return outcome.with_menu(model, menu, time.perf_counter() - search.began), found


_PATIENCE = 0.75
"""A search without a menu is given up after this part of its time, so that there is some left to say why."""


class RupiahFirst:
    """Hears how the search for rupiah goes, and ends it when what is left of the time belongs to the later objectives.

    That is at half the time once a menu is known, or when an `earlier` menu is proven to be within the tolerance.
    """

    def __init__(self, model: Model, earlier: F8 | None, wished: Wishes, search: Search) -> None:
        self._model, self._earlier, self._wished, self._search = model, earlier, wished, search
        self._cost = np.inf if earlier is None else float(model.cost @ earlier)
        self._half = 0.5 * (search.began + search.until) if wished.then else np.inf
        self._patience = search.began + _PATIENCE * (search.until - search.began)
        self._known = earlier is not None
        self._proven = self._asked = False

    def progress(self, elapsed: float, objective: float | None, bound: float, phase: str) -> None:
        """Hear of a menu or a bound, and pass the news on."""
        self._known = self._known or objective is not None
        self._proven = self._proven or self._cost <= bound * (1 + self._wished.tolerance)
        if self._search.progress is not None:
            self._search.progress(elapsed, objective, bound, phase)

    def cancel(self) -> bool:
        """Whether the search is to end: somebody asked, or it has done its part."""
        self._asked = self._asked or (self._search.cancel is not None and self._search.cancel())
        late = time.perf_counter() > (self._half if self._known else self._patience)
        return self._asked or self._proven or late

    def stop(self) -> bool:
        """Whether a search that holds no lawful menu before its end is to end: only for good reason, not by the clock."""
        self.cancel()
        return self._asked or self._proven or (not self._known and time.perf_counter() > self._patience)

    def share(self, seconds: float) -> float:
        """The part of some seconds that such a search may take."""
        return 0.5 * seconds if self._wished.then else seconds

    def ending(self, outcome: Outcome) -> Outcome:
        """The outcome, called cut by time where nobody else ended it; with the earlier menu where none cheaper was found."""
        if outcome.status is Ending.cancelled and not self._asked:
            outcome = replace(outcome, status=Ending.time_limit)
        if self._earlier is None or outcome.objective <= self._cost:
            return outcome
        return outcome_of(
            self._model, self._earlier, bound=outcome.bound, wanted=self._wished.tolerance, infeasible=False,
            cancelled=self._asked, seconds=outcome.seconds, phases=outcome.phases,
        )  # fmt: skip
