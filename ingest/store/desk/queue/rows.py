"""What queue entries are made of, and their way in: whole batches, never a query per session."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, datetime
from typing import Any, NamedTuple

from ingest.store.connection import Connection
from ingest.store.judged import Key, keys_of

_KEYS = "unnest(%s::bigint[], %s::bigint[]) AS w (terminal, session)"


class OutcomeRow(NamedTuple):
    """A judged session with all that is flagged and suspected of it.

    reasons: NAME -> minutes. rules: digest of its first rule set, '' without one. box: south, north, west,
    east in 1e-7 degrees, zeros without a position. flags: reasons. suspicions: [kind, highest score] pairs.
    ground: as the queue has it. before_draw: the last decision of all when the random audit drew
    it, 0 where it is not drawn.
    quiet_min: minutes since its last minute record, by the database's clock; None without a record.
    appeals_before: open appeals of the same school that are older than its own.
    """

    terminal: int
    session: int
    trainee: int
    instructor: int
    car: int
    course: int
    part: int
    started_at: datetime
    ended_at: datetime | None
    recorded: int
    accepted: int
    refused: int
    unsure: int
    reasons: dict[str, int]
    judged_under: str
    rules: str
    box: list[int]
    flags: list[int]
    suspicions: list[list[int]]
    school: int
    ground: str
    is_drawn: bool
    is_appealed: bool
    before_draw: int
    quiet_min: int | None
    appeals_before: int


class EntryRow(NamedTuple):
    """A queue entry as it is made again; columns as in queue_entry, 0 for no person and no decision."""

    terminal: int
    session: int
    state: int
    score: int
    needs_human: bool
    why: list[str]
    school: int
    ground: str
    utc_offset_min: int
    instructor: int
    trainee: int
    car: int
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
    decided_by: int | None
    not_owner: int | None
    layer: int
    decision: int | None
    changed: bool
    drawn: bool
    judged_under: str


_TYPES = (
    "int8 int8 int2 int4 bool text[] int8 text int2 int8 int8 int8 int2 timestamptz timestamptz date"
    " int4 int4 int4 int4 int4 int2[] int8 int8 int2 int8 bool bool text"
)
# A terminal's school when the session began, as believed now: of entries in force the one begun last.
_OUTCOMES = f"""
    SELECT o.terminal, o.session, o.trainee, o.instructor, o.car, o.course, o.part, o.started_at, o.ended_at,
           o.minutes_recorded, o.minutes_accepted, o.minutes_refused, o.minutes_unsure, o.reasons,
           o.judged_under, coalesce(split_part(j.rules, ' ', 1), ''),
           ARRAY[coalesce(j.south_e7, 0), coalesce(j.north_e7, 0), coalesce(j.west_e7, 0),
                 coalesce(j.east_e7, 0)],
           coalesce(f.reasons, '{{}}'), coalesce(s.pairs, '[]'), coalesce(b.school, 0),
           coalesce(q.ground, ''), coalesce(q.drawn, false) OR r.terminal IS NOT NULL, a.id IS NOT NULL,
           coalesce(d.last_decision, 0),
           (extract(epoch FROM clock_timestamp()) / 60)::bigint - nullif(j.last_minute, 0),
           (SELECT count(*) FROM appeal e JOIN queue_entry n USING (terminal, session)
            WHERE e.closed_at IS NULL AND e.id < a.id AND n.school = q.school)
    FROM {_KEYS}
    JOIN session_outcome o USING (terminal, session)
    LEFT JOIN judged_session j ON (j.terminal, j.session) = (w.terminal, w.session) AND NOT j.pending
    LEFT JOIN queue_entry q ON (q.terminal, q.session) = (w.terminal, w.session)
    LEFT JOIN drawn_session r ON (r.terminal, r.session) = (w.terminal, w.session)
    LEFT JOIN draw_result d ON d.day = r.day
    LEFT JOIN appeal a ON (a.terminal, a.session) = (w.terminal, w.session) AND a.closed_at IS NULL
    LEFT JOIN (
        SELECT f.terminal, f.session, array_agg(DISTINCT f.reason) AS reasons
        FROM {_KEYS} JOIN flag f USING (terminal, session) GROUP BY f.terminal, f.session
    ) f ON (f.terminal, f.session) = (w.terminal, w.session)
    LEFT JOIN (
        SELECT terminal, session, jsonb_agg(jsonb_build_array(kind, score)) AS pairs
        FROM (SELECT s.terminal, s.session, s.kind, max(s.score) AS score
              FROM {_KEYS} JOIN suspicion s USING (terminal, session) GROUP BY 1, 2, 3) AS highest
        GROUP BY terminal, session
    ) s ON (s.terminal, s.session) = (w.terminal, w.session)
    LEFT JOIN LATERAL (
        SELECT t.school FROM (
            SELECT DISTINCT ON (valid_from) school, valid_from, valid_to FROM terminal
            WHERE number = w.terminal AND valid_from <= o.started_at ORDER BY valid_from DESC, entry DESC) t
        WHERE t.valid_to IS NULL OR t.valid_to > o.started_at ORDER BY t.valid_from DESC LIMIT 1
    ) b ON true
    ORDER BY o.terminal, o.session
