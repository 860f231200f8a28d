"""Tables of recipes: one row a recipe with its ingredients in one cell, or the sheet of a kitchen with a row an ingredient."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from sehatmenu.transcripts.transcripts import Line, Transcript
from sehatmenu.worksheets.cells import Cell, CellSheet
from sehatmenu.worksheets.headed_sheets import spelled

_TITLES = {
    "title": ("title", "judul", "nama", "nama resep", "nama masakan", "name", "recipe", "resep"),
    "ingredients": ("ingredients", "bahan", "bahan bahan", "bahan-bahan", "komposisi"),
    "steps": ("steps", "langkah", "cara", "cara membuat", "cara memasak", "instructions", "directions"),
    "servings": ("servings", "porsi", "jumlah porsi", "untuk", "yield", "serves"),
    "course": ("course", "hidangan jenis", "jenis hidangan", "jenis"),
}
_KITCHEN = {
    "dish": ("hidangan", "menu", "nama hidangan", "nama menu", "masakan", "nama masakan", "nama makanan"),
    "food": ("bahan", "bahan makanan", "nama bahan", "bahan pangan"),
    "net": ("berat bersih", "berat bersih (g)", "berat bersih (gr)", "berat bersih (gram)", "bb", "bb (g)"),
    "gross": ("berat kotor", "berat kotor (g)", "berat kotor (gr)", "berat kotor (gram)", "bk", "bk (g)"),
    "edible": ("bdd", "bdd (%)", "bdd %"),
}
_SEPARATOR = re.compile(r"\s*(?:--|\r?\n|\||;)\s*")


def read_recipe_table(sheet: CellSheet) -> tuple[Transcript, ...]:
    """The recipes of a table, whichever of the two forms its headings say; none where they say neither."""
    head = sheet.cells.get(min(sheet.cells, default=0), {})
    kitchen = _columns(head, _KITCHEN)
    if {"food", "net"} <= set(kitchen.values()) or {"food", "gross"} <= set(kitchen.values()):
        return tuple(_of_kitchen(sheet, kitchen))
    columns = _columns(head, _TITLES)
    return tuple(_of_rows(sheet, columns)) if {"title", "ingredients"} <= set(columns.values()) else ()


def _columns(head: Mapping[int, Cell], names: Mapping[str, tuple[str, ...]]) -> dict[int, str]:
    of_title = {title: field for field, titles in names.items() for title in titles}
    return {number: of_title[spelled(cell.text)] for number, cell in head.items() if spelled(cell.text) in of_title}


def _of_rows(sheet: CellSheet, columns: Mapping[int, str]) -> Iterator[Transcript]:
    """A recipe a row: its ingredients parted by line breaks, semicolons, bars or double hyphens."""
    for row, cells in sorted(sheet.cells.items())[1:]:
        filled = {columns[number]: cell for number, cell in cells.items() if number in columns}
        if "title" not in filled or "ingredients" not in filled:
            continue
        whole = filled["ingredients"]
        lines = [Line(part, whole.place) for part in _SEPARATOR.split(whole.text) if part.strip()]
        steps = filled.get("steps")
        said = tuple(Line(part, steps.place) for part in _SEPARATOR.split(steps.text) if part.strip()) if steps else ()
        servings = filled.get("servings")
        course = filled["course"].text.casefold() if "course" in filled else ""
        title = filled["title"]
        yields = Line(servings.text, servings.place) if servings else None
        yield Transcript(Line(title.text, sheet.place(row, title.place.column)), tuple(lines), said, yields, course)


def _of_kitchen(sheet: CellSheet, columns: Mapping[int, str]) -> Iterator[Transcript]:
    """Rows of ingredients per portion under their dish: net weight is edible, gross weight as bought."""
    title: Cell | None = None
    lines: list[Line] = []
    basis = "edible" if "net" in columns.values() else "gross"
    for _, cells in sorted(sheet.cells.items())[1:]:
        filled = {columns[number]: cell for number, cell in cells.items() if number in columns}
        if dish := filled.get("dish"):
            if title and lines:
                yield _portion(title, lines, basis)
            title, lines = dish, []
        if food := filled.get("food"):
            weight = filled.get("net") or filled.get("gross")
            own = "edible" if "net" in filled else "gross"
            parts = (("food", food.text), ("amount", _grams(weight.text) if weight else ""), ("basis", own))
            lines.append(Line(f"{food.text} {weight.text if weight else ''}".strip(), food.place, parts))
            title = title or food
    if title and lines:
        yield _portion(title, lines, basis)


def _grams(text: str) -> str:
    """A weight of a column that counts grams: a bare number is grams."""
    return f"{text} g" if re.fullmatch(r"[0-9.,]+", text.strip()) else text


def _portion(title: Cell, lines: list[Line], basis: str) -> Transcript:
    return Transcript(Line(title.text, title.place), tuple(lines), yields=Line("1 porsi", title.place), basis=basis)
