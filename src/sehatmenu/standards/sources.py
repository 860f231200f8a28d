"""Sources: which law or table a figure comes from, and how far it was seen."""

from __future__ import annotations

from typing import Literal

from sehatmenu.documents import Model, TextField


class Source(Model):
    """Where figures come from.

    `seen`: `primary` the law itself was read, `secondary` another text that quotes it, `example` invented for an
    example, `unverified` not seen anywhere.
    """

    title: TextField
    seen: Literal["primary", "secondary", "example", "unverified"]
    where: str = ""
    note: str = ""
