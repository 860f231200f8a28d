"""The pytest plugin: the packaged standards, a user's own project, and how a failure reads."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from sehatmenu.testing.plugin import looks_like_standard

from .test_faults import SOUND, written

pytest_plugins = "pytester"
ROOT = Path(__file__).resolve().parents[2]

CONFTEST = """\
import pytest

@pytest.fixture
def everything():
    return 42
"""


def run(pytester: pytest.Pytester, *arguments: str) -> pytest.RunResult:
    return pytester.runpytest_subprocess("-p", "sehatmenu.testing.plugin", "-p", "no:cacheprovider", *arguments)


@pytest.fixture
def project(pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch) -> pytest.Pytester:
    """A user's project with a conftest, a test and a standard of its own, outside of this repository."""
    monkeypatch.setenv("PYTHONPATH", str(ROOT / "src"))
    pytester.makeconftest(CONFTEST)
    pytester.makepyfile(test_own="def test_own(everything):\n    assert everything == 42\n")
    (pytester.path / "standar").mkdir()
    written(pytester.path / "standar", SOUND)
    (pytester.path / "standar" / "catatan.yaml").write_text("title: bukan standar\n", encoding="utf-8")
    return pytester


def test_a_users_project_sees_one_item_per_law_and_case(project: pytest.Pytester) -> None:
    result = run(project, "-v")
    result.stdout.fnmatch_lines_random(
        [
            "*kantin-2026.yaml::loads PASSED*",
            "*kantin-2026.yaml::energy::cited PASSED*",
            "*kantin-2026.yaml::murid::satisfiable PASSED*",
            "*kantin-2026.yaml::case::Tepat PASSED*",
            "*test_own.py::test_own PASSED*",
        ]
    )
    assert result.ret == 0
    result.stdout.no_fnmatch_line("*catatan.yaml*")


def test_a_failure_shows_the_line_and_what_was_expected(project: pytest.Pytester) -> None:
    written(project.path / "standar", SOUND.replace("sodium: pass", "sodium: fail"))
    result = run(project, "standar")
    result.stdout.fnmatch_lines(
        [
            "*kantin-2026.yaml:32:*case 'Tepat': rule sodium should give fail*",
            "*32 | expect: {energy: pass, sodium: fail, fat: pass}*",
            "*expected fail*",
            "*got      pass*",
            "*menu     paket (energy 500 kcal, fat 16 g, sodium 600 mg)*",
        ]
    )
    assert result.ret == 1


def test_a_file_that_does_not_load_is_one_failed_item(project: pytest.Pytester) -> None:
    written(project.path / "standar", SOUND.replace("max: 600 mg", "max: 600"))
    result = run(project, "standar")
    result.assert_outcomes(failed=1)
    result.stdout.fnmatch_lines(["*kantin-2026.yaml:17:*", "*17 | limits: *max: 600*"])


def test_full_laws_look_at_every_date(project: pytest.Pytester) -> None:
    """In 2027 the number of energy is one that 2026 could not have: only the full laws look at both."""
    old = "{min: 30 %, max: 35 %, source: perda, place: pasal 1}"
    dead = "{from: 2026-01-01, min: 0 %, source: perda}, {from: 2027-01-01, min: 30 %, max: 35 %, source: perda}"
    written(project.path / "standar", SOUND.split("cases:")[0].replace(old, dead))
    assert run(project, "standar").ret == 0
    full = run(project, "standar", "--sehatmenu-laws=full")
    full.assert_outcomes(failed=1, passed=full.parseoutcomes()["passed"])


def test_a_plain_run_imports_neither_sehatmenus_layers_nor_hypothesis(pytester: pytest.Pytester) -> None:
    heavy = "('hypothesis', 'numpy', 'pydantic', 'sehatmenu.standards', 'sehatmenu.testing.laws')"
    pytester.makepyfile(f"import sys\n\ndef test_own():\n    assert [n for n in {heavy} if n in sys.modules] == []\n")
    pytester.makefile(".yaml", catatan="title: bukan standar\n")
    result = pytester.run(
        sys.executable, "-m", "pytest", "-p", "sehatmenu.testing.plugin", "-p", "no:hypothesispytest", "-q"
    )
    assert result.ret == 0


def test_recipes_problems_and_references_are_no_standards() -> None:
    examples = ROOT / "examples" / "gading-rejo"
    files = (*examples.rglob("*.yaml"), ROOT / "standards/references/akg-2019.yaml")
    taken = [path for path in files if looks_like_standard(path)]
    assert sorted(p.name for p in taken) == ["standar-kantin.yaml", "standar-puskesmas.yaml"]


@pytest.mark.parametrize("name", ["id/mbg-2026", "who/healthy-diet", "gb-eng/school-food-2014"])
def test_packaged_standards_keep_every_law(
    pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    """A sample; `.ci/run` holds all of them with `pytest standards/`."""
    monkeypatch.setenv("PYTHONPATH", str(ROOT / "src"))
    result = run(pytester, "-q", str(ROOT / "standards" / f"{name}.yaml"))
    assert result.ret == 0
