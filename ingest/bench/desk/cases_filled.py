"""The tables of outcomes, queue and ledger of the bench, filled from bench_case by one statement each."""

from __future__ import annotations

from collections.abc import Callable

from ingest.bench.desk.cases import UNDER
from ingest.bench.desk.scale import OFFSET_MIN, Scale
from ingest.store.connection import Connection

_START = "to_timestamp(minute * 60::bigint)"
_END = "to_timestamp((minute + n) * 60::bigint)"

_STATEMENTS = (
    (
        "session_outcome",
        "INSERT INTO session_outcome (terminal, session, trainee, instructor, car, course, part, started_at,"
        " ended_at, minutes_recorded, minutes_accepted, minutes_refused, minutes_unsure, training_hours,"
        " reasons,"
        " judged_under)"
        f" SELECT terminal, session, trainee, instructor, car, 1212360000, part, {_START}, {_END}, n,"
        f" accepted,"
        f" refused, unsure, accepted / 45, coalesce(by_name, '{{}}'), '{UNDER}' FROM bench_case ORDER BY k",
    ),
    (
        "judged_session",
        "INSERT INTO judged_session (terminal, session, pending, gone, trainee, instructor, car,"
        " first_seq, last_seq,"
        " first_minute, last_minute, south_e7, north_e7, west_e7, east_e7, not_inside, rules, registry, body)"
        " SELECT terminal, session, false, false, trainee, instructor, car, first_seq, first_seq + n -"
        " 1, minute,"
        " minute + n - 1, 310000000, 310100000, 1210000000, 1210100000, kind > 0, 'bench', 'bench',"
        " json_build_object('counts', ARRAY[accepted, refused, unsure], 'credited', accepted)::text"
        " FROM bench_case ORDER BY k",
    ),
    (
        "flag",
        "INSERT INTO flag (reason, terminal, session, other_terminal, other_session, records, first_minute,"
        " last_minute, judged_under)"
        f" SELECT CASE WHEN kind = 2 THEN 57 ELSE 51 END, terminal, session, 0, 0, n, minute, minute + n - 1,"
        f" '{UNDER}' FROM bench_case WHERE kind = 2 OR chance < 0.02 ORDER BY k",
    ),
    (
        "suspicion",
        "INSERT INTO suspicion (terminal, session, kind, other_terminal, other_session, score, first_minute,"
        " last_minute, numbers, screened_under)"
        " SELECT terminal, session, 80 + (chance * 900000)::integer % 18, 0, 0, 1 + (k % 1000)::integer,"
        " minute,"
        " minute + n - 1, '{\"share_1000\": 300}', 'bench' FROM bench_case"
        " WHERE kind = 2 AND chance < 0.2 ORDER BY k",
    ),
    (
        "credit",
        "INSERT INTO credit (terminal, session, trainee, part, minutes, judged_under)"
        f" SELECT terminal, session, trainee, part, accepted, '{UNDER}' FROM bench_case WHERE accepted > 0"
        " ORDER BY k",
    ),
    (
        "queue_entry",
        "INSERT INTO queue_entry (terminal, session, state, score, needs_human, school, ground,"
        " utc_offset_min,"
        " instructor, trainee, car, part, started_at, ended_at, local_day, recorded, accepted, refused,"
        " unsure,"
        " effective, reasons, decided_by, layer, judged_under)"
        " SELECT terminal, session, CASE WHEN decided THEN 2 ELSE 0 END,"
        " CASE kind WHEN 0 THEN 0 WHEN 1 THEN (chance * 200)::integer ELSE 200 + (chance * 800)::integer END,"
        f" kind = 2, school, ground, {OFFSET_MIN}, instructor, trainee, car, part, {_START}, {_END}, day, n,"
        f" accepted, refused, unsure, accepted, coalesce(reasons, '{{}}'), CASE WHEN decided THEN"
        " (SELECT min(id) FROM account WHERE role = 'inspector') END, CASE WHEN decided THEN 2 ELSE 0 END,"
        f" '{UNDER}' FROM (SELECT *, kind = 2 AND chance > 0.8 AS decided FROM bench_case) AS s ORDER BY k",
    ),
    (
        "queue_name",
        "INSERT INTO queue_name (kind, number, name, found)"
        " SELECT kind, number, name, lpad(number::text, 16, '0') || ' ' || lower(name) FROM ("
        "  SELECT 1 AS kind, number, name FROM school UNION ALL SELECT 2, number, name FROM instructor"
        " UNION ALL"
        "  SELECT 3, number, name FROM trainee UNION ALL SELECT 4, number, plate FROM car UNION ALL"
        "  SELECT 5, number, '' FROM terminal) AS known",
    ),
    (
        "queue_ground_name",
        "INSERT INTO queue_ground_name SELECT DISTINCT ground, lower(ground) FROM queue_entry",
    ),
    (
        "terminal_head",
        "INSERT INTO terminal_head (terminal, through, head, stored, beyond, last_received_at)"
        " SELECT terminal, max(first_seq + n) + 8, '\\x', max(first_seq + n) + 8, 0, now() FROM bench_case"
        " GROUP BY terminal",
    ),
    (
        "judged_terminal",
        "INSERT INTO judged_terminal (terminal, last_seq, stored, through, judged, open_from, irregular,"
        " unreadable)"
        " SELECT terminal, through, stored, through, stored, 0, false, '{}' FROM terminal_head",
    ),
    (
        "conservation",
        "UPDATE conservation SET stored = (SELECT sum(stored) FROM terminal_head),"
        " received = (SELECT sum(stored) FROM terminal_head)",
    ),
)
_AFTERWARDS = (
    "session_outcome",
    "judged_session",
    "flag",
    "suspicion",
    "credit",
    "queue_entry",
    "queue_name",
    "queue_ground_name",
    "trainee",
    "terminal",
    "instructor",
    "car",
    "fence",
)


def fill(conn: Connection, scale: Scale, progress: Callable[[str], None]) -> None:
    """Fill every table that follows from bench_case; accounts must be there."""
    for table, statement in _STATEMENTS:
        progress(table)
        conn.execute(statement.encode())
    for table in _AFTERWARDS:
        conn.execute(f"VACUUM ANALYZE {table}".encode())
