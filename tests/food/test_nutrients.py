"""Nutrients: every AKG and TKPI quantity is there, once, with its unit; amounts print and add as intervals."""

from __future__ import annotations

import math

import pytest

from sehatmenu.errors import LoadError
from sehatmenu.food.nutrients import Nutrition, nutrients
from sehatmenu.quantities.intervals import UNKNOWN, Interval

# figures/nutrient_ids.csv: INFOODS tag -> unit of AKG 2019; water is in g there, AKG prints ml
AKG = {
    "ENERC_KCAL": "kcal", "PROCNT": "g", "FAT": "g", "FAPUN3": "g", "FAPUN6": "g", "CHOCDF": "g", "FIBTG": "g",
    "WATER": "g", "VITA": "mcg_RE", "VITD": "mcg", "VITE": "mg", "VITK": "mcg", "THIA": "mg", "RIBF": "mg", "NIA": "mg",
    "PANTAC": "mg", "VITB6A": "mg", "FOL": "mcg", "VITB12": "mcg", "BIOT": "mcg", "CHOLN": "mg", "VITC": "mg",
    "CA": "mg", "P": "mg", "MG": "mg", "FE": "mg", "ID": "mcg", "ZN": "mg", "SE": "mcg", "MN": "mg", "FD": "mg",
    "CR": "mcg", "K": "mg", "NA": "mg", "CLD": "mg", "CU": "mcg",
}  # fmt: skip


def test_all_36_nutrients_of_akg_have_the_unit_that_akg_prints() -> None:
    assert len(AKG) == 36
    assert {tag: nutrients()[tag].unit for tag in AKG} == AKG


@pytest.mark.parametrize(
    ("name", "expected"),
    [("PROTCNT", "protein"), ("karbohidrat", "carbohydrate"), ("Vitamin A", "vitamin_a"), ("na", "sodium")],
)
def test_a_nutrient_is_found_by_tag_alias_and_indonesian_name(name: str, expected: str) -> None:
    assert expected == nutrients()[name].id


def test_the_place_in_arrays_is_the_order_of_the_file() -> None:
    assert [n.index for n in nutrients()] == list(range(len(nutrients())))


def test_an_unknown_nutrient_is_refused_with_the_nearest_name() -> None:
    with pytest.raises(LoadError) as refused:
        nutrients()["protien"]
    assert "protein" in refused.value.text("en")


def test_vitamin_a_in_re_and_rae_are_different_quantities() -> None:
    assert nutrients()["VITA"].unit != nutrients()["VITA_RAE"].unit


def test_what_is_not_stated_is_unknown_and_stays_so_in_sums() -> None:
    known, half = Nutrition.of({"protein": 2, "folate": 10}), Nutrition.of({"protein": Interval(1, 3)})
    assert Interval(3, 5) == (known + half)["protein"].amount
    assert Interval(10, math.inf) == (known + half)["folate"].amount
    assert not (known + half).known("vitamin_b12")


def test_nothing_of_an_unknown_food_is_nothing() -> None:
    assert Interval.exact(0) == Nutrition.of({}).scale(0)["iron"].amount


@pytest.mark.parametrize(
    ("amount", "indonesian", "english"),
    [
        (Interval.exact(11.2), "11,2 g", "11.2 g"),
        (Interval(310, math.inf), "≥ 310 g", "≥ 310 g"),
        (UNKNOWN, "belum diketahui", "not known"),
    ],
)
def test_an_amount_prints_in_both_languages(amount: Interval, indonesian: str, english: str) -> None:
    value = Nutrition.of({"protein": amount})["protein"]
    assert (indonesian, english) == (value.text("id"), value.text("en"))
    assert english == str(value)


def test_records_have_one_row_per_nutrient() -> None:
    rows = Nutrition.none().records("en")
    assert len(nutrients()) == len(rows)
    assert rows[0] == {"nutrient": "energy", "name": "Energy", "unit": "kcal", "low": 0.0, "high": 0.0, "known": True}
