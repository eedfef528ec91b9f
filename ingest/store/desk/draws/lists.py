"""The random audit's rows as they are made: lists, seeds, results."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import date, datetime
from typing import NamedTuple

from ingest.store.connection import Connection
from ingest.store.digests import digest as chain_digest

_LOCK = 0x686F7572_0017  # after the schema's number
_FETCHED = 2000
WHOLE_WITHIN_DAYS = 7
"""Days after its own for which a session that is not whole yet is in no list."""
_WHOLE = "(s.ended_at IS NOT NULL AND j.last_seq > 0 AND NOT s.reasons ? 'SEQ_GAP')"
_SCHOOL_THEN = """
    LEFT JOIN LATERAL (
        SELECT b.school FROM (
            SELECT DISTINCT ON (t.valid_from) t.valid_from, t.valid_to, t.school FROM terminal t
            WHERE t.number = s.terminal AND t.valid_from <= s.started_at
            ORDER BY t.valid_from DESC, t.entry DESC) b
        WHERE b.valid_to IS NULL OR b.valid_to > s.started_at
        ORDER BY b.valid_from DESC LIMIT 1) school ON true"""


class Waiting(NamedTuple):
    """A judged session that stands in no list. school 0: not known; through: seq of its last minute record
    and the chain's digest there, 0 and 32 zero bytes without any."""

    day: date
    school: int
    terminal: int
    session: int
    through: int
    digest: bytes


class Commit(NamedTuple):
    """A closed list; text: the canonical one."""

    day: date
    committed_at: datetime
    text: str
    digest: bytes
    sessions: int
    seed_words: str
    seed_due: datetime


class SeedEntry(NamedTuple):
    """What one supervisor read as the seed."""

    id: int
    account: int
    seed: str
    published_at: datetime


def lock(conn: Connection) -> None:
    """Be the only one who draws, until the transaction ends."""
    conn.execute("SELECT pg_advisory_xact_lock(%s)", (_LOCK,))


def waiting(conn: Connection, last_day: date, utc_offset_min: int) -> Iterator[Waiting]:
    """Sessions of local days up to last_day that are whole and stand in no list, streamed; in a transaction.

    Whole: signed out, with minutes and none of their records missing. What is not waits for its records, but
    no longer than WHOLE_WITHIN_DAYS.
    """
    with conn.cursor("draw_waiting", binary=True) as cursor:
        cursor.itersize = _FETCHED
        cursor.execute(
            "SELECT (s.started_at AT TIME ZONE 'UTC' + make_interval(mins => %(offset)s::integer))::date,"
            "  coalesce(school.school, 0), s.terminal, s.session, coalesce(j.last_seq, 0), e.record"
            " FROM session_outcome s"
            " LEFT JOIN judged_session j ON (j.terminal, j.session) = (s.terminal, s.session)"
            "  AND NOT j.pending"
            " LEFT JOIN evidence e ON e.terminal = j.terminal AND e.seq = j.last_seq AND j.last_seq > 0"
            f"{_SCHOOL_THEN}"
            " WHERE s.started_at < (%(day)s::date + 1)::timestamp AT TIME ZONE 'UTC'"
            "  - make_interval(mins => %(offset)s::integer)"
            "  AND NOT EXISTS (SELECT FROM draw_listed l"
            "                  WHERE (l.terminal, l.session) = (s.terminal, s.session))"
            f" AND ({_WHOLE} OR s.started_at < (%(day)s::date + 1 - %(wait)s)::timestamp AT TIME ZONE 'UTC'"
            "  - make_interval(mins => %(offset)s::integer))".encode(),
            {"offset": utc_offset_min, "day": last_day, "wait": WHOLE_WITHIN_DAYS},
        )
        for day, school, terminal, session, through, record in cursor:
            digest = bytes(32) if record is None else chain_digest(bytes(record))
            yield Waiting(day, school, terminal, session, through, digest)


def newest_day(conn: Connection) -> date | None:
    """The last day whose list is closed."""
    row = conn.execute("SELECT max(day) FROM draw_commit").fetchone()
    return row[0] if row else None


