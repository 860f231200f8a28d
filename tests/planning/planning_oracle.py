"""Small planning problems and their cheapest menus by writing out every one: plain Python, nothing of the library's rules.

Amounts are exact fractions; every rule, lot, paper, working day, capacity and share is told here once more, in its own words.
"""

from __future__ import annotations

import json
import random
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, timedelta
from fractions import Fraction
from itertools import product
from pathlib import Path
from typing import Any

Data = dict[str, Any]

MONDAY = date(2026, 3, 2)
DAYS = ("senin", "selasa", "rabu", "kamis", "jumat")
FIGURES = {"energy": "kcal", "protein": "g", "sodium": "mg"}


# Problems


def problem(seed: int) -> Data:
    """A problem as plain data: about half have a menu. Rules that a seed does not draw are absent."""
    rng = random.Random(f"oracle {seed}")
    courses = ["pokok", "hewani"] if rng.random() < 0.75 else ["hewani"]
    sizes = rng.random() < 0.5
    groups = 1 if sizes or rng.random() < 0.6 else 2
    schools = 1 if sizes or groups == 2 or rng.random() < 0.6 else 2
    few = sizes or schools == 2
    kinds = 2 if few and len(courses) == 2 else 3
    dishes = {f"{course}-{n}": _dish(course, rng, sizes) for course in courses for n in range(rng.randint(2, kinds))}
    return {
        "days": 3 if len(courses) * schools == 1 or (not few and rng.random() < 0.4) else 2,
        "ordered_on": "2026-03-01" if rng.random() < 0.3 else None,
        "dishes": dishes,
        "suppliers": [_supplier(f"umkm-{n}", list(dishes), schools, rng) for n in range(2 if few else rng.randint(2, 3))],
        "schools": [_school(f"sd-{n}", courses, groups, rng) for n in range(schools)],
        "rules": _rules(rng, len(courses)),
    }


def _dish(course: str, rng: random.Random, sizes: bool) -> Data:
    known = {"energy": rng.randrange(150, 400, 10), "protein": rng.randrange(3, 20)}
    if rng.random() < 0.85:
        known["sodium"] = rng.randrange(0, 900, 20)
    portion = (80, 120, 20) if sizes and rng.random() < 0.7 else (100, 100, 5)
    tags = [tag for tag in ("ikan", "goreng") if rng.random() < 0.35]
    return {"course": course, "figures": known, "portion": portion, "tags": tags}


def _supplier(name: str, dishes: list[str], schools: int, rng: random.Random) -> Data:
    offers = [_offer(dish, rng) for dish in dishes if rng.random() < 0.9]
    return {
        "id": name,
        "capacity": rng.choice([20, 40, 60, 500]),
        "days": list(DAYS) if rng.random() < 0.85 else sorted(rng.sample(DAYS, 4), key=DAYS.index),
        "papers": _papers(rng),
        "lead_time": rng.choice([None, None, None, 2]),
        "delivery": {f"sd-{n}": rng.choice([10, 40]) for n in range(schools) if rng.random() < 0.8},
        "share": {key: at for key, at in (("min", rng.choice([10, 30])), ("max", rng.choice([50, 80]))) if rng.random() < 0.12},
        "offers": offers,
    }


def _offer(dish: str, rng: random.Random) -> Data:
    until = "2026-03-02" if rng.random() < 0.1 else None
    begins = "2026-03-03" if until is None and rng.random() < 0.1 else None
    days = ["senin", "rabu"] if rng.random() < 0.1 else []
    minimum = rng.choice([12, 25]) if rng.random() < 0.2 else None
    return {
        "dish": dish, "price": rng.randrange(10, 60) * 100, "from": begins, "until": until, "days": days, "minimum": minimum,
    }  # fmt: skip


def _papers(rng: random.Random) -> list[Data]:
    if rng.random() < 0.1:
        return []
    if rng.random() < 0.15:
        return [{"type": "slhs", "issued": "2025-01-01", "expires": "2026-03-02"}]
    return [{"type": "slhs", "issued": None, "expires": rng.choice([None, "2026-12-31"])}]


def _school(name: str, courses: list[str], groups: int, rng: random.Random) -> Data:
    eaters = [
        {"group": f"kelas-{n}", "heads": rng.choice([10, 20]), "budget": rng.choice([None, None, 7000, 9000])}
        for n in range(groups)
    ]
    return {"id": name, "courses": courses, "groups": eaters, "limit": 30 if rng.random() < 0.2 else None}


