"""Problems made impossible by one known cause: the conflict names that cause and nothing else, and calls nothing else so."""

from __future__ import annotations

import random
from datetime import date
from pathlib import Path

import pytest

from sehatmenu import messages
from sehatmenu.planning.clashes import Conflict
from sehatmenu.planning.conflicts import explain
from sehatmenu.planning.demand import Problem
from sehatmenu.planning.engines import solve
from sehatmenu.planning.outcomes import Ending
from sehatmenu.planning.planners import plan
from sehatmenu.planning.plans import Plan
from sehatmenu.planning.unfinished import Unfinished
from tests.planning.engine.generated import generated
from tests.planning.impossible import CAUSES, Data, lawful, nutrient, read

SEEDS = range(5)


def clash(problem: Problem, **options: float) -> Conflict:
    """The conflict of a problem without a menu."""
    found = plan(problem, threads=1, **{"time_limit": 20.0, **options})  # type: ignore[arg-type]
    assert isinstance(found, Conflict)
    return found


def test_there_are_fifty_problems_and_more() -> None:
    assert len(CAUSES) * len(SEEDS) >= 50


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize("name", CAUSES)
def test_the_planted_cause_is_named_alone(name: str, seed: int, tmp_path: Path) -> None:
    """The problem has a menu until its cause is planted; then every rule named is that cause, and it is proven."""
    rng = random.Random(f"{name} {seed}")
    data = lawful(rng)
    assert isinstance(plan(read(data, tmp_path), gap=0.9, threads=1), Plan)
    known = CAUSES[name](data, rng)
    found = clash(read(data, tmp_path))
    assert {finding.code.removesuffix("-when") for finding in found.rules} == set(known)
    for finding in found.rules:
        assert known[finding.code.removesuffix("-when")] in finding.text("en")
    empty = set(known) == {"conflict-slot"}
    assert found.minimal is not empty
    assert len(found.rules) == (2 if empty else len(known))
    assert bool(found.ways_out) is (name != "out_of_season")  # no rule can give way for what nobody cooks then


def test_capacity_and_certificate_in_both_languages(tmp_path: Path) -> None:
    """The sentences of the issue: 1,800 of 2,340 portions; a certificate that expired on 3 March."""
    data = lawful(random.Random(7))
    for school, heads in zip(data["schools"], (1340, 1000), strict=True):
        school["meals"][0]["groups"][0]["heads"] = heads
    data["suppliers"] = [data["suppliers"][0] | {"capacity": "1800 portions", "name": "UMKM 07"}]
    data["suppliers"][0]["offers"] = [o for o in data["suppliers"][0]["offers"] if o["dish"].startswith("pokok")]
    others = lawful(random.Random(7))["suppliers"][1]
    data["suppliers"].append({**others, "offers": [o for o in others["offers"] if not o["dish"].startswith("pokok")]})
    (short,) = clash(read(data, tmp_path)).rules
    assert short.text("en") == (
        "capacity of UMKM 07: 1,800 of 2,340 portions on 2 March 2026; only UMKM 07 can cook them"
    )
    assert short.text("id") == (
        "kapasitas UMKM 07: 1.800 dari 2.340 porsi pada 2 Maret 2026; hanya UMKM 07 yang dapat memasaknya"
    )
    data["suppliers"][0]["certificates"][0]["expires"] = "2026-03-03"
    first = clash(read(data, tmp_path)).rules[0]
    assert first.text("en").endswith("certificate slhs of UMKM 07 expired on 3 March 2026")
    assert first.text("id").endswith("sertifikat slhs UMKM 07 berakhir pada 3 Maret 2026")
    assert messages.date_text(date(2026, 3, 4), "id") in first.text("id")


@pytest.mark.parametrize(
    ("papers", "sentence"),
    [([], "UMKM 01 has no certificate slhs"),
     ([{"type": "halal"}], "UMKM 01 has no certificate slhs"),
     ([{"type": "slhs", "issued": "2026-03-05"}], "certificate slhs of UMKM 01 is valid only from 5 March 2026")],
)  # fmt: skip
def test_a_missing_certificate_is_told_as_what_it_is(papers: list[Data], sentence: str, tmp_path: Path) -> None:
    data = lawful(random.Random(3))
    data["suppliers"] = data["suppliers"][:1]
    data["suppliers"][0]["certificates"] = papers
    assert sentence in clash(read(data, tmp_path)).rules[0].text("en")


