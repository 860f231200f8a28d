"""Checks: a recipe, meal or menu held against a standard for one group, as a report with the article of every rule."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date
from itertools import chain, islice

import numpy as np
import numpy.typing as npt

from sehatmenu.documents import day_of
from sehatmenu.errors import LoadError, refusal
from sehatmenu.findings import OUT_OF_REACH, Finding, Report, Verdict, overall, problem
from sehatmenu.food.dishes import PACKAGE, Recipe
from sehatmenu.food.nutrients import nutrients
from sehatmenu.messages import Figure, Text, Word
from sehatmenu.quantities.intervals import Interval
from sehatmenu.standards.cases import Case
from sehatmenu.standards.limits import Context, RuleBase
from sehatmenu.standards.measures import NutrientRule
from sehatmenu.standards.menus import Menu, Option
from sehatmenu.standards.records import AttestRule, record_problems
from sehatmenu.standards.rows import Form, Judgement, Rows, judge, verdict_of
from sehatmenu.standards.standards import Applied, Standard
from sehatmenu.standards.windows import Scope

_REACH = {Scope.item: 0, Scope.meal: 1, Scope.day: 2, Scope.week: 3, Scope.cycle: 3}
MAX_CAUSES = 5

Judged = Recipe | Option | Sequence[Recipe | Option] | Menu


def check(
    thing: Judged,
    standard: Standard,
    group: str,
    on: date | str | None = None,
    *,
    meal: str = "",
    records: Mapping[str, str] | None = None,
) -> Report:
    """Hold a recipe, a meal (a list of recipes) or a menu against a standard for one group of eaters.

    A single dish is judged by the rules for items, unless its course is `paket` (then it is a meal); rules that speak
    of more than what is given are `not applicable`. `on` is the date of the law; without it the date of the standard.
    `records` tells what was written down for rules that no menu shows, by rule id: `{"cooked-to-eaten": "4 hours"}`.
    Raises LoadError for an unknown group, a date outside the standard's validity, no date at all, or a wrong record.
    """
    day = day_of(on) or standard.on or _first_day(thing)
    if day is None:
        raise refusal("date-needed", standard=standard.id)
    standard.check_group(group)
    standard.check_date(day)
    if wrong := record_problems(standard.rules, records or {}):
        raise LoadError(Report(tuple(problem(r.code, None, **r.values) for r in wrong)))
    menu = as_menu(thing, day, meal or _meal(standard, group))
    held = standard.applied(group, day)
    findings = [f for applied in held for f in check_rule(applied, menu, standard, group, records)]
    title = f"{menu.name} – {standard.file.title} ({group})" if menu.name else f"{standard.file.title} ({group})"
    return Report(tuple(findings), title, (standard.id, *menu.editions()))


def as_menu(thing: Judged, day: date, meal: str = "") -> Menu:
    """Anything that can be judged as a menu."""
    if isinstance(thing, Menu):
        return thing
    if isinstance(thing, Sequence):
        return Menu.of_meal(list(thing), day, meal)
    recipe = thing if isinstance(thing, Recipe) else thing.recipe
    if recipe.course == PACKAGE:
        return Menu.of_meal([thing], day, meal)
    return Menu.of_item(thing, day, meal)


def context(menu: Menu, standard: Standard, group: str) -> Context:
    """What rules need to become rows over a menu's options and occasions."""
    return Context(menu.catalogue, menu.horizon, standard.reference(group), standard.energy_factors())


def check_rule(
    applied: Applied, menu: Menu, standard: Standard, group: str, records: Mapping[str, str] | None = None
) -> Iterator[Finding]:
    """The findings of one rule at a menu: one per meal, day, week or window it speaks of; one for a rule on records."""
    rule = applied.rule
    record = rule.recorded(records or {}) if isinstance(rule, AttestRule) else None
    if record is None and _REACH[rule.per] > _REACH[menu.scope]:
        yield _finding(OUT_OF_REACH, Verdict.not_applicable, applied, menu, reason=Word(f"scope-{rule.per}"))
        return
    rows = rule.rows(context(menu, standard, group), applied.limit)
    if isinstance(rule, AttestRule):
        yield _attested(applied, rule, rows, menu, record)
        return
    judgement = judge(rows, menu)
    for w, verdict in enumerate(judgement.verdicts):
        yield _judged(applied, menu, rows, judgement, w, verdict)


def _attested(applied: Applied, rule: AttestRule, rows: Rows, menu: Menu, record: str | None) -> Finding:
    """The finding of a rule on records; without a record it is unknown, which is never taken for a pass."""
    if record is None:
        return _finding("record-missing", Verdict.unknown, applied, menu, record=rule.record.name)
    amount = rule.read(record)
    verdict = verdict_of(amount, amount, rows.low, rows.high, strict=rows.strict)
    done = verdict is Verdict.pass_
    if not rule.unit():
        return _finding("record-done" if done else "record-undone", verdict, applied, menu, record=rule.record.name)
    figures = {"amount": Figure.exact(amount, rows.unit), "limit": Figure(rows.low, rows.high, rows.unit)}
    return _finding("record-within" if done else "record-outside", verdict, applied, menu, **figures)


def run_cases(standard: Standard) -> list[Finding]:
    """Hold every case of a standard's file against its expected verdicts; a finding for each verdict that differs.

    A rule without a limit for the case's group and date is not applicable.
    """
    return [wrong for number, case in enumerate(standard.file.cases) for wrong in _run_case(standard, number, case)]


