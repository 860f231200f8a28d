"""Fix and optimise: a few seats of the menu are chosen anew from known meals while all others stay, piece after piece."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np

from sehatmenu.planning.column_generation.generation import Generation
from sehatmenu.planning.patterns import Meal
from sehatmenu.planning.search.incumbents import Incumbent
from sehatmenu.planning.search.laying import cheapest_known
from sehatmenu.planning.search.meal_anew import meal_anew
from sehatmenu.planning.search.seats import Seat, Seating
from sehatmenu.planning.search.set_partitioning import Candidates, choose

if TYPE_CHECKING:
    from sehatmenu.planning.models import F8


@dataclass(frozen=True, slots=True)
class SearchParameters:
    """How wide a piece is and how many meals compete for its seats; measured on the example."""

    fewest: int = 25
    most: int = 400
    """Candidates of a seat, the cheapest at the master's prices: more while pieces close, fewer while they do not."""
    nodes: int = 200
    """Branches of one piece; counted, not timed, so that the same seed finds the same menu."""
    gap: float = 1e-4
    """How near a piece goes to its optimum."""


@dataclass(slots=True, eq=False)
class FixAndOptimise:
    """A large-neighbourhood search over known meals (Pisinger and Ropke 2019 give the frame)."""

    seating: Seating
    generation: Generation
    incumbent: Incumbent
    rng: np.random.Generator
    left: Callable[[], float]
    parameters: SearchParameters = field(default_factory=SearchParameters)
    width: dict[str, float] = field(default_factory=dict)
    idle: int = 0
    pieces: Iterator[tuple[str, list[Seat]]] = field(init=False)

    def __post_init__(self) -> None:
        self.pieces = self._pieces()

    @property
    def round(self) -> int:
        """How many pieces one round over the whole menu has."""
        days = len(self.seating.seats) // len(self.seating.kinds)
        return 2 * len(self.seating.kinds) + days // 2

    def _pieces(self) -> Iterator[tuple[str, list[Seat]]]:
        """For ever: every tray whole, half of every tray, two days of all trays; in an order drawn anew each round."""
        seats, kinds = self.seating.seats, len(self.seating.kinds)
        by_kind = [[seat for seat in seats if seat.kind == number] for number in range(kinds)]
        most = max(len(own) for own in by_kind)
        while True:
            found = [("tray", own) for own in by_kind]
            for own in by_kind:
                half = self.rng.permutation(len(own))[: max(len(own) // 2, 1)]
                found.append(("half", [own[i] for i in sorted(half.tolist())]))
            days = self.rng.permutation(most).tolist()
            found += [("days", [own[d] for own in by_kind for d in pair if d < len(own)])
                      for pair in zip(days[::2], days[1::2], strict=False)]  # fmt: skip
            yield from (found[i] for i in self.rng.permutation(len(found)).tolist())

    def step(self) -> bool:
        """Choose one piece anew; whether the menu became cheaper."""
        values = self.incumbent.values
        if values is None or self.left() <= 0:
            return False
        name, seats = next(self.pieces)
        count = int(self.width.get(name, self.parameters.fewest))
        entries = [self._candidates(seat, values, count) for seat in seats]
        fixed = self.incumbent.cost - sum(_served_cost(self.seating, seat, values) for seat in seats)
        chosen = choose(
            self.seating, entries, values, cutoff=self.incumbent.cost - fixed - 1e-6 * self.incumbent.cost,
            seconds=self.left(), nodes=self.parameters.nodes, gap=self.parameters.gap,
        )  # fmt: skip
        self.width[name] = min(count * 1.6, self.parameters.most) if chosen.closed else max(
            count / 1.3, self.parameters.fewest)  # fmt: skip
        better = chosen.values is not None and self.incumbent.offer(chosen.values)
        self.idle = 0 if better else self.idle + 1
        return better

    @property
    def stuck(self) -> bool:
        """Whether two whole rounds brought nothing."""
        return self.idle >= 2 * self.round

    def _candidates(self, seat: Seat, values: F8, count: int) -> Candidates:
        """The cheapest known meals for a seat, and the one it has."""
        meals = [served(self.seating, seat, values), *cheapest_known(self.generation, seat.kind, count)]
        return Candidates(seat, meals, np.array([meal.cost for meal in meals])).available()

    def anew(self) -> bool:
        """Choose every meal anew, exactly, with the others fixed; what is found becomes known. Whether the menu got cheaper."""
        better = False
        for seat in self.seating.seats:
            if self.incumbent.values is None or self.left() <= 0:
                break
            meal = meal_anew(self.seating, seat, self.incumbent.values, seconds=min(3.0, self.left()), gap=1e-4)
            if meal is not None:
                self.generation.keep(seat.kind, meal)
                trial = self.incumbent.values.copy()
                self.seating.serve(trial, seat, meal)
                better |= self.incumbent.offer(trial)
        return better


def served(seating: Seating, seat: Seat, values: F8) -> Meal:
    """The meal that a menu serves at a seat."""
    own = np.where(seat.places >= 0, values[seat.places], 0.0)
    return Meal(own, float(seating.kinds[seat.kind].model.cost @ own))


def _served_cost(seating: Seating, seat: Seat, values: F8) -> float:
    return served(seating, seat, values).cost
