"""Random district problems that have a menu, and changes that each take it away for one known cause."""

from __future__ import annotations

import json
import random
from collections.abc import Callable, Mapping
from datetime import date, timedelta
from pathlib import Path
from typing import Any

from sehatmenu.planning.demand import Problem, load_problem

MONDAY = date(2026, 3, 2)
COURSES = ("pokok", "hewani", "nabati")

Data = dict[str, Any]
Known = dict[str, str]
"""What a conflict has to name: the code of a finding -> a part of its English sentence."""

Cause = Callable[[Data, random.Random], Known]


def lawful(rng: random.Random) -> Data:
    """One week, two schools, three courses of three or four dishes, four UMKM; all rules leave plenty of room."""
    dishes = {f"{course}-{n}": _dish(course, n, rng) for course in COURSES for n in range(rng.randint(3, 4))}
    suppliers = [_supplier(f"UMKM {n:02}", list(dishes), rng) for n in range(1, 5)]
    return {
        "dishes": dishes,
        "suppliers": suppliers,
        "schools": [_school(name, rng.randrange(40, 400)) for name in ("SD Satu", "SD Dua")],
        "rules": [
            nutrient("energy", "meal", min="250 kcal"),
            nutrient("protein", "meal", min="5 g"),
            {"id": "slhs", "kind": "require", "certificate": "slhs", "per": "item", "limits": [{"source": "uji"}]},
        ],
    }


def _dish(course: str, n: int, rng: random.Random) -> Data:
    energy, protein = f"{rng.randrange(120, 260)} kcal", f"{rng.randrange(4, 14)} g"
    return {
        "name": f"{course} {n}", "course": course, "servings": 1, "mass": "100 g", "tags": [f"jenis-{n}"], "source": "uji",
        "portion": {"min": "80 %", "max": "110 %", "step": "5 %"},
        "nutrition": {"per": "1 portion", "source": "uji", "values": {"energy": energy, "protein": protein}},
    }  # fmt: skip


def _supplier(name: str, dishes: list[str], rng: random.Random) -> Data:
    offers = [{"dish": dish, "price": f"{rng.randrange(20, 60) * 100} IDR"} for dish in dishes]
    papers = [{"type": "slhs", "expires": "2026-12-31"}]
    known = {"id": name.lower().replace(" ", "-"), "name": name, "capacity": "9000 portions"}
    return {**known, "certificates": papers, "offers": offers}


def _school(name: str, heads: int) -> Data:
    groups = [{"group": "anak", "heads": heads}]
    tray = {"meal": "siang", "courses": list(COURSES), "groups": groups}
    return {"id": name.lower().replace(" ", "-"), "name": name, "meals": [tray]}


def nutrient(name: str, per: str, rule: str = "", **bounds: str) -> Data:
    """A rule on a nutrient."""
    return {
        "id": rule or name,
        "kind": "nutrient",
        "nutrient": name,
        "per": per,
        "limits": [{**bounds, "source": "uji"}],
    }


def read(data: Data, folder: Path, *, last: str = "2026-03-06") -> Problem:
    """Write the files of a problem (JSON is YAML too) and read them as a user's."""
    (folder / "resep").mkdir(parents=True, exist_ok=True)
    for name, dish in data["dishes"].items():
        (folder / "resep" / f"{name}.yaml").write_text(json.dumps(dish))
    source = {"uji": {"title": "Aturan uji", "seen": "example"}}
    group = {"anak": {"title": "Anak", "meals": ["siang"]}}
    own = {"id": "uji/sekolah", "title": "Aturan uji", "sources": source, "groups": group, "rules": data["rules"]}
    (folder / "standar.yaml").write_text(json.dumps(own))
    (folder / "umkm.yaml").write_text(json.dumps({"suppliers": data["suppliers"]}))
    problem = {
        "title": "Soal uji", "standard": "standar.yaml", "recipes": "resep", "suppliers": "umkm.yaml",
        "calendar": {"from": "2026-03-02", "to": last}, "institutions": data["schools"],
    }  # fmt: skip
    (folder / "soal.yaml").write_text(json.dumps(problem))
    return load_problem(folder / "soal.yaml")


