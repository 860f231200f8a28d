"""The command line as a whole: every command, and for every end of one its sentence and its exit code."""

from __future__ import annotations

import argparse
import sys
import traceback
from collections.abc import Sequence
from errno import EDQUOT, EIO, ENOSPC, EPIPE

from sehatmenu import __version__
from sehatmenu.cli.answers import BAD_INPUT, FAULT, UNWRITTEN, print_json
from sehatmenu.cli.arguments import Parser, add_common, language
from sehatmenu.cli.consoles import abandon, prepare
from sehatmenu.cli.file_commands import add_file_commands
from sehatmenu.cli.food_commands import add_food_commands
from sehatmenu.cli.partnership_commands import add_partnership_commands
from sehatmenu.cli.plan_commands import add_plan_commands
from sehatmenu.cli.recipe_commands import add_recipe_commands
from sehatmenu.cli.standard_commands import add_standard_commands
from sehatmenu.cli.stopping import Stopping
from sehatmenu.cli.transcript_commands import add_transcript_commands
from sehatmenu.errors import LoadError, SolverError, UnitError, refusal
from sehatmenu.messages import as_lines, render, visible
from sehatmenu.whole_files import UnwrittenError

EXTRAS = {
    "openpyxl": "excel",
    "pandas": "frames",
    "narwhals": "frames",
    "matplotlib": "plots",
    "rich": "terminal",
    "hypothesis": "testing",
    "pytest": "testing",
}
"""Which extra brings a package along."""

_UNDELIVERED = (EPIPE, ENOSPC, EDQUOT, EIO)
"""What the system answers where nothing more can be printed."""


def run(arguments: Sequence[str] | None, stopping: Stopping) -> int:
    """Run one command; whatever it ends with has an exit code of its own and a sentence, and never a trace unasked."""
    given = sys.argv[1:] if arguments is None else list(arguments)
    options = argparse.Namespace(lang=language(given), json="--json" in given, debug="--debug" in given)
    prepare()
    try:
        code = _ended(given, options, stopping)
        sys.stdout.flush()
    except BrokenPipeError:
        abandon(sys.stdout)
        return UNWRITTEN
    except OSError as error:
        abandon(sys.stdout)
        _say(render("answer-unwritten", {"error": error}, options.lang))
        return UNWRITTEN
    return code


def _ended(given: Sequence[str], options: argparse.Namespace, stopping: Stopping) -> int:
    try:
        _parser().parse_args(given, options)
        if hasattr(options, "search"):
            code: int = options.search(options, stopping.wanted)
        else:
            stopping.at_once()
            code = options.run(options)
            if stopping.wanted():  # somebody on the way took the interruption for the end of a piece of work
                raise KeyboardInterrupt
    except KeyboardInterrupt:
        _say(render("stopped", {}, options.lang))
        return stopping.code
    except Exception as error:
        return _told(error, options)
    return code


def _told(error: Exception, options: argparse.Namespace) -> int:
    """Say why a command has no answer, and answer the exit code that means it."""
    match error:
        case UnwrittenError():
            _say(render("file-unwritten", {"file": error.filename, "error": error}, options.lang))
            return UNWRITTEN
        case OSError(filename=None, errno=number) if number in _UNDELIVERED:
            raise error
        case ModuleNotFoundError(name=str(name)) if extra := EXTRAS.get(name.partition(".")[0]):
            return _refused(refusal("extra-missing", extra=extra), options)
        case LoadError():
            return _refused(error, options)
        case UnitError():
            return _refused(refusal(error.code, **error.values), options)
        case SolverError():
            _say(as_lines(str(error).splitlines()))
            return FAULT
    return _fault(error, options)


def _say(sentence: object) -> None:
    print(sentence, file=sys.stderr)


def _refused(error: LoadError, options: argparse.Namespace) -> int:
    if options.json:
        print_json({"problems": error.report.records(options.lang)})
    else:
        _say(error.text(options.lang))
    return BAD_INPUT


def _fault(error: Exception, options: argparse.Namespace) -> int:
    """A fault of the program: one sentence that says so, and the trace for whoever asks."""
    if options.debug:
        _say("".join(traceback.format_exception(error)))
    fault = visible(f"{type(error).__name__}: {error}")[:200]
    _say(render("program-fault", {"fault": fault, "version": __version__, "option": "--debug"}, options.lang))
    return FAULT


def _parser() -> Parser:
    parser = Parser(prog="sehatmenu", description="Nutrition law in, cheapest lawful menu out.")
    parser.add_argument("--version", action="version", version=f"sehatmenu {__version__}")
    add_common(parser)
    commands = parser.add_subparsers(required=True, metavar="COMMAND")
    add_recipe_commands(commands)
    add_transcript_commands(commands)
    add_plan_commands(commands)
    add_standard_commands(commands)
    add_food_commands(commands)
    add_partnership_commands(commands)
    add_file_commands(commands)
    return parser
