"""The library as a whole: enough families, each fraud with its twin, the same seed the same bytes."""

from __future__ import annotations

import hashlib

import pytest

from simulators.scenarios.library import HELD_OUT_SEEDS, TUNING_SEEDS, families
from simulators.worlds.truth import FRAUD, HONEST
from simulators.worlds.world import Day

NAMES = {family.name: family for family in families()}


def test_there_are_forty_days_and_twenty_frauds_each_with_an_honest_twin() -> None:
    assert sum(len(family.days) for family in families()) >= 40
    frauds = [family for family in families() if family.fraud]
    assert len(frauds) >= 20
    assert all(len(family.days) == 2 for family in frauds)
    assert all(family.says for family in families())
    assert not set(TUNING_SEEDS) & set(HELD_OUT_SEEDS)


def worths(day: Day) -> set[str]:
    return {label.worth for label in day.truth.values()}


@pytest.mark.parametrize("name", ["parked_idling", "short_cut", "trainee_in_two_cars", "expired_fence"])
def test_a_fraud_has_fraudulent_minutes_and_its_twin_has_none(name: str) -> None:
    (_, day), (_, twin) = NAMES[name].made(3)
    assert FRAUD in worths(day)
    assert FRAUD not in worths(twin) and HONEST in worths(twin)


def digest(name: str, seed: int) -> str:
    whole = hashlib.sha256()
    for _, day in NAMES[name].made(seed):
        for row in day.rows:
            whole.update(row.record)
        whole.update(repr(sorted(day.truth.items())).encode())
    return whole.hexdigest()


def test_the_same_seed_gives_the_same_bytes_and_another_one_others() -> None:
    assert digest("hill_starts", 4) == digest("hill_starts", 4) != digest("hill_starts", 5)


def test_every_minute_record_has_a_truth() -> None:
    minute_kinds = (4, 12)
    for name in ("power_cut", "minute_twice", "thinned_minutes", "lost_record_told"):
        for _, day in NAMES[name].made(2):
            recorded = {(row.terminal, row.seq) for row in day.rows if row.kind in minute_kinds}
            assert recorded == set(day.truth)