def _of(data: Data, course: str) -> list[str]:
    return [name for name, dish in data["dishes"].items() if dish["course"] == course]


def _only(data: Data, course: str, suppliers: list[Data]) -> None:
    """Nobody but these UMKM offers a course."""
    names = set(_of(data, course))
    for other in data["suppliers"]:
        if other not in suppliers:
            other["offers"] = [offer for offer in other["offers"] if offer["dish"] not in names]


def _heads(data: Data) -> int:
    return sum(school["meals"][0]["groups"][0]["heads"] for school in data["schools"])


def floor_out_of_reach(data: Data, rng: random.Random) -> Known:
    """More protein than the largest portions of the richest dishes hold: 3 x 13 g x 110 % = 42.9 g."""
    data["rules"][1] = nutrient("protein", "meal", min=f"{rng.randrange(44, 90)} g")
    return {"conflict-rule-floor": "Protein"}


def floor_above_ceiling(data: Data, rng: random.Random) -> Known:
    """A second rule allows less energy than the first one asks for; portions reach either limit alone."""
    energies = [[_energy(data, dish) for dish in _of(data, course)] for course in COURSES]
    lowest, highest = 0.8 * sum(map(min, energies)), 1.1 * sum(map(max, energies))
    most = int(lowest + (highest - lowest) * rng.uniform(0.2, 0.8))
    data["rules"][0] = nutrient("energy", "meal", min=f"{most + rng.randint(1, int((highest - most) / 2))} kcal")
    data["rules"].append({**nutrient("energy", "meal", "hemat", max=f"{most} kcal"), "title": "Hemat"})
    return {"conflict-rule-floor": "Energy", "conflict-rule-ceiling": "Hemat"}


def _energy(data: Data, dish: str) -> float:
    return float(data["dishes"][dish]["nutrition"]["values"]["energy"].split()[0])


def budget_too_small(data: Data, rng: random.Random) -> Known:
    """Three courses of at least 80 % of a portion at Rp2,000 or more cost Rp4,800."""
    data["schools"][rng.randrange(2)]["meals"][0]["groups"][0]["budget"] = f"{rng.randrange(20, 47) * 100} IDR"
    return {"conflict-rule-ceiling": "Budget per portion, siang"}


def capacity_too_small(data: Data, rng: random.Random) -> Known:
    """One UMKM alone cooks a course, for fewer than eat."""
    course, supplier, demand = rng.choice(COURSES), data["suppliers"][rng.randrange(4)], _heads(data)
    _only(data, course, [supplier])
    supplier["capacity"] = f"{int(demand * rng.uniform(0.3, 0.95))} portions"
    part = f"capacity of {supplier['name']}: {int(supplier['capacity'].split()[0])} of {demand} portions"
    return {"conflict-capacity-short": part}


def certificates_expired(data: Data, rng: random.Random) -> Known:
    """The papers of all who cook a course end during the week: its slots are empty from the next day on."""
    course, last = rng.choice(COURSES), MONDAY + timedelta(days=rng.randrange(4))
    supplier = data["suppliers"][rng.randrange(4)]
    _only(data, course, [supplier])
    supplier["certificates"][0]["expires"] = last.isoformat()
    return {"conflict-slot": f"certificate slhs of {supplier['name']} expired on {last.day} March 2026"}


def certificate_leaves_too_few(data: Data, rng: random.Random) -> Known:
    """Two UMKM cook a course between them until the paper of one ends: the other cannot cook for all on the next day."""
    course, last = rng.choice(COURSES), MONDAY + timedelta(days=rng.randrange(4))
    one, other = rng.sample(data["suppliers"], 2)
    _only(data, course, [one, other])
    other["capacity"] = f"{_heads(data) - 1} portions"
    one["certificates"][0]["expires"] = last.isoformat()
    after = last + timedelta(days=1)
    part = f"capacity of {other['name']}: {_heads(data) - 1} of {_heads(data)} portions on {after.day} March 2026"
    return {"conflict-capacity-short": part, "conflict-struck-out": "offers drop out because of it"}


