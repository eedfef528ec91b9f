"""What every reader of this room gives: drawings, and what of the text was left out."""

from __future__ import annotations

from dataclasses import dataclass

from geofence.geojson import RawFeature

SHAPES_OF_AREAS = ("Polygon", "MultiPolygon")


@dataclass(frozen=True)
class LeftOut:
    """Something in the text that is no part of a fence: `place` in the text, `what` it is."""

    place: str
    what: str


@dataclass(frozen=True)
class Drawings:
    """Features as drawn, coordinates as nested lists of [lon, lat], and what was left out."""

    features: tuple[RawFeature, ...]
    left_out: tuple[LeftOut, ...] = ()
