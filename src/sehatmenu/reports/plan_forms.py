"""The forms of a plan as kitchens and offices hand them in: cycle, portions, needs, orders, nutrients, cost, sources."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from datetime import date
from pathlib import Path

from sehatmenu.findings import Finding
from sehatmenu.food.composition import Food
from sehatmenu.food.dishes import Recipe
from sehatmenu.food.foods import ALLERGENS_NOT_STATED
from sehatmenu.messages import Figure, spoken, word
from sehatmenu.planning.plans import Helping, Order, Plan, Serving
from sehatmenu.quantities.intervals import Interval
from sehatmenu.reports.cycle_tables import cycles, group_title, groups_of, standard_portions, subject_title, weeks_of
from sehatmenu.reports.provenance import food_editions, standard_editions
from sehatmenu.reports.purchases import prices
from sehatmenu.reports.rule_tables import rule_rows, title_of
from sehatmenu.standards.windows import Span
from sehatmenu.worksheets.forms import Column, Columns, Form, Value
from sehatmenu.worksheets.spreadsheets import write_workbook

MACRO = ("energy", "protein", "fat", "carbohydrate")


def write_plan_workbook(plan: Plan, path: str | Path, lang: str = "id") -> None:
    """Write a plan as an xlsx workbook with one form on each sheet.

    Needs the extra `excel`. Raises OSError when the file cannot be written.
    """
    write_workbook(path, workbook_forms(plan, lang))


def workbook_forms(plan: Plan, lang: str = "id") -> tuple[Form, ...]:
    """The sheets of the workbook of a plan."""
    made = (cycle_form, portion_form, needs_form, order_form, nutrient_form, cost_form, source_form)
    return tuple(make(plan, lang) for make in made)


def week_forms(plan: Plan, lang: str = "id") -> tuple[Form, ...]:
    """The menu cycle week by week, so that each fits a page."""
    return tuple(cycle_form(plan, lang, days) for days in weeks_of(plan.problem.days))


def cycle_form(plan: Plan, lang: str = "id", days: Sequence[date] = ()) -> Form:
    """Menu cycle: courses down, days across (all of the plan unless given), the dish and its UMKM in each cell."""
    c = Columns(lang)
    across = days or plan.problem.days
    rows: list[tuple[Value, ...]] = []
    for cycle in cycles(plan):
        served = {(course, day): cell for week in cycle.weeks for course, row in week.rows
                  for day, cell in zip(week.days, row, strict=True)}  # fmt: skip
        for course in dict.fromkeys(course for course, _ in served):
            cells = (served.get((course, day)) for day in across)
            named = (f"{x.serving.dish.name}\n{x.serving.supplier.name}" if x else None for x in cells)
            rows.append((cycle.institution.name, word(cycle.meal, lang), _course(course, lang), *named))
    head = (c("institution", width=18), c("meal", width=10), c("course", width=14))
    columns = (*head, *(Column(spoken(day, lang), width=24) for day in across))
    return Form(c.title("cycle"), columns, rows)


def portion_form(plan: Plan, lang: str = "id") -> Form:
    """Standard portions: for each dish and group the part of a portion and the grams served."""
    c = Columns(lang)
    rows: list[tuple[Value, ...]] = []
    for institution in plan.problem.file.institutions:
        groups = groups_of(plan, institution)
        for dish in standard_portions(plan, institution):
            for size in (size for _, size in zip(groups, dish.sizes, strict=True) if size):
                factor, grams = c.both(size.factor.low, size.factor.high, 6), c.both(size.grams.low, size.grams.high)
                named = (institution.name, _course(dish.course, lang), dish.dish, size.group.in_language(lang))
                rows.append((*named, size.heads, dish.days, *factor, *grams))
    head = (c("institution", width=18), c("course"), c("dish", width=28), c("group", width=28), c("heads", "count"))
    return Form(c.title("portions"), (*head, c("days", "count"), *c.pair("factor", "percent"), *c.pair("served")), rows)


def needs_form(plan: Plan, lang: str = "id") -> Form:
    """Ingredients needed: edible weight, edible part (BDD), weight to buy (edible / BDD), and for which dishes."""
    c = Columns(lang)
    needs: dict[tuple[str, str], tuple[Food, Interval, Interval, dict[str, None]]] = {}
    for serving, portions in _portions(plan):
        for i in serving.dish.ingredients:
            key = (i.food.edition, i.food.code)
            food, edible, gross, dishes = needs.get(key, (i.food, Interval.exact(0), Interval.exact(0), {}))
            dishes[serving.dish.name] = None
            needs[key] = (food, edible + i.edible * portions, gross + i.gross * portions, dishes)
    found = sorted(needs.values(), key=lambda need: (need[0].group, need[0].name.id))
    rows = []
    for number, (food, edible, gross, dishes) in enumerate(found, 1):
        grams = (*c.both(edible.low, edible.high), c.one(food.edible, 4, "fraction"), *c.both(gross.low, gross.high))
        kilograms = c.one(gross / 1000, 3)
        rows.append((number, food.code, food.name.in_language(lang), food.group, *grams, kilograms, ", ".join(dishes)))
    head = (c("number", "count", 6), c("code"), c("food", width=28), c("food-group"), *c.pair("edible"))
    more = (c("bdd", "percent"), *c.pair("gross"), c("kilograms", "amount"), c("for-dishes", width=40))
    unlisted = dict.fromkeys(s.dish.name for s in plan.servings if not s.dish.ingredients)
    return Form(c.title("needs"), (*head, *more), [*rows, *_unlisted(unlisted, len(head) + len(more), c)])


def _unlisted(dishes: Sequence[str] | dict[str, None], width: int, c: Columns) -> Iterator[tuple[Value, ...]]:
    """Dishes whose ingredients are not stated stand in the list too, with what to buy not known."""
    for dish in dishes:
        yield (None, None, c.title("unlisted"), *[None] * (width - 4), dish)


def requirement_form(plan: Plan, lang: str = "id", buffer: float = 0.0) -> Form:
    """Requirement plan: per dish and food grams per standard portion x portions, with a buffer, and what to buy."""
    c = Columns(lang)
    portions: dict[str, float] = {}
    dishes = {}
    for serving, count in _portions(plan):
        portions[serving.dish.id] = portions.get(serving.dish.id, 0.0) + count
        dishes[serving.dish.id] = serving.dish
    rows: list[tuple[Value, ...]] = []
    for name, dish in sorted(dishes.items(), key=lambda item: item[1].name):
        for i in dish.ingredients:
            needed = i.edible * portions[name]
            bought = i.gross * (portions[name] * (1 + buffer))
            figures = (
                c.one(i.edible),
                round(portions[name], 2),
                c.one(needed, 1),
                buffer,
                c.one(i.food.edible, 4, "fraction"),
            )
            told = (len(rows) + 1, i.food.code, i.food.name.in_language(lang), dish.name, *figures)
            rows.append((*told, c.one(bought, 1), c.one(bought / 1000, 3)))
    head = (c("number", "count", 6), c("code"), c("food", width=28), c("dish", width=28), c("per-portion", "amount"))
    more = (c("effective", "amount"), c("basis", "amount"), c("buffer", "percent"), c("bdd", "percent"))
    return Form(c.title("requirement"), (*head, *more, c("to-buy", "amount"), c("kilograms", "amount")), rows)


def order_form(plan: Plan, lang: str = "id") -> Form:
    """Orders: what each UMKM delivers on each day, to whom, how many portions, and their rupiah."""
    c = Columns(lang)
    rows = [
        (*_ordered(o, lang), o.serving.heads, sum(h.extra for h in o.serving.helpings), round(o.serving.cost, 2))
        for o in plan.orders()
    ]
    head = (c("date", "date", 20), c("umkm", width=28), c("institution", width=18), c("meal"), c("dish", width=28))
    counts = (c("heads", "count"), c("extra", "count"))
    return Form(c.title("orders"), (*head, *counts, c("value", "IDR")), rows)


def _ordered(order: Order, lang: str) -> tuple[Value, ...]:
    serving = order.serving
    named = (order.supplier.name, serving.institution.name, word(serving.meal, lang), serving.dish.name)
    return (order.day, *named)


def nutrient_form(plan: Plan, lang: str = "id") -> Form:
    """Nutrient analysis: every rule on every stretch of days, what was found, what is asked, verdict and article."""
    c = Columns(lang)
    rows = [_judged(finding, plan, c) for finding in plan.report if isinstance(finding.values.get("amount"), Figure)]
    head = (c("group", width=34), c("rule", width=34), c("from", "date", 20), c("to", "date", 20), c("meal"))
    figures = (*c.pair("found"), *c.pair("limit"), c("unit"))
    return Form(c.title("nutrients"), (*head, *figures, c("verdict", width=18), c("source", width=40)), rows)


def nutrient_summary(plan: Plan, lang: str = "id") -> Form:
    """Nutrient analysis for paper: every rule once per group, the range found, how often it holds, and its article."""
    c = Columns(lang)
    rows: list[tuple[Value, ...]] = []
    for subject, found in rule_rows(plan.report).items():
        group = spoken(subject_title(plan.problem, subject), lang)
        for row in (row for row in found if row.amount is not None and row.limit is not None and row.judged):
            told = (group, *(spoken(x, lang) for x in (row.title, row.amount, row.limit)))
            rows.append((*told, f"{row.passed}/{row.judged}", word(str(row.verdict), lang), row.source))
    head = (c("group", width=34), c("rule", width=34), c("found"), c("limit"), c("holds"))
    return Form(c.title("nutrients"), (*head, c("verdict", width=18), c("source", width=40)), rows)


def _judged(finding: Finding, plan: Plan, c: Columns) -> tuple[Value, ...]:
    amount, limit, when = finding.values["amount"], finding.values.get("limit"), finding.values.get("when")
    assert isinstance(amount, Figure)
    times = 100 if amount.unit == "fraction" else 1
    bounds = (limit.low, limit.high) if isinstance(limit, Figure) else (-math.inf, math.inf)
    ends = tuple(round(x * times, 4) if math.isfinite(x) else None for x in bounds)
    days = (when.first, when.last, word(when.meal, c.lang)) if isinstance(when, Span) else (None, None, None)
    unit = "%" if amount.unit == "fraction" else word(f"unit-{amount.unit}", c.lang).removeprefix("unit-")
    told = (spoken(subject_title(plan.problem, finding.subject), c.lang), spoken(title_of(finding), c.lang), *days)
    found = c.both(amount.low * times, amount.high * times, 4)
    return (*told, *found, *ends, unit, word(str(finding.verdict), c.lang), finding.source)


def cost_form(plan: Plan, lang: str = "id") -> Form:
    """Cost: rupiah per head and in all for each meal and group on each day; at the end the total and its bound."""
    c = Columns(lang)
    rows: list[tuple[Value, ...]] = []
    for (day, _, meal), servings in plan.by_tray.items():
        for helping in servings[0].helpings:
            head = sum(s.price * h.factor for s in servings for h in s.helpings if h.group == helping.group)
            group = group_title(plan.problem, servings[0].institution.id, helping.group).in_language(lang)
            named = (servings[0].institution.name, word(meal, lang), day, group)
            rows.append((*named, helping.heads, round(head, 2), round(head * helping.heads, 2)))
    for key, value in (("total", plan.cost), ("bound", plan.bound)):
        rows.append((c.title(key), None, None, None, None, None, round(value, 2)))
    head_columns = (c("institution", width=18), c("meal"), c("date", "date", 20), c("group", width=28))
    return Form(c.title("cost"), (*head_columns, c("heads", "count"), c("per-head", "IDR"), c("value", "IDR")), rows)


def source_form(plan: Plan, lang: str = "id") -> Form:
    """Sources: laws and tables with how far they were seen, editions of food tables, and the dates of prices."""
    c = Columns(lang)
    rows: list[tuple[Value, ...]] = []
    for edition in standard_editions(plan):
        for source in edition.sources:
            seen = word(f"page-seen-{source.seen}", lang)
            rows.append((edition.title.in_language(lang), source.title.in_language(lang), seen, source.where, None))
    rows += [(c.title("food-table"), edition, None, None, None) for edition in food_editions(plan)]
    for price in prices(plan):
        dated = price.priced_on or word("page-date-unknown", lang)
        rows.append((c.title("price"), f"{price.supplier.name}: {price.dish}", None, None, dated))
    columns = (
        c("kind", width=34),
        c("name", width=48),
        c("seen", width=22),
        c("where", width=48),
        c("date", "date", 20),
    )
    return Form(c.title("sources"), columns, rows)


def card_form(plan: Plan, lang: str = "id") -> Form:
    """Menu card: for each meal and group the dishes with grams served, energy and macronutrients, and allergens."""
    c = Columns(lang)
    rows = [_card(plan, serving, helping, c) for serving in plan.servings for helping in serving.helpings]
    head = (c("date", "date", 20), c("institution", width=18), c("meal"), c("group", width=28), c("dish", width=28))
    figures = tuple(c(name, "amount") for name in MACRO)
    return Form(c.title("card"), (*head, c("served", "amount"), *figures, c("allergens", width=24)), rows)


def _card(plan: Plan, serving: Serving, helping: Helping, c: Columns) -> tuple[Value, ...]:
    group = group_title(plan.problem, serving.institution.id, helping.group).in_language(c.lang)
    eaten = serving.dish.nutrition.scale(helping.factor)
    named = (serving.day, serving.institution.name, word(serving.meal, c.lang), group, serving.dish.name)
    figures = (c.one(serving.dish.mass * helping.factor, 0), *(c.one(eaten[name].amount, 1) for name in MACRO))
    return (*named, *figures, _allergens(serving.dish, c.lang))


def _allergens(dish: Recipe, lang: str) -> str:
    """The allergens that are stated, and in words whether there may be others."""
    stated = sorted(dish.allergens - {ALLERGENS_NOT_STATED})
    if ALLERGENS_NOT_STATED in dish.allergens:
        stated.append(word("form-allergens-open" if stated else "not-known", lang))
    return ", ".join(stated)


def _course(key: str, lang: str) -> str:
    return word(f"page-course-{key}", lang).removeprefix("page-course-")


def _portions(plan: Plan) -> Iterator[tuple[Serving, float]]:
    """Every serving with its standard portions: heads x factor."""
    return ((s, sum(h.heads * h.factor for h in s.helpings)) for s in plan.servings)
