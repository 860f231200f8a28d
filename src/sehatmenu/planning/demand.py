"""Demand: which groups of which institutions eat what courses on which days, within which budget and local rules."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cached_property, partial
from pathlib import Path
from typing import TypeVar

from pydantic import Field

from sehatmenu.documents import DateField, Loaded, Model, TextField, load
from sehatmenu.errors import LoadError, refusal
from sehatmenu.files import Document, Location
from sehatmenu.findings import Finding, Report, problem
from sehatmenu.food.composition import FoodTable, load_foods
from sehatmenu.food.dishes import Recipe
from sehatmenu.food.recipes import load_recipe
from sehatmenu.messages import Text
from sehatmenu.planning.suppliers import WEEKDAYS, Register, Rupiah, Weekday, load_suppliers, options
from sehatmenu.standards.menus import Catalogue
from sehatmenu.standards.rules import CostRule, Limit, Rule
from sehatmenu.standards.sources import Source
from sehatmenu.standards.standards import Applied, Group, Standard, StandardFile, load_standard, read_standard
from sehatmenu.standards.windows import Horizon, Occasion, Scope

T = TypeVar("T")


class Holiday(Model):
    """A day without meals."""

    date: DateField
    name: str = ""


class Calendar(Model):
    """The served days: from a first to a last date, on some weekdays, without the holidays."""

    from_: DateField = Field(alias="from")
    to: DateField
    weekdays: tuple[Weekday, ...] = ("senin", "selasa", "rabu", "kamis", "jumat")
    holidays: tuple[Holiday, ...] = ()

    def days(self) -> tuple[date, ...]:
        """Every served day in order."""
        off = {holiday.date for holiday in self.holidays}
        wanted = {WEEKDAYS[name] for name in self.weekdays}
        span = (self.from_ + timedelta(days=n) for n in range((self.to - self.from_).days + 1))
        return tuple(day for day in span if day.weekday() in wanted and day not in off)


class Eaters(Model):
    """A group at a meal: how many, and how much their portions may cost together per head and meal."""

    group: str
    heads: int = Field(gt=0)
    budget: Rupiah | None = None


class Tray(Model):
    """A meal of an institution: its courses, one dish each, the same dishes for all its groups."""

    meal: str
    courses: tuple[str, ...] = Field(min_length=1)
    groups: tuple[Eaters, ...] = Field(min_length=1)


class Institution(Model):
    """A school or puskesmas with its meals; `standard` when it follows another than the problem's."""

    id: str
    name: str
    standard: str | None = None
    whole_days: bool = False
    meals: tuple[Tray, ...] = Field(min_length=1)


class ProblemFile(Model):
    """A planning problem as it is written in YAML; paths are relative to its own folder.

    `prefer: [tkpi, usda]` fills what the food table does not know from the tables named after it.
    """

    title: TextField
    note: TextField | None = None
    standard: str
    calendar: Calendar
    foods: str | None = None
    prefer: tuple[str, ...] = ()
    recipes: str
    suppliers: str
    institutions: tuple[Institution, ...] = Field(min_length=1)
    sources: dict[str, Source] = {}
    rules: tuple[Rule, ...] = ()


@dataclass(frozen=True, slots=True)
class Table:
    """One group of one institution with the rules that hold for it; `heads` by meal."""

    institution: Institution
    group: str
    heads: Mapping[str, int]
    applied: tuple[tuple[Applied, Standard], ...]
    horizon: Horizon


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

    @property
    def title(self) -> Text:
        return self.file.title

    @cached_property
    def trays(self) -> tuple[tuple[Institution, Tray], ...]:
        """Every meal of every institution."""
        return tuple((institution, tray) for institution in self.file.institutions for tray in institution.meals)

    def table(self, institution: str, group: str) -> Table:
        """The table of a group at an institution."""
        return next(t for t in self.tables if t.institution.id == institution and t.group == group)


