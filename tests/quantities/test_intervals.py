"""Intervals: every value that the parts may have is one that the result may have."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from scipy.sparse import csr_array

from sehatmenu.quantities.intervals import UNKNOWN, Interval, IntervalArray

numbers = st.integers(-(10**9), 10**9).map(lambda thousandths: thousandths / 1000)
amounts = st.integers(0, 10**9).map(lambda thousandths: thousandths / 1000)


@st.composite
def with_inside(draw: st.DrawFn, values: st.SearchStrategy[float] = numbers) -> tuple[Interval, float]:
    """An interval, sometimes without upper bound, and one value inside it."""
    low, inside, high = sorted([draw(values), draw(values), draw(values)])
    return Interval(low, math.inf if draw(st.booleans()) else high), inside


@given(with_inside(), with_inside())
def test_sum_difference_and_product_contain_those_of_every_inner_value(
    one: tuple[Interval, float], two: tuple[Interval, float]
) -> None:
    (first, x), (second, y) = one, two
    assert (first + second).contains(x + y)
    assert (first - second).contains(x - y)
    assert (first * second).contains(x * y)
    assert first.hull(second).contains(x)
    assert first.hull(second).contains(y)
    assert first.hull(second).contains(first)


@given(with_inside(), with_inside())
def test_quotient_contains_that_of_every_inner_value(one: tuple[Interval, float], two: tuple[Interval, float]) -> None:
    (first, x), (second, y) = one, two
    assume(y != 0)
    assert (first / second).contains(x / y)


@given(with_inside(), numbers)
def test_a_scalar_is_an_exactly_known_interval(one: tuple[Interval, float], scalar: float) -> None:
    interval, _ = one
    exact = Interval.exact(scalar)
    assert interval + scalar == scalar + interval == interval + exact
    assert interval * scalar == scalar * interval == interval * exact
    assert interval - scalar == interval - exact
    assert scalar - interval == exact - interval


@given(with_inside(), with_inside(), with_inside())
def test_narrower_parts_give_narrower_results(
    one: tuple[Interval, float], two: tuple[Interval, float], three: tuple[Interval, float]
) -> None:
    """Filling in a value never widens what is known."""
    wide, factor, added = one[0].hull(two[0]), three[0], two[0]
    assert (wide * factor + added).contains(one[0] * factor + added)


def test_unknown_is_never_zero_and_nothing_of_it_is_nothing() -> None:
    assert UNKNOWN.contains(0)
    assert UNKNOWN.contains(1e300)
    assert not UNKNOWN.known
    assert Interval.exact(0) == UNKNOWN * 0
    assert UNKNOWN * Interval.exact(3) == UNKNOWN
    assert Interval(310, math.inf) == UNKNOWN + 310
    assert Interval(-math.inf, math.inf) == UNKNOWN - UNKNOWN
    assert sum([Interval(1, 2), Interval(3, 4)], Interval.exact(0)) == Interval(4, 6)


@pytest.mark.parametrize(
    ("over", "under", "expected"),
    [
        (Interval(1, 2), Interval(4, 8), Interval(0.125, 0.5)),
        (Interval(1, 2), Interval(0, 4), Interval(0.25, math.inf)),  # the divisor may be nothing
        (Interval(1, 2), Interval(-8, -4), Interval(-0.5, -0.125)),
        (Interval(1, 2), Interval(-1, 1), Interval(-math.inf, math.inf)),
        (Interval(1, 2), UNKNOWN, UNKNOWN),
        (UNKNOWN, UNKNOWN, UNKNOWN),
    ],
)
def test_division(over: Interval, under: Interval, expected: Interval) -> None:
    assert over / under == expected


def test_division_by_exactly_zero() -> None:
    with pytest.raises(ZeroDivisionError):
        Interval(1, 2) / 0
    assert 6 / Interval(2, 3) == Interval(2, 3)


@pytest.mark.parametrize(("low", "high"), [(2, 1), (math.nan, 1), (1, math.nan), (math.inf, math.inf)])
def test_what_is_no_interval(low: float, high: float) -> None:
    with pytest.raises(ValueError, match="not an interval"):
        Interval(low, high)


@pytest.mark.parametrize(
    ("interval", "text"),
    [(Interval.exact(11.2), "11.2"), (Interval(2, 3), "2..3"), (UNKNOWN, "?"), (UNKNOWN + 310, ">= 310")],
)
def test_printing(interval: Interval, text: str) -> None:
    assert str(interval) == text


@st.composite
def arrays(draw: st.DrawFn, size: int = 4) -> IntervalArray:
    pairs = [draw(with_inside(amounts))[0] for _ in range(size)]
    return IntervalArray(np.array([pair.low for pair in pairs]), np.array([pair.high for pair in pairs]))


@given(arrays(), arrays(), with_inside(amounts))
def test_arrays_agree_with_single_intervals(
    one: IntervalArray, two: IntervalArray, pair: tuple[Interval, float]
) -> None:
    factor = pair[0]
    for place in range(len(one)):
        assert (one + two)[place] == one[place] + two[place]
        assert (one - two)[place] == one[place] - two[place]
        assert (one * two)[place] == one[place] * two[place]
        assert one.scale(factor)[place] == one[place] * factor
        assert one.hull(two)[place] == one[place].hull(two[place])
        assert bool(one.known[place]) == one[place].known


@given(arrays(), st.lists(st.sampled_from([0.0, 0.5, 1.0, 2.0]), min_size=8, max_size=8))
def test_matrix_product_is_the_sum_of_scaled_values(values: IntervalArray, entries: list[float]) -> None:
    matrix = np.array(entries).reshape(2, 4)
    dense, sparse = values.matmul(matrix), values.matmul(csr_array(matrix))
    for row in range(2):
        expected = sum((values[k] * matrix[row, k] for k in range(4)), Interval.exact(0))
        for product in (dense, sparse):
            assert product[row].low == pytest.approx(expected.low)
            assert product[row].high == pytest.approx(expected.high)


def test_a_weight_of_zero_hides_an_unknown_value() -> None:
    values = IntervalArray.from_blanks([2.0, math.nan])
    assert values.matmul(np.array([[3.0, 0.0]]))[0] == Interval.exact(6)
    assert values.matmul(np.array([[3.0, 0.1]]))[0] == Interval(6, math.inf)
    with pytest.raises(ValueError, match="negative"):
        values.matmul(np.array([[1.0, -1.0]]))


def test_building_and_taking_apart() -> None:
    blanks = IntervalArray.from_blanks([1.0, math.nan])
    assert blanks[1] == UNKNOWN
    assert (np.array([2.0, 0.0]) * blanks)[1] == Interval.exact(0)
    assert IntervalArray.unknown(2).contains(blanks)
    assert IntervalArray.stack([blanks, IntervalArray.zeros(2)]).shape == (2, 2)
    assert IntervalArray.stack([blanks, blanks]).sum()[0] == Interval.exact(2)
    assert blanks.part([1])[0] == UNKNOWN


@pytest.mark.parametrize(("low", "high"), [([2.0], [1.0]), ([math.nan], [1.0]), ([0.0], [1.0, 2.0])])
def test_what_is_no_interval_array(low: list[float], high: list[float]) -> None:
    with pytest.raises(ValueError, match=r"bound"):
        IntervalArray(np.array(low), np.array(high))


def test_bounds_cannot_be_changed_afterwards() -> None:
    source = np.array([1.0, 2.0])
    values = IntervalArray.exact(source)
    source[0] = 9.0
    assert values[0] == Interval.exact(1)
    with pytest.raises(ValueError, match="read-only"):
        values.low[0] = 5.0
