"""Coverage: which groups and courses have no lawful dish, no vendor or too little capacity, and what would close each gap."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cached_property

import numpy as np
from scipy.sparse import coo_array, csr_array
from scipy.sparse.csgraph import maximum_flow

from sehatmenu.findings import Finding, Verdict
from sehatmenu.food.dishes import Recipe
from sehatmenu.food.foods import ALLERGENS_NOT_STATED
from sehatmenu.messages import Figure
from sehatmenu.partnership.evidence import Basis, Sentence, form_of, reporting
from sehatmenu.partnership.needs import COURSES, Need
from sehatmenu.partnership.papers import Supply, who_can_supply
from sehatmenu.planning.suppliers import Register
from sehatmenu.standards.checks import check
from sehatmenu.standards.standards import Standard
from sehatmenu.worksheets.forms import Form

NEAREST = 3
"""How many ways to close a gap are named."""


@dataclass(frozen=True, slots=True)
class Gap:
    """A course of a group that is not covered on some days: how many portions lack, and what would close it."""

    need: Need
    course: str
    days: tuple[date, ...]
    lacking: int
    ways: tuple[Sentence, ...]


@dataclass(frozen=True, slots=True)
class Coverage:
    """How much of a demand can be served: head-days asked and covered, and every gap."""

    asked: int
    covered: int
    gaps: tuple[Gap, ...]
    basis: Basis

    @property
    def share(self) -> float:
        """Covered head-days of those asked; nan where nobody asked."""
        return self.covered / self.asked if self.asked else np.nan

    def forms(self, lang: str = "id") -> tuple[Form, ...]:
        """Every gap with the ways to close it; the share covered stands first among the notes."""
        columns = (
            ("place", "text"), ("group", "text"), ("meal", "text"), ("course", "text"), ("days", "count"),
            ("lacking-portions", "count"), ("ways", "text"),
        )  # fmt: skip
        rows = [
            (
                g.need.name,
                g.need.group,
                g.need.meal,
                g.course,
                len(g.days),
                g.lacking,
                "; ".join(w.spoken(lang) for w in g.ways),
            )
            for g in self.gaps
        ]
        form = form_of("coverage", columns, rows, self.basis, lang)
        share = Figure.exact(round(self.share, 4), "fraction") if self.asked else "–"
        said = Sentence("coverage-share", {"covered": self.covered, "asked": self.asked, "share": share}).spoken(lang)
        return (Form(form.title, form.columns, form.rows, (said, *form.notes)),)


def coverage(
    demand: Sequence[Need],
    dishes: Mapping[str, Recipe],
    register: Register,
    standard: Standard,
    first: date,
    last: date,
    *,
    courses: Mapping[str, Sequence[str]] | None = None,
    required: Sequence[str] = ("slhs",),
) -> Coverage:
    """Hold a demand against what can be cooked: lawful dishes, UMKM with valid papers, and their capacity each day.

    Capacity is shared between all groups and courses of a day in the best way (a maximum flow). A head is covered when
    every course is there. Dishes whose allergens are not stated do not count for a group that keeps one apart. Raises
    LoadError for a group that the standard does not have.
    """
    asked = _Asked(demand, dishes, register, standard, first, last, courses or {}, tuple(required))
    short: dict[tuple[int, str], dict[date, int]] = {}
    covered = 0
    for day in asked.days:
        served = asked.served(day)
        for (k, course), portions in served.items():
            lacking = (demand[k].heads or 0) - portions
            if lacking:
                short.setdefault((k, course), {})[day] = lacking
        for k in {k for k, _ in served}:
            covered += min(portions for (other, _), portions in served.items() if other == k)
    gaps = tuple(asked.gap(k, course, by_day) for (k, course), by_day in sorted(short.items()))
    return Coverage(asked.head_days, covered, gaps, asked.basis())


@dataclass(frozen=True)
class _Asked:
    """A demand with everything that may serve it."""

    demand: Sequence[Need]
    dishes: Mapping[str, Recipe]
    register: Register
    standard: Standard
    first: date
    last: date
    courses: Mapping[str, Sequence[str]]
    required: tuple[str, ...]

    @cached_property
    def days(self) -> tuple[date, ...]:
        """The days on which anybody eats."""
        span = (self.first + timedelta(days=n) for n in range((self.last - self.first).days + 1))
        return tuple(day for day in span if any(need.eats_on(day) for need in self.demand))

    @property
    def head_days(self) -> int:
        """Heads times days, of the groups whose heads are known."""
        return sum((need.heads or 0) * need.eats_on(day) for need in self.demand for day in self.days)

    def courses_of(self, need: Need) -> Sequence[str]:
        return self.courses.get(need.meal, COURSES)

    @cached_property
    def lawful(self) -> dict[tuple[str, str, frozenset[str]], dict[str, tuple[Finding, ...]]]:
        """The dishes of each course for each group: what speaks against each; nothing: it may be served."""
        found: dict[tuple[str, str, frozenset[str]], dict[str, tuple[Finding, ...]]] = {}
        for need in self.demand:
            for course in self.courses_of(need):
                key = (need.group, course, need.allergens)
                if key not in found:
                    found[key] = {n: self._against(d, need) for n, d in self.dishes.items() if d.course == course}
        return found

    def _against(self, dish: Recipe, need: Need) -> tuple[Finding, ...]:
        held = sorted(need.allergens & {name.casefold() for name in dish.allergens})
        if held or (need.allergens and ALLERGENS_NOT_STATED in dish.allergens):
            values = {"dish": dish.name, "allergens": held or list(need.allergens)}
            return (Finding("coverage-allergen" if held else "coverage-allergen-untold", Verdict.fail, values=values),)
        report = check(dish, self.standard, need.group, self.first)
        return tuple(f for f in report if f.verdict is Verdict.fail and f.severity == "must")

    def may(self, need: Need, course: str) -> list[str]:
        """The dishes that may be served to a group as a course."""
        return [name for name, against in self.lawful[need.group, course, need.allergens].items() if not against]

    @cached_property
    def _supplies(self) -> dict[tuple[str, date], tuple[Supply, ...]]:
        return {}

    def supplies(self, dish: str, day: date) -> tuple[Supply, ...]:
        """Who offers a dish, and whether it can supply it on a day."""
        if (dish, day) not in self._supplies:
            self._supplies[dish, day] = who_can_supply(self.register, dish, day, self.required)
        return self._supplies[dish, day]

    def served(self, day: date) -> dict[tuple[int, str], int]:
        """Portions of each course that each group can get on a day, the capacity of UMKM shared in the best way."""
        eating = [(k, need) for k, need in enumerate(self.demand) if need.heads and need.eats_on(day)]
        wants = [(k, course) for k, need in eating for course in self.courses_of(need)]
        cooks = {s.name: int(s.capacity or 0) for s in self.register.suppliers.values() if s.offers}
        names = list(cooks)
        source, sink = len(names) + len(wants), len(names) + len(wants) + 1
        edges = [(source, n, cooks[name]) for n, name in enumerate(names)]
        for w, (k, course) in enumerate(wants):
            need = self.demand[k]
            edges.append((len(names) + w, sink, need.heads or 0))
            able = {
                s.supplier for dish in self.may(need, course) for s in self.supplies(dish, day) if s.able is not False
            }
            edges += [(names.index(name), len(names) + w, need.heads or 0) for name in sorted(able)]
        flow = _flow(edges, source, sink)
        return {want: int(flow[len(names) + w, sink]) for w, want in enumerate(wants)}

    def gap(self, k: int, course: str, by_day: Mapping[date, int]) -> Gap:
        need = self.demand[k]
        found = {way.spoken("en"): way for way in self._ways(need, course, by_day)}
        ways = tuple(found.values())[:NEAREST]
        return Gap(need, course, tuple(by_day), sum(by_day.values()), ways)

    def _ways(self, need: Need, course: str, by_day: Mapping[date, int]) -> Iterator[Sentence]:
        """What would close a gap: a paper, a vendor for a lawful dish, a dish made lawful, or more capacity."""
        may = self.may(need, course)
        day = next(iter(by_day))
        if not may:
            yield from self._dish_ways(need, course)
            return
        for dish in may:
            for supply in self.supplies(dish, day):
                if supply.able is False:
                    told = {"supplier": supply.supplier, "dish": self.dishes[dish].name, "reason": supply.reasons}
                    yield Sentence("coverage-way-paper", told)
        if any(s.able is not False for dish in may for s in self.supplies(dish, day)):
            worst = max(by_day, key=lambda d: by_day[d])
            yield Sentence("coverage-way-capacity", {"portions": by_day[worst], "day": worst})
        for dish in may:
            if not self.supplies(dish, day):
                yield Sentence("coverage-way-vendor", {"dish": self.dishes[dish].name})

    def _dish_ways(self, need: Need, course: str) -> Iterator[Sentence]:
        against = self.lawful[need.group, course, need.allergens]
        if not against:
            yield Sentence("coverage-way-no-dish", {"course": course})
        for dish, findings in sorted(against.items(), key=lambda item: (len(item[1]), item[0])):
            why = Sentence(findings[0].code, findings[0].values)
            yield Sentence("coverage-way-dish", {"dish": self.dishes[dish].name, "reason": why})

    def basis(self) -> Basis:
        unknown = sum(need.heads is None for need in self.demand)
        told = reporting((n.place for n in self.demand if n.heads is not None), (n.place for n in self.demand))
        told_of = {"standard": self.standard.file.title, "first": self.first, "last": self.last}
        method = Sentence("coverage-method", told_of)
        return Basis(
            len(self.demand), method, self.register.document.file, {"Jumlah": unknown} if unknown else {}, told
        )


def _flow(edges: Sequence[tuple[int, int, int]], source: int, sink: int) -> csr_array:
    table = np.array(edges, dtype=np.int64).reshape(-1, 3)
    graph = coo_array((table[:, 2].astype(np.int32), (table[:, 0], table[:, 1])), shape=(sink + 1, sink + 1))
    return csr_array(maximum_flow(graph.tocsr(), source, sink).flow)
