"""What the command line accepts and refuses, before any work: versions, languages, ranges, near names, places of files."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

import sehatmenu
from sehatmenu.cli import main
from sehatmenu.reports.price_sheets import write_price_template
from tests.cli.processes import EXAMPLE, ran
from tests.planning.problems import Dish, Offer, write_problem

RICE, TEMPE = Dish("nasi", "pokok", 350, 8, 5), Dish("tempe", "hewani", 150, 12, 200)
LAW = ["--standard", "id/mbg-2026", "--group", "sd-4-6", "--on", "2026-02-02"]
TEMPE_GORENG = str(EXAMPLE / "resep" / "tempe-goreng.yaml")


@pytest.fixture
def kitchen(tmp_path: Path) -> Path:
    return write_problem(tmp_path, [RICE, TEMPE], [Offer("a", "nasi", 1000), Offer("a", "tempe", 2000)])


@pytest.mark.parametrize("module", ["sehatmenu", "sehatmenu.cli"])
def test_the_package_is_run_by_its_name_and_says_its_version(module: str) -> None:
    done = subprocess.run([sys.executable, "-m", module, "--version"], capture_output=True, text=True, check=True)
    assert f"sehatmenu {sehatmenu.__version__}\n" == done.stdout


@pytest.mark.parametrize(
    "command",
    [
        ["--lang", "en", "check", TEMPE_GORENG],
        ["check", TEMPE_GORENG, "--lang", "en"],
        ["check", "--lang=en", TEMPE_GORENG],
        ["--lang", "id", "check", TEMPE_GORENG, "--lang", "en"],
    ],
    ids=" ".join,
)
def test_the_language_stands_before_or_after_the_command(
    command: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(command) == 0
    assert "Energy" in capsys.readouterr().out


@pytest.mark.parametrize("command", [["--lang", "en", "standards", "list"], ["standards", "--lang", "en", "list"]])
def test_the_language_stands_before_or_after_a_group_of_commands(
    command: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    assert main([*command, "--json"]) == 0
    titles = {row["id"]: row["title"] for row in json.loads(capsys.readouterr().out)}
    assert titles["id/mbg-2026"] == "Free Nutritious Meals programme (MBG), 2026"


def test_without_a_word_the_language_is_indonesian(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["check", TEMPE_GORENG]) == 0
    assert "Energi" in capsys.readouterr().out


SECONDS = "the time limit is written in seconds, above 0 and at most 1,000,000"
PERCENT = "the distance to the cheapest is written in per cent, from 0 to below 100"


@pytest.mark.parametrize("command", ["plan", "plan-many"])
@pytest.mark.parametrize(
    ("option", "sentence"),
    [
        *((("--time-limit", value), SECONDS) for value in ("-3", "0", "inf", "nan", "-inf", "1e300", "lama", "")),
        *((("--gap", value), PERCENT) for value in ("-1", "inf", "nan", "100", "1e300", "kecil", "")),
    ],
)
def test_numbers_outside_their_range_are_refused_before_any_work(
    option: tuple[str, str], sentence: str, command: str, capsys: pytest.CaptureFixture[str]
) -> None:
    name, value = option
    assert main([command, "tidak-ada.yaml", f"{name}={value}", "--lang", "en"]) == 2
    assert sentence in capsys.readouterr().err


@pytest.mark.parametrize("value", ["0", "-2", "1.5", "banyak", "1001"])
def test_workers_are_counted(value: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["plan-many", "x.yaml", f"--workers={value}", "--lang", "en"]) == 2
    assert "whole number from 1 to 1,000" in capsys.readouterr().err


@pytest.mark.parametrize("value", ["-5", "nan", "inf", "sedikit"])
def test_the_largest_change_is_a_share(value: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["repair", TEMPE_GORENG, *LAW, f"--max-change={value}", "--lang", "en"]) == 2
    assert "the largest change is written in per cent" in capsys.readouterr().err


def test_a_decimal_comma_is_read(kitchen: Path) -> None:
    assert main(["plan", str(kitchen), "--gap", "0,5", "--time-limit", "9,5"]) == 0


@pytest.mark.parametrize(
    ("written", "near"),
    [
        ("mbg-2026", "id/mbg-2026"),
        ("id/mbg-2062", "id/mbg-2026"),
        ("MBG-2026", "id/mbg-2026"),
        ("kantin_sehat", "id/kantin-sehat"),
        ("mbg-2026.yaml", "id/mbg-2026"),
        ("akg-2019", "references/akg-2019"),
    ],
)
def test_a_near_id_is_suggested(written: str, near: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["check", TEMPE_GORENG, "--standard", written, "--on", "2026-02-02", "--lang", "en"]) == 2
    assert f'there is no standard "{written}"; perhaps "{near}" is meant' in capsys.readouterr().err


def test_an_id_like_none_is_not_guessed(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["check", TEMPE_GORENG, "--standard", "zzzzzzzz", "--on", "2026-02-02", "--lang", "en"]) == 2
    said = capsys.readouterr().err
    assert "perhaps" not in said
    assert "id/mbg-2026" in said


# Places of files are refused before any search whose answer they would lose


@pytest.mark.parametrize("option", ["--html", "--save"])
def test_a_missing_folder_is_refused_before_planning(
    option: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """The problem file does not even exist: nothing of it was looked at."""
    assert main(["plan", "tidak-ada.yaml", option, str(tmp_path / "tidak" / "menu.html"), "--lang", "en"]) == 2
    assert "does not exist. Make it first" in capsys.readouterr().err


@pytest.mark.parametrize("option", ["--html", "--save"])
def test_a_folder_is_no_file(option: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["plan", "tidak-ada.yaml", option, str(tmp_path), "--lang", "en"]) == 2
    assert "is a folder. Write the name of a file in it." in capsys.readouterr().err


def test_a_solver_that_is_not_there_is_refused_before_planning(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["plan", "tidak-ada.yaml", "--solver", "pulp:NOSUCH", "--lang", "en"]) == 2
    assert "The solver pulp:NOSUCH is not known or not installed" in capsys.readouterr().err


# Spreadsheets


def recipe_sheet(folder: Path, rows: str) -> str:
    path = folder / "resep.csv"
    path.write_text(
        f"Nama resep;Jenis hidangan;Jumlah porsi;Dasar berat;Cara masak;Bahan;Jumlah;Satuan\n{rows}", encoding="utf-8"
    )
    return str(path)


TWO_LINES = "Tempe goreng;nabati;10;kotor;goreng;tempe;500;g\n;;;;;minyak goreng;20;g\n;;;;;garam;5;g\n"


def test_a_recipe_of_a_spreadsheet_is_repaired_as_one_of_a_file(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """The same recipe as YAML and as a sheet: one answer."""
    sheet = recipe_sheet(tmp_path, TWO_LINES)
    (tmp_path / "resep.yaml").write_text(
        "name: Tempe goreng\ncourse: nabati\nservings: 10\nbasis: gross\nmethod: goreng\n"
        "ingredients: [500 g tempe, 20 g minyak goreng, 5 g garam]\n",
        encoding="utf-8",
    )
    answers = []
    for path in (sheet, str(tmp_path / "resep.yaml")):
        assert main(["repair", path, *LAW, "--as-meal"]) in (0, 1)
        answers.append(capsys.readouterr().out.splitlines()[1:])
    assert answers[0] == answers[1]


def test_a_spreadsheet_of_several_recipes_is_not_repaired_at_random(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    rows = TWO_LINES + "Tempe bacem;nabati;10;kotor;rebus;tempe;500;g\n"
    assert main(["repair", recipe_sheet(tmp_path, rows), *LAW, "--lang", "en"]) == 2
    assert "holds several recipes (Tempe goreng, Tempe bacem)" in capsys.readouterr().err


def test_umkm_of_a_spreadsheet_need_none_in_the_problem(
    kitchen: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    sheet = tmp_path / "umkm.csv"
    sheet.write_text(
        "Kode UMKM;Nama UMKM;Kapasitas sehari;Hidangan;Harga jual\nbu-ani;Bu Ani;1000;nasi;1000\n;;;tempe;2000\n",
        encoding="utf-8",
    )
    kitchen.write_text(kitchen.read_text(encoding="utf-8").replace("suppliers: umkm.yaml\n", ""), encoding="utf-8")
    assert main(["plan", str(kitchen), "--suppliers", str(sheet)]) == 0
    assert "Bu Ani" in capsys.readouterr().out
    assert main(["plan", str(kitchen), "--lang", "en"]) == 2
    assert "'suppliers' must be given" in capsys.readouterr().err


def test_bounds_of_umkm_stand_under_a_heading_of_their_own(kitchen: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["plan", str(kitchen), "--lang", "en"]) == 0
    rules = capsys.readouterr().out.splitlines()
    at = rules.index("  Capacity and shares of the UMKM")
    assert rules[at + 1].strip().startswith("✓ a: ")
    assert "  Sekolah uji, anak" in rules[:at]


# Extras that are not installed


@pytest.mark.parametrize(
    ("missing", "extra", "command"),
    [
        ("openpyxl", "excel", ["template", "umkm.xlsx"]),
        ("openpyxl", "excel", ["check", "resep.xlsx"]),
        ("openpyxl", "excel", ["repair", "resep.xlsx", *LAW]),
        ("openpyxl", "excel", ["plan", str(EXAMPLE / "sekolah.yaml"), "--suppliers", "umkm.xlsx"]),
        ("openpyxl", "excel", ["repair", TEMPE_GORENG, *LAW, "--prices", "harga.xlsx"]),
    ],
)
def test_a_missing_extra_is_named_with_its_line_for_pip(
    missing: str, extra: str, command: list[str], tmp_path: Path
) -> None:
    write_price_template(tmp_path / "harga.xlsx")
    for name in ("resep.xlsx", "umkm.xlsx"):
        (tmp_path / name).write_bytes((tmp_path / "harga.xlsx").read_bytes())
    if command[0] == "template":
        (tmp_path / "umkm.xlsx").unlink()
    program = (
        f"import sys; sys.modules[{missing!r}] = None; from sehatmenu.cli import main; sys.exit(main({command!r}))"
    )
    done = subprocess.run([sys.executable, "-c", program], cwd=tmp_path, capture_output=True, text=True, check=False)
    assert (2, f'pip install "sehatmenu[{extra}]"') == (done.returncode, done.stderr.split(": ")[-1].rstrip(".\n"))


def test_terminal_and_web_extras_are_not_needed_to_plan(kitchen: Path) -> None:
    """Without rich the text is plain."""
    program = (
        "import sys; sys.modules.update(rich=None, pandas=None, openpyxl=None, matplotlib=None, narwhals=None);"
        f"from sehatmenu.cli import main; sys.exit(main(['plan', {str(kitchen)!r}]))"
    )
    assert subprocess.run([sys.executable, "-c", program], capture_output=True, check=False).returncode == 0


def test_help_is_printed_and_a_wrong_command_is_bad_input() -> None:
    assert ran("--help").returncode == 0
    done = ran("rencanakan")
    assert (2, b"") == (done.returncode, done.stdout)
