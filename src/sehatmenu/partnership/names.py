"""Names in a ledger: whether people wrote the id or the name of an UMKM, dish, place or group, it becomes the id."""

from __future__ import annotations

import difflib
from collections.abc import Mapping
from dataclasses import replace

import numpy as np

from sehatmenu.findings import Finding, problem
from sehatmenu.food.sheets import refuse
from sehatmenu.planning.demand import Problem
from sehatmenu.worksheets.headed_sheets import spelled
from sehatmenu.worksheets.ledgers import Labels, Ledger

Known = Mapping[str, Mapping[str, str]]
"""For each field of a ledger: the id behind every spelling."""


def known_names(problem_: Problem) -> Known:
    """The ids of a problem's UMKM, dishes, places and groups behind their ids and names."""
    suppliers = {s.id: s.name for s in problem_.register.suppliers.values()}
    dishes = {option.recipe.id: option.recipe.name for option in problem_.catalogue.options}
    places = {i.id: i.name for i in problem_.file.institutions}
    groups = {table.group: _group_title(problem_, table.institution.id, table.group) for table in problem_.tables}
    named = {"supplier": suppliers, "dish": dishes, "place": places, "group": groups}
    return {field: spellings(ids) for field, ids in named.items()}


def _group_title(problem_: Problem, institution: str, group: str) -> str:
    standard = problem_.standards[institution]
    return standard.groups[group].title.id if group in standard.groups else group


def spellings(ids: Mapping[str, str]) -> dict[str, str]:
    """The id behind its own spelling, its spelling with blanks for hyphens, and its name."""
    return {
        spelling: known
        for known, name in ids.items()
        for spelling in (spelled(known), spelled(known.replace("-", " ")), spelled(name))
    }


def identified(ledger: Ledger, known: Known | Problem) -> Ledger:
    """The ledger with ids in place of names; a name that is not known is told of at its cells.

    Raises LoadError with every such name, where it first stands, and the nearest known one.
    """
    known = known_names(known) if isinstance(known, Problem) else known
    problems: list[Finding] = []
    labels = dict(ledger.labels)
    for field in labels.keys() & known.keys():
        labels[field] = _identified(ledger, field, known[field], problems)
    refuse(problems)
    return replace(ledger, labels=labels)


def _identified(ledger: Ledger, field: str, known: Mapping[str, str], problems: list[Finding]) -> Labels:
    column = ledger.labels[field]
    ids: list[str | None] = [known.get(spelled(name)) for name in column.names]
    for code, (name, found) in enumerate(zip(column.names, ids, strict=True)):
        rows = np.flatnonzero(column.codes == code)
        if found is None and rows.size:
            near = difflib.get_close_matches(spelled(name), known, n=1, cutoff=0.0)
            place = ledger.place(int(rows[0]), field)
            told = {"text": name, "column": ledger.book.entry(field).title, "rows": rows.size}
            problems.append(problem("ledger-name-unknown", place, **told, suggestion=known[near[0]] if near else "–"))
    names = tuple(dict.fromkeys(found for found in ids if found is not None))
    number = [names.index(found) if found is not None else -1 for found in ids]
    return Labels(names, np.array([*number, -1], dtype=np.int64)[column.codes])
