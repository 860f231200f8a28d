"""Lints of a food table: figures that contradict each other, their unit, the name or the kind of food."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from functools import lru_cache
from pathlib import Path
from types import MappingProxyType
from typing import TypeAlias

from sehatmenu.findings import SIGNS, Finding, Report, Severity, Verdict
from sehatmenu.food.composition import Food, FoodTable, load_foods, read_foods
from sehatmenu.food.energies import energies
from sehatmenu.food.measures import Measures, measures
from sehatmenu.food.nutrients import nutrients
from sehatmenu.food.sheets import DATA, read_cell, read_sheet
from sehatmenu.messages import Figure, as_lines, render
from sehatmenu.quantities.intervals import UNKNOWN, Interval

PARTS = ("water", "protein", "fat", "carbohydrate", "ash")
"""What 100 g of food consist of; carbohydrate is by difference and holds the fibre."""

OXIDES = MappingProxyType({"sodium": 1.348, "potassium": 1.205})
"""Grams of oxide in ash per gram of mineral."""

LIMITS = MappingProxyType(
    {"copper": 5000.0, "zinc": 20.0, "niacin": 50.0, "thiamin": 5.0, "potassium": 10_000.0, "sodium": 39_400.0}
)
"""More than a food holds in 100 g, in canonical units; thresholds of sehatmenu."""

PLANTS = frozenset({"pokok", "nabati", "sayur", "buah"})
GROUPS = PLANTS | {"hewani", "minyak", "gula", "bumbu", "susu", "jajanan", "minuman"}
ENERGY_SHARE, STATED_SHARE, ENERGY_SPARE = 0.15, 0.05, 2.0
"""How far energy may be from what follows by usual or by stated factors, and in kcal; thresholds of sehatmenu."""

SALTED_ASH, SALT_PER_SODIUM = 10.0, 2.54
ROUNDING, ASH_SPARE = 0.05, 1 / 6
"""Half of the last digit in which tables print grams; the part by which minerals may outweigh ash."""

MUCH_CAROTENE = 300.0
"""Micrograms of total carotene beside which beta-carotene is not nothing."""

EXPLAINED_BY: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "food-energy": ("ATWATER>20%",),
        "food-parts": ("PROXIMATE_SUM",),
        "food-minerals": ("MINERALS>ASH", "IMPOSSIBLE", "NA_OR_ASH_WRONG", "ASH_SUSPECT"),
        "food-fibre": ("FIBER>CARB",),
        "food-zero": ("ZERO_CHECKED",),
        "food-carotene": ("KAR_TOTAL<BKAR",),
        "food-retinol": ("DISH_WITH_ANIMAL_FOOD",),
        "food-energy-of-name": ("NAME_AND_STATE_DIFFER",),
        "food-sodium-open": ("SODIUM_MISSING_BUT_ASH",),
    }
)
"""The flags of a row that explain a finding; a flag that is spelled as the finding's code explains it too."""

Check: TypeAlias = Callable[[FoodTable, Food], Iterator[Finding]]


@dataclass(frozen=True, slots=True)
class Kind:
    """What the first words of a name say of a food: its groups, and the energy and sodium of 100 g."""

    words: str
    groups: frozenset[str]
    energy: Interval
    sodium: Interval


def lint_foods(table: FoodTable, lists: Measures | None = None) -> Report:
    """Every figure of a food table that contradicts the row, the name or the kind of the food, with its place.

    A finding is `must`; where a flag of the row explains it, it is `info` and names the flag. With `lists` of
    household measures also those that give one food two densities (`should`: a printed list is kept as printed).

    >>> lint_foods(load_foods()).verdict
    <Verdict.not_applicable: 'not_applicable'>
    """
    found = [finding for food in table for check in CHECKS for finding in check(table, food)]
    found += [*_copies(table), *_two_densities(table)]
    if lists is not None:
        found += _two_densities_of_measures(table, lists)
    return Report(tuple(found), editions=table.editions())


def lint_packaged() -> Report:
    """What `lint_foods` finds in the packaged table, corrections applied, and in the packaged household measures."""
    return lint_foods(load_foods(), measures())


def lint_file(path: str | Path) -> Report:
    """What `lint_foods` finds in a file, after everything for which `load_foods` would refuse it.

    Raises LoadError for a file that is no table.
    """
    table, problems = read_foods(path)
    return Report((*problems, *lint_foods(table)), editions=table.editions())


