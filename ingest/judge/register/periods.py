"""Entries of the registry with periods: which one holds for a number at a time, for whole columns at once."""

from collections.abc import Callable, Sequence
from itertools import pairwise
from typing import Protocol, TypeVar

import numpy as np

from ingest.judge.columns import Ints

NONE_COVERS = -1
NUMBER_UNKNOWN = -2

_TIME_BITS = 40
_EVER_S = (1 << _TIME_BITS) - 1


class Entry(Protocol):
    """Anything with a half-open period."""

    @property
    def valid_from_s(self) -> int:
        """First second."""

    @property
    def valid_to_s(self) -> int | None:
        """First second after; None: open."""


Kind = TypeVar("Kind", bound=Entry)


def period_s(entry: Entry) -> tuple[int, int]:
    """(first second, first second after) kept within the times that a column can search."""
    to_s = _EVER_S if entry.valid_to_s is None else entry.valid_to_s
    return max(entry.valid_from_s, 0), min(to_s, _EVER_S)


class Periods:
    """The entries of one kind laid out so that no two of a number overlap; the later start holds.

    Entries with equal start hold by their repr, so that their order changes nothing.
    """

    def __init__(self, entries: Sequence[Kind], number_of: Callable[[Kind], int]) -> None:
        by_number: dict[int, list[int]] = {}
        for at, entry in enumerate(entries):
            by_number.setdefault(number_of(entry), []).append(at)
        self._numbers: Ints = np.array(sorted(by_number), dtype=np.int64)
        rows: list[tuple[int, int, int]] = []
        for place, number in enumerate(self._numbers.tolist()):
            rows.extend(
                (place << _TIME_BITS | s, to_s, at) for s, to_s, at in _laid(entries, by_number[number])
            )
        table: Ints = np.array(rows, dtype=np.int64).reshape(-1, 3)
        self._keys, self._to_s, self._at = table[:, 0], table[:, 1], table[:, 2]

    def at(self, number: Ints, time_s: Ints) -> Ints:
        """Index of the entry that holds, NONE_COVERS, or NUMBER_UNKNOWN for a number without any entry."""
        found = np.full(len(number), NUMBER_UNKNOWN, dtype=np.int64)
        if not len(self._numbers):
            return found
        if not len(self._keys):
            found[np.isin(number, self._numbers)] = NONE_COVERS
            return found
        place = np.minimum(np.searchsorted(self._numbers, number), len(self._numbers) - 1)
        known = self._numbers[place] == number
        time_s = np.clip(time_s, 0, _EVER_S - 1)
        row = np.searchsorted(self._keys, place << _TIME_BITS | time_s, side="right") - 1
        row = np.maximum(row, 0)
        key = self._keys[row]
        covers = (key >> _TIME_BITS == place) & (key & _EVER_S <= time_s) & (time_s < self._to_s[row])
        found[known] = np.where(covers, self._at[row], NONE_COVERS)[known]
        return found


def _laid(entries: Sequence[Entry], some: list[int]) -> list[tuple[int, int, int]]:
    """(from, to, entry) without overlap, in the order of time."""
    if len(some) > 1:
        some = sorted(some, key=lambda at: (entries[at].valid_from_s, repr(entries[at])))
    spans = [(*period_s(entries[at]), at) for at in some]
    edges = sorted({edge for from_s, to_s, _ in spans for edge in (from_s, to_s)})
    laid = []
    for begin, end in pairwise(edges):
        holding = [at for from_s, to_s, at in spans if from_s <= begin < to_s]
        if holding:
            laid.append((begin, end, holding[-1]))
    return laid
