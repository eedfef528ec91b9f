"""A suggested repair of a drawing, for a person to look at: nothing applies it."""

from __future__ import annotations

from collections.abc import Collection

import numpy as np
import shapely

from geofence.geojson import RawFeature
from geofence.outlines import why_invalid
from geofence.positions import E7
from geofence.survey.drawn import Drawn, Positions
from geofence.survey.limits import Limits
from geofence.survey.vertices import is_flat, near_vertices, spikes


def repaired(feature: RawFeature, drawn: Drawn, swap: bool, limits: Limits) -> RawFeature | None:
    """The feature with its axes swapped back if `swap`, rings closed, repeated positions and spikes taken
    out, rings without area dropped and crossings dissolved; in the datum it was drawn in. None if nothing
    is left of it.
    """
    if drawn.lines:
        lines = [_line(_swapped(path.positions, swap), limits) for path in drawn.lines]
        written = [_written(line) for line in lines]
        single = feature.shape == "LineString"
        return RawFeature(feature.where, feature.properties, feature.shape, written[0] if single else written)
    polygons = []
    for shell, *holes in drawn.polygons:
        outer = _ring(_swapped(shell.positions, swap), limits)
        inner = [_ring(_swapped(hole.positions, swap), limits) for hole in holes]
        if outer is not None:
            polygons.append(shapely.Polygon(outer, [ring for ring in inner if ring is not None]))
    whole = _valid(polygons)
    if not whole:
        return None
    rings = [[_written(np.array(ring.coords)) for ring in (p.exterior, *p.interiors)] for p in whole]
    shape, coordinates = ("Polygon", rings[0]) if len(rings) == 1 else ("MultiPolygon", rings)
    return RawFeature(feature.where, feature.properties, shape, coordinates)


def to_feature(feature: RawFeature) -> dict[str, object]:
    """A raw feature as GeoJSON."""
    return {
        "type": "Feature",
        "properties": feature.properties,
        "geometry": {"type": feature.shape, "coordinates": feature.coordinates},
    }


def collection(features: Collection[RawFeature]) -> dict[str, object]:
    """Raw features as a GeoJSON FeatureCollection."""
    return {"type": "FeatureCollection", "features": [to_feature(feature) for feature in features]}


def _swapped(positions: Positions, swap: bool) -> Positions:
    return positions[:, ::-1] if swap else positions


def _line(positions: Positions, limits: Limits) -> Positions:
    kept = positions[~near_vertices(positions, limits.near_m)]
    return kept if len(kept) > 1 else positions


def _ring(positions: Positions, limits: Limits) -> Positions | None:
    """A closed ring without repeated positions and spikes; None if no area is left."""
    closed = len(positions) > 1 and bool((positions[0] == positions[-1]).all())
    ring = positions[:-1] if closed else positions
    while True:
        ring = ring[~near_vertices(ring, limits.near_m)]
        while len(ring) > 1 and near_vertices(ring[[0, -1]], limits.near_m)[1]:
            ring = ring[:-1]
        found = spikes(ring, limits)
        if not found:
            break
        # One at a time: without its tip the vertices beside it may be no spikes.
        ring = np.delete(ring, found[0][0], axis=0)
    if len(np.unique(ring, axis=0)) < 3 or is_flat(ring):
        return None
    return np.concatenate([ring, ring[:1]])


def _valid(polygons: list[shapely.Polygon]) -> list[shapely.Polygon]:
    whole = shapely.MultiPolygon(polygons)
    if not polygons or why_invalid(whole) is None:
        return polygons
    # A hole only ever takes away, wherever it lies.
    pieces = [
        shapely.difference(
            _uncrossed(polygon.exterior), shapely.union_all([_uncrossed(hole) for hole in polygon.interiors])
        )
        for polygon in polygons
    ]
    on_grid = shapely.set_precision(shapely.union_all(pieces), grid_size=1)
    parts = shapely.get_parts(on_grid).tolist()
    return [part for part in parts if part.geom_type == "Polygon" and not part.is_empty]


def _uncrossed(ring: shapely.LinearRing) -> shapely.Geometry:
    return shapely.make_valid(shapely.Polygon(ring), method="structure", keep_collapsed=False)


def _written(positions: Positions) -> list[list[float]]:
    return [[lon_e7 / E7, lat_e7 / E7] for lon_e7, lat_e7 in positions.tolist()]
