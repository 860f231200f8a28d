"""Quantities of law files: always a unit, decimal point only, and never another thing than was asked for."""

from __future__ import annotations

import re
import subprocess
import sys
from fractions import Fraction
from pathlib import Path
from typing import Annotated

import pytest
from hypothesis import given
from hypothesis import strategies as st

import sehatmenu.quantities
from sehatmenu.documents import Model, load
from sehatmenu.errors import LoadError, UnitError
from sehatmenu.files import parse_yaml
from sehatmenu.messages import catalogue
from sehatmenu.quantities.numbers import read_number
from sehatmenu.quantities.units import UNITS, InUnit, Quantity, canonical, dimension, factor, read_quantity


@pytest.mark.parametrize(
    ("text", "unit", "expected"),
    [
        ("20 %", "fraction", 0.2),
        ("20%", "fraction", 0.2),
        ("12.5 persen", "fraction", 0.125),
        ("600 mg", "mg", 600.0),
        ("0.6 g", "mg", 600.0),
        ("600 mcg", "mg", 0.6),
        ("600 µg", "mg", 0.6),  # micro sign
        ("600 μg", "mg", 0.6),  # Greek letter
        ("500 RE", "mcg_RE", 500.0),
        ("500 mcg RE", "mcg_RE", 500.0),
        ("1 Mg", "mg", 1.0),  # pint: a tonne
        ("41.84 kJ", "kcal", 10.0),
        ("350 kkal", "kcal", 350.0),
        ("4 kcal/g", "kcal/g", 4.0),
        ("0.92 kg/l", "g/ml", 0.92),
        ("1800 IDR", "IDR", 1800.0),
        ("Rp 1800", "IDR", 1800.0),
        ("12000 IDR/kg", "IDR/g", 12.0),
        ("2 times", "times", 2.0),
        ("2 kali", "times", 2.0),
        ("36 hours", "day", 1.5),
        ("30 menit", "hour", 0.5),
        ("-5 degC", "degC", -5.0),
        ("1 oz_eq", "oz_eq", 1.0),
        ("1.1250 g", "g", 1.125),
        ("27.125 g", "g", 27.125),  # a law's point is a decimal point
        ("4.184 kJ", "kcal", 1.0),
    ],
)
def test_read(text: str, unit: str, expected: float) -> None:
    assert read_quantity(text, unit) == expected


@pytest.mark.parametrize(
    ("text", "unit", "code"),
    [
        ("600", "mg", "unit-missing"),
        ("0,6 g", "mg", "number-comma"),
        ("1.500 g", "g", "number-ambiguous"),
        ("Rp 1.825", "IDR", "number-ambiguous"),
        ("Rp 1.800", "IDR", "number-ambiguous"),
        ("1-2 times", "times", "number-range"),
        ("½ g", "g", "number-unreadable"),
        ("1e3 mg", "mg", "number-unreadable"),
        ("2**3 mg", "mg", "number-unreadable"),
        ("nan mg", "mg", "number-unreadable"),
        ("mg", "mg", "number-unreadable"),
        ("-5 mg", "mg", "number-negative"),
        ("5 gr", "g", "unit-refused"),
        ("200 kal", "kcal", "unit-refused"),
        ("200 kilokaloriee", "kcal", "unit-unknown"),
        ("5 parsec", "g", "unit-unknown"),
        ("5 g/g/g", "g", "unit-unknown"),
        ("5 kkg", "g", "unit-unknown"),
        ("5 ml", "g", "unit-dimension"),
        ("5 mg", "fraction", "unit-dimension"),
        ("600 mcg_RAE", "mcg_RE", "unit-dimension"),
        ("600 mcg RE", "mcg_RAE", "unit-dimension"),
        ("600 IU", "mcg_RE", "unit-dimension"),
        ("600 IU", "mcg_RAE", "unit-dimension"),
        ("600 mcg", "mcg_RE", "unit-dimension"),
        ("600 RE", "mcg", "unit-dimension"),
        ("", "g", "quantity-empty"),
        ("1" * 10_000_000, "g", "quantity-too-long"),
    ],
)
def test_refused(text: str, unit: str, code: str) -> None:
    with pytest.raises(UnitError) as caught:
        read_quantity(text, unit)
    assert caught.value.code == code
    assert caught.value.text("id") != caught.value.text("en")


