"""Laws of the line reader: nothing of an accepted line is lost, and any text at all is read or refused in words."""

from __future__ import annotations

import re
from fractions import Fraction

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from sehatmenu.errors import UnitError
from sehatmenu.food.composition import load_foods
from sehatmenu.food.lines.reader import read_line
from sehatmenu.food.lines.readings import LineReading

FOODS = load_foods()
UNHURRIED = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
NAMES = (
    "garam", "gula pasir", "bawang putih", "bawang merah", "tempe", "tahu", "telur", "terasi", "santan", "udang",
    "minyak goreng", "tepung terigu", "daging sapi", "kentang", "cabe rawit", "kacang tanah", "susu", "beras",
)  # fmt: skip
AMOUNTS = (
    "2 sdm",
    "250 g",
    "1/2 sdt",
    "3 siung",
    "1 papan (100 g)",
    "secukupnya",
    "sedikit",
    "3",
    "± 200 g",
    "1-2 buah",
    "",
)
WORDS = (
    "iris tipis",
    "cincang halus",
    "potong 2 cm",
    "rebus",
    "goreng",
    "kupas",
    "untuk taburan",
    "bila suka",
    "saya skip",
    "naga",
)
JOINED = (
    " ",
    ", ",
    " dan ",
    " + ",
    " atau ",
    "/",
    " (",
    ") ",
    " dengan ",
    " campur ",
    ": ",
    " untuk ",
    " pakai ",
    ",",
    " - ",
)


def _line(parts: list[tuple[str, str]]) -> str:
    return "".join(f"{part}{joiner}" for part, joiner in parts)


LINES = st.lists(
    st.tuples(st.sampled_from(NAMES + AMOUNTS + WORDS), st.sampled_from(JOINED)), min_size=1, max_size=6
).map(_line)


def _told(reading: LineReading) -> str:
    """Everything that a reading says again: foods, remarks, titles and the values of its notes."""
    said = [reading.title, reading.remark]
    for mention in reading.mentions:
        said += [mention.called, mention.remark, *mention.food.spellings, str(mention.amount)]
        said += [spelling for other in mention.others for spelling in other.spellings]
    said += [str(value) for note in reading.notes for value in note.values.values()]
    return " ".join(" ".join(said).casefold().split())


@UNHURRIED
@given(LINES)
def test_every_known_food_of_an_accepted_line_is_told(line: str) -> None:
    try:
        reading = read_line(line, FOODS)
    except UnitError:
        return
    told = _told(reading)
    missing = [name for name in NAMES if re.search(rf"\b{name}\b", line) and name not in told]
    assert missing == [], (line, reading)


@UNHURRIED
@given(LINES)
def test_every_known_food_beside_an_amount_is_an_ingredient_or_has_a_note(line: str) -> None:
    """A food never stands only in a remark."""
    try:
        reading = read_line(line, FOODS)
    except UnitError:
        return
    noted = " ".join(str(value).casefold() for note in reading.notes for value in note.values.values())
    eaten = {s.casefold() for m in reading.mentions for food in (m.food, *m.others) for s in food.spellings}
    eaten |= {m.called.casefold() for m in reading.mentions}
    missing = [
        n
        for n in NAMES
        if re.search(rf"\b{n}\b", line) and n not in eaten and not any(n in e for e in eaten) and n not in noted
    ]
    assert missing == [] or reading.outcome == "heading", (line, reading)


@UNHURRIED
@given(LINES)
def test_every_number_of_an_accepted_line_is_told(line: str) -> None:
    try:
        reading = read_line(line, FOODS)
    except UnitError:
        return
    told = _told(reading)
    numbers = {float(Fraction(text)) for text in re.findall(r"[0-9]+(?:/[0-9]+)?", told) if not text.endswith("/0")}
    numbers |= {float(text) for text in re.findall(r"[0-9]+(?:\.[0-9]+)?", told)}
    written = {float(Fraction(text)) for text in re.findall(r"[0-9]+(?:/[0-9]+)?", line)}
    assert written <= numbers, (line, reading)


@UNHURRIED
@given(st.text(max_size=60))
def test_any_text_is_read_or_refused_in_words(text: str) -> None:
    try:
        answer = str(read_line(text, FOODS).outcome)
    except UnitError as error:
        answer = error.text("id")
    assert answer


@UNHURRIED
@given(st.text(st.sampled_from("0123456789½,./- ()kgsdmributRp%:+telur"), max_size=30))
def test_any_amount_that_is_read_is_not_negative(text: str) -> None:
    try:
        reading = read_line(text, FOODS)
    except UnitError:
        return
    assert all(0 <= mention.amount.value.low <= mention.amount.value.high for mention in reading.mentions)
