"""What an exchange of one dish does to the rules that only count choices: capacity, frequency, spacing, variety."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from scipy import sparse

from sehatmenu.planning.layouts import Layout, ranges

if TYPE_CHECKING:
    import numpy.typing as npt

    from sehatmenu.planning.models import F8, I8

UNLAWFUL = 50.0
"""Price, in typical slots' rupiah, of missing a counting rule by one serving: large, so lawful menus come first."""

_DEAREST = 1e4 * UNLAWFUL


class _Entries:
    """Entries (option, row, value) of all options, in option order, with the slot-and-row pair each belongs to."""

    __slots__ = ("first", "pair", "row", "value")

    def __init__(self, first: I8, row: I8, value: F8, slot: I8, n_rows: int) -> None:
        self.first, self.row, self.value = first, row, value
        column = np.repeat(np.arange(first.size - 1), np.diff(first))
        self.pair = np.unique(slot[column] * n_rows + row, return_inverse=True)[1] if row.size else row

    def of(self, options: I8) -> tuple[I8, I8]:
        """Entries of these options, and for each entry the position of its option."""
        count = self.first[options + 1] - self.first[options]
        return ranges(self.first[options], count), np.repeat(np.arange(options.size), count)


class Tally:
    """The counting rows at the current choice, kept up to date exchange by exchange."""

    __slots__ = ("_activity", "_count", "_current", "_entries", "_keys", "_kinds", "_lower", "_minimum", "_of_key",
                 "_pair_activity", "_upper", "weight", "weight_kinds")  # fmt: skip

    def __init__(self, layout: Layout, choice: I8) -> None:
        model = layout.model
        matrix = layout.counts
        size = _least(matrix, layout.counting.size)
        entries = matrix.data / size[matrix.indices]
        self._entries = _Entries(matrix.indptr.astype(np.int64), matrix.indices.astype(np.int64), entries,
                                 model.slot, max(layout.counting.size, 1))  # fmt: skip
        self._lower = model.lower[layout.counting] / size - 1e-9
        self._upper = model.upper[layout.counting] / size + 1e-9
        self.weight = np.full(layout.counting.size, UNLAWFUL)
        self._keys, self._of_key = _key_entries(layout)
        self._minimum = np.array([d.minimum for d in model.distinct], float)
        self.weight_kinds = np.full(self._minimum.size, UNLAWFUL)
        self.reset(choice)

    def reset(self, choice: I8) -> None:
        """Count everything anew for a choice (the y column of each slot)."""
        at, _ = self._entries.of(choice)
        e = self._entries
        self._activity = _sums(e.row[at], e.value[at], self._lower.size)
        self._pair_activity = _sums(e.pair[at], e.value[at], int(e.pair.max(initial=-1)) + 1)
        kept, _ = self._keys.of(choice)
        self._count = np.bincount(self._keys.row[kept], minlength=self._of_key.size).astype(float)
        self._kinds = _sums(self._of_key, self._count > 0, self._minimum.size)
        self._current = choice.copy()

    def exchange(self, slot: int, option: int) -> None:
        """Serve another option in a slot."""
        for column, sign in ((int(self._current[slot]), -1.0), (option, 1.0)):
            e = self._entries
            at = slice(e.first[column], e.first[column + 1])
            self._activity[e.row[at]] += sign * e.value[at]
            self._pair_activity[e.pair[at]] += sign * e.value[at]
            self._count_keys(column, sign)
        self._current[slot] = option

    def _count_keys(self, column: int, sign: float) -> None:
        key = self._keys.row[self._keys.first[column] : self._keys.first[column + 1]]
        before = self._count[key] > 0
        self._count[key] += sign
        self._kinds[self._of_key[key]] += (self._count[key] > 0).astype(float) - before

    def penalty(self) -> float:
        """Weighted total of what the counting rules are missed by; 0 when all hold."""
        missing = np.maximum(self._minimum - self._kinds, 0.0)
        return float(self.weight @ self._missed(self._activity, slice(None)) + self.weight_kinds @ missing)

    def insist(self, factor: float) -> None:
        """Make the rules that are missed now weigh more."""
        missed = self._missed(self._activity, slice(None)) > 0
        self.weight[missed] = np.minimum(self.weight[missed] * factor, _DEAREST)
        short = self._kinds < self._minimum
        self.weight_kinds[short] = np.minimum(self.weight_kinds[short] * factor, _DEAREST)

    def _missed(self, activity: F8, rows: I8 | slice) -> F8:
        return np.maximum(np.maximum(self._lower[rows] - activity, activity - self._upper[rows]), 0.0)

    def deltas(self, options: I8, slot_of: I8, current: I8) -> F8:
        """Change of the penalty if each option replaced the current one of its slot (current: one option per slot)."""
        change = self._row_gains(options) + self._row_losses(current)[slot_of]
        if self._minimum.size:
            change += self._kind_changes(options, slot_of, current)
        return change

    def _row_gains(self, options: I8) -> F8:
        e = self._entries
        at, position = e.of(options)
        row = e.row[at]
        rest = self._activity[row] - self._pair_activity[e.pair[at]]
        gain = self.weight[row] * (self._missed(rest + e.value[at], row) - self._missed(rest, row))
        return _sums(position, gain, options.size)

    def _row_losses(self, current: I8) -> F8:
        e = self._entries
        at, position = e.of(current)
        row, now = e.row[at], self._activity[e.row[at]]
        loss = self.weight[row] * (self._missed(now - e.value[at], row) - self._missed(now, row))
        return _sums(position, loss, current.size)

    def _kind_changes(self, options: I8, slot_of: I8, current: I8) -> F8:
        """Per option and variety rule: kinds left without the slot's own dish, then one more if its key is new."""
        k = self._keys
        n_rules = self._minimum.size
        own, slot = k.of(current)
        left = np.repeat(self._kinds[None, :], current.size, axis=0)
        left[slot, self._of_key[k.row[own]]] -= self._count[k.row[own]] == 1
        base = self.weight_kinds * (np.maximum(self._minimum - left, 0) - np.maximum(self._minimum - self._kinds, 0))
        at, position = k.of(options)
        key, rule = k.row[at], self._of_key[k.row[at]]
        own_key = np.full((current.size, n_rules), -1)
        own_key[slot, self._of_key[k.row[own]]] = k.row[own]
        others = self._count[key] - (own_key[slot_of[position], rule] == key)
        kinds = left[slot_of[position], rule]
        gain = self.weight_kinds[rule] * ((others == 0) & (kinds < self._minimum[rule]))
        return np.asarray(base.sum(axis=1)[slot_of]) - _sums(position, gain, options.size)


