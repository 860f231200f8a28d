"""Finds lawful cheap menus: a start that follows the average day, then exchanges of dishes in order of their price."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from sehatmenu.planning.layouts import Layout, Part
from sehatmenu.planning.portions import Portions
from sehatmenu.planning.tallies import Tally

if TYPE_CHECKING:
    from sehatmenu.planning.models import F8, I8

_LEAST = 1e-7
_MISS = 2e-7
_CHAINS = 30
_SOFT = 0.02
_WORSE = 1e-3
_HARD = 1e3


def follow(layout: Layout, rates: F8) -> I8:
    """A first choice: walk through the slots and serve the option that lags most behind its rate in the average day."""
    model = layout.model
    kind = np.unique(model.orbit[: model.n_serve], return_inverse=True)[1]
    credit = np.zeros(int(kind.max(initial=-1)) + 1)
    order = np.argsort(model.slot, kind="stable")
    first = np.searchsorted(model.slot[order], np.arange(model.n_slots + 1))
    choice = np.zeros(model.n_slots, np.int64)
    for slot in range(model.n_slots):
        options = order[first[slot] : first[slot + 1]]
        credit[kind[options]] = np.round(credit[kind[options]] + rates[options], 6)
        standing = np.where(layout.servable[options], credit[kind[options]], -np.inf)
        choice[slot] = options[int(np.argmax(standing))]
        credit[kind[choice[slot]]] -= 1.0
    return choice


@dataclass(frozen=True, slots=True, eq=False)
class Menu:
    """A lawful menu before rounding: the option of each slot, all column values, and its cost in rupiah."""

    choice: I8
    values: F8
    cost: float


class Search:
    """A menu under improvement. `best` is the cheapest lawful menu met so far, None before the first."""

    __slots__ = ("_activity", "_clock", "_coupling", "_on_best", "_weight", "best", "choice", "layout", "parts", "rng",
                 "tally", "trials")  # fmt: skip

    def __init__(self, layout: Layout, choice: I8, seed: int, ended: Callable[[], bool],
                 on_best: Callable[[Menu], None]) -> None:  # fmt: skip
        self.layout, self.choice = layout, choice.copy()
        self.tally = Tally(layout, choice)
        self.parts = [Portions(layout, p, local(p, choice)) for p in layout.parts]
        self._coupling = np.flatnonzero(layout.coupling)
        self._activity = np.zeros(layout.size.size)
        self._weight = np.full(layout.size.size, _SOFT * layout.part_of_slot.size)
        self.rng = np.random.default_rng(seed)
        self._clock, self._on_best = ended, on_best
        self.best: Menu | None = None
        self.trials = 0
        for part in self.parts:
            part.reweigh(self._weight)
            part.keep(part.solve())
            self._activity[part.part.rows] += part.activity
        self._note()

    # state

    def ended(self) -> bool:
        """Whether time is up or someone asked to stop."""
        return self._clock()

    def cost(self) -> float:
        """Cost of the current menu with prices of missed rules, in layout units."""
        coupled = float(self._weight[self._coupling] @ self._missed())
        return sum(p.own for p in self.parts) + self.tally.penalty() + coupled

    def _missed(self) -> F8:
        """By how much the rows that couple parts are missed, relative to their size."""
        model, rows = self.layout.model, self._coupling
        activity, size = self._activity[rows], self.layout.size[rows]
        return np.maximum(np.maximum(model.lower[rows] / size - activity, activity - model.upper[rows] / size), 0.0)

    def lawful(self) -> bool:
        """Whether the current menu keeps every rule."""
        within = all(p.missed <= _MISS for p in self.parts) and bool((self._missed() <= _MISS).all())
        return within and self.tally.penalty() == 0.0

    def _enter(self, part: Portions) -> None:
        """Refresh what the other parts put into coupling rows, and the part's value with it."""
        if self._coupling.size:
            rows = part.part.rows
            part.couple(np.where(self.layout.coupling[rows], self._activity[rows] - part.activity, 0.0))
            part.reweigh(self._weight)
            self._keep(part, part.solve())

    def _keep(self, part: Portions, value: float) -> None:
        self._activity[part.part.rows] -= part.activity
        part.keep(value)
        self._activity[part.part.rows] += part.activity

    def _place(self, part: Portions, slots: I8, options: I8) -> None:
        part.exchange(slots, options)
        self._mark(part, slots, options)

    def _mark(self, part: Portions, slots: I8, options: I8) -> None:
        places, columns = part.part.slots[slots], part.part.options[options]
        self.choice[places] = columns
        for place, column in zip(places.tolist(), columns.tolist(), strict=True):
            self.tally.exchange(place, column)

    def _note(self) -> None:
        if not self.lawful():
            return
        cost = sum(p.own for p in self.parts) * self.layout.unit
        if self.best is None or cost < self.best.cost - _LEAST * abs(self.best.cost):
            self.best = Menu(self.choice.copy(), self.values(), cost)
            self._on_best(self.best)

    def values(self) -> F8:
        """All column values of the current menu."""
        model = self.layout.model
        values = np.zeros(model.n)
        values[self.choice] = 1.0
        for part in self.parts:
            k, size = part.portions()
            values[model.n_serve + k] = size
        return values

    # moves

    def _changes(self, part: Portions) -> F8:
        """Lower estimates of the change of cost by every single exchange within a part."""
        p = part.part
        change = part.estimates() + self.tally.deltas(p.options, p.slot_of, p.options[part.current])
        change[~self.layout.servable[p.options]] = np.inf
        change[part.current] = np.inf
        return change

    def descend(self, part: Portions) -> float:
        """Make exchanges and trades until none lowers the cost; returns the change of cost."""
        before = part.value + self.tally.penalty()
        while not self.ended() and (self._improve(part) or self._trade(part) or self._chain(part)):
            pass
        return part.value + self.tally.penalty() - before

    def _improve(self, part: Portions) -> bool:
        change = self._changes(part)
        least = _LEAST * max(1.0, abs(part.value))
        order = np.argsort(change, kind="stable")
        for option in order[: int(np.searchsorted(change[order], -least))].tolist():
            if self.ended():
                return False
            if self._try(part, part.part.slot_of[[option]], np.array([option]), least):
                return True
        return False

    def _try(self, part: Portions, slots: I8, options: I8, least: float) -> bool:
        """Serve these options if that lowers the cost by at least `least`; else leave the menu as it is."""
        old, penalty = part.current[slots], self.tally.penalty()
        self._place(part, slots, options)
        allowed = part.value + penalty - self.tally.penalty() - least
        value = part.solve(allowed)
        self.trials += 1
        if value <= allowed:
            self._keep(part, value)
            self._note()
            return True
        self._place(part, slots, old)
        return False

    def _chain(self, part: Portions) -> bool:
        """Try exchanges that break a counting rule together with a second one that mends it; whether one was made."""
        p, estimate = part.part, part.estimates()
        estimate[~self.layout.servable[p.options]] = np.inf
        broken = self.tally.deltas(p.options, p.slot_of, p.options[part.current]) > 0
        least, penalty = _LEAST * max(1.0, abs(part.value)), self.tally.penalty()
        first = np.flatnonzero(broken & (estimate < -least))
        for option in first[np.argsort(estimate[first], kind="stable")][:_CHAINS].tolist():
            if self.ended():
                return False
            other = self._mending(part, option, estimate, penalty - least)
            slots, options = p.slot_of[[option, other]], np.array([option, other])
            if other >= 0 and self._try(part, slots, options, least):
                return True
        return False

    def _mending(self, part: Portions, option: int, estimate: F8, limit: float) -> int:
        """The best second exchange once `option` is served, -1 when none promises to bring the cost below the limit."""
        p, slot = part.part, part.part.slot_of[[option]]
        old = part.current[slot]
        self._mark(part, slot, np.array([option]))
        current = part.current.copy()
        current[slot] = option
        change = estimate + self.tally.deltas(p.options, p.slot_of, p.options[current]) + self.tally.penalty()
        self._mark(part, slot, old)
        change[p.slot_of == slot[0]] = np.inf
        change[current] = np.inf
        best = int(np.argmin(change))
        return best if change[best] + estimate[option] < limit else -1

    def arrange(self, part: Portions) -> float:
        """Let pairs of slots trade their dishes as long as that lowers the cost; returns the change of cost."""
        before = part.value + self.tally.penalty()
        while not self.ended() and self._trade(part):
            pass
        return part.value + self.tally.penalty() - before

    def _trade(self, part: Portions) -> bool:
        """Try trades of two slots, best estimate first; whether one was made."""
        one, two, to_one, to_two = self._trades(part)
        if not one.size:
            return False
        cost = part.estimates()
        least = _LEAST * max(1.0, abs(part.value))
        change = cost[to_one] + cost[to_two]
        order = np.argsort(change, kind="stable")
        penalty = self.tally.penalty()
        for i in order[: int(np.searchsorted(change[order], penalty - least))].tolist():
            if self.ended():
                return False
            pair, new = np.array([one[i], two[i]]), np.array([to_one[i], to_two[i]])
            if self._count_of(part, pair, new) + change[i] < penalty - least and self._try(part, pair, new, least):
                return True
        return False

    def _trades(self, part: Portions) -> tuple[I8, I8, I8, I8]:
        """Pairs of slots whose present dishes differ and can be traded, and the options they would serve then."""
        p = part.part
        mine = p.kind[part.current]
        same = p.of_kind[:, mine]
        fits = (same >= 0) & (same.T >= 0) & (mine[:, None] != mine[None, :])
        one, two = np.nonzero(np.triu(fits, 1))
        return one, two, same[one, two], same[two, one]

    def _count_of(self, part: Portions, slots: I8, options: I8) -> float:
        """Penalty of the counting rules if these slots served these options."""
        old = part.current[slots]
        self._mark(part, slots, options)
        penalty = self.tally.penalty()
        self._mark(part, slots, old)
        return penalty

    def sweep(self) -> None:
        """Bring every part to a menu that no single exchange improves, until nothing changes any more."""
        changed = True
        while changed and not self.ended():
            changed = False
            for part in self.parts:
                self._enter(part)
                changed |= self.descend(part) < -_LEAST
        self._note()

    def shake(self, part: Portions, strength: int) -> bool:
        """Change a few slots of a part at random among good options, descend, and go back unless it is cheaper."""
        self._enter(part)
        before, start = part.value + self.tally.penalty(), part.current.copy()
        change = self._changes(part)
        slots = self.rng.choice(start.size, min(strength, start.size), replace=False)
        self._place(part, slots, np.array([self._draw(part, s, change) for s in slots.tolist()]))
        self._keep(part, part.solve())
        self.descend(part)
        if part.value + self.tally.penalty() < before - _LEAST:
            return True
        self.restore(part, start)
        return False

    def settle(self) -> None:
        """Let slots trade dishes first, then improve every part."""
        for part in self.parts:
            self._enter(part)
            self.arrange(part)
        self.sweep()

    def adopt(self, choice: I8, *, settle: bool = True) -> bool:
        """Serve another choice, improve it unless told not to, and go back unless it is cheaper."""
        before, old = self.cost(), self.choice.copy()
        self._go(choice)
        if settle:
            self.settle()
        if self.cost() < before - _LEAST:
            return True
        self._go(old)
        return False

    def _go(self, choice: I8) -> None:
        for part in self.parts:
            self._enter(part)
            self.restore(part, local(part.part, choice))

    def _draw(self, part: Portions, slot: int, change: F8) -> int:
        """One of the better options of a slot, at random."""
        first, last = part.part.first_option[slot : slot + 2]
        good = np.argsort(change[first:last], kind="stable")
        good = good[np.isfinite(change[first:last][good])][:12]
        return int(part.current[slot] if not good.size else first + good[self.rng.integers(good.size)])

    def restore(self, part: Portions, choice: I8) -> None:
        """Go back to an earlier choice of a part (numbers of options within the part)."""
        slots = np.flatnonzero(part.current != choice)
        if slots.size:
            self._place(part, slots, choice[slots])
        self._keep(part, part.solve())
        self._note()

    def insist(self, factor: float) -> None:
        """Raise the prices of all rules missed now, where no exchange helps at the old prices."""
        self.tally.insist(factor)
        missed = self._coupling[self._missed() > _MISS]
        self._weight[missed] = np.minimum(self._weight[missed] * factor, _HARD * self.layout.part_of_slot.size)
        for part in self.parts:
            self._enter(part)
            if part.missed > _MISS:
                part.insist(factor)
                self._keep(part, part.solve())

    def mend(self, factor: float, rounds: int) -> bool:
        """Raise the prices of missed rules until a sweep keeps them all; whether the menu is lawful in the end.

        A menu that costs clearly more than the best one gives way to that.
        """
        for _ in range(rounds):
            if self.ended() or self.lawful():
                break
            self.insist(factor)
            self.sweep()
        best = self.best
        if best is not None and (not self.lawful() or self.cost() * self.layout.unit > best.cost * (1 + _WORSE)):
            self._go(best.choice)
        return self.lawful()

    def relax(self, factor: float) -> None:
        """Lower the prices of rules that couple parts, so that one part may break them and another mend them."""
        floor = _SOFT * self.layout.part_of_slot.size
        self._weight[self._coupling] = np.maximum(self._weight[self._coupling] * factor, floor)


def local(part: Part, choice: I8) -> I8:
    """The choice of each slot of a part, as numbers of options within the part."""
    order = np.argsort(part.options)
    return np.asarray(order[np.searchsorted(part.options[order], choice[part.slots])])
