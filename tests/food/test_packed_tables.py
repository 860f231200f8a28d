"""The packed food table is the table itself, and is left aside as soon as anything that it rests on changed."""

from __future__ import annotations

import dataclasses
import json
import subprocess
import sys
import zipfile
from pathlib import Path

import numpy as np
import pytest

from sehatmenu.food.composition import packaged_from_tables
from sehatmenu.food.foods import Food
from sehatmenu.food.packed_tables import ROWS, VALUES, fingerprint, pack, unpacked

ROOT = Path(__file__).parents[2]
TABLE = packaged_from_tables()


def same(one: Food, two: Food) -> bool:
    """Whether two foods agree in every field, the figures to the last digit."""
    fields = [field.name for field in dataclasses.fields(Food) if field.name != "per100"]
    figures = (one.per100.values.low == two.per100.values.low, one.per100.values.high == two.per100.values.high)
    return all(getattr(one, name) == getattr(two, name) for name in fields) and all(map(np.all, figures))


def test_what_is_unpacked_is_the_table_in_every_field(tmp_path: Path) -> None:
    pack(TABLE, tmp_path)
    table = unpacked(tmp_path)
    assert table is not None
    assert all(same(one, two) for one, two in zip(TABLE, table, strict=True))
    assert {name: food.code for name, food in table.names.items()} == {n: f.code for n, f in TABLE.names.items()}
    assert table.read_as == TABLE.read_as
    assert [n.values["choices"] for n in table.namings.values()] == [
        n.values["choices"] for n in TABLE.namings.values()
    ]
    assert (table.layers, dict(table.columns), table.fillers) == (TABLE.layers, dict(TABLE.columns), TABLE.fillers)
    assert np.array_equal(table.origins, TABLE.origins)
    assert table.place(table["mi kering"], "protein") == TABLE.place(TABLE["mi kering"], "protein")
    assert table.prefer(["tkpi", "usda"]).origin("kangkung", "folate") == "usda"


def test_a_table_packed_from_other_files_is_left_aside(tmp_path: Path) -> None:
    pack(TABLE, tmp_path)
    packed = json.loads((tmp_path / ROWS).read_text("utf-8"))
    assert packed["fingerprint"] == fingerprint()
    packed["fingerprint"] = "0" * 64
    (tmp_path / ROWS).write_text(json.dumps(packed), "utf-8")
    assert unpacked(tmp_path) is None


@pytest.mark.parametrize("name", [ROWS, VALUES])
@pytest.mark.parametrize("content", [b"", b"half a fi", None], ids=["empty", "torn", "missing"])
def test_a_torn_or_missing_file_is_left_aside(tmp_path: Path, name: str, content: bytes | None) -> None:
    pack(TABLE, tmp_path)
    (tmp_path / name).unlink() if content is None else (tmp_path / name).write_bytes(content)
    assert unpacked(tmp_path) is None


def test_a_change_of_any_table_changes_the_fingerprint(tmp_path: Path) -> None:
    """In a copy of the package, since the package itself is not to be changed."""
    script = "import sehatmenu.food.packed_tables as p; print(p.fingerprint())"
    copy = tmp_path / "sehatmenu"
    subprocess.run(["cp", "-r", str(ROOT / "src" / "sehatmenu"), str(copy)], check=True)

    def asked() -> str:
        run = [sys.executable, "-c", script]
        return subprocess.run(run, cwd=tmp_path, check=True, capture_output=True, text=True).stdout.strip()

    before = asked()
    assert before == fingerprint()
    names = copy / "data" / "foods" / "names.csv"
    names.write_text(names.read_text("utf-8") + "bwg pth,NR008,synonym,\n", "utf-8")
    assert asked() != before


@pytest.mark.slow
def test_a_wheel_holds_the_packed_table_and_stays_under_two_megabytes(tmp_path: Path) -> None:
    build = [
        sys.executable,
        "-m",
        "pip",
        "wheel",
        str(ROOT),
        "--no-deps",
        "--no-build-isolation",
        "-q",
        "-w",
        str(tmp_path),
    ]
    subprocess.run(build, check=True)
    (wheel,) = tmp_path.glob("*.whl")
    assert wheel.stat().st_size < 2_000_000
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(tmp_path / "site")
    script = (
        "import sys; from sehatmenu.food.packed_tables import unpacked; table = unpacked();"
        "assert table is not None and len(table) > 1000; assert 'pint' not in sys.modules"
    )
    subprocess.run([sys.executable, "-c", script], cwd=tmp_path / "site", check=True)
