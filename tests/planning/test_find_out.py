"""What to find out: giving the named value at either side of its threshold flips the verdict."""

from __future__ import annotations

import random
from collections.abc import Iterator
from functools import lru_cache

import pytest

from sehatmenu.files import parse_yaml
from sehatmenu.findings import Verdict
from sehatmenu.food.composition import load_foods
from sehatmenu.food.dishes import Recipe
from sehatmenu.food.recipes import recipe_from
from sehatmenu.planning.inquiries import Question, what_to_find_out
from sehatmenu.planning.prices import PriceList
from sehatmenu.planning.repairs import Repair, repair
from sehatmenu.quantities.intervals import Interval
from sehatmenu.standards.checks import check
from sehatmenu.standards.standards import Standard

from .kitchens import MAINS, ON, SEASONINGS, UNITS, bound, nutrient, pot, standard_of

NUDGE = 1e-3
"""How far beside a threshold a value is given, as a part of it: more than the 1e-6 of the limit that checks grant."""

ASKED = (*UNITS, "iron", "vitamin_c", "fibre", "zinc")


@lru_cache(maxsize=256)
def open_dish(seed: int) -> Recipe:
    """A pot of which some amounts are ranges or left to the cook, and some figures of the table are missing."""
    draw = random.Random(seed)
    lines = [f"{draw.randrange(200, 1500, 10)} g {food}" for food in draw.sample(MAINS, draw.randint(1, 3))]
    if draw.random() < 0.5:
        amount, rest = lines[0].split(" ", 1)
        lines[0] = f"{amount}-{int(amount) * 2} {rest}"
    salt = draw.choice(["garam secukupnya", f"{draw.randrange(4, 30)} g garam"])
    other = draw.choice(SEASONINGS[1:])
    return pot([*lines, f"{draw.randrange(10, 100)} g {other}", salt], method=draw.choice(["tumis", "segar", "rebus"]))


def open_rules(seed: int, dish: Recipe) -> str:
    """A rule that the dish leaves open, where one can be found."""
    draw = random.Random(seed)
    units = {"iron": "mg", "vitamin_c": "mg", "fibre": "g", "zinc": "mg", **UNITS}
    wide = [name for name in ASKED if not dish.nutrition.known(name)]
    name = draw.choice(wide or list(ASKED))
    now = dish.nutrition[name].amount
    top = now.high if now.high < float("inf") else 2 * now.low + draw.uniform(1, 500)
    limit = f"{max(draw.uniform(now.low, top), 0.01):.4f} {units[name]}"
    kind = draw.random()
    if kind < 0.2:
        most = bound(max=f"{draw.randint(10, 50)} %")
        return f"{{id: fat-share, kind: energy_share, nutrient: fat, per: item, {most}}}"
    if kind < 0.3:
        return (
            f"{{id: density, kind: ratio, numerator: {{nutrient: {name}}}, per: item, "
            f"denominator: {{nutrient: energy, per: 1000 kcal}}, {bound(min=limit)}}}"
        )
    return nutrient(name, **({"max": limit} if draw.random() < 0.6 else {"min": limit}))


def reports() -> Iterator[tuple[Recipe, Standard]]:
    """1,000 random dishes and rules whose verdict is open."""
    found = 0
    for seed in range(100_000):
        dish = open_dish(seed % 200)
        standard = standard_of([open_rules(seed, dish)])
        if check(dish, standard, "g", ON).verdict is Verdict.unknown:
            found += 1
            yield dish, standard
        if found == 1000:
            return


def beside(threshold: float) -> tuple[float, float]:
    return threshold * (1 - NUDGE), threshold * (1 + NUDGE)


def flips(question: Question, standard: Standard) -> int:
    """Check both sides of every threshold of a question; the number of thresholds."""
    thresholds = 0
    for answer in question.answers:
        rule = answer.finding.values["rule_id"]

        def verdict(value: float, rule: object = rule) -> Verdict:
            found = check(question.given(value), standard, "g", ON)
            return next(f.verdict for f in found if f.values["rule_id"] == rule)

        outcomes = ((answer.passes, Verdict.pass_), (answer.below, Verdict.fail), (answer.above, Verdict.fail))
        for values, meant in outcomes:
            for threshold, inside, outside in edges(values, question.missing.now):
                assert verdict(inside) is meant, (question.text("en"), threshold)
                assert verdict(outside) is not meant, (question.text("en"), threshold)
                thresholds += 1
    return thresholds


