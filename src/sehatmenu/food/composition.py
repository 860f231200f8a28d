"""The food table: per 100 g edible, edible part, groups, allergens; found by code, name or kitchen name."""

from __future__ import annotations

import difflib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from pathlib import Path

import numpy as np

from sehatmenu.errors import UnitError, refusal
from sehatmenu.findings import Finding, problem
from sehatmenu.food.nutrients import Nutrition, nutrients
from sehatmenu.food.sheets import DATA, Row, Sheet, read_cell, read_sheet, refuse
from sehatmenu.messages import Text
from sehatmenu.quantities.intervals import UNKNOWN, Floats, Interval, IntervalArray
from sehatmenu.quantities.units import factor

COOKED = "cooked"
"""The state of a food whose figures are already those of the cooked food."""

_OWN_COLUMNS = ("edible [%]", "density [g/ml]")


@dataclass(frozen=True, slots=True, eq=False)
class Food:
    """One food of the table: what 100 g of its edible part hold, and what kind of thing it is.

    `group` is the word of school meals (pokok, hewani, nabati, sayur, buah, minyak, gula, bumbu, susu, jajanan,
    minuman); `tags` hold the TKPI group (`tkpi-D`), kinds and risks. `edible` is the edible part (BDD) as a fraction,
    `density` g per ml; both may be unknown. `state` is raw or cooked, `retention` the class of its retention factors.
    """

    code: str
    edition: str
    name: Text
    aliases: tuple[str, ...]
    group: str
    tags: frozenset[str]
    allergens: frozenset[str]
    halal: str
    state: str
    retention: str
    edible: Interval
    density: Interval | None
    per100: Nutrition
    source: str
    seen: str
    agreement: str
    conflicts: str
    flags: tuple[str, ...]
    index: int

    @property
    def cooked(self) -> bool:
        """True when the figures are those of the cooked food."""
        return self.state == COOKED

    @property
    def spellings(self) -> tuple[str, ...]:
        """Everything the food may be called in a recipe."""
        return (self.code, self.name.id, *self.aliases)

    def __str__(self) -> str:
        return f"{self.name.id} ({self.code}, {self.edition})"


@dataclass(frozen=True, slots=True, eq=False)
class FoodTable:
    """Foods by code, full name or kitchen name, their values as one array, and the source of every cell.

    `values` has one row per food and one column per nutrient, per 100 g edible part in canonical units; a blank of
    the table is unknown. `origins` holds, for each cell, the position in `layers` of the table that it comes from.
    """

    foods: tuple[Food, ...]
    values: IntervalArray
    layers: tuple[str, ...]
    origins: np.ndarray[tuple[int, ...], np.dtype[np.int8]]
    names: Mapping[str, Food]
    fillers: Mapping[str, Path]

    def __iter__(self) -> Iterator[Food]:
        return iter(self.foods)

    def __len__(self) -> int:
        return len(self.foods)

    def __contains__(self, name: str) -> bool:
        return name.casefold() in self.names

    def __getitem__(self, name: str) -> Food:
        """The food of a code, full name or kitchen name; raises LoadError `food-unknown` with suggestions."""
        found = self.find(name)
        if found is None:
            raise refusal("food-unknown", text=name, suggestion=self.suggestion(name))
        return found

    def find(self, name: str) -> Food | None:
        """The food of a code, full name or kitchen name, or None; never a food that merely sounds alike."""
        return self.names.get(" ".join(name.split()).casefold())

    def suggestion(self, name: str, limit: int = 3) -> str:
        """The known names that were probably meant, or an en dash."""
        wanted = name.casefold().split()
        inside = [known for known in self.names if set(wanted) <= set(known.replace(",", " ").split())]
        near = difflib.get_close_matches(name.casefold(), self.names, n=limit, cutoff=0.7)
        return ", ".join(dict.fromkeys([*near, *sorted(inside, key=len)][:limit])) or "–"

    def search(self, word: str) -> tuple[Food, ...]:
        """The foods whose code, Indonesian, English or kitchen name holds a word."""
        wanted = word.casefold()
        return tuple(f for f in self.foods if any(wanted in s.casefold() for s in (*f.spellings, f.name.en)))

    def origin(self, food: str, nutrient: str) -> str:
        """The table that a figure comes from (`tkpi`, `usda`), or an empty text when it is unknown everywhere."""
        position = int(self.origins[self[food].index, nutrients().index(nutrient)])
        return self.layers[position] if position >= 0 else ""

    def prefer(self, order: Sequence[str]) -> FoodTable:
        """The same foods with figures from several tables, the earlier named first; every cell keeps its origin.

        A later table fills a cell that the earlier ones leave open, and only with a figure within their bounds.
        `foods.prefer(["tkpi", "usda"])` adds folate, B12, saturated fat and sugars that TKPI does not print.
        Raises LoadError `layer-unknown`.
        """
        own = self.layers[0]
        for name in order:
            if name != own and name not in self.fillers:
                raise refusal("layer-unknown", text=name, choices=", ".join([own, *self.fillers]))
        stacked = [self.values if name == own else _filler(self, self.fillers[name]) for name in order]
        values, origins = _filled(stacked)
        foods = tuple(replace(f, per100=Nutrition(values.part(f.index))) for f in self.foods)
        return FoodTable(foods, values, tuple(order), origins, _names(foods), self.fillers)

    def editions(self) -> tuple[str, ...]:
        """The editions of the tables that the foods come from."""
        return tuple(dict.fromkeys(food.edition for food in self.foods))


