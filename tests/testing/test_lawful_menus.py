"""Menus made for a standard: lawful by construction for every packaged standard and group, or the rules that clash."""

from __future__ import annotations

import os
from datetime import date

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from hypothesis.errors import InvalidArgument

from sehatmenu.documents import load
from sehatmenu.files import parse_yaml
from sehatmenu.findings import Report, Severity, Verdict
from sehatmenu.food.composition import Food
from sehatmenu.food.dishes import Recipe
from sehatmenu.quantities.units import Quantity
from sehatmenu.standards.checks import check
from sehatmenu.standards.menus import Menu
from sehatmenu.standards.references import packaged_ids
from sehatmenu.standards.standards import Standard, StandardFile, load_standard, read_standard
from sehatmenu.testing import lawful
from sehatmenu.testing.strategies import breaking, foods, from_standard, menus, quantities, recipes, register, standards

EXAMPLES = int(os.environ.get("SEHATMENU_EXAMPLES", "2"))
"""Menus drawn for each standard and group; SEHATMENU_EXAMPLES=200 draws as many as a release should."""

some = settings(max_examples=EXAMPLES, deadline=None, database=None, suppress_health_check=[HealthCheck.too_slow])
few = settings(max_examples=20, deadline=None, database=None)

STANDARDS = [name for name in packaged_ids() if not name.startswith("references/")]
GROUPS = [(name, group) for name in STANDARDS for group in lawful.groups(load_standard(name))]

LAW = """\
id: uji
title: Uji
sources: {{s: {{title: UU Uji, seen: example}}}}
groups: {{anak: {{title: Anak}}}}
rules:
  - {{id: least, kind: nutrient, nutrient: energy, limits: [{{min: {least} kcal, source: s}}]}}
  - {{id: most, kind: nutrient, nutrient: energy, limits: [{{max: 600 kcal, source: s}}]}}
  - {{id: sodium, kind: nutrient, nutrient: sodium, limits: [{{max: 600 mg, source: s}}]}}
  - {{id: hot, kind: attest, record: {{measure: hot-holding}}, limits: [{{min: 60 degC, source: s}}]}}
"""


def law(least: int) -> Standard:
    return read_standard(load(parse_yaml(LAW.format(least=least), "uji.yaml"), StandardFile))


def draw(strategy: st.SearchStrategy[Menu]) -> None:
    """Draw a few menus, as a test of a user would."""

    @few
    @given(strategy)
    def drawn(menu: Menu) -> None:
        assert len(menu.catalogue) > 0

    drawn()


def judged(menu: Menu, standard: Standard, group: str) -> Report:
    on: date = lawful.dates(standard, group)[-1]
    return check(menu, standard, group, on, records=lawful.records(standard, group, on))


def broken(report: Report) -> set[object]:
    binding = (f for f in report if f.severity is Severity.must)
    return {f.values["rule_id"] for f in binding if f.verdict in (Verdict.fail, Verdict.unknown)}


@pytest.mark.parametrize(("name", "group"), GROUPS)
def test_menus_drawn_for_a_packaged_standard_pass_its_check(name: str, group: str) -> None:
    standard = load_standard(name)

    @some
    @given(from_standard(standard, group=group))
    def holds(menu: Menu) -> None:
        assert broken(judged(menu, standard, group)) == set()

    holds()


@pytest.mark.parametrize("rule", ["energy", "fat", "plate-fruit", "cost"])
def test_menus_break_exactly_the_named_rule(rule: str) -> None:
    standard = load_standard("id/mbg-2026")

    @few
    @given(breaking(standard, rule=rule, group="sd-4-6"))
    def breaks(menu: Menu) -> None:
        assert broken(judged(menu, standard, "sd-4-6")) == {rule}

    breaks()


def test_a_conflict_names_its_rules() -> None:
    with pytest.raises(InvalidArgument, match="least, most"):
        draw(from_standard(law(least=700)))


def test_a_rule_that_records_show_cannot_be_broken_by_a_menu() -> None:
    with pytest.raises(InvalidArgument, match="records"):
        draw(breaking(law(least=500), rule="hot"))


def test_a_rule_that_others_imply_cannot_be_broken_alone() -> None:
    """Whoever holds 500 kcal holds 400 too."""
    also = "  - {id: also, kind: nutrient, nutrient: energy, limits: [{min: 400 kcal, source: s}]}\n"
    text = LAW.format(least=500) + also
    standard = read_standard(load(parse_yaml(text, "uji.yaml"), StandardFile))
    with pytest.raises(InvalidArgument, match="without breaking one of: least"):
        draw(breaking(standard, rule="also"))


@few
@given(quantities(), foods(), recipes(), menus(), standards())
def test_what_is_drawn_can_be_read_and_judged(
    quantity: str, food: Food, recipe: Recipe, menu: Menu, standard: Standard
) -> None:
    assert Quantity.read(quantity).number >= 0
    assert food.name.id
    for thing in (recipe, menu):
        assert len(check(thing, standard, "anak", "2026-02-02")) >= len(standard.rules)


@few
@given(st.data())
def test_hypothesis_knows_the_types(data: st.DataObject) -> None:
    register()
    assert isinstance(data.draw(st.from_type(Recipe)), Recipe)
