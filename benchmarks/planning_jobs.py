"""One measurement of the planner per fresh process: a job comes as JSON, what was measured is printed as JSON."""

from __future__ import annotations

import json
import re
import resource
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from statistics import median
from typing import TYPE_CHECKING, Any

import numpy as np
from instances import Size, make

from sehatmenu.planning import solvers
from sehatmenu.planning.bounds import fold
from sehatmenu.planning.demand import load_problem
from sehatmenu.planning.engines import solve
from sehatmenu.planning.layouts import layout
from sehatmenu.planning.meals import solve_by_meals
from sehatmenu.planning.models import Model, full_program, lawful
from sehatmenu.planning.outcomes import Outcome, relative_gap
from sehatmenu.planning.programs import write

if TYPE_CHECKING:
    from sehatmenu.planning.models import F8

Facts = dict[str, Any]

EXAMPLE = "gading-rejo"
"""The instance that is the Problem file of the example instead of a generated one."""

_FILE = Path(__file__).resolve().parents[1] / "examples" / EXAMPLE / "sekolah.yaml"
_PATIENCE = 120.0


def size_of(instance: str) -> Size:
    """The size that days x dishes x meals x UMKM stand for, e.g. "20x200x1x20"."""
    if not re.fullmatch(r"\d+x\d+x\d+x\d+", instance):
        raise ValueError(f"instance {instance!r}: expected DAYSxDISHESxMEALSxUMKM, e.g. 20x200x1x20, or {EXAMPLE}")
    days, dishes, meals, suppliers = map(int, instance.split("x"))
    return Size(days, dishes, meals=meals, suppliers=suppliers)


def model_of(instance: str, seed: int) -> tuple[Model, float]:
    """The model of an instance, and the seconds that writing its rows took (reading files not counted)."""
    problem = load_problem(_FILE) if instance == EXAMPLE else None
    began = time.perf_counter()
    model = write(problem).model if problem is not None else make(size_of(instance), seed)
    return model, time.perf_counter() - began


@dataclass(slots=True)
class Curve:
    """Everything that progress told: when, the best rupiah (nan before a menu) and the bound, on a clock of its own."""

    began: float = field(default_factory=time.perf_counter)
    told: list[tuple[float, float, float]] = field(default_factory=list)

    def note(self, _elapsed: float, best: float | None, bound: float, _phase: str) -> None:
        """Take note of a change."""
        now = (np.nan if best is None else best, bound)
        if not self.told or not np.array_equal(self.told[-1][1:], now, equal_nan=True):
            self.told.append((time.perf_counter() - self.began, *now))

    def has_menu(self) -> bool:
        """Whether a lawful menu is known."""
        return bool(self.told) and bool(np.isfinite(self.told[-1][1]))

    def first_menu(self) -> float | None:
        """Seconds until the first lawful menu."""
        return next((at for at, best, _ in self.told if np.isfinite(best)), None)

    def first_bound(self) -> float | None:
        """Seconds until the first bound, that of the collapsed program."""
        return next((at for at, _, bound in self.told if np.isfinite(bound)), None)

    def at(self, seconds: float) -> Facts | None:
        """The best menu, before rounding where the engine rounds at the end, and the bound at a moment."""
        known = [(best, bound) for at, best, bound in self.told if at <= seconds]
        if not known or not np.isfinite(known[-1][0]):
            return None
        best, bound = known[-1]
        return {"objective": best, "bound": bound, "gap": relative_gap(best, bound)}


def plan(model: Model, limit: float, threads: int, curve: Curve, cancel: Callable[[], bool] | None = None) -> Outcome:
    """Plan as `sehatmenu.plan` does: by whole meals where that fits, else by exchanges; no gap is good enough."""
    settings: dict[str, Any] = {"gap": 0.0, "threads": threads, "progress": curve.note, "cancel": cancel}
    found = solve_by_meals(model, time_limit=limit, **settings)
    return solve(model, time_limit=limit, **settings) if found is None else found


def values_of(model: Model, outcome: Outcome) -> F8 | None:
    """The menu of an outcome as values of all columns."""
    if outcome.choice is None or outcome.portions is None:
        return None
    return np.concatenate([np.bincount(outcome.choice, minlength=model.n_serve), outcome.portions])


