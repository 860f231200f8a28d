"""Ways out of a conflict that were tried: which limit, moved how far, leaves a menu; single rules before several together."""

from __future__ import annotations

import math
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from sehatmenu.findings import Finding, Verdict
from sehatmenu.messages import Figure
from sehatmenu.planning.demand import Problem, Table
from sehatmenu.planning.easings import eased_to, supplied, without
from sehatmenu.planning.plans import Plan
from sehatmenu.planning.register_checks import check_agreements
from sehatmenu.planning.tables import RuleRef
from sehatmenu.quantities.units import read_quantity
from sehatmenu.standards.checks import check_rule
from sehatmenu.standards.counts import SpacingRule
from sehatmenu.standards.standards import Applied, Standard
from sehatmenu.standards.windows import Span

if TYPE_CHECKING:
    from sehatmenu.planning.suppliers import Supplier

Attempt = Callable[[Problem, float], "Plan | bool"]
"""Plans a problem within some seconds: a menu; True: there is none; False: that is open."""

_HALVINGS, _MOST, _TOGETHER = 7, 3, 5
"""How often the stretch between a limit that fails and one that works is halved; how many ways are told; how many rules
give way together at most."""

_LONGEST = 15.0
"""How many seconds one attempt may take."""

_NEAR = 0.01
"""A limit this near to one that fails is near enough."""

_WHOLE = {"IDR", "times", "day", "portion"}
"""Units of which limits are whole numbers."""


@dataclass(frozen=True, slots=True)
class Lever:
    """What can give way: one side of a rule for one table or for all, a bound of an UMKM, or a rule as a whole (`side` 0)."""

    ref: RuleRef
    side: int
    everywhere: bool = False


def lever_of(ref: RuleRef, side: int) -> Lever:
    """The lever that loosens one side of a rule's rows; days apart are a least number, though their rows count at most."""
    return Lever(ref, -1 if ref.apart > 0 else side)


@dataclass(frozen=True, slots=True)
class WaysOut:
    """What was found: each of `findings` leaves a menu by itself, or only all of them `together`."""

    findings: tuple[Finding, ...] = ()
    together: bool = False


def tried_ways(problem: Problem, levers: Sequence[Lever], attempt: Attempt, until: float) -> WaysOut:
    """Ways out that were planned again and have a menu, the smallest change first; nothing where none was found in time."""
    search, found = _Search(problem, attempt, until), list[tuple[float, Finding]]()
    levers = sorted(levers, key=lambda lever: _rank(problem, lever))
    for lever in levers:
        if len(found) < _MOST and (not found or search.early()):
            found += search.alone(lever)
    if found:
        return WaysOut(tuple(finding for _, finding in sorted(found, key=lambda way: way[0])))
    return WaysOut(search.several(levers), together=True)


