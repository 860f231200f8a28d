"""Forms for telephones: a ledger as an XLSForm that KoboToolbox and ODK read; their export is read as the ledger again."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from pathlib import Path

from sehatmenu.worksheets.forms import Column, Form, Value
from sehatmenu.worksheets.headed_sheets import spelled
from sehatmenu.worksheets.ledger_cells import Entry
from sehatmenu.worksheets.ledgers import Book
from sehatmenu.worksheets.spreadsheets import write_workbook

_SURVEY = ("type", "name", "label", "hint", "required", "constraint", "constraint_message")
_CHOICES = ("list_name", "name", "label")
_SETTINGS = ("form_title", "form_id", "version", "default_language")


def write_survey_form(
    path: str | Path, book: Book, version: str, choices: Mapping[str, Sequence[str]] | None = None
) -> None:
    """Write a ledger as an XLSForm: one question for each heading, sheets `survey`, `choices` and `settings`.

    `choices` gives the words of further headings by field, such as the schools there are. The export of KoboToolbox or ODK
    (xlsx or CSV) is read by the same reader as the ledger. Needs the extra `excel`.
    """
    write_workbook(path, survey_form(book, version, choices))


def survey_form(book: Book, version: str, choices: Mapping[str, Sequence[str]] | None = None) -> tuple[Form, ...]:
    """The three sheets of an XLSForm; `version` is whatever tells two editions of the form apart."""
    offered = {entry.field: tuple((choices or {}).get(entry.field, entry.choices)) for entry in book.entries}
    survey = [_question(entry, offered[entry.field]) for entry in book.entries]
    words: list[tuple[Value, ...]] = [
        (entry.field, _name(word), word) for entry in book.entries for word in offered[entry.field]
    ]
    settings: list[tuple[Value, ...]] = [(book.title, _name(book.title), version, "Bahasa Indonesia (id)")]
    return (
        _sheet("survey", _SURVEY, survey),
        _sheet("choices", _CHOICES, words),
        _sheet("settings", _SETTINGS, settings),
    )


def _question(entry: Entry, words: Sequence[str]) -> tuple[Value, ...]:
    bounds = _constraint(entry)
    told = f"{entry.least:g} – {entry.most:g}" if bounds else None
    required = "yes" if entry.required else None
    return (_type(entry, words), _name(entry.title), entry.title, entry.note or None, required, bounds, told)


def _type(entry: Entry, words: Sequence[str]) -> str:
    if words:
        return f"{'select_multiple' if entry.several else 'select_one'} {entry.field}"
    match entry.kind:
        case "date":
            return "date"
        case "clock":
            return "time"
        case "figure":
            return "integer" if entry.whole else "decimal"
        case _:
            return "text"


def _constraint(entry: Entry) -> str | None:
    if entry.kind != "figure":
        return None
    most = "" if math.isinf(entry.most) else f" and . <= {entry.most:.10g}"
    return f". >= {entry.least:.10g}{most}"


def _name(text: str) -> str:
    """A name as XLSForm wants it: letters, digits and underscores."""
    return "".join(c if c.isalnum() else "_" for c in spelled(text))


def _sheet(title: str, headings: Sequence[str], rows: Sequence[tuple[Value, ...]]) -> Form:
    return Form(title, tuple(Column(heading, width=24) for heading in headings), rows)
