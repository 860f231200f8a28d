"""Lints of food tables: every seeded fault and known slip is found at its cell, and none in the corrected table."""

from __future__ import annotations

import csv
import json
from dataclasses import replace
from pathlib import Path

import pytest

from sehatmenu.cli import main
from sehatmenu.findings import Finding, Severity, Verdict
from sehatmenu.food.composition import PACKAGED, load_foods, read_foods
from sehatmenu.food.energies import energies
from sehatmenu.food.lints import lint_file, lint_foods, lint_packaged
from sehatmenu.food.measures import load_measures

FOODS = load_foods()
PRINTED, _ = read_foods(PACKAGED)

COLUMNS = {
    "code": "X1",
    "name_id": "Tahu uji",
    "group": "nabati",
    "state": "raw",
    "edible [%]": "80",
    "density [g/ml]": "",
    "water [g]": "82.2",
    "energy [kcal]": "80",
    "protein [g]": "10.9",
    "fat [g]": "4.7",
    "carbohydrate [g]": "0.8",
    "fibre [g]": "0.1",
    "ash [g]": "1.4",
    "calcium [mg]": "223",
    "phosphorus [mg]": "183",
    "iron [mg]": "3.4",
    "sodium [mg]": "2",
    "potassium [mg]": "50.6",
    "copper [mg]": "0.19",
    "zinc [mg]": "0.8",
    "retinol [mcg]": "0",
    "beta_carotene [mcg]": "118",
    "carotene_total [mcg]": "118",
    "thiamin [mg]": "0.01",
    "riboflavin [mg]": "0.08",
    "niacin [mg]": "0.1",
    "conflicts": "",
    "energy_factors": "",
    "flags": "",
}
"""A sound row: CP061 tahu, mentah of TKPI 2020."""


def table(folder: Path, *rows: dict[str, str]) -> Path:
    """A food table of sound rows, each with some cells changed."""
    written = [{**COLUMNS, "code": f"X{n}", "name_id": f"Tahu uji {n}", **row} for n, row in enumerate(rows, 1)]
    text = "\n".join(",".join(f'"{cell}"' for cell in row.values()) for row in written)
    path = folder / "pangan.csv"
    path.write_text(",".join(COLUMNS) + "\n" + text + "\n", encoding="utf-8")
    return path


def cell(finding: Finding) -> tuple[str, int, str]:
    """Code, line and column title of a finding."""
    assert finding.place is not None
    return finding.code, finding.place.line, list(COLUMNS)[finding.place.column - 1]


def test_the_sound_row_has_no_fault(tmp_path: Path) -> None:
    assert list(lint_file(table(tmp_path, {}))) == []


ZERO = dict.fromkeys(("energy [kcal]", "protein [g]", "fat [g]", "carbohydrate [g]"), "0")
BLANK = dict.fromkeys(("water [g]", "ash [g]", "fibre [g]"), "")
SALT = {"group": "bumbu", "water [g]": "0.2", "ash [g]": "99.8", **ZERO, "fibre [g]": "0", "calcium [mg]": "24"}

