"""Accounts: who may use the desk, with which role, password and second factor."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import NamedTuple

import psycopg

from ingest.store.connection import Connection

_LOCK = 0x686F7572_0022
_COLUMNS = (
    "id, name, role, school, password_hash, password_is_initial, totp_secret, totp_pending, totp_last,"
    " language, is_active, created_at"
)


_FACTORS = (
    "SELECT id, coalesce(totp_secret, totp_pending) FROM account"
    " WHERE totp_secret IS NOT NULL OR totp_pending IS NOT NULL ORDER BY id"
)


class Account(NamedTuple):
    """One account. password_hash: argon2id, None: no log-in; totp_secret: sealed, None: no second factor.
    totp_pending: sealed, shown to be enrolled, not yet proved; totp_last: last time step used."""

    id: int
    name: str
    role: str
    school: int
    password_hash: str | None
    password_is_initial: bool
    totp_secret: str | None
    totp_pending: str | None
    totp_last: int
    language: str
    is_active: bool
    created_at: datetime

    def __repr__(self) -> str:
        # No traceback and no log line shows a secret.
        return f"Account(id={self.id}, name={self.name!r}, role={self.role!r})"


def add(
    conn: Connection, name: str, role: str, school: int, password_hash: str | None, is_initial: bool
) -> int | None:
    """A new account's number; None when the name is taken."""
    try:
        with conn.transaction():
            row = conn.execute(
                "INSERT INTO account (name, role, school, password_hash, password_is_initial)"
                " VALUES (%s, %s, %s, %s, %s) RETURNING id",
                (name, role, school, password_hash, is_initial),
            ).fetchone()
    except psycopg.errors.UniqueViolation:
        return None
    assert row is not None
    return int(row[0])


def by_name(conn: Connection, name: str) -> Account | None:
    """The account of that name."""
    return _one(conn, "name = %s", name)


def by_id(conn: Connection, account: int) -> Account | None:
    """The account of that number."""
    return _one(conn, "id = %s", account)


def locked(conn: Connection, account: int) -> Account | None:
    """The account of that number, kept as it is by others until the transaction ends."""
    return _one(conn, "id = %s FOR UPDATE", account)


def listed(conn: Connection, after_name: str, limit: int) -> list[Account]:
    """By name, those after one ('' for the first)."""
    rows = conn.execute(
        f"SELECT {_COLUMNS} FROM account WHERE name > %s ORDER BY name LIMIT %s", (after_name, limit)
    )
    return [Account._make(row) for row in rows]


def count(conn: Connection) -> int:
    """How many accounts there are."""
    row = conn.execute("SELECT count(*) FROM account").fetchone()
    return int(row[0]) if row else 0


def lock_supervisors(conn: Connection) -> list[int]:
    """The active supervisors, kept so until the transaction ends."""
    rows = conn.execute(
        "SELECT id FROM account WHERE role = 'supervisor' AND is_active ORDER BY id FOR UPDATE"
    )
    return [row[0] for row in rows]


def set_password(conn: Connection, account: int, password_hash: str, is_initial: bool) -> None:
    """Another password; is_initial: chosen by somebody else, to be replaced at the next log-in. A second
    factor that was shown and not proved is forgotten: whoever knew the old password may have seen it."""
    conn.execute(
        "UPDATE account SET password_hash = %s, password_is_initial = %s, totp_pending = NULL WHERE id = %s",
        (password_hash, is_initial, account),
    )


def rehash(conn: Connection, account: int, before: str, after: str) -> bool:
    """Keep the same password under another hash; False where it is another password by now."""
    done = conn.execute(
        "UPDATE account SET password_hash = %s WHERE id = %s AND password_hash = %s", (after, account, before)
    )
    return done.rowcount == 1


def set_pending(conn: Connection, account: int, secret: str) -> None:
    """Remember the sealed secret that is shown for enrolment."""
    conn.execute("UPDATE account SET totp_pending = %s WHERE id = %s", (secret, account))


def enrol(conn: Connection, account: int, step: int) -> None:
    """Make the pending secret the second factor; step: the time step of the code that proved it."""
    conn.execute(
        "UPDATE account SET totp_secret = totp_pending, totp_pending = NULL, totp_last = %s WHERE id = %s",
        (step, account),
    )


def drop_second_factor(conn: Connection, account: int) -> None:
    """Take the second factor off."""
    conn.execute("UPDATE account SET totp_secret = NULL, totp_pending = NULL WHERE id = %s", (account,))


def factors(conn: Connection) -> dict[int, str]:
    """Account -> secret as it is kept, in use or shown for enrolment (never both), of those that have one."""
    rows = conn.execute(_FACTORS)
    return {row[0]: row[1] for row in rows}


def lock_factors(conn: Connection) -> dict[int, str]:
    """The same, kept so by others until the transaction ends; whoever is being given one is waited for."""
    rows = conn.execute(
        "SELECT id, coalesce(totp_secret, totp_pending) FROM account ORDER BY id FOR NO KEY UPDATE"
    )
    return {row[0]: row[1] for row in rows if row[1] is not None}


def reseal(conn: Connection, account: int, before: str, after: str) -> None:
    """Keep an account's secret otherwise; nothing where it is another one by now."""
    conn.execute(
        "UPDATE account SET totp_secret = CASE WHEN totp_secret = %(before)s THEN %(after)s ELSE"
        " totp_secret END,"
        " totp_pending = CASE WHEN totp_pending = %(before)s THEN %(after)s ELSE totp_pending END"
        " WHERE id = %(account)s",
        {"account": account, "before": before, "after": after},
    )


@contextmanager
def alone_with_factors(conn: Connection) -> Iterator[None]:
    """Be the only one who renews the key of the secrets, over several transactions."""
    conn.execute("SELECT pg_advisory_lock(%s)", (_LOCK,))
    try:
        yield
    finally:
        conn.execute("SELECT pg_advisory_unlock(%s)", (_LOCK,))


def use_step(conn: Connection, account: int, step: int) -> bool:
    """Use a time step's code up; False when it, or a later one, was used before."""
    done = conn.execute(
        "UPDATE account SET totp_last = %s WHERE id = %s AND totp_last < %s", (step, account, step)
    )
    return done.rowcount == 1


def set_role(conn: Connection, account: int, role: str, school: int) -> None:
    """Another role and school."""
    conn.execute("UPDATE account SET role = %s, school = %s WHERE id = %s", (role, school, account))


def set_active(conn: Connection, account: int, is_active: bool) -> None:
    """Enable or disable."""
    conn.execute("UPDATE account SET is_active = %s WHERE id = %s", (is_active, account))


def set_language(conn: Connection, account: int, language: str) -> None:
    """zh or en."""
    conn.execute("UPDATE account SET language = %s WHERE id = %s", (language, account))


def _one(conn: Connection, condition: str, value: object) -> Account | None:
    row = conn.execute(f"SELECT {_COLUMNS} FROM account WHERE {condition}", (value,)).fetchone()
    return Account._make(row) if row else None
