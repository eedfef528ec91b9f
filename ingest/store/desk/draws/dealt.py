"""To whom drawn sessions are dealt, for whom they still wait, and sealed first answers."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from typing import NamedTuple

from ingest.store.connection import Connection
from ingest.store.desk.deciding.decisions import NewDecision
from ingest.store.judged import Key, keys_of

SETTLED = """EXISTS (
    SELECT FROM decision d JOIN draw_result x ON x.day = r.day AND d.id > x.last_decision
    WHERE (d.terminal, d.session) = (r.terminal, r.session) AND d.layer >= 2
      AND d.kind IN ('accept', 'refuse', 'restore')
      AND NOT EXISTS (SELECT FROM decision u WHERE u.undoes = d.id))"""
"""Whether a person has decided drawn_session r since it was drawn; what was said before was not by chance."""
_SENT_ON = """EXISTS (
    SELECT FROM decision d JOIN draw_result x ON x.day = r.day AND d.id > x.last_decision
    WHERE (d.terminal, d.session, d.account) = (w.terminal, w.session, w.account) AND d.kind = 'second_look'
      AND NOT EXISTS (SELECT FROM decision u WHERE u.undoes = d.id))"""
WAITED_FOR = f"""
    SELECT w.account, p.name FROM draw_dealt w JOIN account p ON p.id = w.account
    WHERE (w.terminal, w.session) = (r.terminal, r.session) AND w.until > clock_timestamp()
      AND p.is_active AND p.role = 'inspector'
      AND NOT EXISTS (SELECT FROM repeat_sealed s WHERE (s.terminal, s.session, s.account)
                      = (w.terminal, w.session, w.account))
      AND NOT EXISTS (SELECT FROM repeat_answer a WHERE (a.terminal, a.session) = (r.terminal, r.session))
      AND NOT {_SENT_ON} AND NOT {SETTLED}"""
"""(account, name) of those whom drawn_session r is dealt to and who have not said anything of it yet."""
SAID_BEFORE = """EXISTS (
    SELECT FROM decision d JOIN draw_result x ON x.day = r.day AND d.id <= x.last_decision
    WHERE (d.terminal, d.session, d.account) = (r.terminal, r.session, m.id)
      AND d.kind IN ('accept', 'refuse', 'restore'))"""
"""Whether account m decided drawn_session r before it was drawn."""
_MAY_NOT = f"""(
    (SELECT bool_or(o.account = m.id) FROM ({WAITED_FOR}) o) IS FALSE
    OR ({SAID_BEFORE} AND NOT {SETTLED}))"""
ELSEWHERE = f"""(q.drawn AND EXISTS (
    SELECT FROM drawn_session r JOIN account m ON m.id = %(account)s AND m.role = 'inspector'
    WHERE (r.terminal, r.session) = (q.terminal, q.session) AND {_MAY_NOT}))"""
"""Whether queue_entry q waits for other inspectors than this account."""


class Sealed(NamedTuple):
    """A first answer that nobody may see yet; name: of the account."""

    new: NewDecision
    at: datetime
    name: str


class Kept(NamedTuple):
    """An answer that is no decision. chosen: as of a decision, '' where that is not known any more."""

    at: datetime
    kind: str
    chosen: str
    cause: str
    words: str


def inspectors(conn: Connection) -> list[int]:
    """Accounts that drawn sessions can be dealt to."""
    rows = conn.execute("SELECT id FROM account WHERE role = 'inspector' AND is_active ORDER BY id")
    return [row[0] for row in rows]


def deciders(conn: Connection, keys: Sequence[Key]) -> dict[Key, set[int]]:
    """Who has ever decided these sessions above the school's layer; sessions without any are left out."""
    rows = conn.execute(
        "SELECT terminal, session, array_agg(DISTINCT account) FROM decision"
        " WHERE layer >= 2 AND (terminal, session) IN (SELECT * FROM unnest(%s::bigint[], %s::bigint[]))"
        " GROUP BY 1, 2",
        keys_of(keys),
    )
    return {(terminal, session): set(accounts) for terminal, session, accounts in rows}


