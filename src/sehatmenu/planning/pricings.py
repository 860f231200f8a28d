"""Prices of whole meals: the average day over known meals prices each rule, and cheaper meals come back until proven."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np
from scipy import sparse

from sehatmenu.errors import SolverError
from sehatmenu.planning.bounds import Folded
from sehatmenu.planning.certificates import Low, RowPrices, VarietyPrices, certified_bound
from sehatmenu.planning.layouts import Layout
from sehatmenu.planning.models import Distinct, Model, Program
from sehatmenu.planning.patterns import Kind, Meal, Pool, dominated, in_steps, local_rows, meal_of, siblings
from sehatmenu.planning.solvers import Status, solve, solve_small

if TYPE_CHECKING:
    from sehatmenu.planning.models import F8, I8, Rows

_PULL = 0.5
"""How far prices are drawn towards those of the best proof."""

_NEW = 1e-6
"""A meal is new to the master when it improves by more than this part of its own cost."""


class Master:
    """The average day over whole meals: how often each meal is served, under every rule that reaches over meals."""

    def __init__(self, layout: Layout, folded: Folded, found: list[Kind]) -> None:
        self.model, self.kinds, self.folded = layout.model, found, folded
        self.counts = np.array([kind.places.shape[0] for kind in found], dtype=float)
        local = local_rows(layout)
        weights = folded.weights
        owner = np.repeat(np.arange(weights.shape[0]), np.diff(weights.indptr))
        inside = np.zeros(weights.shape[0], dtype=bool)
        inside[owner[local[weights.indices] >= 0]] = True
        rows = np.flatnonzero(~inside)
        size = np.maximum(np.asarray(abs(weights[rows]) @ layout.size), 1e-9)
        self.rows, self.size = rows, size
        own = sparse.csr_array(sparse.diags_array(1.0 / size) @ folded.program.matrix[rows])
        scarce, variety = self._scarce(), _varieties(layout.model, folded)
        self.matrix = sparse.csr_array(sparse.vstack([own, scarce, variety.matrix]))
        few = np.full(scarce.shape[0], -np.inf)
        self.lower = np.concatenate([folded.program.row_lower[rows] / size, few, variety.lower])
        self.upper = np.concatenate([folded.program.row_upper[rows] / size, np.ones(few.size), variety.upper])
        before = sparse.csr_array((rows.size + few.size, variety.most.size))
        self.keys = sparse.csr_array(sparse.vstack([before, variety.keys]))
        self.most, self._few, self._names = variety.most, few.size, variety.names
        self.penalty = layout.unit * layout.model.n_slots
        self._resting: F8 = np.zeros(self.lower.size)

    def start(self, duals: F8) -> F8:
        """Prices to begin with: those of the average day (`duals` of the folded program)."""
        prices = np.zeros(self.lower.size)
        prices[: self.rows.size] = duals[self.rows] * self.size
        return prices

    def _scarce(self) -> Rows:
        """Options that are not to be had at every occasion of their kind: served at most as often as they are there."""
        rows, data = [], []
        for kind in self.kinds:
            few, there = _few(kind)
            rows.append(kind.folded[few])
            data.append(1.0 / there[few])
        columns = np.concatenate(rows) if rows else np.zeros(0, dtype=np.int64)
        entries = (np.concatenate(data), (np.arange(columns.size), columns))
        return sparse.csr_array(entries, shape=(columns.size, self.folded.copies.size))

    def activity(self, number: int, meal: Meal) -> F8:
        """What one serving of a meal adds to each row."""
        full = np.zeros(self.folded.copies.size)
        full[self.kinds[number].folded] = meal.values
        return np.asarray(self.matrix @ full)

    def solve(self, pool: Pool, spent: F8 | None = None, left: F8 | None = None) -> tuple[float, F8, F8, F8]:
        """The cheapest mix of known meals: its rupiah, the prices of the rows, of a meal of each kind, and the mix.

        With `spent` (what meals already laid take of each row) and `left` (meals still to lay, by kind): of the rest.
        """
        used = np.zeros(self.lower.size) if spent is None else spent
        counts = self.counts if left is None else left
        meals = [(number, meal) for number, known in enumerate(pool.meals) for meal in known]
        columns = np.column_stack([self.activity(number, meal) for number, meal in meals])
        m, k = self.lower.size, len(meals)
        of_kind = sparse.csr_array(
            (np.ones(k), ([number for number, _ in meals], np.arange(k))), shape=(len(self.kinds), k)
        )
        slack = sparse.hstack([sparse.eye_array(m), -sparse.eye_array(m)])
        none = sparse.csr_array((len(self.kinds), self.most.size + 2 * m))
        above = sparse.hstack([sparse.csr_array(columns), self.keys, slack])
        matrix = sparse.csr_array(sparse.vstack([above, sparse.hstack([of_kind, none])]))
        prices = np.concatenate([np.zeros(self.most.size), np.full(2 * m, self.penalty)])
        cost = np.concatenate([[meal.cost for _, meal in meals], prices])
        free = np.concatenate([np.full(k, np.inf), self.most, np.full(2 * m, np.inf)])
        program = Program(
            cost, np.zeros(cost.size), free, np.zeros(cost.size, bool), matrix,
            np.concatenate([self.lower - used, counts]), np.concatenate([self.upper - used, counts]),
        )  # fmt: skip
        answer = solve(program)
        if answer.duals is None or answer.values is None:
            raise SolverError(f"the average day over {k} meals ended with {answer.status}")
        return answer.objective, answer.duals[:m], answer.duals[m:], answer.values[:k]

    def rest(self, pool: Pool, values: F8, left: F8) -> F8:
        """Prices by folded column for what is still to be laid after a part of the model's columns has its `values`."""
        total = np.bincount(self.folded.column, values, self.folded.copies.size)
        _, prices, _, _ = self.solve(pool, np.asarray(self.matrix @ total), left)
        return np.asarray(self.matrix.T @ self.sound(prices))

    def average_rest(self, values: F8, left: F8) -> F8:
        """As `rest`, but by the average day, so without any known meal; asked anew once every kind had its turn."""
        if int(left.sum()) % len(self.kinds) == 0:
            program, laid = self.folded.program, np.bincount(self.folded.column, values, self.folded.copies.size)
            used = np.asarray(program.matrix @ laid)
            lower, upper = program.row_lower - used, program.row_upper - used
            rest = replace(program, row_lower=lower, row_upper=upper, upper=np.maximum(program.upper - laid, 0.0))
            duals = solve(rest).duals
            self._resting = self._resting if duals is None else self.sound(self.start(duals))
        return np.asarray(self.matrix.T @ self._resting)

    def certified(self, prices: F8, least: Sequence[float]) -> float:
        """What these prices prove, given the least that a meal of each kind costs after what it earns at them."""
        own, scarce, variety = np.split(prices, [self.rows.size, self.rows.size + self._few])
        folded = np.zeros(self.folded.weights.shape[0])
        folded[self.rows] = own / self.size
        known = RowPrices(np.asarray(self.folded.weights.T @ folded), self._ceilings(scarce), self._variety(variety))
        earned = np.asarray(self.matrix.T @ prices)
        lows = [Low(k.places, k.model.cost - earned[k.folded], low) for k, low in zip(self.kinds, least, strict=True)]
        return certified_bound(self.model, known, lows)

    def _ceilings(self, prices: F8) -> F8:
        """Prices of scarce options by y column of the model: each of those there are bears its part."""
        found, first = np.zeros(self.model.n_serve), 0
        for kind in self.kinds:
            few, there = _few(kind)
            each = prices[first : first + few.size] / there[few]
            first += few.size
            for column, price in zip(few.tolist(), each.tolist(), strict=True):
                places = kind.places[:, column]
                found[places[places >= 0]] = price
        return found

    def _variety(self, prices: F8) -> dict[int, VarietyPrices]:
        """Prices of variety rules, by rule: of each key (its row is `key <= servings`) and of one more kind."""
        found, first = {}, 0
        for rule, names in self._names:
            last = first + names.size
            keys = dict(zip(names.tolist(), (-prices[first:last]).tolist(), strict=True))
            found[rule], first = VarietyPrices(keys, float(prices[last])), last + 1
        return found

    def sound(self, prices: F8) -> F8:
        """Prices with the sign that a proof needs: none on a side that is not bounded."""
        wrong = ((prices > 0) & ~np.isfinite(self.lower)) | ((prices < 0) & ~np.isfinite(self.upper))
        return np.where(wrong, 0.0, prices)


