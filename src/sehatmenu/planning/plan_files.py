"""Plan files: a saved plan as it is written in YAML, and its menu found again among the offers of its problem."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date
from decimal import Decimal
from typing import Annotated, Literal

from pydantic import Field

from sehatmenu.documents import DateField, Loaded, Model
from sehatmenu.errors import LoadError
from sehatmenu.files import Location
from sehatmenu.findings import Finding, Report, problem
from sehatmenu.planning.demand import Institution, Problem, Tray
from sehatmenu.planning.plans import Helping, Plan, Serving
from sehatmenu.planning.suppliers import Fraction, Rupiah
from sehatmenu.quantities.units import InUnit
from sehatmenu.readings import nearest
from sehatmenu.standards.windows import Span

MAX_NAMES = 8
"""How many names are offered where none is near."""


class SavedDish(Model):
    """A dish by the name of its recipe file, the UMKM that cooks it, its price then, and the portion of each group."""

    dish: str
    supplier: str
    price: Rupiah
    portions: dict[str, Fraction] = Field(min_length=1)


class SavedTray(Model):
    """What one meal of one institution is on one day."""

    date: DateField
    institution: str
    meal: str
    dishes: tuple[SavedDish, ...] = Field(min_length=1)


class SavedMargin(Model):
    """The room for uneven deliveries that a plan was asked for, and the two bounds that say what it costs."""

    everywhere: dict[str, Fraction] = {}
    dishes: dict[str, dict[str, Fraction]] = {}
    confidence: Fraction | None = None
    bound_without: Rupiah
    bound_with: Rupiah


class PlanFile(Model):
    """A saved plan; `problem` is relative to its own folder, `made_in` says how long it took to find.

    `seal` ties the proof (status and bound) to the menu and to the problem for which it was found; see `load_plan`.
    """

    problem: str
    status: Literal["optimal", "within_gap", "time_limit", "exhausted", "cancelled", "loaded"]
    cost: Rupiah
    bound: Rupiah | None = None
    solver: str
    made_in: Annotated[float, InUnit("minute")]
    seal: str = ""
    margin: SavedMargin | None = None
    servings: tuple[SavedTray, ...] = Field(min_length=1)


def written(plan: Plan) -> list[dict[str, object]]:
    """The menu of a plan as plain data, tray by tray, every figure with its unit."""
    return [
        {
            "date": day.isoformat(),
            "institution": institution,
            "meal": meal,
            "dishes": [
                {
                    "dish": serving.dish.id,
                    "supplier": serving.supplier.id,
                    "price": rupiah(serving.price),
                    "portions": {h.group: part(h.factor) for h in serving.helpings},
                }
                for serving in servings
            ],
        }
        for (day, institution, meal), servings in plan.by_tray.items()
    ]


def rupiah(amount: float) -> str:
    """An amount of money as the files write it."""
    return f"{_digits(round(amount, 6) + 0.0)} IDR"


def part(factor: float) -> str:
    """A part of a whole as the files write it."""
    return f"{_digits(round(factor * 100, 10))} %"


def minutes(seconds: float) -> str:
    """A duration as the files write it."""
    return f"{_digits(round(seconds / 60, 6))} minutes"


def _digits(number: float) -> str:
    """A number as the files read it: without an exponent, and never `1.500`, which may be meant as fifteen hundred."""
    digits = format(Decimal(f"{number:.15g}"), "f")
    return f"{digits}0" if len(digits.partition(".")[2]) == 3 else digits


def servings_in(loaded: Loaded[PlanFile], problem_: Problem) -> tuple[tuple[Serving, Location], ...]:
    """Every dish of a saved plan as the problem offers it today, each with its place in the file.

    Raises LoadError with everything that is no longer there or missing, each with what to write instead.
    """
    found: list[Finding] = []
    served: list[tuple[Serving, Location]] = []
    first: dict[tuple[date, str, str], int] = {}
    for n, saved in enumerate(loaded.model.servings):
        here = ("servings", n)
        key = (saved.date, saved.institution, saved.meal)
        if first.setdefault(key, n) != n:
            line = loaded.document.place(("servings", first[key])).line
            found.append(problem("plan-tray-twice", loaded.document.place(here), line=line))
            continue
        meant = _tray(loaded, problem_, saved, here, found)
        if meant is not None:
            served += _Shelf(loaded, problem_, found).servings(saved, *meant, here)
    found += _trays_missing(loaded, problem_, first)
    if found:
        raise LoadError(Report(tuple(found)))
    return tuple(sorted(served, key=lambda item: _order(problem_, item[0])))


def _order(problem_: Problem, serving: Serving) -> tuple[date, int, int]:
    trays = [(institution.id, tray.meal) for institution, tray in problem_.trays]
    k = trays.index((serving.institution.id, serving.meal))
    return serving.day, k, problem_.trays[k][1].courses.index(serving.course)


def _meant(name: str, known: Iterable[str]) -> list[str]:
    """The name that was probably meant, or the first that there are."""
    names = list(dict.fromkeys(known))
    return nearest(name, names, n=1) or names[:MAX_NAMES]


def _tray(
    loaded: Loaded[PlanFile], problem_: Problem, saved: SavedTray, here: Location, found: list[Finding]
) -> tuple[Institution, Tray] | None:
    """The meal that is meant; None, with a finding for each thing that is not there, where there is no such meal."""
    place, before = loaded.document.place, len(found)
    if saved.date not in problem_.days:
        first, last = problem_.days[0], problem_.days[-1]
        near = min(problem_.days, key=lambda day: abs(day - saved.date))
        said = {"date": saved.date.isoformat(), "near": near.isoformat(), "first": first, "last": last}
        found.append(problem("plan-date", place((*here, "date")), **said))
    institutions = {institution.id: institution for institution in problem_.file.institutions}
    institution = institutions.get(saved.institution)
    if institution is None:
        known = _meant(saved.institution, institutions)
        at = place((*here, "institution"))
        found.append(problem("plan-institution", at, institution=saved.institution, known=known))
        return None
    trays = {tray.meal: tray for tray in institution.meals}
    if saved.meal not in trays:
        known = _meant(saved.meal, trays)
        said = {"meal": saved.meal, "institution": saved.institution, "known": known}
        found.append(problem("plan-meal", place((*here, "meal")), **said))
    return (institution, trays[saved.meal]) if len(found) == before else None


def _trays_missing(
    loaded: Loaded[PlanFile], problem_: Problem, there: Iterable[tuple[date, str, str]]
) -> Iterator[Finding]:
    written_down = set(there)
    for day in problem_.days:
        for institution, tray in problem_.trays:
            if (day, institution.id, tray.meal) not in written_down:
                said = {"date": day.isoformat(), "institution": institution.id, "meal": tray.meal}
                yield problem("plan-tray-missing", loaded.document.key_place(("servings",)), **said)


class _Shelf:
    """Looks for the dishes of a saved plan among the offers, and notes what is not there."""

    def __init__(self, loaded: Loaded[PlanFile], problem_: Problem, found: list[Finding]) -> None:
        self._document = loaded.document
        self._problem = problem_
        self._found = found
        self._offers = problem_.register.offers()

    def servings(
        self, saved: SavedTray, institution: Institution, tray: Tray, here: Location
    ) -> list[tuple[Serving, Location]]:
        """The dishes of one meal; what is amiss is noted."""
        served: list[tuple[Serving, Location]] = []
        lost = False
        for n, dish in enumerate(saved.dishes):
            at = (*here, "dishes", n)
            option = self._option(saved.date, dish, at)
            helpings = self._helpings(dish, tray, at)
            lost = lost or option is None
            if option is not None:
                served.append((self._serving(saved.date, institution, tray, option, helpings), at))
        self._check_courses(served, tray, here, lost=lost)
        return served

    def _note(self, code: str, at: Location, **values: object) -> None:
        self._found.append(problem(code, self._document.place(at), **values))

    def _option(self, day: date, saved: SavedDish, at: Location) -> int | None:
        """The offer that is meant: of those for that day, the one at the nearest price."""
        mine = [r for r, (supplier, _) in enumerate(self._offers) if supplier.id == saved.supplier]
        if not mine and saved.supplier not in self._problem.register.suppliers:
            known = _meant(saved.supplier, self._problem.register.suppliers)
            self._note("plan-supplier", (*at, "supplier"), supplier=saved.supplier, known=known)
            return None
        offers = [r for r in mine if self._offers[r][1].dish == saved.dish]
        if not offers:
            others = [supplier.id for supplier, offer in self._offers if offer.dish == saved.dish]
            known = _meant(saved.dish, (self._offers[r][1].dish for r in mine))
            said = {"dish": saved.dish, "supplier": saved.supplier, "known": known or "–", "others": others or "–"}
            self._note("plan-dish", (*at, "dish"), **said)
            return None
        return min(offers, key=lambda r: (not self._offers[r][1].offered_on(day), self._away(r, saved.price)))

    def _away(self, option: int, price: float) -> float:
        return abs(self._offers[option][1].price - price)

    def _helpings(self, saved: SavedDish, tray: Tray, at: Location) -> tuple[Helping, ...]:
        there = {eaters.group: eaters for eaters in tray.groups}
        for group in saved.portions:
            if group not in there:
                at_group = self._document.key_place((*at, "portions", group))
                self._found.append(problem("plan-group", at_group, group=group, known=_meant(group, there)))
        for group in there:
            if group not in saved.portions:
                self._note("plan-portion-missing", (*at, "portions"), group=group, dish=saved.dish)
        return tuple(
            Helping(g, e.portions, saved.portions[g], e.portions - e.heads)
            for g, e in there.items()
            if g in saved.portions
        )

    def _serving(
        self, day: date, institution: Institution, tray: Tray, option: int, helpings: tuple[Helping, ...]
    ) -> Serving:
        supplier, _ = self._offers[option]
        chosen = self._problem.catalogue.options[option]
        course, price = chosen.recipe.course, chosen.price.low
        return Serving(day, institution, tray.meal, course, chosen.recipe, supplier, price, helpings, option)

    def _check_courses(self, served: list[tuple[Serving, Location]], tray: Tray, here: Location, *, lost: bool) -> None:
        """One dish for each course; a course without a dish is told only where no dish of the meal is lost."""
        filled: dict[str, str] = {}
        for serving, at in served:
            said = {"dish": serving.dish.id, "course": serving.course}
            if serving.course not in tray.courses:
                self._note("plan-course", (*at, "dish"), **said, courses=list(tray.courses))
            elif serving.course in filled:
                self._note("plan-course-twice", (*at, "dish"), **said, other=filled[serving.course])
            filled.setdefault(serving.course, serving.dish.id)
        for course in tray.courses if not lost else ():
            if course not in filled:
                when = Span(served[0][0].day, served[0][0].day, tray.meal)
                self._note("plan-course-missing", (*here, "dishes"), course=course, when=when)
