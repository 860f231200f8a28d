"""What the library hands out can be copied and sent to another process, and says what it is in one line."""

from __future__ import annotations

import copy
import importlib
import pickle
import pkgutil
from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor
from dataclasses import replace
from multiprocessing import get_context
from pathlib import Path

import hypothesis  # noqa: F401  (it imports sehatmenu.testing by itself, and must be whole before that)
import pytest

import sehatmenu
from sehatmenu.errors import LoadError, SehatmenuError, SolverError, UnitError, refusal
from sehatmenu.files import Place, Problem, UnreadableError
from sehatmenu.food.composition import load_foods
from sehatmenu.food.dishes import Recipe
from sehatmenu.food.recipes import load_recipe
from sehatmenu.planning.demand import load_problem
from sehatmenu.planning.planners import plan
from sehatmenu.planning.repairs import repair
from sehatmenu.planning.worker_processes import (
    NoWorkerError,
    TooSlowError,
    UnpicklableError,
    WorkerLostError,
    WorkerProcesses,
)
from sehatmenu.quantities.units import read_quantity
from sehatmenu.standards.menus import Menu
from sehatmenu.standards.standards import load_standard
from sehatmenu.whole_files import UnwrittenError
from tests.planning.problems import Dish, Offer, write_problem

ROOT = Path(__file__).resolve().parents[1]
RECIPE = ROOT / "examples" / "gading-rejo" / "resep" / "tempe-goreng.yaml"

ERRORS = (
    UnitError("unit-unknown", text="5 foo", unit="foo", suggestion="g"),
    refusal("date-wrong", text="kemarin"),
    SehatmenuError("x"),
    SolverError("HiGHS failed"),
    UnreadableError([Problem("yaml-syntax", Place("a.yaml", 1, 2), {"problem": "x"})]),
    UnwrittenError(28, "No space left on device", "menu.html"),
    NoWorkerError("x"),
    WorkerLostError(-9),
    TooSlowError(60.0),
    UnpicklableError("x"),
)
"""One of each error that the library raises for its users."""

INSIDE = {"LawError", "TimeIsUpError", "TooManyError"}
"""Errors that are caught where they are raised, in one process."""


@pytest.mark.parametrize("error", ERRORS, ids=lambda error: type(error).__name__)
@pytest.mark.parametrize("copied", [lambda e: pickle.loads(pickle.dumps(e)), copy.copy, copy.deepcopy])
def test_an_error_says_the_same_after_pickling_and_copying(
    error: Exception, copied: Callable[[Exception], Exception]
) -> None:
    again = copied(error)
    assert (type(error), str(error)) == (type(again), str(again))
    if isinstance(error, UnitError | LoadError):
        assert error.text("en") == again.text("en")  # type: ignore[attr-defined]


def _defined() -> Iterator[str]:
    """The names of all exceptions that the library defines."""
    for module in pkgutil.walk_packages(sehatmenu.__path__, "sehatmenu."):
        if not module.name.endswith("__main__"):
            for value in vars(importlib.import_module(module.name)).values():
                if isinstance(value, type) and issubclass(value, Exception) and value.__module__ == module.name:
                    yield value.__name__


def test_every_error_of_the_library_is_among_them() -> None:
    assert {type(error).__name__ for error in ERRORS} | INSIDE == set(_defined())


def test_an_amount_that_is_refused_in_a_process_pool_is_refused_here() -> None:
    with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as pool:
        future = pool.submit(read_quantity, "5 foo", "g")
        with pytest.raises(UnitError, match="foo"):
            future.result(timeout=60)
        assert pool.submit(read_quantity, "5 g", "g").result(timeout=60) == 5.0


class Stubborn:
    """Pickles to nothing that can be read again."""

    def __reduce__(self) -> tuple[object, ...]:
        return int, ("no number",)


def stubborn() -> Stubborn:
    return Stubborn()


def unsendable() -> object:
    return lambda: None


def raising_what_cannot_be_sent() -> None:
    class LocalError(Exception):
        pass

    raise LocalError("hanya di sini")


@pytest.mark.parametrize(
    ("task", "words"),
    [
        (unsendable, "unsendable: function"),
        (stubborn, "stubborn: invalid literal"),
        (raising_what_cannot_be_sent, "raising_what_cannot_be_sent: LocalError"),
    ],
)
def test_an_answer_that_cannot_be_sent_is_named_and_the_worker_goes_on(task: Callable[[], object], words: str) -> None:
    with WorkerProcesses(1) as workers:
        with pytest.raises(UnpicklableError, match=words):
            workers.submit(task).result(timeout=60)
        before = workers.pids()
        assert workers.submit(read_quantity, "5 g", "g").result(timeout=60) == 5.0
        assert before == workers.pids()


@pytest.fixture(scope="module")
def things(tmp_path_factory: pytest.TempPathFactory) -> dict[str, object]:
    dishes = [Dish("nasi", "pokok", 350, 8, 5), Dish("tempe", "hewani", 150, 12, 200)]
    offers = [Offer("a", "nasi", 1000), Offer("a", "tempe", 2000)]
    problem = load_problem(write_problem(tmp_path_factory.mktemp("a"), dishes, offers))
    impossible = load_problem(write_problem(tmp_path_factory.mktemp("b"), dishes, offers, protein=500))
    found, law, recipe = plan(problem, time_limit=10), load_standard("id/kantin-sehat"), load_recipe(RECIPE)
    group = next(iter(law.groups))
    return {
        "Plan": found,
        "Conflict": plan(impossible, time_limit=10),
        "Unfinished": plan(problem, time_limit=1e-9, gap=0.0, cancel=lambda: True),
        "Problem": problem,
        "Register": problem.register,
        "Catalogue": problem.catalogue,
        "FoodTable": load_foods(),
        "Standard": law,
        "Recipe": recipe,
        "Nutrition": recipe.nutrition,
        "Menu": Menu.of_meal([recipe], problem.days[0]),
        "Report": found.report,  # type: ignore[union-attr]
        "Repair": repair(recipe, law, group, on="2026-02-02"),
    }


def test_a_thing_says_in_one_line_what_it_is(things: dict[str, object]) -> None:
    for name, thing in things.items():
        said = repr(thing)
        assert said.startswith(f"<{name}"), said
        assert len(said) < 200
        assert "\n" not in said


def test_a_name_of_several_lines_is_said_in_one(things: dict[str, object]) -> None:
    recipe = things["Recipe"]
    assert isinstance(recipe, Recipe)
    assert "\n" not in repr(replace(recipe, name="a\nb"))


def test_a_plan_and_a_problem_are_pickled(things: dict[str, object]) -> None:
    for name in ("Plan", "Conflict", "Problem", "Recipe", "Report"):
        again = pickle.loads(pickle.dumps(things[name]))
        assert repr(again) == repr(things[name])
