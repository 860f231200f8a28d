"""The public names of sehatmenu: exported, resolvable, seen by mypy, and cheap until they are used."""

from __future__ import annotations

import ast
import json
import subprocess
import sys
from pathlib import Path

import pytest

import sehatmenu

FACES = {"pandas", "narwhals", "polars", "rich", "openpyxl", "matplotlib", "jinja2", "hypothesis", "pytest"}
HEAVY = FACES | {"highspy", "pulp", "scipy", "numpy", "pint", "pydantic"}


def _loaded(statement: str) -> set[str]:
    """The modules that a fresh interpreter has loaded after a statement."""
    program = f"{statement}\nimport json, sys; print(json.dumps(sorted(sys.modules)))"
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    return set(json.loads(done.stdout))


@pytest.mark.parametrize("name", sehatmenu.__all__)
def test_every_public_name_is_there(name: str) -> None:
    assert getattr(sehatmenu, name) is not None
    assert name in dir(sehatmenu)


def test_every_public_name_has_a_docstring() -> None:
    without = [name for name in sehatmenu.PUBLIC if not getattr(sehatmenu, name).__doc__]
    assert without == []


def test_mypy_sees_the_same_names_from_the_same_modules() -> None:
    tree = ast.parse(Path(sehatmenu.__file__).read_text(encoding="utf-8"))
    imports = [node for node in ast.walk(tree) if isinstance(node, ast.ImportFrom) and node.module]
    seen = {
        alias.asname: (node.module or "").removeprefix("sehatmenu.")
        for node in imports
        for alias in node.names
        if (node.module or "").startswith("sehatmenu.")
    }
    assert seen == dict(sehatmenu.PUBLIC)


def test_another_name_is_refused() -> None:
    with pytest.raises(AttributeError, match="no attribute 'solve'"):
        _ = sehatmenu.solve  # type: ignore[attr-defined]


def test_importing_sehatmenu_imports_no_dependency() -> None:
    assert {name.split(".")[0] for name in _loaded("import sehatmenu")} & HEAVY == set()


def test_using_every_public_name_imports_no_table_page_or_test_library() -> None:
    assert {name.split(".")[0] for name in _loaded("from sehatmenu import *")} & FACES == set()


def test_planning_reaches_its_faces_only_when_asked() -> None:
    """docs/adr/0012: the exception in the layers is lazy."""
    assert not {name for name in _loaded("import sehatmenu.planning.plans") if name.startswith("sehatmenu.reports")}
