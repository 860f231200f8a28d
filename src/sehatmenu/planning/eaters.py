"""Eaters: a group at a meal, how many, what their portions may cost and how large they may be; extra portions, variants."""

from __future__ import annotations

import math
from collections.abc import Collection
from typing import Self

from pydantic import Field, model_validator

from sehatmenu.documents import Model, in_order, reject
from sehatmenu.food.foods import ALLERGENS_NOT_STATED
from sehatmenu.planning.preferences import Share
from sehatmenu.planning.suppliers import Fraction, Rupiah


class PortionRange(Model):
    """How large the portions of a group may be, as factors of the standard portion; equal ends fix it."""

    min: Fraction
    max: Fraction

    @model_validator(mode="after")
    def _ordered(self) -> Self:
        return in_order(self, "min", "max", "range-crossed")


class Extra(Model):
    """Portions beyond the heads of a group at a meal: for the organoleptic test, as retained samples, and as a buffer.

    `buffer` is a share of the heads, rounded up to whole portions.
    """

    tasting: int = Field(default=0, ge=0)
    sample: int = Field(default=0, ge=0)
    buffer: Share = 0.0

    def portions(self, heads: int) -> int:
        """How many portions more than heads."""
        return self.tasting + self.sample + math.ceil(heads * self.buffer - 1e-9)


class Variant(Model):
    """Heads of a group that must not eat something: an allergy or a diet, counted and never named."""

    name: str
    heads: int = Field(gt=0)
    avoid: tuple[str, ...] = Field(min_length=1)

    def may_eat(self, allergens: Collection[str]) -> bool:
        """Whether a dish with these allergens may be eaten; one that does not state them may not."""
        held = {allergen.casefold() for allergen in allergens}
        return ALLERGENS_NOT_STATED not in held and not held & {word.casefold() for word in self.avoid}


class Eaters(Model):
    """A group at a meal: how many, what their portions may cost together per head and meal, and how large they may be.

    `extra` portions are ordered, paid and cooked like the others; nobody is counted as eating them. `variants` are trays of
    some of the heads, which keep the tray of the group but for what they must not eat.
    """

    group: str
    heads: int = Field(gt=0)
    budget: Rupiah | None = None
    portion: PortionRange | None = None
    extra: Extra = Extra()
    variants: tuple[Variant, ...] = ()

    @model_validator(mode="after")
    def _within(self) -> Self:
        several = sum(variant.heads for variant in self.variants)
        if several > self.heads:
            raise reject("variant-heads", group=self.group, heads=self.heads, variants=several)
        return self

    @property
    def portions(self) -> int:
        """How many portions are ordered: one a head, and the extra ones."""
        return self.heads + self.extra.portions(self.heads)
