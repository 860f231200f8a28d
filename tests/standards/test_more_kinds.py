"""Credited amounts, days and repeats, tags, conditions and records: hand-computed verdicts of small menus."""

from __future__ import annotations

import textwrap
from collections.abc import Sequence
from datetime import timedelta
from pathlib import Path
from typing import get_args

import pytest

from sehatmenu.documents import load
from sehatmenu.errors import LoadError
from sehatmenu.files import parse_yaml
from sehatmenu.food.credits import credited
from sehatmenu.food.recipes import Recipe, recipe_from
from sehatmenu.quantities.intervals import UNKNOWN, Interval
from sehatmenu.standards.checks import check, context, run_cases
from sehatmenu.standards.menus import Menu
from sehatmenu.standards.rules import Rule, RuleBase
from sehatmenu.standards.standards import StandardFile, load_standard, read_standard
from tests.standards.law_texts import MONDAY, cooked, days, dish, law, law_text, off, problems, refused, said, verdicts


def counting(stated: str | None, *, tags: Sequence[str] = (), name: str = "Masakan") -> Recipe:
    """A dish with stated credits (None: none are stated)."""
    text = f"name: {name}\ncourse: paket\nservings: 1\ntags: {list(tags)}\nallergens: []\n"
    text += f"credits: {stated}\n" if stated is not None else ""
    text += "nutrition: {per: 1 portion, source: label, values: {energy: 100 kcal}}"
    return recipe_from(parse_yaml(text, "resep.yaml"))


# every kind is documented by rules that load

KINDS = get_args(get_args(Rule)[0])


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.__name__)
def test_the_example_of_a_kind_loads(kind: type[RuleBase]) -> None:
    _, snippet, _ = (kind.__doc__ or "").split("```")
    groups = "  anak: {title: Anak, reference: {of: references/akg-2019, mix: {anak-7-9: 1}}}\n"
    factors = "energy_factors: {fat: 9 kcal/g, source: s}\n"
    text = law_text([], groups, factors) + textwrap.indent(textwrap.dedent(snippet.removeprefix("yaml\n")), "  ")
    standard = read_standard(load(parse_yaml(text, "uji.yaml"), StandardFile))
    assert standard.rules
    assert {kind} == {type(rule) for rule in standard.rules}


# credited amounts: what a dish states that it counts as


def portions(of: str, limit: str, unit: str = "cup", per: str = "meal") -> str:
    basis = f"basis: credited, unit: {unit}, per: {per}"
    return f"id: p, kind: portions, of: {of}, {basis}, limits: [{{{limit}, source: s}}]"


FRUIT = "{group: us/fruit}"
APPLE, MILK = counting("{us/fruit: ½ cup}", name="Apel"), counting("{us/milk: 1 cup}", name="Susu")


@pytest.mark.parametrize(("least", "expected"), [("0.5 cup", "pass"), ("0.51 cup", "fail"), ("0.125 cup", "pass")])
def test_a_credit_is_held_against_the_limit(least: str, expected: str) -> None:
    assert [expected] == verdicts([APPLE, MILK], portions(FRUIT, f"min: {least}"))


def test_credits_of_a_meal_add_up_over_dishes_and_names() -> None:
    # 0.5 + 0.5 + 0.25 = 1.25 cups of fruit or juice
    meal = [APPLE, APPLE, counting("{us/juice: 1/4 cup, us/milk: 2 cup}")]
    both = "{group: [us/fruit, us/juice]}"
    assert ["pass"] == verdicts(meal, portions(both, "min: 1.25 cup, max: 1.25 cup"))


def test_a_dish_that_states_no_credits_is_unknown_and_one_that_states_none_of_them_counts_nothing() -> None:
    silent, nothing = counting(None), counting("{}")
    limits = [portions(FRUIT, "min: 1 cup"), portions(FRUIT, "max: 1 cup").replace("id: p", "id: q")]
    assert [["unknown", "unknown"], ["fail", "pass"]] == [verdicts(thing, *limits) for thing in (silent, nothing)]
    assert ["pass"] == verdicts([silent, APPLE], portions(FRUIT, "min: 0.5 cup"))


def test_a_component_in_another_kind_of_unit_is_unknown() -> None:
    grain = counting("{us/grain: 1 oz eq}")
    assert ["pass"] == verdicts(grain, portions("{group: us/grain}", "min: 1 oz_eq", "oz_eq"))
    assert ["unknown"] == verdicts(grain, portions("{group: us/grain}", "max: 1 cup"))


