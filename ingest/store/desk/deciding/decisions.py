"""The ledger of decisions and proposals to reverse a final one: read and added to, never changed."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import NamedTuple
from uuid import UUID

from ingest.store.connection import Connection
from ingest.store.judged import Key, keys_of


class DecisionRow(NamedTuple):
    """One decision with the names of who decided; columns as in the table, 0 for no undoes, proposed_by."""

    id: int
    at: datetime
    terminal: int
    session: int
    layer: int
    kind: str
    account: int
    name: str
    accepts: list[int]
    refuses: list[int]
    chosen: str
    cause: str
    words: str
    undoes: int
    proposed_by: int
    proposer: str
    bulk: UUID | None
    judged: bytes
    judged_under: str


class NewDecision(NamedTuple):
    """A decision to add; columns as in the table, 0 for no undoes and no proposed_by, '' for no bulk."""

    terminal: int
    session: int
    layer: int
    kind: str
    account: int
    accepts: Sequence[int]
    refuses: Sequence[int]
    chosen: str
    cause: str
    words: str
    undoes: int
    proposed_by: int
    bulk: str
    judged: bytes
    judged_under: str


class ProposalRow(NamedTuple):
    """A proposal to reverse a final decision, with the session that it is about and its ground's zone."""

    id: int
    at: datetime
    decision: int
    terminal: int
    session: int
    account: int
    name: str
    cause: str
    words: str
    closed_at: datetime | None
    outcome: str | None
    utc_offset_min: int


_SELECT = (
    "SELECT d.id, d.at, d.terminal, d.session, d.layer, d.kind, d.account, a.name, d.accepts, d.refuses,"
    " d.chosen, d.cause, d.words, coalesce(d.undoes, 0), coalesce(d.proposed_by, 0), coalesce(p.name, ''),"
    " d.bulk, d.judged, d.judged_under FROM decision d JOIN account a ON a.id = d.account"
    " LEFT JOIN account p ON p.id = d.proposed_by "
)
_PROPOSAL = (
    "SELECT p.id, p.at, p.decision, d.terminal, d.session, p.account, a.name, p.cause, p.words, p.closed_at,"
    " p.outcome, coalesce(q.utc_offset_min, 0) FROM reversal_proposal p JOIN decision d ON d.id = p.decision"
    " JOIN account a ON a.id = p.account"
    " LEFT JOIN queue_entry q ON (q.terminal, q.session) = (d.terminal, d.session) "
)


def of_sessions(conn: Connection, keys: Sequence[Key]) -> dict[Key, list[DecisionRow]]:
    """All decisions on these sessions, oldest first; sessions without any are left out."""
    rows = conn.execute(
        (
            _SELECT + "WHERE (d.terminal, d.session) IN (SELECT * FROM unnest(%s::bigint[], %s::bigint[]))"
            " ORDER BY d.id"
        ).encode(),
        keys_of(keys),
    )
    found: dict[Key, list[DecisionRow]] = {}
    for row in map(DecisionRow._make, rows):
        found.setdefault((row.terminal, row.session), []).append(row)
    return found


def last_of(conn: Connection, account: int, kinds: Sequence[str]) -> DecisionRow | None:
    """The last decision of these kinds that this account made and nobody took out; not one that became a
    decision when somebody else answered, long after it was said."""
    row = conn.execute(
        (
            _SELECT + "WHERE d.account = %s AND d.kind = ANY (%s)"
            " AND NOT EXISTS (SELECT FROM decision u WHERE u.undoes = d.id)"
            " AND NOT EXISTS (SELECT FROM repeat_answer a WHERE (a.terminal, a.session, a.first_decision)"
            "                 = (d.terminal, d.session, d.id))"
            " ORDER BY d.id DESC LIMIT 1"
        ).encode(),
        (account, list(kinds)),
    ).fetchone()
    return None if row is None else DecisionRow._make(row)


def of_bulk(conn: Connection, bulk: str, account: int) -> dict[Key, int]:
    """The decisions of this account's bulk decision that nobody took out, by session."""
    rows = conn.execute(
        "SELECT d.terminal, d.session, d.id FROM decision d WHERE d.bulk = %s::uuid AND d.account = %s"
        " AND d.undoes IS NULL AND NOT EXISTS (SELECT FROM decision u WHERE u.undoes = d.id)",
        (bulk, account),
    )
    return {(terminal, session): number for terminal, session, number in rows}


def add(conn: Connection, rows: Iterable[NewDecision]) -> dict[Key, int]:
    """Add decisions, one a session; the new number of each session's."""
    told = [
        row._asdict()
        | {
            "accepts": list(row.accepts),
            "refuses": list(row.refuses),
            "undoes": row.undoes or None,
            "proposed_by": row.proposed_by or None,
            "bulk": row.bulk or None,
            "judged": "\\x" + row.judged.hex(),
        }
        for row in rows
    ]
    names = ", ".join(NewDecision._fields)
    made = conn.execute(
        f"INSERT INTO decision ({names}) SELECT {names}"
        " FROM jsonb_to_recordset(%s::jsonb) AS w (terminal bigint, session bigint, layer smallint,"
        " kind text, account bigint, accepts integer[], refuses integer[], chosen text,"
        " cause text, words text, undoes bigint, proposed_by bigint, bulk uuid,"
        " judged bytea, judged_under text)"
        " ORDER BY terminal, session RETURNING terminal, session, id".encode(),
        (json.dumps(told),),
    )
    return {(terminal, session): number for terminal, session, number in made}


def propose(conn: Connection, decision: int, account: int, cause: str, words: str) -> int | None:
    """Keep a proposal to reverse a decision; its number, None while another is open."""
    row = conn.execute(
        "INSERT INTO reversal_proposal (decision, account, cause, words) VALUES (%s, %s, %s, %s)"
        " ON CONFLICT (decision) WHERE closed_at IS NULL DO NOTHING RETURNING id",
        (decision, account, cause, words),
    ).fetchone()
    return None if row is None else int(row[0])


def proposal(conn: Connection, number: int) -> ProposalRow | None:
    """One proposal; None without it."""
    row = conn.execute((_PROPOSAL + "WHERE p.id = %s").encode(), (number,)).fetchone()
    return None if row is None else ProposalRow._make(row)


def open_proposals(conn: Connection, key: Key | None = None) -> list[ProposalRow]:
    """Proposals that wait for their second person, of one session or of all, oldest first."""
    terminal, session = key or (0, 0)
    rows = conn.execute(
        (
            _PROPOSAL + "WHERE p.closed_at IS NULL AND (%s OR (d.terminal, d.session) = (%s, %s))"
            " ORDER BY p.id"
        ).encode(),
        (key is None, terminal, session),
    )
    return [ProposalRow._make(row) for row in rows]


def close_proposal(conn: Connection, number: int, account: int, outcome: str) -> bool:
    """Close a proposal (confirmed, refused or withdrawn); False when it was closed before."""
    closed = conn.execute(
        "UPDATE reversal_proposal SET closed_at = clock_timestamp(), outcome = %s, closed_by = %s"
        " WHERE id = %s AND closed_at IS NULL",
        (outcome, account, number),
    )
    return closed.rowcount == 1
