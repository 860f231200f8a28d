"""What begins, ends or is announced around a date."""

from __future__ import annotations

from datetime import date

import pytest

from sehatmenu.standards.due_dates import due, events

from .law_texts import law

MORE = (
    "valid: {from: 2026-01-01, until: 2027-12-31}\n"
    "announced:\n"
    "  - {what: angka baru, on: 2027-03-01, source: s}\n"
    "  - {what: undang-undang baru, source: s}\n"
)
RULE = (
    "id: salt, kind: nutrient, nutrient: sodium, limits: "
    "[{until: 2026-06-30, max: 3 g, source: s}, {from: 2026-07-01, max: 2 g, source: s}]"
)


def test_everything_that_a_standard_dates_is_an_event() -> None:
    told = [(day, found.code) for day, found in events(law(RULE, more=MORE))]
    assert [
        (date(2026, 1, 1), "due-begins"),
        (date(2027, 12, 31), "due-ends"),
        (date(2026, 7, 1), "due-rules-begin"),
        (date(2026, 6, 30), "due-rules-end"),
        (date(2027, 3, 1), "due-announced"),
        (None, "due-announced-undated"),
    ] == told


def test_a_limit_that_ends_with_its_standard_is_told_once() -> None:
    rule = "id: salt, kind: nutrient, nutrient: sodium, limits: [{until: 2027-12-31, max: 3 g, source: s}]"
    assert 1 == sum(day == date(2027, 12, 31) for day, _ in events(law(rule, more=MORE)))


@pytest.mark.parametrize(
    ("on", "within", "expected"),
    [
        (date(2026, 1, 14), 1, {("due-rules-begin", "us/lunch-2024"), ("due-rules-end", "us/lunch-2024")}),
        (date(2020, 5, 8), 1, {("due-ends", "br/pnae-2013"), ("due-begins", "br/pnae-2020")}),
        (date(2021, 1, 29), 0, {("due-begins", "kr/school-meal-2021")}),
    ],
)
def test_what_is_due_around_a_date(on: date, within: int, expected: set[tuple[str, str]]) -> None:
    found = {(f.code, str(f.values["standard"])) for f in due(on, within)}
    assert expected <= {pair for pair in found if not pair[0].startswith("due-announced")}
    assert all(abs((day - on).days) <= within for f in due(on, within) if isinstance(day := f.values["on"], date))


def test_what_is_announced_without_a_day_is_always_told_and_comes_last() -> None:
    *_, last = due(date(2026, 11, 28), within=1)
    assert "due-announced-undated" == last.code
    told = " ".join(found.text("en") for found in due(date(2026, 11, 28), within=1))
    assert "id/nutri-level-2026: the label becomes mandatory two years after" in told


def test_the_sodium_of_2027_is_due_within_a_year() -> None:
    text = " / ".join(found.text("en") for found in due(date(2026, 11, 28)))
    assert "1 July 2027: new figures in us/lunch-2024: added-sugars, sodium" in text
    assert "30 June 2027: last day of old figures in us/lunch-2024: sodium" in text
