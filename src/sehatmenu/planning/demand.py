"""Demand: which groups of which institutions eat what courses on which days, within which budget and local rules."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import cached_property, partial
from pathlib import Path
from typing import Annotated, TypeVar

import numpy as np
from pydantic import Field

from sehatmenu.documents import DateField, Loaded, Model, TextField, load
from sehatmenu.errors import LoadError, refusal
from sehatmenu.files import Document, Place
from sehatmenu.findings import Finding, Report, problem
from sehatmenu.food.composition import FoodTable, load_foods
from sehatmenu.food.dishes import Recipe
from sehatmenu.food.recipes import load_recipe
from sehatmenu.messages import Text
from sehatmenu.planning.calendars import Calendar
from sehatmenu.planning.eaters import Eaters, PortionRange
from sehatmenu.planning.preferences import Acceptance, Objectives, preference_problems
from sehatmenu.planning.problem_names import law_problems, lead_nowhere, placed, written_twice
from sehatmenu.planning.suppliers import WEEKDAYS, Register, Weekday, load_suppliers, options
from sehatmenu.planning.vocabularies import vocabulary, words_in_vain, words_of_law_in_vain
from sehatmenu.quantities.units import InUnit
from sehatmenu.readings import admitted, reading
from sehatmenu.standards.menus import Catalogue, FloatArray, Option
from sehatmenu.standards.rules import CostRule, Limit, Rule
from sehatmenu.standards.selectors import Selector
from sehatmenu.standards.sources import Source
from sehatmenu.standards.standards import Applied, Group, Standard, StandardFile, load_standard, read_standard
from sehatmenu.standards.windows import Horizon, Occasion, Scope

T = TypeVar("T")


class Tray(Model):
    """A meal of an institution: its courses, one dish each, the same dishes for all its groups."""

    meal: str
    courses: tuple[str, ...] = Field(min_length=1)
    groups: tuple[Eaters, ...] = Field(min_length=1)


class Choice(Model):
    """A choice made beforehand: at these meals a course is (or with `never: true` is not) one of the dishes meant.

    "Friday is fish": `{weekdays: [jumat], courses: [hewani], of: {tag: ikan}}`. Without a key, every institution, meal,
    course or day is meant. `suppliers` narrows to some UMKM.
    """

    of: Selector = Selector()
    never: bool = False
    suppliers: tuple[str, ...] = ()
    institutions: tuple[str, ...] = ()
    meals: tuple[str, ...] = ()
    courses: tuple[str, ...] = ()
    weekdays: tuple[Weekday, ...] = ()
    dates: tuple[DateField, ...] = ()

    def speaks_of(self, day: date, institution: str, meal: str) -> bool:
        """Whether the choice is about a meal of an institution on a day."""
        return (
            (not self.institutions or institution in self.institutions)
            and (not self.meals or meal in self.meals)
            and (not self.weekdays or day.weekday() in {WEEKDAYS[name] for name in self.weekdays})
            and (not self.dates or day in self.dates)
        )


class Served(Model):
    """What an institution was served before the plan begins: dishes by the name of their recipe file."""

    date: DateField
    institution: str
    meal: str
    dishes: tuple[str, ...]


class Institution(Model):
    """A school or puskesmas with its meals; `standard` when it follows another than the problem's.

    `whole_days` says that its meals are all the food of a day; `delivery_limit` is the longest way for warm food.
    """

    id: str
    name: str
    standard: str | None = None
    whole_days: bool = False
    delivery_limit: Annotated[float, InUnit("minute")] | None = None
    meals: tuple[Tray, ...] = Field(min_length=1)


class ProblemFile(Model):
    """A planning problem as it is written in YAML; paths are relative to its own folder.

    `prefer: [tkpi, usda]` fills what the food table does not know from the tables named after it. `objectives` says what
    comes after rupiah, `acceptance` how well dishes are eaten.
    """

    title: TextField
    note: TextField | None = None
    standard: str
    calendar: Calendar
    foods: str | None = None
    prefer: tuple[str, ...] = ()
    recipes: str
    suppliers: str = ""
    institutions: tuple[Institution, ...] = Field(min_length=1)
    ordered_on: DateField | None = None
    choices: tuple[Choice, ...] = ()
    history: tuple[Served, ...] = ()
    objectives: Objectives | None = None
    acceptance: Acceptance | None = None
    sources: dict[str, Source] = {}
    rules: tuple[Rule, ...] = ()


@dataclass(frozen=True, slots=True)
class Table:
    """One group of one institution with the rules that hold for it; `heads` (portions ordered) and `portion` range by meal.

    The first occasions of the horizon are the past ones: `past[t, r]` says which options were served then.
    """

    institution: Institution
    group: str
    heads: Mapping[str, int]
    portion: Mapping[str, PortionRange]
    applied: tuple[tuple[Applied, Standard], ...]
    horizon: Horizon
    past: FloatArray


@dataclass(frozen=True)
class Problem:
    """A planning problem, loaded: days, tables of eaters with their rules, dishes on offer and the UMKM behind them."""

    file: ProblemFile
    document: Document
    days: tuple[date, ...]
    tables: tuple[Table, ...]
    catalogue: Catalogue
    register: Register
    standards: Mapping[str, Standard]

    def __repr__(self) -> str:
        size = f"{len(self.days)} days, {len(self.tables)} tables of eaters, {len(self.catalogue)} options"
        return f"<Problem {self.title.in_language('en')!r}: {size}>"

    @property
    def title(self) -> Text:
        return self.file.title

    @cached_property
    def trays(self) -> tuple[tuple[Institution, Tray], ...]:
        """Every meal of every institution."""
        return tuple((institution, tray) for institution in self.file.institutions for tray in institution.meals)

    def to_mps(self, path: str | Path) -> None:
        """Write the whole model as an MPS file that any solver reads; raises SolverError where nothing can fill a course."""
        from sehatmenu.planning.exports import export_mps

        export_mps(self, path)

    def table(self, institution: str, group: str) -> Table:
        """The table of a group at an institution."""
        return next(t for t in self.tables if t.institution.id == institution and t.group == group)


def load_problem(path: str | Path, register: Register | None = None, *, within: str | Path | None = None) -> Problem:
    """Read a planning problem with its standards, recipes and suppliers.

    `register` stands in for the suppliers that the problem names, such as those that `read_suppliers` takes from a
    spreadsheet. `within` names a folder that no path of the problem may leave. Raises LoadError with the problems of
    every file and their places.
    """
    with reading(within):
        return _load(path, register)


def _load(path: str | Path, register: Register | None) -> Problem:
    loaded = load(path, ProblemFile)
    file, document, folder = loaded.model, loaded.document, Path(path).parent
    found = [*written_twice(file, document)]
    foods = _collect(found, lambda: _foods(loaded, folder))
    dishes = _collect(found, lambda: _dishes(loaded, folder, foods)) if foods else None
    if register is None and not file.suppliers:
        found.append(problem("field-missing", document.place(), field="suppliers"))
    elif register is None:
        register = _collect(found, lambda: load_suppliers(folder / file.suppliers))
    offers = _collect(found, lambda: options(register, dishes)) if register and dishes else None
    standards = _collect(found, lambda: _standards(loaded, folder))
    local = _collect(found, lambda: _local(file, document))
    days = file.calendar.days()
    if not days:
        found.append(problem("calendar-empty", document.place(("calendar",))))
    found += lead_nowhere(file, document, dishes, register)
    if standards is not None and days:
        found += law_problems(file, document, standards, days)
    if foods and dishes is not None:
        found += preference_problems(file.objectives, file.acceptance, dishes, file.sources, document)
        words = vocabulary(dishes, foods, register)
        found += [*words_in_vain(file, document, words), *words_of_law_in_vain((standards or {}).values(), words)]
    if found or dishes is None or register is None or standards is None or local is None or offers is None:
        raise LoadError(Report(tuple(found)))
    catalogue = Catalogue((*offers, *_remembered(file, register, dishes)))
    tables = tuple(_tables(loaded, standards, local, days, catalogue))
    return Problem(file, document, days, tables, catalogue, register, standards)


def _foods(loaded: Loaded[ProblemFile], folder: Path) -> FoodTable:
    file = loaded.model
    table = load_foods(folder / file.foods) if file.foods else load_foods()
    with placed(loaded.document, ("prefer",)):
        return table.prefer(list(file.prefer)) if file.prefer else table


def _dishes(loaded: Loaded[ProblemFile], folder: Path, foods: FoodTable) -> dict[str, Recipe]:
    with placed(loaded.document, ("recipes",)):
        return load_dishes(folder / loaded.model.recipes, foods)


def load_dishes(folder: Path, foods: FoodTable | None = None) -> dict[str, Recipe]:
    """Every recipe of a folder by the name of its file.

    Raises LoadError with the problems of all recipes together.
    """
    table = foods or load_foods()
    found: list[Finding] = []
    dishes: dict[str, Recipe] = {}
    if not admitted(folder):
        raise refusal("path-outside")
    for path in sorted(folder.glob("*.yaml")):
        recipe = _collect(found, partial(load_recipe, path, table, reading="strict"))
        if recipe is not None:
            dishes[path.stem] = recipe
    if not dishes and not found:
        found.append(problem("recipes-missing", None, folder=str(folder)))
    if found:
        raise LoadError(Report(tuple(found)))
    return dishes


def _collect(found: list[Finding], read: Callable[[], T]) -> T | None:
    """Read one part of a problem; note what is wrong with it and go on to the next part."""
    try:
        return read()
    except LoadError as error:
        found.extend(error.report)
        return None


def _standards(loaded: Loaded[ProblemFile], folder: Path) -> dict[str, Standard]:
    """The standard of each institution, by institution id; one that is not there is refused where it is named."""
    found = {}
    for n, institution in enumerate(loaded.model.institutions):
        own, name = institution.standard, institution.standard or loaded.model.standard
        with placed(loaded.document, ("institutions", n, "standard") if own else ("standard",)):
            found[institution.id] = load_standard(folder / name if name.endswith((".yaml", ".yml")) else name)
    return found


def _local(file: ProblemFile, document: Document) -> Standard:
    """The problem's own rules (the district's policy, budgets) as one more standard."""
    groups = {
        e.group: Group(title=Text(e.group, e.group)) for i in file.institutions for t in i.meals for e in t.groups
    }
    own = StandardFile(id=document.file, title=file.title, sources=file.sources, groups=groups, rules=file.rules)
    return read_standard(Loaded(own, document))


def _remembered(file: ProblemFile, register: Register, dishes: Mapping[str, Recipe]) -> list[Option]:
    """Dishes of the history that nobody offers any more: they are remembered but cannot be chosen."""
    offered = {offer.dish for _, offer in register.offers()}
    served = dict.fromkeys(dish for past in file.history for dish in past.dishes)
    return [Option(dishes[dish]) for dish in served if dish not in offered]


def _tables(
    loaded: Loaded[ProblemFile],
    standards: Mapping[str, Standard],
    local: Standard,
    days: tuple[date, ...],
    catalogue: Catalogue,
) -> Iterator[Table]:
    for i, institution in enumerate(loaded.model.institutions):
        seats: dict[str, dict[str, Eaters]] = {}
        for tray in institution.meals:
            for eaters in tray.groups:
                seats.setdefault(eaters.group, {})[tray.meal] = eaters
        for group, meals in seats.items():
            standard = standards[institution.id]
            with placed(loaded.document, ("calendar",)):
                rules = [(a, law) for law in (standard, local) for a in _held(law, group, days)]
            rules += [(applied, local) for applied in _budgets(loaded, i, group)]
            past, portions = _past(loaded.model, institution, tuple(meals), days, catalogue)
            planned = tuple(Occasion(day, meal) for day in days for meal in meals)
            yield Table(
                institution,
                group,
                {meal: eaters.portions for meal, eaters in meals.items()},
                {meal: eaters.portion for meal, eaters in meals.items() if eaters.portion},
                tuple(rules),
                Horizon((*past, *planned), institution.whole_days, loaded.model.calendar.school()),
                portions,
            )


def _past(
    file: ProblemFile, institution: Institution, meals: tuple[str, ...], days: tuple[date, ...], catalogue: Catalogue
) -> tuple[tuple[Occasion, ...], FloatArray]:
    """What an institution was served at these meals before the first day, as occasions and standard portions."""
    served = [
        (Occasion(s.date, s.meal), s.dishes)
        for s in file.history
        if s.institution == institution.id and s.meal in meals and s.date < days[0]
    ]
    names = [option.recipe.id for option in catalogue.options]
    portions = np.zeros((len(served), len(names)))
    for t, (_, dishes) in enumerate(sorted(served, key=lambda item: item[0])):
        portions[t, [names.index(dish) for dish in dishes]] = 1.0
    return tuple(sorted(occasion for occasion, _ in served)), portions


def _budgets(loaded: Loaded[ProblemFile], i: int, group: str) -> Iterator[Applied]:
    """The budgets per head and meal of a group, as rules on the price paid."""
    for m, tray in enumerate(loaded.model.institutions[i].meals):
        for g, eaters in enumerate(tray.groups):
            if eaters.group == group and eaters.budget is not None:
                place = loaded.document.place(("institutions", i, "meals", m, "groups", g, "budget"))
                yield _budget(loaded, place, m + 1, tray.meal, eaters)


def _held(standard: Standard, group: str, days: tuple[date, ...]) -> list[Applied]:
    """The rules that hold for a group on every day of the plan.

    Raises LoadError when the law changes between the first and the last day: such a plan is to be made in two parts.
    """
    first, last = list(standard.applied(group, days[0])), list(standard.applied(group, days[-1]))
    changed = {a.rule.id for a in first if a not in last} | {a.rule.id for a in last if a not in first}
    if changed:
        raise refusal("law-changes", rules=sorted(changed), standard=standard.id, first=days[0], last=days[-1])
    return first


def _budget(loaded: Loaded[ProblemFile], place: Place, number: int, meal: str, eaters: Eaters) -> Applied:
    limit = Limit(max=f"{Decimal(f'{eaters.budget:.15g}'):f} IDR", source=loaded.document.file)
    title = Text(f"Anggaran per porsi, {meal}", f"Budget per portion, {meal}")
    rule = CostRule(
        id=f"budget-{number}", kind="cost", title=title, of="price", per=Scope.meal, meals=(meal,), limits=(limit,)
    )
    return Applied(rule, limit, place, str(loaded.model.title))
