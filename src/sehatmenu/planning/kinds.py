"""Equal parts (weeks alike) are solved once: bounds and cycles of each kind of part at the average day's prices."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from sehatmenu.planning.bounds import Folded, fold
from sehatmenu.planning.cycles import columns_of, constants, excesses, priced, repeat
from sehatmenu.planning.layouts import Layout, layout
from sehatmenu.planning.models import Model
from sehatmenu.planning.searches import Search, follow
from sehatmenu.planning.solvers import Solution, solve

if TYPE_CHECKING:
    from sehatmenu.planning.models import F8, I8

_NEAR = 0.003


class Kinds:
    """The kinds of parts of a layout; iterating gives their numbers, most frequent first.

    Each kind is solved without the rules that couple parts, which cost their price in the average day instead.
    """

    def __init__(self, whole: Layout, prices: F8, seed: int, ended: Callable[[], bool]) -> None:
        self._layout, self._seed, self._ended = whole, seed, ended
        self._fixed = constants(whole, prices)
        found: dict[bytes, tuple[Model, list[int]]] = {}
        for number, part in enumerate(whole.parts):
            model = priced(whole, part, prices)
            found.setdefault(_signature(model), (model, []))[1].append(number)
        kinds = sorted(found.values(), key=lambda kind: -len(kind[1]))
        self._models, self._numbers = [k[0] for k in kinds], [k[1] for k in kinds]
        self._averages: list[tuple[Folded, Solution] | None] = [None] * len(kinds)
        self._bounds = [-np.inf] * len(kinds)
        self._best: list[F8 | None] = [None] * len(kinds)
        self._searches: list[Search | None] = [None] * len(kinds)

    def __len__(self) -> int:
        return len(self._models)

    def __iter__(self) -> Iterator[int]:
        return iter(range(len(self._models)))

    def promising(self, kind: int, seconds: float, gap: float) -> F8 | None:
        """How often each column of a kind is best used, in whole servings of options that its prices make promising."""
        folded, average = self._average(kind)
        if average.values is None or average.duals is None:
            return None
        found = self._near(kind, folded, average, seconds, gap)
        self._best[kind] = found
        return None if found is None else folded.rates(found)

    def prove(self, kind: int, seconds: float, gap: float) -> None:
        """Raise the bound of a kind, over all its options, starting from the promising ones."""
        folded, _ = self._average(kind)
        answer = solve(folded.program, time_limit=seconds, gap=gap, seed=self._seed, start=self._best[kind],
                       cancel=self._ended)  # fmt: skip
        self._bounds[kind] = max(self._bounds[kind], answer.bound)
        self._best[kind] = answer.values if answer.values is not None else self._best[kind]

    def proven(self, kind: int) -> F8 | None:
        """The best use of a kind's columns met while proving its bound."""
        found = self._best[kind]
        return None if found is None else self._average(kind)[0].rates(found)

    def _average(self, kind: int) -> tuple[Folded, Solution]:
        """The kind folded, and its cheapest mix of parts of servings."""
        known = self._averages[kind]
        if known is None:
            folded = fold(self._models[kind], whole=True)
            program = replace(folded.program, integer=np.zeros(folded.copies.size, bool))
            known = folded, solve(program, cancel=self._ended)
            self._averages[kind] = known
            self._bounds[kind] = known[1].bound
        return known

    def _near(self, kind: int, folded: Folded, average: Solution, seconds: float, gap: float) -> F8 | None:
        model, search = self._models[kind], self._searches[kind]
        assert average.duals is not None
        inner = search.layout if search is not None else layout(model)
        near = excesses(inner, folded.prices(average.duals)) <= _NEAR * abs(average.objective)
        kept = np.zeros(folded.copies.size, bool)
        kept[folded.column[np.concatenate([near, near[model.cell]])]] = True
        program = replace(folded.program, upper=np.where(kept, folded.program.upper, 0.0))
        return solve(program, time_limit=seconds, gap=gap, seed=self._seed, cancel=self._ended).values

    def bound(self) -> float:
        """Lower bound of every menu: the bounds of all parts and the price of what couples them."""
        for kind in self:
            self._average(kind)
        return sum(b * len(n) for b, n in zip(self._bounds, self._numbers, strict=True)) + self._fixed

    def search(self, kind: int, rates: F8, seconds: float) -> None:
        """Lay rates (of the kind's columns, or of the whole model's) out over its slots, improve, and keep the best."""
        model = self._models[kind]
        if rates.size != model.n:
            rates = rates[columns_of(self._layout, self._layout.parts[self._numbers[kind][0]])]
        self._until = time.perf_counter() + seconds
        search = self._searches[kind]
        if search is None:
            inner = layout(model)
            search = Search(inner, follow(inner, rates), self._seed, self._late, lambda _: None)
            self._searches[kind] = search
            search.settle()
        else:
            search.adopt(follow(search.layout, rates))

    def _late(self) -> bool:
        return self._ended() or time.perf_counter() > self._until

    def lay(self, kind: int, choice: I8) -> None:
        """Write the kind's menu into a choice of the whole model, over all its parts."""
        search, parts = self._searches[kind], self._layout.parts
        if search is None:
            return
        first = parts[self._numbers[kind][0]]
        for number in self._numbers[kind]:
            laid = repeat(self._layout, first, search.choice, parts[number])
            if (laid >= 0).all():
                choice[parts[number].slots] = parts[number].options[laid]


def _signature(model: Model) -> bytes:
    """Equal for models that differ only in the numbers of their families."""
    family = np.unique(model.family, return_inverse=True)[1]
    exact = (model.slot, model.cell, model.orbit, family, model.matrix.indices, model.matrix.indptr)
    rounded = (model.cost, model.minimum, model.maximum, model.step, model.lower, model.upper, model.matrix.data)
    distinct = [a for d in model.distinct for a in (d.cells, d.keys, np.array([d.minimum]))]
    arrays = (*exact, *(np.round(a, 6) + 0.0 for a in rounded), *distinct)
    return b"|".join(a.astype(float).tobytes() for a in arrays)
