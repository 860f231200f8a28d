"""Laws of checks for every recipe, menu and rule: spelling, scale, honest ignorance, and more is never less."""

from __future__ import annotations

import csv
from collections.abc import Mapping
from itertools import count
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sehatmenu.files import parse_yaml
from sehatmenu.findings import Report
from sehatmenu.food.composition import FoodTable, load_foods
from sehatmenu.food.recipes import Recipe, recipe_from
from sehatmenu.messages import Figure
from sehatmenu.standards.checks import check
from sehatmenu.standards.menus import Menu
from sehatmenu.standards.standards import Standard

from .law_texts import MONDAY, days, dish, law

quick = settings(max_examples=100, deadline=None)

GROUPS = "  anak: {title: Anak, reference: {of: references/akg-2019, mix: {anak-7-9: 1}}}\n"
FACTORS = "energy_factors: {protein: 4 kcal/g, fat: 9 kcal/g, carbohydrate: 4 kcal/g, source: s}\n"

RULES = {  # each with the unit of its limits
    "kind: nutrient, nutrient: protein, per: meal": "g",
    "kind: nutrient, nutrient: fat, per: item": "g",
    "kind: nutrient, nutrient: sodium, per: day": "mg",
    "kind: nutrient, nutrient: energy, per: cycle, average: day": "kcal",
    "kind: nutrient, nutrient: vitamin_a, per: meal": "mcg_RE",
    "kind: nutrient, nutrient: protein, per: week, window: {days: 2, rolling: true, cyclic: true}": "g",
    "kind: share, nutrient: protein, per: meal": "%",
    "kind: energy_share, nutrient: fat, per: meal": "%",
    "kind: ratio, numerator: {nutrient: fibre}, denominator: {nutrient: energy, per: 100 kcal}, per: meal": "g",
    "kind: ratio, numerator: {nutrient: fibre}, denominator: {nutrient: energy, per: 100 kcal}, per: item": "g",
    "kind: ratio, numerator: {mass: gross, of: {group: sayur}}, denominator: {mass: gross}, per: day": "%",
    "kind: portions, of: {group: sayur}, basis: gross, per: meal": "g",
    "kind: portions, of: {group: nabati}, basis: edible, per: cycle": "g",
    "kind: variety, of: {course: paket}, by: food, per: cycle": "times",
    "kind: frequency, of: {food: [A, B]}, per: cycle": "times",
}

VITAMIN_A = f"r{list(RULES).index('kind: nutrient, nutrient: vitamin_a, per: meal')}"
"""Of total carotene 1/12 to 1/6 counts, so that it leaves vitamin A between bounds."""


def limit(low: float, high: float, unit: str, shape: str) -> str:
    bounds = {"min": [f"min: {low} {unit}"], "max": [f"max: {high} {unit}"]}.get(shape) or [
        f"min: {low} {unit}",
        f"max: {high} {unit}",
    ]
    strict = ["strict: true"] if shape == "strict" and low < high else []
    return f"limits: [{{{', '.join([*bounds, *strict, 'source: s'])}}}]"


@st.composite
def rule_books(draw: st.DrawFn) -> tuple[str, ...]:
    """Every kind of rule on amounts, with limits near what the dishes below hold."""
    rules = []
    for n, (kind, unit) in enumerate(RULES.items()):
        largest = 4 if unit == "times" else 150
        low, high = sorted((draw(st.integers(0, largest)), draw(st.integers(0, largest))))
        rules.append(
            f"id: r{n}, {kind}, {limit(low, high, unit, draw(st.sampled_from(['min', 'max', 'both', 'strict'])))}"
        )
    return tuple(rules)


def standard_of(rules: tuple[str, ...]) -> Standard:
    return law(*rules, groups=GROUPS, more=FACTORS)


# Food tables with blanks

FOODS = {"A": "sayur", "B": "nabati", "C": "pokok"}
UNITS = {"energy": "kcal", "protein": "g", "fat": "g", "sodium": "mg", "fibre": "g", "retinol": "mcg"}
CAROTENES = ("beta_carotene", "carotene_total")
Cells = Mapping[tuple[str, str], int | None]


