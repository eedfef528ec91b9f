"""Of whom how many sessions are suspected, by kind."""

from __future__ import annotations

from datetime import date
from typing import NamedTuple

from ingest.store.connection import Connection
from ingest.store.desk.numbers.statistics import NUMBER, TEXT_KEYS

FIRST_KIND, LAST_KIND = 80, 99


class KindCount(NamedTuple):
    """Sessions of one key on which something of a kind (reason 80 to 99) is suspected."""

    key: str
    kind: int
    sessions: int


def suspicions(
    conn: Connection, dimension: str, first: date, last: date, school: int | None
) -> list[KindCount]:
    """Suspected sessions that began on first..last, by key and kind. dimension: as in statistics."""
    assert dimension in NUMBER
    key = dimension if dimension in TEXT_KEYS else f"lpad({dimension}::text, 16, '0')"
    rows = conn.execute(
        f"SELECT {key}, reason, count(*) FROM session_figures, unnest(reasons) AS reason"
        " WHERE suspected = 1 AND day BETWEEN %(first)s AND %(last)s AND reason BETWEEN %(from)s AND %(to)s"
        "  AND (%(school)s::bigint IS NULL OR school = %(school)s)"
        " GROUP BY 1, 2 ORDER BY 1, 2".encode(),
        {"first": first, "last": last, "school": school, "from": FIRST_KIND, "to": LAST_KIND},
    )
    return [KindCount._make(row) for row in rows]
