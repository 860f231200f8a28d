"""Rules about amounts: nutrient, share, energy share, ratio and cost, on both sides of every boundary."""

from __future__ import annotations

import pytest

from sehatmenu.quantities.intervals import UNKNOWN, Interval
from sehatmenu.standards.checks import check
from sehatmenu.standards.menus import Certificate, Option

from .law_texts import MONDAY, cooked, dish, law, law_text, refused, said, verdicts

AKG_7_9 = "  anak: {title: Anak, reference: {of: references/akg-2019, mix: {anak-7-9: 1}}}\n"
FACTORS = "energy_factors: {protein: 4 kcal/g, fat: 9 kcal/g, carbohydrate: 4 kcal/g, source: s}\n"


def option(price: Interval, ingredients: Interval = UNKNOWN, supplier: str = "") -> Option:
    return Option(
        dish(), supplier_tags=frozenset([supplier] if supplier else []), price=price, ingredients_cost=ingredients
    )


# nutrient


@pytest.mark.parametrize(
    ("sodium", "expected"),
    [("599 mg", "fail"), ("600 mg", "pass"), ("0.7 g", "pass"), ("800 mg", "pass"), ("801 mg", "fail")],
)
def test_an_amount_lies_between_its_limits_both_included(sodium: str, expected: str) -> None:
    rule = "id: na, kind: nutrient, nutrient: sodium, limits: [{min: 600 mg, max: 800 mg, source: s}]"
    assert [expected] == verdicts(dish(sodium=sodium), rule)


@pytest.mark.parametrize(("sodium", "expected"), [("600 mg", "fail"), ("601 mg", "pass"), ("800 mg", "fail")])
def test_a_strict_limit_excludes_its_boundary(sodium: str, expected: str) -> None:
    rule = "id: na, kind: nutrient, nutrient: sodium, limits: [{min: 600 mg, max: 800 mg, strict: true, source: s}]"
    assert [expected] == verdicts(dish(sodium=sodium), rule)


@pytest.mark.parametrize(
    ("sodium", "expected"), [("539 mg", "fail"), ("540 mg", "pass"), ("880 mg", "pass"), ("881 mg", "fail")]
)
def test_a_tolerance_widens_both_limits(sodium: str, expected: str) -> None:
    # 600 - 10 % = 540, 800 + 10 % = 880
    rule = "id: na, kind: nutrient, nutrient: sodium, limits: [{min: 600 mg, max: 800 mg, tolerance: 10 %, source: s}]"
    assert [expected] == verdicts(dish(sodium=sodium), rule)


def test_rounding_of_sums_does_not_break_a_limit() -> None:
    # ten times 0.1 g is 0.9999999999999999 in floating point
    rule = "id: fibre, kind: nutrient, nutrient: fibre, limits: [{min: 1 g, max: 1 g, source: s}]"
    assert ["pass"] == verdicts([dish(f"Sayur {n}", fibre="0.1 g") for n in range(10)], rule)


def test_a_nutrient_may_be_named_in_indonesian_or_by_its_tagname() -> None:
    names = ("natrium", "sodium", "NA")
    rules = [
        f"id: r{n}, kind: nutrient, nutrient: {name}, limits: [{{max: 1 g, source: s}}]" for n, name in enumerate(names)
    ]
    assert ["fail", "fail", "fail"] == verdicts(dish(sodium="1001 mg"), *rules)


# unknown: a maximum with a missing value cannot pass, a minimum already met by what is known can

KNOWN, OPEN = {"sodium": "700 mg"}, {"protein": "1 g"}


@pytest.mark.parametrize(
    ("limit", "expected"),
    [
        ("max: 1000 mg", "unknown"),
        ("max: 700 mg", "unknown"),
        ("max: 699 mg", "fail"),
        ("min: 700 mg", "pass"),
        ("min: 701 mg", "unknown"),
        ("min: 500 mg, max: 1000 mg", "unknown"),
        ("min: 700 mg, strict: true", "unknown"),
    ],
)
def test_a_meal_of_which_one_dish_is_unknown(limit: str, expected: str) -> None:
    rule = f"id: na, kind: nutrient, nutrient: sodium, limits: [{{{limit}, source: s}}]"
    assert [expected] == verdicts([dish("Sup", **KNOWN), dish("Nasi", **OPEN)], rule)


