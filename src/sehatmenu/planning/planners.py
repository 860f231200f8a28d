"""Planning: a problem goes in; the cheapest lawful menu, the rules that clash or an open search come out, all checked."""

from __future__ import annotations

import math
import time
from collections.abc import Callable, Mapping, Sequence
from datetime import date
from typing import Any

import numpy as np

from sehatmenu.errors import SolverError
from sehatmenu.findings import Report, Verdict
from sehatmenu.planning.clash_findings import clashing_rules, empty_slots
from sehatmenu.planning.clashes import Conflict
from sehatmenu.planning.conditions import proven_of, unconditional
from sehatmenu.planning.conflicts import explain, surely_impossible
from sehatmenu.planning.deadlines import TimeIsUpError, deadline
from sehatmenu.planning.demand import Problem
from sehatmenu.planning.engines import TINY_CHOICES, solve
from sehatmenu.planning.later_objectives import Search
from sehatmenu.planning.meals import solve_by_meals
from sehatmenu.planning.models import Model
from sehatmenu.planning.objectives import Objective
from sehatmenu.planning.outcomes import PROVEN, Ending, Outcome, Progress, outcome_of
from sehatmenu.planning.plans import Plan, judged, servings_of
from sehatmenu.planning.programs import Program, write
from sehatmenu.planning.robustness import margin_cost, with_margins
from sehatmenu.planning.solvers import Cancel, version
from sehatmenu.planning.struck_out import needed_strikes, strikes
from sehatmenu.planning.unfinished import Ended, Unfinished
from sehatmenu.planning.ways_out import Attempt, Lever, lever_of, tried_ways
from sehatmenu.planning.whole_models import solve_whole
from sehatmenu.planning.wishes import RupiahFirst, fulfil, still_lawful, wishes
from sehatmenu.standards.margins import Margins

_ENDED: Mapping[Ending, Ended] = {
    Ending.time_limit: "time_limit",
    Ending.exhausted: "exhausted",
    Ending.infeasible: "conditional",
}
"""What a search without a menu ended with, where no proof came of it: only rules on conditions leave such a proof open."""

_LEAST = 0.5
"""How many seconds at least a search that ended without a menu is looked at for a clash."""

_LOOK = 1.0
"""How many seconds at most are spent, before the search, on looking whether there can be a menu at all."""


def plan(
    problem: Problem,
    *,
    then: Sequence[str] | None = None,
    tolerance: str | None = None,
    near: Plan | None = None,
    keep: Sequence[date | str] = (),
    without: Sequence[str] = (),
    margin: Mapping[str, str] | Margins | None = None,
    time_limit: float = 60.0,
    gap: float = 0.005,
    seed: int = 0,
    threads: int = 2,
    progress: Progress | None = None,
    cancel: Callable[[], bool] | None = None,
    solver: str = "highs",
) -> Plan | Conflict | Unfinished:
    """Find the cheapest lawful menu, or the rules that cannot hold together, or say that neither was found.

    Searches at most `time_limit` seconds and stops when the menu is proven to be within `gap` (a fraction of its cost)
    of the cheapest possible. Ctrl-C, or a `cancel` that answers True, returns the best menu so far; without one, and where
    time is up before one is found, the answer is `Unfinished`. The same `seed` gives the same menu unless time cut the
    search short. `margin={"protein": "5 %"}` keeps every rule although each dish may
    hold 5 % less or more protein than its figure; `Margins.varying` makes margins out of coefficients of variation.

    `then` names what comes after rupiah, in order, of "fairness", "variety", "acceptance" and "least_change" (without it
    the problem file's `objectives`). Each is taken as far as can be found while the menu costs at most `tolerance` ("1 %")
    more than the cheapest one found, and no later one gives up what an earlier one reached; `Plan.objectives` tells the
    price of each. Half the time is theirs. `near` is a plan to change as little as possible (that objective then comes
    first unless `then` says otherwise), `keep` dates of it to leave exactly as they are, `without` the ids of UMKM that
    cannot deliver on the other days.

    `solver="pulp:CBC"` (or HiGHS, GUROBI ...: whatever PuLP knows and finds) hands the whole model to that solver instead,
    which takes no `seed` and no `cancel`; its menu is re-checked like any other. Where no menu is found in three quarters
    of the time, the rest goes into proving that there is none and into naming the rules that clash; once that is proven,
    into ways out, each of which is planned again before it is told.

    Raises SolverError for a solver that is not known or not installed, LoadError for an objective that is not known or
    lacks its figures and for a kept serving that is no longer allowed, UnitError for a tolerance without unit.
    """
    if solver != "highs":
        from sehatmenu.planning.pulp_programs import installed

        installed(solver)
    began, wished = time.perf_counter(), wishes(problem, then, tolerance, near, keep, without)
    problem = wished.of_problem(problem)
    search = Search(began, began + time_limit, seed, progress, cancel)

    def attempt(eased: Problem, seconds: float) -> Plan | bool:
        return _first_menu(eased, seconds, search, threads)

    try:
        with deadline(search.until, cancel):
            program = write(problem if margin is None else with_margins(problem, margin))
    except (KeyboardInterrupt, TimeIsUpError):
        seconds = time.perf_counter() - began
        status: Ended = "time_limit" if time.perf_counter() > search.until else "cancelled"
        return Unfinished(problem, status, -math.inf, (), seconds, version())
    if program.empty:
        return _nothing_to_serve(program, search, attempt)
    program, before = wished.of_program(program)
    first = RupiahFirst(program.model, still_lawful(program, before, wished), wished, search)
    settings = {"gap": gap, "threads": threads, "progress": first.progress}
    outcome = first.ending(_solve(program.model, solver, time_limit, settings, first, seed))
    if outcome.choice is not None and outcome.portions is not None:
        return _plan(program, *fulfil(program, outcome, before, wished, search), tuple(sorted(wished.keep)))
    return _without_menu(program, outcome, search, attempt)


