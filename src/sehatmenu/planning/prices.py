"""Price lists: what a gram of a food costs, as bought or edible, in any currency, and so what a dish costs."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import Literal

from sehatmenu.documents import iso_day
from sehatmenu.errors import UnitError
from sehatmenu.files import Place
from sehatmenu.findings import Finding, Severity, Verdict, problem
from sehatmenu.food.composition import Food, FoodTable, load_foods
from sehatmenu.food.dishes import Recipe
from sehatmenu.food.sheets import Row, Sheet, read_cell, read_sheet, refuse
from sehatmenu.messages import Figure
from sehatmenu.quantities.intervals import UNKNOWN, Interval
from sehatmenu.readings import reading

INF = float("inf")

PLAUSIBLE = Interval(1_000.0, 1_800_000.0)
"""Rupiah a kilogram of what is a price of food: three times beyond what was seen.

Of 482 prices by the kilogram or litre (markets of Lampung 2022-2025 as quoted in news from Bapanas and the districts, and a
price book of school kitchens of 2026) the least is Rp3,000 (pumpkin), the most Rp600,000 (seasoned nori). A threshold of
sehatmenu: beyond it a price is told, never refused.
"""


@dataclass(frozen=True, slots=True)
class Price:
    """What one gram costs: of the food as bought (`gross`) or of its edible part; a range where grades or weights differ."""

    per_gram: Interval
    basis: Literal["gross", "edible"]
    source: str = ""


@dataclass(frozen=True, slots=True)
class PriceList:
    """Prices by food code, in one currency; a food that is not listed has an unknown price, never zero.

    `findings` tell what was assumed on reading, and which prices cannot well be.
    """

    prices: Mapping[str, Price]
    currency: str = "IDR"
    findings: tuple[Finding, ...] = ()

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
        return PriceList(prices, currency, self.findings)


def load_prices(path: str | Path, foods: FoodTable | None = None, *, within: str | Path | None = None) -> PriceList:
    """Read a price list: columns `food`, `price [IDR]` (or another currency), `weight [g]` that it buys, `basis`.

    Of several prices of a food the one with the latest `date` counts; two grades of one day, under different names, are a
    range. Raises LoadError with every problem and its place: a food that is not in the table, a price that is no number,
    two prices of a food that neither date nor name tells apart.
    """
    with reading(within):
        return prices_of(read_sheet(path, required=("food", "weight [g]", "basis")), foods)


def prices_of(sheet: Sheet, foods: FoodTable | None = None) -> PriceList:
    """The prices of a table with the columns of a price list; see `load_prices`."""
    foods = foods or load_foods()
    titles = [(title, unit) for title, name, unit in sheet.figures() if name == "price"]
    if not titles:
        refuse([problem("table-column-missing", Place(sheet.file, 1, 1), column="price [IDR]")])
    (title, currency), entries, problems = titles[0], dict[str, _Entry](), list[Finding]()
    for row in sheet:
        food = foods.find(row["food"])
        if food is None:
            suggestion = foods.suggestion(row["food"])
            problems.append(problem("food-unknown", row.place("food"), text=row["food"], suggestion=suggestion))
        elif entry := _entry(row, title, problems):
            _take(entries, food.code, entry, problems)
    refuse(problems)
    notes = [note for entry in entries.values() for note in entry.notes]
    if currency == "IDR":
        notes += [note for entry in entries.values() for note in _implausible(entry, title)]
    return PriceList({code: entry.price for code, entry in entries.items()}, currency, tuple(notes))


@dataclass(frozen=True, slots=True)
class _Entry:
    """A price with its day, where one is written, its row, those of other grades, and what is to be said of it."""

    price: Price
    day: date | None
    row: Row
    grades: tuple[_Entry, ...] = ()
    notes: tuple[Finding, ...] = ()

    def spelling(self) -> str:
        return self.row["food"].casefold()


def _implausible(entry: _Entry, title: str) -> Iterator[Finding]:
    """Prices that cannot well be: thousands left out, or another unit meant."""
    for one in (entry, *entry.grades):
        per_kg = one.price.per_gram * 1000
        if not (per_kg.low >= PLAUSIBLE.low and per_kg.high <= PLAUSIBLE.high):
            said = {"food": one.row["food"], "price": _rupiah(per_kg), "plausible": _rupiah(PLAUSIBLE)}
            yield note("price-implausible", one.row.place(title), **said)


def _rupiah(amount: Interval) -> Figure:
    return Figure(amount.low, amount.high, "IDR")


def note(code: str, place: Place, **values: object) -> Finding:
    """Something to be told of a price that is taken all the same."""
    return Finding(code, Verdict.unknown, Severity.info, place=place, values=values)


def _take(entries: dict[str, _Entry], code: str, entry: _Entry, problems: list[Finding]) -> None:
    """Keep the later of two prices of a food; two that no date tells apart are a problem."""
    before = entries.setdefault(code, entry)
    if before is entry:
        return
    if _other_grade(before, entry):
        entries[code] = _joined(before, entry)
    elif before.day is None or entry.day is None or before.day == entry.day:
        first = str(before.row.place("food"))
        problems.append(problem("price-twice", entry.row.place("food"), food=entry.row["food"], first=first))
    elif entry.day > before.day:
        entries[code] = entry


def _other_grade(before: _Entry, entry: _Entry) -> bool:
    """Whether two prices of one day are of two grades: the same food under different names, on the same basis."""
    spellings = {one.spelling() for one in (before, *before.grades)}
    same = before.day == entry.day and before.price.basis == entry.price.basis
    return before.day is not None and same and entry.spelling() not in spellings


def _joined(before: _Entry, entry: _Entry) -> _Entry:
    price = replace(before.price, per_gram=before.price.per_gram.hull(entry.price.per_gram))
    told = note("price-grades", entry.row.place("food"), food=entry.row["food"], other=before.row["food"])
    return replace(before, price=price, grades=(*before.grades, entry), notes=(*before.notes, told))


def _entry(row: Row, title: str, problems: list[Finding]) -> _Entry | None:
    price = _price(row, title)
    if price is None:
        problems.append(problem("table-cell", row.place(title), column=title, text=row[title]))
        return None
    try:
        day = iso_day(row["date"]) if row["date"] else None
    except UnitError:
        problems.append(problem("date-wrong", row.place("date"), text=row["date"]))
        return None
    return _Entry(price, day, row)


def _price(row: Row, title: str) -> Price | None:
    try:
        price, weight = read_cell(row[title]), read_cell(row["weight [g]"])
    except ValueError:
        return None
    if not (weight.low > 0 and max(price.high, weight.high) < INF):
        return None
    basis: Literal["gross", "edible"] = "edible" if row["basis"] == "edible" else "gross"
    return Price(price / weight, basis, row["source"])
