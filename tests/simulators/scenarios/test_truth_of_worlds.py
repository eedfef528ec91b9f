"""The truth from motion: clear cases either way, and a band between them that counts for nothing."""

from __future__ import annotations

import numpy as np
import pytest
import shapely

from simulators.worlds.drive import Ride
from simulators.worlds.truth import EITHER, FRAUD, HONEST, labels, lie

BEGIN_S = 60 * 29_000_000
FIELD = shapely.box(-50.0, -50.0, 50.0, 50.0)


def ride(x_m: list[float], speed_ms: list[float], engine: list[bool] | None = None) -> Ride:
    count = len(x_m)
    speed = np.array(speed_ms, dtype=np.float64)
    return Ride(
        BEGIN_S,
        np.array(x_m),
        np.zeros(count),
        np.zeros(count),
        speed,
        np.zeros(count),
        np.cumsum(speed),
        np.array(engine if engine is not None else [True] * count),
    )


def spans(minutes: int) -> dict[int, tuple[int, int]]:
    first = BEGIN_S // 60
    return {first + i: ((first + i) * 60, (first + i) * 60 + 60) for i in range(minutes)}


def worths(of: Ride, minutes: int, checks: list[tuple[int, int, int, int]] | None = None) -> list[str]:
    found = labels(of, spans(minutes), lambda utc_s: FIELD, checks or [])
    return [found[minute].worth for minute in sorted(found)]


@pytest.mark.parametrize(
    ("far_m", "seconds", "worth"), [(0.0, 0, HONEST), (30.0, 20, FRAUD), (5.0, 20, EITHER), (30.0, 4, EITHER)]
)
def test_outside(far_m: float, seconds: int, worth: str) -> None:
    x = [50.0 + far_m if i < seconds else 0.0 for i in range(60)]
    assert worths(ride(x, [3.0] * 60), 1) == [worth]


def test_nowhere_to_train_is_a_fraud() -> None:
    found = labels(ride([0.0] * 60, [3.0] * 60), spans(1), lambda utc_s: shapely.Point(), [])
    assert {label.worth for label in found.values()} == {FRAUD}


@pytest.mark.parametrize(
    ("metres", "worth"),
    [
        ([100, 2, 2, 100], [HONEST, FRAUD, FRAUD, HONEST]),
        ([100, 2, 100, 2], [HONEST] * 4),
        ([100, 2, 11, 100], [HONEST, EITHER, EITHER, HONEST]),
        ([100, 20, 20, 100], [HONEST] * 4),
    ],
)
def test_two_minutes_without_movement(metres: list[float], worth: list[str]) -> None:
    speed = [metre / 60.0 for metre in metres for _ in range(60)]
    assert worths(ride([0.0] * 240, speed), 4) == worth


def test_engine_off_counts_over_five_minutes() -> None:
    off = [False] * 150 + [True] * 210
    found = worths(ride([0.0] * 360, [3.0] * 360, off), 6)
    assert found == [FRAUD, FRAUD, EITHER, HONEST, HONEST, HONEST]


def test_a_wrong_face_voids_seven_minutes_on_either_side() -> None:
    minutes = 30
    bad_s, good_s = BEGIN_S + 15 * 60 + 30, BEGIN_S + 17 * 60 + 30
    checks = [(bad_s, 2, 2, 1), (good_s, 2, 0, 2)]
    found = worths(ride([0.0] * 1800, [3.0] * 1800), minutes, checks)
    assert [i for i in range(minutes) if found[i] == FRAUD] == list(range(8, 23))


def test_a_lie_takes_the_minutes_it_fills_by_half() -> None:
    found = lie(spans(4), BEGIN_S + 40, BEGIN_S + 150, "why")
    first = BEGIN_S // 60
    assert {minute - first: label.worth for minute, label in found.items()} == {0: EITHER, 1: FRAUD, 2: FRAUD}
