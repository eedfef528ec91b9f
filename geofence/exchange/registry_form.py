"""Features as the registry takes them: WGS-84, with the datum that the drawing was made in written down."""

from __future__ import annotations

from typing import Any

import numpy as np

from geofence.datum import WGS84, vertices_to_wgs84
from geofence.geojson import RawFeature
from geofence.positions import E7


def registry_feature(feature: RawFeature) -> RawFeature:
    """A feature that has been read without error -> the same fence, in WGS-84.

    `datum` becomes `drawn_in`, which is always recorded; a line stays a line. geofence.ground reads both to
    the same geometry.
    """
    properties = dict(feature.properties)
    datum = properties.pop("datum", WGS84)
    if datum == WGS84 or not isinstance(datum, str):
        properties.setdefault("drawn_in", WGS84)
        return RawFeature(feature.where, properties, feature.shape, feature.coordinates)
    properties["drawn_in"] = datum
    return RawFeature(feature.where, properties, feature.shape, _converted(feature.coordinates, datum))


def _converted(coordinates: Any, datum: str) -> list[object]:
    if isinstance(coordinates[0][0], list):
        return [_converted(inner, datum) for inner in coordinates]
    drawn_e7 = np.rint(np.array([row[:2] for row in coordinates], dtype=np.float64) * E7)
    return [[lon / E7, lat / E7] for lon, lat in vertices_to_wgs84(drawn_e7, datum).tolist()]
