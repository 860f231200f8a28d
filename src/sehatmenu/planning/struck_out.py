"""What struck dishes out beforehand: which of its reasons a clash needs, found by letting their dishes back in one by one."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace

from sehatmenu.findings import Finding, Verdict
from sehatmenu.messages import Text, Word
from sehatmenu.planning.conflicts import Claim, cannot_hold
from sehatmenu.planning.demand import Problem
from sehatmenu.planning.easings import supplied, without
from sehatmenu.planning.programs import Program, write
from sehatmenu.planning.suppliers import WEEKDAYS, Supplier
from sehatmenu.planning.tables import RuleRef
from sehatmenu.standards.checks import rule_title

_WORDS: dict[str, Callable[[Supplier], dict[str, object]]] = {
    "gate-closed-day": lambda supplier: {"days": tuple(WEEKDAYS)},
    "gate-not-offered": lambda supplier: {"offers": tuple(
        offer.model_copy(update={"from_": None, "until": None, "days": ()}) for offer in supplier.offers
    )},
    "gate-lead-time": lambda supplier: {"lead_time": None},
    "gate-minimum": lambda supplier: {"offers": tuple(
        offer.model_copy(update={"minimum": None}) for offer in supplier.offers
    )},
}  # fmt: skip
"""How the register reads without a reason."""


@dataclass(frozen=True, slots=True)
class Strike:
    """A reason for which offers drop out: a rule of law (`ref`), or one of UMKM, delivery or choices (None); how many drop."""

    reason: Text | Word
    count: int
    ref: RuleRef | None = None

    def finding(self) -> Finding:
        """The reason as a part of a clash."""
        source, place = (self.ref.source, self.ref.place) if self.ref else ("", None)
        values = {"count": self.count, "rule": self.reason}
        return Finding("conflict-struck-out", Verdict.fail, place=place, source=source, values=values)


def strikes(program: Program) -> list[Strike]:
    """Every reason that strikes out any offer anywhere."""
    found: dict[str, Strike] = {}
    for gate in program.gates:
        count = int(gate.closed[:, : len(program.problem.register.offers())].any(axis=0).sum())
        if count and str(gate.reason) not in found:
            found[str(gate.reason)] = Strike(gate.reason, count, _ref(program.problem, gate.reason))
    return list(found.values())


def _ref(problem: Problem, reason: Text | Word) -> RuleRef | None:
    for table in problem.tables:
        for applied, _ in table.applied if isinstance(reason, Text) else ():
            if rule_title(applied.rule) == reason:
                return RuleRef("rule", reason, applied.source, applied.place, applied.rule.unit(), rule_id=applied.rule.id)
    return None


def needed_strikes(program: Program, claims: Sequence[Claim], until: float) -> Iterator[Strike]:
    """Reasons without which the named rules could hold together: they belong to the clash.

    A reason counts as needed where time did not suffice to show that it is not.
    """
    named = {(_key(program.refs[claim.rule]), claim.side) for claim in claims}
    problem = program.problem
    for strike in strikes(program):
        opened = let_back(problem, strike)
        if opened is None:
            continue
        other = write(opened)
        sides = {(n, side) for n, ref in enumerate(other.refs) for side in (-1, 1) if (_key(ref), side) in named}
        if time.perf_counter() < until and not other.empty and cannot_hold(other.model, sides, until=until):
            problem = opened
        else:
            yield strike


def _key(ref: RuleRef) -> tuple[str, str, str, str]:
    return ref.code, ref.rule_id, ref.where, ref.group


def let_back(problem: Problem, strike: Strike) -> Problem | None:
    """The problem without a reason that strikes offers out; None where it is not known how that would read."""
    if strike.ref is not None:
        return without(problem, strike.ref.rule_id)
    reason = str(strike.reason)
    if reason in _WORDS:
        for name in problem.register.suppliers:
            problem = supplied(problem, name, lambda s: s.model_copy(update=_WORDS[reason](s)))
        return problem
    if reason == "gate-choice":
        return replace(problem, file=problem.file.model_copy(update={"choices": ()}))
    if reason == "gate-delivery":
        far = tuple(i.model_copy(update={"delivery_limit": None}) for i in problem.file.institutions)
        return replace(problem, file=problem.file.model_copy(update={"institutions": far}))
    return None
