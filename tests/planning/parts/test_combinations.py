"""All combinations under an edge, and none lost, held against writing every combination out."""

from __future__ import annotations

from itertools import pairwise, product
from typing import Any

import numpy as np
import numpy.typing as npt
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sehatmenu.planning.column_generation.combinations import TooManyError, lowest, under


@given(
    st.lists(st.lists(st.integers(-50, 50), min_size=1, max_size=5), min_size=1, max_size=4),
    st.integers(-120, 120),
)
def test_exactly_the_combinations_under_the_edge(values: list[list[int]], edge: int) -> None:
    flat = np.array([value for slot in values for value in slot], dtype=float)
    first = np.cumsum([0, *(len(slot) for slot in values)])
    slots: list[npt.NDArray[np.integer[Any]]] = [np.arange(a, b) for a, b in pairwise(first.tolist())]
    expected = {choice for choice in product(*(slot.tolist() for slot in slots)) if flat[list(choice)].sum() <= edge}
    assert expected == set(map(tuple, under(float(edge), flat, slots, 10_000).tolist()))


def test_too_many_to_hold_is_told() -> None:
    slots: list[npt.NDArray[np.integer[Any]]] = [np.arange(10), np.arange(10, 20)]
    with pytest.raises(TooManyError):
        under(1.0, np.zeros(20), slots, 99)
    assert under(1.0, np.zeros(20), slots, 100).shape == (100, 2)


@given(st.lists(st.lists(st.integers(-50, 50), min_size=1, max_size=4), min_size=1, max_size=4))
def test_a_beam_as_wide_as_all_combinations_finds_the_lowest_first(values: list[list[int]]) -> None:
    flat = np.array([value for slot in values for value in slot], dtype=float)
    first = np.cumsum([0, *(len(slot) for slot in values)])
    slots: list[npt.NDArray[np.integer[Any]]] = [np.arange(a, b) for a, b in pairwise(first.tolist())]
    expected = sorted(sum(choice) for choice in product(*values))
    assert expected == flat[lowest(flat, slots, 1000)].sum(axis=1).tolist()
    assert expected[:3] == flat[lowest(flat, slots, 1000)[:3]].sum(axis=1).tolist()


def test_where_everything_costs_the_same_the_beam_stays_as_wide_as_asked() -> None:
    slots: list[npt.NDArray[np.integer[Any]]] = [np.arange(10 * n, 10 * n + 10) for n in range(6)]
    assert lowest(np.zeros(60), slots, 50).shape == (50, 6)
