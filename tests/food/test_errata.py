"""Errata: applied where the printed figure matches, refused where it does not, documented everywhere."""

from __future__ import annotations

from pathlib import Path

import pytest

from sehatmenu.errors import LoadError
from sehatmenu.food.composition import PACKAGED, load_foods, read_foods
from sehatmenu.food.errata import REASONS
from sehatmenu.quantities.intervals import UNKNOWN, Interval

FOODS = load_foods()
PRINTED, _ = read_foods(PACKAGED)
TITLES = "code,edition,nutrient,old,new,why,note,source\n"
TABLE = "code,edition,name_id,fat [g],iron [mg]\nX1,e-1,Pepaya,12,\n"


# food_composition.md 1.5 to 1.8: printed figure of TKPI 2020, and what is to be made of it
@pytest.mark.parametrize(
    ("food", "nutrient", "printed", "corrected"),
    [
        ("AP022", "carbohydrate", 6.3, Interval.exact(76.3)),  # mi kering, by difference
        ("BP021", "carbohydrate", 28.3, Interval.exact(84.5)),  # beras siger, which gives the printed 344 kcal
        ("ER031", "energy", 64, Interval.exact(49)),  # guava, exchanged with ER034
        ("CP024", "carbohydrate", 61, Interval.exact(71.5)),  # emping, 2017 and 2019 restored
        ("FP011", "energy", 212, Interval(212, 405)),  # abon: 4-9-4 gives 405
        ("AP040", "energy", 156, Interval(73, 156)),  # tinutuan: 4-9-4 gives 73
        ("KR012", "beta_carotene", 18181, UNKNOWN),  # crude red palm oil
        ("ER039", "copper", 160_000, UNKNOWN),  # orange, 160 mg
        ("ER071", "copper", 246_580, UNKNOWN),  # jackfruit, 246.58 mg
        ("CP086", "copper", 4_303_450, UNKNOWN),  # soy flour, 4303.45 mg
        ("CP006", "potassium", 11890, UNKNOWN),
        ("CP006", "zinc", 60, UNKNOWN),
        ("ER023", "niacin", 136.5, UNKNOWN),
        ("NR016", "thiamin", 200, UNKNOWN),
        ("MP005", "zinc", 26.4, UNKNOWN),
        ("AP023", "sodium", 3064, UNKNOWN),  # misoa, ash 1.3 g
        ("CP084", "potassium", 1232.9, UNKNOWN),  # hunkwe, ash 1.0 g
        ("BP075", "beta_carotene", 26, UNKNOWN),  # 26 or 26,000
        ("GR009", "potassium", 692, UNKNOWN),  # the minerals of cashew
        ("NP005", "sodium", 1114, Interval(1114, float("inf"))),
        ("NP011", "sodium", 1664, Interval(1664, float("inf"))),
    ],
)
def test_known_slips_are_corrected(food: str, nutrient: str, printed: float, corrected: Interval) -> None:
    assert Interval.exact(printed) == PRINTED[food].per100[nutrient].amount
    assert corrected == FOODS[food].per100[nutrient].amount


def test_the_errata_are_the_only_difference_between_the_printed_and_the_loaded_table() -> None:
    differ = (PRINTED.values.low != FOODS.values.low) | (PRINTED.values.high != FOODS.values.high)
    changed = {FOODS.foods[row].code for row in differ.any(axis=1).nonzero()[0]}
    own = [e for e in FOODS.errata if e.edition == FOODS[e.code].edition]
    assert changed == {e.code for e in own if e.nutrient != "edible"}


def test_a_slip_that_only_other_editions_have_is_documented_and_changes_nothing() -> None:
    papaya = [e for e in FOODS["pepaya"].errata if e.nutrient == "fat"]
    assert {(e.edition, e.old, e.new) for e in papaya} == {("tkpi-2017", "12", "0.1"), ("tkpi-2019", "12", "0.1")}
    assert FOODS["pepaya"].per100["fat"].amount == PRINTED["pepaya"].per100["fat"].amount


