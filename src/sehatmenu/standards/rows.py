"""Rows: a rule as `low <= amount <= high` over windows of servings, read by checks and by the planner alike."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum

import numpy as np
import numpy.typing as npt

from sehatmenu.findings import Verdict
from sehatmenu.quantities.intervals import Interval, IntervalArray
from sehatmenu.standards.menus import FloatArray, Menu
from sehatmenu.standards.windows import BoolArray, Windows

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
    """How many different keys are served; with `key_by_day`, how many different pairs of a key and a day."""


@dataclass(frozen=True, slots=True, eq=False)
class Rows:
    """One rule for one group over W windows of T occasions and R options.

    An option contributes `numerator[r]` (for items also `[t, r]`) per standard portion, or per serving when
    `by_serving` (then the size of the portion does not matter). `low` and `high` bound the amount, or the ratio to
    `denominator`, in `unit`; `per[w]` scales them per window (the number of served days of a daily mean). `asked[w]` is
    the lower limit of each window where short weeks have their own, -inf where they have none. `nutrients` are the
    nutrients the amount rests on, to name what is unknown.

    `keys[k, r]` says that option r surely carries key k, `possible[k, r]` that it may (None: the same), `untold[r]`
    that it may carry any keys at all, since its foods are not told (None: none does). With `key_by_day` what is counted
    is not the key but the key on a day: option r at occasion t carries `numbers(k, day)`, where the day is numbered by
    `Horizon.day_numbers`, so that no array over occasions, options and keys is ever made.

    `condition` are rows over the same windows: these rows bind only where the condition holds, dish by dish when both
    have the form `item`, else window by window.
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
    asked: FloatArray | None = None
    keys: BoolArray | None = None
    possible: BoolArray | None = None
    untold: BoolArray | None = None
    key_names: tuple[str, ...] = ()
    key_by_day: bool = False
    strict: bool = False
    nutrients: tuple[str, ...] = ()
    condition: Rows | None = None

    def scale(self) -> FloatArray:
        """By how much the bounds of a sum grow in each window; ratios and counts of keys keep theirs."""
        keeps = self.denominator is not None or self.form in (Form.repeats, Form.distinct)
        return np.ones(len(self.windows)) if self.per is None or keeps else self.per

    def lows(self) -> FloatArray:
        """The lower limit of each window, in `unit`."""
        return np.full(len(self.windows), self.low) if self.asked is None else self.asked

    def bounds(self, side: int) -> FloatArray:
        """What each window asks of its sum, ratio or count: the lower (-1) or the upper (+1) limit, scaled."""
        return (self.lows() if side < 0 else self.high) * self.scale()

    def held(self, side: int) -> BoolArray:
        """Which keys [k, r] count for a side: surely carried for the lower limit (-1), possibly for the upper (+1)."""
        assert self.keys is not None
        return self.possible if side > 0 and self.possible is not None else self.keys

    def numbers(self, key: npt.NDArray[np.intp], day: npt.NDArray[np.int64]) -> npt.NDArray[np.intp]:
        """What is told apart when keys on days are counted: the key, or with `key_by_day` the key and the day."""
        return key + len(self.held(-1)) * day if self.key_by_day else key

    @property
    def by_dish(self) -> bool:
        """Whether a condition is asked of each dish by itself."""
        return self.form is Form.item and self.condition is not None and self.condition.form is Form.item

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
    """The amounts of rows at a menu and the verdict per window; `worst` is the option or key that decided, if any."""

    verdicts: tuple[Verdict, ...]
    amounts: IntervalArray
    worst: tuple[str, ...]


def judge(rows: Rows, menu: Menu) -> Judgement:
    """Evaluate rows at a written menu."""
    found = _judge_items(rows, menu) if rows.form is Form.item else _judge_windows(rows, menu)
    if rows.condition is None or rows.by_dish:
        return found
    truth = _truth(rows.condition, menu)
    return replace(found, verdicts=tuple(map(implied, truth, found.verdicts)))


def implied(condition: Verdict, then: Verdict) -> Verdict:
    """The verdict on "if the condition, then this": not applicable where the condition does not hold."""
    if condition in (Verdict.fail, Verdict.not_applicable) or then is Verdict.not_applicable:
        return Verdict.not_applicable
    return then if condition is Verdict.pass_ or then is Verdict.pass_ else Verdict.unknown


