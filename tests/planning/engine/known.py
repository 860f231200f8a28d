"""Small models with the rupiah of their cheapest menu by writing out all; in half of them the rules leave room."""

from __future__ import annotations

from dataclasses import replace
from functools import cache

import numpy as np

from sehatmenu.planning.models import Model
from tests.planning.engine.enumerated import cheapest_of_all, stepped


@cache
def known(seed: int) -> tuple[Model, float]:
    """A small model and the rupiah of its cheapest menu; no solver took part. Every other one leaves its rules some room."""
    model = _loosened(seed) if seed % 2 else stepped(seed)
    return model, cheapest_of_all(model)


def _loosened(seed: int) -> Model:
    """A small model whose rules ask for less: what the relaxations prove is then often the whole truth."""
    model, rng = stepped(seed), np.random.default_rng(20_000 + seed)
    room = float(rng.choice([0.3, 0.6, 0.85]))
    distinct = tuple(replace(d, minimum=int(rng.integers(1, 3))) for d in model.distinct)
    return replace(model, lower=model.lower * room, upper=model.upper / room, distinct=distinct)
