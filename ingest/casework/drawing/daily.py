"""The random audit by itself: each day's list closed in time, each day drawn once its seed stands.

The seed itself stays with people: two supervisors enter the public value that the list names.
"""

from __future__ import annotations

from datetime import date, datetime

from ingest.casework.audit import SYSTEM
from ingest.casework.drawing.draw import commit, last_over, run
from ingest.casework.drawing.sealed import open_overdue
from ingest.casework.local_time import local_offset_min
from ingest.draw.errors import DrawError
from ingest.draw.seeds import drand
from ingest.store.connection import Connection
from ingest.store.desk.draws import lists as draws

PUBLISH_H = 24
"""Hours from the closing of a list, from when on its hash can be fetched, to its seed."""


def close_and_draw(conn: Connection, now: datetime) -> tuple[date | None, list[date]]:
    """(the day whose list was closed now, days drawn now). conn must be outside a transaction.

    A list names the beacon's round a day later as its seed, so that its hash (ingest.casework.published) has
    been seen by others before; nothing is closed before the first session. Sealed answers for whose second
    nobody is waited for become decisions.
    """
    open_overdue(conn)
    return _close(conn, now), [day for day in draws.seeded(conn) if _drawn(conn, day)]


def _close(conn: Connection, now: datetime) -> date | None:
    offset_min = local_offset_min(conn)
    day, newest = last_over(now, offset_min), draws.newest_day(conn)
    if newest is not None and day <= newest:
        return None
    if newest is None and not _any_waits(conn, day, offset_min):
        return None
    try:
        return commit(conn, SYSTEM, now, offset_min, day, drand(int(now.timestamp()) + PUBLISH_H * 3600)).day
    except DrawError:
        # Somebody closed it by hand in the same moment.
        return None


def _any_waits(conn: Connection, day: date, offset_min: int) -> bool:
    with conn.transaction():
        return next(draws.waiting(conn, day, offset_min), None) is not None


def _drawn(conn: Connection, day: date) -> bool:
    try:
        run(conn, SYSTEM, day)
    except DrawError:
        return False
    return True
