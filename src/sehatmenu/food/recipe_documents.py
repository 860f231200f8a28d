"""From ingredient lines with their places to the document of a recipe, for texts, pages and tables that hold recipes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from sehatmenu.files import Document, Location, Place


def recipe_document(head: Mapping[str, object], lines: Sequence[tuple[str, Place]], file: str) -> Document:
    """The document of a recipe whose ingredient lines stand at places of another file.

    `head` holds the other fields of a recipe file (`name`, `course`, `servings`, `method` ...). Problems and notes of the
    recipe then point at the places of the lines: `recipe_from(recipe_document(...))`.

    >>> from sehatmenu.food.recipes import recipe_from
    >>> head = {"name": "Tempe", "course": "nabati", "servings": 4, "method": "kukus"}
    >>> dish = recipe_from(recipe_document(head, [("250 gr tempe", Place("pesan.txt", 5, 1))], "pesan.txt"))
    >>> str(dish.ingredients[0].place), dish.ingredients[0].called
    ('pesan.txt:5:1', 'tempe')
    """
    places: dict[Location, Place] = {(): Place(file, 1, 1)}
    places |= {("ingredients", number): place for number, (_, place) in enumerate(lines)}
    return Document({**head, "ingredients": [line for line, _ in lines]}, file, places)
