"""Problems made up for a standard: the planner finds lawful menus in them, where the cheapest dishes would be unlawful."""

from __future__ import annotations

import numpy as np
import pytest

from sehatmenu.documents import load
from sehatmenu.files import parse_yaml
from sehatmenu.findings import Severity, Verdict
from sehatmenu.planning.demand import Problem
from sehatmenu.planning.planners import plan
from sehatmenu.planning.plans import Plan
from sehatmenu.standards.checks import check
from sehatmenu.standards.menus import Menu
from sehatmenu.standards.standards import Standard, StandardFile, load_standard, read_standard
from sehatmenu.testing import lawful
from sehatmenu.testing.laws import plan_passes_check
from sehatmenu.testing.trial_problems import problem_for, stricter

CASES = [
    ("id/mbg-2026", "sd-4-6"),
    ("id/pmt-bumil-kek", "bumil-makanan-lengkap"),
    ("us/breakfast-2024", "k-5"),
    ("in/pm-poshan-ap", "primary"),
    ("jp/gakkou-kyushoku-2021", "umur-8-9"),
    ("br/pnae-2020", "part-one-meal"),
]


def made(name: str, group: str) -> tuple[Standard, Problem]:
    standard = load_standard(name)
    problem = problem_for(standard, group, lawful.dates(standard, group)[-1])
    assert problem is not None
    return standard, problem


def broken(standard: Standard, group: str, menu: Menu) -> set[object]:
    """The binding rules that a menu fails or leaves open, what is to be written down aside."""
    on = lawful.dates(standard, group)[-1]
    report = check(menu, standard, group, on, records=lawful.records(standard, group, on))
    binding = (f for f in report if f.severity is Severity.must)
    return {f.values["rule_id"] for f in binding if f.verdict in (Verdict.fail, Verdict.unknown)}


def cheapest(problem: Problem) -> Menu:
    """The cheapest offer of each course on each day, whatever the rules say."""
    (table,) = problem.tables
    offers = problem.register.offers()
    portions = np.zeros((len(table.horizon.occasions), len(problem.catalogue)))
    for t, occasion in enumerate(table.horizon.occasions):
        (tray,) = (tray for _, tray in problem.trays if tray.meal == occasion.meal)
        for course in tray.courses:
            there = [
                r
                for r, (option, (_, offer)) in enumerate(zip(problem.catalogue.options, offers, strict=True))
                if option.recipe.course == course and offer.offered_on(occasion.day)
            ]
            portions[t, min(there, key=lambda r: offers[r][1].price)] = 1.0
    return Menu(problem.catalogue, table.horizon, portions)


@pytest.mark.parametrize(("name", "group"), CASES)
def test_the_planner_finds_what_passes_the_check(name: str, group: str) -> None:
    standard, problem = made(name, group)
    found = plan(problem, time_limit=20.0, gap=0.5)
    assert isinstance(found, Plan)
    assert broken(standard, group, found.menu(problem.tables[0])) == set()


@pytest.mark.parametrize(("name", "group"), CASES)
def test_the_cheapest_dishes_are_not_lawful(name: str, group: str) -> None:
    """So the planner has something to do."""
    standard, problem = made(name, group)
    assert broken(standard, group, cheapest(problem)) != set()


def test_a_standard_without_any_menu_makes_no_problem() -> None:
    text = "id: uji\ntitle: Uji\nsources: {s: {title: UU Uji, seen: example}}\ngroups: {anak: {title: Anak}}\nrules:\n"
    for name, bound in (("least", "min: 700 kcal"), ("most", "max: 600 kcal")):
        text += f"  - {{id: {name}, kind: nutrient, nutrient: energy, limits: [{{{bound}, source: s}}]}}\n"
    standard = read_standard(load(parse_yaml(text, "uji.yaml"), StandardFile))
    assert problem_for(standard, "anak", lawful.SOME_DAY) is None
    assert [] == list(plan_passes_check(standard, "anak"))


def test_conditional_rules_are_known_to_be_planned_more_strictly() -> None:
    """In Scotland chips come only with other food; the planner serves other food always."""
    assert stricter(made("gb-sct/school-food-2020", "primary")[1])
    assert not stricter(made("id/mbg-2026", "sd-4-6")[1])
