"""Bulk decisions: previewed exactly, done whole or not at all, never behind anybody's back."""

from __future__ import annotations

import pytest

from ingest.casework.deciding.bulk import bulk_decide, bulk_preview
from ingest.casework.deciding.bulk_undo import bulk_undo
from ingest.casework.deciding.decide import decide, undo
from ingest.casework.deciding.lease import lease
from ingest.decisions.refusals import DecisionRefused
from ingest.store.connection import Connection
from ingest.store.desk.accounts import audit_ledger
from ingest.store.desk.deciding import decisions
from ingest.store.desk.queue.filters import Filters
from tests.ingest.casework.people import (
    GOOD,
    LATE,
    OUT,
    People,
    balanced,
    code_of,
    conn,
    earned,
    judged_url,
    people,
)

__all__ = ["conn", "judged_url", "people"]
EVERY = Filters(needs_human=False)
RESTORE = ("restore", "unsure", "records_late", "")


def test_what_was_previewed_is_what_is_done(conn: Connection, people: People) -> None:
    preview = bulk_preview(conn, people.ines, EVERY, *RESTORE)
    assert [(one[:2], one.refused, one.minutes, one.before, one.after) for one in preview.items] == [
        (GOOD, "minutes_missing", 0, 10, 10),
        (OUT, "minutes_missing", 0, 0, 0),
        (LATE, "", 9, 0, 9),
    ]
    assert (preview.decided, preview.minutes) == (1, 9)
    assert bulk_preview(conn, people.ines, [LATE, OUT, GOOD], *RESTORE).digest == preview.digest
    done = bulk_decide(conn, people.ines, EVERY, *RESTORE, preview.digest)
    assert (done.decided, done.left_out, earned(conn, LATE)) == (1, 2, 9)
    balanced(conn)
    (made,) = decisions.of_sessions(conn, [LATE])[LATE]
    assert str(made.bulk) == done.bulk and made.chosen == "unsure"
    undo(conn, people.ines, *LATE)
    assert earned(conn, LATE) == 0


def test_anything_that_changed_since_stops_all_of_it(conn: Connection, people: People) -> None:
    accept = ("accept", (), "harmless", "")
    preview = bulk_preview(conn, people.ines, EVERY, *accept)
    assert preview.decided == 3
    lease(conn, people.ivan, *OUT)
    with pytest.raises(DecisionRefused) as caught:
        bulk_decide(conn, people.ines, EVERY, *accept, preview.digest)
    assert code_of(caught) == "changed_meanwhile"
    preview = bulk_preview(conn, people.ines, EVERY, *accept)
    assert {one.refused for one in preview.items if one[:2] == OUT} == {"lease_held"}
    decide(conn, people.ivan, *GOOD, "accept", cause="harmless")
    with pytest.raises(DecisionRefused) as caught:
        bulk_decide(conn, people.ines, EVERY, *accept, preview.digest)
    assert code_of(caught) == "changed_meanwhile"
    assert len(decisions.of_sessions(conn, [GOOD, OUT, LATE])) == 1


def test_another_cause_is_another_preview(conn: Connection, people: People) -> None:
    digest = bulk_preview(conn, people.ines, [OUT], "refuse", "all", "out_of_fence").digest
    for cause, words, code in (
        ("made_up", "", "changed_meanwhile"),
        ("out_of_fence", "more", "changed_meanwhile"),
        ("", "", "cause_missing"),
    ):
        with pytest.raises(DecisionRefused) as caught:
            bulk_decide(conn, people.ines, [OUT], "refuse", "all", cause, words, digest)
        assert code_of(caught) == code


def test_a_school_reaches_its_own_sessions_only(conn: Connection, people: People) -> None:
    withdrawn = ("refuse", "unsure", "withdrawn_by_school")
    assert bulk_preview(conn, people.away, EVERY, *withdrawn).items == []
    (item,) = bulk_preview(conn, people.away, [OUT], *withdrawn).items
    assert (item.refused, item.before, item.after) == ("no_such_session", 0, 0)
    assert bulk_preview(conn, people.home, EVERY, *withdrawn).decided == 1
    with pytest.raises(DecisionRefused) as caught:
        bulk_preview(conn, people.anna, EVERY, *withdrawn)
    assert code_of(caught) == "role_may_not"
    digest = bulk_preview(conn, people.away, EVERY, *withdrawn).digest
    with pytest.raises(DecisionRefused) as caught:
        bulk_decide(conn, people.away, EVERY, *withdrawn, "", digest)
    assert code_of(caught) == "nothing_waits"


def test_too_many_are_refused(conn: Connection, people: People, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("ingest.casework.deciding.bulk.MOST", 2)
    with pytest.raises(DecisionRefused) as caught:
        bulk_preview(conn, people.ines, EVERY, "accept", (), "harmless")
    assert code_of(caught) == "too_many"


def test_a_bulk_decision_is_taken_back_where_it_still_stands(conn: Connection, people: People) -> None:
    """Not where its person has decided since, nor where somebody else works; and by nobody else."""
    before = {key: earned(conn, key) for key in (GOOD, OUT, LATE)}
    refuse = ("refuse", "all", "made_up", "all of one school")
    done = bulk_decide(
        conn, people.ines, EVERY, *refuse, bulk_preview(conn, people.ines, EVERY, *refuse).digest
    )
    assert done.decided == 3 and earned(conn, GOOD) == 0
    decide(conn, people.ines, *OUT, "accept", cause="harmless")
    lease(conn, people.ivan, *LATE)
    with pytest.raises(DecisionRefused) as caught:
        bulk_undo(conn, people.ivan, done.bulk)
    assert code_of(caught) == "nothing_to_undo"
    undone = bulk_undo(conn, people.ines, done.bulk)
    assert (undone.decided, undone.left_out) == (1, 2)
    assert earned(conn, GOOD) == before[GOOD]
    balanced(conn)
    (row,) = conn.execute("SELECT action, details FROM audit_log ORDER BY entry DESC LIMIT 1")
    assert row[0] == "decision.bulk_undo" and row[1]["left_out"] == 2
    assert audit_ledger.first_difference(conn) is None
    with pytest.raises(DecisionRefused):
        bulk_undo(conn, people.ines, done.bulk)
