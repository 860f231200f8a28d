"""Papers on a day: what is written on them counts, both readings are kept where sources differ, and the plan obeys."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sehatmenu.partnership.paper_rules import PaperState, obliged, standing
from sehatmenu.partnership.papers import barred, calendar, papers_on, standing_of, who_can_supply
from sehatmenu.planning.demand import load_problem
from sehatmenu.planning.suppliers import CertificateEntry
from tests.partnership.registers import cook, register

EXAMPLE = Path(__file__).resolve().parents[2] / "examples" / "gading-rejo"
DAYS = st.dates(date(2024, 1, 1), date(2032, 12, 31))


# SLHS: one year (bloombergtechnoz 90115; periskop 12 Nov 2025) against three (dinkes.jogjaprov.go.id 2023, PMK 14/2021)
@pytest.mark.parametrize(
    ("day", "state"),
    [
        ("2025-08-10", "paper-not-yet"),
        ("2025-08-11", "paper-valid"),
        ("2026-08-11", "paper-valid"),
        ("2026-08-12", "paper-unknown"),
        ("2028-08-11", "paper-unknown"),
        ("2028-08-12", "paper-expired"),
    ],
)
def test_an_slhs_without_an_end_lasts_one_year_or_three_and_the_answer_says_so(day: str, state: str) -> None:
    found = standing(CertificateEntry(type="slhs", issued=date(2025, 8, 11)), date.fromisoformat(day))
    assert state == found.state
    if state != "paper-not-yet":
        assert ((date(2026, 8, 11), date(2028, 8, 11)), 2) == (found.ends, len(found.sources))


def test_the_end_written_on_a_paper_counts_first() -> None:
    entry = CertificateEntry(type="slhs", issued=date(2025, 8, 11), expires=date(2025, 12, 31))
    assert [PaperState.valid, PaperState.expired] == [
        standing(entry, date(2025, 12, 31)).state,
        standing(entry, date(2026, 1, 1)).state,
    ]


# SPP-IRT: five years by BPOM 22/2018; BPOM 4/2024 replaces it and its figure was not seen: nothing is guessed
@pytest.mark.parametrize("kind", ["spp-irt", "halal", "nib", "air", "penjamah", "haccp", "surat lain"])
def test_papers_whose_validity_was_not_seen_are_not_settled(kind: str) -> None:
    assert standing(CertificateEntry(type=kind, issued=date(2026, 1, 1)), date(2026, 1, 2)).state is PaperState.unknown


# Micro and small: PP 42/2024 art. 160(2) says from 17 Oct 2026, the press a grace up to that day; larger ones from 18 Oct 2024
@pytest.mark.parametrize(
    ("scale", "day", "expected"),
    [
        ("mikro", "2026-10-16", False),
        ("kecil", "2026-10-17", None),
        ("mikro", "2026-10-18", True),
        ("menengah", "2024-10-17", False),
        ("besar", "2024-10-18", True),
        ("koperasi", "2026-12-01", None),
        (None, "2026-12-01", None),
    ],
)
def test_halal_is_asked_for_by_size(scale: str | None, day: str, expected: bool | None) -> None:
    assert expected is obliged("halal", scale, date.fromisoformat(day))


def test_a_leap_day_ends_on_the_28th() -> None:
    found = standing(CertificateEntry(type="label-pengawasan", issued=date(2024, 2, 29)), date(2026, 2, 28))
    assert (PaperState.valid, date(2026, 2, 28)) == (found.state, found.ends and found.ends[0])


SLHS = "{type: slhs, number: A1, issued: 2025-08-11, expires: 2026-03-01}"


def test_the_calendar_speaks_of_papers_at_90_30_and_0_days() -> None:
    both = register(cook("a", SLHS), cook("b", "{type: slhs, number: B1, issued: 2025-05-03}"), cook("c"))
    found = [(r.supplier, r.left, r.band) for r in calendar(both, date(2026, 2, 2)).rows]
    # 2 Feb to 1 Mar 2026 are 27 days; 3 May 2025 + 1 year - 2 Feb 2026 are 26 + 31 + 30 + 3 = 90 days
    assert [("A", 27, 30), ("B", 90, 90)] == found
    assert [("A", -1, 0)] == [(r.supplier, r.left, r.band) for r in calendar(both, date(2026, 3, 2), days=(0,)).rows]


def test_silence_is_told_and_a_required_paper_that_is_not_there_is_missing() -> None:
    report = papers_on(register(cook("a", SLHS), cook("c")), date(2026, 2, 2), ("slhs",))
    assert [("A", "paper-valid"), ("C", "paper-missing")] == [(r.supplier, str(r.state)) for r in report.rows]
    told = report.basis.reporting
    assert told is not None
    assert (1, 2, ("C",)) == (told.reported, told.expected, told.silent)
    assert "50 %" in "\n".join(report.forms()[0].notes)


def test_who_can_supply_a_dish_and_why_not() -> None:
    both = register(
        cook("a", SLHS),
        cook("b", "{type: slhs, issued: 2024-01-01}"),
        cook("c", more="days: [selasa], "),
        cook("d", offers="{dish: soto, price: 1 IDR}"),
    )
    found = {s.supplier: (s.able, [r.code for r in s.reasons]) for s in who_can_supply(both, "nasi", date(2026, 2, 2))}
    assert {
        "A": (True, []),
        "B": (None, ["partnership-paper-differs"]),
        "C": (False, ["partnership-closed", "partnership-paper-state"]),
    } == found


def test_several_papers_of_a_kind_the_best_counts() -> None:
    one = register(cook("a", "{type: slhs, issued: 2020-01-01, expires: 2021-01-01}, " + SLHS)).suppliers["a"]
    assert PaperState.valid is standing_of(one, "SLHS", date(2026, 2, 2)).state


def test_a_paper_that_ends_takes_the_umkm_out_of_the_plan_from_the_next_day() -> None:
    problem = load_problem(EXAMPLE / "sekolah.yaml")
    before = set(problem.file.choices)
    shut = {c.suppliers[0]: c.dates for c in barred(problem).file.choices if c not in before}
    # umkm.yaml: the SLHS of UMKM 05 ends on 6 February 2026, in the middle of the plan
    assert {"umkm-05": tuple(day for day in problem.days if day > date(2026, 2, 6))} == shut
    assert 5 == len(shut["umkm-05"])


@given(DAYS, DAYS, st.sampled_from(["slhs", "label-pengawasan"]))
def test_a_paper_only_grows_older(issued: date, day: date, kind: str) -> None:
    order = [PaperState.not_yet, PaperState.valid, PaperState.unknown, PaperState.expired]
    entry = CertificateEntry(type=kind, issued=issued)
    now, later = (order.index(standing(entry, d).state) for d in (day, day + timedelta(days=1)))
    assert now <= later
