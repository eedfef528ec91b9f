"""What the random audit keeps an inspector from, of many sessions at once."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from ingest.store.connection import Connection
from ingest.store.desk.draws.dealt import SAID_BEFORE, SETTLED, WAITED_FOR
from ingest.store.judged import Key, keys_of


def kept_from(conn: Connection, keys: Sequence[Key], account: int) -> dict[Key, str]:
    """Of these drawn sessions those that this inspector cannot decide now, each with the code that a decision
    of his would be refused with: dealt_to_another, answer_stands or second_look_by_another.

    One query. It tells no more than the refusal does: not who is waited for, nor whether one or two.
    """
    if not keys:
        return {}
    terminals, sessions = keys_of(keys)
    values: dict[str, Any] = {"terminals": terminals, "sessions": sessions, "account": account}
    rows = conn.execute(
        f"""
        SELECT r.terminal, r.session,
               CASE WHEN w.is_mine THEN NULL
                    WHEN w.is_mine IS NULL THEN
                        CASE WHEN {SAID_BEFORE} AND NOT {SETTLED} THEN 'second_look_by_another' END
                    WHEN EXISTS (SELECT FROM repeat_sealed s WHERE (s.terminal, s.session, s.account)
                                 = (r.terminal, r.session, m.id)) THEN 'answer_stands'
                    ELSE 'dealt_to_another' END
        FROM unnest(%(terminals)s::bigint[], %(sessions)s::bigint[]) AS k (terminal, session)
        JOIN drawn_session r USING (terminal, session)
        JOIN account m ON m.id = %(account)s
        CROSS JOIN LATERAL (SELECT bool_or(o.account = m.id) AS is_mine FROM ({WAITED_FOR}) o) w
        """.encode(),
        values,
    )
    return {(terminal, session): code for terminal, session, code in rows if code is not None}
