"""Scopes and windows: meals, days, calendar weeks, rolling and cyclic windows, daily means, and unfinished weeks."""

from __future__ import annotations

import math
from datetime import date, timedelta

import pytest

from sehatmenu.findings import Finding
from sehatmenu.messages import Figure
from sehatmenu.standards.checks import check
from sehatmenu.standards.menus import Menu
from sehatmenu.standards.windows import SchoolCalendar, Span

from .law_texts import MONDAY, days, dish, law, law_text, off, refused, verdicts


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
    holidays = off("2026-02-10", "2026-02-11", "2026-02-12", "2026-02-13", "2026-02-05", "2026-02-06")
    menu = days(*[[dish(protein="10 g")]] * 3, [], [], [], [], [dish(protein="10 g")], calendar=holidays)
    assert ["pass", "pass"] == verdicts(menu, protein("per: week, prorate: true", "min: 50 g, max: 50 g"))


# weeks that holidays and terms shorten, and weeks that the menu does not hold whole

EGG, FISH, RICE = dish("Telur"), dish("Ikan", tags=["ikan"]), dish("Nasi", tags=["pokok"])
FISH_WEEKLY = "id: f, kind: frequency, of: {tag: ikan}, per: week, limits: [{min: %s times, source: s}]"


def fish(served: int, fishes: int) -> Menu:
    """A week of so many served days from Monday on, with holidays to Friday; fish on so many of them."""
    holidays = [f"2026-02-{day:02}" for day in range(2 + served, 7)]
    plates = [[FISH]] * fishes + [[EGG]] * (served - fishes)
    return days(*plates, calendar=off(*holidays))


@pytest.mark.parametrize(
    ("served", "least", "asked"),
    # least x served / 5, rounded down, and one at the least from three days on; 0: nothing is asked
    [(5, 1, 1), (4, 1, 1), (3, 1, 1), (2, 1, 0), (1, 1, 0), (4, 2, 1), (4, 3, 2), (3, 2, 1), (2, 3, 1), (4, 5, 4)],
)
def test_a_count_of_a_short_week_is_prorated_and_rounded_down(served: int, least: int, asked: int) -> None:
    rule = FISH_WEEKLY % least
    if not asked:
        (finding,) = found(fish(served, 0), rule)
        assert ("not_applicable", "rule-short-week") == (finding.verdict, finding.code)
        return
    assert [["fail"], ["pass"]] == [verdicts(fish(served, asked - 1), rule), verdicts(fish(served, asked), rule)]


@pytest.mark.parametrize(
    ("way", "counts"), [("whole", {1: "fail", 2: "pass"}), ("prorate", {0: "fail", 1: "pass"}), ("skip", {0: None})]
)
def test_a_rule_says_what_a_short_week_asks(way: str, counts: dict[int, str | None]) -> None:
    rule = (FISH_WEEKLY % 2).replace("per: week", f"per: week, short_week: {way}")
    for fishes, expected in counts.items():
        assert [expected or "not_applicable"] == verdicts(fish(4, fishes), rule)


@pytest.mark.parametrize("way", ["whole", "prorate", "skip"])
@pytest.mark.parametrize(("fishes", "expected"), [(2, "pass"), (3, "fail")])
def test_a_maximum_holds_in_a_short_week_as_in_any(way: str, fishes: int, expected: str) -> None:
    rule = (FISH_WEEKLY % 1).replace("min: 1", "max: 2").replace("per: week", f"per: week, short_week: {way}")
    assert [expected] == verdicts(fish(3, fishes), rule)


def test_an_amount_of_a_short_week_is_its_part_and_a_mean_or_ratio_is_asked_whole() -> None:
    # 15 g a week are 12 g in four days; the mean of four days is asked as it is
    thursday = off("2026-02-06")
    lean, enough = (days(*[[dish(protein=f"{g} g", energy="100 kcal")]] * 4, calendar=thursday) for g in (2.9, 3))
    weekly = protein("per: week", "min: 15 g")
    assert ["fail", "pass"] == [verdicts(menu, weekly)[0] for menu in (lean, enough)]
    mean = protein("per: week, average: day", "min: 3 g")
    ratio = (
        "id: r, kind: ratio, numerator: {nutrient: protein}, denominator: {nutrient: energy, per: 100 kcal},"
        " per: week, limits: [{min: 3 g, source: s}]"
    )
    assert ["fail", "pass", "fail", "pass"] == [verdicts(m, r)[0] for r in (mean, ratio) for m in (lean, enough)]


