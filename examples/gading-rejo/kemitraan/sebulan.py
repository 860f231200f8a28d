"""A month of a partnership made from a seed: what a district would have written down, with three things planted in it.

Everything is invented. One UMKM becomes lighter from a day on, one dish comes back on its plates, and demand rises; whoever
reads the files is to find all three.
"""

from __future__ import annotations

import csv
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path

import numpy as np

from sehatmenu.partnership.settlement import OrderLine, order_lines
from sehatmenu.planning.plans import Plan, Serving

CLOCKS = ("05.00", "06.15", "06.45", "07.10")
MEAL_TIMES = {"pagi": "08.00", "siang": "11.00"}


@dataclass(frozen=True)
class Planted:
    """What is hidden in the month: a light UMKM from a day on, a dish that comes back, a rise of demand."""

    light: str
    lighter: float
    since: date
    wasted: str
    rise: float


def make(folder: Path, plan: Plan, planted: Planted, seed: int = 2026) -> None:
    """Write a month of weighings, deliveries, receipts, bills, payments, plates, tastings, answers and sales."""
    rng = np.random.default_rng(seed)
    folder.mkdir(parents=True, exist_ok=True)
    weighings(folder / "timbangan.csv", plan, planted, rng)
    deliveries(folder / "kiriman.csv", plan)
    money(folder, order_lines(plan), rng)
    plates(folder / "sisa.csv", plan, planted, rng)
    tastings(folder / "organoleptik.csv", plan)
    likings(folder / "kesukaan.csv", plan)
    answers(folder / "skm.csv", rng)
    sales(folder / "penjualan.csv", plan, planted, rng)


def weighings(path: Path, plan: Plan, planted: Planted, rng: np.random.Generator) -> None:
    """Five portions of every delivery, three per cent apart; those of the light UMKM too light from the day on."""
    rows = []
    for s in plan.servings:
        level = 1 - planted.lighter if s.supplier.id == planted.light and s.day >= planted.since else 1.0
        for h in s.helpings:
            weights = rng.normal(level, 0.03, 5) * h.grams(s.dish).low
            rows += [(s.day, s.supplier.name, s.dish.name, h.group, decimal(w), None, batch(s)) for w in weights]
    write(path, ("Tanggal", "UMKM", "Hidangan", "Kelompok", "Berat", "Standar", "Batch"), rows)


def deliveries(path: Path, plan: Plan) -> None:
    """Cooked at five, eaten at the meal; the first batch of the last day was cooked the evening before."""
    rows = []
    for s in plan.servings:
        late = s.day == plan.problem.days[-1] and s == next(t for t in plan.servings if t.day == s.day)
        cooked = "20.00" if late else CLOCKS[0]
        sample = f"{s.day + timedelta(days=1)} {MEAL_TIMES[s.meal]}"
        clocks = (cooked, *CLOCKS[1:], MEAL_TIMES[s.meal])
        rows.append(
            (s.day, batch(s), s.supplier.id, s.dish.id, s.institution.id, s.heads, *clocks, "panas", 68, sample, 2)
        )
    headings = ("Tanggal", "Batch", "UMKM", "Hidangan", "Tempat", "Porsi", "Dimasak", "Dikemas", "Berangkat", "Tiba", "Dimakan",
                "Disajikan", "Suhu tiba", "Contoh sampai", "Uji organoleptik")  # fmt: skip
    write(path, headings, rows)


