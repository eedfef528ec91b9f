"""A raw feature as rings and lines, however wrong they are; only what is no position is refused."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from geofence.errors import Where, shown
from geofence.geojson import RawFeature
from geofence.positions import E7, read_list

MAX_DEGREES = 180
_REMEDY = "write each position as [longitude, latitude] in degrees"

Positions = NDArray[np.float64]


@dataclass(frozen=True)
class Path:
    """A ring or line as drawn: name in English and Chinese, float64[n, 2] of whole (lon_e7, lat_e7)."""

    name: tuple[str, str]
    positions: Positions


@dataclass(frozen=True)
class Drawn:
    """A feature's paths. An area has polygons, each a shell and its holes; a corridor has lines."""

    where: Where
    fence: str
    polygons: tuple[tuple[Path, ...], ...]
    lines: tuple[Path, ...]

    @property
    def paths(self) -> tuple[Path, ...]:
        """Every ring or line, in the order of the drawing."""
        return tuple(ring for polygon in self.polygons for ring in polygon) + self.lines


def read_drawn(feature: RawFeature) -> Drawn:
    """The paths of a feature. Raises FenceError for what is no list of positions within +-180 degrees."""
    where, coordinates = feature.where, feature.coordinates
    fence = feature.properties.get("fence")
    named = fence if isinstance(fence, str) else ""
    if feature.shape == "Polygon":
        return Drawn(where, named, (_polygon(where, ("", ""), coordinates),), ())
    if feature.shape == "MultiPolygon":
        polygons = read_list(where, "geometry", coordinates, "polygons")
        read = [
            _polygon(where, (f"polygon {number}, ", f"第 {number} 个多边形，"), rings)
            for number, rings in enumerate(polygons, start=1)
        ]
        return Drawn(where, named, tuple(read), ())
    if feature.shape == "LineString":
        return Drawn(where, named, (), (_path(where, ("line", "线"), coordinates),))
    lines = read_list(where, "geometry", coordinates, "lines")
    paths = [
        _path(where, (f"line {number}", f"第 {number} 条线"), line)
        for number, line in enumerate(lines, start=1)
    ]
    return Drawn(where, named, (), tuple(paths))


def _polygon(where: Where, prefix: tuple[str, str], value: object) -> tuple[Path, ...]:
    rings = read_list(where, f"{prefix[0]}geometry", value, "rings")
    names = [("outer ring", "外环")] + [(f"hole {n}", f"第 {n} 个内环") for n in range(1, len(rings))]
    return tuple(
        _path(where, (prefix[0] + english, prefix[1] + chinese), ring)
        for (english, chinese), ring in zip(names, rings, strict=True)
    )


def _path(where: Where, name: tuple[str, str], value: object) -> Path:
    positions = read_list(where, name[0], value, "positions")
    rows = [_position(where, f"{name[0]}, position {n}", row) for n, row in enumerate(positions, start=1)]
    return Path(name, np.rint(np.array(rows, dtype=np.float64) * E7))


def _position(where: Where, place: str, value: object) -> tuple[float, float]:
    numbers = value if isinstance(value, list) and len(value) in (2, 3) else []
    real = [n for n in numbers if isinstance(n, int | float) and not isinstance(n, bool)]
    if not real or len(real) < len(numbers):
        raise where.refuse(place, f"{shown(value)} is not a position", _REMEDY)
    # An altitude may be anything finite.
    if (
        any(isinstance(n, float) and not math.isfinite(n) for n in real)
        or max(map(abs, real[:2])) > MAX_DEGREES
    ):
        raise where.refuse(place, f"{shown(value)} is not a position on earth", _REMEDY)
    return float(real[0]), float(real[1])