def test_every_erratum_says_why_in_both_languages_and_from_where() -> None:
    assert {e.why for e in FOODS.errata} == set(REASONS)
    assert all(e.source and e.text("id") != e.text("en") for e in FOODS.errata)
    siger = next(e for e in FOODS["beras siger"].errata if e.nutrient == "carbohydrate")
    assert "28.3" in siger.text("en")
    assert "344 kcal" in siger.text("en")


def test_every_corrected_cell_keeps_its_origin_and_a_blanked_one_may_be_filled() -> None:
    filled = FOODS.prefer(["tkpi", "usda"])
    assert FOODS.origin("mi kering", "carbohydrate") == "errata"
    assert FOODS.origin("mi kering", "protein") == "tkpi"
    assert FOODS.origin("ER039", "copper") == ""
    assert filled.origin("ER039", "copper") == "usda"


def test_a_food_names_the_source_of_its_figures_and_of_its_corrections() -> None:
    assert FOODS["mi kering"].sources == ("TKPI 2020 p. 17 (PDF), KZGPI-1990", "TKPI 2020 p. 17 (PDF text layer)")


def erratum(folder: Path, row: str, table: str = TABLE) -> tuple[Path, Path]:
    (folder / "pangan.csv").write_text(table, encoding="utf-8")
    (folder / "ralat.csv").write_text(TITLES + row, encoding="utf-8")
    return folder / "pangan.csv", folder / "ralat.csv"


def test_a_table_of_ones_own_takes_errata_of_ones_own(tmp_path: Path) -> None:
    table, errata = erratum(tmp_path, "X1,e-1,fat [g],12,0.1,misprint,46 kcal,label\n")
    assert Interval.exact(0.1) == load_foods(table, errata=errata)["pepaya"].per100["fat"].amount


@pytest.mark.parametrize(
    ("row", "code", "column"),
    [
        ("X1,e-1,fat [g],13,0.1,misprint,,label\n", "erratum-stale", 3),  # the table holds 12
        ("X1,e-1,iron [mg],0,1,misprint,,label\n", "erratum-stale", 3),  # blank is not 0
        ("X1,e-2,fat [g],13,0.1,misprint,,label\n", "erratum-stale", 3),  # another edition, but the table is not 0.1
        ("X9,e-1,fat [g],12,0.1,misprint,,label\n", "erratum-food-unknown", 3),
        ("X1,e-1,zinc [mg],12,0.1,misprint,,label\n", "table-column-missing", 3),
        ("X1,e-1,fat [g],12,0.1,mistake,,label\n", "erratum-why-unknown", 6),
        ("X1,e-1,fat [g],12,0.1,misprint,,\n", "erratum-source-missing", 8),
        ('X1,e-1,fat [g],12,"0,1",misprint,,label\n', "table-cell", 5),
    ],
)
def test_an_erratum_that_does_not_fit_is_refused_at_its_place(tmp_path: Path, row: str, code: str, column: int) -> None:
    table, errata = erratum(tmp_path, row)
    with pytest.raises(LoadError) as refused:
        load_foods(table, errata=errata)
    (found,) = refused.value.report
    assert found.place is not None
    assert (found.code, Path(found.place.file).name, found.place.line, found.place.column) == (
        code,
        "ralat.csv",
        2,
        column,
    )
    assert found.text("id") != found.text("en")


def test_coconut_water_lies_between_its_editions() -> None:
    """TKPI 2020 p. 83 prints 16 kcal and 3.0 g carbohydrate, 2017 and 2019 print 17 and 3.8; both fit 4-9-4."""
    water = load_foods()["QR001"].per100
    assert (water["energy"].amount, water["carbohydrate"].amount) == (Interval(16, 17), Interval(3, 3.8))


def test_the_potassium_that_edition_2017_lost_from_pisang_ambon_is_told() -> None:
    (lost,) = [e for e in load_foods()["ER074"].errata if e.nutrient == "potassium"]
    assert (lost.edition, lost.old, lost.new) == ("tkpi-2017", "0", "356.3")
