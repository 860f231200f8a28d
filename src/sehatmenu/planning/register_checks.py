"""A menu held against the register and the problem file by its servings alone: days, papers, lots, capacity, shares, heads."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from datetime import date
from typing import TYPE_CHECKING

from sehatmenu.files import Place
from sehatmenu.findings import Finding, Severity, Verdict
from sehatmenu.messages import Figure, Text, Word
from sehatmenu.planning.clash_findings import Reason
from sehatmenu.planning.demand import Choice, Institution, Problem, Tray
from sehatmenu.planning.eaters import Eaters
from sehatmenu.planning.suppliers import WEEKDAYS, Offer, Supplier
from sehatmenu.standards.counts import RequireRule
from sehatmenu.standards.windows import Span

if TYPE_CHECKING:
    from sehatmenu.planning.plans import Helping, Serving

AMISS = ("plan-excluded", "plan-portion", "plan-course-count", "plan-heads")
"""What can be amiss with single servings and trays."""

SLACK = 1e-6
"""A capacity or a share holds when it is missed by no more than this part of it; a portion likewise."""

Where = Callable[[int, str], "Place | None"]
"""Where a serving (by its number) or, with a group, its portion for that group is written."""


def nowhere(_serving: int, _group: str) -> Place | None:
    """The place of servings that stand in no file."""
    return None


# Each serving and each tray


def check_deliveries(problem: Problem, servings: Sequence[Serving], where: Where = nowhere) -> Iterator[Finding]:
    """What is amiss with single servings and trays; nothing where all is well.

    Read from the servings, the register and the problem file, never from the rows that a menu was found by: a row that is
    too lax must not pass its own check.
    """
    eaters = {
        (institution.id, tray.meal): {e.group: e for e in tray.groups} for institution, tray in problem.trays
    }  # fmt: skip
    for number, serving in enumerate(servings):
        for reason in _against(problem, serving):
            yield _finding("plan-excluded", serving, where(number, ""), reason=reason)
        for helping in serving.helpings:
            group = eaters.get((serving.institution.id, serving.meal), {}).get(helping.group)
            if not _allowed(serving, helping, group):
                yield _finding("plan-portion", serving, where(number, helping.group), **_sizes(serving, helping, group))
    yield from _trays(problem, servings)


def _finding(code: str, serving: Serving, place: Place | None, **values: object) -> Finding:
    span = Span(serving.day, serving.day, serving.meal)
    said = {"dish": serving.dish.name, "supplier": serving.supplier.name, "when": span, **values}
    return Finding(code, Verdict.fail, place=place, subject=serving.institution.name, values=said)


def _against(problem: Problem, serving: Serving) -> Iterator[Word | Reason]:
    """Why a serving may not be: what its UMKM, its offer, its papers or a choice made beforehand say against it."""
    supplier, day = problem.register.suppliers[serving.supplier.id], serving.day
    mine = [o for o in supplier.offers if o.dish == serving.dish.id and math.isclose(o.price, serving.price)]
    standing = [offer for offer in mine if _stands(offer, day)]
    if day.weekday() not in {WEEKDAYS[name] for name in supplier.days}:
        yield Word("gate-closed-day")
    if not standing:
        yield Word("gate-not-offered")
    ordered = problem.file.ordered_on
    if ordered is not None and supplier.lead_time is not None and (day - ordered).days < supplier.lead_time:
        yield Word("gate-lead-time")
    if standing and all(offer.minimum is not None and serving.heads < offer.minimum for offer in standing):
        yield Word("gate-minimum")
    limit, way = serving.institution.delivery_limit, supplier.delivery.get(serving.institution.id)
    if limit is not None and (way is None or way > limit):
        yield Word("gate-delivery")
    if any(_chosen_otherwise(choice, serving) for choice in problem.file.choices):
        yield Word("gate-choice")
    for paper in _papers_asked(problem, serving):
        if not _covered(supplier, paper, day):
            yield Reason("reason-paper-none", {"supplier": supplier.name, "paper": paper})


def _stands(offer: Offer, day: date) -> bool:
    begun, ended = offer.from_ is None or offer.from_ <= day, offer.until is not None and day > offer.until
    return begun and not ended and (not offer.days or day.weekday() in {WEEKDAYS[name] for name in offer.days})


def _chosen_otherwise(choice: Choice, serving: Serving) -> bool:
    here = choice.speaks_of(serving.day, serving.institution.id, serving.meal)
    if not here or (choice.courses and serving.course not in choice.courses):
        return False
    meant = choice.of.matches(serving.dish).low > 0 and (not choice.suppliers or serving.supplier.id in choice.suppliers)
    return meant if choice.never else not meant


def _papers_asked(problem: Problem, serving: Serving) -> set[str]:
    """The kinds of certificate that some group's law asks of whoever cooks for this meal."""
    groups = {helping.group for helping in serving.helpings}
    return {
        applied.rule.certificate
        for table in problem.tables
        if table.institution.id == serving.institution.id and table.group in groups
        for applied, _ in table.applied
        if isinstance(applied.rule, RequireRule) and applied.rule.severity is Severity.must
        if applied.rule.certificate and (not applied.rule.meals or serving.meal in applied.rule.meals)
    }


