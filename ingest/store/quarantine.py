"""Quarantine: what was not believed is kept, with the first reason that stopped it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta
from typing import NamedTuple

from ingest.store.connection import Connection

PAYLOAD_KEPT = 4096
DETAIL_KEPT = 500
TOPIC_KEPT = 200
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


class QuarantineRow(NamedTuple):
    """One payload put aside. terminal and seq are claims, None where none could be read."""

    received_us: int
    topic: str
    reason: int
    terminal: int | None
    seq: int | None
    records: int
    payload_size: int
    payload: bytes
    detail: str


def append(conn: Connection, rows: Sequence[QuarantineRow]) -> int:
    """Keep these payloads, each cut to PAYLOAD_KEPT bytes; how many records they count for."""
    if not rows:
        return 0
    with (
        conn.cursor() as cursor,
        cursor.copy(
            "COPY quarantine (received_at, topic, reason, terminal, seq, records, payload_size, payload,"
            " detail) FROM STDIN"
        ) as copy,
    ):
        for row in rows:
            copy.write_row(
                (
                    _stamp(row.received_us),
                    _text(row.topic, TOPIC_KEPT),
                    row.reason,
                    row.terminal,
                    row.seq,
                    row.records,
                    row.payload_size,
                    row.payload[:PAYLOAD_KEPT],
                    _text(row.detail, DETAIL_KEPT),
                )
            )
    return sum(row.records for row in rows)


def read(conn: Connection) -> Iterator[QuarantineRow]:
    """Every quarantined payload, oldest first."""
    with conn.cursor(binary=True) as cursor:
        cursor.execute(
            "SELECT (extract(epoch FROM received_at) * 1000000)::bigint, topic, reason, terminal, seq,"
            " records, payload_size, payload, detail FROM quarantine ORDER BY id"
        )
        for row in cursor:
            yield QuarantineRow(*row)


def by_reason(conn: Connection) -> dict[int, int]:
    """reason number -> quarantined records."""
    return {
        row[0]: int(row[1])
        for row in conn.execute("SELECT reason, sum(records) FROM quarantine GROUP BY reason ORDER BY reason")
    }


def _stamp(utc_us: int) -> str:
    return (_EPOCH + timedelta(microseconds=utc_us)).isoformat()


def _text(value: str, kept: int) -> str:
    # NUL is the one character that PostgreSQL's text cannot hold; a lone surrogate is not UTF-8.
    return value[:kept].replace("\0", "�").encode("utf-8", "replace").decode()
