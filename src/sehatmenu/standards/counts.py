"""Rules on what is served and how often: frequency, variety, spacing, and what may not or must be there."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Mapping
from typing import Any, ClassVar, Literal

import numpy as np

from sehatmenu.documents import Refused
from sehatmenu.food.dishes import Recipe
from sehatmenu.quantities.intervals import IntervalArray
from sehatmenu.standards.limits import Context, Limit, RuleBase
from sehatmenu.standards.menus import Catalogue, Selector
from sehatmenu.standards.rows import Form, Rows
from sehatmenu.standards.windows import Scope, Window

KeysOf = Callable[[Recipe], Iterable[str] | None]
"""The keys that a dish carries; None where that is not told."""


def _dish(recipe: Recipe) -> Iterable[str]:
    return (recipe.id,)


def _foods(recipe: Recipe) -> Iterable[str] | None:
    return {ingredient.food.code for ingredient in recipe.ingredients} or None


def _groups(recipe: Recipe) -> Iterable[str] | None:
    return {ingredient.food.group for ingredient in recipe.ingredients} or None


KEYS: Mapping[str, KeysOf] = {"dish": _dish, "food": _foods, "group": _groups}


def _keys(catalogue: Catalogue, selector: Selector, keys_of: KeysOf) -> dict[str, Any]:
    """Which options that are (or may be) meant carry which key, as the fields of rows."""
    meant = catalogue.matches(selector)
    told = [keys_of(option.recipe) if meant.high[r] > 0 else () for r, option in enumerate(catalogue.options)]
    held = [set(keys or ()) for keys in told]
    names = tuple(sorted(set().union(*held)))
    table = np.array([[name in keys for keys in held] for name in names], dtype=bool)
    possible = table.reshape(len(names), len(catalogue))
    return {
        "numerator": IntervalArray.zeros(len(catalogue)),
        "keys": possible & (meant.low > 0),
        "possible": possible,
        "untold": np.array([keys is None for keys in told], dtype=bool),
        "key_names": names,
    }


class FrequencyRule(RuleBase):
    """How often something is served in a window: servings, days on which it is served, or the most repeated dish.

    ```yaml
    - {id: fried, kind: frequency, of: {method: goreng}, per: week, limits: [{max: 2 times, source: s}]}
    - {id: meat, kind: frequency, of: {tag: meat}, by: day, per: week, limits: [{min: 3 times, source: s}]}
    - {id: same, kind: frequency, of: {tag: meat}, by: dish, per: week, limits: [{max: 3 times, source: s}]}
    ```
    `by: day` counts a day once however often it is served on it; `by: dish` counts each dish by itself, so that the one
    served most decides, and takes a max only.
    """

    kind: Literal["frequency"]
    of: Selector
    by: Literal["serving", "day", "dish"] = "serving"

    def unit(self) -> str:
        return "times"

    def rows(self, context: Context, limit: Limit) -> Rows:
        if self.by == "serving":
            return self._total(context, limit, context.catalogue.matches(self.of), by_serving=True, form=Form.total)
        if self.by == "day":
            keys = _keys(context.catalogue, self.of, lambda recipe: ("day",))
            return self._total(context, limit, form=Form.distinct, key_by_day=True, **keys)
        return self._total(context, limit, form=Form.repeats, **_keys(context.catalogue, self.of, _dish))

    def problems(self) -> list[Refused]:
        floors = [j for j, limit in enumerate(self.limits) if self.by == "dish" and limit.min is not None]
        wrong = [Refused(("limits", j, "min"), "frequency-dish-min", {"rule": self.id}) for j in floors]
        return super().problems() + wrong


class VarietyRule(RuleBase):
    """How many different dishes, foods, food groups or named tags are served in a window.

    ```yaml
    - {id: fruits, kind: variety, of: {tag: fruit}, by: dish, per: week, limits: [{min: 3 times, source: s}]}
    - {id: colours, kind: variety, of: {tag: [hijau, jingga]}, by: tag, per: week, limits: [{min: 2 times, source: s}]}
    ```
    `by: tag` counts how many of the tags that `of` names are served, on the dish or on an ingredient.
    """

    kind: Literal["variety"]
    of: Selector
    by: Literal["dish", "food", "group", "tag"] = "dish"

    def unit(self) -> str:
        return "times"

    def rows(self, context: Context, limit: Limit) -> Rows:
        keys = _keys(context.catalogue, self.of, self._tags if self.by == "tag" else KEYS[self.by])
        return self._total(context, limit, form=Form.distinct, **keys)

    def _tags(self, recipe: Recipe) -> Iterable[str]:
        return tuple(tag for tag in self.of.names("tag") if recipe.has(tag=tag))

    def problems(self) -> list[Refused]:
        named = self.by != "tag" or self.of.names("tag")
        return super().problems() + ([] if named else [Refused(("of",), "variety-tags", {"rule": self.id})])


class SpacingRule(RuleBase):
    """How far apart the same dish (or food, or food group) comes back: on the third served day at the earliest.

    ```yaml
    - {id: gap, kind: spacing, of: {course: hewani}, by: dish, limits: [{min: 3 days, source: s}]}
    ```
    """

    kind: Literal["spacing"]
    of: Selector = Selector()
    by: Literal["dish", "food", "group"] = "dish"
    cyclic: bool = False

    def unit(self) -> str:
        return "day"

    def problems(self) -> list[Refused]:
        found = super().problems()
        wrong = [] if found else [j for j, limit in enumerate(self.limits) if not self._whole_days(limit)]
        return found + [Refused(("limits", j), "spacing-days", {}) for j in wrong]

    def _whole_days(self, limit: Limit) -> bool:
        low, high = limit.bounds(self.unit())
        return math.isinf(high) and math.isfinite(low) and low >= 1 and low == int(low)

    def rows(self, context: Context, limit: Limit) -> Rows:
        gap = int(limit.bounds(self.unit())[0])
        window = Window(days=gap, rolling=True, cyclic=self.cyclic)
        return Rows(
            form=Form.repeats,
            windows=context.horizon.windows(Scope.week, window, self.meals),
            low=-math.inf,
            high=1.0,
            unit="times",
            **_keys(context.catalogue, self.of, KEYS[self.by]),
        )


class ForbidRule(RuleBase):
    """What may not be served: an ingredient, a tag, an allergen, a way of cooking.

    ```yaml
    - {id: no-spicy, kind: forbid, of: {tag: pedas}, per: item, limits: [{source: s}]}
    ```
    """

    bounded: ClassVar[bool] = False
    boundable: ClassVar[bool] = False
    kind: Literal["forbid"]
    of: Selector

    def unit(self) -> str:
        return "times"

    def rows(self, context: Context, limit: Limit) -> Rows:
        return self._total(context, limit, context.catalogue.matches(self.of), by_serving=True)

    def ends(self, limit: Limit, context: Context) -> tuple[float, float]:
        return -math.inf, 0.0


class RequireRule(RuleBase):
    """What must be there: something on every plate, or a valid certificate of whoever cooks the dish.

    ```yaml
    - {id: fruit, kind: require, of: {course: buah}, per: meal, limits: [{source: s}]}
    - {id: slhs, kind: require, certificate: slhs, per: item, limits: [{source: s}]}
    ```
    """

    bounded: ClassVar[bool] = False
    boundable: ClassVar[bool] = False
    kind: Literal["require"]
    of: Selector | None = None
    certificate: str | None = None

    def unit(self) -> str:
        return "times"

    def rows(self, context: Context, limit: Limit) -> Rows:
        found = self._certified(context) if self.certificate else context.catalogue.matches(self.of or Selector())
        form = {"form": Form.item} if self.certificate else {}
        return self._total(context, limit, found, by_serving=True, **form)

    def ends(self, limit: Limit, context: Context) -> tuple[float, float]:
        return 1.0, math.inf

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
