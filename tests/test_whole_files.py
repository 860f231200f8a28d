"""Every file that the library writes is whole or as it was before: full and read-only disks, kills, links, rights."""

from __future__ import annotations

import os
import pickle
import random
import stat
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path

import pytest

from sehatmenu.planning.clashes import Conflict
from sehatmenu.planning.demand import load_problem
from sehatmenu.planning.exports import export_mps
from sehatmenu.planning.planners import plan
from sehatmenu.planning.plans import Plan
from sehatmenu.reports.plots import save_plot, share_plot
from sehatmenu.reports.price_sheets import write_price_template
from sehatmenu.reports.printed_forms import write_forms
from sehatmenu.reports.recipe_columns import write_template
from sehatmenu.reports.schemas import write_schemas
from sehatmenu.reports.supplier_columns import write_supplier_template
from sehatmenu.whole_files import UnwrittenError, write_bytes, write_text
from tests.planning.problems import Dish, Offer, write_problem

ROOT = Path(__file__).resolve().parents[1]
RICE, TEMPE = Dish("nasi", "pokok", 350, 8, 5), Dish("tempe", "hewani", 150, 12, 200)
OFFERS = [Offer("a", "nasi", 1000), Offer("a", "tempe", 2000)]

ROOTS = pytest.mark.skipif(os.name != "posix" or os.geteuid() != 0, reason="only root may mount a small disk")


