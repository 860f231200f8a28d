"""One standard on top of another: what is inherited, replaced and dropped, and what cannot be."""

from __future__ import annotations

from itertools import pairwise
from pathlib import Path

import pytest

from sehatmenu.errors import LoadError
from sehatmenu.standards.checks import check, run_cases
from sehatmenu.standards.standards import load_standard

from .law_texts import MONDAY, Problems, dish, problems, said

PARENT = """\
id: induk
title: Induk
sources: {uu: {title: UU 1, seen: example}}
energy_factors: {fat: 9 kcal/g, source: uu}
groups: {anak: {title: Anak}}
rules:
  - {id: salt, kind: nutrient, nutrient: sodium, limits: [{max: 2 g, source: uu, place: pasal 1}]}
  - {id: sugar, kind: nutrient, nutrient: sugars, limits: [{max: 50 g, source: uu}]}
  - {id: fat, kind: energy_share, nutrient: fat, limits: [{max: 30 %, source: uu}]}
"""

CHILD = """\
id: anak
title: Anak
extends: induk.yaml
sources: {perda: {title: Perda 2, seen: example}}
"""


def written(folder: Path, child: str, parent: str = PARENT) -> Path:
    (folder / "induk.yaml").write_text(parent, encoding="utf-8")
    path = folder / "anak.yaml"
    path.write_text(child, encoding="utf-8")
    return path


def refused(path: Path) -> Problems:
    with pytest.raises(LoadError) as caught:
        load_standard(path)
    return problems(caught.value)


def test_everything_is_inherited(tmp_path: Path) -> None:
    standard = load_standard(written(tmp_path, CHILD))
    assert ["salt", "sugar", "fat"] == [rule.id for rule in standard.rules]
    thing = dish(sodium="2 g", sugars="51 g", energy="900 kcal", fat="30 g")  # 9 x 30 = 270 = 30 %
    assert ["pass", "fail", "pass"] == said(check(thing, standard, "anak", MONDAY))


def test_a_rule_of_the_same_id_is_replaced_whole(tmp_path: Path) -> None:
    own = "rules: [{id: salt, kind: nutrient, nutrient: sodium, limits: [{max: 1 g, source: perda, place: pasal 9}]}]\n"
    report = check(dish(sodium="2 g"), load_standard(written(tmp_path, CHILD + own)), "anak", MONDAY)
    found = {str(f.values["rule_id"]): f for f in report}
    assert ("fail", "Perda 2, pasal 9") == (found["salt"].verdict, found["salt"].source)
    assert {"salt", "sugar", "fat"} == found.keys()


def test_each_rule_keeps_the_place_in_its_own_file(tmp_path: Path) -> None:
    own = "rules: [{id: salt, kind: nutrient, nutrient: sodium, limits: [{max: 1 g, source: perda}]}]\n"
    report = check(dish(), load_standard(written(tmp_path, CHILD + own)), "anak", MONDAY)
    places = {str(f.values["rule_id"]): (Path(f.place.file).name, f.place.line) for f in report if f.place}
    assert {"salt": ("anak.yaml", 5), "sugar": ("induk.yaml", 8), "fat": ("induk.yaml", 9)} == places


def test_a_dropped_rule_is_gone(tmp_path: Path) -> None:
    own = "drop: [{rule: sugar, reason: Diatur di tempat lain}]\n"
    assert ["salt", "fat"] == [rule.id for rule in load_standard(written(tmp_path, CHILD + own)).rules]


def test_grandparents_are_inherited_too(tmp_path: Path) -> None:
    written(tmp_path, CHILD)
    path = tmp_path / "cucu.yaml"
    path.write_text("id: cucu\ntitle: Cucu\nextends: anak.yaml\nsources: {}\n", encoding="utf-8")
    assert ["salt", "sugar", "fat"] == [rule.id for rule in load_standard(path).rules]


def test_own_energy_factors_replace_the_inherited(tmp_path: Path) -> None:
    # 8 kcal/g x 30 g = 240 of 900 kcal = 26.7 %; by 9 kcal/g it is 30 %
    own = "energy_factors: {fat: 8 kcal/g, source: perda}\n"
    standard = load_standard(written(tmp_path, CHILD + own, PARENT.replace("max: 30 %", "max: 27 %")))
    assert "pass" == said(check(dish(energy="900 kcal", fat="30 g"), standard, "anak", MONDAY))[2]


# Mistakes


def test_dropping_a_rule_that_is_not_there_is_refused(tmp_path: Path) -> None:
    own = "drop:\n  - {rule: sugar, reason: A}\n  - {rule: gula, reason: B}\n"
    assert [("drop-unknown", 7, 12)] == refused(written(tmp_path, CHILD + own))


def test_dropping_needs_a_reason(tmp_path: Path) -> None:
    assert [("field-missing", 5, 8)] == refused(written(tmp_path, CHILD + "drop: [{rule: sugar}]\n"))


def test_extending_what_is_not_there_is_refused_at_its_place(tmp_path: Path) -> None:
    path = written(tmp_path, CHILD.replace("induk.yaml", "ibu.yaml"))
    assert [("standard-not-found", 3, 10)] == refused(path)


@pytest.mark.parametrize("circle", [["anak.yaml"], ["b.yaml", "anak.yaml"], ["b.yaml", "c.yaml", "b.yaml"]])
def test_a_circle_is_refused(tmp_path: Path, circle: list[str]) -> None:
    names = ["anak.yaml", *circle]
    for name, parent in pairwise(names):
        (tmp_path / name).write_text(CHILD.replace("induk.yaml", parent), encoding="utf-8")
    assert [("extends-circle", 3, 10)] == refused(tmp_path / "anak.yaml")


def test_an_inherited_share_needs_the_reference_of_a_new_group(tmp_path: Path) -> None:
    parent = PARENT.replace("{title: Anak}", "{title: Anak, reference: {of: references/akg-2019, mix: {anak-7-9: 1}}}")
    parent += "  - {id: energy, kind: share, nutrient: energy, limits: [{min: 20 %, source: uu}]}\n"
    assert [("reference-missing", 10)] == [
        p[:2] for p in refused(written(tmp_path, CHILD + "groups: {ibu: {title: Ibu}}\n", parent))
    ]


def test_an_inherited_energy_share_needs_its_factor(tmp_path: Path) -> None:
    own = "energy_factors: {protein: 4 kcal/g, source: perda}\n"
    assert [("energy-factor-missing", 9)] == [p[:2] for p in refused(written(tmp_path, CHILD + own))]


def test_an_inherited_source_that_is_not_there_is_refused(tmp_path: Path) -> None:
    parent = PARENT.replace("source: uu, place: pasal 1", "source: pp")
    assert [("source-unknown", 7)] == [p[:2] for p in refused(written(tmp_path, CHILD, parent))]


def test_a_case_of_a_standard_that_only_inherits_is_told_in_its_own_file(tmp_path: Path) -> None:
    case = "cases:\n  - {title: Asin, group: anak, on: 2026-02-02, meal: {sodium: 3 g}, expect: {salt: pass}}\n"
    (found,) = run_cases(load_standard(written(tmp_path, CHILD + case)))
    assert found.place is not None
    assert ("anak.yaml", 6) == (Path(found.place.file).name, found.place.line)
