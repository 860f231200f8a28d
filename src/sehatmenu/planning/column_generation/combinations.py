"""Combinations of options, one per slot, whose summed values stay under an edge: all of them, found slot by slot."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from sehatmenu.planning.models import F8, I8


class TooManyError(Exception):
    """More combinations lie under the edge than the caller wants to hold."""


def under(edge: float, values: F8, slots: list[I8], most: int) -> I8:
    """Every choice of one option per slot whose values add up to at most `edge`: shape (combinations, slots).

    `values[option]` is what an option adds, `slots[s]` the options of slot s. A partial choice is dropped as soon as the
    least that the open slots can add takes it over the edge, so none under the edge is lost.

    Raises TooManyError when more than `most` (partial) choices stay.
    """
    least = np.array([values[options].min(initial=np.inf) for options in slots])
    rest = np.append(np.cumsum(least[::-1])[::-1], 0.0)
    sums, chosen = np.zeros(1), np.zeros((1, 0), dtype=np.int64)
    for s, options in enumerate(slots):
        total = sums[:, None] + values[options][None, :]
        row, column = np.nonzero(total <= edge - rest[s + 1])
        if row.size > most:
            raise TooManyError
        sums = total[row, column]
        chosen = np.column_stack([chosen[row], options[column]])
    return chosen


def lowest(values: F8, slots: list[I8], most: int) -> I8:
    """Up to `most` choices of one option per slot with low sums (a beam search: good ones, not surely the best)."""
    sums, chosen = np.zeros(1), np.zeros((1, 0), dtype=np.int64)
    for options in slots:
        total = (sums[:, None] + values[options][None, :]).ravel()
        kept = np.argsort(total, kind="stable")[:most]
        row, column = np.divmod(kept, options.size)
        sums, chosen = total[kept], np.column_stack([chosen[row], options[column]])
    return chosen