def measure_plan(job: Mapping[str, Any]) -> Facts:
    """One run of the planner with a time limit: the menu in whole steps, and the curve of progress on the way."""
    model, rows = model_of(job["instance"], job["seed"])
    curve = Curve()
    outcome = plan(model, job["limit"], job["threads"], curve)
    taken, values = time.perf_counter() - curve.began, values_of(model, outcome)
    return {
        "status": str(outcome.status), "objective": _number(outcome.objective), "bound": _number(outcome.bound),
        "gap": _number(outcome.gap), "seconds": taken, "overshoot": max(0.0, taken - job["limit"]),
        "first_menu": curve.first_menu(), "lawful": None if values is None else lawful(model, values),
        "search": {f"{at:g}": curve.at(at) for at in job["moments"]}, "rows_seconds": rows, **_extent(model),
        "phases": [[p.name, p.seconds, p.objective, _number(p.bound)] for p in outcome.phases],
    }  # fmt: skip


def measure_rival(job: Mapping[str, Any]) -> Facts:
    """The whole model given to a solver as it stands, with the same time limit."""
    model, _ = model_of(job["instance"], job["seed"])
    full = full_program(model, whole_steps=True)
    began = time.perf_counter()
    answer = solvers.solve(full.program, solver=job["solver"], time_limit=job["limit"], threads=job["threads"])
    values = None if answer.values is None else full.values(answer.values)
    return {
        "status": str(answer.status), "objective": _number(answer.objective), "bound": _number(answer.bound),
        "seconds": time.perf_counter() - began, "version": solvers.version(job["solver"]),
        "lawful": None if values is None else lawful(model, values), **_extent(model),
    }  # fmt: skip


def measure_build(job: Mapping[str, Any]) -> Facts:
    """Writing the rows and passing all of them to HiGHS, against the collapsed program plus the first menu."""
    model, _ = model_of(job["instance"], job["seed"])
    curve = Curve()
    plan(model, _PATIENCE, job["threads"], curve, curve.has_menu)
    first, extent = curve.first_menu(), _extent(model)
    folding, folded = timed(lambda: fold(replace(model)))  # a copy, since the fold of a model is kept with it
    collapsed, _ = timed(lambda: solvers.solve(folded.program))
    laying, _ = timed(lambda: layout(model))
    rows = median(model_of(job["instance"], job["seed"])[1] for _ in range(3))
    whole, passing = map(median, zip(*(_passed(model) for _ in range(3)), strict=True))
    return {
        "rows": rows, "whole": whole, "passing": passing, "fold": folding, "collapsed": collapsed, "layout": laying,
        "first_bound": curve.first_bound(), "first_menu": first,
        "share": None if first is None else (rows + whole + passing) / first, **extent,
    }  # fmt: skip


def _passed(model: Model) -> tuple[float, float]:
    """Seconds of writing the whole model as one program, and of passing it to HiGHS."""
    whole, full = timed(lambda: full_program(model, whole_steps=True))
    return whole, timed(lambda: solvers._load(solvers._silent(), full.program))[0]


def timed(work: Callable[[], Any]) -> tuple[float, Any]:
    """Seconds that a piece of work took, and its answer."""
    began = time.perf_counter()
    answer = work()
    return time.perf_counter() - began, answer


def _extent(model: Model) -> Facts:
    return {
        "columns": model.n, "choices": model.n_serve, "own_rows": int(model.lower.size), "nonzeros": model.matrix.nnz,
        "peak_mib": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024,
    }  # fmt: skip


def _number(value: float) -> float | None:
    return float(value) if np.isfinite(value) else None


MEASURES: dict[str, Callable[[Mapping[str, Any]], Facts]] = {
    "plan": measure_plan,
    "rival": measure_rival,
    "build": measure_build,
}


def main(arguments: Sequence[str]) -> int:
    """Do the job given as JSON and print what was measured."""
    job = json.loads(arguments[0])
    print(json.dumps(MEASURES[job["kind"]](job)), flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
