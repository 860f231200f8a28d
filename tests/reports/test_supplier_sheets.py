"""UMKM and prices in spreadsheets: the same as their files, and every mistake reported at its cell."""

from __future__ import annotations

import csv
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from sehatmenu import cli
from sehatmenu.errors import LoadError
from sehatmenu.food.composition import load_foods
from sehatmenu.planning.demand import load_problem
from sehatmenu.planning.prices import load_prices
from sehatmenu.planning.suppliers import load_suppliers
from sehatmenu.quantities.intervals import Interval
from sehatmenu.reports.price_sheets import read_prices, write_price_template
from sehatmenu.reports.supplier_columns import HEADINGS, write_supplier_template
from sehatmenu.reports.supplier_sheets import read_suppliers

openpyxl = pytest.importorskip("openpyxl")

EXAMPLE = Path(__file__).resolve().parents[2] / "examples" / "gading-rejo"

TWIN = """\
suppliers:
  - id: umkm-01
    name: "UMKM 01, katering"
    trade: katering
    scale: kecil
    capacity: 1450 portions
    days: [senin, rabu]
    lead_time: 2 days
    delivery: {sd-1: 20 minutes, sd-2: 12.5 minutes}
    share: {min: 2.5 %, max: 30 %}
    certificates:
      - {type: slhs, number: CONTOH-01, issued: 2025-08-11, expires: 2028-08-11}
      - {type: halal, number: "=HYPERLINK(1)", issued: 2024-11-20, expires: null}
    offers:
      - {dish: nasi-putih, price: 2100 IDR, ingredients: 1280 IDR, priced_on: 2025-12-27}
      - {dish: capcay, price: 12500 IDR, from: 2026-02-02, until: 2026-03-02, days: [rabu], minimum: 25 portions}
  - id: umkm-14
    name: UMKM 14, anyaman
"""
N = None
ROWS: tuple[tuple[Any, ...], ...] = (
    ("umkm-01", "UMKM 01, katering", "katering", "kecil", 1450, "senin, rabu", 2, "sd-1: 20; sd-2: 12,5", 0.025, "30 %", N,
     "slhs", "CONTOH-01", datetime(2025, 8, 11), "2028-08-11", "nasi-putih", 2100, 1280, "2025-12-27", N, N, N, N),
    (*[N] * 11, "halal", "'=HYPERLINK(1)", "2024-11-20", N, "capcay", "Rp12.500", N, N, "2026-02-02", "2026-03-02", "rabu", 25),
    ("umkm-14", "UMKM 14, anyaman", *[N] * 21),
)  # fmt: skip


def filled(path: Path, change: Callable[[Any], object] = lambda page: None) -> Path:
    """The template, its example replaced by the twin, then changed."""
    write_supplier_template(path)
    book = openpyxl.load_workbook(path)
    page = book["UMKM"]
    for line, row in enumerate(ROWS, 2):
        for column, value in enumerate(row, 1):
            page.cell(line, column).value = value
    page["M3"].value, page["M3"].data_type = "=HYPERLINK(1)", "s"
    page["I2"].number_format = "0.0%"
    change(page)
    book.save(path)
    return path


def twin(folder: Path) -> Path:
    path = folder / "umkm.yaml"
    path.write_text(TWIN, encoding="utf-8")
    return path


def test_filled_template_equals_the_yaml_register(tmp_path: Path) -> None:
    assert read_suppliers(filled(tmp_path / "umkm.xlsx")).suppliers == load_suppliers(twin(tmp_path)).suppliers


@pytest.mark.parametrize("delimiter", [",", ";"])
def test_csv_equals_the_yaml_register(tmp_path: Path, delimiter: str) -> None:
    path = tmp_path / "umkm.csv"
    said = {0.025: "2,5 %", datetime(2025, 8, 11): "2025-08-11", "'=HYPERLINK(1)": "=HYPERLINK(1)", N: ""}
    with open(path, "w", encoding="utf-8-sig", newline="") as stream:
        writer = csv.writer(stream, delimiter=delimiter)
        writer.writerow([heading.title for heading in HEADINGS])
        writer.writerows([[said.get(value, value) for value in row] for row in ROWS])
    assert read_suppliers(path).suppliers == load_suppliers(twin(tmp_path)).suppliers


def test_the_template_itself_can_be_read(tmp_path: Path) -> None:
    write_supplier_template(tmp_path / "umkm.xlsx")
    (supplier,) = read_suppliers(tmp_path / "umkm.xlsx").suppliers.values()
    assert [offer.dish for offer in supplier.offers] == ["nasi-putih", "capcay"]
    assert [paper.type for paper in supplier.certificates] == ["slhs", "halal"]


