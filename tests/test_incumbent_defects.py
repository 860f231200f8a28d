"""Defects that were measured in other programs, each with a test that sehatmenu does not have it."""

from __future__ import annotations

from pathlib import Path

import pytest

from sehatmenu.errors import LoadError
from sehatmenu.files import packaged_standards, parse_yaml
from sehatmenu.food.lines.readings import Reading
from sehatmenu.food.recipes import Recipe, recipe_from
from sehatmenu.planning.clashes import Conflict
from sehatmenu.planning.demand import load_problem
from sehatmenu.planning.diets import Diet, PricedFood, at_least, least_cost_diet
from sehatmenu.planning.planners import plan
from sehatmenu.standards.checks import check
from sehatmenu.standards.standards import load_standard

ON = "2026-02-02"


def cooked(*lines: str, method: str = "segar", reading: Reading = "open") -> Recipe:
    head = f"name: Uji\ncourse: paket\nservings: 1\nmethod: {method}\nbasis: edible\ningredients:\n"
    return recipe_from(parse_yaml(head + "".join(f"  - {line}\n" for line in lines), "uji.yaml"), reading=reading)


def refused(*lines: str) -> list[tuple[str, int]]:
    """Code and line of every problem of a strict reading of these lines; the first stands on line 7."""
    with pytest.raises(LoadError) as caught:
        cooked(*lines, reading="strict")
    return [(f.code, f.place.line) for f in caught.value.report if f.place]


SHARES = """\
id: uji
title: Uji
sources: {s: {title: UU Uji, seen: example}}
groups: {anak: {title: Anak, reference: {of: references/akg-2019, mix: {anak-7-9: 1}}}}
rules:
  - {id: fibre, kind: share, nutrient: fibre, limits: [{min: 30 %, source: s}]}
  - {id: folate, kind: share, nutrient: folate, limits: [{min: 30 %, source: s}]}
  - {id: b12, kind: share, nutrient: vitamin_b12, limits: [{min: 30 %, source: s}]}
"""


def test_a_meal_of_unknown_fibre_is_not_reported_at_122_per_cent_of_need(tmp_path: Path) -> None:
    """Seen: a default of the form leaked in where the food table had no figure."""
    (tmp_path / "uji.yaml").write_text(SHARES, encoding="utf-8")
    label = "{per: 1 portion, source: label, values: {energy: 600 kcal, protein: 20 g}}"
    meal = recipe_from(parse_yaml(f"{{name: Uji, course: paket, servings: 1, nutrition: {label}}}"))
    fibre = check(meal, load_standard(tmp_path / "uji.yaml"), "anak", ON).records("en")[0]
    assert {"low": 0.0, "high": None, "unit": "g", "bounded": False} == fibre["values"]["amount"]
    assert "not known" in str(fibre["text"])


def test_folate_and_b12_that_no_table_gives_are_not_counted_as_nothing(tmp_path: Path) -> None:
    """Seen: missing figures summed as 0, so that menus failed (or a maximum passed) on them. TKPI prints neither."""
    (tmp_path / "uji.yaml").write_text(SHARES, encoding="utf-8")
    meal = cooked("100 g tempe", "100 g bayam")
    assert [False, False] == [meal.nutrition.known(name) for name in ("folate", "vitamin_b12")]
    verdicts = {
        f.values["rule_id"]: str(f.verdict) for f in check(meal, load_standard(tmp_path / "uji.yaml"), "anak", ON)
    }
    assert ("unknown", "unknown") == (verdicts["folate"], verdicts["b12"])


def test_frying_takes_water_from_tempe_and_no_energy() -> None:
    """Seen: raw nutrients multiplied by the weight yield, so that fried tempe lost 15 % of its energy."""
    raw, fried = cooked("100 g tempe"), cooked("100 g tempe", "minyak goreng secukupnya", method="goreng")
    energy = [dish.ingredients[0].nutrition["energy"].amount for dish in (raw, fried)]
    assert energy[0] == energy[1]
    assert fried.nutrition["energy"].amount.low >= raw.nutrition["energy"].amount.low  # the oil comes on top
    assert fried.ingredients[0].cooked.low < 100


@pytest.mark.parametrize("line", ["2 siugn bawang putih", "2 lb daun salam", "3 wadah tempe"])
def test_an_unknown_unit_is_not_read_as_gram(line: str) -> None:
    """A strict reading refuses it; an open one keeps the weight open and says so."""
    ((_, number),) = refused("100 g tempe", line)
    assert 8 == number
    meal = cooked("100 g tempe", line)
    grams = float(line.split()[0])
    assert (grams, grams) != (meal.ingredients[1].gross.low, meal.ingredients[1].gross.high)
    assert not meal.ingredients[1].gross.known
    assert any(f.place is not None and f.place.line == 8 for f in meal.findings)


