"""Fences as a person would draw them around a real drive, and a person's view of where its minutes lie."""

from __future__ import annotations

import json
from typing import Any

import numpy as np
import shapely

from simulators.projection import Floats, LocalMetres
from tests.real_traces.drives import PART, Drive

ALWAYS = "2000-01-01T00:00:00Z"
INSIDE, OUTSIDE, EDGE = "inside", "outside", "edge"
CLEARLY_M = 30.0
"""A person who sees a fix so far from the line on the map has no doubt."""


def fence(shape_m: shapely.Geometry, frame: LocalMetres, half_width_m: float = 0.0) -> dict[str, Any]:
    """A FeatureCollection of one fence in WGS-84; a line of metres with a half-width is a corridor."""
    properties: dict[str, Any] = {
        "fence": "real",
        "ground": "real",
        "kind": "road" if half_width_m else "field",
        "parts": [PART],
        "valid_from": ALWAYS,
        "valid_to": None,
    }
    if half_width_m:
        properties["half_width_m"] = half_width_m
    geometry = json.loads(shapely.to_geojson(shapely.transform(shape_m, lambda m: degrees(m, frame))))
    feature = {"type": "Feature", "properties": properties, "geometry": geometry}
    return {"type": "FeatureCollection", "features": [feature]}


def degrees(metres: Floats, frame: LocalMetres) -> Floats:
    """[n, 2] metres -> longitude, latitude."""
    lat, lon = frame.to_e7(metres[:, 0], metres[:, 1])
    return np.column_stack([lon, lat]) / 1e7


def line_of(one: Drive, frame: LocalMetres, simplified_m: float, share: float = 1.0) -> shapely.LineString:
    """The drive's way, as drawn with few vertices; the first share of its fixes."""
    metres = one.metres(frame)
    return shapely.LineString(metres[: max(int(len(metres) * share), 2)]).simplify(simplified_m)


def seen(one: Drive, shape_m: shapely.Geometry, frame: LocalMetres) -> dict[int, str]:
    """What a person sees of each minute: inside, outside for half of its fixes or more, or at the edge.

    shape_m is the fence as drawn, a corridor as its area. Metres and tests are not the judge's own.
    """
    away = away_m(one, shape_m, frame)
    minute = one.utc_s // 60
    found = {}
    for at in np.unique(minute).tolist():
        own = away[minute == at]
        clearly = (own > CLEARLY_M).mean() >= 0.5
        found[at] = OUTSIDE if clearly else EDGE if (own > 0).any() else INSIDE
    return found


def away_m(one: Drive, shape_m: shapely.Geometry, frame: LocalMetres) -> Floats:
    """Metres outside of each fix [n], 0 inside."""
    places = shapely.points(one.metres(frame))
    shapely.prepare(shape_m)
    away: Floats = shapely.distance(shape_m, places)
    return away
