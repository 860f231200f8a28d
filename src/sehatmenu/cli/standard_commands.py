"""The commands on standards: list, show, lint, compare and begin them, and say what changes around a date."""

from __future__ import annotations

import argparse
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

from sehatmenu.cli.answers import LAWFUL, UNLAWFUL, print_json
from sehatmenu.cli.arguments import Commands, add_command
from sehatmenu.errors import LoadError, refusal
from sehatmenu.findings import Finding, Report
from sehatmenu.messages import as_lines, render
from sehatmenu.whole_files import write_text

if TYPE_CHECKING:
    from sehatmenu.food.dishes import Recipe
    from sehatmenu.planning.plans import Plan


def add_standard_commands(commands: Commands) -> None:
    """Add `standards ...` to the command line."""
    group = add_command(commands, "standards", "List, show, lint, compare or begin standards.")
    inner = group.add_subparsers(required=True, metavar="list|show|due|lint|diff|new")
    _add_dated_commands(inner)
    show = add_command(inner, "show", "Show the rules of a standard with their sources.")
    show.add_argument("standard", help="packaged id or path")
    show.set_defaults(run=_show)
    lint = add_command(inner, "lint", "Hold a standard against every law of a sound standard and its own cases.")
    lint.add_argument("file", help="packaged id or path")
    thorough = "each rule once, or every group and date"
    lint.add_argument("--laws", choices=("quick", "full"), default="full", help=thorough)
    lint.set_defaults(run=_lint)
    difference = add_command(inner, "diff", "Say what changes from one standard to another, per group and date.")
    difference.add_argument("before", metavar="A", help="packaged id or path")
    difference.add_argument("after", metavar="B", help="packaged id or path")
    difference.add_argument(
        "--menus", metavar="FOLDER", help="also say which recipes and saved plans of a folder change verdict"
    )
    difference.set_defaults(run=_diff)
    new = add_command(inner, "new", "Write a commented skeleton of a standard.")
    new.add_argument("file", metavar="FILE", help="file to write, such as standar-kami.yaml")
    new.set_defaults(run=_new)


def _add_dated_commands(inner: Commands) -> None:
    """Add `list` and `due`, the commands that look at dates of all packaged standards."""
    about = "List the packaged standards: in force, last compared with their sources, rules by grade of the source."
    listing = add_command(inner, "list", about)
    listing.add_argument("--stale", type=int, metavar="DAYS", help="only those not compared for more than so many days")
    listing.add_argument("--on", metavar="DATE", help="count the days to this date (default: today)")
    listing.set_defaults(run=_list)
    due = add_command(inner, "due", "Say what begins, ends or is announced around a date.")
    due.add_argument("--on", metavar="DATE", required=True, help="date, such as 2026-11-28")
    due.add_argument("--within", type=int, metavar="DAYS", help="so many days before and after (default: 365)")
    due.set_defaults(run=_due)


def _list(options: argparse.Namespace) -> int:
    from sehatmenu.standards.listings import listed

    rows = listed()
    if options.stale is not None:
        on = _day(options.on) if options.on else date.today()
        rows = [row for row in rows if row.stale(on, options.stale)]
        if not rows and not options.json:
            print(render("stale-none", {"days": options.stale, "on": on}, options.lang))
    if options.json:
        print_json([row.record(options.lang) for row in rows])
    else:
        for row in rows:
            print(row.text(options.lang))
    return LAWFUL


def _due(options: argparse.Namespace) -> int:
    from sehatmenu.standards.due_dates import WITHIN, due

    on, within = _day(options.on), WITHIN if options.within is None else options.within
    found = due(on, within)
    if options.json:
        print_json(found.records(options.lang))
    else:
        lines = [finding.text(options.lang) for finding in found]
        print(as_lines(lines) or render("due-none", {"days": within, "on": on}, options.lang))
    return LAWFUL


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise refusal("date-wrong", text=text) from None


