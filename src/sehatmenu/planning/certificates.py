"""Bounds made certain: what prices prove is added up anew from the model's own rows, apart from the engine that found them."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np

from sehatmenu.planning.models import Distinct, Model, portion_range

if TYPE_CHECKING:
    from sehatmenu.planning.models import F8, I8

ROUNDING = 1e-12
"""What adding up may have lost, as a part of all that was added."""


@dataclass(frozen=True, slots=True, eq=False)
class VarietyPrices:
    """Prices of one variety rule: of each key that is served (by name), and of one more kind; none below zero."""

    keys: Mapping[int, float]
    kinds: float


@dataclass(frozen=True, slots=True, eq=False)
class RowPrices:
    """Rupiah per unit of each of the model's own rows (above zero: of its floor, below: of its ceiling).

    `ceilings` are rupiah (never above zero) on serving an option at most once, by y column; `variety` the prices of variety
    rules, by rule number.
    """

    rows: F8
    ceilings: F8 | None = None
    variety: Mapping[int, VarietyPrices] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, eq=False)
class Low:
    """A least cost that somebody has proven for a piece of the model, at costs of its columns.

    `places[i]` are the model's columns that stand for the piece's own at its i-th occurrence (-1: not there then), `cost`
    the costs they had in the proof; none of its occurrences costs less than `value` at these.
    """

    places: I8
    cost: F8
    value: float


def certified_bound(model: Model, prices: RowPrices, lows: Sequence[Low] = ()) -> float:
    """Rupiah that no menu of the model undercuts, by these prices and by what is proven of its pieces; -inf: they prove none.

    Any menu costs at least what the priced rows bring in and, slot by slot, the least that is left to pay at the prices.
    Slots of a piece together cost its `value`, less what its costs exceed those that the prices leave. Prices against a
    side without a limit count as zero. Sums are exact; what single products may have lost is taken off.
    """
    rows = _sound(model, prices.rows)
    terms = [rows * np.where(rows == 0, 0.0, np.where(rows > 0, model.lower, model.upper))]
    left = model.cost - np.asarray(model.matrix.T @ rows)
    if prices.ceilings is not None:
        ceilings = np.minimum(prices.ceilings, 0.0)
        left[: model.n_serve] -= ceilings
        terms.append(ceilings)
    terms += [_varied(d, prices.variety[d.rule], left) for d in model.distinct if d.rule in prices.variety]
    pieces = _Pieces(model, left)
    for low in lows:
        for place in low.places:
            there = place >= 0
            lost = pieces.lost(place[there], low.cost[there])
            terms.append(np.array([low.value, -lost]))
    terms.append(_slots(model, left)[~pieces.taken])
    every = np.concatenate(terms)
    if np.isinf(every).any():
        return math.inf if (every == math.inf).any() and not (every == -math.inf).any() else -math.inf
    return math.fsum(every) - ROUNDING * math.fsum(np.abs(every))


def _sound(model: Model, prices: F8) -> F8:
    wrong = ((prices > 0) & ~np.isfinite(model.lower)) | ((prices < 0) & ~np.isfinite(model.upper))
    return np.where(wrong, 0.0, prices)


def _varied(distinct: Distinct, prices: VarietyPrices, left: F8) -> F8:
    """What one window of a variety rule brings in; its price is taken off `left` for every option that counts for it.

    Kinds served are at least `minimum`, each at most once, and only where one of its options is.
    """
    kinds = max(prices.kinds, 0.0)
    names, key = np.unique(distinct.keys, return_inverse=True)
    of_key = np.array([max(prices.keys.get(int(name), 0.0), 0.0) for name in names])
    np.subtract.at(left, distinct.cells, of_key[key])
    return np.append(np.minimum(of_key - kinds, 0.0), kinds * distinct.minimum)


class _Pieces:
    """Pieces laid over the slots of a model, each slot in one of them at most."""

    def __init__(self, model: Model, left: F8) -> None:
        _, high = portion_range(model)
        self._most = np.concatenate([np.ones(model.n_serve), np.maximum(high, 0.0)])
        self._slot = np.concatenate([model.slot, model.slot[model.cell]])
        self._columns = np.bincount(self._slot, minlength=model.n_slots)
        self._left = left
        self.taken = np.zeros(model.n_slots, bool)

    def lost(self, columns: I8, cost: F8) -> float:
        """What the value of a piece may be too high by, where the prices leave less than its costs; inf: it proves nothing.

        It has to hold all columns of its slots, each once, and no slot that another piece has.
        """
        slots, held = np.unique(self._slot[np.unique(columns)], return_counts=True)
        whole = np.array_equal(held, self._columns[slots]) and not self.taken[slots].any()
        self.taken[slots] = True
        over = np.maximum(cost - self._left[columns], 0.0) * self._most[columns]
        return math.fsum(over) if whole else math.inf


def _slots(model: Model, left: F8) -> F8:
    """The least that each slot can cost at what the prices leave to pay; inf where nothing can be served."""
    low, high = portion_range(model)
    portion = left[model.n_serve :]
    each = np.minimum(portion * low, portion * high)
    worth = left[: model.n_serve] + np.bincount(model.cell, each, model.n_serve)
    worth[np.bincount(model.cell, low > high, model.n_serve) > 0] = np.inf
    least = np.full(model.n_slots, np.inf)
    np.minimum.at(least, model.slot, worth)
    return least
