"""Checks: a recipe, meal or menu held against a standard for one group, as a report with the article of every rule."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import date

import numpy as np

from sehatmenu.errors import refusal
from sehatmenu.findings import Finding, Report, Verdict, overall, problem
from sehatmenu.food.nutrients import nutrients
from sehatmenu.food.dishes import Recipe
from sehatmenu.messages import Figure, Text, Word
from sehatmenu.quantities.intervals import Interval
from sehatmenu.standards.menus import Menu, Option
from sehatmenu.standards.rows import Form, Judgement, Rows, judge
from sehatmenu.standards.rules import Context, NutrientRule, RuleBase
from sehatmenu.standards.standards import Applied, Standard
from sehatmenu.standards.windows import Scope

_REACH = {Scope.item: 0, Scope.meal: 1, Scope.day: 2, Scope.week: 3, Scope.cycle: 3}
MAX_CAUSES = 5

Judged = Recipe | Option | Sequence[Recipe | Option] | Menu


def check(thing: Judged, standard: Standard, group: str, on: date | str | None = None, *, meal: str = "") -> Report:
    """Hold a recipe, a meal (a list of recipes) or a menu against a standard for one group of eaters.

    A single dish is judged by the rules for items, unless its course is `paket` (then it is a meal); rules that speak
    of more than what is given are `not applicable`. `on` is the date of the law; without it the date of the standard.
    Raises LoadError for an unknown group, a date outside the standard's validity, or no date at all.
    """
    day = date.fromisoformat(on) if isinstance(on, str) else on or standard.on or _first_day(thing)
    if day is None:
        raise refusal("date-needed", standard=standard.id)
    standard.check_group(group)
    standard.check_date(day)
    menu = as_menu(thing, day, meal or _meal(standard, group))
    findings = [f for applied in standard.applied(group, day) for f in check_rule(applied, menu, standard, group)]
    title = f"{menu.name} – {standard.file.title} ({group})" if menu.name else f"{standard.file.title} ({group})"
    return Report(tuple(findings), title, (standard.id,))


def as_menu(thing: Judged, day: date, meal: str = "") -> Menu:
    """Anything that can be judged as a menu."""
    if isinstance(thing, Menu):
        return thing
    if isinstance(thing, Sequence):
        return Menu.of_meal(list(thing), day, meal)
    recipe = thing if isinstance(thing, Recipe) else thing.recipe
    if recipe.course == "paket":
        return Menu.of_meal([thing], day, meal)
    return Menu.of_days({day: {meal: [thing]}}, scope=Scope.item, name=recipe.name)


def context(menu: Menu, standard: Standard, group: str) -> Context:
    """What rules need to become rows over a menu's options and occasions."""
    return Context(menu.catalogue, menu.horizon, standard.reference(group), standard.energy_factors())


def check_rule(applied: Applied, menu: Menu, standard: Standard, group: str) -> Iterator[Finding]:
    """The findings of one rule at a menu: one per meal, day, week or window it speaks of."""
    rule = applied.rule
    if _REACH[rule.per] > _REACH[menu.scope]:
        yield _finding("rule-not-applicable", Verdict.not_applicable, applied, menu, reason=Word(f"scope-{rule.per}"))
        return
    rows = rule.rows(context(menu, standard, group), applied.limit)
    judgement = judge(rows, menu)
    for w, verdict in enumerate(judgement.verdicts):
        yield _judged(applied, menu, rows, judgement, w, verdict)


def run_cases(standard: Standard) -> list[Finding]:
    """Hold every case of a standard's file against its expected verdicts; a finding for each verdict that differs."""
    wrong = []
    for number, case in enumerate(standard.file.cases):
        standard.check_group(case.group)
        menu = case.as_menu(_meal(standard, case.group))
        report = check(menu, standard, case.group, case.on)
        document = next(iter(standard.places.values()))[0]
        for rule, expected in case.expect.items():
            got = _verdict_on(report, rule)
            if got is not expected:
                place = document.place(("cases", number, "expect", rule))
                wrong.append(problem("case-differs", place, case=case.title, rule=rule, expected=expected, got=got or "-"))
    return wrong


def _verdict_on(report: Report, rule: str) -> Verdict | None:
    verdicts = [f.verdict for f in report if f.values.get("rule_id") == rule]
    return overall(verdicts) if verdicts else None


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


def _judged(
    applied: Applied, menu: Menu, rows: Rows, judgement: Judgement, w: int, verdict: Verdict
) -> Finding:
    amount, span = judgement.amounts[w], rows.windows.spans[w]
    values: dict[str, object] = {
        "when": span,
        "amount": Figure(amount.low, amount.high, rows.unit),
        "limit": Figure(rows.low, rows.high, rows.unit),
    }
    if judgement.worst[w]:
        values["dish"] = judgement.worst[w]
    finding = _finding(_code(verdict, amount, rows, bool(judgement.worst[w])), verdict, applied, menu, **values)
    if verdict is Verdict.unknown:
        return replace(finding, causes=tuple(_causes(rows, menu, w)))
    return finding


def _code(verdict: Verdict, amount: Interval, rows: Rows, dish: bool) -> str:
    match verdict:
        case Verdict.pass_:
            return "rule-pass"
        case Verdict.unknown:
            return "rule-unknown"
        case Verdict.not_applicable:
            return "rule-nothing-served"
        case Verdict.fail:
            side = "below" if amount.high < rows.low or (rows.strict and amount.high <= rows.low) else "above"
            return f"rule-{side}-dish" if dish else f"rule-{side}"


def _causes(rows: Rows, menu: Menu, w: int) -> Iterator[str]:
    """Which dishes, and which of their ingredients, leave the amount open."""
    if rows.form not in (Form.total, Form.item):
        return
    served = menu.portions[rows.windows.cover[w]].sum(axis=0) > 0
    known = rows.numerator.known
    open_ = served & ~(known if known.ndim == 1 else known.all(axis=0))
    if rows.denominator is not None:
        open_ |= served & ~rows.denominator.known
    named = 0
    for r in np.flatnonzero(open_):
        for cause in _why(menu.catalogue.options[r].recipe, rows.nutrients):
            named += 1
            if named > MAX_CAUSES:
                return
            yield cause


def _why(recipe: Recipe, wanted: tuple[str, ...]) -> list[str]:
    """The ingredients of a dish that leave any of these nutrients open, or the dish itself."""
    found = dict.fromkeys(cause for nutrient in wanted for cause in recipe.causes(nutrient))
    return [f"{recipe.name}: {name}" for name in found] or [recipe.name]
