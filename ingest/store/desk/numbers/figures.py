"""What each training session adds to the statistics, recounted from outcomes, verdicts and evidence."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from firmware.wire.fields import FACE_CHECK, HEADER_SIZE, MINUTE, MINUTE_THIN
from ingest.judge.reasons import BY_NUMBER
from ingest.store.connection import Connection
from ingest.store.judged import Key, keys_of

MEASURES = (
    "sessions",
    "recorded",
    "accepted",
    "refused",
    "unsure",
    "effective",
    "outside",
    "faceless",
    "checks",
    "checks_failed",
    "records",
    "late_records",
    "late_minutes",
    "at_quota",
    "suspected",
    "spanned",
    "gap_records",
)
"""The columns of session_figures that are added up."""
PLACES = ("terminal", "session", "day", "school", "ground", "instructor", "car", "operator")
COLUMNS = (*PLACES, *MEASURES, "reasons", "reason_minutes")

VERSION = 1
"""To be raised with every change of what is counted: sums made by another version are made again."""
LATE_H = 24
"""A record received so many hours after it was made is late."""
# A record without a known time stands in 1970: nobody can tell whether it is late.
_IS_LATE = f"utc >= '2020-01-01 00:00+00' AND received_at > utc + interval '{LATE_H} hours'"
GAP_MOST = 10_000
"""More records than a session can have: a terminal that skips numbers makes no sum overflow."""
QUOTAS_MIN = (60, 120, 180, 240)
"""Minutes recorded at which a session ends exactly at a quota (ingest.screening.quota has the same)."""

OUT_OF_FENCE = 20
FACE_REASONS = (22, 23, 24, 25, 121, 122)
"""A minute with any of these is one whose faces failed."""
NO_QUEUE_OFFSET_MIN = 480
"""Where no queue entry tells the ground's zone."""

_OUTCOME_AT = HEADER_SIZE + 22
"""Where a FACE_CHECK record has its outcome: after session, role, moment, expected and matched."""
_AFTER = 50
"""A session's records lie between its sign-in, whose number is the session's, and so many records after its
last minute."""