def money(folder: Path, orders: Sequence[OrderLine], rng: np.random.Generator) -> None:
    """Every order received but the last; the first two portions short, the second with three refused; half of it paid late."""
    received = [
        (o.code, o.day, o.portions - (2 if n == 0 else 0), 3 if n == 1 else 0, None) for n, o in enumerate(orders[:-1])
    ]
    write(folder / "terima.csv", ("Pesanan", "Tanggal", "Diterima", "Ditolak", "Alasan"), received)
    write(folder / "tagihan.csv", ("Pesanan", "Ditagih", "Nilai"), [(o.code, o.portions, o.value) for o in orders])
    owed: dict[str, int] = {}
    for o in orders:
        owed[o.supplier] = owed.get(o.supplier, 0) + o.value
    late = orders[0].day + timedelta(days=30)
    payments = [(late, name, value // 2) for name, value in owed.items()]
    write(folder / "bayar.csv", ("Tanggal", "UMKM", "Nilai"), payments)


def plates(path: Path, plan: Plan, planted: Planted, rng: np.random.Generator) -> None:
    """Three quarters left of the wasted dish, little of all others; counted, never named."""
    rows = []
    for s in plan.servings:
        steps = (3, 4, 2) if s.dish.id == planted.wasted else (0, 0, 1)
        counts = rng.multinomial(30, (0.6, 0.2, 0.2))
        rows += [(s.day, s.institution.id, s.dish.name, step, int(n)) for step, n in zip(steps, counts, strict=True)]
    write(path, ("Tanggal", "Tempat", "Hidangan", "Skor sisa", "Jumlah piring"), rows)


def tastings(path: Path, plan: Plan) -> None:
    """All three moments of every batch of the first day, one of them with a bad smell."""
    rows = []
    for n, s in enumerate(t for t in plan.servings if t.day == plan.problem.days[0]):
        for moment in ("sebelum pengantaran", "saat tiba", "sebelum dikonsumsi"):
            smell = 2 if n == 0 and moment == "saat tiba" else 5
            rows.append((s.institution.id, s.day, moment, s.dish.name, batch(s), 5, 5, smell, 4))
    headings = ("Tempat", "Tanggal", "Saat uji", "Nama makanan", "Batch", "Rasa", "Warna", "Aroma", "Tekstur")
    write(path, headings, rows)


def likings(path: Path, plan: Plan) -> None:
    """Twenty tasters of each dish that is on offer but was not served: sixteen like it."""
    served = {s.dish.id for s in plan.servings}
    others = sorted({o.recipe.id for o in plan.problem.catalogue.options} - served)
    rows = [(plan.problem.days[-1], dish, score, n) for dish in others for score, n in ((5, 6), (4, 10), (3, 4))]
    write(path, ("Tanggal", "Hidangan", "Nilai", "Jumlah"), rows)


def answers(path: Path, rng: np.random.Generator) -> None:
    """Forty answers of three or four to the nine questions."""
    rows = [("makan siang", *rng.choice([3, 4], 9, p=[0.3, 0.7]).tolist()) for _ in range(40)]
    write(path, ("Layanan", *(f"U{n}" for n in range(1, 10))), rows)


def sales(path: Path, plan: Plan, planted: Planted, rng: np.random.Generator) -> None:
    """What every UMKM that cooks sold on the weekdays of four weeks before and four weeks of the programme."""
    cooks = [s for s in plan.problem.register.suppliers.values() if s.offers]
    usual = rng.uniform(60, 250, len(cooks))
    first = plan.problem.days[0]
    rows = []
    for n in range(-28, 28):
        day = first + timedelta(days=n)
        if day.weekday() < 5:
            portions = rng.poisson(usual * (1 + planted.rise if n >= 0 else 1))
            rows += [(day, s.id, "kantin", int(p), int(p) * 5000) for s, p in zip(cooks, portions, strict=True)]
    write(path, ("Tanggal", "UMKM", "Kanal", "Porsi", "Nilai"), rows)


def batch(serving: Serving) -> str:
    """The code of a batch: day, UMKM and dish."""
    return f"{serving.day:%y%m%d}-{serving.supplier.id}-{serving.dish.id}-{serving.institution.id}-{serving.meal}"


def decimal(value: float) -> str:
    """A number with a decimal comma."""
    return f"{value:.1f}".replace(".", ",")


def write(path: Path, headings: Sequence[str], rows: Iterable[Sequence[object]]) -> None:
    """A CSV file with semicolons, as spreadsheets in Indonesia write it."""
    with open(path, "w", encoding="utf-8", newline="") as stream:
        writer = csv.writer(stream, delimiter=";", lineterminator="\n")
        writer.writerow(headings)
        writer.writerows(["" if value is None else value for value in row] for row in rows)
