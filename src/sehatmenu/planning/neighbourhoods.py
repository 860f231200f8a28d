"""Neighbourhoods of a menu: which dishes and portions may change while all others stay, for one step of a search."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from functools import partial
from typing import TYPE_CHECKING

import numpy as np

from sehatmenu.planning.models import Model, restricted
from sehatmenu.planning.programs import Program
from sehatmenu.planning.replans import NEAR, Earlier

if TYPE_CHECKING:
    from sehatmenu.planning.models import F8, I8, Flags


@dataclass(frozen=True, slots=True, eq=False)
class Neighbourhood:
    """The choices that may be served (`keep`), and the portions that stay as they are (`factor`; nan: free in size)."""

    keep: Flags
    factor: F8

    def of(self, model: Model) -> tuple[Model, I8]:
        """The model within this neighbourhood, and its columns in the whole model."""
        fixed = ~np.isnan(self.factor)
        low, high = np.where(fixed, self.factor, model.minimum), np.where(fixed, self.factor, model.maximum)
        return restricted(replace(model, minimum=low, maximum=high), self.keep)


Around = Callable[["F8"], Neighbourhood]
"""Makes a neighbourhood of the menu that these values of the model's columns stand for."""


class Surroundings:
    """The neighbourhoods of the menus of one program; `near` is an earlier plan that a menu may come back to."""

    def __init__(self, program: Program, near: Earlier | None) -> None:
        self._model, self._near = program.model, near
        options, cells = program.problem.catalogue.options, program.cells
        self._dish = np.unique([o.recipe.id for o in options], return_inverse=True)[1][cells.option]
        self._supplier = np.unique([o.supplier for o in options], return_inverse=True)[1][cells.option]
        self._slot_of = self._model.slot[self._model.cell]
        self._seat = self._slot_of * len(program.problem.tables) + program.portions.table
        at = np.array([n for n, _ in cells.slots])
        day = np.array([d.toordinal() for d, _ in program.tray_days])[at]
        course = np.unique([name for _, name in cells.slots], return_inverse=True)[1]
        tray = np.array([k for _, k in program.tray_days])[at]
        self._at = at
        self._groups = [*_equal(at), *_equal(day), *_equal(course * (tray.max(initial=0) + 1) + tray)]

    def round(self, rng: np.random.Generator, *, whole: bool, suppliers_first: bool) -> Iterator[Around]:
        """One round: everything (if `whole`), the same dishes of other UMKM, back to the earlier plan, UMKM, days, courses."""
        if whole:
            yield self._everything
        yield self._twins
        if self._near is not None:
            yield self._back
        others = [partial(self._also, cells=self._supplier == number) for number in np.unique(self._supplier)]
        groups = [partial(self._slots, slots=slots) for slots in self._groups]
        for arounds in (others, groups) if suppliers_first else (groups, others):
            for number in rng.permutation(len(arounds)):
                yield arounds[number]

    def _everything(self, _: F8) -> Neighbourhood:
        return Neighbourhood(np.ones(self._model.n_serve, bool), np.full(self._model.cell.size, np.nan))

    def _twins(self, values: F8) -> Neighbourhood:
        """Every dish as it is, in the same portions, from any UMKM."""
        return Neighbourhood(self._same_dish(values), self._sizes(values))

    def _also(self, values: F8, cells: Flags) -> Neighbourhood:
        """Some cells beside those that are served; their own portions are free."""
        return Neighbourhood(self._served(values) | cells, self._sizes(values))

    def _slots(self, values: F8, slots: I8) -> Neighbourhood:
        """Some slots free, dishes and portions."""
        free = np.isin(self._model.slot, slots)
        factor = np.where(free[self._model.cell], np.nan, self._sizes(values))
        return Neighbourhood(self._served(values) | free, factor)

    def _back(self, values: F8) -> Neighbourhood:
        """Each slot as it is or as it was in the earlier plan; meals in which that is impossible are free."""
        assert self._near is not None
        near, model = self._near, self._model
        was = np.zeros(model.n_serve, bool)
        was[near.cell[near.cell >= 0]] = True
        lost = np.bincount(model.slot, was, model.n_slots) == 0
        free = lost[model.slot]
        loose = np.isin(self._at, self._at[lost])[self._slot_of]
        outside = (near.factor < model.minimum - NEAR) | (near.factor > model.maximum + NEAR)
        sizes = np.where(was[model.cell] & ~outside, near.factor, self._sizes(values))
        return Neighbourhood(self._served(values) | was | free, np.where(loose, np.nan, sizes))

    def _served(self, values: F8) -> Flags:
        return np.asarray(values[: self._model.n_serve] > 0.5)

    def _same_dish(self, values: F8) -> Flags:
        served = np.flatnonzero(self._served(values))
        dish = np.full(self._model.n_slots, -1)
        dish[self._model.slot[served]] = self._dish[served]
        return np.asarray(self._dish == dish[self._model.slot])

    def _sizes(self, values: F8) -> F8:
        """The present portion of every p column whose dish is the one served, nan for all others."""
        model, portion = self._model, values[self._model.n_serve :]
        served = self._served(values)[model.cell]
        size = np.zeros(self._seat.max(initial=-1) + 1)
        size[self._seat[served]] = portion[served]
        found = np.where(self._same_dish(values)[model.cell], size[self._seat], np.nan)
        outside = (found < model.minimum - NEAR) | (found > model.maximum + NEAR)
        return np.where(outside, np.nan, found)


def _equal(numbers: I8) -> list[I8]:
    """The places of equal numbers, group by group."""
    return [np.flatnonzero(numbers == value) for value in np.unique(numbers)]
