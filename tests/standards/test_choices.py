"""Rules about what is on the plate and how often: portions, frequency, variety, spacing, forbid, require."""

from __future__ import annotations

from datetime import date

import pytest

from sehatmenu.food.dishes import Recipe
from sehatmenu.standards.checks import check
from sehatmenu.standards.menus import Certificate, Menu, Option

from .law_texts import MONDAY, cooked, days, dish, law, law_text, refused, verdicts

AYAM, IKAN, TELUR = (
    dish(name, "hewani", method=way) for name, way in (("Ayam", "goreng"), ("Ikan", "kukus"), ("Telur", "rebus"))
)
NASI, SAYUR, BUAH = dish("Nasi", "pokok"), dish("Bayam", "sayur"), dish("Pisang", "buah")


# portions: grams of a food group on a stated basis


@pytest.mark.parametrize(
    ("limit", "expected"),
    [("min: 100 g", "pass"), ("min: 101 g", "fail"), ("max: 100 g", "pass"), ("max: 99 g", "fail")],
)
def test_the_grams_of_a_food_group_are_summed_over_the_plate(limit: str, expected: str) -> None:
    meal = [cooked("60 g bayam", "100 g nasi"), cooked("40 g wortel", name="Wortel")]
    assert [expected] == verdicts(
        meal, f"id: p, kind: portions, of: {{group: sayur}}, basis: edible, limits: [{{{limit}, source: s}}]"
    )


def test_a_weight_as_bought_is_more_than_the_edible_part() -> None:
    # bayam, edible part 80 %: 80 g edible are 100 g as bought
    rule = "id: p, kind: portions, of: {group: sayur}, basis: %s, limits: [{min: 100 g, source: s}]"
    assert ["pass", "fail"] == [verdicts(cooked("80 g bayam"), rule % basis)[0] for basis in ("gross", "edible")]


@pytest.mark.parametrize(
    ("of", "expected"),
    [
        ("{food: tempe}", "pass"),
        ("{food: [tahu, tempe]}", "pass"),
        ("{tag: kedelai}", "pass"),
        ("{group: nabati, tag: kedelai}", "pass"),
        ("{group: buah}", "fail"),
        ("{group: nabati, tag: unggas}", "fail"),
        ("{group: nabati, course: paket}", "pass"),
        ("{group: nabati, course: sayur}", "fail"),
    ],
)
def test_every_word_of_a_selector_must_fit(of: str, expected: str) -> None:
    thing = cooked("50 g tempe", "50 g ayam")
    rule = f"id: p, kind: portions, of: {of}, basis: edible, limits: [{{min: 50 g, max: 50 g, source: s}}]"
    assert [expected] == verdicts(thing, rule)


@pytest.mark.parametrize(
    ("limit", "expected"),
    [("min: 50 g", "unknown"), ("max: 250 g", "pass"), ("max: 200 g", "unknown"), ("min: 251 g", "fail")],
)
def test_of_a_dish_with_stated_figures_a_part_is_between_nothing_and_all(limit: str, expected: str) -> None:
    rule = f"id: p, kind: portions, of: {{group: sayur}}, basis: edible, limits: [{{{limit}, source: s}}]"
    assert [expected] == verdicts(dish(mass="250 g"), rule)


# frequency: how often, per serving and not per portion


@pytest.mark.parametrize(("times", "expected"), [(1, "pass"), (2, "pass"), (3, "fail")])
def test_fried_dishes_are_counted_over_the_week(times: int, expected: str) -> None:
    week = days(*[[AYAM]] * times, *[[IKAN]] * (5 - times))
    assert [expected] == verdicts(
        week, "id: f, kind: frequency, of: {method: goreng}, per: week, limits: [{max: 2 times, source: s}]"
    )


@pytest.mark.parametrize(("times", "expected"), [(0, "fail"), (1, "fail"), (2, "pass")])
def test_a_least_frequency_is_missed_by_a_whole_week_only(times: int, expected: str) -> None:
    rule = "id: f, kind: frequency, of: {name: Ikan}, per: week, limits: [{min: 2 times, source: s}]"
    assert [expected] == verdicts(days(*[[IKAN]] * times, *[[AYAM]] * (5 - times)), rule)


