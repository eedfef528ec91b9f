"""Routes: waypoints in metres become a path of about 1 m steps with a speed limit at each step."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from simulators.projection import Floats

_SMOOTH_M = 9
_LATERAL_MS2 = 1.4
_CRAWL_MS = 1.3


@dataclass(frozen=True)
class Route:
    """A path that ends where it begins. Arrays of n steps: metres east, metres north, limit in m/s.

    step_m is the spacing of the steps; length_m = n * step_m.
    """

    name: str
    x_m: Floats
    y_m: Floats
    limit_ms: Floats
    step_m: float

    @property
    def length_m(self) -> float:
        return len(self.x_m) * self.step_m


@dataclass(frozen=True)
class Strip:
    """A stretch to be driven once: position, limit and distance from its start at every step."""

    x_m: Floats
    y_m: Floats
    limit_ms: Floats
    along_m: Floats


def lay_route(
    name: str, x_m: Sequence[float], y_m: Sequence[float], kmh: Sequence[float], closed: bool = True
) -> Route:
    """Build a route from waypoints; kmh[i] holds on the leg from waypoint i to the next.

    The last leg leads back to the first waypoint. `closed` rounds the corner at the first
    waypoint too; otherwise that waypoint stays exactly where it is. Corners are slowed so that
    lateral acceleration stays under 1.4 m/s2.
    """
    corners = np.column_stack([np.append(x_m, x_m[0]), np.append(y_m, y_m[0])])
    legs = np.hypot(*np.diff(corners, axis=0).T)
    ends = np.concatenate([[0.0], np.cumsum(legs)])
    count = max(int(ends[-1]), 2 * _SMOOTH_M)
    step = float(ends[-1]) / count
    along = np.arange(count) * step
    leg = np.clip(np.searchsorted(ends, along, side="right") - 1, 0, len(kmh) - 1)
    limit = np.asarray(kmh, dtype=np.float64)[leg] / 3.6
    x = _smooth(np.interp(along, ends, corners[:, 0]), closed)
    y = _smooth(np.interp(along, ends, corners[:, 1]), closed)
    x, y, limit, step = _even(x, y, limit)
    bend = np.abs(np.diff(np.unwrap(headings_rad(x, y)), append=np.nan)) / step
    bend[-1] = bend[-2]
    return Route(
        name,
        x,
        y,
        np.maximum(np.minimum(limit, np.sqrt(_LATERAL_MS2 / np.maximum(bend, 1e-4))), _CRAWL_MS),
        step,
    )


def out_and_back(
    name: str, x_m: Sequence[float], y_m: Sequence[float], kmh: Sequence[float], lane_m: float
) -> Route:
    """Along a road's centre line and back, keeping lane_m to the right of it both ways."""
    x, y = np.asarray(x_m, dtype=np.float64), np.asarray(y_m, dtype=np.float64)
    out_x, out_y = _right_of(x, y, lane_m)
    back_x, back_y = _right_of(x[::-1], y[::-1], lane_m)
    speeds = list(kmh) + [8.0] + list(kmh)[::-1] + [8.0]
    return lay_route(
        name, np.concatenate([out_x, back_x]).tolist(), np.concatenate([out_y, back_y]).tolist(), speeds
    )


def strip_of(route: Route, from_m: float, length_m: float) -> Strip:
    """The stretch that starts from_m along the route and goes round as often as length_m needs."""
    first = round(from_m / route.step_m)
    count = int(length_m / route.step_m) + 2
    index = np.arange(first, first + count) % len(route.x_m)
    return Strip(
        route.x_m[index],
        route.y_m[index],
        route.limit_ms[index],
        np.arange(count, dtype=np.float64) * route.step_m,
    )


def join(*strips: Strip) -> Strip:
    """Strips one after another; the last step of one and the first of the next are one place."""
    along, base = [], 0.0
    for strip in strips:
        along.append(strip.along_m + base)
        base += float(strip.along_m[-1]) + 0.5
    return Strip(
        np.concatenate([s.x_m for s in strips]),
        np.concatenate([s.y_m for s in strips]),
        np.concatenate([s.limit_ms for s in strips]),
        np.concatenate(along),
    )


def headings_rad(x_m: Floats, y_m: Floats) -> Floats:
    """Clockwise from north, at each step towards the next (the last repeats the one before)."""
    heading = np.arctan2(np.diff(x_m), np.diff(y_m))
    return np.append(heading, heading[-1])


def _smooth(values: Floats, closed: bool) -> Floats:
    half = _SMOOTH_M // 2
    padded = (
        np.pad(values, half, mode="wrap")
        if closed
        else np.pad(values, half, mode="reflect", reflect_type="odd")
    )
    return np.convolve(padded, np.full(_SMOOTH_M, 1.0 / _SMOOTH_M), mode="valid")


def _even(x: Floats, y: Floats, limit: Floats) -> tuple[Floats, Floats, Floats, float]:
    """The rounded path in even steps again: cut corners have made it shorter."""
    x, y, limit = np.append(x, x[0]), np.append(y, y[0]), np.append(limit, limit[0])
    along = np.concatenate([[0.0], np.cumsum(np.hypot(np.diff(x), np.diff(y)))])
    count = max(int(along[-1]), 2)
    at = np.arange(count) * (along[-1] / count)
    return (
        np.interp(at, along, x),
        np.interp(at, along, y),
        np.interp(at, along, limit),
        float(along[-1]) / count,
    )


def _right_of(x: Floats, y: Floats, offset_m: float) -> tuple[Floats, Floats]:
    tangent_x, tangent_y = np.gradient(x), np.gradient(y)
    norm = np.hypot(tangent_x, tangent_y)
    return x + offset_m * tangent_y / norm, y - offset_m * tangent_x / norm
