"""A headless Chromium opens the page of a plan and what a notebook shows: menu cells by role, no error, no request."""

from __future__ import annotations

import re
import shutil
import subprocess
from collections.abc import Callable
from dataclasses import dataclass
from html.parser import HTMLParser
from pathlib import Path

import pytest

from sehatmenu.planning.plans import Plan
from sehatmenu.reports.notebooks import plan_fragment
from sehatmenu.reports.pages import plan_html

from .kitchen_plans import SCRIPT, plan_with_unknowns

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
FLAGS = (
    "--headless --no-sandbox --disable-gpu --disable-quic --no-first-run --disable-background-networking "
    "--disable-component-update --disable-sync --enable-logging=stderr --dump-dom"
)
OFFLINE = "--host-resolver-rules=MAP * ~NOTFOUND"
ADDRESS = re.compile(r"//[a-z0-9]|@import|url\(\s*['\"]?(?!#|data:)|<(?:script|link|iframe|object)\b", re.IGNORECASE)
CONSOLE = re.compile(r":CONSOLE[(:]")

pytestmark = pytest.mark.skipif(CHROMIUM is None, reason="no Chromium here")


@dataclass(frozen=True, slots=True)
class Opened:
    """What Chromium made of a page: the DOM as it stands after loading, and the lines that it logged."""

    dom: str
    log: str


class Cells(HTMLParser):
    """The text of every element of a role: the role that is written, or else the one that HTML gives the tag."""

    GIVEN = {"td": "cell", "table": "table", "caption": "caption", "h1": "heading", "h2": "heading"}

    def __init__(self, dom: str) -> None:
        super().__init__()
        self.found: list[tuple[str, str]] = []
        self._open: list[tuple[str, int]] = []
        self.feed(dom)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        named = dict(attrs)
        given = {"row": "rowheader", "col": "columnheader"}.get(named.get("scope") or "") if tag == "th" else None
        role = named.get("role") or given or self.GIVEN.get(tag)
        if role and tag in (*self.GIVEN, "th"):
            self._open.append((tag, len(self.found)))
            self.found.append((role, ""))

    def handle_endtag(self, tag: str) -> None:
        if self._open and self._open[-1][0] == tag:
            self._open.pop()

    def handle_data(self, data: str) -> None:
        for _, index in self._open:
            role, text = self.found[index]
            self.found[index] = role, f"{text}{data}"

    def of(self, role: str) -> list[str]:
        """The texts of a role."""
        return [" ".join(text.split()) for found, text in self.found if found == role]


def in_notebook(plan: Plan) -> str:
    """The output of a cell, inside a page as a notebook shows it."""
    return f'<!DOCTYPE html><html lang="id"><meta charset="utf-8"><title>-</title><body>{plan_fragment(plan)}</body></html>'


def opened(text: str, folder: Path) -> Opened:
    file = folder / "menu.html"
    file.write_text(text, encoding="utf-8")
    command = [str(CHROMIUM), *FLAGS.split(), OFFLINE, f"--user-data-dir={folder / 'profile'}", file.as_uri()]
    done = subprocess.run(command, capture_output=True, text=True, timeout=120, check=False)
    assert done.returncode == 0, done.stderr
    return Opened(done.stdout, done.stderr)


@pytest.mark.parametrize("made", [plan_html, in_notebook])
def test_chromium_finds_the_menu_without_an_error_or_a_request(made: Callable[[Plan], str], tmp_path: Path) -> None:
    plan = plan_with_unknowns()
    page = opened(made(plan), tmp_path)
    cells = Cells(page.dom)
    for serving in plan.servings:
        assert any(serving.dish.name in cell and serving.supplier.name in cell for cell in cells.of("cell"))
    assert any(SCRIPT in cell for cell in cells.of("cell"))
    assert len(cells.of("columnheader")) >= len(plan.problem.days)
    assert cells.of("rowheader")
    assert cells.of("table")
    assert CONSOLE.search(page.log) is None
    assert ADDRESS.search(page.dom) is None


def test_an_error_and_an_address_would_be_seen(tmp_path: Path) -> None:
    page = opened('<!DOCTYPE html><title>-</title><img src="http://contoh.invalid/a.png"><script>x()</script>', tmp_path)
    assert CONSOLE.search(page.log)
    assert ADDRESS.search(page.dom)