def _show(options: argparse.Namespace) -> int:
    from sehatmenu.standards.listings import rules_records, rules_text

    if options.json:
        print_json(rules_records(options.standard, options.lang))
    else:
        print(rules_text(options.standard, options.lang))
    return LAWFUL


def _lint(options: argparse.Namespace) -> int:
    from sehatmenu.standards.standards import load_standard
    from sehatmenu.testing.laws import lint

    standard = load_standard(options.file)
    wrong = lint(options.file, options.laws == "full")
    if options.json:
        counts = {"rules": len(standard.rules), "cases": len(standard.file.cases)}
        print_json({"problems": wrong.records(options.lang), **counts})
    elif wrong.findings:
        print(LoadError(wrong).text(options.lang))
    else:
        values = {"standard": standard.id, "rules": len(standard.rules), "cases": len(standard.file.cases)}
        print(render("lint-laws", values, options.lang))
    return UNLAWFUL if wrong.findings else LAWFUL


def _diff(options: argparse.Namespace) -> int:
    from sehatmenu.planning.amendments import plan_changes
    from sehatmenu.standards.differences import diff, verdict_changes
    from sehatmenu.standards.standards import load_standard

    before, after = load_standard(options.before), load_standard(options.after)
    changes = diff(before, after)
    recipes, plans = _recipes_and_plans(Path(options.menus)) if options.menus else ([], {})
    found = [*verdict_changes(before, after, recipes)]
    found += [finding for name, saved in plans.items() for finding in plan_changes(before, after, saved, name)]
    verdicts = Report(tuple(found))
    if options.json:
        print_json({"changes": changes.records(options.lang), "verdicts": verdicts.records(options.lang)})
        return LAWFUL
    lines = [finding.text(options.lang) for finding in changes]
    lines += [f"{finding.subject}: {finding.text(options.lang)}" for finding in verdicts]
    print(as_lines(lines) or render("diff-none", {"before": before.id, "after": after.id}, options.lang))
    return LAWFUL


def _recipes_and_plans(folder: Path) -> tuple[list[Recipe], dict[str, Plan]]:
    """The recipes of a folder, and its saved plans by their path in it; other files of YAML are passed over.

    Raises LoadError with the problems of all files together.
    """
    from sehatmenu.food.recipes import load_recipes
    from sehatmenu.planning.saved_plans import load_plan

    paths: dict[str, list[Path]] = {}
    for path in sorted(folder.rglob("*.yaml")):
        paths.setdefault(_kind_of_file(path), []).append(path)
    problems: list[Finding] = []
    recipes: list[Recipe] = []
    plans: dict[str, Plan] = {}
    try:
        recipes = list(load_recipes(paths.get("recipe", [])))
    except LoadError as error:
        problems += error.report
    for path in paths.get("plan", []):
        try:
            plans[path.relative_to(folder).as_posix()] = load_plan(path)
        except LoadError as error:
            problems += error.report
    if problems:
        raise LoadError(Report(tuple(problems)))
    return recipes, plans


def _kind_of_file(path: Path) -> str:
    """`plan`, `other` (a problem, suppliers, a standard) or, whatever else it is, `recipe`."""
    from sehatmenu.documents import open_document

    try:
        data = open_document(path).data
    except LoadError:
        return "recipe"
    keys = set(data) if isinstance(data, dict) else set()
    if {"problem", "servings"} <= keys:
        return "plan"
    return "recipe" if keys.isdisjoint({"institutions", "suppliers", "rules", "extends", "groups"}) else "other"


def _new(options: argparse.Namespace) -> int:
    from sehatmenu.testing.skeletons import skeleton

    path = Path(options.file)
    if path.exists():
        raise refusal("file-there", file=options.file)
    write_text(path, skeleton(options.file))
    print(render("skeleton-written", {"file": options.file}, options.lang))
    return LAWFUL
