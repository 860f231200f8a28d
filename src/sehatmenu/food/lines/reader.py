"""The reader of ingredient lines: what a cook wrote becomes foods with amounts, and nothing of it is lost."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from functools import reduce

from sehatmenu.errors import UnitError
from sehatmenu.food.composition import FoodTable
from sehatmenu.food.lines.clauses import COUNT, halved, leading
from sehatmenu.food.lines.drafts import Assembly, Draft
from sehatmenu.food.lines.headings import aside, heading
from sehatmenu.food.lines.names import Named
from sehatmenu.food.lines.readings import LineReading, Mention, Note
from sehatmenu.food.lines.tokens import opened
from sehatmenu.food.lines.words import kinds
from sehatmenu.quantities.amounts import LEFT_OPEN, Amount
from sehatmenu.quantities.intervals import Interval
from sehatmenu.quantities.numbers import clean

_RUPIAH = re.compile(
    r"(?:\brp\b\.?\s*|\brp(?=\.?[0-9])\.?)[0-9.,]*(?:\s*(?:rb|ribu|ribuan|k)\b)?|[0-9.,]+\s*(?:rupiah|idr)\b"
    r"|[0-9.,/]+\s*(?:rb|rbu|ribu|rebu|rban)(?:an)?\b|\b[0-9]+k\b",
    re.IGNORECASE,
)
_BRACKETS = re.compile(r"[()\[\]{}]")
_PACKS = frozenset(
    {"bungkus", "sachet", "pak", "plastik", "kotak", "kaleng", "botol", "papan", "blok", "keping", "kubus", "porsi"}
)


def read_line(text: str, foods: FoodTable) -> LineReading:
    """Read an ingredient line as it is written: foods with amounts and remarks, a heading, or what nobody eats.

    Every listed food and every number of the line ends in a mention, in its remark or in a note. What the line leaves
    open stays open: a missing amount is unknown, a food that no table lists is accepted as itself. Raises UnitError for
    a line that names nothing.

    >>> from sehatmenu.food.composition import load_foods
    >>> reading = read_line("5 siung bawang putih, cincang halus", load_foods())
    >>> [(m.called, str(m.amount), m.remark) for m in reading.mentions]
    [('bawang putih', '5 siung', 'cincang halus')]
    """
    cleaned = clean(text)
    line, about = opened(cleaned)
    notes = [Note("amount-about", {"text": cleaned})] if about else []
    if paid := _RUPIAH.search(line):
        notes.append(Note("amount-rupiah", {"text": cleaned}))
        line = f"{line[: paid.start()]} {line[paid.end() :]}".strip()
    if nobody := aside(line, foods):
        return LineReading("aside", notes=(Note("line-aside", {"text": cleaned, "food": nobody}),), remark=cleaned)
    if whole := _whole_name(line, cleaned, foods):
        mentions = _mentions(whole)
        return LineReading("foods", mentions, (*notes, *whole.notes))
    title, rest = heading(line, foods)
    if title and not rest:
        return LineReading("heading", title=title, notes=tuple(notes))
    assembly = Assembly(foods, cleaned)
    assembly.take(rest)
    if not assembly.drafts and any(mark in rest for mark in "(["):
        assembly = Assembly(foods, cleaned)
        assembly.take(_BRACKETS.sub(" ", rest))
    if not assembly.drafts:
        return _nameless(assembly, notes)
    mentions = _mentions(assembly)
    return LineReading("foods", mentions, (*notes, *assembly.notes), title)


def _nameless(assembly: Assembly, notes: Sequence[Note]) -> LineReading:
    """A line without a food: a remark of the cook, or an amount of nothing, which is refused."""
    figures = [quantity for quantity in assembly.waiting if any(letter.isdigit() for letter in quantity.text)]
    if figures:
        bare = any(quantity.amount.unit == COUNT or quantity.amount.kind == "unknown" for quantity in figures)
        raise UnitError("unit-missing" if bare else "ingredient-nameless", text=assembly.text)
    note = Note("line-without-food", {"text": assembly.text})
    return LineReading("aside", notes=(*notes, note), remark=assembly.text)


def _whole_name(line: str, text: str, foods: FoodTable) -> Assembly | None:
    """An amount and after it nothing but a name or code of the table, commas and all."""
    found = leading(line)
    if found is None or found[1].casefold() not in foods.names or _step_after_name(found[1], foods):
        return None
    quantity, called = found
    whole = Assembly(foods, text)
    whole.drafts = [Draft(Named(foods.names[called.casefold()], called), "", [quantity])]
    return whole


def _step_after_name(name: str, foods: FoodTable) -> bool:
    """True for `daun singkong, rebus`: in a recipe a food and a step, though a table calls the cooked food so."""
    first, comma, rest = name.casefold().partition(", ")
    return bool(comma) and first in foods.names and all(kinds().get(word) for word in rest.replace(",", " ").split())


def read_part(amount: str, food: str, foods: FoodTable) -> LineReading:
    """Read an amount and a food that stand apart, as in a spreadsheet; the full name of a table stays one name.

    Raises UnitError for an amount below zero, or a line that names nothing.
    """
    if re.match(r"[-−–]\s*[0-9]", amount.strip()):
        raise UnitError("number-negative", text=amount)
    listed = foods.find(food)
    if listed is None:
        return read_line(f"{amount} {food}", foods)
    text = clean(f"{amount} {food}")
    line, about = opened(clean(amount)) if amount.strip() else ("", False)
    assembly = Assembly(foods, text)
    assembly.take(line)
    assembly.remarks += [draft.named.called for draft in assembly.drafts]
    assembly.waiting += [quantity for draft in assembly.drafts for quantity in draft.amounts]
    assembly.drafts = [Draft(Named(listed, food), "")]
    notes = [Note("amount-about", {"text": text})] if about else []
    return LineReading("foods", _mentions(assembly), (*notes, *assembly.notes))


def _mentions(assembly: Assembly) -> tuple[Mention, ...]:
    drafts = assembly.drafts
    if assembly.waiting:
        drafts[0].amounts += assembly.waiting
    if assembly.remarks:
        drafts[0].remarks += assembly.remarks
    for draft in drafts:
        assembly.notes += [note for quantity in draft.amounts for note in quantity.notes]
    shared = _shared(drafts, assembly)
    return tuple(_mention(draft, shared[n], assembly) for n, draft in enumerate(drafts))


def _shared(drafts: Sequence[Draft], assembly: Assembly) -> list[Amount | None]:
    """What foods without an amount of their own take from the others: `garam, gula secukupnya`; else nothing."""
    found: list[Amount | None] = []
    for n, draft in enumerate(drafts):
        others = [*drafts[n + 1 :], *reversed(drafts[:n])]
        stated = next((d.amounts[-1].amount for d in others if d.amounts), None)
        open_ = stated is not None and stated.kind == "unknown"
        found.append(LEFT_OPEN if not draft.amounts and open_ else None)
    return found


def _mention(draft: Draft, shared: Amount | None, assembly: Assembly) -> Mention:
    amount = _amount(draft, assembly) or shared or _of_both(draft, assembly)
    called = draft.named.called
    if amount is None:
        assembly.notes.append(Note("amount-missing", {"text": called, "line": assembly.text}))
        amount = LEFT_OPEN
    elif _divided(draft, assembly.drafts):
        assembly.notes.append(Note("amount-of-several", {"text": assembly.text, "food": called}))
        amount = halved(amount)
    if draft.left_out:
        amount = halved(amount)
    if naming := assembly.foods.naming(called):
        assembly.notes.append(Note(naming.code, naming.values))
    if not draft.named.food.listed:
        assembly.notes.append(Note("food-unlisted", {"text": called, "line": assembly.text}))
    if draft.named.cooked:
        assembly.notes.append(Note("food-cooked", {"text": assembly.text, "food": called}))
    return Mention(
        food=draft.named.food,
        called=called,
        amount=amount,
        remark="; ".join(dict.fromkeys(remark for remark in draft.remarks if remark)),
        others=tuple(draft.others),
        counted=amount.unit == COUNT,
        cooked=draft.named.cooked,
        left_out=draft.left_out,
    )


def _of_both(draft: Draft, assembly: Assembly) -> Amount | None:
    """For the second of `7 buah cabe merah dan hijau`: at most the figure of the first."""
    at = next(n for n, other in enumerate(assembly.drafts) if other is draft)
    before = assembly.drafts[at - 1] if at and draft.named.sharing else None
    return halved(before.amounts[0].amount) if before and before.amounts else None


def _divided(draft: Draft, drafts: Sequence[Draft]) -> bool:
    """True when one figure stands for this food and one joined to it by `dan` without an amount of its own."""
    if not draft.amounts or draft.amounts[0].amount.kind == "unknown":
        return False
    at = next(n for n, other in enumerate(drafts) if other is draft)
    after = drafts[at + 1] if at + 1 < len(drafts) else None
    before = drafts[at - 1] if at else None
    if after is not None and after.joiner == "and" and not after.amounts:
        return True
    return before is not None and draft.joiner == "and" and not before.amounts


def _amount(draft: Draft, assembly: Assembly) -> Amount | None:
    """The one amount of a food of which several may be written: weight before volume before measures."""
    amounts = [quantity.amount for quantity in draft.amounts]
    figures = [amount for amount in amounts if amount.kind != "unknown"]
    if len(figures) < 2:
        return figures[0] if figures else amounts[0] if amounts else None
    texts = [quantity.text for quantity in draft.amounts]
    if draft.others:
        if len({amount.unit for amount in figures}) == 1:
            return replace(figures[0], value=reduce(Interval.hull, (amount.value for amount in figures)))
        assembly.notes.append(Note("amount-twice", {"text": assembly.text, "taken": str(LEFT_OPEN), "amounts": texts}))
        return LEFT_OPEN
    for kind in ("mass", "volume"):
        of_kind = [amount for amount in figures if amount.kind == kind]
        if of_kind:
            chosen = reduce(_hull, of_kind)
            packs = [a for a in figures if a.kind == "measure" and a.unit.split()[0] in _PACKS and a.value.high > 1]
            if packs and draft.amounts[0].amount is packs[0] and not _bracketed(draft, texts):
                chosen = replace(chosen, value=chosen.value.hull(chosen.value * packs[0].value))
            assembly.notes.append(Note("amount-twice", {"text": assembly.text, "taken": str(chosen), "amounts": texts}))
            return chosen
    pieces = [amount for amount in figures if amount.unit.split()[0] not in _PACKS]
    chosen = (pieces or figures)[0]
    assembly.notes.append(Note("amount-twice", {"text": assembly.text, "taken": str(chosen), "amounts": texts}))
    return chosen


def _bracketed(draft: Draft, texts: Sequence[str]) -> bool:
    return any(texts[-1] in remark for remark in draft.remarks)


def _hull(first: Amount, second: Amount) -> Amount:
    return replace(first, value=first.value.hull(second.value), notes=(*first.notes, *second.notes))
