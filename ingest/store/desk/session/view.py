"""What the database holds of one training session: a few queries, none for each minute.

Times are Unix seconds; numbers of people int, 0 unknown. The registry is asked as it was when the session
began.
"""

from __future__ import annotations

from typing import Any, NamedTuple

from ingest.store.connection import Connection

_BEFORE = 2000
"""An instructor's sign-in is looked for among so many records before the trainee's."""


class Head(NamedTuple):
    """The session as judged and as the queue has it. first_seq, last_seq: of its minutes, 0 without any;
    rule_sets: digests. state as in queue_entry; score, state, layer 0 where the queue does not know it yet,
    ground '' and utc_offset_min None likewise. owner: who holds the lease until lease_until_s, 0 nobody.
    changed: the machine judges otherwise than when it was decided. appeal: the open one, 0 none.
    now_s: the database's clock."""

    terminal: int
    session: int
    trainee: int
    instructor: int
    car: int
    course: int
    part: int
    started_s: int
    ended_s: int | None
    recorded: int
    accepted: int
    refused: int
    unsure: int
    training_hours: int
    judged_under: str
    first_seq: int
    last_seq: int
    rule_sets: str
    school: int
    ground: str
    utc_offset_min: int | None
    score: int
    state: int
    layer: int
    owner: int
    owner_name: str
    lease_until_s: int
    decided_by: int
    decider: str
    not_owner: int
    changed: bool
    drawn: bool
    appeal: int
    credited: int
    now_s: int


class Names(NamedTuple):
    """What the registry called them then; None where it has no entry in force. platform: number of the
    terminal's operator."""

    school: str | None
    trainee: str | None
    instructor: str | None
    plate: str | None
    platform: str | None
    operator: str | None


class MinuteRow(NamedTuple):
    """A minute record's verdicts: the machine's, and with decisions laid over it; decision: its id."""

    seq: int
    minute: int
    verdict: int
    machine: int
    decision: int | None
    reasons: list[int]
    numbers: dict[str, dict[str, Any]]
    counted_s: int
    stops: int


class Stored(NamedTuple):
    """A stored record: session is the trainee's sign-in seq, 0 outside a session."""

    seq: int
    kind: int
    session: int
    record: bytes


class Bound(NamedTuple):
    """A period of a terminal's entry."""

    car: int
    school: int
    from_s: int
    to_s: int | None


class FlagRow(NamedTuple):
    """A flag; other_* 0 without another side."""

    reason: int
    other_terminal: int
    other_session: int
    records: int
    first_minute: int | None
    last_minute: int | None


class SuspicionRow(NamedTuple):
    """What the screening suspects. as_other: of the other session, which names this one; within: the other
    side is this session itself."""

    kind: int
    score: int
    other_terminal: int
    other_session: int
    first_minute: int
    last_minute: int
    numbers: dict[str, Any]
    as_other: bool
    within: bool = False


class Chain(NamedTuple):
    """How far the terminal's chain is stored without a gap, which records were told lost, and what became of
    the first signature over the session's last minute (head_signature.state), empty without any."""

    through: int
    lost: list[int]
    states: list[int]
    contested_from: int | None


def in_force(table: str, column: str, number: str, at: str) -> str:
    """SQL: that column of the registry's entry of a number that was in force at a moment; of those that
    overlap the one that starts later, and of one start the one recorded last."""
    return (
        f"(SELECT {column} FROM (SELECT DISTINCT ON (valid_from) valid_from, valid_to, {column} FROM {table}"
        f" WHERE number = {number} AND valid_from <= {at} ORDER BY valid_from DESC, entry DESC) AS of"
        f" WHERE valid_to IS NULL OR valid_to > {at} ORDER BY valid_from DESC LIMIT 1)"
    )