_CREATE = f"""
CREATE TEMPORARY TABLE fresh_figures ON COMMIT DROP AS
SELECT {", ".join(COLUMNS)} FROM session_figures WITH NO DATA
"""
_RECOUNT = """
INSERT INTO fresh_figures
SELECT o.terminal, o.session,
       coalesce(q.local_day, (o.started_at AT TIME ZONE 'UTC' + interval '{offset} minutes')::date),
       coalesce(q.school, at.school, 0), coalesce(q.ground, ''), o.instructor, o.car,
       coalesce(at.operator, ''),
       1, o.minutes_recorded, o.minutes_accepted, o.minutes_refused, o.minutes_unsure,
       coalesce(q.effective, o.minutes_accepted), coalesce((o.reasons ->> '{outside}')::integer, 0),
       coalesce(seen.faceless, 0), coalesce(made.checks, 0), coalesce(made.failed, 0),
       coalesce(made.records, 0), coalesce(made.late, 0), coalesce(made.late_minutes, 0),
       (o.minutes_recorded IN ({quotas}))::integer, coalesce(why.suspected, 0),
       coalesce(made.stored + made.gaps, 0), coalesce(made.gaps, 0),
       coalesce(why.reasons, '{{}}'), coalesce(why.minutes, '{{}}')
FROM {wanted}
LEFT JOIN queue_entry q USING (terminal, session)
LEFT JOIN judged_session j ON (j.terminal, j.session) = (o.terminal, o.session) AND NOT j.pending
LEFT JOIN LATERAL (
    SELECT t.school, t.operator FROM terminal t
    WHERE t.number = o.terminal AND t.valid_from <= o.started_at
      AND (t.valid_to IS NULL OR t.valid_to > o.started_at)
    ORDER BY t.valid_from DESC, t.entry DESC LIMIT 1) AS at ON true
LEFT JOIN LATERAL (
    SELECT count(*)::integer AS faceless FROM own_verdict v
    WHERE v.terminal = o.terminal AND v.seq BETWEEN j.first_seq AND j.last_seq AND v.session = o.session
      AND v.reasons && '{{{faces}}}'::smallint[]) AS seen ON true
LEFT JOIN LATERAL (
    SELECT (count(*) FILTER (WHERE own))::integer AS records,
           (count(*) FILTER (WHERE own AND kind = {check}))::integer AS checks,
           (count(*) FILTER (WHERE own AND kind = {check}
                             AND get_byte(record, {outcome}) BETWEEN 1 AND 5))::integer AS failed,
           (count(*) FILTER (WHERE own AND {is_late}))::integer AS late,
           (count(*) FILTER (WHERE own AND kind <> {check} AND {is_late}))::integer AS late_minutes,
           (count(*) FILTER (WHERE inside))::integer AS stored,
           least(coalesce(sum(seq - before - 1) FILTER (WHERE inside AND was IN (0, o.session)), 0),
                 {gap_most})::integer AS gaps
    FROM (SELECT seq, kind, utc, received_at, record,
                 session = o.session AND kind IN ({check}, {minute}, {thin}) AS own,
                 session IN (0, o.session)
                     AND seq <= max(seq) FILTER (WHERE session = o.session) OVER () AS inside,
                 lag(seq, 1, o.session - 1) OVER by_seq AS before,
                 lag(session, 1, o.session) OVER by_seq AS was
          FROM evidence e
          WHERE e.terminal = o.terminal
            AND e.seq BETWEEN o.session AND greatest(j.last_seq, o.session) + {after}
          WINDOW by_seq AS (ORDER BY seq)) AS e) AS made ON true
LEFT JOIN LATERAL (
    SELECT array_agg(reason ORDER BY reason) AS reasons, array_agg(minutes ORDER BY reason) AS minutes,
           max(suspected) AS suspected
    FROM (SELECT reason, max(minutes) AS minutes, max(suspected) AS suspected
          FROM (SELECT n.number AS reason, r.value::integer AS minutes, 0 AS suspected
                FROM jsonb_each_text(o.reasons) r
                JOIN unnest(%(names)s::text[], %(numbers)s::smallint[]) AS n (name, number) ON n.name = r.key
                UNION ALL
                SELECT f.reason, 0, 0 FROM flag f WHERE (f.terminal, f.session) = (o.terminal, o.session)
                UNION ALL
                SELECT s.kind, 0, 1 FROM suspicion s
                WHERE (s.terminal, s.session) = (o.terminal, o.session)) AS told
          GROUP BY reason) AS each) AS why ON true
"""
_SOME = """unnest(%(terminals)s::bigint[], %(sessions)s::bigint[]) AS w (terminal, session)
JOIN session_outcome o USING (terminal, session)"""


def recount(conn: Connection, keys: Iterable[Key] | None) -> None:
    """Fill the temporary table fresh_figures with what these sessions (None: all) are worth now.

    Must be in a transaction, at whose end the table goes. A session without an outcome has no row.
    """
    conn.execute(_CREATE.encode())
    statement = _RECOUNT.format(
        wanted="session_outcome o" if keys is None else _SOME,
        offset=NO_QUEUE_OFFSET_MIN,
        outside=BY_NUMBER[OUT_OF_FENCE][1],
        quotas=", ".join(map(str, QUOTAS_MIN)),
        faces=",".join(map(str, FACE_REASONS)),
        check=FACE_CHECK,
        minute=MINUTE,
        thin=MINUTE_THIN,
        outcome=_OUTCOME_AT,
        is_late=_IS_LATE,
        after=_AFTER,
        gap_most=GAP_MOST,
    )
    values: dict[str, list[int] | list[str]] = {
        "names": [str(row[1]) for row in BY_NUMBER.values()],
        "numbers": list(BY_NUMBER),
    }
    if keys is not None:
        values["terminals"], values["sessions"] = keys_of(keys)
    _run(conn, statement, values)
    conn.execute("CREATE INDEX ON fresh_figures (terminal, session)")
    conn.execute("ANALYZE fresh_figures")


def _run(conn: Connection, statement: str, values: Mapping[str, object]) -> None:
    conn.execute(statement.encode(), values)
