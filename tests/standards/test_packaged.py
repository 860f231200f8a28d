"""The packaged standards: each loads, its worked cases come out as its file says, and each limit is cited."""

from __future__ import annotations

from dataclasses import replace

import pytest

from sehatmenu.standards.cases import Case
from sehatmenu.standards.checks import run_cases
from sehatmenu.standards.references import load_reference, packaged_ids
from sehatmenu.standards.standards import load_standard

REFERENCES = [name for name in packaged_ids() if name.startswith("references/")]
STANDARDS = [name for name in packaged_ids() if name not in REFERENCES]


@pytest.mark.parametrize("name", STANDARDS)
def test_the_cases_come_out_as_the_file_says(name: str) -> None:
    standard = load_standard(name)
    assert [] == [str(finding.place) + " " + finding.text("en") for finding in run_cases(standard)]


@pytest.mark.parametrize("name", STANDARDS)
def test_every_rule_has_a_case_that_keeps_it_and_one_that_breaks_it(name: str) -> None:
    standard = load_standard(name)
    told = {(rule, str(verdict)) for case in standard.file.cases for rule, verdict in case.expect.items()}
    assert [] == [r.id for r in standard.file.rules if not {(r.id, "pass"), (r.id, "fail")} <= told]


@pytest.mark.parametrize("name", packaged_ids())
def test_the_id_in_the_file_is_the_name_of_the_file(name: str) -> None:
    file = load_reference(name).file if name in REFERENCES else load_standard(name).file
    assert name == file.id


@pytest.mark.parametrize("name", STANDARDS)
def test_every_limit_cites_a_place_in_its_source(name: str) -> None:
    standard = load_standard(name)
    assert [] == [rule.id for rule in standard.rules for limit in rule.limits if not limit.place]


@pytest.mark.parametrize("name", STANDARDS)
def test_every_source_that_was_seen_says_where(name: str) -> None:
    sources = load_standard(name).sources
    assert [] == [key for key, source in sources.items() if source.seen != "unverified" and not source.where]


def test_the_packaged_standards_are_not_few() -> None:
    assert {"id/mbg-2026", "id/ggl-2013", "references/akg-2019"} <= set(packaged_ids())


def test_a_case_that_no_longer_comes_out_is_told_with_its_place() -> None:
    standard = load_standard("id/mbg-2026")
    first: Case = standard.file.cases[0]
    wrong = first.model_copy(update={"expect": {"energy": "fail"}})
    changed = standard.file.model_copy(update={"cases": (wrong,)})
    (found,) = run_cases(replace(standard, file=changed))
    assert ("case-differs", "fail", "pass") == (found.code, found.values["expected"], found.values["got"])
    assert "mbg-2026.yaml" in str(found.place)
