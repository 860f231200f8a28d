"""When rules look: the occasions of a menu and the meals, days, weeks and rolling windows that cover them."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, timedelta
from enum import StrEnum
from functools import cached_property

import numpy as np
import numpy.typing as npt
from pydantic import Field

from sehatmenu.documents import Model
from sehatmenu.messages import date_text, word

BoolArray = npt.NDArray[np.bool_]

SCHOOL_WEEK = (0, 1, 2, 3, 4)
"""The school days of a usual week where no calendar says so: Monday to Friday, as `date.weekday` numbers them."""


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


@dataclass(frozen=True, slots=True)
class SchoolCalendar:
    """Which days are school days: the weekdays of a usual week, less the days off, within the terms (if any is given)."""

    weekdays: tuple[int, ...] = SCHOOL_WEEK
    off: frozenset[date] = frozenset()
    terms: tuple[tuple[date, date], ...] = ()

    def holds(self, day: date) -> bool:
        """Whether there is school on a day."""
        in_term = not self.terms or any(first <= day <= last for first, last in self.terms)
        return day.weekday() in self.weekdays and day not in self.off and in_term

    def week(self, monday: date) -> tuple[date, ...]:
        """The school days of the week that begins on a Monday."""
        return tuple(day for n in range(7) if self.holds(day := monday + timedelta(days=n)))


@dataclass(frozen=True, slots=True, eq=False)
class Windows:
    """Windows over T occasions: `cover[w, t]` says whether window w holds occasion t.

    `days[w]` counts its served days, `due[w]` the days that it is to have in the end, `usual` those of a window that no
    holiday shortens. An incomplete window (the menu begins or ends inside it) can break a maximum but cannot prove a
    minimum missed.
    """

    cover: BoolArray
    complete: BoolArray
    days: npt.NDArray[np.float64]
    spans: tuple[Span, ...]
    due: npt.NDArray[np.float64]
    usual: int = 0

    @classmethod
    def none(cls, occasions: int) -> Windows:
        """No windows over so many occasions."""
        return cls(np.zeros((0, occasions), dtype=bool), np.zeros(0, dtype=bool), np.zeros(0), (), np.zeros(0))

    def __len__(self) -> int:
        return len(self.spans)


@dataclass(frozen=True)
class Horizon:
    """The occasions at which one group eats; `whole_days` says that all its food of a day is among them.

    `calendar` says which weeks are short because of holidays. Without one the days on which nothing is served between
    the first and the last are taken for days off, and nothing is known of the days before and after.
    """

    occasions: tuple[Occasion, ...]
    whole_days: bool = False
    calendar: SchoolCalendar | None = None

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
                return self._calendar_weeks(window.days, chosen)
            case Scope.cycle:
                return self._per_days([self.days] if self.days else [], chosen)

    def _per_meal(self, chosen: BoolArray) -> Windows:
        at = np.flatnonzero(chosen)
        cover = np.zeros((len(at), len(self.occasions)), dtype=bool)
        cover[np.arange(len(at)), at] = True
        spans = tuple(Span(self.occasions[t].day, self.occasions[t].day, self.occasions[t].meal) for t in at)
        ones = np.ones(len(at))
        return Windows(cover, np.ones(len(at), dtype=bool), ones, spans, ones, 1)

    def _per_days(self, groups: list[tuple[date, ...]], chosen: BoolArray, *, complete: bool = True) -> Windows:
        if not groups:
            return Windows.none(len(self.occasions))
        cover = np.array([[o.day in set(days) for o in self.occasions] for days in groups]) & chosen
        count = np.array([float(len(days)) for days in groups])
        spans = tuple(Span(min(days), max(days)) for days in groups)
        return Windows(cover, np.full(len(groups), complete), count, spans, count)

    def _rolling(self, length: int, cyclic: bool, chosen: BoolArray) -> Windows:
        days, count = self.days, len(self.days)
        if count < length:
            short = self._per_days([days] if days else [], chosen, complete=False)
            return replace(short, due=np.full(len(short), float(length)))
        starts = range(count if cyclic else count - length + 1)
        return self._per_days([tuple(days[(s + k) % count] for k in range(length)) for s in starts], chosen)

    def _calendar_weeks(self, length: int | None, chosen: BoolArray) -> Windows:
        weeks: dict[date, list[date]] = {}
        for day in self.days:
            weeks.setdefault(day - timedelta(days=day.weekday()), []).append(day)
        found = self._per_days([tuple(days) for days in weeks.values()], chosen)
        if not weeks:
            return found
        usual = length or len(self.calendar.weekdays if self.calendar else SCHOOL_WEEK)
        due = np.array([self._due(monday, days, usual, chosen) for monday, days in weeks.items()])
        return replace(found, complete=due[:, 1] == 0, due=due.sum(axis=1), usual=usual)

    def _due(self, monday: date, served: list[date], usual: int, chosen: BoolArray) -> tuple[float, float]:
        """How many days of a week are on the menu with all its meals, and on how many more there may be food yet."""
        if self.calendar is None:
            outside = sum(not self.days[0] <= day <= self.days[-1] for day in SchoolCalendar().week(monday))
            return len(served), min(outside, max(0, usual - len(served)))
        meals: dict[date, set[str]] = {}
        for occasion in (self.occasions[t] for t in np.flatnonzero(chosen)):
            meals.setdefault(occasion.day, set()).add(occasion.meal)
        every = set().union(*meals.values())
        partly = {day for day in (*served, *self.calendar.week(monday)) if not every <= meals.get(day, set())}
        return len(set(served) - partly), len(partly)
