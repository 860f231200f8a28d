"""Orders and purchases of a plan: what each UMKM delivers on each day, what is to be bought, and how old prices are."""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from sehatmenu.food.composition import Food
from sehatmenu.messages import Figure
from sehatmenu.planning.plans import Plan, Serving
from sehatmenu.planning.suppliers import Supplier
from sehatmenu.quantities.intervals import Interval
from sehatmenu.reports.cycle_tables import PortionSize, portion_size, weeks_of

GRAMS_PER_KG = 1000


@dataclass(frozen=True, slots=True)
class DayOrders:
    """What one UMKM delivers on one day: portions in all, and their value in rupiah."""

    portions: int
    value: Figure


@dataclass(frozen=True, slots=True)
class Delivery:
    """A dish for a meal of an institution, with the size of each group's portion."""

    serving: Serving
    sizes: tuple[PortionSize, ...]


@dataclass(frozen=True, slots=True)
class Slip:
    """One line of an UMKM's order: a dish on a day, how many portions in all, and where they go."""

    dish: str
    portions: int
    deliveries: tuple[Delivery, ...]
    value: Figure


@dataclass(frozen=True, slots=True)
class SupplierOrders:
    """All orders of one UMKM: per day (None: nothing ordered), in value, share of all value, and on its busiest day."""

    supplier: Supplier
    days: tuple[DayOrders | None, ...]
    value: Figure
    share: Figure
    busiest: int
    slips: tuple[tuple[date, tuple[Slip, ...]], ...]

    @property
    def agreed(self) -> Figure | None:
        """The least and the most of all value that it is to have; None when neither is agreed."""
        share = self.supplier.share
        if share.min is None and share.max is None:
            return None
        return Figure(share.min or -math.inf, math.inf if share.max is None else share.max, "fraction")

    @property
    def load(self) -> Figure | None:
        """The part of its capacity that is used on its busiest day."""
        capacity = self.supplier.capacity
        return Figure.exact(self.busiest / capacity, "fraction") if capacity else None


@dataclass(frozen=True, slots=True)
class Purchase:
    """A food to be bought: gross weight in each week and in all, for how many dishes."""

    food: Food
    weeks: tuple[Figure, ...]
    total: Figure
    dishes: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Price:
    """The price of a dish at an UMKM, per standard portion, and the day of which it is (None: not stated)."""

    supplier: Supplier
    dish: str
    price: Figure
    priced_on: date | None


def supplier_orders(plan: Plan) -> tuple[SupplierOrders, ...]:
    """The orders of every UMKM that has any, the largest value first."""
    found = []
    for name, value in plan.supplier_values().items():
        servings = [s for s in plan.servings if s.supplier.id == name]
        days = tuple(_day_orders([s for s in servings if s.day == day]) for day in plan.problem.days)
        share = Figure.exact(plan.share(value), "fraction")
        busiest = max(day.portions for day in days if day)
        slips = tuple(_slips(plan, servings).items())
        supplier = plan.problem.register.suppliers[name]
        found.append(SupplierOrders(supplier, days, Figure.exact(value, "IDR"), share, busiest, slips))
    return tuple(found)


def _day_orders(servings: list[Serving]) -> DayOrders | None:
    if not servings:
        return None
    return DayOrders(sum(s.heads for s in servings), Figure.exact(sum(s.cost for s in servings), "IDR"))


def _slips(plan: Plan, servings: Iterable[Serving]) -> dict[date, tuple[Slip, ...]]:
    found: dict[date, dict[str, list[Serving]]] = {}
    for serving in servings:
        found.setdefault(serving.day, {}).setdefault(serving.dish.name, []).append(serving)
    return {day: tuple(_slip(plan, name, same) for name, same in dishes.items()) for day, dishes in found.items()}


def _slip(plan: Plan, dish: str, servings: list[Serving]) -> Slip:
    deliveries = tuple(Delivery(s, tuple(portion_size(plan.problem, [(s, h)]) for h in s.helpings)) for s in servings)
    return Slip(dish, sum(s.heads for s in servings), deliveries, Figure.exact(sum(s.cost for s in servings), "IDR"))


def purchases(plan: Plan) -> tuple[Purchase, ...]:
    """Every food of the plan with its gross weight: recipe weight x heads x portion; what is not weighed stays open."""
    weeks = weeks_of(plan.problem.days)
    week_of = {day: number for number, days in enumerate(weeks) for day in days}
    nothing = [Interval.exact(0)] * len(weeks)
    foods: dict[tuple[str, str], Food] = {}
    weights: dict[tuple[str, str], list[Interval]] = {}
    dishes: dict[tuple[str, str], dict[str, None]] = {}
    for serving in plan.servings:
        portions = sum(h.heads * h.factor for h in serving.helpings)
        for ingredient in serving.dish.ingredients:
            key = (ingredient.food.edition, ingredient.food.code)
            foods.setdefault(key, ingredient.food)
            weights.setdefault(key, list(nothing))[week_of[serving.day]] += ingredient.gross * portions
            dishes.setdefault(key, {})[serving.dish.name] = None
    order = sorted(foods, key=lambda key: (foods[key].group, -sum(w.low for w in weights[key]), foods[key].name.id))
    return tuple(_purchase(foods[key], weights[key], tuple(dishes[key])) for key in order)


def _purchase(food: Food, weeks: list[Interval], dishes: tuple[str, ...]) -> Purchase:
    total = sum(weeks, Interval.exact(0))
    return Purchase(food, tuple(_weight(week) for week in weeks), _weight(total), dishes)


def _weight(grams: Interval) -> Figure:
    """A weight for buying: kilograms from 1 kg on, whole grams below."""
    if grams.low >= GRAMS_PER_KG:
        kilograms = grams / GRAMS_PER_KG
        return Figure(kilograms.low, kilograms.high, "kg")
    return Figure(float(round(grams.low)), float(round(grams.high)) if grams.high < math.inf else grams.high, "g")


def unlisted(plan: Plan) -> tuple[str, ...]:
    """The dishes whose ingredients are not stated (figures from a label or a laboratory): what to buy is not known."""
    return tuple(dict.fromkeys(s.dish.name for s in plan.servings if not s.dish.ingredients))


def prices(plan: Plan) -> tuple[Price, ...]:
    """The price of every dish at every UMKM that the plan uses, the oldest first, those without a date last."""
    offers = plan.problem.register.offers()
    used = {(s.supplier.id, s.option): s for s in plan.servings}
    found = [
        Price(s.supplier, s.dish.name, Figure.exact(s.price, "IDR"), offers[s.option][1].priced_on)
        for s in used.values()
    ]
    return tuple(sorted(found, key=lambda p: (p.priced_on or date.max, p.supplier.id, p.dish)))
