"""Price lists: what a gram of a food costs, as bought or edible, in any currency, and so what a dish costs."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import Literal

from sehatmenu.errors import refusal
from sehatmenu.findings import Finding, problem
from sehatmenu.food.composition import Food, FoodTable, load_foods
from sehatmenu.food.dishes import Recipe
from sehatmenu.food.sheets import Row, Sheet, read_cell, read_sheet, refuse
from sehatmenu.quantities.intervals import UNKNOWN, Interval
from sehatmenu.readings import reading


@dataclass(frozen=True, slots=True)
class Price:
    """What one gram costs: of the food as bought (`gross`) or of its edible part."""

    per_gram: float
    basis: Literal["gross", "edible"]
    source: str = ""


@dataclass(frozen=True, slots=True)
class PriceList:
    """Prices by food code, in one currency; a food that is not listed has an unknown price, never zero."""

    prices: Mapping[str, Price]
    currency: str = "IDR"

    def cost(self, food: Food, *, gross: Interval, edible: Interval) -> Interval:
        """What so many grams of a food cost."""
        price = self.prices.get(food.code)
        if price is None:
            return UNKNOWN if gross.high > 0 else Interval.exact(0)
        return (gross if price.basis == "gross" else edible) * price.per_gram

    def of(self, recipe: Recipe) -> Interval:
        """What the ingredients of one standard portion cost; unknown for a dish with stated figures."""
        if not recipe.ingredients:
            return UNKNOWN
        costs = (self.cost(i.food, gross=i.gross, edible=i.edible) for i in recipe.ingredients)
        return sum(costs, Interval.exact(0))

    def edible(self, food: Food, grams: float = 100.0) -> Interval:
        """What so many grams of the edible part cost."""
        weight = Interval.exact(grams)
        return self.cost(food, gross=weight / food.edible, edible=weight)

    def scaled(self, factor: float, currency: str) -> PriceList:
        """The same prices in another currency, one unit of the present one being `factor` of the other."""
        prices = {code: replace(p, per_gram=p.per_gram * factor) for code, p in self.prices.items()}
        return PriceList(prices, currency)


def load_prices(path: str | Path, foods: FoodTable | None = None, *, within: str | Path | None = None) -> PriceList:
    """Read a price list: columns `food`, `price [IDR]` (or another currency), `weight [g]` that it buys, `basis`.

    Of several prices of a food the one with the latest `date` counts. Raises LoadError with every problem and its place: a
    food that is not in the table, a price that is no number, two prices of a food that no date tells apart.
    """
    with reading(within):
        return prices_of(read_sheet(path, required=("food", "weight [g]", "basis")), foods)


def prices_of(sheet: Sheet, foods: FoodTable | None = None) -> PriceList:
    """The prices of a table with the columns of a price list; see `load_prices`."""
    foods = foods or load_foods()
    titles = [(title, unit) for title, name, unit in sheet.figures() if name == "price"]
    if not titles:
        raise refusal("table-column-missing", column="price [IDR]")
    (title, currency), entries, problems = titles[0], dict[str, _Entry](), list[Finding]()
    for row in sheet:
        food = foods.find(row["food"])
        if food is None:
            suggestion = foods.suggestion(row["food"])
            problems.append(problem("food-unknown", row.place("food"), text=row["food"], suggestion=suggestion))
        elif entry := _entry(row, title, problems):
            _take(entries, food.code, entry, problems)
    refuse(problems)
    return PriceList({code: entry.price for code, entry in entries.items()}, currency)


@dataclass(frozen=True, slots=True)
class _Entry:
    """A price with its day, where one is written, and its row."""

    price: Price
    day: date | None
    row: Row


def _take(entries: dict[str, _Entry], code: str, entry: _Entry, problems: list[Finding]) -> None:
    """Keep the later of two prices of a food; two that no date tells apart are a problem."""
    before = entries.setdefault(code, entry)
    if before is entry:
        return
    if before.day is None or entry.day is None or before.day == entry.day:
        first = str(before.row.place("food"))
        problems.append(problem("price-twice", entry.row.place("food"), food=entry.row["food"], first=first))
    elif entry.day > before.day:
        entries[code] = entry


def _entry(row: Row, title: str, problems: list[Finding]) -> _Entry | None:
    price = _price(row, title)
    if price is None:
        problems.append(problem("table-cell", row.place(title), column=title, text=row[title]))
        return None
    try:
        day = date.fromisoformat(row["date"]) if row["date"] else None
    except ValueError:
        problems.append(problem("date-wrong", row.place("date"), text=row["date"]))
        return None
    return _Entry(price, day, row)


def _price(row: Row, title: str) -> Price | None:
    try:
        price, weight = read_cell(row[title]), read_cell(row["weight [g]"])
    except ValueError:
        return None
    if not (price.known and weight.known and weight.low > 0):
        return None
    basis: Literal["gross", "edible"] = "edible" if row["basis"] == "edible" else "gross"
    return Price(price.low / weight.low, basis, row["source"])
