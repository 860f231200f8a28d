"""Small planning problems written as files, the way a user writes them."""

from __future__ import annotations

import random
from dataclasses import dataclass
from pathlib import Path

STANDARD = """\
id: test/sekolah
title: Aturan uji
sources: {{uji: {{title: Aturan uji, seen: example}}}}
groups: {{anak: {{title: Anak, meals: [siang]}}}}
rules:
  - {{id: energy, kind: nutrient, nutrient: energy, per: meal, limits: [{{min: {least} kcal, max: {most} kcal, source: uji}}]}}
  - {{id: protein, kind: nutrient, nutrient: protein, per: meal, limits: [{{min: {protein} g, source: uji}}]}}
  - {{id: sodium, kind: nutrient, nutrient: sodium, per: cycle, average: day, limits: [{{max: {sodium} mg, source: uji}}]}}
"""

PROBLEM = """\
title: Soal uji
standard: standar.yaml
calendar: {{from: 2026-02-02, to: {last}}}
recipes: resep
suppliers: umkm.yaml
institutions:
  - id: sekolah
    name: Sekolah uji
    meals: [{{meal: siang, courses: [pokok, hewani], groups: [{{group: anak, heads: {heads}{budget}}}]}}]
rules: [{rules}]
sources: {{uji: {{title: Aturan kecamatan, seen: example}}}}
{more}
"""


@dataclass(frozen=True)
class Dish:
    """A dish with stated figures: kcal, g of protein and mg of sodium in a portion (None: not known)."""

    name: str
    course: str
    energy: float
    protein: float
    sodium: float | None
    portion: str = "{min: 100 %, max: 100 %, step: 5 %}"

    def text(self) -> str:
        known = {"energy": f"{self.energy} kcal", "protein": f"{self.protein} g"}
        if self.sodium is not None:
            known["sodium"] = f"{self.sodium} mg"
        values = ", ".join(f"{key}: {value}" for key, value in known.items())
        return (
            f"name: {self.name}\ncourse: {self.course}\nservings: 1\nportion: {self.portion}\n"
            f"nutrition: {{per: 1 portion, source: uji, values: {{{values}}}}}\nsource: uji\n"
        )


@dataclass(frozen=True)
class Offer:
    """One dish of an UMKM and its price in rupiah."""

    supplier: str
    dish: str
    price: int


def write_problem(
    folder: Path,
    dishes: list[Dish],
    offers: list[Offer],
    *,
    days: int = 2,
    heads: int = 10,
    energy: tuple[float, float] = (400, 700),
    protein: float = 10,
    sodium: float = 2000,
    capacity: dict[str, int] | None = None,
    rules: str = "",
    budget: int | None = None,
    more: str = "",
) -> Path:
    """Write standard, recipes, suppliers and problem into a folder; answer the problem's path."""
    (folder / "resep").mkdir(parents=True, exist_ok=True)
    for dish in dishes:
        (folder / "resep" / f"{dish.name}.yaml").write_text(dish.text())
    least, most = energy
    standard = STANDARD.format(least=least, most=most, protein=protein, sodium=sodium)
    (folder / "standar.yaml").write_text(standard)
    (folder / "umkm.yaml").write_text(_suppliers(offers, capacity or {}))
    problem = PROBLEM.format(
        last=f"2026-02-{1 + days:02}",
        heads=heads,
        rules=rules,
        budget=f", budget: {budget} IDR" if budget else "",
        more=more,
    )
    path = folder / "soal.yaml"
    path.write_text(problem)
    return path


def _suppliers(offers: list[Offer], capacity: dict[str, int]) -> str:
    lines = ["suppliers:"]
    for name in dict.fromkeys(offer.supplier for offer in offers):
        lines.append(
            f"  - id: {name}\n    name: {name}\n    capacity: {capacity.get(name, 1000)} portions\n    offers:"
        )
        own = (offer for offer in offers if offer.supplier == name)
        lines.extend(f"      - {{dish: {offer.dish}, price: {offer.price} IDR}}" for offer in own)
    return "\n".join(lines) + "\n"


def random_problem(folder: Path, rng: random.Random) -> Path:
    """A random problem of two days, two courses and up to three dishes of each: some have no lawful menu."""
    dishes = [
        Dish(
            f"{course}-{n}",
            course,
            rng.randrange(100, 450),
            rng.randrange(2, 25),
            rng.choice([None, rng.randrange(900)]),
        )
        for course in ("pokok", "hewani")
        for n in range(rng.randrange(1, 4))
    ]
    offers = [
        Offer(supplier, dish.name, rng.randrange(10, 60) * 100)
        for dish in dishes
        for supplier in ("a", "b")
        if supplier == "a" or rng.random() < 0.5
    ]
    spacing = "{id: jeda, kind: spacing, of: {course: hewani}, limits: [{min: 2 days, source: uji}]}"
    return write_problem(
        folder,
        dishes,
        offers,
        energy=(rng.randrange(200, 450), rng.randrange(500, 900)),
        protein=rng.randrange(5, 30),
        sodium=rng.choice([300, 700, 1200]),
        capacity={"a": rng.choice([10, 20, 1000])},
        rules=rng.choice(["", spacing]),
    )