@pytest.fixture(scope="module")
def kitchen(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_problem(tmp_path_factory.mktemp("kitchen"), [RICE, TEMPE], OFFERS)


@pytest.fixture(scope="module")
def found(kitchen: Path) -> Plan:
    answer = plan(load_problem(kitchen), time_limit=10)
    assert isinstance(answer, Plan)
    return answer


def conflict(problem: Path) -> Conflict:
    answer = plan(load_problem(problem), time_limit=10)
    assert isinstance(answer, Conflict)
    return answer


WRITERS: dict[str, Callable[[Plan, Path], object]] = {
    "menu.html": lambda plan_, path: plan_.to_html(path),
    "menu.yaml": lambda plan_, path: plan_.save(path),
    "menu.xlsx": lambda plan_, path: plan_.to_excel(path),
    "formulir.html": lambda plan_, path: write_forms(plan_, path),
    "formulir.xlsx": lambda plan_, path: write_forms(plan_, path),
    "resep.html": lambda plan_, path: write_forms(plan_.servings[0].dish, path),
    "model.mps": lambda plan_, path: export_mps(plan_.problem, path),
    "resep.xlsx": lambda _, path: write_template(path),
    "umkm.xlsx": lambda _, path: write_supplier_template(path),
    "harga.xlsx": lambda _, path: write_price_template(path),
    "gambar.png": lambda plan_, path: save_plot(share_plot(plan_), path),
    "gambar.svg": lambda plan_, path: save_plot(share_plot(plan_), path),
    "recipe.schema.json": lambda _, path: write_schemas(path.parent),
}
"""Every kind of file that the library writes, by a name of it."""

OLD = b"lama\n" * 400
"""What stood in the file before."""


@pytest.mark.parametrize("name", WRITERS)
def test_a_file_is_written_whole_and_alone(name: str, found: Plan, tmp_path: Path) -> None:
    path = tmp_path / name
    path.write_bytes(OLD)
    WRITERS[name](found, path)
    assert whole(path)
    assert [] == drafts(tmp_path)


def whole(path: Path) -> bool:
    """Whether a file ends as files of its kind end."""
    data = path.read_bytes()
    match path.suffix:
        case ".html":
            return data.rstrip().endswith(b"</html>")
        case ".xlsx":
            return data.startswith(b"PK\x03\x04") and b"PK\x05\x06" in data[-30:]
        case ".png":
            return data.startswith(b"\x89PNG") and data[-8:-4] == b"IEND"
        case ".svg":
            return data.rstrip().endswith(b"</svg>")
        case ".json":
            return data.rstrip().endswith(b"}")
        case ".mps":
            return data.rstrip().endswith(b"ENDATA")
        case _:
            return b"servings:" in data and data.endswith(b"\n")


# A disk that is full, a disk that can only be read


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A disk of 64 kB with an old file in it and no room for another."""
    folder = tmp_path / "disk"
    folder.mkdir()
    made = subprocess.run(["mount", "-t", "tmpfs", "-o", "size=64k", "tmpfs", str(folder)], check=False)
    if made.returncode:
        pytest.skip("this machine mounts no disks")
    try:
        yield folder
    finally:
        subprocess.run(["umount", "-l", str(folder)], check=True)


def fill(disk: Path) -> None:
    with (disk / "full").open("wb", buffering=0) as stream, suppress(OSError):
        while True:
            stream.write(b"x" * 4096)


@ROOTS
@pytest.mark.parametrize("name", WRITERS)
def test_a_full_disk_leaves_the_old_file_and_no_draft(name: str, found: Plan, small_disk: Path) -> None:
    path = small_disk / name
    path.write_bytes(OLD)
    fill(small_disk)
    with pytest.raises(UnwrittenError) as caught:
        WRITERS[name](found, path)
    assert "No space" in str(caught.value)
    assert OLD == path.read_bytes()
    assert {name, "full"} == {other.name for other in small_disk.iterdir()}


@ROOTS
@pytest.mark.parametrize("name", WRITERS)
def test_a_disk_that_can_only_be_read_is_told(name: str, found: Plan, small_disk: Path) -> None:
    path = small_disk / name
    path.write_bytes(OLD)
    subprocess.run(["mount", "-o", "remount,ro", str(small_disk)], check=True)
    with pytest.raises(UnwrittenError) as caught:
        WRITERS[name](found, path)
    assert "Read-only" in str(caught.value)
    assert OLD == path.read_bytes()


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="this system has no /dev/full")
def test_a_device_is_written_to_and_never_replaced() -> None:
    with pytest.raises(UnwrittenError, match="No space"):
        write_text("/dev/full", "x")
    write_text("/dev/null", "x")
    assert stat.S_ISCHR(Path("/dev/null").stat().st_mode)


@pytest.mark.skipif(os.name != "posix" or os.geteuid() == 0, reason="root may write everywhere")
def test_a_file_that_may_not_be_written_is_left_alone(tmp_path: Path) -> None:
    path = tmp_path / "menu.txt"
    write_text(path, "lama")
    path.chmod(0o444)
    with pytest.raises(UnwrittenError):
        write_text(path, "baru")
    assert "lama" == path.read_text(encoding="utf-8")


# Rights, links, texts


@pytest.mark.skipif(os.name != "posix", reason="rights of POSIX")
@pytest.mark.parametrize(("umask", "expected"), [(0o022, 0o644), (0o077, 0o600), (0o002, 0o664)])
def test_a_new_file_has_the_rights_that_the_umask_leaves(umask: int, expected: int, tmp_path: Path) -> None:
    before = os.umask(umask)
    try:
        write_text(tmp_path / "menu.txt", "x")
    finally:
        os.umask(before)
    assert expected == stat.S_IMODE((tmp_path / "menu.txt").stat().st_mode)


def test_an_earlier_file_keeps_its_rights(tmp_path: Path) -> None:
    path = tmp_path / "menu.txt"
    path.write_text("lama")
    path.chmod(0o640)
    write_text(path, "baru")
    assert 0o640 == stat.S_IMODE(path.stat().st_mode)


def test_a_link_stays_a_link_to_the_new_file(tmp_path: Path) -> None:
    (tmp_path / "menu.txt").write_text("lama")
    link = tmp_path / "tautan.txt"
    link.symlink_to("menu.txt")
    write_text(link, "baru")
    assert link.is_symlink()
    assert "baru" == (tmp_path / "menu.txt").read_text(encoding="utf-8")


def test_a_name_as_long_as_names_may_be_is_written(tmp_path: Path) -> None:
    path = tmp_path / ("x" * 251 + ".txt")
    write_text(path, "x")
    assert "x" == path.read_text(encoding="utf-8")


def test_a_text_that_is_no_unicode_leaves_the_old_file(tmp_path: Path) -> None:
    path = tmp_path / "menu.txt"
    write_text(path, "lama ½\n")
    with pytest.raises(UnicodeEncodeError):
        write_text(path, "baru \ud800")
    assert "lama ½\n" == path.read_text(encoding="utf-8")
    assert [path] == list(tmp_path.iterdir())


def test_a_missing_folder_is_told(tmp_path: Path) -> None:
    with pytest.raises(UnwrittenError, match="No such file"):
        write_bytes(tmp_path / "tidak" / "ada.txt", b"x")


# Kills at random moments

WRITING = """\
import os, pickle, signal, sys, time
from pathlib import Path
from tests.test_whole_files import WRITERS
with open(sys.argv[1], "rb") as stream:
    plan = pickle.load(stream)
name, path = sys.argv[2], Path(sys.argv[3])
WRITERS[name](plan, path)  # once, so that everything is imported
print("ready", flush=True)
for line in sys.stdin:
    child = os.fork()
    while child == 0:
        WRITERS[name](plan, path)
    time.sleep(float(line))
    os.kill(child, signal.SIGKILL)
    os.waitpid(child, 0)
    print("killed", flush=True)
"""
"""A program whose children write one file again and again until they are killed, after the seconds that it reads."""


def killed_while_writing(name: str, pickled: Path, folder: Path, moments: list[float]) -> list[bool]:
    """For each moment (seconds of writing) whether the file was whole and alone after `kill -9`."""
    path, held = folder / name, []
    command = [sys.executable, "-c", WRITING, str(pickled), name, str(path)]
    with subprocess.Popen(command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as writer:
        assert writer.stdout is not None
        assert writer.stdin is not None
        assert writer.stdout.readline() == "ready\n"
        for moment in moments:
            path.write_bytes(OLD)
            print(moment, file=writer.stdin, flush=True)
            assert writer.stdout.readline() == "killed\n"
            held.append(path.read_bytes() == OLD or whole(path))
    return held


def drafts(folder: Path) -> list[Path]:
    return [other for other in folder.iterdir() if other.name.startswith(".")]


def swept(folder: Path) -> bool:
    """Whether the next file that is written, a minute later, takes along what killed programs left."""
    for draft in drafts(folder):
        os.utime(draft, (0, 0))
    write_text(folder / "lain.txt", "x")
    return not drafts(folder)


def test_the_draft_of_a_killed_program_is_removed_and_that_of_a_living_one_is_not(tmp_path: Path) -> None:
    (tmp_path / ".sehatmenu-0123").write_text("separuh")
    write_text(tmp_path / "menu.txt", "x")
    assert [tmp_path / ".sehatmenu-0123"] == drafts(tmp_path)
    assert swept(tmp_path)


@pytest.fixture(scope="module")
def pickled(found: Plan, tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("pickled") / "plan"
    path.write_bytes(pickle.dumps(found))
    return path


@pytest.mark.skipif(os.name != "posix", reason="kill -9 is of POSIX")
@pytest.mark.parametrize("name", ["menu.xlsx", "menu.html"])
def test_a_file_is_whole_after_a_kill(name: str, pickled: Path, tmp_path: Path) -> None:
    assert all(killed_while_writing(name, pickled, tmp_path, [0.004, 0.021]))
    assert swept(tmp_path)


@pytest.mark.slow
@pytest.mark.skipif(os.name != "posix", reason="kill -9 is of POSIX")
@pytest.mark.parametrize("name", WRITERS)
def test_every_kind_of_file_is_whole_after_sixteen_kills(name: str, pickled: Path, tmp_path: Path) -> None:
    """13 kinds, 208 kills in all."""
    rng = random.Random(name)
    held = killed_while_writing(name, pickled, tmp_path, [rng.uniform(0.0, 0.12) for _ in range(16)])
    assert held == [True] * 16
    assert swept(tmp_path)
