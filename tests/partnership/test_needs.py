"""Needs: read from forms of telephones too, turned into a plan, and held against dishes, vendors and papers."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from sehatmenu.files import to_yaml
from sehatmenu.food.dishes import Recipe
from sehatmenu.partnership.coverages import Coverage, coverage
from sehatmenu.partnership.needs import NEEDS, Need, demand_of, problem_document, read_needs
from sehatmenu.partnership.satisfaction import SURVEY
from sehatmenu.partnership.survey_forms import survey_form, write_survey_form
from sehatmenu.planning.demand import load_problem
from sehatmenu.planning.planners import plan
from sehatmenu.planning.plans import Plan
from sehatmenu.planning.suppliers import load_suppliers
from sehatmenu.standards.standards import Standard, load_standard
from tests.partnership.ledgers import csv
from tests.partnership.registers import cook, register

EXAMPLE = Path(__file__).resolve().parents[2] / "examples" / "gading-rejo"
HEADINGS = "Tempat;Nama tempat;Kelompok;Jumlah;Waktu makan;Hari;Pagu;Alergen dijauhi"
ROWS = [
    ("sd-1", "SD contoh 1", "sd-4-6", 78, "siang", "senin, selasa rabu", 13000, None),
    ("sd-1", "SD contoh 1", "sd-4-6", 3, "siang", "senin", 13000, "Udang, telur"),
    ("sd-2", None, "sd-1-3", None, "pagi", None, None, None),
]


def test_the_demand_as_written(tmp_path: Path) -> None:
    one, two, three = demand_of(read_needs(csv(tmp_path, HEADINGS, ROWS)))
    assert ("sd-1", "SD contoh 1", "sd-4-6", 78, "siang", 13000) == (
        one.place,
        one.name,
        one.group,
        one.heads,
        one.meal,
        one.ceiling,
    )
    assert ("senin", "selasa", "rabu") == one.weekdays
    assert frozenset({"udang", "telur"}) == two.allergens
    assert ("sd-2", None, None, 5) == (three.name, three.heads, three.ceiling, len(three.weekdays))
    assert [True, False] == [one.eats_on(date(2026, 2, day)) for day in (4, 5)]


def test_a_demand_becomes_a_problem_that_is_planned(tmp_path: Path) -> None:
    demand = demand_of(read_needs(csv(tmp_path, HEADINGS, ROWS)))
    data = problem_document(
        demand, title="Uji", standard="id/mbg-2026", first=date(2026, 2, 2), last=date(2026, 2, 4),
        recipes=str(EXAMPLE / "resep"), suppliers=str(EXAMPLE / "umkm.yaml"),
    )  # fmt: skip
    (tmp_path / "masalah.yaml").write_text(to_yaml(data), encoding="utf-8")
    found = plan(load_problem(tmp_path / "masalah.yaml"), time_limit=10)
    assert isinstance(found, Plan)
    # 78 heads, five courses, three days; the group without heads and the one with allergens are not in it
    assert 78 * 5 * 3 == sum(s.heads for s in found.servings)


# XLSForm


def test_a_survey_form_has_the_sheets_that_kobo_and_odk_read() -> None:
    survey, choices, settings = survey_form(NEEDS, "2026-02", {"place": ("SD contoh 1", "SD contoh 2")})
    assert ["survey", "choices", "settings"] == [form.title for form in (survey, choices, settings)]
    assert ["type", "name", "label"] == [c.title for c in survey.columns][:3]
    questions = {row[1]: row for row in survey.rows}
    assert ("select_one place", "select_multiple days", "integer", "decimal") == tuple(
        questions[name][0] for name in ("tempat", "hari", "jumlah", "pagu")
    )
    assert ". >= 1 and . <= 100000" == questions["jumlah"][5]
    assert ("place", "sd_contoh_1", "SD contoh 1") in choices.rows
    assert ("Kebutuhan", "kebutuhan", "2026-02", "Bahasa Indonesia (id)") == tuple(settings.rows[0])
    assert all(
        row[0] in ("date", "text") or str(row[0]).startswith("integer") for row in survey_form(SURVEY, "1")[0].rows
    )


def test_a_form_is_written_as_a_workbook(tmp_path: Path) -> None:
    openpyxl = pytest.importorskip("openpyxl")
    write_survey_form(tmp_path / "formulir.xlsx", NEEDS, "1")
    book = openpyxl.load_workbook(tmp_path / "formulir.xlsx")
    assert ["survey", "choices", "settings"] == book.sheetnames
    assert "select_multiple days" in {cell.value for cell in book["survey"]["A"]}


def test_an_export_is_read_without_what_telephones_add(tmp_path: Path) -> None:
    asked = "tempat;nama_tempat;kelompok;jumlah;waktu_makan;hari;pagu;alergen_dijauhi"
    headings = f"start;end;username;deviceid;{asked};_id;_uuid;_status"
    row = (
        "2026-01-05T08:00",
        "2026-01-05T08:05",
        "siti",
        "imei:1",
        "sd-1",
        "SD 1",
        "sd-4-6",
        78,
        "siang",
        "senin jumat",
        13000,
        "",
        7,
        "a-b",
        "x",
    )
    ledger = read_needs(csv(tmp_path, headings, [row]))
    (need,) = demand_of(ledger)
    assert (78, ("senin", "jumat")) == (need.heads, need.weekdays)
    assert "siti" not in repr({name: column.names for name, column in ledger.labels.items()})


# Coverage


@pytest.fixture(scope="module")
def dishes() -> dict[str, Recipe]:
    problem = load_problem(EXAMPLE / "notebooks" / "sekolah-tiga-hari.yaml")
    return {option.recipe.id: option.recipe for option in problem.catalogue.options}


@pytest.fixture(scope="module")
def standard() -> Standard:
    return load_standard("id/mbg-2026")


def need(heads: int | None = 60, allergens: frozenset[str] = frozenset(), group: str = "sd-4-6") -> Need:
    return Need("sd-1", "SD 1", group, heads, "siang", ("senin", "selasa"), 13000, allergens)


PAPER = "{type: slhs, issued: 2026-01-01, expires: 2027-01-01}"
OLD = "{type: slhs, issued: 2024-01-01, expires: 2025-01-01}"
ONLY = {"siang": ("pokok", "sayur")}
NASI, KANGKUNG = "{dish: nasi-putih, price: 2000 IDR}", "{dish: tumis-kangkung, price: 2000 IDR}"


def held(dishes: dict[str, Recipe], standard: Standard, demand: list[Need], *cooks: str) -> Coverage:
    return coverage(demand, dishes, register(*cooks), standard, date(2026, 2, 2), date(2026, 2, 8), courses=ONLY)


def test_a_demand_that_is_covered_has_no_gap(dishes: dict[str, Recipe], standard: Standard) -> None:
    found = held(dishes, standard, [need(50)], cook("a", PAPER, offers=NASI), cook("b", PAPER, offers=KANGKUNG))
    assert (100, 100, 1.0, ()) == (found.asked, found.covered, found.share, found.gaps)


def test_capacity_is_shared_in_the_best_way_and_what_lacks_is_told(
    dishes: dict[str, Recipe], standard: Standard
) -> None:
    """Two groups of 60: 120 of rice and 120 of kangkung; a cooks both, b rice only, 100 each: 200 of 240 portions a day."""
    both = cook("a", PAPER, offers=f"{NASI}, {KANGKUNG}")
    found = held(dishes, standard, [need(60), need(60, group="sd-1-3")], both, cook("b", PAPER, offers=NASI))
    assert 2 * 40 == sum(gap.lacking for gap in found.gaps)
    assert found.covered < found.asked == 240
    assert any("kapasitas" in way.spoken("id") for gap in found.gaps for way in gap.ways)


def test_the_paper_that_would_close_a_gap_is_named(dishes: dict[str, Recipe], standard: Standard) -> None:
    found = held(dishes, standard, [need()], cook("a", PAPER, offers=NASI), cook("b", OLD, offers=KANGKUNG))
    (gap,) = found.gaps
    assert ("sayur", 2, 120, 0) == (gap.course, len(gap.days), gap.lacking, found.covered)
    assert "B menawarkan Tumis kangkung, tetapi: SLHS (laik higiene sanitasi): habis masa berlaku" == gap.ways[
        0
    ].spoken("id")
    assert "B offers Tumis kangkung, but: SLHS (hygiene and sanitation): expired" == gap.ways[0].spoken("en")


def test_the_vendor_that_lacks_is_named_by_dish(dishes: dict[str, Recipe], standard: Standard) -> None:
    found = held(dishes, standard, [need()], cook("a", PAPER, offers=NASI))
    assert {"sayur"} == {gap.course for gap in found.gaps}
    assert all("cari UMKM" in way.spoken("id") for way in found.gaps[0].ways)


def test_every_gap_is_told_not_the_first_only(dishes: dict[str, Recipe], standard: Standard) -> None:
    found = held(
        dishes, standard, [need(), need(group="sd-1-3")], cook("a", PAPER, offers="{dish: pisang-ambon, price: 1 IDR}")
    )
    assert {(g, c) for g in ("sd-4-6", "sd-1-3") for c in ("pokok", "sayur")} == {
        (gap.need.group, gap.course) for gap in found.gaps
    }


def test_allergens_are_kept_apart_and_untold_ones_do_not_count(dishes: dict[str, Recipe], standard: Standard) -> None:
    egg = next(name for name, d in dishes.items() if d.course == "hewani" and "telur" in d.allergens)
    only = {"siang": ("hewani",)}
    shop = register(cook("a", PAPER, offers=f"{{dish: {egg}, price: 1 IDR}}"))
    some = {egg: dishes[egg]}
    week = (date(2026, 2, 2), date(2026, 2, 8))
    free = coverage([need(5)], some, shop, standard, *week, courses=only)
    kept = coverage([need(5, frozenset({"telur"}))], some, shop, standard, *week, courses=only)
    assert (10, 0) == (free.covered, kept.covered)
    assert "mengandung telur" in kept.gaps[0].ways[0].spoken("id")


def test_heads_that_are_not_known_are_told_and_count_as_nothing(dishes: dict[str, Recipe], standard: Standard) -> None:
    found = held(dishes, standard, [need(None)], cook("a", PAPER, offers=NASI))
    assert (0, 0, {"Jumlah": 1}) == (found.asked, found.covered, found.basis.missing)
    told = found.basis.reporting
    assert told is not None
    assert ("sd-1",) == told.silent


def test_the_example_is_covered_by_its_umkm(dishes: dict[str, Recipe], standard: Standard) -> None:
    umkm = load_suppliers(EXAMPLE / "umkm.yaml")
    found = coverage([need(78)], dishes, umkm, standard, date(2026, 2, 2), date(2026, 2, 3))
    assert (156, 156) == (found.asked, found.covered)
