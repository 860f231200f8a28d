"""The planning model as plain arrays: which option in which slot, how large each portion, every rule as rows."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypeAlias

import numpy as np
from scipy import sparse

if TYPE_CHECKING:
    import numpy.typing as npt

    F8: TypeAlias = npt.NDArray[np.float64]
    I8: TypeAlias = npt.NDArray[np.integer[Any]]
    Flags: TypeAlias = npt.NDArray[np.bool_]
    Rows: TypeAlias = sparse.csr_array[np.float64, tuple[int, int]]

STRUCTURE = -1
"""Rule number of rows that belong to the model itself (one option per slot, portion bounds), not to a rule."""

TOLERANCE = 1e-6
"""A row holds when it is missed by at most this fraction of its size."""


@dataclass(frozen=True, slots=True, eq=False)
class Distinct:
    """A variety rule: at least `minimum` different keys among the served y columns in `cells` (one key per cell)."""

    cells: I8
    keys: I8
    minimum: int
    rule: int


@dataclass(frozen=True, slots=True, eq=False, weakref_slot=True)
class Model:
    """A planning problem in numbers: choices y in {0, 1}, portions p >= 0, rupiah to minimise, rows lower <= Ax <= upper.

    Columns [0, n_serve) are y "option o in slot s", exactly one per slot; columns [n_serve, n) are portions with
    minimum*y <= p <= maximum*y. Both of these families of rows are implied: `matrix` holds all the other rows.
    `priced` are the rules (numbers into `rules`) that join blocks only by their price, however many slots they reach
    over: those of UMKM.

    Raises:
        ValueError: arrays disagree in size, a number is not finite, a slot has no option, a reference points outside.
    """

    n_serve: int
    cost: F8
    slot: I8
    cell: I8
    minimum: F8
    maximum: F8
    step: F8
    matrix: Rows
    lower: F8
    upper: F8
    rule: I8
    rules: tuple[str, ...]
    orbit: I8
    family: I8
    distinct: tuple[Distinct, ...] = ()
    priced: frozenset[int] = frozenset()

    def __post_init__(self) -> None:
        found = faults(self)
        if found:
            raise ValueError("; ".join(found))

    @property
    def n(self) -> int:
        """Number of columns, choices and portions together."""
        return int(self.cost.size)

    @property
    def n_slots(self) -> int:
        """Number of slots to fill."""
        return int(self.slot.max()) + 1 if self.slot.size else 0


def faults(model: Model) -> list[str]:
    """List what is wrong with the arrays of a model (an empty list when nothing is)."""
    return _size_faults(model) or _number_faults(model) + _reference_faults(model)


def _size_faults(model: Model) -> list[str]:
    n, portions, m = model.cost.size, model.cost.size - model.n_serve, model.lower.size
    expected = {
        "slot": model.n_serve, "cell": portions, "minimum": portions, "maximum": portions, "step": portions,
        "orbit": n, "upper": m, "rule": m, "family": m,
    }  # fmt: skip
    sizes = {name: getattr(model, name).shape for name in expected}
    found = [f"{k}: shape {sizes[k]}, expected ({v},)" for k, v in expected.items() if sizes[k] != (v,)]
    if model.matrix.shape != (m, n):
        found.append(f"matrix: shape {model.matrix.shape}, expected ({m}, {n})")
    return found


def _number_faults(model: Model) -> list[str]:
    finite = ("cost", "minimum", "maximum", "step")
    found = [f"{name}: not finite" for name in finite if not np.isfinite(getattr(model, name)).all()]
    if not np.isfinite(model.matrix.data).all():
        found.append("matrix: not finite")
    if np.isnan(model.lower).any() or np.isnan(model.upper).any():
        found.append("lower, upper: not a number")
    if (model.minimum < 0).any() or (model.maximum < model.minimum).any() or (model.step < 0).any():
        found.append("portions: expected 0 <= minimum <= maximum and step >= 0")
    return found


def _reference_faults(model: Model) -> list[str]:
    counts = np.bincount(model.slot, minlength=1) if model.slot.min(initial=0) >= 0 else np.zeros(1)
    found = [] if counts.all() or not model.n_serve else ["slot: a slot without an option"]
    cells = [model.cell, *(d.cells for d in model.distinct)]
    if any(c.size and not 0 <= c.min() <= c.max() < model.n_serve for c in cells):
        found.append("cell: points outside the y columns")
    rules = [*(d.rule for d in model.distinct), *np.unique(model.rule).tolist()]
    if any(not 0 <= r < len(model.rules) for r in rules):
        found.append("rule: points outside rules")
    if any(d.cells.size != d.keys.size for d in model.distinct):
        found.append("distinct: cells and keys differ in size")
    return found


def portion_range(model: Model) -> tuple[F8, F8]:
    """Smallest and largest portion of each p column that the serving step allows (a fixed portion stays as it is).

    Where low > high no multiple of the step lies within the bounds, so that option cannot be served.
    """
    stepped = (model.step > 0) & (model.maximum > model.minimum)
    step = np.where(stepped, model.step, 1.0)
    low = np.where(stepped, np.ceil(model.minimum / step - 1e-9) * step, model.minimum)
    high = np.where(stepped, np.floor(model.maximum / step + 1e-9) * step, model.maximum)
    return low, high


@dataclass(frozen=True, slots=True, eq=False)
class Program:
    """A linear or mixed-integer program in arrays: minimise offset + cost x, row_lower <= matrix x <= row_upper."""

    cost: F8
    lower: F8
    upper: F8
    integer: Flags
    matrix: Rows
    row_lower: F8
    row_upper: F8
    offset: float = 0.0


@dataclass(frozen=True, slots=True, eq=False)
class FullProgram:
    """The whole model as one program: its first columns are the model's (times `scale`), `rule` numbers its rows."""

    program: Program
    rule: I8
    scale: F8

    def values(self, solution: F8) -> F8:
        """Values of the model's own columns out of a solution of the program."""
        return solution[: self.scale.size] * self.scale

    def start(self, model: Model, values: F8) -> F8:
        """A solution of the program out of values of the model's columns (keys of variety rules on if served)."""
        keys = [served_keys(d, values) for d in model.distinct]
        return np.concatenate([values / self.scale, *keys])


