"""Problems with one rule eased: without a rule, with another limit of it, or without the shares of UMKM."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from decimal import Decimal

from sehatmenu.errors import refusal
from sehatmenu.planning.demand import Problem, Table
from sehatmenu.planning.suppliers import Register, Share, Supplier
from sehatmenu.quantities.units import read_quantity
from sehatmenu.standards.limits import Limit
from sehatmenu.standards.standards import Applied, Standard

SIDES = {-1: "min", 1: "max"}
"""The field of a limit that bounds a side: at least (-1) or at most (+1)."""


def without_rule(problem: Problem, rule: str, side: int, institution: str = "", group: str = "") -> Problem:
    """The problem without one side of a rule (by its id), for one group of one institution or for all."""

    def eased(applied: Applied) -> Applied | None:
        other = getattr(applied.limit, SIDES[-side])
        return None if other is None else replace(applied, limit=_with(applied, SIDES[side], None))

    return _changed(problem, rule, institution, group, eased)


def with_limit(problem: Problem, rule: str, side: int, limit: str, institution: str = "", group: str = "") -> Problem:
    """The problem with another limit (such as `25 %`) on one side of a rule.

    Raises LoadError `rule-unknown-here` for a rule that nobody is held to, UnitError for a limit in another unit.
    """
    known = {applied.rule.id: applied for table in problem.tables for applied, _ in table.applied}
    if rule not in known:
        raise refusal("rule-unknown-here", rule=rule, known=sorted(known))
    read_quantity(limit, known[rule].rule.unit())
    return _changed(
        problem, rule, institution, group, lambda applied: replace(applied, limit=_with(applied, SIDES[side], limit))
    )


def eased_to(
    problem: Problem, rule: str, side: int, limit: float, institution: str = "", group: str = ""
) -> Problem:  # fmt: skip
    """The problem with a limit (in the unit of the rule) on one side of a rule, wherever its own is stricter."""

    def eased(applied: Applied) -> Applied:
        unit, text = applied.rule.unit(), getattr(applied.limit, SIDES[side])
        if text is None or (read_quantity(text, unit) - limit) * side >= 0:
            return applied
        return replace(applied, limit=_with(applied, SIDES[side], limit_text(limit, unit)))

    return _changed(problem, rule, institution, group, eased)


def limit_text(limit: float, unit: str) -> str:
    """A limit as the files write it: `25 %`, `9175 IDR`, never with an exponent."""
    number, unit = (100 * limit, "%") if unit == "fraction" else (limit, unit)
    digits = format(Decimal(f"{number:.12g}"), "f")
    return f"{digits}0 {unit}" if len(digits.partition(".")[2]) == 3 else f"{digits} {unit}"


def without(problem: Problem, rule: str) -> Problem:
    """The problem without a rule (by its id), for everybody."""
    return _changed(problem, rule, "", "", lambda applied: None)


def supplied(problem: Problem, supplier: str, change: Callable[[Supplier], Supplier]) -> Problem:
    """The problem with one UMKM (by its id) changed."""
    return _supplied(problem, lambda other: change(other) if other.id == supplier else other)


def without_shares(problem: Problem) -> Problem:
    """The problem without any least or most share of the orders."""
    return _supplied(problem, lambda supplier: supplier.model_copy(update={"share": Share()}))


def without_bound(problem: Problem, supplier: str, code: str) -> Problem:
    """The problem without one bound of an UMKM: `capacity`, `share-least` or `share-most`."""

    def freed(other: Supplier) -> Supplier:
        if other.id != supplier:
            return other
        if code == "capacity":
            return other.model_copy(update={"capacity": None})
        gone = "min" if code == "share-least" else "max"
        return other.model_copy(update={"share": other.share.model_copy(update={gone: None})})

    return _supplied(problem, freed)


def _with(applied: Applied, field: str, text: str | None) -> Limit:
    return applied.limit.model_copy(update={field: text})


def _changed(
    problem: Problem, rule: str, institution: str, group: str, change: Callable[[Applied], Applied | None]
) -> Problem:
    def table(found: Table) -> Table:
        if (institution and found.institution.id != institution) or (group and found.group != group):
            return found
        kept = [(change(a) if a.rule.id == rule else a, standard) for a, standard in found.applied]
        held: list[tuple[Applied, Standard]] = [(a, standard) for a, standard in kept if a is not None]
        return replace(found, applied=tuple(held))

    return replace(problem, tables=tuple(map(table, problem.tables)))


def _supplied(problem: Problem, change: Callable[[Supplier], Supplier]) -> Problem:
    suppliers = {name: change(supplier) for name, supplier in problem.register.suppliers.items()}
    return replace(problem, register=Register(suppliers, problem.register.document))