@st.composite
def tables(draw: st.DrawFn) -> Cells:
    """Figures of three foods, some blank; those of energy and the edible part are never zero."""
    columns = [*UNITS, draw(st.sampled_from(CAROTENES))]
    figures = {
        (food, c): draw(st.none() | st.integers(1 if c == "energy" else 0, 60)) for food in FOODS for c in columns
    }
    return figures | {(food, "edible"): draw(st.none() | st.integers(10, 100)) for food in FOODS}


numbers = count()


def read(cells: Cells, folder: Path) -> FoodTable:
    columns = sorted({column for _, column in cells})
    path = folder / f"foods-{next(numbers)}.csv"
    titles = ["edible [%]" if c == "edible" else f"{c} [{UNITS.get(c, 'mcg')}]" for c in columns]
    with path.open("w", encoding="utf-8", newline="") as stream:
        rows = csv.writer(stream)
        rows.writerow(["code", "name_id", "edition", "group", *titles])
        for food, group in FOODS.items():
            figures = ("" if cells[food, c] is None else cells[food, c] for c in columns)
            rows.writerow([food, f"makanan {food}", "uji", group, *figures])
    table = load_foods(path)
    path.unlink()
    return table


lines = st.lists(st.tuples(st.sampled_from(list(FOODS)), st.none() | st.integers(1, 300)), min_size=1, max_size=4)
Lines = list[tuple[str, int | None]]
Written = tuple[Lines, str, str]
recipes = st.tuples(lines, st.sampled_from(["segar", "rebus"]), st.sampled_from(["gross", "edible"]))
plates = st.lists(recipes, min_size=1, max_size=3)


def cook(written: Written, foods: FoodTable, servings: int | None = 1, times: int = 1, name: str = "Masakan") -> Recipe:
    ingredients, method, basis = written
    said = [f"{food} secukupnya" if grams is None else f"{grams * times} g {food}" for food, grams in ingredients]
    head = (
        f"name: {name}\ncourse: paket\nservings: {servings or 'null'}\nmethod: {method}\nbasis: {basis}\ningredients:\n"
    )
    return recipe_from(parse_yaml(head + "".join(f"  - {line}\n" for line in said), f"{name}.yaml"), foods)


def served(written: list[Written], foods: FoodTable) -> Menu:
    return days(*[[cook(recipe, foods, name=f"Masakan {n}")] for n, recipe in enumerate(written)], whole_days=True)


def verdicts(report: Report) -> dict[tuple[object, object], str]:
    return {(finding.values["rule_id"], finding.values["when"]): str(finding.verdict) for finding in report}


def dishonest(before: Report, after: Report) -> dict[tuple[object, object], tuple[str, str]]:
    """Verdicts that changed although they were not unknown."""
    first, second = verdicts(before), verdicts(after)
    assert first.keys() == second.keys()
    return {key: (first[key], second[key]) for key in first if first[key] not in ("unknown", second[key])}


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("tables")


@quick
@given(tables(), st.data(), plates, rule_books())
def test_filling_a_blank_of_the_food_table_changes_only_what_was_unknown(
    folder: Path, cells: Cells, data: st.DataObject, written: list[Written], rules: tuple[str, ...]
) -> None:
    cell = data.draw(st.sampled_from(sorted(cells)))
    figure = data.draw(st.integers(10, 60))
    blank, full = (read({**cells, cell: value}, folder) for value in (None, figure))
    before, after = (check(served(written, foods), standard_of(rules), "anak") for foods in (blank, full))
    assert {} == dishonest(before, after)


@quick
@given(tables(), st.integers(10, 60), plates, rule_books())
def test_filling_every_blank_leaves_nothing_unknown_and_what_was_known_unchanged(
    folder: Path, cells: Cells, figure: int, written: list[Written], rules: tuple[str, ...]
) -> None:
    weighed: list[Written] = [([(f, grams or 7) for f, grams in said], "segar", basis) for said, _, basis in written]
    full = read({cell: figure if value is None else value for cell, value in cells.items()}, folder)
    before, after = (check(served(weighed, foods), standard_of(rules), "anak") for foods in (read(cells, folder), full))
    assert {} == dishonest(before, after)
    assert "unknown" not in {verdict for (rule, _), verdict in verdicts(after).items() if rule != VITAMIN_A}


