"""Listings: the packaged standards at a glance, how well and when they were seen, and the rules of one standard."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from sehatmenu.messages import Figure, Text, as_lines, date_text, figure_text, render, word
from sehatmenu.plain_values import plain
from sehatmenu.standards.checks import rule_title
from sehatmenu.standards.references import load_reference, packaged_ids
from sehatmenu.standards.rules import Limit, RuleBase
from sehatmenu.standards.sources import Source, Validity
from sehatmenu.standards.standards import Standard, load_standard

SEEN = ("primary", "official", "secondary", "example", "unverified")
"""How far a source was seen, the best first."""


@dataclass(frozen=True, slots=True)
class Listed:
    """A packaged standard at a glance.

    `grades` counts its rules (of a reference its figures) by the weakest grade of the sources they rest on, `seen` is
    the weakest of all, `reviewed` the day on which the file was last compared with its sources.
    """

    id: str
    title: Text
    jurisdiction: str
    valid: str
    rules: int
    grades: Mapping[str, int]
    reviewed: date | None

    @property
    def seen(self) -> str:
        """The weakest grade of all."""
        return max(self.grades, key=SEEN.index, default="-")

    def stale(self, on: date, days: int) -> bool:
        """Whether the file was compared with its sources more than so many days before a day, or never."""
        return self.reviewed is None or (on - self.reviewed).days > days

    def record(self, lang: str = "id") -> dict[str, object]:
        """One flat row for JSON or a table."""
        row = {"id": self.id, "title": self.title.in_language(lang), "jurisdiction": self.jurisdiction}
        reviewed = self.reviewed.isoformat() if self.reviewed else None
        grades = {grade: self.grades.get(grade, 0) for grade in SEEN[:3]}
        return {**row, "valid": self.valid, "rules": self.rules, "seen": self.seen, **grades, "reviewed": reviewed}

    def text(self, lang: str = "id") -> str:
        """One line for a terminal."""
        title = self.title.in_language(lang)
        grades = ", ".join(f"{grade} {self.grades[grade]}" for grade in SEEN if grade in self.grades)
        return f"{self.id:<28} {self.jurisdiction:<7} {self.valid:<23} {self.reviewed or '…'!s:<10}  {grades:<40} {title}"


def listed() -> list[Listed]:
    """Every packaged standard and reference, by id."""
    return [_reference(name) if name.startswith("references/") else _standard(name) for name in packaged_ids()]


def _standard(name: str) -> Listed:
    standard = load_standard(name)
    file = standard.file
    grades = Counter(weakest(standard.sources[limit.source] for limit in rule.limits) for rule in standard.rules)
    return Listed(name, file.title, file.jurisdiction, _valid(file.valid), len(standard.rules), grades, file.reviewed)


def _reference(name: str) -> Listed:
    file = load_reference(name).file
    grades = Counter[str]()
    for group in file.groups.values():
        grades[file.sources[group.source].seen] += len(group.values)
    figures = grades.total()
    return Listed(name, file.title, file.jurisdiction, _valid(file.valid), figures, grades, file.reviewed)


def weakest(sources: Iterable[Source]) -> str:
    """The weakest grade of how figures were seen."""
    return max((source.seen for source in sources), key=SEEN.index, default="-")


def _valid(valid: Validity) -> str:
    return f"{valid.from_ or '…'} – {valid.until or '…'}"


def rules_text(source: str, lang: str = "id") -> str:
    """The rules of a standard as lines of text, each limit with its source."""
    standard = load_standard(source)
    file = standard.file
    lines = [f"{standard.id}: {file.title.in_language(lang)}"]
    for note in filter(None, (file.note, file.valid.note)):
        lines += note.in_language(lang).splitlines()
    if file.reviewed:
        lines.append(render("standard-reviewed", {"on": file.reviewed}, lang))
    for rule in standard.rules:
        what = f"{rule.model_dump()['kind']}, {rule.per}, {word(rule.severity, lang)}"
        lines += ["", f"{rule.id} ({what}): {rule_title(rule).in_language(lang)}"]
        lines += [f"  {_limit_text(standard, rule, limit, lang)}" for limit in rule.limits]
    return as_lines(lines)


def _limit_text(standard: Standard, rule: RuleBase, limit: Limit, lang: str) -> str:
    low, high = limit.bounds(rule.unit())
    bounds = figure_text(Figure(low, high, rule.unit()), lang) if math.isfinite(low) or math.isfinite(high) else ""
    groups = f" ({', '.join(limit.groups)})" if limit.groups else ""
    since = f" {word('since', lang)} {date_text(limit.from_, lang)}" if limit.from_ else ""
    source = standard.sources[limit.source]
    return f"{bounds}{groups}{since} [{standard.citation(limit)}; {source.seen}]".lstrip()


def rules_records(source: str, lang: str = "id") -> list[dict[str, object]]:
    """The limits of a standard as flat rows: rule, kind, bounds in canonical units (None: no bound), groups, dates, source."""
    standard = load_standard(source)
    rows: list[dict[str, object]] = []
    for rule in standard.rules:
        for limit in rule.limits:
            low, high = limit.bounds(rule.unit())
            rows.append(
                {
                    "rule": rule.id,
                    "kind": rule.model_dump()["kind"],
                    "title": rule_title(rule).in_language(lang),
                    "per": str(rule.per),
                    "severity": str(rule.severity),
                    "groups": list(limit.groups),
                    "from": limit.from_.isoformat() if limit.from_ else None,
                    "low": plain(low),
                    "high": plain(high),
                    "unit": rule.unit(),
                    "source": standard.citation(limit),
                    "seen": standard.sources[limit.source].seen,
                }
            )
    return rows