def _few(kind: Kind) -> tuple[I8, I8]:
    """Options of a kind that are not there at every occasion; and at how many each option is."""
    there = (kind.places[:, : kind.model.n_serve] >= 0).sum(axis=0)
    return np.flatnonzero(there < kind.places.shape[0]), there


@dataclass(frozen=True, slots=True, eq=False)
class Varieties:
    """Variety rules of the average day: rows `key <= servings of it` and `sum of keys >= least`, a column per key.

    `matrix` is over folded columns, `keys` over the helper columns, each at most `most` (one per window); `names` are the
    keys of each rule in the order of its rows.
    """

    matrix: Rows
    keys: Rows
    lower: F8
    upper: F8
    most: F8
    names: tuple[tuple[int, I8], ...]


def _varieties(model: Model, folded: Folded) -> Varieties:
    """Add up the windows of each variety rule, as any menu satisfies it on average.

    A serving counts once for every window that it lies in, which are several where windows overlap.
    """
    by_rule: dict[int, list[Distinct]] = {}
    for distinct in model.distinct:
        by_rule.setdefault(distinct.rule, []).append(distinct)
    rows, helpers, lower, upper, most, by_name = [], [], [], [], [], []
    for rule, windows in by_rule.items():
        cells = np.concatenate([d.cells for d in windows])
        names, key = np.unique(np.concatenate([d.keys for d in windows]), return_inverse=True)
        counted, times = np.unique(np.column_stack([key, cells]), axis=0, return_counts=True)
        shape = (names.size + 1, folded.copies.size)
        most_often = np.zeros(shape)
        np.maximum.at(most_often, (counted[:, 0], folded.column[counted[:, 1]]), times)
        rows.append(sparse.csr_array(-most_often))
        by_name.append((rule, names))
        helpers.append(sparse.vstack([sparse.eye_array(names.size), sparse.csr_array(np.ones((1, names.size)))]))
        lower.append(np.append(np.full(names.size, -np.inf), float(sum(d.minimum for d in windows))))
        upper.append(np.append(np.zeros(names.size), np.inf))
        most.append(np.full(names.size, float(len(windows))))
    none = np.zeros(0)
    return Varieties(
        sparse.csr_array(sparse.vstack([sparse.csr_array((0, folded.copies.size)), *rows])),
        sparse.csr_array(sparse.block_diag(helpers)) if helpers else sparse.csr_array((0, 0)),
        np.concatenate([none, *lower]),
        np.concatenate([none, *upper]),
        np.concatenate([none, *most]),
        tuple(by_name),
    )


