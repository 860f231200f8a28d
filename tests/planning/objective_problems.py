"""Problems of two days and two courses for the tests of objectives and of planning anew, small enough to enumerate."""

from __future__ import annotations

import random
from pathlib import Path

from sehatmenu.planning.demand import Problem, load_problem
from sehatmenu.planning.planners import plan
from sehatmenu.planning.plans import Plan
from tests.planning.problems import Dish, Offer, write_problem

NASI = Dish("nasi", "pokok", 300, 6, 5)
BIHUN = Dish("bihun", "pokok", 300, 6, 5)
TELUR = Dish("telur", "hewani", 150, 12, 140)
TAHU = Dish("tahu", "hewani", 150, 12, 140)
HEADS = 10
DAYS = 2
COURSES = {"pokok": ("nasi", "bihun"), "hewani": ("telur", "tahu")}


def planned(problem: Problem, **asked: object) -> Plan:
    found = plan(problem, **{"time_limit": 20.0, "gap": 1e-6, "threads": 1, **asked})  # type: ignore[arg-type]
    assert isinstance(found, Plan), found.text("en")
    assert found.lawful
    return found


def level(found: Plan, name: str) -> float:
    return next(o.reached.low for o in found.objectives if o.name == name)


def price(found: Plan, name: str) -> float:
    return next(o.price for o in found.objectives if o.name == name)


def two_cooks(folder: Path) -> Problem:
    """A and B cook the same two dishes, B for 1 % more: nasi Rp2,000 and Rp2,020, telur Rp3,000 and Rp3,030."""
    offers = [Offer("a", "nasi", 2000), Offer("a", "telur", 3000), Offer("b", "nasi", 2020), Offer("b", "telur", 3030)]
    return load_problem(write_problem(folder, [NASI, TELUR], offers, capacity={"a": 100, "b": 100}))


def random_offers(rng: random.Random) -> list[Offer]:
    dishes = [dish for names in COURSES.values() for dish in names]
    offers = [Offer(cook, dish, rng.randrange(190, 215) * 10) for dish in dishes for cook in "abc"]
    return [o for o in offers if o.supplier == "a" or rng.random() < 0.6]
