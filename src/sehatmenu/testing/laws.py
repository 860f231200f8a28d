"""Laws that every sound standard keeps, each a function that answers with findings; `lint` holds a file against all."""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date
from functools import partial
from pathlib import Path

from sehatmenu.errors import LoadError, SolverError, UnitError
from sehatmenu.files import Place
from sehatmenu.findings import Finding, Report, Verdict, overall, problem
from sehatmenu.messages import Figure
from sehatmenu.planning.clashes import Conflict
from sehatmenu.planning.planners import plan
from sehatmenu.planning.plans import Plan
from sehatmenu.quantities.units import UNITS, Quantity, dimension, factor, read_quantity
from sehatmenu.standards.cases import Case
from sehatmenu.standards.checks import check, context, run_cases
from sehatmenu.standards.limits import BOUNDS, RuleBase
from sehatmenu.standards.menus import Menu
from sehatmenu.standards.records import AttestRule
from sehatmenu.standards.references import locate
from sehatmenu.standards.sources import Validity
from sehatmenu.standards.standards import Applied, Standard, load_standard
from sehatmenu.testing import lawful, variations
from sehatmenu.testing.trial_problems import problem_for, stricter

Found = Iterator[Finding]
RuleLaw = Callable[[Standard, str, bool], Found]
GroupLaw = Callable[[Standard, str, bool], Found]
StandardLaw = Callable[[Standard], Found]
QUICK_SECONDS, FULL_SECONDS = 1.0, 20.0
"""How long the planner may look for a menu of a made-up problem."""


def cited(standard: Standard, rule: str, full: bool = True) -> Found:
    """Every limit has a source, and none rests on one that is an example or was not seen."""
    for j, limit in enumerate(_rule(standard, rule).limits):
        source = standard.sources[limit.source]
        if source.seen in ("example", "unverified"):
            place = _place(standard, rule, "limits", j, "source")
            yield problem("law-cited", place, rule=rule, source=limit.source, seen=source.seen)


def ordered(standard: Standard, rule: str, full: bool = True) -> Found:
    """No least is above its most, after inheritance, tolerance and the reference intakes of each group."""
    for group, _, applied in _occurrences(standard, rule):
        if not applied.rule.boundable:
            continue
        low, high = applied.rule.amounts(applied.limit, standard.reference(group))
        if low > high:
            unit = applied.rule.measured_in()
            least, most = Figure.exact(low, unit), Figure.exact(high, unit)
            yield problem("law-ordered", applied.place, rule=rule, group=group, least=least, most=most)


def can_pass(standard: Standard, rule: str, full: bool = True) -> Found:
    """Some menu passes the rule."""
    yield from _attainable(standard, rule, full, Verdict.pass_)


def can_fail(standard: Standard, rule: str, full: bool = True) -> Found:
    """Some menu breaks the rule: it is not dead."""
    yield from _attainable(standard, rule, full, Verdict.fail)


def spelling(standard: Standard, rule: str, full: bool = True) -> Found:
    """A limit written in another unit of the same kind is the same limit."""
    found = _rule(standard, rule)
    for j, limit in enumerate(found.limits):
        for key in BOUNDS:
            if (text := getattr(limit, key)) is not None:
                place = _place(standard, rule, "limits", j, key)
                yield from _respelled(text, "fraction" if key == "tolerance" else found.unit(), place)


def more(standard: Standard, rule: str, full: bool = True) -> Found:
    """More of what is limited from above never mends a broken limit."""
    for group, on, applied in _some(_occurrences(standard, rule), full):
        if applied.rule.evidence or not applied.rule.boundable or applied.limit.min is not None:
            continue
        menu = lawful.broken_alone(standard, group, on, rule)
        if menu is None or applied.rule.rows(context(menu, standard, group), applied.limit).denominator is not None:
            continue
        got = _verdict(Menu(menu.catalogue, menu.horizon, menu.portions * 2, menu.scope), standard, group, on, rule)
        if _verdict(menu, standard, group, on, rule) is Verdict.fail and got is not Verdict.fail:
            said = variations.text(menu)
            yield problem("law-more", applied.place, rule=rule, expected=Verdict.fail, got=got, menu=said)


def satisfiable(standard: Standard, group: str, full: bool = True) -> Found:
    """Some menu keeps all binding rules for the group, on every date at which a number changes."""
    for on in _newest_first(lawful.dates(standard, group), full):
        chooser = lawful.lawful(standard, group, on)
        if chooser.menu() is None:
            rules = chooser.clash()
            place = next((a.place for a in chooser.draft.held if a.rule.id in rules), None)
            yield problem("law-unsatisfiable", place, group=group, on=on, rules=list(rules))


def plan_passes_check(standard: Standard, group: str, full: bool = True) -> Found:
    """What the planner plans by the standard passes the check of every binding rule, and so does a drafted menu.

    The planner is asked for the newest date of each group; not `full` asks it for the first group only, and briefly.
    """
    dates = _newest_first(lawful.dates(standard, group), full)
    for on in dates:
        if (menu := lawful.lawful(standard, group, on).menu()) is not None:
            yield from _passes(standard, group, on, menu)
    if full or group == lawful.groups(standard)[0]:
        yield from _planned(standard, group, dates[0], FULL_SECONDS if full else QUICK_SECONDS)


