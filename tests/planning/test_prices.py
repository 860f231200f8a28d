"""Prices of foods: what cannot well be is told, pieces are weighed by the lists, grades of one day are a range."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest

import sehatmenu as sm
from sehatmenu.errors import LoadError
from sehatmenu.planning.prices import PriceList, load_prices
from sehatmenu.reports.price_sheets import price_list, read_prices

PIECES = ("butir", "buah")
"""Two words for one egg."""

HEAD = "Bahan;Harga;Berat;Dasar berat;Tanggal\n"


def prices(folder: Path, *rows: str) -> PriceList:
    path = folder / "harga.csv"
    path.write_text(HEAD + "".join(f"{row}\n" for row in rows), encoding="utf-8")
    return read_prices(path)


def told(found: PriceList) -> list[tuple[str, int, int]]:
    return [(f.code, f.place.line, f.place.column) for f in found.findings if f.place]


# The least and the most of 482 prices a kilogram that were seen are 3,000 and 600,000; three times beyond them is told.
@pytest.mark.parametrize(
    ("row", "implausible"),
    [
        ("cabai rawit;65;1 kg;kotor;", True),  # thousands left out
        ("beras;15;1 kg;kotor;", True),
        ("telur ayam;28000;1 g;kotor;", True),  # per kilogram meant
        ("beras;0;1 kg;kotor;", True),
        ("beras;999;1 kg;kotor;", True),
        ("beras;1000;1 kg;kotor;", False),
        ("beras;13250;1 kg;kotor;", False),
        ("merica;440000;1 kg;kotor;", False),
        ("merica;1800000;1 kg;kotor;", False),
        ("merica;1800001;1 kg;kotor;", True),
    ],
)
def test_a_price_that_cannot_well_be_is_told_and_taken(row: str, implausible: bool, tmp_path: Path) -> None:
    found = prices(tmp_path, row)
    assert ([("price-implausible", 2, 2)] if implausible else []) == told(found)
    assert 1 == len(found.prices)


def test_what_is_told_of_a_price_says_rupiah_a_kilogram(tmp_path: Path) -> None:
    (note,) = prices(tmp_path, "cabai rawit;65;1 kg;kotor;").findings
    assert "Rp65 per kilogram" in note.text("id")
    assert "Rp1.000–Rp1.800.000" in note.text("id")


def test_prices_in_another_currency_are_not_held_against_rupiah(tmp_path: Path) -> None:
    path = tmp_path / "prices.csv"
    path.write_text("food,price [USD],weight [g],basis\nberas,0.9,1000,gross\n")
    assert () == load_prices(path).findings


def test_a_price_an_egg_is_weighed_by_the_lists(tmp_path: Path) -> None:
    found = prices(tmp_path, "telur ayam;2.000;1 butir;kotor;")
    assert [("price-by-measure", 2, 3)] == told(found)
    weights = egg_weights()
    (price,) = found.prices.values()
    assert pytest.approx((2000 / max(weights), 2000 / min(weights))) == (price.per_gram.low, price.per_gram.high)


def egg_weights() -> list[float]:
    """What an egg weighs as bought by every row of the printed lists; of a weight without shell, TKPI calls 89 % edible."""
    data = Path(sm.__file__).parent / "data"
    with (data / "measures.csv").open(encoding="utf-8") as table:
        rows = [row for row in csv.DictReader(table) if row["code"] == "HR002" and row["measure"].split()[0] in PIECES]
    weights = []
    for row in rows:
        for grams in map(float, row["mass [g]"].split("..")):
            weights += [grams] if row["basis"] in ("gross", "either") else []
            weights += [grams / 0.89] if row["basis"] in ("edible", "either") else []
    return weights


def test_a_measure_that_no_list_weighs_is_refused_with_the_way_out(tmp_path: Path) -> None:
    with pytest.raises(LoadError) as caught:
        prices(tmp_path, "beras;2.000;1 papan;kotor;")
    (line,) = caught.value.text("en").splitlines()
    assert ":2:3: " in line
    assert "weigh it and write grams" in line
    assert "kcal" not in line


def test_two_grades_of_one_day_are_a_range(tmp_path: Path) -> None:
    found = prices(tmp_path, "Beras Medium;13.250;1 kg;kotor;2025-09-13", "Beras Premium;16.000;1 kg;kotor;2025-09-13")
    assert [("price-grades", 3, 1)] == told(found)
    cost = found.edible(sm.load_foods()["beras"], 1000)
    assert (13250, 16000) == pytest.approx((cost.low, cost.high))


def test_a_later_price_takes_the_place_of_all_grades(tmp_path: Path) -> None:
    grades = ("Beras Medium;13;1 kg;kotor;2025-09-13", "Beras Premium;16.000;1 kg;kotor;2025-09-13")
    found = prices(tmp_path, *grades, "beras;14.000;1 kg;kotor;2025-09-14")
    assert [] == told(found)
    assert 14000 == pytest.approx(found.edible(sm.load_foods()["beras"], 1000).high)


@pytest.mark.parametrize(
    "rows",
    [
        ("beras;13.250;1 kg;kotor;2025-09-13", "beras;16.000;1 kg;kotor;2025-09-13"),
        ("Beras Medium;13.250;1 kg;kotor;", "Beras Premium;16.000;1 kg;kotor;"),
        ("Beras Medium;13.250;1 kg;kotor;2025-09-13", "Beras Premium;16.000;1 kg;bersih;2025-09-13"),
    ],
)
def test_two_prices_that_nothing_tells_apart_stay_refused(rows: tuple[str, str], tmp_path: Path) -> None:
    with pytest.raises(LoadError) as caught:
        prices(tmp_path, *rows)
    assert ["price-twice"] == [found.code for found in caught.value.report]


def test_a_price_list_is_read_by_its_titles(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text("food,price [IDR],weight [g],basis\nberas,15000,1000,gross\n")
    (tmp_path / "b.csv").write_text(HEAD + "beras;15000;1 kg;kotor;\n")
    assert price_list(tmp_path / "a.csv").prices.keys() == price_list(tmp_path / "b.csv").prices.keys()


def test_the_prices_of_the_example_are_plausible() -> None:
    folder = Path(__file__).parents[2] / "examples" / "gading-rejo"
    assert [] == [found.text("en") for found in load_prices(folder / "harga.csv").findings]
