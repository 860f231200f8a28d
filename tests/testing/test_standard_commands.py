"""The commands on standards: lint with places and exit codes, diff, new and schema."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from sehatmenu.cli import main

from .test_faults import SOUND, caught, written

KITCHEN = Path(__file__).resolve().parents[2] / "examples" / "gading-rejo"


def test_lint_tells_place_and_exit_code(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["standards", "lint", str(written(tmp_path, SOUND)), "--lang", "en"]) == 0
    assert "4 rules, 1 cases; every law and case is kept" in capsys.readouterr().out
    path = written(tmp_path, SOUND.replace("seen: primary", "seen: example"))
    assert main(["standards", "lint", str(path), "--lang", "en"]) == 1
    assert f"{path}:13:" in capsys.readouterr().out
    broken = written(tmp_path, SOUND.replace("max: 600 mg", "max: 600"))
    assert main(["standards", "lint", str(broken)]) == 2


def test_lint_in_json(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = written(tmp_path, SOUND.replace("sodium: pass", "sodium: fail"))
    assert main(["standards", "lint", str(path), "--json", "--laws", "quick"]) == 1
    (found,) = json.loads(capsys.readouterr().out)["problems"]
    assert ("case-differs", f"{path.name}:32:36") == (found["code"], found["place"])


def test_a_new_standard_lacks_nothing_but_its_sources(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "kantin-kami.yaml"
    assert main(["standards", "new", str(path)]) == 0
    assert {code for code, _ in caught(path)} == {"law-cited"}
    path.write_text(path.read_text(encoding="utf-8").replace("seen: example", "seen: primary"), encoding="utf-8")
    assert [] == caught(path)
    assert main(["standards", "new", str(path)]) == 2


def test_diff_speaks_of_recipes_too(capsys: pytest.CaptureFixture[str]) -> None:
    menus = str(KITCHEN / "resep")
    assert main(["standards", "diff", "id/mbg-2026", "id/mbg-ramadan-1447", "--menus", menus, "--lang", "en"]) == 0
    printed = capsys.readouterr().out
    assert "added" in printed
    assert "Urap sayur: group sd-4-6" in printed


def test_a_standard_does_not_differ_from_itself(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["standards", "diff", "id/mbg-2026", "id/mbg-2026", "--lang", "en"]) == 0
    assert "Nothing changes" in capsys.readouterr().out


def test_schema_prints_one_and_writes_all(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["schema", "recipe"]) == 0
    assert json.loads(capsys.readouterr().out)["title"] == "sehatmenu recipe"
    assert main(["schema", "--folder", str(tmp_path)]) == 0
    assert len(list(tmp_path.glob("*.schema.json"))) == 6
    assert main(["schema", "menu"]) == 2


def test_list_names_what_was_not_compared_for_long(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["standards", "list", "--stale", "180", "--on", "2027-05-27", "--lang", "en"]) == 0
    assert "Every standard was compared with its sources within 180 days before 27 May 2027." in capsys.readouterr().out
    assert main(["standards", "list", "--stale", "180", "--on", "2027-05-28", "--json"]) == 0
    assert "us/lunch-2024" in {row["id"] for row in json.loads(capsys.readouterr().out)}
    assert main(["standards", "list", "--stale", "180", "--on", "28 Mei"]) == 2


def test_due_tells_what_changes_around_a_date(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["standards", "due", "--on", "2026-01-14", "--within", "0", "--lang", "en"]) == 0
    assert (
        "14 January 2026: new figures in us/lunch-2024: milk-choice, saturated-fat-without-milk"
        in capsys.readouterr().out
    )
    assert main(["standards", "due", "--on", "2026-01-14", "--within", "0", "--json"]) == 0
    assert "due-rules-begin" in {row["code"] for row in json.loads(capsys.readouterr().out)}
    assert main(["standards", "due", "--on", "14 Januari"]) == 2
