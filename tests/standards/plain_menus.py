"""Random menus with blanks, the worlds that may be behind them, and the same menus as the library's own objects."""

from __future__ import annotations

from datetime import date, timedelta
from random import Random
from typing import Any

import numpy as np

from sehatmenu.files import Place
from sehatmenu.food.dishes import Ingredient, PortionBounds, Recipe
from sehatmenu.food.foods import ALLERGENS_NOT_STATED, Food, unlisted
from sehatmenu.food.nutrients import Nutrition, nutrients
from sehatmenu.messages import Text
from sehatmenu.quantities.intervals import UNKNOWN, Interval, IntervalArray
from sehatmenu.standards.menus import Catalogue, Certificate, Menu, Option
from sehatmenu.standards.windows import Horizon, Occasion, SchoolCalendar, Scope

Plain = dict[str, Any]

COURSES = ("pokok", "hewani", "nabati", "sayur", "buah")
SEASONINGS = ("bumbu", "minyak")
WORLDS = ("low", "high", *["any"] * 6)


class Words:
    """What rules may ask of a dish, and so what dishes are made of."""

    tags: tuple[str, ...] = ("hijau", "jingga", "ikan-laut", "olahan")
    methods: tuple[str, ...] = ("rebus", "goreng", "kukus")
    allergens: tuple[str, ...] = ("telur", "ikan", "susu")
    courses: tuple[str, ...] = COURSES
    groups: tuple[str, ...] = (*COURSES, *SEASONINGS)
    nutrients: tuple[str, ...] = ("energy", "protein", "fat", "carbohydrate", "sodium", "fibre", "saturated_fat")
    credits: tuple[tuple[str, str], ...] = (("us/fruit", "cup"), ("us/juice", "cup"), ("us/grain", "oz_eq"))
    suppliers: tuple[str, ...] = ("mikro", "koperasi")
    papers: tuple[str, ...] = ("halal", "slhs")
    names: tuple[str, ...] = ()
    foods: tuple[str, ...] = ()
    sizes: dict[str, float] = {}

    def table(self) -> list[Plain]:
        """Foods of every group, some with a tag or an allergen."""
        found = []
        for n, group in enumerate(self.groups * 2):
            tags = {self.tags[n % len(self.tags)]} if self.tags and n % 3 else set()
            allergens = {self.allergens[n % len(self.allergens)]} if self.allergens and n % 4 == 1 else set()
            found.append({"code": f"f{n}", "group": group, "tags": tags, "allergens": allergens})
        return found + [{"code": code, "group": "lain", "tags": set(), "allergens": set()} for code in self.foods]


def some(rng: Random, words: tuple[str, ...], part: float = 0.3) -> set[str]:
    return {word for word in words if rng.random() < part}


def grid(rng: Random, most: float) -> float:
    """A number that adds up exactly in binary."""
    return rng.randrange(0, 17) * most / 16


def a_dish(rng: Random, words: Words, number: int, blank: float) -> Plain:
    """A dish as a kitchen tells it; `blank` is the part of what it leaves out."""

    def told(value: Any) -> Any:
        return None if rng.random() < blank else value

    course = rng.choice((*words.courses, "paket"))
    label = rng.random() < 0.4
    sizes = {n: words.sizes.get(n, 64.0) for n in words.nutrients}
    plain = [f for f in words.table() if f["group"] in (*COURSES, *SEASONINGS)] if course == "paket" else words.table()
    foods = [a_food(rng, words, food, blank, sizes) for food in rng.sample(plain, min(len(plain), rng.randint(1, 4)))]
    name = rng.choice(words.names) if words.names and rng.random() < 0.3 else f"masakan-{number}"
    return {
        "id": f"masakan-{number}", "name": name, "course": course, "label": label,
        "components": sorted(some(rng, words.courses, 0.4)) if rng.random() < 0.15 else None,
        "tags": some(rng, words.tags) if not label else told(some(rng, words.tags)),
        "method": rng.choice(words.methods) if not label else told(rng.choice(words.methods)),
        "allergens": some(rng, words.allergens, 0.2), "allergens_told": not label or rng.random() >= blank,
        "foods": [] if label else foods,
        "nutrients": {n: told(grid(rng, sizes[n])) for n in words.nutrients} if label else {},
        "mass": told(rng.randrange(1, 30) * 8.0) if label else None,
        "credits": told({n: (rng.randrange(0, 9) / 4 * (200 if u == "ml" else 1), u) for n, u in words.credits}),
        "price": told(rng.randrange(0, 40) * 500.0), "ingredients": told(rng.randrange(0, 40) * 500.0),
        "suppliers": some(rng, words.suppliers), "papers": told(some(rng, words.papers, 0.7)),
    }  # fmt: skip


