"""The built wheel brings the plugin and the strategies by its entry points, to a project that only installs it."""

from __future__ import annotations

import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from .test_faults import SOUND, written

pytest_plugins = "pytester"
ROOT = Path(__file__).resolve().parents[2]
OWN_TEST = """\
from hypothesis import given, settings, strategies as st
from sehatmenu.food.dishes import Recipe

@settings(max_examples=3, database=None, deadline=None)
@given(st.from_type(Recipe))
def test_own(recipe):
    assert recipe.name
"""


@pytest.fixture(scope="module")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder into which the wheel of this repository is unpacked."""
    folder = tmp_path_factory.mktemp("wheel")
    pytest.importorskip("hatchling")
    build = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(folder)]
    subprocess.run(build, cwd=ROOT, check=True, capture_output=True)
    (wheel,) = folder.glob("*.whl")
    with zipfile.ZipFile(wheel) as packed:
        packed.extractall(folder / "site")
    return folder / "site"


def test_a_project_that_installs_the_wheel_gets_plugin_and_strategies(
    installed: Path, pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PYTHONPATH", str(installed))
    pytester.makepyfile(test_own=OWN_TEST)
    written(pytester.path, SOUND)
    result = pytester.run(sys.executable, "-m", "pytest", "-v", "-p", "no:cacheprovider")
    result.stdout.fnmatch_lines(["*kantin-2026.yaml::energy::cited PASSED*"])
    result.stdout.fnmatch_lines(["*test_own.py::test_own PASSED*"])
    assert result.ret == 0
