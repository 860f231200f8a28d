"""Page data: recipes that a page states as schema.org JSON-LD, from the page itself or its data alone."""

from __future__ import annotations

import json
from collections.abc import Iterator
from html import unescape
from html.parser import HTMLParser
from typing import Any

from sehatmenu.files import Place
from sehatmenu.transcripts.transcripts import Line, Transcript


def read_page_data(text: str, file: str) -> tuple[Transcript, ...]:
    """The recipes (schema.org Recipe) in a page or in JSON; none where it holds none.

    Raises ValueError for JSON that cannot be read.
    """
    blocks = _scripts(text) if text.lstrip().startswith("<") else [text]
    found = [item for block in blocks for item in _recipes(json.loads(block))]
    return tuple(_transcript(item, text, file) for item in found if item.get("recipeIngredient") or item.get("ingredients"))


class _Page(HTMLParser):
    """Collects the scripts of a page that hold linked data."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.blocks: list[str] = []
        self._inside = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._inside = tag == "script" and ("type", "application/ld+json") in attrs
        if self._inside:
            self.blocks.append("")

    def handle_endtag(self, tag: str) -> None:
        self._inside = False

    def handle_data(self, data: str) -> None:
        if self._inside:
            self.blocks[-1] += data


def _scripts(text: str) -> list[str]:
    page = _Page()
    page.feed(text)
    return [block for block in page.blocks if block.strip()]


def _recipes(value: Any) -> Iterator[dict[str, Any]]:
    """Everything of type Recipe in linked data, however deep."""
    if isinstance(value, list):
        for item in value:
            yield from _recipes(item)
    elif isinstance(value, dict):
        kinds = value.get("@type", "")
        if "Recipe" in (kinds if isinstance(kinds, list) else [kinds]):
            yield value
        else:
            for item in value.values():
                yield from _recipes(item)


def _transcript(item: dict[str, Any], text: str, file: str) -> Transcript:
    def line(value: object) -> Line:
        said = " ".join(unescape(str(value)).split())
        return Line(said, _place(str(value), text, file))

    listed = item.get("recipeIngredient") or item.get("ingredients")
    ingredients = tuple(line(one) for one in (listed if isinstance(listed, list) else str(listed).splitlines()))
    made = item.get("recipeYield")
    stated = made[-1] if isinstance(made, list) and made else made
    steps = tuple(line(step) for step in _steps(item.get("recipeInstructions")))
    filled = tuple(one for one in ingredients if one.text)
    return Transcript(line(item.get("name", "")), filled, steps, line(stated) if stated else None)


def _steps(value: Any) -> Iterator[str]:
    """Texts of instructions: one text, a list of texts, or steps perhaps in sections."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, list):
        for item in value:
            yield from _steps(item)
    elif isinstance(value, dict):
        yield from _steps(value.get("itemListElement") or value.get("text"))


def _place(value: str, text: str, file: str) -> Place:
    """Where a text of the data stands in the file: where it is first written, by its JSON spelling or as it is."""
    for spelled in (json.dumps(value), json.dumps(value, ensure_ascii=False), value):
        at = text.find(spelled)
        if at >= 0:
            return Place(file, text.count("\n", 0, at) + 1, at - text.rfind("\n", 0, at))
    return Place(file, 1, 1)
