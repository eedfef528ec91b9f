"""The random audit with a real database: in order, once, by two persons, with nothing that escapes."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from datetime import date, timedelta

import psycopg
import pytest

from ingest.casework import audit
from ingest.casework.deciding import decide, lease, queue
from ingest.casework.drawing import draw
from ingest.casework.who import Who
from ingest.decisions.refusals import DecisionRefused
from ingest.draw.day_list import DayList, parse
from ingest.draw.errors import DrawError
from ingest.draw.sampler import drawn, text_of
from ingest.draw.seeds import public
from ingest.store.connection import Connection, connect
from ingest.store.desk.accounts import audit_log
from ingest.store.desk.draws import lists as draws
from ingest.store.desk.draws import seen as draws_seen
from ingest.store.desk.queue.filters import Filters
from ingest.store.digests import digest as chain_digest
from ingest.store.migrate import migrate
from tests.ingest.casework.draw_rows import OFFSET_MIN, add_account, add_sessions, add_terminals, moment

DAY = date(2026, 11, 22)
CLOSING = moment("2026-11-22 22:00")  # 06:00 of the next day at UTC+08:00
AFTER = CLOSING + timedelta(hours=2)
SEED = "5e" * 32
TERMINALS = ((11, 1, "2026-01-01"), (12, 1, "2026-01-01"), (21, 2, "2026-01-01"))


@pytest.fixture
def conn(postgres_url: str) -> Iterator[Connection]:
    with connect(postgres_url, patience_s=10) as made:
        migrate(made)
        add_terminals(made, *TERMINALS)
        yield made


def close(conn: Connection, day: date | None = DAY, now: object = CLOSING) -> DayList:
    return parse(draw.commit(conn, audit.SYSTEM, now, OFFSET_MIN, day).text)  # type: ignore[arg-type]


def refused(code: str) -> pytest.RaisesExc[DrawError]:
    return pytest.RaisesExc(DrawError, check=lambda fault: fault.code == code)


def two(conn: Connection) -> tuple[Who, Who]:
    return add_account(conn, "li"), add_account(conn, "wang")


def test_a_day_from_list_to_queue(conn: Connection) -> None:
    add_sessions(conn, 11, moment("2026-11-22 01:00"), range(1, 31))
    add_sessions(conn, 21, moment("2026-11-22 02:00"), range(1, 4))
    whole = close(conn)
    assert len(whole.listed) == 33 and whole.terms.day == DAY
    one = whole.listed[0]
    assert (one.school, one.terminal, one.through) == (1, 11, one.session * 10)
    assert one.digest == chain_digest(b"\x02%d %d" % (11, one.session)).hex()
    li, wang = two(conn)
    assert not draw.enter_seed(conn, li, AFTER, DAY, SEED)
    assert draw.enter_seed(conn, wang, AFTER, DAY, SEED.upper() + " ")
    result = draw.run(conn, audit.SYSTEM, DAY)
    assert result == text_of(drawn(whole, SEED)) and result.count("\n") == 2 + 1
    rows = draws_seen.drawn(conn, DAY)
    assert [row.school for row in rows] == [1, 1, 2] and sum(row.is_repeat for row in rows) == 1
    in_queue = "SELECT terminal, session FROM queue_entry WHERE drawn AND needs_human ORDER BY 1, 2"
    assert conn.execute(in_queue).fetchall() == [(row.terminal, row.session) for row in rows]
    queue.refresh(conn, whole=True)
    assert conn.execute(in_queue).fetchall() == [(row.terminal, row.session) for row in rows]
    assert conn.execute("SELECT count(*) FROM queue_entry").fetchone() == (33,)
    told = draws_seen.day_of(conn, DAY)
    assert told is not None and told.digest == whole.digest and told.drawn == 3 and told.seed == SEED
    assert told.result_digest == hashlib.sha256(result.encode()).digest()
    log = [(entry.action, entry.subject) for entry in audit_log.every(conn)]
    acts = ["draw.commit", "draw.seed", "draw.seed", "draw.run"]
    assert log == [(act, "draw:2026-11-22") for act in acts]


def test_nothing_escapes_and_nothing_is_listed_twice(conn: Connection) -> None:
    """Sessions that come late, of any day, stand in the next list; all in exactly one."""
    add_sessions(conn, 11, moment("2026-11-22 01:00"), range(1, 6))
    add_sessions(conn, 12, moment("2026-11-22 16:00"), [1])  # 00:00 of the 23rd at UTC+08:00
    add_sessions(conn, 12, moment("2026-11-22 15:59"), [2])
    first = close(conn)
    assert {(one.terminal, one.session) for one in first.listed} == {(11, n) for n in range(1, 6)} | {(12, 2)}
    add_sessions(conn, 21, moment("2026-11-20 01:00"), [7])
    add_sessions(conn, 11, moment("2026-11-22 03:00"), [8])
    assert draws_seen.conserved(conn) == (9, 6, 0, 3)
    conn.execute("DELETE FROM session_outcome WHERE (terminal, session) = (11, 1)")  # judged anew: none
    second = close(conn, DAY + timedelta(days=1), CLOSING + timedelta(days=1))
    days = {(one.terminal, one.session): one.day.isoformat() for one in second.listed}
    assert days == {(21, 7): "2026-11-20", (11, 8): "2026-11-22", (12, 1): "2026-11-23"}
    third = close(conn, DAY + timedelta(days=3), CLOSING + timedelta(days=3))
    assert third.listed == () and draws_seen.conserved(conn) == (8, 9, 1, 0)
    assert draws_seen.conserved(conn).balanced
    lists = [(one.terminal, one.session) for whole in (first, second) for one in whole.listed]
    assert sorted(lists) == sorted(conn.execute("SELECT terminal, session FROM draw_listed").fetchall())


def test_the_school_is_the_terminals_when_the_session_began(conn: Connection) -> None:
    add_terminals(conn, (11, 3, "2026-11-22 05:00"), (12, 4, "2026-01-01"))
    add_sessions(conn, 11, moment("2026-11-22 04:00"), [1])
    add_sessions(conn, 11, moment("2026-11-22 06:00"), [2])
    add_sessions(conn, 12, moment("2026-11-22 06:00"), [3])  # entered later for the same time: believed
    add_sessions(conn, 99, moment("2026-11-22 06:00"), [4])
    assert [(one.session, one.school) for one in close(conn).listed] == [(4, 0), (1, 1), (2, 3), (3, 4)]


def test_what_is_not_whole_waits_for_its_records(conn: Connection) -> None:
    """Nobody sends beginnings alone, waits for the draw, and then sends the rest of what was not drawn."""
    add_sessions(conn, 11, moment("2026-11-22 04:00"), range(1, 7))
    gap = "UPDATE session_outcome SET reasons = %s WHERE session IN (2, 3)"
    conn.execute(gap, ['{"SEQ_GAP": 1}'])
    conn.execute("UPDATE session_outcome SET ended_at = NULL WHERE session = 4")
    conn.execute("UPDATE judged_session SET first_seq = 0, last_seq = 0 WHERE session = 5")
    assert [one.session for one in close(conn).listed] == [1, 6]
    assert draws_seen.conserved(conn) == (6, 2, 0, 4)
    conn.execute(gap + " AND session = 2", ["{}"])
    listed: dict[int, tuple[int, int]] = {}
    for after in range(1, 8):
        later = timedelta(days=after)
        for one in close(conn, DAY + later, CLOSING + later).listed:
            listed[one.session] = (after, one.through)
    assert listed == {2: (1, 20), 3: (7, 30), 4: (7, 40), 5: (7, 0)}
    assert draws_seen.conserved(conn) == (6, 6, 0, 0)


def test_a_session_without_minutes_is_listed_in_the_end(conn: Connection) -> None:
    add_sessions(conn, 11, moment("2026-11-15 04:00"), [1])
    conn.execute("UPDATE judged_session SET first_seq = 0, last_seq = 0")
    assert [(one.through, one.digest) for one in close(conn).listed] == [(0, "0" * 64)]


def test_an_open_day_is_not_closed(conn: Connection) -> None:
    with refused("draw_day_open"):
        close(conn, DAY, CLOSING - timedelta(seconds=1))
    assert draw.last_over(CLOSING - timedelta(seconds=1), OFFSET_MIN) == DAY - timedelta(days=1)
    assert close(conn, None).terms.day == DAY
    for day in (DAY, DAY - timedelta(days=1)):
        with refused("draw_day_closed"):
            close(conn, day, AFTER)
    assert audit_log.count(conn) == 1


def test_seeds_that_are_refused(conn: Connection) -> None:
    li, wang = two(conn)
    with refused("draw_no_list"):
        draw.enter_seed(conn, li, AFTER, DAY, SEED)
    whole = close(conn)
    due = CLOSING + timedelta(hours=1)
    with refused("draw_seed_early"):
        draw.enter_seed(conn, li, due - timedelta(seconds=1), DAY, SEED)
    for published in (CLOSING, due - timedelta(seconds=1)):
        with refused("draw_seed_old"):
            draw.enter_seed(conn, li, AFTER, DAY, SEED, published)
    with refused("draw_seed_form"):
        draw.enter_seed(conn, li, AFTER, DAY, "12")
    with refused("draw_seed_person"):
        draw.enter_seed(conn, audit.SYSTEM, AFTER, DAY, SEED)
    with refused("draw_no_seed"):
        draw.run(conn, audit.SYSTEM, DAY)
    assert [one.seed for one in draws.seed_entries(conn, whole.terms.day)] == []
    draw.enter_seed(conn, li, AFTER, DAY, SEED)
    draw.enter_seed(conn, wang, AFTER, DAY, SEED)
    with refused("draw_seed_stands"):
        draw.enter_seed(conn, wang, AFTER, DAY, "ab" * 32)


def test_one_person_is_not_two_and_a_slip_is_mended(conn: Connection) -> None:
    close(conn)
    li, wang = two(conn)
    assert not draw.enter_seed(conn, li, AFTER, DAY, SEED)
    assert not draw.enter_seed(conn, li, AFTER, DAY, SEED)
    assert not draw.enter_seed(conn, wang, AFTER, DAY, "ab" * 32)
    assert draws.seed_of(conn, DAY) is None
    # What somebody read before does not count any more.
    assert not draw.enter_seed(conn, li, AFTER, DAY, "cd" * 32)
    assert not draw.enter_seed(conn, wang, AFTER, DAY, SEED)
    assert draw.enter_seed(conn, li, AFTER, DAY, SEED)


def test_only_supervisors_draw(conn: Connection) -> None:
    inspector = add_account(conn, "zhou", "inspector")
    with refused("role_may_not"):
        draw.commit(conn, inspector, CLOSING, OFFSET_MIN, DAY)
    close(conn)
    with refused("role_may_not"):
        draw.enter_seed(conn, inspector, AFTER, DAY, SEED)
    with refused("role_may_not"):
        draw.run(conn, inspector, DAY)


def test_another_public_value(conn: Connection) -> None:
    add_sessions(conn, 11, moment("2026-11-22 01:00"), range(1, 31))
    words, due = "Double Colour Ball, round 2026135, all seven numbers", CLOSING + timedelta(hours=20)
    known = public(words, int(CLOSING.timestamp()))
    with refused("draw_seed_rule"):
        draw.commit(conn, audit.SYSTEM, CLOSING, OFFSET_MIN, DAY, known)
    made = draw.commit(conn, audit.SYSTEM, CLOSING, OFFSET_MIN, DAY, public(words, int(due.timestamp())))
    assert f"# seed 2026-11-23T18:00:00Z {words}\n" in made.text
    for who in two(conn):
        draw.enter_seed(conn, who, due, DAY, "03 08 17 21 29 33 + 12")
    assert draw.run(conn, audit.SYSTEM, DAY) == text_of(drawn(parse(made.text), "03 08 17 21 29 33 + 12"))
    with refused("draw_done"):
        draw.run(conn, audit.SYSTEM, DAY)


@pytest.mark.parametrize(
    "tamper",
    [
        "UPDATE draw_listed SET school = 9",
        "DELETE FROM draw_listed",
        "UPDATE draw_commit SET committed_at = now()",
        "UPDATE draw_seed SET seed = 'another seed'",
        "DELETE FROM drawn_session",
        "TRUNCATE draw_result",
        "UPDATE draw_repeat_key SET key = 'x'",
        "INSERT INTO draw_listed VALUES (77, 1, '2026-11-22', 1)",
        "INSERT INTO draw_listed VALUES (77, 1, '2026-11-21', 1)",
        "INSERT INTO draw_commit SELECT '2026-11-21', committed_at, list, digest, 0, seed_words, seed_due, 0"
        " FROM draw_commit",
        "INSERT INTO draw_commit SELECT '2026-11-25', committed_at, list, digest, 1, seed_words, seed_due, 0"
        " FROM draw_commit",
        "INSERT INTO draw_commit SELECT '2026-11-25', committed_at, list || 'x', digest, 0, seed_words,"
        " seed_due, 0 FROM draw_commit",
    ],
)
def test_the_database_refuses_changes(module_conn: Connection, tamper: str) -> None:
    before = [module_conn.execute(f"SELECT count(*) FROM {name}".encode()).fetchone() for name in TABLES]
    with pytest.raises(psycopg.Error):
        module_conn.execute(tamper.encode())
    after = [module_conn.execute(f"SELECT count(*) FROM {name}".encode()).fetchone() for name in TABLES]
    assert before == after


TABLES = ("draw_listed", "draw_commit", "draw_seed", "drawn_session", "draw_result", "draw_repeat_key")


@pytest.fixture(scope="module")
def module_conn(module_postgres_url: str) -> Iterator[Connection]:
    with connect(module_postgres_url, patience_s=10) as made:
        migrate(made)
        add_terminals(made, *TERMINALS)
        add_sessions(made, 11, moment("2026-11-22 01:00"), range(1, 4))
        close(made)
        for who in two(made):
            draw.enter_seed(made, who, AFTER, DAY, SEED)
        draw.run(made, audit.SYSTEM, DAY)
        yield made


def test_the_database_refuses_a_seed_of_one_person_or_older_than_the_list(conn: Connection) -> None:
    close(conn)
    li, wang = two(conn)
    entries = [draws.add_seed_entry(conn, DAY, who.account, SEED, AFTER, AFTER) for who in (li, wang, li)]
    for seed, published, first, second in (
        (SEED, AFTER, entries[0], entries[2]),
        ("other", AFTER, entries[0], entries[1]),
        (SEED, CLOSING, entries[0], entries[1]),
    ):
        with pytest.raises(psycopg.Error):
            conn.execute(
                "INSERT INTO draw_seed VALUES (%s, %s, %s, %s, %s, %s)",
                (DAY, AFTER, seed, published, first, second),
            )


def test_what_is_decided_before_the_draw_does_not_answer_it(conn: Connection) -> None:
    """Nobody makes a session safe from the audit by deciding it first; another person looks at it."""
    add_sessions(conn, 11, moment("2026-11-22 01:00"), [1, 2])
    li, wang = (add_account(conn, name, "inspector") for name in ("zhao", "qian"))
    queue.refresh(conn, whole=True)
    for session in (1, 2):
        decide.decide(conn, li, 11, session, "accept", (), "evidence_agrees")
    close(conn)
    for who in two(conn):
        draw.enter_seed(conn, who, AFTER, DAY, SEED)
    draw.run(conn, audit.SYSTEM, DAY)
    (drawn_one,) = draws_seen.drawn(conn, DAY)
    key = (drawn_one.terminal, drawn_one.session)
    waits = "SELECT session, state, not_owner, why FROM queue_entry WHERE needs_human"
    assert not drawn_one.is_decided
    assert conn.execute(waits).fetchall() == [(key[1], 0, li.account, ["drawn"])]
    with pytest.raises(DecisionRefused, match="Nothing waits"):
        lease.next_for(conn, li, Filters())
    decide.undo(conn, li, *key)  # Taking it back does not make it chance either.
    with pytest.raises(DecisionRefused, match="before it was drawn"):
        decide.decide(conn, li, *key, "accept", (), "evidence_agrees")
    decide.decide(conn, wang, *key, "accept", (), "evidence_agrees")
    assert conn.execute(waits).fetchall() == [] and draws_seen.drawn(conn, DAY)[0].is_decided
    decide.decide(conn, li, *key, "accept", (), "evidence_agrees")
    assert draws_seen.drawn(conn, DAY)[0].is_decided
