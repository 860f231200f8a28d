"""Plans: the cheapest lawful menu found, who cooks it, how near the optimum it is proven to be, and its own check."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from sehatmenu.findings import Finding, Report, Verdict
from sehatmenu.food.dishes import Recipe
from sehatmenu.messages import Figure
from sehatmenu.planning.demand import Institution, Problem, Table
from sehatmenu.planning.outcomes import relative_gap
from sehatmenu.planning.programs import Program
from sehatmenu.planning.register_checks import Where, check_agreements, check_deliveries, nowhere
from sehatmenu.planning.suppliers import Supplier
from sehatmenu.planning.tables import F8
from sehatmenu.standards.checks import check_rule
from sehatmenu.standards.menus import Menu
from sehatmenu.standards.windows import Occasion, Span

if TYPE_CHECKING:
    from sehatmenu.planning.objectives import Objective
    from sehatmenu.planning.robustness import MarginCost
    from sehatmenu.planning.rule_prices import Prices
    from sehatmenu.worksheets.frames import DataFrame


@dataclass(frozen=True, slots=True)
class Helping:
    """What one group gets of a dish: how many portions, and their size as a factor of the standard portion.

    `heads` are all portions delivered; `extra` of them nobody of the group eats: for tasting, as samples, as a buffer.
    """

    group: str
    heads: int
    factor: float
    extra: int = 0

    def grams(self, recipe: Recipe) -> Figure:
        """The served weight of the portion, as far as the recipe's weight is known."""
        mass = recipe.mass * self.factor
        return Figure(mass.low, mass.high, "g")


@dataclass(frozen=True, slots=True)
class Serving:
    """One dish on one tray: day, institution, meal, course, dish, the UMKM that cooks it, and each group's portion."""

    day: date
    institution: Institution
    meal: str
    course: str
    dish: Recipe
    supplier: Supplier
    price: float
    helpings: tuple[Helping, ...]
    option: int

    @property
    def heads(self) -> int:
        """How many portions are delivered."""
        return sum(h.heads for h in self.helpings)

    @property
    def cost(self) -> float:
        """Rupiah for all portions."""
        return self.price * sum(h.heads * h.factor for h in self.helpings)


@dataclass(frozen=True, slots=True)
class Order:
    """What one UMKM is to deliver on one day: a dish for a meal of an institution, portions and rupiah."""

    day: date
    supplier: Supplier
    serving: Serving


