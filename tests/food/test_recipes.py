"""Recipes: the printed hand-worked case, every basis, stated dishes, and every mistake at its place."""

from __future__ import annotations

import math

import pytest

from sehatmenu.errors import LoadError
from sehatmenu.files import parse_yaml
from sehatmenu.findings import Severity
from sehatmenu.food.composition import load_foods
from sehatmenu.food.recipes import Recipe, recipe_from
from sehatmenu.quantities.intervals import UNKNOWN, Interval
from sehatmenu.standards.selectors import Selector

from .kitchen_texts import HAND_WORKED, cook, recipe_text


def refused(text: str) -> set[tuple[str, int, int]]:
    """Code, line and column of every problem of a recipe text."""
    with pytest.raises(LoadError) as caught:
        recipe_from(parse_yaml(text, "resep.yaml"), reading="strict")
    assert caught.value.text("id") != caught.value.text("en")
    return {(f.code, f.place.line, f.place.column) for f in caught.value.report if f.place}


# food_composition.md 4.1 prints the case in part: bawang putih 20, minyak kelapa 30, garam 5 g; edible 697.6 g; USDA
# stir-fry factors; weighed 560 g; 8 portions. The missing inputs follow from 697.6 - 17.6 - 30 - 5 = 645:
# kangkung 1,000 g x BDD 60 % + bawang merah 50 g x BDD 90 % = 600 + 45. By hand for protein:
# (600 x 3.4 + 45 x 1.5 + 17.6 x 4.5 + 30 x 1.0) / 100 / 8 = 2.77; for vitamin C
# (600 x 17 x .85 + 45 x 2 x .80 + 17.6 x 15 x .80) / 100 / 8 is the printed 11.2.
PRINTED = {
    "energy": 58.7, "protein": 2.77, "fat": 4.22, "iron": 1.79, "sodium": 292, "vitamin_c": 11.2, "vitamin_a": 323,
}  # fmt: skip


@pytest.mark.parametrize("nutrient", PRINTED)
def test_the_hand_worked_case_reproduces_to_the_printed_digit(nutrient: str) -> None:
    printed = PRINTED[nutrient]
    value = recipe_from(parse_yaml(HAND_WORKED)).nutrition[nutrient]
    assert value.known
    digits = max(0, 2 - math.floor(math.log10(printed)))
    assert printed == round(value.amount.low, digits)


def test_the_hand_worked_case_weighs_what_was_weighed() -> None:
    dish = recipe_from(parse_yaml(HAND_WORKED))
    assert pytest.approx(697.6) == (dish.mass_of() * 8).low
    assert Interval.exact(70) == dish.mass
    assert round(dish.nutrition["energy"].amount.low / dish.mass.low * 100, 1) == 83.8


@pytest.mark.parametrize(
    ("basis", "gross", "edible"),
    [("gross", Interval.exact(100), Interval.exact(60)), ("edible", Interval.exact(500 / 3), Interval.exact(100))],
)
def test_gross_and_edible_weights_differ_by_the_edible_part(basis: str, gross: Interval, edible: Interval) -> None:
    dish = cook(["100 g kangkung"], basis=basis)  # BDD 60 %
    assert pytest.approx((gross.low, edible.low)) == (dish.mass_of(basis="gross").low, dish.mass_of(basis="edible").low)


def test_of_a_bought_weight_without_edible_part_anything_up_to_all_may_be_eaten() -> None:
    food = next(f for f in load_foods() if f.edible == Interval(0, 1))
    dish = cook([f"100 g {food.code}"], basis="gross")
    assert Interval(0, 100) == dish.mass_of()


def test_a_recipe_without_basis_is_reckoned_between_gross_and_edible_and_says_so() -> None:
    text = recipe_text(["100 g kangkung"]).replace("basis: edible\n", "")
    dish = recipe_from(parse_yaml(text))
    assert Interval(60, 100) == dish.mass_of()
    assert "basis-missing" in {f.code for f in dish.findings}


def test_a_cooked_weight_uses_the_cooked_row_or_a_printed_yield_else_it_is_unknown() -> None:
    assert Interval.exact(100) == cook(["100 g nasi"], basis="cooked", method="segar").mass_of()
    assert Interval(40, 50) == cook(["100 g beras"], basis="cooked", method="tanak").mass_of()
    dish = cook(["100 g lele"], basis="cooked", method="panggang")
    assert dish.mass_of() == UNKNOWN
    assert "cooked-weight-unresolved" in {f.code for f in dish.findings}