@pytest.mark.parametrize("line", ["tempe", "100 tempe", "tempe 3000"])
def test_an_ingredient_without_a_unit_is_not_counted_as_nothing(line: str) -> None:
    """Seen: the line counted 0 and the total looked complete."""
    assert [8] == [number for _, number in refused("100 g beras", line)]
    meal = cooked("100 g beras", line)
    assert not meal.nutrition["energy"].known
    assert meal.ingredients[1].gross.high > 0


def test_salt_that_is_not_weighed_leaves_sodium_open() -> None:
    meal = cooked("100 g beras", "garam secukupnya")
    assert ["Uji: garam secukupnya"] == [f"{meal.name}: {cause}" for cause in meal.causes("sodium")]
    assert float("inf") == meal.nutrition["sodium"].amount.high


def test_what_a_child_needs_stands_in_one_cited_file() -> None:
    """Seen: five programs with five standards for the same child of grades 1-3 in their code."""
    label = "{per: 1 portion, source: label, values: {energy: 400 kcal}}"
    meal = recipe_from(parse_yaml(f"{{name: Uji, course: paket, servings: 1, nutrition: {label}}}"))
    (found,) = (f for f in check(meal, load_standard("id/mbg-2026"), "sd-1-3", ON) if f.values["rule_id"] == "energy")
    assert found.place is not None
    line = (
        (packaged_standards() / "id" / "mbg-2026.yaml").read_text(encoding="utf-8").splitlines()[found.place.line - 1]
    )
    assert "min: 20 %, source: kepka-401" in line
    assert "Keputusan Kepala BGN Nomor 401.1 Tahun 2025" in found.source


# A problem of one meal that needs 90 g of protein where 63 g is the most that is on offer

PROBLEM = {
    "soal.yaml": """\
title: Uji
standard: standar.yaml
calendar: {from: 2026-02-02, to: 2026-02-02}
recipes: resep
suppliers: umkm.yaml
institutions:
  - {id: sd, name: SD Uji, meals: [{meal: siang, courses: [paket], groups: [{group: anak, heads: 10}]}]}
""",
    "standar.yaml": """\
id: uji
title: Uji
sources: {s: {title: UU Uji, seen: example}}
groups: {anak: {title: Anak}}
rules:
  - {id: protein, kind: nutrient, nutrient: protein, limits: [{min: 90 g, source: s, place: pasal 7}]}
""",
    "umkm.yaml": """\
title: Uji
seen: example
suppliers:
  - {id: u, name: UMKM Uji, capacity: 100 portions, offers: [{dish: paket, price: 5000 IDR}]}
""",
    "resep/paket.yaml": """\
{name: Paket, course: paket, servings: 1, nutrition: {per: 1 portion, source: label, values: {protein: 63 g}}}
""",
}


def too_little(folder: Path) -> Conflict:
    (folder / "resep").mkdir()
    for name, text in PROBLEM.items():
        (folder / name).write_text(text, encoding="utf-8")
    outcome = plan(load_problem(folder / "soal.yaml"), time_limit=20)
    assert isinstance(outcome, Conflict)
    return outcome


def test_63_g_of_protein_are_not_the_optimum_where_90_g_are_required(tmp_path: Path) -> None:
    """Seen: a soft limit, a penalty in the cost, and the word optimal."""
    assert too_little(tmp_path).rules


def test_an_impossible_menu_is_explained_by_rules_and_articles(tmp_path: Path) -> None:
    """Seen: "infeasible: A2"."""
    text = too_little(tmp_path).text("en")
    assert "Protein (anak, SD Uji)" in text
    assert "90 g" in text
    assert "UU Uji" in text
    assert "pasal 7" in text


def test_a_diet_that_grows_dearer_by_missing_figures_says_so() -> None:
    """Seen: two foods' calcium replaced by "not available", a diet 38 % dearer, and no warning."""
    held = {"teri": 1.0, "bayam": 2.0, "susu": 8.0}  # rupiah for 100 mg of calcium

    def diet(missing: set[str]) -> Diet:
        foods = [PricedFood(name, price, {} if name in missing else {"calcium": 100.0}) for name, price in held.items()]
        found = least_cost_diet(foods, {"calcium": at_least(1000.0)}, currency="IDR")
        assert isinstance(found, Diet)
        return found

    full, blank = diet(set()), diet({"teri", "bayam"})
    assert (10.0, 80.0) == (round(full.cost, 6), round(blank.cost, 6))
    assert [] == list(full.findings)
    assert {"teri", "bayam"} == {str(f.values["food"]) for f in blank.findings}
    assert all("not known" in f.text("en") for f in blank.findings)


def test_the_missing_figures_may_be_refused_instead() -> None:
    foods = [PricedFood("teri", 1.0, {}), PricedFood("susu", 8.0, {"calcium": 100.0})]
    with pytest.raises(LoadError, match="teri"):
        least_cost_diet(foods, {"calcium": at_least(1000.0)}, currency="IDR", missing="refuse")
