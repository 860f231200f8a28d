"""Rules on amounts: nutrients, shares of intakes and of energy, ratios, food groups by mass or credit, and cost."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Annotated, ClassVar, Literal, Self

from pydantic import AfterValidator, Field, model_validator

from sehatmenu.documents import Model, Refused, reject
from sehatmenu.errors import UnitError
from sehatmenu.food.nutrients import nutrients
from sehatmenu.quantities.intervals import IntervalArray
from sehatmenu.quantities.units import read_quantity
from sehatmenu.standards.limits import Context, Limit, QuantityText, RuleBase, ShortWeek
from sehatmenu.standards.menus import Catalogue
from sehatmenu.standards.rows import Rows
from sehatmenu.standards.selectors import Names, Selector

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

ROUNDING = 1e-9
"""What binary fractions may lack of a half that is meant exactly."""

CreditUnit = Literal["cup", "oz_eq", "portion", "ml"]
"""The units of credited amounts; see `food.credits`."""


def _known_nutrient(name: str) -> str:
    if name not in nutrients():
        raise reject("nutrient-unknown", text=name, suggestion=nutrients().suggestion(name))
    return nutrients()[name].id


NutrientId = Annotated[str, AfterValidator(_known_nutrient)]
"""The id, INFOODS tagname or Indonesian name of a nutrient, kept as its id."""


class NutrientRule(RuleBase):
    """An amount of a nutrient in one item, meal, day, week or menu cycle.

    ```yaml
    - {id: sodium, kind: nutrient, nutrient: sodium, per: week, average: day, limits: [{max: 2000 mg, source: s}]}
    ```
    `average: day` makes it the mean of the served days.
    """

    kind: Literal["nutrient"]
    nutrient: NutrientId

    def unit(self) -> str:
        return nutrients()[self.nutrient].unit

    def rows(self, context: Context, limit: Limit) -> Rows:
        return self._total(context, limit, context.catalogue.nutrient(self.nutrient), nutrients=(self.nutrient,))


class ShareRule(NutrientRule):
    """A share of the group's daily reference intake (AKG), as the group's `reference` states it.

    ```yaml
    - {id: energy, kind: share, nutrient: energy, per: meal, limits: [{min: 30 %, max: 35 %, source: s}]}
    - {id: most, kind: share, nutrient: energy, printed: 1 kcal, per: meal, limits: [{max: 25 %, source: s}]}
    ```
    `printed` is the last digit to which the law prints the amounts (halves up): the printed amount is lawful too.
    """

    kind: Literal["share"]  # type: ignore[assignment]
    printed: QuantityText | None = None

    def unit(self) -> str:
        return "fraction"

    def measured_in(self) -> str:
        return nutrients()[self.nutrient].unit

    def amounts(self, limit: Limit, reference: Mapping[str, float]) -> tuple[float, float]:
        low, high = limit.bounds(self.unit())
        whole = reference[self.nutrient]
        low, high = low if math.isinf(low) else low * whole, high if math.isinf(high) else high * whole
        return min(low, self._as_printed(low)), max(high, self._as_printed(high))

    def problems(self) -> list[Refused]:
        try:
            step = read_quantity(self.printed, self.measured_in()) if self.printed else 1.0
        except UnitError as error:
            return [Refused(("printed",), error.code, error.values), *super().problems()]
        wrong = [] if step > 0 else [Refused(("printed",), "share-printed", {"text": self.printed})]
        return wrong + super().problems()

    def _as_printed(self, amount: float) -> float:
        """An amount as the law prints it; itself where nothing is said of that."""
        if self.printed is None or math.isinf(amount):
            return amount
        step = read_quantity(self.printed, self.measured_in())
        return math.floor(amount / step + 0.5 + ROUNDING) * step


class EnergyShareRule(RuleBase):
    """The part of the energy that a nutrient gives, by the standard's own `energy_factors`; a ratio of sums.

    ```yaml
    - {id: fat, kind: energy_share, nutrient: fat, per: day, limits: [{min: 20 %, max: 30 %, source: s}]}
    - id: saturated-fat
      kind: energy_share
      nutrient: saturated_fat
      without: {tag: fluid-milk}
      per: week
      limits: [{max: 10 %, strict: true, source: s}]
    ```
    `without` names dishes or foods whose part of the nutrient is not counted; their energy is.
    """

    short_weeks: ClassVar[ShortWeek] = "whole"
    kind: Literal["energy_share"]
    nutrient: NutrientId
    without: Selector | None = None

    def unit(self) -> str:
        return "fraction"

    def rows(self, context: Context, limit: Limit) -> Rows:
        factor = context.energy_factors[ENERGY_SOURCES.get(self.nutrient, self.nutrient)]
        return self._total(
            context,
            limit,
            self._counted(context.catalogue) * factor,
            denominator=context.catalogue.nutrient("energy"),
            nutrients=(self.nutrient, "energy"),
        )

    def _counted(self, catalogue: Catalogue) -> IntervalArray:
        return catalogue.rest(self.without, self.nutrient) if self.without else catalogue.nutrient(self.nutrient)


class Measure(Model):
    """One side of a ratio: a nutrient, a mass, a credited amount or a cost; `of` and `supplier` narrow what is counted.

    Where `of` means the dish itself all of the dish counts, otherwise only its ingredients that are meant (a price is
    always the dish's). With `credited`, `of.group` names components that dishes state in their `credits`; without it
    every component in that unit counts. `per` makes the denominator a multiple: `per: 1000 kcal`.
    """

    SIDES: ClassVar[tuple[str, ...]] = ("nutrient", "mass", "credited", "cost")

    nutrient: NutrientId | None = None
    mass: Literal["edible", "gross", "cooked"] | None = None
    credited: CreditUnit | None = None
    cost: Literal["price", "ingredients"] | None = None
    of: Selector = Selector()
    supplier: Names = ()
    per: QuantityText | None = None

    @model_validator(mode="after")
    def _one_side(self) -> Self:
        given = [side for side in self.SIDES if getattr(self, side) is not None]
        if len(given) != 1:
            raise reject("measure-what", given=given or "-", choices=list(self.SIDES))
        return self

    def unit(self) -> str:
        """The canonical unit of what is measured."""
        if self.nutrient:
            return nutrients()[self.nutrient].unit
        return "g" if self.mass else self.credited or "IDR"

    def contribution(self, catalogue: Catalogue) -> IntervalArray:
        """What one standard portion of each option contributes."""
        found = self._narrowed(catalogue)
        suppliers = {self.supplier} if isinstance(self.supplier, str) else set(self.supplier)
        if not suppliers:
            return found
        return found * catalogue.measure(lambda option: option.cooked_by(suppliers))

    def _narrowed(self, catalogue: Catalogue) -> IntervalArray:
        if self.mass:
            return catalogue.mass(self.of, self.mass)
        if self.nutrient:
            return catalogue.part(self.of, self.nutrient)
        if self.credited:
            return catalogue.credited(self.of, self.credited)
        return catalogue.cost(self.cost or "price") * catalogue.matches(self.of)


class RatioRule(RuleBase):
    """A ratio of two sums, never a mean of ratios: fibre per 1,000 kcal, UMKM's share of the money, juice of the fruit.

    ```yaml
    - id: fibre
      kind: ratio
      numerator: {nutrient: fibre}
      denominator: {nutrient: energy, per: 1000 kcal}
      per: day
      limits: [{min: 10 g, source: s}]
    - id: juice
      kind: ratio
      numerator: {credited: cup, of: {group: us/juice}}
      denominator: {credited: cup, of: {group: us/fruit}}
      per: week
      limits: [{max: 50 %, source: s}]
    ```
    With `per: item` every dish is judged by itself, but for those that have nothing of the denominator.
    """

    short_weeks: ClassVar[ShortWeek] = "whole"
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

    def problems(self) -> list[Refused]:
        return super().problems() + self._side_problems()

    def _side_problems(self) -> list[Refused]:
        over, under = self.numerator.unit(), self.denominator.unit()
        if self.denominator.per is None:
            return [] if over == under else [Refused(("denominator",), "field-missing", {"field": "per"})]
        try:
            if read_quantity(self.denominator.per, under) > 0:
                return []
        except UnitError as error:
            return [Refused(("denominator", "per"), error.code, error.values)]
        return [Refused(("denominator", "per"), "ratio-multiple", {"text": self.denominator.per})]


class PortionsRule(RuleBase):
    """How much of a food group, by mass on a stated basis or by credited amount in a stated unit.

    ```yaml
    - {id: veg, kind: portions, of: {group: sayur}, basis: edible, per: meal, limits: [{min: 50 g, source: s}]}
    - {id: fruit, kind: portions, of: {group: us/fruit}, basis: credited, unit: cup, per: week, window: {days: 5},
       prorate: true, limits: [{min: 2.5 cup, source: s}]}
    ```
    Cooked is the mass served of a dish that is meant itself, else the cooked mass of the ingredients that are. A dish
    that states no credits counts as an unknown amount. `prorate` scales the limits by the served days of the window.
    """

    kind: Literal["portions"]
    of: Selector
    basis: Literal["edible", "gross", "cooked", "credited"]
    credited_in: CreditUnit | None = Field(default=None, alias="unit")

    def unit(self) -> str:
        return self.credited_in or "g"

    def rows(self, context: Context, limit: Limit) -> Rows:
        if self.basis == "credited":
            amount = Measure(credited=self.credited_in, of=self.of)
        else:
            amount = Measure(mass=self.basis, of=self.of)
        return self._total(context, limit, amount.contribution(context.catalogue))

    def problems(self) -> list[Refused]:
        if (self.basis == "credited") != (self.credited_in is not None):
            return [Refused(("basis",), "portions-unit", {"basis": self.basis})]
        return super().problems()


class CostRule(RuleBase):
    """A bound on rupiah per person: the `price` paid to the UMKM, or the cost of `ingredients`.

    ```yaml
    - {id: bahan, kind: cost, of: ingredients, per: meal, limits: [{max: 8000 IDR, source: s}]}
    ```
    """

    kind: Literal["cost"]
    of: Literal["price", "ingredients"] = "price"

    def unit(self) -> str:
        return "IDR"

    def rows(self, context: Context, limit: Limit) -> Rows:
        return self._total(context, limit, context.catalogue.cost(self.of))
