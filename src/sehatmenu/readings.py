"""While files are read: which folder they may come from, and how often a misspelt name is looked up."""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from pathlib import Path

from sehatmenu.allowances import MAX_SUGGESTIONS

_PACKAGE = Path(__file__).resolve().parent


@dataclass(slots=True)
class _Reading:
    """What one call to read something may do; calls within it share what is left of it."""

    folder: Path | None
    lookups: int = MAX_SUGGESTIONS


_NOW: ContextVar[_Reading | None] = ContextVar("reading", default=None)


@contextmanager
def reading(within: str | Path | None = None) -> Iterator[None]:
    """Around whatever reads files: `within` confines it to a folder, besides what the package brings along.

    A call within another may only narrow that.
    """
    outer = _NOW.get()
    if outer is not None and within is None:
        yield
        return
    inner = Path(within).resolve() if within is not None else None
    if outer is not None and outer.folder is not None and inner is not None and not inner.is_relative_to(outer.folder):
        inner = outer.folder
    token = _NOW.set(_Reading(inner))
    try:
        yield
    finally:
        _NOW.reset(token)


def folder() -> Path | None:
    """The folder that reading is confined to, if it is."""
    now = _NOW.get()
    return now.folder if now else None


def admitted(path: str | Path) -> bool:
    """Whether a file may be read: links are followed first, so that none of them leads out."""
    within = folder()
    if within is None:
        return True
    try:
        meant = Path(path).resolve()
    except (OSError, ValueError, RuntimeError):
        return False
    return any(meant.is_relative_to(root) for root in (within, _PACKAGE, _PACKAGE.parents[1] / "standards"))


def exhausted() -> bool:
    """Whether the reading has looked up as many misspelt names as it may."""
    now = _NOW.get()
    return now is not None and now.lookups < 0


def nearest(name: str, known: Iterable[str], n: int = 1, cutoff: float = 0.6) -> list[str]:
    """The known names most like a misspelt one; none any more once a reading has looked up enough of them."""
    now = _NOW.get()
    if now is not None:
        now.lookups -= 1
    if exhausted():
        return []
    return difflib.get_close_matches(name, known, n=n, cutoff=cutoff)