def test_an_allergen_that_is_not_stated_may_be_there() -> None:
    rule = "id: f, kind: frequency, of: {allergen: telur}, per: meal, limits: [{%s, source: s}]"
    unsaid, free, with_egg = dish(allergens=None), dish(allergens=[]), dish(allergens=["telur"])
    assert ["unknown", "pass", "fail"] == [
        verdicts(thing, rule % "max: 0 times")[0] for thing in (unsaid, free, with_egg)
    ]
    assert ["unknown", "fail", "pass"] == [
        verdicts(thing, rule % "min: 1 times")[0] for thing in (unsaid, free, with_egg)
    ]


# variety: how many different dishes, foods or groups


@pytest.mark.parametrize(
    ("plates", "expected"),
    [([AYAM, IKAN, TELUR, AYAM, IKAN], "pass"), ([AYAM, IKAN, AYAM, IKAN, AYAM], "fail"), ([AYAM] * 5, "fail")],
)
def test_different_dishes_are_counted_once_each(plates: list[Recipe], expected: str) -> None:
    week = days(*[[plate] for plate in plates])
    assert [expected] == verdicts(
        week, "id: v, kind: variety, of: {course: hewani}, per: week, limits: [{min: 3 times, source: s}]"
    )


@pytest.mark.parametrize(("by", "expected"), [("dish", "fail"), ("food", "pass"), ("group", "fail")])
def test_variety_may_count_dishes_foods_or_groups(by: str, expected: str) -> None:
    # one dish, of two vegetables, of one group
    rule = f"id: v, kind: variety, of: {{course: paket}}, by: {by}, limits: [{{min: 2 times, source: s}}]"
    assert [expected] == verdicts(cooked("50 g bayam", "50 g wortel"), rule)


def test_variety_by_food_of_a_dish_whose_foods_are_not_told_is_open() -> None:
    rule = "id: v, kind: variety, of: {course: paket}, by: food, limits: [{min: 2 times, source: s}]"
    assert ["unknown"] == verdicts(dish(), rule)


# spacing: how many days until the same dish


@pytest.mark.parametrize(
    ("plates", "expected"),
    [
        ([AYAM, IKAN, TELUR, AYAM, IKAN], ["pass", "pass", "pass"]),
        ([AYAM, IKAN, AYAM, TELUR, IKAN], ["fail", "pass", "pass"]),
        ([AYAM, AYAM, IKAN, TELUR, AYAM], ["fail", "pass", "pass"]),
        ([AYAM, IKAN, TELUR, IKAN, AYAM], ["pass", "fail", "pass"]),
    ],
)
def test_the_same_dish_comes_back_after_so_many_days(plates: list[Recipe], expected: list[str]) -> None:
    # min: 3 days: from Monday to Thursday at the earliest, so once in every three days
    week = days(*[[plate] for plate in plates])
    assert expected == verdicts(week, "id: g, kind: spacing, of: {course: hewani}, limits: [{min: 3 days, source: s}]")


def test_a_cyclic_menu_is_spaced_over_its_end() -> None:
    # two days and again from the start: the chicken of day 4 meets that of day 1
    plates = [[AYAM], [IKAN], [TELUR], [AYAM]]
    rule = "id: g, kind: spacing, of: {course: hewani}, cyclic: %s, limits: [{min: 2 days, source: s}]"
    assert "fail" not in verdicts(days(*plates), rule % "false")
    assert 1 == verdicts(days(*plates), rule % "true").count("fail")


def test_spacing_names_the_dish_that_comes_back_too_soon() -> None:
    rule = "id: g, kind: spacing, of: {course: hewani}, limits: [{min: 3 days, source: s}]"
    (found,) = check(days([IKAN], [AYAM], [AYAM]), law(rule), "anak", MONDAY)
    assert ("fail", "ayam") == (found.verdict, found.values["dish"])


