"""The food table: per 100 g edible, edible part, groups, allergens; found by code, name or kitchen name."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from pathlib import Path
from typing import TypeAlias, TypedDict

import numpy as np

from sehatmenu.errors import UnitError, refusal
from sehatmenu.files import Place
from sehatmenu.findings import Finding, problem
from sehatmenu.food.errata import Erratum, corrected, read_errata
from sehatmenu.food.foods import Food, unlisted
from sehatmenu.food.names import Naming, Vocabulary, by_name, called, read_namings, read_other_editions, spelled
from sehatmenu.food.nutrients import Nutrition, nutrients
from sehatmenu.food.sheets import DATA, Row, Sheet, read_cell, read_sheet, refuse
from sehatmenu.food.sources import FoodSource, food_sources, source_of
from sehatmenu.messages import Text
from sehatmenu.quantities.intervals import UNKNOWN, Floats, Interval, IntervalArray
from sehatmenu.quantities.units import factor
from sehatmenu.readings import reading

PACKAGED = DATA / "foods" / "tkpi.csv"
"""The packaged table as printed in TKPI 2020; its corrections stand in `errata.csv` beside it."""

__all__ = ["Food", "FoodTable", "derived", "load_foods", "packaged_from_tables", "read_foods", "unlisted"]

Origins: TypeAlias = np.ndarray[tuple[int, ...], np.dtype[np.int8]]
"""For every figure the position of the table that it comes from, or -1."""

_BETWEEN_FLAGS = re.compile(r";(?![^(]*\))")
_OWN_COLUMNS = ("edible [%]", "density [g/ml]")


@dataclass(frozen=True, slots=True, eq=False)
class FoodTable:
    """Foods by code, full name or kitchen name, their values as one array, and the source of every cell.

    `values` has one row per food and one column per nutrient, per 100 g edible part in canonical units; a blank of
    the table is unknown. `origins` holds, for each cell, the position in `layers` of the table that it comes from.
    """

    foods: tuple[Food, ...]
    values: IntervalArray
    layers: tuple[str, ...]
    origins: Origins
    names: Mapping[str, Food]
    """Every name by which `find` finds a food, without capitals: codes, listed names, and those of `namings`."""
    namings: Mapping[str, Naming]
    """The names that the table itself does not list, each with how it is read."""
    fillers: Mapping[str, Path]
    columns: Mapping[str, int]
    """Number of the column of the file, counted from 1, by nutrient id or own title such as `code` or `edible`."""

    def __iter__(self) -> Iterator[Food]:
        return iter(self.foods)

    def __len__(self) -> int:
        return len(self.foods)

    def __repr__(self) -> str:
        return f"<FoodTable {' + '.join(self.layers)}: {len(self.foods)} foods>"

    def _repr_html_(self) -> str:
        """The editions, the first foods, and how many figures are known, for Jupyter."""
        from sehatmenu.reports.notebooks import foods_html

        return foods_html(self)

    def __contains__(self, name: str) -> bool:
        return self.find(name) is not None

    def __getitem__(self, name: str) -> Food:
        """The food of a code or name; raises LoadError `food-unknown`, with what was probably meant."""
        found = self.find(name)
        if found is None:
            raise refusal("food-unknown", text=name, suggestion=self.suggestion(name))
        return found

    def find(self, name: str) -> Food | None:
        """The food of a code, a listed name, or a synonym, brand or general word of kitchens; never one that sounds alike.

        `naming` says how a name was read that is not listed.

        >>> foods = load_foods()
        >>> foods.find("cabe rawit setan").name.id, foods.find("sabun colek")
        ('Cabai rawit, segar', None)
        """
        return self.names.get(" ".join(name.split()).casefold()) or self.names.get(spelled(name))

    def naming(self, name: str) -> Naming | None:
        """How a name is read that the table does not list, to be told in a note; None for a listed name.

        >>> load_foods().naming("teri").how, load_foods().naming("tempe")
        ('default', None)
        """
        return self.namings.get(" ".join(name.split()).casefold()) or self.namings.get(spelled(name))

    @property
    def read_as(self) -> Mapping[str, str]:
        """The code of the note to be told, by name, for every name that needs one."""
        return {name: naming.code for name, naming in self.namings.items()}

    def suggestion(self, name: str, limit: int = 3) -> str:
        """The known names that were probably meant, each word of them; nothing where none is near."""
        return ", ".join(_vocabulary(self).meant(name, limit))

    def search(self, word: str) -> tuple[Food, ...]:
        """The foods whose code, Indonesian, English or kitchen name holds a word."""
        wanted = word.casefold()
        found = [f for f in self.foods if any(wanted in s.casefold() for s in (*f.listed_names, f.name.en))]
        read = [naming.food for name, naming in self.namings.items() if wanted in name]
        return tuple(dict.fromkeys([*found, *read]))

    def origin(self, food: str, nutrient: str) -> str:
        """The table that a figure comes from (`tkpi`, `errata`, `usda`), or an empty text when none knows it.

        >>> load_foods().origin("mi kering", "carbohydrate")
        'errata'
        """
        row, wanted = self[food], nutrients()[nutrient]
        position = int(self.origins[row.index, wanted.index])
        if position < 0:
            return ""
        mended = {e.nutrient for e in row.errata if e.edition == row.edition}
        own = self.layers[position] not in self.fillers
        return "errata" if own and wanted.id in mended else self.layers[position]

    @property
    def errata(self) -> tuple[Erratum, ...]:
        """Every correction of the table, by food; also those of slips that only other editions have."""
        return tuple(erratum for food in self.foods for erratum in food.errata)

    @property
    def sources(self) -> Mapping[str, FoodSource]:
        """The packaged sources that rows and corrections of the table cite, with how far each was seen."""
        cited = dict.fromkeys(source_of(citation) for food in self.foods for citation in food.sources)
        return {key: food_sources()[key] for key in cited if key}

    def place(self, food: Food, column: str = "code") -> Place:
        """Where a figure of a food stands in its file: `column` is a nutrient id, `edible`, `name_id`, `group` ..."""
        return replace(food.place, column=self.columns.get(column, 1))

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
        foods = tuple(
            replace(f, per100=Nutrition(values.part(f.index)), fillers=_filling(order, origins[f.index], own))
            for f in self.foods
        )
        namings = list(dict.fromkeys(self.namings.values()))
        return replace(self, values=values, layers=tuple(order), origins=origins, **_naming_fields(foods, namings))

    def editions(self) -> tuple[str, ...]:
        """The editions of the tables that the foods come from."""
        return tuple(dict.fromkeys(food.edition for food in self.foods))


def load_foods(
    path: str | Path | None = None,
    fillers: Mapping[str, str | Path] | None = None,
    errata: str | Path | None = None,
    names: str | Path | None = None,
    *,
    within: str | Path | None = None,
) -> FoodTable:
    """The packaged Indonesian food table (TKPI 2020, USDA foods and foods without figures), or the table of a CSV file.

    The file has the columns code and name_id, and figures per 100 g edible part with their unit in the title, such as
    `protein [g]`; blank cells are unknown. `fillers` name more tables, keyed by code, for `FoodTable.prefer`; `errata`
    is a table of corrections to lay over it, `names` one of synonyms, general words and stand-ins. `within` names a
    folder that the file must lie in. Raises LoadError with every problem of the files.

    >>> foods = load_foods()
    >>> foods["kangkung"].code, str(foods["bawang putih"].per100["energy"]), foods["kangkung"].group
    ('DR100', '112 kcal', 'sayur')
    """
    if path is None:
        return _packaged()
    with reading(within):
        table, problems = read_foods(path, fillers, errata, names)
    refuse(problems)
    return table


@lru_cache(maxsize=1)
def _packaged() -> FoodTable:
    from sehatmenu.food.packed_tables import unpacked  # it makes a FoodTable, so it stands after this module

    return unpacked() or packaged_from_tables()


def packaged_from_tables() -> FoodTable:
    """The packaged table read from its CSV files; `load_foods` prefers the same table packed, where there is one."""
    folder = PACKAGED.parent
    table, problems = read_foods(PACKAGED, {"usda": folder / "usda.csv"}, folder / "errata.csv", folder / "names.csv")
    refuse(problems)
    others = read_other_editions(folder / "other_editions.csv", table.foods)
    return replace(table, **_naming_fields(table.foods, [*table.namings.values(), *others]))


def read_foods(
    path: str | Path,
    fillers: Mapping[str, str | Path] | None = None,
    errata: str | Path | None = None,
    names: str | Path | None = None,
) -> tuple[FoodTable, list[Finding]]:
    """A food table with whatever can be read of it, and every problem; `load_foods` refuses a table with problems.

    Raises LoadError for a file that is no table, or a table of errata with faults.
    """
    written = read_errata(errata) if errata else ()
    sheet, stale = corrected(read_sheet(path, required=("code", "name_id")), written)
    values, problems = _figures(sheet)
    values = derived(values)
    by_code: dict[str, list[Erratum]] = {}
    for erratum in written:
        by_code.setdefault(erratum.code, []).append(erratum)
    foods = tuple(_food(row, index, values, by_code.get(row["code"], ()), problems) for index, row in enumerate(sheet))
    problems += [*_doubles(sheet, foods), *stale]
    origins = np.where(np.isinf(values.high) & (values.low == 0), -1, 0).astype(np.int8)
    columns = {title.split(" [")[0]: number for number, title in enumerate(sheet.titles, 1)}
    paths = {name: Path(filler) for name, filler in (fillers or {}).items()}
    namings, strangers = read_namings(names, foods) if names else ([], [])
    named = _naming_fields(foods, namings)
    layers = (Path(path).stem,)
    table = FoodTable(values=values, layers=layers, origins=origins, **named, fillers=paths, columns=columns)
    return table, [*problems, *strangers]


def _food(row: Row, index: int, values: IntervalArray, errata: Sequence[Erratum], problems: list[Finding]) -> Food:
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
        energy_factors=row["energy_factors"],
        flags=tuple(flag.strip() for flag in _BETWEEN_FLAGS.split(row["flags"]) if flag.strip()),
        errata=tuple(errata),
        place=row.place("code"),
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


def derived(values: IntervalArray) -> IntervalArray:
    """Nutrients that follow from others by the rules of nutrients.yaml, where the table does not state them."""
    low, high = values.low.copy(), values.high.copy()
    for nutrient in nutrients():
        if nutrient.derivation is None:
            continue
        open_ = np.isinf(high[:, nutrient.index]) & (low[:, nutrient.index] == 0)
        column = nutrient.index
        for terms in nutrient.derivation.factors():
            least, most = _weighted(low, high, terms)
            least, most = np.maximum(least, low[:, column]), np.minimum(most, high[:, column])
            narrower = open_ & (least <= most)
            low[narrower, column], high[narrower, column] = least[narrower], most[narrower]
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
        for spelling in dict.fromkeys(s.casefold() for s in food.listed_names):
            first = owner.setdefault(spelling, food)
            if first is not food:
                found.append(problem("food-name-twice", row.place("code"), text=spelling, first=first.code))
    return found


class _Named(TypedDict):
    foods: tuple[Food, ...]
    names: Mapping[str, Food]
    namings: Mapping[str, Naming]


def _naming_fields(foods: Sequence[Food], namings: Sequence[Naming]) -> _Named:
    """The foods by every name; a name of kitchens goes before the name that a table prints (`Kecap`, `Minyak ikan`)."""
    words = called(namings)
    foods = tuple(replace(food, called=words[food.code]) if food.code in words else food for food in foods)
    namings = [replace(naming, food=foods[naming.food.index]) for naming in namings]
    names: dict[str, Food] = {}
    for food in foods:
        for spelling in food.listed_names:
            plain = " ".join(spelling.split()).casefold()
            names[plain] = names[spelled(plain)] = food
    read = by_name(namings)
    read_names = {name: naming.food for name, naming in read.items()}
    return _Named(foods=foods, names=names | read_names, namings=read)


@lru_cache(maxsize=4)
def _vocabulary(table: FoodTable) -> Vocabulary:
    return Vocabulary.of(tuple(table.names))


def _filling(order: Sequence[str], origins: Origins, own: str) -> tuple[str, ...]:
    """The tables other than its own that figures of a food come from."""
    return tuple(order[position] for position in np.unique(origins) if position >= 0 and order[position] != own)


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


def _filled(layers: Sequence[IntervalArray]) -> tuple[IntervalArray, Origins]:
    """Cell by cell the first bounds, narrowed by each later layer whose figure lies within them."""
    low, high = layers[0].low.copy(), layers[0].high.copy()
    origins = np.where(np.isinf(high) & (low == 0), -1, 0).astype(np.int8)
    for position, layer in enumerate(layers[1:], 1):
        narrower = (low <= layer.low) & (layer.high <= high) & ((low < layer.low) | (layer.high < high))
        low[narrower], high[narrower], origins[narrower] = layer.low[narrower], layer.high[narrower], position
    return IntervalArray(low, high), origins
