"""Files that are hostile or careless: each is refused with a place, at small cost, and nothing outside a folder is read."""

from __future__ import annotations

import io
import json
import subprocess
import sys
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

import sehatmenu as sm
from sehatmenu import allowances
from sehatmenu.errors import LoadError
from sehatmenu.readings import reading

RECIPE = "name: Uji\ncourse: sayur\nservings: 10\nmethod: tumis\nbasis: edible\nmeasures: [dbmp]\n"
PROBLEM = """\
title: Soal
standard: standar.yaml
calendar: {from: 2026-02-02, to: 2026-02-03}
recipes: resep
suppliers: umkm.yaml
institutions: [{id: a, name: A, meals: [{meal: siang, courses: [pokok], groups: [{group: anak, heads: 10}]}]}]
"""


def refused(read: Callable[[], object]) -> LoadError:
    with pytest.raises(LoadError) as caught:
        read()
    return caught.value


def test_twenty_thousand_bad_rows_are_a_hundred_lines_and_a_count(tmp_path: Path) -> None:
    path = tmp_path / "harga.csv"
    path.write_text("Bahan;Harga;Berat;Dasar berat\n" + "".join(f"zzz{n};1000;1 kg;kotor\n" for n in range(20_000)))
    lines = refused(lambda: sm.read_prices(path)).text("en").splitlines()
    assert 101 == len(lines)
    assert f"{path}:2:1: " in lines[0]
    assert lines[-1].startswith("and 19,900 findings more")


def test_an_unknown_name_is_looked_up_for_the_first_few_only(tmp_path: Path) -> None:
    """Each look-up costs milliseconds: 50,000 unknown nutrients took a minute and a half."""
    path = tmp_path / "a.yaml"
    values = ", ".join(f"protei{n}: 1 g" for n in range(3000))
    path.write_text(
        f"name: x\ncourse: sayur\nservings: 1\nnutrition: {{per: 1 portion, source: x, values: {{{values}}}}}\n"
    )
    report = refused(lambda: sm.load_recipe(path)).report
    assert 3000 == len(report)
    assert allowances.MAX_SUGGESTIONS == sum(bool(found.values["suggestion"]) for found in report)


def test_the_next_reading_looks_names_up_again(tmp_path: Path) -> None:
    path = tmp_path / "a.yaml"
    path.write_text(
        "name: x\ncourse: sayur\nservings: 1\nnutrition: {per: 1 portion, source: x, values: {protei: 1 g}}\n"
    )
    for _ in range(allowances.MAX_SUGGESTIONS + 2):
        assert "protein" in refused(lambda: sm.load_recipe(path)).text()


@pytest.mark.parametrize("servings", ["1e-300", "0", "-1", "1e300", "0.001"])
def test_servings_that_make_no_sense_are_refused_at_their_place(servings: str, tmp_path: Path) -> None:
    path = tmp_path / "a.yaml"
    path.write_text(RECIPE.replace("10", servings) + "ingredients: [100 g tempe]\n")
    assert f"{path}:3:11: " in refused(lambda: sm.load_recipe(path)).text()


def test_names_of_three_hundred_letters_are_taken(tmp_path: Path) -> None:
    path = tmp_path / "a.yaml"
    path.write_text(RECIPE.replace("Uji", "U" * 300) + "ingredients: [100 g tempe]\n")
    recipe = sm.load_recipe(path)
    assert "U" * 300 == recipe.name
    assert "U" * 300 in sm.check(recipe, sm.load_standard("id/ggl-2013"), group="umum", on="2026-02-02").text()


CELLS = [("price", "food,price [IDR],weight [g],basis\n", sm.load_prices), ("foods", "code,name_id\n", sm.load_foods)]


@pytest.mark.parametrize(("kind", "head", "read"), CELLS, ids=[kind for kind, _, _ in CELLS])
def test_a_cell_longer_than_csv_allows_is_refused_at_its_line(
    kind: str, head: str, read: Callable[[Path], object], tmp_path: Path
) -> None:
    path = tmp_path / "a.csv"
    path.write_text(head + "a,b\n" + "x" * (allowances.MAX_CELL_LENGTH + 1) + "\n")
    assert f"{path}:3:1: " in refused(lambda: read(path)).text()


