"""Cases: worked examples in the file of a standard, each a menu in small and the verdicts that its rules must give."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date, timedelta
from functools import partial
from typing import Annotated, Self

from pydantic import BeforeValidator, model_validator

from sehatmenu.documents import DateField, Model, Refused, TextField, reject, reject_each
from sehatmenu.errors import UnitError
from sehatmenu.files import Location, Place
from sehatmenu.findings import Verdict
from sehatmenu.food.composition import Food
from sehatmenu.food.credits import read_credit
from sehatmenu.food.dishes import Ingredient, PortionBounds, Recipe
from sehatmenu.food.nutrients import Nutrition, nutrients
from sehatmenu.food.recipe_files import Component
from sehatmenu.messages import Text
from sehatmenu.quantities.intervals import UNKNOWN, Interval, IntervalArray
from sehatmenu.quantities.units import read_quantity
from sehatmenu.standards.menus import Certificate, Menu, Option
from sehatmenu.standards.references import Amounts
from sehatmenu.standards.windows import SchoolCalendar, Scope


class CaseDish(Model):
    """One dish of a case, told by what the rules look at; nutrients and costs that are not named are unknown.

    `amounts` gives the edible grams of foods by their group or tag; `credits` what the dish counts as in a meal
    pattern, unknown when it is left out; `components` the courses that it carries besides its own.
    """

    name: str = ""
    course: str = "paket"
    method: str = ""
    tags: tuple[str, ...] = ()
    allergens: tuple[str, ...] = ()
    nutrients: Amounts = {}
    amounts: dict[str, str] = {}
    credits: dict[str, str] | None = None
    components: tuple[Component, ...] | None = None
    mass: str | None = None
    price: str | None = None
    ingredients: str | None = None
    supplier: tuple[str, ...] | str = ()
    certificates: tuple[str, ...] = ()
    meal: str = ""

    @model_validator(mode="after")
    def _readable(self) -> Self:
        found = list[Refused]()
        for name, text in self.amounts.items():
            found += _unreadable(("amounts", name), partial(read_quantity, text, "g"))
        for name, text in (self.credits or {}).items():
            found += _unreadable(("credits", name), partial(read_credit, text, "law"))
        for key, unit in (("mass", "g"), ("price", "IDR"), ("ingredients", "IDR")):
            found += _unreadable((key,), partial(_amount, getattr(self, key), unit))
        if found:
            raise reject_each(found)
        return self

    def option(self, number: int) -> Option:
        """The dish as something that can be judged."""
        amounts = {name: read_quantity(text, "g") for name, text in self.amounts.items()}
        name = self.name or f"{self.course} {number}"
        recipe = Recipe(
            id=name,
            name=name,
            course=self.course,
            servings=1.0,
            nutrition=Nutrition.of({n: read_quantity(text, nutrients()[n].unit) for n, text in self.nutrients.items()}),
            mass=_amount(self.mass, "g"),
            ingredients=tuple(_ingredient(food, grams) for food, grams in amounts.items()),
            tags=frozenset(self.tags),
            allergens=frozenset(self.allergens),
            method=self.method,
            portion=PortionBounds(),
            source="",
            credits=None if self.credits is None else {n: read_credit(t, "law") for n, t in self.credits.items()},
            components=self.components,
        )
        tags = (self.supplier,) if isinstance(self.supplier, str) else self.supplier
        papers = tuple(Certificate(kind) for kind in self.certificates) if tags or self.certificates else None
        prices = _amount(self.price, "IDR"), _amount(self.ingredients, "IDR")
        return Option(recipe, str(number), frozenset(tags), *prices, certificates=papers)


def _ingredient(name: str, grams: float) -> Ingredient:
    """So many edible grams of a food that is known only by its group or tag."""
    nothing = IntervalArray.unknown((1, len(nutrients())))
    food = Food(
        code=name, edition="", name=Text(name, name), aliases=(), group=name, tags=frozenset({name}),
        allergens=frozenset(), halal="", state="raw", retention="", edible=Interval.exact(1.0), density=None,
        per100=Nutrition(nothing.part(0)), source="", seen="example", agreement="", conflicts="",
        energy_factors="", flags=(), errata=(), place=Place("", 1, 1), index=0,
    )  # fmt: skip
    mass = Interval.exact(grams)
    return Ingredient(food, name, "", mass, mass, mass, "", None, nothing, 0)


def _amount(text: str | None, unit: str) -> Interval:
    return Interval.exact(read_quantity(text, unit)) if text is not None else UNKNOWN


def _unreadable(location: Location, read: Callable[[], object]) -> list[Refused]:
    try:
        read()
    except UnitError as error:
        return [Refused(location, error.code, error.values)]
    return []


def _plate(value: object) -> object:
    """One dish, or the bare nutrients of one, as a list of one dish."""
    if isinstance(value, dict):
        return [value if set(value) & set(CaseDish.model_fields) else {"nutrients": value}]
    return value


Plate = Annotated[tuple[CaseDish, ...], BeforeValidator(_plate)]
"""What is on the plate: a list of dishes, a single dish, or just its nutrients."""


class Case(Model):
    """A worked example: nutrients of one `item`, `meal` or whole `day`, or a `menu` of days with their dishes.

    The days of a `menu` are all there are: a week of fewer than five is short, not unfinished. `records` are what is
    attested by rule id; a case may hold records alone. `binding` is what all binding rules give together, so that a
    rule which only advises shows as such; `in_force: false` says that the standard does not hold on that day, and such a
    case holds nothing else.
    """

    title: TextField
    group: str
    on: DateField
    in_force: bool = True
    item: Plate | None = None
    meal: Plate | None = None
    day: Plate | None = None
    menu: tuple[tuple[CaseDish, ...], ...] | None = None
    records: dict[str, str] = {}
    expect: dict[str, Verdict] = {}
    binding: Verdict | None = None

    @model_validator(mode="after")
    def _one_thing(self) -> Self:
        given = [key for key in ("item", "meal", "day", "menu") if getattr(self, key) is not None]
        asked = bool(self.expect) or self.binding is not None
        if not self.in_force:
            if given or self.records or asked:
                raise reject("case-not-in-force")
            return self
        if len(given) != 1 and not (self.records and not given):
            raise reject("case-one-of", given=given)
        if not asked:
            raise reject("field-missing", field="expect")
        return self

    def as_menu(self, meal: str) -> Menu:
        """The case as a menu; `meal` is the meal at which the group eats."""
        if self.menu is not None:
            served = {self.on + timedelta(days=d): dishes for d, dishes in enumerate(_weekdays(self.menu))}
            days = {day: dishes for day, dishes in served.items() if dishes is not None}
            school = SchoolCalendar(terms=((min(days), max(days)),)) if days else None
            return Menu.of_days(_by_meal(days, meal), scope=Scope.cycle, name=self.title.id, calendar=school)
        for scope, value in ((Scope.item, self.item), (Scope.meal, self.meal), (Scope.day, self.day)):
            if value is not None:
                days = {self.on: value}
                whole = scope is Scope.day
                return Menu.of_days(_by_meal(days, meal), whole_days=whole, scope=scope, name=self.title.id)
        return Menu.of_days({}, name=self.title.id)


def _weekdays(days: tuple[tuple[CaseDish, ...], ...]) -> list[tuple[CaseDish, ...] | None]:
    """The days of a case as they follow the calendar: after five served days come two without school."""
    calendar: list[tuple[CaseDish, ...] | None] = []
    for number, dishes in enumerate(days):
        if number and number % 5 == 0:
            calendar += [None, None]
        calendar.append(dishes)
    return calendar


def _by_meal(days: Mapping[date, tuple[CaseDish, ...]], meal: str) -> dict[date, dict[str, list[Recipe | Option]]]:
    """Each day's dishes by meal; equal dishes are one option, so that repeats are seen as repeats."""
    options: dict[str, Option] = {}
    menu: dict[date, dict[str, list[Recipe | Option]]] = {}
    for day, dishes in days.items():
        menu[day] = {}
        for dish in dishes:
            option = options.setdefault(dish.model_dump_json(exclude={"meal"}), dish.option(len(options) + 1))
            menu[day].setdefault(dish.meal or meal, []).append(option)
    return menu
