"""The planner against every menu written out by an oracle of its own: cost, proof, conflicts; and against itself made lax.

`ORACLE=500` in the environment tries as many problems; the suite tries some in every run and all 500 where `slow` is asked for.
"""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest

from sehatmenu.planning.clashes import Conflict
from sehatmenu.planning.demand import load_problem
from sehatmenu.planning.planners import plan
from sehatmenu.planning.plans import Plan
from sehatmenu.planning.unfinished import Unfinished
from tests.planning import planning_oracle as oracle

CLOSE = 1e-6


def compared(seed: int, folder: Path) -> str:
    """How a problem ends, after both were asked."""
    data = oracle.problem(seed)
    expected = oracle.cheapest(data)
    found = plan(load_problem(oracle.write(data, folder / str(seed))), gap=0.0, time_limit=30, threads=1)
    assert not isinstance(found, Unfinished), (seed, found.text("en"))
    if expected is None:
        assert isinstance(found, Conflict), (seed, found.text("en"))
        return "impossible"
    assert isinstance(found, Plan), (seed, float(expected), found.text("en"))
    assert found.cost == pytest.approx(float(expected), rel=CLOSE), seed
    assert found.bound <= float(expected) * (1 + CLOSE), seed
    assert found.bound >= float(expected) * 0.99, seed
    assert found.lawful, seed
    return found.status


@pytest.mark.parametrize("first", range(0, 60, 10))
def test_small_problems_cost_what_the_oracle_says(first: int, tmp_path: Path) -> None:
    for seed in range(first, first + 10):
        compared(seed, tmp_path)


@pytest.mark.slow
def test_five_hundred_problems_cost_what_the_oracle_says(tmp_path: Path) -> None:
    ends = Counter(compared(seed, tmp_path) for seed in range(500))
    print(dict(ends))
    assert 150 <= ends["impossible"] <= 350
    assert ends["optimal"] + ends["impossible"] == 500
