"""What got worse is told once, and of nobody too few."""

from __future__ import annotations

from ingest.casework.deciding.shares import Part
from ingest.casework.numbers.early_warnings import GotWorse
from ingest.casework.numbers.statistics import Warned, told_once


def warned(dimension: str, key: str, now: int = 10, z: float = 5.0) -> Warned:
    return Warned(dimension, GotWorse(key, "at_quota", Part(now, 10), Part(0, 20), z))


def test_the_same_counts_of_several_dimensions_are_told_once() -> None:
    rows = [
        warned("instructor", "71"),
        warned("car", "91"),
        warned("terminal", "11"),
        warned("car", "92", 9, 6),
    ]
    assert told_once(rows) == [rows[3], rows[0]._replace(also=(("car", "91"), ("terminal", "11")))]


def test_two_people_with_the_same_counts_are_two_rows() -> None:
    rows = [warned("instructor", "71"), warned("instructor", "72"), warned("car", "91"), warned("car", "92")]
    assert sorted(told_once(rows)) == sorted(rows)
