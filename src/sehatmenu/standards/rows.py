"""Rows: what a rule says as `low <= amount <= high` over windows of servings, read by checks and by the planner alike."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

import numpy as np
import numpy.typing as npt

from sehatmenu.findings import Verdict
from sehatmenu.quantities.intervals import IntervalArray
from sehatmenu.standards.menus import FloatArray, Menu
from sehatmenu.standards.windows import Windows

FEASIBILITY = 1e-6
"""Relative slack granted when an amount is held against a limit, for the rounding of floating-point sums."""


class Form(StrEnum):
    """How the servings in a window become one amount."""

    total = "total"
    """The sum over servings; with a denominator, a ratio of two sums."""
    item = "item"
    """Each served dish by itself; the worst one decides."""
    repeats = "repeats"
    """How often the most frequent key (a dish, say) is served."""
    distinct = "distinct"
    """How many different keys are served."""


@dataclass(frozen=True, slots=True, eq=False)
class Rows:
    """One rule for one group over W windows of T occasions and R options.

    An option contributes `numerator[r]` (for items also `[t, r]`) per standard portion, or per serving when `by_serving`
    (then the size of the portion does not matter). `low` and `high` bound the amount, or the ratio to `denominator`,
    in `unit`; `per[w]` scales them per window (the number of served days of a daily mean). `keys[k, r]` says which
    options share key k. `nutrients` are the nutrients the amount rests on, to name what is unknown.
    """

    form: Form
    windows: Windows
    low: float
    high: float
    unit: str
    numerator: IntervalArray
    denominator: IntervalArray | None = None
    by_serving: bool = False
    per: FloatArray | None = None
    keys: npt.NDArray[np.bool_] | None = None
    key_names: tuple[str, ...] = ()
    strict: bool = False
    nutrients: tuple[str, ...] = ()

    def scale(self) -> FloatArray:
        """By how much the bounds grow in each window."""
        return np.ones(len(self.windows)) if self.per is None else self.per

    def linear(self, bound: float, side: int) -> FloatArray:
        """What one unit of each option adds to `numerator - bound * denominator`, at its worst for a side.

        `side` is +1 for the upper limit and -1 for the lower; an unbounded contribution is inf.
        """
        worst = self.numerator.high if side > 0 else self.numerator.low
        if self.denominator is None:
            return worst
        helpful = self.denominator.low if side * bound > 0 else self.denominator.high
        return worst - np.where(helpful == 0, 0.0, bound * helpful)


@dataclass(frozen=True, slots=True, eq=False)
class Judgement:
    """The amounts of rows at a menu and the verdict per window; `worst` is the option or key that decided, if one did."""

    verdicts: tuple[Verdict, ...]
    amounts: IntervalArray
    worst: tuple[str, ...]


def judge(rows: Rows, menu: Menu) -> Judgement:
    """Evaluate rows at a written menu."""
    match rows.form:
        case Form.total:
            return _judge_total(rows, menu)
        case Form.item:
            return _judge_items(rows, menu)
        case Form.repeats | Form.distinct:
            return _judge_keys(rows, menu)


def verdict_of(low: float, high: float, rows: Rows, scale: float = 1.0, *, complete: bool = True) -> Verdict:
    """The verdict on an amount known to lie in [low, high].

    An incomplete window can break a maximum, but it neither proves nor misses a minimum.
    """
    floor, ceiling = rows.low * scale, rows.high * scale
    slack_low, slack_high = _slack(floor, rows.strict), _slack(ceiling, rows.strict)
    if low > ceiling + slack_high or (rows.strict and low >= ceiling):
        return Verdict.fail
    if not complete:
        return Verdict.not_applicable
    if high < floor - slack_low or (rows.strict and high <= floor):
        return Verdict.fail
    above = low >= floor - slack_low and not (rows.strict and low <= floor)
    below = high <= ceiling + slack_high and not (rows.strict and high >= ceiling)
    return Verdict.pass_ if above and below else Verdict.unknown


def _slack(bound: float, strict: bool) -> float:
    return 0.0 if strict or math.isinf(bound) else FEASIBILITY * max(1e-3, abs(bound))


def _judge_total(rows: Rows, menu: Menu) -> Judgement:
    cover = rows.windows.cover.astype(float)
    counted = menu.served if rows.by_serving else menu.portions
    amounts = rows.numerator.matmul(counted).matmul(cover)
    empty = ~(cover @ menu.served.sum(axis=1) > 0)
    if rows.denominator is not None:
        return _judge_ratio(rows, amounts, rows.denominator.matmul(counted).matmul(cover), empty)
    scale = rows.scale()
    verdicts = [
        verdict_of(amounts.low[w], amounts.high[w], rows, scale[w], complete=bool(rows.windows.complete[w]))
        for w in range(len(rows.windows))
    ]
    return Judgement(tuple(verdicts), amounts * (1.0 / scale), ("",) * len(verdicts))


def _judge_ratio(rows: Rows, top: IntervalArray, bottom: IntervalArray, empty: npt.NDArray[np.bool_]) -> Judgement:
    """A ratio of sums; where nothing is served, or the denominator is exactly zero, there is no ratio to judge."""
    none = empty | (bottom.high == 0)
    low = _divide(top.low, bottom.high)
    high = _divide(top.high, bottom.low)
    verdicts = [
        Verdict.not_applicable
        if none[w]
        else verdict_of(low[w], high[w], rows, complete=bool(rows.windows.complete[w]))
        for w in range(len(rows.windows))
    ]
    return Judgement(tuple(verdicts), IntervalArray(np.where(none, 0.0, low), np.where(none, 0.0, high)), ("",) * len(verdicts))


def _divide(top: FloatArray, bottom: FloatArray) -> FloatArray:
    with np.errstate(divide="ignore", invalid="ignore"):
        quotient = top / bottom
    return np.where(top == 0, 0.0, np.where(np.isinf(bottom), 0.0, quotient))


_RANK = {Verdict.fail: 3, Verdict.unknown: 2, Verdict.pass_: 1, Verdict.not_applicable: 0}


def _judge_items(rows: Rows, menu: Menu) -> Judgement:
    """Each served dish by itself: the window takes the worst verdict, with the amount of the dish that decided."""
    found = [_worst_item(rows, menu, np.flatnonzero(rows.windows.cover[w])) for w in range(len(rows.windows))]
    low, high = np.array([f[1] for f in found]), np.array([f[2] for f in found])
    return Judgement(tuple(f[0] for f in found), IntervalArray(low, high), tuple(f[3] for f in found))


def _worst_item(rows: Rows, menu: Menu, occasions: npt.NDArray[np.intp]) -> tuple[Verdict, float, float, str]:
    worst = (Verdict.not_applicable, 0.0, 0.0, "")
    for t in occasions:
        for r in np.flatnonzero(menu.portions[t] > 0):
            low, high = item_amount(rows, int(t), int(r), 1.0 if rows.by_serving else float(menu.portions[t, r]))
            verdict = verdict_of(low, high, rows)
            if _RANK[verdict] > _RANK[worst[0]]:
                worst = (verdict, low, high, menu.catalogue.options[r].recipe.name)
    return worst


def item_amount(rows: Rows, t: int, r: int, portions: float) -> tuple[float, float]:
    """The amount of one served dish: of `portions` standard portions, or its ratio when there is a denominator."""
    at = (t, r) if rows.numerator.low.ndim == 2 else r
    top = rows.numerator[at]
    if rows.denominator is None:
        amount = top * portions
        return amount.low, amount.high
    bottom = rows.denominator[r]
    if bottom.high == 0:
        return 0.0, 0.0
    ratio = top / bottom
    return ratio.low, ratio.high


def _judge_keys(rows: Rows, menu: Menu) -> Judgement:
    assert rows.keys is not None
    counts = rows.windows.cover.astype(float) @ menu.served @ rows.keys.T.astype(float)
    if rows.form is Form.distinct:
        amounts, worst = (counts > 0).sum(axis=1).astype(float), ("",) * len(counts)
    else:
        amounts = counts.max(axis=1, initial=0.0)
        worst = tuple(_most(rows.key_names, row, rows.high) for row in counts)
    verdicts = [
        verdict_of(amounts[w], amounts[w], rows, complete=bool(rows.windows.complete[w])) for w in range(len(amounts))
    ]
    return Judgement(tuple(verdicts), IntervalArray.exact(amounts), worst)


def _most(names: Sequence[str], counts: FloatArray, high: float) -> str:
    return names[int(np.argmax(counts))] if len(counts) and counts.max() > high else ""
