"""Records of a small school, made with the wire's own encoder; its registry; a database that holds both."""

from collections.abc import Iterator
from typing import Any

import pytest

from firmware.wire import fields, records
from geofence.projection import LocalPlane
from ingest.store import registry, registry_file
from ingest.store.connection import Connection, connect
from ingest.store.evidence import EvidenceRow
from ingest.store.migrate import migrate
from ingest.store.parts import Parts

PLANE = LocalPlane(310_000_000, 1_210_000_000)
START = 29_540_220
SCHOOL, CAR, INSTRUCTOR = 1, 500, 11
TERMINALS = (7, 8)
TRAINEES = (21, 22)
COURSE = 1212360000


@pytest.fixture
def conn(postgres_url: str) -> Iterator[Connection]:
    with connect(postgres_url, patience_s=10) as connection:
        migrate(connection)
        registry.load(connection, registry_file.check(the_registry(), "test"))
        Parts().ensure(connection, [START * 60_000_000])
        yield connection


def the_registry(east_m: float = 500.0) -> dict[str, Any]:
    """Two terminals, two cars, one square field from 500 m west to east_m."""
    lat, lon = PLANE.to_e7([-500, 500], [-500, 500])
    _, lon_east = PLANE.to_e7([east_m], [0])
    south, north, west, east = (float(value) / 1e7 for value in (*lat, lon[0], lon_east[0]))
    ring = [[west, south], [east, south], [east, north], [west, north], [west, south]]
    about = {"fence": "F1", "ground": "G", "kind": "field", "parts": [2]}
    fence = {
        "type": "Feature",
        "properties": {**about, "valid_from": "2026-01-01", "valid_to": None},
        "geometry": {"type": "Polygon", "coordinates": [ring]},
    }
    school = f"{SCHOOL:016d}"
    return {
        "schools": [{"number": school, "name": "S"}],
        "cars": [
            {"number": f"{CAR + terminal:016d}", "plate": f"P{terminal}", "school": school}
            for terminal in TERMINALS
        ],
        "instructors": [{"number": f"{INSTRUCTOR:016d}", "name": "I", "school": school}],
        "trainees": [
            {"number": f"{number:016d}", "name": "T", "school": school, "vehicle_class": "C1"}
            for number in TRAINEES
        ],
        "terminals": [
            {
                "number": f"{terminal:016d}",
                "key_hex": "00" * 32,
                "car": f"{CAR + terminal:016d}",
                "school": school,
                "valid_from": "2026-01-01T00:00:00Z",
                "valid_to": None,
                "revoked_at": None,
            }
            for terminal in TERMINALS
        ],
        "grounds": {"type": "FeatureCollection", "features": [fence]},
    }


class Journal:
    """A terminal's records, made with the wire's own encoder."""

    def __init__(self, terminal: int, trainee: int) -> None:
        self.terminal, self.trainee, self.rows = terminal, trainee, []

    def write(self, kind: int, when: int, **body: Any) -> int:
        seq = len(self.rows) + 1
        head = {"kind": kind, "terminal": self.terminal, "seq": seq, "prev": bytes(32), "boot": 1}
        head |= {"uptime_s": seq, "utc_s": when * 60, "clock": 3}
        record = records.encode({**head, **body})
        session, utc_us = body.get("session", 0), when * 60_000_000
        self.rows.append(
            EvidenceRow(self.terminal, seq, utc_us, utc_us, session, seq, 1, kind, bytes(32), record)
        )
        return seq

    def session(self, minutes: int, start: int = START, east_m: float = 0.0) -> "Journal":
        """Boot, both sign-ins, minutes of driving to and fro about east_m, sign-out."""
        self.write(
            fields.BOOT, start, firmware=1, reset_cause=1, unreceipted=0, torn_bytes=0, slot=255, stage=0
        )
        face = {
            "moment": 1,
            "expected": 0,
            "outcome": 0,
            "face_id": 1,
            "score": 255,
            "photo": bytes([7] * 32),
        }
        for role, person in ((1, INSTRUCTOR), (2, self.trainee)):
            self.write(fields.FACE_CHECK, start, session=0, role=role, matched=person, **face)
        who = {"instructor": INSTRUCTOR, "course": COURSE}
        number = len(self.rows) + 1
        person = {"role": 2, "person": self.trainee}
        self.write(fields.SIGN_IN, start, session=number, face_id=1, online=1, **person, **who)
        for at in range(start, start + minutes):
            driven = {"odometer_m": 1, "wheel_m": 300, "rpm_max": 1500, "ignition_s": 60, "counted_s": 60}
            driven["stops"] = 0
            self.write(
                fields.MINUTE,
                at,
                session=number,
                trainee=self.trainee,
                minute=at,
                fixes=shuttle(east_m),
                **driven,
                **who,
            )
        out = {"how": 2, "minutes": minutes, "distance_m": 300 * minutes}
        self.write(fields.SIGN_OUT, start + minutes, session=number, **person, **out)
        return self


def shuttle(east_m: float) -> list[tuple[int, ...]]:
    """Sixty fixes at 5 m/s, 150 m to the north and back."""
    made = []
    for second in range(60):
        lat, lon = PLANE.to_e7(east_m, 5 * min(second, 60 - second))
        made.append((second, int(lat), int(lon), 180, 0, 12, 4, 0))
    return made
