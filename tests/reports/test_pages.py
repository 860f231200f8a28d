"""The page of a plan and what notebooks show: whole, escaped, self-contained, accessible, in two languages."""

from __future__ import annotations

import re
from dataclasses import replace
from functools import cache
from html.parser import HTMLParser
from itertools import pairwise
from pathlib import Path

import pytest

from sehatmenu.errors import LoadError
from sehatmenu.files import parse_yaml
from sehatmenu.findings import Finding, Report, Severity, Verdict
from sehatmenu.food.composition import load_foods
from sehatmenu.food.recipes import recipe_from
from sehatmenu.messages import Figure, Text, catalogue
from sehatmenu.planning.clashes import Conflict
from sehatmenu.reports.bars import bar, part_bar
from sehatmenu.reports.notebooks import foods_html, plan_fragment, recipe_html, report_html, standard_html, weigh_first
from sehatmenu.reports.pages import TEMPLATES, conflict_html, plan_html, write_plan
from sehatmenu.standards.checks import check
from sehatmenu.standards.standards import load_standard

from .kitchen_plans import SCRIPT, example, plan_by_hand, plan_with_unknowns, unmeasured

VOID = {"meta", "br", "hr", "img", "link", "input"}
LANGUAGES = ("id", "en")


class Outline(HTMLParser):
    """Reads a page strictly, every tag closed in order; keeps tags, headings and the cells of menu cycles."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.open: list[tuple[str, dict[str, str | None]]] = []
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.headings: list[int] = []
        self.cells: list[str] = []
        self.texts: list[str] = []
        self.feed(text)
        self.close()
        assert self.open == []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        named = dict(attrs)
        assert len(named) == len(attrs), f"attribute twice in {tag}"
        self.tags.append((tag, named))
        if tag not in VOID:
            self.open.append((tag, named))
        if re.fullmatch("h[1-6]", tag):
            self.headings.append(int(tag[1]))
        if tag == "td" and self._inside_cycle():
            self.cells.append("")

    def handle_endtag(self, tag: str) -> None:
        assert self.open, f"</{tag}> closes nothing"
        assert self.open.pop()[0] == tag

    def handle_data(self, data: str) -> None:
        self.texts.append(data)
        if self.cells and self._inside_cycle() and any(tag == "td" for tag, _ in self.open):
            self.cells[-1] += data

    def _inside_cycle(self) -> bool:
        return any(tag == "table" and named.get("class") == "cycle" for tag, named in self.open)

    def named(self, attribute: str) -> list[str]:
        return [value for _, named in self.tags if (value := named.get(attribute)) is not None]


@cache
def page(lang: str) -> str:
    return plan_html(plan_with_unknowns(), lang)


@cache
def outline(lang: str) -> Outline:
    return Outline(page(lang))


def _conflict() -> Conflict:
    limit, amount = Figure(20.0, 25.0, "g"), Figure.exact(10.0, "g")
    values = {"rule": SCRIPT, "rule_id": "protein", "when": "2026", "amount": amount, "limit": limit}
    rule = Finding("rule-below", Verdict.fail, Severity.must, None, "SD contoh", "Pasal 1", values)
    return Conflict(example(), (rule,), (rule,), True, 1.5, "tangan 1.0")


@pytest.mark.parametrize("lang", LANGUAGES)
def test_the_page_says_its_language_and_its_headings_stand_in_order(lang: str) -> None:
    assert ("html", {"lang": lang}) in outline(lang).tags
    headings = outline(lang).headings
    assert headings[0] == 1
    assert headings.count(1) == 1
    assert all(after <= before + 1 for before, after in pairwise(headings))


@pytest.mark.parametrize("lang", LANGUAGES)
def test_the_page_needs_nothing_outside_itself(lang: str) -> None:
    text = page(lang)
    for wanted in ("<script", "http", "src=", "@import", "<link", "//", "javascript:"):
        assert wanted not in text.lower().replace("&lt;script", "")
    assert "url(" not in text
    assert not any(name.startswith("on") for _, named in outline(lang).tags for name in named)
    assert all(target.startswith("#") for target in outline(lang).named("href"))


@pytest.mark.parametrize("lang", LANGUAGES)
def test_every_link_leads_to_a_place_of_the_page(lang: str) -> None:
    ids = outline(lang).named("id")
    assert len(set(ids)) == len(ids)
    assert {target.removeprefix("#") for target in outline(lang).named("href")} <= set(ids)
    assert set(outline(lang).named("aria-labelledby")) <= set(ids)


@pytest.mark.parametrize("lang", LANGUAGES)
def test_every_table_head_says_what_it_heads_and_every_box_has_a_name(lang: str) -> None:
    tags = outline(lang).tags
    assert {named.get("scope") for tag, named in tags if tag == "th"} == {"col", "row", "rowgroup"}
    assert all(named.get("aria-label") for _, named in tags if named.get("class") == "scroll")


def test_every_dish_of_the_plan_stands_in_the_menu_cycle() -> None:
    plan, cells = plan_with_unknowns(), outline("id").cells
    served = [cell for cell in cells if not cell.startswith("Rp")]
    assert len(served) == len(plan.servings)
    for serving in plan.servings:
        assert any(serving.dish.name in cell and serving.supplier.name in cell for cell in served)


def test_the_foot_of_the_cycle_sums_the_prices_of_a_tray() -> None:
    # Day one of the plan by hand serves the first offer of each course: UMKM 01's nasi putih, ayam bumbu kuning,
    # orek tempe and capcay, UMKM 03's pepaya; one standard portion each, so the sum of the prices in umkm.yaml.
    first = next(iter(plan_by_hand().by_tray.values()))
    assert [s.dish.id for s in first] == ["nasi-putih", "ayam-bumbu-kuning", "orek-tempe", "capcay", "pepaya"]
    expected = f"{round(sum(s.price for s in first)):,}".replace(",", ".")
    cells = Outline(plan_html(plan_by_hand())).cells
    assert next(cell for cell in cells if cell.startswith("Rp")) == f"Rp{expected}"


def test_a_hostile_name_is_text() -> None:
    fragments = [recipe_html(unmeasured()), plan_fragment(plan_with_unknowns()), conflict_html(_conflict())]
    for text in (page("id"), *fragments):
        assert "<script" not in text
        assert "&lt;script&gt;alert(1)&lt;/script&gt;" in text


def test_what_is_unknown_is_told_with_its_cause() -> None:
    section = page("id").split('id="unknown"')[1]
    assert "minyak goreng secukupnya" in section
    assert "belum ditimbang" in section
    assert "Tidak ada aturan yang belum dapat dinilai" not in section
    assert "Tidak ada aturan yang belum dapat dinilai" in plan_html(plan_by_hand()).split('id="unknown"')[1]


def test_what_is_to_be_bought_stays_unknown_where_the_recipe_does_not_measure() -> None:
    row = next(r for r in page("id").split('id="purchases"')[1].split("<tr>") if "Minyak kelapa sawit" in r)
    assert "≥" in row


def test_ingredients_to_buy_are_gross_weight_times_heads() -> None:
    # unmeasured(): 500 g kangkung edible for 10 portions, BDD 60 %: 500 / 0.6 / 10 = 83.33 g a head gross. It is served
    # on one day to 84 + 78 + 66 + 71 + 25 heads at 100 % and 12 at 90 %: 334.8 portions, 27.9 kg.
    # Tumis kangkung of the example, 1.5 kg gross for 20 portions, is served on one other day: 75 g, 25.11 kg.
    served = {(s.day, s.dish.name) for s in plan_with_unknowns().servings if s.dish.has(food="kangkung")}
    assert sorted(name for _, name in served) == [SCRIPT, "Tumis kangkung"]
    row = next(r for r in page("id").split('id="purchases"')[1].split("<tr>") if "Kangkung, segar" in r)
    total = re.findall(r"<strong>([\d,]+) kg</strong>", row)[0].replace(",", ".")
    assert float(total) == 53.0


def test_the_bounds_of_an_umkm_stand_in_a_table_of_their_own() -> None:
    figures = {"amount": Figure.exact(336, "portion"), "limit": Figure(-float("inf"), 450, "portion")}
    text = Text("UMKM 01, katering", "UMKM 01, katering")
    held = Finding("supplier-capacity", Verdict.pass_, subject=text.id, values={"supplier": text, **figures})
    plan = replace(plan_by_hand(), report=Report((*plan_by_hand().report, held)))
    section = plan_html(plan).split("Kapasitas dan bagian UMKM</h3>")[1].split("</table>")[0]
    for wanted in ("UMKM 01, katering, porsi sehari", "1 dari 1", "336 porsi", "≤ 450 porsi"):
        assert wanted in section


@pytest.mark.parametrize("lang", LANGUAGES)
def test_fragments_are_whole_and_need_nothing_outside(lang: str) -> None:
    meal = [unmeasured(), plan_by_hand().servings[0].dish]
    report = check(meal, load_standard("id/mbg-2026"), "sd-1-3", "2026-02-02")
    fragments = [
        recipe_html(unmeasured(), lang),
        report_html(report, lang),
        plan_fragment(plan_with_unknowns(), lang),
        standard_html(load_standard("id/mbg-2026"), lang),
        foods_html(load_foods(), lang),
    ]
    for text in fragments:
        assert ("div", {"class": "sehatmenu", "lang": lang}) in Outline(text).tags
        assert "<script" not in text
        assert "src=" not in text


def test_objects_show_themselves_in_notebooks() -> None:
    plan = plan_by_hand()
    for thing in (unmeasured(), plan, plan.report, _conflict(), load_foods(), load_standard("id/ggl-2013")):
        assert thing._repr_html_().startswith('<div class="sehatmenu" lang="id">')


def test_a_report_of_mistakes_in_a_file_shows_each_with_its_place() -> None:
    with pytest.raises(LoadError) as caught:
        load_standard("tidak/ada")
    text = report_html(caught.value.report)
    assert "tidak/ada" in text
    assert "<table" not in text


def test_the_line_to_weigh_first_is_the_one_that_leaves_most_open() -> None:
    # Unweighed: oil (no bound on energy and fat), salt (on sodium alone), sugar (2-3 g, bounded).
    line = weigh_first(unmeasured())
    assert line is not None
    assert line.text == "minyak goreng secukupnya"
    assert weigh_first(plan_by_hand().servings[0].dish) is None


def test_bars_keep_the_known_and_the_unknown_part_apart() -> None:
    # Longest figure 200, line 200 * 1.15 = 230: 100 / 230 = 43.48 %, 150 / 230 = 65.22 %, 200 / 230 = 86.96 %.
    shown = bar([Figure(100, 200, "g")], Figure(150, 200, "g"))
    assert (shown.sure.start, shown.sure.width) == (0, 43.48)
    assert (shown.open.start, shown.open.width) == (43.48, 43.48)
    assert (shown.lawful.start, shown.lawful.width) == (65.22, 21.74)
    assert shown.spread.width == 0
    endless = bar([Figure(100, float("inf"), "g")], Figure(-float("inf"), 200, "g"))
    assert endless.endless
    assert endless.open.start + endless.open.width == 100
    assert part_bar(Figure.exact(25, "g"), 100).sure.width == 25


def test_every_word_of_the_templates_is_in_the_catalogues() -> None:
    text = "\n".join(path.read_text(encoding="utf-8") for path in sorted(TEMPLATES.glob("*.html.j2")))
    used = set(re.findall(r'\bt\("([a-z0-9_-]*[a-z0-9_])"', text))
    opened = (*re.findall(r'"([a-z-]+-)" ~', text), "course-", "foodgroup-", "supplier-")
    for lang in LANGUAGES:
        words = {code.removeprefix("word-page-") for code in catalogue(lang) if code.startswith("word-page-")}
        assert used <= words
        assert {word for word in words - used if not word.startswith(opened) and f'"{word}"' not in text} == set()


def test_the_page_is_written_as_utf8(tmp_path: Path) -> None:
    write_plan(plan_by_hand(), tmp_path / "menu.html", "en")
    text = (tmp_path / "menu.html").read_text(encoding="utf-8")
    assert text.startswith('<!DOCTYPE html>\n<html lang="en">')
    assert "≥" in text


def test_a_table_of_a_recipe_rounds_an_amount_once() -> None:
    text = (
        "name: Kue\ncourse: selingan\nservings: 1\n"
        "nutrition: {per: 1 portion, source: uji, values: {energy: 55.3480 kcal, protein: 9.9960 g, fat: 0.126 g}}\n"
    )
    shown = recipe_html(recipe_from(parse_yaml(text, "kue.yaml")))
    for figure in ("55,3 kkal", "10 g", "0,13 g"):
        assert f'<td class="num">{figure}</td>' in shown


def test_a_meal_that_a_rule_names_is_said_once() -> None:
    shown = plan_fragment(plan_by_hand())
    assert ">Anggaran per porsi, siang</th>" in shown
    assert ">Energi, batas bawah (bagian dari AKG sehari), siang</th>" in shown
