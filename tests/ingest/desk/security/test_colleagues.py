"""An inspector against a colleague, a school against an inspector: leases, repeats, two persons, races."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from functools import partial
from typing import Any

import pytest

from ingest.casework import audit
from ingest.casework.deciding import queue
from ingest.casework.drawing import draw
from ingest.store.connection import Connection
from tests.ingest.casework.draw_rows import OFFSET_MIN, add_account, add_sessions, moment
from tests.ingest.casework.people import balanced, log_is_whole
from tests.ingest.casework.sessions import OUTSIDE
from tests.ingest.desk.security.conftest import Seat, at_once, code

Seats = Callable[[str], Seat]
SESSION = f"/v1/sessions/{OUTSIDE[0]:016d}/{OUTSIDE[1]}"
REFUSE = {"kind": "refuse", "chosen": "all", "cause": "not_driving"}
ACCEPT = {"kind": "accept", "cause": "evidence_agrees"}


def decisions(conn: Connection) -> int:
    row = conn.execute("SELECT count(*) FROM decision").fetchone()
    assert row is not None
    return int(row[0])


def test_an_appeal_takes_no_lease_from_an_inspector(seat: Seats) -> None:
    ines, ivan, own = seat("ines"), seat("ivan"), seat("own")
    assert code(ines.send(f"{SESSION}/lease")) == "ok"
    appeal = own.send(f"{SESSION}/appeals", {"words": "it was us, really"})
    assert code(appeal) == "ok"
    assert code(ivan.send(f"{SESSION}/lease")) == "lease_held"
    assert code(own.send(f"/v1/appeals/{appeal.json()['appeal']}", method="DELETE")) == "ok"
    assert code(ivan.send(f"{SESSION}/lease")) == "lease_held"
    assert code(ines.send(f"{SESSION}/lease", method="DELETE")) == "ok"


def test_who_is_first_decides_and_only_once(seat: Seats, conn: Connection) -> None:
    """Two decide on what both saw, and one sends the same twice: one entry each time."""
    ines, ivan = seat("ines"), seat("ivan")
    for _ in range(3):
        before = decisions(conn)
        seen = ines.get(SESSION).json()["seen"]
        told = at_once(
            partial(ines.send, f"{SESSION}/decisions", REFUSE | {"seen": seen}),
            partial(ivan.send, f"{SESSION}/decisions", ACCEPT | {"seen": seen}),
            partial(ines.send, f"{SESSION}/decisions", REFUSE | {"seen": seen}),
        )
        assert sorted(map(code, told)) == ["changed_meanwhile", "changed_meanwhile", "ok"]
        assert decisions(conn) == before + 1
        who = ines if "ok" in (code(told[0]), code(told[2])) else ivan
        told = at_once(*[partial(who.send, f"{SESSION}/undo")] * 3)
        assert sorted(map(code, told)).count("ok") == 1 and decisions(conn) == before + 2
    balanced(conn)
    log_is_whole(conn)


def test_one_lease_among_many_and_none_decides_over_it(seat: Seats) -> None:
    ines, ivan, sara = seat("ines"), seat("ivan"), seat("sara")
    told = at_once(*[partial(who.send, f"{SESSION}/lease") for who in (ines, ivan, sara)])
    assert sorted(map(code, told)) == ["lease_held", "lease_held", "ok"]
    holder = (ines, ivan, sara)[[code(one) for one in told].index("ok")]
    for who in (ines, ivan, sara):
        if who is not holder:
            assert code(who.send(f"{SESSION}/decisions", ACCEPT)) == "lease_held"
            assert code(who.send(f"{SESSION}/lease", method="DELETE")) == "lease_none"
    assert code(holder.send(f"{SESSION}/lease", method="DELETE")) == "ok"


def test_nobody_undoes_a_colleague(seat: Seats, conn: Connection) -> None:
    ines, ivan, own = seat("ines"), seat("ivan"), seat("own")
    assert code(ines.send(f"{SESSION}/decisions", REFUSE)) == "ok"
    for who in (ivan, own):
        assert code(who.send(f"{SESSION}/undo")) == "nothing_to_undo"
        assert code(who.send("/v1/decisions/undo")) == "nothing_to_undo"
    # Deciding over it leaves both in the ledger, and the log names each.
    assert code(ivan.send(f"{SESSION}/decisions", ACCEPT)) == "ok"
    told = ivan.get(f"{SESSION}/decisions").json()["items"]
    assert [(one["by"], one["kind"]["name"]) for one in told][-2:] == [("ines", "refuse"), ("ivan", "accept")]
    assert code(ines.send(f"{SESSION}/undo")) == "nothing_to_undo"
    assert code(ivan.send(f"{SESSION}/undo")) == "ok"
    assert code(ines.send(f"{SESSION}/undo")) == "ok"
    log_is_whole(conn)


def test_two_persons_and_not_one_twice(seat: Seats, conn: Connection) -> None:
    ines, sara, sven, anna = seat("ines"), seat("sara"), seat("sven"), seat("anna")
    assert code(sara.send(f"{SESSION}/decisions", ACCEPT)) == "ok"
    assert code(sara.send(f"{SESSION}/undo")) == "is_final"
    why = {"cause": "mistaken"}
    for who in (ines, anna):
        assert code(who.send(f"{SESSION}/reversal", why)) == "not_allowed"
    made = sara.send(f"{SESSION}/reversal", why)
    number = made.json()["proposal"]
    assert code(sara.send(f"/v1/reversals/{number}/confirm")) == "needs_second_person"
    program = sara.token("read", "decide")
    assert code(program.post(f"/v1/reversals/{number}/confirm")) == "needs_second_person"
    told = at_once(*[lambda: sven.send(f"/v1/reversals/{number}/confirm")] * 3)
    assert sorted(map(code, told)) == ["ok", "proposal_settled", "proposal_settled"]
    balanced(conn)


# --- blind repeats -------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def repeat(seat: Seats, conn: Connection) -> str:
    """A repeat that ines has answered and ivan has before him; the school has appealed."""
    day = date(2026, 3, 1)
    closing = moment("2026-03-01 22:00")
    add_sessions(conn, 7, moment("2026-03-01 02:00"), [900])
    conn.execute("UPDATE own_verdict SET verdict = 1 WHERE session = 900 AND seq = 8999")
    draw.commit(conn, audit.SYSTEM, closing, OFFSET_MIN, day)
    due = closing + timedelta(hours=2)
    for name in ("li", "wang"):
        draw.enter_seed(conn, add_account(conn, name), due, day, "5e" * 32)
    draw.run(conn, audit.SYSTEM, day)
    queue.refresh(conn, [(7, 900)])
    path = f"/v1/sessions/{7:016d}/900"
    assert conn.execute("SELECT is_repeat FROM drawn_session WHERE session = 900").fetchone() == (True,)
    made = seat("own").send(f"{path}/appeals", {"words": "The car was on the ground all the time."})
    assert code(made) == "ok", made.text
    assert code(seat("ines").send(f"{path}/decisions", ACCEPT)) == "ok"
    return path


def named(path: str) -> dict[str, Any]:
    _, _, _, terminal, session = path.split("/")
    return {"terminal": terminal, "session": int(session)}


def test_a_repeat_is_not_answered_or_seen_in_bulk(seat: Seats, conn: Connection, repeat: str) -> None:
    ivan, before = seat("ivan"), decisions(conn)
    body = {**ACCEPT, "sessions": [named(repeat)]}
    told = ivan.send("/v1/bulk/preview", body).json()
    (item,) = told["items"]
    assert item["refused"] == "decide_singly" and (item["before"], item["after"]) == (1, 1)
    assert code(ivan.send("/v1/bulk/decide", {**body, "digest": told["digest"]})) == "nothing_waits"
    assert decisions(conn) == before


def test_who_decides_a_repeat_hears_nothing_of_the_other(seat: Seats, conn: Connection, repeat: str) -> None:
    (appeal,) = seat("ivan").get(f"{repeat}/appeals").json()["items"]
    assert appeal["closed_at"] is None
    for name in ("ines", "ivan"):
        said = seat(name).send(f"/v1/appeals/{appeal['id']}/thread", {"words": "I have seen it."})
        assert code(said) == "decide_drawn"


def test_a_repeat_shows_no_first_decision(seat: Seats, repeat: str) -> None:
    ivan = seat("ivan")
    for path in (
        repeat,
        f"{repeat}/decisions",
        f"{repeat}/appeals",
        repeat.removeprefix("/v1"),
        "/?listed=true",
    ):
        answer = ivan.get(path)
        assert answer.status_code == 200 and "ines" not in answer.text, path
    assert code(ivan.send(f"{repeat}/undo")) == "nothing_to_undo"