@quick
@given(tables(), plates, st.integers(1, 300), rule_books())
def test_weighing_what_was_secukupnya_changes_only_what_was_unknown(
    folder: Path, cells: Cells, written: list[Written], grams: int, rules: tuple[str, ...]
) -> None:
    foods = read(cells, folder)
    weighed: list[Written] = [
        ([(f, said or grams) for f, said in lines_], way, basis) for lines_, way, basis in written
    ]
    before, after = (check(served(plates_, foods), standard_of(rules), "anak") for plates_ in (written, weighed))
    assert {} == dishonest(before, after)


@quick
@given(tables(), recipes, st.integers(1, 20), rule_books())
def test_counting_the_portions_changes_only_what_was_unknown(
    folder: Path, cells: Cells, written: Written, servings: int, rules: tuple[str, ...]
) -> None:
    foods = read(cells, folder)
    before, after = (
        check(cook(written, foods, number), standard_of(rules), "anak", MONDAY) for number in (None, servings)
    )
    known = {key: pair for key, pair in zip_verdicts(before, after).items() if pair[0] not in ("unknown", pair[1])}
    assert {} == known


def zip_verdicts(before: Report, after: Report) -> dict[int, tuple[str, str]]:
    """The verdicts of two reports on the same rules, side by side."""
    return {n: (str(one.verdict), str(other.verdict)) for n, (one, other) in enumerate(zip(before, after, strict=True))}


# The same food said otherwise


def same(first: Report, second: Report) -> None:
    """Two reports give the same verdicts on the same amounts."""
    for one, other in zip(first, second, strict=True):
        assert one.verdict is other.verdict
        if isinstance(amount := one.values.get("amount"), Figure):
            assert isinstance(found := other.values["amount"], Figure)
            assert pytest.approx((amount.low, amount.high), rel=1e-9) == (found.low, found.high)


CODES = st.sampled_from(["kangkung", "tempe", "dada ayam", "beras", "wortel", "bayam"])
ON_TKPI = law(
    "id: e, kind: share, nutrient: energy, limits: [{min: 20.03 %, max: 25.01 %, source: s}]",
    "id: na, kind: nutrient, nutrient: sodium, limits: [{max: 600.03 mg, source: s}]",
    "id: f, kind: energy_share, nutrient: fat, limits: [{min: 20.03 %, max: 30.01 %, source: s}]",
    "id: v, kind: portions, of: {group: sayur}, basis: edible, limits: [{min: 50.03 g, source: s}]",
    groups=GROUPS,
    more=FACTORS,
)
"""Limits that no round weight meets exactly, so that rounding cannot decide."""


def written(lines_: list[str], servings: int = 1) -> Recipe:
    head = f"name: Uji\ncourse: paket\nservings: {servings}\nmethod: segar\nbasis: gross\ningredients:\n"
    return recipe_from(parse_yaml(head + "".join(f"  - '{line}'\n" for line in lines_)))


@quick
@given(st.lists(st.tuples(CODES, st.integers(1, 30)), min_size=1, max_size=4))
def test_a_weight_may_be_spelled_in_any_unit(amounts: list[tuple[str, int]]) -> None:
    spellings = ["{0} g {1}", "{1} {2} ons", "{3} kg {1}", "{1}: {0} gram", "{4} kg {1}"]
    first, *others = [
        check(
            written(
                [
                    s.format(10 * n, food, str(n / 10).replace(".", ","), f"{n // 100},{n % 100:02}", f"{10 * n}/1000")
                    for food, n in amounts
                ]
            ),
            ON_TKPI,
            "anak",
            MONDAY,
        )
        for s in spellings
    ]
    for other in others:
        same(first, other)


@quick
@given(st.lists(st.tuples(CODES, st.integers(1, 300)), min_size=1, max_size=4), st.integers(2, 40))
def test_so_many_times_the_pot_for_so_many_times_the_people(amounts: list[tuple[str, int]], times: int) -> None:
    one = written([f"{grams} g {food}" for food, grams in amounts], 4)
    many = written([f"{grams * times} g {food}" for food, grams in amounts], 4 * times)
    same(check(one, ON_TKPI, "anak", MONDAY), check(many, ON_TKPI, "anak", MONDAY))


@quick
@given(st.lists(st.tuples(CODES, st.integers(1, 300)), min_size=1, max_size=4), st.sampled_from([0.25, 0.5, 2.0, 3.0]))
def test_the_size_of_the_portion_does_not_change_a_ratio(amounts: list[tuple[str, int]], factor: float) -> None:
    menu = Menu.of_meal([written([f"{grams} g {food}" for food, grams in amounts])], MONDAY)
    scaled = Menu(menu.catalogue, menu.horizon, menu.portions * factor, menu.scope)
    first, second = (
        Report(tuple(f for f in check(m, ON_TKPI, "anak") if f.values["rule_id"] == "f")) for m in (menu, scaled)
    )
    same(first, second)


