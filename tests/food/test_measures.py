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
    assert "poltekkes: 500 g; aplikasi: 120 g" in refused.value.text()


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


OPEN = Scales(measures(), others=True)


@pytest.mark.parametrize(
    ("amount", "food", "grams"),
    [
        ("1 sdt", "garam", Interval(4, 6)),  # Permenkes 30/2013 5 g; USDA NDB 02047 6 g; lists 4 to 6 g
        ("1 sdm", "ketumbar", Interval(5, 6)),  # USDA NDB 02013 5.0 g; app 6 g
        ("6 butir", "bawang merah", Interval(48, 60)),  # a clove (siung) of 8 to 10 g
        ("3 buah", "kemiri", Interval(9, 12)),  # a nut (butir) of 3 to 4 g
        ("1 ikat", "kangkung", Interval(120, 500)),  # app 120 g, weighed by students 500 g
        ("1 papan", "tempe", Interval(200, 250)),  # two apps
        ("1 bungkus", "saus tiram", Interval.exact(27.99)),  # label: 23 ml x 1.217 g/ml (USDA NDB 06176)
    ],
)
def test_where_no_list_is_chosen_the_weight_lies_between_all_that_say_it(
    amount: str, food: str, grams: Interval
) -> None:
    weight = OPEN.weigh(read_amount(amount), FOODS[food])
    assert (weight.grams.low, weight.grams.high) == pytest.approx((grams.low, grams.high))


def test_the_result_says_which_lists_weighed_what_the_best_first() -> None:
    assert OPEN.weigh(read_amount("1 ikat"), FOODS["kangkung"]).lists == ("poltekkes", "aplikasi")
    chosen = Scales(measures(), ("aplikasi",), others=True).weigh(read_amount("1 ikat"), FOODS["kangkung"])
    assert (chosen.lists, chosen.grams) == (("aplikasi",), Interval.exact(120))
    own = Scales(measures(), ("aplikasi",), {("DR100", "ikat"): Interval.exact(250)}, others=True)
    assert own.weigh(read_amount("1 ikat"), FOODS["kangkung"]).source == "own weighing"


def test_lists_stand_in_the_order_of_their_grade() -> None:
    grades = [measures().grades[name] for name in measures().lists]
    assert grades == sorted(grades)
    assert measures().lists[0] == "dbmp"


def test_a_teaspoon_is_a_third_of_a_tablespoon_in_a_list_that_says_so_and_in_no_other() -> None:
    """dbmp prints 1 sdm = 3 sdt = 10 ml and 8 to 10 g of sugar to the tablespoon; resep prints no teaspoon."""
    of_list = measures().weigh(FOODS["gula pasir"], "sdt", ["dbmp"])
    assert of_list is not None
    assert (of_list.grams.low, of_list.grams.high) == pytest.approx((8 / 3, 10 / 3), rel=1e-3)
    assert measures().weigh(FOODS["gula pasir"], "sdt", ["resep"]) is None


@pytest.mark.parametrize("word", ["siung", "butir", "biji"])
def test_a_clove_is_a_clove_whatever_it_is_called(word: str) -> None:
    clove = measures().weigh(FOODS["bawang putih"], word, ["aplikasi"])
    assert clove is not None
    assert clove.grams == Interval(4, 5)


def test_a_head_of_garlic_is_not_a_clove() -> None:
    assert measures().weigh(FOODS["bawang putih"], "buah", measures().lists) is None


def test_a_level_spoon_is_the_printed_one_and_a_heaped_one_up_to_twice_as_much() -> None:
    flour = FOODS["tepung terigu"]
    plain, level, heaped = (measures().weigh(flour, m, ["dbmp"]) for m in ("sdm", "sdm peres", "sdm munjung"))
    assert plain
    assert level
    assert heaped
    assert level.grams == plain.grams
    assert heaped.grams == Interval(plain.grams.low, 2 * plain.grams.high)


def test_a_measure_in_no_list_has_a_bound_where_one_is_known() -> None:
    """The largest printed tablespoon is 15 ml: heaped, of a food of 1.5 g/ml, 45 g. Bunches have no bound."""
    leaf = FOODS["daun kunyit"]
    assert measures().between(leaf, "sdm") is None
    bounds = [measures().bound(leaf, measure) for measure in ("sdm", "jumput", "ml", "ikat")]
    assert [bound and bound.grams for bound in bounds] == [
        Interval(0, 45),
        Interval(0, 4.929 * 3),
        Interval(0, 1.5),
        None,
    ]


def test_every_bound_holds_for_every_weight_that_a_list_prints() -> None:
    for (name, code, measure), weight in measures().weights.items():
        bound = measures().bound(FOODS[code], measure)
        assert bound is None or weight.grams.high <= bound.grams.high, (name, code, measure)
