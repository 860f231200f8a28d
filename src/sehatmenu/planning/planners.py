"""Planning: a problem goes in, the cheapest lawful menu or the rules that clash come out; every menu is re-checked."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any

import numpy as np

from sehatmenu.errors import SolverError
from sehatmenu.findings import Finding, Report, Verdict
from sehatmenu.messages import Figure, Word
from sehatmenu.planning.clashes import Conflict
from sehatmenu.planning.conflicts import Claim, Relaxation, explain
from sehatmenu.planning.demand import Problem
from sehatmenu.planning.engines import solve
from sehatmenu.planning.meals import solve_by_meals
from sehatmenu.planning.outcomes import Ending, Outcome, Progress
from sehatmenu.planning.plans import Plan, check_servings, check_suppliers, servings_of
from sehatmenu.planning.programs import Program, write
from sehatmenu.planning.robustness import margin_cost, with_margins
from sehatmenu.planning.solvers import version
from sehatmenu.planning.tables import F8, RuleRef
from sehatmenu.standards.margins import Margins
from sehatmenu.standards.windows import Span


def plan(
    problem: Problem,
    *,
    margin: Mapping[str, str] | Margins | None = None,
    time_limit: float = 60.0,
    gap: float = 0.005,
    seed: int = 0,
    threads: int = 2,
    progress: Progress | None = None,
    cancel: Callable[[], bool] | None = None,
) -> Plan | Conflict:
    """Find the cheapest lawful menu, or the rules that cannot hold together.

    Searches at most `time_limit` seconds and stops when the menu is proven to be within `gap` (a fraction of its cost)
    of the cheapest possible. Ctrl-C, or a `cancel` that answers True, returns the best menu so far. The same `seed` gives
    the same menu unless time cut the search short. `margin={"protein": "5 %"}` keeps every rule although each dish may
    hold 5 % less or more protein than its figure; `Margins.varying` makes margins out of coefficients of variation.
    """
    program = write(problem if margin is None else with_margins(problem, margin))
    if program.empty:
        rules = tuple(_empty_slots(program))
        return Conflict(problem, rules, (), proven=True, minimal=False, seconds=0.0, solver=version())
    settings: dict[str, Any] = {"gap": gap, "seed": seed, "threads": threads, "progress": progress, "cancel": cancel}
    outcome = solve_by_meals(program.model, time_limit=time_limit, **settings)
    if outcome is None:
        outcome = solve(program.model, time_limit=time_limit, **settings)
    if outcome.choice is not None and outcome.portions is not None:
        return _plan(program, outcome)
    return _conflict(program, outcome, time_limit)


def _plan(program: Program, outcome: Outcome) -> Plan:
    """The menu with its own check; a menu that fails it is a defect of the engine and is not handed out."""
    assert outcome.choice is not None
    assert outcome.portions is not None
    values: F8 = np.zeros(program.model.n)
    values[outcome.choice] = 1.0
    values[program.model.n_serve :] = outcome.portions
    servings = servings_of(program, values)
    findings = (*check_servings(program.problem, servings), *check_suppliers(program, values))
    report = Report(
        findings, program.problem.title.id, tuple(sorted({s.id for s in program.problem.standards.values()}))
    )
    if report.verdict is Verdict.fail:
        raise SolverError(f"the menu found fails its own check:\n{Report(report.of(Verdict.fail)).text('en')}")
    return Plan(
        program.problem,
        servings,
        outcome.objective,
        outcome.bound,
        str(outcome.status),
        outcome.seconds,
        outcome.solver,
        report,
        margin_cost(program.problem, program.model, outcome.objective),
    )


def _conflict(program: Program, outcome: Outcome, time_limit: float) -> Conflict:
    problem, seconds, solver = program.problem, outcome.seconds, outcome.solver
    if outcome.status is not Ending.infeasible:
        return Conflict(problem, (), (), proven=False, minimal=False, seconds=seconds, solver=solver)
    found = explain(program.model, time_limit=time_limit)
    rules = tuple(_claim(program.refs[claim.rule], claim) for claim in found.claims)
    ways = tuple(_way_out(program.refs[given.rule], given) for given in found.relaxations)
    return Conflict(problem, rules, ways, proven=True, minimal=found.minimal, seconds=seconds, solver=solver)


def _claim(ref: RuleRef, claim: Claim) -> Finding:
    """One clashing rule with its limit and article."""
    limit = ref.limit if ref.code.startswith("share") else claim.limit
    values = {"limit": Figure.exact(limit, ref.unit)}
    if ref.code != "rule":
        return _finding(ref, f"conflict-{ref.code}", {"supplier": ref.title, **values})
    code = "conflict-rule-floor" if claim.side < 0 else "conflict-rule-ceiling"
    return _finding(ref, code, {"rule": ref.title, "group": ref.group, "institution": ref.institution, **values})


def _way_out(ref: RuleRef, given: Relaxation) -> Finding:
    """One limit that gives way: by how much and to where."""
    values = {"amount": Figure.exact(given.amount, ref.unit), "limit": Figure.exact(given.limit, ref.unit)}
    if ref.code == "rule":
        code = "conflict-relax-floor" if given.side < 0 else "conflict-relax-ceiling"
        return _finding(ref, code, {"rule": ref.title, "group": ref.group, "institution": ref.institution, **values})
    if ref.code == "capacity":
        return _finding(ref, "conflict-relax-capacity", {"supplier": ref.title, **values})
    return _finding(ref, f"conflict-relax-{ref.code}", {"supplier": ref.title})


def _finding(ref: RuleRef, code: str, values: dict[str, object]) -> Finding:
    return Finding(code, Verdict.fail, place=ref.place, subject=ref.institution, source=ref.source, values=values)


def _empty_slots(program: Program) -> Iterator[Finding]:
    """The first slot of each course and institution that nothing can fill, with what excludes the offers."""
    courses = np.array([option.recipe.course for option in program.problem.catalogue.options])
    told: set[tuple[str, str, str]] = set()
    for n, course in program.empty:
        day, k = program.tray_days[n]
        institution, tray = program.problem.trays[k]
        key = (institution.id, tray.meal, course)
        if key in told:
            continue
        told.add(key)
        offers = np.flatnonzero(courses == course)
        values = {
            "institution": institution.name,
            "when": Span(day, day, tray.meal),
            "course": Word(f"course-{course}"),
            "reasons": list(_reasons(program, n, offers)),
        }
        place = program.problem.document.place(("institutions",))
        yield Finding("conflict-slot", Verdict.fail, place=place, subject=institution.name, values=values)


def _reasons(program: Program, n: int, offers: np.ndarray[tuple[int], np.dtype[np.intp]]) -> Iterator[Finding]:
    if not offers.size:
        yield Finding("reason-no-offer", Verdict.fail)
    for gate in program.gates:
        count = int(gate.closed[n, offers].sum())
        if count:
            yield Finding("reason-rule", Verdict.fail, values={"count": count, "rule": gate.reason})
