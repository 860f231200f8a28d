"""What to find out: for a verdict that is open, which single missing value would decide it, and from which threshold."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import TYPE_CHECKING, Literal

import numpy as np

from sehatmenu.findings import Finding, Severity, Verdict
from sehatmenu.food.composition import Food
from sehatmenu.food.cooking import methods, retention
from sehatmenu.food.dishes import Recipe, contributions
from sehatmenu.food.nutrients import Nutrition, nutrients
from sehatmenu.messages import Figure, Text, Word
from sehatmenu.planning.benches import Bench
from sehatmenu.planning.mixtures import Part, mixed, parts, resized
from sehatmenu.quantities.intervals import UNKNOWN, Interval, IntervalArray
from sehatmenu.standards.checks import check_rule, context, rule_title
from sehatmenu.standards.menus import Catalogue, Menu, Option
from sehatmenu.standards.rows import Form, Rows
from sehatmenu.standards.standards import Applied, Standard

if TYPE_CHECKING:
    from sehatmenu.planning.models import F8

INF = float("inf")
ONE = Interval.exact(1)

Kind = Literal["weighing", "figure", "analysis", "served", "cost"]
"""A weighing of an ingredient, a figure of the food table, an analysis of the dish, its served weight, its cost."""
