"""The library against an oracle on random menus with blanks: no pass that could be a fail, no fail that could be a pass."""

from __future__ import annotations

import json
from collections import Counter
from datetime import date
from random import Random
from typing import Any

import pytest

from sehatmenu.documents import load
from sehatmenu.files import parse_yaml
from sehatmenu.findings import Report
from sehatmenu.food.nutrients import nutrients
from sehatmenu.messages import Figure
from sehatmenu.standards.checks import check
from sehatmenu.standards.standards import Standard, StandardFile, read_standard
from sehatmenu.standards.windows import Span

from .plain_law import amount, scale, serving_amount, spans_of, unit_of, verdicts
from .plain_menus import WORLDS, Words, a_menu, as_menu, filled

Plain = dict[str, Any]

ON = date(2026, 2, 2)
UNITS = {nutrient.id: nutrient.unit for nutrient in nutrients()}
FACTORS = {"protein": 4.0, "fat": 9.0, "carbohydrate": 4.0, "alcohol": 7.0, "fibre": 2.0}

# AKG 2019, men of 10-12 years: 2,000 kcal and 50 g of protein (Permenkes 28/2019, annex I)
INTAKE = {"energy": 2000.0, "protein": 50.0}

EVERY_RUN, ALL = range(250), range(250, 2000)


# rules


def a_selector(rng: Random, words: Words) -> Plain:
    """One or two keys, one or two names each."""
    keys = {"group": words.groups, "tag": words.tags, "allergen": words.allergens, "course": words.courses,
            "method": words.methods, "food": tuple(f["code"] for f in words.table())}  # fmt: skip
    chosen = rng.sample(sorted(keys), rng.choice((1, 1, 1, 2)))
    return {key: rng.sample(keys[key], rng.choice((1, 1, 2))) for key in chosen}


def a_side(rng: Random, words: Words) -> Plain:
    kind = rng.choice(("nutrient", "mass", "credited", "cost"))
    of = a_selector(rng, words) if rng.random() < 0.6 else {}
    match kind:
        case "nutrient":
            return {"nutrient": rng.choice(words.nutrients), "of": of}
        case "mass":
            return {"mass": rng.choice(("edible", "gross", "cooked")), "of": of}
        case "credited":
            return {"credited": "cup", "of": {"group": rng.choice(("us/fruit", "us/juice"))}}
    more = {"supplier": rng.choice(words.suppliers)} if rng.random() < 0.5 else {}
    return {"cost": rng.choice(("price", "ingredients")), "of": of, **more}


def a_scope(rng: Random, *, item: bool = True) -> Plain:
    per = rng.choice(("meal", "meal", "day", "week", "week", "week", "cycle", *(["item"] if item else [])))
    found: Plain = {"per": per}
    if per == "week":
        window = rng.choice(({}, {}, {"days": 5}, {"days": 3}, {"days": 3, "rolling": True},
                             {"days": 2, "rolling": True, "cyclic": True}))  # fmt: skip
        if window:
            found["window"] = window
        if not window.get("rolling"):
            found |= rng.choice(({}, {}, {"short_week": "whole"}, {"short_week": "prorate"}, {"short_week": "skip"}))
    if rng.random() < 0.2:
        found["meals"] = ["siang"]
    return found


