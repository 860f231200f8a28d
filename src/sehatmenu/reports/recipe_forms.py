"""The forms of a recipe: standard recipe for ten portions, costing by the two printed methods, draft nutrition label."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from decimal import ROUND_HALF_UP, Decimal

from sehatmenu.food.dishes import Ingredient, Recipe
from sehatmenu.food.nutrients import Nutrition
from sehatmenu.messages import Figure, figure_text, number_text, word
from sehatmenu.planning.costings import Costing, CostLine, cost_lines, known_costs, share_of_price, stacked_markup
from sehatmenu.planning.prices import PriceList
from sehatmenu.quantities.intervals import Interval
from sehatmenu.standards.references import Mix, load_reference
from sehatmenu.worksheets.forms import Columns, Form, Value

MACRO = ("energy", "protein", "fat", "carbohydrate")
LABELLED = ("energy", "fat", "saturated_fat", "protein", "carbohydrate", "sugars", "fibre", "sodium")
LABEL_REFERENCE, LABEL_GROUP = "references/bpom-alg-2016", "umum"
TEN = 10


def recipe_forms(recipe: Recipe, prices: PriceList | None = None, lang: str = "id") -> tuple[Form, ...]:
    """The forms of one recipe; the costing only with a price list."""
    costings = costing_forms(recipe, prices, lang) if prices is not None else ()
    return (standard_recipe_form(recipe, lang), *costings, label_form(recipe, lang))


def standard_recipe_form(recipe: Recipe, lang: str = "id") -> Form:
    """Standard recipe: for ten portions each ingredient's edible and gross weight, energy and macronutrients."""
    c = Columns(lang)
    rows: list[tuple[Value, ...]] = [
        (n, i.food.name.in_language(lang), *_weights(i, c), *_macro(i.nutrition, TEN, c), i.method)
        for n, i in enumerate(recipe.ingredients, 1)
    ]
    for key, portions in (("ten-portions", TEN), ("one-portion", 1)):
        rows.append((None, c.title(key), *[None] * 3, *_macro(recipe.nutrition, portions, c), None))
    head = (c("number", "count", 6), c("food", width=28), c("edible", "amount"), c("bdd", "percent"))
    figures = (c("gross", "amount"), *(c(name, "amount") for name in MACRO))
    notes = tuple(text for text in (recipe.source, *(finding.text(lang) for finding in recipe.findings)) if text)
    return Form(f"{c.title('recipe')}: {recipe.name}", (*head, *figures, c("method")), rows, notes)


def _weights(ingredient: Ingredient, c: Columns) -> tuple[Value, ...]:
    """Edible grams of ten portions, the edible part, and grams as bought."""
    food = ingredient.food
    return c.one(ingredient.edible * TEN, 1), c.one(food.edible, 4, "fraction"), c.one(ingredient.gross * TEN, 1)


def _rupiah(line: CostLine, c: Columns) -> tuple[Value, Value]:
    return c.one(line.per_kg), c.one(line.cost)


def _macro(nutrition: Nutrition, portions: int, c: Columns) -> tuple[Value, ...]:
    return tuple(c.one(nutrition[name].amount * portions, 1) for name in MACRO)


def costing_forms(recipe: Recipe, prices: PriceList, lang: str = "id") -> tuple[Form, ...]:
    """Costing for ten portions: weight, BDD, weight to order and rupiah per ingredient, then each method's steps."""
    c = Columns(lang)
    lines = cost_lines(recipe, prices, TEN)
    rows: list[tuple[Value, ...]] = [
        (
            n,
            line.name,
            c.one(line.edible),
            c.one(line.edible_part, 4, "fraction"),
            c.one(line.ordered),
            *_rupiah(line, c),
        )
        for n, line in enumerate(lines, 1)
    ]
    total = sum((line.cost for line in lines), Interval.exact(0)) if lines else Interval(0, math.inf)
    rows.append((None, c.title("total"), None, None, None, None, c.one(total)))
    head = (c("number", "count", 6), c("food", width=28), c("edible", "amount"), c("bdd", "percent"))
    columns = (*head, c("gross", "amount"), c("per-kg", "IDR"), c("value", "IDR"))
    costs = known_costs(lines)
    notes = () if costs is not None else (c.title("cost-unknown"),)
    form = Form(f"{c.title('costing')}: {recipe.name}", columns, rows, notes)
    made = () if costs is None else (share_of_price(costs, TEN), stacked_markup(costs, TEN))
    return (form, *(_steps(costing, c) for costing in made))


def _steps(costing: Costing, c: Columns) -> Form:
    rows: list[tuple[Value, ...]] = [tuple(_plain(row)) for row in costing.records(c.lang)]
    rows.append((c.title("price-per-portion"), None, float(costing.per_portion), float(costing.price)))
    columns = (c("step", width=28), c("rate", "percent"), c("amount", "IDR"), c("running", "IDR"))
    return Form(f"{c.title('costing')}: {c.title(costing.method)}", columns, rows)


def _plain(row: dict[str, object]) -> Iterator[Value]:
    return (value if isinstance(value, str | float) else None for value in row.values())


def label_form(recipe: Recipe, lang: str = "id") -> Form:
    """Draft nutrition label per serving with per cent of the label reference (BPOM ALG), and its rounding stated.

    A nutrient that is not known exactly is not given a number.
    """
    c = Columns(lang)
    reference = load_reference(LABEL_REFERENCE)
    intake = reference.intake(Mix(of=LABEL_REFERENCE, mix={LABEL_GROUP: 1}))
    rows = [_labelled(recipe, name, intake, c) for name in LABELLED]
    group, title = reference.file.groups[LABEL_GROUP].title, reference.file.title
    basis = c.title("label-basis").format(group=group.in_language(lang), reference=title.in_language(lang))
    mass = figure_text(Figure(_whole(recipe.mass.low), _whole(recipe.mass.high), "g"), lang)
    serving = f"{c.title('serving')}: {mass}"
    columns = (c("nutrient", width=28), c("serving", width=18), c("percent-alg", width=18))
    return Form(f"{c.title('label')}: {recipe.name}", columns, rows, (serving, basis, c.title("label-rounding")))


def _labelled(recipe: Recipe, name: str, intake: dict[str, float], c: Columns) -> Sequence[Value]:
    value = recipe.nutrition[name]
    title = value.nutrient.name.in_language(c.lang)
    if not value.known:
        return title, word("not-known", c.lang), None
    amount = figure_text(Figure.exact(_whole(value.amount.low), value.nutrient.unit), c.lang)
    share = f"{number_text(_whole(100 * value.amount.low / intake[name]), c.lang)} %" if intake.get(name) else None
    return title, amount, share


def _whole(value: float) -> float:
    """A number to the nearest whole one, halves upwards."""
    return float(Decimal(repr(value)).quantize(Decimal(1), ROUND_HALF_UP)) if math.isfinite(value) else value
