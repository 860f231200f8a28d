"""The law of provenance: no packaged figure without a source, and every face names what it rests on."""

from __future__ import annotations

import json

import pytest

from sehatmenu.cli import main
from sehatmenu.files import parse_yaml, read_yaml
from sehatmenu.food.composition import load_foods
from sehatmenu.food.recipes import recipe_from
from sehatmenu.food.sheets import DATA, read_sheet
from sehatmenu.food.sources import food_sources, source_of, uses
from sehatmenu.reports.source_lists import source_uses
from sehatmenu.standards.checks import check
from sehatmenu.standards.references import load_reference, packaged_ids
from sehatmenu.standards.standards import load_standard

TABLES = sorted(path.relative_to(DATA).as_posix() for path in DATA.rglob("*.csv"))
NOT_FIGURES = {
    "methods.csv": "words of the kitchen",
    "line_words.csv": "words of recipe lines",
    "measure_words.csv": "words for one measure, whose weights have their sources in measures.csv",
    "foods/kinds.csv": "thresholds of the lint, which judge figures and are none",
    "foods/names.csv": "names, which lead to figures and are none",
}


@pytest.mark.parametrize("name", [name for name in TABLES if name not in NOT_FIGURES])
def test_every_row_of_every_packaged_table_has_a_known_source(name: str) -> None:
    without = [f"{name}:{row.line}" for row in read_sheet(DATA / name) if not source_of(row["source"])]
    assert without == []


@pytest.mark.parametrize("name", [name for name in packaged_ids() if not name.startswith("references/")])
def test_every_limit_of_every_packaged_standard_has_a_source(name: str) -> None:
    standard = load_standard(name)
    limits = [(rule.id, limit) for rule in standard.rules for limit in rule.limits]
    assert [rule for rule, limit in limits if not (limit.source in standard.sources and standard.citation(limit))] == []
    assert [key for key, source in standard.sources.items() if not source.title.id] == []
    factors = standard.file.energy_factors
    assert factors is None or factors.source in standard.sources


@pytest.mark.parametrize("name", [name for name in packaged_ids() if name.startswith("references/")])
def test_every_intake_of_every_packaged_reference_has_a_source(name: str) -> None:
    file = load_reference(name).file
    assert [key for key, group in file.groups.items() if group.source not in file.sources] == []


def test_every_source_says_how_far_it_was_seen_and_where() -> None:
    assert [use.key for use in source_uses() if not (use.source.seen and use.source.where)] == []


def test_every_derived_nutrient_has_a_source() -> None:
    file = read_yaml(DATA / "nutrients.yaml").data
    cited = {entry["derive"]["source"] for entry in file["nutrients"].values() if "derive" in entry}
    assert cited <= set(file["sources"])


def test_no_food_source_is_left_over_and_none_is_missing() -> None:
    assert {use.source for use in uses()} == set(food_sources())


def test_the_counts_are_those_of_the_files() -> None:
    counts = {(use.file, use.key): use.figures for use in source_uses()}
    rows = (DATA / "measures.csv").read_text(encoding="utf-8").splitlines()[1:]
    measures = sum(figures for (file, _), figures in counts.items() if file == "food/measures")
    assert measures == len(rows)  # one weight or volume in each row
    assert counts["food/densities", "usda-weights"] == 22
    akg = sum(figures for (file, _), figures in counts.items() if file == "references/akg-2019")
    assert akg == sum(len(group.values) for group in load_reference("references/akg-2019").file.groups.values())


TABLE_SOURCES = {"tkpi-2020", "usda-sr", "tkpi-2017", "tkpi-2019", "kitchen-names", "labels", "formula"}


def test_a_food_table_names_its_sources() -> None:
    assert set(load_foods().sources) == TABLE_SOURCES


DISH = """\
name: Bayam bening
course: sayur
servings: 1
method: kuah
basis: edible
ingredients: [100 g bayam, {}]
"""


@pytest.mark.parametrize(
    ("line", "layers", "editions"),
    [
        ("10 g bawang merah", ["tkpi"], ("tkpi-2020",)),
        ("1 g garam", ["tkpi"], ("tkpi-2020", "usda-sr")),
        ("10 g bawang merah", ["tkpi", "usda"], ("tkpi-2020", "usda")),
    ],
)
def test_a_report_names_the_standard_and_the_food_tables_that_it_rests_on(
    line: str, layers: list[str], editions: tuple[str, ...]
) -> None:
    recipe = recipe_from(parse_yaml(DISH.format(line)), load_foods().prefer(layers))
    report = check([recipe], load_standard("id/mbg-2026"), "sd-4-6", "2026-02-02")
    assert report.editions == ("id/mbg-2026", *editions)
    assert all(f"({edition})" in report.text() for edition in report.editions)


def test_the_command_prints_every_source_with_its_grade_and_use(capsys: pytest.CaptureFixture[str]) -> None:
    texts = {}
    for lang in ("id", "en"):
        assert main(["sources", "--lang", lang]) == 0
        texts[lang] = capsys.readouterr().out
    assert "dari kutipan" in texts["id"]
    assert "from a quotation" in texts["en"]
    assert main(["sources", "--json"]) == 0
    rows = json.loads(capsys.readouterr().out)
    assert all({"file", "source", "title", "seen", "where", "figures"} <= row.keys() for row in rows)
    assert {row["file"] for row in rows if not row["file"].startswith("food/")} == set(packaged_ids())
    assert all(row["source"] in texts["en"] for row in rows)
