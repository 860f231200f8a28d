"""Foods of a line as they are put together: clauses give each its amounts, remarks and what may stand in its place."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from functools import lru_cache
from itertools import pairwise

from sehatmenu.food.composition import FoodTable
from sehatmenu.food.foods import Food
from sehatmenu.food.lines.clauses import COUNT, Clause, Joiner, Piece, Quantity, clauses
from sehatmenu.food.lines.names import Hit, Named, inside, is_said, match, named, with_head
from sehatmenu.food.lines.readings import Note
from sehatmenu.food.lines.tokens import Token, opened, tokens, written
from sehatmenu.food.lines.words import kinds, of_kind
from sehatmenu.quantities.amounts import LEFT_OPEN
from sehatmenu.quantities.measure_words import MEASURES, unit_of
from sehatmenu.quantities.units import nearest

_COMPARED = frozenset(
    {"buang", "dibuang", "seperti", "seukuran", "sebesar", "setebal", "spt", "ala", "tanpa", "non", "rasa"}
)
_MADE_OF = ("santan", "air", "sari", "perasan", "kaldu", "jus", "susu")
_NOT_USED = frozenset({"tidak", "gak", "ga", "gk", "tdk", "nggak", "ngga", "enggak", "ndak", "tak", "g"})
_USE = frozenset({"pakai", "pake", "pk", "pke", "pakek", "pkai"})
_MAY = frozenset(
    {"boleh", "blh", "bisa", "bs", "bsa", "jika", "kalau", "kalo", "klo", "kl", "bila", "optional", "opsional"}
)
_EGG_PARTS = {"putih": ("putihnya", "putih"), "kuning": ("kuningnya", "kuning")}
_NO_MEASURE = frozenset({"kepala"})
_ONLY = frozenset({"nya", "saja", "aja", "sj"})


@dataclass(slots=True)
class Draft:
    """One food as it is put together."""

    named: Named
    joiner: Joiner
    amounts: list[Quantity] = field(default_factory=list)
    remarks: list[str] = field(default_factory=list)
    others: list[Food] = field(default_factory=list)
    left_out: bool = False


@dataclass(slots=True)
class Assembly:
    """The foods of a line as its clauses come by; `notes` fill up on the way."""

    foods: FoodTable
    text: str
    drafts: list[Draft] = field(default_factory=list)
    waiting: list[Quantity] = field(default_factory=list)
    notes: list[Note] = field(default_factory=list)
    remarks: list[str] = field(default_factory=list)

    def take(self, line: str) -> None:
        """Read the clauses of a line."""
        for clause in clauses(line, self.foods):
            before = len(self.drafts)
            self._clause(clause)
            for position, text in clause.brackets:
                self._bracket(text, self._owner(clause, position, before))

    # Clauses.

    def _clause(self, clause: Clause) -> None:
        found = [(place, self._foods_of(run, clause, place)) for place, run in _runs(clause.pieces)]
        foods = [(place, one) for place, several in found for one in several]
        if clause.joiner == "or" and self.drafts:
            self._alternative(clause, [one for _, one in foods])
            return
        if not foods:
            self._said(clause)
            return
        first = len(self.drafts)
        for _, one in foods:
            self._begin(one, clause.joiner if len(self.drafts) == first else ",")
        for place, run in _runs(clause.pieces):
            if not any(at == place for at, _ in foods):
                self._tail(run, self.drafts[first if place else -1])
        self._pair(clause, foods, first)

    def _foods_of(self, run: Sequence[Token], clause: Clause, place: int) -> list[Named]:
        """The foods of a run; after a food of the same clause, words that only say something name none."""
        later = any(at < place for at, _ in _runs(clause.pieces))
        before = clause.pieces[place - 1] if place else None
        left_open = isinstance(before, Quantity) and before.amount.kind == "unknown"
        if later and not match(run, 0, self.foods) and (is_said(run[0]) or left_open):
            return []
        return self._with_last(self._named(run, clause), clause, place)

    def _with_last(self, found: list[Named], clause: Clause, place: int) -> list[Named]:
        """`sagu diaduk dengan air` before an amount: the last name is a food of its own, which that amount is of."""
        followed = place + 1 < len(clause.pieces) and isinstance(clause.pieces[0], Quantity)
        if not followed or len(found) != 1 or not found[0].tail:
            return found
        one = found[0]
        hits = inside(one.tail, self.foods, ordinary=True)
        if not hits or hits[-1].end != len(one.tail) or not hits[-1].start or hits[-1].food is one.food:
            return found
        last = hits[-1]
        kept = Named(one.food, one.called, one.tail[: last.start], one.cooked)
        return [kept, Named(last.food, written(one.tail[last.start :]))]

    def _begin(self, one: Named, joiner: Joiner) -> None:
        self.drafts.append(Draft(one, joiner))

    def _named(self, run: Sequence[Token], clause: Clause) -> list[Named]:
        """The foods of a run; a later clause without an amount may only say something of the food before it."""
        if joined := self._elliptic(run, clause):
            return [replace(joined, sharing=not clause.quantities())]
        if not self.drafts or clause.quantities():
            return self._with_known_unit(run, clause)
        if clause.joiner == "or":
            head = tokens(self.drafts[-1].named.called)
            joined = with_head(run, head, self.foods)
            return [joined] if joined else self._unless_said(run)
        if run[0].word in of_kind("heat") or (is_said(run[0]) and not match(run, 0, self.foods)):
            return []
        if clause.joiner == "and" and _throws_away(self.drafts[-1]):
            return []
        if not match(run, 0, self.foods):
            if clause.joiner == "and" and self.drafts[-1].remarks:
                return []
            if clause.joiner == "," and any(q.amount.kind != "unknown" for q in self.drafts[-1].amounts):
                return []
        return named(run, self.foods)

    def _elliptic(self, run: Sequence[Token], clause: Clause) -> Named | None:
        """`merah` after `bawang putih dan`: the head of the name before it is meant again."""
        if not self.drafts or clause.joiner not in ("and", ",", "plus") or match(run, 0, self.foods):
            return None
        if is_said(run[0]):
            return None
        return with_head(run, tokens(self.drafts[-1].named.called), self.foods)

    def _unless_said(self, run: Sequence[Token]) -> list[Named]:
        """What stands after `atau`: a food, unless the words only say something."""
        if is_said(run[0]) or run[0].word in of_kind("heat"):
            return [Named(hit.food, written(run[hit.start : hit.end])) for hit in inside(run, self.foods) if hit.alone]
        return named(run, self.foods)

    def _with_known_unit(self, run: Sequence[Token], clause: Clause) -> list[Named]:
        """The foods of a run after a bare number, where a misspelled measure may stand before the name."""
        counts = [q for q in clause.quantities() if q.amount.unit == COUNT]
        start = _next_name(run, self.foods)
        if counts and start and not match(run, 0, self.foods):
            meant = [word for word in nearest(run[0].word, MEASURES) if word[0] == run[0].word[0]]
            unit = unit_of(meant) if meant and run[0].word not in _NO_MEASURE else None
            if unit is not None or not _names_foods(run[0].word, self.foods):
                self._take_measure(counts[0], run[0], unit.unit if unit else run[0].word, unit is not None)
                return named(run[start:], self.foods)
        return named(run, self.foods)

    def _take_measure(self, count: Quantity, word: Token, unit: str, guessed: bool) -> None:
        """A word between a bare number and a name that is a measure: a misspelled one, or one that nobody knows."""
        text = f"{count.text} {word.text}"
        code = "unit-guessed" if guessed else "unit-strange"
        count.amount = replace(count.amount, unit=unit)
        count.notes = (*count.notes, Note(code, {"text": text, "unit": word.text, "meant": unit}))

    def _pair(self, clause: Clause, foods: Sequence[tuple[int, Named]], first: int) -> None:
        """Each amount goes to the food after it when the clause begins with one, else to the food before it."""
        places = [place for place, _ in foods]
        leading = bool(clause.pieces) and isinstance(clause.pieces[0], Quantity)
        own = self.drafts[first:]
        own[0].amounts += self.waiting
        self.waiting = []
        for place, piece in enumerate(clause.pieces):
            if not isinstance(piece, Quantity):
                continue
            after = [n for n, at in enumerate(places) if at > place]
            before = [n for n, at in enumerate(places) if at < place]
            free = [n for n in before if not own[n].amounts]
            target = after[0] if (leading and after and not free) or not before else (free or before)[-1]
            own[target].amounts.append(piece)
        for draft in own:
            self._tail(draft.named.tail, draft)

    def _said(self, clause: Clause) -> None:
        """A clause without a food: more on the food before it, or an amount that waits for the food after it."""
        if not self.drafts:
            self.waiting += clause.quantities()
            self.remarks += [written(run) for run in clause.runs()]
            return
        last = self.drafts[-1]
        last.amounts += clause.quantities()
        for run in clause.runs():
            self._tail(run, last)

    def _alternative(self, clause: Clause, found: Sequence[Named]) -> None:
        """`atau ...`: another food that may stand in the place of the one before it, or only a remark."""
        main = self.drafts[-1]
        if not found:
            if any(q.amount.kind != "unknown" for q in clause.quantities()):
                main.amounts += clause.quantities()
            main.remarks += [f"atau {written(run)}" for run in clause.runs()] or ["atau secukupnya"]
            return
        for one in found:
            main.others.append(one.food)
            if one.tail:
                main.remarks.append(written(one.tail))
        main.amounts += clause.quantities()
        self._choice(main)

    def _choice(self, draft: Draft) -> None:
        names = [draft.named.called, *(food.name.id for food in draft.others)]
        self.notes = [n for n in self.notes if n.values.get("food") != draft.named.called or n.code != "food-choice"]
        self.notes.append(Note("food-choice", {"text": self.text, "food": names[0], "others": names[1:]}))

    # Words that say something of a food, and the foods named among them.

    def _tail(self, words: Sequence[Token], draft: Draft) -> None:
        if not words:
            return
        draft.remarks.append(written(words))
        said = [token.word for token in words]
        if _left_out(said):
            self._leave_out(draft)
        self._egg_part(said, draft)
        for hit in inside(words, self.foods):
            self._food_in_tail(words, hit, draft)

    def _food_in_tail(self, words: Sequence[Token], hit: Hit, draft: Draft) -> None:
        before = {token.word for token in words[: hit.start]}
        called = written(words[hit.start : hit.end])
        if hit.food is draft.named.food:
            return
        if not hit.alone or before & (of_kind("purpose") | _COMPARED | of_kind("source")):
            self._mention(called)
        elif before & of_kind("added") or not before & (of_kind("instead") | of_kind("optional")):
            self.drafts.append(Draft(Named(hit.food, called), "plus"))
            self.notes.append(Note("foods-in-one-line", {"text": self.text, "food": called}))
        else:
            draft.others.append(hit.food)
            self._choice(draft)

    def _mention(self, called: str) -> None:
        self.notes.append(Note("food-in-remark", {"text": self.text, "food": called}))

    def _leave_out(self, draft: Draft) -> None:
        if not draft.left_out:
            draft.left_out = True
            self.notes.append(Note("food-left-out", {"text": self.text, "food": draft.named.called}))

    def _egg_part(self, said: Sequence[str], draft: Draft) -> None:
        """`2 butir telur (ambil putihnya)` is egg white."""
        if not draft.named.called.casefold().startswith(("tel", "egg")):
            return
        whole = self.foods.find("telur")
        parts = [part for part, words in _EGG_PARTS.items() if _is_part(said, words)]
        both = all(part in self.text.casefold() for part in _EGG_PARTS)
        if draft.named.food is not whole or len(parts) != 1 or both or "tanpa" in said:
            return
        called = f"{parts[0]} telur"
        food = self.foods.find(called)
        if food is not None:
            self.notes.append(Note("line-part", {"text": self.text, "food": called}))
            draft.named = Named(food, called, draft.named.tail)

    # Brackets.

    def _owner(self, clause: Clause, position: int, before: int) -> Draft | None:
        """The food that a bracket stands behind: of its own clause, else the last one."""
        if not self.drafts:
            return None
        runs = [place for place, _ in _runs(clause.pieces) if place < position]
        return self.drafts[min(before + max(len(runs) - 1, 0), len(self.drafts) - 1)]

    def _bracket(self, text: str, draft: Draft | None) -> None:
        line, about = opened(text)
        if about:
            self.notes.append(Note("amount-about", {"text": text}))
        if draft is None:
            self.remarks.append(text)
            return
        draft.remarks.append(text)
        words = tokens(line)
        said = [token.word for token in words]
        if _left_out(said):
            self._leave_out(draft)
            return
        self._egg_part(said, draft)
        if set(said) & of_kind("purpose"):
            for hit in inside(words, self.foods):
                self._mention(written(words[hit.start : hit.end]))
            return
        for clause in clauses(line, self.foods):
            self._in_bracket(clause, draft, said)

    def _in_bracket(self, clause: Clause, draft: Draft, said: Sequence[str]) -> None:
        runs = clause.runs()
        stated = any(q.amount.kind != "unknown" and q.amount.unit != COUNT for q in clause.quantities())
        named_here = [found for run in runs for found in self._foods_in(run, draft, stated)]
        quantities = [q for q in clause.quantities() if q.amount.unit != COUNT or named_here]
        if not named_here:
            self._amount_in_bracket(quantities, draft)
            return
        source = draft.named.called.casefold().startswith(_MADE_OF) or bool(set(said) & (of_kind("source") | _COMPARED))
        for called, food in named_here:
            if source:
                self._mention(called)
            elif set(said) & of_kind("instead"):
                if quantities:
                    draft.amounts = [Quantity(LEFT_OPEN, self.text, (self._several(draft, quantities),))]
                draft.others.append(food)
                self._choice(draft)
            elif quantities or set(said) & of_kind("added"):
                added = Draft(Named(food, called), "plus", list(quantities))
                self.drafts.append(added)
                self.notes.append(Note("foods-in-one-line", {"text": self.text, "food": called}))
                quantities = []
            elif not draft.named.food.listed or self._is_general(called):
                self._mention(called)
            else:
                draft.others.append(food)
                self._choice(draft)

    def _is_general(self, called: str) -> bool:
        """True for a general word or a brand of several foods, which says nothing of what is in the pot."""
        naming = self.foods.naming(called)
        return naming is not None and naming.how == "open"

    def _several(self, draft: Draft, quantities: Sequence[Quantity]) -> Note:
        texts = [quantity.text for quantity in (*draft.amounts, *quantities)]
        return Note("amount-twice", {"text": self.text, "taken": str(LEFT_OPEN), "amounts": texts})

    def _foods_in(self, run: Sequence[Token], draft: Draft, ordinary: bool) -> Iterator[tuple[str, Food]]:
        refined = with_head(run, [*tokens(draft.named.called), *tokens("x")], self.foods) if len(run) == 1 else None
        if refined:
            if refined.food is not draft.named.food:
                yield refined.called, refined.food
            return
        for hit in inside(run, self.foods, ordinary):
            called = written(run[hit.start : hit.end])
            if hit.food is not draft.named.food and hit.alone:
                yield called, hit.food
            elif hit.food is not draft.named.food:
                self._mention(called)

    def _amount_in_bracket(self, quantities: Sequence[Quantity], draft: Draft) -> None:
        cut = {word for remark in draft.remarks[:-1] for word in remark.casefold().split()} & of_kind("cut")
        quantities = [q for q in quantities if not (cut and q.amount.unit == "cm")]
        figures = [q for q in quantities if q.amount.kind != "unknown"]
        draft.amounts += figures if draft.amounts else quantities


def _runs(pieces: Sequence[Piece]) -> Iterator[tuple[int, list[Token]]]:
    return ((place, piece) for place, piece in enumerate(pieces) if isinstance(piece, list))


def _next_name(run: Sequence[Token], foods: FoodTable) -> int:
    """Where a listed name begins after the first word of a run, words between that only say something; 0 for nowhere."""
    start = 1
    while start < len(run) and is_said(run[start]) and not match(run, start, foods):
        start += 1
    return start if start < len(run) and match(run, start, foods) else 0


@lru_cache(maxsize=4)
def _words_of_names(foods: FoodTable) -> frozenset[str]:
    return frozenset(word for name in foods.names for word in name.split())


def _names_foods(word: str, foods: FoodTable) -> bool:
    """True for a word that stands in the name of some food, and so is no measure."""
    return bool(kinds().get(word)) or word in _words_of_names(foods)


def _throws_away(draft: Draft) -> bool:
    """True after `buang kulit`: what is joined to it by `dan` is thrown away too."""
    words = draft.remarks[-1].casefold().split() if draft.remarks else []
    return "buang" in words or "dibuang" in words


def _left_out(said: Sequence[str]) -> bool:
    """True for `saya skip`, `tidak pakai`; `boleh skip` only says that it may be left out."""
    words = set(said)
    if words & _MAY:
        return False
    return "skip" in words or "diskip" in words or bool(words & _NOT_USED and words & _USE)


def _is_part(said: Sequence[str], names: tuple[str, str]) -> bool:
    """True for `putihnya`, `putih saja`; `putih telur` beside it is another food."""
    whole, bare = names
    return whole in said or any(word == bare and after in _ONLY for word, after in pairwise(said))
