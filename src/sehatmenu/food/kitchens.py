"""One kitchen at work: ingredient lines become grams of raw edible food, every problem noted with its place."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import TypeAlias

from sehatmenu.errors import UnitError
from sehatmenu.files import Document, Location, Place
from sehatmenu.findings import Finding, Severity, Verdict, problem
from sehatmenu.food.composition import Food, FoodTable
from sehatmenu.food.cooking import Method, cooked_mass, method_suggestion, methods, oil_absorbed, yield_factor
from sehatmenu.food.measures import Basis, Measures, Scales, Weight
from sehatmenu.food.recipe_files import Line, WrittenBasis
from sehatmenu.quantities.amounts import AS_NEEDED, Amount, IngredientText, read_amount, read_ingredient
from sehatmenu.quantities.intervals import UNKNOWN, Interval

FRYING_FAT = "minyak-goreng"
"""The tag of foods that others are fried in."""

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


@dataclass(slots=True)
class Kitchen:
    """Reads the lines of one recipe; `problems` and `notes` (info findings) fill up on the way."""

    foods: FoodTable
    document: Document
    scales: Scales
    basis: WrittenBasis | None
    method: str | None
    problems: list[Finding] = field(default_factory=list)
    notes: list[Finding] = field(default_factory=list)

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
    ) -> Kitchen:
        """The kitchen of a recipe; without readable `lists` every list is allowed, to find only the other problems."""
        kitchen = cls(foods, document, Scales(measures), basis, method)
        choices = ", ".join(measures.lists)
        for number, name in enumerate(lists or ()):
            if name not in measures.lists:
                kitchen._refuse("measure-list-unknown", ("measures", number), text=name, choices=choices)
        known = measures.lists if lists is None else tuple(name for name in lists if name in measures.lists)
        own, volumes = kitchen._weighed(weighed)
        kitchen.scales = Scales(measures, known, own, volumes)
        return kitchen

    def prepare(self, lines: Sequence[Line | None]) -> list[Prepared]:
        """The lines as grams of the whole pot; lines with a problem are left out, the problem noted."""
        prepared = [self._prepare(line, ("ingredients", n)) for n, line in enumerate(lines) if line is not None]
        return self._with_frying_oil([line for line in prepared if line is not None])

    def cooked(self, prepared: Sequence[Prepared]) -> list[Interval]:
        """What each ingredient weighs when cooked, between physical bounds where no yield is known."""
        listed = any(p.food.per100["water"].amount.low > 99 for p in prepared)
        return [cooked_mass(p.food, p.method, p.edible, listed) for p in prepared]

    def _prepare(self, line: Line, at: Location) -> Prepared | None:
        read = self._read(line, at)
        method = self._method(line.method or self.method, (*at, "method") if line.method else ("method",))
        food = self._food(read.food if read else line.food, (*at, "food")) if read or line.food else None
        weight = self._weight(read.amount, food, at) if read and food else None
        if read is None or food is None or method is None or weight is None:
            return None
        self._say(read.amount, food, line, at)
        gross, edible = self._edible(weight, line, food, method, at)
        return Prepared(food, str(line), method, gross, edible, weight.source, self.document.place(at), read.amount)

    def _read(self, line: Line, at: Location) -> IngredientText | None:
        try:
            return IngredientText(read_amount(line.amount), line.food) if line.food else read_ingredient(line.text)
        except UnitError as error:
            self._refuse(error.code, (*at, "amount"), **error.values)
            return None

    def _weight(self, amount: Amount, food: Food, at: Location) -> Weight | None:
        try:
            return self.scales.weigh(amount, food)
        except UnitError as error:
            self._refuse(error.code, (*at, "amount"), **error.values)
            return None

    def _food(self, name: str, at: Location) -> Food | None:
        food = self.foods.find(name)
        if food is None:
            self._refuse("food-unknown", at, text=name, suggestion=self.foods.suggestion(name))
        return food

    def _method(self, word: str | None, at: Location) -> Method | None:
        method = methods().get(word.casefold()) if word else None
        found = problem("method-missing", self.document.place(at))
        if word and method is None:
            found = problem("method-unknown", self.document.place(at), text=word, suggestion=method_suggestion(word))
        if method is None and (at != ("method",) or found not in self.problems):
            self.problems.append(found)
        return method

    def _edible(
        self, weight: Weight, line: Line, food: Food, method: Method, at: Location
    ) -> tuple[Interval, Interval]:
        """Grams as bought and grams of the raw edible part; between bounds where the edible part is unknown."""
        grams, basis = weight.grams, self._basis(weight.basis, line, food, at)
        match basis:
            case "gross":
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
        if stated is None and food.edible != Interval.exact(1):
            self._note("basis-missing", at, food=food.name.id)
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

    def _say(self, amount: Amount, food: Food, line: Line, at: Location) -> None:
        if amount.kind == "unknown" and (food.code, amount.unit) not in self.scales.weighed:
            self._note("amount-unknown", at, text=str(line), food=food.name.id)
        for code in amount.notes:
            self._note(code, at, text=str(line), value=str(amount))

    def _with_frying_oil(self, prepared: list[Prepared]) -> list[Prepared]:
        """Frying oil `secukupnya` becomes the oil that the fried foods absorb, where a factor is known."""
        fried = [p for p in prepared if p.method.fries and not p.food.cooked and p.food.group not in _NOT_FRIED]
        fats = [p for p in prepared if FRYING_FAT in p.food.tags]
        if not fried:
            return prepared
        if not fats and not self.problems:
            self._refuse("frying-oil-missing", ("ingredients",), food=fried[0].food.name.id)
        absorbed = [oil_absorbed(p.food, p.edible) for p in fried]
        known = [oil for oil in absorbed if oil is not None]
        total = sum(known, Interval.exact(0)) if len(known) == len(absorbed) else UNKNOWN
        left_open = [p for p in fats if p.amount.unit == AS_NEEDED and p.edible == UNKNOWN]
        if len(left_open) != 1:
            return prepared
        share = total if len(fats) == 1 else Interval(0, total.high)
        oil = replace(left_open[0], gross=share, edible=share, source="oil uptake")
        return [oil if p is left_open[0] else p for p in prepared]

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
        measured = read_ingredient(key if AS_NEEDED in key.casefold() else f"1 {key}")
        food = self._food(measured.food, at)
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
