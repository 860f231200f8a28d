"""Sources: which law or table a figure comes from, how far it was seen, when it is in force, and what is announced."""

from __future__ import annotations

from datetime import date
from typing import Literal, Self

from pydantic import Field, model_validator

from sehatmenu.documents import DateField, Model, TextField, in_order


class Source(Model):
    """Where figures come from.

    `seen`: `primary` the law itself was read, `official` a page or memo of whoever issued it, `secondary` another text
    that quotes it, `example` invented for an example, `unverified` not seen anywhere.
    """

    title: TextField
    seen: Literal["primary", "official", "secondary", "example", "unverified"]
    where: str = ""
    note: str = ""


class Validity(Model):
    """From and until when a standard is in force; null where there is no such date, or it was not seen.

    `note` says why there is none.
    """

    from_: DateField | None = Field(default=None, alias="from")
    until: DateField | None = None
    note: TextField | None = None

    @model_validator(mode="after")
    def _ordered(self) -> Self:
        return in_order(self, "from_", "until")

    def holds(self, on: date) -> bool:
        """Whether a standard is in force on a day, both ends included."""
        return (self.from_ is None or self.from_ <= on) and (self.until is None or on <= self.until)


class Announcement(Model):
    """A change of the law that is announced and not made yet: what, by which source, and for when if that is known."""

    what: TextField
    on: DateField | None = None
    source: str
    place: str = ""
