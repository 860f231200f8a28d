"""Tables on a terminal: at most 80 columns, coloured there alone, and plain text everywhere else."""

from __future__ import annotations

import io
import re
from collections.abc import Callable
from dataclasses import replace
from functools import cache

import pytest

from sehatmenu.findings import Report
from sehatmenu.food.dishes import Recipe
from sehatmenu.planning.clashes import Conflict
from sehatmenu.planning.planners import plan
from sehatmenu.reports import terminal
from sehatmenu.reports.terminal import Shown, show
from sehatmenu.reports.texts import recipe_text
from sehatmenu.standards.checks import check
from sehatmenu.standards.standards import load_standard

from ..planning.tiny_problems import ENERGY, rice_and_tempe
from .kitchen_plans import SCRIPT, plan_by_hand, plan_with_unknowns, unmeasured

AT_MOST = "limits: [{max: 300 kcal, source: uji, place: pasal 2}]"
LITTLE_ENERGY = f"{{id: sedikit, kind: nutrient, nutrient: energy, per: meal, {AT_MOST}}}"
ESCAPE = re.compile(r"\x1b\[[0-9;]*m")


class Terminal(io.StringIO):
    """A stream that says that it is a terminal."""

    def isatty(self) -> bool:
        return True


def report() -> Report:
    meal = [unmeasured(), plan_by_hand().servings[0].dish]
    return check(meal, load_standard("id/mbg-2026"), "sd-1-3", "2026-02-02")


@cache
def conflict() -> Conflict:
    """At least 400 kcal, and at most 300."""
    found = plan(rice_and_tempe((ENERGY, LITTLE_ENERGY)), time_limit=10.0)
    assert isinstance(found, Conflict)
    return found


def printed(result: Shown, stream: io.StringIO, lang: str = "id") -> str:
    show(result, lang, stream, width=80)
    return stream.getvalue()


@pytest.fixture(autouse=True)
def _colours(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("NO_COLOR", raising=False)
    monkeypatch.setenv("TERM", "xterm-256color")


@pytest.mark.parametrize("lang", ["id", "en"])
@pytest.mark.parametrize("make", [plan_with_unknowns, report, conflict, unmeasured])
def test_tables_fit_80_columns_and_have_colour(make: Callable[[], Shown], lang: str) -> None:
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


@pytest.mark.parametrize("make", [plan_with_unknowns, report, conflict, unmeasured])
def test_text_is_plain_off_a_terminal_without_colour_and_without_rich(
    make: Callable[[], Shown], monkeypatch: pytest.MonkeyPatch
) -> None:
    result = make()
    expected = f"{recipe_text(result) if isinstance(result, Recipe) else result.text('id')}\n"
    assert printed(result, io.StringIO()) == expected
    monkeypatch.setenv("NO_COLOR", "1")
    assert printed(result, Terminal()) == expected
    monkeypatch.delenv("NO_COLOR")
    monkeypatch.setattr(terminal, "find_spec", lambda name: None)
    assert printed(result, Terminal()) == expected


def test_a_conflict_names_both_rules_their_articles_and_the_way_out() -> None:
    pytest.importorskip("rich")
    text = " ".join(ESCAPE.sub("", printed(conflict(), Terminal())).split())
    for finding in conflict().rules:
        assert finding.text("id") in text
    assert {"400 kkal", "300 kkal"} <= set(re.findall(r"[34]00 kkal", text))
    assert "Aturan yang bertentangan" in text
    assert "Jalan keluar" in text
    assert "→" in text
    assert "pasal 2" in text
    assert "─" not in printed(replace(conflict(), rules=(), ways_out=()), Terminal())  # nothing to say, no empty table


def test_the_nutrients_of_a_recipe_say_what_leaves_them_open() -> None:
    pytest.importorskip("rich")
    lines = ESCAPE.sub("", printed(unmeasured(), Terminal())).splitlines()
    assert SCRIPT in lines[0]
    (sodium,) = [line for line in lines if line.startswith(" Natrium ")]
    assert re.search(r"≥ [\d,]+ mg +garam secukupnya", sodium)
    (protein,) = [line for line in lines if line.startswith(" Protein ")]
    assert re.search(r"Protein +1,7 g *$", protein)  # 500 g of kangkung at 3.4 g per 100 g, for ten


def test_a_name_cannot_steer_the_terminal() -> None:
    pytest.importorskip("rich")
    text = printed(Report((), title="\x1b]0;judul\x07[red]nama[/red]"), Terminal())
    assert "\x1b]" not in text
    assert "\x07" not in text
    assert "[red]nama[/red]" in text
