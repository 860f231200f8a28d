"""What README.md and the pages of docs/ show is run as it stands there: Python blocks, commands, and every option named."""

from __future__ import annotations

import contextlib
import io
import re
import shlex
from collections.abc import Iterator
from pathlib import Path

import pytest

import sehatmenu as sm
from sehatmenu.cli import main
from sehatmenu.testing.skeletons import skeleton
from tests.planning.problems import Dish, Offer, write_problem

ROOT = Path(__file__).resolve().parents[1]
PAGES = [ROOT / "README.md", ROOT / "CONTRIBUTING.md", *sorted((ROOT / "docs").glob("*.md"))]
BLOCK = re.compile(r"^```(\w*)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
INLINE = re.compile(r"`(sehatmenu [^`]+)`")
SECONDS = "10"
"""Searches of the pages are cut to so many seconds."""

ELSEWHERE = {"README.md": "tests/test_readme.py", "CONTRIBUTING.md": "tests/test_quality.py"}
"""Pages whose blocks other tests run."""


@pytest.fixture(scope="module")
def stage(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the files that the pages speak of: the example, a small school with its saved plan, two standards."""
    folder = tmp_path_factory.mktemp("stage")
    (folder / "examples").symlink_to(ROOT / "examples")
    dishes = [Dish("nasi", "pokok", 350, 8, 5), Dish("tempe", "hewani", 150, 12, 200)]
    offers = [Offer("umkm-01", "nasi", 1000), Offer("umkm-01", "tempe", 2000), Offer("umkm-07", "tempe", 1900)]
    school = write_problem(folder, dishes, offers)
    school.rename(folder / "sekolah.yaml")
    for number in ("001", "002"):
        write_problem(folder / "dapur" / number, dishes, offers)
    found = sm.plan(sm.load_problem(folder / "sekolah.yaml"), time_limit=10)
    assert isinstance(found, sm.Plan)
    found.save(folder / "rencana.yaml")
    standard = (folder / "standar.yaml").read_text(encoding="utf-8")
    for name in ("old", "new", "lama", "baru"):
        (folder / f"{name}.yaml").write_text(standard, encoding="utf-8")
    for name in ("recipes", "resep"):
        (folder / name).mkdir(exist_ok=True)
    return folder


@pytest.fixture
def on_stage(stage: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(stage)
    return stage


def blocks(page: Path) -> list[tuple[str, str]]:
    return BLOCK.findall(page.read_text(encoding="utf-8"))


def commands(block: str) -> Iterator[list[str]]:
    """The commands `sehatmenu ...` of a block, their comments left out and their time cut."""
    for line in block.splitlines():
        words = shlex.split(line, comments=True)
        if words[:1] == ["sehatmenu"]:
            if "--time-limit" in words:
                words[words.index("--time-limit") + 1] = SECONDS
            yield words[1:]


def run(words: list[str]) -> int:
    """Run a command; `> FILE` takes what it prints."""
    if ">" not in words:
        return main(words)
    at = words.index(">")
    with io.StringIO() as printed, contextlib.redirect_stdout(printed):
        code = main(words[:at])
        Path(words[at + 1]).write_text(printed.getvalue(), encoding="utf-8")
    return code


@pytest.mark.parametrize("page", [p for p in PAGES if p.name not in ELSEWHERE], ids=lambda page: page.name)
def test_what_a_page_shows_runs_in_its_order(page: Path, on_stage: Path) -> None:
    """A standard that a page shows is the file that its next commands speak of; each page begins with a clean one."""
    (on_stage / "ggl-harian.yaml").unlink(missing_ok=True)
    names: dict[str, object] = {
        "__name__": "__main__", "sm": sm, "problem": sm.load_problem("sekolah.yaml"),
        "paths": {"dapur-001": "dapur/001/soal.yaml", "dapur-002": "dapur/002/soal.yaml"}, "write_page": print,
    }  # fmt: skip
    for language, block in blocks(page):
        if language == "python" and "SCHEDULER" not in block:
            if "range(0, len(paths)" in block:
                names["paths"] = ["dapur/001/soal.yaml", "dapur/002/soal.yaml"]
            exec(compile(block, page.name, "exec"), names)
        elif (
            language == "yaml"
            and block.startswith("# yaml-language-server")
            and "\nid: kabupaten/ggl-harian\n" in block
        ):
            (on_stage / "ggl-harian.yaml").write_text(block, encoding="utf-8")
        elif not language:
            for words in commands(block):
                assert run(words) in answers(words), words


def answers(words: list[str]) -> tuple[int, ...]:
    """How a command may end: a bare skeleton has findings, and a large search that was cut may have no menu yet."""
    begun = words[:2] == ["standards", "lint"] and Path(words[2]).read_text(encoding="utf-8") == skeleton(words[2])
    return (0, 1) if begun or (words[0] == "plan" and SECONDS in words) else (0,)


def options_of(words: list[str], capsys: pytest.CaptureFixture[str]) -> str:
    """The help of a command; of a group of commands where the words name none of it."""
    with pytest.raises(SystemExit) as ended:
        main([*words, "--help"])
    assert ended.value.code == 0, words
    return capsys.readouterr().out


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_every_command_and_option_that_a_page_names_is_there(page: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for shown in INLINE.findall(page.read_text(encoding="utf-8")):
        words = shown.split()[1:]
        command = [w for w in words[: 2 if words[0] in ("standards", "foods") else 1] if re.fullmatch(r"[a-z-]+", w)]
        known = options_of(command, capsys)
        for option in set(re.findall(r"--[a-z-]+", shown)) - {"--version"}:
            assert option in known, shown
