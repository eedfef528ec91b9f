"""Decisions in the database: the ledger follows them, they survive the judge, each leaves its trail."""

from __future__ import annotations

import threading
import time

import psycopg
import pytest

from ingest.casework.deciding.decide import (
    decide,
    undo,
    undo_last,
)
from ingest.casework.drawing.blind import repeat
from ingest.casework.up_to_date import bring_up_to_date
from ingest.decisions.refusals import DecisionRefused
from ingest.eligibility import eligibility
from ingest.judge.rulebook.rule_set import RuleSet
from ingest.judging.run import judge_all
from ingest.store.connection import Connection, connect
from ingest.store.desk.queue import entries as queue
from ingest.store.desk.queue.entries import QueueRow
from ingest.store.evidence import append
from tests.ingest.casework.people import (
    GOOD,
    LATE,
    OUT,
    OUT_START,
    People,
    balanced,
    code_of,
    conn,
    earned,
    free,
    judged_url,
    people,
    refused_as,
)
from tests.ingest.judging.journal import START, Journal

__all__ = ["conn", "free", "judged_url", "people"]
FIVE = [OUT_START + at for at in range(5)]


def entry(conn: Connection, key: tuple[int, int]) -> QueueRow:
    found = queue.entry(conn, key)
    assert found is not None
    return found


def test_refused_and_restored_minutes_are_in_the_ledger(conn: Connection, people: People) -> None:
    three = [START, START + 1, START + 2]
    done = decide(conn, people.ines, *GOOD, "refuse", three, "not_driving", "stood at the gate")
    assert (done.state, done.before, done.after, earned(conn, GOOD)) == ("decided", 10, 7, 7)
    done = decide(conn, people.ines, *OUT, "restore", FIVE, "fence_drawn_wrong")
    assert (done.before, done.after, earned(conn, OUT)) == (0, 5, 5)
    balanced(conn)
    row = entry(conn, OUT)
    assert (row.state, row.needs_human, row.layer, row.effective, row.owner_name) == (2, False, 2, 5, "ines")
    held = conn.execute("SELECT minutes, decision FROM credit ORDER BY entry").fetchall()
    assert [minutes for minutes, _ in held] == [10, -3, 5] and held[0][1] is None
    machine = conn.execute("SELECT count(*) FROM effective_verdict WHERE machine_verdict = 0").fetchone()
    assert machine == (10,)


def test_decisions_survive_other_rules_and_undo_gives_the_machine_back(free: People) -> None:
    conn, people = free.conn, free
    decide(conn, people.ines, *GOOD, "refuse", [START, START + 1, START + 2], "not_driving")
    decide(conn, people.ines, *OUT, "restore", FIVE, "fence_drawn_wrong")
    judge_all(conn, RuleSet(version="strict", day_cap_practice_min=4))
    bring_up_to_date(conn)
    # The machine leaves 4 of 10; of these a human had refused three.
    assert (earned(conn, GOOD), earned(conn, OUT)) == (1, 5)
    balanced(conn)
    row = entry(conn, GOOD)
    assert (row.changed, row.needs_human, row.state, "changed" in row.why) == (True, True, 0, True)
    assert not entry(conn, OUT).changed
    assert undo(conn, people.ines, *GOOD).after == 4
    assert undo(conn, people.ines, *OUT).after == 0
    balanced(conn)
    judge_all(conn)
    bring_up_to_date(conn)
    assert (earned(conn, GOOD), earned(conn, OUT)) == (10, 0)
    with refused_as("nothing_to_undo"):
        undo(conn, people.ines, *GOOD)


def test_the_ledger_adds_up_at_once_after_judging(free: People) -> None:
    conn, people = free.conn, free
    decide(conn, people.ines, *GOOD, "accept", cause="harmless")
    strict = RuleSet(version="strict", day_cap_practice_min=4)
    assert judge_all(conn, strict).new_credit_entries == 2
    # What was accepted by a human stays, though the machine now refuses six.
    assert earned(conn, GOOD) == 10
    assert judge_all(conn, strict).new_credit_entries == 0


