"""Lawful menus by construction: a solver chooses one at random prices, or names the rules that leave none."""

from __future__ import annotations

import math
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date

import numpy as np

from sehatmenu.findings import Severity
from sehatmenu.messages import number_text
from sehatmenu.standards.menus import Menu
from sehatmenu.standards.records import AttestRule
from sehatmenu.standards.standards import Applied, Standard
from sehatmenu.testing.clauses import break_somewhere, concern, keep
from sehatmenu.testing.drafts import F8, Draft, Sheet, draft

SOME_DAY = date(2026, 2, 2)
"""The date of the law where a standard says none."""


@dataclass(frozen=True, slots=True)
class Chooser:
    """A drafted menu with its rules written down, ready to be solved at any prices."""

    draft: Draft
    sheet: Sheet

    def menu(self, prices: F8 | None = None) -> Menu | None:
        """The menu that is cheapest at some prices, or None when no menu is possible."""
        values = self.draft.solve(self.sheet, prices)
        return None if values is None else self.draft.menu(values)

    def clash(self) -> tuple[str, ...]:
        """A few rules that cannot hold together, none of which can be left out."""
        given: set[str] = set()
        for name in dict.fromkeys(row[4] for row in self.sheet.rows if row[4]):
            if self.draft.solve(self.sheet, without={*given, name}) is None:
                given.add(name)
        return tuple(dict.fromkeys(row[4] for row in self.sheet.rows if row[4] and row[4] not in given))


def lawful(standard: Standard, group: str, on: date) -> Chooser:
    """Menus that keep every binding rule of a standard for a group on a date."""
    drafted = draft(standard, group, on)
    sheet = drafted.sheet()
    for name in binding(drafted):
        keep(drafted, sheet, name)
    return Chooser(drafted, sheet)


def breaking(standard: Standard, group: str, on: date, rule: str) -> Chooser:
    """Menus that break one rule and keep every other binding one."""
    drafted = draft(standard, group, on)
    sheet = drafted.sheet()
    break_somewhere(drafted, sheet, rule)
    for name in binding(drafted):
        if name != rule:
            keep(drafted, sheet, name)
    return Chooser(drafted, sheet)


def broken_alone(standard: Standard, group: str, on: date, rule: str) -> Menu | None:
    """A menu that breaks a rule, whatever it does to others; None when the rule can never be broken."""
    drafted = draft(standard, group, on, (rule,))
    sheet = drafted.sheet()
    break_somewhere(drafted, sheet, rule)
    return Chooser(drafted, sheet).menu()


def kept_alone(standard: Standard, group: str, on: date, rule: str) -> Menu | None:
    """A menu that a rule speaks of and passes, whatever it does to others; None when it can never be passed."""
    drafted = draft(standard, group, on, (rule,))
    sheet = drafted.sheet()
    keep(drafted, sheet, rule)
    concern(drafted, sheet, rule)
    return Chooser(drafted, sheet).menu()


def binding(drafted: Draft) -> list[str]:
    """The rules of a draft that are law and that a menu shows."""
    return [a.rule.id for a in drafted.held if a.rule.severity is Severity.must and a.rule.id in drafted.rows]


def records(standard: Standard, group: str, on: date) -> Mapping[str, str]:
    """What to write down so that every rule on records is kept."""
    held = [a for a in standard.applied(group, on) if isinstance(a.rule, AttestRule)]
    return {a.rule.id: record(a, keeping=True) or "yes" for a in held}


def record(applied: Applied, *, keeping: bool) -> str | None:
    """A record that keeps (or breaks) a rule on records; None when there is none."""
    unit = applied.rule.unit()
    if not unit:
        return "yes" if keeping else "no"
    low, high = applied.limit.bounds(unit)
    if keeping:
        ends = (low if math.isfinite(low) else min(0.0, high), high if math.isfinite(high) else low + 2)
        return _written(sum(ends) / 2, unit)
    if math.isfinite(high):
        return _written(high * 1.1 + 1, unit)
    return _written(low / 2, unit) if low > 0 else None


def _written(amount: float, unit: str) -> str:
    return f"{number_text(amount, 'en').replace(',', '')} {unit}"


def prices(draft_: Draft, seed: int) -> F8:
    """Random prices of dishes and of what they hold; some are negative, so that more is served than must be."""
    return np.random.default_rng(seed).uniform(-0.2, 1.0, draft_.cells * (1 + len(draft_.pool.contents)))


def dates(standard: Standard, group: str, known: Collection[date] = ()) -> tuple[date, ...]:
    """Every date in force at which a number for a group changes; where none is written, some day."""
    valid = standard.file.valid
    starts = {limit.from_ for rule in standard.rules for limit in rule.limits if limit.from_}
    starts |= {valid.from_} if valid.from_ else set()
    inside = [d for d in starts if (not valid.from_ or d >= valid.from_) and (not valid.until or d <= valid.until)]
    if not inside:
        inside = [min(SOME_DAY, valid.until) if valid.until else max(SOME_DAY, valid.from_ or SOME_DAY)]
    if standard.on:
        return (standard.on,)
    first = min(inside)
    early = [valid.until or SOME_DAY] if not valid.from_ and first > SOME_DAY else []
    return tuple(sorted({*inside, *early, *known}))


def groups(standard: Standard) -> tuple[str, ...]:
    """The groups of a standard; one without a name where it speaks of everybody."""
    return tuple(standard.groups) or ("",)
