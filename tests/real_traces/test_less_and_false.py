"""Real drives with fixes taken away, and with a wheel that lies: nothing is won by either."""

from __future__ import annotations

import pytest

from tests.real_traces.cases import Drawing, first_half, hole, road
from tests.real_traces.drives import Drive
from tests.real_traces.verdicts import told


def drawn_for(drives: dict[str, Drive], name: str, kind: str) -> Drawing:
    one = drives[name]
    if kind == "hole":
        return hole(one, 12, 600) if name == "plain" else hole(one, 5, 150)
    return road(drives["bus-out"], 25) if kind == "other way" else first_half(one)


@pytest.mark.parametrize(
    ("name", "kind", "every_s"),
    [
        ("bus-out", "hole", 2),
        ("bus-out", "hole", 5),
        ("plain", "hole", 2),
        ("plain", "hole", 5),
        ("bus-back", "other way", 2),
        ("bus-back", "other way", 5),
        ("plain", "half", 5),
        ("hills-2", "half", 5),
    ],
)
def test_fewer_fixes_turn_no_refusal_into_credit(
    drives: dict[str, Drive], name: str, kind: str, every_s: int
) -> None:
    drawn = drawn_for(drives, name, kind)
    whole = told(drives[name], drawn.geojson)
    thin = told(drives[name].thinned(every_s), drawn.geojson)
    assert whole.refused_by_fence()
    for minute in whole.refused_by_fence():
        assert thin.verdict.get(minute) != "A", minute
    # Nor does it refuse by the fence what was inside.
    for minute in thin.refused_by_fence():
        assert whole.verdict[minute] != "A", minute


@pytest.mark.parametrize("name", ["bus-out", "street-out", "hills-2", "plain"])
def test_a_silent_wheel_refuses_all_of_it(drives: dict[str, Drive], name: str) -> None:
    one = drives[name]
    assert set(told(one.wheel_times(0), road(one).geojson).verdict.values()) == {"R"}


@pytest.mark.parametrize("name", ["bus-back", "street-out", "hills-2", "plain"])
@pytest.mark.parametrize("factor", [0.9, 1.1])
def test_worn_tyres_change_no_verdict(drives: dict[str, Drive], name: str, factor: float) -> None:
    one, corridor = drives[name], road(drives[name]).geojson
    assert told(one.wheel_times(factor), corridor).verdict == told(one, corridor).verdict


@pytest.mark.parametrize("factor", [0.6, 1.4])
def test_a_wheel_that_counts_two_fifths_wrong_is_seen(drives: dict[str, Drive], factor: float) -> None:
    one = drives["plain"].wheel_times(factor)
    found = told(one, road(one).geojson)
    assert all("ODO_TRACK_CONFLICT" in said for said in found.reasons.values())
