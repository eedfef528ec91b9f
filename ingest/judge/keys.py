"""Two numbers in one int64: a terminal's place in a sorted list, and a sequence or session number."""

import numpy as np

from ingest.judge.columns import Bools, Ints

_NUMBER_BITS = 32


def pack(terminals: Ints, terminal: Ints, number: Ints) -> Ints:
    """Keys that sort as (terminal, number). Every terminal must be in the sorted array terminals."""
    place = np.searchsorted(terminals, terminal).astype(np.int64)
    keys: Ints = place << _NUMBER_BITS | number
    return keys


def unpack(terminals: Ints, keys: Ints) -> tuple[Ints, Ints]:
    """Inverse of pack: (terminal, number)."""
    return terminals[keys >> _NUMBER_BITS], keys & (2**_NUMBER_BITS - 1)


def found(ordered: Ints, wanted: Ints) -> tuple[Ints, Bools]:
    """Where each wanted key stands in a sorted array, and whether it does; if not, where it would stand."""
    at = np.searchsorted(ordered, wanted).astype(np.int64)
    there = at < len(ordered)
    there[there] = ordered[at[there]] == wanted[there]
    return at, there
