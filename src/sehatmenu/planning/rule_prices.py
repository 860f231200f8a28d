"""What a rule costs: rupiah per unit of relief with the dishes fixed, and the true difference of planning without it."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass, fields, replace

from sehatmenu.messages import Figure, Word, as_lines, render
from sehatmenu.planning.clashes import Conflict
from sehatmenu.planning.demand import Problem
from sehatmenu.planning.easings import SIDES, without_bound, without_rule, without_shares
from sehatmenu.planning.fixed_dishes import Tight, ease
from sehatmenu.planning.outcomes import believed
from sehatmenu.planning.planners import plan as plan_menu
from sehatmenu.planning.plans import Plan
from sehatmenu.planning.programs import write
from sehatmenu.planning.robustness import lower_bound


@dataclass(frozen=True, slots=True)
class Saving:
    """What a menu planned anew without a rule saves, in rupiah for all days together.

    `difference` is the difference of the two menus found. Neither need be the cheapest one: the true difference of the
    cheapest menus lies between `least` and `most`, by the bounds of both plans. `status` says why the search ended.
    """

    difference: float
    least: float
    most: float
    status: str

    def text(self, lang: str = "id") -> str:
        """One sentence."""
        figures = {"difference": self.difference, "least": self.least, "most": self.most}
        return render("price-saving", {name: Figure.exact(x, "IDR") for name, x in figures.items()}, lang)


@dataclass(frozen=True, slots=True)
class RulePrice(Tight):
    """One side of a rule that binds: what a unit of relief saves, in rupiah for all days and eaters of the plan.

    `side` is -1 for at least, +1 for at most; `windows` counts the meals, days or weeks in which it binds, all of them
    relieved together. `price` is None for rules on which dishes are served: with the dishes fixed nothing moves them.
    `kind` is `portion` for the range of portion sizes itself (recipe, table, rules on single dishes).
    """

    saving: Saving | None = None

    @property
    def relief(self) -> Figure:
        """The relief that `text` speaks of: one unit, or one per cent where the limit is a share."""
        return Figure.exact(0.01 if self.unit == "fraction" else 1.0, self.unit)

    def text(self, lang: str = "id") -> str:
        """One line: rule, whom it concerns, rupiah per unit of relief."""
        values = {
            "rule": self.title,
            "who": ", ".join(filter(None, (self.group, self.institution))) or "–",
            "side": Word("side-least" if self.side < 0 else "side-most"),
            "windows": self.windows,
        }
        if self.price is None:
            line = render("price-choice", values, lang)
        else:
            cost = Figure.exact(self.price * self.relief.low, "IDR")
            line = render("price-rule", {**values, "price": cost, "relief": self.relief}, lang)
        return f"{line}; {self.saving.text(lang)}" if self.saving else line

    def record(self, lang: str = "id") -> dict[str, object]:
        """One flat row: prices in rupiah per canonical unit of the limit (a share: per 100 %)."""
        saving = self.saving
        return {
            "kind": self.kind,
            "rule": self.rule_id,
            "title": self.title.in_language(lang),
            "institution": self.institution,
            "group": self.group,
            "side": SIDES[self.side],
            "unit": self.unit,
            "windows": self.windows,
            "price_idr": self.price,
            "without_idr": saving.difference if saving else None,
            "without_least_idr": saving.least if saving else None,
            "without_most_idr": saving.most if saving else None,
            "source": self.source,
        }


@dataclass(frozen=True, slots=True)
class Prices:
    """The prices of the rules that bind in a plan, dearest first.

    `method` says what they are: `fixed dishes, continuous portions` (duals of a linear program, right for small relief
    and one of several possible sets where limits coincide), with `re-planned` once savings were found by planning anew.
    `cost` is that of the plan, `continuous` that of the same dishes in portions of any size.
    """

    rows: tuple[RulePrice, ...]
    cost: float
    continuous: float
    method: str

    def __iter__(self) -> Iterator[RulePrice]:
        return iter(self.rows)

    def __len__(self) -> int:
        return len(self.rows)

    def text(self, lang: str = "id") -> str:
        """How the prices were found, then one line each; rules on the choice of dishes are counted."""
        cost = {"cost": Figure.exact(self.cost, "IDR"), "continuous": Figure.exact(self.continuous, "IDR")}
        lines = [render("price-method", cost, lang)]
        lines += [f"  {row.text(lang)}" for row in self.rows if row.price is not None or row.saving]
        silent = sum(row.price is None and row.saving is None for row in self.rows)
        return as_lines([*lines, *([render("price-choices", {"count": silent}, lang)] if silent else [])])

    def records(self, lang: str = "id") -> list[dict[str, object]]:
        """One flat row per binding side of a rule."""
        return [row.record(lang) for row in self.rows]

    def __str__(self) -> str:
        return self.text()


def prices(
    plan: Plan,
    *,
    replan: bool = False,
    rules: Collection[str] | None = None,
    time_limit: float = 10.0,
    gap: float = 0.005,
) -> Prices:
    """What each binding rule of a plan costs, per unit of relief, with the plan's dishes fixed and portions continuous.

    With `replan`, every priced rule (or those named in `rules`, by id) is dropped in turn and the menu planned anew, each
    time for at most `time_limit` seconds: the true difference, dishes and portions chosen freely.
    """
    eased = ease(plan.problem, plan.servings)
    rows = sorted((_price(tight) for tight in eased.tight), key=lambda row: -(row.price or 0.0))
    method = "fixed dishes, continuous portions"
    if replan:
        method += "; re-planned"
        rows = [replace(r, saving=_without(plan, r, time_limit, gap)) if _asked(r, rules) else r for r in rows]
    return Prices(tuple(rows), plan.cost, eased.cost, method)


def _price(tight: Tight) -> RulePrice:
    return RulePrice(**{part.name: getattr(tight, part.name) for part in fields(tight)})


def _asked(row: RulePrice, rules: Collection[str] | None) -> bool:
    if row.kind == "portion":
        return False
    return row.price is not None if rules is None else row.rule_id in rules


def _without(plan: Plan, row: RulePrice, time_limit: float, gap: float) -> Saving:
    if row.kind == "rule":
        problem = without_rule(plan.problem, row.rule_id, row.side, row.institution, row.group)
    else:
        problem = without_bound(plan.problem, row.rule_id, row.kind)
    return _saving(plan, problem, time_limit, gap)


def price_of_fairness(plan: Plan, *, time_limit: float = 10.0, gap: float = 0.005) -> Saving:
    """What the shares of UMKM (the least and the most of all orders each is to have) cost: the menu planned without them."""
    return _saving(plan, without_shares(plan.problem), time_limit, gap)


def _saving(plan: Plan, problem: Problem, time_limit: float, gap: float) -> Saving:
    """The plan against a menu of the same problem with less to keep, which the plan's own menu keeps as well."""
    found = plan_menu(problem, time_limit=time_limit, gap=gap)
    bound = found.bound if isinstance(found, Plan) else lower_bound(write(problem).model)
    cost = min(found.cost, plan.cost) if isinstance(found, Plan) else plan.cost
    status = "infeasible" if isinstance(found, Conflict) else found.status
    least, most = max(0.0, plan.bound - cost), plan.cost - believed(bound, cost)
    return Saving(plan.cost - cost, min(least, plan.cost - cost), most, status)
