"""The incumbent: the cheapest lawful menu known so far, and the bound it is measured against."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from sehatmenu.planning.models import Model, lawful

if TYPE_CHECKING:
    from sehatmenu.planning.models import F8


@dataclass(slots=True, eq=False)
class Incumbent:
    """The best lawful values of a model's columns, and their rupiah (inf without any)."""

    model: Model
    values: F8 | None = None
    cost: float = np.inf

    def offer(self, values: F8) -> bool:
        """Take a menu over where it is lawful and cheaper; whether it was."""
        cost = float(self.model.cost @ values)
        if cost >= self.cost * (1 - 1e-9) or not lawful(self.model, values):
            return False
        self.values, self.cost = values.copy(), cost
        return True
