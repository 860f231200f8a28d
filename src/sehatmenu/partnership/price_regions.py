"""Prices of a district: those of its own market first, then of the regency, then of the province; the level said on each."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from sehatmenu.errors import refusal
from sehatmenu.food.composition import FoodTable, load_foods
from sehatmenu.food.dishes import Recipe
from sehatmenu.food.sheets import read_sheet
from sehatmenu.messages import Figure
from sehatmenu.partnership.evidence import Basis, Sentence, form_of, reporting
from sehatmenu.planning.prices import PriceList, prices_of
from sehatmenu.planning.suppliers import Register
from sehatmenu.worksheets.forms import Form


@dataclass(frozen=True, slots=True)
class RegionalPrices:
    """Prices with the region each comes from; `regions` in the order in which they were asked."""

    prices: PriceList
    level: Mapping[str, str]
    names: Mapping[str, str]
    regions: tuple[str, ...]
    source: str

    def shares(self) -> dict[str, float]:
        """Which share of the priced foods comes from each region."""
        count = len(self.level)
        return (
            {region: sum(of == region for of in self.level.values()) / count for region in self.regions}
            if count
            else {}
        )

    def forms(self, lang: str = "id", dishes: Iterable[Recipe] = ()) -> tuple[Form, ...]:
        """Every price with its level; of the foods of some dishes, which have none."""
        rows = []
        for code, price in sorted(self.prices.prices.items(), key=lambda item: self.names[item[0]]):
            kilogram = Figure(price.per_gram.low * 1000, price.per_gram.high * 1000, self.prices.currency)
            rows.append((self.names[code], kilogram, self.level[code], price.basis))
        wanted = {i.food.code: i.food.name.id for dish in dishes for i in dish.ingredients}
        told = reporting((n for c, n in wanted.items() if c in self.level), wanted.values()) if wanted else None
        basis = Basis(len(rows), Sentence("regional-method", {"regions": list(self.regions)}), self.source, {}, told)
        columns = (("food", "text"), ("price-kg", "text"), ("region", "text"), ("basis-of-price", "text"))
        return (form_of("regional-prices", columns, rows, basis, lang),)


def regional_prices(path: str | Path, regions: Sequence[str], foods: FoodTable | None = None) -> RegionalPrices:
    """Read a price list with a column `region`: each food's price is that of the first region in order that has one.

    Within a region the latest date counts. Raises LoadError with every problem of the rows of these regions, and where none
    of them has a row.
    """
    foods = foods or load_foods()
    sheet = read_sheet(path, required=("food", "weight [g]", "basis", "region"))
    lists: dict[str, PriceList] = {}
    for region in regions:
        rows = tuple(row for row in sheet if row["region"].casefold() == region.casefold())
        if rows:
            lists[region] = prices_of(replace(sheet, rows=rows), foods)
    if not lists:
        raise refusal("regional-none", regions=list(regions), file=str(path))
    level: dict[str, str] = {}
    for region, found in lists.items():
        level |= {code: region for code in found.prices if code not in level}
    prices = {code: lists[region].prices[code] for code, region in level.items()}
    notes = tuple(note for found in lists.values() for note in found.findings)
    currency = next(iter(lists.values())).currency
    known = {code: foods.find(code) for code in prices}
    names = {code: food.name.id if food else code for code, food in known.items()}
    return RegionalPrices(PriceList(prices, currency, notes), level, names, tuple(regions), str(path))


def priced(register: Register, prices: PriceList, dishes: Mapping[str, Recipe]) -> Register:
    """The register with what ingredients cost, where an offer does not state it and every food of the dish has a price.

    For `load_problem(path, register=...)`; the dearer end of a range counts, so that no limit is kept by luck. An offer of a
    dish with a food without a price stays unknown.
    """
    costs = {name: prices.of(dish) for name, dish in dishes.items()}
    suppliers = {}
    for name, supplier in register.suppliers.items():
        offers = tuple(
            offer.model_copy(update={"ingredients": round(costs[offer.dish].high)})
            if offer.ingredients is None and offer.dish in costs and costs[offer.dish].high < float("inf")
            else offer
            for offer in supplier.offers
        )
        suppliers[name] = supplier.model_copy(update={"offers": offers})
    return replace(register, suppliers=suppliers)
