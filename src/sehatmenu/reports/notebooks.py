"""Notebooks: how recipes, reports, plans, conflicts, standards and food tables show themselves in Jupyter."""

from __future__ import annotations

import math
from dataclasses import dataclass

from sehatmenu.findings import Report, Severity, Verdict
from sehatmenu.food.composition import FoodTable
from sehatmenu.food.dishes import Ingredient, Recipe
from sehatmenu.food.nutrients import NutrientValue, nutrients
from sehatmenu.messages import Figure
from sehatmenu.planning.clashes import Conflict
from sehatmenu.planning.plans import Plan
from sehatmenu.planning.unfinished import Unfinished
from sehatmenu.quantities.intervals import Interval
from sehatmenu.reports.bars import Bar, part_bar
from sehatmenu.reports.cycle_tables import cycles, subject_title
from sehatmenu.reports.pages import fill, heading_values
from sehatmenu.reports.rule_tables import daily_rows, rule_rows
from sehatmenu.reports.texts import proof_text
from sehatmenu.standards.checks import rule_title
from sehatmenu.standards.listings import weakest
from sehatmenu.standards.rules import Limit, RuleBase
from sehatmenu.standards.standards import Standard

SHOWN = ("energy", "protein", "fat", "carbohydrate", "fibre", "sodium")
"""The nutrients of a recipe's table; the others are told of when they are open."""

COVERED = (*SHOWN, "calcium", "iron", "zinc", "vitamin_a", "vitamin_c", "folate")
"""The nutrients of which a food table says how many foods have a figure."""

FIRST_FOODS = 10
FIRST_FINDINGS = 12


@dataclass(frozen=True, slots=True)
class IngredientRow:
    """One line of a recipe: its grams per portion, what it brings, and its part of the energy of the dish."""

    ingredient: Ingredient
    gross: Figure
    edible: Figure
    values: tuple[NutrientValue, ...]
    energy: Bar


@dataclass(frozen=True, slots=True)
class OpenNutrient:
    """A nutrient of a dish that is not known, and the lines of the recipe that leave it open."""

    value: NutrientValue
    causes: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class LimitRow:
    """One limit of a rule: its bounds (None for a rule without numbers), for whom, since when, and its article."""

    bounds: Figure | None
    limit: Limit
    source: str
    seen: str


def recipe_html(recipe: Recipe, lang: str = "id") -> str:
    """A recipe as a table of its lines with what each brings, what is unknown, and which line to weigh first."""
    totals = tuple(recipe.nutrition[name] for name in SHOWN)
    highest = totals[0].amount.high
    whole = highest if math.isfinite(highest) else sum(_known_part(i) for i in recipe.ingredients) * 1.5
    rows = [_ingredient_row(ingredient, whole) for ingredient in recipe.ingredients]
    open_ = [OpenNutrient(v, recipe.causes(name)) for name, v in recipe.nutrition.items() if not v.known]
    main = [nutrient for nutrient in open_ if nutrient.value.nutrient.id in SHOWN]
    values = {"recipe": recipe, "mass": _grams(recipe.mass), "totals": totals, "rows": rows, "open_nutrients": main}
    return fill("recipe", lang, **values, others=len(open_) - len(main), weigh=weigh_first(recipe))


def _known_part(ingredient: Ingredient) -> float:
    energy = ingredient.nutrition["energy"].amount
    return energy.high if math.isfinite(energy.high) else energy.low


def _ingredient_row(ingredient: Ingredient, whole: float) -> IngredientRow:
    values = tuple(ingredient.nutrition[name] for name in SHOWN)
    energy = part_bar(values[0].figure, whole)
    return IngredientRow(ingredient, _grams(ingredient.gross), _grams(ingredient.edible), values, energy)


def _grams(mass: Interval) -> Figure:
    """A weight to the tenth of a gram."""
    return Figure(round(mass.low, 1), round(mass.high, 1) if math.isfinite(mass.high) else math.inf, "g")


