"""The whole model of a problem as an MPS file with names that a person can read, for any solver or for keeping."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from scipy import sparse

from sehatmenu.errors import SolverError
from sehatmenu.planning.models import Program as Arrays
from sehatmenu.planning.models import full_program
from sehatmenu.planning.programs import Program, write
from sehatmenu.planning.solvers import write_mps
from sehatmenu.whole_files import write_text

if TYPE_CHECKING:
    from sehatmenu.planning.demand import Problem


def export_mps(problem: Problem, path: str | Path) -> None:
    """Write a problem as an integer program in MPS form: rupiah to minimise, portions in whole serving steps.

    Every reader of MPS takes it: no RANGES, no bounds but BV, LO, UP and the like. Columns are called
    `serve_DATE_INSTITUTION_MEAL_DISH_UMKM_OFFER` (1 when served), `steps_...` with the group (its portion in serving steps;
    `portion_...` where it is not stepped) and `kind_...` (variety rules). The file is written whole or not at all.

    Raises SolverError when some course can be filled by nothing: such a problem has no program; `plan` says why.
    """
    program = write(problem)
    if program.empty:
        raise SolverError(
            f"{path}: not written, since some course cannot be filled by any offer; plan the problem to see why"
        )
    full = full_program(program.model, whole_steps=True)
    with tempfile.TemporaryDirectory() as folder:
        draft = Path(folder) / "model.mps"
        write_mps(_one_sided(full.program), draft, names=[*_names(program), *_kinds(program, full.program.cost.size)])
        text = draft.read_text(encoding="utf-8")
    write_text(path, text.replace("\n UI ", "\n UP ").replace("\n LI ", "\n LO "))


def _one_sided(arrays: Arrays) -> Arrays:
    """The same program with a row for each side of a two-sided row, since not every reader knows the section RANGES."""
    low, high = arrays.row_lower, arrays.row_upper
    both = np.isfinite(low) & np.isfinite(high) & (low < high)
    matrix = sparse.csr_array(sparse.vstack([arrays.matrix, arrays.matrix[np.flatnonzero(both)]]))
    lower = np.concatenate([low, np.full(int(both.sum()), -np.inf)])
    return replace(
        arrays, matrix=matrix, row_lower=lower, row_upper=np.concatenate([np.where(both, np.inf, high), high[both]])
    )


def _names(program: Program) -> Iterator[str]:
    cells, portions, problem = program.cells, program.portions, program.problem
    served = []
    for at, option in zip(cells.at.tolist(), cells.option.tolist(), strict=True):
        day, k = program.tray_days[at]
        institution, tray = problem.trays[k]
        offer = problem.catalogue.options[option]
        parts = (day.isoformat(), institution.id, tray.meal, offer.recipe.id, offer.supplier, str(option))
        served.append("_".join(parts).replace(" ", "-"))
    yield from (f"serve_{name}" for name in served)
    model = program.model
    stepped = (model.step > 0) & (model.maximum > model.minimum)
    for k, (cell, table) in enumerate(zip(portions.cell.tolist(), portions.table.tolist(), strict=True)):
        yield f"{'steps' if stepped[k] else 'portion'}_{served[cell]}_{problem.tables[table].group}"


def _kinds(program: Program, width: int) -> Iterator[str]:
    yield from (f"kind_{n}" for n in range(width - program.model.n))
