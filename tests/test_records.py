"""Everything that calls itself records, data or JSON is strict JSON, and keeps its columns whatever the values are called."""

from __future__ import annotations

import json
import math
import re
from collections.abc import Iterator, Mapping
from datetime import date
from decimal import Decimal
from pathlib import Path
from string import Formatter
from typing import Any

import numpy as np
import pytest

from sehatmenu.cli import main
from sehatmenu.files import Place, packaged_standards
from sehatmenu.findings import Finding, Severity, Verdict
from sehatmenu.messages import Figure, Text, Word, catalogue, render
from sehatmenu.plain_values import json_text, plain, shown_file
from sehatmenu.planning.cost_curves import cost_curve
from sehatmenu.planning.demand import load_problem
from sehatmenu.planning.planners import plan
from sehatmenu.planning.plans import Plan
from sehatmenu.standards.windows import Span
from tests.planning.problems import Dish, Offer, write_problem

ROOT = Path(__file__).resolve().parents[1]
COLUMNS = {"code", "verdict", "severity", "subject", "text", "source", "place", "causes", "values"}
REPR = re.compile(r"\b[A-Z][a-z]\w+\(\w+=|datetime\.|<\w+ object|np\.\w+\(|array\(|frozenset|PosixPath")
"""What Python says of an object, and no person or program wants to read."""

VALUES: tuple[object, ...] = (
    "kata", 7, 1.5, math.inf, math.nan, True, None, Decimal("0.1"), np.float64(2.5), np.int64(3), np.bool_(True),
    date(2026, 2, 2), Text("Garam", "Salt"), Word("monday"), Verdict.unknown, Path("resep") / "sop.yaml",
    Figure(-math.inf, 2000, "mg"), Figure.exact(3, "times"), Span(date(2026, 2, 2), date(2026, 2, 6), "siang"),
    ["a", Text("b", "c")], (Figure(0, math.inf, "g"),), {"d": date(2026, 2, 3)}, np.array([1.0, math.inf]),
)  # fmt: skip
"""One of each kind of value that findings carry."""


def strict(text: str) -> Any:
    """The data of a JSON text; what JSON does not know (NaN, Infinity) fails."""

    def refuse(word: str) -> None:
        raise AssertionError(f"{word} is not JSON")

    return json.loads(text, parse_constant=refuse)


def _placeholders(sentence: str) -> list[str]:
    return [name for _, name, _, _ in Formatter().parse(sentence) if name]


CODES = [code for code in catalogue("en") if not code.startswith("word-")]


@pytest.mark.parametrize("code", CODES)
def test_a_record_keeps_its_columns_whatever_its_values_are_called(code: str) -> None:
    """Sentence, code, source and place stand beside the values, which may have the same names."""
    names = _placeholders(catalogue("en")[code])
    for turn in range(len(VALUES) if names else 1):
        values = {name: VALUES[(turn + k) % len(VALUES)] for k, name in enumerate(names)}
        found = Finding(code, Verdict.fail, Severity.should, Place("a.yaml", 3, 7), "nasi", "UU 1", values, ("garam",))
        row = strict(json.dumps(found.record("en"), allow_nan=False))
        assert set(row) == COLUMNS
        assert set(row["values"]) == set(names)
        same = (row["code"], row["verdict"], row["severity"], row["text"], row["subject"], row["source"], row["place"])
        assert same == (code, "fail", "should", render(code, values, "en"), "nasi", "UU 1", "a.yaml:3:7")
        assert not REPR.search(json.dumps(row["values"]))


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (math.inf, None),
        (math.nan, None),
        (np.float64(2.5), 2.5),
        (np.int64(3), 3),
        (np.bool_(False), False),
        (Decimal("0.1"), 0.1),
        (date(2026, 2, 2), "2026-02-02"),
        (Text("Garam", "Salt"), "Salt"),
        (Verdict.pass_, "pass"),
        (Figure(0, math.inf, "g"), {"low": 0, "high": None, "unit": "g", "bounded": False}),
        (Figure.exact(2, "g"), {"low": 2, "high": 2, "unit": "g", "bounded": True}),
        (Span(date(2026, 2, 2), date(2026, 2, 6)), {"first": "2026-02-02", "last": "2026-02-06", "meal": ""}),
        (np.array([1.0, math.nan]), [1.0, None]),
        ({date(2026, 2, 2): (1,)}, {"2026-02-02": [1]}),
        (Place("/somewhere/else/a.yaml", 3, 7), "a.yaml:3:7"),
    ],
)
def test_each_kind_of_value_has_one_plain_form(value: object, expected: object) -> None:
    assert expected == plain(value, "en")


