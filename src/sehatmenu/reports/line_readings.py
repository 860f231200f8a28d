"""What a recipe was read as, line by line, and what to find out first: shown before the verdict."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence

from sehatmenu.findings import Report, Verdict
from sehatmenu.food.dishes import Ingredient, Recipe
from sehatmenu.messages import Figure, Text, figure_text, render, word
from sehatmenu.quantities.intervals import Interval

FIRST_TO_FIND_OUT = 3
"""How many lines are named as what to find out first; thresholds of sehatmenu."""

_OWN_WORDS = frozenset({"bound", "density", "oil uptake", "own weighing"})
"""Where a weight comes from that no list says, as the catalogues call it."""


def readings_text(recipe: Recipe, lang: str = "id") -> str:
    """Each line of a recipe with the food that it was read as, its grams in the pot, who says so, and its remark."""
    lines = [render("readings-title", {"recipe": recipe.name}, lang)]
    lines += [f"  {_line(ingredient, recipe, lang)}" for ingredient in recipe.ingredients]
    return "\n".join(lines)


def _line(ingredient: Ingredient, recipe: Recipe, lang: str) -> str:
    food = ingredient.food.name.in_language(lang)
    parts = [figure_text(_in_pot(ingredient.gross, recipe), lang)]
    if source := _source(ingredient, lang):
        parts.append(source)
    if ingredient.remark:
        parts.append(ingredient.remark)
    return f"{ingredient.text} → {food}: {'; '.join(parts)}"


def _in_pot(gross: Interval, recipe: Recipe) -> Figure:
    """Grams as bought of the whole pot, to the tenth."""
    grams = gross * (recipe.servings or 1.0)
    return Figure(round(grams.low, 1), round(grams.high, 1) if math.isfinite(grams.high) else math.inf, "g")


def _source(ingredient: Ingredient, lang: str) -> str:
    if ingredient.weight_lists:
        return render("weight-by-lists", {"lists": list(ingredient.weight_lists)}, lang)
    source = ingredient.weight_source
    if source == "stated" or not source:
        return ""
    return word(f"weight-{source.replace(' ', '-')}", lang) if source in _OWN_WORDS else source


def reading_records(recipe: Recipe, lang: str = "id") -> list[dict[str, object]]:
    """One row per ingredient: the line, the food, grams as bought in the pot, where they come from, the remark."""
    rows: list[dict[str, object]] = []
    for ingredient in recipe.ingredients:
        grams = _in_pot(ingredient.gross, recipe)
        rows.append(
            {
                "recipe": recipe.id,
                "line": ingredient.text,
                "place": str(ingredient.place or ""),
                "food": ingredient.food.name.in_language(lang),
                "code": ingredient.food.code,
                "gross_low": grams.low,
                "gross_high": grams.high if math.isfinite(grams.high) else None,
                "weight_source": ingredient.weight_source,
                "lists": list(ingredient.weight_lists),
                "remark": ingredient.remark,
            }
        )
    return rows


def to_find_out(recipes: Sequence[Recipe], report: Report) -> list[tuple[str, tuple[Text | str, ...]]]:
    """The lines that keep rules open, the one that keeps most open first, each with the titles of those rules.

    A food that no table knows comes first. Beside a line of which nothing bounds what it brings, one that is only
    between bounds is not worth the trouble.
    """
    lines = {f"{recipe.name}: {i.text}": _unbounded(i) for recipe in recipes for i in recipe.ingredients}
    weights: dict[str, float] = {}
    rules: dict[str, list[Text | str]] = {}
    for finding in report.of(Verdict.unknown):
        open_lines = [cause for cause in finding.causes if cause in lines]
        causes = [cause for cause in open_lines if lines[cause]] or open_lines
        title = finding.values.get("rule", finding.code)
        for rank, cause in enumerate(causes):
            weights[cause] = weights.get(cause, float(lines[cause] > 1)) + 1 / (1 + rank)
            rules.setdefault(cause, []).append(title if isinstance(title, Text) else str(title))
    ranked = sorted(weights, key=lambda cause: -weights[cause])
    return [(cause, tuple(dict.fromkeys(rules[cause]))) for cause in ranked[:FIRST_TO_FIND_OUT]]


def _unbounded(ingredient: Ingredient) -> int:
    """2 for a food that no table knows, 1 for a weight without an upper bound, else 0."""
    return 2 if not ingredient.food.listed else int(math.isinf(ingredient.gross.high))


def before_verdict(recipes: Sequence[Recipe], report: Report, lang: str = "id") -> str:
    """What is shown before a verdict: the reading of each recipe, what to find out first, and the notes of the lines."""
    return "\n".join(_before(recipes, report, lang))


def _before(recipes: Sequence[Recipe], report: Report, lang: str) -> Iterator[str]:
    for recipe in recipes:
        if recipe.ingredients:
            yield readings_text(recipe, lang)
    if asked := to_find_out(recipes, report):
        yield render("find-out-first", {}, lang)
        for number, (cause, rules) in enumerate(asked, 1):
            yield f"  {number}. {render('find-out-line', {'line': cause, 'rules': list(rules)}, lang)}"
    notes = [finding for recipe in recipes for finding in recipe.findings]
    yield from (f"{finding.place}: {finding.text(lang)}" for finding in notes)
    yield ""
