"""Two JSON values that say the same: exact but for the last digits of a fraction."""

import json
import math
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest.pack.canonical import alike

values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text() | st.floats(allow_nan=False, allow_infinity=False),
    lambda inside: st.lists(inside, max_size=4) | st.dictionaries(st.text(), inside, max_size=4),
    max_leaves=12,
)


@given(values)
def test_a_value_is_like_itself_after_writing(value: Any) -> None:
    assert alike(value, json.loads(json.dumps(value)))


@given(st.floats(min_value=1e-3, max_value=1e9), st.integers(1, 50))
def test_the_last_digits_may_differ(number: float, steps: int) -> None:
    near = number
    for _ in range(steps):
        near = math.nextafter(near, math.inf)
    assert alike({"outside_m": [number]}, {"outside_m": [near]})


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (1, 2),
        (1, 1.0),
        (True, 1),
        ("1", 1),
        (7.352, 7.353),
        ([1], [1, 1]),
        ({"a": 1}, {"b": 1}),
        (None, 0),
        (0.0, 1e-6),
    ],
)
def test_anything_else_may_not(one: Any, other: Any) -> None:
    assert not alike(one, other)
