"""The command `sehatmenu`: check recipes, plan menus, look up standards and foods; exit 0 lawful, 1 not, 2 bad input."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence

from sehatmenu.cli.answers import BAD_INPUT, LAWFUL, print_json
from sehatmenu.cli.file_commands import add_file_commands
from sehatmenu.cli.food_commands import add_food_commands
from sehatmenu.cli.plan_commands import add_plan_commands
from sehatmenu.cli.recipe_commands import add_recipe_commands
from sehatmenu.cli.standard_commands import add_standard_commands
from sehatmenu.errors import LoadError, SehatmenuError, UnitError
from sehatmenu.findings import Report


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command and answer its exit code."""
    options = _parser().parse_args(arguments)
    try:
        code: int = options.run(options)
    except LoadError as error:
        return _refused(error.report, options)
    except (SehatmenuError, UnitError) as error:
        print(error, file=sys.stderr)
        return BAD_INPUT
    except BrokenPipeError:
        sys.stderr.close()
        return LAWFUL
    return code


def _refused(report: Report, options: argparse.Namespace) -> int:
    if options.json:
        print_json({"problems": report.records(options.lang)})
    else:
        print(LoadError(report).text(options.lang), file=sys.stderr)
    return BAD_INPUT


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="sehatmenu", description="Nutrition law in, cheapest lawful menu out.")
    commands = parser.add_subparsers(required=True, metavar="COMMAND")
    add_recipe_commands(commands)
    add_plan_commands(commands)
    add_standard_commands(commands)
    add_food_commands(commands)
    add_file_commands(commands)
    return parser
