"""The door to pandas: records become a DataFrame, numbers as numbers and dates as dates."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pandas import DataFrame as DataFrame


def frame(records: Sequence[dict[str, object]]) -> DataFrame:
    """Records as a DataFrame; a column `date` of ISO dates becomes dates. Needs the extra `frames`."""
    import pandas as pd

    table = pd.DataFrame(list(records))
    if "date" in table.columns:
        table["date"] = pd.to_datetime(table["date"])
    return table
