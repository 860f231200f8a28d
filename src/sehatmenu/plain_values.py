"""Values as plain data: what every record, frame and JSON text is made of; no infinity, no look inside an object."""

from __future__ import annotations

import dataclasses
import json
import math
import re
from collections.abc import Iterable, Mapping
from datetime import date
from decimal import Decimal
from enum import Enum
from numbers import Integral, Real
from pathlib import Path

from sehatmenu.files import Place, packaged_standards
from sehatmenu.messages import Figure, Spoken, Text, system_text

_STEERING = re.compile("[\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]")
"""Signs that JSON may hold as they are, and that a terminal obeys: C1 controls, directions of writing."""

DATA = Path(__file__).with_name("data")


def plain(value: object, lang: str = "id") -> object:
    """A value as JSON has it: text, numbers, true, false, null, lists and mappings of these.

    A number that is not finite is null, a date is ISO, a text is in the language. A figure is its `low`, `high` and
    `unit`, and `bounded` says whether both ends are there: null is no bound on that side, or not known. Anything else
    that has fields is a mapping of them.

    >>> plain(Figure(-math.inf, 2000, "mg"))
    {'low': None, 'high': 2000, 'unit': 'mg', 'bounded': False}
    """
    match value:
        case None | bool():
            return value
        case Enum():
            return plain(value.value, lang)
        case str():
            return str(value)
        case Integral():
            return int(value)
        case Real() | Decimal():
            return float(value) if math.isfinite(value) else None
        case _:
            return _made(value, lang)


def _made(value: object, lang: str) -> object:
    """What this library has made: by its own rule, its fields or its items; else in words."""
    match value:
        case date():
            return value.isoformat()
        case Text():
            return value.in_language(lang)
        case Figure():
            return {**_fields(value, lang), "bounded": math.isfinite(value.low) and math.isfinite(value.high)}
        case Place():
            return f"{shown_file(value.file)}:{value.line}:{value.column}"
        case Path():
            return shown_file(str(value))
        case OSError():
            return system_text(value, lang)
        case Mapping():
            return {str(plain(key, lang)): plain(item, lang) for key, item in value.items()}
        case _:
            return _inside(value, lang)


def _inside(value: object, lang: str) -> object:
    if dataclasses.is_dataclass(value):
        return _fields(value, lang)
    if hasattr(value, "tolist"):  # arrays and numbers of numpy
        return plain(value.tolist(), lang)
    if isinstance(value, Iterable):
        return [plain(item, lang) for item in value]
    return value.spoken(lang) if isinstance(value, Spoken) else str(value)


def _fields(value: object, lang: str) -> dict[str, object]:
    return {f.name: plain(getattr(value, f.name), lang) for f in dataclasses.fields(value)}  # type: ignore[arg-type]


def shown_file(name: str) -> str:
    """The name of a file without the folders of this machine.

    A packaged file is named inside the package, one below the working folder from there; of any other whose full path is
    known, only its own name is told.
    """
    path = Path(name)
    if not path.is_absolute():
        return name
    for root in (packaged_standards(), DATA, Path.cwd()):
        if path.is_relative_to(root):
            return path.relative_to(root).as_posix()
    return path.name


def json_text(data: object, lang: str = "id", *, ascii_only: bool = False) -> str:
    """Data as JSON that every reader takes: no NaN, no Infinity, and no sign that steers a terminal."""
    text = json.dumps(plain(data, lang), ensure_ascii=ascii_only, indent=2, allow_nan=False)
    return _STEERING.sub(lambda sign: f"\\u{ord(sign.group()):04x}", text)