def a_food(rng: Random, words: Words, food: Plain, blank: float, sizes: dict[str, float]) -> Plain:
    """A line of a recipe: sometimes without an amount, sometimes of a food that no table holds."""
    bare = rng.random() < blank / 3
    known = {n: None if bare or rng.random() < blank / 2 else grid(rng, sizes[n] / 2) for n in words.nutrients}
    listed = rng.random() >= blank / 3
    edible = None if bare else rng.randrange(1, 20) * 8.0
    return {**food, "method": rng.choice(words.methods), "edible": edible, "nutrients": known, "listed": listed}


# worlds


def world(rng: Random, words: Words, dish: Plain, mode: str) -> Plain:
    """One dish as it may be: every blank filled."""

    def fill(known: float | None, most: float) -> float:
        if known is not None:
            return known
        return {"low": 0.0, "high": 1000 * most, "any": rng.choice((0.0, most / 8, most, 4 * most))}[mode]

    tags = dish["tags"] if dish["tags"] is not None else some(rng, words.tags, _chance(rng, mode))
    extra = set() if dish["allergens_told"] else some(rng, words.allergens, _chance(rng, mode))
    methods = {dish["method"]} if dish["method"] is not None else {rng.choice(words.methods)}
    own = {"tags": tags, "allergens": dish["allergens"] | extra, "methods": methods}
    parts = _label(rng, words, dish, own, fill) if dish["label"] else _cooked(rng, words, dish, own, fill)
    counts = dish["credits"]
    if counts is None:
        counts = {n: (fill(None, 2.0), u) for n, u in words.credits}
    papers = dish["papers"] if dish["papers"] is not None else some(rng, words.papers, _chance(rng, mode))
    money = {key: fill(dish[key], 20000.0) for key in ("price", "ingredients")}
    return {**dish, **money, "parts": parts, "credits": counts, "papers": papers}


def _chance(rng: Random, mode: str) -> float:
    return {"low": 0.0, "high": 1.0, "any": 0.5}[mode]


def _parts(rng: Random, dish: Plain, own: Plain, courses: list[str]) -> list[Plain]:
    """The components of a dish; what is said of the whole dish is of at least one of them."""
    parts: list[Plain] = [
        {"course": c, "tags": set(), "allergens": set(), "methods": set(), "foods": []} for c in courses
    ]
    for key, said in own.items():
        for word in said:
            for part in rng.sample(parts, rng.randint(1, len(parts))):
                part[key].add(word)
    return parts


def _cooked(rng: Random, words: Words, dish: Plain, own: Plain, fill: Any) -> list[Plain]:
    foods = []
    for line in dish["foods"]:
        food = {**line, "edible": fill(line["edible"], 50.0)}
        if not line["listed"]:
            food |= rng.choice(words.table())
        if dish["course"] != "paket" and dish["components"] is None:
            pass
        elif not line["listed"] and food["group"] not in COURSES:
            food["hidden"] = rng.choice((None, *COURSES))
        grams = food["edible"]
        food |= {"gross": grams * 1.25, "cooked": grams * 0.875}
        food["nutrients"] = {n: fill(v, 100.0) for n, v in line["nutrients"].items()}
        foods.append(food)
    if dish["course"] != "paket" and dish["components"] is None:
        return [{"course": dish["course"], "tags": own["tags"], "allergens": own["allergens"], "methods": own["methods"],
                 "foods": foods}]  # fmt: skip
    courses = {*(dish["components"] or ()), dish["course"]} - {"paket"}
    courses |= {f["group"] for f in foods if f["group"] in COURSES}
    if dish["components"] is None:
        courses |= {f["hidden"] for f in foods if f.get("hidden")}
    parts = _parts(rng, dish, own, sorted(courses) or ["-"])
    for food in foods:
        of = [part for part in parts if part["course"] == food["group"]]
        (of[0] if of else rng.choice(parts))["foods"].append(food)
    return parts