def lint_text(report: Report, lang: str = "id") -> str:
    """The findings as lines `file:line:column: what is wrong`, the gravest first, and a last line that counts them."""
    ranks = {Severity.must: 0, Severity.should: 1, Severity.info: 2}
    found = sorted(report, key=lambda finding: ranks[finding.severity])
    counts = {name: sum(f.severity is rank for f in found) for name, rank in zip(_COUNTED, ranks, strict=True)}
    lines = [f"{SIGNS[f.verdict]} {f.place}: {f.text(lang)}{_explanation(f)}" for f in found]
    return as_lines([*lines, render("foods-lint-summary", {"editions": report.editions, **counts}, lang)])


_COUNTED = ("faults", "advice", "notes")


def _explanation(finding: Finding) -> str:
    return f" [{'; '.join(finding.causes)}]" if finding.causes else ""


def _found(code: str, table: FoodTable, food: Food, column: str, **values: object) -> Finding:
    """A finding at a cell, or a note when a flag of the row explains it."""
    place = table.place(food, column)
    values = {"food": str(food), **values}
    names = (*EXPLAINED_BY.get(code, ()), code)
    flags = tuple(flag for flag in food.flags if flag.startswith(names))
    if flags:
        return Finding(code, Verdict.unknown, Severity.info, place, values=values, causes=flags)
    return Finding(code, Verdict.fail, Severity.must, place, values=values)


def _amount(food: Food, nutrient: str) -> Interval:
    return food.per100[nutrient].amount


def _figure(amount: Interval, nutrient: str) -> Figure:
    return Figure(amount.low, amount.high, nutrients()[nutrient].unit)


def _parts(table: FoodTable, food: Food) -> Iterator[Finding]:
    """Water, protein, fat, carbohydrate and ash are each at most 100 g and together about 100 g."""
    total = Interval.exact(0)
    for nutrient in PARTS:
        amount = _amount(food, nutrient)
        total += amount
        if amount.low > 100 + ROUNDING:
            values = {"nutrient": nutrients()[nutrient].name, "amount": _figure(amount, nutrient)}
            yield _found("food-part", table, food, nutrient, **values)
    if total.low > 105 or total.high < 95:
        yield _found("food-parts", table, food, "carbohydrate", amount=_figure(total, "carbohydrate"))


def _energy(table: FoodTable, food: Food) -> Iterator[Finding]:
    """The energy follows from protein, fat and carbohydrate by the factors that are used."""
    printed, expected = _amount(food, "energy"), list(energies(food))
    share = STATED_SHARE if len(expected) == 1 else ENERGY_SHARE
    least, most = printed.low * (1 - share) - ENERGY_SPARE, printed.high * (1 + share) + ENERGY_SPARE
    if any(energy.low <= most and least <= energy.high for _, energy in expected):
        return
    name, energy = min(expected, key=lambda pair: abs(pair[1].low - printed.low))
    figures = {"amount": _figure(printed, "energy"), "expected": _figure(energy, "energy")}
    yield _found("food-energy", table, food, "energy", factors=name, **figures)


def _nothing(table: FoodTable, food: Food) -> Iterator[Finding]:
    """A food of which everything is zero was not analysed, unless it is water or salt."""
    zero = all(_amount(food, n) == Interval.exact(0) for n in ("energy", "protein", "fat", "carbohydrate"))
    if zero and (_amount(food, "water") + _amount(food, "ash")).low < 95 and "garam" not in food.name.id.casefold():
        yield _found("food-all-zero", table, food, "energy")


def _minerals(table: FoodTable, food: Food) -> Iterator[Finding]:
    """Minerals, as the oxides that they are in ash, do not outweigh the ash."""
    ash = _amount(food, "ash")
    most = ash.high * (1 + ASH_SPARE) + ROUNDING
    for mineral, oxide in OXIDES.items():
        if _amount(food, mineral).low * oxide / 1000 > most:
            values = {"nutrient": nutrients()[mineral].name, "amount": _figure(_amount(food, mineral), mineral)}
            yield _found("food-minerals", table, food, mineral, ash=_figure(ash, "ash"), **values)
            return
    names = ("sodium", "potassium", "calcium", "phosphorus")
    total = sum(_amount(food, mineral).low for mineral in names)
    if total / 1000 > most:
        largest = max(names, key=lambda mineral: _amount(food, mineral).low)
        values = {"nutrient": nutrients()[largest].name, "amount": _figure(Interval.exact(total), "sodium")}
        yield _found("food-minerals", table, food, largest, ash=_figure(ash, "ash"), **values)


