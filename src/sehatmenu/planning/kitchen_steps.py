"""Kitchen steps: by how much a cook changes an amount (5 g, half a spoon, one egg), and how the amount is written."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from sehatmenu.food.dishes import Ingredient
from sehatmenu.food.lines.clauses import COUNT
from sehatmenu.quantities.amounts import Amount, Kind
from sehatmenu.quantities.intervals import Interval

_LADDERS: Mapping[str, tuple[tuple[float, float], ...]] = {
    "g": ((20, 1), (500, 5), (1000, 10), (5000, 25), (float("inf"), 50)),
    "ml": ((100, 5), (500, 10), (1000, 25), (float("inf"), 50)),
    "sdm": ((2, 0.25), (float("inf"), 0.5)),
    "sdt": ((2, 0.25), (float("inf"), 0.5)),
}
"""Steps by unit: up to so many of the unit, change it by so much."""

_HALVES = frozenset({"ikat", "papan", "gelas", "cangkir", "cup", "mangkuk", "genggam", "ruas", "buah", "bungkus"})
_QUARTERS = {0.0: "", 0.25: "¼", 0.5: "½", 0.75: "¾"}


def step(unit: str, amount: float) -> float:
    """By how much a cook changes so many of a unit.

    >>> step("g", 15), step("g", 250), step("g", 700), step("sdm", 3.5), step("butir", 5)
    (1, 5, 10, 0.5, 1.0)
    """
    word = unit.split()[0]
    ladder = _LADDERS.get(word)
    if ladder is None:
        return 0.5 if word in _HALVES else 1.0
    return next(size for most, size in ladder if amount <= most)


@dataclass(frozen=True, slots=True)
class Measured:
    """An amount in a kitchen's unit, written with ¼, ½ and ¾ and never with a separator of thousands."""

    value: float
    unit: str

    @property
    def amount(self) -> Amount:
        """The same as recipes state it."""
        kinds: Mapping[str, Kind] = {"g": "mass", "ml": "volume"}
        return Amount(Interval.exact(self.value), self.unit, kinds.get(self.unit, "measure"))

    def spoken(self, lang: str) -> str:
        """The amount as a cook writes it: `1½ sdt`, `12,5 g`."""
        return f"{_number(self.value, ',' if lang == 'id' else '.')} {self.unit}"

    def __str__(self) -> str:
        return self.spoken("id")


def _number(value: float, mark: str) -> str:
    whole, part = divmod(round(value, 6), 1)
    quarter = _QUARTERS.get(round(part, 6))
    if quarter is not None:
        return f"{int(whole) or ''}{quarter}" or "0"
    return f"{round(value, 3):.15g}".replace(".", mark)


@dataclass(frozen=True, slots=True)
class Written:
    """An ingredient of the whole pot as its line states it: how many of which unit, of what food as it is called there.

    `amount` is None when the line leaves it to the cook. A range such as `2-3 siung` counts as its middle.
    """

    amount: Measured | None
    food: str

    def line(self, value: float) -> str:
        """The line with another amount in the same unit."""
        assert self.amount is not None
        return f"{Measured(value, self.amount.unit)} {self.food}"


def written(ingredient: Ingredient) -> Written:
    """The amount of an ingredient as its line states it; none where the line leaves it open."""
    amount, called = ingredient.amount, ingredient.called or ingredient.food.name.id
    if amount is None or amount.kind == "unknown" or amount.unit == COUNT:
        return Written(None, called)
    if not 0 < amount.value.low <= amount.value.high < float("inf"):
        return Written(None, called)
    return Written(Measured((amount.value.low + amount.value.high) / 2, amount.unit), called)