def _label(rng: Random, words: Words, dish: Plain, own: Plain, fill: Any) -> list[Plain]:
    """What may be in a dish of which the label tells only figures: any foods that contradict nothing it says."""
    courses = {*(dish["components"] or ()), dish["course"]} - {"paket"}
    if dish["components"] is None and dish["course"] == "paket":
        courses = some(rng, words.courses, 0.5)
    parts = _parts(rng, dish, own, sorted(courses) or ["-"])
    rest = {"group": "lain", "tags": set(), "allergens": set()}
    several = dish["components"] is not None or dish["course"] == "paket"
    hidden = []
    for part in parts:
        fitting = [
            food for food in words.table()
            if food["tags"] <= own["tags"] and food["allergens"] <= own["allergens"]
            and (not several or food["group"] in (part["course"], *SEASONINGS))
        ]  # fmt: skip
        for food in [
            *rng.sample(fitting, min(len(fitting), rng.randint(0, 2))),
            {**rest, "code": f"?{part['course']}"},
        ]:
            part["foods"].append({**food, "method": rng.choice(sorted(own["methods"])), "nutrients": {}})
            hidden.append(part["foods"][-1])
    mass = fill(dish["mass"], 100.0)
    for amounts, total in (("mass", mass), *((n, fill(v, 100.0)) for n, v in dish["nutrients"].items())):
        for food, share in zip(hidden, _shares(rng, len(hidden)), strict=True):
            if amounts == "mass":
                food |= dict.fromkeys(("gross", "edible", "cooked"), total * share)
            else:
                food["nutrients"][amounts] = total * share
    return parts


def _shares(rng: Random, count: int) -> list[float]:
    """Parts of one, in sixteenths so that they add up exactly."""
    cuts = sorted(rng.randint(0, 16) for _ in range(count - 1))
    return [(b - a) / 16 for a, b in zip([0, *cuts], [*cuts, 16], strict=True)]


# menus


def a_menu(rng: Random, words: Words, blank: float) -> Plain:
    """A menu of some days from any day of the week on, with holidays and terms or with no calendar at all."""
    dishes = [a_dish(rng, words, n, blank if rng.random() < 0.7 else 0.0) for n in range(rng.randint(3, 7))]
    first = date(2026, 2, 2) + timedelta(days=rng.randrange(7))
    scope = rng.choices(("cycle", "day", "meal", "item"), (8, 1, 2, 1))[0]
    length = rng.randint(1, 14) if scope == "cycle" else 1
    span = [first + timedelta(days=n) for n in range(length)]
    calendar = None
    if rng.random() < 0.6:
        weekdays = rng.choice(((0, 1, 2, 3, 4), (0, 1, 2, 3, 4, 5), (0, 2, 4)))
        around = [first + timedelta(days=n) for n in range(-6, length + 7)]
        off = {day for day in around if rng.random() < 0.15}
        last = first + timedelta(days=rng.randrange(length + 5))
        terms = rng.choice((((first, last),), ((date(2026, 1, 1), last),), (), ()))
        calendar = {"weekdays": weekdays, "off": off, "terms": terms}
        span = [d for d in span if d.weekday() in weekdays and d not in off and (not terms or terms[0][0] <= d <= last)]
    else:
        span = [d for d in span if d.weekday() < 5 and rng.random() > 0.2]
    meals = rng.choice((("siang",), ("pagi", "siang"))) if scope in ("cycle", "day") else ("siang",)
    full = rng.random() < 0.8
    occasions = []
    for day in span or [first]:
        for meal in meals if full or rng.random() < 0.8 else meals[:1]:
            chosen = rng.sample(
                dishes, 1 if scope == "item" else rng.randint(0 if scope == "cycle" else 1, min(4, len(dishes)))
            )
            servings = [(dish["id"], rng.choice((1.0, 1.0, 0.5, 1.5))) for dish in chosen]
            occasions.append({"day": day, "meal": meal, "servings": servings})
    return {"dishes": dishes, "occasions": occasions, "whole_days": scope == "day" or rng.random() < 0.5,
            "scope": scope, "calendar": calendar}  # fmt: skip


