"""The cost of a menu against a limit of one rule: menus planned anew for each limit, or bounds that no menu undercuts."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Literal

from sehatmenu.errors import refusal
from sehatmenu.messages import Figure, Text, Word, as_lines, render
from sehatmenu.plain_values import plain
from sehatmenu.planning.clashes import Conflict
from sehatmenu.planning.demand import Problem
from sehatmenu.planning.easings import SIDES, with_limit
from sehatmenu.planning.outcomes import believed
from sehatmenu.planning.planners import plan
from sehatmenu.planning.plans import Plan
from sehatmenu.planning.programs import write
from sehatmenu.planning.robustness import lower_bound
from sehatmenu.quantities.units import read_quantity
from sehatmenu.standards.checks import rule_title


@dataclass(frozen=True, slots=True)
class CurvePoint:
    """The cost at one limit, in rupiah for all days: `cost` of the menu found (None: none), `bound` that none undercuts.

    `bound` is inf where no menu can keep the limit.
    """

    limit: str
    value: float
    cost: float | None
    bound: float


@dataclass(frozen=True, slots=True)
class CostCurve:
    """Cost against the limit of a rule, laxest limit first.

    `method` is `plans` when a menu was planned for each limit (its cost lies above the bound by the gap it was given), or
    `bounds` when only the linear program of the average day was solved: fast, and never above the cost of any menu.
    """

    rule: str
    title: Text
    side: int
    method: Literal["plans", "bounds"]
    points: tuple[CurvePoint, ...]

    def __iter__(self) -> Iterator[CurvePoint]:
        return iter(self.points)

    def text(self, lang: str = "id") -> str:
        """What the figures are, then one line for each limit."""
        values = {"rule": self.title, "side": Word("side-least" if self.side < 0 else "side-most")}
        return as_lines([render(f"curve-{self.method}", values, lang), *(_line(p, lang) for p in self.points)])

    def records(self) -> list[dict[str, object]]:
        """One flat row for each limit."""
        return [
            {
                "rule": self.rule,
                "side": SIDES[self.side],
                "method": self.method,
                "limit": p.limit,
                "cost_idr": plain(p.cost),
                "bound_idr": plain(p.bound),
                "possible": p.bound < math.inf,
            }
            for p in self.points
        ]

    def __str__(self) -> str:
        return self.text()


def cost_curve(
    problem: Problem,
    *,
    rule: str,
    limits: Sequence[str],
    side: Literal["min", "max"] | None = None,
    institution: str = "",
    group: str = "",
    replan: bool = True,
    time_limit: float = 10.0,
    gap: float = 0.005,
) -> CostCurve:
    """What a menu costs as the limit of one rule moves: `cost_curve(problem, rule="protein", limits=["25 %", "30 %"])`.

    `side` says which limit of the rule moves; it may be left out where the rule has one. With `replan` a menu is planned
    for each limit, at most `time_limit` seconds each; without, a linear program gives a bound that no menu undercuts. A
    menu found for a stricter limit also counts for the laxer ones, and a bound of a laxer one for the stricter.
    Raises LoadError for a rule that nobody is held to (`rule-unknown-here`) or an unclear side (`curve-side`).
    """
    known = {a.rule.id: a for t in problem.tables for a, _ in t.applied if not group or t.group == group}
    if rule not in known:
        raise refusal("rule-unknown-here", rule=rule, known=sorted(known))
    wanted, unit = _side(known[rule].limit.min, known[rule].limit.max, side, rule), known[rule].rule.unit()
    ordered = sorted(limits, key=lambda text: -wanted * read_quantity(text, unit))
    points = []
    for limit in ordered:
        eased = with_limit(problem, rule, wanted, limit, institution, group)
        cost, bound = _planned(eased, time_limit, gap) if replan else (None, lower_bound(write(eased).model))
        points.append(CurvePoint(limit, read_quantity(limit, unit), cost, bound))
    title = rule_title(known[rule].rule)
    return CostCurve(rule, title, wanted, "plans" if replan else "bounds", _monotone(points))


def _side(low: str | None, high: str | None, side: str | None, rule: str) -> int:
    given = [name for name, text in (("min", low), ("max", high)) if text is not None]
    if side is None and len(given) != 1:
        raise refusal("curve-side", rule=rule)
    return -1 if (side or given[0]) == "min" else 1


def _planned(problem: Problem, time_limit: float, gap: float) -> tuple[float | None, float]:
    found = plan(problem, time_limit=time_limit, gap=gap)
    if isinstance(found, Plan):
        return found.cost, found.bound
    return None, math.inf if isinstance(found, Conflict) else lower_bound(write(problem).model)


def _monotone(points: list[CurvePoint]) -> tuple[CurvePoint, ...]:
    """Points from the laxest limit to the strictest: costs and bounds never fall on the way."""
    bound, rising = -math.inf, list[CurvePoint]()
    for point in points:
        bound = max(bound, point.bound)
        rising.append(replace(point, bound=bound))
    cost, found = math.inf, list[CurvePoint]()
    for point in reversed(rising):
        cost = min(cost, math.inf if point.cost is None else point.cost)
        found.append(
            replace(point, cost=cost if math.isfinite(cost) else None, bound=believed(point.bound, cost))
        )
    return tuple(reversed(found))


def _line(point: CurvePoint, lang: str) -> str:
    if math.isinf(point.bound) and point.bound > 0:
        return "  " + render("curve-impossible", {"limit": point.limit}, lang)
    values = {"limit": point.limit, "bound": Figure.exact(point.bound, "IDR")}
    if point.cost is None:
        return "  " + render("curve-bound", values, lang)
    return "  " + render("curve-cost", {**values, "cost": Figure.exact(point.cost, "IDR")}, lang)