class _Search:
    """A search for ways out of one problem, as long as there is time."""

    def __init__(self, problem: Problem, attempt: Attempt, until: float) -> None:
        self.problem, self._attempt, self._until = problem, attempt, until
        self._took = 0.0
        self._half = 0.5 * (time.perf_counter() + until)

    def early(self) -> bool:
        """Whether less than half of the time is gone."""
        return time.perf_counter() < self._half

    def _left(self) -> float:
        return self._until - time.perf_counter()

    def _plan(self, problem: Problem, part: float = 0.5) -> Plan | bool:
        """A menu of an eased problem, in a part of what is left of the time."""
        began, left = time.perf_counter(), self._left()
        found = left > 0.05 and self._attempt(problem, max(0.05, min(part * left, _LONGEST)))
        if isinstance(found, Plan):
            self._took = time.perf_counter() - began
        return found

    def alone(self, lever: Lever) -> Iterator[tuple[float, Finding]]:
        """The way out by one lever, with the size of its change; for all tables where one is not enough."""
        for wide in (lever, replace(lever, everywhere=True)):
            moved = self._least(self.problem, wide)
            if moved is not None:
                yield moved
                return

    def _least(self, problem: Problem, lever: Lever) -> tuple[float, Finding] | None:
        """The least that the lever has to give, to the printed digits, planned again as printed; None: it is not enough."""
        if lever.side == 0:
            found = self._plan(_freed(problem, lever))
            return (1.0, _told(problem, lever, 0.0, 0.0)) if isinstance(found, Plan) else None
        old = _limit(problem, lever)
        if old is None:
            return None
        if _is_spacing(problem, lever):
            return self._sooner(problem, lever, old)
        menu = self._plan(_freed(problem, lever))
        if not isinstance(menu, Plan) or (good := _needed(problem, lever, old, menu)) is None:
            return None
        return self._nearest(problem, lever, old, good)

    def _nearest(self, problem: Problem, lever: Lever, old: float, good: float) -> tuple[float, Finding] | None:
        bad, unit = old, _unit(problem, lever)
        for _ in range(_HALVINGS):
            if self._left() < 4.0 * self._took:
                break
            middle = _outward(0.5 * (bad + good), unit, lever.side)
            if abs(good - bad) <= _NEAR * abs(good) or middle in (bad, good):
                break
            found = self._plan(_moved(problem, lever, middle))
            if isinstance(found, Plan):
                needed = _needed(problem, lever, old, found)
                good = middle if needed is None else (min if lever.side > 0 else max)(middle, needed)
            elif found:
                bad = middle
            else:
                break
        if not isinstance(self._plan(_moved(problem, lever, good), part=0.9), Plan):
            return None
        return abs(good - old) / max(abs(old), 1e-9), _told(problem, lever, old, good)

    def _sooner(self, problem: Problem, lever: Lever, old: float) -> tuple[float, Finding] | None:
        for apart in range(int(old) - 1, 0, -1):
            if isinstance(self._plan(_moved(problem, lever, float(apart))), Plan):
                return (old - apart) / old, _told(problem, lever, old, float(apart))
        return None

    def several(self, levers: Sequence[Lever]) -> tuple[Finding, ...]:
        """All these levers together: each freed in turn until there is a menu, then moved back as far as it allows."""
        freed, chosen = self.problem, list[Lever]()
        for lever in [replace(one, everywhere=True) for one in levers][:_TOGETHER]:
            if lever.side != 0 and _limit(freed, lever) is None:
                continue
            freed = _freed(freed, lever)
            chosen.append(lever)
            menu = self._plan(freed)
            if isinstance(menu, Plan):
                return self._moved_back(chosen, menu)
        return ()

    def _moved_back(self, chosen: Sequence[Lever], menu: Plan) -> tuple[Finding, ...]:
        eased, told = self.problem, list[Finding]()
        for lever in chosen:
            old = _limit(self.problem, lever) if lever.side else 0.0
            spaced = _is_spacing(self.problem, lever)
            needed = None if old is None or not lever.side else _needed(self.problem, lever, old, menu)
            needed = 1.0 if spaced else needed
            if lever.side == 0 or old is None:
                eased, new = _freed(eased, lever), 0.0
            elif needed is None or (not spaced and (needed - old) * lever.side <= 0) or needed == old:
                continue
            else:
                eased, new = _moved(eased, lever, needed), needed
            told.append(_told(self.problem, lever, old or 0.0, new))
        return tuple(told) if isinstance(self._plan(eased), Plan) else ()


def _rank(problem: Problem, lever: Lever) -> int:
    """What people set themselves gives way first: budgets, then what is agreed with UMKM, then counts, then the rest."""
    if lever.ref.code != "rule":
        return 1
    if _unit(problem, lever) == "IDR":
        return 0
    return 2 if _unit(problem, lever) in ("times", "day") else 3


# What a lever is in a problem


def _tables(problem: Problem, lever: Lever) -> Iterator[tuple[Table, Applied, Standard]]:
    """The tables that a lever on a rule speaks of, each with the rule as it holds for it."""
    ref = lever.ref
    for table in problem.tables:
        if lever.everywhere or (table.institution.id == ref.where and table.group == ref.group):
            for applied, standard in table.applied:
                if applied.rule.id == ref.rule_id:
                    yield table, applied, standard


def _is_spacing(problem: Problem, lever: Lever) -> bool:
    return any(isinstance(applied.rule, SpacingRule) for _, applied, _ in _tables(problem, lever))


def _unit(problem: Problem, lever: Lever) -> str:
    if lever.ref.code != "rule":
        return "portion" if lever.ref.code == "capacity" else "fraction"
    return next((applied.rule.unit() for _, applied, _ in _tables(problem, lever)), "")


def _limit(problem: Problem, lever: Lever) -> float | None:
    """The limit that gives way: the laxest one, where tables have several; None where there is none."""
    if lever.ref.code != "rule":
        return _agreed(problem.register.suppliers[lever.ref.rule_id], lever)
    unit, found = _unit(problem, lever), list[float]()
    for _, applied, _ in _tables(problem, lever):
        text = applied.limit.min if lever.side < 0 else applied.limit.max
        if text is not None:
            found.append(read_quantity(text, unit))
    return None if not found else (max(found) if lever.side > 0 else min(found))


def _agreed(supplier: Supplier, lever: Lever) -> float | None:
    if lever.ref.code == "capacity":
        return supplier.capacity
    return supplier.share.min if lever.side < 0 else supplier.share.max


