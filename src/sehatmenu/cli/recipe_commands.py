"""The commands on recipes: check one or a whole meal, and repair one."""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from typing import TYPE_CHECKING

from sehatmenu.cli.answers import LAWFUL, UNLAWFUL, print_json
from sehatmenu.cli.arguments import Commands, add_command, change
from sehatmenu.errors import LoadError, refusal
from sehatmenu.findings import OUT_OF_REACH, Finding, Report
from sehatmenu.messages import render

if TYPE_CHECKING:
    from sehatmenu.food.dishes import Recipe


def add_recipe_commands(commands: Commands) -> None:
    """Add `check` and `repair` to the command line."""
    _add_check(commands)
    _add_repair(commands)


def _add_check(commands: Commands) -> None:
    command = add_command(commands, "check", "Check a recipe, or several as one meal, against a standard.")
    about = "recipe file (YAML) or spreadsheet (xlsx, CSV); several make one meal"
    command.add_argument("recipes", nargs="+", metavar="RECIPE", help=about)
    command.add_argument(
        "--standard", help="packaged id such as id/mbg-2026, or a path; without it only read the recipe"
    )
    command.add_argument("--group", help="group of eaters of the standard, such as sd-4-6")
    command.add_argument("--on", metavar="DATE", help="date of the law, such as 2026-02-02")
    command.set_defaults(run=_check)


def _add_repair(commands: Commands) -> None:
    command = add_command(
        commands, "repair", "Find the smallest change of a recipe that makes it comply with a standard."
    )
    command.add_argument(
        "recipe", metavar="RECIPE", help="recipe file (YAML), or a spreadsheet (xlsx, CSV) of one recipe"
    )
    command.add_argument("--standard", required=True, help="packaged id such as id/mbg-2026, or a path")
    command.add_argument("--group", default="", help="group of eaters of the standard, such as sd-4-6")
    command.add_argument("--on", metavar="DATE", help="date of the law, such as 2026-02-02")
    command.add_argument("--as-meal", action="store_true", help="judge the recipe as a whole meal")
    command.add_argument("--beside", nargs="+", default=[], metavar="RECIPE", help="the other dishes of the meal")
    command.add_argument(
        "--may-add", nargs="+", default=[], metavar="FOOD", help="foods that may be added: tempe, tempe=300g"
    )
    command.add_argument("--keep", nargs="+", default=[], metavar="A:B", help="ratios to keep, such as santan:ikan")
    command.add_argument("--max-change", type=change, metavar="PERCENT", help="how far each amount may move")
    command.add_argument(
        "--prices", metavar="FILE", help="price list of foods: harga.csv, or harga.xlsx of the template"
    )
    command.set_defaults(run=_repair)


def _check(options: argparse.Namespace) -> int:
    from sehatmenu.reports.line_readings import before_verdict, reading_records, readings_text
    from sehatmenu.reports.terminal import show
    from sehatmenu.standards.checks import check
    from sehatmenu.standards.standards import load_standard

    recipes = _recipes(options.recipes)
    if options.standard is None:
        if options.json:
            print_json(
                [
                    {
                        "id": r.id,
                        "recipe": r.name,
                        "readings": reading_records(r, options.lang),
                        "notes": [note.record(options.lang) for note in r.findings],
                        "nutrition": r.nutrition.records(options.lang),
                    }
                    for r in recipes
                ]
            )
        else:
            for number, recipe in enumerate(recipes):
                print(end="\n" if number else "")
                if recipe.ingredients:
                    print(readings_text(recipe, options.lang))
                show(recipe, options.lang)
        return LAWFUL
    standard = load_standard(options.standard)
    report = check(recipes[0] if len(recipes) == 1 else recipes, standard, options.group or "", options.on)
    if options.json:
        remarks = report.remarks(options.lang)
        read = [row for recipe in recipes for row in reading_records(recipe, options.lang)]
        notes = [note.record(options.lang) for recipe in recipes for note in recipe.findings]
        answer = {"verdict": str(report.verdict), "remarks": remarks, "findings": report.records(options.lang)}
        print_json({**answer, "readings": read, "notes": notes})
    else:
        print(before_verdict(recipes, report, options.lang))
        show(report, options.lang)
        if len(recipes) == 1 and report.unjudged(OUT_OF_REACH):
            print(render("check-ask", {}, options.lang))
    return LAWFUL if report.lawful else UNLAWFUL


def _recipes(paths: Sequence[str]) -> Sequence[Recipe]:
    """The recipes of YAML files and spreadsheets in their order, every problem of all of them at once."""
    from sehatmenu.food.composition import load_foods
    from sehatmenu.food.recipes import load_recipe
    from sehatmenu.reports.recipe_sheets import read_recipes
    from sehatmenu.transcripts.transcribing import transcribe, transcribes

    recipes: list[Recipe] = []
    problems: list[Finding] = []
    for path in paths:
        sheet = path.casefold().endswith((".xlsx", ".xlsm", ".csv"))
        try:
            if transcribes(path):
                recipes += [one.recipe(load_foods()) for one in transcribe(path)]
            else:
                recipes += read_recipes(path) if sheet else [load_recipe(path)]
        except LoadError as error:
            problems += error.report.findings
    if problems:
        raise LoadError(Report(tuple(problems)))
    return recipes


def _one_recipe(path: str) -> Recipe:
    """The recipe of a file; refused where a spreadsheet holds several."""
    found = _recipes([path])
    if len(found) != 1:
        raise refusal("recipe-one", file=path, known=[recipe.name for recipe in found])
    return found[0]


def _repair(options: argparse.Namespace) -> int:
    from sehatmenu.planning.inquiries import what_to_find_out
    from sehatmenu.planning.repairs import repair
    from sehatmenu.reports.price_sheets import price_list
    from sehatmenu.standards.standards import load_standard

    recipe, standard = _one_recipe(options.recipe), load_standard(options.standard)
    prices = price_list(options.prices) if options.prices else None
    added = dict(name.partition("=")[::2] for name in options.may_add)
    most = None if options.max_change is None else options.max_change / 100
    beside = _recipes(options.beside)
    judged = {"on": options.on, "as_meal": options.as_meal, "prices": prices, "beside": beside}
    outcome = repair(
        recipe, standard, options.group, **judged, may_add=added, keep=options.keep, max_change=most
    )  # fmt: skip
    questions = what_to_find_out(recipe, standard, options.group, **judged)
    notes = prices.findings if prices else ()
    if options.json:
        asked = [question.text(options.lang) for question in questions]
        told = {"price_notes": [note.record(options.lang) for note in notes]} if prices else {}
        print_json({"lawful": outcome.lawful, "records": outcome.records(options.lang), "find_out": asked, **told})
    else:
        lines = [f"! {note.place}: {note.text(options.lang)}" for note in notes]
        lines += [outcome.text(options.lang), *(f"? {question.text(options.lang)}" for question in questions)]
        print("\n".join(lines))
        if not (options.as_meal or beside) and outcome.before.unjudged(OUT_OF_REACH):
            print(render("repair-ask", {"whole": "--as-meal", "others": "--beside"}, options.lang))
    return LAWFUL if outcome.lawful else UNLAWFUL
