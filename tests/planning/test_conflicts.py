"""Conflicts: what is named cannot hold together, and without any one of the named rules the rest can."""

from __future__ import annotations

import random
from dataclasses import replace
from pathlib import Path

import numpy as np

from sehatmenu.planning.conflicts import Claim, explain
from sehatmenu.planning.demand import load_problem
from sehatmenu.planning.models import Model, full_program
from sehatmenu.planning.programs import write
from sehatmenu.planning.solvers import Status, solve
from tests.planning.problems import random_problem


def feasible(model: Model, claims: set[Claim]) -> bool:
    """Whether a menu exists when only these claims hold, asked of the solver for the whole model."""
    kept = {(claim.rule, claim.side) for claim in claims}
    floors = np.array([(rule, -1) in kept for rule in model.rule.tolist()], dtype=bool)
    ceilings = np.array([(rule, 1) in kept for rule in model.rule.tolist()], dtype=bool)
    loose = replace(
        model,
        lower=np.where(floors, model.lower, -np.inf),
        upper=np.where(ceilings, model.upper, np.inf),
        distinct=(),
    )
    program = replace(
        full_program(loose, whole_steps=True).program, cost=np.zeros(full_program(loose).program.cost.size)
    )
    return solve(program, time_limit=20).status is not Status.infeasible


def test_a_conflict_minus_any_one_of_its_rules_is_feasible(tmp_path: Path) -> None:
    seen = 0
    for seed in range(60, 90):
        rng = random.Random(seed)
        for n in range(6):
            program = write(load_problem(random_problem(tmp_path / f"{seed}-{n}", rng)))
            if program.empty or not (found := explain(program.model)).claims:
                continue
            seen += 1
            claims = set(found.claims)
            assert found.minimal
            assert not feasible(program.model, claims)
            assert all(feasible(program.model, claims - {claim}) for claim in claims)
    assert seen > 50