def test_minutes_that_unsure_rules_credit_are_taken_back_and_given(free: People) -> None:
    conn, people = free.conn, free
    judge_all(conn, RuleSet(version="mild", unsure_counts=1))
    assert earned(conn, LATE) == 9
    unsure = [START + 40 + at for at in range(4)]
    decide(conn, people.ines, *LATE, "refuse", unsure, "made_up")
    assert earned(conn, LATE) == 5
    undo_last(conn, people.ines)
    decide(conn, people.ines, *LATE, "restore", "unsure", "records_late")
    assert earned(conn, LATE) == 9
    judge_all(conn)
    assert earned(conn, LATE) == 9
    bring_up_to_date(conn)


def test_records_held_back_earn_nothing_where_all_was_refused(free: People) -> None:
    conn, people = free.conn, free
    decide(conn, people.ines, *LATE, "refuse", "all", "made_up")
    append(conn, [Journal(8, 22).session(10, START + 40).rows[8]])
    judge_all(conn)
    assert earned(conn, LATE) == 0
    bring_up_to_date(conn)
    row = entry(conn, LATE)
    assert (row.effective, row.accepted, "changed" in row.why) == (0, 10, True)
    balanced(conn)
    assert undo_last(conn, people.ines).after == 10
    assert earned(conn, LATE) == 10
    balanced(conn)


def test_a_late_record_is_left_to_the_machine_by_accepting(free: People) -> None:
    conn, people = free.conn, free
    decide(conn, people.ines, *LATE, "accept", cause="evidence_agrees")
    assert earned(conn, LATE) == 0
    append(conn, [Journal(8, 22).session(10, START + 40).rows[8]])
    judge_all(conn)
    bring_up_to_date(conn)
    assert earned(conn, LATE) == 10
    assert entry(conn, LATE).why[0] == "changed"


def test_eligibility_follows_the_decision(free: People) -> None:
    conn, people = free.conn, free
    decide(conn, people.ines, *OUT, "restore", FIVE, "fence_drawn_wrong")
    decide(conn, people.ines, *GOOD, "refuse", [START], "not_driving")
    report = eligibility(conn, 21, OUT_START * 60 + 90_000)
    sessions = {one["session"]: one for one in report["sessions"]}
    assert sessions[OUT[1]]["minutes_credited"] == 5 and sessions[GOOD[1]]["minutes_credited"] == 9
    told = [minute["verdict"] for minute in sessions[OUT[1]]["minutes"]]
    assert told == ["accepted"] * 5 + ["refused"] * 5
    assert [one["verdict"] for one in sessions[GOOD[1]]["minutes"]][:2] == ["refused", "accepted"]


def test_undo_is_for_ones_own_last_and_repeat_goes_on(conn: Connection, people: People) -> None:
    with refused_as("nothing_to_repeat"):
        repeat(conn, people.ines, *GOOD)
    decide(conn, people.ines, *LATE, "restore", "unsure", "records_late", "seen in the logs")
    with refused_as("nothing_to_undo"):
        undo(conn, people.ivan, *LATE)
    with refused_as("minutes_missing"):
        repeat(conn, people.ines, *GOOD)
    undo_last(conn, people.ines)
    decide(conn, people.ines, *OUT, "restore", "reason:20", "fence_drawn_wrong")
    assert earned(conn, OUT) == 10
    decide(conn, people.ivan, *OUT, "refuse", "all", "out_of_fence")
    undo_last(conn, people.ivan)
    assert (earned(conn, OUT), earned(conn, LATE)) == (10, 0)


def test_what_changed_meanwhile_is_not_decided(conn: Connection, people: People) -> None:
    seen = decide(conn, people.ines, *GOOD, "accept", cause="harmless").seen
    decide(conn, people.ivan, *GOOD, "refuse", [START], "not_driving")
    with refused_as("changed_meanwhile"):
        decide(conn, people.ines, *GOOD, "accept", cause="harmless", seen=seen)
    assert earned(conn, GOOD) == 9


