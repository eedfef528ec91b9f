"""The random audit as it is told: days, what was drawn, how far it has been looked at, conservation."""

from __future__ import annotations

from datetime import date, datetime
from typing import NamedTuple

from ingest.store.connection import Connection
from ingest.store.desk.draws.dealt import SETTLED, WAITED_FOR
from ingest.store.desk.queue.search import SCHOOL


class Day(NamedTuple):
    """A day of the audit, without its texts. What has not happened yet is None; decided: of the drawn ones;
    answered: of the repeats; repeats_open: of these those that wait for an answer still; seed_readers: how
    many persons have entered a seed."""

    day: date
    committed_at: datetime
    digest: bytes
    sessions: int
    seed_words: str
    seed_due: datetime
    seed_readers: int
    seed: str | None
    seed_published_at: datetime | None
    drawn_at: datetime | None
    result_digest: bytes | None
    drawn: int | None
    repeats: int | None
    decided: int
    answered: int
    repeats_open: int


class Drawn(NamedTuple):
    """A drawn session. school: as listed; is_decided: a person has decided it since; accounts, names: of
    those whom it is dealt to and waits for; sealed_by: whose answer is sealed, 0 nobody's."""

    terminal: int
    session: int
    school: int
    school_name: str
    is_repeat: bool
    is_decided: bool
    sealed_by: int
    accounts: list[int]
    names: list[str]


class Overdue(NamedTuple):
    """Lists whose seed is out and not entered by two: how many, and the oldest day."""

    lists: int
    oldest: date | None


class Conserved(NamedTuple):
    """Sessions judged now; listed in all; gone: of these, no longer judged to be any; waiting: in no list."""

    judged: int
    listed: int
    gone: int
    waiting: int

    @property
    def balanced(self) -> bool:
        """Whether every session is listed or waits."""
        return self.judged + self.gone == self.listed + self.waiting


def days(conn: Connection, before: date | None, limit: int) -> list[Day]:
    """The newest first, before a day (None: from the newest)."""
    return _days(conn, "c.day < coalesce(%s::date, 'infinity')", before, limit)


def day_of(conn: Connection, day: date) -> Day | None:
    """One day."""
    found = _days(conn, "c.day = %s", day, 1)
    return found[0] if found else None


def _days(conn: Connection, condition: str, value: date | None, limit: int) -> list[Day]:
    rows = conn.execute(
        "SELECT c.day, c.committed_at, c.digest, c.sessions, c.seed_words, c.seed_due, e.readers, s.seed,"
        "  s.published_at, r.at, r.digest, r.drawn, r.repeats, n.decided, n.answered, n.waiting"
        " FROM draw_commit c LEFT JOIN draw_seed s USING (day) LEFT JOIN draw_result r USING (day)"
        " CROSS JOIN LATERAL (SELECT count(DISTINCT account) AS readers FROM draw_seed_entry"
        "                     WHERE day = c.day) e"
        " CROSS JOIN LATERAL (SELECT count(*) FILTER (WHERE"
        f"   {SETTLED}) AS decided, count(a.at) AS answered, count(*) FILTER (WHERE r.is_repeat"
        "   AND (EXISTS (SELECT FROM repeat_sealed s WHERE (s.terminal, s.session) = (r.terminal, r.session))"
        f"       OR EXISTS ({WAITED_FOR}))) AS waiting"
        "   FROM drawn_session r LEFT JOIN repeat_answer a USING (terminal, session) WHERE r.day = c.day) n"
        f" WHERE {condition} ORDER BY c.day DESC LIMIT %s".encode(),
        (value, limit),
    )
    return [
        Day._make(bytes(value) if isinstance(value, memoryview) else value for value in row) for row in rows
    ]


def drawn(
    conn: Connection,
    day: date,
    school: int | None = None,
    after: tuple[int, int, int] | None = None,
    limit: int | None = None,
) -> list[Drawn]:
    """The drawn sessions of a day by school, after a (school, terminal, session); school: its own only."""
    rows = conn.execute(
        f"SELECT r.terminal, r.session, l.school, coalesce(n.name, ''), r.is_repeat, {SETTLED},"
        "  coalesce(s.account, 0), o.accounts, o.names"
        " FROM drawn_session r JOIN draw_listed l USING (terminal, session)"
        f" LEFT JOIN queue_name n ON n.kind = {SCHOOL} AND n.number = l.school"
        " LEFT JOIN repeat_sealed s USING (terminal, session)"
        " CROSS JOIN LATERAL (SELECT coalesce(array_agg(account ORDER BY name), '{}') AS accounts,"
        f"   coalesce(array_agg(name ORDER BY name), '{{}}') AS names FROM ({WAITED_FOR}) w) o"
        " WHERE r.day = %s AND (%s::bigint IS NULL OR l.school = %s)"
        " AND (l.school, r.terminal, r.session) > (%s, %s, %s)"
        " ORDER BY l.school, r.terminal, r.session LIMIT %s".encode(),
        (day, school, school, *(after or (-1, 0, 0)), limit),
    )
    return [Drawn(*row) for row in rows]


def drawn_count(conn: Connection, day: date, school: int | None = None) -> int:
    """How many sessions of a day are drawn; school: of its own."""
    row = conn.execute(
        "SELECT count(*) FROM drawn_session r JOIN draw_listed l USING (terminal, session)"
        " WHERE r.day = %s AND (%s::bigint IS NULL OR l.school = %s)",
        (day, school, school),
    ).fetchone()
    assert row is not None
    return int(row[0])


def day_count(conn: Connection) -> int:
    """How many lists are closed."""
    row = conn.execute("SELECT count(*) FROM draw_commit").fetchone()
    assert row is not None
    return int(row[0])


def overdue(conn: Connection, now: datetime) -> Overdue:
    """Lists that wait for supervisors; of an empty list nothing is to be drawn."""
    row = conn.execute(
        "SELECT count(*), min(day) FROM draw_commit c WHERE seed_due <= %s AND sessions > 0"
        " AND NOT EXISTS (SELECT FROM draw_seed s WHERE s.day = c.day)",
        (now,),
    ).fetchone()
    assert row is not None
    return Overdue(*row)


def conserved(conn: Connection) -> Conserved:
    """Whether any session escapes the lists."""
    row = conn.execute(
        "SELECT count(s.terminal), count(l.terminal), count(*) FILTER (WHERE s.terminal IS NULL),"
        "  count(*) FILTER (WHERE l.terminal IS NULL)"
        " FROM session_outcome s FULL JOIN draw_listed l USING (terminal, session)"
    ).fetchone()
    assert row is not None
    return Conserved(*row)
