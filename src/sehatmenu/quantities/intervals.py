"""Intervals: a number that may be known only between two bounds, one at a time or as whole arrays."""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypeAlias

import numpy as np
import numpy.typing as npt

if TYPE_CHECKING:
    from scipy.sparse import csr_array

Floats: TypeAlias = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Interval:
    """A value that lies somewhere from `low` to `high`; both equal when it is known exactly.

    A value of which nothing is known is `UNKNOWN`, from 0 without an upper bound: unknown is never zero.
    Bounds carry no unit. Nothing times an unbounded amount is nothing (0 x inf = 0).
    Raises ValueError when a bound is not a number, low is above high, or a result is too large for a float.

    >>> Interval(2, 3) * 100 + Interval.exact(50)
    Interval(low=250.0, high=350.0)
    >>> str(Interval(2, 3)), str(UNKNOWN + 310)
    ('2..3', '>= 310')
    """

    low: float
    high: float

    def __post_init__(self) -> None:
        if not (self.low <= self.high and self.low < math.inf and self.high > -math.inf):
            raise ValueError(f"not an interval: from {self.low} to {self.high}")
        object.__setattr__(self, "low", float(self.low))
        object.__setattr__(self, "high", float(self.high))

    @classmethod
    def exact(cls, value: float) -> Interval:
        """A value that is known exactly."""
        return cls(value, value)

    @property
    def known(self) -> bool:
        """True when the value is known exactly."""
        return self.low == self.high

    def contains(self, other: float | Interval) -> bool:
        """True when the value, or every value of the other interval, can be this one's."""
        inner = _interval(other)
        return self.low <= inner.low and inner.high <= self.high

    def hull(self, other: float | Interval) -> Interval:
        """The narrowest interval that holds both."""
        second = _interval(other)
        return Interval(min(self.low, second.low), max(self.high, second.high))

    def __add__(self, other: float | Interval) -> Interval:
        second = _interval(other)
        return Interval(self.low + second.low, self.high + second.high)

    __radd__ = __add__

    def __neg__(self) -> Interval:
        return Interval(-self.high, -self.low)

    def __sub__(self, other: float | Interval) -> Interval:
        return self + -_interval(other)

    def __rsub__(self, other: float) -> Interval:
        return _interval(other) - self

    def __mul__(self, other: float | Interval) -> Interval:
        second = _interval(other)
        corners = [_times(x, y) for x in (self.low, self.high) for y in (second.low, second.high)]
        return Interval(min(corners), max(corners))

    __rmul__ = __mul__

    def __truediv__(self, other: float | Interval) -> Interval:
        """The quotient; without bounds when the divisor may be zero, ZeroDivisionError when it is zero."""
        second = _interval(other)
        if second.low == second.high == 0:
            raise ZeroDivisionError("division by exactly zero")
        if second.low < 0 < second.high:
            return Interval(-math.inf, math.inf)
        if second.low < 0:
            return -self / -second
        corners = [_over(x, y) for x in (self.low, self.high) for y in (second.low, second.high)]
        return Interval(min(corners), max(corners))

    def __rtruediv__(self, other: float) -> Interval:
        return _interval(other) / self

    def __str__(self) -> str:
        if self.known:
            return f"{self.low:.10g}"
        if math.isinf(self.high):
            return "?" if self.low <= 0 else f">= {self.low:.10g}"
        return f"{self.low:.10g}..{self.high:.10g}"


UNKNOWN = Interval(0, math.inf)
"""An amount of which nothing is known, except that it is not negative."""


def _interval(value: float | Interval) -> Interval:
    return value if isinstance(value, Interval) else Interval(value, value)


def _times(x: float, y: float) -> float:
    return 0.0 if x == 0 or y == 0 else x * y


def _over(x: float, y: float) -> float:
    """x / y for y >= 0 at a corner of the bounds: 0/0 = 0, x/0 = inf, x/inf = 0."""
    if x == 0 or math.isinf(y):
        return 0.0
    return math.copysign(math.inf, x) if y == 0 else x / y


