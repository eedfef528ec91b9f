"""Blind repeats with a real database: who gets one, what both said, how often they agree."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, timedelta

import psycopg
import pytest

from ingest.casework import audit
from ingest.casework.drawing import draw, repeats
from ingest.casework.who import Who
from ingest.decisions.refusals import DecisionRefused
from ingest.draw.day_list import parse
from ingest.draw.sampler import again, key_fits
from ingest.store.connection import Connection, connect
from ingest.store.desk.accounts import audit_log
from ingest.store.desk.draws import lists as draws
from ingest.store.desk.draws import repeats as rows
from ingest.store.judged import Key
from ingest.store.migrate import migrate
from tests.ingest.casework.draw_rows import OFFSET_MIN, add_account, add_sessions, add_terminals, moment

DAY = date(2026, 11, 22)
CLOSING = moment("2026-11-22 22:00")
NOW = CLOSING + timedelta(hours=3)
SEED = "5e" * 32
STARTED = moment("2026-11-22 01:00")
MINUTE = int(STARTED.timestamp()) // 60


@pytest.fixture
def conn(postgres_url: str) -> Iterator[Connection]:
    """Four hundred sessions of one school: 20 drawn, 2 of them repeats."""
    with connect(postgres_url, patience_s=10) as made:
        migrate(made)
        add_terminals(made, (11, 1, "2026-01-01"))
        with made.transaction():
            add_sessions(made, 11, STARTED, range(1, 401))
        draw.commit(made, audit.SYSTEM, CLOSING, OFFSET_MIN, DAY)
        for name in ("li", "wang"):
            draw.enter_seed(made, add_account(made, name), NOW, DAY, SEED)
        draw.run(made, audit.SYSTEM, DAY)
        yield made


def repeated(conn: Connection) -> list[Key]:
    key = draws.key_of(conn, DAY)
    commit = draws.commit_of(conn, DAY)
    assert key is not None and commit is not None
    whole = parse(commit.text)
    assert key_fits(whole, key)
    return [(one.terminal, one.session) for one in again(whole, SEED, key)]


def decide(
    conn: Connection,
    who: Who,
    key: Key,
    kind: str = "accept",
    minutes: tuple[int, ...] = (),
    undoes: int | None = None,
) -> int:
    """A decision of an inspector, as it stands in the ledger."""
    row = conn.execute(
        "INSERT INTO decision (terminal, session, layer, kind, account, accepts, refuses, cause, words,"
        " undoes, judged, judged_under) VALUES (%s, %s, 2, %s, %s, %s, %s, 'other', 'x', %s, sha256(''), 'x')"
        " RETURNING id",
        (
            *key,
            kind,
            who.account,
            list(minutes) if kind == "restore" else [],
            list(minutes) if kind == "refuse" else [],
            undoes,
        ),
    ).fetchone()
    assert row is not None
    return int(row[0])


def inspectors(conn: Connection) -> tuple[Who, Who, Who]:
    return (
        add_account(conn, "chen", "inspector"),
        add_account(conn, "zhou", "inspector"),
        add_account(conn, "wu", "inspector"),
    )


def test_a_repeat_waits_for_the_first_and_goes_to_somebody_else(conn: Connection) -> None:
    chen, zhou, wu = inspectors(conn)
    first, second = sorted(repeated(conn))
    assert repeats.take(conn, zhou, NOW) is None
    drawn_only = conn.execute("SELECT terminal, session FROM drawn_session WHERE NOT is_repeat").fetchall()
    for key in (first, *drawn_only):
        decide(conn, chen, key)
    assert rows.waiting(conn) == 1
    assert repeats.take(conn, chen, NOW) is None
    assert repeats.take(conn, zhou, NOW) == first
    assert repeats.take(conn, zhou, NOW) == first  # the one he has
    assert repeats.take(conn, wu, NOW) is None
    assert repeats.is_before(conn, zhou, first, NOW) and not repeats.is_before(conn, wu, first, NOW)
    later = NOW + timedelta(minutes=repeats.HELD_MIN)
    assert not repeats.is_before(conn, zhou, first, later)
    assert repeats.take(conn, wu, later) == first
    assert [one.action for one in audit_log.every(conn)].count("repeat.assign") == 2
    assert repeats.take(conn, add_account(conn, "auditor1", "auditor"), NOW) is None
    decide(conn, zhou, second)
    assert repeats.take(conn, chen, later) == second


def test_what_is_sent_on_or_undone_is_no_first_decision(conn: Connection) -> None:
    chen, zhou, wu = inspectors(conn)
    key = repeated(conn)[0]
    decide(conn, chen, key, "second_look")
    assert repeats.take(conn, zhou, NOW) is None
    decide(conn, wu, key, "undo", undoes=decide(conn, wu, key))
    assert repeats.take(conn, zhou, NOW) is None
    decide(conn, wu, key)
    assert repeats.take(conn, chen, NOW) is None  # had a part in it
    assert repeats.take(conn, zhou, NOW) == key


def test_both_minutes_are_kept_and_the_decision_in_force_is_not_touched(conn: Connection) -> None:
    chen, zhou, _ = inspectors(conn)
    key = repeated(conn)[0]
    slip = decide(conn, chen, key, "refuse", (MINUTE, MINUTE + 1))
    decide(conn, chen, key, "undo", undoes=slip)
    number = decide(conn, chen, key, "refuse", (MINUTE,))
    assert repeats.take(conn, zhou, NOW) == key
    before = conn.execute("SELECT count(*), max(id) FROM decision").fetchone()
    repeats.answer(conn, zhou, NOW, key, "refuse", [MINUTE + 1, MINUTE], "not_driving", " stood ")
    assert conn.execute("SELECT count(*), max(id) FROM decision").fetchone() == before
    kept = conn.execute(
        "SELECT account, first_account, first_decision, first_kind, kind, acts, words FROM repeat_answer"
    ).fetchone()
    acts = {"accepts": [], "refuses": [MINUTE, MINUTE + 1]}
    assert kept == (zhou.account, chen.account, number, "refuse", "refuse", acts, "stood")
    (one,) = rows.compared(conn, None, None)
    assert one.minutes == [(0, 1, 1), (1, 1, 1)] and one.differs and not one.is_settled
    assert repeats.take(conn, zhou, NOW) is None
    with pytest.raises(DecisionRefused):
        repeats.answer(conn, zhou, NOW, key, "accept", [], "evidence_agrees", "")


@pytest.mark.parametrize(
    ("kind", "minutes", "cause", "code"),
    [
        ("undo", [], "mistaken", "kind_unknown"),
        ("refuse", [], "not_driving", "minutes_missing"),
        ("refuse", [MINUTE + 2], "not_driving", "minutes_unknown"),
        ("accept", [], "not_driving", "cause_unfit"),
        ("accept", [], "other", "words_missing"),
        ("restore", [MINUTE], "", "cause_missing"),
    ],
)
def test_answers_are_refused_as_decisions_are(
    module_conn: tuple[Connection, Who, Key], kind: str, minutes: list[int], cause: str, code: str
) -> None:
    conn, who, key = module_conn
    with pytest.raises(DecisionRefused) as fault:
        repeats.answer(conn, who, NOW, key, kind, minutes, cause, "")
    assert fault.value.code == code


@pytest.fixture(scope="module")
def module_conn(module_postgres_url: str) -> Iterator[tuple[Connection, Who, Key]]:
    """One drawn session, which is a repeat and lies before an inspector."""
    with connect(module_postgres_url, patience_s=10) as made:
        migrate(made)
        add_sessions(made, 11, STARTED, [1])
        draw.commit(made, audit.SYSTEM, CLOSING, OFFSET_MIN, DAY)
        for name in ("li", "wang"):
            draw.enter_seed(made, add_account(made, name), NOW, DAY, SEED)
        draw.run(made, audit.SYSTEM, DAY)
        chen, zhou, _ = inspectors(made)
        decide(made, chen, (11, 1))
        assert repeats.take(made, zhou, NOW) == (11, 1)
        yield made, zhou, (11, 1)


def test_nobody_answers_what_is_not_before_him(conn: Connection) -> None:
    chen, zhou, wu = inspectors(conn)
    key = repeated(conn)[0]
    decide(conn, chen, key)
    repeats.take(conn, zhou, NOW)
    for who, when in ((wu, NOW), (chen, NOW), (zhou, NOW + timedelta(hours=1))):
        with pytest.raises(DecisionRefused) as fault:
            repeats.answer(conn, who, when, key, "accept", [], "evidence_agrees", "")
        assert fault.value.code == "lease_none"


def test_the_key_is_told_when_all_are_answered_and_differences_are_settled(conn: Connection) -> None:
    chen, zhou, _ = inspectors(conn)
    supervisor = add_account(conn, "boss")
    one, two = repeated(conn)
    decide(conn, chen, one)
    decide(conn, zhou, two, "refuse", (MINUTE,))
    answer_accept(conn, zhou, one)
    assert repeats.repeat_key(conn, DAY) is None
    answer_accept(conn, chen, two)
    assert repeats.repeat_key(conn, DAY) == draws.key_of(conn, DAY)
    assert {row.session: row.differs for row in rows.compared(conn, DAY, DAY)} == {
        one[1]: False,
        two[1]: True,
    }
    with pytest.raises(DecisionRefused):
        repeats.settle(conn, chen, NOW, two, "")
    repeats.settle(conn, supervisor, NOW, two, "the first was right")
    settled = {row.session: row.is_settled for row in rows.compared(conn, DAY, DAY)}
    assert settled == {one[1]: False, two[1]: True}
    with pytest.raises(DecisionRefused):
        repeats.settle(conn, supervisor, NOW, two, "again")
    with pytest.raises(psycopg.Error):
        conn.execute("UPDATE repeat_answer SET kind = 'accept'")
    found = rows.compared(conn, None, None)
    whole = repeats.figures(found)
    assert (whole.sessions.n, whole.sessions.agreed) == (2, 1)
    assert (whole.minutes.n, whole.minutes.agreed) == (4, 3)
    (pair,) = repeats.by_pair(found)
    assert {pair.one, pair.other} == {"chen", "zhou"} and pair.figures.sessions.n == 2


def answer_accept(conn: Connection, who: Who, key: Key, when: datetime = NOW) -> None:
    assert repeats.take(conn, who, when) == key
    repeats.answer(conn, who, when, key, "accept", [], "evidence_agrees", "")


def test_a_pairs_answers_stand_by_person_not_by_turn() -> None:
    """Chen accepts and Zhou refuses, whoever was first: the pair's kappa is that of constant answers."""
    made = [
        rows.Compared(DAY, 11, n, *persons, NOW, [verdicts], False)
        for n, (persons, verdicts) in enumerate(
            [
                ((1, "chen", "accept", 2, "zhou", "refuse"), (0, 1, 10)),
                ((2, "zhou", "refuse", 1, "chen", "accept"), (1, 0, 10)),
            ]
        )
    ]
    (pair,) = repeats.by_pair(made)
    assert (pair.one, pair.other) == ("chen", "zhou")
    assert pair.figures.sessions.kappa is not None and pair.figures.sessions.kappa.value == 0
    whole = repeats.figures(made)
    assert whole.sessions.kappa is not None and whole.sessions.kappa.value == -1
    assert whole.minutes.n == 20 and whole.minutes.agreed == 0
