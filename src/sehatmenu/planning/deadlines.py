"""Deadlines of work that has no menu yet: writing, folding and laying out ask now and then whether there is still time."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar

_UNTIL: ContextVar[Callable[[], bool] | None] = ContextVar("_UNTIL", default=None)


class TimeIsUpError(Exception):
    """There is no time left for a piece of work, or somebody asked to stop; whoever set the deadline answers for it."""


@contextmanager
def deadline(until: float, cancel: Callable[[], bool] | None = None) -> Iterator[None]:
    """Work inside ends with TimeIsUpError after a moment of `time.perf_counter`, or once `cancel` answers True.

    Only in the thread that set it, and only where the work asks (`tick`).
    """
    before = _UNTIL.set(lambda: time.perf_counter() > until or (cancel is not None and cancel()))
    try:
        yield
    finally:
        _UNTIL.reset(before)


def tick() -> None:
    """Go on, if there is time; asked in every loop that a large problem makes long."""
    over = _UNTIL.get()
    if over is not None and over():
        raise TimeIsUpError
