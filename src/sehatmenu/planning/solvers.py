"""The door to HiGHS: arrays in, a Solution with its status out; other solvers through PuLP."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from importlib.metadata import version as package_version
from pathlib import Path
from typing import TYPE_CHECKING, Any

import highspy
import numpy as np
from highspy._core import _Highs as Engine

from sehatmenu.errors import SolverError
from sehatmenu.planning.models import Program

if TYPE_CHECKING:
    from sehatmenu.planning.models import F8, I8

Cancel = Callable[[], bool]
"""Asked now and then; True ends the solve with the best found so far."""
Watch = Callable[[float, float], None]
"""Told (objective of the best solution or inf, bound) when either improves."""

FEASIBILITY = 1e-7
"""How far HiGHS may miss a row; rows are scaled to about 1, so this stays within models.TOLERANCE."""

_EVENTS = highspy.cb.HighsCallbackType
_ENDS = highspy.HighsModelStatus


class Status(StrEnum):
    """Why a solve ended, and whether it left a solution."""

    optimal = "optimal"
    time_limit = "time_limit"
    time_limit_no_solution = "time_limit_no_solution"
    cancelled = "cancelled"
    cancelled_no_solution = "cancelled_no_solution"
    infeasible = "infeasible"
    unbounded = "unbounded"
    error = "error"

    @property
    def has_solution(self) -> bool:
        """Whether the values of a solution with this status may be read."""
        return self in (Status.optimal, Status.time_limit, Status.cancelled)


@dataclass(frozen=True, slots=True, eq=False)
class Solution:
    """What a solver answered: `values` are None unless the status has a solution; duals only without integers.

    `objective` is inf without a solution; `bound` is a proven lower bound of the objective (-inf when none is known).
    """

    status: Status
    objective: float
    bound: float
    values: F8 | None
    duals: F8 | None
    reduced_costs: F8 | None
    seconds: float


def solve(program: Program, *, solver: str = "highs", time_limit: float = 60.0, gap: float = 0.0, seed: int = 0,
          threads: int = 1, start: F8 | None = None, watch: Watch | None = None,
          cancel: Cancel | None = None, only_prove: bool = False) -> Solution:  # fmt: skip
    """Solve a program: "highs" directly, or "pulp:NAME" with any solver PuLP knows (pulp:CBC, pulp:HiGHS, pulp:GUROBI).

    Times are seconds of wall clock; `gap` is the relative gap at which to stop; `start` is a solution to begin from. With
    `only_prove` HiGHS spends no time on looking for better solutions than it meets: the bound rises faster.

    Raises:
        SolverError: the solver is not known or not installed, or it failed.
    """
    if (program.row_lower > program.row_upper).any() or (program.lower > program.upper).any():
        return nothing(Status.infeasible, time.perf_counter())
    if program.cost.size == 0:
        return _nothing_to_choose(program)
    if solver != "highs":
        from sehatmenu.planning.pulp_programs import solve_by_pulp

        return solve_by_pulp(program, solver, time_limit=time_limit, gap=gap, threads=threads)
    return _solve_highs(program, time_limit, gap, seed, threads, start, watch, cancel, only_prove)


def _nothing_to_choose(program: Program) -> Solution:
    """The answer of a program without columns, which solvers refuse: it holds where every row may be 0."""
    if (program.row_lower > 0).any() or (program.row_upper < 0).any():
        return nothing(Status.infeasible, time.perf_counter())
    none, rows = np.zeros(0), np.zeros(program.row_lower.size)
    return Solution(Status.optimal, program.offset, program.offset, none, rows, none, 0.0)


def solve_small(
    program: Program, *, time_limit: float, gap: float, cutoff: float = np.inf, nodes: int | None = None,
    presolve: bool = False,
) -> Solution:
    """Solve a program of a few hundred columns, one of thousands: presolve and sub-programs would cost more than they save.

    Measured on meals of 110 options: 2 to 5 times faster than `solve`. Runs in the thread of the caller. Only solutions
    cheaper than `cutoff` are looked for, in at most `nodes` branches.
    """  # fmt: skip
    began = time.perf_counter()
    if time_limit <= 0 or (program.row_lower > program.row_upper).any() or (program.lower > program.upper).any():
        return nothing(Status.time_limit_no_solution if time_limit <= 0 else Status.infeasible, began)
    highs = _silent(time_limit=float(time_limit), mip_rel_gap=float(gap), threads=1,
                    presolve="choose" if presolve else "off", mip_heuristic_run_root_reduced_cost=False,
                    mip_feasibility_tolerance=FEASIBILITY, primal_feasibility_tolerance=FEASIBILITY)  # fmt: skip
    if np.isfinite(cutoff):
        highs.setOptionValue("objective_bound", float(cutoff))
    if nodes is not None:
        highs.setOptionValue("mip_max_nodes", nodes)
    _load(highs, program)
    highs.run()
    return _read_highs(highs, bool(program.integer.any()), began)


def version(solver: str = "highs") -> str:
    """Name and version of a solver, as printed under a plan."""
    if solver.startswith("pulp:"):
        return f"{solver.removeprefix('pulp:')} (PuLP {package_version('pulp')})"
    return f"HiGHS {_silent().version()}"


# HiGHS


def _silent(**options: bool | float | str) -> Engine:
    """A solver object; the bare class, since highspy.Highs prints a banner before it can be silenced."""
    highs = Engine()
    highs.setOptionValue("output_flag", False)
    for name, value in options.items():
        highs.setOptionValue(name, value)
    return highs


def _load(highs: Engine, program: Program) -> None:
    matrix = program.matrix
    ended = highs.passModel(
        program.cost.size, program.row_lower.size, matrix.nnz, int(highspy.MatrixFormat.kRowwise),
        int(highspy.ObjSense.kMinimize), program.offset, program.cost, program.lower, program.upper,
        program.row_lower, program.row_upper, matrix.indptr.astype(np.int32), matrix.indices.astype(np.int32),
        matrix.data, program.integer.astype(np.int32),
    )  # fmt: skip
    if ended == highspy.HighsStatus.kError:
        raise SolverError("HiGHS refused the arrays of the program")


def _solve_highs(program: Program, time_limit: float, gap: float, seed: int, threads: int, start: F8 | None,
                 watch: Watch | None, cancel: Cancel | None, only_prove: bool) -> Solution:  # fmt: skip
    began = time.perf_counter()
    if time_limit <= 0:
        return nothing(Status.time_limit_no_solution, began)
    highs = _silent(time_limit=float(time_limit), mip_rel_gap=float(gap), random_seed=seed, threads=threads,
                    mip_feasibility_tolerance=FEASIBILITY, primal_feasibility_tolerance=FEASIBILITY)  # fmt: skip
    if only_prove:
        highs.setOptionValue("mip_heuristic_effort", 0.0)
    _load(highs, program)
    if start is not None:
        begin = highspy.HighsSolution()
        begin.col_value = start.tolist()
        highs.setSolution(begin)
    _run_watched(highs, watch, cancel)
    return _read_highs(highs, bool(program.integer.any()), began)


def _run_watched(highs: Engine, watch: Watch | None, cancel: Cancel | None) -> None:
    """Run in a thread of its own, so that Ctrl-C reaches this one and an integer solve can be asked to stop.

    Only the rare event of integer solves is watched: one per simplex iteration would double the time of a solve.
    """
    stop = threading.Event()

    def on_event(event: Any, _text: str, out: Any, answer: Any, _data: Any) -> None:
        if watch is not None and event == _EVENTS.kCallbackMipInterrupt:
            watch(out.mip_primal_bound, out.mip_dual_bound)
        answer.user_interrupt = stop.is_set()

    highs.setCallback(on_event, None)
    highs.startCallback(_EVENTS.kCallbackMipInterrupt)
    failed: list[BaseException] = []

    def run() -> None:
        try:
            highs.run()
        except BaseException as error:
            failed.append(error)

    work = threading.Thread(target=run, daemon=True)
    work.start()
    while work.is_alive():
        try:
            work.join(0.02)
            if cancel is not None and cancel():
                stop.set()
        except KeyboardInterrupt:
            stop.set()
            work.join()
            raise
    if failed:
        raise SolverError(f"HiGHS failed: {failed[0]}") from failed[0]


_HIGHS_STATUS = {
    _ENDS.kOptimal: Status.optimal,
    _ENDS.kModelEmpty: Status.optimal,
    _ENDS.kInfeasible: Status.infeasible,
    _ENDS.kUnbounded: Status.unbounded,
    _ENDS.kTimeLimit: Status.time_limit,
    _ENDS.kIterationLimit: Status.time_limit,
    _ENDS.kSolutionLimit: Status.time_limit,
    _ENDS.kInterrupt: Status.cancelled,
}
_FAILED = (_ENDS.kLoadError, _ENDS.kModelError, _ENDS.kPresolveError, _ENDS.kSolveError, _ENDS.kPostsolveError,
           _ENDS.kMemoryLimit)  # fmt: skip
"""Ends that are neither an answer nor lack of time."""
_WITHOUT = {Status.time_limit: Status.time_limit_no_solution, Status.cancelled: Status.cancelled_no_solution}


def _read_highs(highs: Engine, integer: bool, began: float) -> Solution:
    ended = highs.getModelStatus()
    if ended in _FAILED:
        raise SolverError(f"HiGHS failed: {highs.modelStatusToString(ended)}")
    status = _HIGHS_STATUS.get(ended, Status.error)
    info = highs.getInfo()
    feasible = info.primal_solution_status == highspy.SolutionStatus.kSolutionStatusFeasible
    if not feasible:
        status = _WITHOUT.get(status, Status.error if status is Status.optimal else status)
    bound = _highs_bound(status, info, integer)
    if not status.has_solution:
        return nothing(status, began, bound)
    found = highs.getSolution()
    duals = None if integer else np.array(found.row_dual)
    reduced = None if integer else np.array(found.col_dual)
    seconds = time.perf_counter() - began
    values = np.array(found.col_value)
    return Solution(status, float(info.objective_function_value), bound, values, duals, reduced, seconds)


def _highs_bound(status: Status, info: Any, integer: bool) -> float:
    if integer and status is not Status.infeasible:
        return float(info.mip_dual_bound)
    return float(info.objective_function_value) if status is Status.optimal else -np.inf


def nothing(status: Status, began: float, bound: float = -np.inf) -> Solution:
    """The answer of a solve without a solution, begun at a time of `time.perf_counter`."""
    return Solution(status, np.inf, bound, None, None, None, time.perf_counter() - began)


class WarmProgram:
    """A linear program that stays in the solver while its bounds, costs and columns change between solves."""

    __slots__ = ("_highs", "n_columns")

    def __init__(self, row_lower: F8, row_upper: F8) -> None:
        self._highs: Any = _silent(presolve="off", threads=1, simplex_strategy=1)
        self.n_columns = 0
        none = np.zeros(0, np.int32)
        self._highs.addRows(row_lower.size, row_lower, row_upper, 0, none, none, np.zeros(0))

    def add(self, cost: F8, lower: F8, upper: F8, start: I8, row: I8, value: F8) -> int:
        """Append columns (`start` per column into `row` and `value`); returns the number of the first."""
        first = self.n_columns
        self._did(self._highs.addCols(cost.size, cost, lower, upper, row.size, start, row, value))
        self.n_columns += cost.size
        return first

    def bound(self, columns: I8, lower: F8, upper: F8) -> None:
        """Change the bounds of columns."""
        order = np.argsort(columns)
        self._did(self._highs.changeColsBounds(columns.size, columns[order], lower[order], upper[order]))

    def bound_rows(self, rows: I8, lower: F8, upper: F8) -> None:
        """Change the bounds of rows."""
        self._did(self._highs.changeRowsBounds(rows.size, rows, lower, upper))

    def price(self, columns: I8, cost: F8) -> None:
        """Change the cost of columns."""
        self._did(self._highs.changeColsCost(columns.size, columns, cost))

    @staticmethod
    def _did(ended: highspy.HighsStatus) -> None:
        if ended == highspy.HighsStatus.kError:
            raise SolverError("HiGHS refused a change of the program")

    def solve(self, cutoff: float = np.inf) -> tuple[Status, float]:
        """Solve from the last basis: (optimal, objective), or (time_limit, inf) once the objective exceeds cutoff."""
        self._highs.setOptionValue("objective_bound", cutoff)
        self._highs.run()
        ended = self._highs.getModelStatus()
        if ended == _ENDS.kOptimal:
            return Status.optimal, float(self._highs.getInfo().objective_function_value)
        if ended == _ENDS.kObjectiveBound:
            return Status.time_limit, np.inf
        return _HIGHS_STATUS.get(ended, Status.error), np.inf

    def solution(self) -> tuple[F8, F8]:
        """Values of the columns and duals of the rows of the last optimal solve."""
        found = self._highs.getSolution()
        return np.array(found.col_value), np.array(found.row_dual)


def write_mps(program: Program, path: str | Path, *, names: Sequence[str] = ()) -> None:
    """Write a program as an MPS file that any solver reads, its columns by name where names are given.

    Raises:
        SolverError: the file could not be written.
    """
    highs = _silent()
    _load(highs, program)
    for column, name in enumerate(names):
        highs.passColName(column, name)
    if highs.writeModel(str(path)) == highspy.HighsStatus.kError:
        raise SolverError(f"{path}: MPS file not written")
