"""Sources: which law or table a figure comes from, how far it was seen, and when it is in force."""

from __future__ import annotations

from typing import Literal, Self

from pydantic import Field, model_validator

from sehatmenu.documents import DateField, Model, TextField, in_order


class Source(Model):
    """Where figures come from.

    `seen`: `primary` the law itself was read, `secondary` another text that quotes it, `example` invented for an
    example, `unverified` not seen anywhere.
    """

    title: TextField
    seen: Literal["primary", "secondary", "example", "unverified"]
    where: str = ""
    note: str = ""


class Validity(Model):
    """From and until when a standard is in force; null where the date was not seen."""

    from_: DateField | None = Field(default=None, alias="from")
    until: DateField | None = None

    @model_validator(mode="after")
    def _ordered(self) -> Self:
        return in_order(self, "from_", "until")
