"""Certificates: whatever prices are given, they prove no more than is true; the best prices prove all that prices can."""

from __future__ import annotations

from dataclasses import replace
from itertools import product
from typing import TYPE_CHECKING

import numpy as np
import pytest
from scipy import sparse
from scipy.optimize import linprog

from sehatmenu.planning import bounds
from sehatmenu.planning.certificates import Low, RowPrices, VarietyPrices, certified_bound
from sehatmenu.planning.meals import solve_by_meals
from sehatmenu.planning.models import Distinct, Model, portion_range
from sehatmenu.planning.robustness import lower_bound
from sehatmenu.planning.solvers import solve
from tests.planning.engine.enumerated import cheapest_of_all, ways_to_fill
from tests.planning.engine.generated import generated
from tests.planning.engine.known import known
from tests.planning.engine.small import COURSES

if TYPE_CHECKING:
    from sehatmenu.planning.models import F8

CLOSE = 1e-6


@pytest.mark.parametrize("seed", range(40))
def test_prices_of_any_kind_prove_no_more_than_the_cheapest_menu(seed: int) -> None:
    """Weak duality: made-up prices on every row, on ceilings and on variety, of either sign, large and small."""
    rng = np.random.default_rng(seed)
    model, cheapest = known(seed)
    for scale in (0.01, 0.3, 3.0):
        rows = rng.normal(0.0, scale, model.lower.size)
        variety = {
            d.rule: VarietyPrices({int(k): float(rng.normal(0.0, scale)) for k in np.unique(d.keys)}, rng.normal(0, scale))
            for d in model.distinct
        }
        ceilings = rng.normal(0.0, scale, model.n_serve)
        bound = certified_bound(model, RowPrices(rows, ceilings, variety))
        assert np.isfinite(bound) or not np.isfinite(cheapest)
        assert bound <= cheapest * (1 + CLOSE)
    for only in (RowPrices(0 * rows, abs(ceilings)), RowPrices(0 * rows, None, variety), RowPrices(-abs(rows) / 100)):
        assert certified_bound(model, only) <= cheapest * (1 + CLOSE)


def _best_prices(model: Model) -> tuple[RowPrices, float]:
    """The prices that prove most, and what they prove, by scipy: rows, slots, least and largest portions, variety."""
    matrix, low, high = model.matrix.toarray(), model.lower, model.upper
    (distinct,) = model.distinct
    limits: list[tuple[float, float | None]] = [(0.0, None)] * model.n
    keys = np.unique(distinct.keys)
    width = model.n + keys.size
    blocks, sides = [], []

    def add(rows: F8, most: F8) -> None:
        blocks.append(np.hstack([rows, np.zeros((rows.shape[0], width - rows.shape[1]))]))
        sides.append(most)

    finite_high, finite_low = np.isfinite(high), np.isfinite(low)
    add(matrix[finite_high], high[finite_high])
    add(-matrix[finite_low], -low[finite_low])
    owner = np.zeros((model.cell.size, model.n))
    owner[np.arange(model.cell.size), model.cell] = 1.0
    portion = np.zeros_like(owner)
    portion[np.arange(model.cell.size), np.arange(model.cell.size) + model.n_serve] = 1.0
    least, most = portion_range(model)
    add(portion - owner * most[:, None], np.zeros(model.cell.size))
    add(owner * least[:, None] - portion, np.zeros(model.cell.size))
    names = (distinct.keys[None, :] == keys[:, None]).astype(float)
    served = np.zeros((keys.size, width))
    served[:, distinct.cells] = -names
    served[:, model.n :] = np.eye(keys.size)
    add(served, np.zeros(keys.size))
    kinds_ = np.zeros((1, width))
    kinds_[0, model.n :] = -1.0
    add(kinds_, np.array([-float(distinct.minimum)]))
    one = np.zeros((model.n_slots, width))
    one[model.slot, np.arange(model.n_serve)] = 1.0
    limits += [(0.0, 1.0)] * keys.size
    cost = np.append(model.cost, np.zeros(keys.size))
    found = linprog(cost, np.vstack(blocks), np.concatenate(sides), one, np.ones(model.n_slots), limits)
    if not found.success:
        return RowPrices(np.zeros(low.size)), np.inf
    marginal: F8 = np.asarray(found.ineqlin.marginals, dtype=float)
    rows = np.zeros(low.size)
    first = int(finite_high.sum())
    rows[finite_high] += marginal[:first]
    rows[finite_low] -= marginal[first : first + int(finite_low.sum())]
    key = -marginal[-1 - keys.size : -1]
    variety = {distinct.rule: VarietyPrices(dict(zip(keys.tolist(), key.tolist(), strict=True)), -float(marginal[-1]))}
    return RowPrices(rows, None, variety), float(cost @ np.asarray(found.x))


def test_the_best_prices_prove_as_much_as_the_relaxation_is_worth() -> None:
    """Strong duality, and so no term of a certificate is missing: scipy's prices prove scipy's optimum, variety included."""
    solved = 0
    for seed in range(40):
        model, _ = known(seed)
        if (portion_range(model)[0] > portion_range(model)[1]).any():
            continue
        prices, worth = _best_prices(model)
        if np.isfinite(worth):
            solved += 1
            assert certified_bound(model, prices) == pytest.approx(worth, rel=1e-7), seed
    assert solved >= 20


