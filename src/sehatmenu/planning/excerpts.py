"""Excerpts of a model in which a contradiction may show: its average day, its counts of dishes, meals, weeks, all of it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from scipy import sparse

from sehatmenu.planning.bounds import Folded, fold
from sehatmenu.planning.deadlines import tick
from sehatmenu.planning.engines import EXACT_CHOICES
from sehatmenu.planning.layouts import Layout, layout
from sehatmenu.planning.models import STRUCTURE, Model, Program, full_program
from sehatmenu.planning.patterns import kinds

if TYPE_CHECKING:
    from sehatmenu.planning.models import F8, I8

_QUICK_CHOICES = 20_000

EVERY = -1
"""Source of a row that stands for many rows of the model, or for none."""


@dataclass(frozen=True, slots=True, eq=False)
class Excerpt:
    """A program that must have a solution if the model has one.

    `rule` numbers the rule of each row, `windows` says over how many windows of the rule a row adds up, and `source`
    which row of the model it is: its own rows first, then its variety rules, EVERY where it is not a single one.
    """

    program: Program
    rule: I8
    windows: F8
    source: I8


def excerpts(model: Model) -> Iterator[Excerpt]:
    """The excerpts of a model, those that are solved fastest first; all of it only where that can be solved at all."""
    folded = fold(model)
    yield _average(folded)
    whole = _whole(model)
    yield _counts(model, whole)
    parts = layout(model)
    meals = kinds(parts, folded)
    for kind in meals or ():
        full = kind.stepped
        yield Excerpt(full.program, full.rule, np.ones(full.rule.size), np.full(full.rule.size, EVERY))
    if meals is None:
        yield from _weeks(model, whole, parts)
    if model.n_serve <= EXACT_CHOICES:
        yield whole


def quick_excerpts(model: Model) -> Iterator[Excerpt]:
    """Those that may be looked at before any search: the counts unless they are huge, the weeks where the model is small."""
    if model.n_serve > _QUICK_CHOICES:
        return
    whole = _whole(model)
    yield _counts(model, whole)
    if model.n_serve <= EXACT_CHOICES:
        yield from _weeks(model, whole, layout(model))


def _counts(model: Model, whole: Excerpt) -> Excerpt:
    """Which dish where, without portions: one option per slot, how often, how far apart, how many kinds, capacity."""
    every = np.arange(whole.program.cost.size)
    return _cut(whole, every[(every < model.n_serve) | (every >= model.n)])


def _weeks(model: Model, whole: Excerpt, parts: Layout) -> Iterator[Excerpt]:
    """Blocks of slots that share no rule on portions, mostly weeks, each by itself and with fractions of dishes."""
    for part in parts.parts if len(parts.parts) > 1 else ():
        yield _cut(whole, np.concatenate([part.options, part.portions + model.n_serve]), relaxed=True)


def _cut(whole: Excerpt, columns: I8, *, relaxed: bool = False) -> Excerpt:
    """Some columns and the rows that meet no others; relaxed, with fractions of a dish and of a serving step."""
    full = whole.program
    others = np.ones(full.cost.size)
    others[columns] = 0.0
    rows = np.flatnonzero((np.asarray(abs(full.matrix) @ others) <= 0) & (np.diff(full.matrix.indptr) > 0))
    program = Program(
        full.cost[columns], full.lower[columns], full.upper[columns], full.integer[columns] & (not relaxed),
        sparse.csr_array(full.matrix[rows][:, columns]), full.row_lower[rows], full.row_upper[rows],
    )  # fmt: skip
    return Excerpt(program, whole.rule[rows], whole.windows[rows], whole.source[rows])


def _average(folded: Folded) -> Excerpt:
    own = np.diff(folded.weights.indptr)
    windows = np.ones(folded.program.row_lower.size)
    windows[: own.size] = np.asarray(folded.weights.sum(axis=1)).ravel()
    return Excerpt(folded.program, folded.rule, np.maximum(windows, 1.0), np.full(windows.size, EVERY))


def _whole(model: Model) -> Excerpt:
    tick()
    full = full_program(model, whole_steps=True)
    rule, own = full.rule.copy(), model.lower.size
    source = np.full(rule.size, EVERY)
    source[:own] = np.arange(own)
    sizes = np.array([np.unique(d.keys).size + 1 for d in model.distinct], dtype=np.int64)
    first = rule.size - int(sizes.sum())
    rule[first:] = STRUCTURE
    last = first + np.cumsum(sizes) - 1
    rule[last], source[last] = [d.rule for d in model.distinct], own + np.arange(sizes.size)
    return Excerpt(full.program, rule, np.ones(rule.size), source)
