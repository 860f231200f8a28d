"""Findings are data first: verdicts add up, records keep numbers, sentences come in two languages."""

from __future__ import annotations

import math
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sehatmenu.errors import LoadError, UnitError, refusal
from sehatmenu.files import Place
from sehatmenu.findings import Finding, Report, Severity, Verdict, overall, problem
from sehatmenu.messages import Figure, Text, figure_text, number_text, render

VERDICTS = st.lists(st.sampled_from(Verdict))


def finding(verdict: Verdict, severity: Severity = Severity.must) -> Finding:
    values = {"rule": Text("Garam", "Salt"), "when": date(2026, 2, 2), "limit": Figure(-math.inf, 2000, "mg")}
    return Finding(f"rule-{verdict}", verdict, severity, values={**values, "amount": Figure.exact(1234.5, "mg")})


@pytest.mark.parametrize(
    ("verdicts", "expected"),
    [
        ([], "not_applicable"),
        (["not_applicable"], "not_applicable"),
        (["pass", "not_applicable"], "pass"),
        (["pass", "unknown"], "unknown"),
        (["unknown", "not_applicable"], "unknown"),
        (["pass", "unknown", "fail"], "fail"),
        (["fail", "pass", "not_applicable"], "fail"),
    ],
)
def test_one_fail_fails_all_and_else_one_unknown_leaves_it_open(verdicts: list[str], expected: str) -> None:
    assert expected == overall([Verdict(verdict) for verdict in verdicts])


@given(VERDICTS, VERDICTS)
def test_the_verdict_of_many_does_not_depend_on_how_they_are_grouped(some: list[Verdict], more: list[Verdict]) -> None:
    assert overall([*some, *more]) == overall([overall(more), overall(some)])


@pytest.mark.parametrize(("severity", "expected"), [("must", "fail"), ("should", "pass"), ("info", "pass")])
def test_only_binding_findings_decide(severity: str, expected: str) -> None:
    report = Report((finding(Verdict.pass_), finding(Verdict.fail, Severity(severity))))
    assert expected == report.verdict


def test_a_report_is_counted_walked_and_sifted() -> None:
    report = Report((finding(Verdict.pass_), finding(Verdict.unknown), finding(Verdict.pass_)))
    assert (3, 3, 2, 0) == (
        len(report),
        len(list(report)),
        len(report.of(Verdict.pass_)),
        len(report.of(Verdict.fail)),
    )


def test_a_finding_is_said_in_two_languages_with_their_marks() -> None:
    said = finding(Verdict.pass_)
    assert "Garam, 2 Februari 2026: 1.234,5 mg, syarat ≤ 2.000 mg" == said.text("id")
    assert "Salt, 2 February 2026: 1,234.5 mg, limit ≤ 2,000 mg" == said.text("en")


def test_another_language_is_refused() -> None:
    with pytest.raises(ValueError, match="lang must be one of"):
        finding(Verdict.pass_).text("fr")


def test_a_record_keeps_its_numbers() -> None:
    row = finding(Verdict.pass_).record("en")
    assert ("pass", "must", "Salt") == (row["verdict"], row["severity"], row["values"]["rule"])
    assert {"low": 1234.5, "high": 1234.5, "unit": "mg", "bounded": True} == row["values"]["amount"]
    assert {"low": None, "high": 2000, "unit": "mg", "bounded": False} == row["values"]["limit"]


def test_a_report_says_verdict_place_source_causes_and_editions() -> None:
    known = problem("date-wrong", Place("a.yaml", 3, 7), text="kemarin")
    open_ = Finding(
        "date-wrong", Verdict.unknown, source="UU 1, pasal 2", values={"text": "x"}, causes=("garam", "kaldu")
    )
    lines = Report((known, open_), "Uji", ("tkpi-2020",)).text("en").splitlines()
    assert [
        "Uji: fail",
        "✗ a.yaml:3:7: write a date as 2026-02-02; read kemarin",
        "? write a date as 2026-02-02; read x (because: garam; kaldu) [1]",
        "[1] UU 1, pasal 2",
        "(tkpi-2020)",
    ] == lines


# Numbers as they are written: thousands and decimals by language, ranges, and what is not known


@pytest.mark.parametrize(
    ("figure", "id_text", "en_text"),
    [
        (Figure.exact(0, "g"), "0 g", "0 g"),
        (Figure.exact(1234567, "g"), "1.234.567 g", "1,234,567 g"),
        (Figure.exact(11.2, "g"), "11,2 g", "11.2 g"),
        (Figure.exact(0.25, "fraction"), "25 %", "25 %"),
        (Figure(0.2, 0.25, "fraction"), "20–25 %", "20–25 %"),
        (Figure(8.04, 23.66, "g"), "8,04–23,7 g", "8.04–23.7 g"),
        (Figure(26.96, 27.04, "g"), "27 g", "27 g"),
        (Figure.exact(12500, "IDR"), "Rp12.500", "Rp12,500"),
        (Figure(8000, 10000, "IDR"), "Rp8.000–Rp10.000", "Rp8,000–Rp10,000"),
        (Figure(-math.inf, 2000, "mg"), "≤ 2.000 mg", "≤ 2,000 mg"),
        (Figure(310, math.inf, "mg"), "≥ 310 mg", "≥ 310 mg"),
        (Figure(0, math.inf, "mg"), "belum diketahui", "not known"),
        (Figure.exact(2, "times"), "2 kali", "2 times"),
    ],
)
def test_figures_are_written_the_way_a_language_writes_them(figure: Figure, id_text: str, en_text: str) -> None:
    assert (id_text, en_text) == (figure_text(figure, "id"), figure_text(figure, "en"))


@given(st.floats(1e-6, 1e12))
def test_a_printed_number_is_within_one_per_cent_of_the_number(value: float) -> None:
    printed = float(number_text(value, "en").replace(",", ""))
    assert abs(printed - value) <= max(0.01 * value, 5e-5)


# Errors carry codes and numbers; their sentences say what to write instead


def test_an_error_of_a_file_lists_every_problem_with_its_place() -> None:
    error = LoadError(Report((problem("date-wrong", Place("a.yaml", 3, 7), text="x"), problem("calendar-empty"))))
    first, second = error.text("en").splitlines()
    assert "a.yaml:3:7: write a date as 2026-02-02; read x" == first
    assert render("calendar-empty", {}, "en") == second


def test_errors_speak_indonesian_by_default() -> None:
    error = refusal("date-wrong", text="x")
    assert error.text("id") == str(error)
    assert error.text("en") != str(error)


def test_a_unit_error_is_a_value_error_with_a_sentence() -> None:
    error = UnitError("unit-missing", text="250")
    assert isinstance(error, ValueError)
    assert '"250": a number without a unit is not guessed' in error.text("en")
