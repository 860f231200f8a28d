"""A food that no table holds is still a food: accepted under its name, unknown in everything."""

import math

import numpy as np

from sehatmenu.food.composition import load_foods, unlisted
from sehatmenu.food.dishes import contributions
from sehatmenu.food.nutrients import nutrients
from sehatmenu.quantities.intervals import Interval, IntervalArray


def test_an_unlisted_food_is_named_as_written_and_unknown_in_every_figure() -> None:
    food = unlisted("  Kue   Tradisional ")
    assert (food.name.id, str(food), food.listed) == ("Kue Tradisional", "Kue Tradisional", False)
    assert {value.text() for _, value in food.per100.items()} == {"belum diketahui"}
    assert (food.group, food.tags, food.density) == ("", frozenset(), None)
    assert (food.edible.low, food.edible.high) == (0, 1)


def test_allergens_of_an_unlisted_food_are_untold_not_absent() -> None:
    assert unlisted("bumbu rahasia").allergens == {"tidak-diketahui"}


def test_an_unlisted_food_rests_on_no_edition_and_no_source() -> None:
    food = unlisted("bumbu rahasia")
    assert (food.editions, food.sources) == ((), ())


def test_a_dish_with_an_unlisted_food_has_no_upper_bound_in_any_nutrient() -> None:
    """100 g of rice bring at least the 357 kcal of TKPI 2020 p. 15; what the other brings may be anything."""
    kept = IntervalArray.exact(np.ones(len(nutrients())))
    foods = [load_foods()["AR001"], unlisted("bumbu rahasia")]
    shares = contributions(foods, [Interval.exact(100)] * 2, [kept, kept], Interval.exact(1)).sum()
    assert shares[nutrients().index("energy")] == Interval(357, math.inf)
    assert np.isinf(shares.high).all()


def test_nothing_of_an_unlisted_food_is_nothing() -> None:
    kept = IntervalArray.exact(np.ones(len(nutrients())))
    none = contributions([unlisted("daun")], [Interval.exact(0)], [kept], Interval.exact(1)).sum()
    assert not none.high.any()
