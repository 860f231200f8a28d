"""What a conflict says: the clashing rules with week, group and article, slots that nothing can fill, the way out."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np
import numpy.typing as npt

from sehatmenu.findings import Finding, Verdict
from sehatmenu.messages import Figure, Text, Word, render
from sehatmenu.planning.conflicts import Claim
from sehatmenu.planning.dish_shortages import shortage_of_dishes
from sehatmenu.planning.eligibility import Gate
from sehatmenu.planning.programs import Program
from sehatmenu.planning.suppliers import CertificateEntry, Supplier
from sehatmenu.planning.tables import RuleRef
from sehatmenu.standards.windows import Span


@dataclass(frozen=True, slots=True)
class Reason:
    """Why offers drop out of a slot, as a part of a sentence."""

    code: str
    values: dict[str, object]

    def spoken(self, lang: str) -> str:
        """The reason in a language."""
        return render(self.code, self.values, lang)

    def __str__(self) -> str:
        return self.spoken("id")


def clashing_rules(program: Program, claims: Sequence[Claim]) -> tuple[Finding, ...]:
    """The rules that cannot hold together, each with its limit, the days of the clash where it has any, and its article."""
    return tuple(_claim(program, claim, claims) for claim in claims)


def _claim(program: Program, claim: Claim, claims: Sequence[Claim]) -> Finding:
    ref = program.refs[claim.rule]
    limit = ref.limit if ref.code.startswith("share") else claim.limit
    values: dict[str, object] = {"limit": Figure.exact(limit, ref.unit)}
    if ref.code == "capacity" and (short := _shortage(program, claim, claims)):
        return _finding(ref, "conflict-capacity-short", {"supplier": ref.title, "limit": claim.limit, **short})
    if ref.code != "rule":
        return _finding(ref, f"conflict-{ref.code}", {"supplier": ref.title, **values})
    if short := shortage_of_dishes(program, claim):
        told = {**_who(ref), **short, "limit": values["limit"], "apart": Figure.exact(ref.apart, "day")}
        return _finding(ref, "conflict-spacing-short" if ref.apart > 0 else "conflict-variety-short", told)
    code = "conflict-rule-floor" if claim.side < 0 else "conflict-rule-ceiling"
    values |= _who(ref)
    if ref.apart > 0:
        code, values = "conflict-spacing", {**_who(ref), "apart": Figure.exact(ref.apart, "day")}
    when = _when(program, claim)
    return _finding(ref, f"{code}-when", {**values, "when": when}) if when else _finding(ref, code, values)


def _who(ref: RuleRef) -> dict[str, object]:
    return {"rule": ref.title, "group": ref.group, "institution": ref.institution}


def _when(program: Program, claim: Claim) -> Span | None:
    """From the first to the last day of the windows that clash; None where they are all days."""
    spans = [span for row in claim.rows if (span := program.spans[row]) is not None]
    if not spans:
        return None
    meals = {span.meal for span in spans}
    first, last = min(span.first for span in spans), max(span.last for span in spans)
    everything = first <= program.problem.days[0] and last >= program.problem.days[-1]
    return None if everything else Span(first, last, meals.pop() if len(meals) == 1 else "")


def _shortage(program: Program, claim: Claim, claims: Sequence[Claim]) -> dict[str, object]:
    """The day on which the UMKM of a conflict fall shortest of what only they can cook; nothing where none does."""
    titles = [program.refs[c.rule].title for c in claims if program.refs[c.rule].code == "capacity"]
    together = sum(c.limit for c in claims if program.refs[c.rule].code == "capacity")
    named = {span.first for row in claim.rows if (span := program.spans[row]) is not None}
    days = sorted(named) or program.problem.days
    demand = {day: _demand(program, day, titles) for day in days}
    worst = max(days, key=lambda day: demand[day])
    if demand[worst] <= together:
        return {}
    return {"demand": Figure.exact(demand[worst], "portion"), "suppliers": titles, "when": Span(worst, worst)}


def _demand(program: Program, day: date, titles: Sequence[Text]) -> float:
    """Portions of the slots of a day that nobody but these UMKM can fill."""
    problem, cells = program.problem, program.cells
    theirs = {name for name, s in problem.register.suppliers.items() if Text(s.name, s.name) in titles}
    mine = np.array([option.supplier in theirs for option in problem.catalogue.options])[cells.option]
    only = np.bincount(cells.slot, weights=~mine, minlength=len(cells.slots)) == 0
    trays = [program.tray_days[n] for n, _ in cells.slots]
    heads = [sum(e.portions for e in problem.trays[k][1].groups) if served == day else 0 for served, k in trays]
    return float(np.array(heads) @ only)


def _finding(ref: RuleRef, code: str, values: dict[str, object]) -> Finding:
    return Finding(code, Verdict.fail, place=ref.place, subject=ref.institution, source=ref.source, values=values)


def empty_slots(program: Program) -> Iterator[Finding]:
    """Every slot that nothing can fill, with what excludes the offers; days on which that is the same stand together."""
    courses = np.array([option.recipe.course for option in program.problem.catalogue.options])
    days: dict[tuple[int, str, str], list[date]] = {}
    reasons: dict[tuple[int, str, str], list[Reason]] = {}
    for n, course in program.empty:
        day, k = program.tray_days[n]
        found = list(_reasons(program, n, np.flatnonzero(courses == course)))
        key = (k, course, "; ".join(reason.spoken("en") for reason in found))
        days.setdefault(key, []).append(day)
        reasons.setdefault(key, found)
    place = program.problem.document.place(("institutions",))
    for key, when in days.items():
        institution, tray = program.problem.trays[key[0]]
        values = {
            "institution": institution.name,
            "when": [*when[:-1], Span(when[-1], when[-1], tray.meal)],
            "course": Word(f"course-{key[1]}"),
            "reasons": reasons[key],
        }
        yield Finding("conflict-slot", Verdict.fail, place=place, subject=institution.name, values=values)


def _reasons(program: Program, n: int, offers: npt.NDArray[np.intp]) -> Iterator[Reason]:
    if not offers.size:
        yield Reason("reason-no-offer", {})
    for gate in program.gates:
        closed = offers[gate.closed[n, offers]]
        if closed.size and gate.paper:
            yield from _papers(program, program.tray_days[n][0], gate, closed)
        elif closed.size:
            yield Reason("reason-rule", {"count": int(closed.size), "rule": gate.reason})


def _papers(program: Program, day: date, gate: Gate, closed: npt.NDArray[np.intp]) -> Iterator[Reason]:
    """For each UMKM whose paper does not cover the day, since when or until when it does not."""
    options, register = program.problem.catalogue.options, program.problem.register
    for name in dict.fromkeys(options[r].supplier for r in closed):
        if name in register.suppliers:
            yield _paper(register.suppliers[name], gate.paper, day)


def _paper(supplier: Supplier, kind: str, day: date) -> Reason:
    own: list[CertificateEntry] = [paper for paper in supplier.certificates if paper.type == kind]
    values: dict[str, object] = {"supplier": supplier.name, "paper": kind}
    ended = [paper.expires for paper in own if paper.expires is not None and paper.expires < day]
    begins = [paper.issued for paper in own if paper.issued is not None and paper.issued > day]
    if ended:
        return Reason("reason-paper-expired", {**values, "date": max(ended)})
    return (
        Reason("reason-paper-later", {**values, "date": min(begins)}) if begins else Reason("reason-paper-none", values)
    )
