"""Names of foods: what kitchens write besides the names of the table, read from a list and never from similarity."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal, TypeAlias, get_args

from sehatmenu.findings import Finding, problem
from sehatmenu.food.foods import Food
from sehatmenu.food.sheets import Row, read_sheet
from sehatmenu.messages import Text
from sehatmenu.readings import nearest

How: TypeAlias = Literal["synonym", "default", "stand-in", "open", "other-edition"]
"""How a name that the table does not list leads to a food.

`synonym`: another spelling, word or brand of the same food. `default`: a general word that is read as its commonest
kind. `stand-in`: a food without figures of its own, read as a near one. `open`: a general word that leaves the kind
open; the food has unknown figures. `other-edition`: a code that means another food in another edition of the table.
"""

ALIKE, LETTERS = 0.75, 1
"""How alike a word of a suggestion is to the word written, and by how many letters it may be longer or shorter."""


@dataclass(frozen=True, slots=True)
class Naming:
    """A name that is not listed by the table itself: which food it is read as, how, and what else it may mean."""

    text: str
    food: Food
    how: How
    may_be: tuple[Text, ...] = ()
    kinds: tuple[str, ...] = ()
    """The codes of the foods that it may be."""

    @property
    def code(self) -> str:
        """The code of the note that says how the name was read."""
        return f"name-{self.how}"

    @property
    def values(self) -> dict[str, object]:
        """The values of that note."""
        return {"text": self.text, "food": self.food.name, "choices": list(self.may_be)}


def spelled(name: str) -> str:
    """A name as it is looked up: one blank between words, no capitals, no hyphens."""
    return " ".join(name.replace("-", " ").split()).casefold()


def by_name(namings: Iterable[Naming]) -> dict[str, Naming]:
    """Namings by their name without capitals, with its hyphens and without."""
    plain = {" ".join(naming.text.split()).casefold(): naming for naming in namings}
    return {spelled(name): naming for name, naming in plain.items()} | plain


def called(namings: Iterable[Naming]) -> dict[str, tuple[str, ...]]:
    """What kitchens call each food, by code; a general word is a name of every kind that it may mean."""
    words: dict[str, dict[str, None]] = {}
    for naming in namings:
        for code in (naming.food.code, *naming.kinds) if naming.how != "other-edition" else ():
            words.setdefault(code, {})[naming.text] = None
    return {code: tuple(names) for code, names in words.items()}


def read_namings(path: str | Path, foods: Sequence[Food]) -> tuple[list[Naming], list[Finding]]:
    """The names of a table (name, code, how, may_be) over some foods, and every row that names no food or manner."""
    by_code = {food.code: food for food in foods}
    namings, problems = list[Naming](), list[Finding]()
    for row in read_sheet(path, required=("name", "code", "how", "may_be")):
        codes = [row["code"], *_codes(row)]
        problems += [problem("name-food-unknown", row.place("code"), food=c) for c in codes if c not in by_code]
        if row["how"] not in get_args(How):
            choices = ", ".join(get_args(How))
            problems.append(problem("name-how-unknown", row.place("how"), text=row["how"], choices=choices))
        if all(code in by_code for code in codes) and row["how"] in get_args(How):
            may_be = tuple(_called(by_code[code]) for code in codes[1:])
            naming = Naming(row["name"], by_code[codes[0]], row["how"], may_be, tuple(codes[1:]))  # type: ignore[arg-type]
            namings.append(naming)
    return namings, problems


def read_other_editions(path: str | Path, foods: Sequence[Food]) -> list[Naming]:
    """The codes of foods that mean another food in another edition of the same table (code, edition, name)."""
    by_code = {food.code: food for food in foods}
    return [
        Naming(row["code"], by_code[row["code"]], "other-edition", (Text(row["name"], row["name"]),))
        for row in read_sheet(path, required=("code", "edition", "name"))
        if row["code"] in by_code
    ]


def _called(food: Food) -> Text:
    """What a kitchen calls a food: its first kitchen name, else its printed one."""
    return Text(food.aliases[0] if food.aliases else food.name.id, food.name.en)


def _codes(row: Row) -> list[str]:
    return [code.strip() for code in row["may_be"].split(";") if code.strip()]


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """The words of all names, to find what a misspelled name was meant to be."""

    names: Mapping[str, tuple[str, ...]]
    """The names that hold a word, by word."""

    @classmethod
    def of(cls, names: Sequence[str]) -> Vocabulary:
        """The vocabulary of some names."""
        held: dict[str, list[str]] = {}
        for name in names:
            for word in dict.fromkeys(spelled(name.replace(",", " ")).split()):
                held.setdefault(word, []).append(name)
        return cls({word: tuple(found) for word, found in held.items()})

    def meant(self, name: str, limit: int) -> tuple[str, ...]:
        """The names that hold a like word for every word of a name, the shortest first; none is a far guess.

        So a misspelling finds its food, and `kecap manis` is never answered with condensed milk (`kental manis`).
        """
        held = [set(self._holding(word)) for word in spelled(name).split()]
        common = set.intersection(*held) if held else set[str]()
        return tuple(sorted(common, key=lambda found: (len(found.split()), len(found), found))[:limit])

    def _holding(self, word: str) -> Iterator[str]:
        for like in nearest(word, self.names, n=5, cutoff=ALIKE):
            if abs(len(like) - len(word)) <= LETTERS:
                yield from self.names[like]
