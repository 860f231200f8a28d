"""What is judged or chosen: options (a dish, perhaps of one UMKM), their catalogue, and menus served from it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import Literal, get_args

import numpy as np
import numpy.typing as npt

from sehatmenu.food.dishes import MassBasis, Recipe
from sehatmenu.food.nutrients import Nutrient, nutrients
from sehatmenu.quantities.intervals import UNKNOWN, Interval, IntervalArray
from sehatmenu.standards.margins import Margins
from sehatmenu.standards.selectors import ONE, PERHAPS, ZERO, Selector
from sehatmenu.standards.windows import Horizon, Occasion, SchoolCalendar, Scope

Scale = Literal["mikro", "kecil", "menengah", "besar", "koperasi"]
"""The scale of a business (PP 7/2021), as it stands among the tags of its UMKM."""

SCALES: tuple[str, ...] = get_args(Scale)
FloatArray = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Certificate:
    """A paper of a supplier: `expires` None means that no end date is stated."""

    type: str
    number: str = ""
    issued: date | None = None
    expires: date | None = None

    def valid_on(self, day: date) -> bool:
        """Whether the paper covers a day, both ends included."""
        return (self.issued is None or self.issued <= day) and (self.expires is None or day <= self.expires)


@dataclass(frozen=True, slots=True)
class Option:
    """A dish that can be served, and what is known of the UMKM that cooks it.

    `price` and `ingredients_cost` are rupiah per standard portion; `certificates` None means that no supplier is known.
    """

    recipe: Recipe
    supplier: str = ""
    supplier_tags: frozenset[str] = frozenset()
    price: Interval = UNKNOWN
    ingredients_cost: Interval = UNKNOWN
    certificates: tuple[Certificate, ...] | None = None

    def certified(self, kind: str, day: date) -> Interval:
        """1 when a certificate of a kind is valid on a day, 0 when not, [0, 1] when the supplier is not known."""
        if self.certificates is None:
            return PERHAPS
        return ONE if any(c.type == kind and c.valid_on(day) for c in self.certificates) else ZERO

    def cooked_by(self, wanted: Iterable[str]) -> Interval:
        """1 when the UMKM is one of the wanted kinds, 0 when it is another, [0, 1] when its scale is not told."""
        if self.supplier_tags & set(wanted):
            return ONE
        return ZERO if self.supplier_tags & set(SCALES) else PERHAPS


@dataclass(frozen=True)
class Catalogue:
    """R options as columns: what one standard portion of each contributes, as interval arrays of length R.

    With `margins` every amount of a nutrient is as uncertain as the delivered dish: checks and plans see the same.
    """

    options: tuple[Option, ...]
    margins: Margins | None = None

    def __repr__(self) -> str:
        return f"<Catalogue: {len(self.options)} options>"

    def __len__(self) -> int:
        return len(self.options)

    @cached_property
    def _nutrition(self) -> IntervalArray:
        values = [option.recipe.nutrition.values for option in self.options]
        shape = (0, len(nutrients()))
        low = np.array([v.low for v in values]) if values else np.zeros(shape)
        high = np.array([v.high for v in values]) if values else np.zeros(shape)
        return IntervalArray(low, high)

    def nutrient(self, nutrient: str) -> IntervalArray:
        """The amount of a nutrient per standard portion, in its canonical unit."""
        wanted = nutrients()[nutrient]
        low, high = self._nutrition.low[:, wanted.index], self._nutrition.high[:, wanted.index]
        if self.margins is None:
            return IntervalArray(low, high)
        part = np.array([self.margins.of(option.recipe, wanted.id) for option in self.options])
        return IntervalArray(low * (1 - part), high * (1 + part))

    def matches(self, selector: Selector) -> IntervalArray:
        """1 for the options whose dish is meant, 0 for others, [0, 1] where that is not known."""
        return self.measure(lambda option: selector.matches(option.recipe))

    def part(self, selector: Selector, nutrient: str) -> IntervalArray:
        """The amount of a nutrient in the dishes that are meant, else in their ingredients that are."""
        wanted = nutrients()[nutrient]
        return self.measure(
            lambda option: self._delivered(option, wanted, selector.nutrient(option.recipe, wanted.index))
        )

    def rest(self, selector: Selector, nutrient: str) -> IntervalArray:
        """The amount of a nutrient in everything but what is meant."""
        wanted = nutrients()[nutrient]
        return self.measure(lambda option: self._delivered(option, wanted, selector.rest(option.recipe, wanted.index)))

    def _delivered(self, option: Option, nutrient: Nutrient, amount: Interval) -> Interval:
        return self.margins.widened(option.recipe, nutrient.id, amount) if self.margins else amount

    def mass(self, selector: Selector, basis: MassBasis) -> IntervalArray:
        """Grams per standard portion of what is meant, on a basis (`edible`, `gross`, `cooked`)."""
        return self.measure(lambda option: selector.mass(option.recipe, basis))

    def credited(self, selector: Selector, unit: str) -> IntervalArray:
        """What a standard portion of the dishes that are meant counts as, in cup, oz_eq, portion or ml."""
        return self.measure(lambda option: selector.credit(option.recipe, unit))

    def cost(self, of: str) -> IntervalArray:
        """Rupiah per standard portion: the `price` paid to the UMKM, or of its `ingredients`."""
        return self.measure(lambda o: o.price if of == "price" else o.ingredients_cost)

    def measure(self, contribution: Callable[[Option], Interval]) -> IntervalArray:
        """Any contribution of an option, as arrays over the catalogue."""
        found = [contribution(option) for option in self.options]
        low = np.array([i.low for i in found], dtype=float)
        return IntervalArray(low, np.array([i.high for i in found], dtype=float))


@dataclass(frozen=True, slots=True, eq=False)
class Menu:
    """What one group is served: `portions[t, r]` standard portions of option r at occasion t (0: not served).

    `scope` says how much of the eating it is: one dish (`item`), one meal, one whole day, or a menu of days (`cycle`).
    """

    catalogue: Catalogue
    horizon: Horizon
    portions: FloatArray
    scope: Scope = Scope.cycle
    name: str = ""

    def __repr__(self) -> str:
        return f"<Menu {self.name!r}: {len(self.horizon.occasions)} occasions, {len(self.catalogue)} options>"

    @classmethod
    def of_item(cls, dish: Recipe | Option, day: date, meal: str = "") -> Menu:
        """A single dish, judged by the rules for items."""
        return cls.of_days({day: {meal: [dish]}}, scope=Scope.item, name=_name(dish))

    @classmethod
    def of_meal(cls, dishes: Sequence[Recipe | Option], day: date, meal: str = "", name: str = "") -> Menu:
        """One meal made of these dishes, a standard portion of each."""
        return cls.of_days({day: {meal: dishes}}, scope=Scope.meal, name=name or " + ".join(_name(d) for d in dishes))

    @classmethod
    def of_days(
        cls,
        days: Mapping[date, Mapping[str, Sequence[Recipe | Option]]],
        *,
        whole_days: bool = False,
        scope: Scope = Scope.cycle,
        name: str = "",
        calendar: SchoolCalendar | None = None,
    ) -> Menu:
        """A menu from `{day: {meal: [dish, ...]}}`, a standard portion each time a dish is listed.

        `calendar` says which weeks holidays shorten; without it a week counts as whole when the menu goes on before and
        after the days that it lacks, or when it has all the days of a usual week.
        """
        options: dict[int, Option] = {}
        index: dict[int, int] = {}
        served: list[tuple[int, int]] = []
        occasions = [Occasion(day, meal) for day in sorted(days) for meal in days[day]]
        for t, occasion in enumerate(occasions):
            for dish in days[occasion.day][occasion.meal]:
                at = index.setdefault(id(dish), len(index))
                options.setdefault(at, dish if isinstance(dish, Option) else Option(dish))
                served.append((t, at))
        portions = np.zeros((len(occasions), len(index)))
        for t, at in served:
            portions[t, at] += 1.0
        catalogue = Catalogue(tuple(options[at] for at in range(len(index))))
        return cls(catalogue, Horizon(tuple(occasions), whole_days, calendar), portions, scope, name)

    def editions(self) -> tuple[str, ...]:
        """The editions of the food tables that the dishes rest on."""
        found = (edition for option in self.catalogue.options for edition in option.recipe.editions())
        return tuple(dict.fromkeys(edition for edition in found if edition))

    @property
    def served(self) -> FloatArray:
        """1 where an option is served at an occasion, else 0."""
        return (self.portions > 0).astype(float)


def _name(dish: Recipe | Option) -> str:
    return dish.name if isinstance(dish, Recipe) else dish.recipe.name
