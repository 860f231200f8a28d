"""Parcels: problems and their answers as small bytes, for processes and machines that plan on behalf of others."""

from __future__ import annotations

import io
import pickle
import zlib
from collections.abc import Iterator, Sequence
from dataclasses import fields
from typing import Any

from sehatmenu.planning.demand import Problem

_LEVEL = 1
"""Compression: level 1 takes most of what level 9 takes, in a tenth of the time."""


def packed(content: Any, beside: Problem | None = None) -> bytes:
    """Anything that can be pickled, compressed.

    With `beside`, what belongs to this problem is only referred to: the receiver has it already.
    """
    stream = io.BytesIO()
    _Packer(stream, _parts(beside)).dump(content)
    return zlib.compress(stream.getvalue(), _LEVEL)


def unpacked(parcel: bytes, beside: Problem | None = None) -> Any:
    """What was packed, with the parts of `beside` put in where they were referred to."""
    return _Unpacker(io.BytesIO(zlib.decompress(parcel)), _parts(beside)).load()


class _Packer(pickle.Pickler):
    """Writes the number of a known part instead of the part."""

    def __init__(self, stream: io.BytesIO, parts: Sequence[object]) -> None:
        super().__init__(stream, pickle.HIGHEST_PROTOCOL)
        self._numbers = {id(part): number for number, part in enumerate(parts)}

    def persistent_id(self, content: object) -> int | None:
        return self._numbers.get(id(content))


class _Unpacker(pickle.Unpickler):
    def __init__(self, stream: io.BytesIO, parts: Sequence[object]) -> None:
        super().__init__(stream)
        self._known = parts

    def persistent_load(self, number: int) -> object:
        return self._known[number]


def _parts(problem: Problem | None) -> list[object]:
    """The problem and what plans take over from it, in an order that both sides know."""
    return [] if problem is None else list(_parts_of(problem))


def _parts_of(problem: Problem) -> Iterator[object]:
    yield problem
    yield from (getattr(problem, field.name) for field in fields(problem))
    yield from (option.recipe for option in problem.catalogue.options)
    yield from problem.register.suppliers.values()
    yield from problem.file.institutions
    yield from problem.standards.values()
