"""An oracle: what a rule says of a menu of which everything is known, in plain Python, reading rules as the YAML has them.

It imports nothing of the library. A menu is plain data (see `plain_menus`); a verdict is `pass`, `fail`, `na` (does not
concern this window), or `open` where food that the menu does not hold yet decides.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from datetime import date, timedelta

from .plain_dishes import Plain, foods_meant, matches, measured, names

MASS = {"kg": 1000.0, "g": 1.0, "mg": 1e-3, "mcg": 1e-6}
VOLUME = {"l": 1000.0, "ml": 1.0}
HEAT = {"kcal": 1.0, "kJ": 1 / 4.184}
ENERGY = {"saturated_fat": "fat", "monounsaturated_fat": "fat", "polyunsaturated_fat": "fat", "trans_fat": "fat",
          "omega_3": "fat", "omega_6": "fat", "sugars": "carbohydrate", "added_sugars": "carbohydrate",
          "free_sugars": "carbohydrate"}  # fmt: skip
RATIOS = ("energy_share", "ratio")
WHOLE_BY_DEFAULT = (*RATIOS, "when")
RANK = {"fail": 3, "open": 2, "pass": 1, "na": 0}

Stretch = Callable[..., Plain]


def number(text: str, unit: str) -> float:
    """A quantity of a law file in a unit: `20 %`, `600 mg`, `2 times`."""
    value, _, written = str(text).partition(" ")
    amount = float(value)
    if written == "%":
        return amount / 100
    for scale in (MASS, VOLUME, HEAT):
        if written in scale and unit in scale:
            return amount * scale[written] / scale[unit]
    return amount


# windows


def spans_of(rule: Plain, menu: Plain) -> list[Plain]:
    """The stretches that a rule looks at: their occasions, served days, whether they are whole, and their usual length."""
    chosen = [o for o in menu["occasions"] if not rule.get("meals") or o["meal"] in rule["meals"]]
    days = sorted({o["day"] for o in menu["occasions"]})
    window, per = rule.get("window", {}), rule.get("per", "meal")

    def stretch(of: list[date], whole: bool = True, usual: int = 0) -> Plain:
        return {"at": [o for o in chosen if o["day"] in of], "first": min(of), "last": max(of), "meal": "",
                "days": len(of), "whole": whole, "usual": usual}  # fmt: skip

    if per in ("item", "meal"):
        return [{"at": [o], "first": o["day"], "last": o["day"], "meal": o["meal"], "days": 1, "whole": True, "usual": 1}
                for o in chosen]  # fmt: skip
    if not days:
        return []
    if per == "day":
        return [stretch([day], whole=menu["whole_days"]) for day in days]
    if per == "cycle":
        return [stretch(days)]
    length = window.get("days")
    if window.get("rolling") and length:
        if len(days) < length:
            return [stretch(days, whole=False)]
        starts = range(len(days) if window.get("cyclic") else len(days) - length + 1)
        return [stretch([days[(s + k) % len(days)] for k in range(length)]) for s in starts]
    mondays = sorted({day - timedelta(days=day.weekday()) for day in days})
    return [calendar_week(rule, menu, chosen, days, monday, stretch) for monday in mondays]


def calendar_week(
    rule: Plain, menu: Plain, chosen: list[Plain], days: list[date], monday: date, stretch: Stretch
) -> Plain:
    calendar, week = menu["calendar"], [monday + timedelta(days=n) for n in range(7)]
    served = [day for day in week if day in days]
    length = rule.get("window", {}).get("days")
    if calendar is None:
        usual = length or 5
        known = all(days[0] <= day <= days[-1] for day in week[:5])
        return stretch(served, whole=known or len(served) >= usual, usual=usual)
    terms = calendar["terms"]
    school = [
        day
        for day in week
        if day.weekday() in calendar["weekdays"]
        and day not in calendar["off"]
        and (not terms or any(first <= day <= last for first, last in terms))
    ]
    meals = {o["meal"] for o in chosen}
    whole = all({o["meal"] for o in chosen if o["day"] == day} == meals for day in {*school, *served})
    return stretch(served, whole=whole, usual=length or len(calendar["weekdays"]))


# limits


def least_asked(rule: Plain, low: float, at: Plain) -> float:
    """The lower limit of a window: a short week asks a part of it, or nothing."""
    way = rule.get("short_week") or (
        "whole" if rule.get("prorate") or rule.get("average") or rule["kind"] in WHOLE_BY_DEFAULT else "prorate"
    )
    if way == "whole" or not at["whole"] or at["days"] >= at["usual"] or low <= 0:
        return low
    if way == "skip":
        return -math.inf
    part = low * float(at["days"]) / float(at["usual"])
    if unit_of(rule, {}) != "times":
        return part
    count = math.floor(part + 1e-9)
    if at["days"] >= 3:
        count = max(count, 1)
    return min(low, count) if count else -math.inf


def unit_of(rule: Plain, units: Plain) -> str:
    match rule["kind"]:
        case "nutrient":
            return str(units.get(rule["nutrient"], "g"))
        case "share" | "energy_share":
            return "fraction"
        case "ratio":
            return side_unit(rule["numerator"], units) if rule["denominator"].get("per") else "fraction"
        case "portions":
            return str(rule.get("unit", "g"))
        case "cost":
            return "IDR"
        case "spacing":
            return "day"
    return "times"


def side_unit(side: Plain, units: Plain) -> str:
    if side.get("nutrient"):
        return str(units[side["nutrient"]])
    return "g" if side.get("mass") else str(side.get("credited", "IDR"))


def ends(rule: Plain, limit: Plain, law: Plain) -> tuple[float, float]:
    if rule["kind"] == "forbid":
        return -math.inf, 0.0
    if rule["kind"] == "require":
        return 1.0, math.inf
    unit = unit_of(rule, law["units"])
    margin = number(limit["tolerance"], "fraction") if limit.get("tolerance") else 0.0
    low = number(limit["min"], unit) * (1 - margin) if limit.get("min") is not None else -math.inf
    high = number(limit["max"], unit) * (1 + margin) if limit.get("max") is not None else math.inf
    if rule["kind"] == "share":
        whole = law["reference"][rule["nutrient"]]
        low, high = (end if math.isinf(end) else end * whole for end in (low, high))
        step = number(rule["printed"], law["units"][rule["nutrient"]]) if rule.get("printed") else 0.0
        printed = [math.floor(e / step + 0.5 + 1e-9) * step if step and math.isfinite(e) else e for e in (low, high)]
        return min(low, printed[0]), max(high, printed[1])
    return low, high


# amounts


def sides(rule: Plain, law: Plain) -> tuple[Plain, Plain | None, float]:
    """The numerator, the denominator, and what the ratio is multiplied by."""
    match rule["kind"]:
        case "energy_share":
            factor = law["factors"][ENERGY.get(rule["nutrient"], rule["nutrient"])]
            return {"nutrient": rule["nutrient"], "less": rule.get("without")}, {"nutrient": "energy"}, factor
        case "ratio":
            per = rule["denominator"].get("per")
            multiple = number(per, side_unit(rule["denominator"], law["units"])) if per else 1.0
            return rule["numerator"], rule["denominator"], multiple
        case "portions":
            basis = rule["basis"]
            side = {"credited": rule["unit"]} if basis == "credited" else {"mass": basis}
            return {**side, "of": rule["of"]}, None, 1.0
        case "cost":
            return {"cost": rule.get("of", "price")}, None, 1.0
    return {"nutrient": rule["nutrient"]}, None, 1.0


def of_sides(rule: Plain, law: Plain, servings: list[tuple[Plain, float]]) -> float | None:
    top, bottom, multiple = sides(rule, law)
    over = sum(measured(top, dish) * factor for dish, factor in servings)
    if bottom is None:
        return over
    under = sum(measured(bottom, dish) * factor for dish, factor in servings)
    return None if under == 0 else over * multiple / under


def keys_of(rule: Plain, dish: Plain) -> set[str]:
    of = rule.get("of", {})
    match rule.get("by", "dish"):
        case "food":
            return {food["code"] for food in foods_meant(of, dish)}
        case "group":
            return {food["group"] for food in foods_meant(of, dish)}
        case "tag":
            return {tag for tag in names(of, "tag") if matches({**of, "tag": tag}, dish)}
    return {dish["id"]} if matches(of, dish) else set()


def amount(rule: Plain, law: Plain, at: Plain) -> float | None:
    """What is served in a window; None where there is no ratio."""
    served = [(o["day"], dish, factor) for o in at["at"] for dish, factor in o["servings"]]
    kind, of = rule["kind"], rule.get("of", {})
    if kind in ("forbid", "require") or (kind == "frequency" and rule.get("by", "serving") == "serving"):
        return float(sum(matches(of, dish) for _, dish, _ in served))
    if kind == "frequency" and rule["by"] == "day":
        return float(len({day for day, dish, _ in served if matches(of, dish)}))
    if kind == "variety":
        return float(len(set().union(*(keys_of(rule, dish) for _, dish, _ in served))))
    if kind in ("frequency", "spacing"):
        keys = [key for _, dish, _ in served for key in keys_of(rule, dish)]
        return float(max((keys.count(key) for key in keys), default=0))
    return of_sides(rule, law, [(dish, factor) for _, dish, factor in served])


def serving_amount(rule: Plain, law: Plain, dish: Plain, factor: float) -> float | None:
    if rule.get("certificate"):
        return float(rule["certificate"] in dish["papers"])
    if rule["kind"] == "require" and rule.get("supplier"):
        return float(bool(dish["suppliers"] & set(names(rule, "supplier"))))
    if rule["kind"] in ("forbid", "require"):
        return float(matches(rule.get("of", {}), dish))
    return of_sides(rule, law, [(dish, factor)])


def held(found: float | None, low: float, high: float, strict: bool, whole: bool = True) -> str:
    """The verdict on an amount between two limits."""
    if found is None:
        return "na"
    if found > high + 1e-6 * max(1e-3, abs(high)) or (strict and found >= high):
        return "fail"
    if not whole or (math.isinf(low) and math.isinf(high)):
        return "na"
    if found < low - 1e-6 * max(1e-3, abs(low)) or (strict and found <= low):
        return "fail"
    return "pass"


def scale(rule: Plain, at: Plain) -> float:
    if rule["kind"] in (*RATIOS, "variety") or rule.get("by") in ("day", "dish"):
        return 1.0
    if rule.get("average"):
        return float(at["days"])
    return at["days"] / at["usual"] if rule.get("prorate") and at["usual"] else 1.0


def by_item(rule: Plain) -> bool:
    asks_cook = rule["kind"] == "require" and (rule.get("certificate") or rule.get("supplier"))
    return rule.get("per", "meal") == "item" or bool(asks_cook)


def in_window(rule: Plain, limit: Plain, law: Plain, at: Plain) -> str:
    """The verdict of a rule that is no condition on one window."""
    low, high = ends(rule, limit, law)
    strict = bool(limit.get("strict"))
    if rule["kind"] == "spacing":
        return held(amount(rule, law, at), -math.inf, 1.0, False, at["whole"])
    if by_item(rule):
        found = [serving_amount(rule, law, d, f) for o in at["at"] for d, f in o["servings"]]
        return max((held(each, low, high, strict) for each in found), key=RANK.__getitem__, default="na")
    times = scale(rule, at)
    low = least_asked(rule, low, at) * times
    served = any(o["servings"] for o in at["at"])
    return held(
        amount(rule, law, at) if served or rule["kind"] not in RATIOS else None, low, high * times, strict, at["whole"]
    )


def implied(condition: str, then: str) -> str:
    if condition in ("fail", "na") or then == "na":
        return "na"
    return then if condition == "pass" or then == "pass" else "open"


def body(rule: Plain, side: str) -> tuple[Plain, Plain]:
    """A condition or a consequence as a rule of its own, with its limit."""
    outer = {key: rule[key] for key in ("per", "window", "average", "prorate", "meals") if key in rule}
    week = rule.get("short_week", "whole") if side == "then" else "whole"
    own = {key: value for key, value in rule[side].items() if key not in ("min", "max", "tolerance", "strict")}
    return {**own, **outer, "short_week": week}, rule[side]


def conditional(rule: Plain, law: Plain, at: Plain) -> str:
    (if_, on), (then, to) = body(rule, "if"), body(rule, "then")
    if by_item(if_) and by_item(then):
        each = []
        for dish, factor in (serving for o in at["at"] for serving in o["servings"]):
            sides_ = [
                held(serving_amount(part, law, dish, factor), *ends(part, limit, law), bool(limit.get("strict")))
                for part, limit in ((if_, on), (then, to))
            ]
            each.append(implied(*sides_))
        return max(each, key=RANK.__getitem__, default="na")
    condition = in_window(if_, on, law, {**at, "whole": True})
    if not at["whole"] and not by_item(if_):
        # food is still to come: a maximum that is passed stays passed, a minimum that is reached stays reached
        broken = in_window(if_, {**on, "min": None}, law, at) == "fail"
        reached = condition == "pass" and math.isinf(ends(if_, on, law)[1])
        if if_["kind"] in RATIOS or not (broken or reached):
            condition = "open"
    return implied(condition, in_window(then, to, law, at))


REACH = {"item": 0, "meal": 1, "day": 2, "week": 3, "cycle": 3}


def verdicts(rule: Plain, limit: Plain, law: Plain, menu: Plain) -> list[tuple[date | None, date | None, str, str]]:
    """The verdict of a rule on every window of a menu: first and last day, meal, verdict; one `na` out of its reach."""
    if REACH[rule.get("per", "meal")] > REACH[menu["scope"]]:
        return [(None, None, "", "na")]
    looked = rule
    if rule["kind"] == "spacing":
        days = int(number(limit["min"], "day"))
        looked = {**rule, "per": "week", "window": {"days": days, "rolling": True, "cyclic": rule.get("cyclic", False)}}
    judge = conditional if rule["kind"] == "when" else None
    return [
        (at["first"], at["last"], at["meal"], judge(rule, law, at) if judge else in_window(rule, limit, law, at))
        for at in spans_of(looked, menu)
    ]