def _covered(supplier: Supplier, paper: str, day: date) -> bool:
    own = [entry for entry in supplier.certificates if entry.type == paper]
    begun = [entry for entry in own if entry.issued is None or entry.issued <= day]
    return any(entry.expires is None or entry.expires >= day for entry in begun)


def _range(serving: Serving, group: Eaters | None) -> tuple[float, float]:
    own = serving.dish.portion
    asked = group.portion if group is not None else None
    return (own.minimum, own.maximum) if asked is None else (max(own.minimum, asked.min), min(own.maximum, asked.max))


def _allowed(serving: Serving, helping: Helping, group: Eaters | None) -> bool:
    """Whether a portion is within what the recipe and the group allow, in whole serving steps unless it is fixed."""
    least, most = _range(serving, group)
    step = serving.dish.portion.step
    whole = step <= 0 or most <= least or math.isclose(helping.factor / step, round(helping.factor / step), abs_tol=SLACK)
    return whole and least - SLACK <= helping.factor <= most + SLACK


def _sizes(serving: Serving, helping: Helping, group: Eaters | None) -> dict[str, object]:
    least, most = _range(serving, group)
    step = serving.dish.portion.step if most > least else 0.0
    figures = {"portion": helping.factor, "least": least, "most": most, "step": step}
    return {"group": helping.group, **{name: Figure.exact(value, "fraction") for name, value in figures.items()}}


def _trays(problem: Problem, servings: Sequence[Serving]) -> Iterator[Finding]:
    """Every meal on every day: each of its courses once, by one UMKM, for all its portions; and nothing else."""
    served = Counter((s.day, s.institution.id, s.meal, s.course) for s in servings)
    for day in problem.days:
        for institution, tray in problem.trays:
            for course in tray.courses:
                count = served.pop((day, institution.id, tray.meal, course), 0)
                if count != 1:
                    yield _counted(institution, tray.meal, day, course, count)
    named = {s.institution.id: s.institution for s in servings}
    for (day, institution_id, meal, course), count in served.items():
        yield _counted(named[institution_id], meal, day, course, count)
    heads = {(i.id, tray.meal): _heads(tray) for i, tray in problem.trays}
    for serving in servings:
        asked = heads.get((serving.institution.id, serving.meal), Counter[str]())
        fed = Counter[str]()
        for helping in serving.helpings:
            fed[helping.group] += helping.heads
        if asked != fed:
            yield _finding("plan-heads", serving, None, asked=sum(asked.values()), fed=sum(fed.values()))


def _heads(tray: Tray) -> Counter[str]:
    found = Counter[str]()
    for group in tray.groups:
        found[group.group] += group.portions
    return found


def _counted(institution: Institution, meal: str, day: date, course: str, count: int) -> Finding:
    values = {"institution": institution.name, "when": Span(day, day, meal), "course": Word(f"course-{course}"), "count": count}
    return Finding("plan-course-count", Verdict.fail, subject=institution.name, values=values)


# Each UMKM


def check_agreements(problem: Problem, servings: Sequence[Serving]) -> Iterator[Finding]:
    """Capacity and shares of every UMKM, counted from the servings: portions on its busiest day, part of all rupiah."""
    total = math.fsum(serving.cost for serving in servings)
    for number, supplier in enumerate(problem.register.suppliers.values()):
        place = problem.register.document.place(("suppliers", number))
        own = [serving for serving in servings if serving.supplier.id == supplier.id]
        if supplier.capacity is not None and supplier.offers:
            by_day = Counter[date]()
            for serving in own:
                by_day[serving.day] += serving.heads
            busiest = float(max(by_day.values(), default=0))
            limit = Figure(-math.inf, supplier.capacity, "portion")
            yield _agreed("capacity", supplier, place, Figure.exact(busiest, "portion"), limit)
        share = math.fsum(serving.cost for serving in own) / total if total > 0 else None
        least, most = supplier.share.min, supplier.share.max
        if least:
            yield _share("share-least", supplier, place, share, Figure(least, math.inf, "fraction"))
        if most is not None and supplier.offers:
            yield _share("share-most", supplier, place, share, Figure(-math.inf, most, "fraction"))


def _share(kind: str, supplier: Supplier, place: Place | None, share: float | None, limit: Figure) -> Finding:
    """Where nothing costs anything every share is kept: none of nothing is missing, and none is too much."""
    if share is None:
        share = limit.low if math.isfinite(limit.low) else 0.0
    return _agreed(kind, supplier, place, Figure.exact(share, "fraction"), limit)


def _agreed(kind: str, supplier: Supplier, place: Place | None, amount: Figure, limit: Figure) -> Finding:
    holds = limit.low * (1 - SLACK) <= amount.low and amount.high <= limit.high * (1 + SLACK)
    verdict = Verdict.pass_ if holds else Verdict.fail
    title = Text(supplier.name, supplier.name)
    values = {"supplier": title, "amount": amount, "limit": limit}
    return Finding(f"supplier-{kind}", verdict, Severity.must, place, supplier.name, values=values)