def a_rule(rng: Random, words: Words, kind: str) -> Plain:
    """A rule without its limits."""
    if kind == "when":
        per = rng.choice(("item", "meal", "day", "week"))
        short = {"short_week": "prorate"} if per == "week" and rng.random() < 0.5 else {}
        scope: Plain = {"per": per, **short}
        kinds = ("nutrient", "forbid", "require", *(() if per == "item" else ("frequency", "variety")))
        bodies = {side: a_body(rng, words, rng.choice(kinds)) for side in ("if", "then")}
        return {"kind": "when", **scope, **bodies}
    if kind == "spacing":
        return {"kind": kind, "of": a_selector(rng, words), "by": rng.choice(("dish", "food", "group")),
                "cyclic": rng.random() < 0.3, "limits": [{"min": f"{rng.randint(1, 4)} days"}]}  # fmt: skip
    scope = a_scope(rng, item=kind not in ("frequency", "variety"))
    plain = a_body(rng, words, kind)
    weekly = scope["per"] == "week" and "rolling" not in scope.get("window", {}) and "short_week" not in scope
    if kind in ("nutrient", "share", "portions", "cost") and rng.random() < 0.3:
        if scope["per"] in ("week", "cycle"):
            scope.pop("short_week", None)
            scope["average"] = "day"
    elif weekly and kind in ("nutrient", "portions", "frequency") and rng.random() < 0.3:
        scope["prorate"] = True
    if kind in ("energy_share", "ratio") and scope.get("short_week") == "prorate":
        scope.pop("short_week")
    if kind in ("require", "forbid") and "certificate" in plain:
        scope.pop("short_week", None)
    return {**plain, **scope}


def a_body(rng: Random, words: Words, kind: str) -> Plain:  # noqa: C901 (one line for each kind of rule)
    found: Plain = {"kind": kind}
    match kind:
        case "nutrient":
            found["nutrient"] = rng.choice(words.nutrients)
        case "share":
            found["nutrient"] = rng.choice(sorted(INTAKE))
        case "energy_share":
            found["nutrient"] = rng.choice(("protein", "fat", "carbohydrate", "saturated_fat"))
        case "ratio":
            top, bottom = a_side(rng, words), a_side(rng, words)
            if _side_unit(top) == _side_unit(bottom):
                return {**found, "numerator": top, "denominator": bottom}
            return {**found, "numerator": top, "denominator": {**bottom, "per": f"2 {_side_unit(bottom)}"}}
        case "portions":
            credited = rng.random() < 0.3
            found |= {"of": {"group": "us/fruit"}, "basis": "credited", "unit": "cup"} if credited else {
                "of": a_selector(rng, words), "basis": rng.choice(("edible", "gross", "cooked"))}  # fmt: skip
        case "frequency":
            found |= {"of": a_selector(rng, words), "by": rng.choice(("serving", "day", "dish"))}
        case "variety":
            by = rng.choice(("dish", "food", "group", "tag"))
            found |= {"of": {"tag": rng.sample(words.tags, 2)} if by == "tag" else a_selector(rng, words), "by": by}
        case "require" if rng.random() < 0.3:
            found["certificate"] = rng.choice(words.papers)
        case "forbid" | "require":
            found["of"] = a_selector(rng, words)
        case "cost":
            found["of"] = rng.choice(("price", "ingredients"))
    return found


def _side_unit(side: Plain) -> str:
    if "nutrient" in side:
        return UNITS[side["nutrient"]]
    return "g" if "mass" in side else side.get("credited", "IDR")


def limited(rng: Random, rule: Plain, law: Plain, menu: Plain) -> Plain:
    """The rule with limits near to what one world of the menu serves, so that equality and small differences occur."""
    if rule["kind"] in ("spacing", "forbid", "require"):
        return rule
    if rule["kind"] == "when":
        bodies = {side: limited(rng, {**rule[side], "per": rule["per"]}, law, menu) for side in ("if", "then")}
        return {**rule, **{side: {**rule[side], **b.get("limits", [{}])[0]} for side, b in bodies.items()}}
    unit = unit_of(rule, UNITS)
    amounts = [found for found in _amounts(rule, law, menu) if found is not None and found < 1e5] or [1.0]
    near = rng.choice(amounts) / (law["reference"][rule["nutrient"]] if rule["kind"] == "share" else 1.0)
    low, high = sorted(near * part for part in rng.sample((0.5, 0.75, 1.0, 1.0, 1.25, 2.0), 2))
    if unit == "times":
        low, high = float(rng.randint(0, 4)), float(rng.randint(1, 5))
    which = rng.choice(("min", "min", "max", "max", "both"))
    if rule.get("by") == "dish" and rule["kind"] == "frequency":
        which = "max"
    texts = {"min": _text(min(low, high), unit), "max": _text(max(low, high), unit)}
    limit: Plain = texts if which == "both" else {which: texts[which]}
    if rng.random() < 0.1:
        limit["tolerance"] = "10 %"
    if rng.random() < 0.1 and unit == "times":
        limit["strict"] = True
        if which == "both" and min(low, high) == max(low, high):
            limit.pop("min")
    return {**rule, "limits": [limit]}


