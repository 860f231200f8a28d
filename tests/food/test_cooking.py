"""Cooking: yield changes only weight, retention only nutrients; unknown factors are ranges, oil is bounded."""

from __future__ import annotations

import pytest

from sehatmenu.food.composition import load_foods
from sehatmenu.food.cooking import cooked_mass, methods, oil_absorbed, retention, yield_factor
from sehatmenu.food.nutrients import nutrients
from sehatmenu.quantities.intervals import Interval

FOODS = load_foods()


def kept(food: str, method: str, nutrient: str) -> Interval:
    return retention(FOODS[food], methods()[method])[nutrients().index(nutrient)]


# examples printed in figures/food_composition.md 4.3 from USDA R6
@pytest.mark.parametrize(
    ("food", "method", "nutrient", "expected"),
    [
        ("kangkung", "tumis", "vitamin_c", Interval.exact(0.85)),
        ("kangkung", "tumis", "vitamin_a", Interval.exact(0.90)),
        ("kangkung", "tumis", "thiamin", Interval.exact(0.90)),
        ("dada ayam", "goreng", "vitamin_c", Interval.exact(0.80)),
        ("dada ayam", "goreng", "thiamin", Interval.exact(0.70)),
        ("dada ayam", "goreng", "folate", Interval.exact(0.60)),
        ("dada ayam", "goreng", "vitamin_a", Interval.exact(0.75)),
        ("telur", "rebus", "thiamin", Interval(0.80, 0.85)),  # hard cooked .85, poached .80
        ("bayam", "tiris", "vitamin_c", Interval(0.55, 0.60)),  # water cover .55, little water .60
        ("bayam", "rebus", "vitamin_c", Interval(0.55, 0.70)),  # the word does not say whether the water is eaten
        ("bayam", "segar", "vitamin_c", Interval.exact(1)),
        ("kangkung", "tumis", "vitamin_e", Interval(0, 1)),  # no factor printed
        ("garam", "rebus", "sodium", Interval.exact(1)),
    ],
)
def test_retention_factors(food: str, method: str, nutrient: str, expected: Interval) -> None:
    assert expected == kept(food, method, nutrient)


def test_no_method_creates_or_destroys_energy() -> None:
    macros = [nutrients().index(name) for name in ("energy", "protein", "fat", "carbohydrate")]
    for method in methods().values():
        for food in FOODS:
            part = retention(food, method).part(macros)
            assert part.known.all()
            assert (part.low == 1).all()


def test_rice_gains_weight_between_the_two_printed_factors() -> None:
    # raw = 0.4 or 0.5 x cooked (Pomalingo; exchange lists): yield 2.5 or 2.0
    assert Interval(2, 2.5) == yield_factor(FOODS["beras"], methods()["tanak"])


@pytest.mark.parametrize(
    ("food", "oil"),
    # implied by raw and fried rows of TKPI, g oil per 100 g raw (yield_retention.csv, notes)
    [("tempe", 13.8), ("tempe mentah pasar", 11.9), ("belut", 10.1), ("telur", 4.0)],
)
def test_absorbed_oil_lies_between_bounds_that_hold_the_oil_of_the_fried_rows(food: str, oil: float) -> None:
    bounds = oil_absorbed(FOODS[food], Interval.exact(100))
    assert bounds is not None
    assert bounds.contains(oil)


def test_oil_of_a_food_without_a_factor_is_unknown() -> None:
    for food in ("lele", "kangkung", "beras", "tahu"):  # of tahu the raw and fried rows imply a yield above 1
        assert oil_absorbed(FOODS[food], Interval.exact(100)) is None


def test_cooked_food_weighs_at_least_its_dry_matter_and_gains_only_water_that_is_there() -> None:
    tumis, rebus = methods()["tumis"], methods()["rebus"]
    raw = Interval.exact(100)  # kangkung: 91 g water in 100 g
    fried = cooked_mass(FOODS["kangkung"], tumis, raw, False)
    assert pytest.approx(9) == fried.low
    assert fried.high == 100
    assert cooked_mass(FOODS["kangkung"], rebus, raw, False).high == float("inf")
    assert cooked_mass(FOODS["kangkung"], rebus, raw, True).high == 100
