"""Which ground a session is counted to: never one that could not have counted for it."""

from __future__ import annotations

from dataclasses import replace

import pytest
import shapely

from geofence.ground import Fence
from ingest.casework.deciding.grounds import Trained, nearest_grounds

FIELD = Fence("F", "field", "area", frozenset({2}), 1_000, None, shapely.box(121.0, 31.0, 121.001, 31.001))
ROAD = Fence("R", "road", "corridor", frozenset({3}), 1_000, None, shapely.box(121.01, 31.0, 121.02, 31.001))
BESIDE_ROAD = (310_000_000, 310_000_000, 1_210_100_000, 1_210_100_000)
DRIVEN = Trained(BESIDE_ROAD, 2, 21, 5, 2_000, 3_000)


@pytest.mark.parametrize(
    ("fences", "session", "ground"),
    [
        ((FIELD, ROAD), DRIVEN, "field"),
        ((FIELD, ROAD), DRIVEN._replace(part=3), "road"),
        ((FIELD, ROAD), DRIVEN._replace(part=4), ""),
        ((FIELD, ROAD), DRIVEN._replace(box=(0, 0, 0, 0)), ""),
        ((), DRIVEN, ""),
    ],
)
def test_the_nearest_of_its_part(fences: tuple[Fence, ...], session: Trained, ground: str) -> None:
    assert nearest_grounds(fences, [session]) == [ground]


@pytest.mark.parametrize(
    "change",
    [
        {"state": "pending"},
        {"schools": frozenset({6})},
        {"vehicle_classes": frozenset({22})},
        {"valid_from_s": 3_001},
        {"valid_to_s": 2_000},
    ],
)
def test_a_nearer_one_that_could_not_have_counted_is_passed_over(change: dict[str, object]) -> None:
    near = replace(FIELD, fence_id="N", ground="near", geometry=ROAD.geometry, **change)  # type: ignore[arg-type]
    other = DRIVEN._replace(school=6, vehicle_class=22, first_s=1_500, last_s=3_500)
    assert nearest_grounds((near, FIELD), [DRIVEN]) == ["field"]
    # Where none could have, the nearest for that part; each session by itself.
    assert nearest_grounds((near,), [DRIVEN]) == ["near"]
    named = nearest_grounds((near, FIELD), [DRIVEN, other, DRIVEN])
    assert named == ["field", "field" if "state" in change else "near", "field"]