def load_problem(path: str | Path) -> Problem:
    """Read a planning problem with its standards, recipes and suppliers.

    Raises LoadError with every problem of every file and its place.
    """
    loaded = load(path, ProblemFile)
    folder = Path(path).parent
    found: list[Finding] = []
    dishes = _collect(found, lambda: load_dishes(folder / loaded.model.recipes, _foods(loaded.model, folder)))
    register = _collect(found, lambda: load_suppliers(folder / loaded.model.suppliers))
    standards = _collect(found, lambda: _standards(loaded.model, folder))
    local = _collect(found, lambda: _local(loaded.model, loaded.document))
    if found or dishes is None or register is None or standards is None or local is None:
        raise LoadError(Report(tuple(found)))
    days = loaded.model.calendar.days()
    if not days:
        raise LoadError(Report((problem("calendar-empty", loaded.document.place(("calendar",))),)))
    catalogue = Catalogue(options(register, dishes))
    tables = tuple(_tables(loaded.model, loaded.document, standards, local, days))
    return Problem(loaded.model, loaded.document, days, tables, catalogue, register, standards)


def _foods(file: ProblemFile, folder: Path) -> FoodTable:
    table = load_foods(folder / file.foods) if file.foods else load_foods()
    return table.prefer(list(file.prefer)) if file.prefer else table


def load_dishes(folder: Path, foods: FoodTable | None = None) -> dict[str, Recipe]:
    """Every recipe of a folder by the name of its file.

    Raises LoadError with the problems of all recipes together.
    """
    table = foods or load_foods()
    found: list[Finding] = []
    dishes: dict[str, Recipe] = {}
    for path in sorted(folder.glob("*.yaml")):
        recipe = _collect(found, partial(load_recipe, path, table))
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


def _standards(file: ProblemFile, folder: Path) -> dict[str, Standard]:
    """The standard of each institution, by institution id."""
    return {i.id: load_standard(_beside(i.standard or file.standard, folder)) for i in file.institutions}


def _beside(source: str, folder: Path) -> str | Path:
    return folder / source if source.endswith((".yaml", ".yml")) else source


def _local(file: ProblemFile, document: Document) -> Standard:
    """The problem's own rules (the district's policy, budgets) as one more standard."""
    groups = {e.group: Group(title=Text(e.group, e.group)) for i in file.institutions for t in i.meals for e in t.groups}
    own = StandardFile(id=document.file, title=file.title, sources=file.sources, groups=groups, rules=file.rules)
    return read_standard(Loaded(own, document))


def _tables(
    file: ProblemFile, document: Document, standards: Mapping[str, Standard], local: Standard, days: tuple[date, ...]
) -> Iterator[Table]:
    for i, institution in enumerate(file.institutions):
        heads: dict[str, dict[str, int]] = {}
        budgets: dict[str, list[Applied]] = {}
        for m, tray in enumerate(institution.meals):
            for g, eaters in enumerate(tray.groups):
                heads.setdefault(eaters.group, {})[tray.meal] = eaters.heads
                if eaters.budget is not None:
                    location = ("institutions", i, "meals", m, "groups", g, "budget")
                    budgets.setdefault(eaters.group, []).append(_budget(file, document, location, tray.meal, eaters))
        for group, by_meal in heads.items():
            standard = standards[institution.id]
            rules = [(a, standard) for a in _held(standard, group, days)] + [(a, local) for a in _held(local, group, days)]
            rules += [(applied, local) for applied in budgets.get(group, [])]
            occasions = tuple(Occasion(day, meal) for day in days for meal in by_meal)
            yield Table(institution, group, by_meal, tuple(rules), Horizon(occasions, institution.whole_days))


def _held(standard: Standard, group: str, days: tuple[date, ...]) -> list[Applied]:
    """The rules that hold for a group on every day of the plan.

    Raises LoadError when the law changes between the first and the last day: such a plan is to be made in two parts.
    """
    standard.check_group(group)
    standard.check_date(days[0])
    standard.check_date(days[-1])
    first, last = list(standard.applied(group, days[0])), list(standard.applied(group, days[-1]))
    changed = {a.rule.id for a in first if a not in last} | {a.rule.id for a in last if a not in first}
    if changed:
        raise refusal("law-changes", rules=sorted(changed), standard=standard.id, first=days[0], last=days[-1])
    return first


def _budget(file: ProblemFile, document: Document, location: Location, meal: str, eaters: Eaters) -> Applied:
    """A budget per head and meal as a rule on the price paid."""
    limit = Limit(max=f"{eaters.budget:.15g} IDR", source=document.file)
    title = Text(f"Anggaran per porsi ({eaters.group}, {meal})", f"Budget per portion ({eaters.group}, {meal})")
    rule = CostRule(id=f"budget-{meal}", kind="cost", title=title, of="price", per=Scope.meal, meals=(meal,), limits=(limit,))
    return Applied(rule, limit, document.place(location), str(file.title))
