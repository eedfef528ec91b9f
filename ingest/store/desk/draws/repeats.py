"""Blind repeats: drawn sessions that a second inspector decides without knowing, and what both said."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import NamedTuple

from ingest.store.connection import Connection
from ingest.store.judged import Key, keys_of

# A decision of the first inspector since the draw that is in force: what a second answer is compared with.
_FIRST = """
    SELECT d.id, d.account, d.kind
    FROM decision d JOIN draw_result x ON x.day = r.day AND d.id > x.last_decision
    WHERE (d.terminal, d.session) = (r.terminal, r.session) AND d.layer >= 2
      AND d.kind IN ('accept', 'refuse', 'restore')
      AND NOT EXISTS (SELECT FROM decision u WHERE u.undoes = d.id)"""


class Answer(NamedTuple):
    """What the second inspector said of a session beside the first: kinds, and his cause and words.

    acts: the minutes he accepts and refuses; minutes: Unix minute -> (first's, second's verdict).
    """

    terminal: int
    session: int
    account: int
    first_account: int
    first_decision: int
    first_kind: str
    kind: str
    acts: Mapping[str, Sequence[int]]
    cause: str
    words: str
    minutes: Mapping[int, tuple[int, int]]


class Compared(NamedTuple):
    """An answered repeat. minutes: (first's verdict, second's verdict, how many); settled: looked at."""

    day: date
    terminal: int
    session: int
    first: int
    first_name: str
    first_kind: str
    second: int
    second_name: str
    second_kind: str
    at: datetime
    minutes: list[tuple[int, int, int]]
    is_settled: bool

    @property
    def differs(self) -> bool:
        """Whether the two said different things of the session or of a minute."""
        return self.first_kind != self.second_kind or any(one != two for one, two, _ in self.minutes)


def first_person(conn: Connection, key: Key) -> tuple[int, int, str] | None:
    """Who decided a drawn session first, of what is in force: the account, and its last decision and kind."""
    row = conn.execute(
        f"WITH f AS MATERIALIZED (SELECT f.* FROM drawn_session r CROSS JOIN LATERAL ({_FIRST}) f"
        " WHERE (r.terminal, r.session) = (%s, %s))"
        " SELECT account, id, kind FROM f WHERE account = (SELECT account FROM f ORDER BY id LIMIT 1)"
        " ORDER BY id DESC LIMIT 1".encode(),
        key,
    ).fetchone()
    return (row[0], row[1], row[2]) if row else None


def drawn(conn: Connection, keys: Sequence[Key]) -> set[Key]:
    """Those of the sessions that the random audit has drawn."""
    rows = conn.execute(
        "SELECT terminal, session FROM drawn_session"
        " WHERE (terminal, session) IN (SELECT * FROM unnest(%s::bigint[], %s::bigint[]))",
        keys_of(keys),
    )
    return {(row[0], row[1]) for row in rows}


def add_answer(conn: Connection, answer: Answer) -> None:
    """Keep what the second inspector said, with both persons' minutes."""
    conn.execute(
        "INSERT INTO repeat_answer (terminal, session, at, account, first_account, first_decision,"
        " first_kind, kind, acts, cause, words)"
        " VALUES (%s, %s, clock_timestamp(), %s, %s, %s, %s, %s, %s::jsonb, %s, %s)",
        (
            *answer[:7],
            json.dumps({name: list(some) for name, some in answer.acts.items()}),
            *answer[8:10],
        ),
    )
    conn.execute(
        "INSERT INTO repeat_minute (terminal, session, minute, first, second)"
        " SELECT %s, %s, * FROM unnest(%s::integer[], %s::smallint[], %s::smallint[])",
        (
            answer.terminal,
            answer.session,
            list(answer.minutes),
            [one for one, _ in answer.minutes.values()],
            [two for _, two in answer.minutes.values()],
        ),
    )


def compared(conn: Connection, first_day: date | None, last_day: date | None) -> list[Compared]:
    """Every answered repeat of these days' draws (None: without end), oldest first."""
    rows = conn.execute(
        "SELECT r.day, a.terminal, a.session, a.first_account, p.name, a.first_kind, a.account, q.name,"
        "  a.kind, a.at, m.minutes, s.at IS NOT NULL"
        " FROM repeat_answer a JOIN drawn_session r USING (terminal, session)"
        " JOIN account p ON p.id = a.first_account JOIN account q ON q.id = a.account"
        " LEFT JOIN repeat_settled s USING (terminal, session)"
        " CROSS JOIN LATERAL (SELECT coalesce(jsonb_agg(jsonb_build_array(first, second, n)), '[]')"
        "   AS minutes"
        "   FROM (SELECT first, second, count(*) AS n FROM repeat_minute m"
        "         WHERE (m.terminal, m.session) = (a.terminal, a.session)"
        "         GROUP BY first, second ORDER BY first, second) g) m"
        " WHERE r.day BETWEEN coalesce(%s::date, '-infinity') AND coalesce(%s::date, 'infinity')"
        " ORDER BY a.at, a.terminal, a.session",
        (first_day, last_day),
    )
    return [Compared._make((*row[:10], [(one, two, n) for one, two, n in row[10]], row[11])) for row in rows]


def settle(conn: Connection, key: Key, account: int, words: str, now: datetime) -> bool:
    """Note that a supervisor has looked; False where it was done before or nothing is answered."""
    made = conn.execute(
        "INSERT INTO repeat_settled (terminal, session, at, account, words)"
        " SELECT terminal, session, %s, %s, %s FROM repeat_answer WHERE (terminal, session) = (%s, %s)"
        " ON CONFLICT DO NOTHING",
        (now, account, words, *key),
    )
    return made.rowcount == 1
