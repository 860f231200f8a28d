"""The kinds of rule: what a person writes in a standard, and the rows that each kind turns into."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Annotated, Any, ClassVar, Literal, Self

import numpy as np
from pydantic import AfterValidator, BeforeValidator, Field, model_validator

from sehatmenu.documents import DateField, Model, Refused, TextField, reject, reject_each
from sehatmenu.errors import UnitError
from sehatmenu.findings import Severity
from sehatmenu.food.nutrients import nutrients
from sehatmenu.quantities.intervals import Interval, IntervalArray
from sehatmenu.quantities.units import read_quantity
from sehatmenu.standards.menus import Catalogue, Names, Option, Selector
from sehatmenu.standards.rows import Form, Rows
from sehatmenu.standards.windows import Horizon, Scope, Window, Windows

ENERGY_SOURCES = {
    "saturated_fat": "fat",
    "monounsaturated_fat": "fat",
    "polyunsaturated_fat": "fat",
    "trans_fat": "fat",
    "omega_3": "fat",
    "omega_6": "fat",
    "sugars": "carbohydrate",
    "added_sugars": "carbohydrate",
    "free_sugars": "carbohydrate",
}
"""Parts of fat and of carbohydrate give energy as the whole does."""


@dataclass(frozen=True, slots=True)
class Context:
    """What a rule needs to become rows: the options, when a group eats, its reference intakes and the energy factors.

    `reference` is the daily intake of the group by nutrient id, `energy_factors` kcal per g by nutrient id.
    """

    catalogue: Catalogue
    horizon: Horizon
    reference: Mapping[str, float]
    energy_factors: Mapping[str, float]


def _known_nutrient(name: str) -> str:
    if name not in nutrients():
        raise reject("nutrient-unknown", text=name, suggestion=nutrients().suggestion(name))
    return nutrients()[name].id


NutrientId = Annotated[str, AfterValidator(_known_nutrient)]
"""The id, INFOODS tagname or Indonesian name of a nutrient, kept as its id."""


def _with_unit(value: object) -> object:
    if isinstance(value, int | float) and not isinstance(value, bool):
        raise reject("unit-missing", text=str(value))
    return value


QuantityText = Annotated[str, BeforeValidator(_with_unit)]
"""A quantity as the law writes it, always with its unit: `20 %`, `600 mg`, `2 times`."""


class Limit(Model):
    """One dated entry of a rule: the bounds, whom they concern, and where the law says so."""

    groups: tuple[str, ...] = ()
    from_: DateField | None = Field(default=None, alias="from")
    until: DateField | None = None
    min: QuantityText | None = None
    max: QuantityText | None = None
    tolerance: QuantityText | None = None
    strict: bool = False
    source: str
    place: str = ""
    note: TextField | None = None

    def bounds(self, unit: str) -> tuple[float, float]:
        """The limits as numbers in a unit, widened by the tolerance; an absent one is unbounded."""
        margin = read_quantity(self.tolerance, "fraction") if self.tolerance else 0.0
        low = read_quantity(self.min, unit) * (1 - margin) if self.min is not None else -math.inf
        high = read_quantity(self.max, unit) * (1 + margin) if self.max is not None else math.inf
        return low, high


class RuleBase(Model):
    """What every rule has: an id that stays the same across editions, a scope, a severity and dated, cited limits."""

    bounded: ClassVar[bool] = True
    """Whether every limit must give a min or a max."""

    id: str = Field(pattern=r"^[a-z0-9]+(-[a-z0-9]+)*$")
    title: TextField | None = None
    note: TextField | None = None
    per: Scope = Scope.meal
    window: Window = Window()
    average: Literal["day"] | None = None
    prorate: bool = False
    meals: tuple[str, ...] = ()
    severity: Severity = Severity.must
    limits: tuple[Limit, ...] = Field(min_length=1)

    def unit(self) -> str:
        """The canonical unit of the limits."""
        raise NotImplementedError

    def rows(self, context: Context, limit: Limit) -> Rows:
        """This rule under one limit, as rows over the options and occasions of a context."""
        raise NotImplementedError

    def problems(self) -> list[Refused]:
        """What is wrong with the rule beyond single values: units of limits, crossed or missing bounds."""
        found = []
        for j, limit in enumerate(self.limits):
            for key in ("min", "max", "tolerance"):
                try:
                    if (text := getattr(limit, key)) is not None:
                        read_quantity(text, "fraction" if key == "tolerance" else self.unit())
                except UnitError as error:
                    found.append(Refused(("limits", j, key), error.code, error.values))
        return found or self._order_problems()

    @model_validator(mode="after")
    def _sound(self) -> Self:
        if found := self.problems():
            raise reject_each(found)
        return self

    def _order_problems(self) -> list[Refused]:
        found = []
        for j, limit in enumerate(self.limits):
            low, high = limit.bounds(self.unit())
            if low > high:
                found.append(Refused(("limits", j, "min"), "limit-crossed", {"low": limit.min, "high": limit.max}))
            if self.bounded and math.isinf(low) and math.isinf(high):
                found.append(Refused(("limits", j), "limit-unbounded", {"rule": self.id}))
        return found

    def _windows(self, context: Context) -> Windows:
        return context.horizon.windows(self.per, self.window, self.meals)

    def _total(self, context: Context, limit: Limit, numerator: IntervalArray, **more: Any) -> Rows:
        """Rows of a sum (or a ratio of sums) of what each option contributes."""
        windows = self._windows(context)
        low, high = limit.bounds(self.unit())
        more.setdefault("form", Form.item if self.per is Scope.item else Form.total)
        return Rows(
            windows=windows,
            low=low,
            high=high,
            unit=self.unit(),
            numerator=numerator,
            per=self._per(windows),
            strict=limit.strict,
            **more,
        )

    def _per(self, windows: Windows) -> Any:
        if self.average == "day":
            return windows.days
        if self.prorate and self.window.days:
            return windows.days / self.window.days
        return None


class NutrientRule(RuleBase):
    """An amount of a nutrient in one item, meal, day, week or menu cycle: `max: 2000 mg` of sodium a day."""

    kind: Literal["nutrient"]
    nutrient: NutrientId

    def unit(self) -> str:
        return nutrients()[self.nutrient].unit

    def rows(self, context: Context, limit: Limit) -> Rows:
        return self._total(context, limit, context.catalogue.nutrient(self.nutrient), nutrients=(self.nutrient,))


class ShareRule(NutrientRule):
    """A share of the group's daily reference intake: `min: 30 %` of the AKG for energy."""

    kind: Literal["share"]  # type: ignore[assignment]

    def unit(self) -> str:
        return "fraction"

    def rows(self, context: Context, limit: Limit) -> Rows:
        unit = nutrients()[self.nutrient].unit
        reference = context.reference[self.nutrient]
        share = self._total(context, limit, context.catalogue.nutrient(self.nutrient), nutrients=(self.nutrient,))
        return _with_bounds(share, share.low * reference, share.high * reference, unit)


