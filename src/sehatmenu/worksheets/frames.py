"""The door to pandas and narwhals: records become a DataFrame, and a DataFrame of any make becomes cells."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal, TypeAlias

import numpy as np
import numpy.typing as npt

from sehatmenu.allowances import MAX_FRAME_ROWS
from sehatmenu.files import Place
from sehatmenu.findings import problem
from sehatmenu.food.sheets import refuse
from sehatmenu.worksheets.cells import Cell, CellSheet, text_of

if TYPE_CHECKING:
    from narwhals import Series
    from narwhals.typing import IntoDataFrame as IntoDataFrame
    from narwhals.typing import IntoFrame as IntoFrame
    from pandas import DataFrame as DataFrame

"""Rows of a data frame beyond which it is refused rather than held in memory."""

Wanted: TypeAlias = Literal["words", "figures", "days", "minutes"]


def frame(records: Sequence[dict[str, object]]) -> DataFrame:
    """Records as a DataFrame, a value inside a value in a column of its own (`values.limit.high`).

    A column `date` of ISO dates becomes dates. Needs the extra `frames`.
    """
    import pandas as pd

    table = pd.json_normalize(list(records))
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


@dataclass(frozen=True, slots=True, eq=False)
class FrameColumn:
    """A column of a data frame: numbers where its type is one of numbers or dates, else its distinct texts by row."""

    numbers: npt.NDArray[np.float64] | None
    codes: npt.NDArray[np.int64]
    levels: tuple[tuple[str, str], ...] = ()


class FrameColumns:
    """A data frame of any make, read column by column: a lazy one never holds more than one column it was not asked for.

    Raises TypeError for what is no data frame, LoadError for one with more than `MAX_FRAME_ROWS` rows.
    """

    def __init__(self, native: IntoFrame, name: str = "DataFrame") -> None:
        import narwhals as nw

        table: Any = nw.from_native(native)
        self._frame, self._lazy = table, isinstance(table, nw.LazyFrame)
        self.name = name
        self.titles = tuple(map(str, table.collect_schema().names()))
        self.size = int(table.select(nw.len()).collect().item()) if self._lazy else int(table.shape[0])
        if self.size > MAX_FRAME_ROWS:
            refuse(
                [
                    problem(
                        "sheet-too-large", Place(name, MAX_FRAME_ROWS, 1), rows=MAX_FRAME_ROWS, columns=len(self.titles)
                    )
                ]
            )

    def column(self, title: str, wanted: Wanted) -> FrameColumn:
        """One column as what is wanted of it, where its type allows; else as texts to be read."""
        import narwhals as nw

        part = self._frame.select(title)
        series = (part.collect() if self._lazy else part)[title]
        none = np.empty(0, dtype=np.int64)
        if wanted == "figures" and series.dtype.is_numeric():
            return FrameColumn(np.asarray(series.cast(nw.Float64).fill_null(math.nan).to_numpy(), dtype=float), none)
        if wanted in ("days", "minutes") and isinstance(series.dtype, nw.Date | nw.Datetime):
            return FrameColumn(_since_1970(series, wanted), none)
        return _coded_words(series) if series.dtype == nw.String else _coded_values(series)


def _since_1970(series: Series[Any], wanted: Wanted) -> npt.NDArray[np.float64]:
    unit = "datetime64[D]" if wanted == "days" else "datetime64[m]"
    times = np.asarray(series.to_numpy()).astype(unit)
    return np.where(np.isnat(times), math.nan, times.astype(np.int64).astype(float))


def _coded_words(series: Series[Any]) -> FrameColumn:
    import narwhals as nw

    words = sorted(series.drop_nulls().unique().to_list())
    filled = [word for word in words if word.strip()]
    number = {word: n for n, word in enumerate(filled)}
    codes = [number.get(word, -1) for word in words]
    found = series.replace_strict(words, codes, return_dtype=nw.Int64) if words else series.cast(nw.Int64)
    levels = tuple(text_of(word) for word in filled)
    return FrameColumn(None, np.asarray(found.fill_null(-1).to_numpy(), dtype=np.int64), levels)


def _coded_values(series: Series[Any]) -> FrameColumn:
    """Values of any other type, each distinct text once."""
    levels: dict[tuple[str, str], int] = {}
    codes = [
        -1 if null or _is_empty(value) else levels.setdefault(text_of(value), len(levels))
        for value, null in zip(series.to_list(), series.is_null().to_list(), strict=True)
    ]
    return FrameColumn(None, np.array(codes, dtype=np.int64), tuple(levels))
