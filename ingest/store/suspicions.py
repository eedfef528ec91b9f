"""What the screening suspects, in the database; the judge reads it, people see the numbers behind it."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, NamedTuple

from ingest.judge.suspicions import Suspicions
from ingest.store.connection import Connection

_FIELDS = (
    "terminal",
    "session",
    "kind",
    "score",
    "first_minute",
    "last_minute",
    "other_terminal",
    "other_session",
)
_COLUMNS = ", ".join(_FIELDS)


_DELETE = """
WITH changed AS (
DELETE FROM suspicion AS held USING unnest(%s::bigint[], %s::bigint[]) AS own (terminal, session)
WHERE held.kind = ANY(%s::smallint[])
  AND ((held.terminal, held.session) = (own.terminal, own.session)
       OR held.kind = ANY(%s::smallint[])
          AND (held.other_terminal, held.other_session) = (own.terminal, own.session))
  AND NOT EXISTS (
      SELECT FROM fresh_suspicion AS fresh
      WHERE (fresh.terminal, fresh.session, fresh.kind, fresh.other_terminal, fresh.other_session)
          = (held.terminal, held.session, held.kind, held.other_terminal, held.other_session))
RETURNING held.terminal, held.session)
INSERT INTO suspicion_due (terminal, session) SELECT terminal, session FROM changed"""


class Told(NamedTuple):
    """A suspicion as a person sees it."""

    terminal: int
    session: int
    kind: int
    score: int
    first_minute: int
    last_minute: int
    other_terminal: int
    other_session: int
    numbers: dict[str, Any]


def replace(
    conn: Connection,
    sessions: Iterable[tuple[int, int]],
    suspicions: Suspicions,
    numbers: Sequence[Mapping[str, Any]],
    screened_under: str,
    kinds: Sequence[int],
    pairs: Sequence[int] = (),
) -> int:
    """Make what is suspected of these sessions, in these kinds, exactly this; returns the rows that changed.

    pairs: kinds of which also the rows that name one of the sessions as their other side are made exactly
    this. Rows of other sessions among the suspicions are added or brought up to date. A row that stays as it
    was keeps its screened_at.
    """
    named = sorted(set(sessions))
    rows = zip(*(getattr(suspicions, name).tolist() for name in _FIELDS), numbers, strict=True)
    with conn.transaction():
        conn.execute(
            "CREATE TEMPORARY TABLE fresh_suspicion (LIKE suspicion INCLUDING DEFAULTS) ON COMMIT DROP"
        )
        copied = f"COPY fresh_suspicion ({_COLUMNS}, numbers, screened_under) FROM STDIN".encode()
        with conn.cursor() as cursor, cursor.copy(copied) as copy:
            for *row, told in rows:
                copy.write_row((*row, json.dumps(told, sort_keys=True), screened_under))
        names = [name[0] for name in named], [name[1] for name in named]
        gone = conn.execute(_DELETE, (*names, list(kinds), list(pairs))).rowcount
        return gone + _put(conn)


def _put(conn: Connection) -> int:
    changing = ("score", "first_minute", "last_minute", "numbers", "screened_under")
    columns = f"{_COLUMNS}, numbers, screened_under"
    held, fresh = (", ".join(f"{side}.{name}" for name in changing) for side in ("suspicion", "excluded"))
    sets = ", ".join(f"{name} = excluded.{name}" for name in changing)
    return conn.execute(
        f"WITH changed AS (INSERT INTO suspicion ({columns}) SELECT {columns} FROM fresh_suspicion"
        " ON CONFLICT (terminal, session, kind, other_terminal, other_session)"
        f" DO UPDATE SET {sets}, screened_at = excluded.screened_at"
        f" WHERE ({held}) IS DISTINCT FROM ({fresh}) RETURNING suspicion.terminal, suspicion.session)"
        " INSERT INTO suspicion_due (terminal, session) SELECT terminal, session FROM changed".encode()
    ).rowcount


def read(conn: Connection, terminals: Sequence[int] | None = None) -> Suspicions:
    """What is suspected of these terminals (None: of all), in key order."""
    rows = conn.execute(
        f"SELECT {_COLUMNS} FROM suspicion WHERE %s OR terminal = ANY(%s::bigint[])"
        " ORDER BY terminal, session, kind, other_terminal, other_session".encode(),
        (terminals is None, list(terminals or ())),
    )
    return Suspicions.of_rows([tuple(row) for row in rows])


def due(conn: Connection) -> tuple[int, list[tuple[int, int]]]:
    """What the judge has not seen: the last entry, and the (terminal, session) concerned, in order."""
    rows = conn.execute("SELECT max(entry), terminal, session FROM suspicion_due GROUP BY 2, 3 ORDER BY 2, 3")
    found = [tuple(row) for row in rows]
    return max((row[0] for row in found), default=0), [(row[1], row[2]) for row in found]


def seen(conn: Connection, through: int) -> None:
    """The judge has seen what is suspected, up to this entry."""
    conn.execute("DELETE FROM suspicion_due WHERE entry <= %s", (through,))


def taken_in(conn: Connection, ranges: Sequence[tuple[int, int, int]]) -> None:
    """The judge has seen what is suspected of these (terminal, first session, last session), as far as this
    transaction sees it."""
    conn.execute(
        "DELETE FROM suspicion_due d"
        " USING unnest(%s::bigint[], %s::bigint[], %s::bigint[]) AS r (terminal, first, last)"
        " WHERE d.terminal = r.terminal AND d.session BETWEEN r.first AND r.last",
        tuple([one[part] for one in ranges] for part in range(3)),
    )


def told(conn: Connection, first_minute: int, last_minute: int, least_score: int = 1) -> list[Told]:
    """Suspicions that speak about any of these minutes, the highest scores first."""
    rows = conn.execute(
        f"SELECT {_COLUMNS}, numbers FROM suspicion"
        " WHERE first_minute <= %s AND last_minute >= %s AND score >= %s"
        " ORDER BY score DESC, terminal, session, kind, other_terminal, other_session".encode(),
        (last_minute, first_minute, least_score),
    )
    return [Told(*row) for row in rows]
