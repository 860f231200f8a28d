"""What commands take: the language of the answer, data in place of text, and numbers within their range."""

from __future__ import annotations

import argparse
import math
from collections.abc import Sequence
from typing import NoReturn, TypeAlias

from sehatmenu.errors import refusal
from sehatmenu.messages import LANGUAGES, visible

Commands: TypeAlias = "argparse._SubParsersAction[Parser]"  # argparse has no public name for it


class Parser(argparse.ArgumentParser):
    """A parser that repeats no control characters of what it was given."""

    def error(self, message: str) -> NoReturn:
        super().error(visible(message))


def add_command(commands: Commands, name: str, about: str) -> Parser:
    """A command with what all of them take, before its name as after it."""
    command = commands.add_parser(name, help=about, description=about)
    add_common(command)
    return command


def add_common(parser: Parser) -> None:
    """`--lang`, `--json` and `--debug`; without a default, so that what stands before the command counts as well."""
    none = argparse.SUPPRESS
    parser.add_argument("--lang", choices=LANGUAGES, default=none, help="language of the answer (default: id)")
    parser.add_argument("--json", action="store_true", default=none, help="print data instead of text")
    parser.add_argument("--debug", action="store_true", default=none, help="show the trace of a fault of the program")


def language(arguments: Sequence[str]) -> str:
    """The language that a command line asks for, before anything else of it is read."""
    asked = "id"
    for word, following in zip(arguments, [*arguments[1:], ""], strict=True):
        found = following if word == "--lang" else word.removeprefix("--lang=")
        asked = found if found in LANGUAGES and word.startswith("--lang") else asked
    return asked


def seconds(text: str) -> float:
    """How long a search may take: above 0, at most a million seconds."""
    found = _number(text)
    if not 0 < found <= 1_000_000:
        raise refusal("option-seconds", text=text)
    return found


def percent(text: str) -> float:
    """A share in per cent: from 0 to below 100."""
    found = _number(text)
    if not 0 <= found < 100:
        raise refusal("option-percent", text=text)
    return found


def change(text: str) -> float:
    """By how many per cent an amount may move: from 0 to 1000."""
    found = _number(text)
    if not 0 <= found <= 1000:
        raise refusal("option-change", text=text)
    return found


def count(text: str) -> int:
    """How many at once: from 1 to 1000."""
    if not text.strip().isdecimal() or not 1 <= int(text) <= 1000:
        raise refusal("option-count", text=text)
    return int(text)


def _number(text: str) -> float:
    """A number with a decimal point or comma; NaN where it is none."""
    try:
        return float(text.replace(",", "."))
    except ValueError:
        return math.nan
