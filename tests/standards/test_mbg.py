"""MBG 2026: ranges of the packaged standard against those that three copies of its table print."""

from __future__ import annotations

import csv
import math
from functools import cache

import pytest

from sehatmenu.findings import Severity
from sehatmenu.messages import Figure
from sehatmenu.standards.checks import check
from sehatmenu.standards.standards import load_standard

from .law_texts import DATA, MONDAY, dish

NUTRIENTS = ("energy", "protein", "fat", "carbohydrate")
ROUNDED_TO = {"energy": 1.0, "protein": 0.1, "fat": 0.1, "carbohydrate": 0.1}
"""The last printed digit. Halves are printed up (412.5 as 413) and down (5.25 as 5.2)."""

AS_PRINTED = {("sma", "fat"), ("pendidik", "fat"), ("ibu-menyusui", "energy"), ("ibu-menyusui", "protein")}
"""Cells that are printed otherwise than the share of the AKG gives."""


@cache
def printed() -> dict[tuple[str, str], tuple[float, float]]:
    with (DATA / "mbg2026.csv").open(encoding="utf-8", newline="") as stream:
        rows = list(csv.DictReader(stream))
    units = {"energy": "kcal"}
    cells = {(row["group"], n): row[f"{n} [{units.get(n, 'g')}]"].split("..") for row in rows for n in NUTRIENTS}
    return {cell: (float(low), float(high)) for cell, (low, high) in cells.items()}


@cache
def ranges(group: str) -> dict[str, tuple[float, float]]:
    """The floor and the upper end of each nutrient, out of the two rules that a report tells of it."""
    found: dict[str, list[float]] = {}
    for finding in check(dish(), load_standard("id/mbg-2026"), group, MONDAY):
        limit, nutrient = finding.values.get("limit"), str(finding.values["rule_id"]).split("-")[0]
        if isinstance(limit, Figure) and nutrient in NUTRIENTS:
            found.setdefault(nutrient, []).extend(end for end in (limit.low, limit.high) if math.isfinite(end))
    return {nutrient: (low, high) for nutrient, (low, high) in found.items()}


@pytest.mark.parametrize("cell", list(printed()), ids="-".join)
def test_a_printed_range_is_the_range_of_the_standard(cell: tuple[str, str]) -> None:
    group, nutrient = cell
    half = ROUNDED_TO[nutrient] / 2 + 1e-9
    (floor, ceiling), (low, high) = printed()[cell], ranges(group)[nutrient]
    assert abs(floor - low) <= half
    assert ceiling - 1e-9 <= high <= ceiling + 2 * half  # never stricter than printed


@pytest.mark.parametrize("cell", sorted(AS_PRINTED), ids="-".join)
def test_an_odd_cell_stands_as_it_is_printed(cell: tuple[str, str]) -> None:
    assert pytest.approx(printed()[cell]) == ranges(cell[0])[cell[1]]


def test_the_groups_of_the_standard_are_those_that_are_printed() -> None:
    assert {group for group, _ in printed()} == set(load_standard("id/mbg-2026").groups)


# By hand from the AKG 2019: SD 4-6 is the mean of boys (2000 kcal) and girls (1900 kcal) of 10-12 years, 30-35 %;
# 682.5 kcal is printed as 683
def test_a_range_by_hand() -> None:
    assert pytest.approx((585, 683)) == ranges("sd-4-6")["energy"]


def test_half_a_day_later_the_share_is_another() -> None:
    # children of 1-3 years, 1350 kcal: 20-25 % in the morning, 30-35 % at noon; 337.5 and 472.5 are printed rounded up
    assert pytest.approx((270, 338)) == ranges("balita-pagi")["energy"]
    assert pytest.approx((405, 473)) == ranges("balita-siang")["energy"]


def test_floors_bind_and_upper_ends_do_not() -> None:
    severities = {rule.id: rule.severity for rule in load_standard("id/mbg-2026").rules}
    floors = [rule for rule in severities if rule.split("-")[0] in NUTRIENTS and not rule.endswith("-upper")]
    assert {Severity.must} == {severities[rule] for rule in floors}
    assert {Severity.info} == {severities[rule] for rule in ("protein-upper", "protein-menyusui-upper")}
    advice = ("energy-upper", "energy-menyusui-upper", "fat-upper", "fat-sma-upper", "carbohydrate-upper")
    assert {Severity.should} == {severities[rule] for rule in advice}


def test_much_protein_alone_breaks_no_law() -> None:
    # 16 g of protein is 40 % of the AKG of grades 1-3; the rest lies inside its range
    report = check(
        dish(energy="412 kcal", protein="16 g", fat="12 g", carbohydrate="56 g"),
        load_standard("id/mbg-2026"),
        "sd-1-3",
        MONDAY,
    )
    told = {f.values["rule_id"]: str(f.verdict) for f in report if str(f.values["rule_id"]).split("-")[0] in NUTRIENTS}
    assert "fail" == told.pop("protein-upper")
    assert {"pass"} == set(told.values())