class EnergyShareRule(RuleBase):
    """The part of the energy that a nutrient gives: `max: 30 %` from fat, by the standard's own energy factors."""

    kind: Literal["energy_share"]
    nutrient: NutrientId

    def unit(self) -> str:
        return "fraction"

    def rows(self, context: Context, limit: Limit) -> Rows:
        factor = context.energy_factors[ENERGY_SOURCES.get(self.nutrient, self.nutrient)]
        return self._total(
            context,
            limit,
            context.catalogue.nutrient(self.nutrient) * factor,
            denominator=context.catalogue.nutrient("energy"),
            nutrients=(self.nutrient, "energy"),
        )


class Measure(Model):
    """One side of a ratio: a nutrient, a mass or a cost; `of` and `supplier` narrow what is counted.

    `per` makes the denominator a multiple: `per: 1000 kcal`.
    """

    nutrient: NutrientId | None = None
    mass: Literal["edible", "gross", "cooked"] | None = None
    cost: Literal["price", "ingredients"] | None = None
    of: Selector = Selector()
    supplier: Names = ()
    per: str | None = None

    def unit(self) -> str:
        """The canonical unit of what is measured."""
        if self.nutrient:
            return nutrients()[self.nutrient].unit
        return "g" if self.mass else "IDR"

    def contribution(self, catalogue: Catalogue) -> IntervalArray:
        """What one standard portion of each option contributes."""
        if self.mass:
            found = catalogue.served_mass(self.of) if self.mass == "cooked" else catalogue.mass(self.of, self.mass)
        elif self.nutrient:
            found = catalogue.nutrient(self.nutrient) * catalogue.matches(self.of)
        else:
            found = catalogue.cost(self.cost or "price") * catalogue.matches(self.of)
        suppliers = {self.supplier} if isinstance(self.supplier, str) else set(self.supplier)
        return found * catalogue.measure(lambda o: Interval.exact(float(bool(o.supplier_tags & suppliers)))) if suppliers else found


