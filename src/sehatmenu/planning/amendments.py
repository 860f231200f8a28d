"""Amendments: which rules change their verdict on a plan from one standard to another, for whom and on which days."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from sehatmenu.findings import Finding, Severity, Verdict
from sehatmenu.planning.demand import Table
from sehatmenu.planning.plans import Plan
from sehatmenu.standards.differences import window_changes
from sehatmenu.standards.standards import Standard


def plan_changes(before: Standard, after: Standard, plan: Plan, name: str = "") -> Iterator[Finding]:
    """The rules whose verdict on a plan's menu differs between two standards, for each group of each institution.

    One finding for each rule, with its meals, days or weeks; days before the plan are not told. `name` is put before the
    institution. Groups that are not in both standards cannot be compared; one finding names them.
    """
    apart = []
    for table in plan.problem.tables:
        group = _common(before, after, table)
        if group is None:
            apart.append(table.group)
            continue
        first = table.horizon.occasions[len(table.past)].day
        for finding in window_changes(before, after, plan.menu(table), group, first):
            yield replace(finding, subject=f"{name}, {finding.subject}" if name else finding.subject)
    if apart:
        values = {"groups": list(dict.fromkeys(apart)), "before": before.id, "after": after.id}
        subject = name or str(plan.problem.title)
        yield Finding("diff-plan-groups", Verdict.not_applicable, Severity.info, subject=subject, values=values)


def _common(before: Standard, after: Standard, table: Table) -> str | None:
    """The group of a table by which both standards judge it; "" where neither tells groups apart."""
    if table.group in before.groups and table.group in after.groups:
        return table.group
    return None if before.groups or after.groups else ""
