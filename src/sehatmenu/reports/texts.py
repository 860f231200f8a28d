"""Plain text for a terminal: a plan with its menu, orders and proof; a conflict with its way out; a recipe's nutrition."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from itertools import groupby

from sehatmenu.findings import SIGNS, UNFINISHED, Finding, Report, Verdict
from sehatmenu.food.dishes import Recipe
from sehatmenu.food.nutrients import NutrientValue, nutrients
from sehatmenu.messages import Figure, Text, as_lines, date_text, figure_text, number_text, render, word
from sehatmenu.planning.clashes import Conflict
from sehatmenu.planning.plans import Plan, Serving, summary
from sehatmenu.planning.unfinished import Unfinished
from sehatmenu.reports.rule_tables import is_of_supplier

WIDTH = 100

FIRST_UNFINISHED = 6
"""Unjudged limits that are told one by one; of the others only the number."""


def plan_text(plan: Plan, lang: str = "id") -> str:
    """The plan for reading: proof, menu by day, orders by UMKM, every rule with its article."""
    parts = [*_head(plan, lang), "", *_days(plan, lang), "", *_suppliers(plan, lang), "", *_rules(plan, lang)]
    return as_lines([*parts, "", editions_text(plan, lang)])


def money(amount: float, lang: str) -> str:
    """Rupiah as written in a language: `Rp12.500`."""
    return figure_text(Figure.exact(amount, "IDR"), lang)


def percent(share: float, lang: str) -> str:
    """A share as per cent with at most two decimals."""
    return f"{number_text(round(share * 100, 2), lang)} %"


def proof_text(plan: Plan, lang: str = "id") -> str:
    """One sentence: what the menu costs, and how near it is proven to be to the cheapest possible."""
    values = {"cost": money(plan.cost, lang), "bound": money(plan.bound, lang), "gap": percent(plan.gap, lang)}
    return render(f"plan-proof-{plan.status}", values, lang)


def _head(plan: Plan, lang: str) -> Iterator[str]:
    yield plan.problem.title.in_language(lang)
    yield proof_text(plan, lang)
    if plan.margin:
        yield plan.margin.text(lang)
    yield from (*objective_lines(plan, lang), *unfinished_lines(plan.report, lang))


def unfinished_lines(report: Report, lang: str = "id") -> list[str]:
    """What was left unjudged because the menu holds only a part of a week or day: a sentence, then each rule once."""
    left = report.unjudged(*UNFINISHED)
    if not left:
        return []
    rules = list(dict.fromkeys(render(f"report-{f.code}", f.values, lang) for f in left))
    lines = [f"  {SIGNS[Verdict.not_applicable]} {rule}" for rule in rules[:FIRST_UNFINISHED]]
    if len(rules) > FIRST_UNFINISHED:
        lines.append(f"  {render('report-and-more', {'count': len(rules) - FIRST_UNFINISHED}, lang)}")
    return [f"{render('report-unfinished', {'count': len(left)}, lang)}:", *lines]


def objective_lines(plan: Plan, lang: str = "id") -> list[str]:
    """What was kept of an earlier plan; then a heading, the rupiah allowed, and a sentence for each later objective."""
    kept = [render("plan-kept", {"days": list(plan.kept)}, lang)] if plan.kept else []
    if not plan.objectives:
        return kept
    room = Figure.exact(plan.objectives[0].room, "IDR")
    head = f"{word('heading-objectives', lang)}. {render('objective-room', {'room': room}, lang)}"
    return [*kept, head, *(f"  {n}. {objective.text(lang)}" for n, objective in enumerate(plan.objectives, 1))]


def _days(plan: Plan, lang: str) -> Iterator[str]:
    for day in plan.problem.days:
        yield f"── {word(_weekday(day), lang).capitalize()}, {date_text(day, lang)} ".ljust(WIDTH, "─")
        for (served, _, _), servings in plan.by_tray.items():
            if served == day:
                yield from _tray(servings, lang)


def _weekday(day: date) -> str:
    return f"weekday-{day.weekday()}"


def _tray(servings: tuple[Serving, ...], lang: str) -> Iterator[str]:
    first = servings[0]
    per_head = {
        h.group: sum(s.price * g.factor for s in servings for g in s.helpings if g.group == h.group)
        for h in first.helpings
    }
    costs = ", ".join(f"{h.group}: {h.heads} × {money(per_head[h.group], lang)}" for h in first.helpings)
    yield f"  {first.institution.name}, {word(first.meal, lang)} ({costs})"
    for serving in servings:
        portions = ", ".join(portion_text(serving, k, lang) for k in range(len(serving.helpings)))
        cost = money(serving.cost, lang)
        yield f"    {serving.course:<7} {serving.dish.name:<32.32} {portions:<24} {serving.supplier.name:<24.24} {cost:>10}"


def portion_text(serving: Serving, k: int, lang: str) -> str:
    """What group `k` of a serving gets: grams and the part of a standard portion, or that part alone."""
    helping = serving.helpings[k]
    grams = helping.grams(serving.dish)
    size = percent(helping.factor, lang)
    if grams.low < grams.high:
        return size
    return f"{figure_text(Figure.exact(round(grams.low), 'g'), lang)} ({size})"


def _suppliers(plan: Plan, lang: str) -> Iterator[str]:
    yield word("heading-suppliers", lang)
    for name, value in plan.supplier_values().items():
        supplier = plan.problem.register.suppliers[name]
        portions = sum(s.heads for s in plan.servings if s.supplier.id == name)
        share = percent(plan.share(value), lang)
        count = f"{number_text(portions, lang)} {word('unit-portion', lang)}"
        yield f"  {supplier.name:<36} {money(value, lang):>14} {share:>8} {count:>16}"


def _rules(plan: Plan, lang: str) -> Iterator[str]:
    yield word("heading-rules", lang)
    yield from (f"  ✗ {f.text(lang)}" for f in plan.report.of(Verdict.fail) if "amount" not in f.values)
    sources = plan.report.sources()
    for subject, rows in groupby(summary(plan.report), key=lambda row: heading_of(row[0], lang)):
        yield f"  {subject}"
        for finding, passed, count, amounts in rows:
            source = f" [{sources[finding.source]}]" if finding.source else ""
            yield f"    {rule_line(finding, passed, count, amounts, lang)}{source}"
    yield from ("", word("heading-sources", lang), *(f"  [{n}] {source}" for source, n in sources.items()))


def heading_of(finding: Finding, lang: str) -> str:
    """What a finding of a plan stands under: whom the rule is for, or the bounds of UMKM together."""
    return word("heading-capacities", lang) if is_of_supplier(finding) else finding.subject


def rule_line(finding: Finding, passed: int, count: int, amounts: Figure, lang: str) -> str:
    """One rule in one line: how often it holds, the range of amounts, and the limit."""
    limit = finding.values["limit"]
    assert isinstance(limit, Figure)
    name = finding.values.get("rule") or finding.values.get("supplier")
    title = name.in_language(lang) if isinstance(name, Text) else str(name)
    sign = SIGNS[finding.verdict]
    found = f"{figure_text(amounts, lang)} ({word('limit', lang)} {figure_text(limit, lang)})"
    return f"{sign} {title}: {passed}/{count}, {found}"


def editions_text(outcome: Plan | Conflict | Unfinished, lang: str) -> str:
    """Which solver was at work, in what time, by which editions of the standards."""
    editions = sorted({s.id for s in outcome.problem.standards.values()})
    values = {"solver": outcome.solver, "seconds": round(outcome.seconds, 1), "editions": editions}
    return render("plan-editions", values, lang)


def conflict_text(conflict: Conflict, lang: str = "id") -> str:
    """Which rules clash, each with its article, and the cheapest way out."""
    title = conflict.problem.title.in_language(lang)
    lines = [title, render(conflict.heading, {}, lang)]
    lines += [f"  ✗ {f.text(lang)}{f' [{f.source}]' if f.source else ''}" for f in conflict.rules]
    lines += [render(conflict.heading_of_ways, {}, lang), *(f"  → {f.text(lang)}" for f in conflict.ways_out)]
    return as_lines([*lines, "", editions_text(conflict, lang)])


def unfinished_text(search: Unfinished, lang: str = "id") -> str:
    """A search without a menu and without a proof: why it ended, what is known, what was tried."""
    title = search.problem.title.in_language(lang)
    return as_lines([title, *search.sentences(lang), "", editions_text(search, lang)])


def recipe_text(recipe: Recipe, lang: str = "id") -> str:
    """A recipe's nutrients per portion, and what on its lines was assumed or left open."""
    lines = [f"{recipe.name} ({recipe.course})"]
    shown = shown_nutrients(recipe)
    lines += [f"  {value.nutrient.name.in_language(lang):<32} {value.text(lang):>24}" for value in shown]
    lines += [f"{finding.place}: {finding.text(lang)}" for finding in recipe.findings]
    return as_lines(lines)


def shown_nutrients(recipe: Recipe) -> Iterator[NutrientValue]:
    """What is known of a portion, if only in part, in the order of the table of nutrients."""
    for nutrient in nutrients():
        value = recipe.nutrition[nutrient.id]
        if value.amount.low > 0 or value.known:
            yield value
