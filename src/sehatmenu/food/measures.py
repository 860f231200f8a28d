"""Household measures (URT): what a measure of a food weighs, by named list; the kitchen's own weighing overrides."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache, reduce
from pathlib import Path
from typing import Literal, TypeAlias

from sehatmenu.errors import UnitError
from sehatmenu.files import Place
from sehatmenu.findings import problem
from sehatmenu.food.composition import Food
from sehatmenu.food.sheets import DATA, Row, read_cell, read_sheet, refuse
from sehatmenu.quantities.amounts import Amount
from sehatmenu.quantities.intervals import Interval

Basis: TypeAlias = Literal["gross", "edible", "cooked", "either", "stated"]
"""What a weight is of: as bought, the edible part, cooked, one of the first two, or whatever the recipe states."""

_BASES: Mapping[str, Basis] = {"gross": "gross", "edible": "edible", "either": "either"}


@dataclass(frozen=True, slots=True)
class Weight:
    """A weight in grams, what it is the weight of, and who says so."""

    grams: Interval
    basis: Basis
    source: str
    place: Place | None = None

    def hull(self, other: Weight) -> Weight:
        """Both weights in one range; `either` when they are weights of different things."""
        basis = self.basis if self.basis == other.basis else "either"
        sources = self.source if other.source in self.source else f"{self.source}; {other.source}"
        return Weight(self.grams.hull(other.grams), basis, sources, self.place)


@dataclass(frozen=True, slots=True)
class Measures:
    """Weights of household measures by list, food and measure; several printed values of one list make a range.

    >>> packaged = measures()
    >>> packaged.lists
    ('aplikasi', 'dbmp', 'manual', 'poltekkes', 'resep', 'survei', 'usda')
    """

    weights: Mapping[tuple[str, str, str], Weight]
    volumes: Mapping[tuple[str, str], Interval]

    @property
    def lists(self) -> tuple[str, ...]:
        """The names of the lists."""
        return tuple(sorted({key[0] for key in (*self.weights, *self.volumes)}))

    def weigh(self, food: Food, measure: str, lists: Sequence[str]) -> Weight | None:
        """What one measure of a food weighs by the first of the named lists that says it, or None.

        A list may print the weight itself, that of a sized measure (`potong sedang` for `potong`), or a volume, which
        becomes a weight only for a food with a density.
        """
        for name in lists:
            found = self.weights.get((name, food.code, measure)) or self._sized(name, food, measure)
            if found is None and food.density is not None and (name, measure) in self.volumes:
                found = Weight(self.volumes[name, measure] * food.density, "edible", f"{name}: {measure}")
            if found is not None:
                return found
        return None

    def choices(self, food: Food, measure: str) -> dict[str, Weight]:
        """What every list says of a measure of a food."""
        return {name: weight for name in self.lists if (weight := self.weigh(food, measure, [name]))}

    def _sized(self, name: str, food: Food, measure: str) -> Weight | None:
        sized = [
            weight
            for (listed, code, written), weight in self.weights.items()
            if (listed, code) == (name, food.code) and written.split()[0] == measure
        ]
        return reduce(Weight.hull, sized) if sized else None


def load_measures(path: str | Path) -> Measures:
    """Read a table of household measures: code, measure, list, `mass [g]` or `volume [ml]`, basis, source.

    Raises LoadError with every problem of the file.
    """
    sheet = read_sheet(path, required=("code", "measure", "list", "mass [g]", "volume [ml]", "basis", "source"))
    weights: dict[tuple[str, str, str], Weight] = {}
    volumes: dict[tuple[str, str], Interval] = {}
    problems = []
    for row in sheet:
        try:
            _add(row, weights, volumes)
        except (ValueError, KeyError):
            problems.append(problem("measure-row", row.place("mass [g]"), measure=row["measure"], food=row["code"]))
    refuse(problems)
    return Measures(weights, volumes)


@lru_cache(maxsize=1)
def measures() -> Measures:
    """The packaged household measures (data/measures.csv), read once."""
    return load_measures(DATA / "measures.csv")


def _add(row: Row, weights: dict[tuple[str, str, str], Weight], volumes: dict[tuple[str, str], Interval]) -> None:
    if row["volume [ml]"]:
        volume, spoon = read_cell(row["volume [ml]"]), (row["list"], row["measure"])
        volumes[spoon] = volume.hull(volumes.get(spoon, volume))
    else:
        key = (row["list"], row["code"], row["measure"])
        weight = Weight(read_cell(row["mass [g]"]), _BASES[row["basis"]], row["source"], row.place("mass [g]"))
        weights[key] = weight.hull(weights[key]) if key in weights else weight


@dataclass(frozen=True, slots=True)
class Scales:
    """How one kitchen weighs: the lists that it goes by, in order, and what it has weighed itself.

    `weighed` holds grams by (food code, measure); `volumes` the millilitres of its own spoons and cups.
    """

    measures: Measures
    lists: tuple[str, ...] = ()
    weighed: Mapping[tuple[str, str], Interval] = field(default_factory=dict)
    volumes: Mapping[str, Interval] = field(default_factory=dict)

    def weigh(self, amount: Amount, food: Food) -> Weight:
        """The weight of an amount of a food; an unknown amount (`secukupnya`) stays unknown.

        Raises UnitError `measure-unresolved` that offers the choices, or `density-missing`.
        """
        own = self.weighed.get((food.code, amount.unit))
        if own is not None:
            times = Interval.exact(1) if amount.kind == "unknown" else amount.value
            return Weight(times * own, "stated", "own weighing")
        match amount.kind:
            case "mass" | "unknown":
                return Weight(amount.value, "stated", "stated")
            case "volume":
                return self._poured(amount.value, amount, food)
            case "measure":
                return self._measured(amount, food)
        raise UnitError("amount-rupiah", text=f"{amount} {food.name.id}")

    def _poured(self, volume: Interval, amount: Amount, food: Food) -> Weight:
        if food.density is None:
            raise UnitError("density-missing", text=str(amount), food=food.name.id)
        return Weight(volume * food.density, "edible", "density")

    def _measured(self, amount: Amount, food: Food) -> Weight:
        if amount.unit in self.volumes and food.density is not None:
            return self._poured(amount.value * self.volumes[amount.unit], amount, food)
        one = self.measures.weigh(food, amount.unit, self.lists)
        if one is not None:
            return Weight(amount.value * one.grams, one.basis, one.source)
        choices = self.measures.choices(food, amount.unit)
        offered = "; ".join(f"{name}: {weight.grams} g" for name, weight in choices.items())
        raise UnitError("measure-unresolved", measure=amount.unit, food=food.name.id, choices=offered)
