"""Raw NMEA logs of real receivers that stand, in fences around, beside and far from them."""

from __future__ import annotations

from pathlib import Path

import pytest
import shapely

from simulators.projection import LocalMetres
from tests.real_traces.drives import Drive
from tests.real_traces.fences import fence
from tests.real_traces.logs import log_drive
from tests.real_traces.verdicts import Told, told

STANDING = ["quectel-l76k-dual", "ublox-neo-m9n-nmea"]
WHERE_IT_WAS = LocalMetres(36.763803983, 31.410876250)
"""Said by the head of quectel-eg25-g.log."""


def stood(one: Drive, shape_m: shapely.Geometry, frame: LocalMetres | None = None) -> Told:
    return told(one, fence(shape_m, frame or one.frame))


@pytest.mark.parametrize("name", STANDING)
def test_a_standing_receiver(shared_data: Path, name: str) -> None:
    one = log_drive(shared_data / "nmea" / f"{name}.log")
    around = stood(one, shapely.Point(0, 0).buffer(10))
    assert around.verdict and not around.refused_by_fence()
    assert not any("FENCE_DOUBT" in said for said in around.reasons.values())
    # Three metres beside the line nobody can say; sixty is outside.
    near = stood(one, shapely.box(3, -50, 103, 50))
    assert not near.refused_by_fence()
    assert all("FENCE_DOUBT" in said for said in near.reasons.values())
    far = stood(one, shapely.box(60, -50, 160, 50))
    assert far.refused_by_fence() == set(far.verdict)


def test_a_receiver_that_wakes_up_is_in_doubt(shared_data: Path) -> None:
    """Three to five satellites, 100 m astray within half a minute, in a field of 50 m about its place."""
    one = log_drive(shared_data / "nmea" / "quectel-eg25-g.log", lead_s=31)
    found = stood(one, shapely.Point(0, 0).buffer(50), WHERE_IT_WAS)
    assert found.verdict and not found.refused_by_fence()
    assert any("FENCE_DOUBT" in said for said in found.reasons.values())


def test_a_receiver_that_loses_its_fix(shared_data: Path) -> None:
    """Seven fixes say where it was: nothing speaks of the fence around it."""
    one = log_drive(shared_data / "nmea" / "unicore-um621.log", lead_s=30)
    found = stood(one, shapely.Point(0, 0).buffer(30))
    assert found.verdict and not found.refused_by_fence()
