"""Rules that bind on a condition are planned as if they always did: what is proven without them, and so for certain."""

from __future__ import annotations

from dataclasses import replace

from sehatmenu.planning.demand import Problem, Table
from sehatmenu.planning.outcomes import Ending, Outcome
from sehatmenu.planning.programs import Program, write
from sehatmenu.planning.robustness import lower_bound
from sehatmenu.standards.rules import WhenRule
from sehatmenu.standards.windows import Scope


def unconditional(problem: Problem) -> Problem | None:
    """The problem without the rules that a plan keeps more strictly than they ask; None where there are none."""
    tables = tuple(map(_unconditional, problem.tables))
    return None if tables == problem.tables else replace(problem, tables=tables)


def _unconditional(table: Table) -> Table:
    kept = tuple(
        (applied, standard)
        for applied, standard in table.applied
        if not isinstance(applied.rule, WhenRule) or applied.rule.per is Scope.item
    )
    return table if len(kept) == len(table.applied) else replace(table, applied=kept)


def proven_of(program: Program, outcome: Outcome) -> Outcome:
    """The outcome with a bound that also holds for menus in which a condition does not."""
    loose = unconditional(program.problem)
    if loose is None:
        return outcome
    bound = min(outcome.bound, lower_bound(write(loose).model))
    good = (Ending.optimal, Ending.within_gap)
    lost = outcome.status in good and bound < outcome.bound
    return replace(outcome, bound=bound, status=Ending.exhausted if lost else outcome.status)