def test_suggestions_can_be_written_as_they_are() -> None:
    for text, readings in [("1.500", ["1500", "1.5"]), ("1.000", ["1000", "1"]), ("2.250", ["2250", "2.25"])]:
        with pytest.raises(UnitError) as caught:
            read_number(text, "law")
        assert caught.value.values["suggestion"] == readings
        assert all(read_number(reading, "law") for reading in readings)


@given(st.decimals(0, 10_000, places=2), st.sampled_from([("g", "mg"), ("kg", "ons"), ("kcal", "kJ"), ("day", "hour")]))
def test_there_and_back(number: object, units: tuple[str, str]) -> None:
    one, other = units
    assert Fraction(read_quantity(f"{number} {one}", one)) == Fraction(float(str(number)))
    assert factor(one, other) * factor(other, one) == 1


def test_every_unit_has_a_scale_and_is_its_own_canonical_name() -> None:
    for unit in UNITS:
        assert canonical(unit) == unit
        assert factor(unit, unit) == 1
        assert read_quantity(f"2 {unit}", unit) == 2.0


def test_factors_are_those_of_the_books() -> None:
    assert factor("ons", "g") == 100  # KBBI
    assert factor("kcal", "kJ") == Fraction("4.184")  # INFOODS, ENERC
    assert factor("kuintal", "kg") == 100  # KBBI
    assert factor("day", "minute") == 1440


def test_vitamin_a_has_three_dimensions() -> None:
    assert len({dimension(unit) for unit in ("mcg_RE", "mcg_RAE", "IU", "mcg")}) == 4


class Offer(Model):
    """A model with both kinds of field."""

    price: Annotated[float, InUnit("IDR")]
    minimum: Quantity | None = None


def test_fields_of_a_model_read_quantities() -> None:
    offer = load(parse_yaml("price: 1800 IDR\nminimum: 20 %\n"), Offer).model
    assert offer.price == 1800.0
    assert offer.minimum is not None
    assert offer.minimum.to("fraction") == 0.2


@pytest.mark.parametrize("bare", ["1800", "1800.0", "true", "'1800'"])
def test_fields_refuse_a_bare_number_at_its_place(bare: str) -> None:
    with pytest.raises(LoadError) as caught:
        load(parse_yaml(f"minimum: 20 %\nprice: {bare}\n", "offer.yaml"), Offer)
    (finding,) = caught.value.report
    assert finding.code == "unit-missing"
    assert str(finding.place).startswith("offer.yaml:2:")


def test_the_text_of_a_person_never_reaches_pint() -> None:
    """pint is loaded for the factors of the closed list, and only when a quantity is converted."""
    program = (
        "import sys, sehatmenu.quantities.amounts as a, sehatmenu.quantities.units as u;"
        "assert 'pint' not in sys.modules;"
        "a.read_amount('2 siung'); u.Quantity.read('20 %'); assert 'pint' not in sys.modules;"
        "u.read_quantity('20 %', 'fraction'); assert 'pint' in sys.modules"
    )
    subprocess.run([sys.executable, "-c", program], check=True)


def test_every_code_has_a_sentence_in_both_languages() -> None:
    folder = Path(sehatmenu.quantities.__file__).parent
    source = "\n".join(path.read_text(encoding="utf-8") for path in folder.glob("*.py"))
    codes = set(re.findall(r'UnitError\(\s*"([a-z-]+)"', source)) | {"number-read-as-thousands"}
    assert len(codes) > 10
    for lang in ("id", "en"):
        assert codes <= set(catalogue(lang))
