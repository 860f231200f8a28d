"""The model as one program in which objectives reached earlier are held as rows and one more is made large."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from scipy import sparse

from sehatmenu.planning.models import Model, Program, full_program, widened
from sehatmenu.planning.objectives import Aim
from sehatmenu.planning.refits import cleaned

if TYPE_CHECKING:
    from sehatmenu.planning.models import F8, I8, Rows

SLACK = 1e-6
"""By how much (relative) a later objective may miss the level that an earlier one reached."""


@dataclass(frozen=True, slots=True, eq=False)
class Held:
    """An aim and the level that no menu may fall below any more."""

    aim: Aim
    level: float

    @property
    def least(self) -> float:
        """The level less its slack."""
        return self.level - SLACK * max(1.0, abs(self.level))

    def kept_by(self, menu: F8) -> bool:
        """Whether a menu keeps the level, within twice the slack."""
        return self.aim.level(menu) >= 2 * self.least - self.level


class LevelProgram:
    """Columns of the (restricted) model, then of its variety rules, then the helpers of every aim.

    `columns` are the restricted model's columns among the `n` of the whole model. The last of `held` is made large by
    `weights` (over the whole model's columns and its helpers); each rupiah counts `per_rupiah` against it, `limit` is the
    most that the menu may cost. Portions are counted in serving steps.
    """

    def __init__(
        self, model: Model, columns: I8, n: int, held: Sequence[Held], weights: F8, *,
        per_rupiah: float, limit: float,
    ) -> None:  # fmt: skip
        self.model, self._columns, self._n, self._held = model, columns, n, held
        self._full = full_program(model, whole_steps=True)
        self._position = np.full(n, -1)
        self._position[columns] = np.arange(columns.size)
        helpers = [h.aim.most.size for h in held]
        first = self._full.program.cost.size + np.cumsum([0, *helpers])
        self._width = int(first[-1])
        objective = -self._placed(sparse.csr_array(weights[None, :]), int(first[-2])).toarray().ravel()
        objective[: columns.size] += per_rupiah * model.cost * self._full.scale
        self.arrays = self._arrays(objective, *self._rows(first, limit))

    def _rows(self, first: I8, limit: float) -> tuple[Rows, F8, F8]:
        """The model's rows, the limit of rupiah, and of every aim the rows of its helpers and its level."""
        base = self._full.program
        cost = sparse.csr_array((self.model.cost * self._full.scale)[None, :])
        blocks = [widened(base.matrix, self._width), widened(cost, self._width)]
        low, high = [base.row_lower, np.array([-np.inf])], [base.row_upper, np.array([limit])]
        for h, start in zip(self._held, first.tolist(), strict=False):
            level = sparse.csr_array(h.aim.worth[None, :])
            blocks += [self._placed(h.aim.rows, start), self._placed(level, start)]
            low += [h.aim.low, np.array([h.least])]
            high += [h.aim.high, np.array([np.inf])]
        return unit_rows(sparse.csr_array(sparse.vstack(blocks)), np.concatenate(low), np.concatenate(high))

    def _arrays(self, objective: F8, matrix: Rows, low: F8, high: F8) -> Program:
        base = self._full.program
        most = np.concatenate([base.upper, *(h.aim.most for h in self._held)])
        integer = np.concatenate([base.integer, *(np.full(h.aim.most.size, h.aim.whole) for h in self._held)])
        return Program(objective, np.zeros(self._width), most, integer, matrix, low, high)

    def _placed(self, rows: Rows, first: int) -> Rows:
        """Rows over the whole model's columns and an aim's helpers, moved to the columns of this program."""
        entries = rows.tocoo()
        own = entries.col < self._n
        at = np.where(own, self._position[np.minimum(entries.col, self._n - 1)], entries.col - self._n + first)
        data = np.where(own, entries.data * self._full.scale[np.minimum(at, self._full.scale.size - 1)], entries.data)
        there = at >= 0
        return sparse.csr_array((data[there], (entries.row[there], at[there])), shape=(rows.shape[0], self._width))

    def start(self, menu: F8) -> F8:
        """A menu (values of the whole model's columns) as a solution of this program."""
        own = self._full.start(self.model, menu[self._columns])
        return np.concatenate([own, *(h.aim.fill(menu) for h in self._held)])

    def menu(self, solution: F8) -> F8:
        """The menu that a solution stands for, in whole choices and serving steps."""
        menu: F8 = np.zeros(self._n)
        menu[self._columns] = cleaned(self.model, self._full.values(solution), self._full.scale)
        return menu


def unit_rows(matrix: Rows, low: F8, high: F8) -> tuple[Rows, F8, F8]:
    """Rows brought to about 1 in size, since the tolerance of a solver is absolute."""
    largest = np.asarray(abs(matrix).max(axis=1).toarray()).ravel()
    size = 1.0 / np.where(largest > 0, largest, 1.0)
    return sparse.csr_array(sparse.diags_array(size) @ matrix), low * size, high * size
