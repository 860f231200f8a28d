"""Tables on a terminal: at most 80 columns, coloured there alone, and plain text everywhere else."""

from __future__ import annotations

import io
import re
from collections.abc import Callable

import pytest

from sehatmenu.findings import Report
from sehatmenu.planning.plans import Plan
from sehatmenu.reports import terminal
from sehatmenu.reports.terminal import show
from sehatmenu.standards.checks import check
from sehatmenu.standards.standards import load_standard

from .kitchen_plans import SCRIPT, plan_by_hand, plan_with_unknowns, unmeasured

ESCAPE = re.compile(r"\x1b\[[0-9;]*m")


class Terminal(io.StringIO):
    """A stream that says that it is a terminal."""

    def isatty(self) -> bool:
        return True


def report() -> Report:
    meal = [unmeasured(), plan_by_hand().servings[0].dish]
    return check(meal, load_standard("id/mbg-2026"), "sd-1-3", "2026-02-02")


def printed(result: Plan | Report, stream: io.StringIO, lang: str = "id") -> str:
    show(result, lang, stream, width=80)
    return stream.getvalue()


@pytest.fixture(autouse=True)
def _colours(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("NO_COLOR", raising=False)
    monkeypatch.setenv("TERM", "xterm-256color")


@pytest.mark.parametrize("lang", ["id", "en"])
@pytest.mark.parametrize("make", [plan_with_unknowns, report])
def test_tables_fit_80_columns_and_have_colour(make: Callable[[], Plan | Report], lang: str) -> None:
    pytest.importorskip("rich")
    text = printed(make(), Terminal(), lang)
    assert ESCAPE.search(text)
    lines = ESCAPE.sub("", text).splitlines()
    assert max(map(len, lines)) <= 80
    assert any("─" in line for line in lines)


def test_the_tables_hold_every_dish_umkm_and_source() -> None:
    pytest.importorskip("rich")
    plan = plan_with_unknowns()
    text = "".join(ESCAPE.sub("", printed(plan, Terminal())).split())
    assert SCRIPT in text
    for source, number in plan.report.sources().items():
        assert f"[{number}]{''.join(source.split())}" in text
    assert "id/mbg-2026" in text
    words = {word for s in plan.servings for word in s.supplier.name.split()}
    assert all(word in text for word in words)


@pytest.mark.parametrize("make", [plan_with_unknowns, report])
def test_text_is_plain_off_a_terminal_without_colour_and_without_rich(
    make: Callable[[], Plan | Report], monkeypatch: pytest.MonkeyPatch
) -> None:
    result = make()
    expected = f"{result.text('id')}\n"
    assert printed(result, io.StringIO()) == expected
    monkeypatch.setenv("NO_COLOR", "1")
    assert printed(result, Terminal()) == expected
    monkeypatch.delenv("NO_COLOR")
    monkeypatch.setattr(terminal, "find_spec", lambda name: None)
    assert printed(result, Terminal()) == expected


def test_a_name_cannot_steer_the_terminal() -> None:
    pytest.importorskip("rich")
    text = printed(Report((), title="\x1b]0;judul\x07[red]nama[/red]"), Terminal())
    assert "\x1b]" not in text
    assert "\x07" not in text
    assert "[red]nama[/red]" in text