def load_foods(path: str | Path | None = None, fillers: Mapping[str, str | Path] | None = None) -> FoodTable:
    """The packaged Indonesian food table (TKPI 2020 with USDA foods that it lacks), or the table of a CSV file.

    The file has the columns code and name_id, and figures per 100 g edible part with their unit in the title, such as
    `protein [g]`; blank cells are unknown. `fillers` name more tables, keyed by code, for `FoodTable.prefer`.
    Raises LoadError with every problem of the file.

    >>> foods = load_foods()
    >>> foods["kangkung"].code, str(foods["bawang putih"].per100["energy"]), foods["kangkung"].group
    ('DR100', '112 kcal', 'sayur')
    """
    if path is None:
        return _packaged()
    return _read(Path(path), {name: Path(p) for name, p in (fillers or {}).items()})


@lru_cache(maxsize=1)
def _packaged() -> FoodTable:
    return _read(DATA / "foods" / "tkpi.csv", {"usda": DATA / "foods" / "usda.csv"})


def _read(path: Path, fillers: Mapping[str, Path]) -> FoodTable:
    sheet = read_sheet(path, required=("code", "name_id"))
    values, problems = _figures(sheet)
    values = _derive(values)
    foods = [_food(row, index, values, problems) for index, row in enumerate(sheet)]
    problems += _doubles(sheet, foods)
    refuse(problems)
    origins = np.where(np.isinf(values.high) & (values.low == 0), -1, 0).astype(np.int8)
    return FoodTable(tuple(foods), values, (path.stem,), origins, _names(foods), fillers)


def _food(row: Row, index: int, values: IntervalArray, problems: list[Finding]) -> Food:
    edible = _own_figure(row, "edible [%]", problems)
    if edible is not UNKNOWN and not 0 < edible.low <= edible.high <= 100:
        problems.append(problem("food-edible-part", row.place("edible [%]"), text=row["edible [%]"]))
        edible = UNKNOWN
    density = _own_figure(row, "density [g/ml]", problems)
    return Food(
        code=row["code"],
        edition=row["edition"],
        name=Text(row["name_id"], row["name_en"] or row["name_id"]),
        aliases=tuple(alias.strip() for alias in row["aliases"].split(";") if alias.strip()),
        group=row["group"],
        tags=row.words("tags"),
        allergens=row.words("allergens"),
        halal=row["halal"],
        state=row["state"],
        retention=row["retention"],
        edible=Interval(0, 1) if edible is UNKNOWN else edible / 100,
        density=None if density is UNKNOWN else density,
        per100=Nutrition(values.part(index)),
        source=row["source"],
        seen=row["seen"],
        agreement=row["agreement"],
        conflicts=row["conflicts"],
        flags=tuple(flag.strip() for flag in row["flags"].split(";") if flag.strip()),
        index=index,
    )