@pytest.mark.parametrize("limit", ["max: 3 days", "min: 12 hours", "min: 0 days"])
def test_spacing_needs_a_least_number_of_whole_days(limit: str) -> None:
    rule = f"id: g, kind: spacing, limits: [{{{limit}, source: s}}]"
    assert [8] == [line for _, line, _ in refused(law_text([rule]))]


# forbid


@pytest.mark.parametrize(
    ("of", "expected"),
    [
        ("{tag: pedas}", "fail"),
        ("{allergen: udang}", "fail"),
        ("{food: udang}", "fail"),
        ("{group: hewani}", "fail"),
        ("{method: goreng}", "pass"),
        ("{tag: manis}", "pass"),
        ("{allergen: kacang}", "pass"),
    ],
)
def test_what_is_forbidden_is_found_in_the_dish_or_in_its_ingredients(of: str, expected: str) -> None:
    assert [expected] == verdicts(
        cooked("50 g udang", "100 g nasi"), f"id: x, kind: forbid, of: {of}, limits: [{{source: s}}]"
    )


def test_a_tag_of_the_dish_itself_is_found_too() -> None:
    rule = "id: x, kind: forbid, of: {tag: pedas}, per: item, limits: [{source: s}]"
    assert ["fail", "pass"] == [verdicts(thing, rule)[0] for thing in (dish(tags=["pedas"]), dish(tags=["manis"]))]


def test_an_ingredient_may_be_in_a_dish_whose_ingredients_are_not_told() -> None:
    rule = "id: x, kind: forbid, of: {food: terasi}, limits: [{source: s}]"
    assert ["unknown"] == verdicts(dish(), rule)


def test_a_forbidden_item_is_named() -> None:
    rule = "id: x, kind: forbid, of: {tag: pedas}, per: item, limits: [{source: s}]"
    (found,) = check([dish("Nasi"), dish("Sambal", tags=["pedas"])], law(rule), "anak", MONDAY)
    assert ("fail", "Sambal") == (found.verdict, found.values["dish"])


# require


@pytest.mark.parametrize(("meal", "expected"), [([NASI, BUAH], "pass"), ([NASI, SAYUR], "fail")])
def test_what_is_required_is_on_every_plate(meal: list[Recipe], expected: str) -> None:
    rule = "id: b, kind: require, of: {course: buah}, per: meal, limits: [{source: s}]"
    assert [expected] == verdicts(meal, rule)


def test_each_day_is_told_apart() -> None:
    rule = "id: b, kind: require, of: {course: buah}, per: meal, limits: [{source: s}]"
    assert ["pass", "fail", "pass"] == verdicts(days([NASI, BUAH], [NASI], [BUAH]), rule)


# SLHS from 1 January to 3 February 2026, both ends included; the menu is of 2, 3 and 4 February
SLHS = Certificate("slhs", "123", date(2026, 1, 1), date(2026, 2, 3))
NEEDS_SLHS = "id: c, kind: require, certificate: slhs, per: item, limits: [{source: s}]"


def test_a_certificate_is_valid_on_the_day_that_the_dish_is_served() -> None:
    offer = Option(NASI, "umkm", certificates=(SLHS,))
    assert ["pass", "pass", "fail"] == verdicts(days([offer], [offer], [offer]), NEEDS_SLHS)


@pytest.mark.parametrize(
    ("certificates", "expected"),
    [(None, "unknown"), ((), "fail"), ((Certificate("halal"),), "fail"), ((Certificate("slhs"),), "pass")],
)
def test_a_paper_that_no_one_asked_for_is_not_missing(
    certificates: tuple[Certificate, ...] | None, expected: str
) -> None:
    assert [expected] == verdicts(Menu.of_meal([Option(NASI, certificates=certificates)], MONDAY), NEEDS_SLHS)


@pytest.mark.parametrize("what", ["", "certificate: slhs, of: {course: buah}, "])
def test_a_requirement_is_of_one_thing(what: str) -> None:
    assert [("require-what", 8, 5)] == refused(law_text([f"id: c, kind: require, {what}limits: [{{source: s}}]"]))
