"""Who else was there: sessions on the same ground at the same time, and how near their cars came."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from geofence.positions import E7
from ingest.casework.session.read import moment, read
from ingest.casework.session.trace import decoded_minutes
from ingest.judge.columns import Floats
from ingest.measure.accuracy import measured
from ingest.store.connection import Connection
from ingest.store.desk.session import neighbours as stored
from ingest.store.desk.session.neighbours import Neighbour
from ingest.store.judged import Key

MOST = 50
MEASURED = 12
"""Of so many, those that share most time, the distance is measured."""
_M_PER_DEGREE = 111_320.0
"""Of latitude, on a sphere; what is told is rounded to metres."""
_Places = dict[int, Floats]
"""Unix minute -> 60 x 2 degrees north and east, NaN where no receiver measured."""


def neighbours(
    conn: Connection, terminal: int, session: int, only_school: int | None = None
) -> dict[str, Any] | None:
    """{"ground", "is_cut", "items"}: those that share most time first. A school is told of its own alone.
    None as for view.view."""
    found = read(conn, terminal, session, only_school)
    if found is None:
        return None
    head = found.head
    others = stored.others(conn, head, head.started_s, found.last_s, only_school, MOST + 1)
    is_cut, others = len(others) > MOST, others[:MOST]
    own = (head.terminal, head.session, head.first_seq, head.last_seq)
    apart = _apart(conn, own, others, head.started_s, found.last_s)
    return {
        "terminal": f"{terminal:016d}",
        "session": session,
        "ground": head.ground,
        "is_cut": is_cut,
        "items": [
            {**_told(one, apart, found.offset_min), "is_measured": nth < MEASURED}
            for nth, one in enumerate(others)
        ],
    }


def _told(one: Neighbour, apart: dict[Key, tuple[int, int]], offset_min: int) -> dict[str, Any]:
    nearest_m, typical_m = apart.get((one.terminal, one.session), (None, None))
    return {
        "terminal": f"{one.terminal:016d}",
        "session": one.session,
        "school": _person(one.school, one.school_name),
        "instructor": _person(one.instructor, one.instructor_name),
        "trainee": _person(one.trainee, one.trainee_name),
        "car": _person(one.car, one.plate),
        "part": one.part,
        "started": moment(one.started_s, offset_min),
        "ended": None if one.ended_s is None else moment(one.ended_s, offset_min),
        "shared_min": round(one.both_s / 60),
        "nearest_m": nearest_m,
        "typical_m": typical_m,
    }


def _person(number: int, name: str | None) -> dict[str, Any] | None:
    return {"number": f"{number:016d}", "name": name} if number else None


def _apart(
    conn: Connection,
    own: tuple[int, int, int, int],
    others: Sequence[Neighbour],
    from_s: int,
    last_s: int,
) -> dict[Key, tuple[int, int]]:
    """Metres between the cars at the seconds when both were measured: (least, median)."""
    some = others[:MEASURED]
    if not some:
        return {}
    ranges = [own, *((one.terminal, one.session, one.first_seq, one.last_seq) for one in some)]
    records: dict[Key, list[bytes]] = {}
    for row in stored.minute_records(conn, ranges, from_s - 60, last_s):
        records.setdefault((row.terminal, row.session), []).append(row.record)
    places = {key: _places(rows) for key, rows in records.items()}
    mine = places.pop(own[:2], {})
    found = {key: metres_apart(mine, theirs) for key, theirs in places.items()}
    return {key: metres for key, metres in found.items() if metres is not None}


def _places(records: Sequence[bytes]) -> _Places:
    decoded = decoded_minutes(records)
    if decoded is None:
        return {}
    degrees = np.stack([decoded.lat_e7, decoded.lon_e7], axis=-1) / E7
    degrees[~measured(decoded)] = np.nan
    return dict(zip(decoded.columns["minute"].tolist(), degrees, strict=True))


def metres_apart(one: _Places, other: _Places) -> tuple[int, int] | None:
    """(least, median) metres between two cars at the same seconds; None where there is no such second."""
    both = sorted(one.keys() & other.keys())
    if not both:
        return None
    mine, theirs = (np.concatenate([some[minute] for minute in both]) for some in (one, other))
    north, east = (mine - theirs).T
    # The shorter way round the world.
    east = (east + 180.0) % 360.0 - 180.0
    metres = np.hypot(north, east * np.cos(np.radians(mine[:, 0]))) * _M_PER_DEGREE
    metres = metres[np.isfinite(metres)]
    return (round(float(metres.min())), round(float(np.median(metres)))) if len(metres) else None
