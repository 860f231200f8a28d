"""How long papers of food businesses last and whom the law asks for them, by every source: none is chosen for others."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from functools import lru_cache
from typing import Literal

from pydantic import Field

from sehatmenu.documents import DateField, Model, TextField, load
from sehatmenu.food.sheets import DATA
from sehatmenu.messages import Text
from sehatmenu.planning.suppliers import CertificateEntry
from sehatmenu.standards.sources import Source


class PaperState(StrEnum):
    """The state of a paper on a day; `unknown` where sources differ, or no end is written and none was seen."""

    valid = "paper-valid"
    expired = "paper-expired"
    not_yet = "paper-not-yet"
    missing = "paper-missing"
    unknown = "paper-unknown"


class Reading(Model):
    """For how many years a paper lasts, as one source says; null where that rule is known but its figure was not seen."""

    years: int | None = Field(gt=0)
    source: str
    place: str = ""


class Paper(Model):
    """A kind of paper: what it covers, and how long it lasts by each source."""

    id: str
    title: TextField
    scope: Literal["product", "kitchen", "person"]
    readings: tuple[Reading, ...] = ()


class Duty(Model):
    """From when businesses of some sizes must hold a paper, as one source says."""

    paper: str
    scales: tuple[str, ...]
    from_: DateField = Field(alias="from")
    source: str
    place: str = ""


class PaperFile(Model):
    """The packaged rules on papers, with their sources."""

    sources: dict[str, Source]
    papers: tuple[Paper, ...]
    duties: tuple[Duty, ...]


@dataclass(frozen=True, slots=True)
class Standing:
    """A paper on a day: its state, the first and the last day that any source lets it end, and the sources that differ."""

    state: PaperState
    ends: tuple[date, date] | None = None
    sources: tuple[str, ...] = ()


@lru_cache(maxsize=1)
def paper_rules() -> PaperFile:
    """The packaged rules on papers."""
    return load(DATA / "papers.yaml", PaperFile).model


def paper_title(kind: str) -> Text:
    """The name of a kind of paper; its own id where it is not among the packaged ones."""
    return next((paper.title for paper in paper_rules().papers if paper.id == kind.casefold()), Text(kind, kind))


def standing(entry: CertificateEntry, day: date) -> Standing:
    """The state of a paper on a day; the end written on it counts, else every source's validity from its date of issue."""
    if entry.issued is not None and day < entry.issued:
        return Standing(PaperState.not_yet, _written_end(entry))
    if entry.expires is not None:
        return Standing(PaperState.valid if day <= entry.expires else PaperState.expired, _written_end(entry))
    readings = _readings(entry.type)
    named = tuple(str(paper_rules().sources[reading.source].title) for reading in readings)
    if entry.issued is None or not readings or any(reading.years is None for reading in readings):
        return Standing(PaperState.unknown, None, named)
    ends = sorted(_later(entry.issued, reading.years or 0) for reading in readings)
    within = {day <= end for end in ends}
    state = PaperState.unknown if len(within) > 1 else PaperState.valid if within == {True} else PaperState.expired
    return Standing(state, (ends[0], ends[-1]), named)


def _written_end(entry: CertificateEntry) -> tuple[date, date] | None:
    return (entry.expires, entry.expires) if entry.expires else None


def _readings(kind: str) -> tuple[Reading, ...]:
    return next((paper.readings for paper in paper_rules().papers if paper.id == kind.casefold()), ())


def _later(day: date, years: int) -> date:
    """The same day some years on; 28 February for a 29th that is not there."""
    try:
        return day.replace(year=day.year + years)
    except ValueError:
        return day.replace(year=day.year + years, day=28)


def obliged(kind: str, scale: str | None, day: date) -> bool | None:
    """Whether the law asks a business of a size for a paper on a day; None where the sources differ or none was seen."""
    said = {day >= duty.from_ for duty in paper_rules().duties if duty.paper == kind and scale in duty.scales}
    return said.pop() if len(said) == 1 else None
