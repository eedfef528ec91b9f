"""What a GNSS receiver makes of a ride, by how much of the sky it sees.

Errors of position are first-order Gauss-Markov noise (they wander, they do not jump about), with bumps of
multipath where walls reflect; dilution and satellites move with them, and Doppler speed has its own, smaller
noise. Figures are those that single-frequency receivers of several systems show in cars: ours, no standard's.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from simulators.nmea import correlated
from simulators.projection import Floats, Ints, LocalMetres
from simulators.worlds.drive import Ride

SPEED_UNKNOWN, HEADING_UNKNOWN, HDOP_UNKNOWN = 2047, 511, 63
_HOLD_MS = 0.3


@dataclass(frozen=True)
class Sky:
    """sigma_m per axis with correlation tau_s; bumps_h multipath bumps an hour of about bump_m; outages_h
    outages an hour of about outage_s; doppler_ms noise of the speed; hold: the receiver freezes at rest;
    white_m noise from fix to fix; hdop_share how much the dilution wavers."""

    sigma_m: float = 1.2
    tau_s: float = 150.0
    satellites: float = 17.0
    satellites_sigma: float = 1.8
    hdop: float = 0.75
    doppler_ms: float = 0.05
    bumps_h: float = 0.0
    bump_m: float = 0.0
    outages_h: float = 0.0
    outage_s: float = 0.0
    hold: bool = False
    white_m: float = 0.03
    hdop_share: float = 0.05


OPEN = Sky()
TOWN = Sky(2.2, 120.0, 13.0, 2.0, 0.95, 0.10, 4.0, 5.0, 0.5, 3.0)
TREES = Sky(3.2, 70.0, 9.5, 1.6, 1.35, 0.18, 10.0, 7.0, 6.0, 3.0)
CANYON = Sky(5.0, 60.0, 7.5, 1.6, 1.9, 0.30, 14.0, 14.0, 8.0, 7.0)
HOLDING = replace(OPEN, hold=True)
PAINTED = Sky(0.0, 60.0, 12.0, 0.0, 0.8, 0.0, white_m=0.0, hdop_share=0.0)
"""Nothing that a receiver ever says: a program that writes NMEA."""


@dataclass(frozen=True)
class Fixes:
    """What the receiver says each second; where has is False it says nothing."""

    has: NDArray[np.bool_]
    lat_e7: Ints
    lon_e7: Ints
    speed_kmh10: Ints
    heading_deg: Ints
    satellites: Ints
    hdop_fifth: Ints


def receive(
    ride: Ride,
    frame: LocalMetres,
    rng: np.random.Generator,
    sky: Sky = OPEN,
    blind: NDArray[np.bool_] | None = None,
) -> Fixes:
    """The ride as one receiver sees it. blind: seconds without any signal, as in a tunnel."""
    count = len(ride.x_m)
    has = ~_outages(rng, count, sky)
    if blind is not None:
        has &= ~blind
    east, north = (correlated(rng, count, sky.sigma_m, sky.tau_s) for _ in range(2))
    bump_x, bump_y = _bumps(rng, count, sky)
    lost_x, lost_y = _after_outages(rng, has, sky)
    x = ride.x_m + east + bump_x + lost_x + rng.normal(0.0, sky.white_m, count)
    y = ride.y_m + north + bump_y + lost_y + rng.normal(0.0, sky.white_m, count)
    noise = rng.normal(0.0, sky.doppler_ms, count) * np.where(ride.speed_ms > 0.3, 1.0, 0.4)
    speed = np.abs(ride.speed_ms + noise)
    if sky.hold:
        held = ride.speed_ms < _HOLD_MS
        x, y, speed = _frozen(x, held), _frozen(y, held), np.where(held, 0.0, speed)
    seen = sky.satellites + correlated(rng, count, sky.satellites_sigma, 240.0)
    bumped = np.hypot(bump_x, bump_y)
    satellites = np.clip(np.rint(seen - bumped / 6.0), 4, 31).astype(np.int64)
    spread = (
        sky.hdop
        + (sky.satellites - satellites) * 0.035
        + correlated(rng, count, sky.hdop_share * sky.hdop, 120.0)
    )
    course = (ride.course_deg + rng.normal(0.0, 1.2 + 8.0 * sky.doppler_ms, count)) % 360.0
    lat, lon = frame.to_e7(x, y)
    return Fixes(
        has,
        lat,
        lon,
        np.rint(speed * 36.0).astype(np.int64),
        np.where(speed > 0.5, np.rint(course).astype(np.int64) % 360, HEADING_UNKNOWN),
        satellites,
        np.clip(np.ceil(np.clip(spread, 0.5, 12.0) * 5.0 - 1e-9), 1, 62).astype(np.int64),
    )


def every(fixes: Fixes, begin_s: int, seconds: int) -> Fixes:
    """The same from a receiver that gives a fix only each so many seconds."""
    due = (begin_s + np.arange(len(fixes.has))) % seconds == 0
    return replace(fixes, has=fixes.has & due)


def _starts(rng: np.random.Generator, count: int, an_hour: float) -> list[int]:
    events = int(rng.poisson(an_hour * count / 3600.0))
    return sorted(rng.integers(0, count, events).tolist())


def _outages(rng: np.random.Generator, count: int, sky: Sky) -> NDArray[np.bool_]:
    out = np.zeros(count, dtype=bool)
    for start in _starts(rng, count, sky.outages_h):
        out[start : start + 1 + int(rng.exponential(sky.outage_s))] = True
    return out


def _bumps(rng: np.random.Generator, count: int, sky: Sky) -> tuple[Floats, Floats]:
    """A reflection draws the place aside and lets it go again: raised cosines of 10 to 50 s."""
    x, y = np.zeros(count), np.zeros(count)
    for start in _starts(rng, count, sky.bumps_h):
        length = int(rng.integers(10, 50))
        size, side = float(rng.gamma(3.0, sky.bump_m / 3.0)), float(rng.uniform(0.0, 2.0 * np.pi))
        part = min(length, count - start)
        shape = size * (0.5 - 0.5 * np.cos(2.0 * np.pi * np.arange(part) / length))
        x[start : start + part] += shape * np.cos(side)
        y[start : start + part] += shape * np.sin(side)
    return x, y


def _after_outages(rng: np.random.Generator, has: NDArray[np.bool_], sky: Sky) -> tuple[Floats, Floats]:
    """The first fixes after more than 5 s in the dark are worse; that is over in half a minute."""
    x, y = np.zeros(len(has)), np.zeros(len(has))
    back = np.flatnonzero(has[1:] & ~has[:-1]) + 1
    for start in back.tolist():
        dark = start - int(np.flatnonzero(has[:start])[-1]) if has[:start].any() else 30
        if dark > 5:
            fade = np.exp(-np.arange(min(30, len(has) - start)) / 8.0)
            for axis in (x, y):
                axis[start : start + len(fade)] += rng.normal(0.0, 2.5 * sky.sigma_m) * fade
    return x, y


def _frozen(values: Floats, held: NDArray[np.bool_]) -> Floats:
    """Static hold: at rest the last place stands."""
    last = np.maximum.accumulate(np.where(~held, np.arange(len(values)), 0))
    frozen: Floats = np.where(held, values[last], values)
    return frozen
