"""The law as it ages: editions that never overlap, dates that are told, and a worked case at every boundary."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator
from datetime import date, timedelta

import pytest

from sehatmenu.messages import Text
from sehatmenu.standards.limits import Limit
from sehatmenu.standards.references import load_reference, packaged_ids
from sehatmenu.standards.sources import Validity
from sehatmenu.standards.standards import Standard, load_standard

REFERENCES = [name for name in packaged_ids() if name.startswith("references/")]
STANDARDS = [name for name in packaged_ids() if name not in REFERENCES]
FIRST, LAST = date(2006, 1, 1), date(2030, 12, 31)


def validity(name: str) -> Validity:
    return (load_reference(name) if name in REFERENCES else load_standard(name)).file.valid


def boundaries(standard: Standard) -> set[date]:
    """Every first and last day that a standard writes, of its own or of a limit."""
    limits = [limit for rule in standard.file.rules for limit in rule.limits]
    spans: list[Validity | Limit] = [standard.file.valid, *limits]
    return {day for span in spans for day in (span.from_, span.until) if day}


def turns() -> list[date]:
    """Every date from 2006 to 2030 at which anything changes, with the days beside it, and both ends of the years."""
    days = {day for name in STANDARDS for day in boundaries(load_standard(name))}
    near = {day + timedelta(days=n) for day in days for n in (-1, 0, 1)} | {FIRST, LAST}
    return sorted(day for day in near if FIRST <= day <= LAST)


def editions() -> dict[str, list[str]]:
    """The packaged standards by the law that they are an edition of: ids that differ in their year only."""
    found = defaultdict(list)
    for name in packaged_ids():
        found[re.sub(r"-\d{4}(?=-|$)", "", name)].append(name)
    return {law: names for law, names in found.items() if len(names) > 1}


def in_force(span: Validity | Limit, on: date) -> bool:
    return (span.from_ or date.min) <= on <= (span.until or date.max)


def test_there_are_laws_in_several_editions() -> None:
    assert {"br/pnae", "gb-eng/school-food", "gb-sct/school-food", "id/mbg", "jp/gakkou-kyushoku"} <= set(editions())
    assert len(turns()) > 100


@pytest.mark.parametrize("law", editions())
def test_two_editions_of_a_law_are_never_in_force_on_one_day(law: str) -> None:
    together = [(on, held) for on in turns() if len(held := _held(law, on)) > 1]
    assert [] == together


def _held(law: str, on: date) -> list[str]:
    return [name for name in editions()[law] if in_force(validity(name), on)]


@pytest.mark.parametrize("law", ["br/pnae", "gb-eng/school-food", "gb-sct/school-food", "jp/gakkou-kyushoku"])
def test_between_the_first_and_the_last_edition_of_a_law_there_is_no_gap(law: str) -> None:
    first = min(day for name in editions()[law] if (day := validity(name).from_))
    assert [] == [on for on in turns() if on >= first and not _held(law, on)]


@pytest.mark.parametrize("name", STANDARDS)
def test_two_limits_of_a_rule_never_hold_for_a_group_on_one_day(name: str) -> None:
    standard = load_standard(name)
    double = [
        (rule.id, group, on)
        for rule in standard.file.rules
        for group in standard.groups or ("",)
        for on in sorted(boundaries(standard) | {FIRST, LAST})
        if sum(in_force(limit, on) and (not limit.groups or group in limit.groups) for limit in rule.limits) > 1
    ]
    assert [] == double


@pytest.mark.parametrize("name", packaged_ids())
def test_a_standard_without_a_first_or_last_day_says_why(name: str) -> None:
    valid = validity(name)
    assert isinstance(valid.note, Text) or (valid.from_ and valid.until)


@pytest.mark.parametrize("name", packaged_ids())
def test_a_standard_says_when_it_was_compared_with_its_sources(name: str) -> None:
    file = (load_reference(name) if name in REFERENCES else load_standard(name)).file
    assert file.reviewed is not None
    assert file.reviewed >= date(2026, 11, 28)


@pytest.mark.parametrize("name", STANDARDS)
def test_there_is_a_worked_case_at_each_boundary(name: str) -> None:
    standard = load_standard(name)
    worked = {case.on for case in standard.file.cases if case.in_force}
    assert [] == sorted(day for day in boundaries(standard) if day not in worked)


@pytest.mark.parametrize("name", STANDARDS)
def test_a_case_stands_outside_of_each_end_of_a_standard(name: str) -> None:
    standard = load_standard(name)
    first, last = standard.file.valid.from_, standard.file.valid.until
    outside = {case.on for case in standard.file.cases if not case.in_force}
    days = {first - timedelta(days=1) if first else None, last + timedelta(days=1) if last else None} - {None}
    assert days == outside


def test_the_decree_of_2025_is_called_an_amendment_of_63_2025() -> None:
    assert "perubahan ketiga atas Keputusan Kepala BGN Nomor 63 Tahun 2025" in str(
        load_standard("id/mbg-2025").sources["kepka-244"].title
    )


def test_at_least_eight_files_hold_rules_whose_law_was_read() -> None:
    read = [name for name in STANDARDS if "primary" in set(_grades(load_standard(name)))]
    assert len(read) >= 8, read
    assert {"us/lunch-2024", "us/breakfast-2024", "gb-eng/school-food-2014", "id/nutri-level-2026"} <= set(read)


def _grades(standard: Standard) -> Iterator[str]:
    return (standard.sources[limit.source].seen for rule in standard.rules for limit in rule.limits)


@pytest.mark.parametrize("name", STANDARDS)
def test_what_was_read_says_where_and_when(name: str) -> None:
    read = [source for source in load_standard(name).sources.values() if source.seen == "primary"]
    assert [] == [source.title for source in read if "read on 28 November 2026" not in source.where]