SEEDED = [
    ("food-part", "fat [g]", {"fat [g]": "120"}),
    ("food-parts", "carbohydrate [g]", {"water [g]": "8.22"}),
    ("food-parts", "carbohydrate [g]", {"ash [g]": "14", "water [g]": "88"}),
    ("food-energy", "energy [kcal]", {"energy [kcal]": "180"}),
    ("food-energy", "energy [kcal]", {"energy [kcal]": "8"}),
    ("food-energy", "energy [kcal]", {"energy [kcal]": "64", "energy_factors": "4-9-4"}),
    ("food-all-zero", "energy [kcal]", {**ZERO, **BLANK}),
    ("food-minerals", "sodium [mg]", {"sodium [mg]": "3064"}),
    ("food-minerals", "potassium [mg]", {"potassium [mg]": "2506"}),
    ("food-minerals", "phosphorus [mg]", {"phosphorus [mg]": "1830"}),
    ("food-fibre", "fibre [g]", {"fibre [g]": "5.1"}),
    ("food-limit", "copper [mg]", {"copper [mg]": "190"}),
    ("food-limit", "zinc [mg]", {"zinc [mg]": "60"}),
    ("food-limit", "niacin [mg]", {"niacin [mg]": "136.5"}),
    ("food-limit", "thiamin [mg]", {"thiamin [mg]": "200"}),
    ("food-retinol", "retinol [mcg]", {"retinol [mcg]": "12"}),
    ("food-carotene", "beta_carotene [mcg]", {"carotene_total [mcg]": "31"}),
    ("food-carotene", "beta_carotene [mcg]", {"beta_carotene [mcg]": "0", "carotene_total [mcg]": "510"}),
    ("food-sentinel", "beta_carotene [mcg]", {"beta_carotene [mcg]": "9999", "carotene_total [mcg]": ""}),
    ("food-zero", "niacin [mg]", {"niacin [mg]": "0"}),
    ("food-zero", "copper [mg]", {"copper [mg]": "0"}),
    (
        "food-unit",
        "beta_carotene [mcg]",
        {"beta_carotene [mcg]": "118", "conflicts": "beta_carotene_mcg: 2020=118 2019=118000"},
    ),
    ("food-edible-part", "edible [%]", {"edible [%]": "0"}),
    ("food-edible-part", "edible [%]", {"edible [%]": "101"}),
    ("food-group-unknown", "group", {"group": "lauk"}),
    # the MBG V14 workbook sorted by substrings: TERI in TERIGU, KOL in TONGKOL (local_context.md 6.1)
    ("food-group", "group", {"name_id": "TERIGU", "group": "hewani", "energy [kcal]": ""}),
    ("food-group", "group", {"name_id": "TONGKOL", "group": "sayur"}),
    ("food-group", "group", {"name_id": "KECIPIR", "group": "hewani"}),
    # raw rice with the 130 kcal of cooked rice (sppg-hub), and cooked rice with those of raw
    ("food-energy-of-name", "energy [kcal]", {"name_id": "Beras", "group": "pokok", "energy [kcal]": "130"}),
    ("food-energy-of-name", "energy [kcal]", {"name_id": "Nasi putih", "group": "pokok", "energy [kcal]": "357"}),
    # sodium of the same workbook: GARAM 0, GARAM UNTUK SEMUA 40, MASAKO 0 or 800, IKAN ASIN 0
    ("food-sodium-of-name", "sodium [mg]", {**SALT, "name_id": "GARAM", "sodium [mg]": "0"}),
    ("food-sodium-of-name", "sodium [mg]", {**SALT, "name_id": "GARAM UNTUK SEMUA", "sodium [mg]": "40"}),
    ("food-sodium-of-name", "sodium [mg]", {"name_id": "MASAKO", "group": "bumbu", "sodium [mg]": "800"}),
    ("food-sodium-of-name", "sodium [mg]", {"name_id": "IKAN ASIN", "group": "hewani", "sodium [mg]": "0"}),
    ("food-sodium-low", "sodium [mg]", {"group": "hewani", "ash [g]": "16.2", "sodium [mg]": "540"}),
]


@pytest.mark.parametrize(("code", "title", "cells"), SEEDED)
def test_every_seeded_fault_is_found_at_its_cell(tmp_path: Path, code: str, title: str, cells: dict[str, str]) -> None:
    found = lint_file(table(tmp_path, {}, cells))
    assert (code, 3, title) in {cell(finding) for finding in found}
    assert found.verdict is Verdict.fail
    assert {f.place.line for f in found if f.place} == {3}
    assert all(f.text("id") != f.text("en") for f in found)


def test_salt_is_not_a_food_of_which_everything_is_missing(tmp_path: Path) -> None:
    salt = {**SALT, "name_id": "Garam dapur", "sodium [mg]": "38758"}
    assert [f.code for f in lint_file(table(tmp_path, salt))] == []


