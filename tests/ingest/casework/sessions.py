"""A judged database with three sessions of a small school: inside, outside, and away for a while."""

from __future__ import annotations

import hashlib
from typing import Any

from firmware.wire import fields
from ingest.judging.run import judge_all
from ingest.store import photos, registry, registry_file
from ingest.store.connection import Connection
from ingest.store.evidence import append
from ingest.store.parts import Parts
from tests.ingest.judging.journal import (
    COURSE,
    INSTRUCTOR,
    SCHOOL,
    START,
    TRAINEES,
    Journal,
    shuttle,
    the_registry,
)

NAME = "<script>alert('x')</script>"
GROUND = '"><img src=x onerror=alert(1)>'
PHOTO = b"\xff\xd8\xff" + b"face of somebody" * 8
DIGEST = hashlib.sha256(PHOTO).digest()
INSIDE, OUTSIDE, LEFT = (7, 4), (8, 4), (7, 0)
LATER = START + 60


def filled(conn: Connection) -> tuple[int, int]:
    """Registry, evidence, verdicts; the key of the session that left the ground for minutes 4 to 6 of ten."""
    Parts().ensure(conn, [START * 60_000_000])
    registry.load(conn, registry_file.check(named(), "test"))
    car = Journal(7, TRAINEES[0]).session(10)
    session = away(car)
    append(conn, car.rows)
    append(conn, Journal(8, TRAINEES[1]).session(3, START + 5, east_m=560.0).rows)
    judge_all(conn)
    return 7, session


def named() -> dict[str, Any]:
    """The registry with names that want to be scripts."""
    known = the_registry()
    for one in known["trainees"]:
        one["name"] = NAME
    known["grounds"]["features"][0]["properties"]["ground"] = GROUND
    return known


def away(car: Journal) -> int:
    """A second session of the car, ten minutes, that is 560 m east in minutes 4 to 6; its number."""
    face = {"moment": 1, "expected": 0, "outcome": 0, "face_id": 1, "score": 91, "photo": DIGEST}
    for role, person in ((1, INSTRUCTOR), (2, car.trainee)):
        car.write(fields.FACE_CHECK, LATER, session=0, role=role, matched=person, **face)
    who = {"instructor": INSTRUCTOR, "course": COURSE}
    number = len(car.rows) + 1
    person = {"role": 2, "person": car.trainee}
    car.write(fields.SIGN_IN, LATER, session=number, face_id=1, online=1, **person, **who)
    driven = {
        "odometer_m": 1,
        "wheel_m": 300,
        "rpm_max": 1500,
        "ignition_s": 60,
        "counted_s": 60,
        "stops": 128,
    }
    for at in range(10):
        fixes = shuttle(560.0 if 4 <= at <= 6 else 0.0)
        body = {"session": number, "trainee": car.trainee, "minute": LATER + at, "fixes": fixes}
        car.write(fields.MINUTE, LATER + at, **body, **driven, **who)
    out = {"how": 1, "minutes": 10, "distance_m": 3000}
    car.write(fields.SIGN_OUT, LATER + 10, session=number, **person, **out)
    return number


def store_photo(conn: Connection, terminal: int, seq: int) -> None:
    """The photo that a record names, whole."""
    named_by = photos.Named(terminal, seq, DIGEST, LATER * 60_000_000)
    with conn.transaction():
        photos.name(conn, [named_by])
        photos.take(conn, terminal, DIGEST, len(PHOTO), 0, PHOTO)


__all__ = [
    "DIGEST",
    "GROUND",
    "INSIDE",
    "LATER",
    "NAME",
    "OUTSIDE",
    "PHOTO",
    "SCHOOL",
    "filled",
    "store_photo",
]
