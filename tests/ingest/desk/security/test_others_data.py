"""Another school's sessions, photos, appeals, orders, trainees: nothing, and told as if there were none."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest

from ingest.store.connection import Connection
from tests.ingest.casework.sessions import DIGEST, NAME, OUTSIDE, PHOTO, SCHOOL, store_photo
from tests.ingest.desk.security.conftest import Seat

Seats = Callable[[str], Seat]
NOWHERE = "/sessions/0000000000000099/4"
TRAINEE = "/v1/trainees/{}/{}"
DECISION = {"kind": "accept", "cause": "evidence_agrees"}


@pytest.fixture(scope="module")
def there(conn: Connection) -> str:
    """A session of SCHOOL with a photo, and an order to its terminal."""
    rows = conn.execute("SELECT max(session) FROM session_outcome WHERE terminal = 7").fetchone()
    assert rows is not None
    store_photo(conn, 7, rows[0])
    return f"/sessions/{7:016d}/{rows[0]}"


def asks(path: str, appeal: int) -> list[tuple[str, str, object]]:
    """Every route that names a session, or something of it."""
    terminal = path.split("/")[2]
    photo = f"/v1/photos/{DIGEST.hex()}?terminal={terminal}"
    writes = [
        ("POST", f"/v1{path}/decisions", DECISION),
        ("POST", f"/v1{path}/undo", {}),
        ("POST", f"/v1{path}/repeat", {}),
        ("POST", f"/v1{path}/appeals", {"words": "ours"}),
        ("POST", f"/v1/appeals/{appeal}/thread", {"words": "ours"}),
        ("DELETE", f"/v1/appeals/{appeal}", None),
    ]
    reads = [path, photo, *(f"/v1{path}{end}" for end in ("", "/trace", "/decisions", "/appeals", "/pack"))]
    return [*(("GET", one, None) for one in reads), *writes]


def test_what_is_anothers_is_what_is_not_there(seat: Seats, conn: Connection, there: str) -> None:
    """Status, body and headers are the same but for the moment, and nothing was changed by asking."""
    own, other = seat("own"), seat("other")
    opened = own.send(f"/v1{there}/appeals", {"words": "please, look again"}).json()["appeal"]
    assert other.send("/v1/decisions/undo").json()["error"]["code"] == "nothing_to_undo"
    before = state(conn)
    for (method, theirs, body), (_, nobodys, _) in zip(
        asks(there, opened), asks(NOWHERE, 99_999), strict=True
    ):
        told = [other.send(path, body, method) for path in (theirs, nobodys)]
        # Who has decided nothing has nothing to repeat, wherever.
        wanted = 409 if theirs.endswith("/repeat") else 404
        assert [one.status_code for one in told] == [wanted] * 2, (theirs, told[0].text)
        texts = [one.text.replace(path, "PATH") for one, path in zip(told, (theirs, nobodys), strict=True)]
        assert texts[0] == texts[1], theirs
        assert NAME not in texts[0]
        kinds = [
            {k: v for k, v in one.headers.items() if k not in ("date", "content-length")} for one in told
        ]
        assert kinds[0] == kinds[1], theirs
    assert state(conn) == before
    assert own.get(f"/v1/photos/{DIGEST.hex()}?terminal={7:016d}").content == PHOTO


def state(conn: Connection) -> list[object]:
    names = ("decision", "appeal", "appeal_entry", "credit", "queue_entry")
    return [
        conn.execute(f"SELECT count(*), max(t::text) FROM {name} t".encode()).fetchone() for name in names
    ]


@pytest.mark.parametrize(
    "path",
    [
        "/v1/queue?listed=true",
        f"/v1/queue?listed=true&school={SCHOOL}",
        "/v1/queue?listed=true&search=0000000000000007",
        "/v1/queue/facets?listed=true",
        "/?listed=true",
        "/v1/live",
        "/v1/orders",
        f"/v1/orders?terminal={7:016d}",
        "/v1/statistics/summary",
        *(
            f"/v1/statistics/{one}"
            for one in ("school", "ground", "instructor", "car", "terminal", "operator")
        ),
        "/v1/statistics/conservation",
        "/v1/statistics/anomalies",
        "/v1/statistics/warnings",
        "/v1/exports/conservation.json",
        "/v1/exports/statistics/terminal.json",
        "/v1/exports/statistics/instructor.csv",
        "/v1/exports/reasons.json",
        "/numbers",
        "/numbers/conservation",
    ],
)
def test_lists_and_numbers_hold_nothing_of_others(seat: Seats, there: str, path: str) -> None:
    own, other = seat("own"), seat("other")
    mine, theirs = own.get(path), other.get(path)
    assert (mine.status_code, theirs.status_code) == (200, 200), theirs.text
    held = ("0000000000000007", "0000000000000008", f"{SCHOOL:016d}")
    told = re.sub(r'"key":"\d{16}"', "", theirs.text)
    assert not [one for one in held if one in told], theirs.text


@pytest.mark.parametrize("one", [f"terminal/one?key={7:016d}", f"school/one?key={SCHOOL:016d}"])
def test_one_key_of_others_does_not_exist(seat: Seats, there: str, one: str) -> None:
    own, other = seat("own"), seat("other")
    assert own.get(f"/v1/statistics/{one}").status_code == 200
    assert other.get(f"/v1/statistics/{one}").status_code == 404


def test_trainees_of_others(seat: Seats, conn: Connection) -> None:
    rows = conn.execute("SELECT trainee FROM session_outcome LIMIT 1").fetchone()
    assert rows is not None
    own, other = seat("own"), seat("other")
    number = f"{rows[0]:016d}"
    assert own.get(TRAINEE.format(number, "eligibility")).status_code == 200
    for end, method, body in (("eligibility", "GET", None), ("link", "POST", {})):
        theirs = other.send(TRAINEE.format(number, end), body, method)
        nobodys = other.send(TRAINEE.format("9" * 16, end), body, method)
        assert (theirs.status_code, theirs.text) == (404, nobodys.text)


def test_bulk_and_orders_reach_no_other_school(seat: Seats, conn: Connection) -> None:
    other, before = seat("other"), state(conn)
    named = [{"terminal": f"{terminal:016d}", "session": 4} for terminal in (8, 99)]
    body = {"kind": "accept", "cause": "evidence_agrees", "sessions": named}
    items = other.send("/v1/bulk/preview", body).json()["items"]
    for one in items:
        one.pop("terminal")
    assert items[0] == items[1] and items[0]["refused"] == "no_such_session"
    digest = other.send("/v1/bulk/preview", body).json()["digest"]
    assert other.send("/v1/bulk/decide", {**body, "digest": digest}).status_code == 409
    filtered = {"kind": "accept", "cause": "evidence_agrees", "filters": {"listed": True}}
    assert other.send("/v1/bulk/preview", filtered).json()["items"] == []
    widened = {**filtered, "filters": {"listed": True, "only": 0}}
    assert other.send("/v1/bulk/preview", widened).status_code == 422
    assert other.send("/v1/orders", {"terminal": f"{7:016d}", "kind": "ban"}).status_code == 403
    assert state(conn) == before


def test_an_idempotency_key_is_its_owners(seat: Seats) -> None:
    """Another account with the same key and request gets its own answer, and so does a lesser token."""
    body = {"words": "again and again"}
    path = f"/v1/sessions/{OUTSIDE[0]:016d}/{OUTSIDE[1]}/appeals"
    key = {"idempotency-key": "one"}
    mine = seat("own").send(path, body, **key)
    assert mine.status_code == 200, mine.text
    assert seat("own").send(path, body, **key).headers["idempotent-replay"] == "true"
    theirs = seat("other").send(path, body, **key)
    assert theirs.status_code == 404 and "idempotent-replay" not in theirs.headers
    reader = seat("own").token("read")
    assert reader.post(path, json=body, headers=key).status_code in (403, 422)
