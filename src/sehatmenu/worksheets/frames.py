"""The door to pandas and narwhals: records become a DataFrame, and a DataFrame of any make becomes cells."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import TYPE_CHECKING

from sehatmenu.files import Place
from sehatmenu.worksheets.cells import Cell, CellSheet, text_of

if TYPE_CHECKING:
    from narwhals.typing import IntoDataFrame as IntoDataFrame
    from pandas import DataFrame as DataFrame


def frame(records: Sequence[dict[str, object]]) -> DataFrame:
    """Records as a DataFrame; a column `date` of ISO dates becomes dates. Needs the extra `frames`."""
    import pandas as pd

    table = pd.DataFrame(list(records))
    if "date" in table.columns:
        table["date"] = pd.to_datetime(table["date"])
    return table


def cells_of(native: IntoDataFrame, name: str = "DataFrame") -> CellSheet:
    """The filled cells of a DataFrame, the names of its columns in row 1; nulls and blanks are empty.

    Raises TypeError for what is no DataFrame. Needs the extra `frames`.
    """
    import narwhals as nw

    titles = [str(title) for title in native.columns]
    cells = {1: {n: Cell(title.strip(), Place(name, 1, n)) for n, title in enumerate(titles, 1)}}
    if len(set(titles)) < len(titles):
        return CellSheet("", name, cells)  # the second of two equal titles is told of before any row is read
    table = nw.from_native(native, eager_only=True)
    for column, series in enumerate(table.iter_columns(), 1):
        for line, (value, null) in enumerate(zip(series.to_list(), series.is_null().to_list(), strict=True), 2):
            if not (null or _is_empty(value)):
                place = Place(name, line, column)
                text, fault = text_of(value)
                cells.setdefault(line, {})[column] = Cell(text, place, fault)
    return CellSheet("", name, cells)


def _is_empty(value: object) -> bool:
    return math.isnan(value) if isinstance(value, float) else not str(value).strip()
