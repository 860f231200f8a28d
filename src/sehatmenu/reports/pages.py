"""Pages: a plan or a conflict as one HTML file that needs nothing else, for the screen, the wall and the file."""

from __future__ import annotations

import math
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

from sehatmenu import __version__
from sehatmenu.findings import SIGNS
from sehatmenu.messages import Figure, Word, catalogue, render, short_date_text, spoken
from sehatmenu.planning.clashes import Conflict
from sehatmenu.planning.plans import Plan
from sehatmenu.planning.unfinished import Unfinished
from sehatmenu.reports.cycle_tables import cycles, group_title, groups_of, standard_portions, subject_title, weeks_of
from sehatmenu.reports.provenance import food_editions, open_dishes, standard_editions
from sehatmenu.reports.purchases import prices, purchases, supplier_orders, unlisted
from sehatmenu.reports.rule_tables import is_of_supplier, open_rules, rule_rows
from sehatmenu.reports.texts import objective_lines, proof_text, unfinished_lines
from sehatmenu.whole_files import write_text
from sehatmenu.worksheets.forms import shown

if TYPE_CHECKING:
    from jinja2 import Environment

TEMPLATES = Path(__file__).with_name("templates")


def write_plan(plan: Plan, path: str | Path, lang: str = "id") -> None:
    """Write a plan as one HTML file, in Indonesian (`id`) or English (`en`).

    Raises OSError when the file cannot be written.
    """
    write_text(path, plan_html(plan, lang))


def write_conflict(conflict: Conflict, path: str | Path, lang: str = "id") -> None:
    """Write a conflict as one self-contained HTML page."""
    write_text(path, conflict_html(conflict, lang))


def write_unfinished(search: Unfinished, path: str | Path, lang: str = "id") -> None:
    """Write a search without an answer as one self-contained HTML page."""
    write_text(path, unfinished_html(search, lang))


def plan_html(plan: Plan, lang: str = "id") -> str:
    """A plan as one self-contained page: proof, menu, portions, rules, orders, purchases, sources, what is unknown."""
    values = _proof(plan, lang) | _menu(plan) | _rules(plan) | _orders(plan) | _rest(plan)
    return fill("plan", lang, plan=plan, **values)


def conflict_html(conflict: Conflict, lang: str = "id") -> str:
    """A conflict as one self-contained page: the rules that clash, with their articles, and the cheapest way out."""
    return fill("conflict", lang, conflict=conflict, **heading_values(conflict))


def unfinished_html(search: Unfinished, lang: str = "id") -> str:
    """A search without an answer as one self-contained page: why it ended, what is known, what was tried."""
    return fill("unfinished", lang, search=search, **heading_values(search))


def heading_values(outcome: Conflict | Unfinished) -> dict[str, object]:
    """What the templates say of every problem without a plan: its title and its standards."""
    editions = sorted({standard.id for standard in outcome.problem.standards.values()})
    return {"title": outcome.problem.title, "editions": editions}


def fill(template: str, lang: str, **values: object) -> str:
    """A template filled in a language; every value is escaped."""
    return _environment(lang).get_template(f"{template}.html.j2").render(values)


@lru_cache(maxsize=2)
def _environment(lang: str) -> Environment:
    from jinja2 import Environment, FileSystemLoader, StrictUndefined

    catalogue(lang)
    environment = Environment(
        loader=FileSystemLoader(TEMPLATES),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.globals.update(lang=lang, t=lambda key, **values: _phrase(key, lang, values))
    environment.globals.update(signs=SIGNS, version=__version__)
    environment.filters.update(
        say=lambda value: spoken(value, lang),
        term=lambda key: spoken(Word(key), lang),
        sentence=lambda code: render(code, {}, lang),
        course=lambda key: _named("course", key, lang),
        foodgroup=lambda key: _named("foodgroup", key, lang),
        brief=lambda value: spoken(_brief(value.figure), lang),
        short=lambda day: short_date_text(day, lang),
        shown=lambda value, kind: shown(value, kind, lang),
        weekday=lambda day: spoken(Word(f"weekday-{day.weekday()}"), lang).capitalize(),
        first_upper=lambda text: text[:1].upper() + text[1:],
    )
    return environment


def _phrase(key: str, lang: str, values: dict[str, object]) -> str:
    """A fixed word or sentence of the pages; raises KeyError when the catalogue lacks it."""
    return render(f"word-page-{key}", values, lang)


def _brief(figure: Figure) -> Figure:
    """A figure to the hundredth below ten and to the tenth above, which is as fine as a table of a recipe is read."""
    low, high = (round(x, 2 if x < 10 else 1) if math.isfinite(x) else x for x in (figure.low, figure.high))
    return Figure(low, high, figure.unit)


def _named(kind: str, key: str, lang: str) -> str:
    """A course or food group as people call it; one of the kitchen's own stands for itself."""
    return catalogue(lang).get(f"word-page-{kind}-{key}", key)


def _proof(plan: Plan, lang: str) -> dict[str, object]:
    heads = sum(s.heads for meal in plan.by_tray.values() for s in meal[:1])
    return {
        "title": plan.problem.title,
        "proof": proof_text(plan, lang),
        "objectives": objective_lines(plan, lang),
        "unfinished": unfinished_lines(plan.report, lang),
        "cost": Figure.exact(plan.cost, "IDR"),
        "bound": Figure.exact(plan.bound, "IDR"),
        "gap": Figure.exact(round(plan.gap, 6), "fraction"),
        "meals_served": heads,
        "per_head": Figure.exact(plan.cost / heads if heads else 0.0, "IDR"),
        "days": plan.problem.days,
        "seconds": round(plan.seconds, 1),
    }


def _menu(plan: Plan) -> dict[str, object]:
    institutions = plan.problem.file.institutions
    portions = [
        (i, [group_title(plan.problem, i.id, group) for group in groups_of(plan, i)], standard_portions(plan, i))
        for i in institutions
    ]
    return {"cycles": cycles(plan), "portions": portions}


def _rules(plan: Plan) -> dict[str, object]:
    of_law = [f for f in plan.report if not is_of_supplier(f)]
    of_suppliers = [f for f in plan.report if is_of_supplier(f)]
    tables = [(subject_title(plan.problem, subject), rows) for subject, rows in rule_rows(of_law).items()]
    of_umkm = [row for rows in rule_rows(of_suppliers).values() for row in rows]
    unknown = [(subject_title(plan.problem, rule.subject), rule) for rule in open_rules(plan.report)]
    return {"tables": tables, "of_umkm": of_umkm, "references": plan.report.sources(), "unknown": unknown}


def _orders(plan: Plan) -> dict[str, object]:
    offered = prices(plan)
    dated = [price.priced_on for price in offered if price.priced_on]
    return {
        "orders": supplier_orders(plan),
        "purchases": purchases(plan),
        "unlisted": unlisted(plan),
        "weeks": weeks_of(plan.problem.days),
        "prices": offered,
        "oldest": min(dated, default=None),
        "newest": max(dated, default=None),
        "undated": len(offered) - len(dated),
    }


def _rest(plan: Plan) -> dict[str, object]:
    return {"standards": standard_editions(plan), "foods": food_editions(plan), "open_dishes": open_dishes(plan)}