@dataclass(frozen=True)
class Plan:
    """A lawful menu with its proof.

    `cost` and `bound` are rupiah for all days together: no lawful menu of this problem costs less than `bound`. `status`
    says why the search ended: `optimal`, `within_gap`, `time_limit`, `exhausted` or `cancelled`; it is `loaded`, and
    `bound` 0, where the proof of a saved plan holds no more. `report` is the check of the menu by the same rules;
    `margin` says what the room for uneven deliveries costs, where the plan was asked for it; `objectives` what came after
    rupiah: how far each was reached, and its price. `kept` are the days left as they were in an earlier plan: the bound is
    that of menus which keep them too.
    """

    problem: Problem
    servings: tuple[Serving, ...]
    cost: float
    bound: float
    status: str
    seconds: float
    solver: str
    report: Report
    margin: MarginCost | None = None
    objectives: tuple[Objective, ...] = ()
    kept: tuple[date, ...] = ()

    @property
    def gap(self) -> float:
        """By which part of its cost the menu can at most be above the cheapest possible one."""
        return relative_gap(self.cost, self.bound)

    @property
    def lawful(self) -> bool:
        """Whether the menu passed its own check; `report.remarks()` says which rules could not be judged on its days."""
        return self.report.lawful

    def orders(self) -> tuple[Order, ...]:
        """Every delivery, sorted by day and UMKM."""
        found = [Order(s.day, s.supplier, s) for s in self.servings]
        return tuple(sorted(found, key=lambda o: (o.day, o.supplier.id, o.serving.institution.id, o.serving.meal)))

    @cached_property
    def by_tray(self) -> Mapping[tuple[date, str, str], tuple[Serving, ...]]:
        """The servings of each day, institution and meal."""
        trays: dict[tuple[date, str, str], list[Serving]] = {}
        for serving in self.servings:
            trays.setdefault((serving.day, serving.institution.id, serving.meal), []).append(serving)
        return {key: tuple(found) for key, found in trays.items()}

    def to_record(self) -> tuple[Finding, ...]:
        """The rules that no menu shows (holding times, say), each once: somebody has to write down that they are kept."""
        found: dict[str, Finding] = {}
        for table in self.problem.tables:
            for applied, standard in table.applied:
                if applied.rule.evidence:
                    for finding in check_rule(applied, self.menu(table), standard, table.group):
                        found.setdefault(applied.rule.id, finding)
        return tuple(found.values())

    def share(self, value: float) -> float:
        """Which part of the cost of the whole plan some rupiah are; none of a plan that costs nothing."""
        return value / self.cost if self.cost > 0 else 0.0

    def supplier_values(self) -> dict[str, float]:
        """Rupiah of all orders of each UMKM that has any, largest first."""
        values: dict[str, float] = {}
        for serving in self.servings:
            values[serving.supplier.id] = values.get(serving.supplier.id, 0.0) + serving.cost
        return dict(sorted(values.items(), key=lambda item: -item[1]))

    def records(self) -> list[dict[str, object]]:
        """One flat row per dish and group, for tables and JSON: portions as factors and grams, money in rupiah."""
        return [
            {
                "date": s.day.isoformat(),
                "institution_id": s.institution.id,
                "institution": s.institution.name,
                "meal": s.meal,
                "course": s.course,
                "dish_id": s.dish.id,
                "dish": s.dish.name,
                "supplier_id": s.supplier.id,
                "supplier": s.supplier.name,
                "group": h.group,
                "heads": h.heads,
                "extra": h.extra,
                "portion": round(h.factor, 6),
                "grams": round(h.grams(s.dish).low, 1) if s.dish.mass.known else None,
                "cost_idr": round(s.price * h.heads * h.factor, 2),
            }
            for s in self.servings
            for h in s.helpings
        ]

    def data(self, lang: str = "id") -> dict[str, object]:
        """Everything as plain data, for JSON."""
        return {
            "status": self.status,
            "cost_idr": self.cost,
            "bound_idr": self.bound,
            "gap": self.gap,
            "seconds": self.seconds,
            "solver": self.solver,
            "records": self.records(),
            "verdict": str(self.report.verdict),
            "remarks": self.report.remarks(lang),
            "findings": self.report.records(lang),
            **({"margin": self.margin.data()} if self.margin else {}),
            **({"objectives": [o.data() for o in self.objectives]} if self.objectives else {}),
            **({"kept": [day.isoformat() for day in self.kept]} if self.kept else {}),
        }

    def menu(self, table: Table) -> Menu:
        """What one group of one institution is served, as a menu that `check` can judge."""
        return _menu(self.problem, self.servings, table)

    def prices(
        self,
        *,
        replan: bool = False,
        rules: Collection[str] | None = None,
        time_limit: float = 10.0,
        gap: float = 0.005,
    ) -> Prices:
        """Rupiah per unit of relief of each binding rule, with these dishes fixed and portions of any size (LP duals).

        `replan` also plans anew without each priced rule (or those in `rules`), at most `time_limit` seconds each.
        """
        from sehatmenu.planning.rule_prices import prices

        return prices(self, replan=replan, rules=rules, time_limit=time_limit, gap=gap)

    def text(self, lang: str = "id") -> str:
        """The plan as plain text: the menu, the orders, the proof, and every rule with its article."""
        from sehatmenu.reports.texts import plan_text

        return plan_text(self, lang)

    def save(self, path: str | Path) -> None:
        """Write the plan as a YAML file that `load_plan` reads; raises LoadError where its problem is in no file."""
        from sehatmenu.planning.saved_plans import save

        save(self, path)

    def to_html(self, path: str | Path, lang: str = "id") -> None:
        """Write the plan as one self-contained HTML page."""
        from sehatmenu.reports.pages import write_plan

        write_plan(self, path, lang)

    def to_frame(self) -> DataFrame:
        """The rows of `records` as a pandas DataFrame; needs the extra `frames`."""
        from sehatmenu.worksheets.frames import frame

        return frame(self.records())

    def to_excel(self, path: str | Path, lang: str = "id") -> None:
        """Write the plan as an xlsx workbook, one form on each sheet; needs the extra `excel`."""
        from sehatmenu.reports.plan_forms import write_plan_workbook

        write_plan_workbook(self, path, lang)

    def _repr_html_(self) -> str:
        """The plan as a calendar with its nutrients day by day, for Jupyter."""
        from sehatmenu.reports.notebooks import plan_fragment

        return plan_fragment(self)

    def __repr__(self) -> str:
        title = self.problem.title.in_language("en")
        return (
            f"<Plan {title!r}: {self.cost:.0f} IDR, gap {self.gap:.2%}, {self.status}, {len(self.servings)} servings>"
        )

    def __str__(self) -> str:
        return self.text()


