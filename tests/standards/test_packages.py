"""Dishes that carry several components, and what a label leaves untold: unknown, never missing and never free of it."""

from __future__ import annotations

from dataclasses import replace

import pytest

from sehatmenu.files import parse_yaml
from sehatmenu.food.dishes import Recipe
from sehatmenu.food.foods import unlisted
from sehatmenu.food.recipes import recipe_from
from sehatmenu.quantities.intervals import Interval
from sehatmenu.standards.checks import check
from sehatmenu.standards.selectors import Selector
from sehatmenu.standards.standards import load_standard

from .law_texts import MONDAY, cooked, days, dish, verdicts

COMPONENTS = ("pokok", "hewani", "nabati", "sayur", "buah")
REQUIRE = "id: r, kind: require, of: {course: %s}, limits: [{source: s}]"

# food, its group in tests/data/foods.csv
RICE, CHICKEN, TEMPE, GREENS = "100 g nasi", "50 g ayam", "50 g tempe", "50 g bayam"


def labelled(name: str, course: str, more: str = "") -> Recipe:
    """A dish known by its label, but for what is written besides."""
    figures = "nutrition: {per: 1 portion, source: label, values: {energy: 600 kcal}}"
    return recipe_from(parse_yaml(f"{{name: {name}, course: {course}, servings: 1, {figures}{more}}}", f"{name}.yaml"))


def label(more: str = "") -> Recipe:
    """A bought side dish known by its label."""
    return labelled("sosis", "hewani", more)


def with_leaves(*lines: str) -> Recipe:
    """A box of these foods and of 80 g of leaves that no table holds."""
    meal = cooked(*lines, "80 g tempe")
    *others, last = meal.ingredients
    leaves = replace(last, food=unlisted("daun entah"))
    return replace(meal, ingredients=(*others, leaves), allergens=meal.allergens | leaves.food.allergens)


def carried(meal: Recipe) -> list[str]:
    """The verdicts on "a component in every portion", component by component."""
    return [verdicts([meal], REQUIRE % course)[0] for course in COMPONENTS]


def test_a_box_that_tells_nothing_may_carry_anything() -> None:
    assert ["unknown"] * 5 == carried(labelled("kotak", "paket"))


def test_a_box_that_states_its_components_carries_these() -> None:
    told = labelled("kotak", "paket", ", components: [pokok, hewani]")
    assert ["pass", "pass", "fail", "fail", "fail"] == carried(told)


def test_the_ingredients_of_a_box_show_what_it_carries() -> None:
    # rice, chicken and greens; no tempe or tofu and no fruit among them
    shown = cooked(RICE, CHICKEN, GREENS)
    assert ["pass", "pass", "fail", "pass", "fail"] == carried(shown)


def test_the_packed_meal_of_the_law_is_a_meal_with_every_component() -> None:
    text = (
        "{name: Nasi kotak, course: paket, servings: 10, measures: [dbmp, aplikasi], basis: edible, method: rebus, "
        "ingredients: [1500 g nasi, 500 g daging ayam, 250 g tempe, 400 g kangkung, 10 g minyak goreng, 750 g pisang ambon]}"
    )
    report = check(recipe_from(parse_yaml(text, "paket.yaml")), load_standard("id/mbg-2026"), "sd-4-6", MONDAY)
    found = {str(f.values["rule_id"]): str(f.verdict) for f in report}
    assert ["pass"] * 5 == [verdict for rule, verdict in found.items() if rule.startswith("plate-")]


def test_a_dish_of_one_course_may_state_that_it_carries_another() -> None:
    # fried rice with egg: of its own course, and a side dish besides
    rice = labelled("nasi-goreng", "pokok", ", components: [pokok, hewani]")
    assert ["pass", "pass", "fail", "fail", "fail"] == carried(rice)
    assert ["pass", "fail", "fail", "fail", "fail"] == carried(dish("Nasi", "pokok"))


def test_a_food_that_no_table_holds_may_be_the_vegetable() -> None:
    assert "unknown" == carried(with_leaves(RICE))[3]


def test_what_is_known_of_the_box_need_not_be_of_the_component() -> None:
    # the allergen is of the tempe, not of the chicken
    meal = cooked(CHICKEN, TEMPE)
    sides = {"hewani": "unknown", "nabati": "pass"}
    for course, expected in sides.items():
        rule = f"id: k, kind: require, of: {{course: {course}, food: tempe}}, limits: [{{source: s}}]"
        assert [expected] == verdicts([meal], rule)


def test_a_component_weighs_a_part_of_the_box() -> None:
    # 100 g of rice and 50 g of greens; whose sauce is whose nobody wrote
    meal = cooked(RICE, GREENS)
    rule = "id: m, kind: portions, of: {course: sayur}, basis: edible, limits: [{%s, source: s}]"
    assert ["unknown", "fail", "pass"] == [
        verdicts([meal], rule % limit)[0] for limit in ("min: 50 g", "min: 151 g", "max: 150 g")
    ]