class RatioRule(RuleBase):
    """A ratio of two sums, never a mean of ratios: fibre per 1,000 kcal, UMKM's share of the money spent."""

    kind: Literal["ratio"]
    numerator: Measure
    denominator: Measure

    def unit(self) -> str:
        return self.numerator.unit() if self.denominator.per else "fraction"

    def rows(self, context: Context, limit: Limit) -> Rows:
        multiple = read_quantity(self.denominator.per, self.denominator.unit()) if self.denominator.per else 1.0
        return self._total(
            context,
            limit,
            self.numerator.contribution(context.catalogue),
            denominator=self.denominator.contribution(context.catalogue) * (1.0 / multiple),
            nutrients=tuple(m.nutrient for m in (self.numerator, self.denominator) if m.nutrient),
        )


class PortionsRule(RuleBase):
    """The mass of a food group on a stated basis: `min: 50 g` of edible vegetables a meal."""

    kind: Literal["portions"]
    of: Selector
    basis: Literal["edible", "gross", "cooked"]

    def unit(self) -> str:
        return "g"

    def rows(self, context: Context, limit: Limit) -> Rows:
        mass = Measure(mass=self.basis, of=self.of)
        return self._total(context, limit, mass.contribution(context.catalogue))


class FrequencyRule(RuleBase):
    """How often something is served in a window: fried dishes at most `2 times` in five days."""

    kind: Literal["frequency"]
    of: Selector

    def unit(self) -> str:
        return "times"

    def rows(self, context: Context, limit: Limit) -> Rows:
        return self._total(context, limit, context.catalogue.matches(self.of), by_serving=True, form=Form.total)


def _keys(catalogue: Catalogue, selector: Selector, by: str) -> tuple[Any, tuple[str, ...]]:
    """Which options share a key: the dish itself, or the foods or food groups it is made of."""
    held = [_keys_of(o, by) if selector.matches(o.recipe).low > 0 else () for o in catalogue.options]
    names = tuple(sorted({key for keys in held for key in keys}))
    table = np.array([[name in keys for keys in held] for name in names], dtype=bool)
    return table.reshape(len(names), len(catalogue)), names


def _keys_of(option: Option, by: str) -> tuple[str, ...]:
    if by == "dish":
        return (option.recipe.id,)
    foods = [ingredient.food for ingredient in option.recipe.ingredients]
    return tuple({food.code if by == "food" else food.group for food in foods})


class VarietyRule(RuleBase):
    """How many different dishes, foods or food groups are served in a window: at least `3 times` another vegetable."""

    kind: Literal["variety"]
    of: Selector
    by: Literal["dish", "food", "group"] = "dish"

    def unit(self) -> str:
        return "times"

    def rows(self, context: Context, limit: Limit) -> Rows:
        keys, names = _keys(context.catalogue, self.of, self.by)
        nothing = IntervalArray.zeros(len(context.catalogue))
        return self._total(context, limit, nothing, form=Form.distinct, keys=keys, key_names=names)


