"""A line as numbers, words and marks, after one spelling of dashes, fractions, approximations and list marks."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal, TypeAlias

from sehatmenu.food.lines.words import of_kind
from sehatmenu.quantities.amounts import in_figures
from sehatmenu.quantities.numbers import NUMBER

TokenKind: TypeAlias = Literal["number", "word", "mark"]

_TOKEN = re.compile(
    rf"(?P<number>{NUMBER.pattern})|(?P<word>\b[A-Z]{{2}}[0-9]{{3,5}}[A-Z]?\b|[^\W\d_]+(?:['’][^\W\d_]+)*)|(?P<mark>\S)"
)
"""Two letters and three digits or more are a code of the food table."""
_ABOUT = re.compile(
    r"(?:±|\+\s?/\s?-|\+-|~|\b(?:kurang\s+lebih|lebih\s+kurang|kurleb|kurlb|krleb|sekitar|kira\s?-?\s?kira|kira2|kl)\b\.?)\s*",
    re.IGNORECASE,
)
_OPENING = re.compile(r"^(?:[^\w(½¼¾]+|[0-9]{1,2}\s*[.)]\s+(?=[0-9]))")
_CLOSING = re.compile(r"[^\w)\].:%½¼¾'\"]+$")
_FOR = re.compile(r"\bu\s*/\s*", re.IGNORECASE)
_GLUED_MARK = re.compile(r"(?<=[^\W\d_])([,./])(?=[0-9])")
_DOUBLED_ENDING = re.compile(r"(?<=[^\W\d_]{3})2(?=(?:nya|an)\b)")
_SPACED_FRACTION = re.compile(r"(?<=[0-9])(?:\s+/\s*|\s*/\s+)(?=[0-9])")


@dataclass(frozen=True, slots=True)
class Token:
    """A number, a word or a mark of a line: as written, and case-folded."""

    kind: TokenKind
    text: str
    word: str
    close: bool
    """True when it stands right after the token before it, without a blank."""


def opened(text: str) -> tuple[str, bool]:
    """A cleaned line without list marks and words for `about`, number words in figures; and whether it said `about`.

    >>> opened("• ± 200 g tempe")
    ('200 g tempe', True)
    """
    line = text
    if "/" in line:
        line = _FOR.sub("untuk ", _SPACED_FRACTION.sub("/", line))
    line = _GLUED_MARK.sub(r"\1 ", line)
    if "2" in line:
        line = _DOUBLED_ENDING.sub("", line)
    plain = _ABOUT.sub(" ", line)
    bare = plain.strip()
    if bare and not bare[0].isalpha():
        bare = _OPENING.sub("", bare)
    if bare and not bare[-1].isalnum():
        bare = _CLOSING.sub("", bare)
    return in_figures(bare).strip(), plain != line


def tokens(line: str) -> list[Token]:
    """The tokens of a line that went through `opened`; a doubled word (`potong2`) is one word."""
    found: list[Token] = []
    end = -1
    for match in _TOKEN.finditer(line):
        kind, text = match.lastgroup, match.group()
        if match["number"] is not None:
            kind = "number"
        close = match.start() == end
        end = match.end()
        if kind == "number" and text == "2" and close and found[-1].word in _DOUBLED:
            continue
        match kind:
            case "number":
                found.append(Token("number", text, text, close))
            case "word":
                found.append(Token("word", text, text.casefold(), close))
            case _:
                found.append(Token("mark", text, text, close))
    return found


def written(of: Iterable[Token]) -> str:
    """The tokens as text again."""
    return " ".join(token.text for token in of)


_DOUBLED = frozenset(word for kind in ("cut", "crush", "size", "talk") for word in of_kind(kind) if len(word) > 2)
