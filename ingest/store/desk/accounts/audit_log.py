"""The audit log's rows: the lock under which entries get numbers, entries in order, entries searched."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Any, NamedTuple

from psycopg.pq import TransactionStatus
from psycopg.types.json import Jsonb

from ingest.store.connection import Connection

_LOCK = 0x686F7572_0015  # after the schema's number
_COLUMNS = "entry, at, account, actor, role, action, subject, details, address, before, digest"
_FETCHED = 2000


class Entry(NamedTuple):
    """One entry. entry: 1, 2, 3 ...; before: the digest of the entry before, 32 zero bytes at first."""

    entry: int
    at: datetime
    account: int
    actor: str
    role: str
    action: str
    subject: str
    details: dict[str, Any]
    address: str
    before: bytes
    digest: bytes


class Head(NamedTuple):
    """The last entry's number and digest; 0 and 32 zero bytes before the first."""

    entry: int
    digest: bytes


EMPTY = Head(0, bytes(32))


def lock(conn: Connection) -> None:
    """Be the only one who adds entries, until the transaction ends."""
    conn.execute("SELECT pg_advisory_xact_lock(%s)", (_LOCK,))


def head(conn: Connection) -> Head:
    """The last entry's number and digest."""
    row = conn.execute("SELECT entry, digest FROM audit_log ORDER BY entry DESC LIMIT 1").fetchone()
    return Head(row[0], bytes(row[1])) if row else EMPTY


def head_and_now(conn: Connection) -> tuple[Head, datetime]:
    """The head, and the database's clock to the microsecond."""
    row = conn.execute(
        "SELECT l.entry, l.digest, clock_timestamp() FROM (VALUES (1)) AS one LEFT JOIN LATERAL"
        " (SELECT entry, digest FROM audit_log ORDER BY entry DESC LIMIT 1) AS l ON true"
    ).fetchone()
    assert row is not None
    return (EMPTY if row[0] is None else Head(row[0], bytes(row[1]))), row[2]


def is_in_transaction(conn: Connection) -> bool:
    """Whether what is written now is committed by somebody else, later."""
    return conn.info.transaction_status == TransactionStatus.INTRANS


def add(conn: Connection, entry: Entry) -> None:
    """Write one entry; its number is the primary key, so that none is given twice."""
    conn.execute(
        f"INSERT INTO audit_log ({_COLUMNS}) VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s)",
        entry._replace(details=Jsonb(entry.details)),  # type: ignore[arg-type]
    )


def every(conn: Connection) -> Iterator[Entry]:
    """All entries in order, streamed from one snapshot."""
    with conn.transaction(), conn.cursor("audit_log_in_order") as cursor:
        cursor.itersize = _FETCHED
        cursor.execute(f"SELECT {_COLUMNS} FROM audit_log ORDER BY entry")
        for row in cursor:
            yield _entry(row)


def listed(
    conn: Connection,
    before_entry: int | None,
    limit: int,
    *,
    account: int | None = None,
    actor: str | None = None,
    action: str | None = None,
    subject: str | None = None,
) -> list[Entry]:
    """The newest first, below before_entry (None: from the head). actor: of one who has no account, such as
    system. action also finds what it is a prefix of: ``decision`` finds ``decision.add``."""
    wanted = ["true"]
    values: list[Any] = []
    for condition, value in (
        ("entry < %s", before_entry),
        ("account = %s", account),
        ("account = 0 AND actor = %s", actor),
        ("subject = %s", subject),
    ):
        if value is not None:
            wanted.append(condition)
            values.append(value)
    if action is not None:
        wanted.append("(action = %s OR starts_with(action, %s))")
        values += [action, action + "."]
    rows = conn.execute(
        f"SELECT {_COLUMNS} FROM audit_log WHERE {' AND '.join(wanted)} ORDER BY entry DESC LIMIT %s",
        (*values, limit),
    )
    return [_entry(row) for row in rows]


def holds_key_of(conn: Connection, holder: int, account: int) -> bool:
    """Whether the holder made that account, or gave it its password, or took its second factor off."""
    row = conn.execute(
        "SELECT EXISTS (SELECT FROM audit_log l JOIN account a ON l.subject = 'account:' || a.name"
        " WHERE a.id = %s AND l.account = %s AND l.action IN"
        " ('account.add', 'account.set_password', 'account.reset_second_factor'))",
        (account, holder),
    ).fetchone()
    return row is not None and bool(row[0])


def count(conn: Connection) -> int:
    """How many entries there are, counted."""
    row = conn.execute("SELECT count(*) FROM audit_log").fetchone()
    return int(row[0]) if row else 0


def _entry(row: tuple[Any, ...]) -> Entry:
    entry = Entry._make(row)
    return entry._replace(before=bytes(entry.before), digest=bytes(entry.digest))
