"""Kitchen amounts: every trap seen in real recipes is read as meant, or refused with what to write instead."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sehatmenu.errors import UnitError
from sehatmenu.quantities.amounts import MEASURES, read_amount
from sehatmenu.quantities.intervals import UNKNOWN, Interval
from sehatmenu.quantities.numbers import READ_AS_THOUSANDS


def refusal(text: str) -> UnitError:
    with pytest.raises(UnitError) as caught:
        read_amount(text)
    return caught.value


@pytest.mark.parametrize(
    ("text", "low", "high", "unit"),
    [
        ("1,5 kg", 1500, 1500, "g"),  # pint: 15 kg
        ("1 1/2 kg", 1500, 1500, "g"),  # pint: 0.5 kg
        ("1½ kg", 1500, 1500, "g"),
        ("½ kg", 500, 500, "g"),
        ("0,125 kg", 125, 125, "g"),
        ("0.250 kg", 250, 250, "g"),
        ("1.234,5 g", 1234.5, 1234.5, "g"),
        ("1.234.567 g", 1234567, 1234567, "g"),
        ("2 ons", 200, 200, "g"),  # KBBI: 1 ons = 100 g
        ("1 ton", 1_000_000, 1_000_000, "g"),  # pint: 907 kg
        ("2 G", 2, 2, "g"),  # pint: gauss
        ("1 ML", 1, 1, "ml"),  # pint: megalitre
        ("5 Ml", 5, 5, "ml"),
        ("1,7 liter", 1700, 1700, "ml"),
        ("100 cc", 100, 100, "ml"),
        ("250g", 250, 250, "g"),
        ("250\u00a0g", 250, 250, "g"),
        ("\u2009250\u202fg ", 250, 250, "g"),
        ("250\u200b g", 250, 250, "g"),
        ("２５０ g", 250, 250, "g"),
        ("½ sdm", 0.5, 0.5, "sdm"),
        ("¼ sdt", 0.25, 0.25, "sdt"),
        ("1 ¾ gls", 1.75, 1.75, "gelas"),
        ("1⁄2 sdm", 0.5, 0.5, "sdm"),  # fraction slash
        ("2 sendok makan", 2, 2, "sdm"),
        ("1 sendok sayur", 1, 1, "sendok sayur"),
        ("2-3 siung", 2, 3, "siung"),
        ("2 – 3 siung", 2, 3, "siung"),
        ("2—3 siung", 2, 3, "siung"),
        ("½-1 sdt", 0.5, 1, "sdt"),
        ("2 s/d 3 lbr", 2, 3, "lembar"),
        ("2 potong sedang", 2, 2, "potong sedang"),
        ("1 bh bsr", 1, 1, "buah besar"),
        ("seikat", 1, 1, "ikat"),
        ("setengah kg", 500, 500, "g"),
        ("satu setengah sdm", 1.5, 1.5, "sdm"),
        ("dua setengah kg", 2500, 2500, "g"),
        ("2 ruas jari", 2, 2, "ruas"),
        ("2 buah ukuran sedang", 2, 2, "buah sedang"),
        ("2 atau 3 siung", 2, 3, "siung"),
        ("3/4 sdt", 0.75, 0.75, "sdt"),
        ("2/3 cup", 2 / 3, 2 / 3, "cup"),
        ("15/2 sdm", 7.5, 7.5, "sdm"),
        ("0 g", 0, 0, "g"),
    ],
)
def test_read_as_meant(text: str, low: float, high: float, unit: str) -> None:
    amount = read_amount(text)
    assert (amount.value, amount.unit, amount.notes) == (Interval(low, high), unit, ())


@pytest.mark.parametrize(
    ("text", "value", "unit"),
    [("1.500 gram", 1500, "g"), ("1.500 ml", 1500, "ml"), ("Rp 12.500", 12500, "IDR"), ("Rp1.500", 1500, "IDR")],
)
def test_thousands_are_read_and_said(text: str, value: float, unit: str) -> None:
    amount = read_amount(text)
    assert (amount.value, amount.unit) == (Interval.exact(value), unit)
    assert amount.notes == (READ_AS_THOUSANDS,)


@pytest.mark.parametrize(
    ("text", "grams"),
    [("250 gr", 250), ("250 grm", 250), ("3 oz", 3 * 28.349523125), ("1 pound", 453.59237)],  # pint: 250 gr is 16.2 g
)
def test_a_unit_that_means_one_thing_in_a_kitchen_is_read_and_said(text: str, grams: float) -> None:
    amount = read_amount(text)
    assert (amount.value, amount.unit) == (Interval.exact(grams), "g")
    assert amount.notes == ("unit-read-as",)


@pytest.mark.parametrize(
    ("text", "offered"),
    [
        ("21/2 sdt", ["2 1/2", "10,5"]),  # glued: never 10.5 in silence
        ("1-1/2 sdm", ["1 1/2", "1/2-1"]),  # the mixed number first
        ("5/6 siung", ["5-6", "0,8333"]),
    ],
)
def test_a_number_with_two_readings_is_asked_with_both(text: str, offered: list[str]) -> None:
    error = refusal(text)
    assert (error.code, error.values["suggestion"]) == ("number-two-readings", offered)
    assert all(read_amount(f"{number} sdm") for number in offered)


@pytest.mark.parametrize(
    ("text", "suggestion"),
    [
        ("2 lb", "lembar"),  # pint: 907 g
        ("3 pc", "potong, buah, biji"),  # pint: parsec
        ("3 pcs", "potong, buah, biji"),
        ("1 T", "sdm, sdt, ton"),  # pint: tesla
        ("2 t", "sdm, sdt, ton"),  # pint: 2000 kg
        ("2 sendok", "sdm, sdt"),
    ],
)
def test_misleading_units_are_refused_with_a_suggestion(text: str, suggestion: str) -> None:
    error = refusal(text)
    assert error.code == "unit-refused"
    assert error.values["suggestion"] == suggestion
    assert all(part in error.text(lang) for lang in ("id", "en") for part in (text, suggestion))


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("1.500 kg", "number-ambiguous"),
        ("1,500 g", "number-ambiguous"),
        ("1.500 siung", "number-ambiguous"),
        ("9**9**9 g", "number-unreadable"),
        ("1e999 g", "number-unreadable"),
        ("1e3 g", "number-unreadable"),
        ("nan g", "number-unreadable"),
        ("inf g", "number-unreadable"),
        ("10² g", "number-unreadable"),
        ("1/0 kg", "number-unreadable"),
        ("1 3/2 kg", "number-unreadable"),
        ("1/2/3 kg", "number-unreadable"),
        ("1 500 g", "number-unreadable"),
        ("1.5.5 g", "number-unreadable"),
        ("1,234.5 g", "number-unreadable"),
        ("٣ g", "number-unreadable"),  # Arabic-Indic digit
        ("-5 g", "number-negative"),
        ("−5 g", "number-negative"),
        ("3-2 siung", "number-reversed"),
        ("9" * 30 + " g", "number-too-large"),
        ("", "quantity-empty"),
        (" \u00a0\t", "quantity-empty"),
        ("1" * 10_000_000, "quantity-too-long"),
        ("1 " + "g" * 10_000_000, "quantity-too-long"),
        ("250", "unit-missing"),
        ("3000", "amount-rupiah"),
        ("5 rb", "amount-rupiah"),  # pint: rontobarn
        ("3ribuan", "amount-rupiah"),
        ("2 as", "unit-unknown"),  # pint: attosecond
        ("2 ikat kangkung", "unit-unknown"),
        ("5 menit", "unit-unknown"),
        ("20 %", "unit-unknown"),
    ],
)
def test_refused(text: str, code: str) -> None:
    error = refusal(text)
    assert error.code == code
    assert len(error.text("id")) < 500
    assert error.text("en") != error.text("id")


@pytest.mark.parametrize("value", [None, 250, 2.5, True, ["250 g"]])
def test_what_is_no_text_has_no_unit(value: object) -> None:
    assert refusal(value).code == "unit-missing"  # type: ignore[arg-type]


def test_a_misspelled_unit_is_guessed_only_in_the_message() -> None:
    assert refusal("2 siungg").values["suggestion"] == ["siung"]


def test_as_needed_is_unknown_not_zero() -> None:
    amount = read_amount("secukupnya")
    assert (amount.value, amount.kind) == (UNKNOWN, "unknown")
    assert not amount.value.known


@given(st.integers(1, 99_999))
def test_one_weight_in_every_spelling(grams: int) -> None:
    """Grams, kilograms and ons, decimal comma or point: the same number, to the last bit."""
    kilograms, ons = f"{grams / 1000:.4f}", f"{grams / 100:.2f}"  # four decimals: never thousands
    spellings = [f"{grams} g", f"{grams}gram", f"{kilograms} kg", f"{kilograms.replace('.', ',')} Kg"]
    spellings += [f"{ons} ons", f"{ons.replace('.', ',')} ONS", f"{grams * 1000} mg"]
    assert {read_amount(text).value for text in spellings} == {Interval.exact(grams)}


@given(st.integers(0, 50), st.sampled_from(MEASURES), st.sampled_from(["2", "4", "8"]))
def test_one_fraction_in_every_spelling(whole: int, measure: str, under: str) -> None:
    mark = {"2": "½", "4": "¼", "8": "⅛"}[under]
    decimal = str(whole + 1 / int(under))
    spellings = [f"{whole}{mark} {measure}", f"{whole} 1/{under} {measure}"]
    if under != "8" or whole == 0:  # 1,125 may be one or a thousand, and is refused
        spellings += [f"{decimal} {measure}", f"{decimal.replace('.', ',')} {measure}"]
    assert {read_amount(text).value for text in spellings} == {Interval.exact(float(decimal))}
    assert {read_amount(text).unit for text in spellings} == {measure}


def sentences(read: Callable[[str], object], text: str) -> list[str]:
    try:
        return [str(read(text))]
    except UnitError as error:
        return [error.text("id"), error.text("en")]


@given(st.text(max_size=60))
def test_any_text_is_read_or_refused_in_words(text: str) -> None:
    assert all(sentences(read_amount, text))


@given(st.text(st.sampled_from("0123456789½,./- kgsdmributRp%"), max_size=24))
def test_any_amount_that_is_read_is_finite_and_not_negative(text: str) -> None:
    try:
        amount = read_amount(text)
    except UnitError:
        return
    assert 0 <= amount.value.low <= amount.value.high < 1e30
