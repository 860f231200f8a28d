"""Three solvers, one cost: HiGHS directly, HiGHS through PuLP and CBC through PuLP; and the MPS file that others read."""

from __future__ import annotations

import json
import random
from pathlib import Path

import highspy
import numpy as np
import pulp
import pytest

from sehatmenu import cli
from sehatmenu.errors import SolverError
from sehatmenu.planning.bounds import fold
from sehatmenu.planning.clashes import Conflict
from sehatmenu.planning.demand import Problem, load_problem
from sehatmenu.planning.models import full_program
from sehatmenu.planning.planners import plan
from sehatmenu.planning.plans import Plan
from sehatmenu.planning.solvers import Status, solve
from sehatmenu.planning.whole_models import solve_whole
from tests.planning.engine.generated import generated
from tests.planning.engine.small import cheapest_by_trying, small
from tests.planning.impossible import CAUSES, lawful, nutrient, read
from tests.planning.problems import random_problem
from tests.planning.tiny_problems import rice_and_tempe

CBC = "CBC through PuLP is not on this computer (PuLP 3 brings it along, PuLP 4 does not)"
HERE = {name.removeprefix("PULP_").removesuffix("_CMD") for name in pulp.listSolvers(onlyAvailable=True)}
HAS_CBC = bool(HERE & {"CBC", "COIN"})
OTHERS = ["pulp:HiGHS", pytest.param("pulp:CBC", marks=pytest.mark.skipif(not HAS_CBC, reason=CBC))]
SAME = 1e-6


@pytest.mark.parametrize("solver", OTHERS)
@pytest.mark.parametrize("seed", range(300, 320))
def test_the_whole_model_costs_the_same_by_every_door(seed: int, solver: str) -> None:
    """Small models whose cheapest menu is known by trying them all; about a third have none."""
    model = small(seed)
    expected = cheapest_by_trying(model)
    direct = solve(full_program(model, whole_steps=True).program, time_limit=20)
    found = solve_whole(model, solver, time_limit=20, gap=0.0)
    if np.isinf(expected):
        assert direct.status is Status.infeasible
        assert found.status == "infeasible"
        return
    assert direct.objective == pytest.approx(expected, rel=SAME)
    assert found.objective == pytest.approx(expected, rel=SAME)
    assert found.status == "optimal"
    assert found.bound == pytest.approx(expected, rel=SAME)


@pytest.mark.parametrize("solver", OTHERS)
@pytest.mark.parametrize("seed", range(20))
def test_a_problem_is_planned_alike_by_every_door(seed: int, solver: str, tmp_path: Path) -> None:
    """Random problems as files: the same cost to the rupiah's millionth, or a proven conflict by either."""
    problem = load_problem(random_problem(tmp_path, random.Random(seed)))
    direct = plan(problem, gap=0.0, threads=1, time_limit=20)
    other = plan(problem, gap=0.0, threads=1, time_limit=20, solver=solver)
    if not isinstance(direct, Plan):
        assert isinstance(direct, Conflict)
        assert isinstance(other, Conflict)
        assert [rule.text() for rule in other.rules] == [rule.text() for rule in direct.rules]
        return
    assert isinstance(other, Plan)
    assert other.cost == pytest.approx(direct.cost, rel=SAME)
    assert other.lawful
    assert other.gap <= SAME
    assert other.solver.startswith(solver.removeprefix("pulp:"))


def test_a_solver_that_may_stop_early_does_not_claim_more_than_its_gap() -> None:
    """Told to stop within half of the optimum, the bound is no more than half of the cost, or the average day's."""
    for seed in range(300, 310):
        model, expected = small(seed), cheapest_by_trying(small(seed))
        if np.isfinite(expected):
            assert solve_whole(model, "pulp:HiGHS", gap=0.5).bound <= expected * (1 + SAME)


@pytest.mark.parametrize("solver", OTHERS)
def test_out_of_time_the_bound_is_the_average_days(solver: str) -> None:
    """A week that no solver finishes in a second: what it has, or nothing, under a bound that holds."""
    model = generated(5, 60)
    found = solve_whole(model, solver, time_limit=1.0, gap=0.0)
    assert found.status in ("time_limit", "exhausted")
    assert found.bound == pytest.approx(solve(fold(model).program).objective, rel=SAME)
    assert found.bound < found.objective