def _run_case(standard: Standard, number: int, case: Case) -> Iterator[Finding]:
    def differs(code: str, *at: str, **values: object) -> Finding:
        place = standard.document.place(("cases", number, *at)) if standard.document else None
        return problem(code, place, case=case.title, **values)

    standard.check_group(case.group)
    if not case.in_force:
        if standard.file.valid.holds(case.on):
            yield differs("case-in-force", "in_force", on=case.on)
        return
    menu = case.as_menu(_meal(standard, case.group))
    report = check(menu, standard, case.group, case.on, records=case.records)
    for rule, expected in case.expect.items():
        got = _verdict_on(report, rule, standard)
        if got is not expected:
            yield differs("case-differs", "expect", rule, rule=rule, expected=expected, got=got or "-")
    if case.binding is not None and report.verdict is not case.binding:
        yield differs("case-binding", "binding", expected=case.binding, got=report.verdict)


def _verdict_on(report: Report, rule: str, standard: Standard) -> Verdict | None:
    """The verdict on a rule; None when the standard has no such rule."""
    verdicts = [f.verdict for f in report if f.values.get("rule_id") == rule]
    return overall(verdicts) if verdicts or rule in standard.places else None


def _first_day(thing: Judged) -> date | None:
    return thing.horizon.days[0] if isinstance(thing, Menu) and thing.horizon.days else None


def _meal(standard: Standard, group: str) -> str:
    meals = standard.groups[group].meals if group in standard.groups else ()
    return meals[0] if meals else ""


def rule_title(rule: RuleBase) -> Text:
    """The name of a rule in both languages: its title, its nutrient, or its id."""
    if rule.title is not None:
        return rule.title
    if isinstance(rule, NutrientRule):
        return nutrients()[rule.nutrient].name
    return Text(rule.id, rule.id)


def _finding(code: str, verdict: Verdict, applied: Applied, menu: Menu, **values: object) -> Finding:
    rule = applied.rule
    values = {"rule": rule_title(rule), "rule_id": rule.id, **values}
    return Finding(code, verdict, rule.severity, applied.place, menu.name, applied.source, values)


def _judged(applied: Applied, menu: Menu, rows: Rows, judgement: Judgement, w: int, verdict: Verdict) -> Finding:
    amount, span = judgement.amounts[w], rows.windows.spans[w]
    values: dict[str, object] = {
        "when": span,
        "amount": Figure(amount.low, amount.high, rows.unit),
        "limit": Figure(_limit(rows, w), rows.high, rows.unit),
    }
    if judgement.worst[w]:
        values["dish"] = judgement.worst[w]
    if verdict is Verdict.not_applicable:
        values |= {"served": int(rows.windows.days[w]), "due": int(rows.windows.due[w])}
    finding = _finding(_code(verdict, amount, rows, w, bool(judgement.worst[w])), verdict, applied, menu, **values)
    if verdict is Verdict.unknown:
        both = chain(_causes(rows, menu, w), _causes(rows.condition, menu, w) if rows.condition else ())
        return replace(finding, causes=tuple(islice(dict.fromkeys(both), MAX_CAUSES)))
    return finding


def _limit(rows: Rows, w: int) -> float:
    """The lower limit that is said of a window: what it asks, or what the law says where it asks nothing."""
    low = float(rows.lows()[w])
    return rows.low if math.isinf(low) else low


def _code(verdict: Verdict, amount: Interval, rows: Rows, w: int, dish: bool) -> str:
    match verdict:
        case Verdict.pass_:
            return "rule-pass"
        case Verdict.unknown:
            return "rule-unknown"
        case Verdict.not_applicable:
            return _unjudged(rows, w)
        case Verdict.fail:
            low = rows.lows()[w]
            side = "below" if amount.high < low or (rows.strict and amount.high <= low) else "above"
            return f"rule-{side}-dish" if dish else f"rule-{side}"


def _unjudged(rows: Rows, w: int) -> str:
    """Why a window is not judged: it is not over, it is too short to ask anything, or nothing of the kind is there."""
    if not rows.windows.complete[w]:
        partly = "rule-unfinished" if rows.windows.due[w] > rows.windows.days[w] else "rule-part-of-day"
        return partly if math.isfinite(rows.low) else "rule-so-far"
    if math.isinf(rows.lows()[w]) and math.isfinite(rows.low):
        return "rule-short-week"
    return "rule-nothing-served" if rows.condition is None else "rule-condition"


def _causes(rows: Rows, menu: Menu, w: int) -> Iterator[str]:
    """Which dishes, and which of their ingredients, leave the amount open."""
    served = menu.portions[rows.windows.cover[w]].sum(axis=0) > 0
    for r in np.flatnonzero(served & _open(rows)):
        yield from _why(menu.catalogue.options[r].recipe, rows.nutrients)


def _open(rows: Rows) -> npt.NDArray[np.bool_]:
    """Which options contribute an amount (or carry a key) that is not known."""
    if rows.form in (Form.repeats, Form.distinct):
        unsure = (rows.held(1) != rows.held(-1)).any(axis=0)
        return np.asarray(unsure if rows.untold is None else unsure | rows.untold)
    known = rows.numerator.known if rows.numerator.known.ndim == 1 else rows.numerator.known.all(axis=0)
    return np.asarray(~known if rows.denominator is None else ~(known & rows.denominator.known))


def _why(recipe: Recipe, wanted: tuple[str, ...]) -> list[str]:
    """The ingredients of a dish that leave any of these nutrients open, or the dish itself."""
    found = dict.fromkeys(cause for nutrient in wanted for cause in recipe.causes(nutrient))
    return [f"{recipe.name}: {name}" for name in found] or [recipe.name]