def test_a_usual_week_is_that_of_the_calendar() -> None:
    # a school of three days a week: one whole week; two times a week are asked whole
    calendar = SchoolCalendar(weekdays=(0, 1, 2))
    menu = [days(*[[FISH]] * n, *[[EGG]] * (3 - n), calendar=calendar) for n in (1, 2)]
    assert ["fail", "pass"] == [verdicts(m, FISH_WEEKLY % 2)[0] for m in menu]


def test_a_term_that_ends_on_wednesday_leaves_a_whole_week_of_three_days() -> None:
    term = SchoolCalendar(terms=((date(2026, 1, 5), date(2026, 2, 4)),))
    assert ["fail"] == verdicts(days([EGG], [EGG], [EGG], calendar=term), FISH_WEEKLY % 1)
    assert ["not_applicable"] == verdicts(days([EGG], [EGG], [EGG], calendar=SchoolCalendar()), FISH_WEEKLY % 1)


@pytest.mark.parametrize("calendar", [None, SchoolCalendar()])
def test_a_week_in_which_the_menu_begins_or_ends_is_not_judged_and_says_so(calendar: SchoolCalendar | None) -> None:
    # Friday; Monday to Friday; Monday
    plates = [[RICE], [], [], *[[RICE]] * 5, [], [], [RICE]]
    menu = days(*plates, first=date(2026, 2, 6), calendar=calendar)
    rule = "id: v, kind: variety, of: {tag: pokok}, by: dish, per: week, limits: [{min: 1 times, source: s}]"
    report = check(menu, law(rule), "anak", MONDAY)
    assert ["rule-unfinished", "rule-pass", "rule-unfinished"] == [f.code for f in report]
    assert "1 dari 5 hari makan" in report.findings[0].text("id")
    assert "memenuhi; 2 syarat wajib belum dinilai" in report.text("id").splitlines()[0]


def test_a_short_week_within_the_menu_is_whole_without_a_calendar_too() -> None:
    # no food on the Thursday and Friday of the first week, yet the menu goes on
    menu = days([EGG], [EGG], [EGG], [], [], [], [], *[[FISH]] * 5)
    assert ["fail", "pass"] == verdicts(menu, FISH_WEEKLY % 1)


def test_a_day_with_a_part_of_its_meals_leaves_the_week_unfinished() -> None:
    # on Tuesday the noon meal is not on the menu
    both, calendar = {"pagi": [EGG], "siang": [EGG]}, off("2026-02-04", "2026-02-05", "2026-02-06")
    menu = Menu.of_days({MONDAY: both, MONDAY + timedelta(days=1): {"pagi": [EGG]}}, calendar=calendar)
    least = FISH_WEEKLY.replace("per: week", "per: week, short_week: whole") % 1
    assert ["not_applicable"] == verdicts(menu, least)
    assert ["fail"] == verdicts(menu, least.replace("per: week", "per: week, meals: [pagi]"))


def test_a_condition_is_asked_as_it_is_written_in_a_short_week() -> None:
    body = (
        "if: {kind: frequency, of: {tag: pokok}, min: 2 times}, then: {kind: frequency, of: {tag: ikan}, min: 2 times}"
    )
    rule = f"id: w, kind: when, {body}, per: week, %s limits: [{{source: s}}]"
    calendar = off("2026-02-06")
    once, twice = (days([FISH], *[[RICE]] * n, *[[EGG]] * (3 - n), calendar=calendar) for n in (1, 2))
    assert [["not_applicable"], ["fail"]] == [verdicts(menu, rule.replace("%s", "")) for menu in (once, twice)]
    assert ["pass"] == verdicts(twice, rule.replace("%s", "short_week: prorate,"))


@pytest.mark.parametrize(
    ("rule", "line"),
    [
        ("id: r, kind: nutrient, nutrient: protein, per: meal, short_week: skip, limits: [{min: 1 g, source: s}]", 8),
        (
            "id: r, kind: nutrient, nutrient: protein, per: week, prorate: true, short_week: skip,"
            " limits: [{min: 1 g, source: s}]",
            8,
        ),
        (
            "id: r, kind: energy_share, nutrient: fat, per: week, short_week: prorate, limits: [{min: 1 %, source: s}]",
            8,
        ),
    ],
)
def test_short_weeks_are_asked_of_where_there_are_any(rule: str, line: int) -> None:
    assert [("limit-needless", line)] == [(code, at) for code, at, _ in refused(law_text([rule]))]


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
