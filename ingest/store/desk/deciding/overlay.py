"""Decided minutes and what they do to the ledger: further entries make its sum what counts in the end."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from ingest.store.connection import Connection
from ingest.store.judged import Key, keys_of

_SCOPE = "(SELECT * FROM unnest(%s::bigint[], %s::bigint[]))"


class MinuteNow(NamedTuple):
    """One minute record of a session. verdict: in the end; machine_verdict: beneath it; decision: whose word
    the verdict is, None: the machine's."""

    terminal: int
    session: int
    seq: int
    minute: int
    verdict: int
    machine_verdict: int
    decision: int | None
    reasons: list[int]


def lock(conn: Connection, keys: Sequence[Key]) -> None:
    """Lock these queue entries, in one order, until the transaction ends: who judges, who decides and who
    refreshes the queue wait here for one another."""
    conn.execute(
        f"SELECT FROM queue_entry WHERE (terminal, session) IN {_SCOPE}"
        " ORDER BY terminal, session FOR UPDATE".encode(),
        keys_of(keys),
    )


def minutes(conn: Connection, keys: Sequence[Key]) -> dict[Key, list[MinuteNow]]:
    """The minutes of these sessions in the order of time; a session without any is left out."""
    found: dict[Key, list[MinuteNow]] = {}
    with conn.cursor(binary=True) as cursor:
        cursor.execute(
            f"SELECT {', '.join('v.' + name for name in MinuteNow._fields)}"
            " FROM unnest(%s::bigint[], %s::bigint[]) AS w (terminal, session)"
            " JOIN judged_session j ON (j.terminal, j.session) = (w.terminal, w.session) AND NOT j.pending"
            " JOIN effective_verdict v ON v.terminal = j.terminal AND v.session = j.session"
            "  AND v.seq BETWEEN j.first_seq AND j.last_seq"
            " ORDER BY v.terminal, v.session, v.minute, v.seq".encode(),
            keys_of(keys),
        )
        for row in cursor:
            one = MinuteNow._make(row)
            found.setdefault((one.terminal, one.session), []).append(one)
    return found


def lay(
    conn: Connection, decided: Mapping[Key, Mapping[int, tuple[int, int]]], rest: Mapping[Key, int]
) -> None:
    """Make decided_minute hold, of these sessions, exactly these: Unix minute -> (verdict, decision).

    rest: the decision that refuses all other minutes of a session, also those to come, 0 none; settle lays
    it.
    """
    rows = [(*key, minute, *said) for key, minutes_ in decided.items() for minute, said in minutes_.items()]
    conn.execute(
        f"DELETE FROM decided_minute WHERE (terminal, session) IN {_SCOPE}".encode(), keys_of(decided)
    )
    conn.execute(
        "INSERT INTO decided_minute (terminal, session, minute, verdict, decision) SELECT * FROM"
        " unnest(%s::bigint[], %s::bigint[], %s::integer[], %s::smallint[], %s::bigint[])",
        tuple([row[at] for row in rows] for at in range(5)),
    )
    conn.execute(f"DELETE FROM decided_rest WHERE (terminal, session) IN {_SCOPE}".encode(), keys_of(decided))
    refused = [(*key, decision) for key, decision in rest.items() if decision]
    conn.execute(
        "INSERT INTO decided_rest (terminal, session, decision) SELECT * FROM"
        " unnest(%s::bigint[], %s::bigint[], %s::bigint[])",
        tuple([row[at] for row in refused] for at in range(3)),
    )


def settle(conn: Connection, keys: Sequence[Key]) -> int:
    """Append what the ledger lacks for these sessions' entries to add up to their effective minutes, and
    bring queue_entry.effective up to date; the number of new entries. Minutes that came since a decision
    refused the whole session are refused by it.

    Only sessions that anybody ever decided are looked at. A minute of which the machine was unsure had
    earned where the rules have such count; where only some of a session's do, decided ones are taken to be
    those, so that refusing them takes their credit back.
    """
    decided = conn.execute(
        f"SELECT DISTINCT terminal, session FROM decision WHERE (terminal, session) IN {_SCOPE}"
        " ORDER BY 1, 2".encode(),
        keys_of(keys),
    ).fetchall()
    if not decided:
        return 0
    scope = [(terminal, session) for terminal, session in decided]
    lock(conn, scope)
    conn.execute(_REST, keys_of(scope))
    conn.execute(_EFFECTIVE, keys_of(scope))
    return conn.execute(_ENTRIES, keys_of(scope) * 3).rowcount


