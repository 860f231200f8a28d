"""Which offers may be served at which meal on which day, and for each that may not, why."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

import numpy as np
import numpy.typing as npt

from sehatmenu.messages import Text, Word
from sehatmenu.planning.demand import Institution, Problem, Tray
from sehatmenu.planning.suppliers import Offer, Supplier

TrayDay = tuple[date, int]
Flags = npt.NDArray[np.bool_]


@dataclass(frozen=True, slots=True, eq=False)
class Gate:
    """One reason for which offers drop out: `closed[n, r]` is True where option r cannot come to tray-day n.

    `paper` is the kind of certificate that is missing, where that is the reason.
    """

    reason: Text | Word
    closed: Flags
    paper: str = ""


def supplier_gates(problem: Problem, tray_days: tuple[TrayDay, ...]) -> list[Gate]:
    """What suppliers and the choices made beforehand exclude, one gate per reason."""
    offers = problem.register.offers()
    shape = (len(tray_days), len(problem.catalogue))

    def gate(reason: str, shut: Callable[[date, Institution, Tray, Supplier, Offer], bool]) -> Gate:
        closed = np.ones(shape, dtype=bool)
        for n, (day, k) in enumerate(tray_days):
            institution, tray = problem.trays[k]
            closed[n, : len(offers)] = [shut(day, institution, tray, *offer) for offer in offers]
        return Gate(Word(reason), closed)

    return [
        gate("gate-closed-day", lambda day, _i, _t, supplier, _o: not supplier.works_on(day)),
        gate("gate-not-offered", lambda day, _i, _t, _s, offer: not offer.offered_on(day)),
        gate("gate-lead-time", lambda day, _i, _t, supplier, _o: _too_late(problem.file.ordered_on, day, supplier)),
        gate(
            "gate-minimum", lambda _d, _i, tray, _s, offer: offer.minimum is not None and _heads(tray) < offer.minimum
        ),
        gate("gate-delivery", lambda _d, institution, _t, supplier, _o: _too_far(institution, supplier)),
        *_choice_gates(problem, tray_days),
    ]


def _heads(tray: Tray) -> int:
    return sum(eaters.portions for eaters in tray.groups)


def _too_late(ordered_on: date | None, day: date, supplier: Supplier) -> bool:
    if ordered_on is None or supplier.lead_time is None:
        return False
    return (day - ordered_on).days < supplier.lead_time


def _too_far(institution: Institution, supplier: Supplier) -> bool:
    """Farther than the institution's limit; an unknown way counts as too far: unknown is never zero."""
    limit = institution.delivery_limit
    return limit is not None and supplier.delivery.get(institution.id, limit + 1) > limit


def _choice_gates(problem: Problem, tray_days: tuple[TrayDay, ...]) -> list[Gate]:
    options = problem.catalogue.options
    gates = []
    for choice in problem.file.choices:
        found = [choice.of.matches(option.recipe) for option in options]
        # What may be there is not there for sure: a choice is kept by what surely is, and never broken by what may be.
        meant = np.array([(f.high if choice.never else f.low) > 0 for f in found], dtype=bool)
        if choice.suppliers:
            meant &= np.array([o.supplier in choice.suppliers for o in options], dtype=bool)
        course = np.array([not choice.courses or o.recipe.course in choice.courses for o in options], dtype=bool)
        shut = course & (meant if choice.never else ~meant)
        days = [choice.speaks_of(day, *_names(problem, k)) for day, k in tray_days]
        gates.append(Gate(Word("gate-choice"), np.array(days, dtype=bool)[:, None] & shut[None, :]))
    return gates


def _names(problem: Problem, k: int) -> tuple[str, str]:
    institution, tray = problem.trays[k]
    return institution.id, tray.meal