def test_a_table_of_too_many_cells_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text("Bahan;Harga\n" + "x;1\n" * (allowances.MAX_CELLS // 2 + 1))
    assert "200.000" in refused(lambda: sm.read_prices(path)).text()


def bomb(path: Path, packing: int, size: int) -> Path:
    """A workbook whose one sheet unpacks to that many bytes, and which states a hundred."""
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", packing) as book:
        for name in ("[Content_Types].xml", "xl/workbook.xml"):
            book.writestr(name, "<x/>")
        with book.open("xl/worksheets/sheet1.xml", "w", force_zip64=True) as sheet:
            for _ in range(size // 1_000_000):
                sheet.write(b" " * 1_000_000)
    path.write_bytes(packed.getvalue())
    return path


@pytest.mark.parametrize("packing", [zipfile.ZIP_DEFLATED, zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA])
def test_a_workbook_that_unpacks_to_gigabytes_is_refused_in_little_memory(packing: int, tmp_path: Path) -> None:
    path = bomb(tmp_path / "resep.xlsx", packing, 400_000_000)
    code = (
        "import re, sys, sehatmenu as s\n"
        "try: s.read_recipes(sys.argv[1])\n"
        "except s.LoadError as e: print(e)\n"
        "print(int(re.search(r'VmHWM:\\s+([0-9]+)', open('/proc/self/status').read())[1]) // 1024)\n"
    )  # of this program alone: what getrusage tells still holds the size of the process that it was forked from
    done = subprocess.run([sys.executable, "-c", code, str(path)], capture_output=True, text=True, check=False)
    assert "" == done.stderr
    *lines, megabytes = done.stdout.splitlines()
    assert lines
    assert str(path) in lines[0]
    assert int(megabytes) < 300


def test_styles_that_swell_are_refused(tmp_path: Path) -> None:
    path = tmp_path / "resep.xlsx"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as book:
        book.writestr("xl/styles.xml", " " * (allowances.MAX_PART_BYTES + 1))
    assert "40.000.000" in refused(lambda: sm.read_recipes(path)).text()


@pytest.mark.parametrize("where", ["A999999999999", "A1048577", "ZZZZZZ1", "XFD2", "GS2"])
def test_a_cell_far_outside_of_the_sheet_is_refused(where: str, tmp_path: Path) -> None:
    """openpyxl fills a sheet up to its farthest cell: a mutated row number kept it busy without end."""
    from openpyxl import Workbook

    book = Workbook()
    book.active.title = "Harga"
    book.active["A1"] = "Bahan"
    book.save(tmp_path / "a.xlsx")
    path = tmp_path / "harga.xlsx"
    with zipfile.ZipFile(tmp_path / "a.xlsx") as old, zipfile.ZipFile(path, "w") as new:
        for name in old.namelist():
            row = "".join(letter for letter in where if letter.isdigit())
            raw = (
                old.read(name)
                .replace(b'r="A1"', f'r="{where}"'.encode())
                .replace(b'<row r="1"', f'<row r="{row}"'.encode())
            )
            new.writestr(name, raw)
    assert "200" in refused(lambda: sm.read_prices(path)).text()


SECRET = "sandi-rahasia-7731"
OTHERS = {
    "text": f"{SECRET}\nline two {SECRET}\n",
    "mapping": f"password: {SECRET}\n{SECRET}: yes\n",
    "list": f"- {SECRET}\n",
    "passwd": f"root:x:0:0:{SECRET}:/root:/bin/bash\ndaemon:x:1:1:{SECRET}:/:/bin/sh\n",
    "json": json.dumps({"token": SECRET, "nested": {SECRET: [SECRET]}}),
    "table": f"user;{SECRET}\n{SECRET};1\n",
}
READERS: dict[str, Callable[[Path], object]] = {
    "load_recipe": sm.load_recipe,
    "load_problem": sm.load_problem,
    "load_suppliers": sm.load_suppliers,
    "load_standard": sm.load_standard,
    "load_foods": sm.load_foods,
    "load_prices": sm.load_prices,
    "load_plan": sm.load_plan,
    "read_recipes": sm.read_recipes,
    "read_suppliers": sm.read_suppliers,
    "read_prices": sm.read_prices,
}


@pytest.mark.parametrize("reader", READERS)
@pytest.mark.parametrize("other", OTHERS)
def test_no_message_prints_a_file_of_another_kind(reader: str, other: str, tmp_path: Path) -> None:
    """Someone who may name a path is not to learn what stands in /etc/passwd from an error."""
    path = tmp_path / ("a.csv" if reader in ("load_foods", "load_prices") or reader.startswith("read_") else "a.yaml")
    path.write_text(OTHERS[other])
    for lang in ("id", "en"):
        assert SECRET not in refused(lambda: READERS[reader](path)).text(lang)


@pytest.mark.parametrize("reader", READERS)
@pytest.mark.parametrize("way", ["straight", "dots", "link"])
def test_within_a_folder_no_reader_leaves_it(reader: str, way: str, tmp_path: Path) -> None:
    inside = tmp_path / "dalam"
    inside.mkdir()
    suffix = ".csv" if reader in ("load_foods", "load_prices") or reader.startswith("read_") else ".yaml"
    outside = tmp_path / f"luar{suffix}"
    outside.write_text(SECRET)
    link = inside / f"tautan{suffix}"
    link.symlink_to(outside)
    path = {"straight": outside, "dots": inside / ".." / outside.name, "link": link}[way]
    error = refused(lambda: READERS[reader](path, within=inside))  # type: ignore[call-arg]
    assert ["path-outside"] == [found.code for found in error.report]


LEAVING = {
    "recipes": "recipes: ../resep",
    "suppliers": "suppliers: ../umkm.yaml",
    "standard": "standard: ../standar.yaml",
    "foods": "foods: ../pangan.csv",
}


@pytest.mark.parametrize("key", LEAVING)
def test_a_path_written_in_a_problem_does_not_leave_the_folder(key: str, tmp_path: Path) -> None:
    inside = tmp_path / "dalam"
    inside.mkdir()
    lines = [line for line in PROBLEM.splitlines() if not line.startswith(f"{key}:")]
    (inside / "soal.yaml").write_text("\n".join([*lines, LEAVING[key]]) + "\n")
    (tmp_path / "standar.yaml").write_text("id: a\ntitle: A\nsources: {}\n")
    error = refused(lambda: sm.load_problem(inside / "soal.yaml", within=inside))
    assert "path-outside" in {found.code for found in error.report}


def test_a_standard_does_not_lead_out_of_the_folder_even_when_it_was_read_before(tmp_path: Path) -> None:
    inside = tmp_path / "dalam"
    inside.mkdir()
    (tmp_path / "induk.yaml").write_text("id: induk\ntitle: Induk\nsources: {}\n")
    own = inside / "anak.yaml"
    own.write_text("id: anak\ntitle: Anak\nsources: {}\nextends: ../induk.yaml\n")
    assert "anak" == sm.load_standard(own).id
    assert ["path-outside"] == [f.code for f in refused(lambda: sm.load_standard(own, within=inside)).report]


def test_what_the_package_brings_along_may_be_read_everywhere(tmp_path: Path) -> None:
    (tmp_path / "a.yaml").write_text(RECIPE + "ingredients: [100 g tempe]\n")
    assert "Uji" == sm.load_recipe(tmp_path / "a.yaml", within=tmp_path).name
    assert "id/mbg-2026" == sm.load_standard("id/mbg-2026", within=tmp_path).id


def test_a_folder_within_a_folder_is_not_a_way_out(tmp_path: Path) -> None:
    (tmp_path / "a.yaml").write_text(RECIPE + "ingredients: [100 g tempe]\n")
    (tmp_path / "dalam").mkdir()
    with reading(tmp_path / "dalam"):
        error = refused(lambda: sm.load_recipe(tmp_path / "a.yaml", within=tmp_path))
    assert ["path-outside"] == [found.code for found in error.report]


def test_every_limit_stands_in_the_documentation() -> None:
    page = (Path(__file__).parents[1] / "docs" / "limits.md").read_text(encoding="utf-8")
    for name, value in vars(allowances).items():
        if name.isupper():
            figures = value if isinstance(value, tuple) else (value,)
            assert f"`{name}` | " + " to ".join(f"{figure:,.10g}" for figure in figures) in page, name