def too_seldom_for_the_portions(data: Data, rng: random.Random) -> Known:
    """A dish of 100 g at most twice a week in portions of 110 % gives 220 g; more is asked for."""
    dish = {"tag": "jenis-0"}
    often = {"id": "jarang", "title": "Jarang", "kind": "frequency", "of": dish, "per": "week"}
    much = {"id": "banyak", "title": "Banyak", "kind": "portions", "of": dish, "basis": "cooked", "per": "week"}
    data["rules"].append({**often, "limits": [{"max": "2 times", "source": "uji"}]})
    data["rules"].append({**much, "limits": [{"min": f"{rng.randrange(230, 400)} g", "source": "uji"}]})
    return {"conflict-rule-ceiling": "Jarang", "conflict-rule-floor": "Banyak"}


def spacing_beyond_the_pool(data: Data, rng: random.Random) -> Known:
    """A dish may come back only after more days than there are dishes."""
    course = rng.choice(COURSES)
    days = rng.randint(len(_of(data, course)) + 1, 5)
    rule = {"id": "jeda", "title": "Jeda", "kind": "spacing", "of": {"course": course}, "by": "dish"}
    data["rules"].append({**rule, "limits": [{"min": f"{days} days", "source": "uji"}]})
    return {"conflict-spacing-short": f"the same may come back only {days} days later"}


def share_out_of_reach(data: Data, rng: random.Random) -> Known:
    """An UMKM that cooks one course at Rp100 a portion is to have half of the money; others cook nothing under Rp2,000."""
    supplier, course = data["suppliers"][rng.randrange(4)], rng.choice(COURSES)
    supplier["offers"] = [{"dish": dish, "price": "100 IDR"} for dish in _of(data, course)]
    supplier["share"] = {"min": f"{rng.randrange(10, 90)} %"}
    return {"conflict-share-least": supplier["name"]}


def forbidden_everywhere(data: Data, rng: random.Random) -> Known:
    """All dishes of a course carry a tag that is forbidden."""
    course = rng.choice(COURSES)
    for name in _of(data, course):
        data["dishes"][name]["tags"].append("pedas")
    rule = {"id": "tidak-pedas", "title": "Tidak pedas", "kind": "forbid", "of": {"tag": "pedas"}, "per": "item"}
    data["rules"].append({**rule, "limits": [{"source": "uji"}]})
    return {"conflict-slot": "drop out because of Tidak pedas"}


def out_of_season(data: Data, rng: random.Random) -> Known:
    """No offer of a course stands on the later days of the week."""
    names, last = set(_of(data, rng.choice(COURSES))), MONDAY + timedelta(days=rng.randrange(4))
    for supplier in data["suppliers"]:
        for offer in supplier["offers"]:
            if offer["dish"] in names:
                offer["until"] = last.isoformat()
    return {"conflict-slot": "drop out because of not offered on that date"}


def variety_beyond_the_pool(data: Data, rng: random.Random) -> Known:
    """More different dishes of a course in the week than there are."""
    course = rng.choice(COURSES)
    rule = {"id": "ragam", "title": "Ragam", "kind": "variety", "of": {"course": course}, "by": "dish", "per": "week"}
    least = rng.randint(len(_of(data, course)) + 1, 5)
    data["rules"].append({**rule, "limits": [{"min": f"{least} times", "source": "uji"}]})
    return {"conflict-variety-short": "Ragam"}


CAUSES: Mapping[str, Cause] = {
    cause.__name__: cause
    for cause in (
        floor_out_of_reach, floor_above_ceiling, budget_too_small, capacity_too_small, certificates_expired,
        certificate_leaves_too_few, too_seldom_for_the_portions, spacing_beyond_the_pool, share_out_of_reach,
        forbidden_everywhere, out_of_season, variety_beyond_the_pool,
    )
}  # fmt: skip
