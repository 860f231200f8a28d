"""Pools: dishes made up for one standard, one for each kind of dish that its rules speak of, and what they may hold."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace

import numpy as np

from sehatmenu.files import Place
from sehatmenu.food.composition import Food
from sehatmenu.food.dishes import Ingredient, PortionBounds, Recipe
from sehatmenu.food.nutrients import Nutrition, nutrients
from sehatmenu.messages import Text
from sehatmenu.quantities.intervals import UNKNOWN, Interval, IntervalArray
from sehatmenu.standards.menus import SCALES, Certificate, Option
from sehatmenu.standards.rules import (
    ENERGY_SOURCES,
    CostRule,
    EnergyShareRule,
    FrequencyRule,
    Measure,
    NutrientRule,
    PortionsRule,
    RatioRule,
    RequireRule,
    RuleBase,
    SpacingRule,
    VarietyRule,
)
from sehatmenu.standards.selectors import Selector
from sehatmenu.standards.windows import Scope

MAX_COPIES = 6
"""At most so many dishes of one kind: as many as a rule on variety or repeats may need."""

SIZES: Mapping[str, float] = {"kcal": 800, "g": 150, "mg": 1200, "mcg": 800, "mcg_RE": 800, "mcg_RAE": 800}
"""How much of a nutrient a large dish holds, by unit, where no limit says more."""

Content = tuple[str, ...]
"""What a dish may hold more or less of: `(nutrient, id)`, `(mass,)`, `(credit, name, unit)`, `(price,)`, ..."""


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of dish: everything that a selector may look at."""

    id: str
    course: str = "paket"
    tag: str = ""
    method: str = "segar"
    allergen: str = ""
    group: str = ""
    food: str = ""
    name: str = ""
    suppliers: frozenset[str] = frozenset()
    papers: frozenset[str] = frozenset()

    def option(self, holds: Mapping[Content, float], priced: bool, costed: bool) -> Option:
        """A dish of this kind that holds these amounts, and exactly nothing else."""
        values = np.zeros(len(nutrients()))
        for content, amount in holds.items():
            if content[0] == "nutrient":
                values[nutrients().index(content[1])] = amount
        nutrition = Nutrition(IntervalArray(values, values.copy()))
        mass = Interval.exact(holds.get(("mass",), 0.0))
        credited = {c[1]: (Interval.exact(v), c[2]) for c, v in holds.items() if c[0] == "credit" and v > 0}
        recipe = Recipe(
            id=self.id, name=self.name or self.id, course=self.course, servings=1.0, nutrition=nutrition, mass=mass,
            ingredients=(self._ingredient(mass, nutrition),), tags=_some(self.tag), allergens=_some(self.allergen),
            method=self.method, portion=PortionBounds(), source="", credits=credited, components=(),
        )  # fmt: skip
        price = Interval.exact(holds.get(("price",), 0.0)) if priced else UNKNOWN
        cost = Interval.exact(holds.get(("ingredients",), 0.0)) if costed else UNKNOWN
        return Option(recipe, self.id, self.suppliers, price, cost, tuple(Certificate(p) for p in sorted(self.papers)))

    def _ingredient(self, mass: Interval, nutrition: Nutrition) -> Ingredient:
        code, group = self.food or self.id, self.group or "lain"
        food = Food(
            code=code, edition="", name=Text(code, code), aliases=(), group=group, tags=_some(self.tag),
            allergens=_some(self.allergen), halal="", state="raw", retention="", edible=Interval.exact(1.0),
            density=None,
            per100=Nutrition(IntervalArray.unknown(len(nutrients()))), source="", seen="example", agreement="",
            conflicts="", energy_factors="", flags=(), errata=(), place=Place("", 1, 1), index=0,
        )  # fmt: skip
        values = nutrition.values
        brought = IntervalArray(values.low[None, :], values.high[None, :])
        return Ingredient(food, code, self.method, mass, mass, mass, "", None, brought, 0)


def _some(word: str) -> frozenset[str]:
    return frozenset({word} if word else ())


@dataclass(frozen=True, slots=True)
class Pool:
    """The kinds of dish that rules speak of, what dishes may hold, and how much of each at most."""

    kinds: tuple[Kind, ...]
    contents: tuple[Content, ...]
    sizes: Mapping[Content, float] = field(default_factory=dict)

    def option(self, kind: Kind, holds: Mapping[Content, float]) -> Option:
        """A dish as an option; a cost that no rule speaks of is unknown."""
        return kind.option(holds, ("price",) in self.contents, ("ingredients",) in self.contents)


