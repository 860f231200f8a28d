"""Limits: the dated, cited bounds of a rule, and what rules of every kind have in common."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated, Any, ClassVar, Literal, Self

import numpy as np
from pydantic import BeforeValidator, Field, model_validator

from sehatmenu.documents import DateField, Model, Refused, TextField, in_order, reject, reject_each
from sehatmenu.errors import UnitError
from sehatmenu.findings import Severity
from sehatmenu.quantities.intervals import IntervalArray
from sehatmenu.quantities.units import read_quantity
from sehatmenu.standards.menus import Catalogue, FloatArray
from sehatmenu.standards.rows import Form, Rows
from sehatmenu.standards.windows import Horizon, Scope, Window, Windows


@dataclass(frozen=True, slots=True)
class Context:
    """What a rule needs to become rows: the options, when a group eats, its reference intakes and the energy factors.

    `reference` is the daily intake of the group by nutrient id, `energy_factors` kcal per g by nutrient id.
    """

    catalogue: Catalogue
    horizon: Horizon
    reference: Mapping[str, float]
    energy_factors: Mapping[str, float]


def _with_unit(value: object) -> object:
    if isinstance(value, int | float) and not isinstance(value, bool):
        raise reject("unit-missing", text=str(value))
    return value


QuantityText = Annotated[str, BeforeValidator(_with_unit)]
"""A quantity as the law writes it, always with its unit: `20 %`, `600 mg`, `2 times`."""

BOUNDS = ("min", "max", "tolerance")

ShortWeek = Literal["whole", "prorate", "skip"]
"""What a minimum asks of a week that holidays shorten: all of it, the part of the days that are served, or nothing."""

COUNTED_FROM = 3
"""Served days from which on a prorated count is never below one."""


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

    @model_validator(mode="after")
    def _ordered(self) -> Self:
        return in_order(self, "from_", "until")

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
    boundable: ClassVar[bool] = True
    """Whether a limit may give a min or a max."""
    short_weeks: ClassVar[ShortWeek] = "prorate"
    """What a minimum of this kind asks of a short week where the rule does not say."""
    evidence: ClassVar[bool] = False
    """Whether it is judged by a record of what was done, never by a menu, and so never planned for."""

    id: str = Field(pattern=r"^[a-z0-9]+(-[a-z0-9]+)*$")
    title: TextField | None = None
    note: TextField | None = None
    per: Scope = Scope.meal
    window: Window = Window()
    average: Literal["day"] | None = None
    prorate: bool = False
    short_week: ShortWeek | None = None
    meals: tuple[str, ...] = ()
    severity: Severity = Severity.must
    limits: tuple[Limit, ...] = Field(min_length=1)

    def unit(self) -> str:
        """The canonical unit of the limits."""
        raise NotImplementedError

    def measured_in(self) -> str:
        """The unit of what is served, where the limits speak of a share of it."""
        return self.unit()

    def amounts(self, limit: Limit, reference: Mapping[str, float]) -> tuple[float, float]:
        """The bounds in the unit of what is served, for a group with these daily reference intakes."""
        return limit.bounds(self.unit())

    def rows(self, context: Context, limit: Limit) -> Rows:
        """This rule under one limit, as rows over the options and occasions of a context."""
        raise NotImplementedError

    def parts(self) -> tuple[RuleBase, ...]:
        """The simple rules that it is made of: itself, or the condition and the consequence."""
        return (self,)

    def problems(self) -> list[Refused]:
        """What is wrong with the rule beyond single values: units of limits, crossed or missing bounds."""
        if not self.boundable:
            return self._needless_bounds()
        found = []
        for j, limit in enumerate(self.limits):
            for key in BOUNDS:
                try:
                    if (text := getattr(limit, key)) is not None:
                        read_quantity(text, "fraction" if key == "tolerance" else self.unit())
                except UnitError as error:
                    found.append(Refused(("limits", j, key), error.code, error.values))
        return found or self._order_problems()

    @model_validator(mode="after")
    def _sound(self) -> Self:
        if found := self.problems() + self._short_week_problems():
            raise reject_each(found)
        return self

    def _short_week_problems(self) -> list[Refused]:
        """What a rule says of short weeks though it knows none, or though it has said so otherwise."""
        weekly = self.per is Scope.week and not self.window.rolling
        ratio = self.short_weeks == "whole" and self.short_week == "prorate" and len(self.parts()) == 1
        wrong = self.short_week is not None and (not weekly or self.prorate or self.average is not None or ratio)
        return [Refused(("short_week",), "limit-needless", {"rule": self.id, "field": "short_week"})] if wrong else []

    def _needless_bounds(self) -> list[Refused]:
        return [
            Refused(("limits", j, key), "limit-needless", {"rule": self.id, "field": key})
            for j, limit in enumerate(self.limits)
            for key in BOUNDS
            if getattr(limit, key) is not None
        ]

    def _order_problems(self) -> list[Refused]:
        found = []
        for j, limit in enumerate(self.limits):
            low, high = limit.bounds(self.unit())
            if low > high:
                found.append(Refused(("limits", j, "min"), "limit-crossed", {"low": limit.min, "high": limit.max}))
            if self.bounded and math.isinf(low) and math.isinf(high):
                found.append(Refused(("limits", j), "limit-unbounded", {"rule": self.id}))
        return found

    def _total(self, context: Context, limit: Limit, numerator: IntervalArray, **more: Any) -> Rows:
        """Rows of a sum (or a ratio of sums) of what each option contributes, between the bounds of a limit."""
        windows = context.horizon.windows(self.per, self.window, self.meals)
        low, high = self.ends(limit, context)
        more.setdefault("form", Form.item if self.per is Scope.item else Form.total)
        return Rows(
            windows=windows,
            low=low,
            high=high,
            unit=self.measured_in(),
            numerator=numerator,
            per=self._per(windows),
            asked=self._asked(low, windows),
            strict=limit.strict,
            **more,
        )

    def ends(self, limit: Limit, context: Context) -> tuple[float, float]:
        """The bounds of the amount in a context."""
        return self.amounts(limit, context.reference)

    def _per(self, windows: Windows) -> FloatArray | None:
        if self.average == "day":
            return windows.days
        return windows.days / windows.usual if self.prorate and windows.usual else None

    def _asked(self, low: float, windows: Windows) -> FloatArray | None:
        """The lower limit in each window where short weeks have their own: a part of it, or -inf for nothing at all."""
        way = self.short_week or ("whole" if self.prorate or self.average else self.short_weeks)
        short = windows.complete & (windows.days < windows.usual)
        if way == "whole" or not short.any() or math.isinf(low) or low <= 0:
            return None
        return np.where(short, -math.inf if way == "skip" else self._part(low, windows), low)

    def _part(self, low: float, windows: Windows) -> FloatArray:
        """A lower limit in proportion to the served days; a count is rounded down, but asks one from three days on."""
        part = low * windows.days / windows.usual
        if self.unit() != "times":
            return part
        count = np.maximum(np.floor(part + 1e-9), windows.days >= COUNTED_FROM)
        return np.where(count > 0, np.minimum(low, count), -math.inf)
