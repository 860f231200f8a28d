"""Robust plans: the rules kept although deliveries vary by a margin, and what that margin costs."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

from sehatmenu.messages import Figure, render
from sehatmenu.planning.bounds import average_bound, fold
from sehatmenu.planning.demand import Problem
from sehatmenu.planning.models import Model
from sehatmenu.planning.programs import write
from sehatmenu.planning.solvers import solve
from sehatmenu.standards.margins import Margins

BOUND_SECONDS = 30.0
"""How long the linear program behind one bound may take."""


@dataclass(frozen=True, slots=True)
class MarginCost:
    """What a margin costs, in rupiah for all days together, as a difference of two bounds (not of two menus).

    No menu without the margin costs less than `bound_without`, none with it less than `bound_with`; both bounds come
    from the same linear program over the average day. `cost` is that of the menu with the margin.
    """

    margins: Margins
    bound_without: float
    bound_with: float
    cost: float

    @property
    def difference(self) -> float:
        """By how much the bound rises."""
        return max(0.0, self.bound_with - self.bound_without)

    @property
    def at_most(self) -> float:
        """The menu costs at most this much more than the cheapest one without the margin."""
        return max(0.0, self.cost - self.bound_without)

    def data(self) -> dict[str, float]:
        """Both bounds as plain data, for JSON."""
        return {"bound_without_idr": self.bound_without, "bound_with_idr": self.bound_with}

    def text(self, lang: str = "id") -> str:
        """One sentence that says which difference it is."""
        figures = {
            "difference": self.difference,
            "most": self.at_most,
            "low": self.bound_without,
            "high": self.bound_with,
        }
        values = {name: Figure.exact(amount, "IDR") for name, amount in figures.items()}
        return render("margin-cost", {"margins": self.margins.spoken(lang), **values}, lang)

    def __str__(self) -> str:
        return self.text()


def with_margins(problem: Problem, margin: Mapping[str, str] | Margins | None) -> Problem:
    """The problem with every dish as uncertain as it may be delivered; None: with the figures as they are."""
    margins = margin if margin is None or isinstance(margin, Margins) else Margins.stated(margin)
    return replace(problem, catalogue=replace(problem.catalogue, margins=margins))


def lower_bound(model: Model) -> float:
    """Rupiah that no menu of a model undercuts, from a linear program over its average day; inf: there is no menu.

    Minus infinity where the program was not solved in time.
    """
    return average_bound(model, solve(fold(model).program, time_limit=BOUND_SECONDS))


def margin_cost(problem: Problem, model: Model, cost: float) -> MarginCost | None:
    """What the margins of a problem cost, given its model and the cost of its menu; None without margins."""
    margins = problem.catalogue.margins
    if margins is None:
        return None
    without = write(with_margins(problem, None)).model
    return MarginCost(margins, lower_bound(without), lower_bound(model), cost)
