"""Figures that a label or a laboratory states, held against the lint of food tables and against the ingredients."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace

import numpy as np

from sehatmenu.files import Document
from sehatmenu.findings import Finding, Severity, Verdict
from sehatmenu.food.composition import FoodTable
from sehatmenu.food.foods import unlisted
from sehatmenu.food.lints import CHECKS
from sehatmenu.food.nutrients import Nutrition, nutrients
from sehatmenu.quantities.intervals import Interval, IntervalArray

HELD = frozenset(
    {"food-part", "food-parts", "food-energy", "food-fibre", "food-limit", "food-minerals", "food-sentinel"}
)
"""The findings of a food table's lint that say something of a label too."""

OF_PARTS = HELD - {"food-energy", "food-fibre"}
"""Those that need to know how much of the food the figures are of."""

DIFFERS = 1.25
"""From which factor on a printed figure and the ingredients differ; a threshold of sehatmenu."""


def impossible_figures(
    name: str, stated: Nutrition, grams: Interval | None, written: Mapping[str, str], document: Document
) -> Iterator[Finding]:
    """Stated figures that cannot be, as notes at their lines: parts above the whole, energy that does not follow.

    `grams` is what the figures are of, None where that is not known; `written` names the figures as the file does, by
    nutrient id.
    """
    known = grams is not None and grams.known and grams.low > 0
    per100 = stated.scale(100 / grams) if known and grams is not None else stated
    table = _alone(name, per100)
    ids = nutrients().ids
    for check in CHECKS:
        for finding in check(table, table.foods[0]):
            if finding.code not in HELD or (not known and finding.code in OF_PARTS):
                continue
            column = finding.place.column if finding.place else 0
            key = written.get(ids[column - 1], "") if 0 < column <= len(ids) else ""
            place = document.place(("nutrition", "values", key) if key else ("nutrition", "values"))
            yield replace(finding, verdict=Verdict.unknown, severity=Severity.info, place=place)


def differing_figures(
    computed: Nutrition, stated: Nutrition, written: Mapping[str, str], document: Document
) -> Iterator[Finding]:
    """Printed figures of a portion that the ingredients do not give, as notes at their lines.

    Where they all differ by about the same factor, the number of portions is probably wrong, and that is said instead.
    """
    factors = dict(_factors(computed, stated, written))
    off = {name: factor for name, factor in factors.items() if not 1 / DIFFERS < factor < DIFFERS}
    if len(off) == len(factors) > 1 and max(off.values()) / min(off.values()) < DIFFERS:
        times = float(np.exp(np.mean(np.log(list(off.values())))))
        place = document.place(("servings",))
        yield Finding("servings-doubted", Verdict.unknown, Severity.info, place, values={"times": round(times, 2)})
        return
    for name in off:
        values = {"nutrient": nutrients()[name].name, "stated": stated[name].figure, "computed": computed[name].figure}
        place = document.place(("nutrition", "values", written[name]))
        yield Finding("stated-differs", Verdict.unknown, Severity.info, place, values=values)


def _factors(computed: Nutrition, stated: Nutrition, written: Mapping[str, str]) -> Iterator[tuple[str, float]]:
    """How many times its printed figure each nutrient is by the ingredients; 1 where the figure may be right."""
    for name in written:
        printed, amount = stated[name].amount, computed[name].amount
        if printed.high <= 0 or not np.isfinite(printed.high):
            continue
        if amount.low <= printed.high and printed.low <= amount.high:
            yield name, 1.0
        elif amount.low > printed.high:
            yield name, amount.low / printed.high
        elif amount.high > 0:
            yield name, amount.high / printed.low


def _alone(name: str, per100: Nutrition) -> FoodTable:
    """A table of one food, whose columns are the nutrients in their order."""
    food = replace(unlisted(name), per100=per100)
    values = IntervalArray(per100.values.low[None, :], per100.values.high[None, :])
    columns = {nutrient: number for number, nutrient in enumerate(nutrients().ids, 1)}
    origins = np.zeros(values.shape, dtype=np.int8)
    return FoodTable((food,), values, ("",), origins, {}, {}, {}, columns)
