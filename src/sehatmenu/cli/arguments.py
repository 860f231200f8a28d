"""What all commands take: the language of the answer, and data in place of text."""

from __future__ import annotations

import argparse
from typing import TypeAlias

from sehatmenu.messages import LANGUAGES

Commands: TypeAlias = "argparse._SubParsersAction[argparse.ArgumentParser]"  # argparse has no public name for it


def add_command(commands: Commands, name: str, about: str) -> argparse.ArgumentParser:
    """A command with what all of them take: `--lang` and `--json`."""
    command = commands.add_parser(name, help=about, description=about)
    command.add_argument("--lang", choices=LANGUAGES, default="id", help="language of the answer (default: id)")
    command.add_argument("--json", action="store_true", help="print data instead of text")
    return command
