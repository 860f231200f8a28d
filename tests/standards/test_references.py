"""Reference intakes: all 936 printed figures of the AKG 2019, mixes of groups, increments, and mistakes in a table."""

from __future__ import annotations

import csv
from functools import cache
from pathlib import Path

import pytest

from sehatmenu.errors import LoadError
from sehatmenu.food.nutrients import nutrients
from sehatmenu.quantities.units import read_quantity
from sehatmenu.standards.references import Mix, load_reference

from .law_texts import DATA, Problems, problems

AKG = "references/akg-2019"
WATER = {"ml": "g"}
"""The AKG prints water in ml; its amount is in g, a ml of water being a gram."""


@cache
def printed() -> list[dict[str, str]]:
    with (DATA / "akg2019.csv").open(encoding="utf-8", newline="") as stream:
        return list(csv.DictReader(stream))


def figures(row: dict[str, str]) -> dict[str, float]:
    """The printed figures of one group, by nutrient id and in the unit of the nutrient."""
    found = {}
    for title, number in row.items():
        if "[" in title:
            name, unit = title.rstrip("]").split(" [")
            nutrient = nutrients()[name]
            found[nutrient.id] = read_quantity(f"{number} {WATER.get(unit, unit)}", nutrient.unit)
    return found


def test_there_are_26_groups_of_36_nutrients() -> None:
    groups = load_reference(AKG).groups
    assert [row["group"] for row in printed()] == list(groups)
    assert 936 == sum(len(figures(row)) for row in printed()) == sum(len(values) for values in groups.values())


@pytest.mark.parametrize("row", printed(), ids=lambda row: row["group"])
def test_every_figure_is_the_printed_one(row: dict[str, str]) -> None:
    assert figures(row) == dict(load_reference(AKG).groups[row["group"]])


def test_only_the_rows_of_pregnancy_and_lactation_are_increments() -> None:
    assert {row["group"] for row in printed() if row["adds"] == "yes"} == load_reference(AKG).adds


# A check of the figures themselves: 4P + 9F + 4C is off the printed energy by -0.7 % to +2.1 % (rounded)
@pytest.mark.parametrize("row", [row for row in printed() if row["adds"] == "no"], ids=lambda row: row["group"])
def test_the_macronutrients_explain_the_energy(row: dict[str, str]) -> None:
    found = load_reference(AKG).groups[row["group"]]
    reckoned = 4 * found["protein"] + 9 * found["fat"] + 4 * found["carbohydrate"]
    assert -0.0075 <= reckoned / found["energy"] - 1 <= 0.0215


# Mixes. Printed energy: laki-laki 10-12 2000, perempuan 10-12 1900, perempuan 19-29 2250, hamil +180, +300, +300 kcal


@pytest.mark.parametrize(
    ("mix", "plus", "expected"),
    [
        ({"l-10-12": 1, "p-10-12": 1}, {}, 1950),
        ({"l-10-12": 3, "p-10-12": 1}, {}, 1975),  # (3 x 2000 + 1900) / 4
        ({"p-19-29": 1}, {"hamil-1": 1, "hamil-2": 1, "hamil-3": 1}, 2510),  # 2250 + 780 / 3
        ({"p-19-29": 40}, {"hamil-1": 1, "hamil-3": 3}, 2520),  # 2250 + (180 + 3 x 300) / 4
    ],
)
def test_a_mixed_group_is_the_mean_by_head_count(
    mix: dict[str, float], plus: dict[str, float], expected: float
) -> None:
    assert pytest.approx(expected) == load_reference(AKG).intake(Mix(of=AKG, mix=mix, plus=plus))["energy"]


# Mistakes


def refused(folder: Path, groups: str) -> Problems:
    path = folder / "akg.yaml"
    path.write_text(
        f"id: akg\nkind: reference\ntitle: A\nsources: {{s: {{title: UU, seen: example}}}}\ngroups:\n{groups}",
        encoding="utf-8",
    )
    with pytest.raises(LoadError) as caught:
        load_reference(path)
    return problems(caught.value)


@pytest.mark.parametrize(
    ("values", "code"),
    [
        ("{enrgy: ^1650 kcal}", "nutrient-unknown"),
        ("{energy: ^1650 g}", "unit-dimension"),
        ("{energy: '^1650'}", "unit-missing"),
        ("{vitamin_a: ^500 mcg}", "unit-dimension"),
        ("{vitamin_a: ^500 IU}", "unit-dimension"),
        ("{energy: ^1.650 kcal}", "number-ambiguous"),
    ],
)
def test_a_wrong_figure_has_its_place(tmp_path: Path, values: str, code: str) -> None:
    line = f"  anak: {{title: Anak, source: s, values: {values}}}\n"
    column = line.index("^") + 1 - (line[line.index("^") - 1] == "'")
    assert [(code, 6, column)] == refused(tmp_path, line.replace("^", ""))


def test_every_wrong_figure_of_a_table_is_told_at_once(tmp_path: Path) -> None:
    lines = [
        "a: {title: A, source: s, values: {energy: 1 g, protein: 2}}",
        "b: {title: B, values: {}}",
        "c: {title: C, source: s, values: {x: 1 g}}",
    ]
    found = refused(tmp_path, "".join(f"  {line}\n" for line in lines))
    assert [("unit-dimension", 6), ("unit-missing", 6), ("field-missing", 7), ("nutrient-unknown", 8)] == [
        p[:2] for p in found
    ]


def test_a_source_that_is_not_listed_is_refused(tmp_path: Path) -> None:
    assert [("source-unknown", 6)] == [
        p[:2] for p in refused(tmp_path, "  a: {title: A, source: x, values: {energy: 1 kcal}}\n")
    ]
