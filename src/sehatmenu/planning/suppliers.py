"""UMKM and their offers: dishes with prices, capacity a day, working days, certificates, fair shares of the orders."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Annotated, Literal, Self

from pydantic import AfterValidator, Field, model_validator

from sehatmenu.documents import DateField, Model, TextField, in_order, load, reject
from sehatmenu.errors import LoadError
from sehatmenu.files import Document, Place
from sehatmenu.findings import Report, problem
from sehatmenu.food.dishes import Recipe
from sehatmenu.quantities.intervals import UNKNOWN, Interval
from sehatmenu.quantities.units import InUnit
from sehatmenu.readings import reading
from sehatmenu.standards.menus import Certificate, Option, Scale
from sehatmenu.standards.sources import Source

WEEKDAYS: Mapping[str, int] = {
    name: number
    for number, names in enumerate(
        (
            ("senin", "monday"),
            ("selasa", "tuesday"),
            ("rabu", "wednesday"),
            ("kamis", "thursday"),
            ("jumat", "friday"),
            ("sabtu", "saturday"),
            ("minggu", "sunday"),
        )
    )
    for name in names
}


def _weekday(name: str) -> str:
    if name.lower() not in WEEKDAYS:
        raise reject("weekday-unknown", text=name)
    return name.lower()


Weekday = Annotated[str, AfterValidator(_weekday)]
"""A day of the week in Indonesian or English, such as `senin`."""

SPREADSHEETS = (".xlsx", ".xlsm", ".csv")

Rupiah = Annotated[float, InUnit("IDR")]
Fraction = Annotated[float, InUnit("fraction")]


class CertificateEntry(Model):
    """A paper of a supplier as written: its type, number, and dates; `expires: null` when none is stated.

    `scope` says whether it covers a product, the kitchen or a person, `covers` which one, `issuer` who gave it.
    """

    type: str
    number: str = ""
    issued: DateField | None = None
    expires: DateField | None = None
    scope: Literal["product", "kitchen", "person"] | None = None
    covers: str = ""
    issuer: str = ""

    @model_validator(mode="after")
    def _ordered(self) -> Self:
        return in_order(self, "issued", "expires")


class Share(Model):
    """The least and the most of the value of all orders that a supplier is to have."""

    min: Fraction | None = None
    max: Fraction | None = None

    @model_validator(mode="after")
    def _ordered(self) -> Self:
        return in_order(self, "min", "max", "range-crossed")


class Offer(Model):
    """A dish that a supplier cooks: price and cost of ingredients per standard portion.

    `from`, `until` and `days` say when it is offered at that price (a season, a market day): the same dish may be
    offered again at another price for other dates. `minimum` is the smallest delivery to one meal of an institution.
    """

    dish: str
    price: Rupiah
    ingredients: Rupiah | None = None
    priced_on: DateField | None = None
    from_: DateField | None = Field(default=None, alias="from")
    until: DateField | None = None
    days: tuple[Weekday, ...] = ()
    minimum: Annotated[float, InUnit("portion")] | None = None

    @model_validator(mode="after")
    def _ordered(self) -> Self:
        return in_order(self, "from_", "until")

    def offered_on(self, day: date) -> bool:
        """Whether the offer stands on a day."""
        in_season = (self.from_ is None or self.from_ <= day) and (self.until is None or day <= self.until)
        return in_season and (not self.days or day.weekday() in {WEEKDAYS[name] for name in self.days})


class Supplier(Model):
    """An UMKM: what it offers, how many portions a day it cooks, on which days, and with which papers.

    `lead_time` is how long before the meal it must be told, `delivery` the minutes from its kitchen to an institution.
    """

    id: str
    name: str
    trade: str = ""
    scale: Scale | None = None
    capacity: Annotated[float, InUnit("portion")] | None = None
    days: tuple[Weekday, ...] = ("senin", "selasa", "rabu", "kamis", "jumat")
    certificates: tuple[CertificateEntry, ...] = ()
    lead_time: Annotated[float, InUnit("day")] | None = None
    delivery: dict[str, Annotated[float, InUnit("minute")]] = {}
    share: Share = Share()
    offers: tuple[Offer, ...] = ()
    note: TextField | None = None

    def works_on(self, day: date) -> bool:
        """Whether the supplier cooks on a day of the week."""
        return day.weekday() in {WEEKDAYS[name] for name in self.days}

    def papers(self) -> tuple[Certificate, ...]:
        """Its certificates as they are judged."""
        return tuple(Certificate(c.type, c.number, c.issued, c.expires) for c in self.certificates)


class SupplierFile(Model):
    """The register of the suppliers of a partnership."""

    title: TextField | None = None
    seen: Literal["primary", "secondary", "example"] | None = None
    note: TextField | None = None
    sources: dict[str, Source] = {}
    suppliers: tuple[Supplier, ...]


@dataclass(frozen=True, slots=True)
class Register:
    """All suppliers by id, and the document they were read from."""

    suppliers: Mapping[str, Supplier]
    document: Document

    def __repr__(self) -> str:
        return f"<Register: {len(self.suppliers)} suppliers, {len(self.offers())} offers>"

    def offers(self) -> tuple[tuple[Supplier, Offer], ...]:
        """Every offer with its supplier, in the order of the file."""
        return tuple((supplier, offer) for supplier in self.suppliers.values() for offer in supplier.offers)


def load_suppliers(source: str | Path | Document, *, within: str | Path | None = None) -> Register:
    """Read the register of suppliers: a YAML file, or a document that was read from elsewhere.

    `within` names a folder that the file must lie in. Raises LoadError with the problems and their places; a spreadsheet
    is for `read_suppliers`.
    """
    if not isinstance(source, Document) and Path(source).suffix.casefold() in SPREADSHEETS:
        raise LoadError(Report((problem("suppliers-sheet", Place(str(source), 1, 1), file=Path(source).name),)))
    with reading(within):
        loaded = load(source, SupplierFile)
    twice = []
    seen: dict[str, Supplier] = {}
    first: dict[str, Place] = {}
    for i, supplier in enumerate(loaded.model.suppliers):
        here = loaded.document.place(("suppliers", i, "id"))
        if supplier.id in seen:
            twice.append(problem("supplier-twice", here, supplier=supplier.id, first=str(first[supplier.id])))
        seen[supplier.id], first[supplier.id] = supplier, first.get(supplier.id, here)
        if supplier.offers and supplier.capacity is None:
            place = loaded.document.place(("suppliers", i))
            twice.append(problem("capacity-missing", place, supplier=supplier.id))
    if twice:
        raise LoadError(Report(tuple(twice)))
    return Register(seen, loaded.document)


def options(register: Register, dishes: Mapping[str, Recipe]) -> tuple[Option, ...]:
    """Every offer as an option: a dish from one supplier.

    Raises LoadError for offers of dishes that have no recipe.
    """
    found, wrong = [], []
    for i, supplier in enumerate(register.suppliers.values()):
        for j, offer in enumerate(supplier.offers):
            if offer.dish not in dishes:
                place = register.document.place(("suppliers", i, "offers", j, "dish"))
                wrong.append(problem("dish-unknown", place, dish=offer.dish, known=sorted(dishes)[:8]))
                continue
            found.append(_option(supplier, offer, dishes[offer.dish]))
    if wrong:
        raise LoadError(Report(tuple(wrong)))
    return tuple(found)


def _option(supplier: Supplier, offer: Offer, recipe: Recipe) -> Option:
    ingredients = Interval.exact(offer.ingredients) if offer.ingredients is not None else UNKNOWN
    tags = frozenset(filter(None, (supplier.scale, supplier.trade)))
    return Option(recipe, supplier.id, tags, Interval.exact(offer.price), ingredients, supplier.papers())
