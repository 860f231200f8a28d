"""Rules that bind on a condition, and limits that several groups share."""

from __future__ import annotations

import math
from collections.abc import Sequence
from datetime import date

import pytest

from sehatmenu.food.recipes import Recipe
from sehatmenu.standards.checks import check, context
from sehatmenu.standards.intersections import intersect
from sehatmenu.standards.menus import Certificate, Menu, Option
from sehatmenu.standards.rows import Rows, item_range
from sehatmenu.standards.standards import load_standard
from tests.standards.law_texts import MONDAY, days, dish, law, law_text, refused, verdicts

CHIPS, MEAL, SOUP = (dish(n, tags=[t]) for n, t in (("Kentang", "chips"), ("Ayam", "main"), ("Sup", "sup")))
UNSAID = dish("Kue", allergens=None)


def when(condition: str, then: str, more: str = "per: meal") -> str:
    return f"id: w, kind: when, if: {{{condition}}}, then: {{{then}}}, {more}, limits: [{{source: s, place: pasal 3}}]"


WITH_MEAL = when("kind: require, of: {tag: chips}", "kind: require, of: {tag: main}")


@pytest.mark.parametrize(
    ("plate", "expected"),
    [([CHIPS, MEAL], "pass"), ([CHIPS, SOUP], "fail"), ([SOUP], "not_applicable"), ([MEAL], "not_applicable")],
)
def test_a_rule_binds_where_its_condition_holds(plate: Sequence[Recipe], expected: str) -> None:
    assert [expected] == verdicts(plate, WITH_MEAL)


def test_each_meal_has_its_own_condition() -> None:
    assert ["pass", "not_applicable", "fail"] == verdicts(days([CHIPS, MEAL], [SOUP], [CHIPS]), WITH_MEAL)


@pytest.mark.parametrize(("protein", "expected"), [("10 g", "pass"), ("9 g", "unknown")])
def test_where_the_condition_is_not_known_only_a_rule_that_holds_anyway_is_met(protein: str, expected: str) -> None:
    maybe = dish("Kue", allergens=None, protein=protein)
    rule = when("kind: require, of: {allergen: telur}", "kind: nutrient, nutrient: protein, min: 10 g")
    assert [expected] == verdicts([maybe], rule)


def test_an_open_condition_names_what_leaves_it_open() -> None:
    rule = when("kind: require, of: {allergen: telur}", "kind: require, of: {tag: main}")
    (found,) = check([UNSAID], law(rule), "anak", MONDAY)
    assert ("unknown", ("Kue",)) == (found.verdict, found.causes)


def test_a_condition_that_does_not_hold_is_said() -> None:
    (found,) = check([SOUP], law(WITH_MEAL), "anak", MONDAY)
    assert ("rule-condition", "UU Uji, pasal 3") == (found.code, found.source)
    assert found.text("id") != found.text("en")


SWEET = dish("Puding", tags=["manis"], energy="110 kcal")
RICE = dish("Nasi", energy="300 kcal")


@pytest.mark.parametrize(
    ("dishes", "expected", "named"),
    [
        ([SWEET, RICE], "pass", "Puding"),
        ([SWEET, dish("Kolak", tags=["manis"], energy="111 kcal")], "fail", "Kolak"),
        ([RICE], "not_applicable", None),
        ([SWEET, dish("Es", tags=["manis"])], "unknown", "Es"),
    ],
)
def test_each_dish_is_asked_by_itself(dishes: Sequence[Recipe], expected: str, named: str | None) -> None:
    rule = when("kind: require, of: {tag: manis}", "kind: nutrient, nutrient: energy, max: 110 kcal", "per: item")
    (found,) = check(dishes, law(rule), "anak", MONDAY)
    assert (expected, named) == (found.verdict, found.values.get("dish"))


def test_a_paper_is_asked_of_the_dish_that_needs_it_on_its_day() -> None:
    # halal until 3 February 2026
    halal = Certificate("halal", expires=date(2026, 2, 3))
    meat = Option(dish("Bakso", "hewani", tags=["olahan"]), "umkm", certificates=(halal,))
    other = Option(dish("Tempe", "nabati"), "umkm", certificates=())
    rule = when("kind: require, of: {tag: olahan}", "kind: require, certificate: halal", "per: item")
    assert ["pass", "pass", "fail", "not_applicable"] == verdicts(days([meat, other], [meat], [meat], [other]), rule)


# 7 CFR 220.8: vegetables in place of fruit on two or more days come from two subgroups
SUBGROUPS = when(
    "kind: frequency, of: {tag: ganti}, by: day, min: 2 times",
    "kind: variety, of: {tag: [hijau, pati]}, by: tag, min: 2 times",
    "per: week, window: {days: 5}",
)
POTATO, SPINACH = dish("Kentang", tags=["ganti", "pati"]), dish("Bayam", tags=["ganti", "hijau"])