MISTAKES: list[tuple[str, object, str, str]] = [
    ("A2", N, "A2", "sheet-cell-missing"),
    ("A4", "umkm-01 ", "B4", "sheet-supplier-cell"),
    ("B2", N, "B2", "sheet-cell-missing"),
    ("D2", "raksasa", "D2", "field-choice"),
    ("E2", N, "A2", "capacity-missing"),
    ("E2", "banyak", "E2", "number-unreadable"),
    ("E2", -5, "E2", "number-negative"),
    ("E2", "450 kg", "E2", "unit-dimension"),
    ("E2", "=400+50", "E2", "sheet-cell-formula"),
    ("F2", "senin, libur", "F2", "weekday-unknown"),
    ("G2", True, "G2", "sheet-cell-truth"),
    ("H2", "sd-1", "H2", "number-unreadable"),
    ("J2", "30", "J2", "unit-missing"),
    ("L2", N, "L2", "sheet-cell-missing"),
    ("N2", "11 Agustus 2025", "N2", "date-wrong"),
    ("P2", N, "P2", "sheet-cell-missing"),
    ("Q2", N, "Q2", "sheet-cell-missing"),
    ("Q2", "2100-2300", "Q2", "number-range"),
    ("Q3", "#N/A", "Q3", "sheet-cell-error"),
    ("R2", datetime(2026, 2, 1), "R2", "sheet-cell-date"),
    ("V3", "libur", "V3", "weekday-unknown"),
    ("B3", "UMKM lain", "B3", "sheet-supplier-cell"),
    ("X3", "lepas", "X3", "sheet-cell-outside"),
    ("E1", "Kapasitass", "E1", "sheet-column-unknown"),
    ("E1", "Skala", "E1", "table-column-twice"),
    ("A1", "Lain", "A1", "table-column-missing"),
]


@pytest.mark.parametrize(("cell", "value", "place", "code"), MISTAKES)
def test_every_mistake_is_reported_at_its_cell(tmp_path: Path, cell: str, value: object, place: str, code: str) -> None:
    def change(page: Any) -> None:
        page[cell].value = value

    path = filled(tmp_path / "umkm.xlsx", change)
    with pytest.raises(LoadError) as error:
        read_suppliers(path)
    assert (code, f"{path}:UMKM!{place}") in {(f.code, str(f.place)) for f in error.value.report}
    assert all(f.text(lang) for f in error.value.report for lang in ("id", "en"))


def test_all_mistakes_come_at_once(tmp_path: Path) -> None:
    apart = {"D2": "raksasa", "E2": "banyak", "F2": "libur", "N2": "kemarin", "Q3": "mahal", "X3": "lepas"}

    def change(page: Any) -> None:
        for cell, value in apart.items():
            page[cell].value = value

    path = filled(tmp_path / "umkm.xlsx", change)
    with pytest.raises(LoadError) as error:
        read_suppliers(path)
    assert [str(f.place) for f in error.value.report] == [f"{path}:UMKM!{cell}" for cell in apart]


def test_a_code_used_twice_and_an_empty_sheet_are_refused(tmp_path: Path) -> None:
    def again(page: Any) -> None:
        page["A5"].value, page["B5"].value = "umkm-01", "UMKM 01 lagi"

    with pytest.raises(LoadError, match="UMKM!A5"):
        read_suppliers(filled(tmp_path / "umkm.xlsx", again))
    with pytest.raises(LoadError, match="UMKM!A2"):
        read_suppliers(filled(tmp_path / "umkm.xlsx", lambda page: page.delete_rows(2, 9)))


PRICES = """\
food,price [IDR],weight [g],basis,source
kangkung,15000,1000,gross,pasar
minyak goreng,18000,913,edible,
"""
PRICE_ROWS: tuple[tuple[Any, ...], ...] = (
    ("kangkung", "Rp15.000", "1 kg", "kotor", datetime(2025, 12, 27), N, "pasar", N),
    ("minyak goreng", 18000, 913, "bersih", N, "Pringsewu", N, "curah"),
)


def priced(path: Path, change: Callable[[Any], object] = lambda page: None) -> Path:
    write_price_template(path)
    book = openpyxl.load_workbook(path)
    page = book["Harga"]
    page.delete_rows(2, 9)
    for line, row in enumerate(PRICE_ROWS, 2):
        for column, value in enumerate(row, 1):
            page.cell(line, column).value = value
    change(page)
    book.save(path)
    return path


