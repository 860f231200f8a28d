"""What a menu is to be like besides cheap, as it is written: later objectives, their tolerance, scores from surveys."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import Annotated, Literal, get_args

from pydantic import AfterValidator

from sehatmenu.documents import Model, reject
from sehatmenu.errors import refusal
from sehatmenu.files import Document
from sehatmenu.findings import Finding, problem
from sehatmenu.planning.suppliers import Fraction
from sehatmenu.quantities.units import read_quantity

Written = Literal["fairness", "variety", "acceptance"]
"""The later objectives that a problem file may ask for."""

LEAST_CHANGE = "least_change"
"""The objective that needs an earlier plan, and is therefore asked for with it, not in the problem file."""

KNOWN: tuple[str, ...] = (*get_args(Written), LEAST_CHANGE)

TOLERANCE = 0.01
"""What later objectives may cost together where nothing is stated, as a part of the cheapest menu found."""


def _each_once(names: tuple[Written, ...]) -> tuple[Written, ...]:
    twice = [name for name in names if names.count(name) > 1]
    if twice:
        raise reject("objective-twice", objective=twice[0])
    return names


def _within_one(share: float) -> float:
    if not 0 <= share <= 1:
        raise reject("share-range", percent=100 * share)
    return share


Share = Annotated[Fraction, AfterValidator(_within_one)]
"""A share from 0 % to 100 %."""


class Objectives(Model):
    """What comes after rupiah, in order, and how much dearer than the cheapest menu found it may make the menu."""

    then: Annotated[tuple[Written, ...], AfterValidator(_each_once)] = ()
    tolerance: Share = TOLERANCE


class Acceptance(Model):
    """How much of each dish is eaten or liked, by a survey; a dish without a score is unknown, not zero."""

    source: str
    scores: dict[str, Share]


def preference_problems(
    objectives: Objectives | None,
    acceptance: Acceptance | None,
    dishes: Collection[str],
    sources: Mapping[str, object],
    document: Document,
) -> Iterator[Finding]:
    """Acceptance asked for without a survey, scores of dishes without a recipe, a source that is not listed."""
    if acceptance is None:
        if objectives and "acceptance" in objectives.then:
            yield problem("acceptance-missing", document.place(("objectives", "then")))
        return
    if acceptance.source not in sources:
        place = document.place(("acceptance", "source"))
        yield problem("source-unknown", place, source=acceptance.source, known=list(sources))
    for dish in acceptance.scores:
        if dish not in dishes:
            place = document.key_place(("acceptance", "scores", dish))
            yield problem("dish-unknown", place, dish=dish, known=sorted(dishes)[:8])


def asked(then: Sequence[str] | None, written: Objectives | None, *, near: bool) -> tuple[str, ...]:
    """The objectives of a plan in order: those given, else the file's, after least change where a plan is to be kept near.

    Raises LoadError for an objective that is not known, given twice, or without the plan that it needs.
    """
    if then is None:
        own = written.then if written else ()
        return (LEAST_CHANGE, *own) if near else own
    for name in then:
        if name not in KNOWN:
            raise refusal("objective-unknown", objective=name, known=KNOWN)
        if list(then).count(name) > 1:
            raise refusal("objective-twice", objective=name)
    if LEAST_CHANGE in then and not near:
        raise refusal("objective-needs-plan")
    return tuple(then)


def tolerated(tolerance: str | None, written: Objectives | None) -> float:
    """The tolerance given (`1 %`), else the file's, else 1 %.

    Raises UnitError for a figure without unit, LoadError for one outside 0 % to 100 %.
    """
    if tolerance is None:
        return written.tolerance if written else TOLERANCE
    share = read_quantity(tolerance, "fraction")
    if not 0 <= share <= 1:
        raise refusal("share-range", percent=100 * share)
    return share
