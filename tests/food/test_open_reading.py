"""Open and strict reading: cooks' recipes load, nothing becomes softer, and strict refuses what open leaves open."""

from __future__ import annotations

import math

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from sehatmenu.errors import LoadError
from sehatmenu.files import parse_yaml
from sehatmenu.findings import Verdict
from sehatmenu.food.composition import load_foods
from sehatmenu.food.dishes import Recipe
from sehatmenu.food.recipes import recipe_from
from sehatmenu.quantities.intervals import Interval
from sehatmenu.standards.checks import check
from sehatmenu.standards.selectors import Selector
from sehatmenu.standards.standards import Standard

from ..planning.kitchens import ON, nutrient, standard_of

HEAD = "name: Uji\ncourse: sayur\nservings: 4\nmethod: tumis\nbasis: edible\nmeasures: [dbmp, aplikasi, resep]\n"


def cooked(*lines: str, reading: str = "open") -> Recipe:
    text = HEAD + "ingredients:\n" + "".join(f'  - "{line}"\n' for line in lines)
    return recipe_from(parse_yaml(text, "uji.yaml"), reading=reading)  # type: ignore[arg-type]


def refusals(*lines: str) -> set[str]:
    with pytest.raises(LoadError) as caught:
        cooked(*lines, reading="strict")
    return {finding.code for finding in caught.value.report}


@pytest.mark.parametrize(
    ("line", "note", "refused"),
    [
        ("50 g garam naga", "food-unlisted", "food-unknown"),
        ("garam", "amount-unknown", "amount-missing"),
        ("21/2 sdm gula pasir", "number-two-readings", "number-two-readings"),
        ("1-1/2 sdm garam", "number-two-readings", "number-two-readings"),
        ("3 tahu", "unit-counted", "unit-missing"),
        ("2 sendok gula pasir", "unit-unclear", "unit-refused"),
        ("20 g mentega atau margarin", "food-choice", "food-choice"),
        ("1 papan (100 g) tempe", "amount-twice", "amount-twice"),
        ("1 pelepah pisang ambon", "unit-strange", "unit-strange"),
        ("tempe 3000", "amount-rupiah", "amount-rupiah"),
        ("1 sdt garam dan gula pasir", "amount-of-several", "amount-of-several"),
        ("1 bungkus tepung terigu", "measure-unweighed", "measure-unresolved"),
    ],
)
def test_open_says_what_strict_refuses(line: str, note: str, refused: str) -> None:
    dish = cooked("100 g tempe", line)
    assert note in {finding.code for finding in dish.findings}
    assert refused in refusals("100 g tempe", line)


@pytest.mark.parametrize(
    "line", ["250 gr tempe", "5 siung bawang putih, cincang halus", "Bumbu halus:", "garam secukupnya"]
)
def test_what_is_settled_is_read_the_same(line: str) -> None:
    first, second = (cooked("100 g tempe", line, reading=reading) for reading in ("open", "strict"))
    assert first.findings == second.findings
    assert [i.gross for i in first.ingredients] == [i.gross for i in second.ingredients]


def test_a_group_of_lines_and_a_food_as_a_key() -> None:
    text = HEAD + "ingredients:\n  - 100 g tempe\n  - garam: 5 g\n  - Bumbu halus:\n      - 2 siung bawang putih\n"
    dish = recipe_from(parse_yaml(text, "uji.yaml"))
    assert ["tempe", "garam", "bawang putih"] == [i.called for i in dish.ingredients]
    assert [8, 9, 11] == [i.place.line for i in dish.ingredients if i.place]


# A food that is one of several: no rule on it is certain.


def test_alternatives_lie_between_both() -> None:
    foods = load_foods()
    dish = cooked("100 g bayam/kangkung")
    iron = dish.nutrition["iron"].amount
    kept = [cooked(f"100 g {name}").nutrition["iron"].amount for name in ("bayam", "kangkung")]
    assert all(iron.contains(one) for one in kept)
    assert {foods["bayam"].code, foods["kangkung"].code} == {c.code for c in dish.ingredients[0].food.choices}
    assert Interval(1, 1) == Selector(group="sayur").matches(dish)  # both are vegetables


@pytest.mark.parametrize("kind", ["forbid", "require"])
def test_a_rule_on_one_of_several_foods_is_open(kind: str) -> None:
    standard = standard_of([f"{{id: uji, kind: {kind}, of: {{food: margarin}}, per: item, limits: [{{source: s}}]}}"])
    assert Verdict.unknown is check(cooked("20 g mentega atau margarin"), standard, "g", ON).verdict
    assert Verdict.unknown is check(cooked("20 g krim naga"), standard, "g", ON).verdict


def test_an_unlisted_food_leaves_every_limit_open() -> None:
    dish = cooked("100 g tempe", "2 sdm saus naga")
    assert math.inf == dish.nutrition["sodium"].amount.high
    standard = standard_of([nutrient("sodium", max="100000 mg")])
    assert Verdict.unknown is check(dish, standard, "g", ON).verdict


# Accepting more never turns unknown into pass.

LINES = st.sampled_from(
    ["100 g tempe", "2 sdm minyak goreng", "5 siung bawang putih, cincang", "250 gr kangkung", "1 buah tomat", "10 g garam",
     "garam secukupnya", "50 g bayam, iris", "1 butir telur", "2 sdm tepung terigu", "Bumbu halus:", "1 papan tempe"]
)  # fmt: skip
BESIDE = st.sampled_from(
    ["", "(opsional)", "iris tipis", "+ 2 g garam", ", garam", "atau tahu", "(tambah 1 sdt terasi)", "sesuai selera"]
)


def verdicts(dish: Recipe, standard: Standard) -> Verdict:
    return check(dish, standard, "g", ON).verdict


@settings(deadline=None, max_examples=60, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(LINES, min_size=1, max_size=5), st.integers(50, 4000), st.integers(1, 60))
def test_the_strict_reading_lies_within_the_open_one(lines: list[str], sodium: int, protein: int) -> None:
    try:
        strict = cooked("100 g tahu", *lines, reading="strict")
    except LoadError:
        return
    open_ = cooked("100 g tahu", *lines)
    assert np_within(strict, open_)
    standard = standard_of([nutrient("sodium", max=f"{sodium} mg"), nutrient("protein", min=f"{protein} g")])
    if verdicts(open_, standard) is not Verdict.unknown:
        assert verdicts(open_, standard) is verdicts(strict, standard)


@settings(deadline=None, max_examples=60, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(LINES, min_size=1, max_size=3), BESIDE, st.integers(0, 2))
def test_words_beside_a_line_never_narrow_what_it_brings(lines: list[str], beside: str, at: int) -> None:
    """A remark, an alternative or a second food beside a line leaves the bare line's sodium within, or adds to it."""
    bare = cooked("100 g tahu", *lines)
    said = [
        f"{line} {beside}" if n == at % len(lines) and not line.endswith(":") else line for n, line in enumerate(lines)
    ]
    more = cooked("100 g tahu", *said)
    assert more.nutrition["sodium"].amount.high >= bare.nutrition["sodium"].amount.high - 1e-9


def np_within(inner: Recipe, outer: Recipe) -> bool:
    low, high = outer.nutrition.values.low, outer.nutrition.values.high
    return bool((low <= inner.nutrition.values.low + 1e-9).all() and (inner.nutrition.values.high <= high + 1e-9).all())
