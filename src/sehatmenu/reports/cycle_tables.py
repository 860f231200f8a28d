"""The menu cycle as tables: days across and courses down for each meal of each institution, and portions per group."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from sehatmenu.messages import Figure, Text
from sehatmenu.planning.demand import Institution, Problem, Tray
from sehatmenu.planning.eaters import Eaters
from sehatmenu.planning.plans import Helping, Plan, Serving


@dataclass(frozen=True, slots=True)
class PortionSize:
    """What one group (`key` is its id) gets of a dish: grams served and the factor of the portion, perhaps ranges."""

    key: str
    group: Text
    heads: int
    grams: Figure
    factor: Figure


@dataclass(frozen=True, slots=True)
class Cell:
    """One dish on one day, with each group's portion."""

    serving: Serving
    portions: tuple[PortionSize, ...]

    @property
    def cost(self) -> Figure:
        """Rupiah for all portions of the cell."""
        return Figure.exact(self.serving.cost, "IDR")


@dataclass(frozen=True, slots=True)
class HeadCost:
    """What the meal of one group (`key` is its id) costs per head on each day."""

    key: str
    days: tuple[Figure, ...]


@dataclass(frozen=True, slots=True)
class Table:
    """One group (`key` is its id) at a meal: its name, how many eat, its budget per head if it has one, extra portions."""

    key: str
    group: Text
    heads: int
    budget: Figure | None
    extra: int = 0


@dataclass(frozen=True, slots=True)
class Week:
    """One calendar week of a meal: its days, one row of cells per course, and the cost per head in the foot."""

    days: tuple[date, ...]
    rows: tuple[tuple[str, tuple[Cell | None, ...]], ...]
    costs: tuple[HeadCost, ...]


@dataclass(frozen=True, slots=True)
class Cycle:
    """The menu cycle of one meal of one institution."""

    institution: Institution
    meal: str
    eaters: tuple[Table, ...]
    weeks: tuple[Week, ...]


@dataclass(frozen=True, slots=True)
class StandardPortion:
    """A dish of an institution's menu with the portion of each group, None for a group that never gets it."""

    course: str
    dish: str
    days: int
    sizes: tuple[PortionSize | None, ...]


def group_title(problem: Problem, institution: str, group: str) -> Text:
    """The name of a group as its standard calls it; its id when the standard has none."""
    found = problem.standards[institution].groups.get(group)
    return found.title if found else Text(group, group)


def subject_title(problem: Problem, subject: str) -> Text:
    """The heading of a group's findings: the institution and the name of the group."""
    for table in problem.tables:
        if subject == f"{table.institution.name}, {table.group}":
            title, name = group_title(problem, table.institution.id, table.group), table.institution.name
            return Text(f"{name}: {title.id}", f"{name}: {title.en}")
    return Text(subject, subject)


def weeks_of(days: Iterable[date]) -> tuple[tuple[date, ...], ...]:
    """The served days by calendar week."""
    weeks: dict[date, list[date]] = {}
    for day in days:
        weeks.setdefault(day - timedelta(days=day.weekday()), []).append(day)
    return tuple(tuple(found) for found in weeks.values())


def cycles(plan: Plan) -> tuple[Cycle, ...]:
    """The menu cycle of every meal of every institution."""
    return tuple(_cycle(plan, institution, tray) for institution, tray in plan.problem.trays)


def _cycle(plan: Plan, institution: Institution, tray: Tray) -> Cycle:
    problem = plan.problem
    eaters = tuple(_eaters(problem, institution, e) for e in tray.groups)
    weeks = tuple(_week(plan, institution, tray, days) for days in weeks_of(problem.days))
    return Cycle(institution, tray.meal, eaters, weeks)


def _week(plan: Plan, institution: Institution, tray: Tray, days: tuple[date, ...]) -> Week:
    served = [plan.by_tray.get((day, institution.id, tray.meal), ()) for day in days]
    rows = tuple((course, tuple(_cell(plan.problem, meal, course) for meal in served)) for course in tray.courses)
    costs = tuple(_costs(eaters.group, served) for eaters in tray.groups)
    return Week(days, rows, costs)


def _cell(problem: Problem, meal: Sequence[Serving], course: str) -> Cell | None:
    for serving in meal:
        if serving.course == course:
            return Cell(serving, tuple(portion_size(problem, [(serving, h)]) for h in serving.helpings))
    return None


def _eaters(problem: Problem, institution: Institution, eaters: Eaters) -> Table:
    budget = Figure.exact(eaters.budget, "IDR") if eaters.budget is not None else None
    title, extra = group_title(problem, institution.id, eaters.group), eaters.portions - eaters.heads
    return Table(eaters.group, title, eaters.heads, budget, extra)


def _costs(group: str, served: Iterable[Sequence[Serving]]) -> HeadCost:
    paid = (sum(s.price * h.factor for s, h in _helpings(meal, group)) for meal in served)
    return HeadCost(group, tuple(Figure.exact(amount, "IDR") for amount in paid))


def _helpings(servings: Iterable[Serving], group: str) -> Iterator[tuple[Serving, Helping]]:
    return ((s, h) for s in servings for h in s.helpings if h.group == group)


def portion_size(problem: Problem, helped: Sequence[tuple[Serving, Helping]]) -> PortionSize:
    """The portion of a group over one or several servings of a dish, weights to the gram."""
    serving, first = helped[0]
    grams = [h.grams(s.dish) for s, h in helped]
    factors = [h.factor for _, h in helped]
    low, high = min(g.low for g in grams), max(g.high for g in grams)
    return PortionSize(
        first.group,
        group_title(problem, serving.institution.id, first.group),
        first.heads,
        Figure(float(round(low)), float(round(high)) if high < math.inf else high, "g"),
        Figure(min(factors), max(factors), "fraction"),
    )


def groups_of(plan: Plan, institution: Institution) -> tuple[str, ...]:
    """The groups that eat at an institution."""
    return tuple(dict.fromkeys(e.group for tray in institution.meals for e in tray.groups))


def standard_portions(plan: Plan, institution: Institution) -> tuple[StandardPortion, ...]:
    """Every dish of an institution's menu once, in the order of its courses, with the portion of each group."""
    courses = list(dict.fromkeys(course for tray in institution.meals for course in tray.courses))
    served = [s for s in plan.servings if s.institution.id == institution.id]
    found: dict[tuple[str, str], list[Serving]] = {}
    for serving in sorted(served, key=lambda s: (courses.index(s.course), s.dish.name)):
        found.setdefault((serving.course, serving.dish.name), []).append(serving)
    return tuple(_standard_portion(plan, institution, key, servings) for key, servings in found.items())


def _standard_portion(
    plan: Plan, institution: Institution, key: tuple[str, str], servings: list[Serving]
) -> StandardPortion:
    helped = [list(_helpings(servings, group)) for group in groups_of(plan, institution)]
    sizes = tuple(portion_size(plan.problem, found) if found else None for found in helped)
    return StandardPortion(*key, len({s.day for s in servings}), sizes)