def add_list(conn: Connection, commit: Commit, key: str, account: int, rows: Iterable[Sequence[int]]) -> None:
    """Close a list: rows are its (terminal, session, school); key: of the blind repeats."""
    with (
        conn.cursor() as cursor,
        cursor.copy("COPY draw_listed (day, terminal, session, school) FROM STDIN") as copy,
    ):
        for row in rows:
            copy.write_row((commit.day, *row))
    conn.execute(
        "INSERT INTO draw_commit (day, committed_at, list, digest, sessions, seed_words, seed_due, account)"
        " VALUES (%s, %s, %s, %s, %s, %s, %s, %s)",
        (
            commit.day,
            commit.committed_at,
            commit.text.encode(),
            commit.digest,
            commit.sessions,
            commit.seed_words,
            commit.seed_due,
            account,
        ),
    )
    conn.execute("INSERT INTO draw_repeat_key (day, key) VALUES (%s, %s)", (commit.day, key))


def commit_of(conn: Connection, day: date) -> Commit | None:
    """The closed list of a day."""
    row = conn.execute(
        "SELECT day, committed_at, convert_from(list, 'UTF8'), digest, sessions, seed_words, seed_due"
        " FROM draw_commit WHERE day = %s",
        (day,),
    ).fetchone()
    return Commit._make((*row[:3], bytes(row[3]), *row[4:])) if row else None


def key_of(conn: Connection, day: date) -> str | None:
    """The key of a day's blind repeats."""
    row = conn.execute("SELECT key FROM draw_repeat_key WHERE day = %s", (day,)).fetchone()
    return row[0] if row else None


def add_seed_entry(
    conn: Connection, day: date, account: int, seed: str, published_at: datetime, now: datetime
) -> int:
    """Note what a supervisor read; the number of the entry."""
    row = conn.execute(
        "INSERT INTO draw_seed_entry (day, at, account, seed, published_at) VALUES (%s, %s, %s, %s, %s)"
        " RETURNING id",
        (day, now, account, seed, published_at),
    ).fetchone()
    assert row is not None
    return int(row[0])


def seed_entries(conn: Connection, day: date) -> list[SeedEntry]:
    """The newest entry of every supervisor who read the seed of a day."""
    rows = conn.execute(
        "SELECT DISTINCT ON (account) id, account, seed, published_at FROM draw_seed_entry WHERE day = %s"
        " ORDER BY account, id DESC",
        (day,),
    )
    return [SeedEntry(*row) for row in rows]


def add_seed(conn: Connection, day: date, first: SeedEntry, second: SeedEntry, now: datetime) -> None:
    """The seed stands: two entries that say the same."""
    conn.execute(
        "INSERT INTO draw_seed (day, at, seed, published_at, first_entry, second_entry)"
        " VALUES (%s, %s, %s, %s, %s, %s)",
        (day, now, first.seed, min(first.published_at, second.published_at), first.id, second.id),
    )


def seed_of(conn: Connection, day: date) -> str | None:
    """The seed of a day, once it stands."""
    row = conn.execute("SELECT seed FROM draw_seed WHERE day = %s", (day,)).fetchone()
    return row[0] if row else None


def seeded(conn: Connection) -> list[date]:
    """Days whose seed stands and that are not drawn, oldest first."""
    rows = conn.execute(
        "SELECT s.day FROM draw_seed s WHERE NOT EXISTS (SELECT FROM draw_result r WHERE r.day = s.day)"
        " ORDER BY 1"
    )
    return [row[0] for row in rows]


def add_result(conn: Connection, day: date, result: bytes, drawn: Sequence[tuple[int, int, bool]]) -> None:
    """Keep what was drawn, (terminal, session, is a repeat), and the last decision then: those up to it do
    not answer the audit, whatever the clock says."""
    conn.execute(
        "INSERT INTO draw_result (day, at, result, digest, drawn, repeats, last_decision)"
        " SELECT %s, clock_timestamp(), %s, sha256(%s), %s, %s, coalesce(max(id), 0) FROM decision",
        (day, result, result, len(drawn), sum(one[2] for one in drawn)),
    )
    columns = [list(column) for column in zip(*drawn, strict=True)] or [[], [], []]
    conn.execute(
        "INSERT INTO drawn_session (terminal, session, day, is_repeat)"
        " SELECT terminal, session, %s, is_repeat FROM unnest(%s::bigint[], %s::bigint[], %s::boolean[])"
        " AS d (terminal, session, is_repeat)",
        (day, *columns),
    )


def result_of(conn: Connection, day: date) -> str | None:
    """The drawn lines of a day, once it is drawn."""
    row = conn.execute(
        "SELECT convert_from(result, 'UTF8') FROM draw_result WHERE day = %s", (day,)
    ).fetchone()
    return row[0] if row else None