def servings_of(program: Program, values: F8) -> tuple[Serving, ...]:
    """The menu that a solution of the model stands for, in the order of days, trays and courses."""
    problem, cells, portions = program.problem, program.cells, program.portions
    helpings: dict[int, list[Helping]] = {}
    offset = cells.option.size
    for k in np.flatnonzero(values[portions.cell] > 0.5):
        group = problem.tables[portions.table[k]].group
        factor = round(float(values[offset + k]), 9)
        tray = problem.trays[program.tray_days[cells.at[portions.cell[k]]][1]][1]
        extra = next(e.portions - e.heads for e in tray.groups if e.group == group)
        helping = Helping(group, int(portions.heads[k]), factor, extra)
        helpings.setdefault(int(portions.cell[k]), []).append(helping)
    served = []
    for c in np.flatnonzero(values[:offset] > 0.5):
        option = problem.catalogue.options[cells.option[c]]
        day, k = program.tray_days[cells.at[c]]
        institution, tray = problem.trays[k]
        supplier = problem.register.suppliers[option.supplier]
        portion = tuple(helpings[int(c)])
        course = option.recipe.course
        served.append(
            Serving(
                day,
                institution,
                tray.meal,
                course,
                option.recipe,
                supplier,
                option.price.low,
                portion,
                int(cells.option[c]),
            )
        )
    return tuple(sorted(served, key=lambda s: _order(problem, s)))


def _order(problem: Problem, serving: Serving) -> tuple[object, ...]:
    tray = next(
        k for k, (i, t) in enumerate(problem.trays) if i.id == serving.institution.id and t.meal == serving.meal
    )
    return serving.day, tray, problem.trays[tray][1].courses.index(serving.course)


def _menu(problem: Problem, servings: tuple[Serving, ...], table: Table) -> Menu:
    index = {occasion: t for t, occasion in enumerate(table.horizon.occasions)}
    portions = np.zeros((len(index), len(problem.catalogue)))
    portions[: len(table.past)] = table.past
    for serving in servings:
        for helping in serving.helpings:
            if serving.institution.id == table.institution.id and helping.group == table.group:
                portions[index[Occasion(serving.day, serving.meal)], serving.option] = helping.factor
    name = f"{table.institution.name}, {table.group}"
    return Menu(problem.catalogue, table.horizon, portions, name=name)


def judged(problem: Problem, servings: tuple[Serving, ...], where: Where = nowhere) -> Report:
    """The check of a menu by every rule of every group and by what is agreed with each UMKM.

    `where` says where its servings are written, for what is amiss with one of them.
    """
    amiss, agreed = check_deliveries(problem, servings, where), check_agreements(problem, servings)
    findings = (*amiss, *check_servings(problem, servings), *agreed)
    return Report(findings, problem.title.id, tuple(sorted({s.id for s in problem.standards.values()})))


def check_servings(problem: Problem, servings: tuple[Serving, ...]) -> Iterator[Finding]:
    """Every rule of every group held against the menu, by the same rows as any other check."""
    for table in problem.tables:
        yield from check_rules(table, _menu(problem, servings, table))


def check_rules(table: Table, menu: Menu) -> Iterator[Finding]:
    """Every rule of one table held against a menu of its horizon.

    The past is not judged; rules on records are listed by `Plan.to_record`.
    """
    planned = table.horizon.occasions[len(table.past)].day
    for applied, standard in table.applied:
        if applied.rule.evidence:
            continue
        for finding in check_rule(applied, menu, standard, table.group):
            span = finding.values.get("when")
            if not isinstance(span, Span) or span.last >= planned:
                yield finding


def summary(report: Report) -> list[tuple[Finding, int, int, Figure]]:
    """Each rule and group once: a finding of it, how many windows pass, how many are judged, and the range of amounts."""
    found: dict[tuple[str, object, str], list[Finding]] = {}
    for finding in report:
        if "amount" in finding.values:
            key = (finding.subject, finding.values.get("rule_id", finding.code), finding.source)
            found.setdefault(key, []).append(finding)
    return [_summed(findings) for findings in found.values()]


def _summed(findings: list[Finding]) -> tuple[Finding, int, int, Figure]:
    judged = [f for f in findings if f.verdict is not Verdict.not_applicable]
    figures = [a for f in judged or findings if isinstance(a := f.values["amount"], Figure)]
    worst = next((f for f in judged if f.verdict is not Verdict.pass_), (judged or findings)[0])
    passed = sum(f.verdict is Verdict.pass_ for f in judged)
    low, high = min(f.low for f in figures), max(f.high for f in figures)
    return worst, passed, len(judged), Figure(low, high, figures[0].unit)