def _amounts(rule: Plain, law: Plain, menu: Plain) -> list[float | None]:
    found: list[float | None] = []
    for at in spans_of(rule, menu):
        if rule["per"] == "item" or rule.get("certificate"):
            found += [serving_amount(rule, law, dish, factor) for o in at["at"] for dish, factor in o["servings"]]
        elif rule["kind"] not in ("ratio", "energy_share") or any(o["servings"] for o in at["at"]):
            whole = amount(rule, law, at)
            found.append(None if whole is None else whole / scale(rule, at))
    return found


def _text(value: float, unit: str) -> str:
    """A number with at most two decimals, as law files have them."""
    shown = {"fraction": "%", "IDR": "IDR"}.get(unit, unit)
    return f"{round(value * (100 if unit == 'fraction' else 1), 2):.2f} {shown}"


def as_standard(rules: list[Plain]) -> Standard:
    """The rules as a standard that the library reads."""
    written = [
        {**rule, "id": f"r{n}", "limits": [{**limit, "source": "s"} for limit in rule.get("limits", [{}])]}
        for n, rule in enumerate(rules)
    ]
    text = {
        "id": "uji", "title": "Uji", "sources": {"s": {"title": "UU", "seen": "example"}},
        "energy_factors": {**{n: f"{f:g} kcal/g" for n, f in FACTORS.items()}, "source": "s"},
        "groups": {"anak": {"title": "Anak", "reference": {"of": "references/akg-2019", "mix": {"l-10-12": 1}}}},
        "rules": written,
    }  # fmt: skip
    return read_standard(load(parse_yaml(json.dumps(text), "uji.yaml"), StandardFile))


KINDS = ("nutrient", "share", "energy_share", "ratio", "portions", "frequency", "variety", "spacing", "forbid", "require",
         "cost", "when")  # fmt: skip
LAW: Plain = {"factors": FACTORS, "reference": INTAKE, "units": UNITS}


# the comparison


def differences(
    rule: Plain, limit: Plain, law: Plain, name: str, report: Report, worlds: list[Plain]
) -> tuple[list[str], Counter[str]]:
    """Where the library's verdict on a rule does not hold in some world, and how often each verdict was given."""
    said = [(f.values.get("when"), str(f.verdict), f) for f in report if f.values.get("rule_id") == name]
    each = [verdicts(rule, limit, law, filled_menu) for filled_menu in worlds]
    wrong: list[str] = []
    if any(len(found) != len(said) for found in each):
        return [f"{name}: {len(said)} findings, {len(each[0])} windows"], Counter()
    for w, (when, verdict, finding) in enumerate(said):
        first, last, meal, _ = each[0][w]
        if isinstance(when, Span) and (when.first, when.last, when.meal) != (first, last, meal):
            wrong.append(f"{when} is not {first} {last} {meal}")
        may = {found[w][3] for found in each}
        if not _sound(verdict, may, known=len(worlds) == 1):
            figures = {k: v for k, v in finding.values.items() if isinstance(v, Figure)}
            wrong.append(
                f"{verdict} of {sorted(may)}: {json.dumps({**rule, 'limits': [limit]}, default=str)} {when} {figures}"
            )
    return wrong, Counter(verdict for _, verdict, _ in said)


def _sound(verdict: str, may: set[str], *, known: bool) -> bool:
    match verdict:
        case "pass":
            return may == {"pass"} or (not known and may <= {"pass", "na"})
        case "fail":
            return may == {"fail"}
        case "not_applicable":
            return may <= {"na", "open"}
    return not known or "open" in may