FISH: Data = {"id": "ikan", "title": "Ikan", "of": {"tag": "ikan"}, "per": "week"}


@pytest.mark.parametrize(
    ("rule", "limit"),
    [({"kind": "frequency", "by": "day"}, "2 times"), ({"kind": "portions", "basis": "cooked"}, "250 g")],
)
def test_a_clash_of_one_week_names_that_week(rule: Data, limit: str, tmp_path: Path) -> None:
    """Two weeks, but the fish is offered until the second Monday: 110 g on one day, where 250 g on two days are asked for."""
    data = lawful(random.Random(11))
    data["rules"].append({**FISH, **rule, "limits": [{"min": limit, "source": "uji"}]})
    data["dishes"]["hewani-0"]["tags"] = ["ikan"]
    for supplier in data["suppliers"]:
        for offer in supplier["offers"]:
            if offer["dish"] == "hewani-0":
                offer["until"] = "2026-03-09"
    named, struck = clash(read(data, tmp_path, last="2026-03-13")).rules
    assert named.code == "conflict-rule-floor-when"
    assert "not offered on that date" in struck.text("en")
    assert f", 9 March 2026 – 13 March 2026: at least {limit}" in named.text("en")
    assert ", 9 Maret 2026 – 13 Maret 2026: paling sedikit" in named.text("id")


def test_what_only_whole_menus_show_is_proven_too(tmp_path: Path) -> None:
    """Five days of 300 or 500 kcal: the mean is 300, 340, 380 ... never between 350 and 370, though on average it could be."""
    data = lawful(random.Random(1))
    for n, energy in enumerate((300, 500)):
        data["dishes"][f"hewani-{n}"]["nutrition"]["values"]["energy"] = f"{energy} kcal"
    data["dishes"] = {name: data["dishes"][name] for name in ("hewani-0", "hewani-1")}
    for dish in data["dishes"].values():
        dish["portion"] = {"min": "100 %", "max": "100 %", "step": "5 %"}
    for supplier in data["suppliers"]:
        supplier["offers"] = [offer for offer in supplier["offers"] if offer["dish"] in data["dishes"]]
    for school in data["schools"]:
        school["meals"][0]["courses"] = ["hewani"]
    mean = {**nutrient("energy", "cycle", "rata", min="350 kcal", max="370 kcal"), "average": "day", "title": "Rata"}
    data["rules"] = [mean]
    found = clash(read(data, tmp_path))
    assert found.minimal
    assert sorted(rule.code for rule in found.rules) == ["conflict-rule-ceiling", "conflict-rule-floor"]
    data["rules"][0]["limits"][0]["max"] = "380 kcal"
    assert isinstance(plan(read(data, tmp_path), threads=1), Plan)


@pytest.mark.parametrize("limit", [0.0, 0.02, 0.05])
@pytest.mark.parametrize("seed", range(3))
def test_what_is_merely_slow_is_not_called_impossible(seed: int, limit: float) -> None:
    """Models of a month, all of which have menus: no time is enough to call them impossible."""
    model = generated(20, 60, seed=seed)
    assert solve(model, time_limit=limit, gap=0.0, threads=1).status is not Ending.infeasible
    found = explain(model, time_limit=limit)
    assert not found.proven
    assert found.claims == ()


@pytest.mark.parametrize("solver", ["highs", "pulp:HiGHS"])
def test_a_problem_out_of_time_is_said_to_be_open(solver: str, tmp_path: Path) -> None:
    """No menu in no time is neither a plan nor a proof, and names no rule."""
    data = lawful(random.Random(5))
    found = plan(read(data, tmp_path), time_limit=1e-4, solver=solver, threads=1)
    assert isinstance(found, Unfinished)
    assert found.status == "time_limit"
    assert "not proven" in found.text("en")


def test_a_proof_without_named_rules_says_so(tmp_path: Path) -> None:
    """As text and as a page, instead of a heading over an empty list."""
    silent = Conflict(
        read(lawful(random.Random(5)), tmp_path), (), (), minimal=False, seconds=1.0, solver="x"
    )
    assert "which rules clash was not found in the time given" in silent.text("en")
    assert "cannot hold together" not in silent.text("en")
    silent.to_html(tmp_path / "clash.html", "en")
    assert "Which rules clash was not found" in (tmp_path / "clash.html").read_text(encoding="utf-8")
