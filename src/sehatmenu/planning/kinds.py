"""Equal parts (weeks alike) are solved once: bounds and cycles of each kind of part at the average day's prices."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence
from typing import TYPE_CHECKING

import numpy as np

from sehatmenu.planning.certificates import Low, RowPrices, certified_bound
from sehatmenu.planning.cycles import columns_of, coupled_rows, coupling_of, priced, repeat
from sehatmenu.planning.foldings import Folding
from sehatmenu.planning.layouts import Layout, layout
from sehatmenu.planning.models import Model
from sehatmenu.planning.searches import Search, follow

if TYPE_CHECKING:
    from sehatmenu.planning.models import F8, I8, Rows


class Kinds:
    """The kinds of parts of a layout; iterating gives their numbers, most frequent first.

    Each kind is solved without the rules that couple parts, which cost their price in the average day instead.
    """

    def __init__(self, whole: Layout, prices: F8, seed: int, ended: Callable[[], bool]) -> None:
        self.layout, self.prices, self.seed, self._ended = whole, prices, seed, ended
        found: dict[bytes, tuple[Model, list[int]]] = {}
        for number, part in enumerate(whole.parts):
            model = priced(whole, part, prices)
            key = _signature(model, coupling_of(whole, part))
            found.setdefault(key, (model, []))[1].append(number)
        kinds = sorted(found.values(), key=lambda kind: -len(kind[1]))
        self._models, self.numbers = [k[0] for k in kinds], [k[1] for k in kinds]
        self._places = [np.array([columns_of(whole, whole.parts[n]) for n in k[1]]) for k in kinds]
        self._foldings: list[Folding | None] = [None] * len(kinds)
        self._searches: list[Search | None] = [None] * len(kinds)

    def __len__(self) -> int:
        return len(self._models)

    def __iter__(self) -> Iterator[int]:
        return iter(range(len(self._models)))

    def at(self, kind: int) -> Folding:
        """A kind folded to its average day."""
        known = self._foldings[kind]
        if known is None:
            known = self._foldings[kind] = Folding(self._models[kind], self.seed, self._ended)
        return known

    def bound(self) -> float:
        """Lower bound of every menu: the bounds of all parts and the price of what couples them."""
        return self.certified(self.prices, [self.at(kind) for kind in self])

    def certified(self, prices: F8, foldings: Sequence[Folding]) -> float:
        """What foldings of all kinds at these prices prove together, with the price of what couples their parts."""
        rows = np.where(coupled_rows(self.layout), prices, 0.0)
        lows = [Low(places, f.model.cost, f.bound) for places, f in zip(self._places, foldings, strict=True)]
        return certified_bound(self.layout.model, RowPrices(rows), lows)

    def search(self, kind: int, rates: F8, seconds: float) -> None:
        """Lay rates (of the kind's columns, or of the whole model's) out over its slots, improve, and keep the best."""
        model = self._models[kind]
        if rates.size != model.n:
            rates = rates[columns_of(self.layout, self.layout.parts[self.numbers[kind][0]])]
        self._until = time.perf_counter() + seconds
        search = self._searches[kind]
        if search is None:
            inner = layout(model)
            search = Search(inner, follow(inner, rates), self.seed, self._late, lambda _: None)
            self._searches[kind] = search
            search.settle()
        else:
            search.adopt(follow(search.layout, rates))

    def _late(self) -> bool:
        return self._ended() or time.perf_counter() > self._until

    def lay(self, kind: int, choice: I8) -> None:
        """Write the kind's menu into a choice of the whole model, over all its parts."""
        search, parts = self._searches[kind], self.layout.parts
        if search is None:
            return
        first = parts[self.numbers[kind][0]]
        for number in self.numbers[kind]:
            laid = repeat(self.layout, first, search.choice, parts[number])
            if (laid >= 0).all():
                choice[parts[number].slots] = parts[number].options[laid]


def _signature(model: Model, coupling: Rows) -> bytes:
    """Equal for models that differ only in the numbers of their families and put the same into the rows that couple parts."""
    family = np.unique(model.family, return_inverse=True)[1]
    exact = (model.slot, model.cell, model.orbit, family, model.matrix.indices, model.matrix.indptr,
             coupling.indices, coupling.indptr)  # fmt: skip
    rounded = (model.cost, model.minimum, model.maximum, model.step, model.lower, model.upper, model.matrix.data,
               coupling.data)  # fmt: skip
    distinct = [a for d in model.distinct for a in (d.cells, d.keys, np.array([d.minimum]))]
    arrays = (*exact, *(np.round(a, 6) + 0.0 for a in rounded), *distinct)
    return b"|".join(a.astype(float).tobytes() for a in arrays)
