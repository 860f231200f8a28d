"""Any time limit ends honestly: a menu that keeps every row, counted anew here, or none; never a wrong claim."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from sehatmenu.planning.clashes import Conflict
from sehatmenu.planning.engines import solve
from sehatmenu.planning.meals import solve_by_meals
from sehatmenu.planning.models import Model
from sehatmenu.planning.outcomes import Ending, Outcome
from sehatmenu.planning.planners import plan
from sehatmenu.planning.unfinished import Unfinished
from tests.planning.engine.generated import generated
from tests.planning.tiny_problems import example

SIZES: list[tuple[int, int, dict[str, int]]] = [
    (5, 60, {}), (5, 60, {"suppliers": 20}), (5, 200, {"meals": 3}), (20, 60, {}), (20, 60, {"meals": 3}),
    (20, 200, {"suppliers": 20}), (60, 60, {}), (5, 1000, {"groups": 2}),
]  # fmt: skip


def _misses(model: Model, outcome: Outcome) -> list[str]:
    """What is wrong with a menu, counted from the arrays of the model alone; rows to within 1e-6 of their size."""
    assert outcome.choice is not None
    assert outcome.portions is not None
    serve = np.zeros(model.n_serve)
    serve[outcome.choice] = 1.0
    values = np.concatenate([serve, outcome.portions])
    rows = model.matrix.tocoo()
    entries = rows.data * values[rows.col]
    total = np.bincount(rows.row, entries, model.lower.size)
    slack = 1e-6 * np.bincount(rows.row, np.abs(entries), model.lower.size) + 1e-12
    steps = outcome.portions / model.step
    served = serve[model.cell] > 0
    faults = {
        "a slot without its one option": not (model.slot[outcome.choice] == np.arange(model.n_slots)).all(),
        "a rule": ((total < model.lower - slack) | (total > model.upper + slack)).any(),
        "a portion below its least": (outcome.portions[served] < model.minimum[served] - 1e-9).any(),
        "a portion above its most": (outcome.portions[served] > model.maximum[served] + 1e-9).any(),
        "a portion of what is not served": outcome.portions[~served].any(),
        "a portion between steps": (np.abs(steps - np.round(steps)) > 1e-6).any(),
        "too little variety": any(np.unique(d.keys[serve[d.cells] > 0]).size < d.minimum for d in model.distinct),
        "another cost than told": abs(float(model.cost @ values) - outcome.objective) > 1e-6 * outcome.objective,
        "a bound above the cost": outcome.bound > outcome.objective,
    }
    return [name for name, wrong in faults.items() if wrong]


def _planned(model: Model, seconds: float, **settings: Any) -> Outcome:
    found = solve_by_meals(model, time_limit=seconds, gap=1e-4, **settings)
    return solve(model, time_limit=seconds, gap=1e-4, **settings) if found is None else found


@pytest.mark.parametrize(("days", "dishes", "more"), SIZES)
def test_a_tenth_of_a_second_is_enough_for_an_honest_answer(days: int, dishes: int, more: dict[str, int]) -> None:
    """All these models have lawful menus, so nothing may be called impossible."""
    model = generated(days, dishes, **more)
    outcome = _planned(model, 0.1)
    assert outcome.status in (Ending.time_limit, Ending.within_gap)
    assert outcome.choice is None or not _misses(model, outcome)
    assert (outcome.choice is None) == np.isinf(outcome.objective)


def test_a_plan_in_a_tenth_of_a_second_is_lawful_or_says_that_none_was_found() -> None:
    found = plan(example(), time_limit=0.1)
    assert not isinstance(found, Conflict)
    if isinstance(found, Unfinished):
        assert found.status == "time_limit"
        assert "not proven" in found.text("en")


@pytest.mark.parametrize("more", [{}, {"suppliers": 6}], ids=["no UMKM", "6 UMKM"])
@pytest.mark.parametrize("seed", range(3))
def test_the_first_menu_keeps_every_row(seed: int, more: dict[str, int]) -> None:
    """A search that is stopped at its first menu hands it out in whole steps, and no row is missed."""
    model = generated(10, 60, seed=seed, groups=2, nutrients=8, **more)
    known: list[float] = []
    outcome = _planned(model, 30.0, progress=lambda _at, best, *_: known.append(best or 0.0), cancel=lambda: any(known))
    assert outcome.status is Ending.cancelled
    assert not _misses(model, outcome)


def test_a_process_that_planned_ends_well() -> None:
    """No solver is left running in a thread when the answer is out: the interpreter would abort on its way out."""
    program = (
        "from tests.planning.engine.generated import generated; from sehatmenu.planning.engines import solve; "
        "print(solve(generated(20, 60, meals=3), time_limit=20, gap=0.03).status)"
    )
    root = Path(__file__).resolve().parents[3]
    done = subprocess.run([sys.executable, "-c", program], cwd=root, capture_output=True, text=True)
    assert (done.returncode, done.stdout, done.stderr) == (0, "within_gap\n", "")
