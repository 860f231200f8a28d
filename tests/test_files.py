"""The door to YAML: what stays text, where everything stands, and what is refused of hostile or careless files."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sehatmenu.allowances import MAX_DEPTH, MAX_YAML_BYTES
from sehatmenu.files import Document, Place, UnreadableError, parse_yaml, read_yaml


def refused(text: str) -> list[tuple[str, int, int]]:
    """Code, line and column of every problem of a text."""
    with pytest.raises(UnreadableError) as caught:
        parse_yaml(text, "uji.yaml")
    assert {"uji.yaml"} == {problem.place.file for problem in caught.value.problems}
    return [(problem.code, problem.place.line, problem.place.column) for problem in caught.value.problems]


# Values of the YAML 1.2 core schema, section 10.3.2 of yaml.org/spec/1.2.2, except ~-free texts that 1.1 would type.
@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ("NO", "NO"),
        ("no", "no"),
        ("yes", "yes"),
        ("on", "on"),
        ("off", "off"),
        ("y", "y"),
        ("12:30", "12:30"),
        ("2026-02-02", "2026-02-02"),
        ("2026-02-02T10:00:00Z", "2026-02-02T10:00:00Z"),
        ("1_000", "1_000"),
        ("0x10", "0x10"),
        ("1,5", "1,5"),
        ("1.500", 1.5),
        (".inf", ".inf"),
        (".nan", ".nan"),
        ("'12'", "12"),
        ('"true"', "true"),
        ("true", True),
        ("False", False),
        ("null", None),
        ("~", None),
        ("", None),
        ("12", 12),
        ("-3", -3),
        ("007", 7),
        ("2.5", 2.5),
        ("1e3", 1000.0),
        ("20 %", "20 %"),
        ("600 mg", "600 mg"),
        ("=", "="),
    ],
)
def test_only_true_false_null_and_numbers_are_typed(written: str, expected: object) -> None:
    value = parse_yaml(f"a: {written}").data["a"]
    assert expected == value
    assert type(expected) is type(value)


def test_a_whole_number_too_long_for_a_count_stays_text() -> None:
    assert "1234567890123456789" == parse_yaml("a: 1234567890123456789").data["a"]


@pytest.mark.parametrize("written", ["1e999", "-1e999"])
def test_no_number_is_infinite(written: str) -> None:
    assert written == parse_yaml(f"a: {written}").data["a"]


def test_keys_are_always_text() -> None:
    assert {"1": "a", "true": "b", "null": "c", "12:30": "d"} == parse_yaml("{1: a, true: b, null: c, 12:30: d}").data


def test_every_value_has_its_line_and_column() -> None:
    #                  123456789012345678
    document = parse_yaml("a:\n  - b: 1\n    c: [x, 'y']\n", "uji.yaml")
    places = {location: str(document.place(location)) for location in [("a",), ("a", 0, "b"), ("a", 0, "c", 1)]}
    expected = {("a",): "uji.yaml:2:3", ("a", 0, "b"): "uji.yaml:2:8", ("a", 0, "c", 1): "uji.yaml:3:12"}
    assert expected == places


def test_the_place_of_an_absent_value_is_that_of_its_nearest_ancestor() -> None:
    document = parse_yaml("a: {b: 1}\n", "uji.yaml")
    assert Place("uji.yaml", 1, 4) == document.place(("a", "zat", 3))
    assert Place("uji.yaml", 1, 1) == document.place(("z",))


def test_an_empty_text_is_nothing_at_its_beginning() -> None:
    document = parse_yaml("", "uji.yaml")
    assert (None, Place("uji.yaml", 1, 1)) == (document.data, document.place())


def test_the_byte_order_mark_of_a_windows_editor_is_no_part_of_the_text(tmp_path: Path) -> None:
    path = tmp_path / "uji.yaml"
    path.write_bytes(b"\xef\xbb\xbfname: Tempe\r\nservings: 4\r\n")
    assert {"name": "Tempe", "servings": 4} == read_yaml(path).data


def test_an_alias_repeats_a_value() -> None:
    assert {"a": [1, 2], "b": [1, 2]} == parse_yaml("a: &x [1, 2]\nb: *x\n").data


# What is refused, with its place


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param("a: 1\nb: 2\na: 3\n", [("yaml-duplicate-key", 3, 1)], id="duplicate"),
        pytest.param("a: {b: 1, b: 2}\n", [("yaml-duplicate-key", 1, 11)], id="duplicate-in-flow"),
        pytest.param(
            "a: {b: 1}\na: {c: {d: 1, d: 2}}\n",
            [("yaml-duplicate-key", 2, 1), ("yaml-duplicate-key", 2, 15)],
            id="duplicates",
        ),
        pytest.param("a: &x {b: 1}\nc:\n  <<: *x\n", [("yaml-merge-key", 3, 3)], id="merge"),
        pytest.param("a: !!python/object:os.system ls\n", [("yaml-tag", 1, 4)], id="python-tag"),
        pytest.param("a: !!str 5\n", [("yaml-tag", 1, 4)], id="str-tag"),
        pytest.param("a: !!binary aGk=\nb: !x [1]\n", [("yaml-tag", 1, 4), ("yaml-tag", 2, 4)], id="tags"),
        pytest.param("a: *x\n", [("yaml-alias", 1, 4)], id="alias-of-nothing"),
        pytest.param("a: &x [*x]\n", [("yaml-alias", 1, 8)], id="alias-of-itself"),
        pytest.param("? [a, b]\n: 1\n", [("yaml-complex-key", 1, 3)], id="list-as-key"),
        pytest.param("a: &x b\n? *x\n: 1\n", [("yaml-complex-key", 2, 3)], id="alias-as-key"),
        pytest.param("a: 1\n---\nb: 2\n", [("yaml-many-documents", 2, 1)], id="two-documents"),
        pytest.param("a: 1\n b: 2\n", [("yaml-syntax", 2, 3)], id="indentation"),
        pytest.param("a: [1, 2\n", [("yaml-syntax", 2, 1)], id="unclosed"),
        pytest.param("a: 1\nb:\t- x\n", [("yaml-syntax", 2, 4)], id="tab"),
        pytest.param("½: 1\nb: ½\x00\n", [("yaml-syntax", 2, 5)], id="nul"),
        pytest.param("½: 1\nb: \ud800\n", [("file-not-utf8", 2, 4)], id="surrogate"),
    ],
)
def test_what_is_refused_has_its_place(text: str, expected: list[tuple[str, int, int]]) -> None:
    assert expected == refused(text)


def test_every_problem_of_a_file_is_told_at_once() -> None:
    text = "a: 1\na: 2\nb: !!str 5\nc:\n  <<: {d: 1}\nc: 3\n"
    expected = [
        ("yaml-duplicate-key", 2, 1),
        ("yaml-tag", 3, 4),
        ("yaml-merge-key", 5, 3),
        ("yaml-duplicate-key", 6, 1),
    ]
    assert expected == refused(text)


def test_a_duplicate_key_names_the_line_of_the_first() -> None:
    with pytest.raises(UnreadableError) as caught:
        parse_yaml("a:\n  b: 1\nc: 2\na: 3\n")
    assert [1] == [problem.values["first"] for problem in caught.value.problems]


def test_a_decimal_comma_in_a_flow_map_does_not_pass_silently() -> None:
    # `{max: 1,5 g}` is the map {max: 1, "5 g": null}: the 1 without a unit that no one meant
    assert {"max": 1, "5 g": None} == parse_yaml("{max: 1,5 g}").data


def test_an_alias_bomb_is_refused_before_it_grows() -> None:
    lines = ["a0: &a0 [x, x, x, x, x, x, x, x, x, x]"]
    lines += [f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 10)}]" for n in range(1, 10)]
    (code, line, _) = refused("\n".join(lines))[0]
    assert ("yaml-too-many-values", 6) == (code, line)  # 10 + 100 + ... + 100,000 fit below 200,000; line 6 does not


def test_nesting_is_bounded() -> None:
    assert isinstance(parse_yaml("[" * MAX_DEPTH + "]" * MAX_DEPTH), Document)
    assert [("yaml-too-deep", 1, MAX_DEPTH + 1)] == refused("[" * (MAX_DEPTH + 1) + "]" * (MAX_DEPTH + 1))


@pytest.mark.parametrize("opening", ["[", "{a: ", "- ", "? "])
def test_ten_thousand_open_brackets_are_refused_and_not_followed(opening: str) -> None:
    (code, _, _), *_ = refused(opening * 10_000)
    assert code in {"yaml-too-deep", "yaml-complex-key", "yaml-syntax"}


def test_the_size_of_a_text_is_bounded() -> None:
    assert [("file-too-large", 1, 1)] == refused("#" * (MAX_YAML_BYTES + 1))


def test_the_size_of_a_file_is_bounded(tmp_path: Path) -> None:
    path = tmp_path / "besar.yaml"
    path.write_bytes(b"#" * (MAX_YAML_BYTES + 1))
    with pytest.raises(UnreadableError) as caught:
        read_yaml(path)
    assert ["file-too-large"] == [problem.code for problem in caught.value.problems]


def test_a_file_that_is_not_utf8_says_where(tmp_path: Path) -> None:
    path = tmp_path / "latin1.yaml"
    path.write_bytes("a: 1\nb: ½ ons\n".encode("latin-1"))
    with pytest.raises(UnreadableError) as caught:
        read_yaml(path)
    assert [("file-not-utf8", Place(str(path), 2, 4))] == [(p.code, p.place) for p in caught.value.problems]


@pytest.mark.parametrize("name", ["tidak-ada.yaml", "."])
def test_a_file_that_cannot_be_opened_is_named(tmp_path: Path, name: str) -> None:
    with pytest.raises(UnreadableError) as caught:
        read_yaml(tmp_path / name)
    assert ["file-missing"] == [problem.code for problem in caught.value.problems]


# Writing


# Any text is a document or a list of problems with places, nothing else


def places(text: str) -> list[Place]:
    """The places of all values of a text, or of its problems, of which there is then at least one."""
    try:
        return [*parse_yaml(text, "uji.yaml").places.values()]
    except UnreadableError as error:
        return [problem.place for problem in error.problems] or [Place("uji.yaml", 0, 0)]


def counted_from_one(found: list[Place]) -> bool:
    return all(place.line >= 1 and place.column >= 1 for place in found)


yaml_like = st.text(st.sampled_from(list("ab1:,-[]{}&*!|>'\"#%@`?<~= \n\t\u0085\u2028\ufeff\x00½")), max_size=40)
whole_unicode = st.text(st.characters() | st.characters(categories=["Cs", "Cc"]), max_size=40)
quick = settings(max_examples=400, deadline=None)


@quick
@given(yaml_like)
def test_any_yaml_like_text_gives_a_document_or_problems(text: str) -> None:
    assert counted_from_one(places(text))


@quick
@given(whole_unicode)
def test_any_text_gives_a_document_or_problems(text: str) -> None:
    assert counted_from_one(places(text))


@quick
@given(st.binary(max_size=60))
def test_any_bytes_give_a_document_or_problems(tmp_path_factory: pytest.TempPathFactory, raw: bytes) -> None:
    path = tmp_path_factory.getbasetemp() / "acak.yaml"
    path.write_bytes(raw)
    try:
        document = read_yaml(path)
    except UnreadableError as error:
        document = None
        told = len(error.problems)
    assert document is not None or told >= 1


basic_plane = st.characters(codec="utf-8", max_codepoint=0xFFFF)  # json writes the rest as two \\u
plain = st.one_of(st.none(), st.booleans(), st.integers(-(10**17), 10**17), st.text(basic_plane))
trees = st.recursive(plain, lambda inner: st.lists(inner) | st.dictionaries(st.text("abc<1", max_size=3), inner))


@settings(max_examples=150, deadline=None)
@given(trees)
def test_data_written_as_json_is_read_unchanged(tree: Any) -> None:
    assert tree == parse_yaml(json.dumps(tree)).data


@settings(max_examples=150, deadline=None)
@given(st.lists(st.sampled_from(["a", "b", "c", "d"]), min_size=1, max_size=6))
def test_exactly_the_repeated_keys_are_refused_each_at_its_line(keys: list[str]) -> None:
    text = "".join(f"{key}: {n}\n" for n, key in enumerate(keys))
    repeated = [("yaml-duplicate-key", n + 1, 1) for n, key in enumerate(keys) if key in keys[:n]]
    if repeated:
        assert repeated == refused(text)
    else:
        assert {key: n for n, key in enumerate(keys)} == parse_yaml(text).data
