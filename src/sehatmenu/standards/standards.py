"""Standards: one cited, dated YAML file per regulation; loaded, extended, and resolved to a date and a group."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from functools import lru_cache
from pathlib import Path
from typing import Annotated, Literal

from pydantic import ValidationError

from sehatmenu.documents import DateField, Loaded, Model, TextField, day_of, load, open_document
from sehatmenu.errors import LoadError, refusal
from sehatmenu.files import Document, Location, Place
from sehatmenu.findings import Finding, Report, problem
from sehatmenu.quantities.units import InUnit
from sehatmenu.readings import folder, reading
from sehatmenu.standards.cases import Case
from sehatmenu.standards.records import record_problems
from sehatmenu.standards.references import Mix, Reference, load_reference, locate
from sehatmenu.standards.rules import ENERGY_SOURCES, EnergyShareRule, Limit, Rule, RuleBase, ShareRule
from sehatmenu.standards.sources import Announcement, Source, Validity

ATWATER = ("protein", "fat", "carbohydrate")


class Group(Model):
    """A group of eaters: its title, its reference intake, and the meals at which the standard speaks of it."""

    title: TextField
    reference: Mix | None = None
    meals: tuple[str, ...] = ()
    note: TextField | None = None


EnergyFactor = Annotated[float, InUnit("kcal/g")]


class EnergyFactors(Model):
    """Energy per gram by which a standard turns nutrients into energy, each as `4 kcal/g`."""

    protein: EnergyFactor | None = None
    fat: EnergyFactor | None = None
    carbohydrate: EnergyFactor | None = None
    alcohol: EnergyFactor | None = None
    fibre: EnergyFactor | None = None
    source: str
    place: str = ""


class Dropped(Model):
    """A rule of the extended standard that does not hold here, with the reason."""

    rule: str
    reason: TextField


class StandardFile(Model):
    """A standard as it is written in YAML; `reviewed` is the day on which it was last compared with its sources."""

    id: str
    kind: Literal["standard"] = "standard"
    title: TextField
    jurisdiction: str = ""
    valid: Validity = Validity()
    reviewed: DateField | None = None
    announced: tuple[Announcement, ...] = ()
    note: TextField | None = None
    sources: dict[str, Source]
    energy_factors: EnergyFactors | None = None
    extends: str | None = None
    drop: tuple[Dropped, ...] = ()
    groups: dict[str, Group] = {}
    rules: tuple[Rule, ...] = ()
    cases: tuple[Case, ...] = ()


@dataclass(frozen=True, slots=True)
class Applied:
    """A rule with the one limit that holds for a group on a date, its place in the file and its citation."""

    rule: RuleBase
    limit: Limit
    place: Place
    source: str


@dataclass(frozen=True, slots=True)
class Standard:
    """A loaded standard: its own and inherited rules, groups and sources, with the place of each rule.

    `on` is the date for which it was asked, if any; nothing in sehatmenu looks at today's date. `document` is its own
    file.
    """

    file: StandardFile
    rules: tuple[RuleBase, ...]
    places: Mapping[str, tuple[Document, Location]]
    sources: Mapping[str, Source]
    groups: Mapping[str, Group]
    references: Mapping[str, Reference] = field(default_factory=dict)
    on: date | None = None
    document: Document | None = None

    def __repr__(self) -> str:
        on = f" on {self.on}" if self.on else ""
        return f"<Standard {self.id!r}{on}: {len(self.rules)} rules, {len(self.groups)} groups>"

    @property
    def id(self) -> str:
        return self.file.id

    def applied(self, group: str, on: date) -> Iterator[Applied]:
        """The rules that hold for a group on a date, each with its newest limit not after that date."""
        for rule in self.rules:
            best = _newest(rule.limits, group, on)
            if best is not None:
                document, location = self.places[rule.id]
                limit = rule.limits[best]
                yield Applied(rule, limit, document.place((*location, "limits", best)), self.citation(limit))

    def citation(self, limit: Limit) -> str:
        """The legal source of a limit with its article, as printed in reports."""
        source = self.sources[limit.source]
        return f"{source.title}, {limit.place}" if limit.place else str(source.title)

    def reference(self, group: str) -> Mapping[str, float]:
        """The daily reference intake of a group by nutrient id, in canonical units; empty without a reference."""
        mix = self.groups[group].reference if group in self.groups else None
        return self.references[mix.of].intake(mix) if mix else {}

    def energy_factors(self) -> Mapping[str, float]:
        """kcal per gram by nutrient id, as this standard states them; empty when it states none."""
        return _factors(self.file.energy_factors)

    def _repr_html_(self) -> str:
        """Every rule with its limits and their articles, for Jupyter."""
        from sehatmenu.reports.notebooks import standard_html

        return standard_html(self)

    def check_group(self, group: str) -> None:
        """Refuse a group that the standard does not have.

        Raises LoadError that names the groups there are.
        """
        if self.groups and group not in self.groups:
            raise refusal("group-unknown", group=group, standard=self.id, known=list(self.groups))

    def check_date(self, on: date) -> None:
        """Refuse a date on which the standard is not in force.

        Raises LoadError with the dates of the standard.
        """
        valid = self.file.valid
        if not valid.holds(on):
            start, end = valid.from_ or "…", valid.until or "…"
            place = self.document.place(("valid",)) if self.document else None
            found = problem("standard-not-in-force", place, standard=self.id, on=on, start=start, end=end)
            raise LoadError(Report((found,)))


def load_standard(source: str | Path, on: date | str | None = None, *, within: str | Path | None = None) -> Standard:
    """Load a standard by its packaged id (`id/mbg-2026`) or by the path of a YAML file.

    `on` fixes the date for later checks. `within` names a folder that no path of it may leave.
    Raises LoadError with the problems and their places.
    """
    with reading(within):
        standard = _load(Path(locate(source)))
    day = day_of(on)
    if day is None:
        return standard
    standard.check_date(day)
    return replace(standard, on=day)


@lru_cache(maxsize=64)
def _load_cached(path: Path, stamp: int, folder: Path | None) -> Standard:
    document = open_document(path)
    try:
        loaded = load(document, StandardFile)
    except LoadError as error:
        more = _problems_of_the_rest(document, error, path.parent)
        raise LoadError(Report((*error.report.findings, *more))) from error
    return read_standard(loaded, path.parent)


def _problems_of_the_rest(document: Document, error: LoadError, folder: Path) -> tuple[Finding, ...]:
    """What is wrong beyond the rules and cases that could not be read: names that lead nowhere in the others."""
    cause = error.__cause__
    wrong = [tuple(detail["loc"][:2]) for detail in cause.errors()] if isinstance(cause, ValidationError) else []
    if not wrong or any(len(at) < 2 or at[0] not in ("rules", "cases") for at in wrong):
        return ()
    try:
        read_standard(load(document.without(wrong), StandardFile), folder)
    except LoadError as found:
        return found.report.findings
    return ()


def _load(path: Path) -> Standard:
    return _load_cached(path, path.stat().st_mtime_ns if path.exists() else 0, folder())


def read_standard(loaded: Loaded[StandardFile], folder: Path | None = None) -> Standard:
    """Turn a validated file into a standard: inherit, load references, and check every name that rules use.

    Raises LoadError with every problem and its place.
    """
    own = _own(loaded)
    try:
        standard = _inherit(own, loaded, folder, ()) if own.file.extends else own
    except RecursionError:
        raise refusal("extends-circle", standard=own.id) from None
    standard = replace(standard, references=_references(standard, loaded.document, folder))
    if found := list(_problems(standard, loaded.document)):
        raise LoadError(Report(tuple(found)))
    return standard


def _references(standard: Standard, document: Document, folder: Path | None) -> dict[str, Reference]:
    """The tables of reference intakes that groups name; one that is not there is refused where it is named."""
    found = {}
    for name, group in standard.groups.items():
        if group.reference:
            here = document.place(("groups", name, "reference", "of"))
            found[group.reference.of] = load_reference(_located(group.reference.of, folder, here))
    return found


def _located(name: str, folder: Path | None, here: Place) -> Path:
    """The file of a name written in a standard, or a LoadError at the place where it is written."""
    try:
        return locate(name, folder)
    except LoadError as error:
        raise LoadError(Report(tuple(replace(finding, place=here) for finding in error.report))) from error


def _own(loaded: Loaded[StandardFile]) -> Standard:
    model = loaded.model
    places = {rule.id: (loaded.document, ("rules", i)) for i, rule in enumerate(model.rules)}
    return Standard(model, model.rules, places, model.sources, model.groups, document=loaded.document)


def _inherit(own: Standard, loaded: Loaded[StandardFile], folder: Path | None, seen: tuple[str, ...]) -> Standard:
    """Merge the extended standard below the own rules: same id replaces, `drop` removes, the rest is added."""
    path = _located(own.file.extends or "", folder, loaded.document.place(("extends",)))
    if str(path) in seen:
        raise LoadError(Report((problem("extends-circle", loaded.document.place(("extends",)), standard=own.id),)))
    parent_loaded = load(path, StandardFile)
    parent = _own(parent_loaded)
    if parent.file.extends:
        parent = _inherit(parent, parent_loaded, path.parent, (*seen, str(path)))
    _check_drops(own, parent, loaded.document)
    dropped = {d.rule for d in own.file.drop}
    mine = {rule.id for rule in own.rules}
    kept = [rule for rule in parent.rules if rule.id not in dropped and rule.id not in mine]
    file = own.file
    if file.energy_factors is None:
        file = file.model_copy(update={"energy_factors": parent.file.energy_factors})
    return replace(
        own,
        file=file,
        rules=(*kept, *own.rules),
        places={**parent.places, **own.places},
        sources={**parent.sources, **own.sources},
        groups={**parent.groups, **own.groups},
    )


def _check_drops(own: Standard, parent: Standard, document: Document) -> None:
    known = {rule.id for rule in parent.rules}
    wrong = [
        problem("drop-unknown", document.place(("drop", i, "rule")), rule=d.rule, standard=parent.id)
        for i, d in enumerate(own.file.drop)
        if d.rule not in known
    ]
    if wrong:
        raise LoadError(Report(tuple(wrong)))


def _newest(limits: tuple[Limit, ...], group: str, on: date) -> int | None:
    """The position of the entry that holds: for the group, in force, with the latest start."""
    held = [
        (limit.from_ or date.min, i)
        for i, limit in enumerate(limits)
        if (not limit.groups or group in limit.groups)
        and (limit.from_ is None or limit.from_ <= on)
        and (limit.until is None or on <= limit.until)
    ]
    return max(held)[1] if held else None


def _factors(written: EnergyFactors | None) -> Mapping[str, float]:
    if written is None:
        return {}
    stated = {name: getattr(written, name) for name in (*ATWATER, "alcohol", "fibre")}
    return {name: factor for name, factor in stated.items() if factor is not None}


def _problems(standard: Standard, document: Document) -> Iterator[Finding]:
    """Names that lead nowhere: sources, groups, references, energy factors; and rules written twice."""
    yield from _energy_problems(standard, document)
    for n, announcement in enumerate(standard.file.announced):
        if announcement.source not in standard.sources:
            place = document.place(("announced", n, "source"))
            yield problem("source-unknown", place, source=announcement.source, known=list(standard.sources))
    seen: set[str] = set()
    for i, name in enumerate(rule.id for rule in standard.file.rules):
        if name in seen:
            yield problem("rule-twice", document.place(("rules", i, "id")), rule=name)
        seen.add(name)
    for rule in standard.rules:
        yield from _rule_problems(standard, rule)
    yield from _group_problems(standard, document)
    for n, case in enumerate(standard.file.cases):
        if standard.groups and case.group not in standard.groups:
            here, known = document.place(("cases", n, "group")), list(standard.groups)
            yield problem("group-unknown", here, group=case.group, standard=standard.id, known=known)
        for refused in record_problems(standard.rules, case.records):
            yield problem(refused.code, document.place(("cases", n, "records", *refused.location)), **refused.values)


def _rule_problems(standard: Standard, rule: RuleBase) -> Iterator[Finding]:
    """What the limits of a rule, own or inherited, name in vain."""
    document, location = standard.places[rule.id]
    for j, limit in enumerate(rule.limits):
        here: Location = (*location, "limits", j)
        if limit.source not in standard.sources:
            known = list(standard.sources)
            yield problem("source-unknown", document.place((*here, "source")), source=limit.source, known=known)
        for k, group in enumerate(limit.groups):
            if group not in standard.groups:
                place = document.place((*here, "groups", k))
                yield problem("group-unknown", place, group=group, standard=standard.id, known=list(standard.groups))
        yield from _reference_problems(standard, rule, limit, document.place(here))


def _energy_problems(standard: Standard, document: Document) -> Iterator[Finding]:
    factors = standard.energy_factors()
    written = standard.file.energy_factors
    if written and written.source not in standard.sources:
        place = document.place(("energy_factors", "source"))
        yield problem("source-unknown", place, source=written.source, known=list(standard.sources))
    for rule in standard.rules:
        shares = [part for part in rule.parts() if isinstance(part, EnergyShareRule)]
        for nutrient in (ENERGY_SOURCES.get(share.nutrient, share.nutrient) for share in shares):
            if nutrient not in factors:
                at, location = standard.places[rule.id]
                yield problem("energy-factor-missing", at.place(location), rule=rule.id, nutrient=nutrient)


def _reference_problems(standard: Standard, rule: RuleBase, limit: Limit, place: Place) -> Iterator[Finding]:
    for share in (part for part in rule.parts() if isinstance(part, ShareRule)):
        known = limit.groups or tuple(standard.groups)
        for group in known or ("–",):
            if share.nutrient not in _safe_reference(standard, group):
                yield problem("reference-missing", place, rule=rule.id, group=group, nutrient=share.nutrient)


def _safe_reference(standard: Standard, group: str) -> Mapping[str, float]:
    mix = standard.groups[group].reference if group in standard.groups else None
    if mix is None or any(name not in standard.references[mix.of].groups for name in mix.names()):
        return {}
    return standard.reference(group)


def _group_problems(standard: Standard, document: Document) -> Iterator[Finding]:
    for name, group in standard.file.groups.items():
        if group.reference:
            known = standard.references[group.reference.of].groups
            for wrong in (n for n in group.reference.names() if n not in known):
                place = document.place(("groups", name, "reference"))
                yield problem("group-unknown", place, group=wrong, standard=group.reference.of, known=list(known))
