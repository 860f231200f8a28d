"""Inputs that were answered wrongly once, run through the real command and held against `cases/manifest.yaml`."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from sehatmenu.files import read_yaml

ROOT = Path(__file__).parents[1]
CASES = ROOT / "tests" / "cases"
MANIFEST: list[dict[str, Any]] = read_yaml(CASES / "manifest.yaml").data["cases"]
EXIT_CODES = (0, 1, 2)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The example Gading Rejo with the files of all cases beside it."""
    place = tmp_path_factory.mktemp("kasus") / "sekolah"
    shutil.copytree(ROOT / "examples" / "gading-rejo", place)
    for source in (*CASES.glob("entry/*"), *CASES.glob("problems/*")):
        shutil.copy(source, place)
    return place


def _cases() -> list[Any]:
    """Each case as a parameter; one that is not mended yet is expected to fail, and red when it does not."""
    found = []
    for case in MANIFEST:
        owner = case.get("owner")
        marks = [pytest.mark.xfail(strict=True, reason=f"{owner}: {case['wrong']}")] if owner else []
        marks += [pytest.mark.slow] if case.get("slow") else []
        found.append(pytest.param(case, id=case["id"], marks=marks))
    return found


def _edit(folder: Path, source: str, target: str, *texts: str) -> None:
    text = (folder / source).read_text(encoding="utf-8")
    for old, new in zip(texts[::2], texts[1::2], strict=True):
        text, count = re.subn(old, new, text)
        assert count, f"{source} has no {old}"
    (folder / target).write_text(text, encoding="utf-8")


def _answer(case: dict[str, Any], folder: Path) -> tuple[int, str]:
    """Exit code and all output of a case, after its advice was followed where the case says so."""
    if "edit" in case:
        _edit(folder, *case["edit"])
    exit_code, output = _run(case, folder)
    if "follow" in case and (advised := re.search(case["follow"]["pattern"], output)):
        source, target, old, new = case["follow"]["edit"]
        _edit(folder, source, target, old, new.format(advised[1].replace(".", "")))
        return _run(case["follow"], folder)
    return exit_code, output


def _run(case: dict[str, Any], folder: Path) -> tuple[int, str]:
    code = case.get("python")
    script = str(Path(sys.executable).with_name("sehatmenu"))
    command = [sys.executable, "-c", code] if code else [script, *case["run"].split()]
    environment = {**os.environ, "PYTHONUTF8": "1", "COLUMNS": "200"}
    done = subprocess.run(command, cwd=folder, env=environment, capture_output=True, encoding="utf-8", check=False)
    return done.returncode, done.stdout + done.stderr


def _holds(answer: dict[str, Any], exit_code: int, output: str) -> bool:
    return (
        exit_code == answer["exit"]
        and all(re.search(pattern, output, re.MULTILINE) for pattern in answer.get("must", ()))
        and not any(re.search(pattern, output, re.MULTILINE) for pattern in answer.get("never", ()))
    )


@pytest.mark.parametrize("case", _cases())
def test_the_case_is_answered_rightly(case: dict[str, Any], folder: Path) -> None:
    exit_code, output = _answer(case, folder)
    assert "Traceback" not in output, output
    assert exit_code in EXIT_CODES, output
    assert any(_holds(answer, exit_code, output) for answer in case["answers"]), f"exit {exit_code}\n{output}"


def test_every_file_of_the_folder_is_a_case() -> None:
    """A file that no case runs would be an input without an answer."""
    told = " ".join(f"{case.get('run')} {case.get('python')}" for case in MANIFEST)
    files = [path.name for path in (*CASES.glob("entry/*"), *CASES.glob("problems/*"))]
    assert [] == [name for name in files if name not in told]
