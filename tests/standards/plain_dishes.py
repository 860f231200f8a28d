"""An oracle, first part: which dishes and foods a rule means, and what a dish of which everything is known brings to it."""

from __future__ import annotations

from typing import Any

Plain = dict[str, Any]


def names(selector: Plain, key: str) -> tuple[str, ...]:
    value = selector.get(key, ())
    return (value,) if isinstance(value, str) else tuple(value)


# what a selector means


def units_meant(selector: Plain, dish: Plain) -> list[Plain]:
    """The whole dish, or the components of the courses that are asked for."""
    if (wanted := names(selector, "name")) and not {dish["id"], dish["name"]} & set(wanted):
        return []
    courses = names(selector, "course")
    if not courses or dish["course"] in courses:
        whole = {
            "tags": set().union(*(p["tags"] for p in dish["parts"])),
            "allergens": set().union(*(p["allergens"] for p in dish["parts"])),
            "methods": set().union(*(p["methods"] for p in dish["parts"])),
            "foods": [food for part in dish["parts"] for food in part["foods"]],
        }
        return [whole]
    return [part for part in dish["parts"] if part["course"] in courses]


def unit_fits(selector: Plain, unit: Plain, keys: tuple[str, ...]) -> bool:
    """Whether a unit has one word of each key, on itself or on a food of it."""
    foods = unit["foods"]
    held = {
        "group": {food["group"] for food in foods},
        "tag": unit["tags"].union(*(food["tags"] for food in foods)),
        "food": {food["code"] for food in foods},
        "allergen": unit["allergens"].union(*(food["allergens"] for food in foods)),
        "method": unit["methods"] | {food["method"] for food in foods},
    }
    return all(not names(selector, key) or held[key] & set(names(selector, key)) for key in keys)


def matches(selector: Plain, dish: Plain) -> bool:
    keys = ("group", "tag", "food", "allergen", "method")
    return any(unit_fits(selector, unit, keys) for unit in units_meant(selector, dish))


def itself(selector: Plain, unit: Plain) -> bool:
    """Whether the unit is meant as it is, not only some of its foods."""
    if any(names(selector, key) for key in ("group", "food", "allergen")):
        return False
    return unit_fits(selector, {**unit, "foods": []}, ("tag", "method"))


def foods_meant(selector: Plain, dish: Plain, *, dishes_too: bool = True) -> list[Plain]:
    """The foods that count: all of a unit that is meant itself, else those that fit every key by themselves."""
    found = []
    for unit in units_meant(selector, dish):
        all_of_it = dishes_too and itself(selector, unit)
        for food in unit["foods"]:
            method = not names(selector, "method") or {food["method"], *unit["methods"]} & set(
                names(selector, "method")
            )
            alone = {"tags": set(), "allergens": set(), "methods": set(), "foods": [food]}
            if all_of_it or (method and unit_fits(selector, alone, ("group", "tag", "food", "allergen"))):
                found.append(food)
    return found


def credit(selector: Plain, dish: Plain, unit: str) -> float:
    keys = ("tag", "food", "allergen", "method")
    if not any(unit_fits(selector, part, keys) for part in units_meant(selector, dish)):
        return 0.0
    stated = dish["credits"]
    return float(sum(stated[n][0] for n in names(selector, "group") or stated if n in stated and stated[n][1] == unit))


def measured(side: Plain, dish: Plain) -> float:
    """What a dish brings to one side of a ratio."""
    of, supplier = side.get("of", {}), names(side, "supplier")
    if supplier and not dish["suppliers"] & set(supplier):
        return 0.0
    if side.get("nutrient"):
        left_out = [id(food) for food in foods_meant(side["less"], dish)] if side.get("less") else []
        counted = [food for food in foods_meant(of, dish) if id(food) not in left_out]
        return float(sum(food["nutrients"].get(side["nutrient"], 0.0) for food in counted))
    if side.get("mass"):
        basis = side["mass"]
        return float(sum(food[basis] for food in foods_meant(of, dish, dishes_too=basis == "cooked")))
    if side.get("credited"):
        return credit(of, dish, side["credited"])
    return float(dish[side.get("cost", "price")]) * matches(of, dish)