def full_program(model: Model, *, whole_steps: bool = False) -> FullProgram:
    """Write out the columns and all rows of a model: its own, one option per slot, portion bounds, variety.

    With whole_steps the portions are counted in serving steps (integers), else they are continuous.
    """
    low, high = portion_range(model)
    stepped = (model.step > 0) & (high > low) & whole_steps
    scale = np.concatenate([np.ones(model.n_serve), np.where(stepped, model.step, 1.0)])
    parts = [_own_rows(model), slot_rows(model), *link_rows(model, low, high)]
    extra = _distinct_rows(model)
    keys = sum(block.n_keys for block in extra)
    matrix = sparse.vstack(
        [*(widened(p.matrix, model.n + keys) for p in parts), *(b.matrix for b in extra)], format="csr"
    )
    matrix.data *= np.concatenate([scale, np.ones(keys)])[matrix.indices]
    upper = np.concatenate([np.ones(model.n_serve), np.maximum(high, 0.0), np.ones(keys)])
    upper[: scale.size] /= scale
    integer = np.concatenate([np.ones(model.n_serve, bool), stepped, np.ones(keys, bool)])
    every = [*parts, *extra]
    program = Program(
        np.concatenate([model.cost * scale, np.zeros(keys)]), np.zeros(upper.size), upper, integer, matrix,
        np.concatenate([b.lower for b in every]), np.concatenate([b.upper for b in every]),
    )  # fmt: skip
    return FullProgram(program, np.concatenate([b.rule for b in every]), scale)


@dataclass(frozen=True, slots=True, eq=False)
class RowBlock:
    """A few rows of one kind with their bounds and rule numbers; `n_keys` counts helper columns it brings along."""

    matrix: Rows
    lower: F8
    upper: F8
    rule: I8
    n_keys: int = 0


def _own_rows(model: Model) -> RowBlock:
    return RowBlock(model.matrix, model.lower, model.upper, model.rule)


def _structure(matrix: Rows, lower: float, upper: float) -> RowBlock:
    m = matrix.shape[0]
    return RowBlock(matrix, np.full(m, lower), np.full(m, upper), np.full(m, STRUCTURE))


def slot_rows(model: Model) -> RowBlock:
    """One row per slot: exactly one option is served."""
    entries = (np.ones(model.n_serve), (model.slot.astype(np.int32), np.arange(model.n_serve, dtype=np.int32)))
    return _structure(sparse.csr_array(entries, shape=(model.n_slots, model.n)), 1.0, 1.0)


