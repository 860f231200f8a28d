"""The gates that would otherwise live in a CI file only: ruff and mypy --strict over the whole tree."""

from __future__ import annotations

import re
import subprocess
import sys
import tomllib
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


def test_the_lowest_versions_that_are_tested_are_those_declared() -> None:
    """`.ci/run` installs `.ci/lowest.txt`; the extras that only run elsewhere (Dask) are not among them."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    extras = project["optional-dependencies"]
    faces = [line for name in ("excel", "frames", "plots", "terminal", "testing") for line in extras[name]]
    declared = {line.replace(">=", "==") for line in (*project["dependencies"], *faces)}
    tested = re.findall(r"^[^#\n].*", (ROOT / ".ci" / "lowest.txt").read_text(encoding="utf-8"), flags=re.MULTILINE)
    assert declared == set(tested)