def pool(rules: Iterable[RuleBase]) -> Pool:
    """The pool of some rules; one plain dish that nothing speaks of is always in it."""
    parts = [part for rule in rules for part in rule.parts()]
    suppliers = frozenset(name for part in parts for name in _suppliers(part))
    papers = frozenset(part.certificate for part in parts if isinstance(part, RequireRule) and part.certificate)
    found: dict[Kind, int] = {Kind(""): 1}
    for part in parts:
        for selector, credited in _selectors(part):
            for kind in _kinds(selector, credited):
                found[kind] = max(found.get(kind, 0), _copies(part))
    other = frozenset([scale for scale in SCALES if scale not in suppliers][:1] if suppliers else ())
    sellers = list(dict.fromkeys([(suppliers, papers), (other, frozenset[str]()), (suppliers, frozenset[str]())]))
    kinds = [
        replace(kind, id=f"masakan-{n}-{copy}-{seller}", suppliers=who, papers=which)
        for n, (kind, copies) in enumerate(found.items())
        for copy in range(copies)
        for seller, (who, which) in enumerate(sellers)
    ]
    contents = tuple(dict.fromkeys(content for part in parts for content in _contents(part)))
    return Pool(tuple(kinds), contents, {content: _size(content) for content in contents})


def _names(names: str | tuple[str, ...]) -> tuple[str, ...]:
    return (names,) if isinstance(names, str) else names


def _suppliers(part: RuleBase) -> Iterator[str]:
    """The kinds of business that a rule speaks of."""
    for measure in _measures(part):
        yield from _names(measure.supplier)
    if isinstance(part, RequireRule):
        yield from _names(part.supplier)


def _measures(part: RuleBase) -> tuple[Measure, ...]:
    if isinstance(part, RatioRule):
        return part.numerator, part.denominator
    if isinstance(part, PortionsRule):
        credited = part.basis == "credited"
        return (Measure(credited=part.credited_in, of=part.of) if credited else Measure(mass="edible", of=part.of),)
    return ()


def _selectors(part: RuleBase) -> Iterator[tuple[Selector, bool]]:
    """What a rule means, each with whether its groups are components of a meal pattern."""
    for measure in _measures(part):
        yield measure.of, measure.credited is not None
    if isinstance(part, EnergyShareRule) and part.without:
        yield part.without, False
    of = getattr(part, "of", None)
    if isinstance(of, Selector) and not isinstance(part, PortionsRule):
        yield of, False


def _kinds(selector: Selector, credited: bool) -> Iterator[Kind]:
    """One kind of dish for each name that a selector gives; all its keys are met together."""
    keys = ["course", "tag", "method", "allergen", "food", "name", *([] if credited else ["group"])]
    named = {key: names for key in keys if (names := selector.names(key))}
    for n in range(max(map(len, named.values()), default=0)):
        words = {key: names[n % len(names)] for key, names in named.items()}
        yield Kind(
            "",
            course=words.get("course", "paket"),
            tag=words.get("tag", ""),
            method=words.get("method", "segar"),
            allergen=words.get("allergen", ""),
            group=words.get("group", ""),
            food=words.get("food", ""),
            name=words.get("name", ""),
        )


def _copies(part: RuleBase) -> int:
    """How many different dishes of a kind a rule may need."""
    match part:
        case VarietyRule():
            lows = [limit.bounds("times")[0] for limit in part.limits]
            return max(1, min(MAX_COPIES, math.ceil(max((low for low in lows if math.isfinite(low)), default=1))))
        case SpacingRule() | FrequencyRule(by="dish"):
            return MAX_COPIES
        case FrequencyRule(per=Scope.item | Scope.meal):
            ends = [end for limit in part.limits for end in limit.bounds("times") if math.isfinite(end)]
            return min(MAX_COPIES, math.floor(max(ends, default=0)) + 1)
    return 1


def _contents(part: RuleBase) -> Iterator[Content]:
    if isinstance(part, NutrientRule | EnergyShareRule):
        yield "nutrient", part.nutrient
    if isinstance(part, EnergyShareRule):
        yield from (("nutrient", whole) for whole in _wholes(part.nutrient))
        yield "nutrient", "energy"
    if isinstance(part, CostRule):
        yield (part.of,)
    for measure in _measures(part):
        if measure.nutrient:
            yield "nutrient", measure.nutrient
        elif measure.mass:
            yield ("mass",)
        elif measure.cost:
            yield (measure.cost,)
        elif measure.credited:
            for name in measure.of.names("group") or ("komponen",):
                yield "credit", name, measure.credited


def _wholes(nutrient: str) -> tuple[str, ...]:
    return (ENERGY_SOURCES[nutrient],) if nutrient in ENERGY_SOURCES else ()


def _size(content: Content) -> float:
    match content[0]:
        case "nutrient":
            return SIZES.get(nutrients()[content[1]].unit, 100.0)
        case "mass":
            return 300.0
        case "credit":
            return 500.0 if content[2] == "ml" else 2.0
    return 20_000.0