def _truth(rows: Rows, menu: Menu) -> tuple[Verdict, ...]:
    """Whether a condition holds in each window; in a window that the menu does not complete more may be served yet."""
    if rows.form is Form.item:
        return _judge_items(rows, menu).verdicts
    found = _amounts(rows, menu)
    more = ~rows.windows.complete
    low = np.where(more & (rows.denominator is not None), 0.0, found.amounts.low)
    high = np.where(more, math.inf, found.amounts.high)
    whole = np.ones(len(more), dtype=bool)
    return tuple(_window_verdicts(rows, low, high, found.nothing, whole))


def _window_verdicts(
    rows: Rows, low: FloatArray, high: FloatArray, nothing: BoolArray, complete: BoolArray
) -> Iterator[Verdict]:
    """The verdict of each window; not applicable where there is nothing to judge."""
    for w, ends in enumerate(zip(rows.bounds(-1), rows.bounds(1), strict=True)):
        if nothing[w]:
            yield Verdict.not_applicable
        else:
            yield verdict_of(low[w], high[w], *ends, strict=rows.strict, complete=bool(complete[w]))


def verdict_of(
    low: float, high: float, floor: float, ceiling: float, *, strict: bool = False, complete: bool = True
) -> Verdict:
    """The verdict on an amount known to lie in [low, high], between a floor and a ceiling; without both nothing is asked.

    An incomplete window can break a maximum (so an unknown amount leaves it open), but it neither proves nor misses a
    minimum.
    """
    if _above(low, ceiling, strict):
        return Verdict.fail
    may_break = _above(high, ceiling, strict)
    if not complete or (math.isinf(floor) and math.isinf(ceiling)):
        return Verdict.unknown if may_break else Verdict.not_applicable
    if _above(-high, -floor, strict):
        return Verdict.fail
    return Verdict.unknown if may_break or _above(-low, -floor, strict) else Verdict.pass_


def _if_any(verdict: Verdict, perhaps: bool) -> Verdict:
    """A verdict on a ratio: where there may be none at all nothing is surely broken."""
    return Verdict.unknown if perhaps and verdict is Verdict.fail else verdict


def _above(amount: float, limit: float, strict: bool) -> bool:
    """Whether an amount lies above an upper limit; of a lower one both with the sign turned."""
    return not math.isinf(limit) and (amount > limit + _slack(limit, strict) or (strict and amount >= limit))


def _slack(bound: float, strict: bool) -> float:
    return 0.0 if strict else FEASIBILITY * max(1e-3, abs(bound))


@dataclass(frozen=True, slots=True, eq=False)
class _Amounts:
    """The amounts of rows in each window; `nothing` marks windows without a ratio, `perhaps` those that may have none."""

    amounts: IntervalArray
    nothing: BoolArray
    worst: tuple[str, ...]
    perhaps: BoolArray | None = None


def _judge_windows(rows: Rows, menu: Menu) -> Judgement:
    found, complete = _amounts(rows, menu), rows.windows.complete
    verdicts = tuple(_window_verdicts(rows, found.amounts.low, found.amounts.high, found.nothing, complete))
    if found.perhaps is not None:
        verdicts = tuple(map(_if_any, verdicts, found.perhaps))
    return Judgement(verdicts, found.amounts * (1.0 / rows.scale()), found.worst)


def _amounts(rows: Rows, menu: Menu) -> _Amounts:
    if rows.form is Form.repeats:
        return _most_repeated(rows, menu)
    some = np.zeros(len(rows.windows), dtype=bool)
    if rows.form is Form.distinct:
        different = IntervalArray(_different(rows, menu, -1), _different(rows, menu, 1))
        return _Amounts(different, some, ("",) * len(some))
    cover = rows.windows.cover.astype(float)
    counted = menu.served if rows.by_serving else menu.portions
    top = rows.numerator.matmul(counted).matmul(cover)
    if rows.denominator is None:
        return _Amounts(top, some, ("",) * len(some))
    served = cover @ menu.served.sum(axis=1) > 0
    return _ratio(top, rows.denominator.matmul(counted).matmul(cover), served)


def _ratio(top: IntervalArray, bottom: IntervalArray, served: BoolArray) -> _Amounts:
    """A ratio of sums; where nothing is served, or the denominator is exactly zero, there is no ratio to judge."""
    nothing = ~served | (bottom.high == 0)
    low = np.where(nothing, 0.0, _divide(top.low, bottom.high))
    high = np.where(nothing, 0.0, _divide(top.high, bottom.low))
    return _Amounts(IntervalArray(low, high), nothing, ("",) * len(nothing), bottom.low <= 0)


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
            verdict, low, high = item_verdict(rows, int(t), int(r), float(menu.portions[t, r]))
            if _RANK[verdict] > _RANK[worst[0]]:
                worst = (verdict, low, high, menu.catalogue.options[r].recipe.name)
    return worst