def link_rows(model: Model, low: F8, high: F8) -> tuple[RowBlock, RowBlock]:
    """Rows p <= high*y and p >= low*y, one per portion column."""
    k = np.arange(model.cell.size, dtype=np.int32)
    row, column = np.concatenate([k, k]), np.concatenate([k + model.n_serve, model.cell.astype(np.int32)])
    shape = (k.size, model.n)

    def rows(bound: F8) -> Rows:
        return sparse.csr_array((np.concatenate([np.ones(k.size), -bound]), (row, column)), shape=shape)

    return _structure(rows(high), -np.inf, 0.0), _structure(rows(low), 0.0, np.inf)


def widened(matrix: Rows, width: int) -> Rows:
    """The same rows over more columns."""
    return sparse.csr_array((matrix.data, matrix.indices, matrix.indptr), shape=(matrix.shape[0], width))


def _distinct_rows(model: Model) -> list[RowBlock]:
    sizes = [np.unique(d.keys).size for d in model.distinct]
    starts = model.n + np.cumsum([0, *sizes])
    width = int(starts[-1])
    return [variety_rows(d, int(first), width) for d, first in zip(model.distinct, starts, strict=False)]


def variety_rows(distinct: Distinct, first: int, width: int) -> RowBlock:
    """Rows z_key <= sum of its cells, and sum of z >= minimum; z are helper columns from `first` on."""
    names, key = np.unique(distinct.keys, return_inverse=True)
    k = np.arange(names.size)
    row = np.concatenate([k, key, np.full(k.size, k.size)]).astype(np.int32)
    column = np.concatenate([k + first, distinct.cells, k + first]).astype(np.int32)
    data = np.concatenate([np.ones(k.size), -np.ones(key.size), np.ones(k.size)])
    matrix = sparse.csr_array((data, (row, column)), shape=(k.size + 1, width))
    lower = np.concatenate([np.full(k.size, -np.inf), [float(distinct.minimum)]])
    upper = np.concatenate([np.zeros(k.size), [np.inf]])
    return RowBlock(matrix, lower, upper, np.full(k.size + 1, distinct.rule), k.size)


def served_keys(distinct: Distinct, values: F8) -> F8:
    names, key = np.unique(distinct.keys, return_inverse=True)
    served = np.bincount(key, weights=values[distinct.cells] > 0.5, minlength=names.size)
    return np.minimum(served, 1.0)


def restricted(model: Model, keep: Flags) -> tuple[Model, I8]:
    """The model with only some of its options (their portions come along), and the columns that stay."""
    number = np.cumsum(keep) - 1
    portions = keep[model.cell]
    columns = np.flatnonzero(np.concatenate([keep, portions]))
    distinct = []
    for d in model.distinct:
        stays = keep[d.cells]
        distinct.append(Distinct(number[d.cells[stays]], d.keys[stays], d.minimum, d.rule))
    small = Model(
        int(keep.sum()), model.cost[columns], model.slot[keep], number[model.cell[portions]], model.minimum[portions],
        model.maximum[portions], model.step[portions], sparse.csr_array(model.matrix[:, columns]), model.lower,
        model.upper, model.rule, model.rules, model.orbit[columns], model.family, tuple(distinct), model.priced,
    )  # fmt: skip
    return small, columns


def violations(model: Model, values: F8) -> F8:
    """How far each own row is missed, relative to its size (0 if it holds); variety rules follow, in keys missing."""
    activity = model.matrix @ values
    size = np.maximum(abs(model.matrix) @ np.abs(values), 1e-9)
    missed = np.maximum(np.maximum(model.lower - activity, activity - model.upper), 0.0) / size
    missing = [max(0.0, d.minimum - float(served_keys(d, values).sum())) for d in model.distinct]
    return np.concatenate([missed, missing])


def lawful(model: Model, values: F8, tolerance: float = TOLERANCE) -> bool:
    """Whether values keep every rule: one whole option per slot, portions within bounds, all rows within tolerance."""
    serve = values[: model.n_serve]
    whole = bool(np.all(np.abs(serve - np.round(serve)) <= tolerance))
    one = bool(np.all(np.abs(np.bincount(model.slot, weights=serve, minlength=model.n_slots) - 1) <= tolerance))
    portion, served = values[model.n_serve :], serve[model.cell]
    low, high = model.minimum * served - tolerance, model.maximum * served + tolerance
    fits = bool(np.all((portion >= low) & (portion <= high)))
    return whole and one and fits and bool(np.all(violations(model, values) <= tolerance))
