"""What a result rests on: how many records, what is missing, by which method, from where, and who did not report."""

from __future__ import annotations

import math
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, fields, is_dataclass
from datetime import date

from sehatmenu.messages import Figure, Text, render, spoken
from sehatmenu.worksheets.forms import Columns, Form


@dataclass(frozen=True, slots=True)
class Sentence:
    """A sentence of the catalogue with its raw values, said when the language is known."""

    code: str
    values: Mapping[str, object] = field(default_factory=dict)

    def spoken(self, lang: str) -> str:
        """The sentence in a language."""
        return render(self.code, self.values, lang)


@dataclass(frozen=True, slots=True)
class Reporting:
    """How many of those who were to report did, and who kept silent: silence is not zero."""

    reported: int
    expected: int
    silent: tuple[str, ...] = ()

    @property
    def rate(self) -> float:
        """The share that reported; nan where nobody was to."""
        return self.reported / self.expected if self.expected else math.nan

    def spoken(self, lang: str) -> str:
        """The rate in words, with the first of the silent ones."""
        values = {"reported": self.reported, "expected": self.expected, "silent": list(self.silent[:8]) or "–"}
        share = Figure.exact(self.rate, "fraction") if self.expected else "–"
        return render("partnership-reporting", {**values, "share": share}, lang)


def reporting(found: Iterable[str], expected: Iterable[str]) -> Reporting:
    """Who of the expected ones is found."""
    wanted, there = dict.fromkeys(expected), set(found)
    silent = tuple(name for name in wanted if name not in there)
    return Reporting(len(wanted) - len(silent), len(wanted), silent)


@dataclass(frozen=True, slots=True)
class Basis:
    """What a result rests on: `n` records, blank cells by column, the method, the source, and the reporting rate."""

    n: int
    method: Sentence
    source: str
    missing: Mapping[str, int] = field(default_factory=dict)
    reporting: Reporting | None = None
    as_of: date | None = None
    notes: tuple[Sentence, ...] = ()

    def lines(self, lang: str) -> tuple[str, ...]:
        """The basis as lines below a table."""
        blanks = ", ".join(f"{title} {count}" for title, count in self.missing.items()) or "–"
        said = [render("partnership-basis", {"n": self.n, "missing": blanks, "source": self.source}, lang)]
        if self.as_of is not None:
            said.append(render("partnership-as-of", {"day": self.as_of}, lang))
        if self.reporting is not None:
            said.append(self.reporting.spoken(lang))
        return (*said, self.method.spoken(lang), *(note.spoken(lang) for note in self.notes))


def form_of(
    key: str, columns: Collection[tuple[str, str]], rows: Sequence[tuple[object, ...]], basis: Basis | None, lang: str
) -> Form:
    """A result as a form: headings from the catalogue, values as they are said, the basis below where one is given.

    Each column is the key of its heading and its kind: `text`, `count`, `amount`, `IDR`, `percent` or `date`.
    """
    c = Columns(lang)
    made = tuple(c(name, kind, 24 if kind == "text" else 14) for name, kind in columns)  # type: ignore[arg-type]
    said = [tuple(_cell(value, lang) for value in row) for row in rows]
    return Form(c.title(key), made, said, basis.lines(lang) if basis else ())


def _cell(value: object, lang: str) -> str | int | float | date | None:
    match value:
        case None | date():
            return value
        case float() if not math.isfinite(value):
            return None
        case bool():
            return spoken(value, lang)
        case int() | float():
            return value
        case _:
            return spoken(value, lang)


def plain(value: object, lang: str = "id") -> object:
    """A result as plain data for JSON: dataclasses by field, sentences as text, what is not known as None."""
    match value:
        case None | bool() | int() | str():
            return value
        case float():
            return value if math.isfinite(value) else None
        case Sentence() | Text() | Figure():
            return spoken(value, lang)
        case date():
            return value.isoformat()
        case Mapping():
            return {str(plain(key, lang)): plain(item, lang) for key, item in value.items()}
        case list() | tuple() | set() | frozenset():
            return [plain(item, lang) for item in value]
        case _ if is_dataclass(value) and not isinstance(value, type):
            return {f.name: plain(getattr(value, f.name), lang) for f in fields(value)}
        case _:
            return str(value)
