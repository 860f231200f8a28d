"""Small registers written as YAML, for the tests of the partnership."""

from __future__ import annotations

from sehatmenu.files import parse_yaml
from sehatmenu.planning.suppliers import Register, load_suppliers


def register(*suppliers: str) -> Register:
    """A register of suppliers, each in one line of YAML without its braces."""
    text = "suppliers:\n" + "".join(f"  - {{{line}}}\n" for line in suppliers)
    return load_suppliers(parse_yaml(text, "umkm.yaml"))


def cook(
    name: str, papers: str = "", scale: str = "mikro", offers: str = "{dish: nasi, price: 2000 IDR}", more: str = ""
) -> str:
    """One UMKM that cooks."""
    own = f"certificates: [{papers}], " if papers else ""
    return f"id: {name}, name: {name.upper()}, scale: {scale}, capacity: 100 portions, {own}{more}offers: [{offers}]"
