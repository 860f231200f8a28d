"""Where a food went and what a batch was made of: forward and back through deliveries and recipes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

import numpy as np

from sehatmenu.errors import refusal
from sehatmenu.food.dishes import Recipe
from sehatmenu.partnership.evidence import Basis, Sentence, form_of
from sehatmenu.worksheets.forms import Form
from sehatmenu.worksheets.ledgers import Ledger


@dataclass(frozen=True, slots=True)
class Traced:
    """One delivery in a trace: its batch, who cooked it, where it went, how many portions, and the foods in it.

    `told` is False where the recipe states no ingredients, so that the food that is looked for may be in it too.
    """

    day: date
    batch: str
    supplier: str
    dish: str
    place: str
    portions: int | None
    foods: tuple[str, ...]
    told: bool


@dataclass(frozen=True, slots=True)
class Trace:
    """The deliveries that a question meets."""

    question: str
    rows: tuple[Traced, ...]
    basis: Basis

    @property
    def batches(self) -> frozenset[str]:
        """The batches concerned."""
        return frozenset(row.batch for row in self.rows)

    @property
    def foods(self) -> frozenset[str]:
        """The codes of all foods in them."""
        return frozenset(food for row in self.rows for food in row.foods)

    def forms(self, lang: str = "id") -> tuple[Form, ...]:
        """The trace as a form."""
        columns = (
            ("date", "date"), ("batch", "text"), ("umkm", "text"), ("dish", "text"), ("place", "text"), ("heads", "count"),
            ("surely", "text"),
        )  # fmt: skip
        rows = [(r.day, r.batch, r.supplier, r.dish, r.place, r.portions, r.told) for r in self.rows]
        return (form_of("trace", columns, rows, self.basis, lang),)


def trace(
    deliveries: Ledger, dishes: Mapping[str, Recipe], *, batch: str = "", food: str = "", day: date | None = None
) -> Trace:
    """Back from a batch to its foods and its cook, forward from a food to every batch and place, or all of one day.

    A food is meant by its code or any of its names. Deliveries of a dish whose ingredients are not stated may hold any
    food and are listed as such. Raises LoadError where not exactly one of the three is asked, and for a dish without a
    recipe.
    """
    if sum((bool(batch), bool(food), day is not None)) != 1:
        raise refusal("trace-question")
    rows = _rows(deliveries, dishes)
    if batch:
        found = [row for row in rows if row.batch == batch]
    elif day is not None:
        found = [row for row in rows if row.day == day]
    else:
        codes = codes_of(dishes, food)
        found = [row for row in rows if not row.told or codes & set(row.foods)]
    untold = sum(not row.told for row in found)
    method = Sentence("trace-method", {"untold": untold})
    basis = Basis(len(deliveries), method, deliveries.file, deliveries.missing("place", "portions"))
    return Trace(batch or food or str(day), tuple(found), basis)


def codes_of(dishes: Mapping[str, Recipe], food: str) -> frozenset[str]:
    """The codes of the foods that a word means, among those in the recipes."""
    word = food.casefold()
    return frozenset(
        i.food.code
        for dish in dishes.values()
        for i in dish.ingredients
        if word in {i.food.code.casefold(), i.food.name.id.casefold(), *(s.casefold() for s in i.food.spellings)}
    )


def _rows(deliveries: Ledger, dishes: Mapping[str, Recipe]) -> list[Traced]:
    unknown = [name for name in deliveries.label("dish").names if name not in dishes]
    if unknown:
        raise refusal("dish-unknown", dish=unknown[0], known=sorted(dishes)[:8])
    foods = {name: tuple(sorted({i.food.code for i in dish.ingredients})) for name, dish in dishes.items()}
    portions = deliveries.figure("portions").tolist()
    words = zip(*(deliveries.label(field) for field in ("batch", "supplier", "dish", "place")), strict=True)
    days = deliveries.day("day").astype(date)
    return [
        Traced(days[row], batch, supplier, dish, place, _count(portions[row]), foods[dish], bool(foods[dish]))
        for row, (batch, supplier, dish, place) in enumerate(words)
    ]


def _count(value: float) -> int | None:
    return None if np.isnan(value) else int(value)
