"""Clauses: what it takes for a drafted menu to keep a rule, to break it somewhere, or to be spoken of by it at all."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from sehatmenu.standards.rows import Form, Rows
from sehatmenu.testing.drafts import MARGIN, Draft, Sheet

Line = tuple[dict[int, float], float, float]
"""Coefficients by column, and the two bounds of their sum."""

LITTLE = 0.01
"""The least amount that is surely more than nothing, in any unit."""


@dataclass(frozen=True, slots=True)
class Site:
    """One place at which a rule is judged: a window, or (for items) one dish at one occasion."""

    draft: Draft
    sheet: Sheet
    rows: Rows
    window: int
    cell: int | None = None

    def served(self) -> list[int]:
        """The columns of the dishes that could be served here."""
        if self.cell is not None:
            return [self.cell]
        kinds = self.draft.kinds
        return [int(t) * kinds + d for t in np.flatnonzero(self.rows.windows.cover[self.window]) for d in range(kinds)]

    @property
    def whole(self) -> bool:
        """Whether the amount is a number of servings or of different things."""
        return self.rows.by_serving or self.rows.keys is not None

    @property
    def floored(self) -> bool:
        """Whether the lower limit is asked here; a draft has no short weeks, but its last week may be unfinished."""
        return math.isfinite(self.rows.low) and bool(self.rows.windows.complete[self.window])

    def keep(self) -> list[Line]:
        """The amount lies within the limits."""
        rows, tight = self.rows, self._edge()
        found: list[Line] = []
        if self.floored:
            found += self.at_least(rows.low + (1 if self.whole and rows.strict else 0) + tight(rows.low))
        if math.isfinite(rows.high):
            found += self.at_most(rows.high - (1 if self.whole and rows.strict else 0) - tight(rows.high))
        return found

    def _edge(self) -> _Edge:
        if self.whole:
            return _Edge(0.0, 0.0, 0.0)
        return _Edge(MARGIN, LITTLE if self.rows.strict else 0.0, (self.rows.high - self.rows.low) / 4)

    def beyond(self) -> Iterator[list[Line]]:
        """The ways in which the amount lies outside the limits, and is there to be judged."""
        low, high = self.rows.low, self.rows.high
        if self.floored and (low > 0 or self.rows.strict):
            below = math.ceil(low) - 1 if self.whole else low * (1 - 10 * MARGIN)
            below = low if self.rows.strict else below
            if below >= 0:
                yield [*self.at_most(below), *self.there()]
        if math.isfinite(high):
            above = math.floor(high) + 1 if self.whole else high * (1 + 10 * MARGIN) + (LITTLE if high == 0 else 0)
            yield [*self.at_least(above), *self.there()]

    def there(self) -> list[Line]:
        """There is something to judge: the dish is served, the denominator is not nothing."""
        found: list[Line] = []
        if self.cell is not None:
            found.append(({self.cell: 1.0}, 1.0, math.inf))
        if self.rows.denominator is not None:
            found.append((self._sum(self.rows.denominator.low), LITTLE, math.inf))
        return found

    def at_least(self, bound: float) -> list[Line]:
        """The amount is at least so much."""
        match self.rows.form:
            case Form.distinct:
                return self._distinct_least(bound)
            case Form.repeats:
                return self._repeats_least(bound)
        return [self._line(bound, -1)]

    def at_most(self, bound: float) -> list[Line]:
        """The amount is at most so much."""
        match self.rows.form:
            case Form.distinct:
                return self._distinct_most(bound)
            case Form.repeats:
                return [(dict.fromkeys(columns, 1.0), -math.inf, bound) for columns in self._keys().values()]
        return [self._line(bound, 1)]

    def _line(self, bound: float, side: int) -> Line:
        rows = self.rows
        sums = self._sum(rows.numerator.high if rows.denominator is None else rows.linear(bound, side))
        end = 0.0 if rows.denominator is not None else bound * float(rows.scale()[self.window])
        if self.cell is not None:
            sums[self.cell] = sums.get(self.cell, 0.0) - end
            end = 0.0
        return (sums, end, math.inf) if side < 0 else (sums, -math.inf, end)

    def _sum(self, worth: np.ndarray[tuple[int, ...], np.dtype[np.float64]]) -> dict[int, float]:
        """The sum of what every dish here contributes, by column."""
        draft, found = self.draft, dict[int, float]()
        for cell in self.served():
            t, d = divmod(cell, draft.kinds)
            mine = worth[t] if worth.ndim == 2 else worth
            if self.rows.by_serving:
                found[cell] = float(mine[d])
                continue
            for a, size in enumerate(draft.sizes):
                if value := float(mine[draft.kinds + d * len(draft.sizes) + a]):
                    found[draft.holds(cell, a)] = value * float(size)
        return found

    def _keys(self) -> dict[int, list[int]]:
        """The columns of the dishes that carry each key (or each key on a day)."""
        held, days = self.rows.held(1), self.draft.horizon.day_numbers
        found: dict[int, list[int]] = {}
        for cell in self.served():
            t, d = divmod(cell, self.draft.kinds)
            for k in np.flatnonzero(held[:, d]):
                number = int(self.rows.numbers(np.array([k]), days[t : t + 1])[0])
                found.setdefault(number, []).append(cell)
        return found

    def _distinct_least(self, bound: float) -> list[Line]:
        flags = {self.sheet.flag(): columns for columns in self._keys().values()}
        lines: list[Line] = [({f: -1.0, **dict.fromkeys(columns, 1.0)}, 0.0, math.inf) for f, columns in flags.items()]
        return [*lines, (dict.fromkeys(flags, 1.0), bound, math.inf)]

    def _distinct_most(self, bound: float) -> list[Line]:
        flags = {self.sheet.flag(): columns for columns in self._keys().values()}
        lines: list[Line] = [({f: 1.0, c: -1.0}, 0.0, math.inf) for f, columns in flags.items() for c in columns]
        return [*lines, (dict.fromkeys(flags, 1.0), -math.inf, bound)]

    def _repeats_least(self, bound: float) -> list[Line]:
        flags = {self.sheet.flag(): columns for columns in self._keys().values()}
        lines: list[Line] = [({f: -bound, **dict.fromkeys(c, 1.0)}, 0.0, math.inf) for f, c in flags.items()]
        return [*lines, (dict.fromkeys(flags, 1.0), 1.0, math.inf)]


@dataclass(frozen=True, slots=True)
class _Edge:
    """How far inside a bound a menu stays: a part of it, at least and at most so much."""

    part: float
    least: float
    most: float

    def __call__(self, bound: float) -> float:
        return min(max(self.part * abs(bound), self.least), self.most)


def sites(draft: Draft, sheet: Sheet, rows: Rows) -> Iterator[Site]:
    """Every place at which rows are judged over the occasions of a draft."""
    for w in range(len(rows.windows)):
        if rows.form is not Form.item:
            yield Site(draft, sheet, rows, w)
            continue
        for t in np.flatnonzero(rows.windows.cover[w]):
            for d in range(draft.kinds):
                yield Site(draft, sheet, rows, w, int(t) * draft.kinds + d)


def _condition(site: Site) -> Site | None:
    condition = site.rows.condition
    return Site(site.draft, site.sheet, condition, site.window, site.cell) if condition is not None else None


def keep(draft: Draft, sheet: Sheet, rule: str) -> None:
    """The rule is kept wherever it is judged; where it binds on a condition, that may be absent instead."""
    for site in sites(draft, sheet, draft.rows[rule]):
        condition = _condition(site)
        if condition is None:
            _add(sheet, site.keep(), rule)
            continue
        ways = [site.keep(), *condition.beyond()]
        if site.cell is not None:
            ways.append([({site.cell: 1.0}, -math.inf, 0.0)])
        _one_of(sheet, ways, rule)


def break_somewhere(draft: Draft, sheet: Sheet, rule: str) -> None:
    """The rule is broken at one place at least; no solution where it cannot be."""
    ways: list[list[Line]] = []
    for site in sites(draft, sheet, draft.rows[rule]):
        condition = _condition(site)
        given = [*condition.keep(), *condition.there()] if condition else []
        ways += [[*way, *given] for way in site.beyond()]
    _one_of(sheet, ways, rule)


def concern(draft: Draft, sheet: Sheet, rule: str) -> None:
    """The rule speaks of the menu at one place at least."""
    ways: list[list[Line]] = []
    for site in sites(draft, sheet, draft.rows[rule]):
        condition = _condition(site)
        given = [*condition.keep(), *condition.there()] if condition else []
        ways.append([*site.keep(), *site.there(), *given])
    _one_of(sheet, ways, rule)


def _add(sheet: Sheet, lines: list[Line], rule: str) -> None:
    for row, low, high in lines:
        sheet.add(row, low, high, rule)


def _one_of(sheet: Sheet, ways: list[list[Line]], rule: str) -> None:
    """One of the ways at least is taken: each has a flag that releases its lines where it is not set."""
    flags = [sheet.flag() for _ in ways]
    sheet.add(dict.fromkeys(flags, 1.0), 1.0, math.inf, rule)
    for flag, lines in zip(flags, ways, strict=True):
        for row, low, high in lines:
            least = sum(v for v in row.values() if v < 0)
            most = sum(v for v in row.values() if v > 0)
            if math.isfinite(low):
                sheet.add({**row, flag: least - low}, least, math.inf, rule)
            if math.isfinite(high):
                sheet.add({**row, flag: most - high}, -math.inf, most, rule)