def _solve(
    model: Model, solver: str, time_limit: float, settings: dict[str, Any], first: RupiahFirst, seed: int
) -> Outcome:  # fmt: skip
    """Hand the model to a solver whole, or plan it here."""
    if solver != "highs":
        return solve_whole(model, solver, time_limit=first.share(time_limit), cancel=first.stop, **settings)
    share = first.share(1.0)
    return _searched(model, time_limit, share, seed=seed, cancel=first.cancel, patient=first.stop, **settings)


def _searched(
    model: Model, time_limit: float, share: float, *, cancel: Cancel | None, patient: Cancel | None = None, **settings: Any
) -> Outcome:  # fmt: skip
    """Look first whether there can be a menu, then plan by meals, or by exchanges in a `share` of the time.

    What meals leave open of a tiny model is solved exactly. Exchanges hold no lawful menu before their end, so they are only
    stopped by `patient` (without it: by `cancel`).
    """
    began = time.perf_counter()
    clash = surely_impossible(model, time_limit=min(_LOOK, 0.03 * time_limit))
    seconds = time.perf_counter() - began
    if clash:
        return outcome_of(
            model, None, bound=-np.inf, wanted=0.0, infeasible=True, cancelled=False, seconds=seconds, phases=()
        )  # fmt: skip
    outcome = solve_by_meals(model, time_limit=time_limit - seconds, cancel=cancel, **settings)
    if outcome is not None and (outcome.status is not Ending.exhausted or model.n_serve > TINY_CHOICES):
        return outcome
    seconds = time.perf_counter() - began
    return solve(model, time_limit=share * (time_limit - seconds), cancel=patient or cancel, **settings)


def _plan(program: Program, outcome: Outcome, objectives: tuple[Objective, ...], kept: tuple[date, ...]) -> Plan:
    """The menu with its own check; a menu that fails it is a defect of the engine and is not handed out."""
    values, outcome = outcome.values(program.model), proven_of(program, outcome)
    servings = servings_of(program, values)
    report = judged(program.problem, servings)
    if report.verdict is Verdict.fail:
        raise SolverError(f"the menu found fails its own check:\n{Report(report.of(Verdict.fail)).text('en')}")
    cost = math.fsum(serving.cost for serving in servings)
    if not math.isclose(cost, outcome.objective, rel_tol=PROVEN, abs_tol=1.0):
        raise SolverError(f"the menu found costs {cost:.9g}, not {outcome.objective:.9g}")
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
        objectives,
        kept,
    )


def _without_menu(program: Program, outcome: Outcome, search: Search, attempt: Attempt) -> Conflict | Unfinished:
    """The rules that clash; where the search only found no menu, the attempt to prove that there is none.

    Rules that bind on a condition prove nothing: there may be a menu in which it does not hold.
    """
    loose = unconditional(program.problem)
    always = program if loose is None else write(loose)
    proven = outcome.status is Ending.infeasible and loose is None
    if outcome.status is Ending.cancelled:
        return _unfinished(program.problem, "cancelled", outcome, ())
    left = max(search.until - time.perf_counter(), min(_LEAST, 0.5 * (search.until - search.began)))
    found = explain(always.model, time_limit=(0.5 if proven else 1.0) * left)
    if not proven and not found.proven:
        return _unfinished(program.problem, _ENDED[outcome.status], outcome, ("clash",))
    until = time.perf_counter() + 0.3 * (search.until - time.perf_counter())
    struck = list(needed_strikes(always, found.claims, until)) if found.claims else []
    rules = (*clashing_rules(always, found.claims), *(strike.finding() for strike in struck))
    levers = [lever_of(always.refs[claim.rule], claim.side) for claim in found.claims]
    levers += [Lever(strike.ref, 0) for strike in struck if strike.ref is not None]
    ways = tried_ways(program.problem, levers, attempt, search.until)
    seconds = time.perf_counter() - search.began
    return Conflict(always.problem, rules, ways.findings, found.minimal, seconds, outcome.solver, ways.together)


def _nothing_to_serve(program: Program, search: Search, attempt: Attempt) -> Conflict:
    """Slots that nothing can fill, and the rules of law without which something could."""
    levers = [Lever(strike.ref, 0) for strike in strikes(program) if strike.ref is not None]
    ways = tried_ways(program.problem, levers, attempt, search.until)
    rules, seconds = tuple(empty_slots(program)), time.perf_counter() - search.began
    return Conflict(program.problem, rules, ways.findings, False, seconds, version(), ways.together)


def _first_menu(problem: Problem, seconds: float, search: Search, threads: int) -> Plan | bool:
    """Any lawful menu of a problem; True: there is none, False: that is open."""
    began = time.perf_counter()
    try:
        with deadline(began + seconds, search.cancel):
            program = write(problem)
    except TimeIsUpError:
        return False
    seconds -= time.perf_counter() - began
    if program.empty:
        return True
    found = _searched(program.model, seconds, 1.0, gap=1.0, seed=search.seed, threads=threads, cancel=search.cancel)
    if found.choice is None or found.portions is None:
        return found.status is Ending.infeasible
    return _plan(program, found, (), ())


def _unfinished(problem: Problem, status: Ended, outcome: Outcome, more: tuple[str, ...]) -> Unfinished:
    tried = tuple(dict.fromkeys([*(phase.name for phase in outcome.phases), *more]))
    return Unfinished(problem, status, outcome.bound, tried, outcome.seconds, outcome.solver)
