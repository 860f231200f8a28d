"""Dishes that are offered on some days only: a rule that one course can keep today may need another course tomorrow."""

from __future__ import annotations

from .tiny_problems import Dish, planned, tray_of

FIXED = "{min: 100 %, max: 100 %, step: 5 %}"
GREENS = "{id: sayur, kind: frequency, of: {name: [nasi-sayur, telur-sayur]}, per: meal, limits: [{min: 1 times, source: uji}]}"


def test_a_rule_that_moves_from_course_to_course_is_kept_on_each_day() -> None:
    """Greens come with rice on Monday and with egg on Tuesday: (3000 + 1000) x 10 on both days."""
    dishes = {
        "nasi": Dish("pokok", "energy: 300 kcal", "1000 IDR"),
        "nasi-sayur": Dish("pokok", "energy: 320 kcal", "3000 IDR, until: 2026-02-02"),
        "telur": Dish("hewani", "energy: 150 kcal", "1000 IDR"),
        "telur-sayur": Dish("hewani", "energy: 160 kcal", "3000 IDR, from: 2026-02-03"),
    }
    plan = planned(tray_of(dishes, [GREENS], portion=FIXED, heads=10, last="2026-02-03"))
    assert ["nasi-sayur", "telur", "nasi", "telur-sayur"] == [serving.dish.id for serving in plan.servings]
    assert 80_000 == plan.cost
