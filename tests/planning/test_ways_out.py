"""A way out works: the first one printed is followed as it is printed, and there is a menu, wherever one is told."""

from __future__ import annotations

import json
import random
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from sehatmenu.messages import Figure
from sehatmenu.planning.clashes import Conflict
from sehatmenu.planning.demand import Problem, load_problem
from sehatmenu.planning.planners import plan
from sehatmenu.planning.plans import Plan
from tests.planning import planning_oracle as oracle
from tests.planning.impossible import CAUSES, lawful, read

Data = dict[str, Any]


def _quantity(figure: Figure) -> str:
    """A limit as somebody writes it who read it: no more digits than are printed."""
    unit = {"IDR": "IDR", "fraction": "%", "times": "times", "day": "days", "portion": "portions"}.get(figure.unit, figure.unit)
    number = 100 * figure.low if figure.unit == "fraction" else figure.low
    text = f"{number:.4f}".rstrip("0").rstrip(".")
    return f"{text} {unit}"


def _followed(folder: Path, found: Conflict) -> Problem:
    """The files of a problem with the first way out (all of them, where they belong together) written into them."""
    told = found.ways_out if found.together else found.ways_out[:1]
    law, register = (json.loads((folder / name).read_text()) for name in ("standar.yaml", "umkm.yaml"))
    content = json.loads((folder / "soal.yaml").read_text())
    for way in told:
        _write(way.code.removeprefix("conflict-relax-"), way.values, law, register, content)
    for name, data in (("standar.yaml", law), ("umkm.yaml", register), ("soal.yaml", content)):
        (folder / name).write_text(json.dumps(data))
    return load_problem(folder / "soal.yaml")


def _write(code: str, values: Any, law: Data, register: Data, content: Data) -> None:
    text = _quantity(values["limit"]) if "limit" in values and code != "drop" else ""
    for supplier in register["suppliers"]:
        if supplier["name"] == str(values["supplier"]) and code == "capacity":
            supplier["capacity"] = text
        if supplier["name"] == str(values["supplier"]) and code.startswith("share"):
            supplier["share"]["min" if code == "share-least" else "max"] = text
    if code in ("floor", "ceiling", "spacing", "drop"):
        _write_rule(code, str(values["rule"]), text, values, law, content)


def _write_rule(code: str, title: str, text: str, values: Any, law: Data, content: Data) -> None:
    if title.startswith("Anggaran"):
        for school in content["institutions"]:
            for group in school["meals"][0]["groups"]:
                if school["name"] in values["institution"] and group["group"] in values["group"] and group.get("budget"):
                    group["budget"] = max(group["budget"], text, key=lambda budget: float(budget.split()[0]))
        return
    (mine,) = [rule for rule in law["rules"] if rule["title"] == title]
    if code == "drop":
        law["rules"].remove(mine)
    else:
        mine["limits"][0]["max" if code == "ceiling" else "min"] = text


def _titled(path: Path) -> Path:
    """Every rule of the law by a title of its own, so that a sentence says which one is meant."""
    law = json.loads((path.parent / "standar.yaml").read_text())
    for rule in law["rules"]:
        rule.setdefault("title", f"Aturan {rule['id']}")
    (path.parent / "standar.yaml").write_text(json.dumps(law))
    return path


def followed(path: Path) -> str:
    """How it ends to follow the first way out of an impossible problem."""
    found = plan(load_problem(path), time_limit=30, threads=1)
    assert isinstance(found, Conflict), found.text("en")
    for way in found.ways_out:
        limit = way.values["limit"]
        assert isinstance(limit, Figure)
        assert limit.low >= 0.0, way.text("en")
    if not found.ways_out:
        assert "No way out by easing these rules was found" in found.text("en")
        return "none"
    after = plan(_followed(path.parent, found), time_limit=30, gap=1.0, threads=1)
    assert isinstance(after, Plan), (path, found.text("en"), after.text("en"))
    assert after.lawful
    return "together" if found.together else "alone"


@pytest.mark.parametrize("name", CAUSES)
def test_the_way_out_of_a_planted_cause_works(name: str, tmp_path: Path) -> None:
    rng = random.Random(f"{name} 0")
    data = lawful(rng)
    CAUSES[name](data, rng)
    read(data, tmp_path)
    out_of_reach = name == "out_of_season"  # no rule can give way for a dish that nobody cooks then
    assert (followed(_titled(tmp_path / "soal.yaml")) == "none") is out_of_reach