def _sums(place: I8, values: npt.ArrayLike, size: int) -> F8:
    """Sums of values by place; floats also when there are none, where numpy's bincount gives integers."""
    return np.bincount(place, values, size).astype(float)


def _least(matrix: sparse.csc_array, rows: int) -> F8:
    """Least nonzero coefficient of every row, so that one serving more or less counts at least 1."""
    least = np.full(rows, np.inf)
    present = matrix.data != 0
    np.minimum.at(least, matrix.indices[present], np.abs(matrix.data[present]))
    return np.asarray(np.where(np.isfinite(least), least, 1.0))


def _key_entries(layout: Layout) -> tuple[_Entries, I8]:
    """The keys of the variety rules numbered through, which options carry them, and the rule of each key."""
    model = layout.model
    keys, cells, owner, total = [], [], [], 0
    for number, rule in enumerate(model.distinct):
        names, key = np.unique(rule.keys, return_inverse=True)
        keys.append(key + total)
        cells.append(rule.cells)
        owner.append(np.full(names.size, number))
        total += names.size
    cell = np.concatenate([np.zeros(0, np.int64), *cells])
    order = np.argsort(cell, kind="stable")
    first = np.searchsorted(cell[order], np.arange(model.n_serve + 1))
    key = np.concatenate([np.zeros(0, np.int64), *keys])[order]
    entries = _Entries(first, key, np.ones(key.size), model.slot, max(total, 1))
    return entries, np.concatenate([np.zeros(0, np.int64), *owner])
