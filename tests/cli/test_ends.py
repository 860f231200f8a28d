"""How commands end: exit codes that do not lie, answers that are not lost, consoles that cannot print every sign."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from sehatmenu.cli import main
from sehatmenu.cli.consoles import ASCII
from tests.cli.processes import COMMAND, EXAMPLE, ROOT, environment, posix, ran
from tests.planning.problems import Dish, Offer, write_problem

RICE, TEMPE = Dish("nasi", "pokok", 350, 8, 5), Dish("tempe", "hewani", 150, 12, 200)
LAW = ["--standard", "id/mbg-2026", "--group", "sd-4-6", "--on", "2026-02-02"]
TEMPE_GORENG = str(EXAMPLE / "resep" / "tempe-goreng.yaml")
FAULT, UNWRITTEN = 70, 73
roots = pytest.mark.skipif(os.name != "posix" or os.geteuid() != 0, reason="only root may mount a small disk")


@pytest.fixture
def kitchen(tmp_path: Path) -> Path:
    return write_problem(tmp_path, [RICE, TEMPE], [Offer("a", "nasi", 1000), Offer("a", "tempe", 2000)])


# A fault of the program

BROKEN = """\
import sys
from sehatmenu.food import recipes
def broken(*_, **__):
    raise {fault}
recipes.load_recipe = broken
from sehatmenu.cli import main
sys.exit(main({command!r}))
"""


@pytest.mark.parametrize(
    "fault", ["ZeroDivisionError('bagi nol')", "RecursionError()", "MemoryError()", "KeyError('x')"]
)
@pytest.mark.parametrize("lang", ["id", "en"])
def test_a_fault_of_the_program_has_a_code_of_its_own_and_one_sentence(fault: str, lang: str) -> None:
    program = BROKEN.format(fault=fault, command=["check", TEMPE_GORENG, "--lang", lang])
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=False)
    assert (FAULT, "") == (done.returncode, done.stdout)
    (sentence,) = done.stderr.splitlines()
    assert fault.partition("(")[0] in sentence
    assert {"id": "Kesalahan pada program ini sendiri", "en": "A fault of this program itself"}[lang] in sentence


def test_the_trace_of_a_fault_is_shown_when_asked_for() -> None:
    program = BROKEN.format(fault="ZeroDivisionError('bagi nol')", command=["check", TEMPE_GORENG, "--debug"])
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=False)
    assert FAULT == done.returncode
    assert "Traceback (most recent call last)" in done.stderr
    assert "in broken" in done.stderr


# An answer is not lost


@posix
@pytest.mark.parametrize("option", ["--html", "--save"])
def test_a_plan_is_printed_though_its_file_cannot_be_written(
    option: str, kitchen: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["plan", str(kitchen), option, "/dev/full", "--lang", "en"]) == UNWRITTEN
    printed = capsys.readouterr()
    assert "Rp60,000" in printed.out  # 2 days x 10 heads x (1,000 + 2,000)
    assert "/dev/full could not be written: no room left on the disk." in printed.err


@posix
def test_one_file_that_cannot_be_written_takes_no_other_along(kitchen: Path, tmp_path: Path) -> None:
    assert main(["plan", str(kitchen), "--html", "/dev/full", "--save", str(tmp_path / "menu.yaml")]) == UNWRITTEN
    assert "servings:" in (tmp_path / "menu.yaml").read_text(encoding="utf-8")


@roots
@pytest.mark.parametrize(("remount", "words"), [("size=64k", "no room left on the disk"), ("ro", "can only be read")])
def test_a_full_or_read_only_disk_is_told_and_the_plan_printed(
    remount: str, words: str, kitchen: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    disk = tmp_path / "disk"
    disk.mkdir()
    if subprocess.run(["mount", "-t", "tmpfs", "-o", "size=64k", "tmpfs", str(disk)], check=False).returncode:
        pytest.skip("this machine mounts no disks")
    try:
        (disk / "menu.html").write_text("lama")
        (disk / "full").write_bytes(b"x" * 60_000)
        subprocess.run(["mount", "-o", f"remount,{remount}", str(disk)], check=True)
        code = main(["plan", str(kitchen), "--html", str(disk / "menu.html"), "--lang", "en"])
        printed = capsys.readouterr()
        assert "lama" == (disk / "menu.html").read_text(encoding="utf-8")
    finally:
        subprocess.run(["umount", "-l", str(disk)], check=True)
    if remount == "ro":  # known before planning
        assert (2, True) == (code, "You may not write" in printed.err)
        return
    assert code == UNWRITTEN
    assert words in printed.err
    assert "Rp60,000" in printed.out


@posix
@pytest.mark.parametrize("more", [[], ["--json"]])
def test_an_answer_that_cannot_be_printed_is_told(more: list[str]) -> None:
    with Path("/dev/full").open("wb") as full:
        done = subprocess.run(
            [*COMMAND, "standards", "list", *more, "--lang", "en"], stdout=full, stderr=subprocess.PIPE, check=False
        )
    assert (UNWRITTEN, b"The answer could not be printed whole: no room left on the disk.\n") == (
        done.returncode,
        done.stderr,
    )


@posix
def test_a_reader_that_goes_away_is_no_success_and_no_trace() -> None:
    command = " ".join(COMMAND)
    done = subprocess.run(
        ["bash", "-c", f"{command} standards show us/lunch-2024 | true; echo ${{PIPESTATUS[0]}}"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    assert ("", True) == (done.stderr, int(done.stdout) in (0, UNWRITTEN))


# Consoles

CONSOLES = [{"PYTHONIOENCODING": "cp1252"}, {"PYTHONIOENCODING": "ascii"}, {"LC_ALL": "C"}]


@pytest.mark.parametrize("console", CONSOLES, ids=str)
@pytest.mark.parametrize(
    "command",
    [
        ["check", TEMPE_GORENG, *LAW],
        ["standards", "show", "id/mbg-2026"],
        ["foods", "search", "tempe"],
        ["sources"],
        ["check", "tidak-ada-½.yaml"],
        ["--help"],
        ["check", "--on"],
    ],
    ids=lambda words: words[0] + "-" + str(len(words)),
)
def test_a_console_that_knows_few_signs_gets_what_it_knows(command: list[str], console: dict[str, str]) -> None:
    done = ran(*command, **console)
    assert b"Traceback" not in done.stderr
    assert done.returncode in (0, 1, 2)
    printed = done.stdout + done.stderr
    printed.decode(console.get("PYTHONIOENCODING", "ascii"))
    if console.get("PYTHONIOENCODING") != "cp1252":
        assert printed.isascii()


def test_a_plan_is_drawn_in_ascii(kitchen: Path) -> None:
    done = ran("plan", str(kitchen), LC_ALL="C")
    assert (0, True) == (done.returncode, done.stdout.isascii())
    assert b"-- Senin, 2 Februari 2026 ---" in done.stdout
    assert b"    v " in done.stdout


@pytest.mark.parametrize("console", CONSOLES, ids=str)
def test_data_keeps_every_sign_on_every_console(console: dict[str, str], tmp_path: Path) -> None:
    recipe = tmp_path / "resep.yaml"
    text = Path(TEMPE_GORENG).read_text(encoding="utf-8")
    recipe.write_text(re.sub(r"name: .*", "name: Tempe ½ matang ≤ 中", text, count=1), encoding="utf-8")
    import json

    (found,) = json.loads(ran("check", str(recipe), "--json", **console).stdout.decode("utf-8"))
    assert found["recipe"] == "Tempe ½ matang ≤ 中"


def test_utf8_consoles_keep_their_signs() -> None:
    assert "–".encode() in ran("check", TEMPE_GORENG, *LAW, PYTHONIOENCODING="utf-8").stdout


def test_a_name_that_is_no_unicode_is_printed_somehow(tmp_path: Path) -> None:
    """File names of Linux are bytes; Python holds what is no UTF-8 in them as lone surrogates."""
    done = ran("check", str(tmp_path / "resep-\udcff.yaml"))
    assert (2, False) == (done.returncode, b"Traceback" in done.stderr)


def test_ascii_stands_for_signs_that_are_not_ascii() -> None:
    assert all(words.isascii() and not sign.isascii() for sign, words in ASCII.items())
    assert environment({})["PATH"]
