"""Kitchen amounts: every trap seen in real recipes is read as meant, or refused with what to write instead."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sehatmenu.errors import UnitError
from sehatmenu.quantities.amounts import MEASURES, read_amount, read_ingredient
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
    ("text", "suggestion"),
    [
        ("250 gr", "g"),  # pint: 16.2 g
        ("2 lb", "lembar"),  # pint: 907 g
        ("3 pc", "potong, buah, biji"),  # pint: parsec
        ("3 pcs", "potong, buah, biji"),
        ("1 T", "sdm, sdt, ton"),  # pint: tesla
        ("2 t", "sdm, sdt, ton"),  # pint: 2000 kg
        ("2 sendok", "sdm, sdt"),
        ("3 oz", "g"),
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


@pytest.mark.parametrize(
    ("line", "amount", "food", "remark"),
    [
        ("1½ ikat kangkung", "1.5 ikat", "kangkung", ""),
        ("250 g dada ayam", "250 g", "dada ayam", ""),
        ("2-3 siung bawang putih", "2..3 siung", "bawang putih", ""),
        ("kangkung 2 ikat", "2 ikat", "kangkung", ""),
        ("jahe 2 cm", "2 cm", "jahe", ""),
        ("2 cm jahe", "2 cm", "jahe", ""),
        ("garam secukupnya", "secukupnya", "garam", ""),
        ("secukupnya garam, gula", "secukupnya", "garam, gula", ""),
        ("minyak goreng secukupnya untuk menumis", "secukupnya", "minyak goreng", "untuk menumis"),
        ("tepung 1 1/2 kg", "1500 g", "tepung", ""),
        ("tempe - 250 g", "250 g", "tempe", ""),
        ("Garam: 5 g", "5 g", "Garam", ""),
        ("susu 2% 200 ml", "200 ml", "susu 2%", ""),
        ("sayur lima warna 200 g", "200 g", "sayur lima warna", ""),
        ("lima siung bawang merah", "5 siung", "bawang merah", ""),
        ("bayam seikat", "1 ikat", "bayam", ""),
        ("1 sdm bumbu kaldu (Masako)", "1 sdm", "bumbu kaldu", "Masako"),
        ("1 liter santan (1 butir kelapa)", "1000 ml", "santan", "1 butir kelapa"),
        ("kangkung 2 ikat, petik daunnya", "2 ikat", "kangkung", "petik daunnya"),
        ("2 buah cabe merah besar", "2 buah", "cabe merah besar", ""),
        ("3 potong kecil tempe", "3 potong kecil", "tempe", ""),
        ("5 sdm. gula pasir", "5 sdm", "gula pasir", ""),
    ],
)
def test_ingredient_lines(line: str, amount: str, food: str, remark: str) -> None:
    read = read_ingredient(line)
    assert (str(read.amount), read.food, read.remark) == (amount, food, remark)


@pytest.mark.parametrize(
    ("line", "code"),
    [
        ("250 gr tempe", "unit-refused"),
        ("2 lb daun salam", "unit-refused"),
        ("1 T gula", "unit-refused"),
        ("1 1/2 sendok ketumbar", "unit-refused"),
        ("tempe 3000", "amount-rupiah"),
        ("2.000 Buncis", "amount-rupiah"),
        ("tempe 3ribuan", "amount-rupiah"),
        ("tempe Rp 3.000", "amount-rupiah"),
        ("tempe Rp3.000", "amount-rupiah"),
        ("1 bungkus sayur asem 5 ribu", "amount-rupiah"),
        ("1/4 tepung terigu", "unit-missing"),
        ("8 bawang merah", "unit-missing"),
        ("telur 3", "unit-missing"),
        ("2 siungg bawang", "unit-unknown"),
        ("kangkung", "amount-missing"),
        ("250 g", "ingredient-nameless"),
        ("secukupnya", "ingredient-nameless"),
        ("2 siung bawang putih (10 g)", "amount-twice"),
        ("2 sachet kecap manis 30 ml", "amount-twice"),
        ("garam secukupnya 2 sdt", "amount-twice"),
        ("tempe -5 g", "number-negative"),
        ("-5 g tempe", "number-negative"),
        ("1.500 kg beras", "number-ambiguous"),
        ("9**9**9 g tempe", "number-unreadable"),
        ("tempe" * 2_000_000, "quantity-too-long"),
        ("", "quantity-empty"),
    ],
)
def test_refused_ingredient_lines(line: str, code: str) -> None:
    with pytest.raises(UnitError) as caught:
        read_ingredient(line)
    assert caught.value.code == code
    assert caught.value.text("id") != caught.value.text("en")


def test_the_message_says_what_was_read_and_what_to_write() -> None:
    with pytest.raises(UnitError) as caught:
        read_ingredient("2 lb daun salam")
    assert caught.value.text("id") == (
        '"2 lb daun salam": "lb" ditolak karena mudah salah dibaca. '
        "Maksud Anda: lembar? Tulis itu, atau beratnya dalam g"
    )


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
    assert all(sentences(read_ingredient, text))


@given(st.text(st.sampled_from("0123456789½,./- kgsdmributRp%"), max_size=24))
def test_any_amount_that_is_read_is_finite_and_not_negative(text: str) -> None:
    try:
        amount = read_amount(text)
    except UnitError:
        return
    assert 0 <= amount.value.low <= amount.value.high < 1e30
