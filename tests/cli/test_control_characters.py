"""Control characters in names and files: shown as text in every plain output and error, never obeyed by a terminal."""

from __future__ import annotations

import io
import json
import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sehatmenu.cli import main
from sehatmenu.messages import as_lines, spoken, visible
from sehatmenu.planning.demand import load_problem
from sehatmenu.planning.planners import plan
from sehatmenu.reports.terminal import show

STEERING = re.compile("[\x00-\x09\x0b-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]")
"""Whatever a terminal obeys, apart from the end of a line."""

HOSTILE = {
    "red": "\x1b[31mmerah",
    "title": "\x1b]0;judul\x07",
    "link": "\x1b]8;;file:///etc/passwd\x1b\\klik",
    "return": "tidak lulus\rmemenuhi",
    "backspace": "tidak\x08\x08\x08\x08\x08memenuhi",
    "c1": "\x9b2Jkosong\x85",
    "line": "satu\n✓ dua: memenuhi",
    "right to left": "\u202ehunefem\u202c",
    "separator": "satu\u2028dua\u2029tiga",
    "bell and tab": "\x07\t\x0b\x0c\x7f",
}
"""Names that would turn a terminal red, hide a verdict, or write a line of their own."""

yaml_text = json.dumps
"""A JSON string is a YAML string, escapes included."""


def kitchen(folder: Path, name: str) -> Path:
    """A problem in which every name that a person writes is hostile."""
    said = yaml_text(name)
    (folder / "resep").mkdir()
    for dish, course, energy in (("nasi", "pokok", 350), ("tempe", "hewani", 150)):
        (folder / "resep" / f"{dish}.yaml").write_text(
            f"name: {yaml_text(dish + name)}\ncourse: {course}\nservings: 1\nsource: {said}\n"
            f"nutrition: {{per: 1 portion, source: uji, values: {{energy: {energy} kcal, protein: 10 g}}}}\n",
            encoding="utf-8",
        )
    (folder / "umkm.yaml").write_text(
        f"suppliers: [{{id: a, name: {said}, capacity: 100 portions, offers: "
        f"[{{dish: nasi, price: 1000 IDR}}, {{dish: tempe, price: 2000 IDR}}]}}]\n",
        encoding="utf-8",
    )
    (folder / "standar.yaml").write_text(
        f"id: uji/standar\ntitle: {said}\nsources: {{uji: {{title: {said}, seen: example}}}}\n"
        f"groups: {{g: {{title: {said}, meals: [siang]}}}}\nrules:\n"
        f"  - {{id: energi, title: {said}, kind: nutrient, nutrient: energy, per: meal, "
        f"limits: [{{min: 400 kcal, source: uji, place: {said}}}]}}\n",
        encoding="utf-8",
    )
    path = folder / "soal.yaml"
    path.write_text(
        f"title: {said}\nstandard: standar.yaml\nrecipes: resep\nsuppliers: umkm.yaml\n"
        "calendar: {from: 2026-02-02, to: 2026-02-02}\n"
        f"institutions: [{{id: sd, name: {said}, meals: [{{meal: siang, courses: [pokok, hewani], "
        "groups: [{group: g, heads: 10}]}]}]\n",
        encoding="utf-8",
    )
    return path


@pytest.mark.parametrize("name", HOSTILE.values(), ids=HOSTILE)
def test_nothing_that_is_printed_steers_a_terminal(
    name: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    problem = kitchen(tmp_path, name)
    rice, law = str(tmp_path / "resep" / "nasi.yaml"), str(tmp_path / "standar.yaml")
    judged = [rice, "--standard", law, "--group", "g", "--on", "2026-02-02"]
    for command in (
        ["check", rice],
        ["check", *judged],
        ["repair", *judged, "--as-meal"],
        ["plan", str(problem), "--save", str(tmp_path / "menu.yaml")],
        ["plan-many", str(problem), "--workers", "1"],
        ["standards", "show", law],
        ["standards", "lint", law, "--laws", "quick"],
        ["standards", "diff", law, law],
        ["foods", "search", name],
    ):
        assert main(command) in (0, 1), command
        printed = capsys.readouterr()
        assert STEERING.findall(printed.out + printed.err) == [], command
        assert "\n✓ dua: memenuhi" not in printed.out
        assert main([*command, "--json"]) in (0, 1)
        printed = capsys.readouterr()
        assert STEERING.findall(printed.out + printed.err) == [], command
        json.loads(printed.out)


@pytest.mark.parametrize("name", HOSTILE.values(), ids=HOSTILE)
def test_no_error_steers_a_terminal(name: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    said = yaml_text(name)
    files = {
        "resep.yaml": f"name: {said}\ncourse: {said}\nservings: {said}\ningredients: [{said}, {yaml_text('5 g ' + name)}]\n",
        "kunci.yaml": f"{said}: 1\n? [1, 2]\n: 3\n",
        "tanda.yaml": f"name: !{'x'}\n  - {said}\n{said}: 1\n{said}: 2\n",
        "pecah.yaml": f"name: {name}\n  - : : {name}\n",
    }
    for file, text in files.items():
        (tmp_path / file).write_text(text, encoding="utf-8")
    commands = [["check", str(tmp_path / file)] for file in files]
    commands += [["plan", str(tmp_path / file)] for file in files]
    commands += [
        ["check", name],
        ["check", str(tmp_path / "resep.yaml"), "--standard", name],
        ["plan", "x.yaml", "--gap", name],
        ["plan", "x.yaml", "--solver", name],
        ["plan", "x.yaml", "--html", f"{name}/x.html"],
        ["schema", name],
        ["standards", "show", name],
    ]
    for command in commands:
        assert main(command) == 2, command
        printed = capsys.readouterr()
        assert printed.err
        assert STEERING.findall(printed.out + printed.err) == [], command


@pytest.mark.parametrize("command", [["chekc\x1b[31m"], ["check", "--\x1b[31m"], ["check", "x", "--lang", "\x9b"]])
def test_no_complaint_about_the_command_line_steers_a_terminal(
    command: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit):
        main(command)
    assert STEERING.findall(capsys.readouterr().err) == []


@pytest.mark.parametrize("name", HOSTILE.values(), ids=HOSTILE)
def test_tables_of_a_terminal_are_steered_by_nobody_but_us(name: str, tmp_path: Path) -> None:
    """With rich: the only escapes are its own colours, the only lines its own."""
    pytest.importorskip("rich")

    class Terminal(io.StringIO):
        def isatty(self) -> bool:
            return True

    found = plan(load_problem(kitchen(tmp_path, name)), time_limit=10)
    for thing in (found, found.report, found.problem.catalogue.options[0].recipe):  # type: ignore[union-attr]
        stream = Terminal()
        show(thing, "id", stream, width=300)
        rest = re.sub(r"\x1b\[[0-9;]*m", "", stream.getvalue())
        assert STEERING.findall(rest) == []
        assert "\n✓ dua: memenuhi" not in rest
        assert "\x1b[31mmerah" not in stream.getvalue()


@given(st.text(st.characters() | st.characters(categories=["Cc", "Cf"]), max_size=30))
def test_a_text_made_visible_stays_one_line_and_loses_no_letter(text: str) -> None:
    shown = visible(text)
    assert STEERING.findall(shown) == []
    assert "\n" not in shown
    assert shown == visible(shown)
    assert [c for c in text if c.isalnum()] == [
        c for c in re.sub(r"\\(x..|u....|[ntr])", "", shown) if c.isalnum()
    ] or ("\\" in text)
    assert len(as_lines([text, text]).split("\n")) == 2
    assert STEERING.findall(spoken(text, "id")) == []
