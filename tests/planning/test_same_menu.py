"""The same seed gives the same menu whatever the number of threads, as long as time does not cut the search short."""

from __future__ import annotations

from pathlib import Path

import pytest

from sehatmenu.planning.demand import Problem, load_problem
from sehatmenu.planning.planners import plan
from sehatmenu.planning.plans import Plan
from tests.planning import planning_oracle as oracle


def _menu(problem: Problem, threads: int, seed: int) -> list[tuple[object, ...]]:
    found = plan(problem, gap=0.01, time_limit=600, threads=threads, seed=seed)
    assert isinstance(found, Plan)
    return [(s.day, s.institution.id, s.dish.id, s.supplier.id, s.helpings) for s in found.servings]


@pytest.mark.parametrize("seed", [seed for seed in range(40) if oracle.cheapest(oracle.problem(seed)) is not None][:4])
def test_a_small_problem_has_one_menu_whatever_the_threads(seed: int, tmp_path: Path) -> None:
    problem = load_problem(oracle.write(oracle.problem(seed), tmp_path))
    one = _menu(problem, 1, seed)
    assert [one, one] == [_menu(problem, threads, seed) for threads in (2, 4)]
