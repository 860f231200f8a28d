"""What a line was read as: foods with amounts and remarks, a heading, or something that nobody eats; with its notes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal, TypeAlias

from sehatmenu.food.foods import Food
from sehatmenu.quantities.amounts import Amount

Reading: TypeAlias = Literal["open", "strict"]
"""How a recipe is read: `open` takes what is written and keeps unknown what is not settled, `strict` refuses that."""

Outcome: TypeAlias = Literal["foods", "heading", "aside"]

UNSETTLED = frozenset(
    {
        "amount-about",
        "amount-missing",
        "amount-of-several",
        "amount-rupiah",
        "amount-twice",
        "food-choice",
        "food-in-remark",
        "food-left-out",
        "food-unlisted",
        "foods-in-one-line",
        "line-without-food",
        "number-ambiguous",
        "number-reversed",
        "number-two-readings",
        "number-unread",
        "unit-guessed",
        "unit-missing",
        "unit-strange",
        "unit-unclear",
    }
)
"""Notes on what a line leaves open: a strict reading refuses it."""


@dataclass(frozen=True, slots=True)
class Note:
    """Something to be said of a line: a finding code with its values."""

    code: str
    values: Mapping[str, object] = field(default_factory=dict)

    @property
    def settled(self) -> bool:
        """False when the line leaves something open, so that a strict reading refuses it."""
        return self.code not in UNSETTLED


@dataclass(frozen=True, slots=True)
class Mention:
    """One food of a line: how much of it, as it is called there, and what else is said of it.

    `others` are the foods that may stand in its place (`mentega atau margarin`); `counted` marks a bare number whose
    measure is not written (`3 bawang putih`); `cooked` a food that is written cooked and counted raw.
    """

    food: Food
    called: str
    amount: Amount
    remark: str = ""
    others: tuple[Food, ...] = ()
    counted: bool = False
    cooked: bool = False
    left_out: bool = False


@dataclass(frozen=True, slots=True)
class LineReading:
    """A line taken apart; `title` is the name of the group that a heading opens."""

    outcome: Outcome
    mentions: tuple[Mention, ...] = ()
    notes: tuple[Note, ...] = ()
    title: str = ""
    remark: str = ""
