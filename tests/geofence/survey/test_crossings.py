"""Every place where a ring meets itself, against all pairs of its edges."""

from itertools import combinations

import numpy as np
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st

from geofence.errors import Where
from geofence.survey.crossings import MAX_TOLD, crossing_faults, crossings
from geofence.survey.drawn import Drawn, Path


def ring_of(positions):
    return Path(("outer ring", "外环"), np.array(positions, dtype=np.float64))


@pytest.mark.parametrize(
    ("positions", "found"),
    [
        ([[0, 0], [9, 0], [9, 9], [0, 9], [0, 0]], []),
        ([[0, 0], [9, 0], [9, 0], [9, 9], [0, 0]], []),
        ([[0, 0], [8, 8], [8, 0], [0, 8], [0, 0]], [(1, 3, 4, 4)]),
        ([[0, 0], [8, 8], [8, 0], [0, 8]], [(1, 3, 4, 4)]),
        # An edge that runs back over the one before it; the edge after it begins on both.
        ([[0, 0], [9, 0], [4, 0], [4, 9], [0, 0]], [(1, 2, 4, 0), (1, 3, 4, 0)]),
        # The last edge runs back over the first.
        ([[0, 0], [4, 0], [4, 9], [9, 0], [0, 0]], [(1, 4, 0, 0), (2, 4, 4, 0)]),
        # A vertex on another edge.
        ([[0, 0], [8, 0], [8, 8], [4, 0], [0, 8], [0, 0]], [(1, 3, 4, 0), (1, 4, 4, 0)]),
        ([[0, 0], [9, 9]], []),
    ],
)
def test_where_a_ring_meets_itself(positions, found):
    assert list(crossings(ring_of(positions))) == found


@given(st.lists(st.tuples(st.integers(0, 5), st.integers(0, 5)), min_size=1, max_size=9))
def test_none_is_found_just_when_the_line_is_simple(positions):
    ring = ring_of([*positions, positions[0]])
    distinct = [
        one for one, after in zip(positions, [*positions[1:], positions[0]], strict=True) if one != after
    ]
    simple = len(distinct) < 3 or shapely.is_simple(shapely.LineString([*distinct, distinct[0]]))
    assert (not list(crossings(ring))) == simple


def test_no_more_than_enough_are_told_of_a_scribble():
    rng = np.random.default_rng(1)
    scribble = rng.integers(0, 1000, (60, 2)).tolist()
    ring = ring_of([*scribble, scribble[0]])
    every = list(crossings(ring))
    assert len(every) > MAX_TOLD
    assert every == sorted(every)
    told = list(crossing_faults(Drawn(Where("x"), "f", ((ring, ring),), ())))
    assert len(told) == 2 * MAX_TOLD
    assert [(fault.vertex, fault.numbers["other"]) for fault in told[:MAX_TOLD]] == [
        pair[:2] for pair in every[:MAX_TOLD]
    ]
    edges = [shapely.LineString(scribble[at : at + 2]) for at in range(59)]
    meet = sum(edges[a].intersects(edges[b]) for a, b in combinations(range(59), 2) if b - a > 1)
    assert len([pair for pair in every if pair[1] <= 59]) == meet
