"""Words that rules of a problem may use: foods, allergens, tags, methods, papers; a word that nothing knows is refused."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

from pydantic import BaseModel

from sehatmenu.errors import LoadError
from sehatmenu.files import Document, Location, packaged_standards
from sehatmenu.findings import Finding
from sehatmenu.food.composition import FoodTable
from sehatmenu.food.cooking import methods
from sehatmenu.food.dishes import Recipe
from sehatmenu.planning.problem_names import COURSES, unknown_names
from sehatmenu.planning.suppliers import Register
from sehatmenu.standards.references import packaged_ids
from sehatmenu.standards.rules import RequireRule, RuleBase
from sehatmenu.standards.selectors import Selector
from sehatmenu.standards.standards import Standard, load_standard

if TYPE_CHECKING:
    from sehatmenu.planning.demand import ProblemFile

PAPERS = ("slhs", "halal", "pirt", "spp-irt", "bpom", "sni", "haccp", "nib")
"""Papers of Indonesian food businesses that a rule may ask for although no UMKM of the register holds one."""

CLOSED = ("food", "allergen", "course", "method", "certificate")
"""What a selector may ask for that does not depend on the dishes of one problem."""

Words = Mapping[str, Collection[str]]


def vocabulary(dishes: Mapping[str, Recipe], foods: FoodTable, register: Register | None) -> dict[str, set[str]]:
    """Every word by the key of a selector under which something in the problem, or the food table, knows it."""
    own = dishes.values()
    components = {name for dish in own for name in dish.credits or ()}
    tags = {tag for food in foods for tag in food.tags}
    suppliers = register.suppliers.values() if register else ()
    return {
        "food": {spelling for food in foods for spelling in (food.code, *food.spellings)},
        "allergen": {word for food in foods for word in food.allergens} | {w for d in own for w in d.allergens},
        "tag": tags | {tag for dish in own for tag in dish.tags},
        "group": {food.group for food in foods} | tags | {tag.removeprefix("tkpi-") for tag in tags} | components,
        "method": {method.id for method in methods().values()},
        "course": set(COURSES),
        "name": {*dishes, *(dish.name for dish in own)},
        "certificate": {*PAPERS, *(paper.type for s in suppliers for paper in s.certificates)},
    }


def words_in_vain(file: ProblemFile, document: Document, known: Words) -> Iterator[Finding]:
    """Words of the problem's rules and choices that neither the problem, nor the food table, nor a packaged standard knows.

    A rule that forbids such a word would forbid nothing.
    """
    for n, rule in enumerate(file.rules):
        yield from _in_rule(rule, ("rules", n), document, known)
    for n, choice in enumerate(file.choices):
        yield from _in_selector(choice.of, ("choices", n, "of"), document, known)


def words_of_law_in_vain(standards: Iterable[Standard], known: Words) -> Iterator[Finding]:
    """The same for standards of the user's own; of these the tags may be those of other kitchens' dishes."""
    closed = {key: known[key] for key in CLOSED}
    for standard in {id(standard): standard for standard in standards}.values():
        for rule in standard.rules:
            document, at = standard.places[rule.id]
            if not Path(document.file).is_relative_to(packaged_standards()):
                yield from _in_rule(rule, at, document, closed)


def _in_rule(rule: RuleBase, at: Location, document: Document, known: Words) -> Iterator[Finding]:
    for here, selector in selectors(rule, at):
        yield from _in_selector(selector, here, document, known)
    for part, here in _papers(rule, at):
        yield from _unknown("certificate", (part.certificate or "",), here, document, known)


def _in_selector(selector: Selector, at: Location, document: Document, known: Words) -> Iterator[Finding]:
    for key in (key for key in Selector.model_fields if key in known):
        yield from _unknown(key, selector.names(key), (*at, key), document, known)


def _unknown(key: str, names: tuple[str, ...], at: Location, document: Document, known: Words) -> Iterator[Finding]:
    if not set(names) <= set(known[key]):
        there = sorted({*known[key], *lawful_words().get(key, ())})
        yield from unknown_names(key, names, there, at, document)


def selectors(model: BaseModel, at: Location) -> Iterator[tuple[Location, Selector]]:
    """Every selector of a rule, also within conditions, with the way to it."""
    for name, info in type(model).model_fields.items():
        value, here = getattr(model, name), (*at, info.alias or name)
        if isinstance(value, Selector):
            yield here, value
        elif isinstance(value, BaseModel):
            yield from selectors(value, here)


def _papers(rule: RuleBase, at: Location) -> Iterator[tuple[RequireRule, Location]]:
    for part, side in zip(rule.parts(), ("if", "then"), strict=False):
        if isinstance(part, RequireRule) and part.certificate:
            yield part, (*at, "certificate") if part is rule else (*at, side, "certificate")


@lru_cache(maxsize=1)
def lawful_words() -> Mapping[str, frozenset[str]]:
    """The tags, groups and papers that the packaged standards speak of."""
    found: dict[str, set[str]] = {"tag": set(), "group": set(), "certificate": set()}
    for name in packaged_ids():
        try:
            standard = load_standard(name)
        except LoadError:
            continue  # a table of reference intakes
        for rule in standard.rules:
            for _, selector in selectors(rule, ()):
                found["tag"].update(selector.names("tag"))
                found["group"].update(selector.names("group"))
            found["certificate"].update(part.certificate or "" for part, _ in _papers(rule, ()))
    return {key: frozenset(words - {""}) for key, words in found.items()}
