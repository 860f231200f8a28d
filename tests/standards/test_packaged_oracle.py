"""Every packaged standard that judges meals against the oracle, which reads the same YAML by itself."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from pathlib import Path
from random import Random
from typing import Any

import pytest

from sehatmenu.files import read_yaml
from sehatmenu.standards.checks import check
from sehatmenu.standards.standards import load_standard

from .plain_law import number
from .plain_menus import COURSES, SEASONINGS, WORLDS, Words, a_menu, as_menu, filled
from .test_oracle import UNITS, differences

Plain = dict[str, Any]

ROOT = Path(__file__).parents[2] / "standards"
MENUS = 12
"""Menus for each standard in every run; the slow run has twenty times as many."""


def written(name: str) -> Plain:
    """A standard with what it extends, as plain data: its own rules in place of those of the same id."""
    own: Plain = dict(read_yaml(ROOT / f"{name}.yaml").data)
    if not own.get("extends"):
        return own
    parent = written(own["extends"])
    gone = {dropped["rule"] for dropped in own.get("drop", ())} | {rule["id"] for rule in own.get("rules", ())}
    rules = [rule for rule in parent["rules"] if rule["id"] not in gone]
    return {
        **parent, **own, "rules": [*rules, *own.get("rules", ())],
        "groups": {**parent.get("groups", {}), **own.get("groups", {})},
        "energy_factors": own.get("energy_factors") or parent.get("energy_factors"),
        "cases": own.get("cases") or parent["cases"],
    }  # fmt: skip


def limit_of(rule: Plain, group: str, on: date) -> Plain | None:
    """The limit that holds for a group on a date: the newest that is in force; of equals the later in the file."""
    found = None
    newest = date.min
    for limit in rule["limits"]:
        first = date.fromisoformat(str(limit["from"])) if limit.get("from") else date.min
        last = date.fromisoformat(str(limit["until"])) if limit.get("until") else date.max
        if (
            (not limit.get("groups") or group in limit["groups"])
            and max(first, newest) <= on <= last
            and first >= newest
        ):
            found, newest = limit, first
    return found


def in_force(law: Plain, on: date) -> bool:
    """Whether a standard holds on a date; cases of what it extends may be of other days."""
    first, last = (law.get("valid", {}).get(key) for key in ("from", "until"))
    return (not first or date.fromisoformat(str(first)) <= on) and (not last or on <= date.fromisoformat(str(last)))


def intake(law: Plain, group: str) -> Plain:
    """The daily reference intake of a group: the weighted mean of a mix, and what is added to it."""
    mix = law["groups"][group].get("reference")
    if not mix:
        return {}
    table = read_yaml(ROOT / f"{mix['of']}.yaml").data["groups"]

    def mean(weights: Plain, nutrient: str) -> float:
        values = {name: number(table[name]["values"][nutrient], UNITS[nutrient]) for name in weights}
        return sum(float(weights[name]) * value for name, value in values.items()) / sum(map(float, weights.values()))

    shared = set.intersection(*(set(table[name]["values"]) for name in (*mix["mix"], *mix.get("plus", {}))))
    more = mix.get("plus", {})
    return {n: mean(mix["mix"], n) + (mean(more, n) if more else 0.0) for n in shared}


def bodies(rules: list[Plain]) -> Iterator[Plain]:
    """Every simple rule, those inside conditions too."""
    for rule in rules:
        yield from (rule["if"], rule["then"]) if rule["kind"] == "when" else (rule,)


def asked(rules: list[Plain]) -> Words:
    """What the rules ask of dishes, so that menus are made of it."""
    found: dict[str, set[Any]] = {
        key: set() for key in ("tag", "method", "allergen", "course", "group", "food", "name")
    }
    credits_, suppliers, papers, wanted = set(), set(), set(), {"energy", "protein", "sodium"}
    for rule in bodies(rules):
        sides = [rule[side] for side in ("numerator", "denominator") if side in rule] or [rule]
        for side in sides:
            of = side.get("of", {}) if isinstance(side.get("of"), dict) else {}
            credited = side.get("credited") or (side.get("unit") if side.get("basis") == "credited" else None)
            for key, value in of.items():
                named = {value} if isinstance(value, str) else set(value)
                if credited and key == "group":
                    credits_ |= {(word, credited) for word in named}
                else:
                    found[key] |= named
            suppliers |= _words(side.get("supplier", ()))
            wanted |= {side["nutrient"]} if side.get("nutrient") else set()
        papers |= _words(rule.get("certificate") or ())
    words = Words()
    words.tags = (*sorted(found["tag"]), "lain-lain")
    words.methods = tuple(sorted(found["method"] | {"rebus", "goreng"}))
    words.allergens = tuple(sorted(found["allergen"] | {"telur"}))
    words.courses = tuple(sorted(found["course"] | set(COURSES) - {"paket"}))
    words.groups = (*COURSES, *SEASONINGS, *sorted(found["group"] - {*COURSES, *SEASONINGS}))
    words.foods, words.names = tuple(sorted(found["food"])), tuple(sorted(found["name"]))
    words.credits = tuple(sorted(credits_)) or Words.credits
    words.suppliers = tuple(sorted(suppliers)) or Words.suppliers
    words.papers = tuple(sorted(papers)) or Words.papers
    words.nutrients = tuple(sorted(wanted))
    return words


def _words(value: Any) -> set[str]:
    return {value} if isinstance(value, str) else set(value)


def sizes(rules: list[Plain], law: Plain, group: str, on: date) -> dict[str, float]:
    """How much of a nutrient a dish may hold, so that meals lie about the limits."""
    found: dict[str, float] = {}
    for rule in rules:
        limit = limit_of(rule, group, on)
        if rule["kind"] in ("nutrient", "share") and limit is not None:
            nutrient = rule["nutrient"]
            unit = "fraction" if rule["kind"] == "share" else UNITS[nutrient]
            ends = [number(limit[end], unit) for end in ("min", "max") if limit.get(end) is not None]
            whole = law["reference"].get(nutrient, 1.0) if rule["kind"] == "share" else 1.0
            found[nutrient] = max(ends, default=64.0) * whole
    return found


JUDGING = [
    str(path.relative_to(ROOT).with_suffix("").as_posix())
    for path in sorted(ROOT.rglob("*.yaml"))
    if "references" not in path.parts
    and any(rule["kind"] != "attest" for rule in read_yaml(path).data.get("rules", ()))
]


def compare(name: str, seeds: range) -> list[str]:
    """The differences under one standard on some menus, groups and dates."""
    data = written(name)
    rules = [rule for rule in data["rules"] if rule["kind"] != "attest"]
    standard, words = load_standard(name), asked(rules)
    factors = {n: float(str(f).split()[0]) for n, f in (data.get("energy_factors") or {}).items() if n in UNITS}
    wrong: list[str] = []
    for seed in seeds:
        rng = Random(f"{name} {seed}")
        case = rng.choice([c for c in data["cases"] if in_force(data, date.fromisoformat(str(c["on"])))])
        group, on = case["group"], date.fromisoformat(str(case["on"]))
        law: Plain = {"factors": factors, "reference": intake(data, group), "units": UNITS}
        words.sizes = sizes(rules, law, group, on)
        menu = a_menu(rng, words, blank=rng.choice((0.0, 0.15, 0.4)))
        worlds = [filled(rng, words, menu, mode) for mode in WORLDS]
        report = check(as_menu(menu), standard, group, on)
        for rule in rules:
            limit = limit_of(rule, group, on)
            if limit is not None:
                found, _ = differences(rule, limit, law, rule["id"], report, worlds)
                wrong += [f"{name}, seed {seed}: {each}" for each in found]
    return wrong


def test_most_packaged_standards_judge_meals() -> None:
    # all but id/batas-waktu-saji, which has records only
    assert len(JUDGING) == len([p for p in ROOT.rglob("*.yaml") if "references" not in p.parts]) - 1


@pytest.mark.parametrize("name", JUDGING)
def test_a_packaged_standard_agrees_with_the_oracle(name: str) -> None:
    assert [] == compare(name, range(MENUS))[:5]


@pytest.mark.slow
@pytest.mark.parametrize("name", JUDGING)
def test_a_packaged_standard_agrees_with_the_oracle_on_many_menus(name: str) -> None:
    assert [] == compare(name, range(MENUS, 20 * MENUS))[:5]
