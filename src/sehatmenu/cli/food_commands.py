"""The commands on food tables: search and lint foods, list every source of the packaged figures."""

from __future__ import annotations

import argparse

from sehatmenu.cli.answers import LAWFUL, UNLAWFUL, print_json
from sehatmenu.cli.arguments import Commands, add_command
from sehatmenu.findings import Verdict


def add_food_commands(commands: Commands) -> None:
    """Add `foods ...` and `sources` to the command line."""
    group = add_command(commands, "foods", "Search or lint a food table.")
    inner = group.add_subparsers(required=True, metavar="search|lint")
    search = add_command(inner, "search", "Find foods by a word of their name.")
    search.add_argument("word")
    search.set_defaults(run=_foods_search)
    lint = add_command(
        inner, "lint", "Find figures of a food table that contradict each other, the name or the kind of food."
    )
    lint.add_argument("file", nargs="?", help="food table (CSV); without it the packaged table and measures")
    lint.set_defaults(run=_foods_lint)
    sources = add_command(
        commands, "sources", "List every source of the packaged figures, its grade and what rests on it."
    )
    sources.set_defaults(run=_sources)


def _foods_search(options: argparse.Namespace) -> int:
    from sehatmenu.food.composition import load_foods

    foods = load_foods().search(options.word)
    if options.json:
        print_json([{"code": f.code, "name": f.name.in_language(options.lang), "group": f.group} for f in foods])
    for food in () if options.json else foods:
        energy, protein = food.per100["energy"].text(options.lang), food.per100["protein"].text(options.lang)
        print(
            f"{food.code:<8} {food.name.in_language(options.lang):<44.44} {energy:>12} {protein:>10}  {', '.join(food.aliases)}"
        )
    return LAWFUL if foods else UNLAWFUL


def _foods_lint(options: argparse.Namespace) -> int:
    from sehatmenu.food.lints import lint_file, lint_packaged, lint_text

    report = lint_file(options.file) if options.file else lint_packaged()
    if options.json:
        print_json({"editions": report.editions, "findings": report.records(options.lang)})
    else:
        print(lint_text(report, options.lang))
    return UNLAWFUL if report.verdict is Verdict.fail else LAWFUL


def _sources(options: argparse.Namespace) -> int:
    from sehatmenu.reports.source_lists import source_uses, sources_text

    found = source_uses()
    if options.json:
        print_json([use.record(options.lang) for use in found])
    else:
        print(sources_text(found, options.lang))
    return LAWFUL
