"""The command `sehatmenu` in a process of its own, as a shell starts it."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
EXAMPLE = ROOT / "examples" / "gading-rejo"
COMMAND = (sys.executable, "-m", "sehatmenu")
posix = pytest.mark.skipif(os.name != "posix", reason="signals and devices of POSIX")


def environment(more: Mapping[str, str]) -> dict[str, str]:
    return {k: v for k, v in os.environ.items() if not k.startswith(("LC_", "LANG", "PYTHON"))} | dict(more)


def ran(*arguments: str, **more: str) -> subprocess.CompletedProcess[bytes]:
    """What a command prints in the folder of the repository, and its exit code; `more` are variables of its environment."""
    return subprocess.run(
        [*COMMAND, *arguments], cwd=ROOT, env=environment(more), capture_output=True, check=False, timeout=120
    )
