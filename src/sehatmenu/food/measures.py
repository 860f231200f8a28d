"""Household measures (URT): what a measure of a food weighs, by named list or between lists; own weighing overrides."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
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


SIZES = ("sedang", "besar", "kecil")
LEVEL, HEAP = "peres", "munjung"
HEAPED, HEAVIEST = 2.0, 1.5
"""A heaped spoon holds at most twice a level one; no food of the table or the lists is heavier than 1.5 g/ml (ours)."""


@dataclass(frozen=True, slots=True)
class Weight:
    """A weight in grams, what it is the weight of, who says so, and by which lists of measures."""

    grams: Interval
    basis: Basis
    source: str
    place: Place | None = None
    lists: tuple[str, ...] = ()

    @property
    def origin(self) -> str:
        """Which lists say the weight, the best first, and on what source."""
        return f"{', '.join(self.lists)}: {self.source}" if self.lists else self.source

    def hull(self, other: Weight) -> Weight:
        """Both weights in one range; `either` when they are weights of different things."""
        basis = self.basis if self.basis == other.basis else "either"
        sources = self.source if other.source in self.source else f"{self.source}; {other.source}"
        lists = tuple(dict.fromkeys((*self.lists, *other.lists)))
        return Weight(self.grams.hull(other.grams), basis, sources, self.place, lists)


@dataclass(frozen=True, slots=True)
class Measures:
    """Weights of household measures by list, food and measure; several printed values of one list make a range.

    `volumes` are the millilitres of a measure by list, `same` the other words for a measure of a food (a clove is a
    clove, `siung`, `butir` or `biji`), `grades` how good a list is in its weakest row, from A (a printed table) to D
    (estimates).

    >>> packaged = measures()
    >>> packaged.lists[:2], packaged.lists[-1]
    (('dbmp', 'ggl'), 'kumpulan')
    """

    weights: Mapping[tuple[str, str, str], Weight]
    volumes: Mapping[tuple[str, str], Interval]
    same: Mapping[tuple[str, str], tuple[str, ...]] = field(default_factory=dict)
    grades: Mapping[str, str] = field(default_factory=dict)

    @property
    def lists(self) -> tuple[str, ...]:
        """The names of the lists, from the best grade to the weakest."""
        names = {key[0] for key in (*self.weights, *self.volumes)}
        return tuple(sorted(names, key=lambda name: (self.grades.get(name, ""), name)))

    def weigh(self, food: Food, measure: str, lists: Sequence[str]) -> Weight | None:
        """What one measure of a food weighs by the first of the named lists that says it, or None.

        A list may print the weight itself or under another word for the same measure, that of a sized measure (`potong
        sedang` for `potong`), that of a larger spoon (a tablespoon of so many teaspoons), or a volume, which becomes a
        weight only for a food with a density. A level spoon is the printed one, a heaped one up to twice as much.
        """
        plain, _, size = measure.rpartition(" ")
        if size in (LEVEL, HEAP):
            one = self.weigh(food, plain, lists)
            return one and replace(one, grams=one.grams * Interval(1, HEAPED if size == HEAP else 1))
        for name in lists:
            found = self._printed(name, food, measure) or self._spooned(name, food, measure)
            if found is not None:
                return replace(found, lists=(name,))
        return None

    def between(self, food: Food, measure: str) -> Weight | None:
        """What one measure of a food weighs by all lists together: between the least and the most, or None."""
        said = self.choices(food, measure)
        return reduce(Weight.hull, said.values()) if said else None

    def choices(self, food: Food, measure: str) -> dict[str, Weight]:
        """What every list says of a measure of a food, the best list first."""
        return {name: weight for name in self.lists if (weight := self.weigh(food, measure, [name]))}

    def bound(self, food: Food, measure: str) -> Weight | None:
        """Between nothing and the most that one measure can weigh of a food that no list weighs, or None.

        Spoons and cups are bounded by their largest volume, heaped, of the heaviest food; a pinch by a teaspoon;
        millilitres by the heaviest food. Pieces, leaves and bunches of unknown size have no bound.
        """
        if measure == "ml":
            return Weight(Interval(0, HEAVIEST), "edible", "bound")
        spoon = "sdt" if measure == "jumput" else measure
        largest = max((v.high for (_, written), v in self.volumes.items() if written == spoon.split()[0]), default=None)
        return Weight(Interval(0, largest * HEAPED * HEAVIEST), "edible", "bound") if largest else None

    def _printed(self, name: str, food: Food, measure: str) -> Weight | None:
        words = (measure, *self.same.get((food.code, measure), ()))
        plain = self._weights(name, food, words)
        sized = plain or self._weights(name, food, [f"{word} {size}" for word in words for size in SIZES])
        return plain[0] if plain else reduce(Weight.hull, sized) if sized else None

    def _weights(self, name: str, food: Food, measures: Iterable[str]) -> list[Weight]:
        return [weight for measure in measures if (weight := self.weights.get((name, food.code, measure)))]

    def _spooned(self, name: str, food: Food, measure: str) -> Weight | None:
        """By volume: of a food with a density its weight, else from a printed weight of another spoon of the list."""
        volume = self.volumes.get((name, measure))
        if volume is None:
            return None
        if food.density is not None:
            return Weight(volume * food.density, "edible", f"{name}: {measure}")
        for spoon in (word for listed, word in self.volumes if listed == name):
            printed = self.weights.get((name, food.code, spoon))
            if printed is not None:
                return replace(printed, grams=printed.grams * (volume / self.volumes[name, spoon]))
        return None


def load_measures(path: str | Path, words: str | Path | None = None) -> Measures:
    """Read a table of household measures: code, measure, list, `mass [g]` or `volume [ml]`, basis, source, and a grade.

    `words` is a table of words that mean the same measure of a food: code, measure, same_as. Raises LoadError with
    every problem of the file.
    """
    sheet = read_sheet(path, required=("code", "measure", "list", "mass [g]", "volume [ml]", "basis", "source"))
    weights: dict[tuple[str, str, str], Weight] = {}
    volumes: dict[tuple[str, str], Interval] = {}
    grades: dict[str, str] = {}
    problems = []
    for row in sheet:
        grades[row["list"]] = max(row["grade"], grades.get(row["list"], row["grade"]))
        try:
            _add(row, weights, volumes)
        except (ValueError, KeyError):
            problems.append(problem("measure-row", row.place("mass [g]"), measure=row["measure"], food=row["code"]))
    refuse(problems)
    return Measures(weights, volumes, _same(words) if words else {}, grades)


@lru_cache(maxsize=1)
def measures() -> Measures:
    """The packaged household measures (data/measures.csv), read once."""
    return load_measures(DATA / "measures.csv", DATA / "measure_words.csv")


def _same(path: str | Path) -> dict[tuple[str, str], tuple[str, ...]]:
    """The other words for each measure of a food, from pairs of words that mean the same."""
    groups: dict[tuple[str, str], list[str]] = {}
    for row in read_sheet(path, required=("code", "measure", "same_as")):
        group = groups.setdefault((row["code"], row["same_as"]), [row["same_as"]])
        group.append(row["measure"])
    return {
        (code, word): tuple(other for other in group if other != word)
        for (code, _), group in groups.items()
        for word in group
    }


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
    """How one kitchen weighs: what it has weighed itself, then the lists that it goes by, then all lists together.

    `weighed` holds grams by (food code, measure); `volumes` the millilitres of its own spoons and cups. With `others`
    a measure that none of its own lists knows weighs what the other lists say: between the least and the most.
    """

    measures: Measures
    lists: tuple[str, ...] = ()
    weighed: Mapping[tuple[str, str], Interval] = field(default_factory=dict)
    volumes: Mapping[str, Interval] = field(default_factory=dict)
    others: bool = False

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
        if one is None and self.others:
            one = self.measures.between(food, amount.unit)
        if one is not None:
            return replace(one, grams=amount.value * one.grams)
        choices = self.measures.choices(food, amount.unit)
        offered = "; ".join(f"{name}: {weight.grams} g" for name, weight in choices.items())
        raise UnitError("measure-unresolved", measure=amount.unit, food=food.name.id, choices=offered)
