"""What a what-if reads of earlier judgements; nothing here writes."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from ingest.store.connection import Connection
from ingest.store.judged import SESSION_COLUMNS, JudgedSession, Key, keys_of

_ROW = np.dtype([("seq", ">i8"), ("minute", ">i4"), ("verdict", ">i2")])
_SAID = np.dtype([("seq", ">i8"), ("reason", ">i2")])
_SPANS = "unnest(%s::bigint[], %s::bigint[], %s::bigint[], %s::bigint[]) AS r (of, session, first, last)"
Ints = npt.NDArray[np.int64]


class Minutes(NamedTuple):
    """Minutes of a session by (minute, seq), their own verdicts; reason -> rows it is told of, ascending;
    numbers: reason -> what it looked at there, name with unit -> column along these rows (empty for minutes
    that were read and not judged)."""

    seq: Ints
    minute: Ints
    verdict: Ints
    reasons: dict[int, Ints]
    numbers: dict[int, dict[str, npt.NDArray[Any]]]


class Held(NamedTuple):
    """A session as the ledger has it. mode, part: of its course; credited: minutes in the ledger."""

    terminal: int
    session: int
    trainee: int
    instructor: int
    part: int
    mode: int
    recorded: int
    accepted: int
    refused: int
    unsure: int
    credited: int

    @property
    def key(self) -> Key:
        return self.terminal, self.session


@contextmanager
def reading(conn: Connection, snapshot: str | None = None) -> Iterator[str]:
    """One view of the database that cannot be written; gives its name, for others to take the same view."""
    with conn.transaction():
        conn.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
        if snapshot is not None:
            conn.execute(b"SET TRANSACTION SNAPSHOT '" + snapshot.encode() + b"'")
            yield snapshot
            return
        row = conn.execute("SELECT pg_export_snapshot()").fetchone()
        assert row is not None
        yield str(row[0])


def judged_between(
    conn: Connection, first: int | None, last: int | None, terminals: Iterable[int] | None
) -> list[JudgedSession]:
    """Settled sessions with minutes from first to last (Unix minutes; None: any) of these terminals."""
    with conn.cursor(binary=True) as cursor:
        cursor.execute(
            f"SELECT {SESSION_COLUMNS} FROM judged_session WHERE NOT pending AND last_seq > 0"
            " AND (%s::bigint[] IS NULL OR terminal = ANY (%s::bigint[]))"
            " AND last_minute >= %s::int4 AND first_minute <= %s::int4 ORDER BY terminal, session".encode(),
            (
                *[None if terminals is None else sorted(terminals)] * 2,
                0 if first is None else first,
                2**31 - 1 if last is None else last,
            ),
        )
        return [JudgedSession._make(row) for row in cursor.fetchall()]


def pending_keys(conn: Connection) -> set[Key]:
    """Sessions that wait to be settled."""
    rows = conn.execute("SELECT terminal, session FROM judged_session WHERE pending")
    return {(terminal, session) for terminal, session in rows}


def own_minutes(conn: Connection, sessions: Sequence[JudgedSession]) -> dict[Key, Minutes]:
    """Minutes of these sessions by their terminals' own evidence."""
    spans = tuple([getattr(one, name) for one in sessions] for name in ("terminal", "session", "first_seq"))
    values = (*spans, [one.last_seq for one in sessions])
    where = (
        f" FROM {_SPANS} JOIN own_verdict o ON o.terminal = r.of"
        " AND o.seq BETWEEN r.first AND r.last AND o.session = r.session"
    )
    told: dict[Key, Any] = {}
    found = {}
    with conn.cursor(binary=True) as cursor:
        cursor.execute(
            "SELECT o.terminal, o.session, string_agg(int8send(o.seq) || int2send(said.reason), ''::bytea)"
            f"{where} CROSS JOIN LATERAL unnest(o.reasons) AS said (reason)"
            " WHERE o.reasons <> '{}' GROUP BY 1, 2".encode(),
            values,
        )
        for terminal, session, packed in cursor:
            told[terminal, session] = np.frombuffer(packed, dtype=_SAID)
        cursor.execute(
            "SELECT o.terminal, o.session, string_agg(int8send(o.seq) || int4send(o.minute)"
            f" || int2send(o.verdict), ''::bytea ORDER BY o.minute, o.seq){where} GROUP BY 1, 2".encode(),
            values,
        )
        for terminal, session, packed in cursor:
            table = np.frombuffer(packed, dtype=_ROW)
            seq, minute, verdict = (table[name].astype(np.int64) for name in ("seq", "minute", "verdict"))
            reasons = _by_reason(seq, told.get((terminal, session)))
            found[terminal, session] = Minutes(seq, minute, verdict, reasons, {})
    return found


def _by_reason(seq: Ints, said: Any) -> dict[int, Ints]:
    if said is None:
        return {}
    order = np.argsort(seq)
    row = order[np.searchsorted(seq[order], said["seq"].astype(np.int64))]
    reason = said["reason"].astype(np.int64)
    return {int(one): np.sort(row[reason == one]) for one in np.unique(reason)}


def shared_minutes(conn: Connection, keys: Iterable[Key]) -> dict[Key, dict[int, tuple[int, list[int], str]]]:
    """What shared rules say of these sessions: seq -> (verdict, reasons, numbers as JSON text)."""
    found: dict[Key, dict[int, tuple[int, list[int], str]]] = {}
    rows = conn.execute(
        "SELECT terminal, session, seq, verdict, reasons, numbers::text FROM shared_verdict"
        " WHERE (terminal, session) IN (SELECT * FROM unnest(%s::bigint[], %s::bigint[]))",
        keys_of(keys),
    )
    for terminal, session, seq, verdict, reasons, numbers in rows:
        found.setdefault((terminal, session), {})[seq] = verdict, reasons, numbers
    return found


def held_sessions(conn: Connection, keys: Sequence[Key], trainees: Sequence[int] = ()) -> dict[Key, Held]:
    """These sessions as judged last, and all of these trainees."""
    values: tuple[Any, ...] = (*keys_of(keys), list(trainees))
    rows = conn.execute(
        "SELECT terminal, session, o.trainee, instructor, o.part, (course / 1000000000)::int,"
        " minutes_recorded, minutes_accepted, minutes_refused, minutes_unsure,"
        " coalesce(sum(c.minutes), 0)::int"
        " FROM session_outcome o LEFT JOIN credit c USING (terminal, session)"
        " WHERE (terminal, session) IN (SELECT * FROM unnest(%s::bigint[], %s::bigint[]))"
        " OR o.trainee = ANY (%s::bigint[]) GROUP BY o.terminal, o.session",
        values,
    )
    return {row[:2]: Held._make(row) for row in rows}
