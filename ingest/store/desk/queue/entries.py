"""The queue: pages of it worst first, how many there are, and what it can be filtered by."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any, NamedTuple

from ingest.store.connection import Connection
from ingest.store.desk.queue.filters import Filters, where
from ingest.store.desk.queue.search import CAR, INSTRUCTOR, SCHOOL, TRAINEE
from ingest.store.judged import Key

Place = tuple[int, int, int]
"""Where a page ended: (score, terminal, session) of its last entry."""
_FACET_MOST = 50


class QueueRow(NamedTuple):
    """A session in the queue, with names; columns as in queue_entry. 0 and '' where nothing is known.

    state: 1 (leased) while a lease runs, but what is final stays so. owner: who holds the lease now, else
    who decided last. lease_until: None without a lease that runs.
    """

    terminal: int
    session: int
    state: int
    score: int
    needs_human: bool
    why: list[str]
    school: int
    school_name: str
    ground: str
    utc_offset_min: int
    instructor: int
    instructor_name: str
    trainee: int
    trainee_name: str
    car: int
    plate: str
    part: int
    started_at: datetime
    ended_at: datetime | None
    local_day: date
    recorded: int
    accepted: int
    refused: int
    unsure: int
    effective: int
    reasons: list[int]
    owner: int
    owner_name: str
    lease_until: datetime | None
    not_owner: int
    layer: int
    decision: int
    changed: bool
    drawn: bool
    judged_under: str


class Facet(NamedTuple):
    """One value that entries can be filtered by. of: school, ground, state or reason; value: as text."""

    of: str
    value: str
    name: str
    entries: int


_RUNS = "q.lease_until > clock_timestamp()"
_ROWS = f"""
    SELECT q.terminal, q.session, CASE WHEN {_RUNS} AND q.state <> 4 THEN 1 ELSE q.state END, q.score,
           q.needs_human, q.why, q.school, coalesce(s.name, ''), q.ground, q.utc_offset_min, q.instructor,
           coalesce(i.name, ''), q.trainee, coalesce(t.name, ''), q.car, coalesce(c.name, ''), q.part,
           q.started_at, q.ended_at, q.local_day, q.recorded, q.accepted, q.refused, q.unsure, q.effective,
           q.reasons, coalesce(a.id, 0), coalesce(a.name, ''), CASE WHEN {_RUNS} THEN q.lease_until END,
           coalesce(q.not_owner, 0), q.layer, coalesce(q.decision, 0), q.changed, q.drawn, q.judged_under
    FROM %s q
    LEFT JOIN queue_name s ON s.kind = {SCHOOL} AND s.number = q.school
    LEFT JOIN queue_name i ON i.kind = {INSTRUCTOR} AND i.number = q.instructor
    LEFT JOIN queue_name t ON t.kind = {TRAINEE} AND t.number = q.trainee
    LEFT JOIN queue_name c ON c.kind = {CAR} AND c.number = q.car
    LEFT JOIN account a ON a.id = CASE WHEN {_RUNS} THEN q.owner ELSE q.decided_by END
"""


def page(conn: Connection, filters: Filters, after: Place | None = None, limit: int = 50) -> list[QueueRow]:
    """Up to so many entries after that place (None: from the worst on), worst first."""
    condition = where(conn, filters)
    values: dict[str, Any] = {**condition.values, "limit": limit}
    text = condition.text
    if after is not None:
        text += " AND (q.rank, q.terminal, q.session) > (%(rank)s, %(terminal)s, %(after)s)"
        values |= {"rank": -after[0], "terminal": after[1], "after": after[2]}
    # Cut to the page before names are joined.
    cut = (
        f"(SELECT q.* FROM queue_entry q WHERE {text} ORDER BY q.rank, q.terminal, q.session LIMIT %(limit)s)"
    )
    rows = conn.execute((_ROWS % cut + " ORDER BY q.rank, q.terminal, q.session").encode(), values).fetchall()
    return [QueueRow._make(row) for row in rows]


def entry(conn: Connection, key: Key) -> QueueRow | None:
    """One session's entry; None without it."""
    rows = conn.execute(
        (_ROWS % "queue_entry" + " WHERE (q.terminal, q.session) = (%s, %s)").encode(), key
    ).fetchall()
    return QueueRow._make(rows[0]) if rows else None


def count(conn: Connection, filters: Filters) -> int:
    """How many entries there are in all pages."""
    condition = where(conn, filters)
    row = conn.execute(
        f"SELECT count(*) FROM queue_entry q WHERE {condition.text}".encode(), condition.values
    ).fetchone()
    return 0 if row is None else int(row[0])


def keys(conn: Connection, filters: Filters, most: int) -> list[Key]:
    """The sessions under these filters in the order of terminal and session, no more than `most`."""
    condition = where(conn, filters)
    rows = conn.execute(
        f"SELECT q.terminal, q.session FROM queue_entry q WHERE {condition.text}"
        " ORDER BY 1, 2 LIMIT %(most)s".encode(),
        {**condition.values, "most": most},
    )
    return [(terminal, session) for terminal, session in rows]


def facets(conn: Connection, filters: Filters) -> list[Facet]:
    """How many entries under these filters have which school, ground, state and reason, most first, up to
    50 of each."""
    condition = where(conn, filters)
    rows = conn.execute(
        f"""
        WITH alike AS MATERIALIZED (
            -- Sessions alike in all of these are many: they are counted once, and then their counts.
            SELECT q.school, q.ground, q.reasons,
                   CASE WHEN {_RUNS} AND q.state <> 4 THEN 1 ELSE q.state END AS state, count(*) AS n
            FROM queue_entry q WHERE {condition.text} GROUP BY 1, 2, 3, 4),
        counted AS (
            SELECT 'school' AS of, school::text AS value, sum(n)::bigint AS n FROM alike GROUP BY school
            UNION ALL SELECT 'ground', ground, sum(n)::bigint FROM alike GROUP BY ground
            UNION ALL SELECT 'state', state::text, sum(n)::bigint FROM alike GROUP BY state
            UNION ALL SELECT 'reason', reason::text, sum(n)::bigint FROM alike, unnest(reasons) AS reason
                      GROUP BY reason),
        ordered AS (
            SELECT *, row_number() OVER (PARTITION BY of ORDER BY n DESC, value) AS nth FROM counted)
        SELECT o.of, o.value, coalesce(s.name, ''), o.n FROM ordered o
        LEFT JOIN queue_name s ON o.of = 'school' AND s.kind = {SCHOOL} AND s.number::text = o.value
        WHERE nth <= {_FACET_MOST} ORDER BY o.of, o.n DESC, o.value
        """.encode(),
        condition.values,
    )
    return [Facet._make(row) for row in rows]
