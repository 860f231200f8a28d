"""Routine monitoring: every file of a district held against law, prices, papers and agreements of a day; what changed since."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any, Literal

from sehatmenu.documents import DateField, Model, load, open_document
from sehatmenu.errors import LoadError, refusal
from sehatmenu.files import Document, to_yaml
from sehatmenu.findings import Finding, Verdict, overall
from sehatmenu.food.composition import load_foods
from sehatmenu.food.recipes import load_recipe
from sehatmenu.messages import Word, render
from sehatmenu.partnership.agreement_changes import verify
from sehatmenu.partnership.agreements import load_annex, menu_sha256
from sehatmenu.partnership.evidence import Basis, Sentence, form_of, reporting
from sehatmenu.partnership.paper_rules import PaperState, paper_title
from sehatmenu.partnership.papers import papers_on
from sehatmenu.planning.demand import load_problem
from sehatmenu.planning.plans import Plan
from sehatmenu.planning.saved_plans import load_plan
from sehatmenu.planning.suppliers import Register, load_suppliers
from sehatmenu.standards.checks import run_cases
from sehatmenu.standards.standards import load_standard
from sehatmenu.whole_files import write_text
from sehatmenu.worksheets.forms import Form

Kind = Literal["recipe", "problem", "plan", "register", "agreement", "standard"]

MARKS: Mapping[Kind, frozenset[str]] = {
    "plan": frozenset({"problem", "servings"}),
    "agreement": frozenset({"parties", "menu_sha256"}),
    "problem": frozenset({"institutions", "calendar"}),
    "register": frozenset({"suppliers"}),
    "standard": frozenset({"rules", "sources", "groups"}),
    "recipe": frozenset({"ingredients"}),
}
"""The keys that tell what a YAML file is; the first kind that fits."""

PRICE_DAYS = 90
"""Days after which a price counts as old: own convention."""

MAX_FILES = 5_000


class Item(Model):
    """One file of a district on a day: what it is, its verdict, and every code that speaks against it with its sentences."""

    file: str
    kind: Kind
    verdict: Verdict
    told: dict[str, str] = {}


class Monitored(Model):
    """The state of a district on a day, as it is saved for the next month."""

    as_of: DateField
    items: tuple[Item, ...]


@dataclass(frozen=True, slots=True)
class Recheck:
    """Every file of a district held against the law, prices, papers and agreements of a day."""

    state: Monitored
    basis: Basis

    @property
    def items(self) -> tuple[Item, ...]:
        """One item for each file, in the order of their names."""
        return self.state.items

    @property
    def verdict(self) -> Verdict:
        """One file that does not hold fails the district."""
        return overall([item.verdict for item in self.items])

    def save(self, path: str | Path) -> None:
        """Write the state as YAML, for the difference of the next month."""
        write_text(path, to_yaml(self.state.model_dump(mode="json")))

    def forms(self, lang: str = "id") -> tuple[Form, ...]:
        """Every file with its verdict and what speaks against it."""
        columns = (("file", "text"), ("kind", "text"), ("verdict", "text"), ("reasons", "text"))
        rows = [(i.file, Word(f"kind-{i.kind}"), i.verdict, "; ".join(i.told.values()) or None) for i in self.items]
        return (form_of("recheck", columns, rows, self.basis, lang),)


@dataclass(frozen=True, slots=True)
class Difference:
    """What a month changed: what no longer holds, what holds again, what is new and what is gone."""

    before: date
    after: date
    broken: tuple[tuple[str, str], ...]
    mended: tuple[tuple[str, str], ...]
    new: tuple[str, ...]
    gone: tuple[str, ...]

    def forms(self, lang: str = "id") -> tuple[Form, ...]:
        """The difference as a form."""
        rows: list[tuple[object, ...]] = [(Sentence("recheck-broken"), file, said) for file, said in self.broken]
        rows += [(Sentence("recheck-mended"), file, said) for file, said in self.mended]
        rows += [(Sentence("recheck-new"), file, None) for file in self.new]
        rows += [(Sentence("recheck-gone"), file, None) for file in self.gone]
        method = Sentence("recheck-difference-method", {"before": self.before, "after": self.after})
        columns = (("what", "text"), ("file", "text"), ("reasons", "text"))
        return (form_of("recheck-difference", columns, rows, Basis(len(rows), method, "–", as_of=self.after), lang),)


def recheck(folder: str | Path, as_of: date, *, price_days: int = PRICE_DAYS, lang: str = "id") -> Recheck:
    """Hold every YAML file below a folder against a day: recipes, problems, plans, registers, agreements, standards.

    A file that cannot be read does not hold; files of other kinds are left out and counted. Sentences are kept in the
    language asked for, since the state is saved. Raises LoadError for a folder that is not there or holds too many files.
    """
    root = Path(folder)
    paths = sorted(path for path in root.rglob("*.yaml") if path.is_file())
    if not root.is_dir():
        raise refusal("folder-missing", folder=root)
    if len(paths) > MAX_FILES:
        raise refusal("recheck-too-many", folder=root, n=len(paths), limit=MAX_FILES)
    checker = _Checker(root, as_of, price_days, lang)
    items = tuple(item for path in paths for item in checker.item(path))
    reported = reporting(checker.priced, checker.cooks) if checker.cooks else None
    notes = (Sentence("recheck-others", {"n": len(paths) - len(items)}),) if len(paths) > len(items) else ()
    basis = Basis(len(items), Sentence("recheck-method", {"days": price_days}), str(folder), {}, reported, as_of, notes)
    return Recheck(Monitored(as_of=as_of, items=items), basis)


def load_monitored(path: str | Path) -> Monitored:
    """Read a saved state; raises LoadError with every problem and its place."""
    return load(path, Monitored).model


def difference(before: Monitored, after: Monitored) -> Difference:
    """What changed between two states of a district."""
    old, new = ({item.file: item for item in state.items} for state in (before, after))
    both = sorted(old.keys() & new.keys())
    broken = [(f, said) for f in both for code, said in new[f].told.items() if code not in old[f].told]
    mended = [(f, said) for f in both for code, said in old[f].told.items() if code not in new[f].told]
    fresh, gone = tuple(sorted(new.keys() - old.keys())), tuple(sorted(old.keys() - new.keys()))
    return Difference(before.as_of, after.as_of, tuple(broken), tuple(mended), fresh, gone)


class _Checker:
    """Holds files against one day; remembers the plans for the agreements, and which UMKM dates its prices."""

    def __init__(self, root: Path, as_of: date, price_days: int, lang: str) -> None:
        self._root, self._as_of, self._days, self._lang = root, as_of, price_days, lang
        self._foods = load_foods()
        self._found: dict[str, Plan] | None = None
        self.cooks: list[str] = []
        self.priced: list[str] = []

    def item(self, path: Path) -> Iterator[Item]:
        """The item of a file; nothing for one that is of no kind known."""
        name = path.relative_to(self._root).as_posix()
        try:
            document = open_document(path)
        except LoadError as error:
            yield Item(file=name, kind="recipe", verdict=Verdict.fail, told=self._told(error.report))
            return
        kind = kind_of(document)
        if kind is None:
            return
        check: Mapping[Kind, Callable[[Path], Iterable[Finding]]] = {
            "recipe": self._recipe,
            "problem": self._problem,
            "plan": self._plan,
            "register": self._register,
            "agreement": self._agreement,
            "standard": self._standard,
        }
        try:
            found = list(check[kind](path))
        except LoadError as error:
            found = list(error.report)
        verdict = overall([finding.verdict for finding in found]) if found else Verdict.pass_
        yield Item(file=name, kind=kind, verdict=verdict, told=self._told(found))

    def _told(self, found: Iterable[Finding]) -> dict[str, str]:
        """What speaks against a file, each by a key that stays the same from month to month."""
        told: dict[str, str] = {}
        for f in found:
            if f.verdict in (Verdict.fail, Verdict.unknown):
                said = f.text(self._lang)
                key = f"{f.code} {f.subject} {f.values.get('rule_id', '') or f.values.get('dish', '')}".strip()
                told.setdefault(key, said)
        return told

    def _recipe(self, path: Path) -> Iterator[Finding]:
        load_recipe(path, self._foods)
        return iter(())

    def _problem(self, path: Path) -> Iterator[Finding]:
        problem = load_problem(path)
        for standard in problem.standards.values():
            standard.check_date(self._as_of)
        return iter(())

    def _standard(self, path: Path) -> Iterator[Finding]:
        standard = load_standard(path)
        standard.check_date(self._as_of)
        yield from run_cases(standard)

    def _plan(self, path: Path) -> Iterator[Finding]:
        plan = load_plan(path)
        yield from (f for f in plan.report if f.verdict in (Verdict.fail, Verdict.unknown) and f.severity == "must")

    def _register(self, path: Path) -> Iterator[Finding]:
        register = load_suppliers(path)
        self._count(register)
        for row in papers_on(register, self._as_of).rows:
            if row.state in (PaperState.expired, PaperState.unknown):
                verdict = Verdict.fail if row.state is PaperState.expired else Verdict.unknown
                values = {"supplier": row.supplier, "paper": paper_title(row.kind), "state": Word(row.state)}
                yield Finding(
                    "agreement-paper", verdict, subject=f"{row.supplier} {row.kind} {row.number}", values=values
                )
        for supplier, offer in register.offers():
            dated = offer.priced_on
            if dated is not None and (self._as_of - dated).days > self._days:
                values = {
                    "supplier": supplier.name,
                    "dish": offer.dish,
                    "day": dated,
                    "days": (self._as_of - dated).days,
                }
                yield Finding("recheck-price-old", Verdict.unknown, subject=supplier.id, values=values)

    def _count(self, register: Register) -> None:
        for supplier in register.suppliers.values():
            if supplier.offers:
                self.cooks.append(supplier.name)
                if all(offer.priced_on is not None for offer in supplier.offers):
                    self.priced.append(supplier.name)

    def _agreement(self, path: Path) -> Iterator[Finding]:
        agreed = load_annex(path)
        plans = self._plans()
        same = plans.get(agreed.file.menu_sha256) or next(
            (plan for plan in plans.values() if plan.problem.title.id == agreed.file.title), None
        )
        if same is None:
            return iter([Finding("recheck-no-plan", Verdict.unknown, values={})])
        return iter(verify(agreed, same, self._as_of))

    def _plans(self) -> dict[str, Plan]:
        """Every plan below the folder that can be read, by the digest of its menu."""
        if self._found is None:
            self._found = {}
            for path in sorted(self._root.rglob("*.yaml")):
                try:
                    if kind_of(open_document(path)) == "plan":
                        plan = load_plan(path)
                        self._found[menu_sha256(plan)] = plan
                except LoadError:
                    continue
        return self._found


def kind_of(document: Document) -> Kind | None:
    """What a YAML file is, by its keys; None for anything else."""
    data: Any = document.data
    keys = set(data) if isinstance(data, dict) else set()
    return next((kind for kind, marks in MARKS.items() if marks <= keys), None)


def headline(found: Recheck, lang: str = "id") -> str:
    """How many files hold, do not hold, and cannot be judged, in one sentence."""
    count = {verdict: sum(item.verdict is verdict for item in found.items) for verdict in Verdict}
    values = {
        "n": len(found.items),
        "fail": count[Verdict.fail],
        "unknown": count[Verdict.unknown],
        "day": found.state.as_of,
    }
    return render("recheck-headline", values, lang)