_HEAD = f"""
SELECT o.terminal, o.session, o.trainee, o.instructor, o.car, o.course, o.part,
       extract(epoch FROM o.started_at)::bigint, extract(epoch FROM o.ended_at)::bigint,
       o.minutes_recorded, o.minutes_accepted, o.minutes_refused, o.minutes_unsure, o.training_hours,
       o.judged_under, coalesce(j.first_seq, 0), coalesce(j.last_seq, 0), coalesce(j.rules, ''),
       coalesce(nullif(q.school, 0), {in_force("terminal", "school", "o.terminal", "o.started_at")}, 0),
       coalesce(q.ground, ''), q.utc_offset_min, coalesce(q.score, 0), coalesce(q.state, 0)::int,
       coalesce(q.layer, 0)::int,
       CASE WHEN q.lease_until > clock_timestamp() THEN coalesce(q.owner, 0) ELSE 0 END,
       CASE WHEN q.lease_until > clock_timestamp() THEN coalesce(a.name, '') ELSE '' END,
       CASE WHEN q.lease_until > clock_timestamp() THEN extract(epoch FROM q.lease_until)::bigint ELSE 0 END,
       coalesce(q.decided_by, 0), coalesce(d.name, ''), coalesce(q.not_owner, 0), coalesce(q.changed, false),
       coalesce(q.drawn, false),
       coalesce((SELECT p.id FROM appeal p WHERE p.terminal = o.terminal AND p.session = o.session
                 AND p.closed_at IS NULL), 0),
       (SELECT coalesce(sum(c.minutes), 0)::bigint FROM credit c
        WHERE c.terminal = o.terminal AND c.session = o.session),
       extract(epoch FROM clock_timestamp())::bigint
FROM session_outcome o
LEFT JOIN judged_session j ON (j.terminal, j.session) = (o.terminal, o.session) AND NOT j.pending
LEFT JOIN queue_entry q ON (q.terminal, q.session) = (o.terminal, o.session)
LEFT JOIN account a ON a.id = q.owner
LEFT JOIN account d ON d.id = q.decided_by
WHERE o.terminal = %s AND o.session = %s""".encode()


def head(conn: Connection, terminal: int, session: int) -> Head | None:
    """The session, None where none with this key was ever judged."""
    row = conn.execute(_HEAD, (terminal, session)).fetchone()
    return None if row is None else Head._make(row)


_THEN = "to_timestamp(%(at)s)"


def _then(table: str, column: str, number: str) -> str:
    return in_force(table, column, number, _THEN)


_NAMES = (
    f"SELECT {_then('school', 'name', '%(school)s')}, {_then('trainee', 'name', '%(trainee)s')},"
    f" {_then('instructor', 'name', '%(instructor)s')}, {_then('car', 'plate', '%(car)s')}, p.number,"
    f" {_then('operator', 'name', 'p.number')}"
    f" FROM (SELECT {_then('terminal', 'operator', '%(terminal)s')} AS number) AS p"
).encode()


def names(conn: Connection, of: Head) -> Names:
    """What the people, the car and the operator were called when the session began."""
    people = {name: getattr(of, name) for name in ("school", "trainee", "instructor", "car", "terminal")}
    row = conn.execute(_NAMES, {**people, "at": of.started_s}).fetchone()
    assert row is not None
    return Names._make(row)


def minutes(conn: Connection, of: Head) -> list[MinuteRow]:
    """The session's minutes in the order of time."""
    with conn.cursor(binary=True) as cursor:
        cursor.execute(
            "SELECT seq, minute, verdict::int, machine_verdict::int, decision, reasons, numbers, counted_s,"
            " stops FROM effective_verdict WHERE terminal = %s AND seq BETWEEN %s AND %s AND session = %s"
            " ORDER BY minute, seq",
            (of.terminal, of.first_seq, of.last_seq, of.session),
        )
        return [MinuteRow._make(row) for row in cursor.fetchall()]


