"""Costing: from what ingredients cost to a price per portion, by two printed methods, exactly and rounded once."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import ROUND_CEILING, ROUND_HALF_UP, Decimal
from typing import TYPE_CHECKING, TypeAlias

from sehatmenu.errors import UnitError
from sehatmenu.food.dishes import Recipe
from sehatmenu.messages import Figure, as_lines, figure_text, number_text, word
from sehatmenu.planning.prices import PriceList
from sehatmenu.quantities.intervals import Interval

if TYPE_CHECKING:
    from sehatmenu.worksheets.frames import DataFrame

Money: TypeAlias = Decimal | int | str
"""Rupiah without a float's rounding: `Decimal`, whole, or text such as `"0.40"`."""


@dataclass(frozen=True, slots=True)
class CostStep:
    """One step of a costing for all portions: what it is, by which part of what, its rupiah, and the sum so far."""

    name: str
    rate: Decimal | None
    amount: Decimal
    total: Decimal


@dataclass(frozen=True, slots=True)
class Costing:
    """A price per portion with every step that leads to it; nothing is rounded before `price`."""

    method: str
    portions: int
    steps: tuple[CostStep, ...]
    round_up_to: int | None = None

    @property
    def ingredients(self) -> Decimal:
        """Rupiah of the ingredients of all portions."""
        return self.steps[0].amount

    @property
    def total(self) -> Decimal:
        """Rupiah of all portions, exact."""
        return self.steps[-1].total

    @property
    def per_portion(self) -> Decimal:
        """Rupiah of one portion, not rounded."""
        return self.total / self.portions

    @property
    def price(self) -> Decimal:
        """Rupiah of one portion in whole rupiah, or upwards to the next `round_up_to` rupiah."""
        if self.round_up_to is None:
            return self.per_portion.quantize(Decimal(1), ROUND_HALF_UP)
        step = Decimal(self.round_up_to)
        return (self.per_portion / step).to_integral_value(ROUND_CEILING) * step

    def records(self, lang: str = "id") -> list[dict[str, object]]:
        """One flat row per step: its name, rate, rupiah and running sum for all portions."""
        return [
            {
                "step": word(f"cost-{step.name}", lang),
                "rate": None if step.rate is None else float(step.rate),
                "amount_idr": float(step.amount),
                "total_idr": float(step.total),
            }
            for step in self.steps
        ]

    def text(self, lang: str = "id") -> str:
        """Every step with its rupiah and the running sum, then the price of one portion."""
        lines = [
            f"{word(f'form-{self.method}', lang)} ({number_text(self.portions, lang)} {word('unit-portion', lang)})"
        ]
        for step in self.steps:
            rate = "" if step.rate is None else figure_text(Figure.exact(float(step.rate), "fraction"), lang)
            name = word(f"cost-{step.name}", lang)
            lines.append(f"  {name:<18}{rate:>8}{_rupiah(step.amount, lang):>16}{_rupiah(step.total, lang):>16}")
        return as_lines([*lines, f"{word('form-price-per-portion', lang)}: {_rupiah(self.price, lang)}"])

    def __str__(self) -> str:
        return self.text()

    def to_frame(self, lang: str = "id") -> DataFrame:
        """The steps as a pandas DataFrame; needs the extra `frames`."""
        from sehatmenu.worksheets.frames import frame

        return frame(self.records(lang))


@dataclass(frozen=True, slots=True)
class CostLine:
    """One ingredient of a costing form, for all portions: edible grams, BDD, grams to order, rupiah a kg and in all."""

    name: str
    edible: Interval
    edible_part: Interval
    ordered: Interval
    per_kg: Interval
    cost: Interval


