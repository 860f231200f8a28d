"""Errata of a food table: printed figure, corrected figure, why and by whom; laid over the table when it is read."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from sehatmenu.files import Place
from sehatmenu.findings import Finding, problem
from sehatmenu.food.sheets import Row, Sheet, read_cell, read_sheet, refuse
from sehatmenu.messages import render

REASONS = (
    "misprint",
    "implausible",
    "impossible",
    "suspect-low",
    "zero-as-missing",
    "energy-unexplained",
    "edition-worse",
    "editions-differ",
    "unit-conflict",
    "copied",
    "other-food",
)
"""Why a figure was corrected; each has a sentence `erratum-...` in the catalogues."""

_TITLES = ("code", "edition", "nutrient", "old", "new", "why", "note", "source")


@dataclass(frozen=True, slots=True)
class Erratum:
    """One corrected figure of a food table, per 100 g edible part, in the unit that `column` names.

    `old` is the figure as printed in `edition`, `new` the corrected one, both as cells of the table: `0.1`, a range
    `212..405`, `71..` for at least so much, or blank for unknown. `why` is one of `REASONS`, `note` the evidence.
    """

    code: str
    edition: str
    column: str
    old: str
    new: str
    why: str
    note: str
    source: str
    place: Place

    @property
    def nutrient(self) -> str:
        """The nutrient id, without the unit."""
        return self.column.split(" [")[0]

    def text(self, lang: str = "id") -> str:
        """The correction as a sentence in Indonesian (`id`) or English (`en`)."""
        values = {"code": self.code, "edition": self.edition, "column": self.column, "note": self.note}
        return render(f"erratum-{self.why}", {**values, "old": self.old or "–", "new": self.new or "?"}, lang)


def read_errata(path: str | Path) -> tuple[Erratum, ...]:
    """Read a table of errata: code, edition, nutrient (a column title), old, new, why, note, source.

    Raises LoadError with every row that has an unreadable figure, an unknown reason or no source.
    """
    sheet = read_sheet(path, required=_TITLES)
    refuse([finding for row in sheet for finding in _faults(row)])
    return tuple(_erratum(row) for row in sheet)


def corrected(sheet: Sheet, errata: Sequence[Erratum]) -> tuple[Sheet, list[Finding]]:
    """The table with the errata of its edition laid over it, and every erratum that does not fit the table.

    An erratum of the row's own edition must find its old value; one of another edition must agree with the table.
    """
    rows = {row["code"]: row for row in sheet}
    problems: list[Finding] = []
    known, touched = [], set[str]()
    for erratum in errata:
        missing = _missing(erratum, rows, sheet)
        problems += missing
        known += [] if missing else [erratum]
    for erratum in (e for e in known if e.edition == rows[e.code]["edition"]):
        row = rows[erratum.code]
        problems += _stale(erratum, row, erratum.old)
        rows[erratum.code] = replace(row, cells={**row.cells, erratum.column: erratum.new})
        touched.add(erratum.code)
    for erratum in (e for e in known if e.edition != rows[e.code]["edition"]):
        problems += _stale(erratum, rows[erratum.code], erratum.new)
    kept = tuple(rows[row["code"]] if row["code"] in touched else row for row in sheet)
    return replace(sheet, rows=kept), problems


def _erratum(row: Row) -> Erratum:
    return Erratum(
        code=row["code"],
        edition=row["edition"],
        column=row["nutrient"],
        old=row["old"],
        new=row["new"],
        why=row["why"],
        note=row["note"],
        source=row["source"],
        place=row.place("nutrient"),
    )


def _faults(row: Row) -> Iterator[Finding]:
    for title in ("old", "new"):
        try:
            read_cell(row[title])
        except ValueError:
            yield problem("table-cell", row.place(title), column=title, text=row[title])
    if row["why"] not in REASONS:
        yield problem("erratum-why-unknown", row.place("why"), text=row["why"], choices=", ".join(REASONS))
    if not row["source"]:
        yield problem("erratum-source-missing", row.place("source"), food=row["code"])


def _missing(erratum: Erratum, rows: dict[str, Row], sheet: Sheet) -> list[Finding]:
    if erratum.code not in rows:
        return [problem("erratum-food-unknown", erratum.place, food=erratum.code)]
    if erratum.column not in sheet.titles:
        return [problem("table-column-missing", erratum.place, column=erratum.column)]
    return []


def _stale(erratum: Erratum, row: Row, expected: str) -> list[Finding]:
    """A finding when the table does not hold what the erratum says that it holds."""
    found = row[erratum.column]
    try:
        if read_cell(found) == read_cell(expected):
            return []
    except ValueError:
        pass  # the unreadable cell is noted with its own place when the figures are read
    values = {"food": erratum.code, "column": erratum.column, "edition": erratum.edition}
    return [problem("erratum-stale", erratum.place, **values, expected=expected or "–", found=found or "–")]