@dataclass(frozen=True, slots=True, eq=False)
class Priced:
    """The cheapest meal of a kind at given prices, and a proven bound of that price."""

    meal: Meal | None
    value: float
    bound: float


def cheapest(kind: Kind, prices: F8, *, stepped: bool, seconds: float, gap: float) -> Priced:
    """The meal of a kind that costs least after what it earns at the prices of the rows (`prices` by folded column)."""
    full = kind.stepped if stepped else kind.loose
    net = kind.model.cost - prices[kind.folded]
    padded = np.concatenate([net * full.scale, np.zeros(full.program.cost.size - net.size)])
    upper = full.program.upper.copy()
    upper[dominated(kind, net)] = 0.0
    answer = solve_small(replace(full.program, cost=padded, upper=upper), time_limit=seconds, gap=gap)
    if answer.values is None:
        return Priced(None, np.inf, np.inf if answer.status is Status.infeasible else answer.bound)
    return Priced(meal_of(kind, full.values(answer.values), full.scale), answer.objective, answer.bound)


class Pricing:
    """Column generation: prices from the master, cheapest meals back, until the proof meets the master."""

    def __init__(
        self,
        master: Master,
        start: F8,
        *,
        threads: int,
        gap: float,
        left: Callable[[], float],
        tell: Callable[[float], None],
    ) -> None:
        self.master, self.gap, self.left, self.tell = master, gap, left, tell
        self.threads = threads
        self.pool = Pool([[] for _ in master.kinds])
        self.bound = -np.inf
        self.prices = master.sound(start)
        self.value = np.inf
        self.infeasible = self.done = False
        self.siblings = [
            [n for n, other in enumerate(master.kinds) if other is not kind and siblings(kind, other)]
            for kind in master.kinds
        ]

    def row_prices(self) -> F8:
        """The prices of the rules, by folded column of the model."""
        return np.asarray(self.master.matrix.T @ self.prices)

    def run(self, pause: Callable[[], None]) -> None:
        """First with portions of any size, then in serving steps; `bound` is proven for the latter.

        `pause` is called in between, when the first meals are in steps.
        """
        with ThreadPoolExecutor(max_workers=max(self.threads, 1)) as workers:
            self._round(workers, stepped=False, enough=2.0 * self.gap)
            self._to_steps(workers)
        pause()
        self.resume()

    def resume(self) -> None:
        """Go on pricing in serving steps; `done` once nothing is left to gain."""
        with ThreadPoolExecutor(max_workers=max(self.threads, 1)) as workers:
            self._round(workers, stepped=True, enough=0.2 * self.gap)
            self.done = self.left() > 0

    def _round(self, workers: ThreadPoolExecutor, *, stepped: bool, enough: float) -> None:
        """Price until no meal is new or the proof is near `enough` to the master.

        Prices are drawn towards the best proof so far, which keeps them from swinging; where that finds nothing new,
        the master's own prices are asked.
        """
        below, pull = -np.inf, _PULL
        while self.left() > 0 and not self.infeasible:
            worth: F8 = np.full(len(self.master.kinds), np.inf)
            own = self.prices
            if all(self.pool.meals):
                self.value, duals, worth, _ = self.master.solve(self.pool)
                own = self.master.sound(duals)
                if below >= self.value * (1 - enough):
                    return
            used = pull * self.prices + (1 - pull) * own
            found = self._price(workers, used, stepped, max(enough, 1 - below / self.value) if below > 0 else 0.1)
            if any(p.bound == np.inf for p in found):
                self.infeasible = True
                return
            proven = self.master.certified(used, [p.bound for p in found])
            if proven > below:
                below, self.prices = proven, used
            if below > self.bound:
                self.bound = below
                self.tell(below)
            fresh = [self._keep(n, p, own, worth[n]) for n, p in enumerate(found)]
            if not any(fresh) and pull == 0.0:
                return
            pull = _PULL if any(fresh) else 0.0

    def _keep(self, number: int, priced: Priced, prices: F8, worth: float) -> bool:
        if priced.meal is None:
            return False
        earned = float(prices @ self.master.activity(number, priced.meal))
        if priced.meal.cost - earned >= worth - _NEW * max(abs(priced.meal.cost), 1.0):
            return False
        for other in self.siblings[number]:
            kind = self.master.kinds[other]
            self.pool.add(other, Meal(priced.meal.values, float(kind.model.cost @ priced.meal.values)))
        return self.pool.add(number, priced.meal)

    def _price(self, workers: ThreadPoolExecutor, used: F8, stepped: bool, apart: float) -> list[Priced]:
        """The cheapest meal of each kind, as exactly as it matters while the proof is `apart` from the master."""
        prices = np.asarray(self.master.matrix.T @ used)
        seconds = max(0.2, self.left())

        def one(kind: Kind) -> Priced:
            return cheapest(kind, prices, stepped=stepped, seconds=seconds, gap=min(0.01, 0.1 * apart))

        return list(workers.map(one, self.master.kinds))

    def _to_steps(self, workers: ThreadPoolExecutor) -> None:
        """Bring every known meal into serving steps; meals that cannot be are dropped."""
        prices = self.row_prices()
        jobs = [(n, meal) for n, known in enumerate(self.pool.meals) for meal in known]
        self.pool = Pool([[] for _ in self.master.kinds])

        def one(job: tuple[int, Meal]) -> Meal | None:
            return in_steps(self.master.kinds[job[0]], job[1], prices) if self.left() > 0 else None

        for (number, _), meal in zip(jobs, workers.map(one, jobs), strict=True):
            if meal is not None:
                self.pool.add(number, meal)
