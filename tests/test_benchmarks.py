"""The benchmark of the planner: it runs, says what it measured, and its tables keep the page around them."""

from __future__ import annotations

import importlib
import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

FOLDER = Path(__file__).resolve().parents[1] / "benchmarks"
TIMES = {"rows": 1.0, "collapsed": 1.0, "first_menu": 1.0, "peak_mib": 1.0, "share": 0.1}


@pytest.fixture
def tables(monkeypatch: pytest.MonkeyPatch) -> Any:
    monkeypatch.syspath_prepend(str(FOLDER))
    return importlib.import_module("planning_tables")


def test_a_short_run_measures_a_menu_its_rival_and_the_cost_of_building(tmp_path: Path) -> None:
    page = tmp_path / "page.md"
    page.write_text("# Page\n\n<!-- measured: begin -->\nto be replaced\n<!-- measured: end -->\n\nAfter.\n")
    settings = [
        "--only",
        "5x60x1x0",
        "--limits",
        "0.5",
        "--against",
        "highs",
        "--json",
        "all.json",
        "--table",
        "page.md",
    ]
    done = subprocess.run(
        [sys.executable, str(FOLDER / "planning.py"), *settings],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stderr.startswith("4 jobs, about 0 minutes")
    answer = json.loads((tmp_path / "all.json").read_text())
    planned, rival, hurried, built = answer["results"]
    assert planned["choices"] == rival["choices"] == hurried["choices"] == built["choices"] == 300
    assert hurried["limit"] == 0.1
    assert planned["lawful"] is not False
    assert built["nonzeros"] == 24_400
    text = page.read_text()
    assert text.startswith("# Page\n")
    assert text.endswith("\n\nAfter.\n")
    assert "to be replaced" not in text
    assert "| 5x60x1x0 | 0.5 s | HiGHS" in text


def test_growth_is_the_power_of_the_size(tables: Any) -> None:
    """Rows take days ** 1.5 seconds here, and dishes ** 2; UMKM have too few sizes to tell."""
    days = [{"kind": "build", "instance": f"{n}x200x1x20", **TIMES, "rows": n**1.5} for n in (5, 10, 40)]
    dishes = [{"kind": "build", "instance": f"20x{n}x1x20", **TIMES, "rows": n**2.0} for n in (100, 400, 800)]
    found = tables.growth([*days, *dishes])
    assert found["days"]["rows"] == pytest.approx(1.5)
    assert found["dishes"]["rows"] == pytest.approx(2.0)
    assert found["UMKM"] == {}


def test_a_target_that_is_missed_is_called_missed(tables: Any) -> None:
    run = {"kind": "plan", "instance": "20x200x1x20", "limit": 10.0, "gap": 0.012}
    built = {"kind": "build", "instance": "20x200x1x20", "share": 0.19}
    assert [holds for _, _, holds in tables.verdicts([run, built])] == [False, True]


def test_an_unknown_size_is_refused_before_anything_runs() -> None:
    done = subprocess.run(
        [sys.executable, str(FOLDER / "planning.py"), "--only", "20x200"], capture_output=True, text=True
    )
    assert done.returncode
    assert "expected DAYSxDISHESxMEALSxUMKM" in done.stderr
    assert not done.stdout


def test_the_benchmark_of_the_partnership_compares_itself_with_pandas_and_counts_its_columns() -> None:
    pytest.importorskip("polars")
    command = [sys.executable, str(FOLDER / "partnership.py"), "--rows", "20000"]
    answer = json.loads(subprocess.run(command, capture_output=True, text=True, check=True).stdout)
    assert answer["district"]["rows"] == 20_000
    assert answer["district"]["ratio"] > 0
    assert (20_000, 6) == (answer["province"]["rows"], answer["province"]["columns"])