def _salt(table: FoodTable, food: Food) -> Iterator[Finding]:
    """Much ash of an animal food or seasoning is salt: its sodium cannot be low, and is not known when it is blank."""
    ash, sodium = _amount(food, "ash"), _amount(food, "sodium")
    if ash.low < SALTED_ASH or (food.group != "hewani" and not _kind(food).sodium.low):
        return
    values = {"ash": _figure(ash, "ash"), "amount": _figure(sodium, "sodium")}
    if sodium == UNKNOWN:
        note = _found("food-sodium-open", table, food, "sodium", **values)
        yield Finding(note.code, Verdict.unknown, Severity.info, note.place, values=note.values, causes=note.causes)
    elif sodium.high * SALT_PER_SODIUM / 1000 < ash.low / 4:
        yield _found("food-sodium-low", table, food, "sodium", **values)


def _fibre(table: FoodTable, food: Food) -> Iterator[Finding]:
    """Fibre is part of the carbohydrate."""
    fibre, whole = _amount(food, "fibre"), _amount(food, "carbohydrate")
    if fibre.low > whole.high + ROUNDING:
        values = {"amount": _figure(fibre, "fibre"), "whole": _figure(whole, "carbohydrate")}
        yield _found("food-fibre", table, food, "fibre", **values)


def _limits(table: FoodTable, food: Food) -> Iterator[Finding]:
    """No figure is beyond what foods hold; refined oil holds no carotene."""
    limits = {**LIMITS, "beta_carotene": 5000.0} if food.group == "minyak" else LIMITS
    for nutrient, limit in limits.items():
        amount = _amount(food, nutrient)
        if amount.low > limit:
            values = {"nutrient": nutrients()[nutrient].name, "amount": _figure(amount, nutrient)}
            yield _found("food-limit", table, food, nutrient, limit=_figure(Interval.exact(limit), nutrient), **values)


def _vitamin_a(table: FoodTable, food: Food) -> Iterator[Finding]:
    """Plants hold no retinol; total carotene is not less than beta-carotene, nor large beside a beta-carotene of 0."""
    retinol = _amount(food, "retinol")
    if food.group in PLANTS and not food.cooked and retinol.low > 0:
        yield _found("food-retinol", table, food, "retinol", amount=_figure(retinol, "retinol"))
    beta, total = _amount(food, "beta_carotene"), _amount(food, "carotene_total")
    if total.high < beta.low or (beta == Interval.exact(0) and total.low > MUCH_CAROTENE):
        values = {"amount": _figure(beta, "beta_carotene"), "total": _figure(total, "carotene_total")}
        yield _found("food-carotene", table, food, "beta_carotene", **values)


def _sentinels(table: FoodTable, food: Food) -> Iterator[Finding]:
    """Nines only, such as 9999, stand for a missing figure."""
    for nutrient, value in food.per100.items():
        amount = value.amount
        if amount.known and amount.low >= 999 and set(f"{amount.low:g}") == {"9"}:
            values = {"nutrient": value.nutrient.name, "amount": value.figure}
            yield _found("food-sentinel", table, food, nutrient, **values)


def _zeros(table: FoodTable, food: Food) -> Iterator[Finding]:
    """Zero of what every food of its kind holds means that it was not analysed."""
    least = 2.0 if food.group == "minyak" else 0.5
    if food.group in ("gula", "minuman", "bumbu") or _amount(food, "protein").low < least:
        return
    wanted = ["riboflavin", "niacin", "iron", "potassium", "calcium"]
    if food.group in ("pokok", "hewani", "nabati") or "ikan" in food.tags:
        wanted += ["zinc", "copper"]
    for nutrient in wanted:
        if _amount(food, nutrient) == Interval.exact(0):
            yield _found("food-zero", table, food, nutrient, nutrient=nutrients()[nutrient].name)


def _units(table: FoodTable, food: Food) -> Iterator[Finding]:
    """Two editions that differ by a thousand differ by a unit."""
    for column, first, second in re.findall(r"(\w+): 2020=([\d.]+) 20\d\d=([\d.]+)", food.conflicts):
        nutrient = column.rsplit("_", 1)[0]
        if nutrient not in nutrients() or float(first) * 1000 != float(second):
            continue
        amount = _amount(food, nutrient)
        if amount == Interval.exact(float(first)):
            values = {"nutrient": nutrients()[nutrient].name, "amount": _figure(amount, nutrient), "other": second}
            yield _found("food-unit", table, food, nutrient, **values)


