"""The notebooks of the example, each executed once for all tests, and one as the HTML page that needs nothing else."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Any

import pytest

FOLDER = Path(__file__).resolve().parents[1] / "examples" / "gading-rejo" / "notebooks"
NOTEBOOKS = sorted(FOLDER.glob("*.ipynb"))
NO_NETWORK = """
import socket
def _refuse(*arguments, **options):
    raise OSError("a notebook asked for the network")
socket.create_connection = socket.getaddrinfo = _refuse
"""
OFFLINE = """\
{%- extends "index.html.j2" -%}
{%- block html_head_js -%}{%- endblock -%}
{%- block html_head_js_mathjax -%}{%- endblock -%}
{%- block html_head_js_mermaidjs -%}{%- endblock -%}
"""
"""nbconvert's own page without RequireJS, MathJax and Mermaid, which it would fetch from the network."""


def read(path: Path) -> Any:
    """A notebook as it is in git."""
    nbformat = pytest.importorskip("nbformat")
    return nbformat.read(path, as_version=4)


@cache
def executed(path: Path) -> Any:
    """A notebook with its outputs, every cell run where no name resolves; raises the error of a cell."""
    nbclient = pytest.importorskip("nbclient")
    pytest.importorskip("ipykernel")
    notebook = read(path)
    notebook.cells.insert(0, pytest.importorskip("nbformat").v4.new_code_cell(NO_NETWORK))
    nbclient.NotebookClient(notebook, timeout=120, resources={"metadata": {"path": str(FOLDER)}}).execute()
    del notebook.cells[0]
    return notebook


def rendered(path: Path) -> str:
    """An executed notebook as the page that nbconvert makes of it."""
    nbconvert = pytest.importorskip("nbconvert")
    exporter = nbconvert.HTMLExporter(raw_template=OFFLINE, language_code="id")
    page, _ = exporter.from_notebook_node(executed(path), resources={"metadata": {"name": path.stem}})
    return str(page)
