"""The door to rich: plans, conflicts, reports and recipes as tables and in colour on a terminal; plain text elsewhere."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator, Sequence
from importlib.util import find_spec
from itertools import groupby
from typing import TYPE_CHECKING, TextIO

from sehatmenu.findings import SIGNS, Finding, Report, Verdict
from sehatmenu.food.dishes import Recipe
from sehatmenu.messages import Figure, figure_text, number_text, render, short_date_text, spoken, visible, word
from sehatmenu.planning.clashes import Conflict
from sehatmenu.planning.plans import Plan, Serving, summary
from sehatmenu.planning.unfinished import Unfinished
from sehatmenu.reports.texts import (
    conflict_text,
    editions_text,
    heading_of,
    money,
    objective_lines,
    percent,
    plan_text,
    portion_text,
    proof_text,
    recipe_text,
    shown_nutrients,
    unfinished_text,
)

if TYPE_CHECKING:
    from rich.console import RenderableType
    from rich.table import Table
    from rich.text import Text

COLOURS = {Verdict.pass_: "green", Verdict.fail: "bold red", Verdict.unknown: "yellow", Verdict.not_applicable: "dim"}


Shown = Plan | Conflict | Unfinished | Report | Recipe


def show(result: Shown, lang: str = "id", stream: TextIO | None = None, width: int | None = None) -> None:
    """Print a plan, a conflict, a report or a recipe's nutrients: tables on a terminal, plain text elsewhere.

    Text is plain when rich is not installed (extra `terminal`), when the stream is no terminal, and when the variable
    `NO_COLOR` is set. `width` is that of the terminal unless it is given.
    """
    stream = stream or sys.stdout
    if not _tables_wanted(stream):
        print(_plain(result, lang), file=stream)
        return
    from rich.console import Console

    console = Console(file=stream, width=width, highlight=False, markup=False, emoji=False)
    for part in _parts(result, lang):
        console.print(part)


def _plain(result: Shown, lang: str) -> str:
    match result:
        case Plan():
            return plan_text(result, lang)
        case Conflict():
            return conflict_text(result, lang)
        case Unfinished():
            return unfinished_text(result, lang)
        case Recipe():
            return recipe_text(result, lang)
        case Report():
            return result.text(lang)


def _parts(result: Shown, lang: str) -> Iterator[RenderableType]:
    match result:
        case Plan():
            return _plan(result, lang)
        case Conflict():
            return _conflict(result, lang)
        case Unfinished():
            return _unfinished(result, lang)
        case Recipe():
            return _recipe(result, lang)
        case Report():
            return _report(result, lang)


def _tables_wanted(stream: TextIO) -> bool:
    return stream.isatty() and not os.environ.get("NO_COLOR") and find_spec("rich") is not None


def _text(words: object, style: str = "") -> Text:
    """Words as they are: no markup in them is read, and no control character reaches the terminal."""
    from rich.text import Text

    return Text(visible(str(words)), style)


def _table(title: object, heads: Sequence[str], right: Sequence[int] = ()) -> Table:
    from rich import box
    from rich.table import Table

    table = Table(title=_text(title, "bold"), title_justify="left", box=box.SIMPLE_HEAD, pad_edge=False, expand=True)
    for number, head in enumerate(heads):
        justify = "right" if number in right else "left"
        table.add_column(_text(head), justify=justify, overflow="fold")  # type: ignore[arg-type]
    return table


def _sign(verdict: Verdict) -> Text:
    return _text(SIGNS[verdict], COLOURS[verdict])


def _plan(plan: Plan, lang: str) -> Iterator[RenderableType]:
    yield _text(plan.problem.title.in_language(lang), "bold")
    yield _text(proof_text(plan, lang))
    if plan.margin:
        yield _text(plan.margin.text(lang))
    yield from map(_text, objective_lines(plan, lang))
    for (day, *_), servings in plan.by_tray.items():
        weekday = word(f"weekday-{day.weekday()}", lang).capitalize()
        name = servings[0].institution.name
        yield _menu(f"{weekday}, {short_date_text(day, lang)}: {name}, {word(servings[0].meal, lang)}", servings, lang)
    yield _orders(plan, lang)
    yield from _rules(plan, lang)
    yield _text(editions_text(plan, lang))


def _menu(title: str, servings: tuple[Serving, ...], lang: str) -> Table:
    groups = [helping.group for helping in servings[0].helpings]
    heads = (word("page-dish", lang), *groups, word("page-umkm", lang), word("form-cost", lang))
    table = _table(title, heads, (*range(1, len(groups) + 1), len(groups) + 2))
    for serving in servings:
        sizes = {helping.group: portion_text(serving, k, lang) for k, helping in enumerate(serving.helpings)}
        cells = (serving.dish.name, *(sizes.get(group, "–") for group in groups), serving.supplier.name)
        table.add_row(*map(_text, cells), _text(money(serving.cost, lang)))
    return table


def _orders(plan: Plan, lang: str) -> Table:
    heads = (word("page-umkm", lang), word("form-cost", lang), "%", word("page-portions", lang))
    table = _table(word("heading-suppliers", lang), heads, (1, 2, 3))
    for name, value in plan.supplier_values().items():
        portions = sum(s.heads for s in plan.servings if s.supplier.id == name)
        supplier = plan.problem.register.suppliers[name].name
        cells = (supplier, money(value, lang), percent(plan.share(value), lang), number_text(portions, lang))
        table.add_row(*map(_text, cells))
    return table


def _rules(plan: Plan, lang: str) -> Iterator[RenderableType]:
    sources = plan.report.sources()
    heads = ("", word("page-rule", lang), "n", word("page-found", lang), word("page-limit", lang), "[ ]")
    for subject, rows in groupby(summary(plan.report), key=lambda row: heading_of(row[0], lang)):
        table = _table(subject, heads, (2,))
        for finding, passed, count, amounts in rows:
            title = spoken(finding.values.get("rule") or finding.values.get("supplier"), lang)
            limit = finding.values["limit"]
            shown = figure_text(limit, lang) if isinstance(limit, Figure) else ""
            cells = (title, f"{passed}/{count}", figure_text(amounts, lang), shown, _number(finding, sources))
            table.add_row(_sign(finding.verdict), *map(_text, cells))
        yield table
    yield from _sources(sources, plan.report.editions, lang)


def _number(finding: Finding, sources: dict[str, int]) -> str:
    return f"[{sources[finding.source]}]" if finding.source else ""


def _conflict(conflict: Conflict, lang: str) -> Iterator[RenderableType]:
    yield _text(conflict.problem.title.in_language(lang), "bold")
    yield _text(render(conflict.heading, {}, lang), COLOURS[Verdict.fail])
    findings = (*conflict.rules, *conflict.ways_out)
    sources = {source: n for n, source in enumerate(dict.fromkeys(f.source for f in findings if f.source), 1)}
    sign = _text(SIGNS[Verdict.fail], COLOURS[Verdict.fail])
    if conflict.rules:
        clash = [(sign, finding) for finding in conflict.rules]
        yield _told(word("page-heading-clash", lang), word("page-rule", lang), clash, sources, lang)
    yield _text(render(conflict.heading_of_ways, {}, lang))
    if conflict.ways_out:
        ways = [(_text("→", "green"), finding) for finding in conflict.ways_out]
        yield _told(word("page-heading-way-out", lang), "", ways, sources, lang)
    yield from _sources(sources, (), lang)
    yield _text(editions_text(conflict, lang))


def _unfinished(search: Unfinished, lang: str) -> Iterator[RenderableType]:
    yield _text(search.problem.title.in_language(lang), "bold")
    yield from (_text(sentence, COLOURS[Verdict.unknown]) for sentence in search.sentences(lang))
    yield _text(editions_text(search, lang))


def _recipe(recipe: Recipe, lang: str) -> Iterator[RenderableType]:
    because = word("because", lang).capitalize()
    heads = (word("page-nutrient", lang), word("page-one-portion", lang), because)
    table = _table(f"{recipe.name} ({recipe.course})", heads, (1,))
    table.columns[2].ratio = 1
    for value in shown_nutrients(recipe):
        causes = "; ".join(recipe.causes(value.nutrient.id))
        style = "" if value.known else COLOURS[Verdict.unknown]
        name = _text(value.nutrient.name.in_language(lang))
        table.add_row(name, _text(value.text(lang), style), _text(causes))
    yield table
    yield from (_text(f"{finding.place}: {finding.text(lang)}", "yellow") for finding in recipe.findings)


def _report(report: Report, lang: str) -> Iterator[RenderableType]:
    title = f"{report.title}: {report.headline(lang)}" if report.title else report.headline(lang)
    yield _text(title, COLOURS[report.verdict])
    sources = report.sources()
    for subject, findings in groupby(report, key=lambda finding: finding.subject):
        signed = [(_sign(finding.verdict), finding) for finding in findings]
        yield _told(subject, word("page-found", lang), signed, sources, lang)
    yield from _sources(sources, report.editions, lang)


def _told(title: str, head: str, findings: Sequence[tuple[Text, Finding]], sources: dict[str, int], lang: str) -> Table:
    """Findings as a table: a sign, the sentence with its place and causes, and the number of the source."""
    table = _table(title, ("", head, "[ ]"))
    table.columns[1].ratio = 1
    for sign, finding in findings:
        place = f"{finding.place}: " if finding.place and not finding.source else ""
        causes = f" ({word('because', lang)}: {'; '.join(finding.causes)})" if finding.causes else ""
        table.add_row(sign, _text(f"{place}{finding.text(lang)}{causes}"), _text(_number(finding, sources)))
    return table


def _sources(sources: dict[str, int], editions: tuple[str, ...], lang: str) -> Iterator[Text]:
    if sources:
        yield _text(word("heading-sources", lang), "bold")
    yield from (_text(f"[{number}] {source}") for source, number in sources.items())
    yield from (_text(f"({edition})") for edition in editions)
