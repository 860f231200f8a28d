"""The exact program: the whole model in whole serving steps over the options that a cheaper menu could still serve."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from sehatmenu.planning.column_generation.generation import Generation
from sehatmenu.planning.models import full_program, restricted
from sehatmenu.planning.refits import cleaned
from sehatmenu.planning.search.incumbents import Incumbent
from sehatmenu.planning.search.seats import Seating
from sehatmenu.planning.solvers import Status, solve

if TYPE_CHECKING:
    from sehatmenu.planning.models import F8, Flags


@dataclass(frozen=True, slots=True)
class ExactParameters:
    """When the exact program is worth its time."""

    choices: int = 1500
    """Models with more choices left than this are not handed over whole: HiGHS proves nothing in minutes there."""


@dataclass(frozen=True, slots=True)
class Exact:
    """What the exact program proved: a bound for every menu, and whether there is none at all."""

    bound: float
    infeasible: bool


def survivors(generation: Generation, seating: Seating, ceiling: float) -> Flags:
    """Options that a menu cheaper than `ceiling` could serve (reduced-cost fixing at the prices of the best proof).

    A menu that serves an option at one of its occasions costs at least the bound, less the cheapest meal of the kind, plus
    the cheapest meal with that option. What is proven of the rest holds up to the ceiling, and no further.
    """
    keep: Flags = np.ones(seating.model.n_serve, dtype=bool)
    for kind, proof in zip(seating.kinds, generation.proofs, strict=False):
        least = generation.bound - proof.bound + proof.with_option
        out = least > ceiling * (1 + 1e-9)
        places = kind.places[:, : kind.model.n_serve][:, out]
        keep[places[places >= 0]] = False
    return keep


def close(
    generation: Generation,
    seating: Seating,
    incumbent: Incumbent,
    *,
    parameters: ExactParameters,
    seconds: float,
    gap: float,
    seed: int,
    threads: int,
    watch: Callable[[float], None],
    cancel: Callable[[], bool],
) -> Exact | None:
    """Solve the exact program from the incumbent on, which it betters where it can; None where too much is left of it."""
    model = seating.model
    ceiling = incumbent.cost if generation.proofs else np.inf
    keep = survivors(generation, seating, ceiling)
    if incumbent.values is not None:
        if np.bincount(model.slot[keep], minlength=model.n_slots).min() == 0:
            return Exact(ceiling, infeasible=False)
        keep |= incumbent.values[: model.n_serve] > 0.5
    if keep.sum() > parameters.choices or seconds <= 0:
        return None
    small, columns = restricted(model, keep)
    full = full_program(small, whole_steps=True)
    start = None if incumbent.values is None else full.start(small, incumbent.values[columns])
    answer = solve(
        full.program,
        time_limit=seconds,
        gap=gap,
        seed=seed,
        threads=threads,
        start=start,
        watch=lambda _, bound: watch(min(bound, ceiling)),
        cancel=cancel,
    )
    if answer.values is not None:
        values: F8 = np.zeros(model.n)
        values[columns] = cleaned(small, full.values(answer.values), full.scale)
        incumbent.offer(values)
    none = answer.status is Status.infeasible and incumbent.values is None
    return Exact(min(answer.bound, ceiling), infeasible=none)
