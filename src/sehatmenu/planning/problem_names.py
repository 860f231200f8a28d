"""Names of a problem file that lead nowhere, and what is written twice in it: each at its place, with what was meant."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from datetime import date
from functools import partial
from typing import TYPE_CHECKING, get_args

from sehatmenu.errors import LoadError
from sehatmenu.files import Document, Location
from sehatmenu.findings import Finding, Report, problem
from sehatmenu.food.recipe_files import Course
from sehatmenu.messages import Word
from sehatmenu.planning.suppliers import WEEKDAYS, Register
from sehatmenu.readings import nearest
from sehatmenu.standards.standards import Standard

if TYPE_CHECKING:
    from sehatmenu.planning.demand import Choice, Institution, ProblemFile, Tray

MAX_NAMES = 8
"""How many known names a sentence lists."""

COURSES: tuple[str, ...] = get_args(Course)


def written_twice(file: ProblemFile, document: Document) -> Iterator[Finding]:
    """Institutions, meals, courses, groups of a meal and past meals that are written twice: neither line is to be lost."""
    for key in ("id", "name"):
        names = [(getattr(i, key), ("institutions", n, key)) for n, i in enumerate(file.institutions)]
        yield from _twice("institution-twice", names, document)
    for n, institution in enumerate(file.institutions):
        meals: list[tuple[object, Location]] = [
            (tray.meal, ("institutions", n, "meals", m, "meal")) for m, tray in enumerate(institution.meals)
        ]
        yield from _twice("meal-twice", meals, document)
        for m, tray in enumerate(institution.meals):
            yield from _twice_at_a_meal(tray, ("institutions", n, "meals", m), document)
    past: list[tuple[object, Location]] = [
        ((served.date, served.institution, served.meal), ("history", n)) for n, served in enumerate(file.history)
    ]
    yield from _twice("served-twice", past, document)


def _twice_at_a_meal(tray: Tray, at: Location, document: Document) -> Iterator[Finding]:
    """Two lines of one group, or two dishes of one course, which a plan cannot tell apart."""
    courses: list[tuple[object, Location]] = [(c, (*at, "courses", n)) for n, c in enumerate(tray.courses)]
    yield from _twice("course-twice", courses, document)
    first: dict[str, int] = {}
    for n, eaters in enumerate(tray.groups):
        if first.setdefault(eaters.group, n) != n:
            place = document.place((*at, "groups", n))
            before = str(document.place((*at, "groups", first[eaters.group])))
            heads = sum(other.heads for other in tray.groups if other.group == eaters.group)
            yield problem("group-twice", place, group=eaters.group, meal=tray.meal, first=before, heads=heads)


def _twice(code: str, names: Iterable[tuple[object, Location]], document: Document) -> Iterator[Finding]:
    first: dict[object, Location] = {}
    for name, at in names:
        if first.setdefault(name, at) != at:
            said = [str(part) for part in name] if isinstance(name, tuple) else name
            yield problem(code, document.place(at), name=said, first=str(document.place(first[name])))


def lead_nowhere(
    file: ProblemFile, document: Document, dishes: Collection[str] | None, register: Register | None
) -> Iterator[Finding]:
    """Institutions, meals, courses, suppliers, dishes and days that choices, history, trays and rules name in vain."""
    institutions = [institution.id for institution in file.institutions]
    meals = list(dict.fromkeys(tray.meal for institution in file.institutions for tray in institution.meals))
    for n, institution in enumerate(file.institutions):
        for m, tray in enumerate(institution.meals):
            at = ("institutions", n, "meals", m, "courses")
            yield from unknown_names("course", tray.courses, COURSES, at, document)
    for n, choice in enumerate(file.choices):
        here: Location = ("choices", n)
        yield from unknown_names("institution", choice.institutions, institutions, (*here, "institutions"), document)
        yield from unknown_names("meal", choice.meals, meals, (*here, "meals"), document)
        yield from unknown_names("course", choice.courses, COURSES, (*here, "courses"), document)
        if register is not None:
            yield from unknown_names("supplier", choice.suppliers, register.suppliers, (*here, "suppliers"), document)
        yield from _days_in_vain(file, choice, here, document)
    for n, rule in enumerate(file.rules):
        yield from unknown_names("meal", rule.meals, meals, ("rules", n, "meals"), document)
    yield from _history(file, document, dishes)
    if register is not None:
        yield from _ways(institutions, register)


def _days_in_vain(file: ProblemFile, choice: Choice, here: Location, document: Document) -> Iterator[Finding]:
    """Days of a choice within the calendar on which nobody is served; days outside of it may be those of other plans."""
    calendar = file.calendar
    served = {WEEKDAYS[name] for name in calendar.weekdays}
    for n, name in enumerate(choice.weekdays):
        if WEEKDAYS[name] not in served:
            known = list(calendar.weekdays)
            yield problem("choice-day", document.place((*here, "weekdays", n)), day=Word(name), known=known)
    off = {holiday.date for holiday in calendar.holidays}
    for n, day in enumerate(choice.dates):
        if calendar.from_ <= day <= calendar.to and (day in off or day.weekday() not in served):
            known = list(calendar.weekdays)
            yield problem("choice-day", document.place((*here, "dates", n)), day=day, known=known)


def _history(file: ProblemFile, document: Document, dishes: Collection[str] | None) -> Iterator[Finding]:
    """Past meals of institutions and meals that there are not, or on days that are still to be planned."""
    trays: Mapping[str, Institution] = {institution.id: institution for institution in file.institutions}
    for n, served in enumerate(file.history):
        here: Location = ("history", n)
        if served.date >= file.calendar.from_:
            place = document.place((*here, "date"))
            yield problem("history-date", place, date=served.date, first=file.calendar.from_)
        yield from unknown_names("institution", [served.institution], trays, (*here, "institution"), document)
        if served.institution in trays:
            meals = [tray.meal for tray in trays[served.institution].meals]
            yield from unknown_names("meal", [served.meal], meals, (*here, "meal"), document)
        if dishes is not None:
            yield from unknown_names("dish", served.dishes, dishes, (*here, "dishes"), document)


def _ways(institutions: Collection[str], register: Register) -> Iterator[Finding]:
    """Minutes of a way to an institution that is only spelled otherwise; a register may serve other problems too."""
    meant = {_bare(name): name for name in institutions}
    for n, supplier in enumerate(register.suppliers.values()):
        for name in supplier.delivery:
            near = meant.get(_bare(name))
            if near is not None and name != near:
                place = register.document.key_place(("suppliers", n, "delivery", name))
                yield problem("name-unknown-near", place, kind=Word("name-institution"), text=name, near=near)


def _bare(name: str) -> str:
    """A name without what people write differently: capitals, blanks, hyphens."""
    return "".join(letter for letter in name.casefold() if letter.isalnum())


def unknown_names(
    kind: str, names: Iterable[str], known: Iterable[str], at: Location, document: Document
) -> Iterator[Finding]:
    """A finding for each name that is not among the known ones: what was probably meant, or what there is."""
    there = list(dict.fromkeys(known))
    for n, name in enumerate(names):
        if name in there:
            continue
        place, said = document.place((*at, n)), {"kind": Word(f"name-{kind}"), "text": name}
        near = nearest(name.casefold(), {word.casefold(): word for word in there}, n=1, cutoff=0.6)
        if near:
            meant = next(word for word in there if word.casefold() == near[0])
            yield problem("name-unknown-near", place, **said, near=meant)
        else:
            yield problem("name-unknown", place, **said, known=there[:MAX_NAMES])


def law_problems(
    file: ProblemFile, document: Document, standards: Mapping[str, Standard], days: tuple[date, ...]
) -> Iterator[Finding]:
    """Groups that the standard of their institution does not have, and days on which it is not in force."""
    for n, institution in enumerate(file.institutions):
        standard = standards[institution.id]
        for m, tray in enumerate(institution.meals):
            for g, eaters in enumerate(tray.groups):
                at = ("institutions", n, "meals", m, "groups", g, "group")
                yield from _refused(document, at, partial(standard.check_group, eaters.group))
    for standard in {id(s): s for s in standards.values()}.values():
        for key, day in (("from", days[0]), ("to", days[-1])):
            yield from _refused(document, ("calendar", key), partial(standard.check_date, day))


def _refused(document: Document, at: Location, check: Callable[[], object]) -> Iterator[Finding]:
    try:
        with placed(document, at):
            check()
    except LoadError as error:
        yield from error.report


@contextmanager
def placed(document: Document, at: Location) -> Iterator[None]:
    """Gives what is refused without a place of its own the place of the problem file that asked for it."""
    try:
        yield
    except LoadError as error:
        found = (finding if finding.place else replace(finding, place=document.place(at)) for finding in error.report)
        raise LoadError(Report(tuple(found))) from error
