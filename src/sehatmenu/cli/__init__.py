"""The command `sehatmenu`: check recipes, plan menus, look up standards and foods; exit 0 lawful, 1 not, 2 bad input."""

from __future__ import annotations

from collections.abc import Sequence

from sehatmenu.cli.stopping import Stopping


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command and answer its exit code."""
    with Stopping() as stopping:
        try:
            from sehatmenu.cli.commands import run  # signals are listened to before anything large is imported

            return run(arguments, stopping)
        except KeyboardInterrupt:  # a second one, while something was imported or the end of a command told
            return stopping.code
