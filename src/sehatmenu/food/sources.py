"""Sources of the packaged food figures: which table or list, how far it was seen, and how many figures rest on it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Literal

from sehatmenu.documents import Model, TextField, open_document
from sehatmenu.food.foods import KITCHEN
from sehatmenu.food.nutrients import nutrients
from sehatmenu.food.sheets import DATA, Row, read_sheet


class FoodSource(Model):
    """Where figures of food come from.

    `seen`: `primary` the document itself was read, `secondary` a copy or quotation of it. Rows of the packaged tables
    whose source begins with one of `cited_as` belong to it.
    """

    title: TextField
    seen: Literal["primary", "secondary", "example", "unverified"]
    where: str
    licence: str = ""
    note: TextField | None = None
    cited_as: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Use:
    """How many figures of one packaged table rest on a source; `source` is empty when a row names none."""

    table: str
    source: str
    figures: int


@lru_cache(maxsize=1)
def food_sources() -> Mapping[str, FoodSource]:
    """The sources of the packaged tables (data/foods/sources.yaml) and nutrients, by key.

    >>> food_sources()["tkpi-2020"].seen
    'secondary'
    """
    own = open_document(DATA / "foods" / "sources.yaml").data
    return {key: FoodSource.model_validate(written) for key, written in {**own, **nutrients().sources}.items()}


def source_of(citation: str) -> str:
    """The key of the source that a row cites, or an empty text when it is none of the packaged sources."""
    fits = [
        (len(start), key)
        for key, source in food_sources().items()
        for start in source.cited_as
        if citation.startswith(start)
    ]
    return max(fits)[1] if fits else ""


def uses() -> list[Use]:
    """Every packaged table of food figures with its sources, and how many figures rest on each."""
    counts: Counter[tuple[str, str]] = Counter()
    for table, source, figures in _counted():
        counts[table, source] += figures
    return [Use(table, source, figures) for (table, source), figures in counts.items()]


def _counted() -> Iterator[tuple[str, str, int]]:
    for row, figures in _rows("foods/tkpi.csv"):
        density = bool(row["density [g/ml]"])
        yield "foods", source_of(row["source"]), figures - density
        yield "densities", "usda-weights" if row["edition"] != KITCHEN else source_of(row["source"]), int(density)
    for name, table in _TABLES.items():
        for row, figures in _rows(name):
            yield table, source_of(row["source"]), figures
    for nutrient in nutrients():
        yield "nutrients", "infoods", int(bool(nutrient.tagname))
        if nutrient.derivation is not None:
            yield "nutrients", nutrient.derivation.source, 1


_TABLES: Mapping[str, str] = {
    "foods/usda.csv": "fillers",
    "foods/errata.csv": "errata",
    "measures.csv": "measures",
    "yields.csv": "yields",
    "oil_uptake.csv": "oil_uptake",
    "retention.csv": "retention",
}
"""Packaged tables by what their rows are; a row of errata is one figure."""


def _rows(name: str) -> Iterator[tuple[Row, int]]:
    """The rows of a packaged table, each with the number of its figures."""
    sheet = read_sheet(DATA / name)
    titles = [title for title, _, _ in sheet.figures()]
    for row in sheet:
        yield row, sum(bool(row[title]) for title in titles) if titles else 1
