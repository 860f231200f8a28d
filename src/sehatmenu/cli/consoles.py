"""Consoles: what a terminal cannot print is written in ASCII, and an answer that cannot be delivered is told."""

from __future__ import annotations

import codecs
import os
import sys
import unicodedata
from collections.abc import Mapping
from typing import TextIO

ASCII: Mapping[str, str] = {
    "✓": "v", "✗": "x", "–": "-", "—": "-", "─": "-", "━": "-", "│": "|", "┃": "|", "…": "...", "→": "->", "←": "<-",
    "≤": "<=", "≥": ">=", "≠": "!=", "≈": "~", "∞": "inf", "×": "x", "·": "*", "•": "*", "°": " deg", "µ": "u",
    "½": "1/2", "¼": "1/4", "¾": "3/4", "‘": "'", "’": "'", "“": '"', "”": '"', "█": "#", "\xa0": " ", "\u202f": " ",
}  # fmt: skip
"""How a sign is written where it cannot be printed."""


def prepare() -> None:
    """Make what is printed from here on fit the console; a text in ASCII stands for what it cannot print."""
    codecs.register_error("sehatmenu", _spelled)
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="sehatmenu", **({"encoding": "ascii"} if _only_ascii() else {}))


def _only_ascii() -> bool:
    """Whether the locale is asked for that knows ASCII only, and no encoding besides it."""
    asked = next(filter(None, (os.environ.get(name) for name in ("LC_ALL", "LC_CTYPE", "LANG"))), "")
    return asked in ("C", "POSIX") and not os.environ.get("PYTHONIOENCODING") and not os.environ.get("PYTHONUTF8")


def _spelled(error: UnicodeError) -> tuple[str, int]:
    if not isinstance(error, UnicodeEncodeError):
        raise error
    return "".join(map(_ascii, error.object[error.start : error.end])), error.end


def _ascii(sign: str) -> str:
    if sign in ASCII:
        return ASCII[sign]
    plain = unicodedata.normalize("NFKD", sign).encode("ascii", "ignore").decode()
    return plain or sign.encode("ascii", "backslashreplace").decode()


def prints(text: str, stream: TextIO) -> bool:
    """Whether a stream can print a text as it is."""
    try:
        text.encode(stream.encoding or "ascii")
    except UnicodeEncodeError:
        return False
    return True


def abandon(stream: TextIO) -> None:
    """Whatever still waits to be printed there is dropped, so that the end of the program does not fail by it."""
    try:
        nowhere = os.open(os.devnull, os.O_WRONLY)
        os.dup2(nowhere, stream.fileno())
        os.close(nowhere)
    except (OSError, ValueError):
        return
