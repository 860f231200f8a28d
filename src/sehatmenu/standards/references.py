"""Reference intakes (AKG, ALG): daily amounts by group, mixed by head count and raised by increments."""

from __future__ import annotations

import difflib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Annotated, Literal

from pydantic import BeforeValidator, Field

from sehatmenu.documents import DateField, Loaded, Model, Refused, TextField, load, reject_each
from sehatmenu.errors import LoadError, UnitError, refusal
from sehatmenu.files import packaged_standards
from sehatmenu.findings import Report, problem
from sehatmenu.food.nutrients import nutrients
from sehatmenu.quantities.units import read_quantity
from sehatmenu.readings import admitted, reading
from sehatmenu.standards.sources import Source, Validity

Weight = Annotated[float, Field(gt=0, allow_inf_nan=False)]
"""A head count, or any other weight of a part in a mean."""


class Mix(Model):
    """A group as a mix of reference groups: the mean of `mix` by its weights, plus the mean of the increments `plus`."""

    of: str
    mix: dict[str, Weight] = Field(min_length=1)
    plus: dict[str, Weight] = {}

    def names(self) -> list[str]:
        """The reference groups that are used."""
        return [*self.mix, *self.plus]


def _readable(values: object) -> object:
    """Refuse what is wrong with a mapping of nutrients to quantities, each at its own place."""
    found = []
    for name, text in values.items() if isinstance(values, dict) else ():
        if name not in nutrients():
            found.append(
                Refused((name,), "nutrient-unknown", {"text": name, "suggestion": nutrients().suggestion(name)})
            )
            continue
        try:
            read_quantity(text, nutrients()[name].unit)
        except UnitError as error:
            found.append(Refused((name,), error.code, error.values))
    if found:
        raise reject_each(found)
    return values


Amounts = Annotated[dict[str, str], BeforeValidator(_readable)]
"""Nutrients by id, INFOODS tagname or Indonesian name, each with a quantity of its dimension: `{energy: 1650 kcal}`."""


class ReferenceGroup(Model):
    """The daily intakes of one age and sex group; `adds` marks increments that are never used alone."""

    title: TextField
    age: str = ""
    adds: bool = False
    values: Amounts
    source: str
    place: str = ""
    notes: dict[str, TextField] = {}

    def amounts(self) -> dict[str, float]:
        """The daily amounts by nutrient id, in canonical units."""
        return {nutrients()[n].id: read_quantity(text, nutrients()[n].unit) for n, text in self.values.items()}


class ReferenceFile(Model):
    """A table of reference intakes as it is written in YAML; `reviewed` as in standards."""

    id: str
    kind: Literal["reference"]
    title: TextField
    jurisdiction: str = ""
    valid: Validity = Validity()
    reviewed: DateField | None = None
    note: TextField | None = None
    nutrients_note: dict[str, TextField] = {}
    sources: dict[str, Source]
    groups: dict[str, ReferenceGroup]


@dataclass(frozen=True, slots=True)
class Reference:
    """Daily reference intakes: `groups[name][nutrient]` in canonical units; `adds` names the increment groups."""

    file: ReferenceFile
    groups: Mapping[str, Mapping[str, float]]
    adds: frozenset[str]

    def intake(self, mix: Mix) -> dict[str, float]:
        """The daily intake of a mixed group, for the nutrients that every part of the mix states."""
        base = _mean({name: self.groups[name] for name in mix.mix}, mix.mix)
        if not mix.plus:
            return base
        more = _mean({name: self.groups[name] for name in mix.plus}, mix.plus)
        return {nutrient: amount + more[nutrient] for nutrient, amount in base.items() if nutrient in more}


def _mean(groups: Mapping[str, Mapping[str, float]], weights: Mapping[str, float]) -> dict[str, float]:
    shared = set.intersection(*(set(values) for values in groups.values()))
    total = sum(weights.values())
    return {n: sum(weights[g] * values[n] for g, values in groups.items()) / total for n in sorted(shared)}


def locate(source: str | Path, folder: Path | None = None) -> Path:
    """The file of a standard: a path (also relative to `folder`), or a packaged id such as `id/mbg-2026`.

    Raises LoadError that lists the packaged ids when there is no such file.
    """
    name = str(source)
    for path in ((folder or Path()) / name, packaged_standards() / f"{name}.yaml"):
        if path.suffix not in (".yaml", ".yml"):
            continue
        if not admitted(path):
            raise refusal("path-outside")
        if _is_file(path):
            return path
    near = _near(name)
    raise refusal(
        "standard-not-found-near" if near else "standard-not-found", name=name, near=near, known=packaged_ids()
    )


def _is_file(path: Path) -> bool:
    """Whether there is such a file; a name that the system cannot hold names none."""
    try:
        return path.is_file()
    except OSError:
        return False


def _near(name: str) -> str:
    """The packaged id that a name was meant to be: without its folder, or misspelt; empty where none is like it."""
    ids = {key.rpartition("/")[2]: key for key in packaged_ids()} | {key: key for key in packaged_ids()}
    found = difflib.get_close_matches(name.casefold().removesuffix(".yaml"), ids, n=1, cutoff=0.75)
    return ids[found[0]] if found else ""


@lru_cache(maxsize=1)
def packaged_ids() -> list[str]:
    """The ids of all packaged standards and references."""
    root = packaged_standards()
    return sorted(str(path.relative_to(root).with_suffix("").as_posix()) for path in root.rglob("*.yaml"))


def load_reference(source: str | Path, folder: Path | None = None, *, within: str | Path | None = None) -> Reference:
    """Load a table of reference intakes by packaged id or path.

    Raises LoadError with every problem and its place.
    """
    with reading(within):
        path = locate(source, folder)
        return _load(path, path.stat().st_mtime_ns)


@lru_cache(maxsize=16)
def _load(path: Path, stamp: int) -> Reference:
    loaded: Loaded[ReferenceFile] = load(path, ReferenceFile)
    model = loaded.model
    wrong = [
        problem(
            "source-unknown", loaded.document.place(("groups", n, "source")), source=g.source, known=list(model.sources)
        )
        for n, g in model.groups.items()
        if g.source not in model.sources
    ]
    if wrong:
        raise LoadError(Report(tuple(wrong)))
    adds = frozenset(name for name, group in model.groups.items() if group.adds)
    return Reference(model, {name: group.amounts() for name, group in model.groups.items()}, adds)
