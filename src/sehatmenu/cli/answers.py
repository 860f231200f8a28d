"""How a command answers: its exit code, and its data as JSON."""

from __future__ import annotations

from sehatmenu.plain_values import json_text

LAWFUL, UNLAWFUL, BAD_INPUT = 0, 1, 2


def print_json(data: object) -> None:
    """Print data as JSON that every reader takes."""
    print(json_text(data))
