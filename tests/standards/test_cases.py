"""Cases in the file of a standard: examples that a lawyer can read and that run as tests."""

from __future__ import annotations

import pytest

from sehatmenu.findings import Finding
from sehatmenu.standards.checks import run_cases

from .law_texts import law, law_text, refused

RULES = (
    "id: salt, kind: nutrient, nutrient: sodium, limits: [{max: 600 mg, source: s}]",
    "id: fried, kind: frequency, of: {method: goreng}, per: week, limits: [{max: 2 times, source: s}]",
    "id: day, kind: nutrient, nutrient: protein, per: day, limits: [{min: 50 g, source: s}]",
    "id: item, kind: nutrient, nutrient: sugars, per: item, limits: [{max: 10 g, source: s}]",
    "id: veg, kind: portions, of: {group: sayur}, basis: edible, limits: [{min: 50 g, source: s}]",
    "id: cost, kind: cost, of: ingredients, limits: [{max: 8000 IDR, source: s}]",
    "id: slhs, kind: require, certificate: slhs, per: item, limits: [{source: s}]",
    "id: umkm, kind: ratio, numerator: {cost: price, supplier: umkm}, denominator: {cost: price}, "
    "limits: [{min: 30 %, source: s}]",
)


def case(what: str, expect: str) -> str:
    return f"cases:\n  - {{title: Contoh, group: anak, on: 2026-02-02, {what}, expect: {{{expect}}}}}\n"


def differing(what: str, expect: str) -> list[Finding]:
    return run_cases(law(*RULES, more=case(what, expect)))


@pytest.mark.parametrize(
    ("what", "expect"),
    [
        pytest.param(
            "meal: {sodium: 600 mg}", "salt: pass, day: not_applicable, fried: not_applicable", id="bare-nutrients"
        ),
        pytest.param("meal: {sodium: 601 mg}", "salt: fail", id="broken"),
        pytest.param("meal: {protein: 1 g}", "salt: unknown", id="unnamed-is-unknown"),
        pytest.param("meal: {nutrients: {sodium: 1 g}, method: goreng}", "salt: fail", id="one-dish"),
        pytest.param("meal: [{nutrients: {sodium: 300 mg}}, {nutrients: {sodium: 301 mg}}]", "salt: fail", id="dishes"),
        pytest.param("item: {sugars: 11 g}", "item: fail, salt: not_applicable", id="item"),
        pytest.param("day: {protein: 50 g}", "day: pass", id="day"),
        pytest.param("meal: [{amounts: {sayur: 50 g, beras: 100 g}}]", "veg: pass", id="amounts"),
        pytest.param("meal: [{ingredients: 5000 IDR}, {ingredients: 3001 IDR}]", "cost: fail", id="cost"),
        pytest.param(
            "meal: [{supplier: umkm, certificates: [slhs], price: 3 IDR}, {price: 7 IDR, supplier: x}]",
            "umkm: pass, slhs: fail",
            id="supplier",
        ),
        pytest.param(
            "menu: [[{method: goreng}], [{method: rebus}], [{method: goreng}], [], [{method: goreng}]]",
            "fried: fail",
            id="menu",
        ),
        pytest.param(
            "menu: [[{method: goreng}], [{}], [{method: goreng}], [{}], [{}], [{method: goreng}]]",
            "fried: pass",
            id="second-week",
        ),
    ],
)
def test_a_case_is_a_menu_in_small(what: str, expect: str) -> None:
    assert [] == [finding.text("en") for finding in differing(what, expect)]


def test_a_case_that_differs_says_rule_verdicts_and_place() -> None:
    (found,) = differing("meal: {sodium: 601 mg}", "salt: pass")
    assert "case 'Contoh': rule salt should give pass, it gives fail" == found.text("en")
    assert ("uji.yaml", 8) == (found.place and found.place.file, found.place and found.place.line)


