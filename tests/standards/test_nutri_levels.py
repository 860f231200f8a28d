"""Nutri-Level: the decree's own examples and table of rounding, the worst component, and figures that are not known."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sehatmenu.errors import UnitError
from sehatmenu.standards.checks import check
from sehatmenu.standards.nutri_levels import LETTERS, NutriLevel, nutri_level
from sehatmenu.standards.standards import load_standard


def sugar_only(grams: str, volume: str = "100 ml", lactose: str | None = "0 g") -> NutriLevel:
    return nutri_level(
        volume=volume, sugars=grams, lactose=lactose, sodium="0 mg", saturated_fat="0 g", sweeteners="none"
    )


# Lampiran A, keterangan 5: 19 - 4 in 250 ml, 41 - 8 in 330 ml, 20 in 500 ml without lactose on the label
@pytest.mark.parametrize(
    ("sugars", "lactose", "volume", "label"),
    [("19 g", "4 g", "250 ml", "C 6 %"), ("41 g", "8 g", "330 ml", "C 10 %"), ("20 g", "0 g", "500 ml", "B 4 %")],
)
def test_the_examples_of_the_decree(sugars: str, lactose: str, volume: str, label: str) -> None:
    assert label == sugar_only(sugars, volume, lactose).label


# Lampiran A, keterangan 9: from, to (grams per 100 ml), percent on the label, level
TABLE = [
    ("0.1", "0.4", 0, "A"), ("0.5", "1.0", 1, "A"), ("1.1", "1.4", 1, "B"), ("1.5", "2.4", 2, "B"),
    ("2.5", "3.4", 3, "B"), ("3.5", "4.4", 4, "B"), ("4.5", "5.0", 5, "B"), ("5.1", "5.4", 5, "C"),
    ("5.5", "6.4", 6, "C"), ("6.5", "7.4", 7, "C"), ("7.5", "8.4", 8, "C"), ("8.5", "9.4", 9, "C"),
    ("9.5", "10.0", 10, "C"), ("10.1", "10.4", 10, "D"), ("10.5", "11.4", 11, "D"),
]  # fmt: skip


@pytest.mark.parametrize(("least", "most", "percent", "letter"), TABLE)
def test_the_table_of_rounding(least: str, most: str, percent: int, letter: str) -> None:
    for grams in (least, most):
        found = sugar_only(f"{grams} g")
        assert (letter, percent) == (found.letter, found.percent)


@pytest.mark.parametrize(
    ("grams", "label"), [("5.01", "B 5 %"), ("5.04", "B 5 %"), ("5.05", "C 5 %"), ("0.45", "A 1 %")]
)
def test_sugar_is_rounded_to_one_decimal_first(grams: str, label: str) -> None:
    # keterangan 8: 5.01 becomes 5.0, written as 5 %, category B; halves go up: 5.05 is 5.1, 0.45 is 0.5 and so 1 %
    assert label == sugar_only(f"{grams} g").label


@pytest.mark.parametrize(
    ("sodium", "fat", "letter", "decided_by"),
    [
        ("5 mg", "0.7 g", "A", "saturated-fat"),
        ("5.1 mg", "0.7 g", "B", "salt"),
        ("120 mg", "1.2 g", "B", "saturated-fat"),
        ("121 mg", "1.2 g", "C", "salt"),
        ("500 mg", "2.9 g", "D", "saturated-fat"),
        ("501 mg", "2.8 g", "D", "salt"),
    ],
)
def test_the_worst_component_decides(sodium: str, fat: str, letter: str, decided_by: str) -> None:
    found = nutri_level(volume="100 ml", sugars="0.4 g", sodium=sodium, saturated_fat=fat, sweeteners="none")
    assert (letter, decided_by) == (found.letter, found.decided_by)


@pytest.mark.parametrize(("sweeteners", "letter"), [("none", "A"), ("natural", "B"), ("artificial", "C")])
def test_a_drink_with_sweeteners_is_never_better_than_they_allow(sweeteners: str, letter: str) -> None:
    found = nutri_level(
        volume="250 ml",
        sugars="1 g",
        sodium="0 mg",
        saturated_fat="0 g",
        sweeteners=sweeteners,  # type: ignore[arg-type]
    )
    assert letter == found.letter


@pytest.mark.parametrize(("sugars", "letter", "at_least"), [("1 g", "", "A"), ("3 g", "", "B"), ("6 g", "C", "C")])
def test_sweeteners_that_are_not_told_leave_a_good_letter_open(sugars: str, letter: str, at_least: str) -> None:
    # an artificial sweetener would make it C (keterangan 4): what is C already stays C
    found = nutri_level(volume="100 ml", sugars=sugars, sodium="0 mg", saturated_fat="0 g")
    assert (letter, at_least) == (found.letter, found.at_least)


def test_a_drink_without_sugar_salt_fat_and_sweetener_carries_no_level() -> None:
    assert ("", "", "") == ((none := sugar_only("0 g")).letter, none.at_least, none.label)


def test_what_is_not_known_is_never_taken_for_nothing() -> None:
    assert ("", "A") == ((nothing := nutri_level(volume="250 ml")).letter, nothing.at_least)
    no_salt = nutri_level(volume="100 ml", sugars="6 g", saturated_fat="0 g", sweeteners="none")
    assert ("", "C") == (no_salt.letter, no_salt.at_least)
    no_lactose = nutri_level(
        volume="100 ml", sugars="6 g", lactose=None, sodium="0 mg", saturated_fat="0 g", sweeteners="none"
    )
    assert "" == no_lactose.letter
    # nothing is worse than D, whatever else is not known
    assert "D" == nutri_level(volume="100 ml", sugars="11 g").letter


@pytest.mark.parametrize(
    "wrong", [{"volume": "0 ml"}, {"volume": "250 g"}, {"volume": "1 l", "sugars": "5 g", "lactose": "6 g"}]
)
def test_figures_that_cannot_be_are_refused(wrong: dict[str, str]) -> None:
    with pytest.raises(UnitError) as caught:
        nutri_level(**wrong)  # type: ignore[arg-type]
    assert caught.value.text("id") != caught.value.text("en")


@given(st.floats(0, 20), st.floats(0, 5), st.floats(0, 700), st.floats(0, 4))
def test_more_sugar_never_improves_the_letter(grams: float, more: float, sodium: float, fat: float) -> None:
    one, other = (
        nutri_level(
            volume="100 ml",
            sugars=f"{g:.4f} g",
            sodium=f"{sodium:.4f} mg",
            saturated_fat=f"{fat:.4f} g",
            sweeteners="natural",
        )
        for g in (grams, grams + more)
    )
    assert LETTERS.index(one.letter) <= LETTERS.index(other.letter)


def test_the_standard_and_the_label_speak_with_one_voice() -> None:
    """The rules of the standard judge each case of its file as the letter says."""
    standard = load_standard("id/nutri-level-2026")
    for case in standard.file.cases[:3]:
        (drink,) = case.item or ()
        amounts = drink.nutrients
        found = nutri_level(
            volume=str((drink.credits or {})["minuman"]),
            sugars=amounts["sugars_without_lactose"],
            sodium=amounts["sodium"],
            saturated_fat=amounts["saturated_fat"],
            sweeteners="none",
        )
        report = check(case.as_menu(""), standard, "umum", case.on)
        broken = {str(f.values["rule_id"])[-1].upper() for f in report if f.verdict == "fail"}
        assert found.letter == next((letter for letter in LETTERS[:-1] if letter not in broken), "D")