@pytest.mark.parametrize(
    ("plates", "expected"),
    [
        ([POTATO, POTATO, SOUP, SOUP, SOUP], "fail"),
        ([POTATO, SPINACH, SOUP, SOUP, SOUP], "pass"),
        ([POTATO, SOUP, SOUP, SOUP, SOUP], "not_applicable"),
        ([POTATO, SPINACH, SOUP], "not_applicable"),
    ],
)
def test_a_condition_over_a_week(plates: Sequence[Recipe], expected: str) -> None:
    assert [expected] == verdicts(days(*[[plate] for plate in plates]), SUBGROUPS)


def test_a_condition_that_an_unfinished_week_already_meets_lets_a_ban_break() -> None:
    ban = "kind: forbid, of: {tag: sup}"
    rule = when("kind: frequency, of: {tag: ganti}, min: 2 times", ban, "per: week, window: {days: 5}")
    assert ["fail"] == verdicts(days([POTATO], [SPINACH], [SOUP]), rule)
    assert ["unknown"] == verdicts(days([POTATO], [SOUP], [SOUP]), rule)


def test_the_bounds_of_a_condition_are_its_own_and_have_their_place() -> None:
    rule = when("kind: nutrient, nutrient: energy, min: 500", "kind: nutrient, nutrient: protein, min: 10 kcal")
    found = refused(law_text([rule]))
    assert [("unit-missing", 8), ("unit-dimension", 8)] == [(code, line) for code, line, _ in found]
    text = f"  - {{{rule}}}"
    assert [text.index("500") + 1, text.index("10 kcal") + 1] == [column for _, _, column in found]


@pytest.mark.parametrize(
    ("rule", "code"),
    [
        (when("kind: require, of: {tag: x}, per: day", "kind: forbid, of: {tag: y}"), "when-field"),
        (when("kind: require, of: {tag: x}", "kind: forbid, of: {tag: y}, limits: [{source: s}]"), "when-field"),
        (when("kind: frequency, of: {tag: x}, min: 1 times", "kind: forbid, of: {tag: y}", "per: item"), "when-item"),
        (when("kind: require, of: {tag: x}", "kind: spacing, min: 3 days"), "field-choice"),
        (when("kind: require, of: {tag: x}", "kind: nutrient, nutrient: energy"), "limit-unbounded"),
        (when("kind: require, of: {tag: x}, min: 2 times", "kind: forbid, of: {tag: y}"), "limit-needless"),
        (when("kind: require, of: {tag: x}", "kind: energy_share, nutrient: fat, max: 30 %"), "energy-factor-missing"),
        (when("kind: require, of: {tag: x}", "kind: share, nutrient: fat, max: 30 %"), "reference-missing"),
        ("id: f, kind: forbid, of: {tag: x}, limits: [{max: 2 times, source: s}]", "limit-needless"),
    ],
)
def test_a_body_says_only_what_is_its_own(rule: str, code: str) -> None:
    assert [(code, 8)] == [(found, line) for found, line, _ in refused(law_text([rule]))]


# the portion sizes at which a dish keeps a rule


def rows_of(rule: str, thing: Recipe) -> Rows:
    standard, menu = law(rule), Menu.of_item(thing, MONDAY)
    return standard.rules[0].rows(context(menu, standard, "anak"), standard.rules[0].limits[0])


@pytest.mark.parametrize(
    ("limit", "expected"),
    [
        ("min: 50 kcal", (0.5, math.inf)),
        ("max: 150 kcal", (0, 1.5)),
        ("min: 50 kcal, max: 150 kcal", (0.5, 1.5)),
        ("min: 0 kcal", (0, math.inf)),
    ],
)
def test_a_portion_may_be_so_small_and_so_large(limit: str, expected: tuple[float, float]) -> None:
    # 100 kcal a portion
    rule = f"id: e, kind: nutrient, nutrient: energy, per: item, limits: [{{{limit}, source: s}}]"
    assert expected == item_range(rows_of(rule, dish(energy="100 kcal")), 0, 0)


def test_a_portion_of_an_unknown_amount_keeps_no_limit() -> None:
    rule = "id: e, kind: nutrient, nutrient: energy, per: item, limits: [{%s: 50 kcal, source: s}]"
    assert (math.inf, -1.0) == item_range(rows_of(rule % "min", dish()), 0, 0)
    assert (0.0, 0.0) == item_range(rows_of(rule % "max", dish()), 0, 0)


