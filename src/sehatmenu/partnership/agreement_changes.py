"""What has changed since an annex was made, and what differs between two of them, in words."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date

from sehatmenu.findings import Finding, Severity, Verdict
from sehatmenu.messages import Figure, Word
from sehatmenu.partnership.agreement_files import AgreedDish, AnnexFile, Party
from sehatmenu.partnership.agreements import Annex, agreed_dishes, file_digests, grams_lines, menu_sha256, term_rows
from sehatmenu.partnership.evidence import Sentence
from sehatmenu.partnership.paper_rules import PaperState, paper_title
from sehatmenu.partnership.papers import standing_of
from sehatmenu.planning.plans import Plan


def verify(agreed: Annex, plan: Plan, as_of: date) -> tuple[Finding, ...]:
    """What has changed since an annex was made: the menu, a standard, a price, a portion, a paper; nothing: an empty tuple."""
    file = agreed.file
    found = list(_changed_files(file, file_digests(plan)))
    if menu_sha256(plan) != file.menu_sha256:
        found.append(_told("agreement-menu-changed"))
    if as_of > file.until:
        found.append(_told("agreement-ended", day=file.until))
    now = {(d["supplier"], d["dish"]): d for d in agreed_dishes(plan, file.until)}
    offered = {(s.id, o.dish): o.price for s, o in plan.problem.register.offers() if o.offered_on(as_of)}
    for dish in file.dishes:
        found += _changed_dish(
            dish, now.get((dish.supplier, dish.dish)), offered.get((dish.supplier, dish.dish)), as_of
        )
    for party in file.parties:
        found += _changed_papers(party, plan, as_of)
    return tuple(found)


def annex_diff(before: Annex, after: Annex) -> tuple[Sentence, ...]:
    """What differs between two annexes, in words."""
    return tuple(_differences(before.file, after.file))


def _told(code: str, **values: object) -> Finding:
    return Finding(code, Verdict.fail, Severity.must, values=values)


def _changed_files(file: AnnexFile, now: Mapping[str, str]) -> Iterator[Finding]:
    for agreed in file.files:
        if agreed.id not in now:
            yield _told("agreement-file-gone", name=agreed.id)
        elif now[agreed.id] != agreed.sha256:
            yield _told("agreement-file-changed", name=agreed.id)


def _changed_dish(
    dish: AgreedDish, now: Mapping[str, object] | None, price: float | None, as_of: date
) -> Iterator[Finding]:
    told: dict[str, object] = {"dish": dish.name, "supplier": dish.supplier}
    if price is None:
        yield _told("agreement-dish-gone", **told)
    elif round(price) != round(dish.price):
        figures = {"agreed": Figure.exact(dish.price, "IDR"), "now": Figure.exact(price, "IDR")}
        yield _told("agreement-price-changed", **told, **figures)
    if as_of > dish.until:
        yield _told("agreement-price-ended", **told, day=dish.until)
    if now is not None and now["portions"] != _sizes(dish):
        yield _told("agreement-portion-changed", **told)


def _sizes(dish: AgreedDish) -> dict[str, list[str]]:
    return {group: [f"{grams:g} g" for grams in sizes] for group, sizes in dish.portions.items()}


def _changed_papers(party: Party, plan: Plan, as_of: date) -> Iterator[Finding]:
    supplier = plan.problem.register.suppliers.get(party.id)
    for kind in dict.fromkeys(paper.type for paper in party.papers):
        state = standing_of(supplier, kind, as_of).state if supplier else PaperState.missing
        if state in (PaperState.expired, PaperState.missing):
            yield _told("agreement-paper", supplier=party.name, paper=paper_title(kind), state=Word(state))


def _differences(before: AnnexFile, after: AnnexFile) -> Iterator[Sentence]:
    old, new = ({(d.supplier, d.dish): d for d in file.dishes} for file in (before, after))
    for key in sorted(old.keys() | new.keys()):
        told = {"supplier": key[0], "dish": (new.get(key) or old[key]).name}
        if key not in new:
            yield Sentence("agreement-diff-dropped", told)
        elif key not in old:
            yield Sentence("agreement-diff-added", {**told, "price": Figure.exact(new[key].price, "IDR")})
        else:
            yield from _dish_difference(old[key], new[key], told)
    yield from _term_differences(before, after)


def _dish_difference(old: AgreedDish, new: AgreedDish, told: Mapping[str, object]) -> Iterator[Sentence]:
    if old.price != new.price:
        figures = {"before": Figure.exact(old.price, "IDR"), "after": Figure.exact(new.price, "IDR")}
        yield Sentence("agreement-diff-price", {**told, **figures})
    if old.portions != new.portions:
        grams = {"before": "; ".join(grams_lines(old, "id")) or "–", "after": "; ".join(grams_lines(new, "id")) or "–"}
        yield Sentence("agreement-diff-portion", {**told, **grams})


def _term_differences(before: AnnexFile, after: AnnexFile) -> Iterator[Sentence]:
    for (title, old), (_, new) in zip(term_rows(before), term_rows(after), strict=False):
        if old != new:
            yield Sentence("agreement-diff-term", {"term": title, "before": old, "after": new})
    digests = {agreed.id: agreed.sha256 for agreed in before.files}
    for agreed in after.files:
        if digests.get(agreed.id) != agreed.sha256:
            yield Sentence("agreement-diff-file", {"name": agreed.id})
