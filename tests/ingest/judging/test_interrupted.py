"""A run that is stopped, or loses a worker: whole batches are kept, and the next run ends where one would."""

from __future__ import annotations

import multiprocessing
import os
import signal

import pytest

from ingest.judge.rulebook.layers import Layer, Scope
from ingest.judge.rulebook.rulebook import Rulebook
from ingest.judging.errors import JudgingError
from ingest.judging.run import judge_all
from ingest.store import judged_days, outcomes
from ingest.store.connection import Connection
from ingest.store.evidence import append
from tests.ingest.judging.journal import SCHOOL, START, Journal, conn
from tests.ingest.judging.test_staged import check

__all__ = ["conn"]
BOOK = Rulebook([Layer("school", Scope(school=SCHOOL), thresholds={"day_cap_practice_min": 7})])
TERMINALS = range(7, 15)


@pytest.fixture
def eight(conn: Connection) -> Connection:
    """Eight terminals with a session each; two of them are in the registry, all share one instructor."""
    for terminal in TERMINALS:
        append(conn, Journal(terminal, 21).session(6, START + 4 * terminal).rows)
    return conn


def settled_as_whole(conn: Connection) -> bool:
    """The ledger says what the outcomes say; nothing is pending; every rule set named is known."""
    rows = conn.execute(
        "SELECT terminal, minutes_accepted FROM session_outcome WHERE minutes_accepted > 0 ORDER BY 1"
    ).fetchall()
    assert rows == [(one.terminal, one.minutes) for one in outcomes.ledger(conn)]
    pending = conn.execute("SELECT count(*) FROM judged_session WHERE pending").fetchone()
    used = {row[0] for row in conn.execute("SELECT DISTINCT rules FROM judged_session")}
    return pending == (0,) and used <= {digest for digest, *_ in judged_days.rule_sets(conn)}


def kill_one(done: int, of: int) -> None:
    if done == 1:
        os.kill(multiprocessing.active_children()[0].pid or 0, signal.SIGKILL)


@pytest.mark.parametrize("workers", [1, 2])
def test_stopped_and_gone_on_with_it_ends_in_the_same_digests(
    eight: Connection, postgres_url: str, workers: int
) -> None:
    asked = {"workers": workers, "batch_records": 1, "dsn": postgres_url}
    stopped = judge_all(eight, BOOK, stop=lambda: True, **asked)  # type: ignore[arg-type]
    assert stopped.was_stopped
    assert settled_as_whole(eight)
    held = eight.execute("SELECT count(*) FROM session_outcome").fetchone()
    assert held is not None and 1 <= held[0] <= (1 if workers == 1 else 5)
    whole = judge_all(eight, BOOK)
    check(eight, BOOK)
    assert not whole.was_stopped and whole.stored == whole.judged
    assert afresh(eight) == whole.days


def test_a_worker_that_is_killed_is_one_sentence_and_nothing_half(
    eight: Connection, postgres_url: str
) -> None:
    with pytest.raises(JudgingError, match="run it again"):
        judge_all(eight, BOOK, workers=2, batch_records=1, dsn=postgres_url, progress=kill_one)
    # Whole terminals or nothing of them, and none of it is an outcome yet.
    rows = eight.execute("SELECT terminal, count(*) FROM own_verdict GROUP BY 1").fetchall()
    assert {count for _, count in rows} <= {6} and len(rows) < len(TERMINALS)
    assert outcomes.ledger(eight) == []
    whole = judge_all(eight, BOOK)
    check(eight, BOOK)
    assert settled_as_whole(eight)
    assert afresh(eight) == whole.days


def afresh(conn: Connection) -> dict[int, bytes]:
    """The days' digests of everything judged again from nothing."""
    for name in ("own_verdict", "shared_verdict", "judged_session", "session_share", "judged_terminal"):
        conn.execute(f"TRUNCATE {name}".encode())
    conn.execute("TRUNCATE session_day, judged_day, session_outcome, flag, judged_belief")
    return judge_all(conn, BOOK).days
