"""A digest for each local day, and the rule sets that sessions were judged under."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from typing import Any, Protocol

import psycopg

from ingest.store.connection import Connection
from ingest.store.judged import Key, keys_of


def of_session(own: bytes, shared: Sequence[Sequence[Any]]) -> bytes:
    """Digest of a session's day: that of its own rows, and what shared rules say, in the order of time."""
    text = json.dumps([list(row) for row in shared], separators=(",", ":")) if shared else ""
    return hashlib.sha256(own + text.encode()).digest()


def replace(conn: Connection, rows: Iterable[tuple[int, int, int, bytes]], sessions: Sequence[Key]) -> None:
    """Make these sessions have exactly these (day, terminal, session, digest), and their days the digests
    that follow."""
    held = {
        row[:3]: row[3]
        for row in conn.execute(
            "SELECT day, terminal, session, digest FROM session_day WHERE (terminal, session) IN"
            " (SELECT * FROM unnest(%s::bigint[], %s::bigint[]))",
            keys_of(sessions),
        )
    }
    wanted = {row[:3]: row[3] for row in rows}
    fresh = [(*key, digest) for key, digest in wanted.items() if held.get(key) != digest]
    gone = [key for key in held if wanted.get(key) != held[key]]
    if gone:
        conn.execute(
            "DELETE FROM session_day WHERE (day, terminal, session) IN"
            " (SELECT * FROM unnest(%s::int[], %s::bigint[], %s::bigint[]))",
            tuple([key[part] for key in gone] for part in range(3)),
        )
    with (
        conn.cursor() as cursor,
        cursor.copy("COPY session_day (day, terminal, session, digest) FROM STDIN (FORMAT BINARY)") as copy,
    ):
        copy.set_types(["int4", "int8", "int8", "bytea"])
        for row in fresh:
            copy.write_row(row)
    for day in sorted({key[0] for key in gone} | {row[0] for row in fresh}):
        _sum_up(conn, day)


def _sum_up(conn: Connection, day: int) -> None:
    whole, count = hashlib.sha256(), 0
    with conn.cursor(binary=True) as cursor:
        cursor.execute(
            "SELECT int8send(terminal) || int8send(session) || digest FROM session_day WHERE day = %s"
            " ORDER BY terminal, session",
            (day,),
        )
        for (piece,) in cursor:
            whole.update(piece)
            count += 1
    conn.execute("DELETE FROM judged_day WHERE day = %s", (day,))
    if count:
        conn.execute("INSERT INTO judged_day VALUES (%s, %s, %s)", (day, count, whole.digest()))


def digests(conn: Connection) -> dict[int, bytes]:
    """Local day (since 1970-01-01) -> its digest."""
    return dict(conn.execute("SELECT day, digest FROM judged_day ORDER BY day").fetchall())


def rule_sets(conn: Connection) -> list[tuple[str, str, dict[str, Any]]]:
    """(digest, version, {"thresholds", "effects"}) of every rule set that was judged under."""
    return list(conn.execute("SELECT digest, version, rules FROM judged_rules ORDER BY digest").fetchall())


class RuleSetText(Protocol):
    """What is kept of a rule set."""

    @property
    def digest(self) -> str:
        """SHA-256, hexadecimal."""

    @property
    def version(self) -> str:
        """Its name."""

    @property
    def thresholds(self) -> Mapping[str, int | float]:
        """By name."""

    @property
    def effects(self) -> Mapping[str, str]:
        """By rule."""


def note_rules(conn: Connection, rule_sets: Iterable[RuleSetText]) -> None:
    """Keep what these rule sets say. Also inside a transaction that sees the database as it was."""
    known = {row[0] for row in conn.execute("SELECT digest FROM judged_rules")}
    for one in sorted(rule_sets, key=lambda one: one.digest):
        if one.digest in known:
            continue
        text = json.dumps({"thresholds": dict(one.thresholds), "effects": dict(one.effects)})
        # What such a transaction cannot see it cannot find to be a conflict; somebody has put it there.
        with suppress(psycopg.errors.SerializationFailure), conn.transaction():
            conn.execute(
                "INSERT INTO judged_rules (digest, version, rules) VALUES (%s, %s, %s)"
                " ON CONFLICT DO NOTHING",
                (one.digest, one.version, text),
            )
