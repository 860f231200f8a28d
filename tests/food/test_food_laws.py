"""Laws of the food layer that hold for every recipe: invariance, conservation, and honest ignorance."""

from __future__ import annotations

import tempfile
from dataclasses import replace
from pathlib import Path

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from sehatmenu.food.composition import load_foods
from sehatmenu.food.cooking import methods, retention
from sehatmenu.food.dishes import contributions
from sehatmenu.food.nutrients import Nutrition, nutrients
from sehatmenu.quantities.intervals import Interval, IntervalArray

from .kitchen_texts import cook

FOODS = load_foods()
codes = st.sampled_from([food.code for food in FOODS if food.group not in ("jajanan", "minyak")])
grams = st.integers(1, 2000)
lines = st.lists(st.tuples(codes, grams), min_size=1, max_size=12)
dry_methods = st.sampled_from(["segar", "tumis", "kukus", "rebus", "panggang", "santan"])
bases = st.sampled_from(["gross", "edible"])
quick = settings(max_examples=60, deadline=None)


def written(pairs: list[tuple[str, int]], times: int = 1) -> list[str]:
    return [f"{grams * times} g {code}" for code, grams in pairs]


def close(left: Nutrition, right: Nutrition) -> None:
    np.testing.assert_allclose(left.values.low, right.values.low, rtol=1e-9)
    np.testing.assert_allclose(left.values.high, right.values.high, rtol=1e-9)


@quick
@given(lines, dry_methods, bases, st.integers(2, 50))
def test_twice_the_pot_for_twice_the_people_is_the_same_portion(
    pairs: list[tuple[str, int]], method: str, basis: str, times: int
) -> None:
    one = cook(written(pairs), method=method, basis=basis, servings=4)
    many = cook(written(pairs, times), method=method, basis=basis, servings=4 * times)
    close(one.nutrition, many.nutrition)


@quick
@given(codes, st.integers(1, 40))
def test_a_weight_may_be_spelled_in_g_kg_or_ons(code: str, hundreds: int) -> None:
    spelled = [f"{hundreds * 100} g {code}", f"{code} {hundreds} ons", f"{hundreds // 10},{hundreds % 10} kg {code}"]
    first, *others = [cook([f"'{line}'"]) for line in spelled]
    for other in others:
        close(first.nutrition, other.nutrition)


@quick
@given(lines, dry_methods, bases)
def test_the_contributions_of_the_ingredients_sum_to_the_dish(
    pairs: list[tuple[str, int]], method: str, basis: str
) -> None:
    dish = cook(written(pairs), method=method, basis=basis, servings=3)
    close(sum((i.nutrition for i in dish.ingredients), Nutrition.none()), dish.nutrition)


def test_10000_random_dishes_equal_the_sum_written_out_by_hand() -> None:
    random = np.random.default_rng(7)
    columns = [nutrients().index(name) for name in ("energy", "vitamin_c")]
    for _ in range(10_000):
        foods = [FOODS.foods[k] for k in random.integers(0, len(FOODS), random.integers(1, 8))]
        masses, kept = random.uniform(1, 500, len(foods)), [retention(food, methods()["tumis"]) for food in foods]
        dish = contributions(foods, [Interval.exact(m) for m in masses], kept, Interval.exact(0.1)).sum()
        for k in columns:
            by_hand = sum(
                mass / 100 * food.per100.values.low[k] * part.low[k] * 0.1
                for mass, food, part in zip(masses, foods, kept, strict=True)
            )
            assert abs(dish.low[k] - by_hand) <= 1e-9 * max(1.0, by_hand)


@quick
@given(lines, st.sampled_from(["goreng", "tumis", "rebus"]))
def test_cooking_never_destroys_energy(pairs: list[tuple[str, int]], method: str) -> None:
    listed = [*written(pairs), "20 g minyak goreng"]
    raw, cooked = cook(listed).nutrition["energy"].amount, cook(listed, method=method).nutrition["energy"].amount
    assert (raw.low, raw.high) == (cooked.low, cooked.high)


@quick
@given(lines, dry_methods, st.sampled_from(nutrients().ids), st.floats(0, 50))
def test_filling_a_blank_of_the_food_table_narrows_the_dish(
    pairs: list[tuple[str, int]], method: str, nutrient: str, figure: float
) -> None:
    foods = [FOODS[code] for code, _ in pairs]
    column = nutrients().index(nutrient)
    values = foods[0].per100.values
    blank_low, blank_high, full = values.low.copy(), values.high.copy(), values.low.copy()
    blank_low[column], blank_high[column], full[column] = 0, np.inf, figure
    full_high = values.high.copy()
    full_high[column] = figure
    blank = replace(foods[0], per100=Nutrition(IntervalArray(blank_low, blank_high)))
    filled = replace(foods[0], per100=Nutrition(IntervalArray(full, full_high)))
    masses = [Interval.exact(grams) for _, grams in pairs]
    kept = [retention(food, methods()[method]) for food in foods]
    portion = Interval.exact(0.25)
    before, after = (contributions([first, *foods[1:]], masses, kept, portion).sum() for first in (blank, filled))
    assert before.contains(after)


@quick
@given(lines, dry_methods)
def test_weighing_a_line_that_said_secukupnya_narrows_the_dish(pairs: list[tuple[str, int]], method: str) -> None:
    (code, weighed), rest = pairs[0], written(pairs[1:])
    open_ = cook([f"{code} secukupnya", *rest], method=method)
    closed = cook([f"{weighed} g {code}", *rest], method=method)
    assert open_.nutrition.values.contains(closed.nutrition.values)


@quick
@given(lines, dry_methods)
def test_the_gap_filled_table_narrows_every_dish(pairs: list[tuple[str, int]], method: str) -> None:
    filled = FOODS.prefer(["tkpi", "usda"])
    before = cook(written(pairs), method=method).nutrition.values
    after = cook(written(pairs), filled, method=method).nutrition.values
    assert (before.low <= after.low * (1 + 1e-9)).all()
    assert (after.high <= before.high * (1 + 1e-9)).all()


CAROTENES = ("retinol [mcg]", "beta_carotene [mcg]", "carotene_total [mcg]")
tenths = st.integers(0, 6000).map(lambda n: n / 10)


@quick
@given(tenths, tenths, tenths, st.lists(st.booleans(), min_size=3, max_size=3), st.integers(0, 2))
def test_filling_a_blank_never_leaves_the_bounds_of_vitamin_a(
    retinol: float, beta: float, other: float, shown: list[bool], filled: int
) -> None:
    """Beta-carotene is a part of the total carotene; whatever is known first, the next figure only narrows."""
    figures = (retinol, beta, round(beta + other, 1))
    before = [figure if known else None for figure, known in zip(figures, shown, strict=True)]
    after = [figure if n == filled else old for n, (figure, old) in enumerate(zip(figures, before, strict=True))]
    for vitamin in ("vitamin_a", "vitamin_a_rae"):
        outer, inner = (_derived(row)[vitamin].amount for row in (before, after))
        assert outer.low <= inner.low * (1 + 1e-12)
        assert inner.high <= outer.high * (1 + 1e-12)


def _derived(figures: list[float | None]) -> Nutrition:
    cells = ",".join("" if figure is None else f"{figure}" for figure in figures)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "pangan.csv"
        path.write_text(f"code,name_id,{','.join(CAROTENES)}\nX1,uji,{cells}\n", encoding="utf-8")
        return load_foods(path)["X1"].per100
