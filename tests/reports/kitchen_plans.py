"""Plans of the example made by hand: dishes taken in turn, standard portions, checked but not optimal."""

from __future__ import annotations

from dataclasses import replace
from functools import cache
from pathlib import Path

from sehatmenu.files import parse_yaml
from sehatmenu.findings import Report
from sehatmenu.food.dishes import Recipe
from sehatmenu.food.recipes import recipe_from
from sehatmenu.planning.demand import Institution, Problem, Tray, load_problem
from sehatmenu.planning.plans import Helping, Plan, Serving, check_servings
from sehatmenu.standards.menus import Catalogue

EXAMPLE = Path(__file__).resolve().parents[2] / "examples" / "gading-rejo" / "sekolah.yaml"
SCRIPT = "<script>alert(1)</script>"

UNMEASURED = f"""\
name: "{SCRIPT}"
course: sayur
servings: 10
basis: edible
method: tumis
ingredients:
  - 500 g kangkung
  - minyak goreng secukupnya
  - garam secukupnya
  - 2-3 g gula pasir
"""
"""A dish with a hostile name, of which the oil and the salt were not measured."""


@cache
def example() -> Problem:
    return load_problem(EXAMPLE)


@cache
def unmeasured() -> Recipe:
    return recipe_from(parse_yaml(UNMEASURED, "resep.yaml"))


@cache
def plan_by_hand() -> Plan:
    return served_in_turn(example())


@cache
def plan_with_unknowns() -> Plan:
    """The same plan, but the first vegetable of the catalogue is the unmeasured dish."""
    problem = example()
    options = list(problem.catalogue.options)
    first = next(k for k, option in enumerate(options) if option.recipe.course == "sayur")
    options[first] = replace(options[first], recipe=unmeasured())
    return served_in_turn(replace(problem, catalogue=Catalogue(tuple(options))))


def served_in_turn(problem: Problem) -> Plan:
    """Day n gets every third dish of each course in turn; the second group of a meal gets 90 % of a portion."""
    servings = tuple(
        _serving(problem, institution, tray, number, course)
        for number in range(len(problem.days))
        for institution, tray in problem.trays
        for course in tray.courses
    )
    cost = sum(serving.cost for serving in servings)
    report = Report(tuple(check_servings(problem, servings)), problem.title.id)
    return Plan(problem, servings, cost, cost * 0.99, "within_gap", 12.3, "tangan 1.0", report)


def _serving(problem: Problem, institution: Institution, tray: Tray, number: int, course: str) -> Serving:
    options = [(k, o) for k, o in enumerate(problem.catalogue.options) if o.recipe.course == course and o.supplier]
    k, option = options[number * 3 % len(options)]
    helpings = tuple(Helping(e.group, e.heads, 1.0 if n == 0 else 0.9) for n, e in enumerate(tray.groups))
    supplier = problem.register.suppliers[option.supplier]
    day = problem.days[number]
    return Serving(day, institution, tray.meal, course, option.recipe, supplier, option.price.low, helpings, k)
