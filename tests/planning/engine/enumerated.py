"""Small random models in coarse serving steps, and their optimum by writing out every menu with every portion."""

from __future__ import annotations

from dataclasses import replace
from functools import reduce
from itertools import product
from typing import TYPE_CHECKING

import numpy as np

from sehatmenu.planning.models import Model
from tests.planning.engine.small import small

if TYPE_CHECKING:
    from sehatmenu.planning.models import F8, I8


def stepped(seed: int) -> Model:
    """A small model whose portions are multiples of 0.2, 0.3 or 0.45, or fixed; some options fit no multiple at all."""
    rng = np.random.default_rng(10_000 + seed)
    model = small(seed)
    groups, options = model.cell.size // model.n_serve, int((model.slot == 0).sum())
    step = float(rng.choice([0.2, 0.3])) if groups == 1 else 0.3 if options == 2 else 0.45
    minimum, maximum = model.minimum.copy(), model.maximum.copy()
    if rng.random() < 0.15:
        none = model.orbit[model.n_serve :] == rng.choice(model.orbit[model.n_serve :])
        minimum[none], maximum[none] = 1.05, 1.15
    return replace(model, step=np.full(model.cell.size, step), minimum=minimum, maximum=maximum)


def cheapest_of_all(model: Model) -> float:
    """Rupiah of the cheapest lawful menu, inf when there is none; no solver takes part."""
    choices = [ways_to_fill(model, slot) for slot in range(model.n_slots)]
    if any(not len(some) for some in choices):
        return np.inf
    cost = _sums([some @ model.cost for some in choices])
    activity = np.column_stack([_sums([some @ row for some in choices]) for row in model.matrix.toarray()])
    lawful = ((activity >= model.lower - 1e-9) & (activity <= model.upper + 1e-9)).all(axis=1)
    for rule in model.distinct:
        served = [some[:, rule.cells] @ (rule.keys[:, None] == np.unique(rule.keys)) for some in choices]
        lawful &= (
            sum((_sums(list(key)) > 0).astype(int) for key in zip(*(s.T for s in served), strict=True)) >= rule.minimum
        )
    return float(cost[lawful].min(initial=np.inf))


def _sums(parts: list[F8]) -> F8:
    """The sum of one number from each part, for every way of picking them."""
    return reduce(lambda one, two: np.add.outer(one, two).ravel(), parts)


def ways_to_fill(model: Model, slot: int) -> F8:
    """Every way to fill a slot, as values of all columns: an option with its portions."""
    ways = []
    for option in np.flatnonzero(model.slot == slot):
        own = np.flatnonzero(model.cell == option)
        for sizes in product(*(_sizes(model, int(k)) for k in own)):
            way = np.zeros(model.n)
            way[option] = 1.0
            way[own + model.n_serve] = sizes
            ways.append(way)
    return np.array(ways).reshape(len(ways), model.n)


def _sizes(model: Model, portion: int) -> I8 | F8:
    """The portions that the bounds and the serving step allow; a fixed portion needs no multiple."""
    low, high, step = (float(a[portion]) for a in (model.minimum, model.maximum, model.step))
    if low == high:
        return np.array([low])
    return np.array([k * step for k in range(20) if low - 1e-9 <= k * step <= high + 1e-9])