def test_a_dish_measured_between_bounds_is_judged_by_both() -> None:
    # bayam: iron is blank in the table; 2-3 sdt of salt are absent: sodium 50 mg per 100 g, so 2-3 portions of 100 g
    sodium = "id: na, kind: nutrient, nutrient: sodium, limits: [{%s, source: s}]"
    thing = cooked("200-300 g bayam")  # 100-150 mg
    found = [
        verdicts(thing, sodium % limit)[0] for limit in ("max: 150 mg", "max: 149 mg", "max: 99 mg", "min: 100 mg")
    ]
    assert ["pass", "unknown", "fail", "pass"] == found


# share of the AKG: anak 7-9 tahun 1650 kcal, protein 40 g (AKG 2019, Tabel 1)


@pytest.mark.parametrize(
    ("energy", "expected"),
    [("329 kcal", "fail"), ("330 kcal", "pass"), ("412.5 kcal", "pass"), ("413 kcal", "fail"), ("1381 kJ", "pass")],
)
def test_a_share_is_of_the_daily_reference_of_the_group(energy: str, expected: str) -> None:
    # 20 % x 1650 = 330 kcal = 1380.72 kJ, 25 % x 1650 = 412.5 kcal
    rule = "id: e, kind: share, nutrient: energy, limits: [{min: 20 %, max: 25 %, source: s}]"
    assert [expected] == said(check(dish(energy=energy), law(rule, groups=AKG_7_9), "anak", MONDAY))


def test_a_share_of_a_need_of_nothing_is_met_by_nothing() -> None:
    # AKG 2019: bayi 0-5 bulan, serat 0 g
    groups = "  anak: {title: Bayi, reference: {of: references/akg-2019, mix: {bayi-0-5: 1}}}\n"
    rule = "id: f, kind: share, nutrient: fibre, limits: [{min: 20 %, source: s}]"
    assert ["pass"] == said(check(dish(fibre="0 g"), law(rule, groups=groups), "anak", MONDAY))


# energy share: by the energy factors of the standard, over the stated energy


@pytest.mark.parametrize(
    ("figures", "expected"),
    [
        ({"energy": "900 kcal", "fat": "20 g"}, "pass"),  # 9 x 20 = 180 of 900 = 20 %
        ({"energy": "900 kcal", "fat": "30 g"}, "pass"),  # 270 of 900 = 30 %
        ({"energy": "900 kcal", "fat": "31 g"}, "fail"),  # 279 of 900 = 31 %
        ({"energy": "900 kcal", "fat": "19 g"}, "fail"),  # 171 of 900 = 19 %
        ({"energy": "900 kcal"}, "unknown"),
        ({"fat": "20 g"}, "unknown"),
        ({"energy": "0 kcal", "fat": "0 g"}, "not_applicable"),
    ],
)
def test_the_part_of_energy_from_fat(figures: dict[str, str], expected: str) -> None:
    rule = "id: f, kind: energy_share, nutrient: fat, limits: [{min: 20 %, max: 30 %, source: s}]"
    assert [expected] == said(check(dish(**figures), law(rule, more=FACTORS), "anak", MONDAY))


def test_saturated_fat_and_sugars_give_energy_as_fat_and_carbohydrate_do() -> None:
    sat = "id: sat, kind: energy_share, nutrient: saturated_fat, limits: [{max: 10 %, source: s}]"
    sugar = "id: sugar, kind: energy_share, nutrient: free_sugars, limits: [{max: 10 %, source: s}]"
    # of 900 kcal: 9 x 10 = 90 is 10 %, 4 x 23 = 92 is above 10 %
    thing = dish(energy="900 kcal", saturated_fat="10 g", free_sugars="23 g")
    assert ["pass", "fail"] == said(check(thing, law(sat, sugar, more=FACTORS), "anak", MONDAY))


