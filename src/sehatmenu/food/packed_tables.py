"""The packaged food table packed for a quick start: used only when it was packed from the very files beside it."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np

from sehatmenu.files import Place
from sehatmenu.food.composition import PACKAGED, FoodTable
from sehatmenu.food.errata import Erratum
from sehatmenu.food.foods import Food
from sehatmenu.food.names import Naming, by_name
from sehatmenu.food.nutrients import Nutrition
from sehatmenu.food.sheets import DATA
from sehatmenu.messages import Text
from sehatmenu.quantities.intervals import Interval, IntervalArray

ROWS, VALUES = "packed.json", "packed.npy"
"""Names of the two files: everything but the figures, and the figures (lowest, highest) as one array."""

_WORDS: tuple[str, ...] = (
    "code",
    "edition",
    "group",
    "halal",
    "state",
    "retention",
    "source",
    "seen",
    "agreement",
    "conflicts",
)
_WORDS += ("energy_factors",)
_LISTS = ("aliases", "flags", "called")
_SETS = ("tags", "allergens")
_JOIN = "\t"
_ERRATUM = ("code", "edition", "column", "old", "new", "why", "note", "source")


def fingerprint() -> str:
    """What the packaged table is made of, in one number: its tables, the nutrients and the modules that read them."""
    files = [*PACKAGED.parent.glob("*.csv"), DATA / "nutrients.yaml", *Path(__file__).parent.glob("*.py")]
    made_of = hashlib.sha256()
    for file in sorted(files):
        made_of.update(file.name.encode())
        made_of.update(file.read_bytes())
    return made_of.hexdigest()


def pack(table: FoodTable, folder: Path) -> tuple[Path, Path]:
    """Write a packaged table as two files, which `unpacked` reads back in a tenth of the time of the tables."""
    errata = table.errata
    numbers = {id(erratum): number for number, erratum in enumerate(errata)}
    packed = {
        "fingerprint": fingerprint(),
        "columns": dict(table.columns),
        "foods": [[*_row(food), [numbers[id(erratum)] for erratum in food.errata]] for food in table],
        "errata": [[*(getattr(e, name) for name in _ERRATUM), e.place.line, e.place.column] for e in errata],
        "errata_file": Path(errata[0].place.file).name if errata else "",
        "namings": [
            [n.text, n.food.index, n.how, [[t.id, t.en] for t in n.may_be], n.kinds]
            for n in dict.fromkeys(table.namings.values())
        ],
        "names": {name: food.index for name, food in table.names.items()},
    }
    rows, values = folder / ROWS, folder / VALUES
    rows.write_text(json.dumps(packed, ensure_ascii=False, separators=(",", ":")), encoding="utf-8")
    np.save(values, np.stack([table.values.low, table.values.high]))
    return rows, values


def unpacked(folder: Path = PACKAGED.parent) -> FoodTable | None:
    """The packaged table from its packed files, or None where there are none or any file that they rest on changed."""
    try:
        packed = json.loads((folder / ROWS).read_text(encoding="utf-8"))
        low, high = np.load(folder / VALUES, allow_pickle=False)
    except (OSError, EOFError, ValueError):
        return None
    return _table(packed, IntervalArray(low, high)) if packed.get("fingerprint") == fingerprint() else None


def _table(packed: Any, values: IntervalArray) -> FoodTable:
    file = str(PACKAGED.parent / packed["errata_file"])
    errata = [
        Erratum(**dict(zip(_ERRATUM, row, strict=False)), place=Place(file, row[-2], row[-1]))
        for row in packed["errata"]
    ]
    foods = tuple(_food(row, index, values, errata) for index, row in enumerate(packed["foods"]))
    namings = [
        Naming(text, foods[food], how, tuple(Text(*kind) for kind in may_be), tuple(kinds))
        for text, food, how, may_be, kinds in packed["namings"]
    ]
    return FoodTable(
        foods=foods,
        values=values,
        layers=(PACKAGED.stem,),
        origins=np.where(np.isinf(values.high) & (values.low == 0), -1, 0).astype(np.int8),
        names={name: foods[index] for name, index in packed["names"].items()},
        namings=by_name(namings),
        fillers={"usda": PACKAGED.parent / "usda.csv"},
        columns=packed["columns"],
    )


def _row(food: Food) -> list[Any]:
    return [
        *(getattr(food, name) for name in _WORDS),
        *(food.name.id, food.name.en),
        *(_JOIN.join(getattr(food, name)) for name in _LISTS),
        *(_JOIN.join(sorted(getattr(food, name))) for name in _SETS),
        *(food.edible.low, food.edible.high),
        [food.density.low, food.density.high] if food.density else None,
        *(food.place.line, food.place.column),
    ]


def _food(row: Sequence[Any], index: int, values: IntervalArray, errata: Sequence[Erratum]) -> Food:
    code, edition, group, halal, state, retention, source, seen, agreement, conflicts, factors, *rest = row
    id_, en, aliases, flags, called, tags, allergens, low, high, density, line, column, mended = rest
    return Food(
        code=code,
        edition=edition,
        name=Text(id_, en),
        aliases=_tuple(aliases),
        group=group,
        tags=_set(tags),
        allergens=_set(allergens),
        halal=halal,
        state=state,
        retention=retention,
        edible=_interval(low, high),
        density=Interval(*density) if density else None,
        per100=Nutrition(values.part(index)),
        source=source,
        seen=seen,
        agreement=agreement,
        conflicts=conflicts,
        energy_factors=factors,
        flags=_tuple(flags),
        called=_tuple(called),
        errata=tuple(errata[number] for number in mended) if mended else (),
        place=Place(str(PACKAGED), line, column),
        index=index,
    )


@lru_cache(maxsize=1024)
def _tuple(joined: str) -> tuple[str, ...]:
    return tuple(joined.split(_JOIN)) if joined else ()


@lru_cache(maxsize=1024)
def _set(joined: str) -> frozenset[str]:
    return frozenset(_tuple(joined))


@lru_cache(maxsize=256)
def _interval(low: float, high: float) -> Interval:
    return Interval(low, high)
