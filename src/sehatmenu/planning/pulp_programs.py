"""The door to PuLP: the arrays of a program as a PuLP problem, for every solver that PuLP knows and finds."""

from __future__ import annotations

import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from typing import TYPE_CHECKING, Any

import numpy as np
import pulp

from sehatmenu.errors import SolverError
from sehatmenu.planning.models import Program
from sehatmenu.planning.solvers import Solution, Status, nothing

if TYPE_CHECKING:
    from sehatmenu.planning.models import F8

_OWN_GAP = 1e-4
"""The gap at which solvers may stop that cannot be told one: the widest default among those that PuLP knows."""


def installed(solver: str) -> str:
    """The name by which PuLP knows the solver "pulp:NAME".

    Raises:
        SolverError: the solver is not known or not installed; says which ones are.
    """
    known = pulp.listSolvers(onlyAvailable=True)
    prefix, _, name = solver.partition(":")
    wanted = [name, f"{name}_CMD", f"{name}_PY", f"PULP_{name}_CMD", *(["COIN_CMD"] if name == "CBC" else [])]
    found = [s for s in wanted if s in known] if prefix == "pulp" else []
    if not found:
        here = ", ".join(["highs", *(f"pulp:{s.removeprefix('PULP_').removesuffix('_CMD')}" for s in known)])
        raise SolverError(f"solver {solver!r} is not known or not installed; this computer has: {here}")
    return str(found[0])


def solve_by_pulp(program: Program, solver: str, *, time_limit: float, gap: float, threads: int) -> Solution:
    """Solve a program by "pulp:NAME"; arguments and answer are those of `solvers.solve`.

    Raises SolverError when the solver is not known or not installed, or fails.
    """
    began = time.perf_counter()
    door, gap = _pulp_solver(installed(solver), time_limit, gap, threads)
    problem, variables = _pulp_problem(program)
    with ThreadPoolExecutor(1) as fresh:  # HiGHS refuses another number of threads in a thread that it has worked in
        try:
            answer = fresh.submit(problem.solve, door).result()
        except Exception as error:
            raise SolverError(f"solver {solver!r} failed: {error}") from error
    status = _pulp_status(problem, answer, time_limit, time.perf_counter() - began)
    if not status.has_solution:
        return nothing(status, began)
    values = np.array([v.value() or 0.0 for v in variables], float)
    objective = program.offset + float(program.cost @ values)
    bound = objective - gap * abs(objective) if status is Status.optimal else -np.inf
    return Solution(status, objective, bound, values, None, None, time.perf_counter() - began)


def _pulp_solver(name: str, time_limit: float, gap: float, threads: int) -> tuple[Any, float]:
    """The solver, and the gap at which it may stop."""
    options: dict[str, Any] = {"msg": False, "timeLimit": time_limit, "gapRel": gap, "threads": threads}
    with suppress(TypeError):
        return pulp.getSolver(name, **options), gap
    return pulp.getSolver(name, msg=False, timeLimit=time_limit), max(gap, _OWN_GAP)


def _pulp_problem(program: Program) -> tuple[Any, list[Any]]:
    """The program as a PuLP problem, built from lists of pairs; works with PuLP 3 and 4, whose calls differ."""
    problem = pulp.LpProblem("menu", pulp.LpMinimize)
    if not hasattr(pulp.LpAffineExpression, "from_list"):
        return _pulp3_problem(problem, program)
    kinds = ["Integer" if i else "Continuous" for i in program.integer.tolist()]
    bounds = zip(_finite(program.lower), _finite(program.upper), strict=True)
    variables = [problem.add_variable(f"x{j}", lo, up, kind)
                 for j, ((lo, up), kind) in enumerate(zip(bounds, kinds, strict=True))]  # fmt: skip
    from_list = pulp.LpAffineExpression.from_list
    problem.setObjective(from_list(list(zip(variables, program.cost.tolist(), strict=True)), program.offset))
    for pairs, sense, side in _pulp_rows(program, variables):
        row = from_list(pairs)
        problem.addConstraint(row == side if sense == 0 else row <= side if sense < 0 else row >= side)
    return problem, variables


def _pulp3_problem(problem: Any, program: Program) -> tuple[Any, list[Any]]:
    kinds = ["Integer" if i else "Continuous" for i in program.integer.tolist()]
    bounds = zip(_finite(program.lower), _finite(program.upper), strict=True)
    variables = [pulp.LpVariable(f"x{j}", lo, up, kind)
                 for j, ((lo, up), kind) in enumerate(zip(bounds, kinds, strict=True))]  # fmt: skip
    expression = pulp.LpAffineExpression
    problem.setObjective(expression(list(zip(variables, program.cost.tolist(), strict=True)), program.offset))
    problem.addVariables(variables)
    for number, (pairs, sense, side) in enumerate(_pulp_rows(program, variables)):
        problem.addConstraint(pulp.LpConstraint(expression(pairs), sense, f"r{number}", side))
    return problem, variables


def _finite(bounds: F8) -> list[float | None]:
    return [b if np.isfinite(b) else None for b in bounds.tolist()]


def _pulp_rows(program: Program, variables: list[Any]) -> list[tuple[list[tuple[Any, float]], int, float]]:
    """(pairs, sense, side) of every side of every row; sense -1 is <=, 0 is =, 1 is >=."""
    start, column, value = (a.tolist() for a in (program.matrix.indptr, program.matrix.indices, program.matrix.data))
    rows: list[tuple[list[tuple[Any, float]], int, float]] = []
    for i, (low, high) in enumerate(zip(program.row_lower.tolist(), program.row_upper.tolist(), strict=True)):
        here = slice(start[i], start[i + 1])
        pairs = [(variables[j], v) for j, v in zip(column[here], value[here], strict=True)]
        sides = [(0, low)] if low == high else [(s, b) for s, b in ((1, low), (-1, high)) if np.isfinite(b)]
        rows += [(pairs, sense, side) for sense, side in sides]
    return rows


_PULP_GAP_MET = -7


def _pulp_status(problem: Any, answer: Any, time_limit: float, seconds: float) -> Status:
    """Read the status first: PuLP leaves numbers behind even for infeasible problems.

    CBC, stopped by the clock before its first relaxation is solved, says that there is no solution: that proves nothing.
    """
    if hasattr(answer, "has_solution"):
        code, partial = int(answer.status), bool(answer.has_solution)
        solved = code == 1 or (code == _PULP_GAP_MET and partial)
    else:
        code, solved = int(problem.status), problem.sol_status == 1
        partial = problem.sol_status == 2
    if solved:
        return Status.optimal
    if partial:
        return Status.time_limit
    late = code == -4 or seconds >= 0.9 * time_limit
    if code in (-1, -2) and not late:
        return Status.infeasible if code == -1 else Status.unbounded
    return Status.time_limit_no_solution if late else Status.error