def item_verdict(rows: Rows, t: int, r: int, portions: float) -> tuple[Verdict, float, float]:
    """The verdict on one served dish of so many standard portions, and its amount.

    Not applicable where the denominator is zero (a dish without bread is not judged by bread's fibre) or a condition
    that is asked of each dish does not hold.
    """
    amount = _item(rows, t, r, portions)
    if amount is None:
        return Verdict.not_applicable, 0.0, 0.0
    verdict = verdict_of(amount.low, amount.high, rows.low, rows.high, strict=rows.strict)
    if rows.denominator is not None:
        verdict = _if_any(verdict, bool(rows.denominator.low[r] <= 0))
    if rows.by_dish and rows.condition is not None:
        verdict = implied(_holds(rows.condition, t, r, portions), verdict)
    return verdict, amount.low, amount.high


def _holds(condition: Rows, t: int, r: int, portions: float) -> Verdict:
    """Whether a condition holds for one served dish."""
    amount = _item(condition, t, r, portions)
    if amount is None:
        return Verdict.not_applicable
    return verdict_of(amount.low, amount.high, condition.low, condition.high, strict=condition.strict)


def item_range(rows: Rows, t: int, r: int) -> tuple[float, float]:
    """From which to which number of standard portions one dish keeps an item rule; (inf, -1) where it never does.

    Where the size of the portion decides whether a condition holds, the rule is taken to bind: never too lenient.
    """
    one = _item(rows, t, r, 1.0)
    if one is None or _released(rows, t, r):
        return 0.0, math.inf
    if rows.by_serving or rows.denominator is not None:
        return (
            (0.0, math.inf)
            if verdict_of(one.low, one.high, rows.low, rows.high, strict=rows.strict) is Verdict.pass_
            else (math.inf, -1.0)
        )
    margin = FEASIBILITY if rows.strict else 0.0
    least, most = rows.low * (1 + margin), rows.high * (1 - margin)
    first = 0.0 if least <= 0 else least / one.low if one.low > 0 else math.inf
    last = math.inf if one.high == 0 or math.isinf(most) else most / one.high
    return (first, last) if first <= last and math.isfinite(first) else (math.inf, -1.0)


def _item(rows: Rows, t: int, r: int, portions: float) -> Interval | None:
    """The amount of one served dish; None where the denominator of its ratio is zero."""
    top = rows.numerator[(t, r) if rows.numerator.low.ndim == 2 else r]
    if rows.denominator is None:
        return top if rows.by_serving else top * portions
    bottom = rows.denominator[r]
    return None if bottom.high == 0 else top / bottom


def _released(rows: Rows, t: int, r: int) -> bool:
    """Whether a condition is sure not to hold for a dish, whatever the size of its portion."""
    condition = rows.condition
    if condition is None or not rows.by_dish:
        return False
    amount = _item(condition, t, r, 1.0)
    fixed = condition.by_serving or amount is None or amount.high == 0 or condition.denominator is not None
    return fixed and _holds(condition, t, r, 1.0) in (Verdict.fail, Verdict.not_applicable)


def _different(rows: Rows, menu: Menu, side: int) -> FloatArray:
    """How many different keys (or keys on a day) are served in each window, counting those of a side."""
    t, k = np.nonzero(menu.served @ rows.held(side).T.astype(float))
    number = rows.numbers(k, menu.horizon.day_numbers[t])
    different = np.array([len(np.unique(number[cover[t]])) for cover in rows.windows.cover], dtype=float)
    return np.where(_untold(rows, menu) > 0, math.inf, different) if side > 0 else different


def _untold(rows: Rows, menu: Menu) -> FloatArray:
    """How many servings in each window are of dishes whose keys are not told."""
    if rows.untold is None:
        return np.zeros(len(rows.windows))
    return np.asarray(rows.windows.cover.astype(float) @ (menu.served @ rows.untold.astype(float)))


def _most_repeated(rows: Rows, menu: Menu) -> _Amounts:
    served = rows.windows.cover.astype(float) @ menu.served
    sure, possible = (served @ rows.held(side).T.astype(float) for side in (-1, 1))
    amounts = IntervalArray(sure.max(axis=1, initial=0.0), possible.max(axis=1, initial=0.0) + _untold(rows, menu))
    worst = tuple(_most(rows.key_names, row, rows.high) for row in possible)
    return _Amounts(amounts, np.zeros(len(served), dtype=bool), worst)


def _most(names: Sequence[str], counts: FloatArray, high: float) -> str:
    return names[int(np.argmax(counts))] if len(counts) and counts.max() > high else ""