@quick
@given(st.permutations(list(range(4))), st.lists(st.tuples(CODES, st.integers(1, 300)), min_size=4, max_size=4))
def test_the_order_of_lines_and_dishes_does_not_matter(order: list[int], amounts: list[tuple[str, int]]) -> None:
    one = [f"{grams} g {food}" for food, grams in amounts]
    other = [one[n] for n in order]
    same(check(written(one), ON_TKPI, "anak", MONDAY), check(written(other), ON_TKPI, "anak", MONDAY))
    same(
        check([written([line]) for line in one], ON_TKPI, "anak", MONDAY),
        check([written([line]) for line in other], ON_TKPI, "anak", MONDAY),
    )


# More is never less

AMOUNTS = st.none() | st.integers(0, 900)


def salted(sodium: int | None) -> Recipe:
    return dish(f"Sup {sodium}") if sodium is None else dish(f"Sup {sodium}", sodium=f"{sodium} mg")


SCOPES = st.sampled_from(
    [
        "per: meal",
        "per: day",
        "per: cycle",
        "per: cycle, average: day",
        "per: week",
        "per: week, window: {days: 2, rolling: true}",
    ]
)


@quick
@given(st.lists(AMOUNTS, min_size=1, max_size=6), st.integers(0, 5), st.integers(0, 900), SCOPES, st.integers(0, 1500))
def test_more_of_a_nutrient_never_mends_a_broken_maximum_or_breaks_a_met_minimum(
    amounts: list[int | None], day: int, more: int, scope: str, bound: int
) -> None:
    soups = [[salted(sodium)] for sodium in amounts]
    added = [[*plate, salted(more)] if n == day % len(soups) else plate for n, plate in enumerate(soups)]
    for side, settled in (("max", "fail"), ("min", "pass")):
        standard = law(
            f"id: na, kind: nutrient, nutrient: sodium, {scope}, limits: [{{{side}: {bound} mg, source: s}}]"
        )
        before, after = (check(days(*menu), standard, "anak", MONDAY) for menu in (soups, added))
        assert all(then == settled for now, then in zip_verdicts(before, after).values() if now == settled)


KINDS = st.sampled_from(["goreng", "rebus", "kukus"])


@quick
@given(st.lists(KINDS, min_size=1, max_size=6), st.integers(0, 5), st.integers(0, 4))
def test_one_more_dish_never_mends_what_is_served_too_often_or_forbidden(ways: list[str], day: int, most: int) -> None:
    standard = law(
        f"id: f, kind: frequency, of: {{method: goreng}}, per: cycle, limits: [{{max: {most} times, source: s}}]",
        "id: x, kind: forbid, of: {method: goreng}, per: cycle, limits: [{source: s}]",
        "id: g, kind: spacing, limits: [{min: 2 days, source: s}]",
    )
    menu = [[dish(way, method=way)] for way in ways]
    added = [
        [*plate, dish("goreng", method="goreng")] if n == day % len(menu) else plate for n, plate in enumerate(menu)
    ]
    before, after = (check(days(*plates_), standard, "anak", MONDAY) for plates_ in (menu, added))
    assert all(then == "fail" for now, then in zip_verdicts(before, after).values() if now == "fail")


@quick
@given(st.lists(AMOUNTS, min_size=1, max_size=5), st.integers(0, 900), st.integers(0, 900))
def test_a_wider_limit_never_breaks_what_the_narrower_one_allows(
    amounts: list[int | None], one: int, other: int
) -> None:
    low, high = sorted((one, other))
    menu = [salted(sodium) for sodium in amounts]
    rule = "id: na, kind: nutrient, nutrient: sodium, limits: [{max: %d mg, source: s}]"
    narrow, wide = (str(check(menu, law(rule % bound), "anak", MONDAY).verdict) for bound in (low, high))
    assert (narrow, wide) in {
        ("fail", "fail"),
        ("fail", "unknown"),
        ("fail", "pass"),
        ("unknown", "unknown"),
        ("pass", "pass"),
    }
