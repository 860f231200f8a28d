"""Papers of UMKM on a day: what is valid, what ends soon, who can supply a dish and why not; the plan obeys."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date

from sehatmenu.messages import Word, word
from sehatmenu.partnership.evidence import Basis, Reporting, Sentence, form_of, reporting
from sehatmenu.partnership.paper_rules import PaperState, Standing, obliged, paper_rules, paper_title, standing
from sehatmenu.planning.demand import Choice, Problem
from sehatmenu.planning.suppliers import CertificateEntry, Offer, Register, Supplier
from sehatmenu.worksheets.forms import Form

NOTICE = (90, 30, 0)
"""Days before its end at which a paper is spoken of: own convention, as offices keep their calendars."""

BEST_FIRST = (PaperState.valid, PaperState.unknown, PaperState.not_yet, PaperState.expired, PaperState.missing)


@dataclass(frozen=True, slots=True)
class PaperRow:
    """One paper of one UMKM on a day: its state, when it ends (first and last day by the sources), days left."""

    supplier: str
    kind: str
    number: str
    state: PaperState
    ends: tuple[date, date] | None
    left: int | None
    band: int | None
    sources: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class PaperReport:
    """The papers of a register on a day."""

    rows: tuple[PaperRow, ...]
    basis: Basis

    def forms(self, lang: str = "id") -> tuple[Form, ...]:
        """The papers as a form: state on the day, end, days left."""
        columns = (
            ("umkm", "text"), ("paper", "text"), ("paper-number", "text"), ("paper-state", "text"), ("paper-ends", "date"),
            ("paper-ends-latest", "date"), ("days-left", "count"), ("source", "text"),
        )  # fmt: skip
        rows = [
            (
                r.supplier,
                paper_title(r.kind),
                r.number,
                Word(r.state),
                *(r.ends or (None, None)),
                r.left,
                "; ".join(r.sources),
            )
            for r in self.rows
        ]
        return (form_of("papers", columns, rows, self.basis, lang),)


@dataclass(frozen=True, slots=True)
class Supply:
    """Whether an UMKM can supply a dish on a day: True, False, or None where a paper cannot be settled; and the reasons."""

    supplier: str
    able: bool | None
    reasons: tuple[Sentence, ...]


def papers_on(register: Register, day: date, required: Sequence[str] = ()) -> PaperReport:
    """Every paper of every UMKM that offers dishes on a day; a required one that is not there is missing."""
    rows = tuple(row for supplier in _cooks(register) for row in _rows(supplier, day, required))
    return PaperReport(rows, _basis(register, rows, day, "partnership-papers-method"))


def calendar(register: Register, as_of: date, days: Sequence[int] = NOTICE) -> PaperReport:
    """The papers that end within some days, those that have ended, and those whose end the sources put on two sides.

    `band` is the smallest of `days` that a paper ends within; the earliest end counts where sources differ.
    """
    ending = [
        replace(row, band=min(d for d in days if (row.left or 0) <= d))
        for row in papers_on(register, as_of).rows
        if row.left is not None and row.left <= max(days)
    ]
    rows = tuple(sorted(ending, key=lambda row: (row.left or 0, row.supplier, row.kind)))
    return PaperReport(rows, _basis(register, rows, as_of, "partnership-calendar-method", days=list(days)))


def who_can_supply(register: Register, dish: str, day: date, required: Sequence[str] = ("slhs",)) -> tuple[Supply, ...]:
    """Each UMKM that offers a dish, whether it can supply it on a day, and every reason why not."""
    found = []
    for supplier in _cooks(register):
        offers = [offer for offer in supplier.offers if offer.dish == dish]
        if offers:
            found.append(_supply(supplier, offers, day, required))
    return tuple(found)


def standing_of(supplier: Supplier, kind: str, day: date) -> Standing:
    """The best standing that an UMKM has with papers of a kind; missing where it has none."""
    own = [standing(entry, day) for entry in supplier.certificates if entry.type.casefold() == kind.casefold()]
    return min(own, key=lambda s: BEST_FIRST.index(s.state), default=Standing(PaperState.missing))


def barred(problem: Problem, required: Sequence[str] = ("slhs",), *, strict: bool = False) -> Problem:
    """The problem in which no UMKM is ordered from on a day when a required paper has ended or is not there.

    A paper that the law asks for by then counts as required. `strict` also bars where the state cannot be settled.
    """
    shut = (False, None) if strict else (False,)
    choices = []
    for supplier in _cooks(problem.register):
        days = tuple(day for day in problem.days if _allowed(supplier, day, required)[0] in shut)
        if days:
            choices.append(Choice(never=True, suppliers=(supplier.id,), dates=days))
    file = problem.file.model_copy(update={"choices": (*problem.file.choices, *choices)})
    return replace(problem, file=file)


def _cooks(register: Register) -> Iterator[Supplier]:
    return (supplier for supplier in register.suppliers.values() if supplier.offers)


def _rows(supplier: Supplier, day: date, required: Sequence[str]) -> Iterator[PaperRow]:
    for entry in supplier.certificates:
        yield _row(supplier, entry, day)
    held = {entry.type.casefold() for entry in supplier.certificates}
    for kind in _asked(supplier, day, required):
        if kind.casefold() not in held:
            yield PaperRow(supplier.name, kind, "", PaperState.missing, None, None, None, ())


def _row(supplier: Supplier, entry: CertificateEntry, day: date) -> PaperRow:
    found = standing(entry, day)
    left = (found.ends[0] - day).days if found.ends else None
    return PaperRow(supplier.name, entry.type, entry.number, found.state, found.ends, left, None, found.sources)


def _asked(supplier: Supplier, day: date, required: Sequence[str]) -> tuple[str, ...]:
    """The papers asked for: those required by agreement, and those that the law surely asks for on the day."""
    by_law = {duty.paper for duty in paper_rules().duties if obliged(duty.paper, supplier.scale, day)}
    return tuple(dict.fromkeys((*required, *sorted(by_law))))


def _supply(supplier: Supplier, offers: Sequence[Offer], day: date, required: Sequence[str]) -> Supply:
    able, reasons = _allowed(supplier, day, required)
    closed = []
    if not supplier.works_on(day):
        closed.append(Sentence("partnership-closed", {"day": day}))
    if not any(offer.offered_on(day) for offer in offers):
        closed.append(Sentence("partnership-not-offered", {"day": day}))
    return Supply(supplier.name, False if closed else able, (*closed, *reasons))


def _allowed(supplier: Supplier, day: date, required: Sequence[str]) -> tuple[bool | None, tuple[Sentence, ...]]:
    """Whether the papers of an UMKM let it supply on a day, and what they lack."""
    able: bool | None = True
    reasons = []
    for kind in _asked(supplier, day, required):
        found = standing_of(supplier, kind, day)
        if found.state is PaperState.valid:
            continue
        able = None if found.state is PaperState.unknown and able is not False else False
        reasons.append(_reason(kind, found))
    return able, tuple(reasons)


def _reason(kind: str, found: Standing) -> Sentence:
    values: dict[str, object] = {"paper": paper_title(kind), "state": Word(found.state)}
    if found.state is PaperState.unknown and found.ends:
        values |= {"first": found.ends[0], "last": found.ends[1], "sources": list(found.sources)}
        return Sentence("partnership-paper-differs", values)
    return Sentence("partnership-paper-state", values)


def _basis(register: Register, rows: Sequence[PaperRow], day: date, method: str, **values: object) -> Basis:
    cooks = list(_cooks(register))
    told: Reporting = reporting((s.name for s in cooks if s.certificates), (s.name for s in cooks))
    open_ = sum(row.ends is None and row.state is PaperState.unknown for row in rows)
    missing = {word("form-paper-ends", "id"): open_} if open_ else {}
    return Basis(len(rows), Sentence(method, values), register.document.file, missing, told, day)