def test_secukupnya_is_unknown_not_zero_and_the_line_is_named() -> None:
    dish = cook(["100 g kangkung", "garam secukupnya"], method="tumis")
    sodium = dish.nutrition["sodium"].amount
    assert pytest.approx(64.9) == sodium.low  # kangkung alone
    assert sodium.high == math.inf
    assert dish.nutrition["energy"].known  # salt has no energy, however much of it
    note = next(f for f in dish.findings if f.code == "amount-unknown")
    assert (Severity.info, 8) == (note.severity, note.place.line if note.place else 0)
    assert dish.causes("sodium") == ("garam secukupnya",)


def test_frying_oil_secukupnya_is_bounded_by_the_oil_that_the_food_absorbs() -> None:
    tempe = cook(["100 g tempe"]).nutrition["energy"].amount.low
    fried = cook(["100 g tempe", "minyak goreng secukupnya"], method="goreng").nutrition["energy"].amount
    # 14 % to 16.2 % of the cooked weight; between .14/.86 x 44.7 g dry matter and .162/.838 x 100 g; oil 884 kcal/100 g
    assert pytest.approx(tempe + 0.14 / 0.86 * 44.7 * 8.84, abs=0.5) == fried.low
    assert pytest.approx(tempe + 0.162 / 0.838 * 100 * 8.84, abs=0.5) == fried.high


def test_frying_oil_of_a_food_without_factor_is_unknown_and_listed_oil_is_used() -> None:
    assert math.inf == cook(["100 g lele", "minyak goreng secukupnya"], method="goreng").nutrition["fat"].amount.high
    assert cook(["100 g lele", "10 g minyak goreng"], method="goreng").nutrition["fat"].known


def test_a_line_may_have_its_own_method_and_basis() -> None:
    dish = cook(["{food: tempe, amount: 250 g, method: goreng}", "50 g kangkung", "1 sdm minyak goreng"],
                method="tumis", more="measures: dbmp\n")  # fmt: skip
    assert dish.has(food="tempe", method="goreng")
    assert not dish.has(food="kangkung", method="goreng")


def test_bread_has_gluten_and_may_have_milk() -> None:
    bread = load_foods()["roti putih"]
    assert frozenset({"gluten", "tidak-diketahui"}) == bread.allergens
    meant = Selector(allergen="susu").matches(cook(["{food: roti putih, amount: 50 g, basis: edible}"]))
    assert Interval(0, 1) == meant


def test_questions_of_a_dish() -> None:
    dish = recipe_from(parse_yaml(HAND_WORKED.replace("servings", "tags: [sayur-hijau]\nservings")))
    assert dish.has(group="sayur")
    assert dish.has(group="D")
    assert dish.has(tag="sayur-hijau", course="sayur", name="tumis KANGKUNG")
    assert not dish.has(group="sayur", food="garam")
    assert not dish.has(allergen="ikan")
    assert pytest.approx(75) == dish.mass_of(group="sayur").low
    assert Interval.exact(0) == dish.mass_of(group="hewani")
    assert dish.mass_of(group="sayur", basis="cooked").high <= dish.mass.high


def test_a_dish_with_stated_figures_knows_these_and_no_others() -> None:
    dish = recipe_from(
        parse_yaml("""\
name: Susu kotak
course: minuman
servings: 1
mass: 200 g
allergens: [susu]
nutrition: {per: 100 g, source: label, values: {energy: 60 kcal, protein: 3 g, natrium: 0.05 g}}
""")
    )
    amounts = [dish.nutrition[n].amount for n in ("energy", "protein", "sodium", "fat")]
    assert [Interval.exact(120), Interval.exact(6), Interval.exact(100), UNKNOWN] == amounts
    assert frozenset({"susu"}) == dish.allergens
    assert Interval(0, 200) == dish.mass_of(group="sayur")


def test_unknown_servings_leave_a_portion_between_nothing_and_the_whole_pot() -> None:
    dish = recipe_from(parse_yaml(recipe_text(["100 g beras"]).replace("servings: 1", "servings: null")))
    assert dish.servings is None
    assert Interval(0, 357) == dish.nutrition["energy"].amount
    assert "servings-unknown" in {f.code for f in dish.findings}