def _rules(rng: random.Random, courses: int) -> list[Data]:
    least = rng.randrange(100, 240, 10) * courses
    drawn: list[Data] = [
        {"kind": "nutrient", "of": "energy", "per": "meal", "min": least, "max": least + rng.randrange(150, 500, 10)},
        {"kind": "nutrient", "of": "protein", "per": "meal", "min": rng.randrange(3, 10) * courses},
        {"kind": "nutrient", "of": "sodium", "per": "cycle", "max": rng.randrange(350, 800, 20) * courses},
        {"kind": "nutrient", "of": "energy", "per": "day", "min": least},
        {"kind": "frequency", "of": "ikan", "min": 1, "max": None},
        {"kind": "frequency", "of": "goreng", "min": None, "max": rng.randint(0, 2)},
        {"kind": "spacing", "of": "hewani", "apart": rng.randint(2, 3)},
        {"kind": "variety", "of": "hewani", "min": 2},
        {"kind": "forbid", "of": "goreng"},
        {"kind": "require", "of": "slhs"},
    ]
    chances = (0.6, 0.5, 0.35, 0.2, 0.3, 0.25, 0.3, 0.25, 0.1, 0.4)
    return [rule for rule, chance in zip(drawn, chances, strict=True) if rng.random() < chance]


# As files


def write(data: Data, folder: Path) -> Path:
    """The problem as a user writes it (JSON is YAML too); answers the path of the problem file."""
    (folder / "resep").mkdir(parents=True, exist_ok=True)
    for name, dish in data["dishes"].items():
        (folder / "resep" / f"{name}.yaml").write_text(json.dumps(_recipe(name, dish)))
    source = {"uji": {"title": "Aturan uji", "seen": "example"}}
    groups = {e["group"]: {"title": e["group"], "meals": ["siang"]} for s in data["schools"] for e in s["groups"]}
    rules = [_as_rule(f"aturan-{n}", rule) for n, rule in enumerate(data["rules"])]
    law = {"id": "uji/sekolah", "title": "Aturan uji", "sources": source, "groups": groups, "rules": rules}
    (folder / "standar.yaml").write_text(json.dumps(law))
    (folder / "umkm.yaml").write_text(json.dumps({"suppliers": [_as_supplier(s) for s in data["suppliers"]]}))
    path = folder / "soal.yaml"
    last = MONDAY + timedelta(days=data["days"] - 1)
    content = {
        "title": "Soal uji", "standard": "standar.yaml", "calendar": {"from": str(MONDAY), "to": str(last)},
        "recipes": "resep", "suppliers": "umkm.yaml", "institutions": [_as_institution(s) for s in data["schools"]],
        **({"ordered_on": data["ordered_on"]} if data["ordered_on"] else {}),
    }  # fmt: skip
    path.write_text(json.dumps(content))
    return path


def _recipe(name: str, dish: Data) -> Data:
    least, most, step = dish["portion"]
    values = {key: f"{amount} {FIGURES[key]}" for key, amount in dish["figures"].items()}
    return {
        "name": name, "course": dish["course"], "servings": 1, "mass": "100 g", "tags": dish["tags"], "source": "uji",
        "portion": {"min": f"{least} %", "max": f"{most} %", "step": f"{step} %"},
        "nutrition": {"per": "1 portion", "source": "uji", "values": values},
    }  # fmt: skip


def _as_rule(name: str, rule: Data) -> Data:
    kind, limit, per = rule["kind"], {"source": "uji"}, rule.get("per", "cycle")
    if kind == "nutrient":
        unit = FIGURES[rule["of"]]
        bounds = {side: f"{rule[side]} {unit}" for side in ("min", "max") if rule.get(side) is not None}
        average = {"average": "day"} if per == "cycle" else {}
        return {"id": name, "kind": kind, "nutrient": rule["of"], "per": per, "limits": [{**limit, **bounds}], **average}
    if kind == "frequency":
        bounds = {side: f"{rule[side]} times" for side in ("min", "max") if rule[side] is not None}
        return {"id": name, "kind": kind, "of": {"tag": rule["of"]}, "per": "cycle", "limits": [{**limit, **bounds}]}
    if kind == "spacing":
        apart = {"min": f"{rule['apart']} days"}
        return {"id": name, "kind": kind, "of": {"course": rule["of"]}, "limits": [{**limit, **apart}]}
    if kind == "variety":
        return {
            "id": name, "kind": kind, "of": {"course": rule["of"]}, "by": "dish", "per": "cycle",
            "limits": [{**limit, "min": f"{rule['min']} times"}],
        }  # fmt: skip
    meant = {"of": {"tag": rule["of"]}} if kind == "forbid" else {"certificate": rule["of"]}
    return {"id": name, "kind": kind, "per": "item", "limits": [limit], **meant}


