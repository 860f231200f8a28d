"""Clauses of a line (`... dan ...`, `..., ...`, `... atau ...`) and their pieces: amounts, runs of words, brackets."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Literal, TypeAlias

from sehatmenu.errors import UnitError
from sehatmenu.food.composition import FoodTable
from sehatmenu.food.lines.names import is_said, match
from sehatmenu.food.lines.readings import Note
from sehatmenu.food.lines.tokens import Token, tokens, written
from sehatmenu.food.lines.words import of_kind
from sehatmenu.quantities.amounts import AS_NEEDED, LEFT_OPEN, NUMBER_WORDS, Amount, amount_of, is_price
from sehatmenu.quantities.intervals import UNKNOWN, Interval
from sehatmenu.quantities.measure_words import READ_AS, UNCLEAR, UnitWord, unit_of
from sehatmenu.quantities.numbers import AMBIGUOUS, NUMBER, NumberReading, read_openly

Joiner: TypeAlias = Literal["", ",", "and", "plus", "or"]

_JOINERS: dict[str, Joiner] = {
    ",": ",", ";": ",", "+": "plus", "plus": "plus", "&": "and", "dan": "and", "n": "and", "serta": "and",
    "and": "and", "beserta": "and", "atau": "or", "ato": "or", "atw": "or", "or": "or", "/": "or", "ataupun": "or",
}  # fmt: skip
_BRACKET = re.compile(r"[(\[{]([^()\[\]{}]*)[)\]}]?")
_NO_COUNT = frozenset(
    {"menit", "mnt", "jam", "bagian", "x", "kali", "orang", "org", "lapis", "hari", "detik", "an", "rasa", "arah"}
)
_AFTER_CUT = frozenset(
    {"isi", "jadi", "menjadi", "uk", "ukuran", "ukurannya", "per", "usia", "umur", "diameter", "tebal"}
)
_NO_PIECES = 100
"""From here on a bare number is a weight whose unit was left out, not so many pieces: `250 kentang`."""

COUNT = "?"
"""The unit of a bare number (`3 bawang putih`): so many of a piece that the line does not name."""


@dataclass(slots=True)
class Quantity:
    """An amount as a clause states it, with its notes and its own text."""

    amount: Amount
    text: str
    notes: tuple[Note, ...] = ()


Piece: TypeAlias = Quantity | list[Token]


@dataclass(slots=True)
class Clause:
    """A part of a line between separators: how it is joined to the part before, and its pieces in order.

    `brackets` are the texts in brackets, each with the number of pieces before it.
    """

    joiner: Joiner
    pieces: list[Piece] = field(default_factory=list)
    brackets: list[tuple[int, str]] = field(default_factory=list)

    def runs(self) -> list[list[Token]]:
        """The runs of words."""
        return [piece for piece in self.pieces if isinstance(piece, list)]

    def quantities(self) -> list[Quantity]:
        """The amounts."""
        return [piece for piece in self.pieces if isinstance(piece, Quantity)]


def clauses(line: str, foods: FoodTable) -> Iterator[Clause]:
    """The clauses of a line that went through `opened`."""
    brackets: list[str] = []

    def keep(found: re.Match[str]) -> str:
        brackets.append(found[1].strip())
        return f" \x00{'x' * len(brackets)} "

    outer = _BRACKET.sub(keep, line) if any(mark in line for mark in "([{") else line
    joiner: Joiner = ""
    part: list[Token] = []
    held: list[tuple[int, str]] = []
    stream = iter(_with_brackets(tokens(outer), brackets))
    for token, text in stream:
        if text is not None:
            held.append((len(part), text))
        elif (found := _JOINERS.get(token.word)) and not _inside_name(token, part):
            if part or held:
                yield _clause(joiner, part, held, foods)
                part, held, joiner = [], [], found
            elif found == "or":
                joiner = found
        else:
            part.append(token)
    if part or held:
        yield _clause(joiner, part, held, foods)


def _inside_name(token: Token, part: Sequence[Token]) -> bool:
    return token.word == "n" and token.text != "n" and not part


def _with_brackets(of: Sequence[Token], brackets: Sequence[str]) -> Iterator[tuple[Token, str | None]]:
    """The tokens, with the text of a bracket where one stood."""
    place = iter(of)
    for token in place:
        if token.text == "\x00":
            yield token, brackets[len(next(place).text) - 1]
        else:
            yield token, None


def _clause(joiner: Joiner, part: Sequence[Token], held: Sequence[tuple[int, str]], foods: FoodTable) -> Clause:
    made = Clause(joiner)
    run: list[Token] = []
    position = 0
    waiting = list(held)

    def flush() -> None:
        if run:
            made.pieces.append(list(run))
            run.clear()

    while position < len(part):
        while waiting and waiting[0][0] <= position:
            made.brackets.append((len(made.pieces) + bool(run), waiting.pop(0)[1]))
        quantity, used = _quantity(part, position, run, foods)
        if quantity is not None:
            flush()
            made.pieces.append(quantity)
        else:
            run.extend(t for t in part[position : position + used] if t.kind != "mark" or t.text == "%")
        position += used
    flush()
    made.brackets += [(len(made.pieces), text) for _, text in waiting]
    return made


def _quantity(part: Sequence[Token], at: int, run: Sequence[Token], foods: FoodTable) -> tuple[Quantity | None, int]:
    """The amount that begins at a token and how many tokens it takes; None for tokens that are words of the line."""
    token = part[at]
    if token.kind == "number":
        return _figure(part, at, run)
    if _leaves_open(token.word):
        return _left_open(part, at, run)
    if not run and token.word in NUMBER_WORDS and match(part, at + 1, foods) and not match(part, at, foods):
        reading = read_openly(NUMBER_WORDS[token.word])
        return Quantity(Amount(reading.value, COUNT, "measure"), token.text), 1
    return None, 1


def _figure(part: Sequence[Token], at: int, run: Sequence[Token]) -> tuple[Quantity | None, int]:
    if at + 1 < len(part) and part[at + 1].word == "bagian" and "/" in part[at].text and not run:
        amount, notes = _stated(part[at].text, "", part[at].text)
        return Quantity(amount, written(part[at : at + 2]), notes), 2
    unit, used = _unit_after(part, at)
    if _is_said(run, unit) or (unit is None and _counts_nothing(part, at)):
        return None, 1 + used
    if unit is None and at and part[at - 1].text == "-" and part[at].close:
        return None, 1
    text = written(part[at : at + 1 + used])
    amount, notes = _stated(part[at].text, unit.spelled if unit else "", text)
    return Quantity(amount, text, notes), 1 + used


@lru_cache(maxsize=4096)
def _stated(number: str, spelled: str, text: str) -> tuple[Amount, tuple[Note, ...]]:
    """So many of a unit, or of pieces that are not named, with what is to be said; unknown where no number can be read."""
    unit = unit_of(spelled.split()) if spelled else None
    try:
        reading = read_openly(number, "kitchen", unit is not None and unit.whole)
    except UnitError:
        return LEFT_OPEN, (Note("number-unread", {"text": text}),)
    notes = tuple(_notes(reading, unit, text))
    if unit is not None:
        return amount_of(reading, unit), notes
    if is_price(number):
        return LEFT_OPEN, (Note("amount-rupiah", {"text": text}),)
    if reading.low >= _NO_PIECES:
        return LEFT_OPEN, (*notes, Note("unit-missing", {"text": text}))
    return Amount(reading.value, COUNT, "measure"), notes


def _unit_after(part: Sequence[Token], at: int) -> tuple[UnitWord | None, int]:
    """The unit behind a number and the tokens that it takes, dots of short forms included."""
    words, places = [], []
    for place in range(at + 1, min(at + 7, len(part))):
        token = part[place]
        if token.kind == "word":
            words.append(token.word)
            places.append(place)
        elif token.text not in {".", "-"}:
            break
    unit = unit_of(words) if words else None
    if unit is None:
        return None, 0
    return unit, places[unit.used - 1] - at


def _is_said(run: Sequence[Token], unit: UnitWord | None) -> bool:
    """True when a number belongs to the words before it: `potong 2 cm`, `isi 10`, `untuk 4 porsi`."""
    if not run:
        return False
    if run[-1].word in _AFTER_CUT or (run[-1].word == "@"):
        return unit is None or unit.kind == "measure"
    if any(token.word in of_kind("purpose") or token.word in of_kind("source") for token in run[1:]):
        return True
    cut = run[-1].word in of_kind("cut") or run[-1].word in of_kind("crush") or run[-1].word in of_kind("heat")
    if cut and (unit is None or unit.unit in {"cm", "potong", "bulatan", "iris"}):
        return True
    return unit is not None and unit.unit == "cm" and any(is_said(token) for token in run)


def _counts_nothing(part: Sequence[Token], at: int) -> bool:
    after = part[at + 1].word if at + 1 < len(part) else ""
    return after in _NO_COUNT or after == "%"


def _notes(reading: NumberReading, unit: UnitWord | None, text: str) -> Iterator[Note]:
    if reading.note in AMBIGUOUS:
        yield Note(str(reading.note), {"text": text, "suggestion": list(reading.offered)})
    elif reading.note:
        yield Note(reading.note, {"text": text, "value": str(reading.value)})
    if unit is not None and unit.note == READ_AS:
        yield Note("unit-read-as", {"text": text, "unit": unit.written, "meant": unit.offered})
    if unit is not None and unit.note == UNCLEAR:
        yield Note("unit-unclear", {"text": text, "unit": unit.written, "suggestion": unit.offered})


def _leaves_open(word: str) -> bool:
    """True for `secukupnya` however it is spelled, and other words that leave an amount to the cook."""
    return word in of_kind("open") or word.startswith(("secuku", "sckup", "sckp", "scukup", "secup"))


def _left_open(part: Sequence[Token], at: int, run: Sequence[Token]) -> tuple[Quantity | None, int]:
    """`secukupnya`, `sesuai selera`, `sedikit`; after a cut word they say how it is cut."""
    end = at
    while end < len(part) and (_leaves_open(part[end].word) or part[end].text in {"nya", "."}):
        end += 1
    if run and run[-1].word in of_kind("cut"):
        return None, end - at
    text = written(part[at:end])
    unit, used = _unit_after(part, end - 1)
    if unit is not None and unit.kind == "measure" and part[at].word in {"beberapa", "sedikit"}:
        end += used
    return Quantity(Amount(UNKNOWN, AS_NEEDED, "unknown"), text), end - at


def leading(line: str) -> tuple[Quantity, str] | None:
    """The amount with a unit that a line begins with, and the rest as written; None where there is none."""
    found = NUMBER.match(line)
    words = line[found.end() :].split() if found else []
    unit = unit_of([word.casefold().rstrip(".") for word in words[:4]])
    if found is None or unit is None:
        return None
    text = " ".join([found[0], *words[: unit.used]])
    amount, notes = _stated(found[0], unit.spelled, text)
    return Quantity(amount, text, notes), " ".join(words[unit.used :])


def halved(amount: Amount) -> Amount:
    """An amount of which a part, or all, belongs to a food."""
    return Amount(Interval(0, amount.value.high), amount.unit, amount.kind, amount.notes)