@pytest.mark.slow
def test_the_ways_out_of_sixty_planted_problems_work(tmp_path: Path) -> None:
    ends = Counter[str]()
    for name in CAUSES:
        for seed in range(max(1, -(-60 // len(CAUSES)))):
            rng = random.Random(f"{name} {seed}")
            data = lawful(rng)
            CAUSES[name](data, rng)
            read(data, tmp_path / f"{name}-{seed}")
            ends[followed(_titled(tmp_path / f"{name}-{seed}" / "soal.yaml"))] += 1
    print(dict(ends))
    assert sum(ends.values()) >= 60


def _impossible(first: int, count: int) -> list[int]:
    return [seed for seed in range(first, first + 10 * count) if oracle.cheapest(oracle.problem(seed)) is None][:count]


@pytest.mark.parametrize("seed", _impossible(1000, 12))
def test_the_way_out_of_a_random_problem_works(seed: int, tmp_path: Path) -> None:
    followed(_titled(oracle.write(oracle.problem(seed), tmp_path)))


@pytest.mark.slow
def test_the_ways_out_of_two_hundred_random_problems_work(tmp_path: Path) -> None:
    seeds = _impossible(2000, 200)
    assert len(seeds) == 200
    ends = Counter(followed(_titled(oracle.write(oracle.problem(seed), tmp_path / str(seed)))) for seed in seeds)
    print(dict(ends))
    assert ends["alone"] + ends["together"] >= 100


def test_a_budget_gives_way_to_the_rupiah_that_the_cheapest_menu_costs(tmp_path: Path) -> None:
    """One dish of 1,000 rupiah for a budget of 900: exactly 1,000 is enough, and 999 is not."""
    from tests.planning.test_lax_rows import problem

    data = problem()
    data["schools"][0]["groups"][0]["budget"] = 900
    found = plan(load_problem(oracle.write(data, tmp_path)), threads=1)
    assert isinstance(found, Conflict)
    assert "by Rp100, to Rp1,000" in found.ways_out[0].text("en")


def test_a_clash_on_spacing_names_the_course_and_how_many_dishes_are_short(tmp_path: Path) -> None:
    """Two dishes for five days on which nothing may come back: "ada 2 hidangan, perlu 5"."""
    from tests.planning.test_lax_rows import problem

    data = problem() | {"days": 5, "rules": [{"kind": "spacing", "of": "hewani", "apart": 5}]}
    found = plan(load_problem(oracle.write(data, tmp_path)), threads=1)
    assert isinstance(found, Conflict)
    assert "lauk hewani: ada 2 hidangan, perlu 5" in found.text("id")
    assert "let the same come back 2 day" in found.ways_out[0].text("en")


def test_every_empty_slot_is_named(tmp_path: Path) -> None:
    """Nobody cooks on Tuesday and on Thursday, each with its reason; both days are told, and not only the first."""
    from tests.planning.test_lax_rows import problem

    data = problem() | {"days": 4}
    for supplier in data["suppliers"]:
        supplier["days"] = ["senin", "rabu"]
    found = plan(load_problem(oracle.write(data, tmp_path)), threads=1)
    assert isinstance(found, Conflict)
    assert "3 March 2026, 5 March 2026" in found.text("en")


def test_what_struck_a_dish_out_is_named_with_the_rule_it_leaves_without(tmp_path: Path) -> None:
    """Only fried egg is rich enough, and frying is forbidden: both rules are named, and dropping the ban is a way out."""
    from tests.planning.test_lax_rows import _dish, problem

    data = problem()
    rich = {"energy": 500, "protein": 30, "sodium": 100}
    data["dishes"]["telur"] = _dish("hewani", tags=["goreng"], figures=rich)
    data["rules"] = [
        {"kind": "nutrient", "of": "protein", "per": "meal", "min": 20},
        {"kind": "forbid", "of": "goreng"},
    ]
    found = plan(load_problem(_titled(oracle.write(data, tmp_path))), threads=1)
    assert isinstance(found, Conflict)
    assert {finding.code for finding in found.rules} == {"conflict-rule-floor", "conflict-struck-out"}
    assert "drop the rule Aturan aturan-1" in [way.text("en") for way in found.ways_out]