def test_files_are_named_without_the_folders_of_the_machine(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    assert "resep/sop.yaml" == shown_file("resep/sop.yaml")
    assert "resep/sop.yaml" == shown_file(str(tmp_path / "resep" / "sop.yaml"))
    assert "sop.yaml" == shown_file(str(tmp_path.parent / "sop.yaml"))
    assert "id/mbg-2026.yaml" == shown_file(str(packaged_standards() / "id" / "mbg-2026.yaml"))


def _strings(data: object) -> Iterator[str]:
    match data:
        case str():
            yield data
        case Mapping():
            for key, value in data.items():
                yield key
                yield from _strings(value)
        case list():
            for value in data:
                yield from _strings(value)


def clean(text: str, *folders: Path) -> Any:
    """The data of a JSON text, after a look for what Python says of objects and for folders of this machine."""
    data = strict(text)
    for said in _strings(data):
        assert not REPR.search(said), said
        assert not any(str(folder) in said for folder in (ROOT, *folders)), said
    return data


LAW = ["--standard", "id/mbg-2026", "--group", "sd-4-6", "--on", "2026-02-02"]
DISHES = [f"examples/gading-rejo/resep/{name}.yaml" for name in ("nasi-putih", "tempe-goreng", "pisang-ambon")]


@pytest.mark.parametrize(
    "command",
    [
        ["check", *DISHES],
        ["check", *DISHES, *LAW],
        ["check", "examples/gading-rejo/keliru/resep-keliru.yaml", *LAW],
        ["check", "tidak-ada.yaml"],
        ["repair", DISHES[1], *LAW, "--as-meal", "--max-change", "30"],
        ["repair", DISHES[1], *LAW],
        ["standards", "list"],
        ["standards", "show", "id/mbg-2026"],
        ["standards", "show", "references/akg-2019"],
        ["standards", "diff", "br/pnae-2013", "br/pnae-2020"],
        ["standards", "lint", "examples/gading-rejo/standar-kantin.yaml", "--laws", "quick"],
        ["foods", "search", "tempe"],
        ["foods", "search", "tidakadapangan"],
        ["foods", "lint"],
        ["sources"],
        ["schema", "plan"],
        ["schema", "lain"],
    ],
    ids=" ".join,
)
@pytest.mark.parametrize("lang", ["id", "en"])
def test_what_a_command_prints_as_data_is_strict_json(
    command: list[str], lang: str, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(ROOT)
    assert main([*command, "--json", "--lang", lang]) in (0, 1, 2)
    assert clean(capsys.readouterr().out) is not None


OFFERS = [Offer("dapur-ani", "nasi", 1000), Offer("dapur-ani", "tempe", 2000), Offer("bu-sri", "tempe", 2100)]


def kitchen(folder: Path, *, salt: float | None = 200, protein: float = 10) -> Path:
    dishes = [Dish("nasi", "pokok", 350, 8, 5), Dish("tempe", "hewani", 150, 12, salt)]
    return write_problem(folder, dishes, OFFERS, protein=protein)


@pytest.mark.parametrize(
    ("salt", "protein", "seconds", "code", "status"),
    [
        (200, 10, "10", 0, "optimal"),
        (200, 500, "10", 1, "conflict"),
        (None, 10, "10", 1, "conflict"),
        (200, 10, "1e-9", 1, "unfinished"),
    ],
    ids=["lawful", "impossible", "not known", "no time"],
)
def test_every_answer_of_a_plan_is_strict_json(
    salt: float | None, protein: float, seconds: str, code: int, status: str, tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:  # fmt: skip
    path = kitchen(tmp_path, salt=salt, protein=protein)
    assert code == main(["plan", str(path), "--json", "--time-limit", seconds, "--gap", "0", "--then", "fairness"])
    assert status == clean(capsys.readouterr().out, tmp_path)["status"]


def test_many_answers_are_strict_json(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    paths = [str(kitchen(tmp_path / "a")), str(kitchen(tmp_path / "b", protein=500)), str(tmp_path / "c.yaml")]
    assert main(["plan-many", *paths, "--workers", "1", "--json", "--time-limit", "10"]) == 2
    found = strict(capsys.readouterr().out)
    assert ["optimal", "conflict", "failed"] == [found[path]["status"] for path in paths]


def test_records_name_and_number_who_they_speak_of(tmp_path: Path) -> None:
    """Two kitchens may have one name; their ids differ."""
    found = plan(load_problem(kitchen(tmp_path)), time_limit=10)
    assert isinstance(found, Plan)
    for row in found.records():
        assert (row["institution_id"], row["institution"]) == ("sekolah", "Sekolah uji")
        assert {"dish_id", "dish", "supplier_id", "supplier", "group", "meal", "date"} <= row.keys()


def test_what_a_plan_answers_in_python_is_strict_json(tmp_path: Path) -> None:
    problem = load_problem(kitchen(tmp_path))
    found = plan(problem, time_limit=10)
    assert isinstance(found, Plan)
    curve = cost_curve(problem, rule="protein", limits=["10 g", "20 g", "900 g"], replan=False)
    dish = found.servings[0].dish
    rows = [found.prices(replan=True, time_limit=5).records("en"), curve.records(), dish.nutrition.records("en")]
    assert not any(row["known"] for row in dish.nutrition.records() if row["high"] is None)
    strict(json.dumps(rows, allow_nan=False))


def test_the_printer_of_json_refuses_what_no_reader_takes() -> None:
    assert [None, None, 1.5] == strict(json_text([math.inf, math.nan, 1.5]))
