"""A school's appeal: opened with words, answered in a thread, closed by another person's decision."""

from __future__ import annotations

import pytest

from ingest.casework.deciding.appeal import WITHDRAWN_MOST, open_appeal, say, withdraw
from ingest.casework.deciding.decide import confirm, decide, propose_reversal, undo
from ingest.casework.deciding.lease import next_for
from ingest.decisions.refusals import DecisionRefused
from ingest.store.connection import Connection
from ingest.store.desk.deciding import appeals
from ingest.store.desk.queue import entries as queue
from ingest.store.desk.queue.filters import Filters
from tests.ingest.casework.people import GOOD, LATE, OUT, People, code_of, conn, judged_url, people

__all__ = ["conn", "judged_url", "people"]
WORDS = "围栏画错了，车在场地内。"


def state(conn: Connection, key: tuple[int, int]) -> tuple[int, bool]:
    row = queue.entry(conn, key)
    assert row is not None
    return row.state, row.needs_human


def test_an_appeal_brings_a_decided_session_back_to_another_person(conn: Connection, people: People) -> None:
    decide(conn, people.ines, *OUT, "accept", cause="evidence_agrees")
    assert state(conn, OUT) == (2, False)
    number = open_appeal(conn, people.home, *OUT, WORDS)
    assert state(conn, OUT) == (3, True)
    assert queue.page(conn, Filters())[0].why[0] == "appealed"
    say(conn, people.ivan, number, "Which gate?")
    say(conn, people.home, number, "The north one.")
    told = appeals.thread(conn, [number])
    assert [(one.name, one.words) for one in told] == [
        ("home", WORDS),
        ("ivan", "Which gate?"),
        ("home", "The north one."),
    ]
    assert next_for(conn, people.ines, Filters())[1][:2] == LATE
    with pytest.raises(DecisionRefused) as caught:
        decide(conn, people.ines, *OUT, "refuse", "all", "appeal_wrong")
    assert code_of(caught) == "needs_second_person"
    done = decide(conn, people.ivan, *OUT, "restore", "all", "appeal_right")
    assert (done.state, done.after) == ("decided", 10)
    (closed,) = appeals.of_session(conn, OUT)
    assert closed.closed_at is not None and (closed.decision, closed.entries) == (done.decision, 3)
    with pytest.raises(DecisionRefused) as caught:
        say(conn, people.home, number, "Thanks.")
    assert code_of(caught) == "appeal_closed"
    # What the undo takes back leaves the appeal open again.
    undo(conn, people.ivan, *OUT)
    assert state(conn, OUT) == (3, True)


def test_a_second_look_and_a_schools_word_leave_it_open(conn: Connection, people: People) -> None:
    number = open_appeal(conn, people.home, *OUT, WORDS)
    decide(conn, people.ines, *OUT, "second_look", cause="unclear")
    decide(conn, people.home, *OUT, "refuse", "all", "withdrawn_by_school")
    assert state(conn, OUT) == (3, True)
    withdraw(conn, people.home, number)
    assert state(conn, OUT)[0] == 0


def test_a_supervisor_closes_it_for_good_until_two_reverse_that(conn: Connection, people: People) -> None:
    open_appeal(conn, people.home, *OUT, WORDS)
    assert decide(conn, people.sara, *OUT, "refuse", "all", "appeal_wrong").state == "final"
    with pytest.raises(DecisionRefused) as caught:
        open_appeal(conn, people.home, *OUT, WORDS)
    assert code_of(caught) == "is_final"
    confirm(conn, people.sven, propose_reversal(conn, people.sara, *OUT, "appeal_right"))
    assert state(conn, OUT) == (3, True)


def test_who_may_not_and_what_cannot_be_appealed(conn: Connection, people: People) -> None:
    for who, key, words, code in (
        (people.ines, OUT, WORDS, "role_may_not"),
        (people.anna, OUT, WORDS, "role_may_not"),
        (people.away, OUT, WORDS, "not_yours"),
        (people.home, GOOD, WORDS, "nothing_to_appeal"),
        (people.home, OUT, "  ", "words_missing"),
        (people.home, OUT, "字" * 1001, "thread_too_long"),
    ):
        with pytest.raises(DecisionRefused) as caught:
            open_appeal(conn, who, *key, words)
        assert code_of(caught) == code
    number = open_appeal(conn, people.home, *OUT, WORDS)
    with pytest.raises(DecisionRefused) as caught:
        open_appeal(conn, people.home, *OUT, WORDS)
    assert code_of(caught) == "appeal_open"
    for who, code in ((people.away, "not_yours"), (people.anna, "role_may_not")):
        with pytest.raises(DecisionRefused) as caught:
            say(conn, who, number, "hm")
        assert code_of(caught) == code
    with pytest.raises(DecisionRefused) as caught:
        say(conn, people.home, number + 1, "hm")
    assert code_of(caught) == "appeal_none"


def test_a_decision_is_appealed_once_and_with_words(conn: Connection, people: People) -> None:
    with pytest.raises(DecisionRefused) as caught:
        open_appeal(conn, people.home, *OUT, "。")
    assert code_of(caught) == "appeal_short"
    open_appeal(conn, people.home, *OUT, WORDS)
    decide(conn, people.ines, *OUT, "accept", cause="appeal_wrong")
    with pytest.raises(DecisionRefused) as caught:
        open_appeal(conn, people.home, *OUT, WORDS)
    assert code_of(caught) == "appeal_answered"
    # Another decision is another matter.
    decide(conn, people.ivan, *OUT, "refuse", "all", "out_of_fence")
    number = open_appeal(conn, people.home, *OUT, WORDS)
    withdraw(conn, people.home, number)
    assert open_appeal(conn, people.home, *OUT, WORDS) > number


def test_an_appeal_is_not_opened_and_taken_back_without_end(conn: Connection, people: People) -> None:
    for _ in range(WITHDRAWN_MOST):
        withdraw(conn, people.home, open_appeal(conn, people.home, *OUT, WORDS))
    # What the school itself says makes no new matter of it.
    decide(conn, people.home, *OUT, "accept", cause="harmless")
    with pytest.raises(DecisionRefused) as caught:
        open_appeal(conn, people.home, *OUT, WORDS)
    assert code_of(caught) == "appeal_withdrawn"
    decide(conn, people.ines, *OUT, "refuse", "all", "out_of_fence")
    open_appeal(conn, people.home, *OUT, WORDS)


@pytest.mark.parametrize(
    ("kind", "cause", "code"),
    [
        ("refuse", "appeal_wrong", "cause_without_appeal"),
        ("restore", "appeal_right", "cause_without_appeal"),
        ("refuse", "withdrawn_by_school", "cause_of_school"),
    ],
)
def test_a_cause_that_is_not_so_is_refused(
    conn: Connection, people: People, kind: str, cause: str, code: str
) -> None:
    """Nothing stands in the ledger that never was: no answer to an appeal that nobody made."""
    with pytest.raises(DecisionRefused) as caught:
        decide(conn, people.ines, *OUT, kind, "all", cause)
    assert code_of(caught) == code
