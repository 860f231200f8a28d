"""What cannot be, or is hardly meant: stated figures by the lint of food tables, amounts and portions, as notes."""

from __future__ import annotations

import pytest

from sehatmenu.files import parse_yaml
from sehatmenu.findings import Finding, Severity
from sehatmenu.food.recipes import recipe_from

LABEL = """\
name: Kue
course: selingan
servings: 1
{mass}nutrition:
  per: {per}
  source: label
  values:
    {values}
"""


def notes(values: str, per: str = "100 g", mass: str = "mass: 50 g\n") -> dict[str, Finding]:
    text = LABEL.format(mass=mass, per=per, values=values.replace(", ", "\n    "))
    return {finding.code: finding for finding in recipe_from(parse_yaml(text, "kue.yaml")).findings}


@pytest.mark.parametrize(
    ("values", "code", "line"),
    [
        ("energy: 450 kcal, sodium: 600 g", "food-limit", 10),  # pure salt holds 39.3 g
        ("protein: 60 g, fat: 40 g, carbohydrate: 30 g", "food-parts", 11),
        ("fat: 120 g", "food-part", 9),
        ("energy: 900 kcal, protein: 5 g, fat: 5 g, carbohydrate: 50 g", "food-energy", 9),  # 4-9-4: 265
        ("carbohydrate: 5 g, fibre: 20 g", "food-fibre", 10),
    ],
)
def test_a_label_that_cannot_be_is_told_at_its_line(values: str, code: str, line: int) -> None:
    found = notes(values)[code]
    assert found.severity is Severity.info
    assert line == (found.place.line if found.place else 0)


def test_figures_of_a_portion_are_held_against_its_weight() -> None:
    heavy = notes("fat: 30 g, carbohydrate: 30 g", per="1 portion")  # 60 g in 50 g
    assert "food-parts" in heavy
    assert "food-parts" not in notes("fat: 30 g, carbohydrate: 30 g", per="1 portion", mass="")


def test_a_sound_label_has_no_notes() -> None:
    assert {} == notes("energy: 450 kcal, protein: 6 g, fat: 20 g, carbohydrate: 62 g, sodium: 300 mg")


def test_salt_on_a_label_is_sodium() -> None:
    dish = recipe_from(parse_yaml(LABEL.format(mass="mass: 50 g\n", per="100 g", values="salt: 6 g")))
    # 50 g x 6 % x 22.99 / 58.44
    assert pytest.approx(1180.2, abs=0.1) == dish.nutrition["sodium"].amount.low
    assert dish.nutrition["sodium"].known


@pytest.mark.parametrize(
    ("lines", "servings", "course", "codes"),
    [
        (["250 kg daging sapi"], 4, "hewani", {"amount-implausible", "portion-implausible"}),
        (["1 g daging sapi"], 4, "hewani", {"amount-implausible", "portion-implausible"}),  # 0.25 g of meat
        (["140 g ayam"], 10, "hewani", {"portion-implausible"}),  # a 14 g chicken
        (["200 ml air", "20 g bayam"], 10, "sayur", {"portion-implausible"}),  # 20 ml of soup
        (["900 g garam", "100 g bayam"], 1, "sayur", {"amount-implausible", "portion-implausible"}),
        (["500 g daging sapi", "5 g garam"], 10, "hewani", set()),
        (["500 g bayam", "3 liter air", "20 g udang"], 20, "sayur", set()),  # a gram of shrimp beside the greens
    ],
)
def test_amounts_that_are_hardly_meant(lines: list[str], servings: int, course: str, codes: set[str]) -> None:
    text = f"name: Uji\ncourse: {course}\nservings: {servings}\nmethod: rebus\nbasis: edible\ningredients:\n"
    dish = recipe_from(parse_yaml(text + "".join(f"  - {line}\n" for line in lines), "uji.yaml"))
    found = [finding for finding in dish.findings if finding.code.endswith("-implausible")]
    assert codes == {finding.code for finding in found}
    assert all(finding.severity is Severity.info for finding in found)
    lines_told = [finding.place.line for finding in found if finding.code == "amount-implausible" and finding.place]
    assert all(line == 7 for line in lines_told)


BOTH = """\
name: Tempe
course: nabati
servings: {servings}
method: segar
basis: edible
ingredients: [1000 g tempe]
nutrition:
  per: 1 portion
  source: cetakan
  values:
    energy: {energy}
    protein: 20.8 g
    fat: 8.8 g
"""


def both(servings: int, energy: str) -> dict[str, Finding]:
    dish = recipe_from(parse_yaml(BOTH.format(servings=servings, energy=energy), "tempe.yaml"))
    assert dish.nutrition["protein"].amount.low == pytest.approx(208 / servings)  # the ingredients count
    return {finding.code: finding for finding in dish.findings}


def test_printed_figures_are_compared_with_the_ingredients() -> None:
    # 100 g of tempe (TKPI CP077): 201 kcal, protein 20.8 g, fat 8.8 g
    assert not {"stated-differs", "servings-doubted"} & both(10, "201 kcal").keys()
    differs = both(10, "350 kcal")["stated-differs"]
    assert (11, "Energi") == (differs.place.line if differs.place else 0, str(differs.values["nutrient"]))


def test_a_wrong_number_of_portions_shows() -> None:
    doubted = both(20, "201 kcal")["servings-doubted"]
    assert doubted.values == {"times": 0.5}
    assert 3 == (doubted.place.line if doubted.place else 0)