@dataclass(frozen=True, slots=True, eq=False)
class IntervalArray:
    """Many intervals at once, for bulk work: two arrays of equal shape, `low` and `high`.

    Raises ValueError when the shapes differ, a bound is not a number or a low is above its high.

    >>> protein_and_sodium = IntervalArray.from_blanks([11.2, float("nan")])
    >>> protein_and_sodium.scale(2)[0], protein_and_sodium[1] == UNKNOWN
    (Interval(low=22.4, high=22.4), True)
    """

    __array_ufunc__ = None  # lets `ndarray * intervals` reach __rmul__

    low: Floats
    high: Floats

    def __post_init__(self) -> None:
        for name in ("low", "high"):
            bound = np.array(getattr(self, name), dtype=np.float64)
            bound.flags.writeable = False
            object.__setattr__(self, name, bound)
        if self.low.shape != self.high.shape:
            raise ValueError(f"bounds of different shapes: {self.low.shape} and {self.high.shape}")
        if not np.all((self.low <= self.high) & (self.low < math.inf) & (self.high > -math.inf)):
            raise ValueError("a low bound above its high bound, or a bound that is not a number")

    @classmethod
    def exact(cls, values: npt.ArrayLike) -> IntervalArray:
        """Values that are all known exactly."""
        bound = np.asarray(values, dtype=np.float64)
        return cls(bound, bound)

    @classmethod
    def from_blanks(cls, values: npt.ArrayLike) -> IntervalArray:
        """Values of a table in which blanks (nan) are unknown amounts, from 0 without an upper bound."""
        bound = np.asarray(values, dtype=np.float64)
        blank = np.isnan(bound)
        return cls(np.where(blank, 0.0, bound), np.where(blank, math.inf, bound))

    @classmethod
    def unknown(cls, shape: int | tuple[int, ...]) -> IntervalArray:
        """Amounts of which nothing is known."""
        return cls(np.zeros(shape), np.full(shape, math.inf))

    @classmethod
    def zeros(cls, shape: int | tuple[int, ...]) -> IntervalArray:
        """Amounts that are exactly nothing."""
        return cls.exact(np.zeros(shape))

    @classmethod
    def stack(cls, rows: Iterable[IntervalArray]) -> IntervalArray:
        """Equal-shaped arrays as the rows of one array."""
        kept = list(rows)
        return cls(np.stack([row.low for row in kept]), np.stack([row.high for row in kept]))

    @property
    def shape(self) -> tuple[int, ...]:
        """The common shape of both bounds."""
        return self.low.shape

    @property
    def known(self) -> npt.NDArray[np.bool_]:
        """True where the value is known exactly."""
        return np.asarray(self.low == self.high)

    def __len__(self) -> int:
        return len(self.low)

    def __getitem__(self, place: int | tuple[int, ...]) -> Interval:
        """One value as an Interval."""
        return Interval(float(self.low[place]), float(self.high[place]))

    def part(self, places: Any) -> IntervalArray:
        """The rows or columns that a numpy index, slice or mask selects."""
        return IntervalArray(self.low[places], self.high[places])

    def contains(self, other: IntervalArray) -> bool:
        """True when every value of the other lies within this one's bounds."""
        return bool(np.all((self.low <= other.low) & (other.high <= self.high)))

    def hull(self, other: IntervalArray) -> IntervalArray:
        """Elementwise the narrowest intervals that hold both."""
        return IntervalArray(np.minimum(self.low, other.low), np.maximum(self.high, other.high))

    def sum(self, axis: int = 0) -> IntervalArray:
        """The sums along an axis."""
        return IntervalArray(self.low.sum(axis=axis), self.high.sum(axis=axis))

    def __add__(self, other: IntervalArray) -> IntervalArray:
        return IntervalArray(self.low + other.low, self.high + other.high)

    def __sub__(self, other: IntervalArray) -> IntervalArray:
        return IntervalArray(self.low - other.high, self.high - other.low)

    def __mul__(self, other: float | Floats | Interval | IntervalArray) -> IntervalArray:
        """Elementwise product; an Interval or a number multiplies every element."""
        low, high = (other.low, other.high) if isinstance(other, Interval | IntervalArray) else (other, other)
        corners = [_times_array(x, np.asarray(y)) for x in (self.low, self.high) for y in (low, high)]
        return IntervalArray(np.minimum.reduce(corners), np.maximum.reduce(corners))

    __rmul__ = __mul__

    def scale(self, factor: float | Floats | Interval | IntervalArray) -> IntervalArray:
        """The same amounts, `factor` times."""
        return self * factor

    def matmul(self, matrix: Floats | csr_array) -> IntervalArray:
        """`matrix @ self` for a dense or sparse matrix without negative entries.

        Raises ValueError for a negative entry.
        """
        if matrix.size and matrix.min() < 0:
            raise ValueError("a matrix of interval weights must not be negative")
        boundless = np.isinf(self.high)
        high = matrix @ np.where(boundless, 0.0, self.high)
        touched = (matrix > 0).astype(np.float64) @ boundless.astype(np.float64)
        return IntervalArray(matrix @ self.low, np.where(touched > 0, math.inf, high))


def _times_array(x: Floats, y: Floats) -> Floats:
    with np.errstate(invalid="ignore"):
        product = x * y
    return np.where((x == 0) | (y == 0), 0.0, product)