def test_any_portion_is_lawful_where_a_condition_does_not_hold() -> None:
    rule = when("kind: require, of: {tag: manis}", "kind: nutrient, nutrient: energy, max: 55 kcal", "per: item")
    assert [(0, 0.5), (0, math.inf)] == [item_range(rows_of(rule, thing), 0, 0) for thing in (SWEET, RICE)]


# one tray for several groups


def test_the_us_groups_share_the_published_k8_column() -> None:
    """Energy 600-650 kcal is the published K-8 column (Form 180, Rev 1/2018); the rest of 7 CFR 210.10's columns."""
    bands = intersect(load_standard("us/lunch-2024"), ["k-5", "g6-8"], on="2026-09-07").bands
    k8 = {
        "energy": (600, 650, "kcal"), "sodium": (-math.inf, 1110, "mg"), "fruit-day": (0.5, math.inf, "cup"),
        "fruit": (2.5, math.inf, "cup"), "vegetable-day": (0.75, math.inf, "cup"), "vegetable": (3.75, math.inf, "cup"),
        "dark-green": (0.5, math.inf, "cup"), "red-orange": (0.75, math.inf, "cup"), "beans": (0.5, math.inf, "cup"),
        "starchy": (0.5, math.inf, "cup"), "grain-day": (1, math.inf, "oz_eq"), "grain": (8, 9, "oz_eq"),
        "meat-day": (1, math.inf, "oz_eq"), "meat": (9, 10, "oz_eq"), "milk-day": (1, math.inf, "cup"),
        "milk": (5, math.inf, "cup"), "saturated-fat-without-milk": (-math.inf, 0.10, "fraction"),
    }  # fmt: skip
    assert k8 == {rule: (bands[rule].low, bands[rule].high, bands[rule].unit) for rule in k8}
    assert "added-sugars" not in bands  # from 1 July 2027
    assert 935 == intersect(load_standard("us/lunch-2024"), ["k-5", "g6-8"], on="2027-07-05").bands["sodium"].high


def test_groups_too_far_apart_leave_nothing_and_are_told() -> None:
    # 7 CFR 210.10, K-5 against 9-12: 650 kcal and 750, grains 9 and 10, but meat 10 and 10
    shared = intersect(load_standard("us/lunch-2024", on="2026-09-07"), ["k-5", "g9-12"])
    told = {finding.values["rule_id"]: finding for finding in shared.findings}
    assert {"energy", "grain"} == set(told)
    assert ("fail", "must") == (told["energy"].verdict, told["energy"].severity)
    assert told["energy"].place is not None
    assert "650" in told["energy"].text("en")
    assert "750" in told["energy"].text("id")
    assert not shared.bands["meat"].empty


def test_shares_of_different_needs_are_compared_as_amounts() -> None:
    # AKG 2019: 30-40 % of 1650 kcal = 495-660, of 1400 kcal = 420-560; with 35 % the latter ends at 490, below 495
    mix = "  %s: {title: %s, reference: {of: references/akg-2019, mix: {anak-%s: 1}}}\n"
    groups = "".join(mix % (f"a{ages}", ages, ages) for ages in ("4-6", "7-9"))
    standard = law("id: e, kind: share, nutrient: energy, limits: [{min: 30 %, max: 40 %, source: s}]", groups=groups)
    band = intersect(standard, ["a4-6", "a7-9"], MONDAY).bands["e"]
    assert (495, 560, "kcal", False) == (band.low, band.high, band.unit, band.empty)
    narrow = law("id: e, kind: share, nutrient: energy, limits: [{min: 30 %, max: 35 %, source: s}]", groups=groups)
    assert ["e"] == [found.values["rule_id"] for found in intersect(narrow, ["a4-6", "a7-9"], MONDAY).findings]


def test_touching_limits_leave_one_amount_unless_one_excludes_it() -> None:
    groups = "  a: {title: A}\n  b: {title: B}\n"
    limits = "{groups: [a], max: 10 g, strict: %s, source: s}, {groups: [b], min: 10 g, source: s}"
    for strict, empty in (("false", False), ("true", True)):
        standard = law(f"id: p, kind: nutrient, nutrient: protein, limits: [{limits % strict}]", groups=groups)
        assert empty is intersect(standard, ["a", "b"], MONDAY).bands["p"].empty


def test_a_tray_within_the_band_serves_every_group() -> None:
    standard = load_standard("us/lunch-2024")
    tray = days(*[[dish(energy="620 kcal")]] * 5, meal="lunch", first=date(2026, 9, 7))
    for group, expected in (("k-5", "pass"), ("g6-8", "pass"), ("g9-12", "fail")):
        report = check(tray, standard, group, "2026-09-07")
        assert [expected] == [found.verdict for found in report if found.values["rule_id"] == "energy"]