def test_a_case_about_a_rule_that_is_not_there_differs() -> None:
    assert ["-"] == [f.values["got"] for f in differing("meal: {sodium: 1 mg}", "garam: pass")]


@pytest.mark.parametrize(
    ("what", "code"),
    [
        ("meal: {sodum: ^1 mg}", "nutrient-unknown"),
        ("meal: {sodium: ^1 kcal}", "unit-dimension"),
        ("meal: [{nutrients: {sodium: ^1 kcal}}]", "unit-dimension"),
        ("meal: [{amounts: {sayur: ^1 ml}}]", "unit-dimension"),
        ("meal: [{price: ^1 g}]", "unit-dimension"),
        ("meal: [{^cours: pokok}]", "field-unknown"),
    ],
)
def test_a_mistake_in_a_case_has_its_place(what: str, code: str) -> None:
    text = law_text(RULES, more=case(what, "salt: pass"))
    assert [(code, 8, text.splitlines()[7].index("^") + 1)] == refused(text.replace("^", ""))


def test_a_case_holds_exactly_one_thing() -> None:
    two = case("meal: {sodium: 1 g}, day: {sodium: 1 g}", "salt: pass")
    none = "cases:\n  - {title: Contoh, group: anak, on: 2026-02-02, expect: {salt: pass}}\n"
    assert [[("case-one-of", 8, 5)]] * 2 == [refused(law_text(RULES, more=more)) for more in (two, none)]


def test_a_case_of_an_unknown_group_is_refused_when_it_is_read() -> None:
    text = law_text(RULES, more=case("meal: {sodium: 1 g}", "salt: fail").replace("group: anak", "group: sd"))
    assert [("group-unknown", 8, text.splitlines()[7].index("sd,") + 1)] == refused(text)


ADVICE = "id: salt, kind: nutrient, nutrient: sodium, severity: {}, limits: [{{max: 600 mg, source: s}}]"
VALID = "valid: {from: 2026-01-01, until: 2026-12-31}\n"


def told(severity: str, what: str) -> list[tuple[str, object, object]]:
    cases = f"cases:\n  - {{title: Contoh, group: anak, {what}}}\n"
    found = run_cases(law(ADVICE.format(severity), more=VALID + cases))
    assert all(f.place is not None and f.text("id") != f.text("en") for f in found)
    return [(f.code, f.values.get("expected"), f.values.get("got")) for f in found]


@pytest.mark.parametrize(
    ("severity", "expected"),
    [("should", []), ("info", []), ("must", [("case-binding", "not_applicable", "fail")])],
)
def test_a_case_tells_advice_from_a_binding_rule(severity: str, expected: list[tuple[str, str, str]]) -> None:
    # 700 mg breaks the rule in any case; only a binding one breaks the law
    what = "on: 2026-02-02, meal: {sodium: 700 mg}, expect: {salt: fail}, binding: not_applicable"
    assert expected == told(severity, what)


@pytest.mark.parametrize(("on", "wrong"), [("2025-12-31", False), ("2026-12-31", True), ("2027-01-01", False)])
def test_a_case_may_stand_outside_of_a_standard(on: str, wrong: bool) -> None:
    codes = [code for code, _, _ in told("must", f"on: {on}, in_force: false")]
    assert (["case-in-force"] if wrong else []) == codes


@pytest.mark.parametrize(
    ("what", "code"),
    [
        ("on: 2025-12-31, in_force: false, meal: {sodium: 1 g}", "case-not-in-force"),
        ("on: 2025-12-31, in_force: false, binding: pass", "case-not-in-force"),
        ("on: 2026-02-02, meal: {sodium: 1 g}", "field-missing"),
    ],
)
def test_a_case_that_asks_nothing_or_of_nothing_is_refused(what: str, code: str) -> None:
    text = law_text([ADVICE.format("must")], more=VALID + f"cases:\n  - {{title: Contoh, group: anak, {what}}}\n")
    assert [code] == [found for found, _, _ in refused(text)]
