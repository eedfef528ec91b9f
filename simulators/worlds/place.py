"""A town with training grounds, roads and the fences around them, drawn in metres.

The truth looks at these shapes as drawn; the judge gets them as GeoJSON, as any authority would send them.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

import numpy as np
import shapely
from numpy.typing import NDArray

from simulators.projection import Floats, LocalMetres
from simulators.route import Route, lay_route, out_and_back

FIELD_KMH = (15.0, 10.0, 18.0, 10.0, 20.0, 10.0, 18.0, 10.0, 16.0)
_RING = ((0, -54), (80, -54), (96, -40), (96, 40), (80, 54), (-80, 54), (-96, 40), (-96, -40), (-80, -54))
_EDGE = ((-120, -78), (120, -74), (128, 76), (-110, 80), (-124, 10))
ALWAYS_S = 1_262_304_000
"""2010: fences of the library were in force long before."""


@dataclass(frozen=True)
class Drawn:
    """One fence: shape in metres (a line for a corridor), parts, and when it holds, [from_s, to_s)."""

    name: str
    kind: str
    parts: tuple[int, ...]
    shape_m: shapely.Geometry
    half_width_m: float = 0.0
    from_s: int = ALWAYS_S
    to_s: int | None = None
    more: tuple[tuple[str, Any], ...] = ()
    counts: bool = True
    """Whether training in it is worth anything: False for a ground that is not approved."""

    def allows(self, part: int, utc_s: int) -> bool:
        """Whether this part may be trained in it at that second."""
        begun = self.counts and part in self.parts and self.from_s <= utc_s
        return begun and (self.to_s is None or utc_s < self.to_s)

    @property
    def area_m(self) -> shapely.Geometry:
        """What it covers."""
        return self.shape_m.buffer(self.half_width_m) if self.half_width_m else self.shape_m


@dataclass
class Place:
    """frame around the town's middle; fences as they are drawn."""

    frame: LocalMetres
    rng: np.random.Generator
    fences: list[Drawn] = field(default_factory=list)
    _areas: dict[tuple[int, ...], shapely.Geometry] = field(default_factory=dict)

    def ground(self, name: str, at: tuple[float, float] = (0.0, 0.0), **more: Any) -> Drawn:
        """A training field of about 250 by 155 m around a place; more as in Drawn."""
        corners = np.array(_EDGE) + self.rng.uniform(-3.0, 3.0, (len(_EDGE), 2)) + np.array(at)
        return self.draw(Drawn(name, "field", more.pop("parts", (2,)), shapely.Polygon(corners), **more))

    def road(self, name: str, line: Floats, half_width_m: float = 25.0, **more: Any) -> Drawn:
        """A road corridor along a line [n, 2]."""
        shape = shapely.LineString(line)
        return self.draw(Drawn(name, "road", more.pop("parts", (3,)), shape, half_width_m, **more))

    def draw(self, fence: Drawn) -> Drawn:
        """Take a fence in."""
        self.fences.append(fence)
        self._areas.clear()
        return fence

    def ring(self, at: tuple[float, float] = (0.0, 0.0), size: float = 1.0, pace: float = 1.0) -> Route:
        """A loop inside ground(at), slightly another one each time."""
        corners = (np.array(_RING) + self.rng.uniform(-4.0, 4.0, (len(_RING), 2))) * size + np.array(at)
        kmh = (np.array(FIELD_KMH) * self.rng.uniform(0.85, 1.1) * pace).tolist()
        return lay_route("ring", corners[:, 0].tolist(), corners[:, 1].tolist(), kmh)

    def line(self, at: tuple[float, float] = (300.0, 0.0), legs: int = 9, leg_m: float = 450.0) -> Floats:
        """The middle of a winding road that begins at a place."""
        bend = np.cumsum(self.rng.uniform(-0.35, 0.35, legs)) + self.rng.uniform(-0.5, 0.5)
        steps = np.column_stack([np.cos(bend), np.sin(bend)]) * leg_m
        return np.vstack([[at], np.cumsum(steps, axis=0) + np.array(at)])

    def along(self, line: Floats, pace: float = 1.0) -> Route:
        """Out along a road and back, two metres right of its middle."""
        kmh = (self.rng.uniform(32.0, 55.0, len(line) - 1) * pace).tolist()
        return out_and_back("road", line[:, 0].tolist(), line[:, 1].tolist(), kmh, 2.0)

    def area(self, part: int, utc_s: int) -> shapely.Geometry:
        """Where a part may be trained at a second, in metres."""
        which = tuple(i for i, fence in enumerate(self.fences) if fence.allows(part, utc_s))
        if which not in self._areas:
            self._areas[which] = shapely.union_all([self.fences[i].area_m for i in which])
        return self._areas[which]

    def geojson(self) -> list[dict[str, Any]]:
        """One FeatureCollection a fence, longitude first."""
        return [{"type": "FeatureCollection", "features": [self._feature(fence)]} for fence in self.fences]

    def _feature(self, fence: Drawn) -> dict[str, Any]:
        properties: dict[str, Any] = {
            "fence": fence.name,
            "ground": fence.name,
            "kind": fence.kind,
            "parts": list(fence.parts),
            "valid_from": _stamp(fence.from_s),
            "valid_to": None if fence.to_s is None else _stamp(fence.to_s),
            **dict(fence.more),
        }
        if fence.half_width_m:
            properties["half_width_m"] = fence.half_width_m
        degrees = shapely.transform(fence.shape_m, self._degrees)
        return {
            "type": "Feature",
            "properties": properties,
            "geometry": json.loads(shapely.to_geojson(degrees)),
        }

    def _degrees(self, metres: NDArray[np.float64]) -> NDArray[np.float64]:
        lat, lon = self.frame.to_e7(metres[:, 0], metres[:, 1])
        return np.column_stack([lon, lat]) / 1e7


def _stamp(utc_s: int) -> str:
    return datetime.fromtimestamp(utc_s, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