def _planned(standard: Standard, group: str, on: date, seconds: float) -> Found:
    """The planner on a problem made for the standard, which has a lawful menu."""
    found = problem_for(standard, group, on)
    if found is None:
        return
    try:
        outcome = plan(found, time_limit=seconds, gap=0.5)
    except SolverError as error:
        yield problem("law-planner", _group_place(standard, group), group=group, on=on, problem=str(error))
        return
    if isinstance(outcome, Plan):
        yield from _passes(standard, group, on, outcome.menu(found.tables[0]))
    elif isinstance(outcome, Conflict) and not stricter(found):
        rules = [str(claim.values["rule"]) for claim in outcome.rules if "rule" in claim.values]
        yield problem("law-plan-none", _group_place(standard, group), group=group, on=on, rules=rules or ["–"])


def _passes(standard: Standard, group: str, on: date, menu: Menu) -> Found:
    for finding in check(menu, standard, group, on, records=lawful.records(standard, group, on)):
        if finding.severity == "must" and finding.verdict in (Verdict.fail, Verdict.unknown):
            values = {"expected": Verdict.pass_, "got": finding.verdict, "menu": variations.text(menu)}
            yield problem("law-other-verdict", finding.place, rule=finding.values["rule_id"], **values)


def _group_place(standard: Standard, group: str) -> Place | None:
    return standard.document.place(("groups", group)) if standard.document else None


def blanks(standard: Standard, group: str, full: bool = True) -> Found:
    """Filling in what was unknown never turns a pass into a fail, or a fail into a pass."""
    on = lawful.dates(standard, group)[-1]
    chooser = lawful.lawful(standard, group, on)
    menu = chooser.menu()
    for content in chooser.draft.pool.contents if menu else ():
        if menu and content[0] == "nutrient":
            before, after = (check(m, standard, group, on) for m in (variations.blank(menu, content[1]), menu))
            for blank, filled in zip(before, after, strict=True):
                if {blank.verdict, filled.verdict} == {Verdict.pass_, Verdict.fail}:
                    values = {"expected": blank.verdict, "got": filled.verdict, "menu": variations.text(menu)}
                    yield problem("law-blank", blank.place, rule=blank.values["rule_id"], nutrient=content[1], **values)


def servings(standard: Standard, group: str, full: bool = True) -> Found:
    """Ten times the food for ten times the people gives the same verdicts."""
    on = lawful.dates(standard, group)[-1]
    one, ten = (check([variations.sample(times)], standard, group, on) for times in (1, 10))
    for first, second in zip(one, ten, strict=True):
        if first.verdict is not second.verdict:
            values = {"rule": first.values["rule_id"], "expected": first.verdict, "got": second.verdict}
            yield problem("law-servings", first.place, **values)


def editions_apart(standard: Standard) -> Found:
    """Editions of one regulation (ids that differ in their year only), in one folder, are never in force together."""
    if standard.document is None:
        return
    path = Path(standard.document.file)
    for other in sorted(path.parent.glob("*.y*ml")) if path.exists() else ():
        try:
            file = load_standard(other).file if other.resolve() != path.resolve() else None
        except LoadError:
            continue
        if file and _stem(file.id) == _stem(standard.id) and _overlap(file.valid, standard.file.valid):
            yield problem("law-overlap", standard.document.place(("valid",)), standard=standard.id, other=file.id)


RULE_LAWS: Mapping[str, RuleLaw] = {
    "cited": cited,
    "ordered": ordered,
    "can-pass": can_pass,
    "can-fail": can_fail,
    "spelling": spelling,
    "more": more,
}
GROUP_LAWS: Mapping[str, GroupLaw] = {
    "satisfiable": satisfiable,
    "plan-passes-check": plan_passes_check,
    "blanks": blanks,
    "servings": servings,
}
STANDARD_LAWS: Mapping[str, StandardLaw] = {"editions-apart": editions_apart}


@dataclass(frozen=True, slots=True)
class Trial:
    """One law held against one rule, group or case: its name as pytest shows it, and how to run it."""

    name: str
    run: Callable[[], list[Finding]]


def trials(standard: Standard, full: bool = True) -> Iterator[Trial]:
    """Every law and every case of a standard; not `full` looks at one group and the newest date of each rule only."""
    for name, law in STANDARD_LAWS.items():
        yield Trial(name, partial(_list, law, standard))
    for rule in standard.rules:
        for name, about_rule in RULE_LAWS.items():
            yield Trial(f"{rule.id}::{name}", partial(_list, about_rule, standard, rule.id, full))
    for group in lawful.groups(standard):
        for name, about_group in GROUP_LAWS.items():
            yield Trial(f"{group or 'all'}::{name}", partial(_list, about_group, standard, group, full))
    for case in standard.file.cases:
        yield Trial(f"case::{case.title.en}", partial(_case, standard, case))


