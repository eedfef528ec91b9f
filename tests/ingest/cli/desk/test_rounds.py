"""One round of the judging part of hourfence serve, on a real database."""

from __future__ import annotations

import threading
import time

from ingest.cli.desk.rounds import REST_TIMES, Rests, one_round
from ingest.judging.run import judge_all
from ingest.store import evidence
from ingest.store.connection import Connection
from ingest.store.desk.live.unscreened_days import unscreened_days
from tests.ingest.judging.journal import START, TERMINALS, TRAINEES, Journal, conn

__all__ = ["conn"]

MINUTES = 6


def counted(conn: Connection, table: str) -> int:
    row = conn.execute(f"SELECT count(*) FROM {table}".encode()).fetchone()
    assert row is not None
    return int(row[0])


def test_a_round_judges_screens_and_shows_and_the_next_has_nothing_to_do(conn: Connection) -> None:
    evidence.append(conn, Journal(TERMINALS[0], TRAINEES[0]).session(MINUTES).rows)
    said = one_round(conn, threading.Event(), Rests())
    assert "1 training sessions settled" in said and "1 days screened" in said
    assert (counted(conn, "queue_entry"), counted(conn, "queue_due")) == (1, 0)
    assert counted(conn, "screened_session") == 1 and counted(conn, "statistic") > 0
    assert one_round(conn, threading.Event(), Rests()) == ""


def test_a_running_session_is_screened_when_it_ends_or_has_been_quiet(conn: Connection) -> None:
    rows = Journal(TERMINALS[1], TRAINEES[1]).session(MINUTES).rows
    evidence.append(conn, rows[:-1])
    judge_all(conn)
    last, day = START + MINUTES - 1, (START + 480) // 1440
    assert unscreened_days(conn, last, 480, 3) == []
    assert unscreened_days(conn, last + 1, 480, 3) == [day]
    evidence.append(conn, rows[-1:])
    judge_all(conn)
    assert unscreened_days(conn, last, 480, 3) == [day]


def test_a_day_rests_after_its_screening(conn: Connection) -> None:
    day, rests = (START + 480) // 1440, Rests()
    assert not rests.is_resting(day, 100.0)
    rests.begin(day, 100.0, 110.0)
    assert rests.is_resting(day, 110.0 + 10 * REST_TIMES - 1) and not rests.is_resting(day + 1, 111.0)
    assert not rests.is_resting(day, 110.0 + 10 * REST_TIMES)
    now = time.monotonic()
    rests.begin(day, now - 1000, now)
    evidence.append(conn, Journal(TERMINALS[0], TRAINEES[0]).session(MINUTES).rows)
    assert "0 days screened" in one_round(conn, threading.Event(), rests)


def test_a_round_that_is_asked_to_stop_leaves_the_rest_to_the_next(conn: Connection) -> None:
    evidence.append(conn, Journal(TERMINALS[0], TRAINEES[0]).session(MINUTES).rows)
    stop = threading.Event()
    stop.set()
    one_round(conn, stop, Rests())
    assert counted(conn, "screened_session") == 0
    one_round(conn, threading.Event(), Rests())
    assert counted(conn, "screened_session") == 1
