"""Control charts: individual values with their moving range, and EWMA; limits from the process itself, alarms named."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from statistics import NormalDist
from typing import Literal, TypeAlias

import numpy as np

from sehatmenu.errors import refusal
from sehatmenu.partnership.evidence import Basis, Sentence
from sehatmenu.worksheets.ledgers import F8, I8, Flags

Kind: TypeAlias = Literal["individuals", "ewma"]

ENOUGH = 20
"""Points below which limits are provisional: own convention."""

WIDTH = 3.0
D2 = 2 / math.sqrt(math.pi)
"""Mean range of two standard normal values: 1.1284, computed."""

D3 = math.sqrt(2 - 4 / math.pi)
"""Standard deviation of that range: 0.8525, computed."""

TO_LIMITS = WIDTH / D2
"""Individuals: limits are the centre and 2.6587 mean moving ranges."""

RANGE_LIMIT = 1 + WIDTH * D3 / D2
"""Moving range: upper limit 3.2665 mean moving ranges."""

MEDIAN = 0.954
"""Median range of two standard normal values as JMP 16.0 states it (individual and moving range charts)."""


@dataclass(frozen=True, slots=True, eq=False)
class Chart:
    """A control chart: what is plotted, its centre and limits point by point, and which points are beyond them.

    `points` are the values, `plotted` the same for individuals and the weighted averages for EWMA; `ranges` are the moving
    ranges, which have one value less, and `range_limit` their upper limit.
    """

    kind: Kind
    points: F8
    plotted: F8
    centre: float
    lower: F8
    upper: F8
    sigma: float
    ranges: F8
    range_limit: float
    basis: Basis

    @property
    def provisional(self) -> bool:
        """Whether the limits rest on fewer than 20 points."""
        return self.points.size < ENOUGH

    @property
    def beyond(self) -> Flags:
        """Which points are beyond the limits."""
        slack = 1e-12 * max(1.0, abs(self.centre))
        return (self.plotted < self.lower - slack) | (self.plotted > self.upper + slack)

    @property
    def wide_ranges(self) -> I8:
        """The points whose step from the one before is beyond the limit of the moving range."""
        return np.flatnonzero(self.ranges > self.range_limit * (1 + 1e-12)) + 1

    @property
    def alarm_rate(self) -> float | None:
        """Individuals: how often a steady normal process is beyond its limits, per point; EWMA has no such closed form."""
        return 2 * NormalDist().cdf(-WIDTH) if self.kind == "individuals" else None


def control_chart(
    values: Sequence[float] | F8,
    target: float | None = None,
    kind: Kind = "individuals",
    *,
    sigma: float | None = None,
    spread: Literal["mean", "median"] = "mean",
    weight: float = 0.2,
    source: str = "",
) -> Chart:
    """A control chart of values in the order in which they came.

    Without `target` the centre is their mean; without `sigma` the standard deviation comes from the moving ranges: their
    mean over d2 = 2/√π, or their median over 0.954. `weight` is λ of the EWMA. Unknown values (nan) are left out and
    counted. Raises LoadError for fewer than two values and for a weight outside 0 to 1.
    """
    if not 0 < weight <= 1:
        raise refusal("chart-weight", text=str(weight))
    given = np.asarray(values, dtype=float)
    points = given[np.isfinite(given)]
    if points.size < 2:
        raise refusal("chart-points", n=points.size)
    ranges = np.abs(np.diff(points))
    typical = float(np.mean(ranges) if spread == "mean" else np.median(ranges))
    found = typical / (D2 if spread == "mean" else MEDIAN) if sigma is None else sigma
    centre = float(points.mean()) if target is None else target
    plotted, half = (points, np.full(points.size, WIDTH)) if kind == "individuals" else _ewma(points, centre, weight)
    limit = RANGE_LIMIT * D2 * found
    basis = _basis(kind, given.size - points.size, points.size, sigma is None, source)
    return Chart(
        kind, points, plotted, centre, centre - half * found, centre + half * found, found, ranges, limit, basis
    )


def _ewma(points: F8, centre: float, weight: float) -> tuple[F8, F8]:
    """The weighted averages, which begin at the centre, and the half width of their limits in standard deviations."""
    plotted, last = np.empty(points.size), centre
    for i, value in enumerate(points.tolist()):
        last = weight * value + (1 - weight) * last
        plotted[i] = last
    settled = 1 - (1 - weight) ** (2.0 * np.arange(1, points.size + 1))
    return plotted, WIDTH * np.sqrt(weight / (2 - weight) * settled)


def _basis(kind: Kind, unknown: int, n: int, estimated: bool, source: str) -> Basis:
    notes = [Sentence("chart-provisional", {"n": n, "enough": ENOUGH})] if n < ENOUGH and estimated else []
    method = Sentence("chart-individuals" if kind == "individuals" else "chart-ewma", {})
    return Basis(n, method, source or "–", {"?": unknown} if unknown else {}, notes=tuple(notes))


def first_alarm(chart: Chart) -> int | None:
    """The first point beyond the limits; None where there is none."""
    found = np.flatnonzero(chart.beyond)
    return int(found[0]) if found.size else None


def began(points: F8, centre: float) -> int:
    """Where a lasting shift most likely began: the split after which the mean differs most from the centre.

    The maximum likelihood of one step in the mean of a normal process whose mean before it is the centre.
    """
    left = np.arange(points.size, 0, -1)
    after = np.cumsum((points - centre)[::-1])[::-1]
    return int(np.argmax(after**2 / left))
