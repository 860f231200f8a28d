"""Plain text: a recipe pasted from a message or a page, told apart into title, servings, ingredients and steps."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from sehatmenu.files import Place
from sehatmenu.transcripts.clues import says_servings
from sehatmenu.transcripts.transcripts import Line, Transcript

_INGREDIENTS = re.compile(
    r"^(?:bahan(?:-bahan| bahan|2)?|komposisi|ingredients?)(?:\s+(?:utama|resep))?\s*(?:\(.*\))?\s*[:：]?\s*(?P<rest>.*)$",
    re.IGNORECASE,
)
_STEPS = re.compile(
    r"^(?:cara(?:\s+(?:membuat|memasak|masak|bikin|buat|kerja))?|langkah(?:-langkah)?|pembuatan|instructions?|directions?|"
    r"methods?|steps?)(?:nya)?\s*(?:$|[:：]\s*(?P<rest>.*)$)",
    re.IGNORECASE,
)
_MARK = re.compile(r"^\s*(?:[#>]+\s*|[-–—•*·●▪✓✔☑]+\s+|[•●▪✓✔☑]\s*)")
_NUMBER = re.compile(r"^\s*(\d{1,2})\s*[.)]\s+(?=\S)")
_EMPHASIS = re.compile(r"[*_]{1,2}([^*_]+)[*_]{1,2}")


def read_plain_text(text: str, file: str) -> Transcript | None:
    """What a plain text says of one recipe; None where it holds no ingredient line.

    The first line is the title. Ingredients begin after `Bahan` (or with the first line after the title that is neither a
    title nor the servings) and end at `Cara membuat` or a like heading; numbers of a numbered list are taken off.
    """
    lines = [Line(_plain(raw), Place(file, n, 1)) for n, raw in enumerate(text.splitlines(), 1) if _plain(raw)]
    if not lines:
        return None
    title, rest = lines[0], lines[1:]
    yields = next((line for line in rest if says_servings(line.text)), None)
    ingredients, steps = list[Line](), list[Line]()
    into, begun = ingredients, False
    for line in rest:
        if line is yields:
            continue
        if found := _STEPS.match(line.text):
            into = steps
            _also(into, line, found.group("rest"))
        elif not begun and (found := _INGREDIENTS.match(line.text)):
            into, begun = ingredients, True
            _also(into, line, found.group("rest"))
        else:
            into.append(line)
    listed = tuple(_unnumbered(ingredients))
    return Transcript(title, listed, tuple(steps), yields) if listed else None


def _plain(raw: str) -> str:
    """A line without list marks, emphasis and outer blanks."""
    return _EMPHASIS.sub(r"\1", _MARK.sub("", raw.strip())).strip()


def _also(into: list[Line], line: Line, rest: str | None) -> None:
    """What stands behind a heading on its own line belongs below it."""
    if rest and rest.strip():
        into.append(Line(rest.strip(), line.place))


def _unnumbered(lines: Sequence[Line]) -> Iterator[Line]:
    """The lines without the numbers of a numbered list, which begin at one and go on; other numbers are amounts."""
    numbers = [int(found.group(1)) if (found := _NUMBER.match(line.text)) else 0 for line in lines]
    listed = len(lines) > 1 and numbers == list(range(1, len(lines) + 1))
    for line in lines:
        yield Line(_NUMBER.sub("", line.text), line.place) if listed else line
