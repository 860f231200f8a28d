"""Recipe files become dishes: the mixed method, and every problem of a file at once with its place."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np

from sehatmenu import readings
from sehatmenu.documents import load, open_document
from sehatmenu.errors import LoadError, UnitError
from sehatmenu.files import Document, Location
from sehatmenu.findings import Finding, Severity, Verdict, problem
from sehatmenu.food.composition import FoodTable, derived, load_foods
from sehatmenu.food.cooking import retention
from sehatmenu.food.dishes import Ingredient, MassBasis, PortionBounds, Recipe, contributions
from sehatmenu.food.foods import ALLERGENS_NOT_STATED
from sehatmenu.food.kitchens import Kitchen, Prepared
from sehatmenu.food.lines.readings import Reading
from sehatmenu.food.measures import Measures
from sehatmenu.food.measures import measures as packaged_measures
from sehatmenu.food.nutrients import Nutrition, nutrients
from sehatmenu.food.plausible_amounts import implausible_amounts
from sehatmenu.food.recipe_files import RecipeFile, Salvaged, Stated
from sehatmenu.food.sheets import refuse
from sehatmenu.food.stated_figures import differing_figures, impossible_figures
from sehatmenu.quantities.amounts import read_amount
from sehatmenu.quantities.intervals import UNKNOWN, Interval, IntervalArray
from sehatmenu.quantities.units import Quantity, read_quantity

__all__ = ["Ingredient", "MassBasis", "PortionBounds", "Recipe", "RecipeFile", "load_recipe", "recipe_from"]


def load_recipe(
    source: str | Path | Document,
    foods: FoodTable | None = None,
    measures: Measures | None = None,
    *,
    reading: Reading = "open",
    within: str | Path | None = None,
) -> Recipe:
    """Read a recipe file and compute its nutrients per standard portion by the mixed method.

    Nutrients: grams of raw edible part x figures per 100 g x retention by food and method, per ingredient. Weight:
    the weighed `yield` of the whole pot, else bounds. Whatever is not known stays an interval, with an info finding.
    `credits: {us/fruit: 1/2 cup}` states what a portion counts as in a meal pattern: all of it, `{}` for nothing.
    An open `reading` accepts lines as cooks write them and keeps unknown what they leave open; a `strict` one refuses
    that. Both tell the same notes. Figures printed beside ingredients (`nutrition`) do not count; where they differ from
    what the ingredients give, a note says so. `within` names a folder that the file must lie in. Raises LoadError with the
    problems of the file, each with file:line:column.
    """
    with readings.reading(within):
        return recipe_from(open_document(source), foods, measures, reading=reading)


def load_recipes(
    sources: Iterable[str | Path],
    foods: FoodTable | None = None,
    *,
    reading: Reading = "open",
    within: str | Path | None = None,
) -> tuple[Recipe, ...]:
    """Read several recipe files, `reading` as of `load_recipe`; `within` names a folder that they must lie in.

    Raises LoadError with the problems of all files together.
    """
    found: list[Finding] = []
    recipes = []
    for source in sources:
        try:
            recipes.append(load_recipe(source, foods, reading=reading, within=within))
        except LoadError as error:
            found.extend(error.report)
    refuse(found)
    return tuple(recipes)


def recipe_from(
    document: Document,
    foods: FoodTable | None = None,
    measures: Measures | None = None,
    *,
    reading: Reading = "open",
) -> Recipe:
    """The dish of a recipe document; see `load_recipe`.

    >>> from sehatmenu.files import parse_yaml
    >>> dish = recipe_from(parse_yaml('''
    ... {name: Tumis kangkung, course: sayur, servings: 10, basis: gross, method: tumis, measures: [dbmp, aplikasi],
    ...  weighed: {ikat kangkung: 250 g},
    ...  ingredients: [4 ikat kangkung, 5 siung bawang putih, 3 sdm minyak goreng]}'''))
    >>> str(dish.nutrition["protein"]), str(dish.mass_of(group="sayur"))
    ('2.12–2.15 g', '60')
    """
    foods, measures = foods or load_foods(), measures or packaged_measures()
    problems: list[Finding] = []
    try:
        written = load(document, RecipeFile).model
    except LoadError as error:
        problems += error.report.findings
        refuse(problems + _salvaged_problems(document, foods, measures, reading))
        raise
    if written.nutrition is not None and not written.ingredients:
        return _stated_dish(written, written.nutrition, document)
    kitchen = Kitchen.of(
        foods, document, measures, written.measures, written.weighed, written.basis, written.method, reading
    )
    prepared = kitchen.prepare(written.ingredients)
    pot = _mass(written.cooked_weight, ("yield",), document, kitchen.problems)
    refuse(kitchen.problems)
    dish = _dish(written, document, kitchen, prepared, pot)
    return dish if written.nutrition is None else _compared(dish, written, written.nutrition, document)


def _salvaged_problems(document: Document, foods: FoodTable, measures: Measures, reading: Reading) -> list[Finding]:
    """The problems of the ingredient lines of a file whose form is already faulty."""
    if not isinstance(document.data, dict):
        return []
    rest = Salvaged.model_validate(document.data)
    method = rest.method or "segar"
    kitchen = Kitchen.of(foods, document, measures, rest.measures, rest.weighed, rest.basis, method, reading)
    kitchen.prepare(rest.ingredients)
    return kitchen.problems


def _dish(
    written: RecipeFile, document: Document, kitchen: Kitchen, prepared: Sequence[Prepared], pot: Interval | None
) -> Recipe:
    portion = Interval.exact(1 / written.servings) if written.servings else Interval(0, 1)
    cooked = kitchen.cooked(prepared)
    kept = [retention(p.food, p.method) for p in prepared]
    shares = contributions([p.food for p in prepared], [p.edible for p in prepared], kept, portion)
    ingredients = tuple(
        Ingredient(
            food=p.food,
            text=p.text,
            method=p.method.id,
            gross=p.gross * portion,
            edible=p.edible * portion,
            cooked=cooked[n] * portion,
            weight_source=p.source,
            place=p.place,
            contributions=shares,
            position=n,
            amount=p.amount,
            called=p.called,
            remark=p.remark,
            weight_lists=p.lists,
        )
        for n, p in enumerate(prepared)
    )
    allergens = frozenset(written.allergens or ()).union(*(p.food.allergens for p in prepared))
    main = kitchen.method or prepared[0].method.id
    dish = Recipe(
        id=written.id or _id(document),
        name=written.name,
        course=written.course,
        servings=written.servings,
        nutrition=Nutrition(shares.sum()),
        mass=_pot(pot, cooked) * portion,
        ingredients=ingredients,
        tags=frozenset(written.tags or ()),
        allergens=allergens,
        method=main,
        portion=written.portion.bounds() if written.portion else PortionBounds(),
        source=written.source,
        findings=(*kitchen.notes, *_open_ends(written, document, pot, cooked)),
        place=document.place(),
        credits=written.credits,
        components=written.components,
    )
    return replace(dish, findings=(*dish.findings, *implausible_amounts(dish)))


def _stated_dish(written: RecipeFile, stated: Stated, document: Document) -> Recipe:
    """A dish whose figures a label or a laboratory states; nutrients that are not stated are unknown."""
    problems: list[Finding] = []
    mass = _mass(written.mass, ("mass",), document, problems)
    nutrition = _stated_figures(stated, document, problems)
    factor = _portions_per_statement(stated, mass, document, problems)
    refuse(problems)
    named = {nutrients()[name].id: name for name in stated.values}
    grams = mass / factor if mass is not None and factor.known and factor.low > 0 else None
    dish = Recipe(
        id=written.id or _id(document),
        name=written.name,
        course=written.course,
        servings=written.servings,
        nutrition=nutrition.scale(factor),
        mass=mass or UNKNOWN,
        ingredients=(),
        tags=frozenset(written.tags or ()),
        allergens=frozenset([ALLERGENS_NOT_STATED] if written.allergens is None else written.allergens),
        method=written.method or "",
        portion=written.portion.bounds() if written.portion else PortionBounds(),
        source=written.source or stated.source,
        findings=tuple(impossible_figures(written.name, nutrition, grams, named, document)),
        place=document.place(),
        credits=written.credits,
        components=written.components,
        untold=frozenset(word for word, said in (("tag", written.tags), ("method", written.method)) if said is None),
    )
    return replace(dish, findings=(*dish.findings, *implausible_amounts(dish)))


def _compared(dish: Recipe, written: RecipeFile, stated: Stated, document: Document) -> Recipe:
    """A dish of ingredients beside which figures are printed: the ingredients count, and what differs is noted."""
    problems: list[Finding] = []
    mass = _mass(written.mass, ("mass",), document, problems) or dish.mass
    figures = _stated_figures(stated, document, problems)
    factor = _portions_per_statement(stated, mass, document, problems)
    refuse(problems)
    named = {nutrients()[name].id: name for name in stated.values}
    notes = differing_figures(dish.nutrition, figures.scale(factor), named, document)
    return replace(dish, findings=(*dish.findings, *notes))


def _stated_figures(stated: Stated, document: Document, problems: list[Finding]) -> Nutrition:
    table = nutrients()
    low, high = np.zeros(len(table)), np.full(len(table), np.inf)
    for name, text in stated.values.items():
        place = document.place(("nutrition", "values", name))
        if name not in table:
            problems.append(problem("nutrient-unknown", place, text=name, suggestion=table.suggestion(name)))
            continue
        try:
            amount = read_quantity(text, table[name].unit)
        except UnitError as error:
            problems.append(problem(error.code, place, **error.values))
            continue
        low[table.index(name)] = high[table.index(name)] = amount
    return Nutrition(derived(IntervalArray(low[None, :], high[None, :])).part(0))


def _portions_per_statement(
    stated: Stated, mass: Interval | None, document: Document, problems: list[Finding]
) -> Interval:
    """How many times the stated figures one portion is: `per: 1 portion`, or `per: 100 g` with the portion's mass."""
    place = document.place(("nutrition", "per"))
    try:
        per = Quantity.read(stated.per)
        if per.to(per.unit) <= 0:
            raise UnitError("stated-nothing", text=stated.per)
        if per.unit == "portion":
            return 1 / Interval.exact(per.to("portion"))
        grams = per.to("g")
    except UnitError as error:
        problems.append(problem(error.code, place, **error.values))
        return UNKNOWN
    if mass is None:
        problems.append(problem("stated-mass-missing", place, text=stated.per))
    return (mass or UNKNOWN) / grams