@pytest.mark.parametrize(("tags", "expected"), [(("fluid-milk",), "pass"), ((), "fail")])
def test_a_nutrient_without_the_part_that_some_dishes_bring(tags: tuple[str, ...], expected: str) -> None:
    rule = (
        "id: sat, kind: energy_share, nutrient: saturated_fat, without: {tag: fluid-milk}, "
        "limits: [{max: 10 %, strict: true, source: s}]"
    )
    # the tray alone 6 x 9 = 54 of 600 kcal = 9 %; with the milk's own 4.6 g it is 10.6 x 9 = 95.4 = 15.9 %
    plate = [
        dish("Baki", energy="450 kcal", saturated_fat="6 g"),
        dish("Susu", energy="150 kcal", saturated_fat="4.6 g", tags=tags),
    ]
    assert [expected] == said(check(plate, law(rule, more=FACTORS), "anak", MONDAY))


def test_an_ingredient_that_is_left_out_leaves_the_rest_of_its_dish() -> None:
    # tempe 8 g and chicken 20 g of fat in 450 kcal: without the chicken 8 x 9 = 72 = 16 %, with it 252 = 56 %
    both = cooked("100 g tempe", "100 g ayam")
    rule = "id: fat, kind: energy_share, nutrient: fat, {}limits: [{{min: 15 %, max: 17 %, source: s}}]"
    for without, expected in (("without: {group: hewani}, ", "pass"), ("", "fail")):
        standard = law(rule.format(without), more=FACTORS)
        assert [expected] == said(check(both, standard, "anak", MONDAY))


def test_what_is_not_known_of_the_part_left_out_stays_unknown() -> None:
    rule = "id: f, kind: energy_share, nutrient: fat, without: {group: susu}, limits: [{max: 10 %, source: s}]"
    # a label of 20 g of fat in 900 kcal (20 %): how much of it is of milk is not told
    assert ["unknown"] == said(check(dish(energy="900 kcal", fat="20 g"), law(rule, more=FACTORS), "anak", MONDAY))


def test_a_standard_may_have_other_energy_factors() -> None:
    # 3.75 x 60 = 225 of 900 kcal = 25 %; by 4 kcal/g it would be 26.7 %
    rule = "id: c, kind: energy_share, nutrient: carbohydrate, limits: [{max: 25 %, source: s}]"
    own = law(rule, more="energy_factors: {carbohydrate: 3.75 kcal/g, source: s}\n")
    assert ["pass"] == said(check(dish(energy="900 kcal", carbohydrate="60 g"), own, "anak", MONDAY))
    assert ["fail"] == said(
        check(dish(energy="900 kcal", carbohydrate="60 g"), law(rule, more=FACTORS), "anak", MONDAY)
    )


# ratio: of two sums

FIBRE = "id: f, kind: ratio, numerator: {nutrient: fibre}, denominator: {nutrient: energy, per: 1000 kcal}, per: %s"


@pytest.mark.parametrize(
    ("limit", "expected"), [("min: 10 g", "pass"), ("min: 10.1 g", "fail"), ("max: 9.9 g", "fail")]
)
def test_a_ratio_is_of_the_sums_and_not_the_mean_of_the_ratios(limit: str, expected: str) -> None:
    # sums: 10 g in 1000 kcal = 10 g per 1000 kcal; the mean of 100 and 0 g per 1000 kcal would be 50
    meal = [dish("Sayur", fibre="10 g", energy="100 kcal"), dish("Nasi", fibre="0 g", energy="900 kcal")]
    assert [expected] == verdicts(meal, f"{FIBRE % 'meal'}, limits: [{{{limit}, source: s}}]")


