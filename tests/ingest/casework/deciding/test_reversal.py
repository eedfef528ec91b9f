"""Two supervisors reverse what is final; one person with two accounts does not."""

from __future__ import annotations

from ingest.casework import audit
from ingest.casework.deciding.decide import (
    confirm,
    decide,
    decline,
    propose_reversal,
    undo,
)
from ingest.store.connection import Connection
from ingest.store.desk.deciding import decisions
from tests.ingest.casework.people import (
    GOOD,
    OUT,
    OUT_START,
    People,
    conn,
    earned,
    free,
    judged_url,
    people,
    refused_as,
)

__all__ = ["conn", "free", "judged_url", "people"]

FIVE = [OUT_START + at for at in range(5)]


def test_a_second_account_in_the_same_hands_is_no_second_person(conn: Connection, people: People) -> None:
    decide(conn, people.sara, *OUT, "refuse", "all", "out_of_fence")
    number = propose_reversal(conn, people.sara, *OUT, "mistaken")
    audit.note(conn, people.sara, "account.set_password", "account:sven", {})
    with refused_as("same_hands"):
        confirm(conn, people.sven, number)
    decline(conn, people.sven, number)
    number = propose_reversal(conn, people.sven, *OUT, "mistaken")
    with refused_as("same_hands"):
        confirm(conn, people.sara, number)
    assert earned(conn, OUT) == 0


def test_a_final_decision_takes_two_supervisors(conn: Connection, people: People) -> None:
    decide(conn, people.ines, *OUT, "restore", FIVE, "fence_drawn_wrong")
    assert decide(conn, people.sara, *OUT, "refuse", "all", "out_of_fence").state == "final"
    for who in (people.ines, people.sara, people.sven, people.home):
        with refused_as("is_final"):
            decide(conn, who, *OUT, "accept", cause="harmless")
    with refused_as("is_final"):
        undo(conn, people.sara, *OUT)
    with refused_as("role_may_not"):
        propose_reversal(conn, people.ines, *OUT, "mistaken")
    number = propose_reversal(conn, people.sara, *OUT, "mistaken")
    with refused_as("proposal_open"):
        propose_reversal(conn, people.sven, *OUT, "mistaken")
    with refused_as("needs_second_person"):
        confirm(conn, people.sara, number)
    with refused_as("role_may_not"):
        confirm(conn, people.ines, number)
    assert earned(conn, OUT) == 0
    done = confirm(conn, people.sven, number)
    assert (done.state, done.after, earned(conn, OUT)) == ("decided", 5, 5)
    with refused_as("proposal_settled"):
        confirm(conn, people.sven, number)
    with refused_as("proposal_none"):
        confirm(conn, people.sven, number + 1)
    last = decisions.of_sessions(conn, [OUT])[OUT][-1]
    assert (last.kind, last.name, last.proposer) == ("reverse", "sven", "sara")


def test_a_proposal_is_withdrawn_or_refused(conn: Connection, people: People) -> None:
    decide(conn, people.sara, *OUT, "accept", cause="evidence_agrees")
    with refused_as("is_not_final"):
        propose_reversal(conn, people.sara, *GOOD, "mistaken")
    assert decline(conn, people.sara, propose_reversal(conn, people.sara, *OUT, "mistaken")) == "withdrawn"
    assert decline(conn, people.sven, propose_reversal(conn, people.sara, *OUT, "mistaken")) == "refused"
    assert decisions.open_proposals(conn) == []
