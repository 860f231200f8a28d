"""Recipes in spreadsheets: the same nutrition as their YAML twins, and every mistake reported at its cell."""

from __future__ import annotations

import csv
from collections.abc import Callable
from datetime import datetime
from functools import cache
from io import BytesIO
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from sehatmenu import cli
from sehatmenu.errors import LoadError
from sehatmenu.findings import Finding
from sehatmenu.food.dishes import Recipe
from sehatmenu.food.recipes import load_recipe
from sehatmenu.reports.recipe_columns import HEADINGS, write_template
from sehatmenu.reports.recipe_sheets import read_recipes

openpyxl = pytest.importorskip("openpyxl")

TWIN = Path(__file__).resolve().parents[2] / "examples" / "gading-rejo" / "resep" / "tumis-kangkung.yaml"
WIDTH = len(HEADINGS)
OWN = (
    "Tumis kangkung",
    "sayur",
    20,
    "dbmp",
    "kotor",
    "tumis",
    "950 g",
    0.5,
    "150 %",
    "2,5 %",
    "sayur-hijau",
    None,
    "dapur",
)
ROWS: tuple[tuple[Any, ...], ...] = (
    (*OWN, "kangkung", 5, "ikat", "300 g", None, None, None),
    (*[None] * 13, "bawang merah", 8, "siung", "8 g", None, None, None),
    (*[None] * 13, "bawang putih", "6", "siung", "4 g", None, None, None),
    (*[None] * 13, "cabai merah", "30", "g", None, None, None, "iris"),
    (*[None] * 13, "minyak goreng", 9, "sdm", None, None, None, None),
    (*[None] * 13, "garam", 2, "sdt", "5 g", None, None, None),
)  # fmt: skip
"""The rows of the YAML twin as a kitchen fills them in."""


@cache
def template() -> bytes:
    with TemporaryDirectory() as folder:
        path = Path(folder) / "resep.xlsx"
        write_template(path)
        return path.read_bytes()


def filled(path: Path, change: Callable[[Any], object] = lambda book: None) -> Path:
    """The template, its example replaced by the twin, then changed."""
    book = openpyxl.load_workbook(BytesIO(template()))
    page = book["Resep"]
    for line, row in enumerate(ROWS, 2):
        for column, value in enumerate(row, 1):
            page.cell(line, column).value = value
    page["H2"].number_format = "0%"
    change(book)
    book.save(path)
    return path


def assert_same(path: Path) -> None:
    (recipe,), twin = read_recipes(path), load_recipe(TWIN)
    np.testing.assert_array_equal(recipe.nutrition.values.low, twin.nutrition.values.low)
    np.testing.assert_array_equal(recipe.nutrition.values.high, twin.nutrition.values.high)
    assert (recipe.name, recipe.course, recipe.servings, recipe.mass) == (
        twin.name,
        twin.course,
        twin.servings,
        twin.mass,
    )
    assert (recipe.portion, recipe.tags, recipe.allergens) == (twin.portion, twin.tags, twin.allergens)
    assert [i.gross for i in recipe.ingredients] == [i.gross for i in twin.ingredients]


def test_template_filled_in_equals_the_yaml_twin(tmp_path: Path) -> None:
    assert_same(filled(tmp_path / "resep.xlsx"))


@pytest.mark.parametrize("delimiter", [",", ";"])
def test_csv_equals_the_yaml_twin(tmp_path: Path, delimiter: str) -> None:
    path = tmp_path / "resep.csv"
    with open(path, "w", encoding="utf-8-sig", newline="") as stream:
        writer = csv.writer(stream, delimiter=delimiter)
        writer.writerow([heading.title for heading in HEADINGS])
        writer.writerows([["" if v is None else "50 %" if v == 0.5 else v for v in row] for row in ROWS])
    assert_same(path)


def test_the_template_itself_can_be_read(tmp_path: Path) -> None:
    path = tmp_path / "resep.xlsx"
    write_template(path)
    assert [recipe.id for recipe in read_recipes(path)] == ["tumis-kangkung-contoh"]
    page = openpyxl.load_workbook(path)["Resep"]
    assert len(page.data_validations.dataValidation) == 5
    assert page["C1"].comment is not None


