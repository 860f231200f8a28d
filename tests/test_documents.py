"""From YAML to a model: every problem at once, each at its place, each saying what may be written instead."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Annotated, Literal

import pytest
from pydantic import Field, field_validator

from sehatmenu.documents import DateField, Model, Refused, TextField, load, reject, reject_each
from sehatmenu.errors import LoadError
from sehatmenu.files import parse_yaml
from sehatmenu.messages import Text
from sehatmenu.quantities.units import InUnit, Quantity


class Weighed(Model):
    kind: Literal["weighed"]
    weight: Annotated[float, InUnit("g")]
    weighed: str = ""


class Counted(Model):
    kind: Literal["counted"]
    count: int
    even: bool = True

    @field_validator("count")
    @classmethod
    def _countable(cls, value: int) -> int:
        if value > 100:
            raise reject("number-too-large", text=str(value))
        return value


class Kitchen(Model):
    title: TextField
    opened: DateField | None = None
    colour: Literal["merah", "putih"] = "merah"
    things: tuple[Annotated[Weighed | Counted, Field(discriminator="kind")], ...] = ()
    salt: Quantity | None = None
    ratio: float = 1.0
    by_name: dict[str, int] = {}

    @field_validator("by_name")
    @classmethod
    def _no_x(cls, value: dict[str, int]) -> dict[str, int]:
        wrong = [Refused((name,), "date-wrong", {"text": name}) for name in value if name.startswith("x")]
        if wrong:
            raise reject_each(wrong)
        return value


def refused(text: str) -> list[tuple[str, int, int]]:
    """Code, line and column of every problem of a text."""
    with pytest.raises(LoadError) as caught:
        load(parse_yaml(text, "uji.yaml"), Kitchen)
    return [(f.code, f.place.line, f.place.column) for f in caught.value.report if f.place]


def sentence(text: str) -> str:
    with pytest.raises(LoadError) as caught:
        load(parse_yaml(text, "uji.yaml"), Kitchen)
    return caught.value.text("en")


def test_a_sound_file_becomes_a_model() -> None:
    text = "title: {id: Dapur, en: Kitchen}\nopened: 2026-02-02\nthings: [{kind: weighed, weight: 1.5 kg}]\n"
    model = load(parse_yaml(text), Kitchen).model
    assert (Text("Dapur", "Kitchen"), date(2026, 2, 2)) == (model.title, model.opened)
    assert [1500.0] == [thing.weight for thing in model.things if isinstance(thing, Weighed)]


def test_one_text_serves_both_languages() -> None:
    assert Text("Dapur", "Dapur") == load(parse_yaml("title: Dapur"), Kitchen).model.title


def test_a_model_is_frozen() -> None:
    model = load(parse_yaml("title: Dapur"), Kitchen).model
    with pytest.raises(ValueError, match="frozen"):
        model.ratio = 2.0  # type: ignore[misc]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param("opened: 2026-02-02\n", [("field-missing", 1, 1)], id="missing"),
        pytest.param("title: A\nopend: x\n", [("field-unknown", 2, 1)], id="unknown-field"),
        pytest.param("title: {id: A}\n", [("text-languages", 1, 8)], id="one-language-of-two"),
        pytest.param("title: A\nopened: 02/02/2026\n", [("date-wrong", 2, 9)], id="date"),
        pytest.param("title: A\nopened: 2026-02-30\n", [("date-wrong", 2, 9)], id="no-such-day"),
        pytest.param("title: A\ncolour: hijau\n", [("field-choice", 2, 9)], id="choice"),
        pytest.param("title: A\nratio: banyak\n", [("field-kind", 2, 8)], id="number"),
        pytest.param("title: A\nthings: {}\n", [("field-kind", 2, 9)], id="list"),
        pytest.param("title: A\nthings: [{kind: heavy}]\n", [("field-choice", 2, 17)], id="kind-unknown"),
        pytest.param(
            "title: A\nthings:\n- {weight: 1 g, kind: wieghed}\n", [("field-choice-near", 3, 23)], id="kind-near"
        ),
        pytest.param("title: A\nthings: [{weight: 1 g}]\n", [("field-missing", 2, 10)], id="kind-missing"),
        pytest.param("title: A\nthings: [{kind: weighed, weight: 5}]\n", [("unit-missing", 2, 34)], id="no-unit"),
        pytest.param("title: A\nthings: [{kind: weighed, weight: 5 l}]\n", [("unit-dimension", 2, 34)], id="dimension"),
        pytest.param("title: A\nsalt: 1 gr\n", [("unit-refused", 2, 7)], id="refused-unit"),
        pytest.param("title: A\nsalt: 1,5 g\n", [("number-comma", 2, 7)], id="decimal-comma"),
        pytest.param(
            "title: A\nby_name: {xa: 1, b: 2, xc: 3}\n", [("date-wrong", 2, 15), ("date-wrong", 2, 28)], id="each"
        ),
        pytest.param(
            "title: A\nthings:\n- {kind: counted, count: 101}\n", [("number-too-large", 3, 26)], id="own-code"
        ),
    ],
)
def test_each_problem_has_its_code_and_place(text: str, expected: list[tuple[str, int, int]]) -> None:
    assert expected == refused(text)


def test_every_problem_of_a_file_is_told_at_once() -> None:
    things = "things:\n  - {kind: weighed, weight: 5}\n  - {kind: counted, count: x, evn: true}\n"
    text = f"colour: hijau\n{things}opened: kapan\n"
    expected = [("field-choice", 1, 9), ("unit-missing", 3, 29), ("field-kind", 4, 28), ("field-unknown", 4, 31)]
    assert {*expected, ("date-wrong", 5, 9), ("field-missing", 1, 1)} == set(refused(text))


def test_a_field_of_a_kind_that_bears_the_name_of_the_kind_has_its_own_place() -> None:
    text = "title: A\nthings:\n  - {kind: weighed, weighed: ya, weight: 5}\n"
    assert [("unit-missing", 3, 42)] == refused(text)


@pytest.mark.parametrize("text", ["", "- a\n- b\n", "hanya teks"])
def test_a_file_that_holds_no_fields_is_refused_at_its_beginning(text: str) -> None:
    assert [("file-kind", 1, 1)] == refused(text)


def test_a_misspelled_field_is_told_the_right_one() -> None:
    assert "'opend' is not known here; perhaps you meant: opened" in sentence("title: A\nopend: x\n")


def test_a_field_of_another_kind_is_not_told_to_be_itself() -> None:
    assert "perhaps you meant: count" not in sentence("title: A\nthings: [{kind: weighed, weight: 1 g, count: 1}]\n")


def test_a_wrong_choice_is_told_the_choices() -> None:
    assert "'colour' must be one of: 'merah' or 'putih'; read 'hijau'" in sentence("title: A\ncolour: hijau\n")


def test_a_comma_in_a_flow_map_is_a_problem_of_the_half_that_is_cut_off() -> None:
    text = "title: A\nthings: [{kind: weighed, weight: 1,5 g}]\n"
    assert [("unit-missing", 2, 34), ("field-unknown", 2, 36)] == sorted(refused(text), key=lambda p: p[1:])


def test_problems_of_the_yaml_text_come_as_the_same_error(tmp_path: Path) -> None:
    path = tmp_path / "uji.yaml"
    path.write_text("title: A\ntitle: B\n", encoding="utf-8")
    with pytest.raises(LoadError) as caught:
        load(path, Kitchen)
    assert [f"{path}:2:1"] == [str(f.place) for f in caught.value.report]


def test_a_missing_file_is_named_in_both_languages(tmp_path: Path) -> None:
    with pytest.raises(LoadError) as caught:
        load(tmp_path / "tidak-ada.yaml", Kitchen)
    assert "tidak-ada.yaml" in caught.value.text("id")
    assert caught.value.text("id") != caught.value.text("en")
