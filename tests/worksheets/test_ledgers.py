"""Ledgers: YAML, CSV, xlsx and data frames hold the same rows; a blank is unknown, every bad cell is named."""

from __future__ import annotations

import datetime as dt
import math
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from sehatmenu.errors import LoadError, UnitError
from sehatmenu.worksheets.ledger_cells import Entry, read_clock, read_day
from sehatmenu.worksheets.ledgers import Book, Ledger, read_ledger

pd = pytest.importorskip("pandas")
pl = pytest.importorskip("polars")
openpyxl = pytest.importorskip("openpyxl")

BOOK = Book(
    "Timbangan",
    "timbangan.xlsx",
    (
        Entry("Tanggal", "day", required=True, kind="date"),
        Entry("UMKM", "supplier", required=True),
        Entry("Saat uji", "moment", kind="choice", choices=("saat tiba", "sebelum dikonsumsi")),
        Entry("Berat", "weight", kind="figure", unit="g", most=5000, also=("berat_g",)),
        Entry("Skor", "score", kind="figure", least=1, most=5, whole=True),
        Entry("Tiba", "arrived", kind="clock"),
        Entry("Batch", "batch"),
    ),
    (("2026-02-02", "umkm-01", "saat tiba", 185, 4, "08.15", "B1"),),
)
YAML = """\
timbangan:
  - {tanggal: 2026-02-02, UMKM: umkm-01, saat uji: Saat tiba, berat_g: 185, skor: 4, tiba: 8.15, batch: 7}
  - {tanggal: 3 Februari 2026, umkm: umkm-02, berat_g: "0,2 kg", tiba: 2026-02-03 20:00}
"""
CSV = """\
tanggal;UMKM;Saat uji;Berat;Skor;Tiba;Batch
2026-02-02;umkm-01;saat  tiba;185 g;4;08:15;7
03-02-2026;umkm-02;;200;;2026-02-03 20.00;
"""


def seen(ledger: Ledger) -> dict[str, list[object]]:
    """Everything in a ledger as plain lists."""
    figures = {name: ledger.figure(name).tolist() for name in ("weight", "score", "arrived")}
    words = {name: list(ledger.label(name)) for name in ("supplier", "moment", "batch")}
    return {"day": [str(day) for day in ledger.day("day")], **figures, **words}


def same(one: dict[str, list[object]], other: dict[str, list[object]]) -> bool:
    return repr(one) == repr(other)


EXPECTED: dict[str, list[object]] = {
    "day": ["2026-02-02", "2026-02-03"],
    "weight": [185.0, 200.0],
    "score": [4.0, math.nan],
    # 08.15 is 8 x 60 + 15; 2026-02-03 is day 20487 since 1970-01-01, at 20:00 = 20487 x 1440 + 1200
    "arrived": [495.0, 29502480.0],
    "supplier": ["umkm-01", "umkm-02"],
    "moment": ["saat tiba", ""],
    "batch": ["7", ""],
}


def columns() -> dict[str, list[Any]]:
    return {
        "tanggal": [dt.date(2026, 2, 2), dt.date(2026, 2, 3)],
        "umkm": ["umkm-01", "umkm-02"],
        "saat uji": ["saat tiba", None],
        "berat_g": [185, 200],
        "skor": [4.0, None],
        "tiba": ["08:15", "2026-02-03 20:00"],
        "batch": ["7", None],
    }


def workbook(path: Path) -> Path:
    """The template filled in as Excel keeps it: dates and times as such."""
    BOOK.write_template(path)
    book = openpyxl.load_workbook(path)
    page = book["Timbangan"]
    page["A2"].value, page["B2"].value, page["F2"].value, page["G2"].value = (
        dt.datetime(2026, 2, 2),
        "umkm-01",
        dt.time(8, 15),
        7,
    )
    for column, value in zip(
        "ABDF", (dt.datetime(2026, 2, 3), "umkm-02", 200, dt.datetime(2026, 2, 3, 20)), strict=True
    ):
        page[f"{column}3"].value = value
    book.save(path)
    return path


def test_all_sources_hold_the_same_rows(tmp_path: Path) -> None:
    (tmp_path / "t.yaml").write_text(YAML, encoding="utf-8")
    (tmp_path / "t.csv").write_text(CSV.replace("03-02-2026", "2026-02-03"), encoding="utf-8")
    sources = (tmp_path / "t.yaml", tmp_path / "t.csv", workbook(tmp_path / "t.xlsx"))
    frames = (pd.DataFrame(columns()), pl.DataFrame(columns()), pl.LazyFrame(columns()))
    read = [seen(read_ledger(source, BOOK)) for source in (*sources, *frames)]
    assert [same(EXPECTED, found) for found in read] == [True] * 6


def test_a_parquet_file_is_read_lazily_by_column(tmp_path: Path) -> None:
    pl.DataFrame(columns()).write_parquet(tmp_path / "t.parquet")
    assert same(EXPECTED, seen(read_ledger(pl.scan_parquet(tmp_path / "t.parquet"), BOOK)))


