"""MBG 2026: ranges computed from the rule (a share of the mean AKG) against those that a kitchens' app prints."""

from __future__ import annotations

import csv
from functools import cache

import pytest

from sehatmenu.messages import Figure
from sehatmenu.standards.checks import check
from sehatmenu.standards.standards import load_standard

from .law_texts import DATA, MONDAY, dish

NUTRIENTS = ("energy", "protein", "fat", "carbohydrate")
ROUNDED_TO = {"energy": 1.0, "protein": 0.1, "fat": 0.1, "carbohydrate": 0.1}
"""The last printed digit. Halves are printed up (412.5 as 413) and down (5.25 as 5.2)."""

MISFITS = {("sma", "fat"), ("pendidik", "fat"), ("ibu-menyusui", "energy"), ("ibu-menyusui", "protein")}
"""Printed otherwise than the rule gives: the fat of SMA is that of SMP; 782-912 kcal and 26.3-30.6 g have no basis."""


@cache
def printed() -> dict[tuple[str, str], tuple[float, float]]:
    with (DATA / "mbg2026.csv").open(encoding="utf-8", newline="") as stream:
        rows = list(csv.DictReader(stream))
    units = {"energy": "kcal"}
    cells = {(row["group"], n): row[f"{n} [{units.get(n, 'g')}]"].split("..") for row in rows for n in NUTRIENTS}
    return {cell: (float(low), float(high)) for cell, (low, high) in cells.items()}


@cache
def computed(group: str) -> dict[str, tuple[float, float]]:
    """The range of each nutrient as a report tells it."""
    report = check(dish(), load_standard("id/mbg-2026"), group, MONDAY)
    limits = {str(f.values["rule_id"]): f.values.get("limit") for f in report}
    return {n: (limit.low, limit.high) for n in NUTRIENTS if isinstance(limit := limits[n], Figure)}


def fits(cell: tuple[str, str]) -> bool:
    group, nutrient = cell
    half = ROUNDED_TO[nutrient] / 2 + 1e-9
    return all(abs(one - other) <= half for one, other in zip(printed()[cell], computed(group)[nutrient], strict=True))


@pytest.mark.parametrize("cell", [cell for cell in printed() if cell not in MISFITS], ids="-".join)
def test_the_rule_gives_the_printed_range(cell: tuple[str, str]) -> None:
    assert fits(cell)


def test_the_rule_gives_37_of_the_40_printed_ranges_and_no_others() -> None:
    # teachers are printed as SMA and not counted among the 40
    assert MISFITS == {cell for cell in printed() if not fits(cell)}
    assert 37 == sum(fits(cell) for cell in printed() if cell[0] != "pendidik")


def test_the_groups_of_the_standard_are_those_that_are_printed() -> None:
    assert {group for group, _ in printed()} == set(load_standard("id/mbg-2026").groups)


# By hand from the AKG 2019: SD 4-6 is the mean of boys (2000 kcal) and girls (1900 kcal) of 10-12 years, 30-35 %
def test_a_range_by_hand() -> None:
    assert pytest.approx((585, 682.5)) == computed("sd-4-6")["energy"]


def test_half_a_day_later_the_share_is_another() -> None:
    # children of 1-3 years, 1350 kcal: 20-25 % in the morning, 30-35 % at noon
    assert pytest.approx((270, 337.5)) == computed("balita-pagi")["energy"]
    assert pytest.approx((405, 472.5)) == computed("balita-siang")["energy"]
