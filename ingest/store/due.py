"""Questions about what has to be judged: how much evidence there is, and what sessions were judged under."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

from ingest.store.connection import Connection
from ingest.store.judged import SESSION_COLUMNS, JudgedSession

_EVER_US = (1 << 32) * 1_000_000


class Held(NamedTuple):
    """A terminal's evidence: records stored, every seq <= through is stored or lost, the last seq."""

    terminal: int
    stored: int
    through: int
    last_seq: int
    lost: list[int]


def held(conn: Connection) -> dict[int, Held]:
    """Every terminal with evidence. What the ingest counted is believed; without its count, the rows are."""
    rows = conn.execute(
        """
        WITH RECURSIVE known AS (
            (SELECT terminal FROM evidence ORDER BY terminal LIMIT 1)
            UNION ALL
            SELECT (SELECT e.terminal FROM evidence e WHERE e.terminal > known.terminal
                    ORDER BY e.terminal LIMIT 1)
            FROM known WHERE known.terminal IS NOT NULL)
        SELECT k.terminal, h.stored, h.through, coalesce(h.lost, '{}'),
               (SELECT e.seq FROM evidence e WHERE e.terminal = k.terminal ORDER BY e.seq DESC LIMIT 1)
        FROM known k LEFT JOIN terminal_head h USING (terminal) WHERE k.terminal IS NOT NULL
        """
    ).fetchall()
    found = {}
    for terminal, stored, through, lost, last_seq in rows:
        if stored is None:
            stored, through = _counted(conn, terminal)
        found[terminal] = Held(terminal, stored, through, last_seq, list(lost))
    return found


def _counted(conn: Connection, terminal: int) -> tuple[int, int]:
    row = conn.execute(
        "SELECT count(*), coalesce(max(seq) FILTER (WHERE seq = n), 0)"
        " FROM (SELECT seq, row_number() OVER (ORDER BY seq) AS n FROM evidence WHERE terminal = %s) AS its",
        (terminal,),
    ).fetchone()
    assert row is not None
    return row[0], row[1]


def above(conn: Connection, terminal: int, seq: int) -> int:
    """Records of a terminal after a sequence number."""
    row = conn.execute(
        "SELECT count(*) FROM evidence WHERE terminal = %s AND seq > %s", (terminal, seq)
    ).fetchone()
    assert row is not None
    return int(row[0])


def sessions_before(conn: Connection, wanted: Sequence[tuple[int, int]]) -> dict[int, int]:
    """Terminal -> the number of its last judged session up to this seq."""
    rows = conn.execute(
        "SELECT w.terminal, max(s.session) FROM unnest(%s::bigint[], %s::bigint[]) AS w (terminal, seq)"
        " JOIN judged_session s ON s.terminal = w.terminal AND s.session <= w.seq AND NOT s.gone GROUP BY 1",
        tuple([one[part] for one in wanted] for part in range(2)),
    )
    return dict(rows.fetchall())


def between(
    conn: Connection, from_us: int | None, to_us: int | None, terminals: Iterable[int] | None
) -> list[tuple[int, int, int]]:
    """(terminal, first session, last session) of the records filed from from_us to before to_us: the numbers
    between which their sessions' numbers lie."""
    return conn.execute(
        "SELECT terminal, least(min(seq), min(session) FILTER (WHERE session > 0)), max(seq) FROM evidence"
        " WHERE utc >= to_timestamp(%s::float8 / 1000000) AND utc < to_timestamp(%s::float8 / 1000000)"
        " AND (%s::bigint[] IS NULL OR terminal = ANY (%s::bigint[])) GROUP BY terminal ORDER BY terminal",
        (
            from_us or 0,
            _EVER_US if to_us is None else to_us,
            *[None if terminals is None else sorted(terminals)] * 2,
        ),
    ).fetchall()


def under_other_rules(conn: Connection, digest: str) -> list[tuple[int, int]]:
    """(terminal, session) of what was not judged under this rule set alone."""
    return conn.execute(
        "SELECT terminal, session FROM judged_session WHERE rules NOT IN (%s, '')", (digest,)
    ).fetchall()


def beliefs(conn: Connection) -> dict[tuple[str, str], str]:
    """The registry as it was when sessions were last compared with it: (kind, number) -> text."""
    rows = conn.execute("SELECT kind, number, facts FROM judged_belief").fetchall()
    return {(kind, number): facts for kind, number, facts in rows}


def note_beliefs(conn: Connection, now: Mapping[tuple[str, str], str]) -> None:
    """The registry that sessions have now been compared with."""
    before = beliefs(conn)
    changed = [(*key, text) for key, text in now.items() if before.get(key) != text]
    gone = [key for key in before if key not in now]
    with conn.transaction(), conn.cursor() as cursor:
        cursor.executemany("DELETE FROM judged_belief WHERE kind = %s AND number = %s", gone)
        cursor.executemany(
            "INSERT INTO judged_belief VALUES (%s, %s, %s)"
            " ON CONFLICT (kind, number) DO UPDATE SET facts = excluded.facts",
            changed,
        )


def digests_of(
    conn: Connection,
    terminals: list[int] | None,
    trainees: list[int],
    instructors: list[int],
    cars: list[int],
) -> list[JudgedSession]:
    """Judged sessions of any of these; terminals None: all sessions. body: the course of all its minutes,
    empty where they have several."""
    where = " OR ".join(
        f"{name} = ANY (%s::bigint[])" for name in ("terminal", "trainee", "instructor", "car")
    )
    course = "coalesce(substring(body FROM '^.\"course\":([0-9]+),\"mixed\":false'), '') AS body"
    columns = SESSION_COLUMNS.replace("body", course)
    with conn.cursor(binary=True) as cursor:
        cursor.execute(
            f"SELECT {columns} FROM judged_session WHERE NOT gone AND (%s OR {where})".encode(),
            (terminals is None, terminals or [], trainees, instructors, cars),
        )
        return [JudgedSession._make(row) for row in cursor.fetchall()]


def boxes(conn: Connection) -> list[tuple[int, tuple[int, int, int, int]]]:
    """(terminal, (south, north, west, east)) of every judged session with fixes, 1e-7 degrees."""
    rows = conn.execute(
        "SELECT DISTINCT terminal, south_e7, north_e7, west_e7, east_e7 FROM judged_session"
        " WHERE (south_e7, north_e7, west_e7, east_e7) <> (0, 0, 0, 0)"
    )
    return [(row[0], row[1:]) for row in rows]
