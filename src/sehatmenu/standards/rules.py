"""The kinds of rule: what a person writes in a standard, told apart by its kind; and rules that bind on a condition."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Annotated, Any, ClassVar, Literal

from pydantic import Field, model_validator

from sehatmenu.documents import Refused, reject_each
from sehatmenu.standards.counts import ForbidRule, FrequencyRule, RequireRule, SpacingRule, VarietyRule
from sehatmenu.standards.limits import BOUNDS, Context, Limit, RuleBase, ShortWeek
from sehatmenu.standards.measures import (
    ENERGY_SOURCES,
    CostRule,
    EnergyShareRule,
    Measure,
    NutrientRule,
    PortionsRule,
    RatioRule,
    ShareRule,
)
from sehatmenu.standards.records import AttestRule
from sehatmenu.standards.rows import Rows
from sehatmenu.standards.windows import Scope

__all__ = [
    "ENERGY_SOURCES",
    "AttestRule",
    "Context",
    "CostRule",
    "EnergyShareRule",
    "ForbidRule",
    "FrequencyRule",
    "Limit",
    "Measure",
    "NutrientRule",
    "PortionsRule",
    "RatioRule",
    "RequireRule",
    "Rule",
    "RuleBase",
    "ShareRule",
    "SpacingRule",
    "VarietyRule",
    "WhenRule",
]

Body = Annotated[
    NutrientRule
    | ShareRule
    | EnergyShareRule
    | RatioRule
    | PortionsRule
    | FrequencyRule
    | VarietyRule
    | ForbidRule
    | RequireRule
    | CostRule,
    Field(discriminator="kind"),
]
"""A rule that can stand as a condition or a consequence."""

_OUTER = ("per", "window", "average", "prorate", "meals")
_OWN = (*_OUTER, "short_week", "id", "title", "note", "severity", "limits")


class WhenRule(RuleBase):
    """A rule that binds only where a condition holds: vegetables in place of fruit on two days come from two subgroups.

    ```yaml
    - id: subgroups
      kind: when
      if: {kind: frequency, of: {tag: vegetable-for-fruit}, by: day, min: 2 times}
      then: {kind: variety, of: {tag: [dark-green, red-orange, starchy]}, by: tag, min: 2 times}
      per: week
      window: {days: 5}
      limits: [{source: s}]
    ```
    `if` and `then` are rules without an id, with `min`, `max`, `tolerance` and `strict` of their own; scope, window and
    limits (groups, dates, source) stand on the rule. Where the condition does not hold the rule is not applicable;
    where that is not known the rule is unknown, unless the consequence holds anyway. With `per: item` each dish is
    asked by itself. In a short week both are asked as they are written; `short_week` is about `then`. A plan keeps the
    consequence of a rule on meals, days or weeks whether or not the condition holds; what it proves it proves without
    that rule.
    """

    bounded: ClassVar[bool] = False
    boundable: ClassVar[bool] = False
    short_weeks: ClassVar[ShortWeek] = "whole"
    kind: Literal["when"]
    if_: Body = Field(alias="if")
    then: Body

    @model_validator(mode="before")
    @classmethod
    def _spread(cls, written: Any) -> Any:
        """Give both bodies the scope of the rule, and their bounds the form of a limit."""
        if not isinstance(written, dict):
            return written
        bodies = {side: written[side] for side in ("if", "then") if isinstance(written.get(side), dict)}
        wrong = [
            Refused((side, key), "when-field", {"field": key})
            for side, body in bodies.items()
            for key in _OWN
            if key in body
        ]
        if wrong:
            raise reject_each(wrong)
        scopes = {"if": _OUTER, "then": (*_OUTER, "short_week")}
        outer = {side: {key: written[key] for key in keys if key in written} for side, keys in scopes.items()}
        return {**written, **{side: _body(side, body, outer[side]) for side, body in bodies.items()}}

    def unit(self) -> str:
        return self.then.unit()

    def parts(self) -> tuple[RuleBase, ...]:
        return self.if_, self.then

    def rows(self, context: Context, limit: Limit) -> Rows:
        condition = replace(self.if_.rows(context, self.if_.limits[0]), asked=None)
        then = self.then.rows(context, self.then.limits[0])
        return replace(then, condition=condition, asked=then.asked if self.short_week else None)

    def problems(self) -> list[Refused]:
        wrong = super().problems()
        if self.per is Scope.item:
            for side, body in (("if", self.if_), ("then", self.then)):
                if isinstance(body, FrequencyRule | VarietyRule):
                    wrong.append(Refused((side, "kind"), "when-item", {"kind": body.kind}))
        return wrong


def _body(side: str, written: Mapping[str, Any], outer: Mapping[str, Any]) -> dict[str, Any]:
    """A condition or consequence as a rule in full, named by its side."""
    bounds = (*BOUNDS, "strict")
    limit = {key: written[key] for key in bounds if key in written}
    rest = {key: value for key, value in written.items() if key not in bounds}
    return {**rest, **outer, "id": side, "limits": [{**limit, "source": ""}]}


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
    | CostRule
    | WhenRule
    | AttestRule,
    Field(discriminator="kind"),
]
"""Any rule, told apart by its `kind`."""
