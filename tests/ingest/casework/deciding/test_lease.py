"""Leases keep two inspectors apart, run out, and hand out the worst that is free."""

from __future__ import annotations

import threading

import pytest

from ingest.casework.deciding.decide import decide
from ingest.casework.deciding.lease import Leased, lease, next_for, release
from ingest.decisions.refusals import DecisionRefused
from ingest.store.connection import Connection, connect
from ingest.store.desk.queue import entries as queue
from ingest.store.desk.queue.filters import Filters
from tests.ingest.casework.people import GOOD, LATE, OUT, People, code_of, conn, free, judged_url, people

__all__ = ["conn", "free", "judged_url", "people"]


def run_out(conn: Connection) -> None:
    conn.execute(
        "UPDATE queue_entry SET lease_until = clock_timestamp() - interval '1 s'"
        " WHERE lease_until IS NOT NULL"
    )


def test_a_lease_is_held_renewed_and_runs_out(conn: Connection, people: People) -> None:
    first = lease(conn, people.ines, *OUT)
    row = queue.entry(conn, OUT)
    assert row is not None and (row.state, row.owner_name) == (1, "ines")
    assert row.lease_until is not None and row.lease_until.timestamp() == first.until_s
    assert queue.count(conn, Filters(state=1)) == 1 and queue.count(conn, Filters(state=0)) == 1
    assert lease(conn, people.ines, *OUT).until_s >= first.until_s
    for act in (lambda: lease(conn, people.ivan, *OUT), lambda: decide_out(conn, people)):
        with pytest.raises(DecisionRefused) as caught:
            act()
        assert code_of(caught) == "lease_held"
    run_out(conn)
    assert lease(conn, people.ivan, *OUT).seen == first.seen
    release(conn, people.ivan, *OUT)
    with pytest.raises(DecisionRefused) as caught:
        release(conn, people.ivan, *OUT)
    assert code_of(caught) == "lease_none"


def decide_out(conn: Connection, people: People) -> None:
    decide(conn, people.ivan, *OUT, "accept", cause="harmless")


def test_a_decision_ends_the_lease(conn: Connection, people: People) -> None:
    taken = lease(conn, people.ines, *OUT)
    decide(conn, people.ines, *OUT, "accept", cause="harmless", seen=taken.seen)
    row = queue.entry(conn, OUT)
    assert row is not None and (row.state, row.lease_until, row.owner_name) == (2, None, "ines")


def test_the_next_is_the_worst_that_is_free(conn: Connection, people: People) -> None:
    row, taken = next_for(conn, people.ines, Filters())
    assert (row.terminal, row.session) == OUT == taken[:2] and row.owner_name == "ines"
    # One's own is given again, unless it is left behind.
    assert next_for(conn, people.ines, Filters())[1][:2] == OUT
    assert next_for(conn, people.ivan, Filters())[1][:2] == LATE
    release(conn, people.ivan, *LATE)
    place = (row.score, row.terminal, row.session)
    assert next_for(conn, people.ines, Filters(), place)[1][:2] == LATE
    # What is left behind is everybody's again, also where nothing comes after it.
    left = queue.entry(conn, OUT)
    assert left is not None and left.lease_until is None
    late = queue.entry(conn, LATE)
    assert late is not None and late.owner_name == "ines"
    with pytest.raises(DecisionRefused):
        next_for(conn, people.ivan, Filters(), (late.score, *LATE))
    kept = queue.entry(conn, LATE)
    assert kept is not None and kept.owner_name == "ines"
    with pytest.raises(DecisionRefused):
        next_for(conn, people.ines, Filters(), (late.score, *LATE))
    given = queue.entry(conn, LATE)
    assert given is not None and given.lease_until is None
    assert next_for(conn, people.ines, Filters())[1][:2] == OUT
    lease(conn, people.ines, *LATE)
    for who, filters, code in (
        (people.ivan, Filters(), "nothing_waits"),
        (people.home, Filters(), "role_may_not"),
        (people.anna, Filters(), "role_may_not"),
    ):
        with pytest.raises(DecisionRefused) as caught:
            next_for(conn, who, filters)
        assert code_of(caught) == code


def test_a_second_look_is_not_handed_back(conn: Connection, people: People) -> None:
    decide(conn, people.ines, *OUT, "second_look", cause="conflict")
    assert next_for(conn, people.ines, Filters())[1][:2] == LATE
    with pytest.raises(DecisionRefused) as caught:
        lease(conn, people.ines, *OUT)
    assert code_of(caught) == "second_look_by_another"
    assert next_for(conn, people.ivan, Filters())[1][:2] == OUT


def test_a_final_session_is_not_leased(conn: Connection, people: People) -> None:
    decide(conn, people.sara, *GOOD, "accept", cause="harmless")
    with pytest.raises(DecisionRefused) as caught:
        lease(conn, people.sven, *GOOD)
    assert code_of(caught) == "is_final"


def test_two_that_ask_at_once_get_two(free: People, postgres_url: str) -> None:
    got: list[Leased] = []
    ready = threading.Barrier(2)

    def ask(name: str) -> None:
        with connect(postgres_url, patience_s=10) as own:
            ready.wait(10)
            got.append(next_for(own, getattr(free, name), Filters())[1])

    threads = [threading.Thread(target=ask, args=(name,)) for name in ("ines", "ivan")]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    assert {one[:2] for one in got} == {OUT, LATE}
