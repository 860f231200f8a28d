"""Foods: what 100 g of the edible part hold and what kind of thing it is; also a food of which nothing is known."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

from sehatmenu.files import Place
from sehatmenu.food.errata import Erratum
from sehatmenu.food.nutrients import Nutrition
from sehatmenu.messages import Text
from sehatmenu.quantities.intervals import Interval

COOKED = "cooked"
"""The state of a food whose figures are already those of the cooked food."""

ALLERGENS_NOT_STATED = "tidak-diketahui"
"""Stands among the allergens of a food or dish of which not all are known."""

KITCHEN = "dapur"
"""The edition of foods that recipes name and no composition table holds: listed, mostly without figures."""

UNLISTED = -1
"""The position in its table of a food that no table holds."""


@dataclass(frozen=True, slots=True, eq=False)
class Food:
    """One food of the table: what 100 g of its edible part hold, and what kind of thing it is.

    `group` is the word of school meals (pokok, hewani, nabati, sayur, buah, minyak, gula, bumbu, susu, jajanan,
    minuman); `tags` hold the TKPI group (`tkpi-D`), kinds and risks. `edible` is the edible part (BDD) as a fraction,
    `density` g per ml; both may be unknown. `state` is raw or cooked, `retention` the class of its retention factors.
    `errata` are the corrections laid over the row, `fillers` the other tables that figures of it come from.
    """

    code: str
    edition: str
    name: Text
    aliases: tuple[str, ...]
    group: str
    tags: frozenset[str]
    allergens: frozenset[str]
    halal: str
    state: str
    retention: str
    edible: Interval
    density: Interval | None
    per100: Nutrition
    source: str
    seen: str
    agreement: str
    conflicts: str
    energy_factors: str
    flags: tuple[str, ...]
    errata: tuple[Erratum, ...]
    place: Place
    index: int
    fillers: tuple[str, ...] = ()
    called: tuple[str, ...] = ()
    """What kitchens call the food besides its listed names, general words that may mean it included (`cabe`, `teri`)."""
    choices: tuple[Food, ...] = ()
    """The foods of which it is one, where a recipe leaves the choice (`mentega atau margarin`)."""

    @property
    def listed(self) -> bool:
        """False for a food that no table holds: nothing is known of it, not even its group or its allergens."""
        return self.index != UNLISTED

    @property
    def uncertain(self) -> bool:
        """True for a food that no table holds, and for one of several of which a recipe leaves the choice."""
        return not self.listed or bool(self.choices)

    @property
    def cooked(self) -> bool:
        """True when the figures are those of the cooked food."""
        return self.state == COOKED

    @property
    def listed_names(self) -> tuple[str, ...]:
        """The names that the table itself lists; each belongs to this food alone."""
        return (self.code, self.name.id, *self.aliases)

    @property
    def spellings(self) -> tuple[str, ...]:
        """Everything the food may be called, in a recipe or in a rule; a general word may mean other foods too."""
        return (*self.listed_names, *self.called)

    @property
    def editions(self) -> tuple[str, ...]:
        """The edition of the table that the food comes from, and the tables that fill what that one leaves open."""
        return tuple(filter(None, (self.edition, *self.fillers)))

    @property
    def sources(self) -> tuple[str, ...]:
        """Where the figures come from: the place in the printed table, and the source of every correction."""
        return tuple(dict.fromkeys(filter(None, (self.source, *(erratum.source for erratum in self.errata)))))

    def __str__(self) -> str:
        return f"{self.name.id} ({self.code}, {self.edition})" if self.listed else self.name.id


def unlisted(name: str, place: Place | None = None) -> Food:
    """A food that no table holds, accepted under the name that it was given: every figure unknown, allergens untold.

    >>> food = unlisted("daun kelor liar")
    >>> food.listed, str(food.per100["sodium"]), sorted(food.allergens)
    (False, 'not known', ['tidak-diketahui'])
    """
    plain = " ".join(name.split())
    return Food(
        code=f"?{plain.casefold()}",
        edition="",
        name=Text(plain, plain),
        aliases=(),
        group="",
        tags=frozenset(),
        allergens=frozenset({ALLERGENS_NOT_STATED}),
        halal="",
        state="raw",
        retention="",
        edible=Interval(0, 1),
        density=None,
        per100=_nothing_known(),
        source="",
        seen="unverified",
        agreement="",
        conflicts="",
        energy_factors="",
        flags=(),
        errata=(),
        place=place or Place("", 0, 0),
        index=UNLISTED,
    )


@lru_cache(maxsize=1)
def _nothing_known() -> Nutrition:
    return Nutrition.of({})
