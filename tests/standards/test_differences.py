"""What one edition changes against another: rules, numbers, groups, and the dishes whose verdict changes."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from sehatmenu.cli import main
from sehatmenu.planning.amendments import plan_changes
from sehatmenu.planning.demand import load_problem
from sehatmenu.planning.plans import Plan
from sehatmenu.standards.differences import diff, verdict_changes
from sehatmenu.standards.standards import Standard, load_standard

from ..planning.problems import Dish, Offer, write_problem
from ..planning.tiny_problems import planned
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


def two_meals(folder: Path) -> Plan:
    """Rice and egg on Monday, rice and fish on Tuesday: 450 and 440 kcal, 300 and 900 mg of sodium."""
    dishes = [
        Dish("nasi", "pokok", 300, 6, 100),
        Dish("telur", "hewani", 150, 12, 200),
        Dish("ikan", "hewani", 140, 15, 800),
    ]
    offers = [Offer("ani", "nasi", 2000), Offer("budi", "telur", 3000), Offer("budi", "ikan", 3500)]
    spacing = "{id: jeda, kind: spacing, of: {course: hewani}, limits: [{min: 2 days, source: uji}]}"
    path = write_problem(folder / "soal", dishes, offers, rules=spacing, protein=5)
    text = path.read_text(encoding="utf-8")
    path.write_text(text + "choices: [{courses: [hewani], of: {name: telur}, weekdays: [senin]}]\n", encoding="utf-8")
    plan = planned(load_problem(path))
    assert ["telur", "ikan"] == [s.dish.name for s in plan.servings if s.course == "hewani"]
    return plan


MEAL = (SALT % "%s").replace("per: item", "per: meal")
LAX = "id: protein, kind: nutrient, nutrient: protein, per: meal, limits: [{max: 100 g, source: s}]"
WEEK = "id: fish, kind: frequency, of: {name: ikan}, per: week, window: {days: 2}, limits: [{max: %s times, source: s}]"


def told(plan: Plan, before: Standard, after: Standard) -> list[tuple[str, str, str, str]]:
    return [
        (
            f.code,
            str(f.values.get("rule_id")),
            f"{f.values.get('before')}-{f.values.get('after')}",
            str(f.values.get("when")),
        )
        for f in plan_changes(before, after, plan)
    ]


def test_a_plan_is_told_rule_by_rule_and_day_by_day(tmp_path: Path) -> None:
    plan = two_meals(tmp_path)
    before, after = law(MEAL % "1000 mg", WEEK % 1), law(MEAL % "400 mg", WEEK % 0)
    assert [
        ("diff-window", "salt", "pass-fail", "3 February 2026, noon"),
        ("diff-window", "fish", "not_applicable-fail", "2 February 2026 – 3 February 2026"),
    ] == told(plan, before, after)
    assert ("diff-window", "salt", "fail-pass", "3 February 2026, noon") in told(plan, after, before)
    (first, *_) = plan_changes(before, after, plan, "rencana.yaml")
    assert "rencana.yaml, Sekolah uji, anak" == first.subject
    assert "3 Februari 2026, siang" in first.text("id")


def test_both_days_and_a_rule_that_only_one_standard_has(tmp_path: Path) -> None:
    plan = two_meals(tmp_path)
    both = "2 February 2026, noon; 3 February 2026, noon"
    strict, lax = law(MEAL % "200 mg"), law(LAX)
    assert [("diff-window", "salt", "fail-not_applicable", both)] == told(plan, strict, lax)
    assert [] == told(plan, law(MEAL % "1000 mg"), lax)


def test_groups_of_a_plan_that_cannot_be_compared_are_named(tmp_path: Path) -> None:
    plan = two_meals(tmp_path)
    other = law(MEAL % "200 mg", groups="  guru: {title: Guru}\n")
    (found,) = plan_changes(law(MEAL % "200 mg"), other, plan)
    assert ("diff-plan-groups", ["anak"]) == (found.code, found.values["groups"])


def test_the_command_speaks_of_recipes_and_saved_plans(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """The folder also holds the problem, its standard and its UMKM, which are passed over."""
    two_meals(tmp_path).save(tmp_path / "rencana.yaml")
    new = tmp_path / "soal/standar.yaml"
    old = new.rename(tmp_path / "soal/lama.yaml")
    new.write_text(old.read_text(encoding="utf-8").replace("max: 2000 mg", "max: 500 mg"), encoding="utf-8")
    command = ["standards", "diff", str(old), str(new), "--menus", str(tmp_path), "--lang", "en"]
    assert main(command) == 0
    printed = capsys.readouterr().out
    assert "rencana.yaml, Sekolah uji, anak: Sodium (sodium), group anak: pass to fail on 2 February 2026 –" in printed
    assert main([*command, "--json"]) == 0
    (verdict,) = [row for row in json.loads(capsys.readouterr().out)["verdicts"] if row["code"] == "diff-window"]
    assert ("fail", "sodium") == (verdict["values"]["after"], verdict["values"]["rule_id"])
    (tmp_path / "soal/umkm.yaml").unlink()
    assert main(command) == 2


def test_a_standard_that_is_over_is_taken_on_its_last_day(tmp_path: Path) -> None:
    """Until 31 December 2025 a meal might hold 1000 mg of sodium, from 2026 on 400 mg."""
    plan = two_meals(tmp_path)
    old = law(MEAL % "1000 mg", more="valid: {until: 2025-12-31}\n")
    new = law(MEAL % "400 mg", more="valid: {from: 2026-01-01}\n")
    assert [("diff-window", "salt", "pass-fail", "3 February 2026, noon")] == told(plan, old, new)
    assert [] == list(verdict_changes(old, new, [dish("Sup", sodium="300 mg")]))
