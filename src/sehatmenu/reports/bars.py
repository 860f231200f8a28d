"""Bars: an amount against its limit on a line from zero, with the lawful stretch and what is not known kept apart."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from sehatmenu.messages import Figure

ROOM = 1.15
"""How much longer the line is than the largest figure on it."""


@dataclass(frozen=True, slots=True)
class Stretch:
    """A part of a bar's line, in per cent of its length from the left end."""

    start: float
    width: float


@dataclass(frozen=True, slots=True)
class Bar:
    """Where on the line the limit lets an amount be, and where the amount is.

    `sure` reaches to the lowest amount, `spread` from there to the highest (the amounts of several meals differ),
    `open` over what it may be beyond that because something is not known; `endless` when nothing bounds it.
    """

    lawful: Stretch
    sure: Stretch
    spread: Stretch
    open: Stretch
    endless: bool


def bar(amounts: Sequence[Figure], limit: Figure) -> Bar:
    """The bar of one amount, or of the amounts of several meals or weeks, against their limit."""
    lows, highs = [a.low for a in amounts], [a.high for a in amounts]
    figures = [x for x in (*lows, *highs, limit.low, limit.high) if math.isfinite(x)]
    top = max(figures, default=0.0) * ROOM or 1.0
    known = max(lows)
    return Bar(
        lawful=_stretch(limit.low, limit.high, top),
        sure=_stretch(0.0, min(lows), top),
        spread=_stretch(min(lows), known, top),
        open=_stretch(known, max(highs), top),
        endless=math.isinf(max(highs)),
    )


def part_bar(amount: Figure, whole: float) -> Bar:
    """The bar of a part of a whole, such as what one ingredient brings to a dish; no limit is drawn."""
    top, none = whole or 1.0, Stretch(0.0, 0.0)
    sure, open_ = _stretch(0.0, amount.low, top), _stretch(amount.low, amount.high, top)
    return Bar(none, sure, none, open_, math.isinf(amount.high))


def _stretch(low: float, high: float, top: float) -> Stretch:
    start, end = (min(max(x, 0.0), top) / top * 100 for x in (low, high))
    return Stretch(round(start, 2), round(end - start, 2))
