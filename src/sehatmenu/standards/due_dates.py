"""Due dates: what begins, ends or is announced in the packaged standards around a date."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from sehatmenu.findings import Finding, Report, Severity, Verdict
from sehatmenu.standards.references import packaged_ids
from sehatmenu.standards.standards import Standard, load_standard

WITHIN = 365
"""So many days before and after the date are looked at, where nothing else is asked for."""


def due(on: date, within: int = WITHIN) -> Report:
    """What begins, ends or is announced in the packaged standards at most so many days before or after a date.

    One finding for each day of each standard, in the order of the days; what is announced without a day comes last.

    >>> from datetime import date
    >>> [f.values["standard"] for f in due(date(2020, 5, 8), within=1) if f.code == "due-ends"]
    ['br/pnae-2013']
    """
    names = [name for name in packaged_ids() if not name.startswith("references/")]
    found = [event for name in names for event in events(load_standard(name))]
    near = [(day, event) for day, event in found if day is None or abs((day - on).days) <= within]
    near.sort(key=lambda pair: pair[0] or date.max)
    return Report(tuple(event for _, event in near))


def events(standard: Standard) -> Iterator[tuple[date | None, Finding]]:
    """Everything that a standard says begins, ends or is announced, each with its day; None where that is not known."""
    valid = standard.file.valid
    if valid.from_:
        yield valid.from_, _finding("due-begins", standard, valid.from_)
    if valid.until:
        yield valid.until, _finding("due-ends", standard, valid.until)
    for code, day, rules in _changes(standard):
        yield day, _finding(code, standard, day, rules=rules)
    for announcement in standard.file.announced:
        code = "due-announced" if announcement.on else "due-announced-undated"
        yield announcement.on, _finding(code, standard, announcement.on, what=announcement.what)


def _changes(standard: Standard) -> Iterator[tuple[str, date, list[str]]]:
    """The days on which figures of rules begin or end while the standard itself stays in force."""
    own = (standard.file.valid.from_, standard.file.valid.until)
    limits = [(rule.id, limit) for rule in standard.file.rules for limit in rule.limits]
    begin, end = [(limit.from_, rule) for rule, limit in limits], [(limit.until, rule) for rule, limit in limits]
    for code, dated in (("due-rules-begin", begin), ("due-rules-end", end)):
        for day in sorted({day for day, _ in dated if day and day not in own}):
            yield code, day, list(dict.fromkeys(rule for other, rule in dated if other == day))


def _finding(code: str, standard: Standard, on: date | None, **values: object) -> Finding:
    place = standard.document.place(("valid",)) if standard.document else None
    about = {"standard": standard.id, "title": standard.file.title, "on": on, **values}
    return Finding(code, Verdict.not_applicable, Severity.info, place, standard.id, values=about)