def test_other_keys_of_a_selector_mean_the_dish() -> None:
    drink = counting("{gb-juice: 150 ml}", tags=["diskon"])
    assert ["pass"] == verdicts(drink, portions("{tag: diskon}", "min: 0.15 l, max: 150 ml", "ml", "item"))
    assert ["pass"] == verdicts(drink, portions("{tag: lain}", "max: 0 ml", "ml", "item"))


def test_a_credit_in_a_kitchens_range_stays_a_range() -> None:
    assert credited({"us/fruit": (Interval(0.25, 0.5), "cup")}, "cup", ["us/fruit"]) == Interval(0.25, 0.5)
    assert ["unknown"] == verdicts(counting("{us/fruit: 1/4-1/2 cup}"), portions(FRUIT, "min: 0.5 cup"))
    assert credited(None, "cup") == UNKNOWN


@pytest.mark.parametrize(
    ("text", "code"), [("80 g", "credit-unit"), ("1/2", "unit-missing"), ("banyak", "number-unreadable")]
)
def test_a_credit_that_cannot_be_read_is_refused_at_its_place(text: str, code: str) -> None:
    with pytest.raises(LoadError) as caught:
        counting(f"{{us/fruit: {text}}}")
    assert [(code, 6, 21)] == problems(caught.value)


def test_a_credit_in_a_ratio() -> None:
    # juice 0.25 of 0.5 cup = 50 %
    meal = [counting("{us/fruit: 0.25 cup}"), counting("{us/fruit: 0.25 cup, us/juice: 0.25 cup}")]
    sides = [f"{{credited: cup, of: {{group: us/{name}}}}}" for name in ("juice", "fruit")]
    rule = f"id: j, kind: ratio, numerator: {sides[0]}, denominator: {sides[1]}, limits: [{{max: %s, source: s}}]"
    assert ["pass", "fail"] == [verdicts(meal, rule.replace("%s", most))[0] for most in ("50 %", "49 %")]


@pytest.mark.parametrize("basis", ["basis: credited", "basis: edible, unit: cup"])
def test_the_unit_of_credits_goes_with_the_basis(basis: str) -> None:
    rule = f"id: p, kind: portions, of: {{group: x}}, {basis}, limits: [{{min: 1 cup, source: s}}]"
    assert ["portions-unit"] == [code for code, _, _ in refused(law_text([rule]))]


def test_a_short_week_has_its_part_of_the_limit_as_a_floor_too() -> None:
    # 7 CFR 210.10: about 20 % per day more or less than five; 4 days of 2.5 cups a week are 2 cups
    rule = f"{portions(FRUIT, 'min: 2.5 cup', per='week')}, window: {{days: 5}}, prorate: true"
    friday = off("2026-02-06")
    assert ["pass"] == verdicts(days(*[[APPLE]] * 4, calendar=friday), rule)
    assert ["fail"] == verdicts(days(*[[APPLE]] * 3, [MILK], calendar=friday), rule)


# cooked: the dish that is meant itself as served, else its ingredients that are


def test_cooked_is_the_mass_served_of_a_dish_that_carries_the_tag() -> None:
    roast = dish("Panggang", tags=["daging"], mass="90 g")
    rule = "id: m, kind: portions, of: {tag: daging}, basis: cooked, limits: [{min: 90 g, max: 90 g, source: s}]"
    assert ["pass"] == verdicts([roast, dish("Nasi", mass="150 g")], rule)


def test_cooked_is_the_cooked_mass_of_the_ingredients_that_are_meant() -> None:
    # cooked rice stays 100 g beside 50 g of tempe
    rule = "id: m, kind: portions, of: {%s}, basis: cooked, limits: [{min: 100 g, max: 100 g, source: s}]"
    meal = cooked("100 g nasi", "50 g tempe")
    assert ["pass", "pass"] == [verdicts(meal, rule % of)[0] for of in ("food: nasi", "tag: beras")]
    assert ["fail"] == verdicts(meal, rule % "course: paket")


def test_a_nutrient_of_an_ingredient_is_divided_by_its_own_mass() -> None:
    # 8 g of fat in 100 g of tempe; the dish holds 4 g in 150 g
    fat, mass = "{nutrient: fat, of: {food: tempe}}", "{mass: cooked, of: {food: tempe}, per: 100 g}"
    limit = "{min: 8 g, max: 8 g, source: s}"
    rule = f"id: f, kind: ratio, numerator: {fat}, denominator: {mass}, limits: [{limit}]"
    assert ["pass"] == verdicts(cooked("100 g nasi", "50 g tempe"), rule)


