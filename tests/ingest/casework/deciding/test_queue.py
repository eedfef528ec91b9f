"""Judged sessions into the queue: who waits, in which order, found by what."""

from __future__ import annotations

from datetime import date

from ingest.casework.deciding import queue as refreshing
from ingest.casework.up_to_date import bring_up_to_date
from ingest.decisions.needs import WHY
from ingest.judge import reasons
from ingest.judging.run import judge_all
from ingest.store import registry, registry_file
from ingest.store.connection import Connection
from ingest.store.desk.queue import due as queue_due
from ingest.store.desk.queue import entries as queue
from ingest.store.desk.queue.filters import Filters
from ingest.store.evidence import append
from tests.ingest.judging.journal import INSTRUCTOR, SCHOOL, START, Journal, conn, the_registry

__all__ = ["conn"]
EVERY = Filters(needs_human=False)


def judged(conn: Connection) -> None:
    """Terminal 7: ten good minutes, then ten out of fence. Terminal 8: unsure ones, a record is missing."""
    append(conn, Journal(7, 21).session(10).session(10, START + 20, 560.0).rows)
    journal = Journal(8, 22).session(10, START + 40)
    del journal.rows[8]
    append(conn, journal.rows)
    judge_all(conn)


def test_the_queue_is_what_was_judged_worst_first(conn: Connection) -> None:
    judged(conn)
    assert queue_due.count(conn) == 3
    assert bring_up_to_date(conn) == 3
    assert queue_due.count(conn) == 0
    rows = queue.page(conn, EVERY)
    assert [(row.terminal, row.needs_human) for row in rows] == [(7, True), (8, True), (7, False)]
    assert [row.score for row in rows] == sorted((row.score for row in rows), reverse=True)
    out, late, good = rows
    assert late.why == ["flag", "unsure"] and late.unsure == 9
    assert out.why == ["flag", "out_of_fence"] and out.refused == 10
    assert reasons.OUT_OF_FENCE in out.reasons and reasons.SEQ_GAP in late.reasons
    assert (good.why, good.score, good.accepted, good.effective) == ([], 0, 10, 10)
    named = (out.school, out.school_name, out.instructor, out.instructor_name, out.trainee, out.plate)
    assert named == (SCHOOL, "S", INSTRUCTOR, "I", 21, "P7")
    assert (out.ground, out.utc_offset_min, out.local_day) == ("G", 480, date(2026, 3, 2))
    assert out.started_at.date() == date(2026, 3, 2) and set(out.why) <= WHY.keys()


def test_refreshing_again_touches_nothing_and_follows_the_registry(conn: Connection) -> None:
    judged(conn)
    bring_up_to_date(conn)
    assert bring_up_to_date(conn) == 0
    assert refreshing.refresh(conn, whole=True) == (3, 0, 2)
    document = the_registry()
    document["schools"][0]["name"] = "阳光驾校"
    registry.load(conn, registry_file.check(document, "test"))
    refreshing.refresh(conn, whole=True)
    assert {row.school_name for row in queue.page(conn, EVERY)} == {"阳光驾校"}
    assert queue.count(conn, Filters(search="阳光")) == 2


def test_filters_counts_and_pages_agree(conn: Connection) -> None:
    judged(conn)
    bring_up_to_date(conn)
    every = {(row.terminal, row.session) for row in queue.page(conn, EVERY)}
    for filters, wanted in (
        (EVERY, 3),
        (Filters(), 2),
        (EVERY._replace(school=SCHOOL), 3),
        (EVERY._replace(only=2), 0),
        (EVERY._replace(ground="G", instructor=INSTRUCTOR), 3),
        (EVERY._replace(trainee=21), 2),
        (EVERY._replace(reason=reasons.OUT_OF_FENCE), 1),
        (EVERY._replace(day_from=date(2026, 3, 2), day_to=date(2026, 3, 2)), 3),
        (EVERY._replace(day_from=date(2026, 3, 3)), 0),
        (EVERY._replace(score_min=1), 2),
        (EVERY._replace(state=0), 3),
        (EVERY._replace(state=1), 0),
        (EVERY._replace(owner=1), 0),
        (EVERY._replace(search="p7"), 2),
        (EVERY._replace(search="Ｐ７"), 2),
        (EVERY._replace(search="ｇ"), 3),
        (EVERY._replace(search="0000000000000008"), 1),
        (EVERY._replace(search="100%"), 0),
        (EVERY._replace(search="'; DROP TABLE queue_entry --"), 0),
        (EVERY._replace(search=f"{7:016d}/4"), 1),
        (EVERY._replace(search="P\0"), 0),
        (EVERY._replace(ground="\ud800"), 0),
        (EVERY._replace(reason=70_000), 0),
    ):
        rows = queue.page(conn, filters)
        assert len(rows) == queue.count(conn, filters) == wanted, filters
        assert len(queue.keys(conn, filters, 10)) == wanted
        assert {(row.terminal, row.session) for row in rows} <= every
    seen, place = [], None
    while rows := queue.page(conn, EVERY, place, limit=1):
        seen.append((rows[0].terminal, rows[0].session))
        place = (rows[0].score, *seen[-1])
    assert len(seen) == 3 and set(seen) == every


def test_facets_count_what_the_filters_leave(conn: Connection) -> None:
    judged(conn)
    bring_up_to_date(conn)
    told = {(one.of, one.value): (one.name, one.entries) for one in queue.facets(conn, Filters())}
    assert told["school", str(SCHOOL)] == ("S", 2)
    assert told["ground", "G"] == ("", 2)
    assert told["state", "0"] == ("", 2)
    assert told["reason", str(reasons.OUT_OF_FENCE)] == ("", 1)
    assert all(
        queue.count(conn, Filters(reason=int(value))) == entries
        for (of, value), (_, entries) in told.items()
        if of == "reason"
    )


def test_a_session_that_is_no_more_leaves_the_queue(conn: Connection) -> None:
    judged(conn)
    bring_up_to_date(conn)
    conn.execute("DELETE FROM session_outcome WHERE terminal = 8")
    assert refreshing.refresh(conn, whole=True).touched == 1
    assert {row.terminal for row in queue.page(conn, EVERY)} == {7}


def test_what_still_runs_waits_for_nobody_until_it_is_quiet(conn: Connection) -> None:
    """Its signature comes with the sign-out; when none comes, it waits as soon as it has been quiet."""
    judged(conn)
    conn.execute("UPDATE session_outcome SET ended_at = NULL WHERE terminal = 8")
    last = "UPDATE judged_session SET last_minute = extract(epoch FROM now()) / 60 - %s WHERE terminal = 8"
    conn.execute(last, (5,))
    bring_up_to_date(conn)
    assert [row.terminal for row in queue.page(conn, Filters())] == [7]
    assert bring_up_to_date(conn) == 0
    conn.execute("UPDATE queue_entry SET local_day = current_date WHERE terminal = 8")
    conn.execute(last, (90,))
    assert bring_up_to_date(conn) == 1
    assert {row.terminal for row in queue.page(conn, Filters())} == {7, 8}
    assert bring_up_to_date(conn) == 0