def share_of_price(
    ingredients: Iterable[Money],
    portions: int,
    *,
    food: Money = "0.40",
    shares: Mapping[str, Money] | None = None,
    round_up_to: int | None = None,
) -> Costing:
    """Hospital practice: ingredients are a share of the selling price, labour and overhead others, the rest margin.

    Source: standard recipe form of a hospital (food 40 %, labour 20 %, overhead 20 %, remainder 20 %). Amounts in
    rupiah for all `portions`. Raises UnitError when shares are not above 0 or exceed the price.

    >>> costing = share_of_price([22750, 9100, 2500, 494, 90], 10, round_up_to=500)
    >>> str(costing.per_portion), str(costing.price)
    ('8733.5', '9000')
    """
    part = Decimal(food)
    named = {"labour": "0.20", "overhead": "0.20"} if shares is None else shares
    others = {name: Decimal(x) for name, x in named.items()}
    rest = 1 - part - sum(others.values())
    if not (part > 0 and rest >= 0 and all(x >= 0 for x in others.values())):
        raise UnitError("cost-shares", shares=f"{part} + {' + '.join(str(x) for x in others.values())}")
    price = _sum(ingredients, portions) / part
    steps, total = [], Decimal(0)
    for name, share in (("food", part), *others.items(), ("margin", rest)):
        total += price * share
        steps.append(CostStep(name, share, _plain(price * share), _plain(total)))
    return Costing("share_of_price", portions, tuple(steps), round_up_to)


def stacked_markup(
    ingredients: Iterable[Money],
    portions: int,
    *,
    markups: Mapping[str, Money] | None = None,
    round_up_to: int | None = None,
) -> Costing:
    """Markups one upon the other: overhead on the ingredients, labour on that sum, profit on that sum.

    Source: costing form of RSUD Bantul (10 %, 10 %, 20 %). Amounts in rupiah for all `portions`. Raises UnitError for
    a markup below 0.

    >>> costing = stacked_markup([97850], 98, round_up_to=50)
    >>> str(costing.total), str(costing.price)
    ('142078.2', '1450')
    """
    rates = {"overhead": "0.10", "labour": "0.10", "profit": "0.20"} if markups is None else markups
    total = _sum(ingredients, portions)
    steps = [CostStep("food", None, total, total)]
    for name, rate in ((name, Decimal(x)) for name, x in rates.items()):
        if rate < 0:
            raise UnitError("cost-shares", shares=str(rate))
        added = total * rate
        total += added
        steps.append(CostStep(name, rate, _plain(added), _plain(total)))
    return Costing("stacked_markup", portions, tuple(steps), round_up_to)


def cost_lines(recipe: Recipe, prices: PriceList, portions: int = 10) -> tuple[CostLine, ...]:
    """The ingredients of a costing form for so many standard portions; what has no price or no weight stays unknown."""
    lines = []
    for i in recipe.ingredients:
        cost = prices.cost(i.food, gross=i.gross, edible=i.edible) * portions
        kilogram = Interval.exact(1000.0)
        per_kg = prices.cost(i.food, gross=kilogram, edible=kilogram * i.food.edible)
        lines.append(CostLine(i.food.name.id, i.edible * portions, i.food.edible, i.gross * portions, per_kg, cost))
    return tuple(lines)


def known_costs(lines: Iterable[CostLine]) -> list[Decimal] | None:
    """The rupiah of every line, for a costing; None when one of them is not known."""
    costs = [line.cost for line in lines]
    return [Decimal(repr(cost.low)) for cost in costs] if costs and all(cost.known for cost in costs) else None


def _sum(ingredients: Iterable[Money], portions: int) -> Decimal:
    amounts = [Decimal(amount) for amount in ingredients]
    if portions < 1 or any(not amount.is_finite() or amount < 0 for amount in amounts):
        raise UnitError("cost-amounts", portions=portions)
    return sum(amounts, Decimal(0))


def _rupiah(amount: Decimal, lang: str) -> str:
    return figure_text(Figure.exact(float(amount), "IDR"), lang)


def _plain(amount: Decimal) -> Decimal:
    """The same amount without zeros that a product or quotient left behind the point."""
    return amount.normalize() + 0
