"""Household measures: lists contradict each other, so the kitchen names one, weighs itself, or is asked."""

from __future__ import annotations

import pytest

from sehatmenu.errors import UnitError
from sehatmenu.food.composition import load_foods
from sehatmenu.food.measures import Scales, measures
from sehatmenu.quantities.amounts import read_amount
from sehatmenu.quantities.intervals import UNKNOWN, Interval

FOODS = load_foods()


@pytest.mark.parametrize(
    ("amount", "food", "lists", "grams"),
    [
        ("2 sdm", "minyak goreng", ["dbmp"], Interval.exact(20)),  # 1 sdm = 10 g
        ("1 sdm", "gula pasir", ["dbmp"], Interval(8, 10)),  # 8 g and 10 g: two leaflets
        ("1 sdm", "gula pasir", ["resep"], Interval(8.333, 12)),
        ("2 potong", "tempe", ["dbmp"], Interval.exact(50)),  # printed as potong sedang, 25 g
        ("1 ikat", "kangkung", ["aplikasi"], Interval.exact(120)),
        ("1 ikat", "kangkung", ["poltekkes"], Interval.exact(500)),
        ("1 siung", "bawang putih", ["dbmp", "aplikasi"], Interval(4, 5)),  # the first list that says it
        ("1 gelas", "air", ["dbmp"], Interval.exact(240)),  # 240 ml of water
        ("1 sdm", "air", ["resep"], Interval.exact(15)),
        ("250 g", "kangkung", [], Interval.exact(250)),
    ],
)
def test_a_named_list_answers(amount: str, food: str, lists: list[str], grams: Interval) -> None:
    assert grams == Scales(measures(), tuple(lists)).weigh(read_amount(amount), FOODS[food]).grams


def test_without_a_list_the_measure_is_refused_and_the_choices_are_offered() -> None:
    with pytest.raises(UnitError) as refused:
        Scales(measures()).weigh(read_amount("1 ikat"), FOODS["kangkung"])
    assert refused.value.code == "measure-unresolved"
    assert "aplikasi: 120 g; poltekkes: 500 g" in refused.value.text()


def test_a_kitchens_own_weighing_overrides_every_list() -> None:
    scales = Scales(measures(), ("aplikasi",), {("DR100", "ikat"): Interval.exact(250)})
    assert Interval.exact(375) == scales.weigh(read_amount("1½ ikat"), FOODS["kangkung"]).grams


def test_millilitres_of_a_food_without_a_density_are_not_water() -> None:
    with pytest.raises(UnitError) as refused:
        Scales(measures()).weigh(read_amount("100 ml"), FOODS["terigu"])
    assert refused.value.code == "density-missing"


def test_secukupnya_is_an_unknown_amount_whatever_an_app_estimates() -> None:
    assert Scales(measures(), measures().lists).weigh(read_amount("secukupnya"), FOODS["garam"]).grams == UNKNOWN


def test_a_measure_of_bought_goods_is_gross_and_one_of_exchange_lists_is_edible() -> None:
    scales = Scales(measures(), ("aplikasi", "dbmp"))
    bases = [scales.weigh(read_amount(a), FOODS[f]).basis for a, f in (("1 ikat", "kangkung"), ("1 butir", "telur"))]
    assert bases == ["gross", "edible"]
