"""Needs: who eats where, how many, when, for how much and what they must not eat; and from there to a planning problem."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from sehatmenu.files import Document
from sehatmenu.planning.plan_files import rupiah
from sehatmenu.planning.suppliers import WEEKDAYS
from sehatmenu.worksheets.ledger_cells import Entry
from sehatmenu.worksheets.ledgers import Book, Ledger, read_ledger

if TYPE_CHECKING:
    from sehatmenu.worksheets.frames import IntoFrame

DAYS = ("senin", "selasa", "rabu", "kamis", "jumat", "sabtu", "minggu")
SCHOOL_DAYS = DAYS[:5]
MEALS = ("pagi", "selingan", "siang", "malam")
COURSES = ("pokok", "hewani", "nabati", "sayur", "buah")

NEEDS = Book(
    "Kebutuhan",
    "kebutuhan.xlsx",
    (
        Entry("Tempat", "place", required=True, note="Kode, misalnya sd-1."),
        Entry("Nama tempat", "name", width=26),
        Entry("Kelompok", "group", required=True, note="Kelompok di standar, misalnya sd-4-6."),
        Entry("Jumlah", "heads", kind="figure", unit="portion", least=1, most=1e5, whole=True, note="Banyaknya orang."),
        Entry("Waktu makan", "meal", required=True, kind="choice", choices=MEALS),
        Entry("Hari", "days", kind="choice", choices=DAYS, several=True, width=26, note="Kosong: senin sampai jumat."),
        Entry("Pagu", "ceiling", kind="figure", unit="IDR", most=1e7, note="Rupiah sekali makan seorang."),
        Entry("Alergen dijauhi", "allergens", width=22, note="Dipisah koma, misalnya udang, telur."),
    ),
    (("sd-1", "SD contoh 1", "sd-4-6", 78, "siang", "senin, selasa, rabu, kamis, jumat", 13000, None),),
    ("Satu baris satu kelompok di satu waktu makan.", "Kosong berarti tidak diketahui, bukan nol.",
     "Anak dengan alergi ditulis di baris sendiri, hanya jumlahnya.", "Hapus baris contoh sebelum dipakai."),
)  # fmt: skip
"""The demand of a partnership (`kebutuhan`)."""


@dataclass(frozen=True, slots=True)
class Need:
    """A group at a meal of a place: heads (None: not known), weekdays, rupiah per head, allergens to keep apart."""

    place: str
    name: str
    group: str
    heads: int | None
    meal: str
    weekdays: tuple[str, ...]
    ceiling: float | None
    allergens: frozenset[str]

    def eats_on(self, day: date) -> bool:
        """Whether the group eats on a day of the week."""
        return day.weekday() in {WEEKDAYS[name] for name in self.weekdays}


def read_needs(source: str | Path | Document | IntoFrame) -> Ledger:
    """Read the demand (`kebutuhan`), also as KoboToolbox and ODK export it; raises LoadError with every bad cell."""
    return read_ledger(source, NEEDS)


def demand_of(ledger: Ledger) -> tuple[Need, ...]:
    """The demand row by row."""
    heads, ceiling = ledger.figure("heads"), ledger.figure("ceiling")
    fields = ("place", "name", "group", "meal", "days", "allergens")
    words = zip(*(ledger.label(field) for field in fields), strict=True)
    return tuple(
        Need(
            place, name or place, group, None if np.isnan(heads[row]) else int(heads[row]), meal,
            tuple(days.split(", ")) if days else SCHOOL_DAYS,
            None if np.isnan(ceiling[row]) else float(ceiling[row]),
            frozenset(part.strip().casefold() for part in allergens.replace(";", ",").split(",") if part.strip()),
        )
        for row, (place, name, group, meal, days, allergens) in enumerate(words)
    )  # fmt: skip


def problem_document(
    demand: Iterable[Need],
    *,
    title: str,
    standard: str,
    first: date,
    last: date,
    recipes: str,
    suppliers: str,
    courses: Mapping[str, Sequence[str]] | None = None,
    prefer: Sequence[str] = ("tkpi", "usda"),
) -> dict[str, object]:
    """The planning problem of a demand, to be written with `to_yaml`: its places, meals, groups, heads and ceilings.

    Groups whose heads are not known are left out, since nothing can be ordered for them; `coverage` names them. Groups that
    must keep an allergen apart are left out too: they are variants of a tray. `courses` by meal, five courses otherwise.
    """
    known = [need for need in demand if need.heads is not None and not need.allergens]
    weekdays = [day for day in DAYS if any(day in need.weekdays for need in known)]
    places: dict[str, list[Need]] = {}
    for need in known:
        places.setdefault(need.place, []).append(need)
    return {
        "title": title,
        "standard": standard,
        "calendar": {"from": first.isoformat(), "to": last.isoformat(), "weekdays": weekdays},
        "prefer": list(prefer),
        "recipes": recipes,
        "suppliers": suppliers,
        "institutions": [_institution(place, mine, courses or {}) for place, mine in places.items()],
    }


def _institution(place: str, mine: Sequence[Need], courses: Mapping[str, Sequence[str]]) -> dict[str, object]:
    meals: dict[str, list[Need]] = {}
    for need in mine:
        meals.setdefault(need.meal, []).append(need)
    trays = [
        {"meal": meal, "courses": list(courses.get(meal, COURSES)), "groups": [_eaters(need) for need in eaters]}
        for meal, eaters in meals.items()
    ]
    return {"id": place, "name": mine[0].name, "meals": trays}


def _eaters(need: Need) -> dict[str, object]:
    budget = {} if need.ceiling is None else {"budget": rupiah(need.ceiling)}
    return {"group": need.group, "heads": need.heads, **budget}
