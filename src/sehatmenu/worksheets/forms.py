"""Forms: a heading, columns of one kind of value each, and rows; the same form goes to a workbook and to paper."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from html import escape
from typing import Literal, TypeAlias

from sehatmenu.messages import Figure, date_text, figure_text, number_text, word
from sehatmenu.quantities.intervals import Interval

Value: TypeAlias = str | int | float | date | None
Kind: TypeAlias = Literal["text", "count", "amount", "IDR", "percent", "date"]


_HERE = "id"
"""The language of numbers and dates in a notebook, where nobody asks for one."""


@dataclass(frozen=True, slots=True)
class Column:
    """A column of a form: its heading, the kind of its values, its width in characters, a note, words to choose from."""

    title: str
    kind: Kind = "text"
    width: int = 14
    note: str = ""
    choices: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Form:
    """One form: headings and rows; None is an empty cell, and a text among numbers says that one is not known."""

    title: str
    columns: tuple[Column, ...]
    rows: Sequence[Sequence[Value]]
    notes: tuple[str, ...] = ()

    def _repr_html_(self) -> str:
        """The form as a table for Jupyter, values as they are printed in Indonesian."""
        head = "".join(f"<th>{escape(column.title)}</th>" for column in self.columns)
        rows = (zip(row, self.columns, strict=True) for row in self.rows)
        body = "".join(
            f"<tr>{''.join(f'<td>{escape(shown(v, c.kind, _HERE))}</td>' for v, c in row)}</tr>" for row in rows
        )
        notes = "".join(f"<p>{escape(note)}</p>" for note in self.notes)
        return f"<table><caption>{escape(self.title)}</caption><tr>{head}</tr>{body}</table>{notes}"


@dataclass(frozen=True, slots=True)
class Columns:
    """Makes columns whose headings come from the catalogue of one language, and says what is not known."""

    lang: str

    def title(self, key: str) -> str:
        """A heading or sentence of the forms."""
        return word(f"form-{key}", self.lang)

    def __call__(self, key: str, kind: Kind = "text", width: int = 14) -> Column:
        return Column(self.title(key), kind, width)

    def pair(self, key: str, kind: Kind = "amount") -> tuple[Column, Column]:
        """Two columns for the least and the most that an amount can be."""
        least, most = self.title("least"), self.title("most")
        return Column(f"{self.title(key)}, {least}", kind), Column(f"{self.title(key)}, {most}", kind)

    def one(self, amount: Interval, digits: int = 2, unit: str = "") -> Value:
        """An amount as a number; in words when it is not known."""
        if amount.known:
            return round(amount.low, digits)
        return figure_text(Figure(round(amount.low, digits), _rounded(amount.high, digits), unit), self.lang)

    def both(self, low: float, high: float, digits: int = 2) -> tuple[Value, Value]:
        """The ends of an amount, for a `pair`; an open end in words."""
        return round(low, digits), _rounded(high, digits) if math.isfinite(high) else word("not-known", self.lang)


def _rounded(value: float, digits: int) -> float:
    return round(value, digits) if math.isfinite(value) else value


def shown(value: Value, kind: Kind, lang: str) -> str:
    """A value as it is printed: `1.234,5`, `Rp12.500`, `24 November 2026`."""
    match value:
        case None:
            return ""
        case str():
            return value
        case date():
            return date_text(value, lang)
        case _:
            unit = {"IDR": "IDR", "percent": "fraction"}.get(kind)
            return figure_text(Figure.exact(value, unit), lang) if unit else number_text(value, lang)


def form_text(form: Form, lang: str = "id", rows: int = 60) -> str:
    """A form as plain text for a terminal: its title, the columns side by side, and its notes; at most so many rows."""
    cells = [[column.title for column in form.columns]]
    cells += [
        [shown(value, c.kind, lang) for value, c in zip(row, form.columns, strict=True)] for row in form.rows[:rows]
    ]
    widths = [max(len(row[n]) for row in cells) for n in range(len(form.columns))]
    numbers = [column.kind in ("count", "amount", "IDR", "percent") for column in form.columns]
    lines = [
        "  ".join(
            c.rjust(w) if right else c.ljust(w) for c, w, right in zip(row, widths, numbers, strict=True)
        ).rstrip()
        for row in cells
    ]
    more = (
        [word("form-more-rows", lang).format(n=number_text(len(form.rows) - rows, lang))]
        if len(form.rows) > rows
        else []
    )
    return "\n".join([form.title, *(f"  {line}" for line in (*lines, *more)), *(f"  {note}" for note in form.notes)])
