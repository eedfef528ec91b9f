"""Sides of the fence with hysteresis: against a machine that goes from fix to fix, however it is cut."""

from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest.measure.flips import DOUBT, IN, NO_HISTORY, OUT, out_beyond_doubt

Minutes = list[tuple[bool, list[int]]]
"""Does it follow the one before; its zones, below 0 for no fix."""

MINUTES = st.lists(
    st.tuples(st.booleans(), st.lists(st.sampled_from([-1, IN, OUT, OUT, DOUBT]), min_size=6, max_size=6)),
    min_size=1,
    max_size=8,
)


def by_hand(minutes: Minutes, k: int) -> list[list[bool]]:
    """The sentence of ingest.measure.flips, one fix after the other."""
    side, last, run, found = IN, DOUBT, 0, []
    for follows, zones in minutes:
        if not follows and any(zone >= 0 for zone in zones):
            side, last, run = IN, DOUBT, 0
        outs = []
        for zone in zones:
            if zone >= 0:
                last, run = zone, run + 1 if zone == last else 1
                if run >= k and zone != DOUBT:
                    side = zone
            outs.append(zone == OUT and side == OUT)
        found.append(outs)
    return found


def found(minutes: Minutes, k: int, cuts: set[int] = frozenset()) -> list[list[bool]]:  # type: ignore[assignment]
    history, rows = NO_HISTORY, []
    bounds = [0, *sorted(cut for cut in cuts if cut < len(minutes)), len(minutes)]
    for low, high in pairwise(bounds):
        zone = np.array([zones for _, zones in minutes[low:high]], dtype=np.int8).reshape(high - low, 6)
        follows = np.array([follow for follow, _ in minutes[low:high]], dtype=bool)
        out, history = out_beyond_doubt(zone, follows, history, k)
        rows += out.tolist()
    return rows


@given(MINUTES, st.integers(1, 4))
def test_as_by_hand(minutes: Minutes, k: int) -> None:
    minutes[0] = (False, minutes[0][1])
    assert found(minutes, k) == by_hand(minutes, k)


@given(MINUTES, st.integers(1, 4), st.sets(st.integers(0, 8), max_size=5))
def test_cutting_changes_nothing(minutes: Minutes, k: int, cuts: set[int]) -> None:
    minutes[0] = (False, minutes[0][1])
    assert found(minutes, k, cuts) == by_hand(minutes, k)


@given(MINUTES, st.integers(1, 4), st.data())
def test_a_larger_ground_never_means_more_out(minutes: Minutes, k: int, data: st.DataObject) -> None:
    """Another fence can only bring a fix nearer: from out to doubt or in, from doubt to in."""
    nearer = [
        (follows, [data.draw(st.integers(min(zone, IN), zone)) for zone in zones])
        for follows, zones in minutes
    ]
    less, more = np.array(found(nearer, k)), np.array(found(minutes, k))
    assert not (less & ~more).any()


@pytest.mark.parametrize(
    ("zones", "outs"),
    [
        ([OUT, OUT, IN, OUT, OUT, IN], 0),
        ([OUT, OUT, OUT, OUT, OUT, OUT], 4),
        ([OUT, OUT, OUT, DOUBT, IN, OUT], 2),
        ([OUT, OUT, DOUBT, OUT, OUT, DOUBT], 0),
        ([OUT, OUT, -1, OUT, -1, OUT], 2),
    ],
)
def test_three_in_a_row(zones: list[int], outs: int) -> None:
    assert sum(found([(False, zones)], 3)[0]) == outs
