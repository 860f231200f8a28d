"""Saved plans: a plan written to YAML and read back, checked anew against its problem as it is on that day."""

from __future__ import annotations

import hashlib
import json
import math
import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np

from sehatmenu.documents import Loaded, load
from sehatmenu.errors import LoadError, refusal
from sehatmenu.files import Place, to_yaml
from sehatmenu.findings import Report, problem
from sehatmenu.planning.demand import Problem, load_problem
from sehatmenu.planning.eligibility import Flags
from sehatmenu.planning.fixed_dishes import values_of
from sehatmenu.planning.models import Model
from sehatmenu.planning.plan_files import PlanFile, SavedMargin, minutes, part, rupiah, servings_in, written
from sehatmenu.planning.plans import Plan, Serving, judged
from sehatmenu.planning.programs import write
from sehatmenu.planning.register_checks import AMISS
from sehatmenu.planning.robustness import MarginCost, with_margins
from sehatmenu.planning.tables import F8
from sehatmenu.readings import admitted, reading
from sehatmenu.standards.margins import Margins
from sehatmenu.whole_files import write_text

UNPROVEN = "loaded"
"""The status of a saved plan whose proof does not hold any more; its bound is 0, the one that always holds."""

_STEADY_BITS = 30
"""Numbers are sealed to 30 binary digits, so that another computer's rounding breaks no seal."""


def save(plan: Plan, path: str | Path) -> None:
    """Write a plan to a YAML file, whole or not at all.

    Raises LoadError where the problem of the plan stands in no file.
    """
    source = Path(plan.problem.document.file)
    if not source.is_file():
        raise refusal("plan-no-problem-file", title=plan.problem.title)
    data: dict[str, Any] = {
        "problem": _relative(source, Path(path).parent),
        "status": plan.status,
        "cost": rupiah(plan.cost),
        "bound": rupiah(plan.bound) if math.isfinite(plan.bound) else None,
        "solver": plan.solver,
        "made_in": minutes(plan.seconds),
        "seal": "",
        **({"margin": _margin(plan.margin)} if plan.margin else {}),
        "servings": written(plan),
    }
    data["seal"] = seal(data, write(plan.problem).model)
    write_text(path, to_yaml(data))


def load_plan(path: str | Path, *, within: str | Path | None = None) -> Plan:
    """Read a saved plan, and check its menu anew by the problem, recipes, prices and rules as they are now.

    The cost is that of today's prices, and the report may contain fails. Status and bound of the file are kept only while
    its seal fits: nobody changed the figures or the menu in the file, and the problem asks and offers the same. Otherwise
    the status is `loaded` and the bound 0 rupiah, since nothing better is proven. Raises LoadError for a file that cannot
    be read and, all at once, for everything in it that is no longer there: dishes, UMKM, institutions, groups, dates.
    """
    with reading(within):
        loaded = load(path, PlanFile)
        problem_ = _problem(loaded, Path(path).parent)
    placed = servings_in(loaded, problem_)
    servings = tuple(serving for serving, _ in placed)
    program = write(problem_, _served(problem_, servings))
    values = values_of(program, servings)

    def where(serving: int, group: str) -> Place:
        _, at = placed[serving]
        return loaded.document.place((*at, "portions", group) if group else at)

    report = judged(problem_, servings, where)
    amiss = any(finding.code in AMISS for finding in report)
    cost = float(program.model.cost @ values)
    sealed = loaded.model.seal == seal(loaded.document.data, program.model) and not amiss
    return Plan(
        problem_,
        servings,
        cost,
        (loaded.model.bound or 0.0) if sealed else 0.0,
        loaded.model.status if sealed else UNPROVEN,
        loaded.model.made_in * 60,
        loaded.model.solver,
        report,
        _margin_cost(problem_, loaded.model.margin, cost) if sealed else None,
    )


def seal(data: Mapping[str, Any], model: Model) -> str:
    """A digest of a saved plan (but for the path of its problem) and of the numeric model that its proof is about."""
    said = {key: value for key, value in data.items() if key not in ("problem", "seal")}
    digest = hashlib.sha256(json.dumps(said, sort_keys=True).encode())
    arrays = (model.cost, model.slot, model.cell, model.minimum, model.maximum, model.step, model.lower, model.upper)
    keys = [array for d in model.distinct for array in (d.cells, d.keys, np.array([d.minimum]))]
    for array in (*arrays, model.matrix.data, model.matrix.indices, model.matrix.indptr, *keys):
        digest.update(_steady(np.asarray(array, dtype=np.float64)))
    return digest.hexdigest()[:24]


def _steady(array: F8) -> bytes:
    """The numbers of an array, rounded to so many digits that the last ones do not matter."""
    finite = np.nan_to_num(array, posinf=1e300, neginf=-1e300)
    fraction, exponent = np.frexp(finite)
    return np.round(fraction * 2.0**_STEADY_BITS).astype("<i8").tobytes() + exponent.astype("<i4").tobytes()


def _relative(source: Path, folder: Path) -> str:
    """The path of the problem as seen from the folder of the plan; absolute where there is no way between the two."""
    try:
        return Path(os.path.relpath(source.resolve(), folder.resolve())).as_posix()
    except ValueError:  # another drive
        return source.resolve().as_posix()


def _margin(margin: MarginCost) -> dict[str, object]:
    margins = margin.margins
    parts = {name: part(value) for name, value in margins.everywhere.items()}
    dishes = {dish: {name: part(value) for name, value in own.items()} for dish, own in margins.dishes.items()}
    return {
        "everywhere": parts,
        **({"dishes": dishes} if dishes else {}),
        **({"confidence": part(margins.confidence)} if margins.confidence is not None else {}),
        "bound_without": rupiah(margin.bound_without),
        "bound_with": rupiah(margin.bound_with),
    }


def _margin_cost(problem_: Problem, saved: SavedMargin | None, cost: float) -> MarginCost | None:
    margins = problem_.catalogue.margins
    return MarginCost(margins, saved.bound_without, saved.bound_with, cost) if saved and margins else None


def _problem(loaded: Loaded[PlanFile], folder: Path) -> Problem:
    """The problem of a saved plan, with the margins that it was planned with."""
    path = folder / loaded.model.problem
    if admitted(path) and not path.is_file():
        place = loaded.document.place(("problem",))
        raise LoadError(Report((problem("plan-problem-missing", place, file=loaded.model.problem),)))
    problem_, saved = load_problem(path), loaded.model.margin
    margins = Margins(saved.everywhere, saved.dishes, saved.confidence) if saved else None
    return with_margins(problem_, margins)


def _served(problem_: Problem, servings: tuple[Serving, ...]) -> Flags:
    """Which options a menu holds at which tray-day, [n, r], in the order of `write`."""
    trays = {(institution.id, tray.meal): k for k, (institution, tray) in enumerate(problem_.trays)}
    served = np.zeros((len(problem_.days) * len(trays), len(problem_.catalogue)), dtype=bool)
    for s in servings:
        n = problem_.days.index(s.day) * len(trays) + trays[s.institution.id, s.meal]
        served[n, s.option] = True
    return served
