"""Before the verdict: what each line was read as, and which two or three lines to find out first."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from sehatmenu.cli import main

RECIPE = """\
name: Sayur sop
course: sayur
servings: 4
method: rebus
basis: gross
ingredients:
  - 250 gr kentang, potong dadu
  - 2 pelepah buncis
  - 1-1/2 sdt garam
  - kaldu naga secukupnya
"""
STANDARD = """\
id: uji/natrium
kind: standard
title: Uji
jurisdiction: uji
valid: {from: 2026-01-01}
groups: {g: {title: g}}
sources: {s: {title: Uji, seen: example}}
rules:
  - {id: natrium, kind: nutrient, nutrient: sodium, per: item, limits: [{max: 1000 mg, source: s}]}
"""


@pytest.fixture
def asked(tmp_path: Path) -> list[str]:
    recipe, standard = tmp_path / "sop.yaml", tmp_path / "standar.yaml"
    recipe.write_text(RECIPE, encoding="utf-8")
    standard.write_text(STANDARD, encoding="utf-8")
    return ["check", str(recipe), "--standard", str(standard), "--group", "g", "--on", "2026-02-02"]


def test_the_reading_stands_before_the_verdict(asked: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    assert 1 == main(asked)
    said = capsys.readouterr().out
    order = ["250 gr kentang, potong dadu → Kentang, segar: 250 g; potong dadu", "1. Sayur sop: kaldu naga secukupnya",
             "2. Sayur sop: 2 pelepah buncis", "sop.yaml:9:5:", "belum dapat dinilai"]  # fmt: skip
    places = [said.find(text) for text in order]
    assert -1 not in places, said
    assert sorted(places[:1] + places[3:]) == places[:1] + places[3:]
    assert max(places[1:3]) < places[3]
    assert "3. Sayur sop" not in said  # the salt lies between bounds: not worth the trouble beside these two


def test_the_reading_as_data(asked: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    assert 1 == main([*asked, "--json"])
    answer = json.loads(capsys.readouterr().out)
    first, beans, *_ = answer["readings"]
    assert ("250 gr kentang, potong dadu", 250.0, 250.0, "potong dadu") == tuple(
        first[key] for key in ("line", "gross_low", "gross_high", "remark")
    )
    assert beans["gross_high"] is None
    assert {"number-two-readings", "food-unlisted", "unit-strange"} <= {note["code"] for note in answer["notes"]}


def test_without_a_standard_the_reading_comes_first_too(asked: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    assert 0 == main(asked[:2])
    said = capsys.readouterr().out
    assert said.find("→ Kentang") < said.find("Energi")