@pytest.mark.parametrize(
    ("cell", "code"),
    [
        ("A2=03/02/2026", "date-two-ways"),
        ("A2=kemarin", "date-wrong"),
        ("A2=", "sheet-cell-missing"),
        ("B2=", "sheet-cell-missing"),
        ("C2=siang", "sheet-choice"),
        ("D2=-5", "number-negative"),
        ("D2=5001", "ledger-range"),
        ("D2=1.500", "number-ambiguous"),
        ("D2=2 sdm", "unit-unknown"),
        ("E2=0", "ledger-range"),
        ("E2=6", "ledger-range"),
        ("E2=2,5", "ledger-whole"),
        ("E2=empat", "number-unreadable"),
        ("F2=25.00", "clock-wrong"),
        ("F2=8.1", "clock-wrong"),
        ("H2=lain", "sheet-cell-outside"),
    ],
)
def test_a_bad_cell_is_named(tmp_path: Path, cell: str, code: str) -> None:
    at, _, text = cell.partition("=")
    rows = [line.split(";") for line in CSV.replace("03-02-2026", "2026-02-03").splitlines()]
    rows[1] += [""]
    rows[int(at[1:]) - 1][ord(at[0]) - ord("A")] = text
    (tmp_path / "t.csv").write_text("\n".join(";".join(row) for row in rows), encoding="utf-8")
    with pytest.raises(LoadError) as caught:
        read_ledger(tmp_path / "t.csv", BOOK)
    column = ord(at[0]) - ord("A") + 1
    assert [(code, f"{tmp_path / 't.csv'}:{at[1:]}:{column}")] == [(f.code, str(f.place)) for f in caught.value.report]


def test_every_bad_cell_is_named_at_once_also_the_same_text_twice(tmp_path: Path) -> None:
    text = "Tanggal,UMKM,Skor\n2026-02-02,a,9\n,b,9\nkemarin,,x\n"
    (tmp_path / "t.csv").write_text(text, encoding="utf-8")
    with pytest.raises(LoadError) as caught:
        read_ledger(tmp_path / "t.csv", BOOK)
    found = {(f.place.line, f.place.column) for f in caught.value.report if f.place}
    assert found == {(2, 3), (3, 1), (3, 3), (4, 1), (4, 2), (4, 3)}


def test_bad_cells_of_a_yaml_file_have_their_own_line_and_column(tmp_path: Path) -> None:
    (tmp_path / "t.yaml").write_text("- {tanggal: 2026-02-02, umkm: a, skor: 7}\n- {umkm: [a, b]}\n", encoding="utf-8")
    with pytest.raises(LoadError) as caught:
        read_ledger(tmp_path / "t.yaml", BOOK)
    found = {(f.code, f.place.line, f.place.column) for f in caught.value.report if f.place}
    assert found == {("ledger-range", 1, 40), ("ledger-cell-kind", 2, 10), ("sheet-cell-missing", 2, 3)}


def test_bad_values_of_a_frame_are_named_by_row() -> None:
    table = pl.DataFrame({"tanggal": [dt.date(2026, 2, 2), None], "umkm": ["a", "b"], "skor": [2.5, 9]})
    with pytest.raises(LoadError) as caught:
        read_ledger(table, BOOK)
    found = {(f.code, f.place.line, f.place.column) for f in caught.value.report if f.place}
    assert found == {("sheet-cell-missing", 3, 1), ("ledger-whole", 2, 3), ("ledger-range", 3, 3)}


def test_a_frame_of_a_billion_rows_is_refused_before_it_is_held() -> None:
    rows = pl.LazyFrame({"n": [0]}).select(pl.int_range(10**9).alias("berat_g"))
    huge = rows.with_columns(tanggal=pl.lit(dt.date(2026, 2, 2)), umkm=pl.lit("a"))
    with pytest.raises(LoadError) as caught:
        read_ledger(huge, BOOK)
    assert ["sheet-too-large"] == [f.code for f in caught.value.report]


@pytest.mark.parametrize("text", ["3/2/2026", "31/2/2026", "2/Mxx/2026", "2026-2-2", "m 2026"])
def test_dates_that_are_none_are_refused(text: str) -> None:
    with pytest.raises(UnitError):
        read_day(text)


def test_dates_and_clocks_as_people_write_them() -> None:
    days = ["2026-02-02", "2 Feb 2026", "13/2/2026", "2-2-2026", "2026-02-02 00:00:00"]
    assert ["2026-02-02", "2026-02-02", "2026-02-13", "2026-02-02", "2026-02-02"] == [str(read_day(d)) for d in days]
    assert [0, 1439, 485] == [read_clock(text) for text in ("0:00", "23.59", "8:05:00")]


def test_some_rows_keep_their_places(tmp_path: Path) -> None:
    (tmp_path / "t.csv").write_text(CSV.replace("03-02-2026", "2026-02-03"), encoding="utf-8")
    ledger = read_ledger(tmp_path / "t.csv", BOOK)
    second = ledger.only(np.array([False, True]))
    assert (1, "umkm-02", 200.0) == (len(second), second.label("supplier").at(0), second.figure("weight")[0])
    assert f"{tmp_path / 't.csv'}:3:4" == str(second.place(0, "weight"))
    assert {"Skor": 1, "Saat uji": 1, "Batch": 1} == ledger.missing("day", "weight", "score", "moment", "batch")
