"""Nutrients: INFOODS tagnames, canonical units, names in two languages; and amounts of all of them at once."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from fractions import Fraction
from functools import lru_cache
from typing import TYPE_CHECKING, Any

import numpy as np

from sehatmenu.documents import Model, TextField, load
from sehatmenu.errors import refusal
from sehatmenu.food.sheets import DATA
from sehatmenu.messages import Figure, Text, figure_text
from sehatmenu.plain_values import plain
from sehatmenu.quantities.intervals import Interval, IntervalArray
from sehatmenu.readings import nearest

if TYPE_CHECKING:
    from sehatmenu.worksheets.frames import DataFrame


class Derivation(Model):
    """How a nutrient follows from others: between the bounds of every sum; where figures contradict, of the first.

    Each term is a lowest and a highest factor: `{retinol: ["1", "1"], carotene_total: ["0", "1/6"]}`: beta-carotene may
    be none or all of the total carotene.
    """

    source: str
    sums: tuple[dict[str, tuple[str, str]], ...]

    def factors(self) -> Iterator[dict[str, tuple[float, float]]]:
        """The sums with plain numbers."""
        for terms in self.sums:
            yield {name: (float(Fraction(low)), float(Fraction(high))) for name, (low, high) in terms.items()}


class _Entry(Model):
    tagname: str | None
    unit: str
    kind: str
    name: TextField
    aliases: tuple[str, ...] = ()
    derive: Derivation | None = None


class _File(Model):
    sources: dict[str, dict[str, str]]
    nutrients: dict[str, _Entry]


@dataclass(frozen=True, slots=True)
class Nutrient:
    """One nutrient: its id, INFOODS tagname, canonical unit, names, and its place in all arrays."""

    id: str
    tagname: str
    unit: str
    name: Text
    index: int
    kind: str
    aliases: tuple[str, ...]
    derivation: Derivation | None = None


@dataclass(frozen=True, slots=True)
class NutrientTable:
    """All nutrients in their fixed order, found by id, INFOODS tagname or Indonesian name.

    >>> table = nutrients()
    >>> table["PROCNT"].id, table["serat"].unit, table["vit_a"].unit
    ('protein', 'g', 'mcg_RE')
    """

    rows: tuple[Nutrient, ...]
    names: Mapping[str, Nutrient]
    sources: Mapping[str, Mapping[str, str]]

    def __iter__(self) -> Iterator[Nutrient]:
        return iter(self.rows)

    def __len__(self) -> int:
        return len(self.rows)

    def __contains__(self, name: str) -> bool:
        return name.casefold() in self.names

    def __getitem__(self, name: str) -> Nutrient:
        """The nutrient of a name; raises LoadError `nutrient-unknown` that names the nearest one."""
        found = self.names.get(name.casefold())
        if found is None:
            raise refusal("nutrient-unknown", text=name, suggestion=self.suggestion(name))
        return found

    def index(self, name: str) -> int:
        """The place of a nutrient in all arrays."""
        return self[name].index

    def suggestion(self, name: str) -> str:
        """The known name that was probably meant, or nothing."""
        return next(iter(nearest(name.casefold(), self.names, n=1, cutoff=0.6)), "")

    @property
    def ids(self) -> tuple[str, ...]:
        """The ids in order."""
        return tuple(nutrient.id for nutrient in self.rows)


@lru_cache(maxsize=1)
def nutrients() -> NutrientTable:
    """The packaged nutrients (data/nutrients.yaml), read once."""
    file = load(DATA / "nutrients.yaml", _File).model
    rows = tuple(
        Nutrient(key, e.tagname or "", e.unit, e.name, index, e.kind, e.aliases, e.derive)
        for index, (key, e) in enumerate(file.nutrients.items())
    )
    names: dict[str, Nutrient] = {}
    for row in rows:
        for spelling in (row.id, row.tagname, row.name.id, row.name.en, *row.aliases):
            if spelling and names.setdefault(spelling.casefold(), row) is not row:
                raise ValueError(f"{spelling!r} names both {names[spelling.casefold()].id} and {row.id}")
    return NutrientTable(rows, names, file.sources)


@dataclass(frozen=True, slots=True)
class NutrientValue:
    """The amount of one nutrient, known or between bounds: prints as `11.2 g`, `≥ 310 mg` or `not known`."""

    nutrient: Nutrient
    amount: Interval

    @property
    def known(self) -> bool:
        """True when the amount is known exactly."""
        return self.amount.known

    @property
    def figure(self) -> Figure:
        """The amount with its unit, for a finding's sentence."""
        return Figure(self.amount.low, self.amount.high, self.nutrient.unit)

    def text(self, lang: str = "id") -> str:
        """The amount as written in Indonesian (`11,2 g`) or English."""
        return figure_text(self.figure, lang)

    def __str__(self) -> str:
        return self.text("en")


