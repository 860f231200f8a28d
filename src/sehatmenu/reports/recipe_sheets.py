"""Recipes from a spreadsheet: rows become the same documents as recipe files, every bad cell reported at its place."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sehatmenu import readings
from sehatmenu.errors import LoadError, UnitError
from sehatmenu.files import Document, Location, Place
from sehatmenu.findings import Finding, problem
from sehatmenu.food.composition import FoodTable
from sehatmenu.food.dishes import Recipe
from sehatmenu.food.lines.readings import Reading
from sehatmenu.food.measures import Measures
from sehatmenu.food.recipes import recipe_from
from sehatmenu.food.sheets import refuse
from sehatmenu.quantities.amounts import read_amount
from sehatmenu.quantities.numbers import read_number
from sehatmenu.reports.recipe_columns import BASES, HEADINGS, SHEET, choices
from sehatmenu.worksheets.cells import Cell, CellSheet
from sehatmenu.worksheets.frames import cells_of
from sehatmenu.worksheets.headed_sheets import Heading, filled_rows, headed, in_order, open_sheet

if TYPE_CHECKING:
    from sehatmenu.worksheets.frames import IntoDataFrame

_LISTS = {"measures", "tags", "allergens"}
_PORTION = ("min", "max", "step")
_OF_UNIT = ("unit-", "measure-")
_PERCENT_COMMA = re.compile(r"([0-9]+),([0-9]+)\s*%")
_UNKNOWN = "?"


def read_recipes(
    path: str | Path,
    foods: FoodTable | None = None,
    measures: Measures | None = None,
    *,
    reading: Reading = "open",
    within: str | Path | None = None,
) -> tuple[Recipe, ...]:
    """Read the recipes of a spreadsheet (xlsx, or CSV with comma or semicolon) that follows the template.

    A row is one ingredient; a row with a name begins a recipe. The words and amounts are read by the rules of recipe
    files, `reading` as of `load_recipe`. `within` names a folder that the file must lie in. Raises LoadError with every
    problem, each at its cell (`resep.xlsx:Resep!C7`); nothing is left out silently. Workbooks need the extra `excel`.
    """
    problems: list[Finding] = []
    with readings.reading(within):
        return _recipes(open_sheet(path, SHEET, "resep.xlsx", problems), problems, foods, measures, reading)


def recipes_from_frame(
    frame: IntoDataFrame,
    foods: FoodTable | None = None,
    measures: Measures | None = None,
    *,
    reading: Reading = "open",
) -> tuple[Recipe, ...]:
    """Read the recipes of a DataFrame (pandas, Polars) whose columns have the headings of the template.

    The rules are those of `read_recipes`; a null is an empty cell. Raises LoadError with every problem, each as
    `DataFrame:row:column`, where row 1 holds the headings. Needs the extra `frames`.
    """
    with readings.reading():
        return _recipes(cells_of(frame), [], foods, measures, reading)


def _recipes(
    sheet: CellSheet, problems: list[Finding], foods: FoodTable | None, measures: Measures | None, reading: Reading
) -> tuple[Recipe, ...]:
    recipes: list[Recipe] = []
    drafts = list(_drafts(sheet, headed(sheet, HEADINGS, problems), problems, reading))
    taken: dict[int, set[Place]] = {}
    _take(taken, problems)
    for draft in drafts:
        recipes += _dish(draft, problems, taken, foods, measures, reading)
    if not drafts and not problems:
        problems.append(problem("sheet-no-recipe", sheet.place(2, 1)))
    problems += _same_ids(drafts)
    refuse(in_order(problems))
    return tuple(recipes)


@dataclass(slots=True)
class _Draft:
    """A recipe as it is put together: its data as of a recipe file, and the place of each value."""

    data: dict[str, Any]
    places: dict[Location, Place]
    units: dict[Place, Place] = field(default_factory=dict)


def _drafts(
    sheet: CellSheet, columns: Mapping[int, Heading], problems: list[Finding], reading: Reading
) -> Iterator[_Draft]:
    reader = _Reader(sheet, {heading.field: number for number, heading in columns.items()}, problems, reading)
    for line, cells in filled_rows(sheet, columns, problems):
        yield from reader.take(line, cells)
    yield from reader.close()


def _words(text: str) -> list[str]:
    return [word.strip() for word in re.split(r"[,;]", text) if word.strip()]


def _is_metric(unit: str) -> bool:
    """Whether a unit is itself a weight or a volume, so that a kitchen has nothing to weigh."""
    try:
        return read_amount(f"1 {unit}").kind in ("mass", "volume")
    except UnitError:
        return False


def _slug(name: str) -> str:
    return re.sub(r"[^a-z0-9]+", "-", name.casefold()).strip("-") or "resep"


class _Reader:
    """Takes row after row and yields each recipe when the next begins."""

    def __init__(self, sheet: CellSheet, columns: Mapping[str, int], problems: list[Finding], reading: Reading) -> None:
        self._sheet, self._columns, self._problems = sheet, columns, problems
        self._needed: tuple[str, ...] = ("food", "amount") if reading == "strict" else ("food",)
        self._unwritten = "secukupnya" if reading == "strict" else ""
        self._draft: _Draft | None = None

    def take(self, line: int, cells: Mapping[str, Cell]) -> Iterator[_Draft]:
        own = {h.field: cells[h.field] for h in HEADINGS if not h.of_line and h.field in cells}
        name = own.get("name")
        started = self._draft
        if name is not None and (started is None or name.text != started.data["name"]):
            yield from self.close()
            self._draft = self._begin(line, own)
        elif started is None:
            self._note("sheet-cell-missing", line, "name")
            self._draft = self._begin(line, own)
        else:
            self._repeat(started, own)
        self._line(line, cells)

    def close(self) -> Iterator[_Draft]:
        if self._draft is not None:
            yield self._draft
        self._draft = None

    def _note(self, code: str, line: int, name: str, **values: object) -> None:
        title = next(h.title for h in HEADINGS if h.field == name)
        place = self._sheet.place(line, self._columns.get(name, 1))
        self._problems.append(problem(code, place, column=title, **values))

    def _begin(self, line: int, own: Mapping[str, Cell]) -> _Draft:
        name = own["name"].text if "name" in own else _UNKNOWN
        places: dict[Location, Place] = {(): self._sheet.place(line, self._columns["name"])}
        draft = _Draft({"name": name, "id": _slug(name), "ingredients": [], "weighed": {}}, places)
        for key in ("course", "servings"):
            draft.data[key] = {"course": "paket", "servings": None}[key]
            if key not in own:
                self._note("sheet-cell-missing", line, key)
        for key, cell in own.items():
            if self._holds(cell) and key != "name":
                self._own(draft, key, cell)
        return draft

    def _holds(self, cell: Cell) -> bool:
        if cell.fault:
            self._problems.append(problem(cell.fault, cell.place, text=cell.text))
        return not cell.fault

    def _own(self, draft: _Draft, key: str, cell: Cell) -> None:
        """One cell that concerns the whole recipe, as the value that a recipe file would have there."""
        draft.places[key,] = cell.place
        if key in _PORTION:
            draft.data.setdefault("portion", {})[key] = _PERCENT_COMMA.sub(r"\1.\2 %", cell.text)
            draft.places.setdefault(("portion",), cell.place)
            draft.places["portion", key] = cell.place
        elif key in _LISTS:
            draft.data[key] = _words(cell.text)
        elif key == "servings":
            draft.data[key] = self._servings(cell)
        elif key in ("basis", "course"):
            chosen = self._chosen(key, cell)
            draft.data |= {key: chosen} if chosen else {}
        else:
            draft.data[key] = cell.text

    def _servings(self, cell: Cell) -> float | str | None:
        if cell.text == _UNKNOWN:
            return None
        try:
            value = read_number(cell.text).value
        except UnitError as error:
            self._problems.append(problem(error.code, cell.place, **error.values))
            return None
        return value.low if value.known else cell.text

    def _chosen(self, key: str, cell: Cell) -> str:
        """The word of a column that offers words, as recipe files write it; an unknown one is told of."""
        word = cell.text.casefold()
        offered = choices(key)
        if word not in offered:
            self._problems.append(problem("sheet-choice", cell.place, text=cell.text, choices=", ".join(offered)))
            return ""
        return BASES.get(word, word)

    def _repeat(self, draft: _Draft, own: Mapping[str, Cell]) -> None:
        """Cells of the recipe in a later row: only its name may be repeated there."""
        for key, cell in own.items():
            if key != "name":
                self._problems.append(
                    problem("sheet-recipe-cell", cell.place, text=cell.text, recipe=draft.data["name"])
                )

    def _line(self, line: int, cells: Mapping[str, Cell]) -> None:
        """The ingredient of a row, if the row has one."""
        found = {h.field: cells[h.field] for h in HEADINGS if h.of_line and h.field in cells}
        draft = self._draft
        if draft is None or not found:
            return
        for key in self._needed:
            if key not in found:
                self._note("sheet-cell-missing", line, key)
        good = {key: cell for key, cell in found.items() if self._holds(cell)}
        if "food" in good:
            self._ingredient(draft, good)

    def _ingredient(self, draft: _Draft, good: Mapping[str, Cell]) -> None:
        number = len(draft.data["ingredients"])
        at: Location = ("ingredients", number)
        unit = good["unit"].text if "unit" in good else ""
        amount = f"{good['amount'].text} {unit}".strip() if "amount" in good else self._unwritten
        written = {"food": good["food"].text, "amount": amount}
        draft.places[at] = draft.places[*at, "food"] = good["food"].place
        draft.places[*at, "amount"] = good["amount" if "amount" in good else "food"].place
        if "amount" in good and "unit" in self._columns:
            place = good["amount"].place
            draft.units[place] = self._sheet.place(place.line, self._columns["unit"])
        if "line basis" in good and (chosen := self._chosen("line basis", good["line basis"])):
            written["basis"] = chosen
        for key, name in (("line method", "method"), ("note", "note")):
            if key in good:
                written[name], draft.places[*at, name] = good[key].text, good[key].place
        draft.data["ingredients"].append(written)
        if "weighed" in good:
            self._weighed(draft, f"{unit} {written['food']}".strip(), good["weighed"])

    def _weighed(self, draft: _Draft, key: str, cell: Cell) -> None:
        if _is_metric(key.partition(" ")[0]):
            self._problems.append(
                problem("sheet-weighed-metric", cell.place, text=cell.text, unit=key.partition(" ")[0])
            )
            return
        before = draft.data["weighed"].setdefault(key, cell.text)
        if before != cell.text:
            self._problems.append(problem("sheet-weighed-twice", cell.place, measure=key, first=before, text=cell.text))
        draft.places.setdefault(("weighed", key), cell.place)


def _dish(
    draft: _Draft,
    problems: list[Finding],
    taken: dict[int, set[Place]],
    foods: FoodTable | None,
    measures: Measures | None,
    reading: Reading,
) -> list[Recipe]:
    """The dish of a draft, or none when it has a problem; a problem of the unit moves to the cell of the unit.

    Of the cells in `taken`, by their line, something was told already.
    """
    place = draft.places[()]
    if not draft.data["ingredients"]:
        if place.line not in taken:
            problems.append(problem("sheet-recipe-empty", place, recipe=draft.data["name"]))
        return []
    before = len(problems)
    try:
        return [recipe_from(Document(draft.data, place.file, draft.places), foods, measures, reading=reading)]
    except LoadError as error:
        for found in error.report:
            at = draft.units.get(found.place, found.place) if found.place and found.code.startswith(_OF_UNIT) else None
            moved = replace(found, place=at or found.place)
            if not moved.place or moved.place not in taken.get(moved.place.line, ()):
                problems.append(moved)
        _take(taken, problems[before:])
    return []


def _take(taken: dict[int, set[Place]], problems: Iterable[Finding]) -> None:
    for place in (found.place for found in problems if found.place):
        taken.setdefault(place.line, set()).add(place)


def _same_ids(drafts: list[_Draft]) -> Iterator[Finding]:
    seen: dict[str, Place] = {}
    for draft in drafts:
        name, place = draft.data["id"], draft.places[()]
        first = seen.setdefault(name, place)
        if first is not place:
            yield problem("sheet-recipe-twice", place, recipe=draft.data["name"], first=str(first))
