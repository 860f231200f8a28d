"""The annex of a cooperation agreement as it is written: parties, dishes with price and portion, terms, digests of law."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from sehatmenu.documents import DateField, Model
from sehatmenu.planning.suppliers import CertificateEntry, Fraction, Rupiah
from sehatmenu.quantities.units import InUnit


class Party(Model):
    """An UMKM of the agreement, and the papers that it showed."""

    id: str
    name: str
    scale: str = ""
    papers: tuple[CertificateEntry, ...] = ()


class AgreedDish(Model):
    """A dish that an UMKM is to cook: price per standard portion until a day, and the grams of each group's portion."""

    supplier: str
    dish: str
    name: str
    price: Rupiah
    until: DateField
    portions: dict[str, tuple[Annotated[float, InUnit("g")], ...]] = {}


class AgreedFile(Model):
    """A standard or problem that the plan rests on, with the sha256 of its file when the annex was made."""

    id: str
    sha256: str = Field(pattern=r"[0-9a-f]{64}")


class Terms(Model):
    """What holds for every delivery."""

    tolerance: Fraction
    holding: Annotated[float, InUnit("minute")]
    payment_days: Annotated[float, InUnit("day")]
    windows: dict[str, str] = {}
    returns: str = ""


class AnnexFile(Model):
    """The annex of a cooperation agreement as it is written in YAML (`kesepakatan.yaml`)."""

    title: str
    office: str
    made_on: DateField
    until: DateField
    parties: tuple[Party, ...]
    dishes: tuple[AgreedDish, ...]
    terms: Terms
    menu_sha256: str
    files: tuple[AgreedFile, ...]
