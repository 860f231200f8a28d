"""What to find out: which single missing value would decide a verdict that is open, and from which threshold."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Literal

import numpy as np

from sehatmenu.findings import Finding, Severity, Verdict
from sehatmenu.food.composition import Food
from sehatmenu.food.cooking import methods, retention
from sehatmenu.food.dishes import Recipe, contributions
from sehatmenu.food.nutrients import Nutrition, nutrients
from sehatmenu.messages import Figure, Text, render
from sehatmenu.planning.benches import Bench, bench_of, fixed_beside
from sehatmenu.planning.mixtures import Part, mixed, part_of, parts, weighed
from sehatmenu.planning.prices import PriceList
from sehatmenu.quantities.intervals import UNKNOWN, Interval, IntervalArray
from sehatmenu.standards.checks import context, rule_title
from sehatmenu.standards.menus import Catalogue, Menu, Option
from sehatmenu.standards.rows import Form, Rows
from sehatmenu.standards.standards import Applied, Standard

INF = float("inf")

Kind = Literal["weighing", "cost", "served", "figure", "analysis"]
"""What a kitchen can find out, the least trouble first: weigh an ingredient, reckon the cost, weigh the portion, look a
figure of a food up, send the dish to a laboratory."""

_EFFORT: tuple[Kind, ...] = ("weighing", "cost", "served", "figure", "analysis")


@dataclass(frozen=True, slots=True)
class Missing:
    """One value that is not known: of an ingredient (grams of the raw edible part in the whole pot), a food (per 100 g
    edible part) or the dish (per portion); `now` is what is known of it."""

    kind: Kind
    name: Text
    unit: str
    now: Interval
    ingredient: int = -1
    nutrient: str = ""
    food: str = ""


@dataclass(frozen=True, slots=True)
class Answer:
    """What a missing value would say of one rule: the values that pass, and those that fail below or above.

    None where no value that is still possible passes (or fails); between the thresholds other missing values keep the
    verdict open.
    """

    finding: Finding
    passes: Interval | None
    below: Interval | None
    above: Interval | None

    @property
    def decides(self) -> float:
        """How far the value decides the rule: 2 when at one threshold it turns from pass to fail, 0 for not at all."""
        sides = [side for side in (self.below, self.above) if side is not None]
        if self.passes is None or not sides:
            return float(self.passes is not None or bool(sides)) / 2
        gaps = [self.passes.low - self.below.high] if self.below else []
        gaps += [self.above.low - self.passes.high] if self.above else []
        size = max(abs(bound) for side in (*sides, self.passes) for bound in (side.low, side.high) if abs(bound) < INF)
        return 1 + 1 / (1 + sum(max(gap, 0.0) for gap in gaps) / (size or 1.0))


@dataclass(frozen=True, slots=True, eq=False)
class Question:
    """A missing value worth finding out, with what it would say of each open rule."""

    missing: Missing
    answers: tuple[Answer, ...]
    option: Option

    @property
    def decides(self) -> float:
        """How far the value decides the open rules, summed."""
        return sum(answer.decides for answer in self.answers)

    def given(self, value: float) -> Option:
        """The dish as it would be judged if the value were this."""
        return given(self.option, self.missing, value)

    def text(self, lang: str = "id") -> str:
        """What to find out, and what each outcome means."""
        values: dict[str, object] = {"what": self.missing.name, "now": _figure(self.missing.now, self.missing.unit)}
        if self.missing.nutrient:
            values["nutrient"] = nutrients()[self.missing.nutrient].name
        said = [line for answer in self.answers for line in self._said(answer, lang)]
        return f"{render(f'inquiry-{self.missing.kind}', values, lang)}: {'; '.join(said)}"

    def _said(self, answer: Answer, lang: str) -> Iterator[str]:
        rule = answer.finding.values["rule"]
        outcomes = (("passes", answer.passes), ("fails", answer.below), ("fails", answer.above))
        for outcome, values in outcomes:
            if values is not None:
                shown = Figure(values.low if values.low > 0 else -INF, values.high, self.missing.unit)
                yield render(f"inquiry-outcome-{outcome}", {"rule": rule, "values": shown}, lang)

    def __str__(self) -> str:
        return self.text()


def what_to_find_out(
    thing: Recipe | Option,
    standard: Standard,
    group: str,
    *,
    on: date | str | None = None,
    meal: str = "",
    as_meal: bool = False,
    beside: Sequence[Recipe | Option] = (),
    prices: PriceList | None = None,
) -> tuple[Question, ...]:
    """The single missing values that would decide the open rules of a dish, those that decide most first.

    Among equals, what is less trouble comes first: a weighing before a figure of a food table before a laboratory.
    Nothing when no binding rule is open, or only such as no amount decides (a certificate, an allergen).
    """
    bench = bench_of(thing, standard, group, on, meal, as_meal, prices, beside)
    priced = bench.priced(bench.recipe)
    open_ = [applied for applied in bench.binding() if bench.verdict(applied, bench.recipe) is Verdict.unknown]
    found: dict[Missing, list[Answer]] = {}
    for applied in open_:
        rows = _rows(bench, applied, [priced])
        if rows.by_serving or rows.form not in (Form.total, Form.item) or rows.condition is not None:
            continue
        for missing in _missing(priced, rows):
            answer = _answer(bench, applied, priced, missing)
            if answer.decides:
                found.setdefault(missing, []).append(answer)
    questions = [Question(missing, tuple(answers), priced) for missing, answers in found.items()]
    return tuple(sorted(questions, key=lambda q: (-round(q.decides, 9), _EFFORT.index(q.missing.kind))))


def given(option: Option, missing: Missing, value: float) -> Option:
    """The dish with a missing value filled in."""
    recipe = option.recipe
    match missing.kind:
        case "weighing":
            own = list(parts(recipe))
            own[missing.ingredient] = _grams(recipe, own[missing.ingredient], value)
            return replace(option, recipe=_with_mass(recipe, mixed(recipe, own)))
        case "figure":
            own = [_figured(part, missing, value) for part in parts(recipe)]
            return replace(option, recipe=_with_mass(recipe, mixed(recipe, own)))
        case "analysis":
            return replace(option, recipe=replace(recipe, nutrition=_set(recipe.nutrition, missing.nutrient, value)))
        case "served":
            return replace(option, recipe=replace(recipe, mass=Interval.exact(value)))
        case "cost":
            return replace(option, ingredients_cost=Interval.exact(value))


def _one(option: Option, missing: Missing) -> Option:
    """What one unit of the missing value adds to the dish."""
    recipe = option.recipe
    own = [part.times(0.0) for part in parts(recipe)]
    bare = replace(recipe, nutrition=Nutrition.none(), mass=Interval.exact(0), credits={})
    empty = replace(mixed(recipe, own), mass=Interval.exact(0), credits={}) if own else bare
    none = replace(option, recipe=empty, price=Interval.exact(0), ingredients_cost=Interval.exact(0))
    match missing.kind:
        case "weighing":
            own[missing.ingredient] = _grams(recipe, own[missing.ingredient], 1.0)
            return replace(none, recipe=replace(mixed(recipe, own), credits={}))
        case "figure":
            made = [_figured(p, missing, 1.0, alone=True) for p in parts(recipe)]
            return replace(none, recipe=replace(mixed(recipe, made), mass=Interval.exact(0), credits={}))
        case "analysis":
            return replace(none, recipe=replace(empty, nutrition=_set(empty.nutrition, missing.nutrient, 1.0)))
        case "served":
            return replace(none, recipe=replace(empty, mass=Interval.exact(1)))
        case "cost":
            return replace(none, ingredients_cost=Interval.exact(1))


def _with_mass(old: Recipe, new: Recipe) -> Recipe:
    return replace(new, mass=old.mass) if weighed(old) else new


def _grams(recipe: Recipe, part: Part, grams: float) -> Part:
    """An ingredient weighed: so many grams of the raw edible part in the whole pot."""
    edible = Interval.exact(grams / (recipe.servings or 1.0))
    return replace(part_of(recipe, part.food, edible, part.text, method=part.method), place=part.place)


def _figured(part: Part, missing: Missing, value: float, *, alone: bool = False) -> Part:
    """An ingredient whose food has so much of a nutrient per 100 g; `alone` leaves out everything else it brings."""
    brings = part.brings * 0.0 if alone else part.brings
    kept = part.times(0.0) if alone else part
    if part.food.code != missing.food:
        return replace(kept, brings=brings)
    k = nutrients().index(missing.nutrient)
    per100 = _set(Nutrition.none(), missing.nutrient, value).values
    food = replace(part.food, per100=Nutrition(per100))
    now = contributions([food], [part.edible], [retention(food, methods()[part.method])], Interval.exact(1)).part(0)
    low, high = brings.low.copy(), brings.high.copy()
    low[k], high[k] = now.low[k], now.high[k]
    return replace(kept, brings=IntervalArray(low, high))


def _set(nutrition: Nutrition, nutrient: str, value: float) -> Nutrition:
    low, high = nutrition.values.low.copy(), nutrition.values.high.copy()
    low[nutrients().index(nutrient)] = high[nutrients().index(nutrient)] = value
    return Nutrition(IntervalArray(low, high))


def _missing(option: Option, rows: Rows) -> Iterator[Missing]:
    """Every single value that is not known and on which the rows may rest."""
    recipe = option.recipe
    if recipe.servings is not None:
        for n, part in enumerate(parts(recipe)):
            if not part.edible.known:
                yield Missing("weighing", part.food.name, "g", part.edible * recipe.servings, n)
    for nutrient in dict.fromkeys(rows.nutrients):
        yield from _figures(recipe, nutrient)
        now = recipe.nutrition[nutrient]
        if not now.known:
            yield Missing("analysis", Text(recipe.name, recipe.name), now.nutrient.unit, now.amount, nutrient=nutrient)
    if not recipe.mass.known:
        yield Missing("served", Text(recipe.name, recipe.name), "g", recipe.mass)
    if not option.ingredients_cost.known:
        yield Missing("cost", Text(recipe.name, recipe.name), "IDR", option.ingredients_cost)


def _figures(recipe: Recipe, nutrient: str) -> Iterator[Missing]:
    foods: dict[str, Food] = {i.food.code: i.food for i in recipe.ingredients}
    for food in foods.values():
        held = food.per100[nutrient]
        if not held.known:
            yield Missing("figure", food.name, held.nutrient.unit, held.amount, -1, nutrient, food.code)


def _rows(bench: Bench, applied: Applied, options: list[Option]) -> Rows:
    menu, options_ = bench.menu(options[0]), (*options, *bench.beside)
    portions = np.ones((len(menu.horizon.occasions), len(options_)))
    shown = Menu(Catalogue(options_), menu.horizon, portions, menu.scope)
    return applied.rule.rows(context(shown, bench.standard, bench.group), applied.limit)


def _answer(bench: Bench, applied: Applied, option: Option, missing: Missing) -> Answer:
    """Solve the rows for the value: every bound of the amount is a straight line in it."""
    rows = _rows(bench, applied, [given(option, missing, 0.0), _one(option, missing)])
    ratio = rows.denominator is not None
    passes: Interval | None = missing.now
    below: Interval | None = None
    above: Interval | None = None
    for w in range(len(rows.windows)):
        for bound, side in ((rows.low, -1), (rows.high, +1)):
            end = 0.0 if ratio else float(rows.bounds(side)[w])
            if np.isinf(bound) or np.isinf(end):
                continue
            good, bad = (fixed_beside(rows, rows.linear(bound, s), len(bench.beside)) for s in (side, -side))
            passes = _within(passes, _reaching(good, end, side))
            broken = _within(missing.now, _reaching(bad, end, -side))
            low_end = broken is not None and broken.low == missing.now.low
            below = broken if low_end and broken != missing.now else below
            above = broken if broken is not None and not low_end else above
    finding = Finding("inquiry-rule", Verdict.unknown, Severity.must, applied.place, source=applied.source,
                      values={"rule": rule_title(applied.rule), "rule_id": applied.rule.id})  # fmt: skip
    return Answer(finding, passes, below, above)


def _reaching(terms: np.ndarray[tuple[int, ...], np.dtype[np.float64]], bound: float, side: int) -> Interval | None:
    """The values v for which `rest + one v` is at least (side -1) or at most (side +1) a bound."""
    rest, one = float(terms[0]), float(terms[1])
    gap = (bound - rest) * side  # what is left to use up
    if np.isinf(rest) or np.isinf(one):
        return None
    slope = one * side
    if slope == 0:
        return Interval(-INF, INF) if gap >= 0 else None
    return Interval(-INF, gap / slope) if slope > 0 else Interval(gap / slope, INF)


def _within(values: Interval | None, others: Interval | None) -> Interval | None:
    if values is None or others is None:
        return None
    low, high = max(values.low, others.low), min(values.high, others.high)
    return Interval(low, high) if low <= high else None


def _figure(values: Interval, unit: str) -> Figure:
    return Figure(UNKNOWN.low if values.low < 0 else values.low, values.high, unit)
