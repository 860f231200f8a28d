"""Training: paired scores by hand and against a table, and questions whose answers the library gives."""

from __future__ import annotations

from pathlib import Path

import pytest

from sehatmenu.errors import LoadError
from sehatmenu.partnership.training import question_bank, read_scores, score
from tests.partnership.ledgers import csv

EXAMPLE = Path(__file__).resolve().parents[2] / "examples" / "gading-rejo"
HEADINGS = "Peserta;Sebelum;Sesudah"


def test_only_those_who_took_both_are_compared(tmp_path: Path) -> None:
    found = score(
        read_scores(csv(tmp_path, HEADINGS, [("P1", 60, 80), ("P2", 70, None), ("P3", 50, 60), ("P4", None, 99)]))
    )
    assert (2, 55, 70, 15, None, None) == (found.n, found.before, found.after, found.change, found.interval, found.p)
    assert {"Sebelum": 1, "Sesudah": 1} == found.basis.missing
    assert "terlalu sedikit" in found.spoken("id")


def test_a_gain_with_its_interval_and_test(tmp_path: Path) -> None:
    """Ten gains 1..10, all up: of the 2^10 signs only one pair is so far out, so Wilcoxon's exact p is 2/1024."""
    found = score(read_scores(csv(tmp_path, HEADINGS, [(f"P{n}", 50, 50 + n) for n in range(1, 11)])))
    assert 5.5 == found.change
    assert 2 / 1024 == pytest.approx(found.p)
    low, high = found.interval or (0, 0)
    # standard error of the mean √(9.1667/10) = 0.957: 5.5 ± 1.96 of it is 3.6 to 7.4
    assert [3.6, 7.4] == pytest.approx([low, high], abs=0.4)


def test_no_change_has_no_test(tmp_path: Path) -> None:
    assert score(read_scores(csv(tmp_path, HEADINGS, [(f"P{n}", 50, 50) for n in range(9)]))).p is None


def test_nobody_who_took_both_is_refused(tmp_path: Path) -> None:
    with pytest.raises(LoadError):
        score(read_scores(csv(tmp_path, HEADINGS, [("P1", 60, None)])))


def test_questions_come_from_recipes_that_are_wrong_on_purpose() -> None:
    bank = question_bank(EXAMPLE / "keliru")
    assert len(bank) >= 3
    for question in bank:
        assert question.line
        assert question.answer.text("id") in question.spoken("id")
