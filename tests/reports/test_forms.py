"""The forms that kitchens print: ten portions, two cost methods, a draft label with its rounding, hostile names."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from html import escape
from pathlib import Path

import pytest

from sehatmenu.food.dishes import Recipe
from sehatmenu.food.nutrients import Nutrition
from sehatmenu.food.recipes import load_recipe
from sehatmenu.planning.prices import load_prices
from sehatmenu.quantities.intervals import Interval
from sehatmenu.reports.notebooks import recipe_html
from sehatmenu.reports.printed_forms import plan_forms_html, recipe_forms_html, write_forms
from sehatmenu.reports.recipe_forms import costing_forms, label_form, standard_recipe_form
from sehatmenu.worksheets.forms import shown

from .kitchen_plans import EXAMPLE, SCRIPT, plan_by_hand, plan_with_unknowns, unmeasured
from .test_pages import Outline

LINK = '=HYPERLINK("x")'


def kangkung() -> Recipe:
    return load_recipe(EXAMPLE.parent / "resep" / "tumis-kangkung.yaml")


def test_a_standard_recipe_is_written_for_ten_portions() -> None:
    # 5 ikat x 300 g = 1,500 g for 20 portions: 750 g as bought for ten; TKPI kangkung BDD 60 %: 450 g edible.
    form = standard_recipe_form(kangkung())
    assert form.rows[0][4] == 750
    assert form.rows[0][2] == pytest.approx(750 * float(str(form.rows[0][3])))
    ten, one = form.rows[-2], form.rows[-1]
    assert float(str(ten[5])) == pytest.approx(10 * float(str(one[5])), abs=0.6)


def test_costing_shows_every_step_of_both_methods() -> None:
    prices = load_prices(EXAMPLE.parent / "harga.csv")
    lines, share, stacked = costing_forms(kangkung(), prices)
    total = 10 * prices.of(kangkung()).low
    assert lines.rows[-1][-1] == pytest.approx(total, abs=0.01)
    # total / 0.40 / 10 a portion; total x 1.1 x 1.1 x 1.2 / 10 a portion.
    assert share.rows[-1][2] == pytest.approx(total / 0.40 / 10)
    assert stacked.rows[-1][2] == pytest.approx(total * 1.452 / 10)


def test_costing_without_a_price_gives_no_price() -> None:
    prices = load_prices(EXAMPLE.parent / "harga.csv")
    (only,) = costing_forms(unmeasured(), prices, "en")
    assert only.notes == ("A price or weight is not known, so the price per portion cannot be reckoned yet.",)


def test_label_rounds_once_and_says_how() -> None:
    # ALG umum: 2,150 kcal, protein 60 g, sodium 1,500 mg. 107.5 / 2150 = 5 %; 2.5 g -> 3 g but 2.5 / 60 = 4.17 -> 4 %.
    nutrition = Nutrition.of({"energy": 107.5, "protein": 2.5, "sodium": 149.4, "fat": Interval(1, 2)})
    form = label_form(replace(kangkung(), nutrition=nutrition))
    rows = {str(row[0]): tuple(row[1:]) for row in form.rows}
    assert rows["Energi"] == ("108 kkal", "5 %")
    assert rows["Protein"] == ("3 g", "4 %")
    assert rows["Natrium"] == ("149 mg", "10 %")
    assert [row[1] for row in form.rows].count("belum diketahui") == 5
    assert "BPOM belum dilihat" in form.notes[-1]


@pytest.mark.parametrize(("lang", "name"), [("id", SCRIPT), ("en", LINK)])
def test_hostile_names_are_text_on_paper_and_in_notebooks(lang: str, name: str) -> None:
    dish = replace(kangkung(), name=name)
    plan = plan_by_hand()
    old = plan.servings[0].dish
    servings = tuple(replace(s, dish=replace(old, name=name)) if s.dish is old else s for s in plan.servings)
    for page in (recipe_forms_html(dish, lang=lang), plan_forms_html(replace(plan, servings=servings), lang)):
        outline = Outline(page)
        assert any(name in text for text in outline.texts)
        assert "script" not in {tag for tag, _ in outline.tags}
    assert escape(name, quote=False).split('"')[0] in recipe_html(dish, lang)
    assert "<script" not in recipe_html(dish, lang)


def test_forms_of_a_plan_are_whole_pages(tmp_path: Path) -> None:
    write_forms(plan_with_unknowns(), tmp_path / "formulir.html")
    page = Outline((tmp_path / "formulir.html").read_text(encoding="utf-8"))
    assert page.headings == [1, *[2] * 8]  # two weeks of the cycle, cards, portions, needs, orders, nutrients, cost
    assert not any("src" in named or str(named.get("href", "#"))[0] != "#" for _, named in page.tags)
    write_forms(kangkung(), tmp_path / "resep.html", "en", load_prices(EXAMPLE.parent / "harga.csv"))
    assert Outline((tmp_path / "resep.html").read_text(encoding="utf-8")).headings == [1, *[2] * 5]


def test_values_are_printed_as_the_language_writes_them() -> None:
    assert shown(1234.5, "amount", "id") == "1.234,5"
    assert shown(12500.0, "IDR", "id") == "Rp12.500"
    assert shown(date(2026, 11, 24), "date", "id") == "24 November 2026"
    assert shown(0.82, "percent", "en") == "82 %"


def test_forms_of_a_recipe_go_to_a_workbook_too(tmp_path: Path) -> None:
    openpyxl = pytest.importorskip("openpyxl")
    prices = load_prices(EXAMPLE.parent / "harga.csv")
    write_forms(replace(kangkung(), name=f"{LINK}: [resep]/{SCRIPT}"), tmp_path / "resep.xlsx", prices=prices)
    book = openpyxl.load_workbook(tmp_path / "resep.xlsx")
    assert len(book.sheetnames) == 5
    assert not any(cell.data_type == "f" for sheet in book for row in sheet.iter_rows() for cell in row)
    label = [str(row[0]) for row in book.worksheets[-1].iter_rows(values_only=True)]
    assert any("BPOM belum dilihat" in text for text in label)