@pytest.mark.parametrize(
    ("figures", "limit", "expected"),
    [
        ({"energy": "500 kcal"}, "min: 10 g", "unknown"),
        ({"fibre": "5 g"}, "min: 10 g", "unknown"),
        ({"fibre": "5 g"}, "max: 10 g", "unknown"),
        ({"fibre": "0 g", "energy": "0 kcal"}, "min: 10 g", "not_applicable"),
    ],
)
def test_a_ratio_with_an_unknown_side_is_open(figures: dict[str, str], limit: str, expected: str) -> None:
    assert [expected] == verdicts(dish(**figures), f"{FIBRE % 'meal'}, limits: [{{{limit}, source: s}}]")


def test_a_ratio_of_one_dish_does_not_judge_a_dish_without_the_denominator() -> None:
    # water has no energy, so no fibre per 1000 kcal; the vegetable has 50 g per 1000 kcal
    rule = f"{FIBRE % 'item'}, limits: [{{min: 10 g, source: s}}]"
    vegetable, water = dish("Sayur", fibre="5 g", energy="100 kcal"), dish("Air", fibre="0 g", energy="0 kcal")
    assert ["pass"] == verdicts([vegetable, water], rule)
    assert ["not_applicable"] == verdicts([water], rule)


@pytest.mark.parametrize(("limit", "expected"), [("min: 40 %", "pass"), ("min: 41 %", "fail"), ("max: 39 %", "fail")])
def test_a_ratio_of_masses_is_a_fraction(limit: str, expected: str) -> None:
    # 80 g bayam of 80 + 120 g: 40 %
    sides = "numerator: {mass: edible, of: {group: sayur}}, denominator: {mass: edible}"
    rule = f"id: v, kind: ratio, {sides}, limits: [{{{limit}, source: s}}]"
    assert [expected] == verdicts(cooked("80 g bayam", "120 g nasi"), rule)


def test_a_ratio_of_money_is_the_share_of_one_kind_of_supplier() -> None:
    # 3000 of 3000 + 7000 rupiah: 30 %
    meal = [option(Interval.exact(3000), supplier="umkm"), option(Interval.exact(7000), supplier="besar")]
    sides = "numerator: {cost: price, supplier: umkm}, denominator: {cost: price}"
    rule = f"id: u, kind: ratio, {sides}, limits: [{{min: %s, source: s}}]"
    assert ["pass", "fail"] == [verdicts(meal, rule % least)[0] for least in ("30 %", "31 %")]


def test_a_supplier_of_untold_kind_may_be_of_the_kind_that_is_asked_for() -> None:
    # 3000 of 10000 rupiah are told: 30 % to 100 %
    meal = [option(Interval.exact(3000), supplier="umkm"), option(Interval.exact(7000))]
    sides = "numerator: {cost: price, supplier: umkm}, denominator: {cost: price}"
    rule = f"id: u, kind: ratio, {sides}, limits: [{{min: %s, source: s}}]"
    assert ["pass", "unknown"] == [verdicts(meal, rule % least)[0] for least in ("30 %", "31 %")]


@pytest.mark.parametrize(
    ("sides", "code"),
    [
        ("numerator: {nutrient: sodium}, denominator: {nutrient: fibre}", "field-missing"),
        ("numerator: {nutrient: fibre}, denominator: {nutrient: energy, per: 1000 g}", "unit-dimension"),
        ("numerator: {nutrient: fibre}, denominator: {nutrient: energy, per: '1000'}", "unit-missing"),
        ("numerator: {nutrient: fibre}, denominator: {nutrient: energy, per: 1000}", "unit-missing"),
        ("numerator: {nutrient: fibre}, denominator: {}", "measure-what"),
        ("numerator: {nutrient: fibre, mass: edible}, denominator: {mass: edible}", "measure-what"),
    ],
)
def test_a_ratio_that_means_nothing_is_refused_when_it_is_read(sides: str, code: str) -> None:
    limit = "{max: 10 g, source: s}" if "per" in sides else "{max: 10 %, source: s}"
    rule = f"id: r, kind: ratio, {sides}, limits: [{limit}]"
    found = refused(f"id: uji\ntitle: Uji\nsources: {{s: {{title: UU, seen: example}}}}\nrules:\n  - {{{rule}}}\n")
    assert [(code, 5)] == [(found_code, line) for found_code, line, _ in found]


