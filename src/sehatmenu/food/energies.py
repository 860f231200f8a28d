"""Energy factors: kcal per gram of protein, fat and carbohydrate, 4-9-4 or by kind of food; which of them fit a row."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from types import MappingProxyType

from sehatmenu.food.composition import Food
from sehatmenu.quantities.intervals import Interval

FIBRE_FACTOR = 2.0
"""kcal per gram of dietary fibre, where carbohydrate counts without it."""


@dataclass(frozen=True, slots=True)
class Factors:
    """One set of energy factors in kcal/g, and what it is called."""

    name: str
    protein: float
    fat: float
    carbohydrate: float

    def energy(self, food: Food) -> Interval:
        """The energy of 100 g that follows from protein, fat and carbohydrate."""
        parts = {"protein": self.protein, "fat": self.fat, "carbohydrate": self.carbohydrate}
        total = Interval.exact(0)
        for nutrient, factor in parts.items():
            total += food.per100[nutrient].amount * factor
        return total

    def __str__(self) -> str:
        return f"{self.name} {self.protein:g}/{self.fat:g}/{self.carbohydrate:g}"


GENERAL = Factors("4-9-4", 4, 9, 4)
SPECIFIC: Mapping[str, Factors] = MappingProxyType(
    {
        "vegetable": Factors("vegetable", 2.44, 8.37, 3.57),
        "fruit": Factors("fruit", 3.36, 8.37, 3.60),
        "legume": Factors("legume", 3.47, 8.37, 4.07),
        "meat": Factors("meat", 4.27, 9.02, 3.87),
        "cereal": Factors("cereal", 3.82, 8.37, 4.16),
    }
)
"""The specific factors that fit the rows of TKPI from KZGPI-1990 and DABM-1964 (structure tests on all 1,146 rows)."""

_KINDS = MappingProxyType(
    {
        "sayur": "vegetable",
        "bumbu": "vegetable",
        "buah": "fruit",
        "nabati": "legume",
        "hewani": "meat",
        "pokok": "cereal",
    }
)


def energies(food: Food) -> Iterator[tuple[str, Interval]]:
    """The energies of 100 g that a row may print: by 4-9-4, by its kind of food, and with fibre at 2 kcal/g.

    A row that states its factors, such as `fruit 3.36/8.37/3.60`, is held to these alone.
    """
    stated = food.energy_factors.split(" ")[0]
    if stated == GENERAL.name or stated in SPECIFIC:
        factors = SPECIFIC.get(stated, GENERAL)
        yield str(factors), factors.energy(food)
        return
    yield GENERAL.name, GENERAL.energy(food)
    if food.group in _KINDS:
        factors = SPECIFIC[_KINDS[food.group]]
        yield str(factors), factors.energy(food)
    fibre = food.per100["fibre"].amount
    if fibre.known:
        yield "4-9-4, fibre 2", GENERAL.energy(food) + fibre * (FIBRE_FACTOR - GENERAL.carbohydrate)
