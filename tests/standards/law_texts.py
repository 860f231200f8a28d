"""Small standards, dishes and menus, written the way a user writes them, for the tests of the standards."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, timedelta
from functools import cache
from pathlib import Path

import pytest

from sehatmenu.documents import load
from sehatmenu.errors import LoadError
from sehatmenu.files import parse_yaml
from sehatmenu.findings import Report
from sehatmenu.food.composition import FoodTable, load_foods
from sehatmenu.food.recipes import Recipe, recipe_from
from sehatmenu.standards.checks import check
from sehatmenu.standards.menus import Menu, Option
from sehatmenu.standards.standards import Standard, StandardFile, read_standard
from sehatmenu.standards.windows import SchoolCalendar

DATA = Path(__file__).parents[1] / "data"
MONDAY = date(2026, 2, 2)
ANAK = "  anak: {title: Anak}\n"

Problems = list[tuple[str, int, int]]
"""Code, line and column of every problem of a file."""


def law_text(rules: Iterable[str], groups: str = ANAK, more: str = "") -> str:
    """A standard with one source `s` and these rules, one a line from line 7 on (with one line of groups)."""
    head = f"id: uji\ntitle: Uji\nsources:\n  s: {{title: UU Uji, seen: example}}\ngroups:\n{groups}{more}rules:\n"
    return head + "".join(f"  - {{{rule}}}\n" for rule in rules)


def law(*rules: str, groups: str = ANAK, more: str = "") -> Standard:
    """The standard of `law_text`."""
    return read_standard(load(parse_yaml(law_text(rules, groups, more), "uji.yaml"), StandardFile))


def refused(text: str) -> Problems:
    """Every problem of the text of a standard, in the order of the file."""
    with pytest.raises(LoadError) as caught:
        read_standard(load(parse_yaml(text, "uji.yaml"), StandardFile))
    return problems(caught.value)


def problems(error: LoadError) -> Problems:
    """The problems of a file; each has its place and both sentences."""
    assert error.text("id") != error.text("en")
    return sorted(
        ((f.code, f.place.line, f.place.column) for f in error.report if f.place is not None), key=lambda p: p[1:]
    )


def dish(
    name: str = "Masakan",
    course: str = "paket",
    *,
    method: str = "segar",
    tags: Sequence[str] = (),
    allergens: Sequence[str] | None = (),
    mass: str | None = None,
    **figures: str,
) -> Recipe:
    """A dish of which a label states some figures per portion; the others are unknown."""
    lines = [f"name: {name}", f"course: {course}", "servings: 1", f"method: {method}", f"tags: {list(tags)}"]
    lines += [f"mass: {mass}"] if mass else []
    lines += [f"allergens: {list(allergens)}"] if allergens is not None else []
    lines += ["nutrition:", "  per: 1 portion", "  source: label", f"  values: {{{_flow(figures)}}}"]
    return recipe_from(parse_yaml("\n".join(lines), f"{name.lower()}.yaml"))


def _flow(figures: Mapping[str, str]) -> str:
    return ", ".join(f"{nutrient}: {amount}" for nutrient, amount in figures.items())


@cache
def foods() -> FoodTable:
    """A table of a few foods with round figures (tests/data/foods.csv)."""
    return load_foods(DATA / "foods.csv")


def cooked(*lines: str, name: str = "Masakan", course: str = "paket", method: str = "segar") -> Recipe:
    """A dish of one portion from ingredient lines, edible weights, by the small food table."""
    head = f"name: {name}\ncourse: {course}\nservings: 1\nmethod: {method}\nbasis: edible\ningredients:\n"
    text = head + "".join(f"  - {line}\n" for line in lines)
    return recipe_from(parse_yaml(text, f"{name.lower()}.yaml"), foods())


def days(
    *plates: Sequence[Recipe | Option],
    meal: str = "siang",
    whole_days: bool = False,
    first: date = MONDAY,
    calendar: SchoolCalendar | None = None,
) -> Menu:
    """A menu of one meal a day on consecutive days from a Monday; an empty plate is a day without food."""
    served = {first + timedelta(days=n): {meal: plate} for n, plate in enumerate(plates) if plate}
    return Menu.of_days(served, whole_days=whole_days, calendar=calendar)


def off(*dates: str) -> SchoolCalendar:
    """A school from Monday to Friday with these holidays."""
    return SchoolCalendar(off=frozenset(date.fromisoformat(day) for day in dates))


def verdicts(thing: Recipe | Sequence[Recipe | Option] | Menu, *rules: str, group: str = "anak") -> list[str]:
    """The verdicts of rules on a dish, a meal or a menu, in the order of the report."""
    return said(check(thing, law(*rules), group, MONDAY))


def said(report: Report) -> list[str]:
    """The verdicts of a report."""
    return [str(finding.verdict) for finding in report]