def _freed(problem: Problem, lever: Lever) -> Problem:
    """The problem with a lever moved as far as it goes; what is unknown under a ceiling stays out."""
    if lever.side == 0:
        return without(problem, lever.ref.rule_id)
    if _is_spacing(problem, lever):
        return _moved(problem, lever, 1.0)
    lax = 0.0 if lever.side < 0 else 1.0 if lever.ref.code == "share-most" else 1e9
    if lever.side > 0 and _unit(problem, lever) == "fraction":
        lax = min(lax, 1e3 if lever.ref.code == "rule" else 1.0)
    return _moved(problem, lever, lax)


def _moved(problem: Problem, lever: Lever, limit: float) -> Problem:
    """The problem with the limit of a lever where it was stricter."""
    ref = lever.ref
    if ref.code == "rule":
        where = ("", "") if lever.everywhere else (ref.where, ref.group)
        return eased_to(problem, ref.rule_id, lever.side, limit, *where)
    if ref.code == "capacity":
        return supplied(problem, ref.rule_id, lambda s: s.model_copy(update={"capacity": max(limit, s.capacity or 0.0)}))
    side = "min" if lever.side < 0 else "max"
    return supplied(
        problem, ref.rule_id, lambda s: s.model_copy(update={"share": s.share.model_copy(update={side: limit})})
    )  # fmt: skip


def _needed(problem: Problem, lever: Lever, old: float, menu: Plan) -> float | None:
    """The limit that a menu keeps, in the unit of the rule and rounded outward to printed digits; None: it has none."""
    amounts = list(_amounts(problem, lever, menu))
    if not amounts:
        return None
    ends: list[float] = []
    for amount, limit in amounts:
        have, bound = (amount.low, limit.low) if lever.side < 0 else (amount.high, limit.high)
        if not math.isfinite(have):
            return None
        ends.append(have if bound == 0 or lever.ref.code != "rule" else old * have / bound)
    worst = min(ends) if lever.side < 0 else max(ends)
    return max(0.0, _outward(worst, _unit(problem, lever), lever.side))


def _amounts(problem: Problem, lever: Lever, menu: Plan) -> Iterator[tuple[Figure, Figure]]:
    """Each amount of a menu that the lever speaks of, with its limit as it was."""
    if lever.ref.code != "rule":
        findings: Iterator[Finding] = (
            finding for finding in check_agreements(problem, menu.servings)
            if finding.code == f"supplier-{lever.ref.code}" and finding.subject == str(lever.ref.title)
        )  # fmt: skip
        yield from ((f.values["amount"], f.values["limit"]) for f in findings)  # type: ignore[misc]
        return
    for table, applied, standard in _tables(problem, lever):
        planned = table.horizon.occasions[len(table.past)].day
        for finding in check_rule(applied, menu.menu(table), standard, table.group):
            span, amount, limit = (finding.values.get(name) for name in ("when", "amount", "limit"))
            recent = not isinstance(span, Span) or span.last >= planned
            if recent and isinstance(amount, Figure) and isinstance(limit, Figure):
                yield amount, limit


def _outward(value: float, unit: str, side: int) -> float:
    """A limit in as many digits as are printed, never stricter than the value."""
    if unit in _WHOLE:
        step = 1.0
    elif unit == "fraction":
        step = 1e-4
    else:
        step = 10.0 ** (math.floor(math.log10(abs(value))) - 2) if value else 1.0
    slack = 1e-9 * max(abs(value), step)
    steps = math.floor((value + slack) / step) if side < 0 else math.ceil((value - slack) / step)
    return round(steps * step, 12)


# Words


def _told(problem: Problem, lever: Lever, old: float, new: float) -> Finding:
    ref, unit = lever.ref, _unit(problem, lever)
    tables = [table for table, _, _ in _tables(problem, lever)] if ref.code == "rule" else []
    groups = list(dict.fromkeys(table.group for table in tables))
    places = list(dict.fromkeys(table.institution.name for table in tables))
    values: dict[str, object] = {"rule": ref.title, "supplier": ref.title, "group": groups, "institution": places}
    values |= {"amount": Figure.exact(abs(new - old), unit), "limit": Figure.exact(new, unit)}
    code = {-1: "floor", 0: "drop", 1: "ceiling"}[lever.side] if ref.code == "rule" else ref.code
    if lever.side and ref.code == "rule" and _is_spacing(problem, lever):
        code, values = "spacing", {**values, "apart": Figure.exact(old, "day"), "limit": Figure.exact(new, "day")}
    return Finding(
        f"conflict-relax-{code}", Verdict.fail, place=ref.place, subject=ref.institution, source=ref.source, values=values
    )  # fmt: skip