# cost: per person, of the price or of the ingredients; what has no price is not free


@pytest.mark.parametrize(
    ("price", "expected"),
    [
        (Interval.exact(8000), "pass"),
        (Interval.exact(8001), "fail"),
        (UNKNOWN, "unknown"),
        (Interval(7000, 9000), "unknown"),
    ],
)
def test_a_price_is_held_against_its_ceiling(price: Interval, expected: str) -> None:
    assert [expected] == verdicts([option(price)], "id: c, kind: cost, of: price, limits: [{max: 8000 IDR, source: s}]")


def test_the_cost_of_ingredients_is_not_the_price() -> None:
    plate = [option(Interval.exact(9000), Interval.exact(5000)), option(Interval.exact(9000), Interval.exact(3000))]
    assert ["pass"] == verdicts(plate, "id: c, kind: cost, of: ingredients, limits: [{max: 8000 IDR, source: s}]")


@pytest.mark.parametrize(
    ("energy", "expected"),
    [("412.5 kcal", "pass"), ("413 kcal", "pass"), ("413.5 kcal", "fail"), ("414 kcal", "fail")],
)
def test_a_share_is_lawful_as_far_as_it_is_printed(energy: str, expected: str) -> None:
    # AKG 2019, 7-9 years: 1650 kcal; 25 % is 412.5, which a table of whole kilocalories prints as 413
    rule = "id: most, kind: share, nutrient: energy, printed: 1 kcal, limits: [{max: 25 %, source: s}]"
    assert [expected] == said(check(dish(energy=energy), law(rule, groups=AKG_7_9), "anak", MONDAY))


def test_a_printed_figure_below_the_share_makes_nothing_stricter() -> None:
    # AKG 2019, 6-11 months: 35 % of 35 g of fat is 12.25 g; printed to whole grams it is 12 g, and 12.25 g stays lawful
    group = "  anak: {title: Anak, reference: {of: references/akg-2019, mix: {bayi-6-11: 1}}}\n"
    rule = "id: most, kind: share, nutrient: fat, printed: 1 g, limits: [{max: 35 %, source: s}]"
    assert ["pass"] == said(check(dish(fat="12.25 g"), law(rule, groups=group), "anak", MONDAY))


@pytest.mark.parametrize(("printed", "code"), [("1 g", "unit-dimension"), ("0 kcal", "share-printed")])
def test_the_last_printed_digit_is_an_amount_of_the_nutrient(printed: str, code: str) -> None:
    rule = f"id: most, kind: share, nutrient: energy, printed: {printed}, limits: [{{max: 25 %, source: s}}]"
    assert code in {found for found, _, _ in refused(law_text([rule], AKG_7_9))}


@pytest.mark.parametrize(
    ("scale", "papers", "expected"),
    [
        ("besar", (), "fail"),
        ("besar", ("halal",), "pass"),
        ("mikro", (), "not_applicable"),
        ("", (), "unknown"),
        ("", ("halal",), "pass"),
    ],
)
def test_a_paper_asked_of_large_businesses_only(scale: str, papers: tuple[str, ...], expected: str) -> None:
    rule = (
        "id: halal, kind: when, if: {kind: require, supplier: [menengah, besar]}, "
        "then: {kind: require, certificate: halal}, per: item, limits: [{source: s}]"
    )
    tags = frozenset(filter(None, (scale, "katering")))
    cook = Option(dish(), "umkm-01", tags, certificates=tuple(Certificate(paper) for paper in papers))
    assert [expected] == said(check(cook, law(rule), "anak", MONDAY))


def test_a_rule_that_requires_asks_for_one_thing_only() -> None:
    rule = "id: halal, kind: require, certificate: halal, supplier: besar, per: item, limits: [{source: s}]"
    assert ["require-what"] == [code for code, _, _ in refused(law_text([rule]))]