MISTAKES: list[tuple[str, object, str, str]] = [
    ("A2", None, "A2", "sheet-cell-missing"),
    ("B2", "sayuran", "B2", "sheet-choice"),
    ("B2", None, "B2", "sheet-cell-missing"),
    ("C2", None, "C2", "sheet-cell-missing"),
    ("C2", "banyak", "C2", "number-unreadable"),
    ("C2", -5, "C2", "number-negative"),
    ("C2", 0, "C2", "servings-range"),
    ("C2", "12-14", "C2", "field-kind"),
    ("D2", "dkbm", "D2", "measure-list-unknown"),
    ("E2", "netto", "E2", "sheet-choice"),
    ("F2", "gorang", "F2", "method-unknown"),
    ("G2", "950", "G2", "amount-rupiah"),
    ("G2", "2 ikat", "G2", "weighed-mass"),
    ("H2", "50", "H2", "unit-missing"),
    ("H2", "200 %", "H2", "portion-bounds"),
    ("J2", "sedikit", "J2", "number-unreadable"),
    ("N3", "bawang mearh", "N3", "food-unknown"),
    ("N3", None, "N3", "sheet-cell-missing"),
    ("O3", None, "O3", "sheet-cell-missing"),
    ("O3", datetime(2026, 2, 1), "O3", "sheet-cell-date"),
    ("O3", "=2*4", "O3", "sheet-cell-formula"),
    ("O3", True, "O3", "sheet-cell-truth"),
    ("O3", "#N/A", "O3", "sheet-cell-error"),
    ("O3", -8, "O3", "number-negative"),
    ("P5", "pcs", "P5", "unit-refused"),
    ("P5", "lb", "P5", "unit-refused"),
    ("P5", None, "P5", "unit-missing"),
    ("P6", "papan", "P6", "measure-unresolved"),
    ("Q2", "300", "Q2", "unit-missing"),
    ("Q3", "2 genggam", "Q3", "weighed-mass"),
    ("Q5", "8 g", "Q5", "sheet-weighed-metric"),
    ("A2", '=HYPERLINK("x")', "A2", "sheet-cell-formula"),
    ("R3", "netto", "R3", "sheet-choice"),
    ("S3", "gorang", "S3", "method-unknown"),
    ("U4", "lepas", "U4", "sheet-cell-outside"),
    ("K1", "Tandah", "K1", "sheet-column-unknown"),
    ("K1", "Sumber", "M1", "table-column-twice"),
    ("B3", "sayur", "B3", "sheet-recipe-cell"),
]


FOLLOW = {"measure-unresolved", "food-unknown"}
"""What a wrong list, weighing or food leaves open elsewhere, and is told of as well."""


@pytest.mark.parametrize(("cell", "value", "place", "code"), MISTAKES)
def test_every_mistake_is_reported_at_its_cell(tmp_path: Path, cell: str, value: object, place: str, code: str) -> None:
    def change(book: Any) -> None:
        book["Resep"][cell].value = value

    path = filled(tmp_path / "resep.xlsx", change)
    with pytest.raises(LoadError) as error:
        read_recipes(path, reading="strict")
    found = {(f.code, str(f.place)) for f in error.value.report}
    assert (code, f"{path}:Resep!{place}") in found
    assert {other for other, _ in found} <= {code, *FOLLOW}
    assert all(f.text(lang) for f in error.value.report for lang in ("id", "en"))


def test_all_mistakes_come_at_once(tmp_path: Path) -> None:
    apart = {"C2": -5, "E2": "netto", "N3": "bawang mearh", "P5": "pcs", "Q2": "300", "U4": "lepas", "B3": "sayur"}

    def change(book: Any) -> None:
        for cell, value in apart.items():
            book["Resep"][cell].value = value
        book.create_sheet("Lain")["B3"] = "tumis"

    path = filled(tmp_path / "resep.xlsx", change)
    with pytest.raises(LoadError) as error:
        read_recipes(path, reading="strict")
    places = {str(f.place) for f in error.value.report if f.code != "measure-unresolved"}
    assert places - {f"{path}:Resep!Q3"} == {f"{path}:Resep!{cell}" for cell in apart} | {f"{path}:Lain!B3"}