def test_prices_of_a_workbook_equal_the_price_list(tmp_path: Path) -> None:
    (tmp_path / "harga.csv").write_text(PRICES, encoding="utf-8")
    assert read_prices(priced(tmp_path / "harga.xlsx")) == load_prices(tmp_path / "harga.csv")


@pytest.mark.parametrize(
    ("cell", "value", "place", "code"),
    [
        ("A2", "kangkuung", "A2", "food-unknown"),
        ("A2", N, "A2", "sheet-cell-missing"),
        ("A3", "kangkung", "A3", "price-twice"),
        ("A3", "Kangkung, segar", "A3", "price-twice"),
        ("B2", "mahal", "B2", "number-unreadable"),
        ("B2", "15 kg", "B2", "unit-dimension"),
        ("B2", "=B3", "B2", "sheet-cell-formula"),
        ("C2", "1 papan", "C2", "price-weight"),
        ("C2", 0, "C2", "price-weight-zero"),
        ("D2", "netto", "D2", "sheet-choice"),
        ("D2", N, "D2", "sheet-cell-missing"),
        ("E2", "27 Desember", "E2", "date-wrong"),
        ("I2", "lepas", "I2", "sheet-cell-outside"),
    ],
)
def test_mistakes_of_prices_are_reported_at_their_cells(
    tmp_path: Path, cell: str, value: object, place: str, code: str
) -> None:
    def change(page: Any) -> None:
        page[cell].value = value

    path = priced(tmp_path / "harga.xlsx", change)
    with pytest.raises(LoadError) as error:
        read_prices(path)
    assert [(f.code, str(f.place)) for f in error.value.report] == [(code, f"{path}:Harga!{place}")]
    assert all(f.text(lang) for f in error.value.report for lang in ("id", "en"))


TWICE = """\
food,price [IDR],weight [g],basis,date
kangkung,15000,1000,gross,{}
tempe,12000,1000,gross,
kangkung,9000,500,gross,{}
"""


@pytest.mark.parametrize("dates", [("", ""), ("2026-01-05", ""), ("2026-01-05", "2026-01-05")])
def test_two_prices_of_a_food_are_refused_with_both_lines(tmp_path: Path, dates: tuple[str, str]) -> None:
    path = tmp_path / "harga.csv"
    path.write_text(TWICE.format(*dates), encoding="utf-8")
    with pytest.raises(LoadError) as error:
        load_prices(path)
    (finding,) = error.value.report
    assert (finding.code, str(finding.place)) == ("price-twice", f"{path}:4:1")
    assert all(f"{path}:2:1" in finding.text(lang) for lang in ("id", "en"))


@pytest.mark.parametrize(
    ("dates", "per_gram"), [(("2026-01-05", "2026-02-02"), 18.0), (("2026-02-02", "2026-01-05"), 15.0)]
)
def test_the_later_of_two_dated_prices_counts(tmp_path: Path, dates: tuple[str, str], per_gram: float) -> None:
    path = tmp_path / "harga.csv"
    path.write_text(TWICE.format(*dates), encoding="utf-8")
    foods = load_foods()
    hundred = load_prices(path).cost(foods["kangkung"], gross=Interval.exact(100), edible=Interval.exact(60))
    assert hundred == Interval.exact(100 * per_gram)  # 9000 / 500 g = 18, 15000 / 1000 g = 15

    def again(page: Any) -> None:
        page["E2"].value = dates[0]
        for column, value in zip("ABCDE", ("kangkung", 9000, 500, "kotor", dates[1]), strict=True):
            page[f"{column}4"].value = value

    prices = read_prices(priced(tmp_path / "harga.xlsx", again))
    assert prices.cost(foods["kangkung"], gross=Interval.exact(100), edible=Interval.exact(60)) == hundred


def test_a_date_that_is_none_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "harga.csv"
    path.write_text(TWICE.format("kemarin", "2026-01-05"), encoding="utf-8")
    with pytest.raises(LoadError) as error:
        load_prices(path)
    assert ("date-wrong", f"{path}:2:5") in {(f.code, str(f.place)) for f in error.value.report}


