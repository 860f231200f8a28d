"""Twenty faults sown into a sound standard: each is caught, with its code, in the line where it stands."""

from __future__ import annotations

from pathlib import Path

import pytest

from sehatmenu.errors import LoadError
from sehatmenu.testing.laws import lint

SOUND = """\
id: uji/kantin-2026
title: {id: Kantin, en: Canteen}
valid: {from: 2026-01-01, until: null}
sources:
  perda: {title: Perda 2/2026, seen: primary, where: lembaran daerah}
energy_factors: {fat: 9 kcal/g, source: perda}
groups:
  murid: {title: Murid, reference: {of: references/akg-2019, mix: {anak-7-9: 1}}, meals: [siang]}
rules:
  - id: energy
    kind: share
    nutrient: energy
    limits: [{min: 30 %, max: 35 %, source: perda, place: pasal 1}]
  - id: sodium
    kind: nutrient
    nutrient: sodium
    limits: [{max: 600 mg, source: perda, place: pasal 2}]
  - id: fat
    kind: energy_share
    nutrient: fat
    limits: [{max: 30 %, source: perda, place: pasal 3}]
  - id: fried
    kind: frequency
    of: {method: goreng}
    per: week
    limits: [{max: 2 times, source: perda, place: pasal 4}]
cases:
  - title: Tepat
    group: murid
    on: 2026-02-02
    meal: {energy: 500 kcal, sodium: 600 mg, fat: 16 g}
    expect: {energy: pass, sodium: pass, fat: pass}
"""

FAULTS = {  # what is written, what stands there instead, the code, and a word of the line where it is caught
    "crossed limits": ("min: 30 %, max: 35 %", "min: 35 %, max: 30 %", "limit-crossed", "min: 35 %"),
    "lost unit": ("max: 600 mg", "max: 600", "unit-missing", "max: 600"),
    "wrong dimension": ("max: 600 mg", "max: 600 kcal", "unit-dimension", "max: 600"),
    "unknown unit": ("max: 600 mg", "max: 600 gr", "unit-refused", "600 gr"),
    "rule that cannot be broken": ("max: 600 mg", "min: 0 mg", "law-no-fail", "min: 0 mg"),
    "rule that cannot be passed": ("max: 30 %, source", "min: 300 %, source", "law-no-pass", "min: 300 %"),
    "rule for nobody": ("max: 600 mg", "until: 2020-01-01, max: 600 mg", "law-idle", "id: sodium"),
    "unsatisfiable group": (
        "  - id: fried",
        "  - {id: rich, kind: nutrient, nutrient: energy, limits: [{min: 900 kcal, source: perda}]}\n  - id: fried",
        "law-unsatisfiable",
        "min: 30 %",
    ),
    "unknown nutrient": ("nutrient: sodium", "nutrient: sodum", "nutrient-unknown", "sodum"),
    "unknown source": ("source: perda, place: pasal 2", "source: perdu, place: pasal 2", "source-unknown", "perdu"),
    "missing source": ("max: 600 mg, source: perda", "max: 600 mg", "field-missing", "max: 600"),
    "source that is an example": ("seen: primary", "seen: example", "law-cited", "pasal 1"),
    "source that nobody saw": ("seen: primary", "seen: unverified", "law-cited", "pasal 1"),
    "decimal comma in a flow map": ("max: 600 mg", "max: 0,6 g", "field-unknown", "0,6 g"),
    "duplicate key": ("  - id: fat\n", "  - id: fat\n    id: lemak\n", "yaml-duplicate-key", "id: lemak"),
    "rule written twice": ("  - id: fat\n", "  - id: sodium\n", "rule-twice", "SECOND"),
    "unknown kind": ("kind: frequency", "kind: frequent", "field-choice-near", "kind: frequent"),
    "unknown field": ("    per: week", "    pre: week", "field-unknown", "pre: week"),
    "unknown group": ("{max: 600 mg", "{groups: [guru], max: 600 mg", "group-unknown", "guru"),
    "reference group that is not there": ("anak-7-9: 1", "anak-70: 1", "group-unknown", "anak-70"),
    "no energy factor": ("{fat: 9 kcal/g", "{protein: 4 kcal/g", "energy-factor-missing", "id: fat"),
    "no bounds": ("{max: 600 mg, source", "{source", "limit-unbounded", "pasal 2"),
    "case that comes out otherwise": ("sodium: pass", "sodium: fail", "case-differs", "sodium: fail"),
    "date that is none": ("on: 2026-02-02", "on: 2026-02-30", "date-wrong", "02-30"),
}


def caught(path: Path) -> list[tuple[str, int]]:
    """Code and line of everything that lint finds."""
    try:
        report = lint(path)
    except LoadError as error:
        report = error.report
    assert all(finding.text("id") != finding.text("en") for finding in report)
    return [(finding.code, finding.place.line) for finding in report if finding.place]


def line_of(text: str, word: str) -> int:
    lines = text.splitlines()
    if word == "SECOND":
        return [n for n, line in enumerate(lines, 1) if "id: sodium" in line][1]
    return next(n for n, line in enumerate(lines, 1) if word in line)


def written(folder: Path, text: str, name: str = "kantin-2026.yaml") -> Path:
    path = folder / name
    path.write_text(text, encoding="utf-8")
    return path


def test_the_sound_standard_is_sound(tmp_path: Path) -> None:
    assert [] == caught(written(tmp_path, SOUND))


@pytest.mark.parametrize("name", FAULTS)
def test_a_fault_is_caught_in_its_line(tmp_path: Path, name: str) -> None:
    old, new, code, word = FAULTS[name]
    text = SOUND.replace(old, new, 1)
    assert text != SOUND
    assert (code, line_of(text, word)) in caught(written(tmp_path, text))


def test_editions_in_force_together_are_caught(tmp_path: Path) -> None:
    older = SOUND.replace("kantin-2026", "kantin-2025").replace("2026-01-01", "2025-01-01")
    written(tmp_path, older, "kantin-2025.yaml")
    assert [("law-overlap", 3)] == caught(written(tmp_path, SOUND))


def test_an_inherited_cycle_is_caught(tmp_path: Path) -> None:
    written(tmp_path, "id: b\ntitle: B\nsources: {}\nextends: a.yaml\n", "b.yaml")
    path = written(tmp_path, "id: a\ntitle: A\nsources: {}\nextends: b.yaml\n", "a.yaml")
    assert [("extends-circle", 4)] == caught(path)


def test_a_group_that_becomes_impossible_is_caught_on_its_date(tmp_path: Path) -> None:
    """From 2027 at least 900 kcal of the 1650 kcal of anak-7-9 are asked, of which energy allows 35 % (577.5 kcal)."""
    limit = "{from: 2027-01-01, min: 900 kcal, source: perda}"
    rich = f"  - {{id: rich, kind: nutrient, nutrient: energy, limits: [{limit}]}}\n"
    report = lint(written(tmp_path, SOUND.replace("  - id: fried", rich + "  - id: fried")))
    (found,) = [finding for finding in report if finding.code == "law-unsatisfiable"]
    assert ("2027-01-01", ["energy", "rich"]) == (str(found.values["on"]), found.values["rules"])
