"""An undo that names its decision takes back that one or nothing."""

from __future__ import annotations

import pytest

from ingest.casework.deciding.decide import decide
from ingest.casework.drawing.blind import last_decision, undo
from ingest.decisions.refusals import DecisionRefused
from ingest.store.connection import Connection
from tests.ingest.casework.people import LATE, OUT, People, code_of, conn, judged_url, people

__all__ = ["conn", "judged_url", "people"]


def test_only_the_decision_that_is_named_is_taken_back(conn: Connection, people: People) -> None:
    assert last_decision(conn, people.ines) is None
    older = decide(conn, people.ines, *LATE, "accept", cause="harmless").decision
    first = decide(conn, people.ines, *OUT, "accept", cause="harmless").decision
    second = decide(conn, people.ines, *OUT, "refuse", "all", "out_of_fence").decision
    for key, named in ((OUT, first), (OUT, older), (LATE, second)):
        with pytest.raises(DecisionRefused) as caught:
            undo(conn, people.ines, *key, decision=named)
        assert code_of(caught) == "changed_meanwhile"
    last = last_decision(conn, people.ines)
    assert last is not None and last.id == second
    undo(conn, people.ines, *OUT, decision=second)
    last = last_decision(conn, people.ines)
    assert last is not None and last.id == first
    with pytest.raises(DecisionRefused) as caught:
        undo(conn, people.ivan, *OUT, decision=first)
    assert code_of(caught) == "nothing_to_undo"
