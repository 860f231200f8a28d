"""Rule tables: each rule once with how often it holds, the range of amounts and the article; and what is not known."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from sehatmenu.findings import SIGNS, Finding, Report, Severity, Verdict, overall
from sehatmenu.messages import Figure
from sehatmenu.planning.plans import Plan
from sehatmenu.reports.bars import Bar, bar
from sehatmenu.standards.windows import Span


@dataclass(frozen=True, slots=True)
class RuleRow:
    """One rule for one group (or one UMKM): its verdict over all meals or weeks, and what was found there.

    `passed` of `judged` stretches hold; those that the rule does not concern are not counted. `amount` and `limit` are
    absent when the rule speaks of something that was not given. `topic` tells the rules of an UMKM apart.
    """

    title: object
    topic: str
    severity: Severity
    verdict: Verdict
    passed: int
    judged: int
    amount: Figure | None
    limit: Figure | None
    bar: Bar | None
    source: str
    findings: tuple[Finding, ...]

    @property
    def sign(self) -> str:
        """The verdict as one sign, so that it is not told by colour alone."""
        return SIGNS[self.verdict]


@dataclass(frozen=True, slots=True)
class OpenRule:
    """A rule that could not be judged: for whom, when, how far the amount is known, and what leaves it open."""

    subject: str
    title: object
    when: tuple[object, ...]
    amount: Figure
    limit: Figure
    causes: tuple[str, ...]
    source: str


@dataclass(frozen=True, slots=True)
class DailyRow:
    """A rule on each day: the finding of that day, or None where the rule does not look."""

    title: object
    meal: str
    limit: Figure
    source: str
    findings: tuple[Finding | None, ...]


def rule_rows(report: Iterable[Finding]) -> dict[str, tuple[RuleRow, ...]]:
    """The rules of a report by subject (a dish, or a group of eaters), in the order in which they stand there."""
    found: dict[str, dict[tuple[object, str], list[Finding]]] = {}
    for finding in report:
        key = (finding.values.get("rule_id", finding.code), finding.source)
        found.setdefault(finding.subject, {}).setdefault(key, []).append(finding)
    return {subject: tuple(_row(findings) for findings in rules.values()) for subject, rules in found.items()}


def title_of(finding: Finding) -> object:
    """What a finding speaks of: its rule, its UMKM, or its code."""
    return finding.values.get("rule") or finding.values.get("supplier") or finding.code


def is_of_supplier(finding: Finding) -> bool:
    """Whether a finding holds a bound of an UMKM rather than a rule of law."""
    return "supplier" in finding.values and "rule" not in finding.values


def _row(findings: list[Finding]) -> RuleRow:
    first = findings[0]
    judged = [f for f in findings if f.verdict is not Verdict.not_applicable]
    amounts = _figures(judged or findings, "amount")
    limits = sorted(_figures(judged or findings, "limit"), key=lambda limit: -limit.low)
    return RuleRow(
        title=title_of(first),
        topic=first.code if is_of_supplier(first) else "",
        severity=first.severity,
        verdict=overall([f.verdict for f in findings]),
        passed=sum(f.verdict is Verdict.pass_ for f in judged),
        judged=len(judged),
        amount=_range(amounts),
        limit=limits[0] if limits else None,
        bar=bar(amounts, limits[0]) if amounts and limits and judged else None,
        source=first.source,
        findings=tuple(findings),
    )


def _figures(findings: Iterable[Finding], name: str) -> list[Figure]:
    values = (finding.values.get(name) for finding in findings)
    return [value for value in values if isinstance(value, Figure)]


def _range(figures: Sequence[Figure]) -> Figure | None:
    if not figures:
        return None
    return Figure(min(f.low for f in figures), max(f.high for f in figures), figures[0].unit)


def open_rules(report: Report) -> tuple[OpenRule, ...]:
    """The rules that could not be judged, one row for each group and cause, the binding ones first."""
    found: dict[tuple[str, object, tuple[str, ...]], list[Finding]] = {}
    for finding in sorted(report.of(Verdict.unknown), key=lambda f: f.severity is not Severity.must):
        key = (finding.subject, finding.values.get("rule_id", finding.code), finding.causes)
        found.setdefault(key, []).append(finding)
    return tuple(_open(findings) for findings in found.values() if "amount" in findings[0].values)


def _open(findings: list[Finding]) -> OpenRule:
    first = findings[0]
    amount, limit = _range(_figures(findings, "amount")), _figures(findings, "limit")[0]
    assert amount is not None
    when = tuple(f.values["when"] for f in findings if "when" in f.values)
    return OpenRule(first.subject, title_of(first), when, amount, limit, first.causes, first.source)


def daily_rows(plan: Plan) -> dict[str, tuple[DailyRow, ...]]:
    """For each group the rules that look at a meal or a day, with what was found on each day of the plan."""
    at: dict[tuple[str, object, str], dict[date, Finding]] = {}
    for finding in plan.report:
        when, amount = finding.values.get("when"), finding.values.get("amount")
        if isinstance(when, Span) and when.first == when.last and isinstance(amount, Figure) and amount.unit != "times":
            key = (finding.subject, finding.values["rule_id"], when.meal)
            at.setdefault(key, {})[when.first] = finding
    rows: dict[str, list[DailyRow]] = {}
    for (subject, _, meal), found in at.items():
        if any(f.verdict is not Verdict.not_applicable for f in found.values()):
            rows.setdefault(subject, []).append(_daily(plan.problem.days, meal, found))
    return {subject: tuple(found) for subject, found in rows.items()}


def _daily(days: Sequence[date], meal: str, found: dict[date, Finding]) -> DailyRow:
    first = next(iter(found.values()))
    limit = _figures([first], "limit")[0]
    title = title_of(first)
    named = "" if meal in str(title) else meal
    return DailyRow(title, named, limit, first.source, tuple(found.get(day) for day in days))
