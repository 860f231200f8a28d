"""Dates: one order, `2026-02-02`, in every command and every call; any other is refused with that sentence."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime
from pathlib import Path

import pytest

import sehatmenu as sm
from sehatmenu.cli import main
from sehatmenu.documents import day_of
from sehatmenu.errors import LoadError
from sehatmenu.standards.intersections import intersect

WRONG = ["01-02-2026", "2/2/2026", "2026-13-01", "20260202", "2026-W06-1", "besok", ""]
RECIPE = Path(__file__).parents[1] / "examples" / "gading-rejo" / "resep" / "tempe-goreng.yaml"
STANDARD = "id/mbg-2026"


def _dish() -> sm.Recipe:
    return sm.load_recipe(RECIPE)


CALLS: dict[str, Callable[[str], object]] = {
    "load_standard": lambda on: sm.load_standard(STANDARD, on=on),
    "check": lambda on: sm.check(_dish(), sm.load_standard(STANDARD), "sd-4-6", on),
    "repair": lambda on: sm.repair(_dish(), sm.load_standard(STANDARD), "sd-4-6", on=on),
    "intersect": lambda on: intersect(sm.load_standard(STANDARD), ["sd-4-6"], on=on),
}


@pytest.mark.parametrize("text", WRONG)
@pytest.mark.parametrize("call", CALLS)
def test_a_date_in_another_order_is_a_load_error(call: str, text: str) -> None:
    with pytest.raises(LoadError) as caught:
        CALLS[call](text)
    assert ["date-wrong"] == [finding.code for finding in caught.value.report]
    assert "2026-02-02" in caught.value.text("id")


@pytest.mark.parametrize("command", ["check", "repair"])
def test_a_date_in_another_order_is_bad_input(command: str, capsys: pytest.CaptureFixture[str]) -> None:
    asked = [command, str(RECIPE), "--standard", STANDARD, "--group", "sd-4-6", "--on", "01-02-2026"]
    assert 2 == main(asked)
    assert "tanggal ditulis seperti 2026-02-02" in capsys.readouterr().err


def test_a_day_may_be_a_date_or_a_moment() -> None:
    day = date(2026, 2, 2)
    assert [day] * 3 == [day_of(day), day_of(datetime(2026, 2, 2, 7)), day_of("2026-02-02")]
    assert day_of(None) is None
