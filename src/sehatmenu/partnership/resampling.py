"""Intervals by resampling: the bias-corrected and accelerated bootstrap, from a seed, so that the same data say the same."""

from __future__ import annotations

import warnings
from collections.abc import Callable, Sequence

import numpy as np
from scipy import stats

from sehatmenu.worksheets.ledgers import F8

RESAMPLES = 9_999
CONFIDENCE = 0.95
MAX_VALUES = 1_000_000
"""Values of resamples that are held at once."""

Statistic = Callable[..., F8]
"""A figure of one or more samples along an axis: `statistic(x, axis=-1)`."""


def bootstrap_interval(
    samples: Sequence[F8], statistic: Statistic, *, confidence: float = CONFIDENCE, seed: int = 0
) -> tuple[float, float]:
    """The interval of a statistic of one sample, or of several that belong together pair by pair (scipy's BCa).

    Where BCa cannot be formed since every resample says nearly the same, the percentiles are given instead.
    """
    at_once = max(1, MAX_VALUES // max(1, samples[0].size))
    with warnings.catch_warnings(), np.errstate(divide="ignore", invalid="ignore"):
        warnings.simplefilter("ignore")  # of resamples that all say the same: answered below
        found = stats.bootstrap(
            tuple(samples), statistic, paired=len(samples) > 1, n_resamples=RESAMPLES, batch=at_once,
            confidence_level=confidence, method="BCa", random_state=np.random.default_rng(seed), axis=-1,
        )  # fmt: skip
    low, high = map(float, found.confidence_interval)
    if np.isfinite([low, high]).all():
        return low, high
    spread = found.bootstrap_distribution[np.isfinite(found.bootstrap_distribution)]
    if not spread.size:
        return float("nan"), float("nan")
    ends = np.quantile(spread, [(1 - confidence) / 2, (1 + confidence) / 2])
    return float(ends[0]), float(ends[1])
