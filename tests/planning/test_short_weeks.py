"""Weeks that holidays shorten are planned and judged as they are; weeks cut by the plan's own dates say so."""

from __future__ import annotations

import shutil
from datetime import date
from pathlib import Path

import pytest

from sehatmenu.cli import main
from sehatmenu.findings import UNFINISHED, Verdict
from sehatmenu.planning.demand import load_problem
from sehatmenu.planning.planners import plan
from sehatmenu.planning.plans import Plan
from sehatmenu.planning.saved_plans import load_plan
from sehatmenu.standards.checks import check_rule
from sehatmenu.standards.windows import Span

EXAMPLE = Path(__file__).parents[2] / "examples" / "gading-rejo"

SCHOOL = """\
title: {{id: Uji minggu, en: Weeks}}
standard: id/mbg-2026
calendar: {{{calendar}, weekdays: [senin, selasa, rabu, kamis, jumat]}}
prefer: [tkpi, usda]
recipes: resep
suppliers: umkm.yaml
institutions:
  - id: sd-1
    name: SD
    meals:
      - meal: siang
        courses: [pokok, hewani, nabati, sayur, buah]
        groups: [{{group: sd-4-6, heads: 78, budget: 13000 IDR}}]
rules:
  - {{id: aturan, title: {{id: Aturan uji, en: Rule}}, {rule}, per: week, limits: [{{{limit}, source: k, place: butir 1}}]}}
sources: {{k: {{title: contoh, seen: example}}}}
"""

FISH = "kind: frequency, of: {course: hewani, allergen: ikan}"
STAPLES = "kind: variety, of: {course: pokok}, by: dish"

FRIDAY_OFF = "from: 2026-02-02, to: 2026-02-06, holidays: [{date: 2026-02-06, name: libur}]"


def school(folder: Path, calendar: str, rule: str, limit: str) -> Path:
    """A school of the example with one weekly rule of its own, beside copies of the example's recipes and UMKM."""
    shutil.copytree(EXAMPLE / "resep", folder / "resep", dirs_exist_ok=True)
    shutil.copy(EXAMPLE / "umkm.yaml", folder)
    path = folder / "soal.yaml"
    path.write_text(SCHOOL.format(calendar=calendar, rule=rule, limit=limit), encoding="utf-8")
    return path


def planned(path: Path) -> Plan:
    """The first lawful menu of a school."""
    outcome = plan(load_problem(path), gap=0.5, time_limit=60)
    assert isinstance(outcome, Plan), str(outcome)
    return outcome


def weeks(found: Plan) -> list[tuple[date, str, Verdict]]:
    """What was said of the weekly rule: the first day, the code, the verdict."""
    told = [(f.values["when"], f) for f in found.report if f.values.get("rule_id") == "aturan"]
    return [(when.first, f.code, f.verdict) for when, f in told if isinstance(when, Span)]


def with_fish(found: Plan) -> int:
    return sum("ikan" in s.dish.allergens for s in found.servings if s.course == "hewani")


def test_a_week_with_a_holiday_still_has_its_fish(tmp_path: Path) -> None:
    # four days: 1 x 4/5 is less than one, but from three days on one is asked
    found = planned(school(tmp_path, FRIDAY_OFF, FISH, "min: 1 times"))
    assert [(date(2026, 2, 2), "rule-pass", Verdict.pass_)] == weeks(found)
    assert with_fish(found) >= 1
    assert () == found.report.unjudged(*UNFINISHED)


def test_a_term_that_ends_makes_a_whole_week_as_a_holiday_does(tmp_path: Path) -> None:
    # the term ends on Wednesday: three days, one fish; and no Thursday and Friday are planned
    calendar = "from: 2026-02-02, to: 2026-02-06, terms: [{from: 2026-01-05, to: 2026-02-04}]"
    found = planned(school(tmp_path, calendar, FISH, "min: 1 times"))
    assert (3, [Verdict.pass_]) == (len(found.problem.days), [verdict for *_, verdict in weeks(found)])
    assert with_fish(found) >= 1


def test_a_menu_that_begins_on_friday_need_not_have_two_staples_that_day(tmp_path: Path) -> None:
    found = planned(school(tmp_path, "from: 2026-02-06, to: 2026-02-13", STAPLES, "min: 2 times"))
    assert [
        (date(2026, 2, 6), "rule-unfinished", Verdict.not_applicable),
        (date(2026, 2, 9), "rule-pass", Verdict.pass_),
    ] == weeks(found)


def test_a_menu_that_ends_on_monday_says_that_its_last_week_was_not_judged(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    shutil.copytree(EXAMPLE, tmp_path, dirs_exist_ok=True)
    path = tmp_path / "sekolah.yaml"
    path.write_text(path.read_text(encoding="utf-8").replace("to: 2026-02-13", "to: 2026-02-09"), encoding="utf-8")
    assert 0 == main(["plan", str(path), "--gap", "50", "--time-limit", "60", "--html", str(tmp_path / "menu.html")])
    said = " ".join(capsys.readouterr().out.split())
    # six tables of eaters, and two weekly minima of the district
    sentence = "12 syarat wajib belum dinilai karena menu ini hanya memuat sebagian minggu"
    assert sentence in said
    assert "Sedikitnya dua macam makanan pokok dalam seminggu, 9 Februari 2026: 1 dari 5 hari makan" in said
    assert sentence in (tmp_path / "menu.html").read_text(encoding="utf-8")


def test_a_saved_plan_says_the_same_when_it_is_read_back(tmp_path: Path) -> None:
    found = planned(school(tmp_path, "from: 2026-02-06, to: 2026-02-13", STAPLES, "min: 2 times"))
    found.save(tmp_path / "rencana.yaml")
    again = load_plan(tmp_path / "rencana.yaml")
    assert weeks(found) == weeks(again)
    assert found.report.headline("id") == again.report.headline("id")
    (table,) = again.problem.tables
    (rule,) = [(a, s) for a, s in table.applied if a.rule.id == "aturan"]
    checked = list(check_rule(rule[0], again.menu(table), rule[1], table.group))
    assert [f.code for f in checked] == [code for _, code, _ in weeks(found)]


def test_what_was_served_before_completes_a_week(tmp_path: Path) -> None:
    # Monday and Tuesday are past, Wednesday to Friday planned: the week is whole, and its fish was not served yet
    path = school(tmp_path, "from: 2026-02-04, to: 2026-02-06", FISH, "min: 1 times")
    past = "history:\n" + "".join(
        f"  - {{date: {day}, institution: sd-1, meal: siang, dishes: [nasi-putih, {dish}]}}\n"
        for day, dish in (("2026-02-02", "telur-puyuh-balado"), ("2026-02-03", "ayam-bumbu-kuning"))
    )
    path.write_text(path.read_text(encoding="utf-8") + past, encoding="utf-8")
    found = planned(path)
    assert ["rule-pass"] == [code for _, code, _ in weeks(found)]
    assert with_fish(found) >= 1
