"""How a command answers: its exit code, and its data as JSON."""

from __future__ import annotations

import sys

from sehatmenu.cli.consoles import prints
from sehatmenu.plain_values import json_text

LAWFUL, UNLAWFUL, BAD_INPUT = 0, 1, 2
FAULT, UNWRITTEN = 70, 73
"""A fault of the program itself, and an answer or file that could not be delivered: the codes of sysexits."""


def print_json(data: object) -> None:
    """Print data as JSON that every reader takes, in escapes where the console cannot print it."""
    text = json_text(data)
    print(text if prints(text, sys.stdout) else json_text(data, ascii_only=True))
