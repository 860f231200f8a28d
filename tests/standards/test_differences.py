"""What one edition changes against another: rules, numbers, groups, and the dishes whose verdict changes."""

from __future__ import annotations

from sehatmenu.standards.differences import diff, verdict_changes
from sehatmenu.standards.standards import Standard, load_standard

from .law_texts import dish, law

SALT = "id: salt, kind: nutrient, nutrient: sodium, per: item, limits: [{max: %s, source: s}]"
FAT = "id: fat, kind: nutrient, nutrient: fat, per: item, limits: [{max: 20 g, source: s}]"


def said(before: Standard, after: Standard) -> list[tuple[str, str, str, str]]:
    found = []
    for f in diff(before, after):
        sides = [str(f.values.get(side, "")) for side in ("before", "after")]
        found.append((f.code, str(f.values.get("rule_id", f.values.get("group"))), sides[0], sides[1]))
    return found


def test_a_number_a_rule_more_and_a_rule_less() -> None:
    before, after = law(SALT % "600 mg", FAT), law(SALT % "0.4 g", FAT.replace("id: fat", "id: lemak"))
    assert [
        ("diff-number", "salt", "≤ 600 mg", "≤ 400 mg"),
        ("diff-removed", "fat", "≤ 20 g", ""),
        ("diff-added", "lemak", "", "≤ 20 g"),
    ] == said(before, after)


def test_the_same_number_in_another_unit_is_no_change() -> None:
    assert [] == said(law(SALT % "600 mg"), law(SALT % "0.6 g"))


def test_kind_scope_and_groups() -> None:
    kind = "id: salt, kind: cost, per: item, limits: [{max: 600 IDR, source: s}]"
    assert [("diff-kind", "salt", "nutrient", "cost")] == said(law(SALT % "600 mg"), law(kind))
    wider = (SALT % "600 mg").replace("per: item", "per: day")
    assert [("diff-scope", "salt", "per: item", "per: day")] == said(law(SALT % "600 mg"), law(wider))
    groups = "  anak: {title: Anak}\n  guru: {title: Guru}\n"
    found = said(law(SALT % "600 mg"), law(SALT % "600 mg", groups=groups))
    assert ("diff-group-added", "guru", "", "") == found[0]


def test_a_change_is_told_with_its_date_and_groups() -> None:
    dated = SALT.replace("{max: %s, source: s}", "{max: 600 mg, source: s}, {from: 2027-01-01, max: 400 mg, source: s}")
    (found,) = diff(law(SALT % "600 mg"), law(dated))
    assert ("2027-01-01", ["anak"]) == (str(found.values["on"]), found.values["groups"])
    assert "1 Januari 2027" in found.text("id")


def test_mbg_2026_counts_ingredients_where_2025_counted_the_price() -> None:
    """MBG 2025: Rp15.000 per portion; 2026: Rp10.000 of raw materials (both as the files cite)."""
    found = said(load_standard("id/mbg-2025"), load_standard("id/mbg-2026"))
    assert ("diff-number", "cost", "≤ Rp15,000", "≤ Rp10,000") in found


def test_the_dishes_whose_verdict_changes() -> None:
    soups = [dish("Sup 500", sodium="500 mg"), dish("Sup 300", sodium="300 mg")]
    before, after = (law((SALT % most).replace("item", "meal")) for most in ("600 mg", "400 mg"))
    (found,) = verdict_changes(before, after, soups)
    assert ("Sup 500", "pass", "fail", ["salt"]) == (
        found.subject,
        str(found.values["before"]),
        str(found.values["after"]),
        found.values["rules"],
    )
