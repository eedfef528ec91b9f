"""Real fences about the place where the hand-made drives are."""

import json
from typing import Any

from geofence.engine import FenceSet
from geofence.ground import load_fences
from tests.ingest.measure.drives import PLANE

Ring = list[tuple[float, float]]


def box(low_m: float, high_m: float) -> Ring:
    """A square from low_m to high_m, both ways."""
    corners = [(low_m, low_m), (high_m, low_m), (high_m, high_m), (low_m, high_m)]
    return [*corners, corners[0]]


SQUARE = box(-100, 100)


def field(*rings: Ring, **about: Any) -> FenceSet:
    """One fence for part 2: an outline and its holes in metres; more or other properties."""

    def degrees(ring: Ring) -> list[list[float]]:
        lat, lon = PLANE.to_e7([x for x, _ in ring], [y for _, y in ring])
        return [[float(east) / 1e7, float(north) / 1e7] for north, east in zip(lat, lon, strict=True)]

    plain = {"fence": "F1", "ground": "G", "kind": "field", "parts": [2], "valid_from": "2026-01-01"}
    shape = {"type": "Polygon", "coordinates": [degrees(ring) for ring in rings]}
    feature = {"type": "Feature", "properties": {**plain, "valid_to": None, **about}, "geometry": shape}
    return FenceSet(load_fences(json.dumps({"type": "FeatureCollection", "features": [feature]}), "test"))
