"""A food that is one of several, as the cook may choose: every figure lies between theirs."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from functools import reduce

from sehatmenu.food.foods import Food
from sehatmenu.food.nutrients import Nutrition
from sehatmenu.messages import Text
from sehatmenu.quantities.intervals import Interval, IntervalArray


def one_of(foods: Sequence[Food]) -> Food:
    """The food that is one of several: every figure between theirs, the allergens of all.

    A food that may or may not be there makes neither a rule that forbids it nor one that asks for it certain.
    """
    distinct = tuple({food.code: food for food in foods}.values())
    if len(distinct) == 1:
        return distinct[0]
    first = distinct[0]
    same_group = all(food.group == first.group for food in distinct)
    densities = [food.density for food in distinct]
    known = [density for density in densities if density is not None]
    return replace(
        first,
        code="|".join(food.code for food in distinct),
        edition="; ".join(dict.fromkeys(food.edition for food in distinct if food.edition)),
        name=Text(" / ".join(food.name.id for food in distinct), " / ".join(food.name.en for food in distinct)),
        aliases=(),
        group=first.group if same_group else "",
        tags=frozenset.intersection(*(food.tags for food in distinct)),
        allergens=frozenset.union(*(food.allergens for food in distinct)),
        edible=reduce(Interval.hull, (food.edible for food in distinct)),
        density=reduce(Interval.hull, known) if len(known) == len(densities) else None,
        per100=Nutrition(reduce(IntervalArray.hull, (food.per100.values for food in distinct))),
        retention=first.retention if all(food.retention == first.retention for food in distinct) else "",
        flags=(),
        errata=(),
        choices=distinct,
    )