def test_faults_between_rows(tmp_path: Path) -> None:
    sound = {"copper [mg]": "0.2"}
    twice = lint_file(table(tmp_path, sound, {**sound, "code": "X1"}))
    assert "food-name-twice" in {f.code for f in twice}
    copied = lint_file(table(tmp_path, sound, {**sound, "group": "hewani"}))
    assert ("food-copied", 3, "potassium [mg]") in {cell(f) for f in copied}
    oil = {"name_id": "Tahu cair, segar", "density [g/ml]": "0.92"}
    dense = lint_file(table(tmp_path, oil, {**oil, "name_id": "Tahu cair, botol", "density [g/ml]": "1.5"}))
    assert ("food-two-densities", 3, "density [g/ml]") in {cell(f) for f in dense}


def test_one_list_that_gives_a_food_two_densities(tmp_path: Path) -> None:
    # local_context.md 5.3: 1 sdm = 10 g and 1 sdt = 5 g of oil in the same list, with 1 sdm = 3 sdt
    path = tmp_path / "takaran.csv"
    rows = [",sdm,l,,15,,s", ",sdt,l,,5,,s", "KR011,sdm,l,10,,edible,s", "KR011,sdt,l,5,,edible,s"]
    path.write_text("\n".join(["code,measure,list,mass [g],volume [ml],basis,source", *rows]), encoding="utf-8")
    (found,) = [f for f in lint_foods(FOODS, load_measures(path)) if f.code == "measure-two-densities"]
    assert found.place is not None
    assert (found.severity, found.place.line) == (Severity.should, 5)


def test_a_flag_of_the_row_explains_a_finding(tmp_path: Path) -> None:
    flagged = {"fibre [g]": "5.1", "flags": "single source; FIBER>CARB(5.1>0.8)"}
    (note,) = lint_file(table(tmp_path, flagged))
    assert (note.severity, note.verdict, note.causes) == (Severity.info, Verdict.unknown, ("FIBER>CARB(5.1>0.8)",))
    other = {"fibre [g]": "5.1", "flags": "PROXIMATE_SUM=90"}
    assert lint_file(table(tmp_path, other)).verdict is Verdict.fail


# Known slips of the printed book: errata.csv holds those of the shipped rows, found below in the table as printed.


def test_the_corrected_table_has_no_fault() -> None:
    assert [f.text("en") for f in lint_packaged() if f.severity is Severity.must] == []


def test_what_is_left_in_the_corrected_table_is_explained_by_a_flag_or_open() -> None:
    notes = [f for f in lint_foods(FOODS) if f.code != "food-sodium-open"]
    assert all(note.severity is Severity.info and note.causes for note in notes)


UNFLAGGED = replace(PRINTED, foods=tuple(replace(food, flags=()) for food in PRINTED))
FOUND = [f for f in lint_foods(UNFLAGGED) if f.severity is Severity.must]
ELSEWHERE = {
    ("CP024", "ash"), ("CP024", "energy"), ("CP024", "water"),  # found where the parts of 100 g are summed
    ("ER023", "carbohydrate"),  # found at its energy
    ("GR009", "copper"), ("GR009", "zinc"),  # found at potassium, the first of the copied minerals
    ("CP020", "protein"), ("CP020", "fat"), ("CP020", "ash"), ("CP021", "water"), ("CP021", "protein"),
    ("CP021", "ash"), ("CP021", "energy"), ("CP022", "water"), ("CP022", "energy"), ("CP022", "ash"),
    ("CP070", "water"), ("CP070", "protein"), ("CP070", "fat"), ("ER107", "ash"),  # found where the parts are summed
}  # fmt: skip


ONLY_BY_EDITIONS = {"QR001", "AP047"}
"""Rows that contradict nothing but the other editions: coconut water; an energy not renewed with its carbohydrate."""


def test_every_known_slip_is_found_in_the_table_as_printed() -> None:
    cells = {(f.place.line, f.place.column) for f in FOUND if f.place}
    lines = {line for line, _ in cells}
    for erratum in (e for e in FOODS.errata if e.edition == "tkpi-2020" and e.code not in ONLY_BY_EDITIONS):
        place = PRINTED.place(PRINTED[erratum.code], erratum.nutrient)
        at_cell = (place.line, place.column) in cells
        assert at_cell or ((erratum.code, erratum.nutrient) in ELSEWHERE and place.line in lines), erratum