def test_an_impossible_problem_is_explained_by_another_solver_as_well(tmp_path: Path) -> None:
    """What shows only across meals: HiGHS through PuLP finds no menu, and the spacing rule is named for it."""
    rng = random.Random(2)
    data = lawful(rng)
    CAUSES["spacing_beyond_the_pool"](data, rng)
    found = plan(read(data, tmp_path), solver="pulp:HiGHS")
    assert isinstance(found, Conflict)
    assert ["Jeda" in rule.text() for rule in found.rules] == [True]


@pytest.mark.parametrize("solver", ["CBC", "pulp:NOSUCH", "glop", ""])
def test_a_solver_that_is_not_there_is_refused_with_those_that_are(solver: str) -> None:
    with pytest.raises(SolverError, match=r"not known or not installed; this computer has: highs, .*pulp:HiGHS"):
        plan(rice_and_tempe(), solver=solver)


def test_the_command_takes_a_solver(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "soal.yaml"
    read(lawful(random.Random(4)), tmp_path)
    assert cli.main(["plan", str(path), "--solver", "pulp:HiGHS", "--json", "--gap", "1"]) == 0
    assert json.loads(capsys.readouterr().out)["solver"].startswith("HiGHS (PuLP ")
    assert cli.main(["plan", str(path), "--solver", "pulp:NOSUCH"]) == 2
    assert "this computer has: highs" in capsys.readouterr().err


@pytest.fixture(scope="module")
def week(tmp_path_factory: pytest.TempPathFactory) -> tuple[Problem, Plan, Path]:
    """A problem with its plan and its MPS file."""
    folder = tmp_path_factory.mktemp("soal")
    data = lawful(random.Random(6))
    data["rules"] += [
        nutrient("energy", "meal", "rentang", min="400 kcal", max="450 kcal"),
        {"id": "ragam", "kind": "variety", "of": {"course": "hewani"}, "by": "dish", "per": "week",
         "limits": [{"min": "3 times", "source": "uji"}]},
    ]  # fmt: skip
    problem = read(data, folder)
    found = plan(problem, gap=0.0, threads=1)
    assert isinstance(found, Plan)
    problem.to_mps(folder / "model.mps")
    return problem, found, folder / "model.mps"


def test_highs_reads_the_mps_file_and_finds_the_same_cost(week: tuple[Problem, Plan, Path]) -> None:
    _, found, path = week
    highs = highspy.Highs()  # type: ignore[no-untyped-call]
    highs.setOptionValue("output_flag", False)
    highs.setOptionValue("mip_rel_gap", 0.0)
    assert highs.readModel(str(path)) == highspy.HighsStatus.kOk
    highs.run()
    assert highs.getInfo().objective_function_value == pytest.approx(found.cost, rel=SAME)


def test_pulp_reads_the_mps_file_and_its_names_say_what_is_served(week: tuple[Problem, Plan, Path]) -> None:
    _, found, path = week
    columns, problem = pulp.LpProblem.fromMPS(str(path))
    problem.solve(pulp.getSolver("HiGHS", msg=False, gapRel=0.0))
    assert pulp.value(problem.objective) == pytest.approx(found.cost, rel=SAME)
    served = {name for name, column in columns.items() if name.startswith("serve_") and column.value() > 0.5}
    assert len(served) == 5 * 2 * 3
    assert sum("sd_satu" in name.replace("-", "_") for name in served) == 5 * 3


def test_the_mps_file_is_written_whole_or_not_at_all(week: tuple[Problem, Plan, Path], tmp_path: Path) -> None:
    problem, _, path = week
    assert [other.name for other in path.parent.iterdir() if other.suffix == ".mps"] == ["model.mps"]
    data = lawful(random.Random(6))
    CAUSES["out_of_season"](data, random.Random(6))
    with pytest.raises(SolverError, match="cannot be filled"):
        read(data, tmp_path).to_mps(tmp_path / "model.mps")
    assert not list(tmp_path.glob("*.mps"))
    with pytest.raises(OSError, match="nowhere"):
        problem.to_mps(tmp_path / "nowhere" / "model.mps")
