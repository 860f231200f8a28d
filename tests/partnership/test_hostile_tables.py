"""Hostile tables: wrong columns, dates, mixed separators, formulas, broken bytes; a LoadError with the cell, or a result."""

from __future__ import annotations

import random
from collections.abc import Callable, Mapping
from datetime import date
from pathlib import Path

import pytest

from sehatmenu.errors import LoadError
from sehatmenu.partnership.acceptance import hedonic, organoleptic
from sehatmenu.partnership.advances import working_capital
from sehatmenu.partnership.books import BOOKS
from sehatmenu.partnership.deliveries import judged
from sehatmenu.partnership.impact import uplift
from sehatmenu.partnership.needs import demand_of, problem_document
from sehatmenu.partnership.plate_waste import waste
from sehatmenu.partnership.quality import drifts, portion_charts, portion_report
from sehatmenu.partnership.satisfaction import ikm
from sehatmenu.partnership.settlement import OrderLine, read_receipts, three_way
from sehatmenu.partnership.training import score
from sehatmenu.standards.standards import load_standard
from sehatmenu.worksheets.ledgers import Ledger, read_ledger

pl = pytest.importorskip("polars")
openpyxl = pytest.importorskip("openpyxl")

DAY = date(2026, 2, 2)
ORDERS = [OrderLine("260202-001", DAY, "umkm-01", "UMKM 01", "nasi-putih", "sd-1", "siang", "sd-4-6", 78, 2100)]
SETTLED = three_way(
    ORDERS,
    read_receipts(pl.DataFrame({"pesanan": ["260202-001"], "diterima": [78], "ditolak": [0]})),
    payment_days=14,
    as_of=DAY,
)

RESULTS: Mapping[str, Callable[[Ledger], object]] = {
    "kebutuhan": lambda t: problem_document(demand_of(t), title="u", standard="s", first=DAY, last=DAY, recipes="r",
                                            suppliers="s"),
    "timbangan": lambda t: (portion_report(t).forms(), drifts(portion_charts(t))),
    "kiriman": lambda t: judged(t, load_standard("id/batas-waktu-saji")).forms(),
    "terima": lambda t: three_way(ORDERS, t, payment_days=14, as_of=DAY).forms(),
    "tagihan": lambda t: three_way(ORDERS, read_receipts(pl.DataFrame({"pesanan": ["260202-001"], "diterima": [1]})), t,
                                   payment_days=14, as_of=DAY).forms(),
    "bayar": lambda t: working_capital(SETTLED, t, DAY).forms(),
    "sisa": lambda t: waste(t).forms(),
    "organoleptik": lambda t: organoleptic(t, 2).forms(),
    "kesukaan": lambda t: hedonic(t).forms(),
    "skm": lambda t: ikm(t, weight="1/9").forms(),
    "penjualan": lambda t: uplift(t, (date(2026, 1, 5), date(2026, 1, 9)), (DAY, date(2026, 2, 6)), same_season=False).forms(),
    "pelatihan": lambda t: score(t).forms(),
}  # fmt: skip

CELLS = (
    "", " ", "0", "-1", "1.500", "1,500", "1e309", "1e9", "NaN", "inf", "-", "=1+1", "=cmd|' /C calc'!A0", "+62", "@SUM(A1)",
    "'=1",
    "03/02/2026", "31/02/2026", "2026-02-30", "2026-13-01", "9999-12-31", "0001-01-01", "kemarin", "25.00", "8.1", "24:00",
    "2026-02-02 08.15", "1/0", "½", "２３", "٣", "1 2 3", "2 sdm", "5 kg", "Rp12.500", "Rp", "12 %", "true", "null", "~", "[]",
    "{}",
    "x" * 5000, "\u202e", "a\tb", "\ud7ff", "🍚", "umkm-01", "2", "4", "78", "2026-02-02", "siang", "panas", "saat tiba",
)  # fmt: skip


def _grid(rng: random.Random, name: str) -> list[list[str]]:
    """A valid form, then broken."""
    book = BOOKS[name]
    grid = [[entry.title for entry in book.entries]]
    grid += [["" if value is None else str(value) for value in book.example[0]] for _ in range(rng.randrange(5))]
    for _ in range(rng.randrange(4)):
        row = rng.choice(grid)
        match rng.randrange(9):
            case 0:
                row.pop(rng.randrange(len(row))) if row else None
            case 1:
                row.insert(rng.randrange(len(row) + 1), rng.choice(CELLS))
            case 2:
                grid.append([rng.choice(CELLS) for _ in grid[0]])
            case 3:
                grid.insert(rng.randrange(len(grid)), list(row))
            case 4:
                rng.shuffle(row)
            case _ if row:
                row[rng.randrange(len(row))] = rng.choice(CELLS)
    return grid