def edited(folder: Path, code: str, cells: dict[str, str]) -> Path:
    """One row of the packaged table as printed, without flags and with some cells changed."""
    with PACKAGED.open(encoding="utf-8", newline="") as stream:
        (row,) = [row for row in csv.DictReader(stream) if row["code"] == code]
    path = folder / "pangan.csv"
    with path.open("w", encoding="utf-8", newline="") as stream:
        writer = csv.DictWriter(stream, row)
        writer.writeheader()
        writer.writerow({**row, **cells, "flags": ""})
    return path


# figures of other editions (food_composition.md 1.5) and of the MBG V14 workbook (local_context.md 6.1)
@pytest.mark.parametrize(
    ("code", "cells", "finding"),
    [
        ("ER073", {"fat [g]": "12"}, "food-energy"),  # papaya
        ("FP001", {"water [g]": "4.8"}, "food-parts"),  # ampela goreng
        ("MP004", {"fat [g]": "4"}, "food-parts"),  # cocoa
        ("NR018", {"water [g]": "55"}, "food-parts"),  # ginger
        ("NP008", {"sodium [mg]": "87981"}, "food-minerals"),  # petis udang
        ("AP022", {"carbohydrate [g]": "6.3"}, "food-parts"),  # mi kering
        ("ER087", {"carbohydrate [g]": "0.6"}, "food-parts"),  # pisang mas
    ],
)
def test_slips_of_other_editions_are_found(tmp_path: Path, code: str, cells: dict[str, str], finding: str) -> None:
    assert finding in {f.code for f in lint_file(edited(tmp_path, code, cells)) if f.severity is Severity.must}


# rows of the book that are not shipped: printed figures of tkpi2020_full.csv, or of the edition of 2017
@pytest.mark.parametrize(
    ("name", "figures", "finding"),
    [
        ("Daun kasbi (DR034)", {"beta_carotene [mcg]": "9999", "carotene_total [mcg]": ""}, "food-sentinel"),
        ("Telur penyu (HR010), 2017", {"water [g]": "7.4"}, "food-parts"),
        ("Sowa (ER107), 2017", {"fibre [g]": "45", "carbohydrate [g]": "9.1"}, "food-fibre"),
        ("Cassavastick (BP024), 2017", {"carbohydrate [g]": "17.2", "energy [kcal]": "460"}, "food-parts"),
    ],
)
def test_slips_of_rows_that_are_not_shipped_are_found(
    tmp_path: Path, name: str, figures: dict[str, str], finding: str
) -> None:
    found = lint_file(table(tmp_path, {"name_id": name, "group": "", **figures}))
    assert finding in {f.code for f in found if f.severity is Severity.must}


def test_energy_of_vegetables_may_follow_the_factors_of_vegetables() -> None:
    # food_composition.md 1.8: kangkung 36 by 4-9-4, 28 by 2.44/8.37/3.57, printed 28
    (name, energy), *others = energies(FOODS["kangkung"])
    assert (name, round(energy.low), others) == ("vegetable 2.44/8.37/3.57", 28, [])


def test_the_command_lints_a_file_and_the_packaged_table(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["foods", "lint", str(table(tmp_path, {"fat [g]": "120"})), "--lang", "en"]) == 1
    out = capsys.readouterr().out
    assert f"{tmp_path / 'pangan.csv'}:2:" in out
    assert "Fat, total 120 g in 100 g" in out
    assert main(["foods", "lint"]) == 0
    assert "0 kesalahan" in capsys.readouterr().out
    assert main(["foods", "lint", "--json", str(table(tmp_path, {}))]) == 0
    assert json.loads(capsys.readouterr().out) == {"editions": [""], "findings": []}
    assert main(["foods", "lint", str(tmp_path / "tidak-ada.csv")]) == 2
