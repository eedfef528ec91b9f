"""Fences of training grounds, from GeoJSON text."""

from __future__ import annotations

from dataclasses import dataclass

import shapely

from geofence.corridors import read_corridor
from geofence.datum import WGS84
from geofence.geojson import RawFeature, features_of, parse_json
from geofence.outlines import read_outline
from geofence.positions import E7
from geofence.properties import APPROVED, Properties, read_properties

CHINA_UTC_OFFSET_S = 8 * 3600


@dataclass(frozen=True)
class Fence:
    """A polygon or road corridor of a training ground: what may be trained in it, by whom, when.

    In force, once approved, from `valid_from_s` (inclusive) to `valid_to_s` (exclusive, None is open), Unix
    seconds. `geometry` is (longitude, latitude) in WGS-84 degrees, each vertex on a whole 1e-7 degree; a
    corridor is held as its outline. `vehicle_classes` (two digits, 21 = C1), `schools` (16 digits): None is
    all of them. `capacity`: cars at once, None is not stated. `datum`: what the drawing was in; the geometry
    has been converted from it.
    """

    fence_id: str
    ground: str
    kind: str
    parts: frozenset[int]
    valid_from_s: int
    valid_to_s: int | None
    geometry: shapely.Polygon | shapely.MultiPolygon
    vehicle_classes: frozenset[int] | None = None
    schools: frozenset[int] | None = None
    state: str = APPROVED
    capacity: int | None = None
    datum: str = WGS84

    def in_force(self, part: int, utc_s: int) -> bool:
        """Whether training of `part` may take place here at that second, by whomever."""
        begun = self.state == APPROVED and self.valid_from_s <= utc_s
        return part in self.parts and begun and (self.valid_to_s is None or utc_s < self.valid_to_s)


def load_fences(text: str, source: str, utc_offset_s: int = CHINA_UTC_OFFSET_S) -> tuple[Fence, ...]:
    """The fences of a GeoJSON FeatureCollection, in the file's order.

    `source` names the text in error sentences. A bare date is the midnight at which that day begins in
    local time, `utc_offset_s` east of UTC; so the day of `valid_to` itself is out. A fence may be there
    several times, with dates that do not meet.
    Raises FenceError; then nothing is loaded.
    """
    return read_fences(parse_json(text, source), source, utc_offset_s)


def read_fences(document: object, source: str, utc_offset_s: int = CHINA_UTC_OFFSET_S) -> tuple[Fence, ...]:
    """As `load_fences`, for a FeatureCollection that came parsed inside a larger JSON document."""
    fences: list[Fence] = []
    by_id: dict[str, list[Fence]] = {}
    for feature in features_of(document, source):
        properties = read_properties(feature.where, feature.properties, utc_offset_s)
        fence = _fence(feature, properties)
        versions = by_id.setdefault(fence.fence_id, [])
        if any(_at_once(fence, other) for other in versions):
            problem = "another feature has the same fence id at the same time"
            remedy = "give each fence its own id, or end the older one by its valid_to"
            raise feature.where.refuse("properties.fence", problem, remedy)
        versions.append(fence)
        fences.append(fence)
    return tuple(fences)


def _at_once(one: Fence, other: Fence) -> bool:
    """Whether the dates of two fences meet."""
    ends = [fence.valid_to_s for fence in (one, other) if fence.valid_to_s is not None]
    return not ends or max(one.valid_from_s, other.valid_from_s) < min(ends)


def _fence(feature: RawFeature, properties: Properties) -> Fence:
    where, half_width_m = feature.where, properties.half_width_m
    if feature.shape in ("Polygon", "MultiPolygon"):
        if half_width_m is not None:
            problem = f"a {feature.shape} has no width"
            raise where.refuse("properties.half_width_m", problem, "take it out or draw a LineString")
        outline_e7 = read_outline(where, feature.shape, feature.coordinates, properties.datum)
    else:
        if half_width_m is None:
            problem = f"it is missing, and a {feature.shape} is a corridor"
            raise where.refuse("properties.half_width_m", problem, "give the metres to each side of the line")
        outline_e7 = read_corridor(where, feature.shape, feature.coordinates, half_width_m, properties.datum)
    return Fence(
        fence_id=properties.fence_id,
        ground=properties.ground,
        kind=properties.kind,
        parts=properties.parts,
        valid_from_s=properties.valid_from_s,
        valid_to_s=properties.valid_to_s,
        geometry=shapely.transform(outline_e7, lambda vertices: vertices / E7),
        vehicle_classes=properties.vehicle_classes,
        schools=properties.schools,
        state=properties.state,
        capacity=properties.capacity,
        datum=properties.drawn_in,
    )
