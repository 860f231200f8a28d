"""The README's problem taken apart into what planning by whole meals is made of, for tests of the parts."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

import numpy as np

from sehatmenu.planning.bounds import fold
from sehatmenu.planning.column_generation.generation import Generation, GenerationParameters
from sehatmenu.planning.column_generation.restricted_master import RestrictedMaster
from sehatmenu.planning.layouts import layout
from sehatmenu.planning.meals import Inline
from sehatmenu.planning.models import Model
from sehatmenu.planning.patterns import kinds
from sehatmenu.planning.programs import write
from sehatmenu.planning.search.seats import Seating
from sehatmenu.planning.solvers import solve
from tests.planning.tiny_problems import example

if TYPE_CHECKING:
    from sehatmenu.planning.models import F8


class Parts:
    """Kinds of meals, seats and the prices of the average day of a model whose rules on portions stay within meals."""

    def __init__(self, model: Model) -> None:
        self.folded, self.layout = fold(model), layout(model)
        found = kinds(self.layout, self.folded)
        assert found is not None
        duals = solve(self.folded.program).duals
        assert duals is not None
        self.model, self.kinds, self.duals = model, found, duals
        self.seating = Seating(self.layout, found)

    def generation(self, parameters: GenerationParameters | None = None) -> Generation:
        """A column generation that has not begun."""
        master = RestrictedMaster(self.layout, self.folded, self.kinds)
        return Generation(master, master.start(self.duals), lambda: 1e3, parameters or GenerationParameters())

    def prices(self, seed: int) -> F8:
        """Prices by folded column: those of the average day, each made larger or smaller at random."""
        master = RestrictedMaster(self.layout, self.folded, self.kinds)
        start = master.start(self.duals)
        return master.by_column(start * np.random.default_rng(seed).uniform(0.3, 1.7, start.size))


@cache
def example_parts() -> Parts:
    """The example cut to its first three days."""
    return Parts(write(example()).model)


def generated_to_the_end(parameters: GenerationParameters | None = None) -> Generation:
    """The column generation of the example, run until nothing is new."""
    generation = example_parts().generation(parameters)
    generation.begin(Inline())
    for _ in range(60):
        if generation.done:
            break
        generation.ask(Inline())()
    return generation
