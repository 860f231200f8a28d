"""Names of foods in a line: the longest listed name, what follows it, and what no table lists."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from sehatmenu.food.composition import FoodTable
from sehatmenu.food.foods import Food, unlisted
from sehatmenu.food.lines.tokens import Token, written
from sehatmenu.food.lines.words import MILD_HEAT, is_remark, kinds, of_kind
from sehatmenu.quantities.measure_words import is_measure

LONGEST_NAME = 6
"""Words of the longest kitchen name that is looked for inside a line."""

_WATER = "air"
"""What in remarks is mostly no ingredient: `cuci dengan air`."""

_OF_SOMETHING = frozenset({"minyak", "air", "kuah", "bubuk", "pasta"})
"""Words that make a name with the food after them: `minyak cabai` is no oil beside chillies."""

_SEASONINGS = frozenset({"bumbu", "gula", "minyak"})


@dataclass(frozen=True, slots=True)
class Named:
    """A food as a line calls it, the words after it that say how it is cut or used, and the foods named among those."""

    food: Food
    called: str
    tail: tuple[Token, ...] = ()
    cooked: bool = False
    sharing: bool = False
    """True for the second of `cabe merah dan hijau`: one amount stands for both."""


_itself = lru_cache(maxsize=4096)(unlisted)


def is_said(token: Token) -> bool:
    """True for what is no part of a name: a number, a mark, or a word that only says how."""
    return token.kind != "word" or is_remark(token.word) or token.word in of_kind("source")


def match(words: Sequence[Token], start: int, foods: FoodTable) -> int:
    """How many words from `start` on are the longest listed name, or 0."""
    names = foods.names
    for length in range(min(LONGEST_NAME, len(words) - start), 0, -1):
        if " ".join(token.word for token in words[start : start + length]) in names:
            return length
    return 0


def named(words: Sequence[Token], foods: FoodTable) -> list[Named]:
    """The foods that a run of words names; empty when they only say something of another food.

    The longest listed name stands first; words that follow it are its remark, or with it the name of another food:
    `kaldu ayam` is no chicken. Seasonings may stand side by side (`gula garam`), but a general word makes
    a name with what follows (`saus bawang putih`).
    """
    start = _first(words, foods)
    if start == len(words):
        return []
    length = match(words, start, foods)
    if not length:
        return _without_name(words, start, foods)
    end = start + length
    if end < len(words) and words[end].word in of_kind("heat"):
        return [_heated(words, start, end, foods)]
    if end == len(words) or is_said(words[end]) or _holds_so_many(words, end):
        return [_one(words, start, end, tuple(words[:start]) + tuple(words[end:]), foods)]
    if several := _side_by_side(words, start, foods):
        return several
    return _without_name(words, start, foods)


def _holds_so_many(words: Sequence[Token], at: int) -> bool:
    """True for `isi 3`, which is how many are in a piece, and no name of what is in it."""
    return words[at].word == "isi" and at + 1 < len(words) and words[at + 1].kind == "number"


def _one(words: Sequence[Token], start: int, end: int, tail: tuple[Token, ...], foods: FoodTable) -> Named:
    called = written(words[start:end])
    return Named(foods.names[called.casefold()], called, tail)


def _first(words: Sequence[Token], foods: FoodTable) -> int:
    """Where the name begins: after leading words that say how (`irisan daun bawang`), or a measure without a number."""
    start = 0
    while start < len(words) and is_said(words[start]) and not match(words, start, foods):
        start += 1
    if start + 1 < len(words) and not match(words, start, foods) and is_measure(words[start].word):
        return start + bool(match(words, start + 1, foods))
    return start


def _heated(words: Sequence[Token], start: int, end: int, foods: FoodTable) -> Named:
    """A name with a word of heat after it: raw food that the cook heats mildly, or another food (`bawang goreng`)."""
    mild = words[end].word in MILD_HEAT
    if mild:
        one = _one(words, start, end, tuple(words[:start]) + tuple(words[end:]), foods)
        return Named(one.food, one.called, one.tail, cooked=True)
    stop = _until_remark(words, end + 1)
    return _as_itself(words, start, stop)


def _until_remark(words: Sequence[Token], start: int) -> int:
    while start < len(words) and not is_said(words[start]):
        start += 1
    return start


def _as_itself(words: Sequence[Token], start: int, stop: int) -> Named:
    called = written(words[start:stop])
    return Named(_itself(called), called, tuple(words[:start]) + tuple(words[stop:]))


def _without_name(words: Sequence[Token], start: int, foods: FoodTable) -> list[Named]:
    return [_as_itself(words, start, max(_until_remark(words, start), start + 1))]


def _side_by_side(words: Sequence[Token], start: int, foods: FoodTable) -> list[Named]:
    """Several seasonings without a word between them, when every word belongs to a listed name or a remark."""
    found: list[Named] = []
    if words[start].word in _OF_SOMETHING:
        return []
    while start < len(words):
        length = match(words, start, foods)
        if not length:
            return _with_rest(found, words, start) if found and _rest_is_remark(words, start) else []
        one = _one(words, start, start + length, (), foods)
        naming = foods.naming(one.called)
        water = one.food is foods.names.get(_WATER)
        if (one.food.group not in _SEASONINGS and not water) or (naming is not None and naming.how == "open"):
            return []
        if found and found[-1].food is one.food:  # a brand beside its food: `penyedap royco`
            found[-1] = Named(one.food, found[-1].called, tuple(words[start : start + length]))
        else:
            found.append(one)
        start += length
    return found


def _with_rest(found: list[Named], words: Sequence[Token], start: int) -> list[Named]:
    last = found[-1]
    return [*found[:-1], Named(last.food, last.called, (*last.tail, *words[start:]))]


def _rest_is_remark(words: Sequence[Token], start: int) -> bool:
    return all(is_said(token) for token in words[start:])


@dataclass(frozen=True, slots=True)
class Hit:
    """A listed name among words: where it begins and ends, and whether it stands alone or in another name."""

    start: int
    end: int
    food: Food
    alone: bool


def inside(words: Sequence[Token], foods: FoodTable, ordinary: bool = False) -> list[Hit]:
    """The listed names among words, longest first; `air` and other names of water only where `ordinary` things are asked for.

    A name beside a word that nobody knows is part of another name: `royco ayam` is no chicken.
    """
    found: list[Hit] = []
    start = 0
    while start < len(words):
        length = match(words, start, foods)
        water = length and not ordinary and foods.names.get(_WATER) is _food_at(words, start, length, foods)
        if length and not water:
            end = start + length
            before = start == 0 or is_known(words[start - 1]) or (bool(found) and found[-1].end == start)
            after = end == len(words) or is_known(words[end]) or match(words, end, foods) > 0
            found.append(Hit(start, end, _food_at(words, start, length, foods), before and after))
        start += length or 1
    return found


def _food_at(words: Sequence[Token], start: int, length: int, foods: FoodTable) -> Food:
    return foods.names[" ".join(token.word for token in words[start : start + length])]


def is_known(token: Token) -> bool:
    """True for a word that has a meaning of its own in a line, and so makes no name with the word beside it."""
    return is_said(token) or bool(kinds().get(token.word))


def with_head(words: Sequence[Token], head: Sequence[Token], foods: FoodTable) -> Named | None:
    """`keriting` after `cabe rawit`: the listed name that it makes with the first words of the name before it."""
    if words[0].word in of_kind("heat"):
        return None
    for length in range(len(head) - 1, 0, -1):
        joined = [*head[:length], *words]
        if match(joined, 0, foods) > length:
            end = match(joined, 0, foods)
            return _one(joined, 0, end, tuple(joined[end:]), foods)
    return None