def test_who_may_not_is_refused_and_nothing_is_kept(conn: Connection, people: People) -> None:
    for who, kind, minutes, cause, words, code in (
        (people.anna, "accept", (), "harmless", "", "role_may_not"),
        (people.away, "accept", (), "harmless", "", "not_yours"),
        (people.home, "restore", FIVE, "fence_edge", "", "school_cannot_restore"),
        (people.home, "second_look", (), "unclear", "", "role_may_not"),
        (people.ines, "reverse", (), "mistaken", "", "kind_unknown"),
        (people.ines, "accept", (), "", "", "cause_missing"),
        (people.ines, "accept", (), "whim", "", "cause_unknown"),
        (people.ines, "accept", (), "made_up", "", "cause_unfit"),
        (people.ines, "accept", (), "other", " ", "words_missing"),
        (people.ines, "accept", (), "harmless", "字" * 81, "words_too_long"),
        (people.ines, "refuse", (), "made_up", "", "minutes_missing"),
        (people.ines, "refuse", [START + 500], "made_up", "", "minutes_unknown"),
        (people.ines, "refuse", "some", "made_up", "", "minutes_unknown"),
    ):
        with pytest.raises(DecisionRefused) as caught:
            decide(conn, who, *OUT, kind, minutes, cause, words)
        assert code_of(caught) == code
    with refused_as("no_such_session"):
        decide(conn, people.ines, 7, 999, "accept", cause="harmless")
    assert conn.execute("SELECT count(*) FROM decision").fetchone() == (0,)
    assert conn.execute("SELECT count(*) FROM audit_log").fetchone() == (0,)


def test_a_school_withdraws_minutes_and_a_human_is_still_asked(conn: Connection, people: People) -> None:
    done = decide(conn, people.home, *LATE, "refuse", "unsure", "withdrawn_by_school")
    assert done.state == "new" and entry(conn, LATE).needs_human
    # The layer above wins, whenever it speaks.
    decide(conn, people.ines, *LATE, "restore", "all", "records_late")
    decide(conn, people.home, *LATE, "refuse", "all", "withdrawn_by_school")
    assert earned(conn, LATE) == 9


def test_a_second_look_is_somebody_elses(conn: Connection, people: People) -> None:
    assert decide(conn, people.ines, *OUT, "second_look", cause="unclear").state == "new"
    assert entry(conn, OUT).why[0] == "second_look"
    with refused_as("second_look_by_another"):
        decide(conn, people.ines, *OUT, "accept", cause="harmless")
    assert decide(conn, people.ivan, *OUT, "accept", cause="nothing_new").state == "decided"


def test_the_ledger_of_decisions_is_append_only(conn: Connection, people: People) -> None:
    decide(conn, people.ines, *GOOD, "accept", cause="harmless")
    for statement in ("UPDATE decision SET words = ''", "DELETE FROM decision", "TRUNCATE decision CASCADE"):
        with pytest.raises(psycopg.Error, match="append-only"), conn.transaction():
            conn.execute(statement.encode())


def test_a_decision_waits_for_the_judge_and_the_judge_for_it(free: People, postgres_url: str) -> None:
    """A decision not yet committed when the judge settles the session: the ledger adds up all the same."""
    started, errors = threading.Event(), list[BaseException]()

    def judge_strictly() -> None:
        try:
            with connect(postgres_url, patience_s=10) as own:
                started.set()
                judge_all(own, RuleSet(version="strict", day_cap_practice_min=4))
        except BaseException as fault:
            errors.append(fault)

    decide(free.conn, free.ines, *GOOD, "accept", cause="harmless")
    with free.conn.transaction():
        decide(free.conn, free.ivan, *GOOD, "refuse", [START], "not_driving")
        thread = threading.Thread(target=judge_strictly)
        thread.start()
        started.wait(10)
        time.sleep(0.5)
    thread.join(60)
    assert errors == [] and not thread.is_alive()
    bring_up_to_date(free.conn)
    assert earned(free.conn, GOOD) == 9