def weigh_first(recipe: Recipe) -> Ingredient | None:
    """The unweighed line that leaves most nutrients without a bound, or else the widest energy, if there is one."""
    unweighed = [i for i in recipe.ingredients if not i.edible.known]
    return max(unweighed, key=_left_open, default=None)


def _left_open(ingredient: Ingredient) -> tuple[int, float, float]:
    amounts = [ingredient.nutrition[name].amount for name in SHOWN]
    energy, density = amounts[0], ingredient.food.per100["energy"].amount
    width = energy.high - energy.low
    return sum(math.isinf(a.high) for a in amounts), width if math.isfinite(width) else 0.0, density.low


def report_html(report: Report, lang: str = "id") -> str:
    """A report as tables: each rule with its verdict, the value against the limit as a bar, and its article."""
    of_rules = [f for f in report if "amount" in f.values or "rule" in f.values]
    others = [f for f in report if f not in of_rules]
    told = [f for f in of_rules if f.verdict in (Verdict.fail, Verdict.unknown)]
    told.sort(key=lambda f: (f.verdict is not Verdict.fail, f.severity is not Severity.must))
    return fill(
        "report",
        lang,
        report=report,
        tables=rule_rows(of_rules),
        references=report.sources(),
        told=told[:FIRST_FINDINGS],
        more=max(0, len(told) - FIRST_FINDINGS),
        others=others,
    )


def plan_fragment(plan: Plan, lang: str = "id") -> str:
    """A plan as a calendar (days across, courses down, UMKM and rupiah in each cell) and its nutrients day by day."""
    daily = [(subject_title(plan.problem, subject), rows) for subject, rows in daily_rows(plan).items()]
    cited = {row.source for _, rows in daily for row in rows}
    references = {source: n for source, n in plan.report.sources().items() if source in cited}
    proof = proof_text(plan, lang)
    return fill("calendar", lang, plan=plan, proof=proof, cycles=cycles(plan), daily=daily, references=references)


def conflict_fragment(conflict: Conflict, lang: str = "id") -> str:
    """A conflict: the clashing rules with their articles, and the way out."""
    return fill("clash_note", lang, conflict=conflict, **heading_values(conflict))


def unfinished_fragment(search: Unfinished, lang: str = "id") -> str:
    """A search without an answer: why it ended, what is known, what was tried."""
    return fill("unfinished_note", lang, search=search, **heading_values(search))


def standard_html(standard: Standard, lang: str = "id") -> str:
    """A standard as a table: every rule with its limits, for whom, since when, and the article."""
    rules = [(rule, rule_title(rule), rule.model_dump()["kind"], _limits(standard, rule)) for rule in standard.rules]
    cited = dict.fromkeys(row.source for *_, limits in rules for row in limits)
    references = {source: number for number, source in enumerate(cited, 1)}
    seen = weakest(standard.sources.values())
    return fill("standard", lang, standard=standard, rules=rules, references=references, seen=seen)


def _limits(standard: Standard, rule: RuleBase) -> list[LimitRow]:
    rows = []
    for limit in rule.limits:
        bounds = Figure(*limit.bounds(rule.unit()), rule.unit()) if rule.bounded else None
        rows.append(LimitRow(bounds, limit, standard.citation(limit), standard.sources[limit.source].seen))
    return rows


def foods_html(table: FoodTable, lang: str = "id") -> str:
    """A food table at a glance: its editions, its first foods, and of how many foods each nutrient is known."""
    known = table.values.known.sum(axis=0)
    counts = {name: int(known[nutrients().index(name)]) for name in COVERED}
    coverage = [
        (nutrients()[name], count, part_bar(Figure.exact(count, "times"), len(table))) for name, count in counts.items()
    ]
    foods = [(food, [food.per100[name] for name in SHOWN]) for food in table.foods[:FIRST_FOODS]]
    return fill("foods", lang, table=table, foods=foods, coverage=coverage)
