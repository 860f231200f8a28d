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
from sehatmenu.planning.prices import load_prices
from sehatmenu.planning.suppliers import load_suppliers
from sehatmenu.reports.price_sheets import read_prices, write_price_template
from sehatmenu.reports.supplier_columns import HEADINGS, write_supplier_template
from sehatmenu.reports.supplier_sheets import read_suppliers

openpyxl = pytest.importorskip("openpyxl")

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
        ("A3", "kangkung", "A3", "sheet-price-twice"),
        ("A3", "Kangkung, segar", "A3", "sheet-price-twice"),
        ("B2", "mahal", "B2", "number-unreadable"),
        ("B2", "15 kg", "B2", "unit-dimension"),
        ("B2", "=B3", "B2", "sheet-cell-formula"),
        ("C2", "1 ikat", "C2", "unit-unknown"),
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


@pytest.mark.parametrize(("name", "title"), [("umkm.xlsx", "UMKM"), ("harga-pasar.xlsx", "Harga"), ("menu.xlsx", "Resep")])
def test_the_template_command_goes_by_the_name(
    tmp_path: Path, name: str, title: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert cli.main(["template", str(tmp_path / name)]) == 0
    assert openpyxl.load_workbook(tmp_path / name).sheetnames == [title, "Petunjuk"]
    assert title in capsys.readouterr().out
