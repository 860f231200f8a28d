"""The pages for authors: the reference pages are those of the code, and the example of the guide keeps every law."""

from __future__ import annotations

import re
import runpy
from pathlib import Path

import pytest

from .test_faults import caught, written

DOCS = Path(__file__).resolve().parents[2] / "docs"


@pytest.mark.parametrize("name", ["rule-kinds.md", "finding-codes.md"])
def test_a_reference_page_is_the_one_of_the_code(name: str) -> None:
    """When this fails: `python docs/references.py`."""
    pages = runpy.run_path(str(DOCS / "references.py"))["PAGES"]
    assert pages[name]() == (DOCS / name).read_text(encoding="utf-8")


@pytest.mark.parametrize("name", ["menulis-standar.md", "writing-a-standard.md"])
def test_the_example_of_the_guide_keeps_every_law(tmp_path: Path, name: str) -> None:
    (example,) = re.findall(r"```yaml\n(.+?)```", (DOCS / name).read_text(encoding="utf-8"), flags=re.DOTALL)
    assert [] == caught(written(tmp_path, example, "ggl-harian.yaml"))
