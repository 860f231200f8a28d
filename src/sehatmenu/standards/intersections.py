"""Intersections: one tray for several groups, and what the limits of each rule leave to all of them at once."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from sehatmenu.documents import day_of
from sehatmenu.errors import refusal
from sehatmenu.findings import Finding, Verdict
from sehatmenu.messages import Figure
from sehatmenu.standards.checks import rule_title
from sehatmenu.standards.limits import RuleBase
from sehatmenu.standards.standards import Applied, Standard


@dataclass(frozen=True, slots=True)
class Band:
    """What a rule leaves to several groups at once: from `low` to `high` in `unit`, ends excluded where strict.

    Infinite where the rule sets no bound on that side. `sources` cites the limits of all the groups.
    """

    rule: RuleBase
    low: float
    high: float
    unit: str
    strict: bool
    sources: tuple[str, ...]

    @property
    def empty(self) -> bool:
        """Whether no amount serves all the groups."""
        return self.low > self.high or (self.strict and self.low == self.high)


@dataclass(frozen=True, slots=True)
class Intersection:
    """The bands of several groups by rule id, and a finding for every rule that leaves nothing to all of them."""

    groups: tuple[str, ...]
    bands: Mapping[str, Band]
    findings: tuple[Finding, ...]


def intersect(standard: Standard, groups: Sequence[str], on: date | str | None = None) -> Intersection:
    """The limits that hold when groups share one tray: the highest floor and the lowest ceiling of each rule.

    Shares of reference intakes become amounts first, since the groups' intakes differ. A rule that concerns only some
    of the groups holds with their limits. `on` is the date of the law; without it the date of the standard.
    Raises LoadError for an unknown group, a date outside the standard's validity, or no date at all.

    >>> from sehatmenu.standards.standards import load_standard
    >>> shared = intersect(load_standard("us/lunch-2024"), ["k-5", "g6-8"], on="2026-09-07")
    >>> shared.bands["energy"].low, shared.bands["energy"].high, shared.bands["energy"].unit
    (600.0, 650.0, 'kcal')
    """
    day = day_of(on) or standard.on
    if day is None:
        raise refusal("date-needed", standard=standard.id)
    standard.check_date(day)
    held: dict[str, list[tuple[str, Applied]]] = {}
    for group in groups:
        standard.check_group(group)
        for applied in standard.applied(group, day):
            held.setdefault(applied.rule.id, []).append((group, applied))
    bands = {rule: _band(standard, limits) for rule, limits in held.items()}
    return Intersection(tuple(groups), bands, tuple(_findings(bands, held)))


def _band(standard: Standard, limits: list[tuple[str, Applied]]) -> Band:
    rule = limits[0][1].rule
    bounds = [(*rule.amounts(a.limit, standard.reference(group)), a.limit.strict) for group, a in limits]
    low, high = max(b[0] for b in bounds), min(b[1] for b in bounds)
    strict = any(tight for least, most, tight in bounds if least == low or most == high)
    sources = tuple(dict.fromkeys(applied.source for _, applied in limits))
    return Band(rule, low, high, rule.measured_in(), strict, sources)


def _findings(bands: Mapping[str, Band], held: Mapping[str, list[tuple[str, Applied]]]) -> Iterator[Finding]:
    for name, band in bands.items():
        if band.empty:
            values: dict[str, object] = {
                "rule": rule_title(band.rule),
                "rule_id": name,
                "groups": [group for group, _ in held[name]],
                "least": Figure.exact(band.low, band.unit),
                "most": Figure.exact(band.high, band.unit),
            }
            place, source = held[name][0][1].place, "; ".join(band.sources)
            yield Finding("groups-nothing-shared", Verdict.fail, band.rule.severity, place, "", source, values)
