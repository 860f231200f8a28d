"""Mixed-recipe calculations worked by hand in print: edible part, raw from cooked, water and energy of the dish."""

from __future__ import annotations

import pytest

from sehatmenu.files import parse_yaml
from sehatmenu.food.composition import load_foods
from sehatmenu.food.cooking import dry_matter
from sehatmenu.food.recipes import recipe_from
from sehatmenu.quantities.intervals import Interval

from .kitchen_texts import HAND_WORKED, cook

FOODS = load_foods()


def test_turmeric_to_buy_for_30_g_net() -> None:
    # hospital standard recipe, scribd 492370748 (local_context.md 2.3): 30 g / BDD 78 % = 38.46 g to order
    bought = cook(["30 g kunyit"], basis="edible").mass_of(basis="gross")
    assert bought.known
    assert round(bought.low, 2) == 38.46


def test_raw_rice_of_cooked_rice_lies_between_the_two_sources() -> None:
    # Pomalingo, slides: nasi liwet, raw = cooked x F, F 0.4; 200 g -> 80 g beras
    assert round(cook(["200 g beras"], basis="cooked", method="tanak").mass_of().low, 6) == 80
    # exchange lists (scribd 364682286, studylibid 4280927): 1 glass of rice = 140 g = 70 g beras
    assert round(cook(["140 g beras"], basis="cooked", method="tanak").mass_of().high, 6) == 70


def test_raw_prawns_of_prawns_in_banana_leaf() -> None:
    # DKMM, Puslitbang Gizi Bogor 1974, through Wayansari (scribd 494044334): pepes udang F = 1.3
    assert round(cook(["100 g udang"], basis="cooked", method="pepes").mass_of().low, 6) == 130


def test_water_of_the_hand_worked_dish_is_what_is_left_when_it_was_weighed() -> None:
    # food_composition.md 4.1, stir-fried kangkung: edible 697.6 g, weighed 560 g, water 82.2 % of the cooked dish
    dish = recipe_from(parse_yaml(HAND_WORKED))
    dry = sum((dry_matter(i.food, i.edible) for i in dish.ingredients), Interval.exact(0)) * 8
    assert dry.known
    assert round(100 * (560 - dry.low) / 560, 1) == 82.2


def test_mixing_the_factor_of_one_table_with_the_composition_of_another_makes_energy() -> None:
    # food_composition.md 4.2: TKPI nasi with F 0.4 overstates energy by about 26 %; with yield 2.03 it does not
    raw, nasi = (FOODS[name].per100["energy"].amount.low for name in ("beras", "nasi"))
    assert round(nasi * 2.5 / raw - 1, 2) == 0.26
    assert round(nasi * 2.03 / raw, 2) == 1.02
    cooked = cook(["100 g beras"], method="tanak", basis="edible").nutrition["energy"].amount
    assert cooked == Interval.exact(raw)


@pytest.mark.parametrize("food", ["tempe", "lele", "telur", "tahu goreng", "tempe pasar", "ikan asin"])
@pytest.mark.parametrize("oil", ["10 g minyak goreng", "1 kg minyak goreng", "minyak goreng secukupnya"])
def test_frying_never_destroys_energy(food: str, oil: str) -> None:
    raw = cook([f"100 g {food}"]).nutrition["energy"].amount
    fried = cook([f"100 g {food}", oil], method="goreng").nutrition["energy"].amount
    assert fried.low >= raw.low
    assert fried.high >= raw.high
