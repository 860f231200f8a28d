"""Repairs: every repaired recipe passes its check, nothing smaller would do, and a cook can follow what is said."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from functools import lru_cache
from pathlib import Path

import pytest

from sehatmenu.cli import main
from sehatmenu.errors import LoadError
from sehatmenu.files import parse_yaml
from sehatmenu.findings import Severity, Verdict
from sehatmenu.food.composition import load_foods
from sehatmenu.food.dishes import Recipe
from sehatmenu.food.nutrients import nutrients
from sehatmenu.food.recipes import load_recipe, recipe_from
from sehatmenu.messages import Figure
from sehatmenu.planning.kitchen_steps import Measured, step, written
from sehatmenu.planning.prices import PriceList, load_prices
from sehatmenu.planning.repairs import Repair, RepairConflict, repair
from sehatmenu.quantities.intervals import Interval
from sehatmenu.standards.checks import check
from sehatmenu.standards.menus import Menu, Option
from sehatmenu.standards.standards import Standard, load_standard

from .kitchens import ON, nutrient, pot, random_lines, random_rules, standard_of

EXAMPLE = Path(__file__).resolve().parents[2] / "examples" / "gading-rejo"
ADDABLE = ("tempe", "bayam", "susu sapi")


@lru_cache(maxsize=1)
def prices() -> PriceList:
    return load_prices(EXAMPLE / "harga.csv")


def mended(dish: Recipe, standard: Standard, **options: object) -> Repair:
    found = repair(dish, standard, "g", on=ON, **options)  # type: ignore[arg-type]
    assert isinstance(found, Repair), str(found)
    return found


@lru_cache(maxsize=1)
def failing() -> tuple[tuple[Recipe, Standard], ...]:
    """200 random dishes that fail a random standard."""

    def draw() -> Iterator[tuple[Recipe, Standard]]:
        for seed in itertools.count():
            dish = pot(random_lines(seed), more="portion: {min: 80 %, max: 120 %, step: 10 %},")
            rules = random_rules(seed, dish)
            if rules and check(dish, standard := standard_of(rules), "g", ON).verdict is Verdict.fail:
                yield dish, standard

    return tuple(itertools.islice(draw(), 200))


def test_200_random_failing_recipes() -> None:
    """Repaired ones pass, are not changed again, keep every cap, and say in their lines what they hold."""
    outcomes = [repair(dish, standard, "g", on=ON, may_add=ADDABLE) for dish, standard in failing()]
    repaired = [(o, s) for o, (_, s) in zip(outcomes, failing(), strict=True) if isinstance(o, Repair)]
    assert all(isinstance(o, Repair) or o.proven for o in outcomes)
    assert len(repaired) >= 140
    for outcome, standard in repaired:
        assert check(outcome.recipe, standard, "g", ON).verdict is Verdict.pass_
        assert outcome.changes
        again = repair(outcome.recipe, standard, "g", on=ON, may_add=ADDABLE)
        assert isinstance(again, Repair)
        assert (again.changes, again.recipe) == ((), outcome.recipe)
        within_bounds(outcome)
        says_what_it_holds(outcome.recipe)


def within_bounds(outcome: Repair) -> None:
    """Amounts move at most 50 %, seasonings -80 % to +20 %; only listed foods are new; the portion is in its bounds."""
    before, after = outcome.original, outcome.recipe
    assert before.servings is not None
    assert after.servings is not None
    size = before.servings / after.servings
    assert 0.8 - 1e-9 <= size <= 1.2 + 1e-9
    old = len(before.ingredients)
    for was, now in zip(before.ingredients, after.ingredients[:old], strict=True):
        moved = now.gross.high / size / was.gross.high
        less, more = (0.8, 0.2) if was.food.group in ("bumbu", "gula", "minyak") else (0.5, 0.5)
        assert 1 - less - 1e-9 <= moved <= 1 + more + 1e-9
        assert was.food is now.food
    allowed = {load_foods()[name].code for name in ADDABLE}
    assert {i.food.code for i in after.ingredients[old:]} <= allowed


def says_what_it_holds(dish: Recipe) -> None:
    """The lines of a repaired recipe, read again as a file, give its nutrients."""
    lines = ", ".join(f'"{i.text}"' for i in dish.ingredients)
    head = f"{{name: Uji, course: sayur, servings: {dish.servings}, method: tumis, basis: gross, measures: dbmp, "
    again = recipe_from(parse_yaml(f"{head} ingredients: [{lines}]}}"))
    for name in nutrients().ids:
        if dish.nutrition.known(name):
            assert again.nutrition[name].amount.low == pytest.approx(dish.nutrition[name].amount.low, rel=1e-9)


def test_a_lawful_recipe_comes_back_as_it_is() -> None:
    dish = pot(["500 g tempe", "10 g garam"])
    found = mended(dish, standard_of([nutrient("protein", min="5 g")]))
    assert found.recipe is dish
    assert (found.changes, found.lawful) == ((), True)
    assert found.sentence("en") == "nothing needs to change"


# Small kitchens, every change tried: two ingredients within their caps, one addition, three sizes of the portion.

SMALL = [
    (("60 g tempe", "80 g wortel"), ("max", "energy", 0.8, "kcal")),
    (("60 g tempe", "20 g garam"), ("max", "sodium", 0.7, "mg")),
    (("80 g tahu", "60 g kentang"), ("min", "protein", 1.35, "g")),
    (("60 g ayam", "60 g beras"), ("min", "calcium", 1.10, "mg")),
    (("80 g ayam", "15 g minyak goreng"), ("max", "fat", 0.75, "g")),
    (("60 g bayam", "60 g beras"), ("min", "energy", 1.08, "kcal")),
]


@pytest.mark.parametrize(("lines", "rule"), SMALL)
def test_no_smaller_change_exists(lines: tuple[str, str], rule: tuple[str, str, float, str]) -> None:
    side, name, factor, unit = rule
    dish = pot(lines, servings=2, more="portion: {min: 90 %, max: 110 %, step: 10 %},")
    limit = f"{dish.nutrition[name].amount.low * factor:.6f} {unit}"
    second = nutrient("carbohydrate", max=f"{dish.nutrition['carbohydrate'].amount.low * 1.1:.6f} g")
    standard = standard_of([nutrient(name, **{side: limit}), second])
    found = mended(dish, standard, may_add={"tempe": "15 g"}, max_change=0.25, prices=prices())
    ranks = [rank(dish, *change) for change in every_change(dish) if lawful(lines, change, standard)]
    touched, drift, cost = min(ranks)
    assert len(found.changes) == touched
    mine = rank(dish, *change_of(found))
    assert mine[1] == pytest.approx(drift, abs=2e-6)
    assert mine[2] == pytest.approx(min(c for t, d, c in ranks if t == touched and abs(d - drift) < 2e-6), rel=1e-6)
    assert cost >= 0


Change = tuple[tuple[int, int], int, float]
"""Steps of the two ingredients, steps of 5 g tempe added, size of the portion."""


def every_change(dish: Recipe) -> list[Change]:
    reach = []
    for ingredient in dish.ingredients:
        amount = written(ingredient).amount
        assert amount is not None
        most = int(0.25 * amount.value / step("g", amount.value) + 1e-9)
        reach.append(range(-most, most + 1))
    return [((a, b), n, s) for a in reach[0] for b in reach[1] for n in range(4) for s in (0.9, 1.0, 1.1)]


def grams(line: str) -> float:
    return float(line.split()[0])


def lawful(lines: tuple[str, str], change: Change, standard: Standard) -> bool:
    """Whether the changed recipe, written out as a new file, passes."""
    steps, added, size = change
    amounts = [grams(line) + n * step("g", grams(line)) for line, n in zip(lines, steps, strict=True)]
    new = [f"{amount:g} g {line.split(' ', 2)[2]}" for amount, line in zip(amounts, lines, strict=True)]
    new += [f"{5 * added} g tempe"] if added else []
    return check(pot(new, servings=2 / size), standard, "g", ON).verdict is Verdict.pass_


def rank(dish: Recipe, steps: tuple[int, int], added: int, size: float) -> tuple[int, float, float]:
    """Things touched; sum of relative changes (a new food 1 and its part of the pot); cost of a portion."""
    total = sum(i.gross.high for i in dish.ingredients) * 2
    old = [amount.value for i in dish.ingredients if (amount := written(i).amount)]
    moved = [n * step("g", amount) for n, amount in zip(steps, old, strict=True)]
    drift = sum(abs(m) / amount for m, amount in zip(moved, old, strict=True)) + abs(size - 1)
    drift += 1 + 5 * added / total if added else 0
    spent = sum(prices().cost(i.food, gross=i.gross * (1 + m / a), edible=i.edible * (1 + m / a)).low
                for i, m, a in zip(dish.ingredients, moved, old, strict=True))  # fmt: skip
    tempe = load_foods()["tempe"]
    spent += prices().edible(tempe, 5 * added * tempe.edible.low / 2).low
    touched = sum(n != 0 for n in steps) + (added > 0) + (size != 1)
    return touched, round(drift, 9), spent * size


def change_of(found: Repair) -> Change:
    assert found.original.servings is not None
    assert found.recipe.servings is not None
    size = round(found.original.servings / found.recipe.servings, 9)
    amounts = [written(i).amount for i in found.recipe.ingredients]
    old = [written(i).amount for i in found.original.ingredients]
    steps = [round((a.value - b.value) / step("g", b.value)) for a, b in zip(amounts, old, strict=False) if a and b]
    added = round(amounts[2].value / 5) if len(amounts) > 2 and amounts[2] else 0
    return (steps[0], steps[1]), added, size


# What may and may not be touched.


def test_ratios_are_kept() -> None:
    """Santan and fish move together within 10 %; fish alone would do, were it not for the coconut milk."""
    dish = pot(["1000 g fillet nila", "500 g santan", "20 g garam"], servings=10)
    protein = dish.nutrition["protein"].amount.low
    standard = standard_of([nutrient("protein", max=f"{protein * 0.8:.4f} g")])
    free = mended(dish, standard)
    assert len(free.changes) == 1
    kept = mended(dish, standard, keep=["santan:ikan"])
    fish, milk = (kept.recipe.ingredients[n].gross.low / dish.ingredients[n].gross.low for n in (0, 1))
    assert 0.9 - 1e-9 <= milk / fish <= 1.1 + 1e-9
    assert milk < 1
    with pytest.raises(LoadError, match="kecap"):
        repair(dish, standard, "g", on=ON, keep=["kecap:ikan"])


def test_a_cap_by_name_and_taking_out() -> None:
    dish = pot(["1000 g tempe", "40 g garam"])
    standard = standard_of([nutrient("sodium", max="10 mg")])
    refused = repair(dish, standard, "g", on=ON)
    assert isinstance(refused, RepairConflict)
    best = refused.limits[0].values["amount"]
    assert isinstance(best, Figure)
    tempe, salt = (i.nutrition["sodium"].amount for i in dish.ingredients)  # 80 % of 40 g in steps of 5 g leaves 10 g
    assert best.low == pytest.approx(tempe.low * 0.5 + salt.low / 4)
    found = mended(dish, standard, max_change={"garam": 1.0})
    assert found.sentence() == "tanpa garam"
    assert [i.food.name.id for i in found.recipe.ingredients] == [dish.ingredients[0].food.name.id]


def test_a_required_food_is_added_and_a_forbidden_one_taken_out() -> None:
    dish = pot(["500 g beras", "200 g tempe"])
    asked = standard_of(["{id: sayur, kind: require, of: {group: sayur}, per: item, " + "limits: [{source: s}]" + "}"])
    found = mended(dish, asked, may_add=["telur ayam", "bayam"])
    assert found.sentence() == "masukkan 5 g bayam, bahan baru"
    banned = standard_of(["{id: kedelai, kind: forbid, of: {food: tempe}, per: item, limits: [{source: s}]}"])
    assert isinstance(repair(dish, banned, "g", on=ON), RepairConflict)
    assert mended(dish, banned, max_change=1.0).sentence() == "tanpa tempe"


def test_an_unmeasured_amount_is_measured() -> None:
    """Salt to taste under 600 mg of sodium a portion: as much as is lawful is measured, in whole grams."""
    dish = pot(["1000 g tempe", "garam secukupnya"], servings=10)
    standard = standard_of([nutrient("sodium", max="600 mg")])
    assert check(dish, standard, "g", ON).verdict is Verdict.unknown
    unknown = repair(dish, standard, "g", on=ON)
    tempe_sodium_known = dish.ingredients[0].food.per100.known("sodium")
    if tempe_sodium_known:
        assert isinstance(unknown, Repair)
        assert check(unknown.recipe, standard, "g", ON).verdict is Verdict.pass_
    measured = mended(pot(["1000 g beras", "garam secukupnya"]), standard)
    # rice 27 and salt 38,758 mg sodium per 100 g: (6000 - 270) / 387.58 = 14.8 g, but 1 % of the pot is 10 g
    assert measured.sentence() == "takar garam: paling banyak 10 g"


def test_what_no_amount_can_settle_is_left_open() -> None:
    dish = pot(["1000 g tempe", "100 g garam"])
    paper = "{id: slhs, kind: require, certificate: slhs, per: item, limits: [{source: s}]}"
    found = mended(dish, standard_of([nutrient("sodium", max="2000 mg"), paper]))
    assert [f.values["rule_id"] for f in found.open] == ["slhs"]
    assert not found.lawful
    verdicts = {f.values["rule_id"]: f.verdict for f in found.after}
    assert verdicts == {"sodium": Verdict.pass_, "slhs": Verdict.unknown}


def test_a_recommendation_does_not_bind() -> None:
    dish = pot(["1000 g tempe"])
    rule = nutrient("protein", max="1 g").replace("per: item", "per: item, severity: should")
    assert mended(dish, standard_of([rule])).changes == ()
    assert Severity.should in {f.severity for f in check(dish, standard_of([rule]), "g", ON)}


def test_two_rules_that_clash_are_both_named() -> None:
    dish = pot(["1000 g tempe", "500 g kangkung"])
    protein, energy = (dish.nutrition[name].amount.low for name in ("protein", "energy"))
    rules = [nutrient("protein", min=f"{protein * 1.3:.4f} g"), nutrient("energy", max=f"{energy * 0.8:.4f} kcal")]
    found = repair(dish, standard_of(rules), "g", on=ON)
    assert isinstance(found, RepairConflict)
    assert {f.values["rule_id"] for f in found.limits} == {"protein", "energy"}
    assert found.text("id") != found.text("en")


def test_judged_as_a_meal_with_prices() -> None:
    """A ceiling on the cost of ingredients binds once prices are known; the difference is per portion, by hand.

    Tempe at Rp12,000 a kg: 1 kg for 10 portions is Rp1,200 each; at most Rp1,000 leaves 830 g (steps of 10 g), which
    is Rp204 less.
    """
    dish = pot(["1000 g tempe"], servings=10)
    rule = "{id: biaya, kind: cost, of: ingredients, per: meal, limits: [{max: 1000 IDR, source: s}]}"
    found = mended(dish, standard_of([rule]), as_meal=True, prices=prices())
    assert found.sentence() == "kurangi tempe 170 g (menjadi 830 g)"
    assert found.cost is not None
    assert found.cost.low == pytest.approx(-204)
    meal = Menu.of_meal([found.option], date.fromisoformat(ON), "siang")
    assert check(meal, standard_of([rule]), "g", ON).verdict is Verdict.pass_


@pytest.mark.parametrize("factor", [1e-5, 1e5])
def test_another_currency_changes_no_repair(factor: float) -> None:
    rate = prices().scaled(factor, "USD")
    for dish, standard in failing()[:25]:
        here = repair(dish, standard, "g", on=ON, may_add=ADDABLE, prices=prices())
        there = repair(dish, standard, "g", on=ON, may_add=ADDABLE, prices=rate)
        assert type(here) is type(there)
        if isinstance(here, Repair) and isinstance(there, Repair):
            assert here.sentence() == there.sentence()
            assert (here.cost is None) == (there.cost is None)
            if here.cost is not None and there.cost is not None and here.cost.known:
                assert there.cost.low == pytest.approx(here.cost.low * factor, rel=1e-9, abs=1e-9 * factor)


@pytest.mark.parametrize("factor", [1e-5, 1.0, 1e5])
@pytest.mark.parametrize(("part", "verdict"), [(0.999999999, "pass"), (1.0, "pass"), (1.0001, "fail")])
def test_another_currency_changes_no_verdict(factor: float, part: float, verdict: str) -> None:
    """A ceiling of 1,250 and a cost at, below or above it, both in another currency."""
    dish = pot(["1000 g tempe"], servings=10)
    most = f"{1250 * factor:.10f}".rstrip("0").rstrip(".")
    rule = f"{{id: biaya, kind: cost, of: ingredients, per: meal, limits: [{{max: {most} IDR, source: s}}]}}"
    option = Option(dish, ingredients_cost=Interval.exact(1250 * factor * part))
    meal = Menu.of_meal([option], date.fromisoformat(ON), "siang")
    assert check(meal, standard_of([rule]), "g", ON).verdict == verdict


def test_a_recipe_without_servings_is_refused() -> None:
    dish = replace(pot(["1000 g tempe"]), servings=None)
    with pytest.raises(LoadError):
        repair(dish, standard_of([nutrient("protein", max="1 g")]), "g", on=ON)


# The example of the district.


def test_the_too_salty_fried_rice_becomes_lawful() -> None:
    """By hand: 2½ spoons of 12 g salt less are 30 x 387.58 / 10 = 1,163 mg of 2,218; 90 % of what is left is 950 mg."""
    dish = load_recipe(EXAMPLE / "gagal" / "nasi-goreng-keasinan.yaml")
    standard = load_standard(EXAMPLE / "standar-kantin.yaml")
    found = repair(dish, standard, "murid", on=ON, prices=prices())
    assert isinstance(found, Repair)
    assert found.sentence() == (
        "kurangi garam 2½ sdm (menjadi 1 sdm); sajikan 90 % dari porsi semula, sehingga satu resep menjadi 11,1 porsi"
    )
    assert check(found.recipe, standard, "murid", ON).verdict is Verdict.pass_
    same_portion = repair(dish, standard, "murid", on=ON, prices=prices(), resize=False)
    assert isinstance(same_portion, Repair)
    assert same_portion.sentence() == "kurangi kecap asin 1 sdm (menjadi 7 sdm); kurangi garam 2½ sdm (menjadi 1 sdm)"
    assert same_portion.cost is not None
    # kecap asin 12 g at Rp30 a gram, salt 30 g at Rp14.53, over ten portions; where the portion shrinks, the water
    # without a price leaves the saving open: at least what the priced ingredients save
    assert same_portion.cost.known
    assert same_portion.cost.low == pytest.approx(-(12 * 30 + 30 * 14.53) / 10)
    assert found.cost is not None
    assert found.cost.low == -float("inf")
    assert -400 < found.cost.high < -40


STRICT = """
id: kabupaten/protein
title: Protein paling banyak seperti pita MBG, sebagai aturan wajib
extends: id/mbg-2026
sources: {s: {title: Ketentuan kabupaten, seen: example}}
rules:
  - id: protein-upper
    kind: share
    nutrient: protein
    per: meal
    limits: [{groups: [sd-4-6], max: 35 %, source: s}]