def _as_supplier(supplier: Data) -> Data:
    offers = []
    for offer in supplier["offers"]:
        written = {"dish": offer["dish"], "price": f"{offer['price']} IDR"}
        written |= {key: offer[key] for key in ("from", "until", "days") if offer[key]}
        offers.append(written | ({"minimum": f"{offer['minimum']} portions"} if offer["minimum"] else {}))
    return {
        "id": supplier["id"], "name": supplier["id"], "capacity": f"{supplier['capacity']} portions",
        "days": supplier["days"], "certificates": supplier["papers"], "offers": offers,
        "delivery": {school: f"{way} minutes" for school, way in supplier["delivery"].items()},
        "share": {side: f"{part} %" for side, part in supplier["share"].items()},
        **({"lead_time": f"{supplier['lead_time']} days"} if supplier["lead_time"] else {}),
    }  # fmt: skip


def _as_institution(school: Data) -> Data:
    groups = [
        {"group": e["group"], "heads": e["heads"], **({"budget": f"{e['budget']} IDR"} if e["budget"] else {})}
        for e in school["groups"]
    ]
    limit = {"delivery_limit": f"{school['limit']} minutes"} if school["limit"] else {}
    tray = {"meal": "siang", "courses": school["courses"], "groups": groups}
    return {"id": school["id"], "name": school["id"], "whole_days": True, "meals": [tray], **limit}


# Every menu


@dataclass(frozen=True)
class Tray:
    """One way to fill the tray of a school on a day: dishes and UMKM by course, rupiah, loads, and what each group eats."""

    dishes: tuple[str, ...]
    cost: Fraction
    portions: dict[str, int]
    values: dict[str, Fraction]
    eaten: dict[tuple[str, str], Fraction] = field(hash=False)


def cheapest(data: Data) -> Fraction | None:
    """Rupiah of the cheapest menu that keeps everything; None where no menu does."""
    places = [(n, school) for n in range(data["days"]) for school in data["schools"]]
    ways = [sorted(_trays(data, school, n), key=lambda tray: tray.cost) for n, school in places]
    if not all(ways):
        return None
    least = [Fraction(0)]
    for some in reversed(ways):
        least.insert(0, least[0] + some[0].cost)
    best: list[Fraction | None] = [None]
    _fill(data, places, ways, least, [], Fraction(0), best)
    return best[0]


def _fill(
    data: Data, places: list[Any], ways: list[list[Tray]], least: list[Fraction], menu: list[Tray], cost: Fraction,
    best: list[Fraction | None],
) -> None:  # fmt: skip
    n = len(menu)
    if n == len(ways):
        if _whole_menu_keeps(data, places, menu):
            best[0] = cost
        return
    for tray in ways[n]:
        total = cost + tray.cost
        if best[0] is not None and total + least[n + 1] >= best[0]:
            return
        if _fits(data, places, menu, tray):
            _fill(data, places, ways, least, [*menu, tray], total, best)


def _trays(data: Data, school: Data, n: int) -> Iterator[Tray]:
    day = MONDAY + timedelta(days=n)
    heads = sum(group["heads"] for group in school["groups"])
    courses = []
    for course in school["courses"]:
        there = []
        for supplier in data["suppliers"]:
            for offer in supplier["offers"]:
                dish = data["dishes"][offer["dish"]]
                if dish["course"] == course and _may_bring(data, school, supplier, offer, dish, day, heads):
                    sizes = product(_sizes(dish), repeat=len(school["groups"]))
                    there += [(offer["dish"], supplier["id"], offer["price"], size) for size in sizes]
        courses.append(there)
    for served in product(*courses):
        tray = _tray(data, school, served, heads)
        if tray is not None:
            yield tray


def _sizes(dish: Data) -> list[Fraction]:
    least, most, step = dish["portion"]
    return [Fraction(size, 100) for size in range(least, most + 1, step)]


def _may_bring(data: Data, school: Data, supplier: Data, offer: Data, dish: Data, day: date, heads: int) -> bool:
    weekday = DAYS[day.weekday()]
    if weekday not in supplier["days"] or (offer["days"] and weekday not in offer["days"]):
        return False
    if (offer["from"] and str(day) < offer["from"]) or (offer["until"] and str(day) > offer["until"]):
        return False
    if offer["minimum"] and heads < offer["minimum"]:
        return False
    if data["ordered_on"] and supplier["lead_time"] and _days_ahead(data, day) < supplier["lead_time"]:
        return False
    if school["limit"] and supplier["delivery"].get(school["id"], school["limit"] + 1) > school["limit"]:
        return False
    return _lawful_by_itself(data, supplier, dish, day)