class SpacingRule(RuleBase):
    """How far apart the same dish (or food) comes back: `min: 3 days` lets it return on the third served day."""

    kind: Literal["spacing"]
    of: Selector = Selector()
    by: Literal["dish", "food", "group"] = "dish"
    cyclic: bool = False

    def unit(self) -> str:
        return "day"

    def rows(self, context: Context, limit: Limit) -> Rows:
        gap = int(limit.bounds(self.unit())[0])
        keys, names = _keys(context.catalogue, self.of, self.by)
        window = Window(days=gap, rolling=True, cyclic=self.cyclic)
        return Rows(
            form=Form.repeats,
            windows=context.horizon.windows(Scope.week, window, self.meals),
            low=-math.inf,
            high=1.0,
            unit="times",
            numerator=IntervalArray.zeros(len(context.catalogue)),
            keys=keys,
            key_names=names,
        )


class ForbidRule(RuleBase):
    """What may not be served: an ingredient, a tag, an allergen, a way of cooking."""

    bounded: ClassVar[bool] = False
    kind: Literal["forbid"]
    of: Selector

    def unit(self) -> str:
        return "times"

    def rows(self, context: Context, limit: Limit) -> Rows:
        rows = self._total(context, limit, context.catalogue.matches(self.of), by_serving=True)
        return _with_bounds(rows, -math.inf, 0.0, "times")


class RequireRule(RuleBase):
    """What must be there: something on every plate, or a valid certificate of whoever cooks the dish."""

    bounded: ClassVar[bool] = False
    kind: Literal["require"]
    of: Selector | None = None
    certificate: str | None = None

    def unit(self) -> str:
        return "times"

    def rows(self, context: Context, limit: Limit) -> Rows:
        found = self._certified(context) if self.certificate else context.catalogue.matches(self.of or Selector())
        form = Form.item if self.certificate else None
        rows = self._total(context, limit, found, by_serving=True, **({"form": form} if form else {}))
        return _with_bounds(rows, 1.0, math.inf, "times")

    def _certified(self, context: Context) -> IntervalArray:
        """Whether the supplier of each option holds the paper on the day of each occasion: [t, r]."""
        kind = self.certificate or ""
        found = [[o.certified(kind, t.day) for o in context.catalogue.options] for t in context.horizon.occasions]
        shape = (len(context.horizon.occasions), len(context.catalogue))
        low = np.array([[i.low for i in row] for row in found], dtype=float).reshape(shape)
        return IntervalArray(low, np.array([[i.high for i in row] for row in found], dtype=float).reshape(shape))

    def problems(self) -> list[Refused]:
        one = (self.certificate is None) != (self.of is None)
        return super().problems() + ([] if one else [Refused((), "require-what", {})])


class CostRule(RuleBase):
    """A ceiling on rupiah per person: the `price` paid to the UMKM, or the cost of `ingredients`."""

    kind: Literal["cost"]
    of: Literal["price", "ingredients"] = "price"

    def unit(self) -> str:
        return "IDR"

    def rows(self, context: Context, limit: Limit) -> Rows:
        return self._total(context, limit, context.catalogue.cost(self.of))


Rule = Annotated[
    NutrientRule
    | ShareRule
    | EnergyShareRule
    | RatioRule
    | PortionsRule
    | FrequencyRule
    | VarietyRule
    | SpacingRule
    | ForbidRule
    | RequireRule
    | CostRule,
    Field(discriminator="kind"),
]
"""Any rule, told apart by its `kind`."""


def _with_bounds(rows: Rows, low: float, high: float, unit: str) -> Rows:
    return replace(rows, low=low, high=high, unit=unit)
