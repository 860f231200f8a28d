"""The gates that would otherwise live in a CI file only: ruff and mypy --strict over the whole tree."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]


@pytest.mark.parametrize(
    "arguments",
    [pytest.param(["mypy", "--strict"], id="mypy"), pytest.param(["ruff", "check", "--no-cache", "."], id="ruff")],
)
def test_gate(arguments: list[str]) -> None:
    done = subprocess.run([sys.executable, "-m", *arguments], cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
