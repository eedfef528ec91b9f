"""What a terminal's wires say each second: receiver, wheel and engine; and what frauds put there instead."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from simulators.car import rpm_at
from simulators.projection import Floats, Ints, LocalMetres
from simulators.worlds.drive import Ride
from simulators.worlds.sky import HEADING_UNKNOWN, Fixes

PULSES_PER_KM = 4000


@dataclass(frozen=True)
class Wires:
    """One value a second from begin_s on. wheel_m: whole metres since the first second, by pulses counted."""

    begin_s: int
    fixes: Fixes
    wheel_m: Ints
    rpm: Ints
    ignition: NDArray[np.bool_]

    def from_second(self, begin_s: int) -> Wires:
        """The same heard at another time."""
        return replace(self, begin_s=begin_s)

    def cut(self, from_s: int, to_s: int) -> Wires:
        """Only the seconds from_s..to_s."""
        part = slice(from_s - self.begin_s, to_s - self.begin_s)
        fixes = Fixes(**{name: values[part] for name, values in vars(self.fixes).items()})
        return Wires(from_s, fixes, self.wheel_m[part], self.rpm[part], self.ignition[part])


def wired(ride: Ride, fixes: Fixes, rng: np.random.Generator, tyre: float = 1.0) -> Wires:
    """An honest car: tyre is how much more the wheel turns than its nominal size."""
    pulses = np.floor(ride.travelled_m * tyre * PULSES_PER_KM / 1000.0)
    jitter = rng.integers(-15, 16, len(ride.x_m))
    rpm = np.where(ride.engine, ride.rpm + jitter, 0).astype(np.int64)
    wheel_m = (pulses * 1000 // PULSES_PER_KM).astype(np.int64)
    return Wires(ride.begin_s, fixes, wheel_m, rpm, ride.engine.copy())


def pulses_for(wires: Wires, speed_kmh: Floats) -> Wires:
    """A pulse generator on the wheel's wire, set to these speeds; engine speed as a car's would be."""
    wheel_m = np.floor(np.cumsum(speed_kmh / 3.6)).astype(np.int64)
    return replace(wires, wheel_m=wheel_m, rpm=rpm_at(speed_kmh).astype(np.int64))


def without_wheel(wires: Wires) -> Wires:
    """The wheel's wire is silent, the engine idles."""
    none = np.zeros(len(wires.wheel_m), dtype=np.int64)
    return replace(wires, wheel_m=none, rpm=none + 800)


def without_sky(wires: Wires) -> Wires:
    """The antenna is cut."""
    return replace(wires, fixes=replace(wires.fixes, has=np.zeros(len(wires.rpm), dtype=bool)))


def spliced(one: Wires, other: Wires) -> Wires:
    """One after the other; the wheel goes on counting."""
    joined = {
        name: np.concatenate([values, getattr(other.fixes, name)]) for name, values in vars(one.fixes).items()
    }
    turned = one.wheel_m - one.wheel_m[0]
    return Wires(
        one.begin_s,
        Fixes(**joined),
        np.concatenate([turned, turned[-1] + other.wheel_m - other.wheel_m[0]]),
        np.concatenate([one.rpm, other.rpm]),
        np.concatenate([one.ignition, other.ignition]),
    )


def looped(wires: Wires, times: int) -> Wires:
    """The same again and again."""
    whole = wires
    for _ in range(times - 1):
        whole = spliced(whole, wires)
    return whole


def moved(wires: Wires, frame: LocalMetres, east_m: float, north_m: float, turn_deg: float = 0.0) -> Wires:
    """The trace shifted, and turned about its first fix."""
    x, y = _metres(wires, frame)
    turn = np.radians(turn_deg)
    dx, dy = x - x[0], y - y[0]
    x = x[0] + dx * np.cos(turn) + dy * np.sin(turn) + east_m
    y = y[0] - dx * np.sin(turn) + dy * np.cos(turn) + north_m
    heading = wires.fixes.heading_deg
    turned = np.where(heading == HEADING_UNKNOWN, heading, (heading + round(turn_deg)) % 360)
    return _placed(wires, frame, x, y, turned)


def scaled(wires: Wires, frame: LocalMetres, factor: float) -> Wires:
    """The trace made so much larger about its middle, speeds and wheel with it."""
    x, y = _metres(wires, frame)
    x, y = x.mean() + (x - x.mean()) * factor, y.mean() + (y - y.mean()) * factor
    grown = _placed(wires, frame, x, y, wires.fixes.heading_deg)
    speed = np.minimum(np.rint(wires.fixes.speed_kmh10 * factor), 2046).astype(np.int64)
    wheel_m = np.floor(wires.wheel_m * factor).astype(np.int64)
    return replace(grown, fixes=replace(grown.fixes, speed_kmh10=speed), wheel_m=wheel_m)


def noisy(wires: Wires, frame: LocalMetres, rng: np.random.Generator, sigma_m: float) -> Wires:
    """The trace with fresh noise on every fix, speeds too, so that no number is the same."""
    x, y = _metres(wires, frame)
    count = len(x)
    shaken = _placed(
        wires,
        frame,
        x + rng.normal(0, sigma_m, count),
        y + rng.normal(0, sigma_m, count),
        wires.fixes.heading_deg,
    )
    speed = np.clip(wires.fixes.speed_kmh10 + np.rint(rng.normal(0, 2, count)), 0, 2046).astype(np.int64)
    return replace(shaken, fixes=replace(shaken.fixes, speed_kmh10=speed))


def _metres(wires: Wires, frame: LocalMetres) -> tuple[Floats, Floats]:
    return frame.to_metres(wires.fixes.lon_e7 / 1e7, wires.fixes.lat_e7 / 1e7)


def _placed(wires: Wires, frame: LocalMetres, x: Floats, y: Floats, heading: Ints) -> Wires:
    lat, lon = frame.to_e7(x, y)
    return replace(wires, fixes=replace(wires.fixes, lat_e7=lat, lon_e7=lon, heading_deg=heading))
