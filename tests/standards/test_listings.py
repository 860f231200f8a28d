"""Listings: the packaged standards at a glance, and the rules of one standard with their sources."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from sehatmenu.standards.listings import listed, rules_records, rules_text, weakest
from sehatmenu.standards.references import packaged_ids
from sehatmenu.standards.sources import Source

from .law_texts import law_text


def test_every_packaged_standard_is_listed_once() -> None:
    assert packaged_ids() == [entry.id for entry in listed()]


def test_a_standard_at_a_glance() -> None:
    found = {entry.id: entry for entry in listed()}
    mbg, akg = found["id/mbg-2026"].record("en"), found["references/akg-2019"]
    assert ("ID", "2026-01-01 – …", "secondary") == (mbg["jurisdiction"], mbg["valid"], mbg["seen"])
    assert 936 == akg.rules
    assert "id/mbg-2026" == found["id/mbg-2026"].text("id").split()[0]


@pytest.mark.parametrize(
    ("grades", "expected"),
    [
        (["primary"], "primary"),
        (["primary", "example", "secondary"], "example"),
        (["unverified", "primary"], "unverified"),
        ([], "-"),
    ],
)
def test_a_standard_is_as_well_seen_as_its_weakest_source(grades: list[str], expected: str) -> None:
    assert expected == weakest([Source(title="UU", seen=grade) for grade in grades])


RULE = (
    "id: salt, kind: nutrient, nutrient: sodium, "
    "limits: [{max: 2 g, tolerance: 10 %, from: 2020-01-01, groups: [anak], source: s, place: pasal 1}]"
)


def test_the_rules_of_each_grade_are_counted() -> None:
    found = {entry.id: entry for entry in listed()}
    breakfast = found["us/breakfast-2024"]
    # by hand: of the 30 rules sodium rests on the page of FNS and milk-fat-newer on a list that names a rule
    assert {"primary": 28, "official": 1, "secondary": 1} == dict(breakfast.grades)
    assert (28, 1, 1) == tuple(breakfast.record("en")[grade] for grade in ("primary", "official", "secondary"))
    assert "2026-11-28  primary 28, official 1, secondary 1" in breakfast.text("en")
    assert {"secondary": 936} == dict(found["references/akg-2019"].grades)
    assert sum(breakfast.grades.values()) == breakfast.rules


@pytest.mark.parametrize(("on", "expected"), [("2027-05-27", False), ("2027-05-28", True)])
def test_a_standard_not_compared_for_long_is_stale(on: str, expected: bool) -> None:
    # compared on 28 November 2026; the 180th day after it is 27 May 2027 (2 + 31 + 31 + 28 + 31 + 30 + 27)
    assert {expected} == {entry.stale(date.fromisoformat(on), 180) for entry in listed()}


def test_a_standard_that_says_no_day_of_comparison_is_always_stale() -> None:
    first = replace(listed()[0], reviewed=None)
    assert first.stale(date(2026, 11, 28), 10_000)


def test_each_limit_of_a_standard_is_told_with_its_source(tmp_path: Path) -> None:
    path = tmp_path / "uji.yaml"
    path.write_text(law_text([RULE]), encoding="utf-8")
    text = rules_text(str(path), "en")
    assert "salt (nutrient, meal, must): Sodium" in text
    assert "≤ 2,200 mg (anak) since 1 January 2020 [UU Uji, pasal 1; example]" in text
    assert "Natrium" in rules_text(str(path), "id")


def test_the_records_of_a_standard_hold_numbers(tmp_path: Path) -> None:
    path = tmp_path / "uji.yaml"
    path.write_text(law_text([RULE]), encoding="utf-8")
    (row,) = rules_records(str(path), "en")
    assert (2200.0, "mg", ["anak"], "2020-01-01") == (row["high"], row["unit"], row["groups"], row["from"])


@pytest.mark.parametrize("name", [name for name in packaged_ids() if not name.startswith("references/")])
def test_every_packaged_standard_can_be_told_in_both_languages(name: str) -> None:
    assert rules_text(name, "id")
    assert len(rules_records(name, "en")) >= 1
