"""A campaign of mutated and extreme files: each ends in a LoadError with a place, or in a result, within its limits."""

from __future__ import annotations

import random
import shutil
from collections import Counter
from collections.abc import Callable
from pathlib import Path

import pytest

import sehatmenu as sm
from sehatmenu.errors import LoadError
from sehatmenu.planning.prices import load_prices
from sehatmenu.reports.price_sheets import read_prices
from sehatmenu.reports.recipe_sheets import read_recipes
from sehatmenu.reports.sheet_templates import template_for
from tests.campaigns import EXAMPLE, ROOT, small_problem, spoiled, spoiled_workbook

Read = Callable[[Path], object]

FOODS = "\n".join((ROOT / "src/sehatmenu/data/foods/tkpi.csv").read_text(encoding="utf-8").splitlines()[:12]) + "\n"
PRICES = "\n".join((EXAMPLE / "harga.csv").read_text(encoding="utf-8").splitlines()[:12]) + "\n"
SHEET = "Bahan;Harga;Berat;Dasar berat;Tanggal\nberas;15.000;1 kg;kotor;2026-01-02\ntelur ayam;2.000;1 butir;kotor;\n"
STANDARD = (EXAMPLE / "standar-kantin.yaml").read_text(encoding="utf-8")
RECIPE = (EXAMPLE / "resep" / "tumis-kangkung.yaml").read_text(encoding="utf-8")


def _problem(path: Path) -> object:
    return sm.load_problem(path)


TEXTS: dict[str, tuple[str, str, Read]] = {
    "recipe": (RECIPE, "a.yaml", sm.load_recipe),
    "standard": (STANDARD, "a.yaml", sm.load_standard),
    "problem": ("", "soal.yaml", _problem),
    "register": ("", "umkm.yaml", sm.load_suppliers),
    "prices": (PRICES, "a.csv", load_prices),
    "price sheet": (SHEET, "a.csv", read_prices),
    "food table": (FOODS, "a.csv", sm.load_foods),
}
BOOKS: dict[str, Read] = {"resep.xlsx": read_recipes, "umkm.xlsx": sm.read_suppliers, "harga.xlsx": read_prices}


def _ending(read: Read, path: Path, lang: str) -> str:
    """How reading ends; anything but a result or a LoadError whose findings all have sentences and places goes through."""
    try:
        read(path)
    except LoadError as error:
        if not error.text(lang) or any(found.place is None for found in error.report):
            raise AssertionError(f"a finding without a place: {error.text('en')}") from error
        return "refused"
    return "read"


def _campaign(kind: str, folder: Path, seeds: range) -> Counter[str]:
    text, name, read = TEXTS[kind]
    path = folder / name
    if kind in ("problem", "register"):
        small_problem(folder / "soal")
        path = folder / "soal" / name
        text = path.read_text(encoding="utf-8")
    endings: Counter[str] = Counter()
    for seed in seeds:
        mutated = spoiled(text, random.Random(f"{kind} {seed}"))
        path.write_bytes(mutated.encode("utf-8", "surrogatepass"))
        try:
            endings[_ending(read, path, "id" if seed % 2 else "en")] += 1
        except Exception as error:
            error.add_note(f"{kind}, seed {seed}: {mutated[:3000]!r}")
            raise
    return endings


def _workbooks(name: str, folder: Path, seeds: range) -> Counter[str]:
    source, path = folder / name, folder / f"x-{name}"
    template_for(source).write(source)
    endings: Counter[str] = Counter()
    for seed in seeds:
        spoiled_workbook(path, source, random.Random(f"{name} {seed}"))
        try:
            endings[_ending(BOOKS[name], path, "id")] += 1
        except Exception as error:
            shutil.copy(path, folder / "kept.xlsx")
            error.add_note(f"{name}, seed {seed}")
            raise
    return endings


@pytest.mark.parametrize("kind", TEXTS)
def test_some_mutated_files_are_read_or_refused(kind: str, tmp_path: Path) -> None:
    assert 40 == sum(_campaign(kind, tmp_path, range(40)).values())


@pytest.mark.parametrize("name", BOOKS)
def test_some_mutated_workbooks_are_read_or_refused(name: str, tmp_path: Path) -> None:
    pytest.importorskip("openpyxl")
    assert 25 == sum(_workbooks(name, tmp_path, range(25)).values())


# 5 x 14,000 texts that are cheap to read, 2 x 11,000 of a whole problem and of a standard, 3 x 3,000 workbooks: 101,000.
MANY = {"problem": 9_000, "standard": 13_000}


@pytest.mark.slow
@pytest.mark.parametrize("kind", TEXTS)
def test_many_mutated_files_are_read_or_refused(kind: str, tmp_path: Path) -> None:
    count = MANY.get(kind, 14_000)
    endings = _campaign(kind, tmp_path, range(100, 100 + count))
    print(kind, dict(endings))
    assert count == sum(endings.values())
    assert min(endings["read"], endings["refused"]) > count // 100


@pytest.mark.slow
@pytest.mark.parametrize("name", BOOKS)
def test_many_mutated_workbooks_are_read_or_refused(name: str, tmp_path: Path) -> None:
    endings = _workbooks(name, tmp_path, range(100, 3_100))
    print(name, dict(endings))
    assert 3_000 == sum(endings.values())
