"""Variant trays: for heads that must not eat something, the class's own tray with another dish where it holds it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np

from sehatmenu.findings import Severity, Verdict
from sehatmenu.planning.demand import Table
from sehatmenu.planning.eaters import Eaters, PortionRange, Variant
from sehatmenu.planning.plans import Helping, Plan, Serving
from sehatmenu.planning.suppliers import Supplier
from sehatmenu.standards.checks import check_rule
from sehatmenu.standards.menus import Menu, Option
from sehatmenu.standards.windows import Horizon, Occasion, Scope

_OF_A_MEAL = (Scope.item, Scope.meal)


@dataclass(frozen=True, slots=True)
class Substitute:
    """What a variant gets instead of a dish of its class: `option` None where no offered dish keeps every rule of a meal."""

    day: date
    institution: str
    meal: str
    group: str
    variant: Variant
    instead_of: Serving
    option: Option | None
    supplier: Supplier | None
    factor: float

    @property
    def cost(self) -> float:
        """Rupiah for its heads."""
        return self.option.price.low * self.factor * self.variant.heads if self.option else 0.0

    @property
    def saved(self) -> float:
        """Rupiah of the portions of the class's dish that are not needed for it."""
        return self.instead_of.price * self.variant.heads * _helping(self.instead_of, self.group).factor


@dataclass(frozen=True, slots=True)
class VariantPlan:
    """The substitutes for every variant of a plan; trays that a variant may eat as they are do not appear."""

    plan: Plan
    substitutes: tuple[Substitute, ...]

    @property
    def open(self) -> tuple[Substitute, ...]:
        """Those for which nothing was found."""
        return tuple(found for found in self.substitutes if found.option is None)

    @property
    def more(self) -> float:
        """How many rupiah the menu costs more (or less) with the substitutes that were found."""
        return sum(found.cost - found.saved for found in self.substitutes if found.option is not None)


def variant_plan(plan: Plan) -> VariantPlan:
    """For each variant and each dish that it must not eat: the cheapest other dish of the course that keeps the meal lawful.

    The other courses, their portions and their vendors stay those of the class. A dish whose allergens are not stated is
    never taken. Its UMKM must work and offer it that day and have that many portions left. Rules on a day or a week are
    those of the class's menu and are not judged anew.
    """
    loads: dict[tuple[date, str], float] = {}
    for serving in plan.servings:
        loads[serving.day, serving.supplier.id] = loads.get((serving.day, serving.supplier.id), 0.0) + serving.heads
    found = []
    for (day, institution, meal), servings in plan.by_tray.items():
        for eaters, variant in _variants(plan, institution, meal):
            table = plan.problem.table(institution, eaters.group)
            for serving in servings:
                if not variant.may_eat(serving.dish.allergens):
                    substitute = _substitute(plan, table, servings, serving, variant, loads)
                    if substitute.supplier is not None:
                        loads[day, substitute.supplier.id] = (
                            loads.get((day, substitute.supplier.id), 0.0) + variant.heads
                        )
                    found.append(substitute)
    return VariantPlan(plan, tuple(found))


def _variants(plan: Plan, institution: str, meal: str) -> Iterator[tuple[Eaters, Variant]]:
    for place, tray in plan.problem.trays:
        if (place.id, tray.meal) == (institution, meal):
            yield from ((eaters, variant) for eaters in tray.groups for variant in eaters.variants)


def _substitute(
    plan: Plan,
    table: Table,
    servings: Sequence[Serving],
    serving: Serving,
    variant: Variant,
    loads: dict[tuple[date, str], float],
) -> Substitute:
    best: tuple[float, int, float] | None = None
    for number in _offered(plan, serving, variant, loads):
        option = plan.problem.catalogue.options[number]
        for factor in _factors(option, _helping(serving, table.group).factor, table.portion.get(serving.meal)):
            cost = option.price.low * factor
            if (best is None or cost < best[0]) and _lawful(plan, table, servings, serving, number, factor, variant):
                best = (cost, number, factor)
    told = (serving.day, serving.institution.id, serving.meal, table.group, variant, serving)
    if best is None:
        return Substitute(*told, None, None, 0.0)
    option = plan.problem.catalogue.options[best[1]]
    return Substitute(*told, option, plan.problem.register.suppliers[option.supplier], best[2])


def _offered(plan: Plan, serving: Serving, variant: Variant, loads: dict[tuple[date, str], float]) -> Iterator[int]:
    """The options of the same course that may be eaten, offered that day by an UMKM with so many portions left."""
    for number, (supplier, offer) in enumerate(plan.problem.register.offers()):
        option = plan.problem.catalogue.options[number]
        same = option.recipe.course == serving.course and variant.may_eat(option.recipe.allergens)
        there = supplier.works_on(serving.day) and offer.offered_on(serving.day)
        load = loads.get((serving.day, supplier.id), 0.0) + variant.heads
        if same and there and (supplier.capacity is None or load <= supplier.capacity):
            yield number


def _factors(option: Option, first: float, asked: PortionRange | None) -> Iterator[float]:
    """The portion sizes of a dish: the class's own where it is one, then every step between its bounds."""
    bounds = option.recipe.portion
    low, high, step = bounds.minimum, bounds.maximum, bounds.step
    if asked is not None:
        low, high = max(low, asked.min), min(high, asked.max)
    if low <= first <= high:
        yield first
    count = int((high - low) / step + 1e-9) if step > 0 else 0
    yield from (low + n * step for n in range(count + 1))


def _lawful(
    plan: Plan,
    table: Table,
    servings: Sequence[Serving],
    left_out: Serving,
    number: int,
    factor: float,
    variant: Variant,
) -> bool:
    """Whether the class's tray with that dish instead keeps every binding rule on dishes and meals of its group."""
    occasion = Occasion(left_out.day, left_out.meal)
    portions = np.zeros((1, len(plan.problem.catalogue)))
    for serving in servings:
        if serving is not left_out:
            portions[0, serving.option] = _helping(serving, table.group).factor
    portions[0, number] = factor
    menu = Menu(plan.problem.catalogue, Horizon((occasion,)), portions, scope=Scope.meal, name=variant.name)
    return not any(
        finding.verdict is Verdict.fail and finding.severity is Severity.must
        for applied, standard in table.applied
        if applied.rule.per in _OF_A_MEAL and not applied.rule.evidence
        for finding in check_rule(applied, menu, standard, table.group)
    )


def _helping(serving: Serving, group: str) -> Helping:
    return next(helping for helping in serving.helpings if helping.group == group)
