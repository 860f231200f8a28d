"""The house rules as tests: who imports whom, what each module says it is for, how long it is, every sentence."""

from __future__ import annotations

import ast
import re
import subprocess
import sys
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from string import Formatter

import pytest

from sehatmenu.files import read_yaml

ROOT = Path(__file__).resolve().parents[1]
SOURCE = ROOT / "src" / "sehatmenu"
MODULES = sorted(path.relative_to(SOURCE).as_posix() for path in SOURCE.rglob("*.py"))
MAX_LINES = 400

SLUG = re.compile(r"[a-z]+(?:-[a-z0-9_]+)+")
TAKES_A_CODE = {"Sentence", "problem", "refusal", "reject", "render", "Finding", "Problem", "Refused", "UnitError"}
"""Functions and classes that are given a finding code."""


def test_imports_point_up() -> None:
    """The contracts of pyproject.toml: the layers, and one door for each dependency."""
    program = "from importlinter.cli import lint_imports_command; lint_imports_command()"
    command = [sys.executable, "-c", program, "--no-cache", "--no-logo"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr


def _head(path: Path) -> str:
    """The first paragraph of a module's docstring, on one line."""
    text = ast.get_docstring(ast.parse(path.read_text(encoding="utf-8"))) or ""
    return " ".join(text.split("\n\n")[0].split())


def _written() -> dict[str, str]:
    """The sentence of each module in the table of ARCHITECTURE.md."""
    text = (ROOT / "ARCHITECTURE.md").read_text(encoding="utf-8")
    text = text.split("\n## Modules\n")[1].split("\n## ")[0]
    rows = re.findall(r"^\| `([a-z_/]+(?:\.py|/))` \| (.+) \|$", text, flags=re.MULTILINE)
    return dict(rows)


def _short(module: str) -> str:
    """A module as ARCHITECTURE.md names it; a package by its folder."""
    return module.removesuffix("__init__.py") or "__init__.py"


def test_every_module_says_what_it_is_for_and_architecture_repeats_it() -> None:
    expected = {_short(module): _head(SOURCE / module) for module in MODULES}
    written = _written()
    stale = sorted(written.keys() - expected.keys())
    lines = [f"| `{name}` | {head} |" for name, head in expected.items() if written.get(name) != head]
    assert not stale, f"ARCHITECTURE.md names modules that are gone: {stale}"
    assert not lines, "ARCHITECTURE.md needs these lines:\n" + "\n".join(lines)
    assert all(head.endswith(".") for head in expected.values())


@pytest.mark.parametrize("folder", ["src", "tests", "benchmarks"])
def test_no_module_is_long(folder: str) -> None:
    lines = {path: len(path.read_text(encoding="utf-8").splitlines()) for path in (ROOT / folder).rglob("*.py")}
    assert {str(path.relative_to(ROOT)): n for path, n in lines.items() if n > MAX_LINES} == {}


# Sentences: every finding code in both catalogues, with the same placeholders, and none left over.


@cache
def _catalogue(lang: str) -> dict[str, str]:
    return dict(read_yaml(SOURCE / "messages" / f"{lang}.yaml").data)


def _placeholders(sentence: str) -> set[str]:
    return {name for _, name, _, _ in Formatter().parse(sentence) if name is not None}


def test_both_catalogues_have_the_same_codes() -> None:
    assert sorted(_catalogue("id")) == sorted(_catalogue("en"))


def test_both_catalogues_have_the_same_placeholders() -> None:
    both = _catalogue("id").keys() & _catalogue("en").keys()
    different = {c for c in both if _placeholders(_catalogue("id")[c]) != _placeholders(_catalogue("en")[c])}
    assert different == set()


def _called(node: ast.Call) -> str:
    match node.func:
        case ast.Name(id=name) | ast.Attribute(attr=name):
            return name
    return ""


def _slugs(nodes: list[ast.expr]) -> Iterator[str]:
    """The codes written out in arguments, also inside `a if b else c`."""
    for node in nodes:
        match node:
            case ast.Constant(value=str(text)) if SLUG.fullmatch(text):
                yield text
            case ast.IfExp(body=body, orelse=orelse):
                yield from _slugs([body, orelse])


def _codes(tree: ast.AST) -> Iterator[tuple[str, int]]:
    """Every finding code that a module hands on, with its line."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and _called(node) in TAKES_A_CODE:
            yield from ((code, node.lineno) for code in _slugs(node.args[:2]))


def test_every_code_has_its_sentence() -> None:
    missing = [
        f"{module}:{line}: {code}"
        for module in MODULES
        for code, line in _codes(ast.parse((SOURCE / module).read_text(encoding="utf-8")))
        if code not in _catalogue("id")
    ]
    assert missing == []


def _texts_and_prefixes() -> tuple[set[str], tuple[str, ...]]:
    """All strings in the source, and the openings of its f-strings such as `supplier-{...}`."""
    texts, prefixes = set(), set()
    for module in MODULES:
        for node in ast.walk(ast.parse((SOURCE / module).read_text(encoding="utf-8"))):
            match node:
                case ast.Constant(value=str(text)):
                    texts.add(text)
                case ast.JoinedStr(values=[ast.Constant(value=str(start)), *_]) if start.endswith("-"):
                    prefixes.add(start)
    return texts, tuple(prefixes)


def test_no_sentence_is_left_over() -> None:
    """Words (`word-...`) are looked up by the data and so not counted."""
    texts, prefixes = _texts_and_prefixes()
    codes = (code for code in _catalogue("id") if not code.startswith("word-"))
    assert [code for code in codes if code not in texts and not code.startswith(prefixes)] == []
