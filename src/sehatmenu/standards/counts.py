"""Rules on what is served and how often: frequency, variety, spacing, and what may not or must be there."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from typing import Any, ClassVar, Literal

import numpy as np

from sehatmenu.documents import Refused
from sehatmenu.food.dishes import Recipe
from sehatmenu.food.foods import Food
from sehatmenu.quantities.intervals import Interval, IntervalArray
from sehatmenu.standards.limits import Context, Limit, RuleBase
from sehatmenu.standards.menus import Catalogue
from sehatmenu.standards.rows import Form, Rows
from sehatmenu.standards.selectors import ZERO, Names, Selector
from sehatmenu.standards.windows import Scope, Window

KeysOf = Callable[[Selector, Recipe], tuple[Mapping[str, Interval], bool]]
"""The keys that a dish may carry, each with whether it does, and whether these are all it may carry."""


def _dish(of: Selector, recipe: Recipe) -> tuple[Mapping[str, Interval], bool]:
    return {recipe.id: of.matches(recipe)}, True


def _day(of: Selector, recipe: Recipe) -> tuple[Mapping[str, Interval], bool]:
    return {"day": of.matches(recipe)}, True


def _tags(of: Selector, recipe: Recipe) -> tuple[Mapping[str, Interval], bool]:
    return {tag: of.model_copy(update={"tag": tag}).matches(recipe) for tag in of.names("tag")}, True


def _foods(of: Selector, recipe: Recipe) -> tuple[Mapping[str, Interval], bool]:
    return _of_ingredients(of, recipe, "food", lambda food: food.code)


def _groups(of: Selector, recipe: Recipe) -> tuple[Mapping[str, Interval], bool]:
    return _of_ingredients(of, recipe, "group", lambda food: food.group)


def _of_ingredients(
    of: Selector, recipe: Recipe, kind: str, key_of: Callable[[Food], str]
) -> tuple[Mapping[str, Interval], bool]:
    """The keys of the ingredients that are meant; a food that no table holds may be any, so it tells none."""
    found: dict[str, Interval] = {}
    for ingredient, meant in of.ingredients(recipe):
        if ingredient.food.listed:
            before = found.get(key_of(ingredient.food), ZERO)
            found[key_of(ingredient.food)] = Interval(max(before.low, meant.low), max(before.high, meant.high))
    return found, of.matches(recipe).high == 0 or not recipe.leaves_open(kind)


KEYS: Mapping[str, KeysOf] = {"dish": _dish, "food": _foods, "group": _groups, "tag": _tags}


def _keys(catalogue: Catalogue, selector: Selector, keys_of: KeysOf) -> dict[str, Any]:
    """Which options carry, or may carry, which key, as the fields of rows."""
    carried = [keys_of(selector, option.recipe) for option in catalogue.options]
    names = tuple(sorted({name for keys, _ in carried for name, meant in keys.items() if meant.high > 0}))
    meant = [[keys.get(name, ZERO) for keys, _ in carried] for name in names]
    low, high = (np.array([[getattr(m, end) > 0 for m in row] for row in meant], bool) for end in ("low", "high"))
    shape = (len(names), len(catalogue))
    return {
        "numerator": IntervalArray.zeros(len(catalogue)),
        "keys": low.reshape(shape),
        "possible": high.reshape(shape),
        "untold": np.array([not all_told for _, all_told in carried], dtype=bool),
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
            keys = _keys(context.catalogue, self.of, _day)
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
        return self._total(context, limit, form=Form.distinct, **_keys(context.catalogue, self.of, KEYS[self.by]))

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
    - {id: large, kind: require, supplier: [menengah, besar], per: item, limits: [{source: s}]}
    ```
    `supplier` asks for the scale (or trade) of whoever cooks, as the condition of `when` mostly; where no scale is told it
    may be any.
    """

    bounded: ClassVar[bool] = False
    boundable: ClassVar[bool] = False
    kind: Literal["require"]
    of: Selector | None = None
    certificate: str | None = None
    supplier: Names = ()

    def unit(self) -> str:
        return "times"

    def rows(self, context: Context, limit: Limit) -> Rows:
        each_dish = {} if self.of is not None else {"form": Form.item}
        return self._total(context, limit, self._found(context), by_serving=True, **each_dish)

    def ends(self, limit: Limit, context: Context) -> tuple[float, float]:
        return 1.0, math.inf

    def _found(self, context: Context) -> IntervalArray:
        """Whether each option has what is asked for; for a paper on the day of each occasion."""
        if self.certificate:
            return self._certified(context)
        if self.of is not None:
            return context.catalogue.matches(self.of)
        wanted = (self.supplier,) if isinstance(self.supplier, str) else self.supplier
        return context.catalogue.measure(lambda option: option.cooked_by(wanted))

    def _certified(self, context: Context) -> IntervalArray:
        """Whether the supplier of each option holds the paper on the day of each occasion: [t, r]."""
        kind = self.certificate or ""
        found = [[o.certified(kind, t.day) for o in context.catalogue.options] for t in context.horizon.occasions]
        shape = (len(context.horizon.occasions), len(context.catalogue))
        low = np.array([[i.low for i in row] for row in found], dtype=float).reshape(shape)
        return IntervalArray(low, np.array([[i.high for i in row] for row in found], dtype=float).reshape(shape))

    def problems(self) -> list[Refused]:
        given = [self.certificate is not None, self.of is not None, bool(self.supplier)]
        return super().problems() + ([] if sum(given) == 1 else [Refused((), "require-what", {})])
