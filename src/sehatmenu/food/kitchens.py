"""One kitchen at work: ingredient lines become grams of raw edible food, every problem noted with its place."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import TypeAlias

from sehatmenu.errors import UnitError
from sehatmenu.files import Document, Location, Place
from sehatmenu.findings import Finding, Severity, Verdict, problem
from sehatmenu.food.composition import Food, FoodTable
from sehatmenu.food.cooking import UNTOLD, Method, cooked_mass, method_suggestion, methods, oil_absorbed, yield_factor
from sehatmenu.food.food_choices import one_of
from sehatmenu.food.foods import KITCHEN
from sehatmenu.food.line_weights import Weighed, weigh_openly
from sehatmenu.food.lines.reader import read_line, read_part
from sehatmenu.food.lines.readings import LineReading, Mention, Note, Reading
from sehatmenu.food.measures import Basis, Measures, Scales, Weight
from sehatmenu.food.recipe_files import Line, WrittenBasis
from sehatmenu.quantities.amounts import AS_NEEDED, LEFT_OPEN, Amount, read_amount
from sehatmenu.quantities.intervals import UNKNOWN, Interval

FRYING_FAT = "minyak-goreng"
"""The tag of foods that others are fried in."""

_OIL = "minyak goreng"
_NOT_FRIED = frozenset({"minyak", "bumbu", "gula", "minuman"})
OwnWeighing: TypeAlias = tuple[dict[tuple[str, str], Interval], dict[str, Interval]]


@dataclass(frozen=True, slots=True)
class Prepared:
    """One ingredient of the whole pot: grams as bought and raw edible, and how it is cooked."""

    food: Food
    text: str
    method: Method
    gross: Interval
    edible: Interval
    source: str
    place: Place
    amount: Amount
    called: str
    remark: str = ""
    lists: tuple[str, ...] = ()


_REFUSED_AS = {"food-unlisted": "food-unknown", "unit-unclear": "unit-refused", "number-unread": "number-unreadable"}
_REFUSED_AS |= {"line-without-food": "ingredient-nameless"}
"""What a strict reading calls a note that it refuses, where that has a sentence of its own."""

_SAID_ELSEWHERE = frozenset({"amount-missing"})
"""Notes of which the weight of the line tells too."""


@dataclass(slots=True)
class Kitchen:
    """Reads the lines of one recipe; `problems` and `notes` (info findings) fill up on the way.

    An open `reading` takes what is written and leaves unknown what is not settled; a strict one refuses that.
    """

    foods: FoodTable
    document: Document
    scales: Scales
    basis: WrittenBasis | None
    method: str | None
    reading: Reading = "open"
    problems: list[Finding] = field(default_factory=list)
    notes: list[Finding] = field(default_factory=list)
    baseless: dict[str, Location] = field(default_factory=dict)
    """Foods of which the weight may be as bought or edible, with their places."""

    @classmethod
    def of(
        cls,
        foods: FoodTable,
        document: Document,
        measures: Measures,
        lists: Sequence[str] | None,
        weighed: Mapping[str, str],
        basis: WrittenBasis | None,
        method: str | None,
        reading: Reading = "open",
    ) -> Kitchen:
        """The kitchen of a recipe; without readable `lists` every list is allowed, to find only the other problems."""
        kitchen = cls(foods, document, Scales(measures), basis, method, reading)
        choices = ", ".join(measures.lists)
        for number, name in enumerate(lists or ()):
            if name not in measures.lists:
                kitchen._refuse("measure-list-unknown", ("measures", number), text=name, choices=choices)
        known = measures.lists if lists is None else tuple(name for name in lists if name in measures.lists)
        own, volumes = kitchen._weighed(weighed)
        kitchen.scales = Scales(measures, known, own, volumes, others=reading == "open")
        return kitchen

    def prepare(self, lines: Sequence[Line | None]) -> list[Prepared]:
        """The lines as grams of the whole pot; lines with a problem are left out, the problem noted."""
        prepared = list(self._lines(lines, ("ingredients",)))
        if self.baseless:
            first = next(iter(self.baseless.values()))
            self._note("basis-missing", first, food=", ".join(self.baseless))
        return self._with_frying_oil(prepared)

    def _lines(self, lines: Sequence[Line | None], at: Location) -> Iterator[Prepared]:
        for number, line in enumerate(lines):
            if line is not None:
                yield from self._prepare(line, (*at, number))
                yield from self._lines(line.lines, (*at, number, line.text.removesuffix(":")))

    def cooked(self, prepared: Sequence[Prepared]) -> list[Interval]:
        """What each ingredient weighs when cooked, between physical bounds where no yield is known."""
        listed = any(p.food.per100["water"].amount.low > 99 for p in prepared)
        return [cooked_mass(p.food, p.method, p.edible, listed) for p in prepared]

    def _prepare(self, line: Line, at: Location) -> Iterator[Prepared]:
        read = self._read(line, at)
        method = self._method(line.method or self.method, (*at, "method") if line.method else ("method",))
        if read is None:
            return
        told = self._tell(read.notes, at)
        for mention in read.mentions:
            weighed = self._weight(mention, at) if told else None
            if method is None or weighed is None:
                continue
            yield self._prepared(mention, weighed, line, method, at, alone=len(read.mentions) == 1)

    def _prepared(
        self, mention: Mention, weighed: Weighed, line: Line, method: Method, at: Location, alone: bool
    ) -> Prepared:
        food, weight = one_of((mention.food, *mention.others)), weighed.weight
        amount = replace(mention.amount, unit=weighed.unit)
        self._say(amount, food, mention, line, at)
        basis: Basis = "cooked" if _weighed_cooked(mention, food) else weight.basis
        gross, edible = self._edible(replace(weight, basis=basis), line, food, method, at)
        text = str(line) if alone else _text(mention, amount)
        place = self.document.place(at)
        return Prepared(
            food,
            text,
            method,
            gross,
            edible,
            weight.origin,
            place,
            amount,
            mention.called,
            mention.remark,
            weight.lists,
        )

    def _read(self, line: Line, at: Location) -> LineReading | None:
        if line.food and not line.amount and self.reading == "strict":
            self._refuse("ingredient-incomplete", at, food=line.food)
            return None
        try:
            if line.food:
                return read_part(line.amount, line.food, self.foods)
            return read_line(line.text, self.foods)
        except UnitError as error:
            self._refuse(error.code, (*at, "amount"), **error.values)
            return None

    def _tell(self, notes: Sequence[Note], at: Location) -> bool:
        """Say the notes of a line; False when a strict reading refuses one of them."""
        told = True
        for note in notes:
            if note.settled or self.reading == "open":
                if note.code not in _SAID_ELSEWHERE:
                    self._note(note.code, at, **note.values)
                continue
            told = False
            values = dict(note.values)
            if note.code == "food-unlisted":
                values["suggestion"] = self.foods.suggestion(str(values["text"]))
            key = "food" if note.code.startswith("food") else "amount"
            self._refuse(_REFUSED_AS.get(note.code, note.code), (*at, key), **values)
        return told

    def _weight(self, mention: Mention, at: Location) -> Weighed | None:
        amount, food = mention.amount, one_of((mention.food, *mention.others))
        if self.reading == "open":
            weighed = weigh_openly(self.scales, amount, food, mention.called)
            for note in weighed.notes:
                self._note(note.code, at, **note.values)
            return weighed
        try:
            if mention.counted:
                raise UnitError("unit-missing", text=f"{amount.value} {mention.called}")
            return Weighed(self.scales.weigh(amount, food), amount.unit)
        except UnitError as error:
            self._refuse(error.code, (*at, "amount"), **error.values)
            return None

    def _food(self, name: str, at: Location) -> Food | None:
        food = self.foods.find(name)
        if food is None:
            self._refuse("food-unknown", at, text=name, suggestion=self.foods.suggestion(name))
        return food

    def _method(self, word: str | None, at: Location) -> Method | None:
        if not word and self.reading == "open":
            return self._any_method(at)
        method = methods().get(word.casefold()) if word else None
        found = problem("method-missing", self.document.place(at))
        if word and method is None:
            found = problem("method-unknown", self.document.place(at), text=word, suggestion=method_suggestion(word))
        if method is None and (at != ("method",) or found not in self.problems):
            self.problems.append(found)
        return method

    def _any_method(self, at: Location) -> Method:
        """A recipe that does not say how it is cooked: vitamins and minerals may be kept or lost."""
        note = Finding("method-open", Verdict.unknown, Severity.info, place=self.document.place(at))
        if note not in self.notes:
            self.notes.append(note)
        return methods()[UNTOLD]

    def _edible(
        self, weight: Weight, line: Line, food: Food, method: Method, at: Location
    ) -> tuple[Interval, Interval]:
        """Grams as bought and grams of the raw edible part; between bounds where the edible part is unknown."""
        grams, basis = weight.grams, self._basis(weight.basis, line, food, at)
        match basis:
            case "gross":
                if food.edition not in ("", KITCHEN) and food.edible == Interval(0, 1) and grams.high > 0:
                    self._note("edible-part-unknown", at, food=food.name.id)
                return grams, grams * food.edible
            case "edible":
                return grams / food.edible, grams
            case "cooked":
                raw = self._raw(grams, food, method, at)
                return raw / food.edible, raw
            case _:
                return grams.hull(grams / food.edible), grams.hull(grams * food.edible)

    def _basis(self, basis: Basis, line: Line, food: Food, at: Location) -> Basis:
        if basis != "stated":
            return basis
        stated = line.basis or self.basis
        if stated is None and food.edible != Interval.exact(1) and food.listed:
            self.baseless.setdefault(food.name.id, at)
        return stated or "either"

    def _raw(self, cooked: Interval, food: Food, method: Method, at: Location) -> Interval:
        """Raw grams of a cooked weight: a cooked row of the food table, or a printed yield, else unknown."""
        if food.cooked or not method.heats:
            return cooked
        factor = yield_factor(food, method)
        if factor is None:
            self._note("cooked-weight-unresolved", at, food=food.name.id)
            return UNKNOWN if cooked.high > 0 else cooked
        return cooked / factor

    def _say(self, amount: Amount, food: Food, mention: Mention, line: Line, at: Location) -> None:
        if amount.kind == "unknown" and (food.code, amount.unit) not in self.scales.weighed:
            self._note("amount-unknown", at, text=str(line), food=mention.called)

    def _with_frying_oil(self, prepared: list[Prepared]) -> list[Prepared]:
        """Frying oil `secukupnya` becomes the oil that the fried foods absorb, where a factor is known."""
        fried = [p for p in prepared if p.method.fries and not p.food.cooked and p.food.group not in _NOT_FRIED]
        fats = [p for p in prepared if FRYING_FAT in p.food.tags]
        if not fried:
            return prepared
        if not fats and not self.problems:
            prepared = [*prepared, *self._oil_not_written(fried[0])]
            fats = [p for p in prepared if FRYING_FAT in p.food.tags]
        absorbed = [oil_absorbed(p.food, p.edible) for p in fried]
        known = [oil for oil in absorbed if oil is not None]
        total = sum(known, Interval.exact(0)) if len(known) == len(absorbed) else UNKNOWN
        left_open = [p for p in fats if p.amount.unit == AS_NEEDED and p.edible == UNKNOWN]
        if len(left_open) != 1:
            return prepared
        share = total if len(fats) == 1 else Interval(0, total.high)
        oil = replace(left_open[0], gross=share, edible=share, source="oil uptake")
        return [oil if p is left_open[0] else p for p in prepared]

    def _oil_not_written(self, fried: Prepared) -> list[Prepared]:
        """Oil that must have been there: refused by a strict reading, else of unknown amount, and said."""
        oil = self.foods.find(_OIL)
        values = {"food": fried.food.name.id}
        if self.reading == "strict" or oil is None:
            self._refuse("frying-oil-missing", ("ingredients",), **values)
            return []
        self._note("frying-oil-missing", ("ingredients",), **values)
        return [Prepared(oil, _OIL, fried.method, UNKNOWN, UNKNOWN, "stated", fried.place, LEFT_OPEN, _OIL)]

    def _weighed(self, weighed: Mapping[str, str]) -> OwnWeighing:
        """The kitchen's own weighings: `ikat kangkung: 250 g`, and its spoons: `sdm: 15 ml`."""
        own: dict[tuple[str, str], Interval] = {}
        volumes: dict[str, Interval] = {}
        for key, text in weighed.items():
            at: Location = ("weighed", key)
            try:
                self._weigh(key, read_amount(text), at, own, volumes)
            except UnitError as error:
                self._refuse(error.code, at, **error.values)
        return own, volumes

    def _weigh(
        self,
        key: str,
        amount: Amount,
        at: Location,
        own: dict[tuple[str, str], Interval],
        volumes: dict[str, Interval],
    ) -> None:
        if " " not in key.strip():
            unit = read_amount(f"1 {key}").unit
            if amount.kind != "volume":
                raise UnitError("weighed-volume", text=key)
            volumes[unit] = amount.value
            return
        measured = read_line(key if AS_NEEDED in key.casefold() else f"1 {key}", self.foods).mentions[0]
        food = self._food(measured.called, at) if self.reading == "strict" else measured.food
        if food is None:
            return
        if amount.kind not in ("mass", "volume"):
            raise UnitError("weighed-mass", text=f"{key}: {amount}")
        own[food.code, measured.amount.unit] = Scales(self.scales.measures).weigh(amount, food).grams

    def _refuse(self, code: str, at: Location, **values: object) -> None:
        self.problems.append(problem(code, self.document.place(at), **values))

    def _note(self, code: str, at: Location, **values: object) -> None:
        place = self.document.place(at)
        self.notes.append(Finding(code, Verdict.unknown, Severity.info, place=place, values=values))


def _weighed_cooked(mention: Mention, food: Food) -> bool:
    """True for a weight in grams of a food that the line calls cooked (`200 g bayam rebus`) and the table has raw."""
    return mention.cooked and mention.amount.kind == "mass" and food.group != "bumbu"


def _text(mention: Mention, amount: Amount) -> str:
    """One food of a line that names several."""
    return f"{mention.called} {amount.unit if amount.kind == 'unknown' else amount}"
