"""Standards as files: every mistake at its place, all at once; dates, groups and severities of limits."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from sehatmenu.errors import LoadError
from sehatmenu.findings import Report
from sehatmenu.standards.checks import check
from sehatmenu.standards.standards import Standard, load_standard

from .law_texts import ANAK, MONDAY, dish, law, law_text, problems, refused, said

NA = "id: na, kind: nutrient, nutrient: sodium, limits: [{max: 2 g, source: s}]"


def amounts(standard: Standard, on: str, group: str = "anak", **figures: str) -> list[str]:
    return said(check(dish(**figures), standard, group, on))


# Mistakes. The rule stands on line 8; `^` marks the place that is to be told.


@pytest.mark.parametrize(
    ("rule", "code"),
    [
        pytest.param(
            "id: r, kind: nutrient, nutrient: ^sodum, limits: [{max: 2 g, source: s}]",
            "nutrient-unknown",
            id="nutrient",
        ),
        pytest.param(
            "id: r, kind: nutrient, nutrient: sodium, limits: [{max: ^2 kcal, source: s}]",
            "unit-dimension",
            id="dimension",
        ),
        pytest.param(
            "id: r, kind: nutrient, nutrient: vitamin_a, limits: [{max: ^2 mcg_RAE, source: s}]",
            "unit-dimension",
            id="rae-is-not-re",
        ),
        pytest.param(
            "id: r, kind: nutrient, nutrient: sodium, limits: [{max: ^2000, source: s}]", "unit-missing", id="unit"
        ),
        pytest.param(
            "id: r, kind: nutrient, nutrient: sodium, limits: [{max: ^'2000', source: s}]",
            "unit-missing",
            id="unit-in-text",
        ),
        pytest.param(
            "id: r, kind: nutrient, nutrient: sodium, limits: [{max: ^1.500 mg, source: s}]",
            "number-ambiguous",
            id="thousands",
        ),
        pytest.param(
            "id: r, kind: nutrient, nutrient: sodium, limits: [{max: ^'1,5 g', source: s}]", "number-comma", id="comma"
        ),
        pytest.param(
            "id: r, kind: nutrient, nutrient: sodium, limits: [{max: ^2 gr, source: s}]", "unit-refused", id="gr"
        ),
        pytest.param(
            "id: r, kind: nutrient, nutrient: sodium, limits: [{max: ^-2 g, source: s}]",
            "number-negative",
            id="negative",
        ),
        pytest.param("id: r, kind: nutrient, nutrient: sodium, limits: [^{max: 2 g}]", "field-missing", id="no-source"),
        pytest.param(
            "id: r, kind: nutrient, nutrient: sodium, limits: [{max: 2 g, source: ^x}]", "source-unknown", id="source"
        ),
        pytest.param(
            "id: r, kind: nutrient, nutrient: sodium, limits: [{min: ^3 g, max: 2 g, source: s}]",
            "limit-crossed",
            id="crossed",
        ),
        pytest.param(
            "id: r, kind: nutrient, nutrient: sodium, limits: [^{source: s}]", "limit-unbounded", id="unbounded"
        ),
        pytest.param("id: r, kind: nutrient, nutrient: sodium, limits: ^[]", "field-wrong", id="no-limits"),
        pytest.param(
            "id: r, kind: nutrient, nutrient: sodium, limits: [{groups: [^sd], max: 2 g, source: s}]",
            "group-unknown",
            id="group",
        ),
        pytest.param(
            "id: r, kind: nutrient, nutrient: sodium, limits: [{from: ^kemarin, max: 2 g, source: s}]",
            "date-wrong",
            id="date",
        ),
        pytest.param(
            "id: r, kind: nutrient, nutrient: sodium, limits: [{tolerance: ^5 g, max: 2 g, source: s}]",
            "unit-dimension",
            id="tolerance",
        ),
        pytest.param(
            "id: ^R 1, kind: nutrient, nutrient: sodium, limits: [{max: 2 g, source: s}]", "field-wrong", id="id"
        ),
        pytest.param(
            "id: r, kind: ^nutrien, nutrient: sodium, limits: [{max: 2 g, source: s}]", "field-choice-near", id="kind"
        ),
        pytest.param(
            "id: r, kind: nutrient, nutrient: sodium, per: ^minggu, limits: [{max: 2 g, source: s}]",
            "field-choice",
            id="scope",
        ),
        pytest.param(
            "id: r, kind: share, nutrient: sodium, limits: [^{max: 20 %, source: s}]",
            "reference-missing",
            id="reference",
        ),
        pytest.param(
            "id: r, kind: share, nutrient: sodium, limits: [{max: ^2 g, source: s}]",
            "unit-dimension",
            id="share-in-grams",
        ),
        pytest.param(
            "^id: r, kind: energy_share, nutrient: fat, limits: [{max: 30 %, source: s}]",
            "energy-factor-missing",
            id="energy-factor",
        ),
        pytest.param(
            "^id: r, kind: portions, of: {group: sayur}, limits: [{min: 50 g, source: s}]",
            "field-missing",
            id="mass-without-basis",
        ),
        pytest.param(
            "id: r, kind: frequency, of: {^metode: goreng}, limits: [{max: 2 times, source: s}]",
            "field-unknown",
            id="selector",
        ),
        pytest.param("id: r, kind: cost, limits: [{max: ^8000 g, source: s}]", "unit-dimension", id="money"),
    ],
)
def test_a_mistake_in_a_rule_has_its_place(rule: str, code: str) -> None:
    line = law_text([rule]).splitlines()[7]
    # a `^` before the whole rule stands for the rule itself, whose map begins one column earlier
    column = line.index("^") + 1 - rule.startswith("^")
    assert [(code, 8, column)] == refused(law_text([rule.replace("^", "")]))


def test_every_mistake_of_a_file_is_told_at_once() -> None:
    rules = [
        "id: a, kind: nutrient, nutrient: sodum, limits: [{max: 2 g, source: s}]",
        "id: b, kind: nutrient, nutrient: sodium, limits: [{max: 2000, source: s}, {min: 3 g, max: 2 g}]",
        "id: c, kind: cost, limits: [{max: 8000 IDR, source: s}], sevrity: must",
    ]
    codes = [(code, line) for code, line, _ in refused(law_text(rules))]
    assert [("nutrient-unknown", 8), ("unit-missing", 9), ("field-missing", 9), ("field-unknown", 10)] == codes


def test_names_that_lead_nowhere_are_told_at_once() -> None:
    rules = [
        "id: a, kind: nutrient, nutrient: sodium, limits: [{max: 2 g, source: x, groups: [sd, smp]}]",
        "id: a, kind: energy_share, nutrient: fat, limits: [{max: 30 %, source: y}]",
    ]
    expected = [
        "energy-factor-missing",
        "group-unknown",
        "group-unknown",
        "rule-twice",
        "source-unknown",
        "source-unknown",
    ]
    assert expected == sorted(code for code, _, _ in refused(law_text(rules)))


def test_a_rule_written_twice_is_told_at_the_second() -> None:
    assert [("rule-twice", 9, 10)] == refused(law_text([NA, NA]))


@pytest.mark.parametrize(
    ("reference", "code"),
    [
        pytest.param("^{of: references/akg-2019, mix: {anak-7: 1}}", "group-unknown", id="group-of-the-reference"),
        pytest.param("{of: references/akg-2019, mix: ^{}}", "field-wrong", id="empty-mix"),
        pytest.param("{of: references/akg-2019, mix: {anak-7-9: ^0}}", "field-wrong", id="no-heads"),
        pytest.param("{of: references/akg-2019, mix: {anak-7-9: ^-1}}", "field-wrong", id="negative-heads"),
        pytest.param("{of: ^references/akg-2099, mix: {a: 1}}", "standard-not-found-near", id="no-file"),
    ],
)
def test_a_mistake_in_a_group_has_its_place(reference: str, code: str) -> None:
    text = law_text([NA], f"  anak: {{title: Anak, reference: {reference}}}\n")
    assert [(code, 6, text.splitlines()[5].index("^") + 1)] == refused(text.replace("^", ""))


@pytest.mark.parametrize(
    ("factors", "code"),
    [
        ("{fat: ^9, source: s}", "unit-missing"),
        ("{fat: ^9 kcal, source: s}", "unit-dimension"),
        ("{fat: ^9 kkal, source: s}", "unit-dimension"),
        ("{fat: 9 kcal/g, source: ^x}", "source-unknown"),
        ("^{fat: 9 kcal/g}", "field-missing"),
    ],
)
def test_a_mistake_in_the_energy_factors_has_its_place(factors: str, code: str) -> None:
    line = f"energy_factors: {factors}\n"
    assert [(code, 7, line.index("^") + 1)] == refused(law_text([NA], more=line.replace("^", "")))


def test_an_energy_share_needs_the_factor_of_the_whole_that_its_nutrient_is_part_of() -> None:
    rule = "id: r, kind: energy_share, nutrient: saturated_fat, limits: [{max: 10 %, source: s}]"
    factors = "energy_factors: {carbohydrate: 4 kcal/g, source: s}\n"
    assert [("energy-factor-missing", 9, 5)] == refused(law_text([rule], more=factors))


def test_a_standard_that_is_not_there_names_those_that_are() -> None:
    with pytest.raises(LoadError) as caught:
        load_standard("id/mbg-1999")
    assert "id/mbg-2026" in caught.value.text("id")


def test_a_reference_is_not_a_standard() -> None:
    with pytest.raises(LoadError) as caught:
        load_standard("references/akg-2019")
    assert "kind" in caught.value.text("en")


# Dates: the newest entry that is not after the asked date wins

DATED = law(
    "id: na, kind: nutrient, nutrient: sodium, limits: ["
    "{from: 2020-01-01, max: 3 g, source: s}, "
    "{from: 2026-07-01, max: 1 g, source: s}, "
    "{from: 2024-01-01, max: 2 g, source: s}]"
)


@pytest.mark.parametrize(
    ("on", "sodium", "expected"),
    [
        ("2019-12-31", "9 g", []),
        ("2020-01-01", "3 g", ["pass"]),
        ("2023-12-31", "3 g", ["pass"]),
        ("2024-01-01", "3 g", ["fail"]),
        ("2026-06-30", "2 g", ["pass"]),
        ("2026-07-01", "2 g", ["fail"]),
        ("2099-01-01", "1 g", ["pass"]),
    ],
)
def test_the_newest_limit_that_has_begun_holds(on: str, sodium: str, expected: list[str]) -> None:
    assert expected == amounts(DATED, on, sodium=sodium)


def test_a_limit_that_has_ended_gives_way_to_the_one_before() -> None:
    ramadan = "{from: 2026-02-18, until: 2026-03-19, max: 1 g, source: s}"
    rule = f"id: na, kind: nutrient, nutrient: sodium, limits: [{{max: 2 g, source: s}}, {ramadan}]"
    dates = ("2026-02-17", "2026-02-18", "2026-03-19", "2026-03-20")
    assert ["pass", "fail", "fail", "pass"] == [amounts(law(rule), on, sodium="2 g")[0] for on in dates]


GROUPS = "  anak: {title: Anak}\n  ibu: {title: Ibu}\n"
BY_GROUP = (
    "id: na, kind: nutrient, nutrient: sodium, limits: ["
    "{groups: [anak], from: 2020-01-01, max: 1 g, source: s}, {groups: [ibu], max: 2 g, source: s}]"
)


@pytest.mark.parametrize(("group", "expected"), [("anak", ["fail"]), ("ibu", ["pass"])])
def test_each_group_has_its_own_limit(group: str, expected: list[str]) -> None:
    assert expected == amounts(law(BY_GROUP, groups=GROUPS), "2026-02-02", group, sodium="1.5 g")


def test_a_limit_of_another_group_does_not_hold_here() -> None:
    assert [] == amounts(law(BY_GROUP, groups=GROUPS), "2019-01-01", "anak", sodium="9 g")


def test_a_group_that_the_standard_does_not_have_is_refused_with_those_it_has() -> None:
    with pytest.raises(LoadError, match="anak"):
        check(dish(), law(NA), "sd", MONDAY)


def test_a_standard_without_groups_speaks_of_everyone() -> None:
    found = check(dish(sodium="3 g"), law(NA, groups="  {}\n"), "siapa saja", MONDAY)
    assert ["fail"] == said(found)


VALID = "valid: {from: 2026-01-01, until: 2026-12-31}\n"


@pytest.mark.parametrize("on", ["2026-01-01", "2026-12-31"])
def test_a_standard_is_in_force_on_its_first_and_last_day(on: str) -> None:
    assert ["pass"] == amounts(law(NA, more=VALID), on, sodium="2 g")


@pytest.mark.parametrize("on", ["2025-12-31", "2027-01-01"])
def test_a_standard_that_is_not_in_force_is_refused_at_its_dates(on: str) -> None:
    with pytest.raises(LoadError) as caught:
        amounts(law(NA, more=VALID), on, sodium="2 g")
    assert [("standard-not-in-force", 7, 8)] == problems(caught.value)


def test_no_date_is_guessed() -> None:
    with pytest.raises(LoadError) as caught:
        check(dish(), law(NA), "anak")
    assert ["date-needed"] == [finding.code for finding in caught.value.report]


def test_the_date_may_be_fixed_when_the_standard_is_loaded(tmp_path: Path) -> None:
    path = tmp_path / "uji.yaml"
    path.write_text(law_text([NA], more=VALID), encoding="utf-8")
    standard = load_standard(path, on="2026-03-01")
    assert date(2026, 3, 1) == standard.on
    assert ["pass"] == said(check(dish(sodium="2 g"), standard, "anak"))
    with pytest.raises(LoadError):
        load_standard(path, on="2028-01-01")


# Severity: only what must be decides


@pytest.mark.parametrize(("severity", "expected"), [("must", "fail"), ("should", "pass"), ("info", "pass")])
def test_a_recommendation_does_not_make_a_menu_unlawful(severity: str, expected: str) -> None:
    rule = f"id: na, kind: nutrient, nutrient: sodium, severity: {severity}, limits: [{{max: 1 g, source: s}}]"
    binding = "id: p, kind: nutrient, nutrient: protein, limits: [{min: 1 g, source: s}]"
    report: Report = check(dish(sodium="2 g", protein="1 g"), law(rule, binding), "anak", MONDAY)
    assert (expected, ["fail", "pass"]) == (report.verdict, said(report))


def test_a_changed_file_is_read_anew(tmp_path: Path) -> None:
    path = tmp_path / "uji.yaml"
    path.write_text(law_text([NA]), encoding="utf-8")
    before = load_standard(path)
    path.write_text(law_text([NA.replace("2 g", "1 g")]), encoding="utf-8")
    assert ["pass", "fail"] == [amounts(s, "2026-02-02", sodium="2 g")[0] for s in (before, load_standard(path))]


def test_a_rule_without_groups_speaks_of_all_groups() -> None:
    groups = ANAK + "  ibu: {title: Ibu}\n"
    assert [["pass"], ["pass"]] == [
        amounts(law(NA, groups=groups), "2026-02-02", group, sodium="2 g") for group in ("anak", "ibu")
    ]


def test_faults_of_rules_and_names_that_lead_nowhere_are_told_together(tmp_path: Path) -> None:
    path = tmp_path / "uji.yaml"
    path.write_text(
        "id: uji\n"
        "title: Uji\n"
        "sources: {uu: {title: UU, seen: secondary}}\n"
        "groups: {anak: {title: Anak}}\n"
        "rules:\n"
        "  - {id: a, kind: nutrient, nutrient: sodium, per: day, limits: [{max: 600, source: uu}]}\n"
        "  - {id: b, kind: nutrient, nutrient: sodium, per: day, limits: [{max: 600 mg, source: tidak-ada}]}\n"
    )
    with pytest.raises(LoadError) as refused:
        load_standard(path)
    found = [(finding.code, finding.place.line if finding.place else 0) for finding in refused.value.report]
    assert [("unit-missing", 6), ("source-unknown", 7)] == found