def records(conn: Connection, of: Head, after: int) -> list[Stored]:
    """Every stored record around the session in the order of seq: some before the instructor's and the
    trainee's sign-in, all of the session, and `after` more."""
    last = max(of.last_seq, of.session)
    with conn.cursor(binary=True) as cursor:
        cursor.execute(
            "WITH begun AS (SELECT seq FROM evidence"
            "  WHERE terminal = %(terminal)s AND seq < %(session)s AND seq > %(session)s - %(before)s"
            "  AND kind = 2 AND session = 0 ORDER BY seq DESC LIMIT 1)"
            " SELECT e.seq, e.kind::int, e.session, e.record FROM evidence e, begun"
            "  WHERE e.terminal = %(terminal)s AND e.seq BETWEEN begun.seq - 4 AND begun.seq"
            " UNION SELECT seq, kind::int, session, record FROM evidence WHERE terminal = %(terminal)s"
            "  AND seq BETWEEN %(session)s - 8 AND %(last)s ORDER BY 1",
            {"terminal": of.terminal, "session": of.session, "before": _BEFORE, "last": last + after},
        )
        return [Stored._make(row) for row in cursor.fetchall()]


def bindings(conn: Connection, terminal: int) -> list[Bound]:
    """The terminal's entries as believed now: which car and which school, when."""
    rows = conn.execute(
        "SELECT DISTINCT ON (valid_from) car, school, extract(epoch FROM valid_from)::bigint,"
        " extract(epoch FROM valid_to)::bigint FROM terminal WHERE number = %s"
        " ORDER BY valid_from, entry DESC",
        (terminal,),
    )
    return [Bound._make(row) for row in rows]


def rule_sets(conn: Connection, digests: list[str]) -> list[tuple[str, str, dict[str, Any]]]:
    """(digest, version, {"thresholds", "effects"}) of the rule sets with these digests."""
    return list(
        conn.execute(
            "SELECT digest, version, rules FROM judged_rules WHERE digest = ANY(%s::text[]) ORDER BY digest",
            (digests,),
        ).fetchall()
    )


def flags(conn: Connection, of: Head) -> list[FlagRow]:
    """The session's flags, and those of its terminal as a whole."""
    rows = conn.execute(
        "SELECT reason::int, other_terminal, other_session, records, first_minute, last_minute FROM flag"
        " WHERE terminal = %s AND session IN (%s, 0) ORDER BY reason, other_terminal, other_session",
        (of.terminal, of.session),
    )
    return [FlagRow._make(row) for row in rows]


def suspicions(conn: Connection, of: Head) -> list[SuspicionRow]:
    """What is suspected of the session, and of others that name it as their other side; highest first."""
    rows = conn.execute(
        "SELECT kind::int, score::int, other_terminal, other_session, first_minute, last_minute, numbers,"
        " false, (other_terminal, other_session) = (terminal, session)"
        " FROM suspicion WHERE terminal = %(terminal)s AND session IN (%(session)s, 0)"
        " UNION ALL SELECT kind::int, score::int, terminal, session, first_minute, last_minute, numbers,"
        " true, false FROM suspicion WHERE other_terminal = %(terminal)s AND other_session = %(session)s"
        " AND other_terminal <> 0 AND (terminal, session) <> (other_terminal, other_session)"
        " ORDER BY 2 DESC, 1, 3, 4",
        {"terminal": of.terminal, "session": of.session},
    )
    return [SuspicionRow._make(row) for row in rows]


def chain(conn: Connection, of: Head) -> Chain:
    """How the records of the session hang together and who signed for them."""
    last = max(of.last_seq, of.session)
    row = conn.execute(
        "SELECT coalesce(h.through, 0), coalesce(h.lost, '{}'),"
        " ARRAY(SELECT state::int FROM head_signature WHERE terminal = %(t)s"
        "       AND seq > %(last)s AND through >= %(last)s ORDER BY seq LIMIT 1),"
        " (SELECT contested_from FROM contested WHERE terminal = %(t)s)"
        " FROM (SELECT 1) AS one LEFT JOIN terminal_head h ON h.terminal = %(t)s",
        {"t": of.terminal, "last": last},
    ).fetchone()
    assert row is not None
    return Chain._make(row)
