"""Margins: by which part a delivered dish may differ from its figures, so that rules also hold for uneven quality."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from statistics import NormalDist

from sehatmenu.errors import refusal
from sehatmenu.food.dishes import Recipe
from sehatmenu.food.nutrients import nutrients
from sehatmenu.messages import Figure, figure_text
from sehatmenu.quantities.intervals import Interval
from sehatmenu.quantities.units import read_quantity


@dataclass(frozen=True, slots=True)
class Margins:
    """By which part of its figure each nutrient of a dish may be lower or higher when it is delivered.

    `everywhere` holds for every dish, `dishes` (by the id of the recipe) instead of it for single ones; both by nutrient
    id, as fractions. `confidence` is set where they come from coefficients of variation.
    """

    everywhere: Mapping[str, float]
    dishes: Mapping[str, Mapping[str, float]] = field(default_factory=dict)
    confidence: float | None = None

    @classmethod
    def stated(cls, parts: Mapping[str, str], dishes: Mapping[str, Mapping[str, str]] | None = None) -> Margins:
        """Margins as they are written: `Margins.stated({"protein": "5 %"})`.

        Raises LoadError `margin-range` for a margin of 100 % and more, UnitError for one without a unit or below zero.

        >>> Margins.stated({"protein": "5 %"}, {"tempe-goreng": {"protein": "8 %"}}).everywhere
        {'protein': 0.05}
        """
        return cls(_read(parts), {dish: _read(own) for dish, own in (dishes or {}).items()})

    @classmethod
    def varying(
        cls,
        variation: Mapping[str, str],
        *,
        confidence: str,
        dishes: Mapping[str, Mapping[str, str]] | None = None,
    ) -> Margins:
        """Margins out of coefficients of variation: each limit is kept with this confidence.

        Amounts are taken as normally distributed, one side at a time: 95 % is 1.645 coefficients of variation. All
        dishes of a meal are taken to fall short together, which is exact for such dishes and cautious for independent
        ones.

        >>> round(Margins.varying({"protein": "10 %"}, confidence="95 %").everywhere["protein"], 4)
        0.1645
        """
        level = read_quantity(confidence, "fraction")
        if not 0.5 <= level < 1:
            raise refusal("margin-confidence", text=confidence)
        times = NormalDist().inv_cdf(level)

        def parts(written: Mapping[str, str]) -> dict[str, float]:
            return {name: min(times * part, 1.0) for name, part in _read(written).items()}

        return cls(parts(variation), {dish: parts(own) for dish, own in (dishes or {}).items()}, level)

    def of(self, recipe: Recipe, nutrient: str) -> float:
        """The margin of a nutrient (by its id) of a dish, as a fraction; 0 where none is given."""
        return self.dishes.get(recipe.id, {}).get(nutrient, self.everywhere.get(nutrient, 0.0))

    def widened(self, recipe: Recipe, nutrient: str, amount: Interval) -> Interval:
        """An amount of a nutrient in a dish as it may be delivered: lower and higher by the margin."""
        part = self.of(recipe, nutrient)
        return Interval(amount.low * (1 - part), amount.high * (1 + part)) if part else amount

    def spoken(self, lang: str) -> str:
        """The margins in words: `Protein 5 %`."""
        return ", ".join(self._words(lang))

    def _words(self, lang: str) -> Iterator[str]:
        for dish, parts in (("", self.everywhere), *self.dishes.items()):
            for name, part in parts.items():
                title = nutrients()[name].name.in_language(lang)
                margin = f"{title} {figure_text(Figure.exact(part, 'fraction'), lang)}"
                yield f"{margin} ({dish})" if dish else margin


def _read(written: Mapping[str, str]) -> dict[str, float]:
    parts = {nutrients()[name].id: read_quantity(text, "fraction") for name, text in written.items()}
    for (name, part), text in zip(parts.items(), written.values(), strict=True):
        if part >= 1:
            raise refusal("margin-range", nutrient=nutrients()[name].name, text=text)
    return parts