def _own_figure(row: Row, title: str, problems: list[Finding]) -> Interval:
    try:
        return read_cell(row[title])
    except ValueError:
        problems.append(problem("table-cell", row.place(title), column=title, text=row[title]))
        return UNKNOWN


def _figures(sheet: Sheet) -> tuple[IntervalArray, list[Finding]]:
    """The figures of a sheet in canonical units, one row per food; columns that the sheet lacks are unknown."""
    table, problems = nutrients(), list[Finding]()
    low, high = np.zeros((len(sheet.rows), len(table))), np.full((len(sheet.rows), len(table)), np.inf)
    for title, name, unit in sheet.figures():
        if title in _OWN_COLUMNS:
            continue
        if name not in table:
            suggestion = table.suggestion(name)
            problems.append(problem("nutrient-unknown", sheet.place(title), text=name, suggestion=suggestion))
            continue
        try:
            scale = float(factor(unit, table[name].unit))
        except UnitError as error:
            problems.append(problem(error.code, sheet.place(title), **error.values))
            continue
        column = table.index(name)
        for number, row in enumerate(sheet):
            if row[title]:
                amount = _own_figure(row, title, problems)
                low[number, column], high[number, column] = amount.low * scale, amount.high * scale
    return IntervalArray(low, high), problems


def _derive(values: IntervalArray) -> IntervalArray:
    """Nutrients that follow from others by the rules of nutrients.yaml, where the table does not state them."""
    low, high = values.low.copy(), values.high.copy()
    for nutrient in nutrients():
        if nutrient.derivation is None:
            continue
        open_ = np.isinf(high[:, nutrient.index]) & (low[:, nutrient.index] == 0)
        for terms in nutrient.derivation.factors():
            least, most = _weighted(low, high, terms)
            low[open_, nutrient.index] = np.maximum(low[open_, nutrient.index], least[open_])
            closed = open_ & np.isfinite(most)
            low[closed, nutrient.index], high[closed, nutrient.index] = least[closed], most[closed]
            open_ &= ~closed
    return IntervalArray(low, high)


def _weighted(low: Floats, high: Floats, terms: Mapping[str, tuple[float, float]]) -> tuple[Floats, Floats]:
    columns = [nutrients().index(name) for name in terms]
    factors = np.array(list(terms.values()))
    return low[:, columns] @ factors[:, 0], high[:, columns] @ factors[:, 1]


def _doubles(sheet: Sheet, foods: Sequence[Food]) -> list[Finding]:
    """Codes, names and kitchen names that stand for two foods."""
    owner: dict[str, Food] = {}
    found = []
    for row, food in zip(sheet, foods, strict=True):
        for spelling in dict.fromkeys(s.casefold() for s in food.spellings):
            first = owner.setdefault(spelling, food)
            if first is not food:
                found.append(problem("food-name-twice", row.place("code"), text=spelling, first=first.code))
    return found


def _names(foods: Sequence[Food]) -> dict[str, Food]:
    return {" ".join(spelling.split()).casefold(): food for food in foods for spelling in food.spellings}


def _filler(table: FoodTable, path: Path) -> IntervalArray:
    """The figures of a second table, one row per food of the first; foods that it lacks are unknown."""
    sheet = read_sheet(path, required=("code", "source"))
    figures, problems = _figures(sheet)
    refuse(problems)
    low, high = np.zeros(table.values.shape), np.full(table.values.shape, np.inf)
    for number, row in enumerate(sheet):
        food = table.find(row["code"])
        if food is not None:
            low[food.index], high[food.index] = figures.low[number], figures.high[number]
    return IntervalArray(low, high)


def _filled(layers: Sequence[IntervalArray]) -> tuple[IntervalArray, np.ndarray[tuple[int, ...], np.dtype[np.int8]]]:
    """Cell by cell the first bounds, narrowed by each later layer whose figure lies within them."""
    low, high = layers[0].low.copy(), layers[0].high.copy()
    origins = np.where(np.isinf(high) & (low == 0), -1, 0).astype(np.int8)
    for position, layer in enumerate(layers[1:], 1):
        narrower = (low <= layer.low) & (layer.high <= high) & ((low < layer.low) | (layer.high < high))
        low[narrower], high[narrower], origins[narrower] = layer.low[narrower], layer.high[narrower], position
    return IntervalArray(low, high), origins