@pytest.mark.parametrize(
    ("told", "of", "expected"),
    [
        ("", "{tag: ultra-proses}", "unknown"),
        (", tags: []", "{tag: ultra-proses}", "pass"),
        (", tags: [ultra-proses]", "{tag: ultra-proses}", "fail"),
        ("", "{method: goreng}", "unknown"),
        (", method: rebus", "{method: goreng}", "pass"),
        ("", "{allergen: susu}", "unknown"),
        (", allergens: []", "{allergen: susu}", "pass"),
        ("", "{group: sayur}", "unknown"),
        ("", "{food: bayam}", "unknown"),
        ("", "{course: sayur}", "pass"),
    ],
)
def test_what_a_label_leaves_out_may_be_there(told: str, of: str, expected: str) -> None:
    assert [expected] == verdicts([label(told)], f"id: f, kind: forbid, of: {of}, limits: [{{source: s}}]")


@pytest.mark.parametrize(
    ("rule", "expected"),
    [
        ("kind: frequency, of: {tag: ikan}, per: week, limits: [{max: 0 times, source: s}]", "unknown"),
        ("kind: frequency, of: {tag: ikan}, by: day, per: week, limits: [{min: 1 times, source: s}]", "unknown"),
        ("kind: variety, of: {tag: [hijau, jingga]}, by: tag, per: week, limits: [{min: 2 times, source: s}]", "unknown"),
        ("kind: variety, of: {tag: [hijau, jingga]}, by: tag, per: week, limits: [{max: 2 times, source: s}]", "pass"),
        ("kind: variety, of: {course: hewani}, by: food, per: week, limits: [{min: 3 times, source: s}]", "unknown"),
        ("kind: variety, of: {course: nabati}, by: food, per: week, limits: [{max: 0 times, source: s}]", "pass"),
        ("kind: spacing, of: {course: hewani}, by: food, limits: [{min: 2 days, source: s}]", "unknown"),
        ("kind: portions, of: {tag: ikan}, basis: cooked, per: week, limits: [{min: 10 g, source: s}]", "unknown"),
        (
            "kind: ratio, numerator: {nutrient: energy, of: {tag: ikan}}, denominator: {nutrient: energy}, per: week,"
            " limits: [{max: 50 %, source: s}]",
            "unknown",
        ),
        ("kind: when, if: {kind: forbid, of: {tag: ikan}}, then: {kind: forbid, of: {course: hewani}}, per: week,"
         " limits: [{source: s}]", "unknown"),
    ],
)  # fmt: skip
def test_every_kind_of_rule_knows_that_a_label_leaves_things_out(rule: str, expected: str) -> None:
    assert expected in verdicts(days(*[[label()]] * 5), f"id: k, {rule}")


def test_only_the_foods_that_are_meant_are_told_apart() -> None:
    # bayam and wortel would be two vegetables; the oil, the rice and the tempe are none
    rule = "id: v, kind: variety, of: {group: sayur}, by: food, limits: [{min: 2 times, source: s}]"
    assert ["fail"] == verdicts([cooked(RICE, GREENS, TEMPE)], rule)


def test_a_food_of_an_unlisted_kind_counts_as_an_unknown_amount() -> None:
    meal = with_leaves(GREENS)
    assert Interval(50.0, 130.0) == Selector(group="sayur").mass(meal, "edible")
    rule = "id: v, kind: portions, of: {group: sayur}, basis: edible, limits: [{%s, source: s}]"
    assert ["pass", "unknown", "fail"] == [
        verdicts([meal], rule % limit)[0] for limit in ("min: 50 g", "min: 51 g", "min: 131 g")
    ]


def test_a_label_cooked_otherwise_weighs_nothing_of_what_is_fried() -> None:
    boiled = labelled("sosis", "hewani", ", method: rebus, mass: 50 g")
    rule = "id: g, kind: portions, of: {method: goreng}, basis: edible, limits: [{max: 10 g, source: s}]"
    assert ["pass", "unknown"] == [
        verdicts([d], rule)[0] for d in (boiled, labelled("sosis", "hewani", ", mass: 50 g"))
    ]


def test_the_way_the_box_was_cooked_need_not_be_that_of_its_vegetable() -> None:
    told = labelled("kotak", "paket", ", components: [hewani, sayur], method: goreng")
    assert ["unknown"] == verdicts([told], REQUIRE.replace("%s", "sayur, method: goreng"))


@pytest.mark.parametrize(("per", "expected"), [("meal", "unknown"), ("item", "unknown")])
def test_a_ratio_whose_denominator_may_be_nothing_is_no_fail(per: str, expected: str) -> None:
    # protein of the leaves to between 0 and 80 g of vegetables: there may be no ratio at all
    meal = with_leaves()
    side = "{mass: edible, of: {group: sayur}, per: 1 g}"
    limit = "limits: [{max: 0.01 g, source: s}]"
    rule = f"id: r, kind: ratio, numerator: {{nutrient: protein}}, denominator: {side}, per: {per}, {limit}"
    assert [expected] == verdicts([meal], rule)
