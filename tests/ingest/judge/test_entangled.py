"""Shares by hand: their bits; overlaps and days above the cap that another terminal can touch."""

from dataclasses import fields

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest.judge.entangled import entangled
from ingest.judge.shared import Shares, _packed, _unpacked
from tests.ingest.judge.make import RULES

CAP_MIN = int(RULES.day_cap_practice_min)
DAY_END_MIN = 24 * 60 - int(RULES.utc_offset_min)


def shares(**columns: list[int]) -> Shares:
    """Shares of one terminal, of as many persons and cars as shares unless said otherwise."""
    count = len(columns["first_minute"])
    own = np.arange(1, count + 1)
    made = {field.name: np.zeros(count, dtype=np.int64) for field in fields(Shares)}
    made |= {"terminal": own * 0 + 1, "session": own, "trainee": own, "instructor": own, "car": own}
    return Shares(**{**made, **{name: np.array(values) for name, values in columns.items()}})


@pytest.mark.parametrize("holder", ["trainee", "instructor", "car"])
@pytest.mark.parametrize(
    ("first", "last", "found"),
    [
        ([0, 100, 105], [9, 110, 120], [False, True, True]),
        ([0, 10, 20], [9, 19, 29], [False, False, False]),
        ([0, 10, 19], [9, 19, 29], [False, True, True]),
        ([0, 5, 50], [99, 9, 60], [True, True, True]),
        ([105, 0, 100], [120, 9, 110], [True, False, True]),
    ],
)
def test_what_overlaps_is_entangled(
    holder: str, first: list[int], last: list[int], found: list[bool]
) -> None:
    columns = {"first_minute": first, "last_minute": last}
    assert entangled(shares(**columns, **{holder: [7, 7, 7]}), [RULES]).tolist() == found
    assert not entangled(shares(**columns), [RULES]).any()


@pytest.mark.parametrize(
    ("first", "more", "found"),
    [
        ([10, DAY_END_MIN - 60], [1, 0], [True, True]),
        ([10, DAY_END_MIN - 60], [0, 0], [False, False]),
        ([10, DAY_END_MIN], [1, 0], [False, False]),
        ([10, DAY_END_MIN - 1], [1, 0], [True, True]),
        # A share in both its days counts in both.
        ([DAY_END_MIN + 300, DAY_END_MIN - 5], [1, 0], [True, True]),
    ],
)
def test_a_trainee_s_local_day_above_the_cap_is_entangled(
    first: list[int], more: list[int], found: list[bool]
) -> None:
    half = CAP_MIN // 2
    columns = {
        "first_minute": first,
        "last_minute": [minute + 10 for minute in first],
        "accepted_n": [half + more[0], CAP_MIN - half + more[1]],
    }
    assert entangled(shares(**columns, trainee=[7, 7]), [RULES]).tolist() == found
    assert not entangled(shares(**columns), [RULES]).any()


@given(st.lists(st.lists(st.integers(0, 40), min_size=1, max_size=9, unique=True), min_size=1, max_size=4))
def test_bits_of_several_shares_come_back_as_their_minutes(minutes: list[list[int]]) -> None:
    shared = [np.array(sorted(one)) + 1000 * at for at, one in enumerate(minutes)]
    first, last = np.array([one[0] for one in shared]), np.array([one[-1] for one in shared])
    group, minute = np.repeat(np.arange(len(shared)), [len(one) for one in shared]), np.concatenate(shared)
    packed = _packed(group, minute, first, last, np.ones(len(minute), dtype=bool))
    found, back = _unpacked(shares(first_minute=first.tolist(), last_minute=last.tolist()), packed)
    assert found.tolist() == group.tolist() and back.tolist() == minute.tolist()
