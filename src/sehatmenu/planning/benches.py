"""A recipe on the bench: held against one standard, and what its rules ask of the amounts of its ingredients."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import TYPE_CHECKING

import numpy as np

from sehatmenu.documents import day_of
from sehatmenu.errors import refusal
from sehatmenu.findings import Finding, Report, Severity, Verdict, overall
from sehatmenu.food.dishes import Recipe
from sehatmenu.planning.knobs import Knob
from sehatmenu.planning.mixtures import Part, mixed, only, parts, weighed
from sehatmenu.planning.prices import PriceList
from sehatmenu.quantities.intervals import Interval
from sehatmenu.standards.checks import as_menu, check, check_rule, context
from sehatmenu.standards.menus import Catalogue, Menu, Option
from sehatmenu.standards.rows import Form, Rows
from sehatmenu.standards.standards import Applied, Standard

if TYPE_CHECKING:
    from sehatmenu.planning.models import F8

NOTHING = Interval.exact(0)
STRICTLY = 2e-6
"""How far inside a strict limit a repaired amount is kept, as a part of the limit."""

PRICE, REST = 0, 1
"""Places of the unchangeable terms among the terms of a demand; the knobs follow, then the unmeasured amounts."""


@dataclass(frozen=True, slots=True, eq=False)
class Bench:
    """One recipe, the law it is held against, what is served beside it, and the prices of its ingredients."""

    option: Option
    standard: Standard
    group: str
    day: date
    meal: str
    as_meal: bool
    prices: PriceList | None
    beside: tuple[Option, ...] = ()

    @property
    def recipe(self) -> Recipe:
        """The dish itself."""
        return self.option.recipe

    def priced(self, recipe: Recipe) -> Option:
        """A version of the dish with the cost of its ingredients, where prices are given."""
        if self.prices is None:
            return replace(self.option, recipe=recipe)
        return replace(self.option, recipe=recipe, ingredients_cost=self.prices.of(recipe))

    def menu(self, option: Option) -> Menu:
        """The dish as it is judged: a whole meal, with what is served beside it, or one item."""
        if self.as_meal or self.beside:
            return Menu.of_meal([option, *self.beside], self.day, self.meal)
        return as_menu(option, self.day, self.meal)

    def report(self, recipe: Recipe) -> Report:
        """The verdict of the law on a version of the dish."""
        return check(self.menu(self.priced(recipe)), self.standard, self.group, self.day)

    def binding(self) -> Iterator[Applied]:
        """The rules that must hold and that speak of what is judged."""
        menu = self.menu(self.priced(self.recipe))
        for applied in self.standard.applied(self.group, self.day):
            if applied.rule.severity is Severity.must:
                findings = list(check_rule(applied, menu, self.standard, self.group))
                if any(f.code != "rule-not-applicable" for f in findings):
                    yield applied

    def findings(self, applied: Applied, recipe: Recipe) -> list[Finding]:
        """What one rule says of a version of the dish."""
        return list(check_rule(applied, self.menu(self.priced(recipe)), self.standard, self.group))

    def verdict(self, applied: Applied, recipe: Recipe) -> Verdict:
        """The verdict of one rule on a version of the dish."""
        return overall([finding.verdict for finding in self.findings(applied, recipe)])


def bench_of(
    thing: Recipe | Option,
    standard: Standard,
    group: str,
    on: date | str | None,
    meal: str,
    as_meal: bool,
    prices: PriceList | None,
    beside: Sequence[Recipe | Option] = (),
) -> Bench:
    """A dish on the bench; the date and the meal are those of the standard where they are not given.

    Raises LoadError `date-needed`.
    """
    option = thing if isinstance(thing, Option) else Option(thing)
    day = day_of(on) or standard.on
    if day is None:
        raise refusal("date-needed", standard=standard.id)
    meals = standard.groups[group].meals if group in standard.groups else ()
    others = tuple(_option(dish, prices) for dish in beside)
    return Bench(option, standard, group, day, meal or next(iter(meals), ""), as_meal, prices, others)


def _option(dish: Recipe | Option, prices: PriceList | None) -> Option:
    if isinstance(dish, Option):
        return dish
    return Option(dish) if prices is None else Option(dish, ingredients_cost=prices.of(dish))


@dataclass(frozen=True, slots=True, eq=False)
class Demand:
    """One side of a rule over the terms of the dish: `low <= terms . amounts <= high`, each term at its worst."""

    rule: str
    terms: F8
    low: float
    high: float


@dataclass(frozen=True, slots=True, eq=False)
class Presence:
    """A rule that asks what is in the dish, not how much: knobs that break it, and knobs of which one must mend it."""

    rule: str
    banned: tuple[int, ...]
    adding: tuple[int, ...]
    removing: tuple[int, ...]
    broken: bool


def demands(bench: Bench, knobs: Sequence[Knob]) -> tuple[list[Demand], list[Presence], list[Applied]]:
    """What every binding rule asks, and the rules that no change of amounts decides (unknown, and they stay so)."""
    units = _units(bench, knobs)
    amounts: list[Demand] = []
    presences: list[Presence] = []
    open_: list[Applied] = []
    for applied in bench.binding():
        rows = applied.rule.rows(context(_catalogue_menu(bench, units), bench.standard, bench.group), applied.limit)
        now = bench.verdict(applied, bench.recipe)
        unknown = now is Verdict.unknown
        if now is Verdict.not_applicable:
            continue
        if rows.by_serving or rows.form not in (Form.total, Form.item):
            found = _presence(bench, applied, knobs)
            undecided = unknown and not (found.adding or found.removing)
            presences += [] if undecided else [found]
        else:
            sides = list(_sides(applied.rule.id, rows, len(bench.beside)))
            undecided = unknown and any(_undecidable(side.terms, knobs) for side in sides)
            amounts += [] if undecided else sides
        open_ += [applied] if undecided else []
    return amounts, presences, open_


def _undecidable(terms: F8, knobs: Sequence[Knob]) -> bool:
    """Whether a term that no one can take out or measure is unbounded."""
    staying = [REST + 1 + k for k, knob in enumerate(knobs) if knob.kind == "change" and not knob.removable]
    return bool(np.isinf(terms[[PRICE, REST, *staying]]).any())


def _units(bench: Bench, knobs: Sequence[Knob]) -> tuple[Option, ...]:
    """The terms of the dish as options: its price, what no knob changes, each knob, each amount still unmeasured."""
    own = parts(bench.recipe)
    moved = {n for knob in knobs for n in knob.members}
    nothing = only(bench.recipe, (), own)
    rest = only(bench.recipe, set(range(len(own))) - moved, own) if own else bench.recipe
    unmeasured = [only(bench.recipe, knob.members, own) for knob in knobs if knob.kind == "measure"]
    dishes = [nothing, rest, *(_unit(bench.recipe, knob, own) for knob in knobs), *unmeasured]
    terms = tuple(_costed(bench, dish, n) for n, dish in enumerate(_shared_mass(bench.recipe, dishes)))
    return (*terms, *bench.beside)


def _costed(bench: Bench, dish: Recipe, n: int) -> Option:
    """A term with its cost; the price is one of its own, and what the dish is said to count as goes with the rest."""
    if n == PRICE:
        return replace(bench.option, recipe=replace(dish, credits={}), ingredients_cost=NOTHING)
    credited = dish if n == REST else replace(dish, credits={})
    return replace(bench.priced(credited), price=NOTHING)


def _unit(recipe: Recipe, knob: Knob, own: Sequence[Part]) -> Recipe:
    if knob.kind == "change":
        return only(recipe, knob.members, own)
    return mixed(recipe, [*(part.times(0.0) for part in own), knob.part])


def _shared_mass(recipe: Recipe, dishes: list[Recipe]) -> list[Recipe]:
    """Where the pot was weighed, its weight is shared out by the raw weight of the ingredients."""
    raw = sum(i.edible.high for i in recipe.ingredients)
    if not weighed(recipe) or not 0 < raw < float("inf"):
        return dishes
    return [replace(d, mass=recipe.mass * (sum(i.edible.high for i in d.ingredients) / raw)) for d in dishes]


def _catalogue_menu(bench: Bench, units: tuple[Option, ...]) -> Menu:
    menu = bench.menu(bench.priced(bench.recipe))
    portions = np.ones((len(menu.horizon.occasions), len(units)))
    return Menu(Catalogue(units), menu.horizon, portions, menu.scope, menu.name)


def fixed_beside(rows: Rows, terms: F8, beside: int) -> F8:
    """The terms of the dish alone; what is served beside it joins the first, unless each dish is judged by itself."""
    own = terms[: terms.size - beside].copy()
    if rows.form is Form.total:
        own[0] += terms[terms.size - beside :].sum()
    return own


def _sides(rule: str, rows: Rows, beside: int) -> Iterator[Demand]:
    """The two sides of a rule, for each window it speaks of."""
    ratio = rows.denominator is not None
    for w in range(len(rows.windows)):
        low, high = rows.bounds(-1)[w], rows.bounds(1)[w]
        if low > -np.inf and rows.windows.complete[w]:
            terms = fixed_beside(rows, rows.linear(rows.low, -1), beside)
            floor = 0.0 if ratio else low
            yield Demand(rule, terms, floor + _inside(rows, terms, floor), np.inf)
        if high < np.inf:
            terms = fixed_beside(rows, rows.linear(rows.high, +1), beside)
            ceiling = 0.0 if ratio else high
            yield Demand(rule, terms, -np.inf, ceiling - _inside(rows, terms, ceiling))


def _inside(rows: Rows, terms: F8, bound: float) -> float:
    if not rows.strict:
        return 0.0
    return STRICTLY * (abs(bound) or float(np.abs(terms[np.isfinite(terms)]).max(initial=0.0)))


def _presence(bench: Bench, applied: Applied, knobs: Sequence[Knob]) -> Presence:
    """Ask the rule itself about the dish with each addition, and without each ingredient that may be taken out."""
    own = parts(bench.recipe)
    broken = bench.verdict(applied, bench.recipe) in (Verdict.fail, Verdict.unknown)
    banned, adding, removing = list[int](), list[int](), list[int]()
    for k, knob in enumerate(knobs):
        if knob.kind == "add":
            kind = bench.verdict(applied, mixed(bench.recipe, [*own, knob.part]))
            (adding if kind is Verdict.pass_ else banned).append(k)
        elif knob.removable and len(own) > len(knob.members):
            rest = [part for n, part in enumerate(own) if n not in knob.members]
            without = bench.verdict(applied, mixed(bench.recipe, rest))
            if without is Verdict.pass_:
                removing.append(k)
            elif not broken:
                banned.append(k)
    if broken:
        return Presence(applied.rule.id, (), tuple(adding), tuple(removing), True)
    return Presence(applied.rule.id, tuple(banned), (), (), False)