"""


def test_one_dish_of_a_tray_is_repaired_for_the_whole_tray(tmp_path: Path) -> None:
    """Five dishes with 18.7 g of protein where 18.4 g is the most: a smaller piece, the other dishes as they are."""
    (tmp_path / "protein.yaml").write_text(STRICT, encoding="utf-8")
    tray = [load_recipe(EXAMPLE / "resep" / f"{name}.yaml") for name in
            ("ayam-bumbu-kuning", "nasi-putih", "tempe-goreng", "tumis-kangkung", "pisang-ambon")]  # fmt: skip
    mbg = load_standard(tmp_path / "protein.yaml")
    assert check(tray, mbg, "sd-4-6", ON).verdict is Verdict.fail
    found = repair(tray[0], mbg, "sd-4-6", on=ON, beside=tray[1:], prices=prices())
    assert isinstance(found, Repair)
    assert found.sentence() == "sajikan 92,5 % dari porsi semula, sehingga satu resep menjadi 27 porsi"  # 25 / 0.925
    after = check([found.recipe, *tray[1:]], mbg, "sd-4-6", ON)
    assert not after.of(Verdict.fail)
    assert [f.values["rule_id"] for f in found.open] == ["cost"]  # the price list has no water and no bay leaf
    assert found.cost is not None
    assert found.text("id").splitlines()[-2] == "Lebih murah Rp144 bahan per porsi"  # 7.5 % of Rp1,920


def test_on_the_command_line(capsys: pytest.CaptureFixture[str]) -> None:
    recipe = str(EXAMPLE / "gagal" / "nasi-goreng-keasinan.yaml")
    asked = ["--standard", str(EXAMPLE / "standar-kantin.yaml"), "--group", "murid", "--on", ON]
    assert main(["repair", recipe, *asked]) == 0
    assert "kurangi garam 2½ sdm" in capsys.readouterr().out
    assert main(["repair", recipe, *asked, "--max-change", "10", "--lang", "en", "--json"]) == 1
    assert '"lawful": false' in capsys.readouterr().out
    assert main(["repair", str(EXAMPLE / "keliru" / "resep-keliru.yaml"), *asked]) == 2


@pytest.mark.parametrize(("value", "said"), [(0.5, "½ sdt"), (2.75, "2¾ sdt"), (12.5, "12½ g"), (1025.0, "1025 g")])
def test_amounts_as_a_cook_writes_them(value: float, said: str) -> None:
    assert Measured(value, said.split()[1]).spoken("id") == said