def _csv(rng: random.Random, path: Path, grid: list[list[str]]) -> Path:
    """Separators mixed, quotes left open, bytes broken, or as it should be."""
    mark = rng.choice(",;;;")
    text = "\n".join((rng.choice(",;\t") if rng.random() < 0.02 else mark).join(row) for row in grid)
    raw = text.encode("utf-8", "surrogatepass")
    match rng.randrange(12):
        case 0:
            raw = raw.replace(b"a", b'"', 1)
        case 1:
            raw = b"\xef\xbb\xbf" + raw
        case 2:
            raw = raw[: rng.randrange(len(raw) + 1)]
        case 3:
            at = rng.randrange(len(raw) + 1)
            raw = raw[:at] + bytes([rng.choice((0, 0xFF, 0xC3, 0x0D))]) + raw[at:]
    path.write_bytes(raw)
    return path


def _yaml(rng: random.Random, path: Path, grid: list[list[str]]) -> Path:
    rows = [dict(zip(grid[0], row, strict=False)) for row in grid[1:]]
    text = "\n".join("- {" + ", ".join(f"{k}: {v}" for k, v in row.items()) + "}" for row in rows)
    path.write_text(rng.choice(("", "isi:\n", "a: &a [1]\nisi: *a\n")) + text, encoding="utf-8", errors="replace")
    return path


def _xlsx(rng: random.Random, path: Path, grid: list[list[str]], title: str) -> Path:
    book = openpyxl.Workbook()
    page = book.active
    page.title = title if rng.random() < 0.9 else "Lain"
    for line, row in enumerate(grid, 1):
        for column, value in enumerate(row, 1):
            if value and value.isprintable():
                page.cell(line, column).value = rng.choice(
                    (value, value, int(value) if value.isascii() and value.isdigit() else value)
                )
    book.save(path)
    return path


def _frame(grid: list[list[str]]) -> object:
    width = len(grid[0])
    rows = [(row + [""] * width)[:width] for row in grid[1:]]
    titles = [f"{title}{n}" if title in grid[0][:n] else title for n, title in enumerate(grid[0])]
    return pl.DataFrame({title: [row[n] or None for row in rows] for n, title in enumerate(titles)})


def _held(seed: int, folder: Path) -> str:
    """Read one hostile table and ask for its result; only a LoadError with places, or a result, comes back."""
    rng = random.Random(seed)
    name = rng.choice(list(BOOKS))
    grid = _grid(rng, name)
    try:
        match rng.randrange(10):
            case 0:
                table = read_ledger(_xlsx(rng, folder / "t.xlsx", grid, BOOKS[name].title), BOOKS[name])
            case 1 | 2:
                table = read_ledger(_yaml(rng, folder / "t.yaml", grid), BOOKS[name])
            case 3 | 4:
                table = read_ledger(_frame(grid), BOOKS[name])  # type: ignore[arg-type]
            case _:
                table = read_ledger(_csv(rng, folder / "t.csv", grid), BOOKS[name])
    except LoadError as error:
        _check(error, placed=True)
        return "refused"
    try:
        RESULTS[name](table)
    except LoadError as error:
        _check(error, placed=False)
        return "no result"
    return "result"


def _check(error: LoadError, placed: bool) -> None:
    assert error.report.findings
    assert error.text("id")
    assert error.text("en")
    assert not placed or all(finding.place is not None for finding in error.report), error


def _campaign(seeds: range, folder: Path) -> dict[str, int]:
    ends = [_held(seed, folder) for seed in seeds]
    return {end: ends.count(end) for end in set(ends)}


def test_hostile_tables_are_refused_with_their_cells_or_answered(tmp_path: Path) -> None:
    ends = _campaign(range(400), tmp_path)
    assert ends["refused"] > 100
    assert ends["result"] > 40


@pytest.mark.slow
def test_ten_thousand_hostile_tables(tmp_path: Path) -> None:
    ends = _campaign(range(10_000), tmp_path)
    assert 10_000 == sum(ends.values())
    assert min(ends["refused"], ends["result"]) > 1_000
