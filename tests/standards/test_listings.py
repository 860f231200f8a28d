"""Listings: the packaged standards at a glance, and the rules of one standard with their sources."""

from __future__ import annotations

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
