"""Two hundred kitchens: writes small problems from seeds over the recipes of gading-rejo, and plans them side by side.

Each kitchen cooks for one primary school on five days, from its own choice of recipes and at its own prices.
"""

from __future__ import annotations

import argparse
import random
import shutil
import tempfile
import time
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from statistics import median

import sehatmenu as sm
from sehatmenu.planning.suppliers import Offer

EXAMPLE = Path(__file__).resolve().parents[1] / "gading-rejo"
DISHES = {"pokok": 4, "hewani": 7, "nabati": 6, "sayur": 7, "buah": 4}
"""How many dishes of each course a kitchen can cook."""

SUPPLIERS = """\
suppliers:
  - id: dapur
    name: Dapur {number:03}
    scale: kecil
    capacity: 5000 portions
    offers:
{offers}
"""

PROBLEM = """\
title: Dapur {number:03}
note: Contoh. Dapur, sekolah, porsi, anggaran, dan harga rekaan; hanya standar MBG dan AKG yang bersumber.
standard: id/mbg-2026
calendar: {{from: 2026-02-02, to: 2026-02-06}}
prefer: [tkpi, usda]
recipes: resep
suppliers: umkm.yaml
institutions:
  - id: sd
    name: SD contoh {number:03}
    meals:
{meals}
rules:
  - id: jeda
    kind: spacing
    title: {{id: Lauk hewani dan sayur tidak sama dua hari berturut-turut, en: No meat or vegetable dish twice running}}
    of: {{course: [hewani, sayur]}}
    by: dish
    limits: [{{min: 2 days, source: dapur}}]
sources:
  dapur: {{title: Contoh kebijakan dapur, seen: example, note: Rekaan untuk contoh ini; bukan peraturan.}}
"""

MEAL = (
    "      - {{meal: {meal}, courses: [pokok, hewani, nabati, sayur, buah], "
    "groups: [{{group: {group}, heads: {heads}, budget: {budget}}}]}}"
)


@cache
def offers() -> dict[str, dict[str, Offer]]:
    """The dishes on offer in gading-rejo by course: what a portion costs, and its ingredients."""
    found: dict[str, dict[str, Offer]] = {course: {} for course in DISHES}
    for _, offer in sm.load_suppliers(EXAMPLE / "umkm.yaml").offers():
        if not offer.dish.endswith("rendah-garam"):
            course = sm.load_recipe(EXAMPLE / "resep" / f"{offer.dish}.yaml").course
            found[course].setdefault(offer.dish, offer)
    return found


def write_kitchen(folder: Path, number: int) -> Path:
    """Write the files of one kitchen and answer the path of its problem; the same number gives the same kitchen.

    In every hundred, kitchens 15 and 65 have a budget that no lawful menu keeps, and kitchen 19 has a mistyped one.
    """
    draw = random.Random(number)
    (folder / "resep").mkdir(parents=True)
    lines = []
    for course, count in DISHES.items():
        for dish in draw.sample(sorted(offers()[course]), count):
            offer = offers()[course][dish]
            shutil.copy(EXAMPLE / "resep" / f"{dish}.yaml", folder / "resep")
            price = 50 * round(offer.price * draw.uniform(0.92, 1.08) / 50)
            lines.append(f"      - {{dish: {dish}, price: {price} IDR, ingredients: {offer.ingredients:.0f} IDR}}")
    (folder / "umkm.yaml").write_text(SUPPLIERS.format(number=number, offers="\n".join(lines)), encoding="utf-8")
    budget = {15: "6000 IDR", 65: "6000 IDR", 19: "13ribu"}.get(number % 100, "13000 IDR")
    meals = [MEAL.format(meal="siang", group="sd-4-6", heads=draw.randrange(60, 400), budget=budget)]
    if draw.random() < 0.5:
        meals.insert(0, MEAL.format(meal="pagi", group="sd-1-3", heads=draw.randrange(60, 400), budget="10000 IDR"))
    problem = folder / "soal.yaml"
    problem.write_text(PROBLEM.format(number=number, meals="\n".join(meals)), encoding="utf-8")
    return problem


def show(name: str, answer: sm.Plan | sm.Conflict | sm.Unfinished | sm.Failed) -> None:
    """One row as soon as a kitchen is done."""
    match answer:
        case sm.Plan():
            heads = sum(h.heads for serving in answer.servings if serving.course == "pokok" for h in serving.helpings)
            each = answer.cost / heads
            row = f"Rp{answer.cost:>12,.0f}  Rp{each:>7,.0f}  {answer.gap:7.2%}  {answer.seconds:5.1f} s".replace(
                ",", "."
            )
        case sm.Conflict():
            row = "tidak ada menu (no menu): " + "; ".join(finding.text() for finding in answer.rules)
        case sm.Unfinished():
            row = answer.sentences()[0]
        case sm.Failed():
            row = answer.text().removeprefix(f"{name}: ").replace("\n", " ")
    print(f"{name}    {row}", flush=True)


def summary(answers: Mapping[str, sm.Plan | sm.Conflict | sm.Unfinished | sm.Failed], seconds: float) -> str:
    """How many, how dear, how near the cheapest, how fast."""
    plans = [answer for answer in answers.values() if isinstance(answer, sm.Plan)]
    gaps = sorted(plan.gap for plan in plans) or [0.0]
    return "\n".join(
        [
            "",
            f"rencana (plans)                    {len(plans)}",
            f"bertabrakan (conflicts)            {sum(isinstance(a, sm.Conflict) for a in answers.values())}",
            f"belum selesai (unfinished)         {sum(isinstance(a, sm.Unfinished) for a in answers.values())}",
            f"gagal (failed)                     {sum(isinstance(a, sm.Failed) for a in answers.values())}",
            f"biaya (cost)                       Rp{sum(plan.cost for plan in plans):,.0f}".replace(",", "."),
            f"selisih (gap) median, terbesar     {median(gaps):.2%}, {gaps[-1]:.2%}",
            f"dapur per menit (kitchens/minute)  {60 * len(answers) / seconds:.0f}",
        ]
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--kitchens", type=int, default=200, metavar="N", help="how many kitchens (default: 200)")
    parser.add_argument("--first", type=int, default=1, metavar="N", help="number of the first kitchen (default: 1)")
    parser.add_argument("--workers", type=int, metavar="N", help="processes at once (default: one per core)")
    parser.add_argument("--time-limit", type=float, default=20.0, metavar="SECONDS", help="per kitchen (default: 20)")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as name, sm.WorkerProcesses(options.workers, end_after=300) as workers:
        numbers = range(options.first, options.first + options.kitchens)
        problems = {f"{n:03}": write_kitchen(Path(name) / f"{n:03}", n) for n in numbers}
        begun = time.perf_counter()
        print("dapur  biaya           per porsi  selisih   waktu")
        answers = sm.plan_many(problems, executor=workers, on_result=show, time_limit=options.time_limit)
        print(summary(answers, time.perf_counter() - begun))


if __name__ == "__main__":
    main()
