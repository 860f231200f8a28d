"""Scopes and windows: meals, days, calendar weeks, rolling and cyclic windows, daily means, and unfinished weeks."""

from __future__ import annotations

import math
from datetime import date, timedelta

import pytest

from sehatmenu.findings import Finding
from sehatmenu.messages import Figure
from sehatmenu.standards.checks import check
from sehatmenu.standards.menus import Menu
from sehatmenu.standards.windows import Span

from .law_texts import MONDAY, days, dish, law, law_text, refused, verdicts


def eggs(*counts: int) -> Menu:
    """A day for each number, with so many grams of protein at noon."""
    return days(*[[dish(f"Telur {n}", protein=f"{count} g")] for n, count in enumerate(counts)])


def protein(more: str, limit: str) -> str:
    return f"id: p, kind: nutrient, nutrient: protein, {more}, limits: [{{{limit}, source: s}}]"


def found(menu: Menu, rule: str) -> list[Finding]:
    return list(check(menu, law(rule), "anak", MONDAY))


# meal and day


def test_each_meal_is_judged_by_itself() -> None:
    assert ["pass", "fail", "pass"] == verdicts(eggs(10, 9, 11), protein("per: meal", "min: 10 g"))


def test_a_day_is_the_sum_of_its_meals() -> None:
    meals = {"pagi": [dish(protein="10 g")], "siang": [dish(protein="20 g")]}
    menu = Menu.of_days({MONDAY: meals}, whole_days=True)
    rules = [protein("per: day", limit) for limit in ("min: 30 g", "min: 31 g", "max: 30 g", "max: 29 g")]
    assert ["pass", "fail", "pass", "fail"] == [verdicts(menu, rule)[0] for rule in rules]


@pytest.mark.parametrize(
    ("limit", "expected"), [("max: 9 g", "fail"), ("max: 10 g", "not_applicable"), ("min: 10 g", "not_applicable")]
)
def test_a_part_of_the_food_of_a_day_can_only_break_a_maximum(limit: str, expected: str) -> None:
    assert [expected] == verdicts(eggs(10), protein("per: day", limit))


def test_a_rule_may_speak_of_some_meals_only() -> None:
    meals = {"pagi": [dish(protein="10 g")], "siang": [dish(protein="20 g")]}
    menu = Menu.of_days({MONDAY: meals, MONDAY + timedelta(days=1): meals})
    assert ["pass", "pass"] == verdicts(menu, protein("per: meal, meals: [pagi]", "max: 10 g"))
    assert ["fail", "fail"] == verdicts(menu, protein("per: meal, meals: [siang, malam]", "max: 10 g"))
    assert ["pass"] == verdicts(menu, protein("per: cycle, meals: [pagi]", "min: 20 g, max: 20 g"))


# week: by the calendar


def test_calendar_weeks_begin_on_monday() -> None:
    # Wednesday to Tuesday: 3 x 10 g in the first week, 2 x 10 g in the second
    menu = days(*[[dish(protein="10 g")]] * 3, [], [], *[[dish(protein="10 g")]] * 2, first=date(2026, 2, 4))
    spans = [(f.values["when"], f.values["amount"]) for f in found(menu, protein("per: week", "max: 100 g"))]
    assert [
        (Span(date(2026, 2, 4), date(2026, 2, 6)), Figure.exact(30, "g")),
        (Span(date(2026, 2, 9), date(2026, 2, 10)), Figure.exact(20, "g")),
    ] == spans


def test_sunday_belongs_to_the_week_before() -> None:
    menu = days(*[[dish(protein="10 g")]] * 3, first=date(2026, 2, 7))  # Saturday, Sunday, Monday
    amounts = [f.values["amount"] for f in found(menu, protein("per: week", "max: 100 g"))]
    assert [Figure.exact(20, "g"), Figure.exact(10, "g")] == amounts


@pytest.mark.parametrize(("limit", "expected"), [("max: 100 g", "unknown"), ("min: 1 g", "not_applicable")])
def test_an_unfinished_week_with_an_unknown_dish_may_have_broken_a_maximum(limit: str, expected: str) -> None:
    assert [expected] == verdicts(days([dish(protein="10 g")], [dish()]), protein("per: week", limit))


@pytest.mark.parametrize(
    ("limit", "expected"), [("min: 50 g", "not_applicable"), ("max: 39 g", "fail"), ("max: 40 g", "not_applicable")]
)
def test_an_unfinished_week_can_only_break_a_maximum(limit: str, expected: str) -> None:
    assert [expected] == verdicts(eggs(10, 10, 10, 10), protein("per: week", limit))


def test_a_week_may_have_another_number_of_days() -> None:
    assert ["fail"] == verdicts(eggs(10, 10, 10, 10), protein("per: week, window: {days: 4}", "min: 50 g"))


# week: rolling and cyclic


def test_a_rolling_window_looks_at_every_stretch_of_served_days() -> None:
    # sums of 3 days: 10+0+20 = 30, 0+20+20 = 40, 20+20+0 = 40
    rolling = "per: week, window: {days: 3, rolling: true}"
    assert ["pass", "fail", "fail"] == verdicts(eggs(10, 0, 20, 20, 0), protein(rolling, "max: 30 g"))