def _days_ahead(data: Data, day: date) -> int:
    return (day - date.fromisoformat(data["ordered_on"])).days


def _lawful_by_itself(data: Data, supplier: Data, dish: Data, day: date) -> bool:
    for rule in data["rules"]:
        if rule["kind"] == "forbid" and rule["of"] in dish["tags"]:
            return False
        if rule["kind"] == "require" and not any(_valid(paper, rule["of"], day) for paper in supplier["papers"]):
            return False
        unknown = rule["kind"] == "nutrient" and rule.get("max") is not None and rule["of"] not in dish["figures"]
        if unknown:
            return False
    return True


def _valid(paper: Data, kind: str, day: date) -> bool:
    begun = paper["issued"] is None or paper["issued"] <= str(day)
    return paper["type"] == kind and begun and (paper["expires"] is None or str(day) <= paper["expires"])


def _tray(data: Data, school: Data, served: tuple[Any, ...], heads: int) -> Tray | None:
    """The tray with what it costs and holds; None where a group's budget or a rule on one meal is not kept."""
    eaten: dict[tuple[str, str], Fraction] = {}
    values: dict[str, Fraction] = {}
    portions: dict[str, int] = {}
    for g, group in enumerate(school["groups"]):
        a_head = sum((price * sizes[g] for _, _, price, sizes in served), Fraction(0))
        if group["budget"] and a_head > group["budget"]:
            return None
        for figure in FIGURES:
            amounts = (sizes[g] * data["dishes"][dish]["figures"].get(figure, 0) for dish, _, _, sizes in served)
            eaten[group["group"], figure] = sum(amounts, Fraction(0))
        for rule in data["rules"]:
            if rule["kind"] == "nutrient" and rule["per"] in ("meal", "day"):
                amount = eaten[group["group"], rule["of"]]
                if amount < rule.get("min", 0) or (rule.get("max") is not None and amount > rule["max"]):
                    return None
        for _, supplier, price, sizes in served:
            values[supplier] = values.get(supplier, Fraction(0)) + price * sizes[g] * group["heads"]
    for _, supplier, _, _ in served:
        portions[supplier] = portions.get(supplier, 0) + heads
    return Tray(tuple(dish for dish, *_ in served), sum(values.values(), Fraction(0)), portions, values, eaten)


def _fits(data: Data, places: list[Any], menu: list[Tray], tray: Tray) -> bool:
    """Whether a tray may follow those laid so far: capacity of its day; how soon a dish comes back to its school."""
    n, school = places[len(menu)]
    today = [laid for (day, _), laid in zip(places, menu, strict=False) if day == n]
    for supplier in data["suppliers"]:
        if sum(t.portions.get(supplier["id"], 0) for t in [*today, tray]) > supplier["capacity"]:
            return False
    own = [(day, laid) for (day, where), laid in zip(places, menu, strict=False) if where is school]
    for rule in data["rules"]:
        if rule["kind"] == "spacing":
            recent = {dish for day, laid in own if n - day < rule["apart"] for dish in laid.dishes}
            if any(data["dishes"][dish]["course"] == rule["of"] and dish in recent for dish in tray.dishes):
                return False
    return True


def _whole_menu_keeps(data: Data, places: list[Any], menu: list[Tray]) -> bool:
    total = sum((tray.cost for tray in menu), Fraction(0))
    for supplier in data["suppliers"]:
        value = sum((tray.values.get(supplier["id"], Fraction(0)) for tray in menu), Fraction(0))
        share = supplier["share"]
        if ("min" in share and value * 100 < share["min"] * total) or ("max" in share and value * 100 > share["max"] * total):
            return False
    return all(_school_keeps(data, s, [t for (_, where), t in zip(places, menu, strict=True) if where is s])
               for s in data["schools"])  # fmt: skip


def _school_keeps(data: Data, school: Data, trays: list[Tray]) -> bool:
    served = [dish for tray in trays for dish in tray.dishes]
    for rule in data["rules"]:
        if rule["kind"] == "nutrient" and rule["per"] == "cycle":
            for group in school["groups"]:
                mean = sum((tray.eaten[group["group"], rule["of"]] for tray in trays), Fraction(0)) / len(trays)
                if mean > rule["max"]:
                    return False
        if rule["kind"] == "frequency":
            count = sum(rule["of"] in data["dishes"][dish]["tags"] for dish in served)
            if count < (rule["min"] or 0) or (rule["max"] is not None and count > rule["max"]):
                return False
        kinds = {dish for dish in served if data["dishes"][dish]["course"] == rule["of"]}
        if rule["kind"] == "variety" and len(kinds) < rule["min"]:
            return False
    return True
