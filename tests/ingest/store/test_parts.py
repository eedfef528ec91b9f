"""Where a record is filed: its own month, or the outer parts for a time the server cannot believe."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest.store.parts import AFTER_US, BEFORE_US, filed_us

U32 = 2**32 - 1


def us(*date: int) -> int:
    return int(datetime(*date, tzinfo=UTC).timestamp()) * 1_000_000  # type: ignore[misc]


@pytest.mark.parametrize(
    ("said", "received", "filed"),
    [
        ((2019, 12, 31, 23, 59), (2026, 11, 21), BEFORE_US),
        ((2020, 1, 1), (2026, 11, 21), us(2020, 1, 1)),
        ((2026, 12, 31, 23, 59), (2026, 11, 21), us(2026, 12, 31, 23, 59)),
        ((2027, 1, 1), (2026, 11, 30, 23), AFTER_US),
        ((2027, 1, 1), (2026, 12, 1), us(2027, 1, 1)),
        ((2027, 1, 31, 23), (2026, 12, 31, 23), us(2027, 1, 31, 23)),
        ((2027, 2, 1), (2026, 12, 31, 23), AFTER_US),
        ((2027, 2, 1), (2027, 1, 1), us(2027, 2, 1)),
        ((2026, 2, 1), (1970, 1, 1), AFTER_US),
        ((2049, 12, 31), (2049, 12, 31), us(2049, 12, 31)),
        ((2050, 1, 2), (2049, 12, 31), AFTER_US),
        ((2060, 1, 1), (2060, 1, 1), AFTER_US),
    ],
)
def test_the_bounds(said: tuple[int, ...], received: tuple[int, ...], filed: int) -> None:
    assert filed_us(us(*said), us(*received)) == filed


@given(st.lists(st.integers(0, U32), min_size=1, max_size=200), st.integers(us(2024, 1, 1), us(2049, 1, 1)))
def test_a_terminal_cannot_choose_more_months_than_have_been(said: list[int], received_us: int) -> None:
    filed = {filed_us(second * 1_000_000, received_us) for second in said}
    months = {datetime.fromtimestamp(one / 1e6, UTC).strftime("%Y-%m") for one in filed}
    now = datetime.fromtimestamp(received_us / 1e6, UTC)
    assert len(months - {"1970-01", "2050-01"}) <= (now.year - 2020) * 12 + now.month + 1
    assert all(one in (BEFORE_US, AFTER_US) or one // 1_000_000 in said for one in filed)
