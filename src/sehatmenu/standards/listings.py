"""Listings: the packaged standards at a glance, and the rules of one standard with their sources."""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass

from sehatmenu.messages import Figure, Text, as_lines, date_text, figure_text, word
from sehatmenu.plain_values import plain
from sehatmenu.standards.checks import rule_title
from sehatmenu.standards.references import load_reference, packaged_ids
from sehatmenu.standards.rules import Limit, RuleBase
from sehatmenu.standards.sources import Source, Validity
from sehatmenu.standards.standards import Standard, load_standard

SEEN = ("primary", "secondary", "example", "unverified")


@dataclass(frozen=True, slots=True)
class Listed:
    """A packaged standard at a glance; `seen` is the weakest grade among its sources."""

    id: str
    title: Text
    jurisdiction: str
    valid: str
    rules: int
    seen: str

    def record(self, lang: str = "id") -> dict[str, object]:
        """One flat row for JSON or a table."""
        row = {"id": self.id, "title": self.title.in_language(lang), "jurisdiction": self.jurisdiction}
        return {**row, "valid": self.valid, "rules": self.rules, "seen": self.seen}

    def text(self, lang: str = "id") -> str:
        """One line for a terminal."""
        title = self.title.in_language(lang)
        return f"{self.id:<28} {self.jurisdiction:<7} {self.valid:<23} {self.rules:>4}  {self.seen:<10} {title}"


def listed() -> list[Listed]:
    """Every packaged standard and reference, by id."""
    return [_reference(name) if name.startswith("references/") else _standard(name) for name in packaged_ids()]


def _standard(name: str) -> Listed:
    standard = load_standard(name)
    file = standard.file
    seen = weakest(standard.sources.values())
    return Listed(name, file.title, file.jurisdiction, _valid(file.valid), len(standard.rules), seen)


def _reference(name: str) -> Listed:
    file = load_reference(name).file
    values = sum(len(group.values) for group in file.groups.values())
    return Listed(name, file.title, file.jurisdiction, _valid(file.valid), values, weakest(file.sources.values()))


def weakest(sources: Iterable[Source]) -> str:
    """The weakest grade of how figures were seen."""
    return max((source.seen for source in sources), key=SEEN.index, default="-")


def _valid(valid: Validity) -> str:
    return f"{valid.from_ or '…'} – {valid.until or '…'}"


def rules_text(source: str, lang: str = "id") -> str:
    """The rules of a standard as lines of text, each limit with its source."""
    standard = load_standard(source)
    lines = [f"{standard.id}: {standard.file.title.in_language(lang)}"]
    if standard.file.note:
        lines += standard.file.note.in_language(lang).splitlines()
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