def edges(values: Interval | None, now: Interval) -> Iterator[tuple[float, float, float]]:
    """Every threshold with a value just inside and one just outside; ends of what is still possible are none."""
    if values is None:
        return
    for end, mine, sign in ((values.low, now.low, 1), (values.high, now.high, -1)):
        wide = values.high - values.low > 4 * NUDGE * abs(end)
        if end != mine and 0 < abs(end) < float("inf") and wide:
            below, above = beside(end)
            yield (end, above, below) if sign > 0 else (end, below, above)


def test_1000_random_open_reports() -> None:
    asked = thresholds = 0
    for dish, standard in reports():
        questions = what_to_find_out(dish, standard, "g", on=ON)
        assert [q.decides for q in questions] == pytest.approx(sorted((q.decides for q in questions), reverse=True))
        asked += bool(questions)
        thresholds += sum(flips(question, standard) for question in questions)
    assert asked >= 950
    assert thresholds >= 1500


def test_salt_to_taste_by_hand() -> None:
    """Rice 27 and salt 38,758 mg of sodium per 100 g: 600 mg x 10 portions allow (6000 - 270) / 387.58 = 14.78 g."""
    foods = load_foods()
    rice, salt = (foods[name].per100["sodium"].amount.low for name in ("beras", "garam"))
    dish = pot(["1000 g beras", "garam secukupnya"], method="segar")
    standard = standard_of([nutrient("sodium", max="600 mg")])
    first, *rest = what_to_find_out(dish, standard, "g", on=ON)
    assert first.missing.kind == "weighing"
    threshold = (600 * 10 - 10 * rice) / (salt / 100)
    passes, above = first.answers[0].passes, first.answers[0].above
    assert passes is not None
    assert above is not None
    assert [passes.low, passes.high] == pytest.approx([0, threshold])
    assert [above.low, above.high] == pytest.approx([threshold, float("inf")])
    assert [question.missing.kind for question in rest] == ["analysis"]
    assert first.text("id") != first.text("en")


@pytest.mark.parametrize(("grams", "verdict"), [(14, Verdict.pass_), (16, Verdict.fail)])
def test_the_weighing_written_into_the_file_decides(grams: int, verdict: Verdict) -> None:
    dish = pot(["1000 g beras", f"{grams} g garam"], method="segar")
    assert check(dish, standard_of([nutrient("sodium", max="600 mg")]), "g", ON).verdict is verdict


def test_nothing_to_find_out_when_nothing_is_open() -> None:
    dish = pot(["1000 g beras", "4 g garam"], method="segar")
    assert what_to_find_out(dish, standard_of([nutrient("sodium", max="600 mg")]), "g", on=ON) == ()
    paper = "{id: slhs, kind: require, certificate: slhs, per: item, limits: [{source: s}]}"
    assert what_to_find_out(dish, standard_of([paper]), "g", on=ON) == ()


def test_a_stated_dish_asks_for_the_laboratory() -> None:
    stated = "{per: 1 portion, source: label, values: {energy: 200 kcal}}"
    text = f"{{name: Roti, course: selingan, servings: 1, nutrition: {stated}}}"
    standard = standard_of([nutrient("sodium", max="300 mg")])
    (question,) = what_to_find_out(recipe_from(parse_yaml(text)), standard, "g", on=ON)
    assert (question.missing.kind, question.missing.nutrient) == ("analysis", "sodium")
    assert question.answers[0].passes == Interval(0, 300)


def test_a_missing_cost_is_asked_for() -> None:
    dish = pot(["1000 g tempe"])
    rule = "{id: biaya, kind: cost, of: ingredients, per: meal, limits: [{max: 1000 IDR, source: s}]}"
    (question,) = what_to_find_out(dish, standard_of([rule]), "g", on=ON, as_meal=True)
    assert question.missing.kind == "cost"
    assert question.answers[0].passes == Interval(0, 1000)
    priced = what_to_find_out(dish, standard_of([rule]), "g", on=ON, as_meal=True, prices=PriceList({}))
    assert [q.missing.kind for q in priced] == ["cost"]


def test_what_is_measured_is_what_may_be_put_in() -> None:
    """The threshold of the question and the measured repair agree: the repair rounds down to a gram within 1 %."""
    dish = pot(["3000 g beras", "garam secukupnya"], method="segar")
    standard = standard_of([nutrient("sodium", max="1000 mg")])
    threshold = what_to_find_out(dish, standard, "g", on=ON)[0].answers[0].passes
    found = repair(dish, standard, "g", on=ON)
    assert isinstance(found, Repair)
    assert threshold is not None
    assert found.recipe.ingredients[1].gross.high * 10 == pytest.approx(min(int(threshold.high), 30))