def lint(source: str | Path, full: bool = True) -> Report:
    """Hold a standard (by packaged id or path) against every law and its own cases.

    The report has a finding, with its place, for each that is not kept. Raises LoadError when the file cannot be read.
    """
    standard = load_standard(locate(source))
    found = tuple(finding for trial in trials(standard, full) for finding in trial.run())
    return Report(found, standard.id)


def _list(law: Callable[..., Found], *arguments: object) -> list[Finding]:
    return list(law(*arguments))


def _case(standard: Standard, case: Case) -> list[Finding]:
    alone = replace(standard, file=standard.file.model_copy(update={"cases": (case,)}))
    number = standard.file.cases.index(case)
    menu = variations.text(case.as_menu(""))
    wrong = run_cases(alone)
    return [replace(f, place=_moved(standard, f, number), values={**f.values, "menu": menu}) for f in wrong]


def _moved(standard: Standard, finding: Finding, number: int) -> Place | None:
    """The place of what a case expects by the number of the case in the file."""
    if standard.document is None:
        return None
    below = {"case-binding": ("binding",), "case-in-force": ("in_force",)}
    at = below.get(finding.code) or ("expect", str(finding.values["rule"]))
    return standard.document.place(("cases", number, *at))


def _rule(standard: Standard, rule: str) -> RuleBase:
    return next(r for r in standard.rules if r.id == rule)


def _place(standard: Standard, rule: str, *below: str | int) -> Place:
    document, location = standard.places[rule]
    return document.place((*location, *below))


def _occurrences(standard: Standard, rule: str) -> Iterator[tuple[str, date, Applied]]:
    """Where a rule holds: each group, newest date first, with the limit that holds."""
    for group in lawful.groups(standard):
        for on in reversed(lawful.dates(standard, group)):
            yield from ((group, on, a) for a in standard.applied(group, on) if a.rule.id == rule)


def _some(found: Iterator[tuple[str, date, Applied]], full: bool) -> list[tuple[str, date, Applied]]:
    """Each limit once (full), or only the first."""
    seen: dict[Place, tuple[str, date, Applied]] = {}
    for group, on, applied in found:
        seen.setdefault(applied.place, (group, on, applied))
    return list(seen.values())[: None if full else 1]


def _newest_first(dates: tuple[date, ...], full: bool) -> tuple[date, ...]:
    return tuple(reversed(dates))[: None if full else 1]


def _attainable(standard: Standard, rule: str, full: bool, wanted: Verdict) -> Found:
    held = _some(_occurrences(standard, rule), full)
    if not held and wanted is Verdict.pass_:
        yield problem("law-idle", _place(standard, rule, "id"), rule=rule)
    for group, on, applied in held:
        got = _reached(standard, group, on, applied, wanted)
        if got is None:
            code = "law-no-pass" if wanted is Verdict.pass_ else "law-no-fail"
            yield problem(code, applied.place, rule=rule, group=group, on=on)
        elif got[0] is not wanted:
            yield problem("law-other-verdict", applied.place, rule=rule, expected=wanted, got=got[0], menu=got[1])


def _reached(standard: Standard, group: str, on: date, applied: Applied, wanted: Verdict) -> tuple[Verdict, str] | None:
    """The verdict on a menu (or record) made for it, and that menu in words; None when none can be made."""
    rule = applied.rule
    if isinstance(rule, AttestRule):
        text = lawful.record(applied, keeping=wanted is Verdict.pass_)
        return None if text is None else (_attested(standard, group, on, rule, text), text)
    make = lawful.kept_alone if wanted is Verdict.pass_ else lawful.broken_alone
    menu = make(standard, group, on, rule.id)
    return None if menu is None else (_verdict(menu, standard, group, on, rule.id), variations.text(menu))


def _attested(standard: Standard, group: str, on: date, rule: AttestRule, text: str) -> Verdict:
    report = check(Menu.of_days({}), standard, group, on, records={rule.id: text})
    return overall([f.verdict for f in report if f.values["rule_id"] == rule.id])


def _verdict(menu: Menu, standard: Standard, group: str, on: date, rule: str) -> Verdict:
    return overall([f.verdict for f in check(menu, standard, group, on) if f.values["rule_id"] == rule])


def _respelled(text: str, unit: str, place: Place) -> Found:
    try:
        written = Quantity.read(text)
    except UnitError:
        return
    expected = read_quantity(text, unit)
    for other in UNITS:
        if "/" not in written.unit and dimension(other) == dimension(written.unit):
            amount = float(written.number * factor(written.unit, other))
            again = f"{amount:.15f} {other}"
            got = read_quantity(again, unit)
            if not math.isclose(expected, got, rel_tol=1e-9, abs_tol=1e-12):
                yield problem("law-spelling", place, text=text, other=again, expected=expected, got=got)


def _stem(name: str) -> str:
    return re.sub(r"-\d{4}$", "", name)


def _overlap(one: Validity, other: Validity) -> bool:
    starts = [v.from_ or date.min for v in (one, other)]
    ends = [v.until or date.max for v in (one, other)]
    return max(starts) <= min(ends) and (one.from_ or one.until or other.from_ or other.until) is not None
