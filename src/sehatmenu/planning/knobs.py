"""What may be changed of a recipe: each amount in kitchen steps within its cap, foods that may be added or measured."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from sehatmenu.errors import UnitError, refusal
from sehatmenu.food.composition import Food, FoodTable
from sehatmenu.food.dishes import Recipe
from sehatmenu.planning.kitchen_steps import Measured, Written, step, written
from sehatmenu.planning.mixtures import Part, part_of, parts
from sehatmenu.quantities.intervals import UNKNOWN, Interval
from sehatmenu.quantities.units import read_quantity

KEPT_WITHIN = 0.10
"""A ratio that is kept may move by this part."""

SEASONING_STEP, FOOD_STEP = 1.0, 5.0
"""Grams by which a food is added to the pot; the smaller step for seasonings."""

MOST_SEASONING, MOST_MEASURED = 0.01, 0.10
"""What an unmeasured ingredient is measured to at most, as a part of the weight of the dish."""

_FROM_FRYING = "oil uptake"
_WATER = 99

Changes = float | Mapping[str, float] | None
"""How far an amount may move, as a part of itself: for all ingredients, or by name (`""` for the others).

None is 50 % either way, but for seasonings, sugar and fat 80 % less and 20 % more: a dish needs little of them to stay
what it is, and no one eats it with twice the salt.
"""

FOOD_CHANGE, LESS_SEASONING, MORE_SEASONING = 0.5, 0.8, 0.2
_SEASONINGS = ("bumbu", "gula", "minyak")


@dataclass(frozen=True, slots=True, eq=False)
class Knob:
    """One amount that may be changed, in whole steps.

    `change` scales the ingredients `members` from `amount` by up to `up` steps more or `down` less, or takes them out;
    `add` brings in a new food, `measure` replaces an unmeasured amount of `members` by a measured one. `part` is what a
    portion holds of it: at the present amount for `change`, of one step for the others. `drift` is the relative
    deviation of one step, `fixed` that of the change as such.
    """

    kind: Literal["change", "add", "measure"]
    members: tuple[int, ...]
    part: Part
    written: Written
    unit: str
    amount: float
    step: float
    up: int
    down: int
    removable: bool
    drift: float
    fixed: float

    @property
    def per_step(self) -> float:
        """By which part of the present amount one step changes it."""
        return self.step / self.amount


@dataclass(frozen=True, slots=True)
class Ratio:
    """Two groups of ingredients whose weights are to keep their ratio."""

    text: str
    over: tuple[int, ...]
    under: tuple[int, ...]


def knobs(
    recipe: Recipe, may_add: Sequence[str] | Mapping[str, str], max_change: Changes, foods: FoodTable
) -> tuple[Knob, ...]:
    """Everything that may be changed of a recipe.

    Frying oil that the recipe derives from what is fried follows the one food that is fried in it; with several fried
    foods they keep their amounts. Unmeasured amounts (`secukupnya`) may be measured.
    Raises LoadError for a food that is not in the table or a cap that cannot be read.
    """
    own = parts(recipe)
    total = _weight(own)
    following, fixed = _frying(own)
    found = []
    for n, part in enumerate(own):
        if n in fixed or part.weight_source == _FROM_FRYING:
            continue
        read = written(recipe.ingredients[n])
        if read.amount is None:
            if part.edible == UNKNOWN:
                found.append(_measurable(recipe, n, part, total))
            continue
        members = (n, following) if following is not None and n == _fried(own)[0] else (n,)
        knob = _changeable(members, part, read, read.amount, *_caps(max_change, part.food, read.food))
        found += [knob] if knob.up or knob.down or knob.removable else []
    return (*found, *_additions(recipe, may_add, max_change, total, foods))


def ratios(recipe: Recipe, keep: Sequence[str]) -> tuple[Ratio, ...]:
    """The ratios to keep, such as `santan:ikan`; each side names ingredients by food, tag, group or a word of the line.

    Raises LoadError `repair-keep-unknown` for a side that names none of the ingredients, `repair-keep-unweighed` for
    one whose weight is not known.
    """
    found = []
    for text in keep:
        over, _, under = text.partition(":")
        ratio = Ratio(text, _named(recipe, over), _named(recipe, under))
        weights = [sum(recipe.ingredients[n].gross.high for n in side) for side in (ratio.over, ratio.under)]
        if not all(0 < weight < float("inf") for weight in weights):
            raise refusal("repair-keep-unweighed", text=text)
        found.append(ratio)
    return tuple(found)


def _named(recipe: Recipe, side: str) -> tuple[int, ...]:
    word = side.strip().casefold()
    found = tuple(
        n
        for n, i in enumerate(recipe.ingredients)
        if word and (word in {value for _, value in i.traits()} or word in written(i).food.casefold().split())
    )
    if not found:
        raise refusal("repair-keep-unknown", text=side, known=[written(i).food for i in recipe.ingredients])
    return found


def _caps(max_change: Changes, food: Food, name: str) -> tuple[float, float]:
    """How far the amount of one food may fall and rise."""
    if isinstance(max_change, Mapping):
        names = {spelling.casefold() for spelling in (name, *food.spellings)}
        general = max_change.get("", 0.0)
        own = next((cap for key, cap in max_change.items() if key and key.casefold() in names), general)
        return own, own
    if max_change is None:
        return (LESS_SEASONING, MORE_SEASONING) if food.group in _SEASONINGS else (FOOD_CHANGE, FOOD_CHANGE)
    return max_change, max_change


def _weight(own: Sequence[Part]) -> float:
    """Grams of all known ingredients of a portion, without water: what an addition is compared to."""
    dry = [p for p in own if p.food.per100["water"].amount.low <= _WATER and p.gross.high < float("inf")]
    return sum(p.gross.high for p in dry) or 1.0


def _fried(own: Sequence[Part]) -> list[int]:
    seasoning = ("minyak", "bumbu", "gula", "minuman")
    return [
        n for n, p in enumerate(own) if p.method == "goreng" and not p.food.cooked and p.food.group not in seasoning
    ]


def _frying(own: Sequence[Part]) -> tuple[int | None, frozenset[int]]:
    """The oil that follows the fried food, and the ingredients that must stay because oil follows several of them."""
    oils = [n for n, p in enumerate(own) if p.weight_source == _FROM_FRYING]
    fried = _fried(own)
    if not oils:
        return None, frozenset()
    return (oils[0], frozenset()) if len(fried) == 1 else (None, frozenset(fried))


def _changeable(
    members: tuple[int, ...], part: Part, read: Written, amount: Measured, fall: float, rise: float
) -> Knob:
    size = step(amount.unit, amount.value)
    more, less = (int(cap * amount.value / size + 1e-9) for cap in (rise, fall))
    less = max(min(less, -int(-amount.value // size) - 1), 0)
    drift = size / amount.value
    return Knob("change", members, part, read, amount.unit, amount.value, size, more, less, fall >= 1, drift, 0.0)


def _measurable(recipe: Recipe, n: int, part: Part, total: float) -> Knob:
    """An unmeasured amount, measured in steps of 1 g of the pot: as much as is lawful, within what a dish can bear."""
    servings = recipe.servings or 1.0
    one = part_of(recipe, part.food, Interval.exact(SEASONING_STEP / servings) * part.food.edible, method=part.method)
    read = Written(None, written(recipe.ingredients[n]).food)
    most = int(total * servings * (MOST_SEASONING if part.food.group == "bumbu" else MOST_MEASURED))
    return Knob("measure", (n,), one, read, "g", 0.0, SEASONING_STEP, most, 0, False, -one.gross.high / total, 1.0)


def _additions(
    recipe: Recipe, may_add: Sequence[str] | Mapping[str, str], change: Changes, total: float, foods: FoodTable
) -> list[Knob]:
    """Foods that may be added, in grams of the pot as bought; without a cap of their own as far as `max_change`."""
    servings = recipe.servings or 1.0
    caps = may_add if isinstance(may_add, Mapping) else dict.fromkeys(may_add, "")
    found = []
    for name, text in caps.items():
        food = foods[name]
        size = SEASONING_STEP if food.group == "bumbu" else FOOD_STEP
        one = part_of(recipe, food, Interval.exact(size / servings) * food.edible)
        most = _grams(text) if text else _caps(change, food, name)[1] * total * servings
        found.append(_addition(one, food, name, size, int(most / size + 1e-9), total))
    return found


def _addition(one: Part, food: Food, name: str, size: float, most: int, total: float) -> Knob:
    return Knob("add", (), one, Written(None, name), "g", 0.0, size, most, 0, False, one.gross.high / total, 1.0)


def _grams(text: str) -> float:
    try:
        return read_quantity(text, "g")
    except UnitError as error:
        raise refusal(error.code, **error.values) from None