def test_a_dish_without_the_denominator_is_not_judged_by_it() -> None:
    fibre, mass = "{nutrient: fibre, of: {tag: roti}}", "{mass: cooked, of: {tag: roti}, per: 100 g}"
    rule = f"id: b, kind: ratio, numerator: {fibre}, denominator: {mass}, per: item, limits: [{{min: 3 g, source: s}}]"
    good, poor = (dish("Roti", tags=["roti"], mass="50 g", fibre=f"{grams} g") for grams in ("1.5", "1.4"))
    soup = dish("Sup", mass="200 g", fibre="0 g")
    assert [["not_applicable"], ["pass"], ["fail"]] == [verdicts(m, rule) for m in ([soup], [soup, good], [soup, poor])]


# frequency by day and by dish, variety by tag

BEEF, STEW, EGGS = (dish(n, "hewani", tags=t) for n, t in (("Sapi", ["daging"]), ("Semur", ["daging"]), ("Telur", [])))


@pytest.mark.parametrize(
    ("plates", "expected"),
    [
        ([[BEEF], [STEW], [BEEF], [EGGS], [EGGS]], "pass"),
        ([[BEEF, STEW], [BEEF], [EGGS], [EGGS], [EGGS]], "fail"),
        ([[EGGS]] * 5, "fail"),
    ],
)
def test_a_day_is_counted_once(plates: list[list[Recipe]], expected: str) -> None:
    rule = "id: d, kind: frequency, of: {tag: daging}, by: day, per: week, limits: [{min: 3 times, source: s}]"
    assert [expected] == verdicts(days(*plates), rule)


def test_a_day_of_two_meals_is_one_day() -> None:
    menu = Menu.of_days({MONDAY + timedelta(days=n): {"pagi": [BEEF], "siang": [STEW]} for n in range(5)})
    rule = "id: d, kind: frequency, of: {tag: daging}, %s, per: week, limits: [{max: %s times, source: s}]"
    assert ["pass", "fail"] == [verdicts(menu, rule % ("by: day", most))[0] for most in (5, 4)]
    assert ["fail", "pass"] == [verdicts(menu, rule % ("by: serving", most))[0] for most in (9, 10)]


def test_a_day_on_which_it_may_be_served_leaves_the_count_open() -> None:
    unsaid, egg = dish("Kue", allergens=None), dish("Dadar", allergens=["telur"])
    rule = "id: d, kind: frequency, of: {allergen: telur}, by: day, per: week, limits: [{%s, source: s}]"
    week = days([egg], [unsaid], [EGGS], [EGGS], [EGGS])
    assert ["unknown", "pass", "pass", "unknown"] == [
        verdicts(week, rule % limit)[0] for limit in ("max: 1 times", "max: 2 times", "min: 1 times", "min: 2 times")
    ]


@pytest.mark.parametrize(("beef", "expected"), [(3, "pass"), (4, "fail")])
def test_the_dish_served_most_decides(beef: int, expected: str) -> None:
    rule = "id: d, kind: frequency, of: {tag: daging}, by: dish, per: week, limits: [{max: 3 times, source: s}]"
    (found,) = check(days(*[[BEEF]] * beef, *[[STEW]] * (5 - beef)), law(rule), "anak", MONDAY)
    assert (expected, "sapi" if expected == "fail" else None) == (found.verdict, found.values.get("dish"))


def test_by_dish_takes_no_floor_and_by_tag_needs_tags() -> None:
    floor = "id: d, kind: frequency, of: {tag: x}, by: dish, per: week, limits: [{min: 3 times, source: s}]"
    nameless = "id: v, kind: variety, of: {course: sayur}, by: tag, per: week, limits: [{min: 2 times, source: s}]"
    assert ["frequency-dish-min", "variety-tags"] == [code for code, _, _ in refused(law_text([floor, nameless]))]


@pytest.mark.parametrize(
    ("dishes", "expected"),
    [
        ([dish(tags=["hijau", "jingga"])], "pass"),
        ([dish("A", tags=["hijau"]), dish("B", tags=["hijau"])], "fail"),
        ([cooked("50 g bayam", course="sayur"), dish(tags=["jingga"])], "pass"),
        ([dish("A", tags=["hijau"]), dish("B", tags=["putih"])], "fail"),
    ],
)
def test_the_named_tags_that_are_served_are_counted(dishes: list[Recipe], expected: str) -> None:
    # bayam carries the tag hijau in the small food table
    rule = "id: v, kind: variety, of: {tag: [hijau, jingga]}, by: tag, limits: [{min: 2 times, source: s}]"
    assert [expected] == verdicts(dishes, rule)


