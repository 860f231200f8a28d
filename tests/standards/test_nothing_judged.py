"""What was not judged is not passed: the first line, the exit code and the way to ask are honest about it."""

from __future__ import annotations

from pathlib import Path

import pytest

from sehatmenu.cli import main
from sehatmenu.findings import SIGNS, Finding, Report, Severity, Verdict
from sehatmenu.food.recipes import load_recipe
from sehatmenu.planning.repairs import repair
from sehatmenu.standards.checks import check
from sehatmenu.standards.standards import load_standard

from .law_texts import MONDAY, dish, law, law_text

GREENS = Path(__file__).parents[2] / "examples" / "gading-rejo" / "resep" / "tumis-kangkung.yaml"
ASKED = ["--group", "sd-4-6", "--on", "2026-02-02"]

MUST = "id: m, kind: nutrient, nutrient: protein, per: item, severity: %s, limits: [{min: 1 g, source: s}]"
MEAL = "id: n, kind: nutrient, nutrient: protein, per: meal, limits: [{min: 1 g, source: s}]"


def headline(*rules: str, protein: str = "2 g") -> str:
    """The first line of a check of one dish, without its title."""
    report = check(dish(course="sayur", protein=protein), law(*rules), "anak", MONDAY)
    return report.text("en").splitlines()[0].split(": ", 1)[1]


def test_a_dish_under_rules_on_meals_is_not_judged_and_told_how_to_ask(capsys: pytest.CaptureFixture[str]) -> None:
    # the ten binding rules of id/mbg-2026 for a portion all speak of a meal
    assert 1 == main(["check", str(GREENS), "--standard", "id/mbg-2026", *ASKED])
    said = " ".join(capsys.readouterr().out.split())
    assert "tidak ada aturan yang dinilai; 10 aturan wajib tidak dinilai karena berlaku untuk satu kali makan" in said
    assert "bila semua resep sekali makan itu disebut sekaligus" in said


def test_a_repair_that_judged_nothing_does_not_say_that_nothing_needs_changing(
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert 1 == main(["repair", str(GREENS), "--standard", "id/mbg-2026", *ASKED])
    said = capsys.readouterr().out
    assert "tidak ada yang perlu diubah" not in said
    assert "tidak ada aturan yang dinilai" in said
    assert {"--as-meal", "--beside"} <= set(said.replace(".", " ").split())


def test_a_repair_says_so_to_python_too() -> None:
    found = repair(load_recipe(GREENS), load_standard("id/mbg-2026"), "sd-4-6", on="2026-02-02")
    assert not found.lawful
    assert "no rule was judged" in found.text("en")


def test_advice_that_is_not_kept_stands_in_the_first_line(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    # a vegetable dish has not 100 g of protein, which is a recommendation here; no binding rule speaks of it
    law = tmp_path / "anjuran.yaml"
    law.write_text(law_text([(MUST % "should").replace("1 g", "100 g")]), encoding="utf-8")
    for command in ("check", "repair"):
        assert 1 == main([command, str(GREENS), "--standard", str(law), "--group", "anak", "--on", "2026-02-02"])
        first = " ".join(capsys.readouterr().out.split()).split("✗")[0]
        assert "tidak ada aturan wajib yang dinilai; ada anjuran yang tidak dipenuhi" in first
        assert "tidak ada yang perlu diubah" not in first


@pytest.mark.parametrize(
    ("rules", "protein", "expected"),
    [
        ([MUST % "must"], "2 g", "pass"),
        ([MUST % "must"], "0.5 g", "fail"),
        ([MUST % "should"], "2 g", "no binding rule was judged; all the advice that was judged is kept"),
        ([MUST % "should"], "0.5 g", "no binding rule was judged; some advice is not kept"),
        ([MEAL], "2 g", "no rule was judged; binding rules not judged, as they speak of a whole meal"),
        ([MUST % "must", MEAL], "2 g", "pass; binding rules not judged, as they speak of a whole meal"),
        ([(MUST % "should").replace("id: m", "id: a"), (MUST % "must").replace("min: 1", "max: 9")], "0.5 g",
         "pass; some advice is not kept"),
    ],
)  # fmt: skip
def test_the_first_line_says_what_the_verdict_leaves_out(rules: list[str], protein: str, expected: str) -> None:
    assert headline(*rules, protein=protein).replace("complies", "pass").startswith(_spoken(expected))


def _spoken(expected: str) -> str:
    words = {"pass": Report((Finding("x", Verdict.pass_),)).headline("en")}
    words["fail"] = Report((Finding("x", Verdict.fail),)).headline("en")
    first, *rest = expected.split("; ")
    return "; ".join([words.get(first, first), *rest])


@pytest.mark.parametrize(
    ("binding", "advice", "lawful"),
    [
        ("", "", False),
        ("–", "", False),
        ("✓", "", True),
        ("✓–", "", True),
        ("✓", "✗", True),
        ("✓?", "", False),
        ("✓✗", "✓", False),
        ("–", "✓", True),
        ("", "✓–", True),
        ("–", "✗", False),
        ("–", "✓?", False),
        ("–", "–", False),
    ],
)
def test_lawful_is_what_was_judged_and_holds(binding: str, advice: str, lawful: bool) -> None:
    verdicts = {sign: verdict for verdict, sign in SIGNS.items()}
    found = [Finding("x", verdicts[sign], Severity.must) for sign in binding]
    found += [Finding("x", verdicts[sign], Severity.should) for sign in advice]
    assert lawful == Report(tuple(found)).lawful
