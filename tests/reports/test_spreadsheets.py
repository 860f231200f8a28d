"""Workbooks of a plan: numbers as numbers, weights to buy as edible / BDD, and no name that becomes a formula."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest

from sehatmenu import cli
from sehatmenu.planning.plans import Plan
from sehatmenu.reports.plan_forms import card_form, requirement_form, workbook_forms

from .kitchen_plans import SCRIPT, plan_by_hand, plan_with_unknowns

openpyxl = pytest.importorskip("openpyxl")

SHEETS = [
    "Siklus menu", "Standar porsi", "Daftar kebutuhan bahan", "Pesanan UMKM", "Analisis zat gizi", "Biaya", "Sumber",
]  # fmt: skip
LINK = '=HYPERLINK("x")'


def named(plan: Plan, name: str) -> Plan:
    """The plan with its first dish under another name."""
    old = plan.servings[0].dish
    dish = replace(old, name=name)
    return replace(plan, servings=tuple(replace(s, dish=dish) if s.dish is old else s for s in plan.servings))


@cache
def book() -> Any:
    with TemporaryDirectory() as folder:
        plan_by_hand().to_excel(Path(folder) / "menu.xlsx")
        return openpyxl.load_workbook(Path(folder) / "menu.xlsx")


def rows(sheet: str) -> list[dict[str, Any]]:
    head, *rest = book()[sheet].iter_rows(values_only=True)
    return [dict(zip(head, row, strict=True)) for row in rest]


def test_a_workbook_has_the_forms_of_an_office() -> None:
    assert book().sheetnames == SHEETS
    assert not any(cell.data_type == "f" for sheet in book() for row in sheet.iter_rows() for cell in row)


def test_weight_to_buy_is_edible_over_bdd() -> None:
    # TKPI ER031 jambu biji: BDD 82 %; 54,907.2 g edible / 0.82 = 66,960 g.
    (guava,) = [row for row in rows("Daftar kebutuhan bahan") if row["Bahan"] == "Jambu biji"]
    assert guava["BDD"] == 0.82
    assert guava["Berat kotor (g), paling sedikit"] == pytest.approx(guava["Berat bersih (g), paling sedikit"] / 0.82)
    assert guava["Berat kotor (kg)"] == pytest.approx(guava["Berat kotor (g), paling sedikit"] / 1000)


def test_rupiah_add_up_and_are_numbers() -> None:
    plan = plan_by_hand()
    orders = rows("Pesanan UMKM")
    assert sum(row["Nilai (Rp)"] for row in orders) == pytest.approx(plan.cost)
    assert all(isinstance(row["Tanggal"], datetime) for row in orders)
    heads, first = book()["Pesanan UMKM"].iter_rows(max_row=2)
    (value,) = (cell for head, cell in zip(heads, first, strict=True) if head.value == "Nilai (Rp)")
    assert value.number_format == '"Rp"#,##0'
    *meals, total, bound = rows("Biaya")
    assert sum(row["Nilai (Rp)"] for row in meals) == pytest.approx(total["Nilai (Rp)"]) == pytest.approx(plan.cost)
    assert bound["Nilai (Rp)"] == pytest.approx(plan.bound)


def test_what_is_not_known_stands_in_words() -> None:
    needs = next(form for form in workbook_forms(plan_with_unknowns()) if form.title == "Daftar kebutuhan bahan")
    salt = next(row for row in needs.rows if str(row[2]).casefold().startswith("garam"))
    assert "belum diketahui" in salt


@pytest.mark.parametrize("name", [LINK, "+1+1", "-2", "@SUM(A1)", SCRIPT, "beras\x07merah"])
def test_hostile_names_stay_text(tmp_path: Path, name: str) -> None:
    path = tmp_path / "menu.xlsx"
    named(plan_by_hand(), name).to_excel(path, "en")
    page = openpyxl.load_workbook(path)["UMKM orders"]
    cells = [row[4] for row in page.iter_rows(min_row=2)]
    (found, *_) = [cell for cell in cells if cell.value == name.replace("\x07", "\ufffd")]
    assert found.data_type == "s"
    assert found.quotePrefix == (name[0] in "=+-@")


def test_requirement_plan_and_menu_cards() -> None:
    plan = plan_by_hand()
    plain, more = requirement_form(plan), requirement_form(plan, buffer=0.1)
    assert [row[9] for row in more.rows[:3]] == [
        pytest.approx(float(str(row[9])) * 1.1, abs=0.1) for row in plain.rows[:3]
    ]
    cards = card_form(plan).rows
    assert len(cards) == sum(len(s.helpings) for s in plan.servings)
    assert {row[-1] for row in cards if row[4] == "Orek tempe, rendah garam"} == {"kedelai, lainnya belum diketahui"}
    assert not any("tidak-diketahui" in str(row[-1]) for row in cards)


def test_the_template_command_writes_once(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "resep.xlsx"
    assert cli.main(["template", str(path)]) == 0
    assert cli.main(["template", str(path)]) == 2
    assert str(path) in capsys.readouterr().out
