"""A headless Chromium opens the page of a plan and a rendered notebook: menu cells by role, no error, no request."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from sehatmenu.planning.plans import Plan
from sehatmenu.reports.notebooks import plan_fragment
from sehatmenu.reports.pages import plan_html

from ..executed_notebooks import FOLDER, rendered
from .chromium import PROGRAM, Browser, Page, chromium
from .kitchen_plans import SCRIPT, plan_with_unknowns

SCHOOL = FOLDER / "3-menyusun-menu-sekolah.ipynb"
WIDTHS = (360, 1280)
LANDSCAPE_A4 = 1047
"""A4 on its side between the margins of the wall pages (277 mm), in CSS pixels: the widest that is printed."""
COURSES = ["Makanan pokok", "Lauk hewani", "Lauk nabati", "Sayur", "Buah"]
DAYS = ["Senin 2 Feb", "Selasa 3 Feb", "Rabu 4 Feb"]

pytestmark = pytest.mark.filterwarnings(
    "ignore::DeprecationWarning", "ignore::RuntimeWarning", "ignore::ResourceWarning"
)


@pytest.fixture(scope="module")
def browser(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Browser]:
    """One Chromium for all pages; without one the tests are skipped, or fail where `SEHATMENU_BROWSER=required`."""
    if PROGRAM is None:
        required = os.environ.get("SEHATMENU_BROWSER") == "required"
        (pytest.fail if required else pytest.skip)("no Chromium here")
    with chromium(tmp_path_factory.mktemp("chromium") / "profile") as running:
        yield running


@pytest.fixture
def artefacts(tmp_path: Path) -> Path:
    """Where pictures are kept: the folder that `SEHATMENU_ARTEFACTS` names, or else pytest's own."""
    folder = Path(os.environ.get("SEHATMENU_ARTEFACTS") or tmp_path)
    folder.mkdir(parents=True, exist_ok=True)
    return folder


def opened(browser: Browser, text: str, file: Path) -> Page:
    file.write_text(text, encoding="utf-8")
    return browser.open(file)


def holds_the_menu(plan: Plan, texts: dict[str, list[str]]) -> None:
    """Each serving has a cell with its dish and its UMKM, under its day and beside its course."""
    for serving in plan.servings:
        assert any(serving.dish.name in cell and serving.supplier.name in cell for cell in texts["cell"])
    assert any(SCRIPT in cell for cell in texts["cell"])
    assert set(DAYS) <= set(texts["columnheader"])
    assert set(COURSES) <= set(texts["rowheader"])


def photographed(page: Page, folder: Path, name: str) -> None:
    """Take the pictures of a page; at no width does it run out of the window sideways."""
    for width in WIDTHS:
        assert page.picture(folder / f"{name}-{width}.png", width) == width
    page.picture(folder / f"{name}-print.png", LANDSCAPE_A4, "print")
    page.printed(folder / f"{name}-print.pdf")
    assert (folder / f"{name}-print.pdf").read_bytes().startswith(b"%PDF")


def test_the_page_of_a_plan(browser: Browser, tmp_path: Path, artefacts: Path) -> None:
    plan = plan_with_unknowns()
    page = opened(browser, plan_html(plan), tmp_path / "menu.html")
    texts = page.texts()
    holds_the_menu(plan, texts)
    assert len(texts["table"]) > len(plan.problem.tables)
    assert {"banner", "main", "navigation", "contentinfo"} <= texts.keys()
    photographed(page, artefacts, "menu")
    assert page.requests == [(tmp_path / "menu.html").as_uri()]
    assert page.errors == []


def test_a_plan_in_a_cell_of_a_notebook(browser: Browser, tmp_path: Path) -> None:
    plan = plan_with_unknowns()
    around = '<!DOCTYPE html><html lang="id"><meta charset="utf-8"><title>-</title><body>'
    page = opened(browser, around + plan_fragment(plan), tmp_path / "cell.html")
    holds_the_menu(plan, page.texts())
    assert page.requests == [(tmp_path / "cell.html").as_uri()]
    assert page.errors == []


def test_a_rendered_notebook(browser: Browser, tmp_path: Path, artefacts: Path) -> None:
    page = opened(browser, rendered(SCHOOL), tmp_path / "buku.html")
    texts = page.texts()
    assert set(DAYS) <= set(texts["columnheader"])
    assert set(COURSES) <= set(texts["rowheader"])
    menu = [cell for cell in texts["cell"] if "UMKM" in cell and "Rp" in cell and " g (" in cell]
    assert len(menu) == len(DAYS) * len(COURSES)
    assert "3. Menyusun menu sekolah" in " ".join(texts["heading"])
    assert len(texts["image"]) == 2
    assert page.style(".cycle td", "textAlign") == "left"  # Jupyter's own sheet sets cells of tables to the right
    photographed(page, artefacts, "buku-latihan")
    assert [address for address in page.requests if not address.startswith("data:")] == [
        (tmp_path / "buku.html").as_uri()
    ]
    assert page.errors == []


def test_an_error_a_request_and_an_overflow_would_be_seen(browser: Browser, tmp_path: Path) -> None:
    text = (
        '<!DOCTYPE html><title>-</title><div style="width:500px">-</div><img src="http://contoh.invalid/a.png">'
        "<script>console.error('salah')</script><script>x()</script>"
    )
    page = opened(browser, text, tmp_path / "salah.html")
    assert page.requests[1:] == ["http://contoh.invalid/a.png"]
    assert {"['salah']", "Uncaught"} <= set(page.errors)
    assert page.picture(tmp_path / "salah.png", 360) > 360
