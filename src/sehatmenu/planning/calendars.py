"""The calendar of a problem: the days to plan for, and the school days around them by weekdays, holidays and terms."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Self

from pydantic import Field, model_validator

from sehatmenu.allowances import MAX_CALENDAR_DAYS
from sehatmenu.documents import DateField, Model, in_order, reject
from sehatmenu.planning.suppliers import WEEKDAYS, Weekday
from sehatmenu.standards.windows import SchoolCalendar


class Holiday(Model):
    """A day without meals."""

    date: DateField
    name: str = ""


class Term(Model):
    """A stretch of school days; before the first and after the last of them there is no school."""

    from_: DateField = Field(alias="from")
    to: DateField

    @model_validator(mode="after")
    def _ordered(self) -> Self:
        return in_order(self, "from_", "to")


class Calendar(Model):
    """The served days: from a first to a last date, on some weekdays, without the holidays, within the terms.

    A week that holidays or the terms shorten is whole as it is; one in which the calendar merely begins or ends is not.
    """

    from_: DateField = Field(alias="from")
    to: DateField
    weekdays: tuple[Weekday, ...] = ("senin", "selasa", "rabu", "kamis", "jumat")
    holidays: tuple[Holiday, ...] = ()
    terms: tuple[Term, ...] = ()

    @model_validator(mode="after")
    def _bounded(self) -> Self:
        days = (self.to - self.from_).days + 1
        if days > MAX_CALENDAR_DAYS:
            raise reject("calendar-too-long", days=days, limit=MAX_CALENDAR_DAYS)
        return in_order(self, "from_", "to")

    def days(self) -> tuple[date, ...]:
        """Every served day in order."""
        span = (self.from_ + timedelta(days=n) for n in range((self.to - self.from_).days + 1))
        return tuple(filter(self.school().holds, span))

    def school(self) -> SchoolCalendar:
        """The school days, also beyond the served ones."""
        off = frozenset(holiday.date for holiday in self.holidays)
        weekdays = tuple(sorted({WEEKDAYS[name] for name in self.weekdays}))
        return SchoolCalendar(weekdays, off, tuple((term.from_, term.to) for term in self.terms))