def _day(model: Model, day: int, left: F8) -> Low:
    """The cheapest day by trying every one, rules over portions of one day included, at what prices leave to pay."""
    slots = range(day * COURSES, (day + 1) * COURSES)
    ways = [ways_to_fill(model, slot) for slot in slots]
    columns = np.flatnonzero(np.isin(np.concatenate([model.slot, model.slot[model.cell]]), list(slots)))
    least = min((float(sum(way) @ left) for way in product(*ways)), default=np.inf)
    return Low(columns[None, :], left[columns], least)


@pytest.mark.parametrize("seed", range(12))
def test_proofs_of_pieces_count_as_far_as_their_costs_are_those_that_prices_leave(seed: int) -> None:
    """Two days, each solved by trying; then with costs far too high, which the certificate takes off again."""
    model, cheapest = known(seed)
    rng = np.random.default_rng(seed)
    rows = np.where(np.isfinite(model.lower), rng.uniform(0.0, 0.2, model.lower.size), 0.0)
    left = model.cost - model.matrix.T @ rows
    true = [_day(model, day, left) for day in (0, 1)]
    if not all(np.isfinite(low.value) for low in true):
        return
    bound = certified_bound(model, RowPrices(rows), true)
    alone = certified_bound(model, RowPrices(rows))
    assert alone - 1e-6 <= bound <= cheapest * (1 + CLOSE)
    dear = [_day(model, day, left + 50.0) for day in (0, 1)]
    assert certified_bound(model, RowPrices(rows), dear) <= cheapest * (1 + CLOSE)


def test_a_piece_that_lacks_a_column_or_overlaps_another_proves_nothing() -> None:
    model, _ = known(0)
    rows = RowPrices(np.zeros(model.lower.size))
    one, other = _day(model, 0, model.cost), _day(model, 1, model.cost)
    assert np.isfinite(certified_bound(model, rows, [one, other]))
    lacking = replace(one, places=one.places[:, 1:], cost=one.cost[1:])
    assert certified_bound(model, rows, [lacking, other]) == -np.inf
    assert certified_bound(model, rows, [one, one]) == -np.inf


def test_the_average_day_of_a_month_is_certified_to_the_last_digits() -> None:
    """What HiGHS says of the folded program is what its prices prove over all rows of all days."""
    for model in (generated(10, 60), generated(10, 60, suppliers=6, groups=2)):
        said = solve(bounds.fold(model).program).objective
        assert lower_bound(model) == pytest.approx(said, rel=1e-9)


def test_variety_over_overlapping_windows_is_not_counted_twice() -> None:
    """Three days, two dishes; two kinds in any two days running. The dear dish once, in the middle, keeps both windows.

    Added up over the windows, that one serving counts for both: 1 + 9 + 1 = 11 rupiah, and no bound is above that.
    """
    days, dishes = 3, 2
    slot = np.repeat(np.arange(days), dishes)
    dish = np.tile(np.arange(dishes), days)
    n = slot.size
    windows = [np.flatnonzero((slot == first) | (slot == first + 1)) for first in (0, 1)]
    model = Model(
        n_serve=n, cost=np.concatenate([np.zeros(n), np.array([1.0, 9.0])[dish]]), slot=slot, cell=np.arange(n),
        minimum=np.ones(n), maximum=np.ones(n), step=np.zeros(n), matrix=sparse.csr_array((1, 2 * n)),
        lower=np.array([-np.inf]), upper=np.array([np.inf]), rule=np.array([0]), rules=("none", "variety"),
        orbit=np.concatenate([dish, 10 + dish]), family=np.array([0]),
        distinct=tuple(Distinct(cells, dish[cells], 2, 1) for cells in windows),
    )  # fmt: skip
    assert cheapest_of_all(model) == 11.0
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr("sehatmenu.planning.layouts.LARGEST_BLOCK", 1)
        outcome = solve_by_meals(model, time_limit=5.0, gap=1e-6)
    assert outcome is not None
    assert outcome.objective == pytest.approx(11.0)
    assert outcome.bound == pytest.approx(11.0)




def test_a_course_whose_dishes_change_from_day_to_day_is_one_slot_a_day() -> None:
    """Two days with the same rice, the egg of one UMKM on Monday and the fish of another on Tuesday: 3 + 4 and 3 + 5 rupiah.

    Rice makes the two meals one kind; were egg and fish two courses of it, no meal would cost less than 3 + 4 + 5.
    """
    slot, dish = np.array([0, 1, 2, 3]), np.array([0, 1, 0, 2])
    price = np.array([3.0, 4.0, 5.0])
    rows = sparse.csr_array(np.hstack([np.zeros((2, 4)), [[1.0, 1.0, 0.0, 0.0], [0.0, 0.0, 1.0, 1.0]]]))
    model = Model(
        n_serve=4, cost=np.concatenate([np.zeros(4), price[dish]]), slot=slot, cell=np.arange(4), minimum=np.ones(4),
        maximum=np.ones(4), step=np.zeros(4), matrix=rows, lower=np.full(2, 1.0), upper=np.full(2, np.inf),
        rule=np.array([0, 0]), rules=("filled",), orbit=np.concatenate([dish, 10 + dish]), family=np.array([0, 0]),
    )  # fmt: skip
    assert cheapest_of_all(model) == 15.0
    outcome = solve_by_meals(model, time_limit=5.0, gap=1e-6)
    assert outcome is None or outcome.bound <= 15.0 * (1 + CLOSE)