@dataclass(frozen=True, slots=True, eq=False)
class Nutrition:
    """Amounts of all nutrients, each in its canonical unit; what is not known is an interval, never zero.

    >>> lunch = Nutrition.of({"protein": 11.2, "sodium": Interval(310, float("inf"))})
    >>> print(lunch["protein"], "|", lunch["sodium"], "|", lunch["iron"])
    11.2 g | ≥ 310 mg | not known
    >>> lunch.scale(2)["PROCNT"].amount.low
    22.4
    """

    values: IntervalArray

    def __repr__(self) -> str:
        return f"<Nutrition: {sum(self.known(n.id) for n in nutrients())} of {len(nutrients())} nutrients known>"

    @classmethod
    def of(cls, amounts: Mapping[str, float | Interval]) -> Nutrition:
        """Stated amounts by nutrient name, in canonical units; nutrients that are not named are unknown."""
        table = nutrients()
        low, high = np.zeros(len(table)), np.full(len(table), np.inf)
        for name, amount in amounts.items():
            bounds = amount if isinstance(amount, Interval) else Interval.exact(amount)
            low[table.index(name)], high[table.index(name)] = bounds.low, bounds.high
        return cls(IntervalArray(low, high))

    @classmethod
    def none(cls) -> Nutrition:
        """Exactly nothing of every nutrient, the neutral element of addition."""
        return cls(IntervalArray.zeros(len(nutrients())))

    def __getitem__(self, name: str) -> NutrientValue:
        nutrient = nutrients()[name]
        return NutrientValue(nutrient, self.values[nutrient.index])

    def __add__(self, other: Nutrition) -> Nutrition:
        return Nutrition(self.values + other.values)

    def scale(self, factor: float | Interval) -> Nutrition:
        """The same food, `factor` times as much."""
        return Nutrition(self.values.scale(factor))

    def known(self, name: str) -> bool:
        """True when the amount of a nutrient is known exactly."""
        return self[name].known

    def items(self) -> Iterator[tuple[str, NutrientValue]]:
        """Every nutrient id with its amount, in order."""
        for nutrient in nutrients():
            yield nutrient.id, NutrientValue(nutrient, self.values[nutrient.index])

    def records(self, lang: str = "id") -> list[dict[str, Any]]:
        """One flat row per nutrient for a table: id, name, unit, lowest and highest amount, and whether it is known.

        The highest amount is None where the food may hold any amount.
        """
        return [
            {
                "nutrient": key,
                "name": value.nutrient.name.in_language(lang),
                "unit": value.nutrient.unit,
                "low": plain(value.amount.low),
                "high": plain(value.amount.high),
                "known": value.amount.known,
            }
            for key, value in self.items()
        ]

    def to_frame(self, lang: str = "id") -> DataFrame:
        """The amounts as a pandas DataFrame; needs the extra `frames`."""
        from sehatmenu.worksheets.frames import frame

        return frame(self.records(lang))