def deal(conn: Connection, rows: Iterable[tuple[int, int, int]], last: timedelta) -> None:
    """Deal drawn sessions, (terminal, session, account), for so long from now on."""
    columns = [list(column) for column in zip(*rows, strict=True)] or [[], [], []]
    conn.execute(
        "INSERT INTO draw_dealt (terminal, session, account, until)"
        " SELECT terminal, session, account, clock_timestamp() + %s"
        " FROM unnest(%s::bigint[], %s::bigint[], %s::bigint[]) AS d (terminal, session, account)",
        (last, *columns),
    )


def waited_for(conn: Connection, key: Key) -> list[int]:
    """The accounts that a session is dealt to and waits for; none where it is not drawn, or open to all."""
    rows = conn.execute(
        "SELECT o.account FROM drawn_session r CROSS JOIN LATERAL"
        f" ({WAITED_FOR}) o WHERE (r.terminal, r.session) = (%s, %s)".encode(),
        key,
    )
    return [row[0] for row in rows]


def said_before(conn: Connection, key: Key, account: int) -> bool:
    """Whether this account decided a session before the random audit drew it, and nobody has since."""
    row = conn.execute(
        "SELECT EXISTS (SELECT FROM drawn_session r JOIN account m ON m.id = %s"
        f" WHERE (r.terminal, r.session) = (%s, %s) AND {SAID_BEFORE} AND NOT {SETTLED})".encode(),
        (account, *key),
    ).fetchone()
    return row is not None and bool(row[0])


def seal(conn: Connection, new: NewDecision) -> None:
    """Keep a first answer unseen."""
    conn.execute(
        "INSERT INTO repeat_sealed (terminal, session, account, kind, accepts, refuses, chosen, cause, words,"
        " judged, judged_under) VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s)",
        (
            new.terminal,
            new.session,
            new.account,
            new.kind,
            list(new.accepts),
            list(new.refuses),
            new.chosen,
            new.cause,
            new.words,
            new.judged,
            new.judged_under,
        ),
    )


def sealed(conn: Connection, key: Key) -> Sealed | None:
    """A session's sealed answer."""
    row = conn.execute(
        "SELECT s.terminal, s.session, 2, s.kind, s.account, s.accepts, s.refuses, s.chosen, s.cause,"
        " s.words, 0, 0, '', s.judged, s.judged_under, s.at, a.name"
        " FROM repeat_sealed s JOIN account a ON a.id = s.account WHERE (s.terminal, s.session) = (%s, %s)",
        key,
    ).fetchone()
    return None if row is None else Sealed(NewDecision._make(row[:15]), row[15], row[16])


def unseal(conn: Connection, key: Key) -> None:
    """Forget a sealed answer: it has become a decision, or nothing."""
    conn.execute("DELETE FROM repeat_sealed WHERE (terminal, session) = (%s, %s)", key)


def overdue(conn: Connection) -> list[Key]:
    """Sessions with a sealed answer for whose second nobody is waited for any more."""
    rows = conn.execute(
        "SELECT r.terminal, r.session FROM repeat_sealed JOIN drawn_session r USING (terminal, session)"
        f" WHERE NOT EXISTS ({WAITED_FOR}) ORDER BY 1, 2".encode()
    )
    return [(terminal, session) for terminal, session in rows]


def last_kept(conn: Connection, account: int) -> Kept | None:
    """What this account last said that is sealed, or kept apart as the second answer."""
    row = conn.execute(
        "SELECT * FROM (SELECT at, kind, chosen, cause, words FROM repeat_sealed WHERE account = %(account)s"
        " UNION ALL SELECT at, kind, '', cause, words FROM repeat_answer WHERE account = %(account)s) kept"
        " ORDER BY at DESC LIMIT 1",
        {"account": account},
    ).fetchone()
    return None if row is None else Kept._make(row)
