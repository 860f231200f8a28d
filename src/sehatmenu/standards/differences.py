"""Differences: what one standard changes against another, per group and date, and whose verdict changes."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date

from sehatmenu.findings import Finding, Report, Severity, Verdict, overall
from sehatmenu.food.dishes import Recipe
from sehatmenu.messages import Figure, Word, figure_text, spoken
from sehatmenu.standards.checks import check, rule_title
from sehatmenu.standards.menus import Menu
from sehatmenu.standards.standards import Applied, Standard
from sehatmenu.standards.windows import Span

UNDATED = date(2026, 2, 2)
"""The date at which standards are compared that write no dates at all."""

_UNSAID = {"limits", "title", "note"}
Held = dict[str, Applied]


def diff(before: Standard, after: Standard) -> Report:
    """What changes from one standard to another: rules added, removed, or changed in kind, number or scope.

    One finding for each change, with the groups and the date from which it holds. A date at which one of the two is
    not in force is compared with the nearest date at which it is.

    >>> from sehatmenu.standards.standards import load_standard
    >>> changes = diff(load_standard("us/lunch-2024"), load_standard("us/lunch-2024"))
    >>> len(changes)
    0
    """
    found: dict[tuple[object, ...], tuple[Finding, list[str], date]] = {}
    for on in _dates(before, after):
        for group in dict.fromkeys([*before.groups, *after.groups]) or [""]:
            for change in _changes(before, after, group, on):
                values = change.values
                key = (change.code, values["rule_id"], str(values.get("before")), str(values.get("after")))
                _, groups, _ = found.setdefault(key, (change, [], on))
                groups.extend([group] if group not in groups else [])
    made = (_told(change, groups, on, after) for change, groups, on in found.values())
    return Report((*_group_changes(before, after), *made), f"{before.id} → {after.id}")


def verdict_changes(before: Standard, after: Standard, things: Iterable[Recipe | Menu]) -> Iterator[Finding]:
    """The recipes and menus whose verdict differs between two standards, for every group that both have."""
    newest = _dates(before, after)[-1]
    for thing in things:
        for group in [g for g in before.groups if g in after.groups] or [""]:
            one, other = (check(thing, s, group, _clamped(s, newest)) for s in (before, after))
            if one.verdict is not other.verdict:
                old, new = _verdicts(one), _verdicts(other)
                rules = [r for r in {**old, **new} if old.get(r) != new.get(r)]
                values = {"group": group, "before": one.verdict, "after": other.verdict, "rules": rules}
                yield Finding("diff-verdict", other.verdict, subject=thing.name, values=values)


@dataclass(frozen=True, slots=True)
class Spans:
    """The meals, days or weeks at which something holds."""

    spans: tuple[object, ...]

    def spoken(self, lang: str) -> str:
        """All of them in words, in the order of the menu."""
        return "; ".join(spoken(span, lang) for span in self.spans)

    def __str__(self) -> str:
        return self.spoken("en")


def window_changes(
    before: Standard, after: Standard, menu: Menu, group: str, since: date = date.min
) -> Iterator[Finding]:
    """The rules whose verdict on a menu differs for a group: one finding for each rule and change, with when it does.

    Told is what becomes or stops being a fail or unknown, by the newest numbers of each standard, for meals, days and
    weeks that do not end before `since`.
    """
    newest = _dates(before, after)[-1]
    old, new = (_by_window(check(menu, s, group, _clamped(s, newest)), since) for s in (before, after))
    changes: dict[tuple[str, Verdict, Verdict], list[Finding]] = {}
    for key in dict.fromkeys([*old, *new]):
        sides = [side[key].verdict if key in side else Verdict.not_applicable for side in (old, new)]
        if sides[0] is not sides[1] and not {Verdict.fail, Verdict.unknown}.isdisjoint(sides):
            changes.setdefault((key[0], sides[0], sides[1]), []).append(new.get(key) or old[key])
    for (_, one, other), found in changes.items():
        first = found[0]
        values = {"rule": first.values["rule"], "rule_id": first.values["rule_id"], "group": group}
        values |= {"before": one, "after": other, "when": Spans(tuple(f.values["when"] for f in found))}
        yield Finding("diff-window", other, first.severity, first.place, menu.name, first.source, values)


def _by_window(report: Report, since: date) -> dict[tuple[str, Span], Finding]:
    """The findings of a report by rule and window; of several in a window (one per dish, say) the worst."""
    found: dict[tuple[str, Span], Finding] = {}
    for finding in report:
        when = finding.values.get("when")
        if isinstance(when, Span) and when.last >= since:
            key = (str(finding.values["rule_id"]), when)
            worst = overall([finding.verdict, found[key].verdict]) if key in found else finding.verdict
            if key not in found or worst is not found[key].verdict:
                found[key] = finding
    return found


def _verdicts(report: Report) -> dict[str, Verdict]:
    rules = dict.fromkeys(str(f.values["rule_id"]) for f in report)
    return {rule: overall([f.verdict for f in report if f.values["rule_id"] == rule]) for rule in rules}


def _dates(before: Standard, after: Standard) -> list[date]:
    """Every date at which a number of either changes."""
    starts = {limit.from_ for s in (before, after) for r in s.rules for limit in r.limits if limit.from_}
    starts |= {s.file.valid.from_ for s in (before, after) if s.file.valid.from_}
    first = after.file.valid.from_
    return sorted(day for day in starts if first is None or day >= first) or [UNDATED]


def _clamped(standard: Standard, on: date) -> date:
    """The date at which a standard is in force that is nearest to one."""
    valid = standard.file.valid
    day = min(on, valid.until or on)
    return max(day, valid.from_ or day)


def _changes(before: Standard, after: Standard, group: str, on: date) -> Iterator[Finding]:
    old, new = _held(before, group, on), _held(after, group, on)
    for rule in dict.fromkeys([*old, *new]):
        if rule not in new:
            yield _change("diff-removed", old[rule], before=_limit(old[rule]))
        elif rule not in old:
            yield _change("diff-added", new[rule], after=_limit(new[rule]))
        else:
            yield from _changed(old[rule], new[rule])


def _held(standard: Standard, group: str, on: date) -> Held:
    if standard.groups and group not in standard.groups:
        return {}
    return {a.rule.id: a for a in standard.applied(group, _clamped(standard, on))}


def _changed(old: Applied, new: Applied) -> Iterator[Finding]:
    kinds = [a.rule.model_dump()["kind"] for a in (old, new)]
    if kinds[0] != kinds[1]:
        yield _change("diff-kind", new, before=Word(kinds[0]), after=Word(kinds[1]))
        return
    if _limit(old) != _limit(new):
        yield _change("diff-number", new, before=_limit(old), after=_limit(new))
    fields = [dict(a.rule.model_dump(mode="json", exclude=_UNSAID, exclude_defaults=True)) for a in (old, new)]
    if changed := [key for key in {**fields[0], **fields[1]} if fields[0].get(key) != fields[1].get(key)]:
        yield _change("diff-scope", new, before=_said(fields[0], changed), after=_said(fields[1], changed))


def _said(fields: dict[str, object], keys: list[str]) -> str:
    return ", ".join(f"{key}: {fields.get(key, '–')}" for key in keys)


@dataclass(frozen=True, slots=True)
class Bounds:
    """The bounds of a rule in its own unit, as they are to be printed; a dash where it has none."""

    low: float
    high: float
    unit: str
    strict: bool = False

    def spoken(self, lang: str) -> str:
        """The bounds in a language: `≤ 600 mg`, `20–25 %`, `< 2 g`."""
        if math.isinf(self.low) and math.isinf(self.high):
            return "–"
        said = figure_text(Figure(self.low, self.high, self.unit), lang)
        return said.replace("≤", "<").replace("≥", ">") if self.strict else said

    def __str__(self) -> str:
        return self.spoken("en")


def _limit(applied: Applied) -> Bounds:
    unit = applied.rule.unit()
    if not applied.rule.boundable or not unit:
        return Bounds(-math.inf, math.inf, "")
    return Bounds(*applied.limit.bounds(unit), unit, applied.limit.strict)


def _change(code: str, applied: Applied, **values: object) -> Finding:
    said = {"rule": rule_title(applied.rule), "rule_id": applied.rule.id, **values}
    return Finding(code, Verdict.not_applicable, Severity.info, applied.place, source=applied.source, values=said)


def _told(change: Finding, groups: list[str], on: date, after: Standard) -> Finding:
    values = {**change.values, "groups": [g or "–" for g in groups], "on": on}
    return Finding(change.code, change.verdict, change.severity, change.place, "", change.source, values)


def _group_changes(before: Standard, after: Standard) -> Iterator[Finding]:
    for code, one, other in (("diff-group-added", after, before), ("diff-group-removed", before, after)):
        for name in one.groups:
            if name not in other.groups:
                place = one.document.place(("groups", name)) if one.document else None
                yield Finding(code, Verdict.not_applicable, Severity.info, place, values={"group": name})