"""


def all_keys(conn: Connection) -> list[Key]:
    """Every session that there is or that the queue shows, in order."""
    rows = conn.execute(
        "SELECT terminal, session FROM session_outcome UNION SELECT terminal, session FROM queue_entry"
        " ORDER BY 1, 2"
    )
    return [(terminal, session) for terminal, session in rows]


def outcomes(conn: Connection, keys: Sequence[Key]) -> list[OutcomeRow]:
    """These sessions as judged; those that are no more are left out."""
    with conn.cursor() as cursor:
        cursor.execute(_OUTCOMES.encode(), keys_of(keys) * 3)
        return [OutcomeRow._make(row) for row in cursor.fetchall()]


def write(conn: Connection, rows: Iterable[EntryRow], scope: Sequence[Key]) -> int:
    """Make queue_entry hold, of these sessions, exactly these; leases stay. Returns the rows touched."""
    names = ", ".join(EntryRow._fields)
    rest = EntryRow._fields[2:]
    conn.execute("CREATE TEMPORARY TABLE IF NOT EXISTS fresh_entry (LIKE queue_entry) ON COMMIT DROP")
    conn.execute("TRUNCATE fresh_entry")
    with conn.cursor() as cursor, cursor.copy(f"COPY fresh_entry ({names}) FROM STDIN".encode()) as copy:
        copy.set_types(_TYPES.split())
        for row in rows:
            copy.write_row(row)
    gone = conn.execute(
        f"DELETE FROM queue_entry q USING {_KEYS} WHERE (q.terminal, q.session) = (w.terminal, w.session)"
        " AND NOT EXISTS (SELECT FROM fresh_entry f"
        " WHERE (f.terminal, f.session) = (w.terminal, w.session))".encode(),
        keys_of(scope),
    ).rowcount
    listed = ", ".join(f"excluded.{name}" for name in rest)
    held = ", ".join(f"held.{name}" for name in rest)
    sets = ", ".join(f"{name} = excluded.{name}" for name in rest)
    return (
        gone
        + conn.execute(
            f"INSERT INTO queue_entry AS held ({names}) SELECT {names} FROM fresh_entry"
            f" ON CONFLICT (terminal, session) DO UPDATE SET {sets}"
            f" WHERE ({held}) IS DISTINCT FROM ({listed})".encode()
        ).rowcount
    )


def rule_bodies(conn: Connection, digests: Iterable[str]) -> dict[str, dict[str, Any]]:
    """Rule sets by digest: effects (NAME -> effect, those that differ from the rule's own) and thresholds."""
    rows = conn.execute(
        "SELECT digest, rules FROM judged_rules WHERE digest = ANY (%s)", (sorted(set(digests)),)
    )
    return {digest: body for digest, body in rows}


def fence_features(conn: Connection) -> list[str]:
    """Every entry of every fence as believed now: GeoJSON features, as text."""
    rows = conn.execute(
        "SELECT DISTINCT ON (number, valid_from) feature FROM fence ORDER BY number, valid_from, entry DESC"
    )
    return [text for (text,) in rows]
