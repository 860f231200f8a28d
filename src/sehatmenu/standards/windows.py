"""When rules look: the occasions of a menu and the meals, days, weeks and rolling windows that cover them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from functools import cached_property

import numpy as np
import numpy.typing as npt
from pydantic import Field

from sehatmenu.documents import Model
from sehatmenu.messages import date_text, word

BoolArray = npt.NDArray[np.bool_]

SCHOOL_WEEK = 5
"""Served days of a week where a rule does not say how many."""


class Scope(StrEnum):
    """How much food a rule speaks of at once."""

    item = "item"
    meal = "meal"
    day = "day"
    week = "week"
    cycle = "cycle"


class Window(Model):
    """How a rule counts days: `days` served days, rolling over the menu or the calendar week; `cyclic` wraps around."""

    days: int | None = Field(default=None, gt=0)
    rolling: bool = False
    cyclic: bool = False


@dataclass(frozen=True, slots=True, order=True)
class Occasion:
    """One meal on one day."""

    day: date
    meal: str


@dataclass(frozen=True, slots=True)
class Span:
    """The stretch of a menu that a verdict speaks of."""

    first: date
    last: date
    meal: str = ""

    def spoken(self, lang: str) -> str:
        """The stretch in words: `2 Februari 2026, pagi` or `2 Februari 2026 – 6 Februari 2026`."""
        days = date_text(self.first, lang)
        if self.last != self.first:
            days += f" – {date_text(self.last, lang)}"
        return f"{days}, {word(self.meal, lang)}" if self.meal else days


@dataclass(frozen=True, slots=True, eq=False)
class Windows:
    """Windows over T occasions: `cover[w, t]` says whether window w holds occasion t.

    `days[w]` counts its served days. An incomplete window (the menu ends before the window does) can break a maximum
    but cannot prove a minimum missed.
    """

    cover: BoolArray
    complete: BoolArray
    days: npt.NDArray[np.float64]
    spans: tuple[Span, ...]

    @classmethod
    def none(cls, occasions: int) -> Windows:
        """No windows over so many occasions."""
        return cls(np.zeros((0, occasions), dtype=bool), np.zeros(0, dtype=bool), np.zeros(0), ())

    def __len__(self) -> int:
        return len(self.spans)


@dataclass(frozen=True)
class Horizon:
    """The occasions at which one group eats; `whole_days` says that all its food of a day is among them."""

    occasions: tuple[Occasion, ...]
    whole_days: bool = False

    @cached_property
    def days(self) -> tuple[date, ...]:
        """The served days in order."""
        return tuple(sorted({o.day for o in self.occasions}))

    @cached_property
    def day_numbers(self) -> npt.NDArray[np.int64]:
        """The number of each occasion's day among the served days, from 0."""
        number = {day: n for n, day in enumerate(self.days)}
        return np.array([number[o.day] for o in self.occasions], dtype=np.int64)

    def windows(self, per: Scope, window: Window, meals: tuple[str, ...] = ()) -> Windows:
        """The windows of a scope over these occasions; `meals` narrows to some meals."""
        chosen = np.array([not meals or o.meal in meals for o in self.occasions], dtype=bool)
        match per:
            case Scope.item | Scope.meal:
                return self._per_meal(chosen)
            case Scope.day:
                return self._per_days([(day,) for day in self.days], chosen, complete=self.whole_days)
            case Scope.week if window.rolling and window.days:
                return self._rolling(window.days, window.cyclic, chosen)
            case Scope.week:
                return self._calendar_weeks(window.days or SCHOOL_WEEK, chosen)
            case Scope.cycle:
                return self._per_days([self.days] if self.days else [], chosen)

    def _per_meal(self, chosen: BoolArray) -> Windows:
        at = np.flatnonzero(chosen)
        cover = np.zeros((len(at), len(self.occasions)), dtype=bool)
        cover[np.arange(len(at)), at] = True
        spans = tuple(Span(self.occasions[t].day, self.occasions[t].day, self.occasions[t].meal) for t in at)
        return Windows(cover, np.ones(len(at), dtype=bool), np.ones(len(at)), spans)

    def _per_days(self, groups: list[tuple[date, ...]], chosen: BoolArray, *, complete: bool = True) -> Windows:
        if not groups:
            return Windows.none(len(self.occasions))
        cover = np.array([[o.day in set(days) for o in self.occasions] for days in groups]) & chosen
        return Windows(
            cover,
            np.full(len(groups), complete),
            np.array([float(len(days)) for days in groups]),
            tuple(Span(min(days), max(days)) for days in groups),
        )

    def _rolling(self, length: int, cyclic: bool, chosen: BoolArray) -> Windows:
        days, count = self.days, len(self.days)
        if count < length:
            return self._per_days([days] if days else [], chosen, complete=False)
        starts = range(count if cyclic else count - length + 1)
        return self._per_days([tuple(days[(s + k) % count] for k in range(length)) for s in starts], chosen)

    def _calendar_weeks(self, length: int, chosen: BoolArray) -> Windows:
        weeks: dict[date, list[date]] = {}
        for day in self.days:
            weeks.setdefault(day - timedelta(days=day.weekday()), []).append(day)
        whole = len(weeks) > 1 or len(self.days) >= length
        return self._per_days([tuple(days) for days in weeks.values()], chosen, complete=whole)
