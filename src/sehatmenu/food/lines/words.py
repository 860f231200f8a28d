"""What the words of an ingredient line do there: cut, size, talk, purpose, heat, heading (data/line_words.csv)."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache

from sehatmenu.food.sheets import DATA, read_sheet

REMARKS = frozenset(
    {"cut", "crush", "clean", "size", "quality", "talk", "purpose", "optional", "instead", "about", "added"}
)
"""Kinds of words that say something of a food without changing it."""

MILD_HEAT = frozenset({"rebus", "kukus", "bakar", "panggang", "sangrai", "matang", "layu", "boiled", "roasted"})
"""Heat that adds nothing to a food: what was cooked so is counted as the raw food, which is said."""


@lru_cache(maxsize=1)
def kinds() -> Mapping[str, frozenset[str]]:
    """The kinds of every listed word.

    >>> sorted(kinds()["kupas"]), "open" in kinds()["secukupnya"]
    (['clean'], True)
    """
    found: dict[str, set[str]] = {}
    for row in read_sheet(DATA / "line_words.csv", required=("word", "kind")):
        found.setdefault(row["word"], set()).add(row["kind"])
    return {word: frozenset(names) for word, names in found.items()}


@lru_cache(maxsize=1)
def _remarks() -> frozenset[str]:
    return frozenset(word for word, names in kinds().items() if names & REMARKS)


def is_remark(word: str) -> bool:
    """True for a word that only says how a food is cut, cleaned, sized, bought or used."""
    return word in _remarks()


@lru_cache(maxsize=16)
def of_kind(kind: str) -> frozenset[str]:
    """All words of a kind."""
    return frozenset(word for word, names in kinds().items() if kind in names)
