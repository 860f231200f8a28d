"""Ledgers written as CSV text, for the tests of the partnership."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path


def csv(folder: Path, headings: str, rows: Iterable[Iterable[object]], name: str = "catatan.csv") -> Path:
    """A CSV file with semicolons; None is a blank, a float has a decimal comma."""

    def cell(value: object) -> str:
        return "" if value is None else str(value).replace(".", ",") if isinstance(value, float) else str(value)

    path = folder / name
    lines = [headings, *(";".join(map(cell, row)) for row in rows)]
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return path