def test_every_mistake_of_a_recipe_is_named_at_once_with_file_line_and_column() -> None:
    found = refused("""\
name: Resep salah
course: sayuran
servigs: 10
measures: dbmb
basis: gross
method: rebuss
weighed: {ikat kangkung: 250 gx}
ingredients:
  - 250 gr kangkung
  - 2 lb daun salam
  - tempe 3000
  - 100 g kangkug
  - 1 ikat bayam
  - garam
  - 100 ml terigu
  - {food: tempe}
  - {food: tahu, amount: 100, method: goreng}
""")
    assert found >= {
        ("field-choice-near", 2, 9),
        ("field-unknown", 3, 1),
        ("field-missing", 1, 1),
        ("measure-list-unknown", 4, 11),
        ("method-unknown", 6, 9),
        ("unit-unknown", 7, 26),
        ("unit-refused", 10, 5),
        ("amount-rupiah", 11, 5),
        ("food-unknown", 12, 5),
        ("measure-unresolved", 13, 5),
        ("amount-missing", 14, 5),
        ("density-missing", 15, 5),
        ("ingredient-incomplete", 16, 5),
    }


STATED = "name: A\ncourse: sayur\nservings: 1\nnutrition: {{per: {per}, source: label, values: {{{values}}}}}\n"


@pytest.mark.parametrize(
    ("text", "code"),
    [
        (recipe_text(["100 g tempe"], method="goreng"), "frying-oil-missing"),
        (recipe_text(["100 g tempe"]).replace("method: segar\n", ""), "method-missing"),
        (recipe_text(["100 g tempe"], more="yield: 1 ikat\n"), "weighed-mass"),
        (recipe_text(["100 g tempe"], more="weighed: {sdm: 12 g}\n"), "weighed-volume"),
        (recipe_text(["100 g tempe"], more="portion: {min: 150 %, max: 100 %, step: 5 %}\n"), "portion-bounds"),
        (recipe_text(["100 g tempe"], servings=0), "servings-range"),
        (recipe_text(["100"]), "unit-missing"),
        ("name: A\ncourse: sayur\nservings: 1\n", "recipe-ingredients-or-figures"),
        (STATED.format(per="100 g", values=""), "stated-mass-missing"),
        (STATED.format(per="1 portion", values="energi: 5 g"), "unit-dimension"),
        (STATED.format(per="1 portion", values="zzz: 5 g"), "nutrient-unknown"),
        ("- 1\n", "file-kind"),
    ],
)
def test_refusals(text: str, code: str) -> None:
    assert code in {found[0] for found in refused(text)}


def test_the_kitchens_own_spoon() -> None:
    dish = cook(["2 sdm air"], more="weighed: {sdm: 12 ml}\n")
    assert Interval.exact(24) == dish.mass_of()


def test_thousands_are_read_but_said() -> None:
    dish = cook(["1.500 g beras"])
    assert Interval.exact(1500) == dish.mass_of()
    assert "number-read-as-thousands" in {f.code for f in dish.findings}


class TestDefectsOfOtherTools:
    """MODELS.md, last paragraph: what local incumbents get wrong, one regression test each."""

    def dish(self) -> Recipe:
        return cook(["100 g ikan kembung", "garam secukupnya"], method="kukus")

    def test_fibre_of_a_food_whose_fibre_is_unknown_is_not_reported(self) -> None:
        food = next(f for f in load_foods() if f.per100["fibre"].amount == UNKNOWN and f.edible == Interval.exact(1))
        assert cook([f"100 g {food.code}"]).nutrition["fibre"].amount == UNKNOWN

    def test_missing_folate_and_b12_are_not_zero(self) -> None:
        assert {UNKNOWN} == {self.dish().nutrition[n].amount for n in ("folate", "vitamin_b12")}

    def test_the_weight_yield_is_not_multiplied_on_nutrients(self) -> None:
        raw = cook(["100 g tempe", "1 g minyak goreng"])
        fried = cook(["100 g tempe", "1 g minyak goreng"], method="goreng", more="yield: 85 g\n")
        assert raw.nutrition["energy"].amount == fried.nutrition["energy"].amount
        assert Interval.exact(85) == fried.mass

    def test_an_unknown_unit_is_not_gram(self) -> None:
        assert "unit-refused" in {code for code, _, _ in refused(recipe_text(["2 pcs tempe"]))}

    def test_an_ingredient_without_a_unit_does_not_count_as_zero(self) -> None:
        assert "unit-missing" in {code for code, _, _ in refused(recipe_text(["100 g tempe", "2 kemiri"]))}