def trial(seed: int, kinds: tuple[str, ...]) -> tuple[Plain, list[Plain], list[Plain]]:
    """A random menu, the worlds that may be behind it, and a rule of each kind."""
    rng, words = Random(seed), Words()
    menu = a_menu(rng, words, blank=rng.choice((0.0, 0.15, 0.4)))
    modes = WORLDS if any(_blank(dish) for dish in menu["dishes"]) else ("any",)
    worlds = [filled(rng, words, menu, mode) for mode in modes]
    return menu, worlds, [limited(rng, a_rule(rng, words, kind), LAW, rng.choice(worlds)) for kind in kinds]


def judged(seed: int) -> tuple[list[str], Counter[str]]:
    """One random menu under one rule of every kind."""
    menu, worlds, rules = trial(seed, KINDS)
    report = check(as_menu(menu), as_standard(rules), "anak", ON)
    wrong: list[str] = []
    counted: Counter[str] = Counter()
    for n, rule in enumerate(rules):
        found, said = differences(rule, rule.get("limits", [{}])[0], LAW, f"r{n}", report, worlds)
        wrong += [f"seed {seed}: {each}" for each in found]
        counted += Counter({f"{rule['kind']} {verdict}": count for verdict, count in said.items()})
    return wrong, counted


def _blank(dish: Plain) -> bool:
    """Whether anything is left out that a rule may ask."""
    alone = ("tags", "method", "credits", "price", "ingredients", "papers")
    holes = [dish[key] is None for key in alone]
    figures = [
        v is None for v in (*dish["nutrients"].values(), *(v for f in dish["foods"] for v in f["nutrients"].values()))
    ]
    lines = [f["edible"] is None or not f["listed"] for f in dish["foods"]]
    mixed = dish["course"] == "paket" or dish["components"] is not None
    return any((*holes, *figures, *lines, dish["label"], not dish["allergens_told"], mixed))


def campaign(seeds: range) -> Counter[str]:
    """Many menus; raises with the first differences, and tells how often each kind got each verdict."""
    wrong: list[str] = []
    counted: Counter[str] = Counter()
    for seed in seeds:
        found, said = judged(seed)
        wrong += found
        counted += said
    assert [] == wrong[:5], f"{len(wrong)} differences"
    return counted


def test_the_library_agrees_with_the_oracle() -> None:
    counted = campaign(EVERY_RUN)
    every = [f"{kind} {verdict}" for kind in KINDS for verdict in ("pass", "fail", "unknown", "not_applicable")]
    never = {"spacing unknown", "spacing not_applicable", "forbid not_applicable"}
    assert [] == [word for word in every if not counted[word] and word not in never]


@pytest.mark.slow
def test_the_library_agrees_with_the_oracle_on_two_thousand_menus() -> None:
    campaign(ALL)


def without_effect(rule: Plain) -> Plain:
    """The same rule asking nothing: what the library would judge if the rule were lost on the way."""
    nothing: Plain = {"kind": "forbid", "of": {"food": "tidak-ada"}}
    match rule["kind"]:
        case "when":
            return {**rule, "then": nothing}
        case "spacing":
            return {**rule, "limits": [{"min": "1 days"}]}
        case "forbid" | "require":
            kept = {key: value for key, value in rule.items() if key in ("per", "window", "meals")}
            return {**nothing, **kept}
    unit = unit_of(rule, UNITS)
    return {**rule, "limits": [{"max": "1000000000 %" if unit == "fraction" else f"1000000000 {unit}"}]}


@pytest.mark.parametrize("kind", KINDS)
def test_the_oracle_misses_no_rule_that_is_lost(kind: str) -> None:
    """The library judges another standard than the oracle: one of whose rule nothing is left."""
    for seed in range(200):
        menu, worlds, (rule,) = trial(seed, (kind,))
        report = check(as_menu(menu), as_standard([without_effect(rule)]), "anak", ON)
        found, _ = differences(rule, rule.get("limits", [{}])[0], LAW, "r0", report, worlds)
        if found:
            return
    pytest.fail(f"200 menus do not show that a rule of kind {kind} is lost")
