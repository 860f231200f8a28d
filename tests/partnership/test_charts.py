"""Control charts: printed factors, hand-made limits, and the alarm rate of a steady process by simulation."""

from __future__ import annotations

import math
from statistics import NormalDist

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sehatmenu.errors import LoadError
from sehatmenu.partnership.charts import RANGE_LIMIT, TO_LIMITS, Chart, began, control_chart, first_alarm

SERIES, POINTS = 10_000, 30


def test_the_factors_are_those_of_the_printed_tables() -> None:
    """JMP 16.0, individual and moving range: xbar ± 2.6587 MRbar, moving range 3.2665 MRbar."""
    assert ("2.6587", "3.2665") == (f"{TO_LIMITS:.4f}", f"{RANGE_LIMIT:.4f}")


def test_individuals_by_hand() -> None:
    """Ranges 2, 1, 3: mean 2. Mean of 10, 12, 11, 14 is 11.75; 11.75 ± 2.6587 x 2 = 6.4326 and 17.0674."""
    chart = control_chart([10, 12, 11, 14])
    assert [2, 1, 3] == chart.ranges.tolist()
    assert [6.4326, 17.0674, 6.5330] == pytest.approx([chart.lower[0], chart.upper[0], chart.range_limit], abs=1e-3)
    assert (True, None, 4) == (chart.provisional, first_alarm(chart), chart.basis.n)


def test_the_median_range_by_hand() -> None:
    """Median of 2, 1, 3 is 2; 2/0.954 = 2.09644."""
    assert 2.09644 == pytest.approx(control_chart([10, 12, 11, 14], spread="median").sigma, abs=1e-5)


def test_ewma_by_hand() -> None:
    """Centre 10, λ = 0.5, sigma 1: 0.5 x 12 + 0.5 x 10 = 11, 0.5 x 8 + 0.5 x 11 = 9.5; 3 √(1/3 · 3/4), 3 √(1/3 · 15/16)."""
    chart = control_chart([12, 8], target=10, kind="ewma", sigma=1, weight=0.5)
    assert [11, 9.5] == chart.plotted.tolist()
    assert [11.5, 10 + 3 * math.sqrt(5 / 16)] == pytest.approx(chart.upper.tolist())
    assert chart.alarm_rate is None


def test_unknown_values_are_left_out_and_counted() -> None:
    chart = control_chart([10, math.nan, 12, 11, math.inf, 14])
    assert ([10, 12, 11, 14], 4, {"?": 2}) == (chart.points.tolist(), chart.basis.n, chart.basis.missing)


@pytest.mark.parametrize("n", [19, 20])
def test_limits_are_provisional_below_twenty_points_and_say_so(n: int) -> None:
    chart = control_chart([float(i % 3) for i in range(n)])
    assert (n < 20) is chart.provisional
    assert (n < 20) is ("sementara" in "".join(chart.basis.lines("id")))


def test_a_wide_step_is_named() -> None:
    chart = control_chart([1.0, 1.1] * 10 + [3.0, 3.1] * 5)
    assert 20 in chart.wide_ranges


@pytest.mark.parametrize(
    ("values", "weight"), [([1.0], 0.2), ([math.nan, 2.0], 0.2), ([1.0, 2.0], 0.0), ([1.0, 2.0], 1.5)]
)
def test_too_little_is_refused(values: list[float], weight: float) -> None:
    with pytest.raises(LoadError):
        control_chart(values, weight=weight)


# The alarm rate of a steady process: 10,000 series of 30 points, against what is computed apart


def _steady() -> np.ndarray[tuple[int, int], np.dtype[np.float64]]:
    return np.random.default_rng(20260202).normal(1.0, 0.03, (SERIES, POINTS))


def _alarms(kind: str) -> float:
    charts = (control_chart(s, 1.0, "ewma" if kind == "ewma" else "individuals", sigma=0.03) for s in _steady())
    return sum(first_alarm(chart) is not None for chart in charts) / SERIES


def _ewma_survival(weight: float, points: int) -> float:
    """The chance that an EWMA of standard normal values stays within its limits, by carrying its density on Gauss nodes."""
    nodes, weights = np.polynomial.legendre.leggauss(80)
    where, density = np.zeros(1), np.ones(1)
    for i in range(1, points + 1):
        half = 3 * math.sqrt(weight / (2 - weight) * (1 - (1 - weight) ** (2 * i)))
        ahead = half * nodes
        step = (ahead[:, None] - (1 - weight) * where[None, :]) / weight
        density = np.exp(-(step**2) / 2) / (weight * math.sqrt(2 * math.pi)) @ density
        where, density = ahead, density * half * weights
    return float(density.sum())


@pytest.mark.parametrize("kind", ["individuals", "ewma"])
def test_a_steady_process_alarms_at_its_stated_rate(kind: str) -> None:
    stays = (1 - 2 * NormalDist().cdf(-3)) ** POINTS if kind == "individuals" else _ewma_survival(0.2, POINTS)
    expected, found = 1 - stays, _alarms(kind)
    assert abs(found - expected) < 4 * math.sqrt(expected * stays / SERIES)


def test_the_stated_rate_of_individuals_is_27_in_ten_thousand() -> None:
    assert "0.00270" == f"{control_chart([1.0, 2.0]).alarm_rate:.5f}"


@given(st.lists(st.floats(-1e6, 1e6), min_size=2, max_size=40), st.floats(0.1, 1000), st.floats(-1e4, 1e4))
def test_charts_do_not_depend_on_the_unit(values: list[float], scale: float, shift: float) -> None:
    def limits(v: list[float]) -> Chart:
        return control_chart(v)

    one, other = limits(values), limits([scale * x + shift for x in values])
    assert np.allclose(other.upper, scale * one.upper + shift, rtol=1e-6, atol=1e-3 * scale)
    assert np.allclose(other.ranges, scale * one.ranges, rtol=1e-6, atol=1e-3 * scale)


@given(st.integers(0, 15), st.integers(3, 15))
def test_a_clean_step_is_dated_exactly(before: int, after: int) -> None:
    assert before == began(np.array([1.0] * before + [0.88] * after), 1.0)
