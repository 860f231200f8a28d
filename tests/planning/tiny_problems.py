"""Planning problems small enough to solve by hand: rice and tempe for ten, and the example cut to a few days."""

from __future__ import annotations

import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from sehatmenu.planning.demand import Problem, load_problem
from sehatmenu.planning.planners import plan
from sehatmenu.planning.plans import Plan

EXAMPLE = Path(__file__).resolve().parents[2] / "examples" / "gading-rejo"

ENERGY = "{id: energi, kind: nutrient, nutrient: energy, per: meal, limits: [{min: 400 kcal, source: uji}]}"
PROTEIN = "{id: protein, kind: nutrient, nutrient: protein, per: meal, limits: [{min: 20 g, source: uji}]}"


@lru_cache
def rice_and_tempe(
    rules: tuple[str, ...] = (ENERGY, PROTEIN),
    *,
    portion: str = "{min: 50 %, max: 200 %, step: 5 %}",
    prices: tuple[str, str] = ("2000 IDR", "3000 IDR"),
    last: str = "2026-02-02",
    second: str = "",
) -> Problem:
    """A meal of rice and tempe for ten pupils on each day: 200 kcal and 4 g, 100 kcal and 10 g of protein a portion."""
    dishes = {
        "nasi": Dish("pokok", "energy: 200 kcal, protein: 4 g", prices[0]),
        "tempe": Dish("nabati", "energy: 100 kcal, protein: 10 g", prices[1]),
    }
    return tray_of(dishes, rules, portion=portion, heads=10, last=last, second=second)


@dataclass(frozen=True)
class Dish:
    """A dish with stated figures per portion, and its price."""

    course: str
    figures: str
    price: str


def tray_of(
    dishes: Mapping[str, Dish],
    rules: Sequence[str],
    *,
    portion: str,
    heads: int,
    last: str = "2026-02-02",
    second: str = "",
) -> Problem:
    """One meal of one group with a course for each dish, all of them cooked by one UMKM (and some by a second one)."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        (folder / "resep").mkdir()
        for dish, own in dishes.items():
            (folder / "resep" / f"{dish}.yaml").write_text(
                f"name: {dish}\ncourse: {own.course}\nservings: 1\nportion: {portion}\n"
                f"nutrition: {{per: 1 portion, source: uji, values: {{{own.figures}}}}}\n"
            )
        offers = "".join(f"      - {{dish: {dish}, price: {own.price}}}\n" for dish, own in dishes.items())
        (folder / "umkm.yaml").write_text(
            f"suppliers:\n  - id: a\n    name: A\n    capacity: 100 portions\n    offers:\n{offers}{second}"
        )
        (folder / "standar.yaml").write_text(
            "id: uji/standar\ntitle: Uji\nvalid: {from: 2026-01-01, until: null}\n"
            "sources: {uji: {title: Uji, seen: example}}\n"
            "energy_factors: {protein: 4 kcal/g, fat: 9 kcal/g, carbohydrate: 4 kcal/g, source: uji}\n"
            "groups: {g: {title: G, meals: [siang]}}\nrules:\n" + "".join(f"  - {rule}\n" for rule in rules)
        )
        courses = ", ".join(dict.fromkeys(own.course for own in dishes.values()))
        (folder / "masalah.yaml").write_text(
            "title: Uji\nstandard: standar.yaml\nrecipes: resep\nsuppliers: umkm.yaml\n"
            f"calendar: {{from: 2026-02-02, to: {last}}}\n"
            f"institutions: [{{id: sd, name: SD, meals: [{{meal: siang, courses: [{courses}], "
            f"groups: [{{group: g, heads: {heads}}}]}}]}}]\n"
        )
        return load_problem(folder / "masalah.yaml")


@lru_cache
def example(last: str = "2026-02-03") -> Problem:
    """The example, but only from Monday to a given day."""
    text = (EXAMPLE / "sekolah.yaml").read_text(encoding="utf-8").replace("to: 2026-02-13", f"to: {last}")
    for written in ("recipes: resep", "suppliers: umkm.yaml", "standard: standar-puskesmas.yaml"):
        key, _, path = written.partition(": ")
        text = text.replace(written, f"{key}: {EXAMPLE / path}")
    with tempfile.TemporaryDirectory() as name:
        written_to = Path(name) / "sekolah.yaml"
        written_to.write_text(text, encoding="utf-8")
        return load_problem(written_to)


def planned(problem: Problem, **options: object) -> Plan:
    """The plan of a problem that has one."""
    found = plan(problem, **{"time_limit": 10.0, "gap": 1e-6, "threads": 1, **options})  # type: ignore[arg-type]
    assert isinstance(found, Plan), found.text("en")
    return found
