"""Hostile files and extreme problems: a refusal with its place or a result, an exit code that says which, within the limits."""

from __future__ import annotations

import re
import resource
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

import sehatmenu as sm
from sehatmenu.errors import LoadError
from sehatmenu.planning.prices import load_prices
from sehatmenu.reports.price_sheets import price_list, read_prices
from sehatmenu.reports.recipe_sheets import read_recipes
from tests.campaigns import small_problem
from tests.extremes import PROBLEMS, TABLES, YAML

Reader = Callable[[Path], object]

OF_YAML: tuple[Reader, ...] = (sm.load_recipe, sm.load_standard, sm.load_suppliers, sm.load_problem, sm.load_plan)
OF_TABLES: tuple[Reader, ...] = (
    sm.load_foods,
    load_prices,
    read_prices,
    price_list,
    read_recipes,
    sm.read_suppliers,
)
PROCESSOR_SECONDS = 120
"""What a command may use before the system ends it; every one below is told to plan for five."""

QUICK = ("as it is", "to 9999", "heads of a country", "budget nothing", "names of three hundred letters", "no weekdays")


def _end(read: Reader, path: Path) -> None:
    """Nothing but a result, or a LoadError whose findings have sentences, and a place in every one."""
    try:
        read(path)
    except LoadError as error:
        if not error.text("id") or not error.text("en") or any(found.place is None for found in error.report):
            raise AssertionError(f"a finding without a place: {error.text('en')[:500]}") from error


def _read_all(folder: Path, name: str, text: str | bytes, readers: tuple[Reader, ...]) -> None:
    path = folder / name
    path.write_bytes(text if isinstance(text, bytes) else text.encode("utf-8", "surrogatepass"))
    for read in readers:
        _end(read, path)


def _small(files: dict[str, str | bytes]) -> list[str]:
    return [name for name, text in files.items() if len(text) < 2000]


@pytest.mark.parametrize("name", _small(YAML))
def test_a_small_hostile_file_is_refused_or_read(name: str, tmp_path: Path) -> None:
    _read_all(tmp_path, "a.yaml", YAML[name], OF_YAML)


@pytest.mark.parametrize("name", _small(TABLES))
def test_a_small_hostile_table_is_refused_or_read(name: str, tmp_path: Path) -> None:
    _read_all(tmp_path, "a.csv", TABLES[name], OF_TABLES)


@pytest.mark.slow
@pytest.mark.parametrize("name", sorted(YAML.keys() - set(_small(YAML))))
def test_a_large_hostile_file_is_refused_or_read(name: str, tmp_path: Path) -> None:
    _read_all(tmp_path, "a.yaml", YAML[name], OF_YAML)


@pytest.mark.slow
@pytest.mark.parametrize("name", sorted(TABLES.keys() - set(_small(TABLES))))
def test_a_large_hostile_table_is_refused_or_read(name: str, tmp_path: Path) -> None:
    _read_all(tmp_path, "a.csv", TABLES[name], OF_TABLES)


def test_there_are_as_many_as_were_asked_for() -> None:
    assert (65, 43) == (len(YAML) + len(TABLES), len(PROBLEMS))


def _limited() -> None:
    resource.setrlimit(resource.RLIMIT_CPU, (PROCESSOR_SECONDS, PROCESSOR_SECONDS))


def _planned(name: str, folder: Path) -> None:
    """The command ends by itself, without a traceback, with the exit code of what it prints."""
    path = small_problem(folder / "soal")
    path.write_text(PROBLEMS[name](path.read_text(encoding="utf-8")), encoding="utf-8")
    command = [str(Path(sys.executable).with_name("sehatmenu")), "plan", path.name, "--time-limit", "5", "--gap", "20"]
    done = subprocess.run(
        command, cwd=path.parent, capture_output=True, encoding="utf-8", check=False, preexec_fn=_limited
    )
    output = done.stdout + done.stderr
    assert "Traceback" not in output, output
    plan, refused = (
        "Biaya Rp" in done.stdout,
        re.search(r"^(soal|umkm|resep/.*)\.yaml:\d+:\d+: ", done.stderr, re.MULTILINE),
    )
    assert {0: (True, False), 1: (False, False), 2: (False, True)}.get(done.returncode) == (plan, bool(refused)), (
        f"exit {done.returncode}\n{output[:3000]}"
    )
    assert not re.search(r"\b(nan|inf|None|Traceback)\b", output), output[:3000]
    shutil.rmtree(folder / "soal")


@pytest.mark.parametrize("name", QUICK)
def test_an_extreme_problem_ends_as_it_says(name: str, tmp_path: Path) -> None:
    _planned(name, tmp_path)


@pytest.mark.slow
@pytest.mark.parametrize("name", [name for name in PROBLEMS if name not in QUICK])
def test_many_extreme_problems_end_as_they_say(name: str, tmp_path: Path) -> None:
    _planned(name, tmp_path)