def test_a_rolling_window_counts_served_days_and_skips_the_weekend() -> None:
    # Thursday, Friday, Monday: the dish of Friday and that of Monday are neighbours
    menu = days([dish(protein="1 g")], [dish(protein="2 g")], [], [], [dish(protein="4 g")], first=date(2026, 2, 5))
    amounts = [
        f.values["amount"] for f in found(menu, protein("per: week, window: {days: 2, rolling: true}", "max: 9 g"))
    ]
    assert [Figure.exact(3, "g"), Figure.exact(6, "g")] == amounts


def test_a_cyclic_window_goes_on_from_the_end_to_the_beginning() -> None:
    # of 4 days, pairs: 1+2, 2+4, 4+8, and round the end 8+1
    cyclic = "per: week, window: {days: 2, rolling: true, cyclic: true}"
    amounts = [f.values["amount"] for f in found(eggs(1, 2, 4, 8), protein(cyclic, "max: 99 g"))]
    assert [Figure.exact(sum_, "g") for sum_ in (3, 6, 12, 9)] == amounts


@pytest.mark.parametrize(("limit", "expected"), [("min: 9 g", "not_applicable"), ("max: 2 g", "fail")])
def test_a_menu_shorter_than_the_window_can_only_break_a_maximum(limit: str, expected: str) -> None:
    assert [expected] == verdicts(eggs(1, 2), protein("per: week, window: {days: 3, rolling: true}", limit))


@pytest.mark.parametrize("days_", ["0", "-3", "satu"])
def test_a_window_has_at_least_one_day(days_: str) -> None:
    rule = protein(f"per: week, window: {{days: {days_}, rolling: true}}", "max: 1 g")
    assert [8] == [line for _, line, _ in refused(law_text([rule]))]


# cycle, daily means, and weeks cut short by holidays


def test_a_cycle_is_the_whole_menu() -> None:
    assert ["pass"] == verdicts(eggs(10, 20, 30), protein("per: cycle", "min: 60 g, max: 60 g"))


@pytest.mark.parametrize(("limit", "expected"), [("min: 20 g, max: 20 g", "pass"), ("min: 21 g", "fail")])
def test_a_daily_mean_is_over_the_served_days(limit: str, expected: str) -> None:
    # (10 + 20 + 30) / 3 = 20, although the Thursday and Friday are holidays
    assert [expected] == verdicts(eggs(10, 20, 30), protein("per: cycle, average: day", limit))


def test_a_daily_mean_prints_the_mean_and_not_the_sum() -> None:
    (finding,) = found(eggs(10, 20, 30), protein("per: cycle, average: day", "min: 15 g"))
    assert (Figure.exact(20, "g"), Figure(15, math.inf, "g")) == (finding.values["amount"], finding.values["limit"])


def test_a_mean_with_an_unknown_day_is_open() -> None:
    menu = days([dish(protein="30 g")], [dish()])
    assert ["unknown"] == verdicts(menu, protein("per: cycle, average: day", "max: 20 g"))
    assert ["pass"] == verdicts(menu, protein("per: cycle, average: day", "min: 15 g"))


# 7 CFR 210.10(c): weekly quantities of a shorter week are prorated by its days
@pytest.mark.parametrize(("count", "expected"), [(29, "fail"), (30, "pass"), (31, "fail")])
def test_a_week_cut_short_by_a_holiday_has_its_part_of_the_limit(count: int, expected: str) -> None:
    # 50 g in 5 days are 30 g in 3 days; the second week is whole
    holidays = [[dish(protein=f"{count} g")], [dish(protein="0 g")], [dish(protein="0 g")], [], [], [], []]
    rule = protein("per: week, window: {days: 5}, prorate: true", "min: 50 g, max: 50 g")
    assert [expected, "pass"] == verdicts(days(*holidays, *[[dish(protein="10 g")]] * 5), rule)


def test_prorating_without_a_number_of_days_goes_by_five() -> None:
    # a week of 3 days: 30 of 50 g; a week of 1 day: 10 of 50 g
    menu = days(*[[dish(protein="10 g")]] * 3, [], [], [], [], [dish(protein="10 g")])
    assert ["pass", "pass"] == verdicts(menu, protein("per: week, prorate: true", "min: 50 g, max: 50 g"))


# what is given decides what can be judged


@pytest.mark.parametrize(
    ("per", "expected"),
    [
        ("item", "pass"),
        ("meal", "not_applicable"),
        ("day", "not_applicable"),
        ("week", "not_applicable"),
        ("cycle", "not_applicable"),
    ],
)
def test_of_a_single_dish_only_rules_for_dishes_are_judged(per: str, expected: str) -> None:
    assert [expected] == verdicts(dish(course="sayur", protein="1 g"), protein(f"per: {per}", "min: 1 g"))


@pytest.mark.parametrize(
    ("per", "expected"), [("item", "pass"), ("meal", "pass"), ("day", "not_applicable"), ("week", "not_applicable")]
)
def test_a_set_meal_is_a_meal(per: str, expected: str) -> None:
    assert [expected] == verdicts(dish(course="paket", protein="1 g"), protein(f"per: {per}", "min: 1 g"))


def test_a_stretch_of_days_is_said_in_words() -> None:
    span = Span(date(2026, 2, 2), date(2026, 2, 6))
    assert ("2 Februari 2026 – 6 Februari 2026", "2 February 2026 – 6 February 2026") == (
        span.spoken("id"),
        span.spoken("en"),
    )
    assert "2 Februari 2026, pagi" == Span(MONDAY, MONDAY, "pagi").spoken("id")
