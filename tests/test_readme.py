"""What README.md shows a user: its Python block runs, and it names every command that there is."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from sehatmenu import cli

ROOT = Path(__file__).resolve().parents[1]
README = (ROOT / "README.md").read_text(encoding="utf-8")


def test_the_two_commands_come_first() -> None:
    """Each is one line and all the set-up there is."""
    main_job = "pip install . && sehatmenu plan examples/gading-rejo/sekolah.yaml"
    tests = 'pip install -e ".[test]" && pytest'
    assert re.findall(r"^```\n(.+)\n```$", README, flags=re.MULTILINE)[:2] == [main_job, tests]


def test_the_python_block_runs(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (block,) = re.findall(r"^```python\n(.+?)^```$", README, flags=re.MULTILINE | re.DOTALL)
    (tmp_path / "examples").symlink_to(ROOT / "examples")
    monkeypatch.chdir(tmp_path)
    exec(compile(block, "README.md", "exec"), {})
    assert (tmp_path / "menu.html").read_text(encoding="utf-8").lower().startswith("<!doctype html>")


def test_every_command_is_in_the_table(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        cli.main(["--help"])
    commands = re.findall(r"^    (\w+) ", capsys.readouterr().out, flags=re.MULTILINE)
    assert commands
    assert [name for name in commands if f"| `sehatmenu {name}" not in README] == []
