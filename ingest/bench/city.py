"""A city's day of evidence, made quickly.

Every car drives circles on its ground in two training sessions with a face check of both people every quarter
of an hour; in every twentieth minute its wheel and engine tell nothing. The records decode, hang together and
are judged as any others, and each session's end is signed.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np

from firmware.wire.fields import FACE_CHECK, HEAD, MINUTE, SIGN_IN, SIGN_OUT
from ingest.bench import stamped
from ingest.bench.stamped import (
    BASE_LAT_E7,
    BASE_LON_E7,
    COLUMNS,
    FIRST_TERMINAL,
    GROUND_STEP_E7,
    M_PER_LAT_E7,
    RADIUS_M,
    START,
)

__all__ = ["CARS_PER_GROUND", "COLUMNS", "START", "City"]

CHECK_MIN = 15
CARS_PER_GROUND = 20


@dataclass(frozen=True)
class City:
    """Cars, the hours that each is driven a day, for how many days on end, how many cars share a ground."""

    cars: int
    hours: int
    days: int = 1
    cars_per_ground: int = CARS_PER_GROUND

    @property
    def half_min(self) -> int:
        """Minutes of each of a car's two sessions."""
        return self.hours * 30

    @property
    def minutes(self) -> int:
        """Minute records of all days."""
        return self.cars * self.half_min * 2 * self.days

    @property
    def per_session(self) -> int:
        """Records of a session, its checks before the sign-in, its sign-out and HEAD included."""
        return 7 + self.half_min + 2 * ((self.half_min - 1) // CHECK_MIN)

    def rows(self) -> Iterator[bytes]:
        """The evidence as tuples of the COPY format of COLUMNS, in pieces, in the order of time."""
        car = np.arange(self.cars)
        kinds = {kind: stamped.dtype_of(kind) for kind in (SIGN_IN, FACE_CHECK, SIGN_OUT, HEAD)}
        loops = np.frombuffer(b"".join(stamped.loop()), dtype=stamped.dtype_of(MINUTE))
        pairs = [stamped.pair(at) for at in range(self.cars)]
        chain = np.zeros((self.cars, 32), dtype=np.uint8)
        for day, half in ((day, half) for day in range(self.days) for half in (0, 1)):
            begin = (2 * day + half) * self.per_session
            start = START + 1440 * day + half * (self.half_min + 10)
            who = stamped.Who(car, half, begin + 3, self.cars_per_ground, chain)
            for nth, role in enumerate((1, 2)):
                yield stamped.check(kinds[FACE_CHECK], who, role, 1, begin + 1 + nth, start * 60)
            yield stamped.sign_in(kinds[SIGN_IN], who, start * 60)
            for at in range(self.half_min):
                seq = begin + 4 + at + 2 * (at // CHECK_MIN)
                if at and at % CHECK_MIN == 0:
                    for nth, role in enumerate((1, 2)):
                        yield stamped.check(kinds[FACE_CHECK], who, role, 2, seq - 2 + nth, (start + at) * 60)
                yield stamped.minute(loops, who, seq, start + at, at)
            end, end_s = begin + self.per_session, (start + self.half_min) * 60
            for nth, role in enumerate((1, 2)):
                yield stamped.check(kinds[FACE_CHECK], who, role, 3, end - 3 + nth, end_s)
            yield stamped.sign_out(kinds[SIGN_OUT], who, end - 1, end_s, self.half_min)
            yield stamped.head(kinds[HEAD], who, end, end_s, pairs)

    def registry(self) -> dict[str, Any]:
        """A registry file with all cars and their grounds."""
        school = f"{4:016d}"
        terminals = [
            {
                "number": f"{FIRST_TERMINAL + at:016d}",
                "key_hex": "00" * 32,
                "public_key_hex": stamped.pair(at).public_key().public_bytes_raw().hex(),
                "car": f"{5_000_000 + at:016d}",
                "school": school,
            }
            for at in range(self.cars)
        ]
        cars = [{"number": t["car"], "plate": f"B{t['car'][-5:]}", "school": school} for t in terminals]
        grounds = [_ground(at) for at in range(-(-self.cars // self.cars_per_ground))]
        return {
            "schools": [{"number": school, "name": "Bench"}],
            "cars": cars,
            "terminals": terminals,
            "grounds": {"type": "FeatureCollection", "features": grounds},
        }


def _ground(at: int) -> dict[str, Any]:
    """A field of 24 corners about the circle."""
    south_e7 = BASE_LAT_E7 + at * GROUND_STEP_E7
    radius_m, ring = RADIUS_M + 60, []
    for corner in range(24):
        angle = 2 * math.pi * corner / 24
        lat = (south_e7 + radius_m * math.sin(angle) / M_PER_LAT_E7) / 1e7
        east_e7 = radius_m * math.cos(angle) / M_PER_LAT_E7 / math.cos(math.radians(lat))
        ring.append([round((BASE_LON_E7 + east_e7) / 1e7, 7), round(lat, 7)])
    about = {"fence": f"F{at}", "ground": f"G{at}", "kind": "field", "parts": [2]}
    return {
        "type": "Feature",
        "properties": {**about, "valid_from": "2026-01-01", "valid_to": None},
        "geometry": {"type": "Polygon", "coordinates": [[*ring, ring[0]]]},
    }
