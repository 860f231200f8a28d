"""Planning problems made up for a standard: a lawful menu hidden among cheaper and richer dishes, for the planner to find."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import date

import numpy as np

from sehatmenu.files import Document
from sehatmenu.findings import Severity
from sehatmenu.food.dishes import PortionBounds
from sehatmenu.planning.calendars import Calendar
from sehatmenu.planning.demand import Institution, Problem, ProblemFile, Table, Tray
from sehatmenu.planning.eaters import Eaters
from sehatmenu.planning.suppliers import CertificateEntry, Offer, Register, Supplier
from sehatmenu.quantities.intervals import Interval
from sehatmenu.standards.limits import Context
from sehatmenu.standards.menus import Catalogue, Option
from sehatmenu.standards.rows import Form
from sehatmenu.standards.standards import Standard
from sehatmenu.testing.drafts import F8, Draft, Sheet
from sehatmenu.testing.lawful import lawful
from sehatmenu.testing.pools import Content, Kind

ANY_COURSE = "paket"
"""The course of a dish of which no rule asks a course."""

COPIES: Mapping[float, float] = {1.0: 1000.0, 0.5: 400.0, 2.0: 1200.0}
"""Each dish is also offered with half and with twice of everything in it; rupiah where no rule speaks of prices."""

PORTION = PortionBounds(0.9, 1.1, 0.05)
HEADS = 10
EVERY_DAY = ("senin", "selasa", "rabu", "kamis", "jumat", "sabtu", "minggu")


def problem_for(standard: Standard, group: str, on: date) -> Problem | None:
    """A problem of one group that has a lawful menu; None where the standard leaves none with equal trays every day.

    Each dish of that menu is offered on its own day and the next one, beside copies with less and more in it.
    """
    chooser = lawful(standard, group, on)
    draft, sheet = chooser.draft, chooser.sheet
    _equal_trays(draft, sheet)
    values = draft.solve(sheet)
    if values is None:
        return None
    days = draft.horizon.days
    courses: dict[str, list[str]] = {}
    offered: dict[str, list[tuple[Option, Offer]]] = {}
    for (day, meal), dishes in _trays(draft, values).items():
        courses[meal] = list(dishes)
        last = days[min(days.index(day) + 1, len(days) - 1)]
        for course, (kind, holds) in dishes.items():
            for option in _copies(draft, kind, holds, course):
                offer = {"dish": kind.id, "price": f"{option.price.low:.15g} IDR", "from": day, "until": last}
                offered.setdefault(kind.id, []).append((option, Offer.model_validate(offer)))
    return _problem(draft, courses, offered)


def stricter(problem: Problem) -> bool:
    """Whether the planner takes a rule more strictly than a check does, so that it may miss the lawful menu.

    It keeps the consequence of a conditional rule always, and counts servings where a rule allows so many kinds.
    """
    (table,) = problem.tables
    for applied, standard in table.applied:
        if applied.rule.severity is Severity.must and not applied.rule.evidence:
            reference = standard.reference(table.group)
            context = Context(problem.catalogue, table.horizon, reference, standard.energy_factors())
            rows = applied.rule.rows(context, applied.limit)
            if rows.condition is not None or (rows.form is Form.distinct and math.isfinite(rows.high)):
                return True
    return False


def _equal_trays(draft: Draft, sheet: Sheet) -> None:
    """At each meal as many dishes of each course as on the first day; of a course that a rule names at most one."""
    kinds = draft.pool.kinds
    first: dict[str, int] = {}
    for t, occasion in enumerate(draft.horizon.occasions):
        start = first.setdefault(occasion.meal, t)
        for course in dict.fromkeys(kind.course for kind in kinds):
            mine = [d for d, kind in enumerate(kinds) if kind.course == course]
            here = {t * draft.kinds + d: 1.0 for d in mine}
            if course != ANY_COURSE:
                sheet.add(here, -math.inf, 1.0, "")
            if t != start:
                sheet.add({**here, **{start * draft.kinds + d: -1.0 for d in mine}}, 0.0, 0.0, "")


def _trays(draft: Draft, values: F8) -> dict[tuple[date, str], dict[str, tuple[Kind, dict[Content, float]]]]:
    """The dishes of each meal of a solution by the course that they fill; dishes of any course fill numbered ones."""
    found: dict[tuple[date, str], dict[str, tuple[Kind, dict[Content, float]]]] = {}
    for t, kind, holds in draft.served(values):
        occasion = draft.horizon.occasions[t]
        dishes = found.setdefault((occasion.day, occasion.meal), {})
        free = sum(other.course == ANY_COURSE for other, _ in dishes.values())
        dishes[f"{occasion.meal}-{free}" if kind.course == ANY_COURSE else kind.course] = (kind, holds)
    return found


def _copies(draft: Draft, kind: Kind, holds: Mapping[Content, float], course: str) -> Iterator[Option]:
    """A dish for one course, and its copies with less and more in it."""
    for times, rupiah in COPIES.items():
        option = draft.pool.option(kind, {content: amount * times for content, amount in holds.items()})
        price = option.price if option.price.known else Interval.exact(rupiah)
        yield replace(option, recipe=replace(option.recipe, course=course, portion=PORTION), price=price)


def _problem(
    draft: Draft, courses: Mapping[str, list[str]], offered: Mapping[str, list[tuple[Option, Offer]]]
) -> Problem:
    options = tuple(option for own in offered.values() for option, _ in own)
    suppliers = {name: _supplier(name, own) for name, own in offered.items()}
    days, nowhere = draft.horizon.days, Document({}, "", {})
    eaters = (Eaters(group=draft.group, heads=HEADS),)
    trays = tuple(Tray(meal=meal, courses=tuple(own), groups=eaters) for meal, own in courses.items())
    kitchen = Institution(id="dapur", name="Dapur", whole_days=True, meals=trays)
    file = ProblemFile(
        title=draft.standard.file.title,
        standard=draft.standard.id,
        calendar=Calendar.model_validate({"from": days[0], "to": days[-1]}),
        recipes="",
        suppliers="",
        institutions=(kitchen,),
    )
    applied = tuple((a, draft.standard) for a in draft.held)
    heads = {tray.meal: HEADS for tray in trays}
    table = Table(kitchen, draft.group, heads, {}, applied, draft.horizon, np.zeros((0, len(options))))
    register, standards = Register(suppliers, nowhere), {kitchen.id: draft.standard}
    return Problem(file, nowhere, days, (table,), Catalogue(options), register, standards)


def _supplier(name: str, own: list[tuple[Option, Offer]]) -> Supplier:
    papers = tuple(CertificateEntry(type=paper.type) for paper in own[0][0].certificates or ())
    return Supplier(id=name, name=name, days=EVERY_DAY, certificates=papers, offers=tuple(offer for _, offer in own))
