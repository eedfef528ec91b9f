"""The same thing by two at the same moment: done once, and the desk is never without a supervisor."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from functools import partial

from ingest.casework import audit
from ingest.store.connection import Connection
from ingest.store.desk.accounts import audit_ledger, audit_log
from tests.ingest.casework.people import balanced
from tests.ingest.casework.sessions import INSIDE, OUTSIDE
from tests.ingest.desk.security.conftest import Seat, at_once, code

Seats = Callable[[str], Seat]
SESSION = f"/v1/sessions/{OUTSIDE[0]:016d}/{OUTSIDE[1]}"


def test_two_bulks_of_one_preview(seat: Seats, conn: Connection) -> None:
    ines, ivan = seat("ines"), seat("ivan")
    named = [{"terminal": f"{terminal:016d}", "session": session} for terminal, session in (INSIDE, OUTSIDE)]
    body = {"kind": "accept", "cause": "evidence_agrees", "sessions": named}
    sent = [
        (who, {**body, "digest": who.send("/v1/bulk/preview", body).json()["digest"]})
        for who in (ines, ines, ivan)
    ]
    told = at_once(*[partial(who.send, "/v1/bulk/decide", asked) for who, asked in sent])
    assert Counter(map(code, told)) == {"ok": 1, "changed_meanwhile": 2}
    assert conn.execute("SELECT count(*), count(DISTINCT bulk) FROM decision").fetchone() == (2, 1)
    balanced(conn)


def test_one_appeal_of_many_and_one_key_once(seat: Seats, conn: Connection) -> None:
    own = seat("own")
    words = [{"words": f"appeal number {n}"} for n in range(4)]
    told = at_once(*[partial(own.send, f"{SESSION}/appeals", one) for one in words])
    assert Counter(map(code, told)) == {"ok": 1, "appeal_open": 3}
    thread = f"/v1/appeals/{next(one.json()['appeal'] for one in told if one.is_success)}/thread"
    key = {"idempotency-key": "said once"}
    told = at_once(*[partial(own.send, thread, {"words": "once"}, "POST", **key) for _ in range(5)])
    assert set(map(code, told)) <= {"ok", "being_answered"}
    assert conn.execute("SELECT count(*) FROM appeal_entry WHERE words = 'once'").fetchone() == (1,)


def test_two_who_end_each_other(seat: Seats, conn: Connection) -> None:
    sara, sven = seat("sara"), seat("sven")
    told = at_once(
        partial(sara.send, "/v1/accounts/sven/disable"),
        partial(sven.send, "/v1/accounts/sara/role", {"role": "auditor"}, "PUT"),
    )
    assert [one.status_code for one in told].count(200) == 1, [one.text for one in told]
    left = "SELECT count(*) FROM account WHERE role = 'supervisor' AND is_active"
    assert conn.execute(left).fetchone() == (1,)


def test_many_acts_are_one_chain(seat: Seats, conn: Connection) -> None:
    """Written by many at once the log has no gap, and each decision is told as it is."""
    seats = [seat(name) for name in ("ines", "ivan", "own", "anna")]
    at_once(*[partial(who.send, "/v1/tokens", {"label": "x", "scopes": ["read"]}) for who in seats * 3])
    assert audit.verify(audit_log.every(conn)).broken_at is None
    assert audit_ledger.first_difference(conn) is None
    row = conn.execute("SELECT count(*) FROM audit_log WHERE action = 'token.add'").fetchone()
    assert row == (12,)
