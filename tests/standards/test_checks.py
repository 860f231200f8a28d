"""Reports: what a check says of a dish, a meal and a menu, with every rule's article and the causes of ignorance."""

from __future__ import annotations

import pytest

from sehatmenu.standards.checks import check
from sehatmenu.standards.menus import Menu
from sehatmenu.standards.standards import load_standard

from .law_texts import MONDAY, cooked, days, dish, foods, law, law_text

SALT = "id: salt, kind: nutrient, nutrient: sodium, limits: [{max: 600 mg, source: s, place: pasal 3 ayat 2}]"
IRON = "id: iron, kind: nutrient, nutrient: iron, limits: [{max: 5 mg, source: s}]"


def test_every_finding_cites_its_article_and_its_place_in_the_file() -> None:
    (found,) = check(dish(sodium="700 mg"), law(SALT), "anak", MONDAY)
    column = law_text([SALT]).splitlines()[7].index("{max") + 1
    assert ("UU Uji, pasal 3 ayat 2", f"uji.yaml:8:{column}") == (found.source, str(found.place))


def test_a_report_is_said_in_two_languages() -> None:
    report = check(dish("Sup", sodium="700 mg"), law(SALT), "anak", MONDAY)
    indonesian, english = report.text("id"), report.text("en")
    assert "Natrium, 2 Februari 2026: 700 mg" in indonesian
    assert "Sodium, 2 February 2026: 700 mg, above the limit ≤ 600 mg [1]" in english
    assert "[1] UU Uji, pasal 3 ayat 2" in english
    assert "Sup – Uji (anak): fail" == english.splitlines()[0]


def test_below_and_above_are_told_apart() -> None:
    rule = "id: p, kind: nutrient, nutrient: protein, limits: [{min: 10 g, max: 20 g, source: s}]"
    said = [check(dish(protein=amount), law(rule), "anak", MONDAY).text("en") for amount in ("9 g", "21 g")]
    assert ["below the limit" in said[0], "above the limit" in said[1]] == [True, True]


def test_the_cause_of_an_unknown_figure_is_the_ingredient_as_it_is_written() -> None:
    # bayam has a blank for iron; nasi does not
    (found,) = check(cooked("100 g nasi", "50 g bayam", name="Sayur"), law(IRON), "anak", MONDAY)
    assert ("unknown", ("Sayur: 50 g bayam",)) == (found.verdict, found.causes)


def test_an_unknown_amount_of_salt_is_a_cause_too() -> None:
    (found,) = check(cooked("100 g nasi", "wortel secukupnya"), law(IRON), "anak", MONDAY)
    assert ("Masakan: wortel secukupnya",) == found.causes


def test_a_dish_with_stated_figures_is_its_own_cause() -> None:
    (found,) = check(dish("Susu kotak"), law(IRON), "anak", MONDAY)
    assert ("Susu kotak",) == found.causes


def test_what_is_known_has_no_causes() -> None:
    (found,) = check(dish(iron="6 mg"), law(IRON), "anak", MONDAY)
    assert ("fail", ()) == (found.verdict, found.causes)


def test_the_editions_of_law_and_food_table_are_told() -> None:
    assert ("uji", "uji") == check(cooked("50 g tempe"), law(SALT), "anak", MONDAY).editions[:2]
    assert {"uji"} == {food.edition for food in foods()}


def test_a_single_dish_a_list_and_a_menu_are_the_same_meal() -> None:
    thing = dish(sodium="700 mg")
    found = [
        check(what, law(SALT), "anak", MONDAY).records("en") for what in (thing, [thing], Menu.of_meal([thing], MONDAY))
    ]
    assert found[0] == found[1] == found[2]


def test_a_dish_listed_twice_is_eaten_twice() -> None:
    thing = dish(sodium="300 mg")
    assert ["pass"] == [str(f.verdict) for f in check([thing, thing], law(SALT), "anak", MONDAY)]
    assert ["fail"] == [str(f.verdict) for f in check([thing, thing, thing], law(SALT), "anak", MONDAY)]


def test_a_rule_that_speaks_of_more_says_so() -> None:
    rule = "id: w, kind: nutrient, nutrient: protein, per: week, limits: [{min: 1 g, source: s}]"
    (found,) = check(dish(protein="1 g"), law(rule), "anak", MONDAY)
    assert "this rule speaks of a menu of several days" in found.text("en")


def test_the_records_of_a_report_are_flat_but_for_their_values() -> None:
    (row,) = check(dish(sodium="700 mg"), law(SALT), "anak", MONDAY).records("en")
    values = row.pop("values")
    limit = {"low": None, "high": 600.0, "unit": "mg", "bounded": False}
    assert (700.0, limit, "salt", "Sodium") == (
        values["amount"]["high"],
        values["limit"],
        values["rule_id"],
        values["rule"],
    )
    assert all(isinstance(value, str | int | float | list) for value in row.values())


def test_the_meal_of_the_group_is_taken_when_none_is_said() -> None:
    report = check(dish(energy="600 kcal"), load_standard("id/mbg-2026"), "sd-4-6", MONDAY)
    assert "siang" in next(f.text("id") for f in report if f.values["rule_id"] == "energy")


@pytest.mark.parametrize("on", ["2026-02-02", MONDAY])
def test_a_date_may_be_text_or_a_date(on: object) -> None:
    assert "fail" == check(dish(sodium="700 mg"), law(SALT), "anak", on).verdict  # type: ignore[arg-type]


def test_a_menu_brings_its_own_date() -> None:
    assert "fail" == check(days([dish(sodium="700 mg")]), law(SALT), "anak").verdict


def test_the_worst_dish_is_named_where_each_dish_is_judged() -> None:
    rule = "id: i, kind: nutrient, nutrient: sodium, per: item, limits: [{max: 300 mg, source: s}]"
    (found,) = check([dish("Sup", sodium="500 mg"), dish("Nasi", sodium="0 mg")], law(rule), "anak", MONDAY)
    assert "Sup: 500 mg, above the limit ≤ 300 mg" in found.text("en")
