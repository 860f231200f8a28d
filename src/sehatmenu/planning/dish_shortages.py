"""Too few dishes: how many a rule on spacing or variety needs of a course, and how many there are."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta

import numpy as np

from sehatmenu.messages import Word
from sehatmenu.planning.conflicts import Claim
from sehatmenu.planning.demand import Table
from sehatmenu.planning.programs import Program
from sehatmenu.planning.tables import RuleRef
from sehatmenu.standards.counts import SpacingRule, VarietyRule


def shortage_of_dishes(program: Program, claim: Claim) -> dict[str, object]:
    """The course of which a rule needs more dishes than there are: its name, how many there are and how many it needs.

    Only rules that count dishes; nothing where no single course is short of them.
    """
    ref = program.refs[claim.rule]
    for table in program.problem.tables:
        if (table.institution.id, table.group) != (ref.where, ref.group):
            continue
        for applied, _ in table.applied:
            rule = applied.rule
            if rule.id == ref.rule_id and isinstance(rule, SpacingRule | VarietyRule) and rule.by == "dish":
                spacing = isinstance(rule, SpacingRule)
                meant = program.problem.catalogue.matches(rule.of).low > 0
                needed = _turns(program, table, int(ref.apart)) if spacing else {}
                return _short(program, ref, meant, needed, None if spacing else int(np.ceil(claim.limit - 1e-9)))
    return {}


def _turns(program: Program, table: Table, apart: int) -> dict[str, tuple[int, Sequence[date]]]:
    """Of each course, in how many meals it is served within `apart` days at most, and on which of them first."""
    found: dict[str, tuple[int, Sequence[date]]] = {}
    trays = [tray for institution, tray in program.problem.trays if institution.id == table.institution.id]
    for course in dict.fromkeys(course for tray in trays for course in tray.courses):
        meals = sum(course in tray.courses for tray in trays)
        for first in program.problem.days:
            within = [day for day in program.problem.days if first <= day < first + timedelta(days=apart)]
            if len(within) * meals > found.get(course, (0, ()))[0]:
                found[course] = (len(within) * meals, within)
    return found


def _short(
    program: Program, ref: RuleRef, meant: np.ndarray, turns: dict[str, tuple[int, Sequence[date]]], least: int | None
) -> dict[str, object]:
    """The course that lacks most; with `least`, all courses together that are meant."""
    options = program.problem.catalogue.options
    there: dict[str, set[str]] = {}
    free = set[str]()
    for cell, option in enumerate(program.cells.option.tolist()):
        n, course = program.cells.slots[int(program.cells.slot[cell])]
        day, k = program.tray_days[n]
        if program.problem.trays[k][0].id != ref.where:
            continue
        if not meant[option]:
            free.add(course)
        elif least is not None or day in turns.get(course, (0, ()))[1]:
            there.setdefault(course, set()).add(options[option].recipe.id)
    if least is not None:
        count, names = len(set().union(*there.values())) if there else 0, list(there)
        return {} if count >= least else {"course": [Word(f"course-{c}") for c in names], "count": count, "needed": least}
    lacks = {course: turns[course][0] - len(dishes) for course, dishes in there.items() if course not in free}
    worst = max(lacks, key=lambda course: lacks[course], default="")
    if not worst or lacks[worst] <= 0:
        return {}
    return {"course": Word(f"course-{worst}"), "count": len(there[worst]), "needed": turns[worst][0]}