_COUNTED = """
    SELECT w.terminal, w.session,
           count(*) FILTER (WHERE v.verdict = 0) AS effective,
           count(*) FILTER (WHERE v.machine_verdict = 0) AS accepted,
           count(*) FILTER (WHERE v.decision IS NOT NULL AND v.verdict = 0)
           - count(*) FILTER (WHERE v.decision IS NOT NULL AND v.machine_verdict = 0) AS more,
           count(*) FILTER (WHERE v.decision IS NOT NULL AND v.machine_verdict = 2) AS unsure
    FROM unnest(%s::bigint[], %s::bigint[]) AS w (terminal, session)
    JOIN judged_session j ON (j.terminal, j.session) = (w.terminal, w.session) AND NOT j.pending
    JOIN effective_verdict v ON v.terminal = j.terminal AND v.session = j.session
         AND v.seq BETWEEN j.first_seq AND j.last_seq
    GROUP BY w.terminal, w.session
"""
_REST = b"""
    INSERT INTO decided_minute (terminal, session, minute, verdict, decision)
    SELECT DISTINCT v.terminal, v.session, v.minute, 1, r.decision
    FROM unnest(%s::bigint[], %s::bigint[]) AS w (terminal, session)
    JOIN decided_rest r ON (r.terminal, r.session) = (w.terminal, w.session)
    JOIN judged_session j ON (j.terminal, j.session) = (w.terminal, w.session) AND NOT j.pending
    JOIN verdict v ON v.terminal = j.terminal AND v.session = j.session
         AND v.seq BETWEEN j.first_seq AND j.last_seq
    ON CONFLICT DO NOTHING
"""
_EFFECTIVE = f"""
    UPDATE queue_entry q SET effective = c.effective FROM ({_COUNTED}) c
    WHERE (q.terminal, q.session) = (c.terminal, c.session) AND q.effective <> c.effective
""".encode()
_ENTRIES = f"""
    WITH counted AS ({_COUNTED}),
    held AS (
        SELECT terminal, session, trainee, part, max(entry) AS last_entry,
               coalesce(sum(minutes) FILTER (WHERE decision IS NOT NULL), 0) AS laid,
               coalesce(sum(minutes) FILTER (WHERE decision IS NULL), 0) AS judged
        FROM credit WHERE (terminal, session) IN {_SCOPE} GROUP BY terminal, session, trainee, part),
    wanted AS (
        SELECT o.terminal, o.session, o.trainee, o.part, o.judged_under,
               c.more - least(c.unsure, greatest(coalesce(h.judged, 0) - c.accepted, 0)) AS minutes
        FROM counted c JOIN session_outcome o USING (terminal, session)
        LEFT JOIN held h USING (terminal, session, trainee, part)),
    last_one AS (
        SELECT terminal, session, max(id) AS id FROM decision WHERE (terminal, session) IN {_SCOPE}
        GROUP BY terminal, session)
    INSERT INTO credit (terminal, session, trainee, part, minutes, corrects, judged_under, decision)
    SELECT terminal, session, trainee, part, coalesce(wanted.minutes, 0) - coalesce(held.laid, 0),
           held.last_entry, coalesce(wanted.judged_under, 'no such session any more'), last_one.id
    FROM wanted FULL JOIN held USING (terminal, session, trainee, part)
    JOIN last_one USING (terminal, session)
    WHERE coalesce(wanted.minutes, 0) <> coalesce(held.laid, 0)
    ORDER BY terminal, session, trainee, part
""".encode()
