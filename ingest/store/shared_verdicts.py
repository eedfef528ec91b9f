"""What shared rules add to minutes: few rows, of which only those that differ are touched."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import NamedTuple

from ingest.store.connection import Connection
from ingest.store.judged import Key, keys_of


class SharedRow(NamedTuple):
    """A row of shared_verdict; numbers as JSON text."""

    terminal: int
    seq: int
    session: int
    minute: int
    verdict: int
    reasons: list[int]
    numbers: str


def replace(conn: Connection, rows: Sequence[SharedRow], sessions: Sequence[Key]) -> int:
    """Make these sessions hold exactly these rows; returns the rows touched."""
    held = {
        row[:2]: (*row[:5], list(row[5]), row[6])
        for row in conn.execute(
            "SELECT terminal, seq, session, minute, verdict, reasons, numbers FROM shared_verdict"
            " WHERE (terminal, session) IN (SELECT * FROM unnest(%s::bigint[], %s::bigint[]))",
            keys_of(sessions),
        )
    }
    wanted = {row[:2]: row for row in rows}
    fresh = [row for key, row in wanted.items() if held.get(key) != (*row[:6], json.loads(row.numbers))]
    gone = [key for key in held if key not in wanted] + [row[:2] for row in fresh if row[:2] in held]
    if gone:
        conn.execute(
            "DELETE FROM shared_verdict WHERE (terminal, seq) IN"
            " (SELECT * FROM unnest(%s::bigint[], %s::bigint[]))",
            keys_of(gone),
        )
    with (
        conn.cursor() as cursor,
        cursor.copy(
            "COPY shared_verdict (terminal, seq, session, minute, verdict, reasons, numbers) FROM STDIN"
        ) as copy,
    ):
        for row in fresh:
            copy.write_row((*row[:5], "{" + ",".join(map(str, row.reasons)) + "}", row.numbers))
    replaced = sum(row[:2] in held for row in fresh)
    return len(fresh) + len(gone) - replaced