def _mass(text: str | None, at: Location, document: Document, problems: list[Finding]) -> Interval | None:
    """A written weight in grams, or None when it is not written or refused."""
    if text is None:
        return None
    try:
        amount = read_amount(text)
    except UnitError as error:
        problems.append(problem(error.code, document.place(at), **error.values))
        return None
    if amount.kind != "mass" or amount.value.low <= 0:
        problems.append(problem("weighed-mass", document.place(at), text=text))
        return None
    return amount.value


def _pot(weighed: Interval | None, cooked: Sequence[Interval]) -> Interval:
    """Grams of the whole cooked pot."""
    return weighed or sum(cooked, Interval.exact(0))


def _open_ends(
    written: RecipeFile, document: Document, pot: Interval | None, cooked: Sequence[Interval]
) -> list[Finding]:
    """Notes on a recipe that does not say its servings or was not weighed when cooked."""
    notes = []
    if written.servings is None:
        place = document.place(("servings",))
        notes.append(Finding("servings-unknown", Verdict.unknown, place=place, values={"name": written.name}))
    if not _pot(pot, cooked).known:
        notes.append(Finding("yield-unweighed", Verdict.unknown, Severity.info, document.place(("yield",))))
    return notes


def _id(document: Document) -> str:
    return Path(document.file).stem
