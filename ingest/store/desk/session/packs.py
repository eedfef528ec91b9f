"""What an evidence pack holds of one training session, beside its records, facts and shares."""

from __future__ import annotations

from datetime import datetime
from typing import Any, NamedTuple

from firmware.wire.fields import HEAD
from ingest.store.connection import Connection
from ingest.store.desk.session.view import in_force

_BEHIND = 2000


class Held(NamedTuple):
    """How far a terminal's records are stored: every one up to through is stored or lost; lost: seqs."""

    through: int
    lost: list[int]
    last_seq: int


class VerdictRow(NamedTuple):
    """A minute's verdict by the machine."""

    seq: int
    minute: int
    verdict: int
    reasons: list[int]
    numbers: dict[str, Any]
    counted_s: int
    stops: int


class OutcomeRow(NamedTuple):
    """A session summed up; reasons: NAME -> minutes, times in Unix seconds."""

    terminal: int
    session: int
    trainee: int
    instructor: int
    car: int
    course: int
    part: int
    start_s: int
    end_s: int | None
    minutes_recorded: int
    minutes_accepted: int
    minutes_refused: int
    minutes_unsure: int
    training_hours: int
    reasons: dict[str, int]
    judged_under: str


class CreditRow(NamedTuple):
    """An entry of the ledger."""

    entry: int
    recorded_at: datetime
    trainee: int
    part: int
    minutes: int
    corrects: int | None
    decision: int | None
    judged_under: str


class SuspicionRow(NamedTuple):
    """What is suspected, and the numbers behind it."""

    terminal: int
    session: int
    kind: int
    score: int
    first_minute: int
    last_minute: int
    other_terminal: int
    other_session: int
    numbers: dict[str, Any]
    screened_under: str


class AccountRow(NamedTuple):
    """Who acted."""

    account: int
    name: str
    role: str


def held(conn: Connection, terminal: int) -> Held:
    """How far this terminal's records are stored."""
    row = conn.execute(
        "SELECT h.through, h.lost,"
        "       (SELECT max(e.seq) FROM evidence e WHERE e.terminal = k.terminal),"
        "       (SELECT coalesce(max(seq) FILTER (WHERE seq = n), 0)"
        "        FROM (SELECT seq, row_number() OVER (ORDER BY seq) AS n FROM evidence e"
        "              WHERE e.terminal = k.terminal AND h.terminal IS NULL) AS its)"
        " FROM (SELECT %s::bigint AS terminal) k LEFT JOIN terminal_head h USING (terminal)",
        (terminal,),
    ).fetchone()
    assert row is not None
    through, lost, last_seq, counted = row
    return Held(counted if through is None else through, sorted(lost or ()), last_seq or 0)


def span(conn: Connection, terminal: int, session: int) -> tuple[int, int] | None:
    """The first and the last record of a session (seqs), None where there is none. Looked for among its
    minutes' records and so many after them as no sign-out is late."""
    row = conn.execute(
        "SELECT min(e.seq), max(e.seq) FROM judged_session j JOIN evidence e ON e.terminal = j.terminal"
        "  AND e.seq BETWEEN least(j.session, nullif(j.first_seq, 0))"
        "  AND greatest(j.session, j.last_seq) + %s"
        "  AND (e.session = j.session OR e.seq = j.session)"
        " WHERE j.terminal = %s AND j.session = %s AND NOT j.pending",
        (_BEHIND, terminal, session),
    ).fetchone()
    return None if row is None or row[0] is None else (row[0], row[1])


def heads_after(conn: Connection, terminal: int, seq: int, limit: int = 8) -> list[tuple[int, bytes]]:
    """(seq, bytes) of the first HEAD records from this one on."""
    rows = conn.execute(
        "SELECT seq, record FROM evidence WHERE terminal = %s AND seq >= %s AND kind = %s "
        "ORDER BY seq LIMIT %s",
        (terminal, seq, HEAD, limit),
    ).fetchall()
    return [(number, bytes(record)) for number, record in rows]


def verdicts(conn: Connection, terminal: int, session: int) -> list[VerdictRow]:
    """The minutes of a session in the order of (minute, seq)."""
    rows = conn.execute(
        "SELECT v.seq, v.minute, v.verdict, v.reasons, v.numbers, v.counted_s, v.stops FROM judged_session j"
        " JOIN verdict v ON v.terminal = j.terminal AND v.seq BETWEEN j.first_seq AND j.last_seq"
        "      AND v.session = j.session"
        " WHERE j.terminal = %s AND j.session = %s AND NOT j.pending ORDER BY v.minute, v.seq",
        (terminal, session),
    )
    return [VerdictRow(*row) for row in rows]