# attest: what was written down

HOURS = "id: c, kind: attest, record: {from: cooked, to: eaten}, limits: [{max: 4 hours, source: s}]"
WATER = "id: water, kind: attest, record: {measure: water}, per: day, limits: [{source: s}]"
HOT = "id: h, kind: attest, record: {measure: hot}, limits: [{min: 65.5 degC, strict: true, source: s}]"


@pytest.mark.parametrize(
    ("rule", "record", "expected"),
    [
        (HOURS, {"c": "240 minutes"}, "pass"),
        (HOURS, {"cooked-to-eaten": "4.1 hours"}, "fail"),
        (HOURS, {}, "unknown"),
        (WATER, {"water": "ya"}, "pass"),
        (WATER, {"water": "no"}, "fail"),
        (HOT, {"hot": "65.5 degC"}, "fail"),
        (HOT, {"hot": "66 degC"}, "pass"),
    ],
)
def test_a_record_is_held_against_the_limit(rule: str, record: dict[str, str], expected: str) -> None:
    menu = days([EGGS], whole_days=True)
    assert [expected] == said(check(menu, law(rule), "anak", MONDAY, records=record))


def test_a_record_is_not_asked_of_less_than_the_rule_speaks_of() -> None:
    assert ["not_applicable"] == said(check([EGGS], law(WATER), "anak", MONDAY))
    assert ["pass"] == said(check([EGGS], law(WATER), "anak", MONDAY, records={"water": "yes"}))


@pytest.mark.parametrize(
    ("records", "code"),
    [
        ({"c": "4 kg"}, "unit-dimension"),
        ({"c": "yes"}, "number-unreadable"),
        ({"x": "yes"}, "record-unknown"),
        ({"water": "4 hours"}, "record-yes-no"),
    ],
)
def test_a_wrong_record_is_refused(records: dict[str, str], code: str) -> None:
    with pytest.raises(LoadError) as caught:
        check([EGGS], law(HOURS, WATER), "anak", MONDAY, records=records)
    assert [code] == [found.code for found in caught.value.report]


@pytest.mark.parametrize(
    ("rule", "code"),
    [
        ("record: {measure: x}, limits: [{max: 4 kg, source: s}]", "record-unit"),
        ("record: {from: cooked}, limits: [{source: s}]", "record-what"),
        ("record: {measure: x, from: a, to: b}, limits: [{source: s}]", "record-what"),
        ("record: {measure: x}, limits: [{max: 4 hours, source: s}, {from: 2026-01-01, source: s}]", "limit-unbounded"),
        ("record: {measure: x}, limits: [{max: 4 jm, source: s}]", "unit-unknown"),
    ],
)
def test_what_is_recorded_has_to_make_sense(rule: str, code: str) -> None:
    assert [code] == [found for found, _, _ in refused(law_text([f"id: a, kind: attest, {rule}"]))]


def test_nothing_that_is_served_decides_a_record() -> None:
    standard = law(HOURS)
    rule, menu = standard.rules[0], days([EGGS], [BEEF])
    rows = rule.rows(context(menu, standard, "anak"), rule.limits[0])
    assert (rule.evidence, len(rows.windows), rows.high) == (True, 0, 4.0)


def test_a_case_may_hold_records_alone_and_a_wrong_one_has_its_place() -> None:
    case = "cases:\n  - {title: Kasus, group: anak, on: 2026-02-02, records: {c: %s}, expect: {c: pass}}\n"
    good = read_standard(load(parse_yaml(law_text([HOURS]) + case % "3 hours", "uji.yaml"), StandardFile))
    assert [] == run_cases(good)
    column = case.splitlines()[1].index("%s") + 1
    assert [("unit-missing", 10, column)] == refused(law_text([HOURS]) + case % "'3'")


def test_a_rule_without_a_limit_for_the_case_is_not_applicable(tmp_path: Path) -> None:
    rule = "id: salt, kind: nutrient, nutrient: sodium, limits: [{from: 2027-01-01, max: 1 g, source: s}]"
    expect = "{salt: not_applicable, lain: pass}"
    case = f"cases:\n  - {{title: Kasus, group: anak, on: 2026-02-02, meal: {{sodium: 2 g}}, expect: {expect}}}\n"
    path = tmp_path / "uji.yaml"
    path.write_text(law_text([rule]) + case, encoding="utf-8")
    assert [("lain", "-")] == [(found.values["rule"], found.values["got"]) for found in run_cases(load_standard(path))]
