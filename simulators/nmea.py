"""What the car's GNSS receiver writes: RMC, GGA and GSA once a second, with a receiver's errors.

Everything of an active period is worked out in numpy; only the text itself is put together line
by line. Checksums are XOR-ed over whole columns.
"""

from __future__ import annotations

import time
from dataclasses import dataclass
from itertools import accumulate

import numpy as np
from numpy.typing import NDArray

from simulators.car import Motion
from simulators.projection import Floats, Ints

_WIDTH = 96
_METRES_PER_E7 = 0.0111319
_PRN = b"02,05,09,12,15,18,21,25,29,31,,"


@dataclass(frozen=True)
class Reception:
    """What the receiver works out for each second; arrays of one length, fix False means no solution.

    knots1000 and course100 are integers (0.001 knot, 0.01 degree), course100 -1 = not given;
    hdop100 0.01 steps.
    """

    utc_s: Ints
    fix: NDArray[np.bool_]
    lat_e7: Ints
    lon_e7: Ints
    knots1000: Ints
    course100: Ints
    satellites: Ints
    hdop100: Ints


def correlated(rng: np.random.Generator, count: int, sigma: float, tau_s: float) -> Floats:
    """First-order Gauss-Markov noise at 1 Hz: standard deviation sigma, correlation time tau_s."""
    keep = float(np.exp(-1.0 / tau_s))
    steps = rng.normal(0.0, sigma * np.sqrt(1.0 - keep * keep), size=count)
    steps[0] = rng.normal(0.0, sigma)
    return np.array(list(accumulate(steps.tolist(), lambda last, step: keep * last + step)))


def receive(motion: Motion, rng: np.random.Generator, sigma_m: float = 1.2, wake_s: int = 6) -> Reception:
    """A receiver's view of a motion: noise of sigma_m per axis, no fix in the first wake_s seconds."""
    count = len(motion.x_m)
    speed = motion.speed_kmh10 / 36.0
    east = correlated(rng, count, sigma_m, 150.0) + rng.normal(0.0, 0.03, size=count)
    north = correlated(rng, count, sigma_m, 150.0) + rng.normal(0.0, 0.03, size=count)
    narrow = np.cos(np.radians(motion.lat_e7 / 1e7))
    satellites = np.clip(np.rint(17.0 + correlated(rng, count, 1.8, 240.0)), 9, 26).astype(np.int64)
    hdop = np.clip(0.62 + (26 - satellites) * 0.03 + correlated(rng, count, 0.04, 120.0), 0.5, 2.5)
    sensed = np.abs(speed + rng.normal(0.0, 0.05, size=count) * np.where(speed > 0.3, 1.0, 0.4))
    course = (motion.heading_deg + rng.normal(0.0, 1.2, size=count)) % 360.0
    course100 = np.where(sensed > 0.5, np.rint(course * 100.0) % 36000, -1)
    return Reception(
        utc_s=motion.begin_s + np.arange(count),
        fix=np.arange(count) >= wake_s,
        lat_e7=motion.lat_e7 + np.rint(north / _METRES_PER_E7).astype(np.int64),
        lon_e7=motion.lon_e7 + np.rint(east / narrow / _METRES_PER_E7).astype(np.int64),
        knots1000=np.rint(sensed * 1943.844).astype(np.int64),
        course100=course100.astype(np.int64),
        satellites=satellites,
        hdop100=np.rint(hdop * 100.0).astype(np.int64),
    )


def write(seen: Reception, first: int = 0, last: int | None = None) -> list[bytes]:
    """The three sentences of each second as one byte string with CR LF, for seconds first..last."""
    last = len(seen.utc_s) if last is None else last
    bodies: list[bytes] = []
    columns = (
        seen.utc_s,
        seen.fix,
        seen.lat_e7,
        seen.lon_e7,
        seen.knots1000,
        seen.course100,
        seen.satellites,
        seen.hdop100,
    )
    day, date = -1, b""
    for utc, fix, lat, lon, knots, course, satellites, hdop in zip(
        *(column[first:last].tolist() for column in columns), strict=True
    ):
        if utc // 86400 != day:
            day = utc // 86400
            date = time.strftime("%d%m%y", time.gmtime(utc)).encode()
        bodies += _bodies(utc % 86400, date, fix, lat, lon, knots, course, satellites, hdop)
    lines = with_checksums(bodies)
    return [lines[i] + lines[i + 1] + lines[i + 2] for i in range(0, len(lines), 3)]


def with_checksums(bodies: list[bytes]) -> list[bytes]:
    """$body*HH CR LF for every body (the text between $ and *, at most 96 bytes)."""
    if not bodies:
        return []
    table = np.frombuffer(b"".join([body.ljust(_WIDTH, b"\0") for body in bodies]), dtype=np.uint8)
    sums = np.bitwise_xor.reduce(table.reshape(-1, _WIDTH), axis=1).tolist()
    return [b"$%b*%02X\r\n" % pair for pair in zip(bodies, sums, strict=True)]


def _bodies(
    second: int,
    date: bytes,
    fix: bool,
    lat: int,
    lon: int,
    knots: int,
    course: int,
    satellites: int,
    hdop: int,
) -> tuple[bytes, bytes, bytes]:
    clock = b"%02d%02d%02d.00" % (second // 3600, second // 60 % 60, second % 60)
    if not fix:
        return (
            b"GNRMC,%b,V,,,,,,,%b,,,N,V" % (clock, date),
            b"GNGGA,%b,,,,,0,00,99.99,,M,,M,," % clock,
            b"GNGSA,A,1,,,,,,,,,,,,,99.99,99.99,99.99,1",
        )
    place = b"%b,%b" % (_angle(lat, b"%02d%02d.%05d,", b"NS"), _angle(lon, b"%03d%02d.%05d,", b"EW"))
    speed = b"%d.%03d" % divmod(knots, 1000) if knots >= 0 else b""
    bearing = b"%d.%02d" % divmod(course, 100) if course >= 0 else b""
    spread = b"%d.%02d" % divmod(hdop, 100) if hdop >= 0 else b""
    seen = b"%02d" % satellites if satellites >= 0 else b""
    vertical = b"%d.%02d" % divmod(hdop * 14 // 10, 100) if hdop >= 0 else b""
    slant = b"%d.%02d" % divmod(hdop * 17 // 10, 100) if hdop >= 0 else b""
    return (
        b"GNRMC,%b,A,%b,%b,%b,%b,,,A,V" % (clock, place, speed, bearing, date),
        b"GNGGA,%b,%b,1,%b,%b,148.2,M,12.6,M,," % (clock, place, seen, spread),
        b"GNGSA,A,3,%b,%b,%b,%b,1" % (_PRN, slant, spread, vertical),
    )


def _angle(value_e7: int, form: bytes, letters: bytes) -> bytes:
    size = -value_e7 if value_e7 < 0 else value_e7
    # Minutes in 1e-5: the remainder times 60 / 100, truncated after adding a half.
    minutes = (size % 10_000_000 * 6 + 5) // 10
    side = letters[1:] if value_e7 < 0 else letters[:1]
    return form % (size // 10_000_000, minutes // 100_000, minutes % 100_000) + side
