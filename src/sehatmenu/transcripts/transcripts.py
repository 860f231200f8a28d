"""One transcript: what a text says of a recipe, each part with its place, and the recipe document that it makes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from sehatmenu.errors import UnitError
from sehatmenu.files import Document, Location, Place
from sehatmenu.findings import Finding, Severity, Verdict
from sehatmenu.food.composition import FoodTable
from sehatmenu.food.dishes import Recipe
from sehatmenu.food.lines.reader import read_line
from sehatmenu.food.lines.readings import Reading
from sehatmenu.food.recipes import recipe_from
from sehatmenu.transcripts.clues import course_of, method_in, servings_in, slug

COURSES = {"pokok", "hewani", "nabati", "sayur", "buah", "minuman"}
"""Groups of foods that name a course; a dish of anything else is a snack (selingan)."""


@dataclass(frozen=True, slots=True)
class Line:
    """A line of a text and where it stands; `parts` say its food, amount and basis where a table keeps them apart."""

    text: str
    place: Place
    parts: tuple[tuple[str, str], ...] = ()

    def written(self) -> str | dict[str, str]:
        """The line as a recipe file has it."""
        return dict(self.parts) if self.parts else self.text


@dataclass(frozen=True, slots=True)
class Transcript:
    """What a text says of one recipe: its title, ingredient lines, steps, and what is said of servings."""

    title: Line
    ingredients: tuple[Line, ...]
    steps: tuple[Line, ...] = ()
    yields: Line | None = None
    course: str = ""
    basis: str = ""
    notes: tuple[Finding, ...] = field(default=())

    def document(self, foods: FoodTable) -> Document:
        """The recipe document, every value with its place in the text.

        What the text does not say is guessed from what it does, and `said` tells how: the course by the first food that
        gives one, the way of cooking by the title or the steps. Servings that are not said stay unknown.
        """
        data: dict[str, object] = {}
        places: dict[Location, Place] = {(): self.title.place, ("name",): self.title.place}
        data["name"] = self.title.text
        data["id"] = slug(self.title.text)
        data["course"], _ = self._course(foods)
        data["servings"] = self._servings()
        places["servings",] = (self.yields or self.title).place
        if self.basis:
            data["basis"] = self.basis
        if method := self._method():
            data["method"] = method
        data["ingredients"] = [line.written() for line in self.ingredients]
        for n, line in enumerate(self.ingredients):
            places["ingredients", n] = line.place
        if self.steps:
            data["note"] = " ".join(step.text for step in self.steps)
        return Document(data, self.title.place.file, places)

    def recipe(self, foods: FoodTable, *, reading: Reading = "open") -> Recipe:
        """The dish; raises LoadError with the lines that cannot be read."""
        return recipe_from(self.document(foods), foods, reading=reading)

    def said(self, foods: FoodTable) -> tuple[Finding, ...]:
        """Notes on what was guessed, and on servings that the text leaves open."""
        course, line = self._course(foods)
        found = list(self.notes)
        if not self.course:
            place = line.place if line else self.title.place
            found.append(_note("transcript-course", place, course=course, text=line.text if line else self.title.text))
        if method := self._method():
            found.append(_note("transcript-method", self.title.place, method=method))
        if self._servings() is None:
            found.append(_note("transcript-servings", (self.yields or self.title).place, name=self.title.text))
        return tuple(found)

    def _servings(self) -> float | None:
        return servings_in(self.yields.text) if self.yields else None

    def _method(self) -> str:
        return method_in(self.title.text) or method_in(" ".join(step.text for step in self.steps))

    def _course(self, foods: FoodTable) -> tuple[str, Line | None]:
        if self.course:
            return self.course, None
        for line in self.ingredients:
            found = course_of(_groups(line, foods), COURSES)
            if found:
                return found, line
        return "selingan", None


def _groups(line: Line, foods: FoodTable) -> Sequence[str]:
    """The groups of the foods of a line; none where it cannot be read."""
    text = " ".join(value for _, value in line.parts) if line.parts else line.text
    try:
        return [mention.food.group for mention in read_line(text, foods).mentions]
    except UnitError:
        return []


def _note(code: str, place: Place, **values: object) -> Finding:
    return Finding(code, Verdict.unknown, Severity.info, place, values=values)


def file_name(document: Document, taken: set[str]) -> str:
    """A name for the recipe file that is not taken yet."""
    stem = str(document.data["id"]) or Path(document.file).stem
    name, n = f"{stem}.yaml", 2
    while name in taken:
        name, n = f"{stem}-{n}.yaml", n + 1
    taken.add(name)
    return name