def outcome(conn: Connection, terminal: int, session: int) -> OutcomeRow | None:
    """A session's sums; None for one that was never judged, or whose judging is not finished."""
    row = conn.execute(
        "SELECT terminal, session, trainee, instructor, car, course, part,"
        " extract(epoch FROM started_at)::bigint, extract(epoch FROM ended_at)::bigint, minutes_recorded,"
        " minutes_accepted, minutes_refused, minutes_unsure, training_hours, reasons, judged_under"
        " FROM session_outcome s WHERE terminal = %s AND session = %s AND NOT EXISTS"
        " (SELECT FROM judged_session j WHERE j.pending"
        "  AND (j.terminal, j.session) = (s.terminal, s.session))",
        (terminal, session),
    ).fetchone()
    return None if row is None else OutcomeRow(*row)


def credit(conn: Connection, terminal: int, session: int) -> list[CreditRow]:
    """The ledger's entries of a session in their order."""
    rows = conn.execute(
        f"SELECT {', '.join(CreditRow._fields)} FROM credit WHERE terminal = %s AND session = %s"
        " ORDER BY entry".encode(),
        (terminal, session),
    )
    return [CreditRow(*row) for row in rows]


def suspicions(conn: Connection, terminal: int, session: int) -> list[SuspicionRow]:
    """What is suspected of a session and of its terminal as a whole."""
    rows = conn.execute(
        f"SELECT {', '.join(SuspicionRow._fields)} FROM suspicion"
        " WHERE terminal = %s AND session IN (0, %s)"
        " ORDER BY session, kind, other_terminal, other_session".encode(),
        (terminal, session),
    )
    return [SuspicionRow(*row) for row in rows]


def accounts(conn: Connection, numbers: list[int]) -> list[AccountRow]:
    """Those of these accounts that there are."""
    rows = conn.execute("SELECT id, name, role FROM account WHERE id = ANY (%s) ORDER BY id", (numbers,))
    return [AccountRow(*row) for row in rows]


class DecidedRow(NamedTuple):
    """A minute that decisions say something of."""

    minute: int
    verdict: int
    decision: int


class ProposalRow(NamedTuple):
    """A proposal to reverse a decision of the session, closed ones among them."""

    proposal: int
    at: datetime
    decision: int
    account: int
    cause: str
    words: str
    closed_at: datetime | None
    outcome: str | None
    closed_by: int | None


class AppealRow(NamedTuple):
    """An entry of an appeal's thread, with its appeal; entry None: a thread without any."""

    appeal: int
    opened_at: datetime
    account: int
    closed_at: datetime | None
    decision: int | None
    entry: int | None
    entry_at: datetime | None
    entry_account: int | None
    words: str | None


def decided(conn: Connection, terminal: int, session: int) -> list[DecidedRow]:
    """The decided minutes of a session in order."""
    rows = conn.execute(
        "SELECT minute, verdict, decision FROM decided_minute WHERE terminal = %s AND "
        "session = %s ORDER BY 1",
        (terminal, session),
    )
    return [DecidedRow(*row) for row in rows]


def proposals(conn: Connection, terminal: int, session: int) -> list[ProposalRow]:
    """All proposals to reverse a decision of a session."""
    rows = conn.execute(
        "SELECT p.id, p.at, p.decision, p.account, p.cause, p.words, p.closed_at, p.outcome, p.closed_by"
        " FROM reversal_proposal p JOIN decision d ON d.id = p.decision"
        " WHERE d.terminal = %s AND d.session = %s ORDER BY p.id",
        (terminal, session),
    )
    return [ProposalRow(*row) for row in rows]


def appeals(conn: Connection, terminal: int, session: int) -> list[AppealRow]:
    """All appeals of a session with their threads, in order."""
    rows = conn.execute(
        "SELECT a.id, a.opened_at, a.account, a.closed_at, a.decision, e.id, e.at, e.account, e.words"
        " FROM appeal a LEFT JOIN appeal_entry e ON e.appeal = a.id"
        " WHERE a.terminal = %s AND a.session = %s ORDER BY a.id, e.id",
        (terminal, session),
    )
    return [AppealRow(*row) for row in rows]


_THEN = "to_timestamp(%(at)s)"
_NAMES = (
    f"SELECT {in_force('school', 'name', 't.school', _THEN)},"
    f" {in_force('trainee', 'name', '%(trainee)s', _THEN)},"
    f" {in_force('instructor', 'name', '%(instructor)s', _THEN)},"
    f" {in_force('car', 'plate', '%(car)s', _THEN)}"
    f" FROM (SELECT {in_force('terminal', 'school', '%(terminal)s', _THEN)} AS school) AS t"
).encode()


def names(conn: Connection, of: OutcomeRow) -> dict[str, str | None]:
    """What the registry called school, trainee, instructor and car when the session began; None unknown."""
    people = {name: getattr(of, name) for name in ("terminal", "trainee", "instructor", "car")}
    row = conn.execute(_NAMES, {**people, "at": of.start_s}).fetchone()
    assert row is not None
    return dict(zip(("school", "trainee", "instructor", "car"), row, strict=True))