def filled(rng: Random, words: Words, menu: Plain, mode: str) -> Plain:
    """The menu in one world."""
    dishes = {dish["id"]: world(rng, words, dish, mode) for dish in menu["dishes"]}
    occasions = [
        {**o, "servings": [(dishes[name], factor) for name, factor in o["servings"]]} for o in menu["occasions"]
    ]
    return {**menu, "occasions": occasions}


# the same for the library


def as_menu(menu: Plain) -> Menu:
    options = tuple(_option(dish) for dish in menu["dishes"])
    at = {dish["id"]: r for r, dish in enumerate(menu["dishes"])}
    portions = np.zeros((len(menu["occasions"]), len(options)))
    for t, occasion in enumerate(menu["occasions"]):
        for name, factor in occasion["servings"]:
            portions[t, at[name]] = factor
    calendar = menu["calendar"]
    school = SchoolCalendar(calendar["weekdays"], frozenset(calendar["off"]), calendar["terms"]) if calendar else None
    occasions = tuple(Occasion(o["day"], o["meal"]) for o in menu["occasions"])
    horizon = Horizon(occasions, menu["whole_days"], school)
    return Menu(Catalogue(options), horizon, portions, Scope(menu["scope"]))


def _known(value: float | None) -> Interval:
    return UNKNOWN if value is None else Interval.exact(value)


def _option(dish: Plain) -> Option:
    values = [[_known(f["nutrients"].get(n.id)) if n.id in f["nutrients"] else UNKNOWN for n in nutrients()]
              for f in dish["foods"]]  # fmt: skip
    low = np.array([[v.low for v in row] for row in values]).reshape(len(values), len(nutrients()))
    high = np.array([[v.high for v in row] for row in values]).reshape(len(values), len(nutrients()))
    shares = IntervalArray(low, high)
    lines = tuple(_line(food, shares, n) for n, food in enumerate(dish["foods"]))
    untold = {ALLERGENS_NOT_STATED} if not dish["allergens_told"] else set()
    allergens = frozenset(dish["allergens"] | untold).union(*(line.food.allergens for line in lines))
    figures = {n: v for n, v in dish["nutrients"].items() if v is not None}
    mass = _known(dish["mass"]) if dish["label"] else sum((line.cooked for line in lines), Interval.exact(0))
    recipe = Recipe(
        id=dish["id"], name=dish["name"], course=dish["course"], servings=1.0,
        nutrition=Nutrition.of(figures) if dish["label"] else Nutrition(shares.sum()), mass=mass, ingredients=lines,
        tags=frozenset(dish["tags"] or ()), allergens=allergens, method=dish["method"] or "", portion=PortionBounds(),
        source="",
        credits=None if dish["credits"] is None else {n: (Interval.exact(a), u) for n, (a, u) in dish["credits"].items()},
        components=None if dish["components"] is None else tuple(dish["components"]),
        untold=frozenset(word for word, key in (("tag", "tags"), ("method", "method")) if dish[key] is None),
    )  # fmt: skip
    papers = None if dish["papers"] is None else tuple(Certificate(paper) for paper in sorted(dish["papers"]))
    money = _known(dish["price"]), _known(dish["ingredients"])
    return Option(recipe, dish["id"], frozenset(dish["suppliers"]), *money, certificates=papers)


def _line(line: Plain, shares: IntervalArray, position: int) -> Ingredient:
    grams = _known(line["edible"])
    food = unlisted(f"entah {line['code']}") if not line["listed"] else Food(
        code=line["code"], edition="", name=Text(line["code"], line["code"]), aliases=(), group=line["group"],
        tags=frozenset(line["tags"]), allergens=frozenset(line["allergens"]), halal="", state="raw", retention="",
        edible=Interval.exact(1.0), density=None, per100=Nutrition.of({}), source="", seen="example", agreement="",
        conflicts="", energy_factors="", flags=(), errata=(), place=Place("", 1, 1), index=0,
    )  # fmt: skip
    return Ingredient(
        food, line["code"], line["method"], grams * 1.25, grams, grams * 0.875, "", None, shares, position
    )
