"""Signed-looking evidence for the few sessions whose page the bench asks for; the others have none."""

from __future__ import annotations

import math
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any, NamedTuple

from firmware.wire import records
from firmware.wire.fields import FACE_CHECK, FIXES_MAX, MINUTE, SIGN_IN, SIGN_OUT
from ingest.bench.desk.people import centre
from ingest.store.connection import Connection
from ingest.store.digests import digest
from ingest.store.parts import Parts

_COURSE = 1_212_360_000
_CHECK_EVERY = 15
_RADIUS_M = 90
_M_PER_LAT_E7 = 0.0111319


class Case(NamedTuple):
    """A session of the bench, as in bench_case; ground: its number."""

    terminal: int
    session: int
    first_seq: int
    n: int
    minute: int
    trainee: int
    instructor: int
    part: int
    ground: int


def chosen(conn: Connection, many: int) -> list[Case]:
    """So many sessions spread over all that need a human."""
    rows = conn.execute(
        "SELECT terminal, session, first_seq, n, minute, trainee, instructor, part,"
        " split_part(ground, ' ', 2)::integer FROM bench_case WHERE kind = 2 ORDER BY chance LIMIT %s",
        (many,),
    )
    return [Case._make(row) for row in rows]


def fill(conn: Connection, cases: list[Case]) -> int:
    """Put their records into evidence; how many."""
    if not cases:
        return 0
    Parts().ensure(conn, sorted({one.minute * 60_000_000 for one in cases}))
    made = 0
    columns = "terminal, seq, utc, received_at, session, envelope_first, envelope_count, kind, seal, record"
    with conn.cursor() as cursor, cursor.copy(f"COPY evidence ({columns}) FROM STDIN".encode()) as copy:
        for one in cases:
            for seq, kind, utc_s, record in _records(one):
                copy.write_row(
                    (
                        one.terminal,
                        seq,
                        _time(utc_s),
                        _time(utc_s + 90),
                        one.session,
                        seq,
                        1,
                        kind,
                        b"",
                        record,
                    )
                )
                made += 1
    conn.execute("VACUUM ANALYZE evidence")
    return made


def _time(utc_s: int) -> datetime:
    return datetime.fromtimestamp(utc_s, UTC)


def _records(one: Case) -> Iterator[tuple[int, int, int, bytes]]:
    """(seq, kind, Unix seconds, record) in the order of seq: sign-in, minutes, then checks, sign-out."""
    begin_s, prev = one.minute * 60, bytes(32)
    seq = one.session
    who = {"session": one.session, "role": 2}
    bodies: list[tuple[int, int, dict[str, Any]]] = [
        (
            SIGN_IN,
            begin_s,
            who
            | {
                "person": one.trainee,
                "instructor": one.instructor,
                "course": _COURSE,
                "face_id": 2,
                "online": 1,
            },
        )
    ]
    bodies += [(MINUTE, begin_s + at * 60, _minute(one, at)) for at in range(one.n)]
    end_s = begin_s + one.n * 60
    bodies += [
        (FACE_CHECK, begin_s + at * 60, _check(one, role, at))
        for at in range(0, one.n, _CHECK_EVERY)
        for role in (1, 2)
    ]
    bodies.append(
        (SIGN_OUT, end_s, who | {"person": one.trainee, "how": 1, "minutes": one.n, "distance_m": 9000})
    )
    for kind, utc_s, body in bodies:
        head = {
            "kind": kind,
            "terminal": one.terminal,
            "seq": seq,
            "prev": prev,
            "boot": 1,
            "uptime_s": seq * 60,
            "utc_s": utc_s,
            "clock": 3,
        }
        record = bytes(records.encode({**head, **body}))
        yield seq, kind, utc_s, record
        prev, seq = digest(record), seq + 1


def _minute(one: Case, at: int) -> dict[str, Any]:
    lat, lon = centre(one.ground)
    away_m = 260 if at % 20 > 12 else 0
    fixes = []
    for second in range(FIXES_MAX):
        angle = math.tau * (at * 60 + second) / 95
        north_m, east_m = _RADIUS_M * math.sin(angle) + away_m, _RADIUS_M * math.cos(angle)
        lat_e7 = round(lat * 1e7 + north_m / _M_PER_LAT_E7)
        lon_e7 = round(lon * 1e7 + east_m / _M_PER_LAT_E7 / math.cos(math.radians(lat)))
        fixes.append((second, lat_e7, lon_e7, 216, round(math.degrees(-angle)) % 360, 14, 4, 0))
    return {
        "session": one.session,
        "trainee": one.trainee,
        "instructor": one.instructor,
        "course": _COURSE,
        "minute": one.minute + at,
        "odometer_m": at * 350,
        "wheel_m": 350,
        "rpm_max": 2100,
        "ignition_s": 60,
        "counted_s": 60,
        "stops": 0,
        "fixes": fixes,
    }


def _check(one: Case, role: int, at: int) -> dict[str, Any]:
    person = one.instructor if role == 1 else one.trainee
    return {
        "session": one.session,
        "role": role,
        "moment": 2 if at else 1,
        "expected": person,
        "matched": person,
        "outcome": 0,
        "face_id": role,
        "score": 90,
        "photo": bytes(32),
    }
