"""What a plan rests on: editions of standards, reference intakes and food tables, and what its recipes leave open."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from sehatmenu.findings import Finding
from sehatmenu.messages import Text
from sehatmenu.planning.plans import Plan
from sehatmenu.standards.listings import weakest
from sehatmenu.standards.sources import Source, Validity


@dataclass(frozen=True, slots=True)
class Edition:
    """One standard or reference: its id, title, dates, its sources, and the weakest way in which one was seen."""

    id: str
    title: Text
    valid: Validity
    seen: str
    sources: tuple[Source, ...]


@dataclass(frozen=True, slots=True)
class OpenDish:
    """A dish of the plan whose recipe assumes something or leaves it open, with the notes of reading it."""

    name: str
    notes: tuple[Finding, ...]


def standard_editions(plan: Plan) -> tuple[Edition, ...]:
    """The standards of all institutions, the references they use, and the problem's own rules."""
    found: dict[str, Edition] = {}
    for standard in plan.problem.standards.values():
        file = standard.file
        found.setdefault(standard.id, _edition(standard.id, file.title, file.valid, standard.sources))
        for reference in standard.references.values():
            written = reference.file
            found.setdefault(written.id, _edition(written.id, written.title, written.valid, written.sources))
    own = plan.problem.file
    if own.rules:
        found.setdefault(plan.problem.document.file, _edition("", own.title, Validity(), own.sources))
    return tuple(found.values())


def _edition(name: str, title: Text, valid: Validity, sources: Mapping[str, Source]) -> Edition:
    return Edition(name, title, valid, weakest(sources.values()), tuple(sources.values()))


def food_editions(plan: Plan) -> tuple[str, ...]:
    """The editions of the food tables behind the dishes of the plan."""
    dishes = {id(s.dish): s.dish for s in plan.servings}.values()
    return tuple(sorted({edition for dish in dishes for edition in dish.editions()}))


def open_dishes(plan: Plan) -> tuple[OpenDish, ...]:
    """The dishes of the plan with what their recipes leave open, by name."""
    dishes = {s.dish.id: s.dish for s in plan.servings}.values()
    noted = [OpenDish(dish.name, dish.findings) for dish in dishes if dish.findings]
    return tuple(sorted(noted, key=lambda dish: dish.name))