def test_repair_reads_prices_from_the_template(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    def salty(page: Any) -> None:
        page["A2"].value, page["B2"].value = "garam", 20000

    asked = ["--standard", str(EXAMPLE / "standar-kantin.yaml"), "--group", "murid", "--on", "2026-02-02"]
    recipe = str(EXAMPLE / "gagal" / "nasi-goreng-keasinan.yaml")
    command = ["repair", recipe, *asked, "--prices"]
    assert cli.main([*command, str(priced(tmp_path / "harga.xlsx", salty))]) == 0
    from_workbook = capsys.readouterr().out
    csv_prices = PRICES.replace("kangkung,15000", "garam,20000")
    (tmp_path / "harga.csv").write_text(csv_prices, encoding="utf-8")
    assert cli.main([*command, str(tmp_path / "harga.csv")]) == 0
    assert capsys.readouterr().out == from_workbook
    assert "kurangi garam" in from_workbook
    bad = priced(tmp_path / "salah.xlsx", lambda page: page.cell(2, 2, "mahal"))
    assert cli.main([*command, str(bad)]) == 2
    assert f"{bad}:Harga!B2" in capsys.readouterr().err


@pytest.mark.parametrize("name", ["umkm.xlsx", "umkm.csv"])
def test_a_spreadsheet_in_place_of_the_register_is_named_with_its_reader(tmp_path: Path, name: str) -> None:
    with pytest.raises(LoadError) as error:
        load_suppliers(tmp_path / name)
    (finding,) = error.value.report
    assert str(finding.place) == f"{tmp_path / name}:1:1"
    assert all(name in finding.text(lang) and "read_suppliers" in finding.text(lang) for lang in ("id", "en"))


def test_a_problem_takes_the_umkm_of_a_spreadsheet(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    problem = two_dishes(tmp_path)
    sheet = filled(tmp_path / "umkm.xlsx", lambda page: page.__setitem__("J2", None))  # one UMKM alone has all orders
    planned = load_problem(problem, read_suppliers(sheet))
    assert [supplier.id for supplier in planned.register.suppliers.values()] == ["umkm-01", "umkm-14"]
    assert [option.price.low for option in planned.catalogue.options] == [2100, 12500]
    assert cli.main(["plan", str(problem), "--suppliers", str(sheet)]) == 0
    assert "Rp438.000" in capsys.readouterr().out  # thirty portions of Rp2,100 and thirty of Rp12,500
    with pytest.raises(LoadError, match="read_suppliers"):
        load_problem(problem)
    offer = filled(tmp_path / "lain.xlsx", lambda page: page.__setitem__("P2", "nasi-merah"))
    with pytest.raises(LoadError, match=r"lain\.xlsx:UMKM!P2"):
        load_problem(problem, read_suppliers(offer))


def two_dishes(folder: Path) -> Path:
    """A problem of one meal on a Wednesday for thirty, its register a spreadsheet."""
    (folder / "resep").mkdir()
    for name, course in (("nasi-putih", "pokok"), ("capcay", "sayur")):
        (folder / "resep" / f"{name}.yaml").write_text(
            f"name: {name}\ncourse: {course}\nservings: 1\nportion: {{min: 100 %, max: 100 %, step: 5 %}}\n"
            "nutrition: {per: 1 portion, source: uji, values: {energy: 200 kcal}}\n"
        )
    (folder / "standar.yaml").write_text(
        "id: uji/standar\ntitle: Uji\nvalid: {from: 2026-01-01, until: null}\nsources: {uji: {title: Uji, seen: example}}\n"
        "groups: {g: {title: G, meals: [siang]}}\nrules:\n"
        "  - {id: energi, kind: nutrient, nutrient: energy, per: meal, limits: [{min: 400 kcal, source: uji}]}\n"
    )
    problem = folder / "masalah.yaml"
    problem.write_text(
        "title: Uji\nstandard: standar.yaml\nrecipes: resep\nsuppliers: umkm.xlsx\n"
        "calendar: {from: 2026-02-04, to: 2026-02-04}\n"
        "institutions: [{id: sd-1, name: SD, meals: [{meal: siang, courses: [pokok, sayur], "
        "groups: [{group: g, heads: 30}]}]}]\n"
    )
    return problem


@pytest.mark.parametrize(
    ("name", "title"), [("umkm.xlsx", "UMKM"), ("harga-pasar.xlsx", "Harga"), ("menu.xlsx", "Resep")]
)
def test_the_template_command_goes_by_the_name(
    tmp_path: Path, name: str, title: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert cli.main(["template", str(tmp_path / name)]) == 0
    assert openpyxl.load_workbook(tmp_path / name).sheetnames == [title, "Petunjuk"]
    assert title in capsys.readouterr().out