def test_an_ambiguous_number_is_asked_about(tmp_path: Path) -> None:
    def change(book: Any) -> None:
        book["Resep"]["O5"].value, book["Resep"]["P5"].value = "1.500", "kg"

    path = filled(tmp_path / "resep.xlsx", change)
    with pytest.raises(LoadError, match="Resep!O5"):
        read_recipes(path, reading="strict")
    (recipe,) = read_recipes(path)
    assert {"1500", "1,5"} <= {o for f in recipe.findings if f.code == "number-ambiguous" for o in _offered(f)}


def test_a_recipe_written_twice_and_files_that_are_no_tables(tmp_path: Path) -> None:
    def twice(book: Any) -> None:
        for column, value in enumerate(("Sop", "sayur", 4, *ROWS[0][3:]), 1):
            book["Resep"].cell(8, column).value = value
        for column, value in enumerate(ROWS[0], 1):
            book["Resep"].cell(9, column).value = value

    with pytest.raises(LoadError, match="Resep!A9"):
        read_recipes(filled(tmp_path / "resep.xlsx", twice))
    for name, content in (("rusak.xlsx", b"bukan zip"), ("kosong.csv", b""), ("latin.csv", b"Nama resep;\xe9")):
        (tmp_path / name).write_bytes(content)
        with pytest.raises(LoadError):
            read_recipes(tmp_path / name)
    with pytest.raises(LoadError):
        read_recipes(tmp_path / "tidak-ada.xlsx")


def test_a_comma_in_an_unquoted_csv_number_is_not_lost(tmp_path: Path) -> None:
    path = tmp_path / "resep.csv"
    titles = ["Nama resep", "Jenis hidangan", "Jumlah porsi", "Bahan", "Jumlah", "Satuan"]
    path.write_text(f"{','.join(titles)}\nSop,sayur,4,wortel,2,5,g\n", encoding="utf-8")
    with pytest.raises(LoadError) as error:
        read_recipes(path)
    assert ("sheet-cell-outside", f"{path}:2:7") in [(f.code, str(f.place)) for f in error.value.report]


def test_a_name_like_a_formula_stays_a_name(tmp_path: Path) -> None:
    def change(book: Any) -> None:
        cell = book["Resep"]["A2"]
        cell.value = '=HYPERLINK("x")'
        cell.data_type = "s"

    (recipe,) = read_recipes(filled(tmp_path / "resep.xlsx", change))
    assert recipe.name == '=HYPERLINK("x")'


def _offered(finding: Finding) -> list[str]:
    offered = finding.values["suggestion"]
    assert isinstance(offered, list)
    return offered


def outcome(path: Path) -> tuple[tuple[Recipe, ...], tuple[Finding, ...]]:
    try:
        return read_recipes(path), ()
    except LoadError as error:
        return (), error.report.findings


def test_the_check_command_reads_spreadsheets(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    def salty(book: Any) -> None:
        book["Resep"]["C2"].value = -5

    good, bad = filled(tmp_path / "baik.xlsx"), filled(tmp_path / "salah.xlsx", salty)
    assert cli.main(["check", str(good), str(TWIN)]) == 0
    assert capsys.readouterr().out.count("Tumis kangkung (sayur)") == 2
    assert cli.main(["check", str(good), str(bad)]) == 2
    assert f"{bad}:Resep!C2: " in capsys.readouterr().err


WORDS = st.sampled_from(
    ["", "sayur", "kotor", "5", "1/2", "1.500", "2,5", "50 %", "kangkung", "ikat", "g", "300 g", "?", "=1"]
)


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(rows=st.lists(st.lists(WORDS | st.text(max_size=8), max_size=WIDTH + 1), max_size=3))
def test_no_filling_in_breaks_the_reader(tmp_path: Path, rows: list[list[str]]) -> None:
    path = tmp_path / "acak.csv"
    with open(path, "w", encoding="utf-8", errors="replace", newline="") as stream:
        csv.writer(stream).writerows([[heading.title for heading in HEADINGS], ROWS[0], *rows])
    found, problems = outcome(path)
    assert found or problems
    assert all(finding.place is not None and finding.text("en") for finding in problems)
