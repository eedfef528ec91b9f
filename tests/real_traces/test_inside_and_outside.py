"""Real drives in fences drawn by hand: the judge says what a person looking at the map says.

docs/explanation/real-traces.md has the cases in words; the expected minutes were read off the pictures.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.real_traces.cases import Drawing, beside, first_half, hole, road
from tests.real_traces.drives import Drive, drive, geolife
from tests.real_traces.fences import EDGE, INSIDE, OUTSIDE, seen
from tests.real_traces.stretches import STRETCHES
from tests.real_traces.verdicts import Told, told

FENCE_REASONS = {"OUT_OF_FENCE", "FENCE_DOUBT", "FENCE_NONE", "CUT_ACROSS"}


def look(one: Drive, drawn: Drawing) -> Told:
    """Judge it; what a person sees as inside or outside must have come out so, whatever else was wrong."""
    found = told(one, drawn.geojson)
    begin = one.begin_s // 60
    for minute, view in seen(one, drawn.area_m, drawn.frame).items():
        said = found.reasons.get(minute - begin)
        if said is None:
            continue
        place = f"{one.name} minute {minute - begin}: {view}, {sorted(said)}"
        if view == INSIDE:
            assert not said & FENCE_REASONS, place
        elif view == OUTSIDE:
            assert "OUT_OF_FENCE" in said and found.verdict[minute - begin] == "R", place
        else:
            assert view == EDGE and "FENCE_NONE" not in said, place
    return found


@pytest.mark.parametrize(
    ("name", "first_out"),
    [
        # Minute 22 leaves in its last three seconds; minute 23 is all outside.
        ("bus-out", 23),
        ("bus-back", 11),
        ("bus-end", 3),
        ("street-out", 27),
        ("street-back", 21),
        ("bicycle", 6),
        ("hills-1", 7),
        ("hills-2", 31),
        ("plain", 11),
    ],
)
def test_a_field_around_the_first_half(drives: dict[str, Drive], name: str, first_out: int) -> None:
    one = drives[name]
    found = look(one, first_half(one))
    assert found.refused_by_fence() == set(range(first_out, max(found.verdict) + 1))


def test_the_minute_in_which_a_walker_leaves_is_held_for_a_human(drives: dict[str, Drive]) -> None:
    """Three fixes beyond the line, two near it, at its end."""
    found = look(drives["hill-walk"], first_half(drives["hill-walk"]))
    assert "FENCE_DOUBT" in found.reasons[46]
    assert found.refused_by_fence() == set(range(47, max(found.verdict) + 1))


@pytest.mark.parametrize("name", STRETCHES)
def test_a_corridor_along_ones_own_way_refuses_nothing(drives: dict[str, Drive], name: str) -> None:
    one = drives[name]
    found = look(one, road(one))
    assert not any(said & FENCE_REASONS for said in found.reasons.values())


def test_most_of_a_real_drive_in_its_corridor_is_accepted(drives: dict[str, Drive]) -> None:
    """Bus, street and roads: what is not accepted has too few fixes, or stood for minutes."""
    for name in ("bus-back", "bus-end", "street-out", "street-back", "hills-2", "plain"):
        found = look(drives[name], road(drives[name]))
        accepted = sum(letter == "A" for letter in found.verdict.values())
        assert accepted >= 0.9 * len(found.verdict), name
    assert set(look(drives["bus-back"], road(drives["bus-back"])).letters(1, 24)) == {"A"}


@pytest.mark.parametrize(
    ("name", "minute", "radius_m", "outside"),
    [
        # Through the hole at 20 km/h, with a stop in it (minute 9); a road's fence of two pieces; on foot.
        ("bus-out", 5, 150, {4, 5}),
        ("street-back", 9, 120, {8, 9}),
        ("plain", 12, 600, {11, 12}),
        ("hill-walk", 30, 60, {29, 30}),
    ],
)
def test_a_hole_in_the_ground(
    drives: dict[str, Drive], name: str, minute: int, radius_m: float, outside: set[int]
) -> None:
    found = look(drives[name], hole(drives[name], minute, radius_m))
    assert found.refused_by_fence() == outside


def test_the_edge_five_metres_beside(shared_data: Path) -> None:
    """Margins are 6 m: inside by 5 m nothing is said, outside by 5 m all is held, 20 m is outside."""
    _, begin, _ = STRETCHES["hills-2"]
    trace = geolife(shared_data)["010"]
    one = drive(trace, "hills-2 later", begin[:11] + "08:05:00", begin[:11] + "08:33:00")
    assert not any(said & FENCE_REASONS for said in told(one, beside(one, 5).geojson).reasons.values())
    held = told(one, beside(one, -5).geojson)
    assert set(held.verdict.values()) == {"?"}
    assert all("FENCE_DOUBT" in said for said in held.reasons.values())
    out = told(one, beside(one, -20).geojson)
    assert out.refused_by_fence() == set(out.verdict)