def _name(table: FoodTable, food: Food) -> Iterator[Finding]:
    """The group, energy and sodium are those of the food that the first words of the name say."""
    if food.group and food.group not in GROUPS:
        yield _found("food-group-unknown", table, food, "group", group=food.group, known=", ".join(sorted(GROUPS)))
        return
    kind = _kind(food)
    if food.group and kind.groups and food.group not in kind.groups:
        known = ", ".join(sorted(kind.groups))
        yield _found("food-group", table, food, "group", group=food.group, words=kind.words, known=known)
    for nutrient, code in (("energy", "food-energy-of-name"), ("sodium", "food-sodium-of-name")):
        band: Interval = getattr(kind, nutrient)
        amount = _amount(food, nutrient)
        if amount.high < band.low or amount.low > band.high:
            figures = {"amount": _figure(amount, nutrient), "expected": _figure(band, nutrient)}
            yield _found(code, table, food, nutrient, words=kind.words, **figures)


def _whole_fish(table: FoodTable, food: Food) -> Iterator[Finding]:
    """A fresh fish that is not called a fillet has head and bones: its edible part is not all of it."""
    whole = food.name.id.casefold().startswith("ikan ") and "segar" in food.name.id and "fillet" not in food.name.id
    if whole and food.edible == Interval.exact(1):
        yield _found("food-whole-fish", table, food, "edible", amount=Figure.exact(1.0, "fraction"))


CHECKS: tuple[Check, ...] = (
    _parts, _energy, _nothing, _minerals, _salt, _fibre, _limits, _vitamin_a, _sentinels, _zeros, _units, _name,
    _whole_fish,
)  # fmt: skip


def _copies(table: FoodTable) -> Iterator[Finding]:
    """Two foods of different groups do not hold the same minerals to the last digit."""
    first: dict[tuple[float, ...], Food] = {}
    for food in table:
        amounts = [_amount(food, mineral) for mineral in ("potassium", "copper", "zinc")]
        if all(amount.known and amount.low > 0 for amount in amounts):
            other = first.setdefault(tuple(amount.low for amount in amounts), food)
            if other.group != food.group:
                yield _found("food-copied", table, food, "potassium", other=str(other))


def _two_densities(table: FoodTable) -> Iterator[Finding]:
    """One food in one state has one density."""
    first: dict[tuple[str, str], Food] = {}
    for food in table:
        if food.density is None:
            continue
        other = first.setdefault((_words(food.name.id.split(",")[0]), food.state), food)
        if other.density is not None and not _meet(other.density, food.density):
            values = {"amount": _density(food.density), "other": str(other), "others": _density(other.density)}
            yield _found("food-two-densities", table, food, "density", **values)


def _two_densities_of_measures(table: FoodTable, lists: Measures) -> Iterator[Finding]:
    """The spoons and cups of one list weigh one food at one density."""
    seen: dict[tuple[str, str], tuple[str, Interval]] = {}
    for (name, code, measure), weight in lists.weights.items():
        volume = lists.volumes.get((name, measure.split()[0]))
        if volume is None or code not in table:
            continue
        density = weight.grams / volume
        other, others = seen.setdefault((name, code), (measure, density))
        if not _meet(density, others, 1.25):
            values = {"food": str(table[code]), "list": name, "measure": measure, "other": other}
            figures = {"amount": _density(density), "others": _density(others)}
            found = Finding("measure-two-densities", Verdict.fail, Severity.should, weight.place)
            yield replace(found, values={**values, **figures})


def _density(density: Interval) -> Figure:
    return Figure(density.low, density.high, "g/ml")


def _meet(one: Interval, other: Interval, factor: float = 1.05) -> bool:
    return one.low <= other.high * factor and other.low <= one.high * factor


def _words(text: str) -> str:
    return " ".join(re.findall(r"[\w-]+", text.casefold()))


def _kind(food: Food) -> Kind:
    """What the longest known opening of a food's name says of it."""
    words = _words(food.name.id).split()
    for length in range(min(len(words), 3), 0, -1):
        found = _kinds().get(" ".join(words[:length]))
        if found is not None:
            return found
    return Kind("", frozenset(), UNKNOWN, UNKNOWN)


@lru_cache(maxsize=1)
def _kinds() -> Mapping[str, Kind]:
    """What names say of foods (data/foods/kinds.csv)."""
    return {
        row["words"]: Kind(
            row["words"], row.words("groups"), read_cell(row["energy [kcal]"]), read_cell(row["sodium [mg]"])
        )
        for row in read_sheet(DATA / "foods" / "kinds.csv")
    }
