"""121 rules of about 20 standards: each is carried by a packaged rule, or by an example that nobody has verified."""

from __future__ import annotations

import csv
import re
from pathlib import Path

import pytest

from sehatmenu.standards.checks import run_cases
from sehatmenu.standards.standards import load_standard

ROOT = Path(__file__).parents[2]
EXAMPLES = sorted((ROOT / "examples" / "unverified").glob("*.yaml"))
CARRIED = re.compile(r"`([a-z-]+/[a-z0-9-]+)` :: ((?:`[a-z0-9-]+`(?:, )?)+)")
UNVERIFIED = re.compile(r"unverified: not packaged; \[`(examples/unverified/[a-z0-9-]+\.yaml)`\]\(\.\./\1\)")


def _listed() -> dict[str, dict[str, str]]:
    with (ROOT / "tests" / "data" / "international_rules.csv").open(encoding="utf-8", newline="") as file:
        return {row["id"]: row for row in csv.DictReader(file)}


def _mapped() -> dict[str, str]:
    """What carries each line, from the table of the document."""
    lines = (ROOT / "docs" / "international-rules.md").read_text(encoding="utf-8").splitlines()
    rows = [[cell.strip() for cell in line.strip("|").split("|")] for line in lines if line.startswith("| ")]
    return {row[0]: row[3] for row in rows if row[0] != "line"}


def test_every_line_of_the_list_is_mapped() -> None:
    assert 121 == len(_listed())
    assert list(_listed()) == list(_mapped())


@pytest.mark.parametrize("line", _mapped())
def test_what_carries_a_line_exists(line: str) -> None:
    carried = _mapped()[line]
    if found := CARRIED.fullmatch(carried):
        rules = {rule.id for rule in load_standard(found[1]).rules}
        assert set(re.findall("`([^`]+)`", found[2])) <= rules
    else:
        example = UNVERIFIED.fullmatch(carried)
        assert example is not None, carried
        assert (ROOT / example[1]).is_file()


def test_what_nobody_has_seen_is_not_packaged() -> None:
    unseen = [line for line, row in _listed().items() if row["seen"] == "unverified"]
    assert ["br-limits-2020", "fi-energy", "se-energy"] == unseen
    assert all(UNVERIFIED.fullmatch(_mapped()[line]) for line in unseen)


@pytest.mark.parametrize("path", EXAMPLES, ids=lambda path: path.stem)
def test_an_unverified_example_says_so_and_its_cases_come_out(path: Path) -> None:
    standard = load_standard(path)
    assert {"unverified"} == {source.seen for source in standard.sources.values()}
    assert [] == [finding.text("en") for finding in run_cases(standard)]
    expected = {rule for case in standard.file.cases for rule in case.expect}
    assert {rule.id for rule in standard.rules} == expected


def test_every_example_carries_a_line() -> None:
    used = {found[1] for carried in _mapped().values() if (found := UNVERIFIED.fullmatch(carried))}
    assert {f"examples/unverified/{path.name}" for path in EXAMPLES} == used
