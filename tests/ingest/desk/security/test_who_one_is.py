"""A thief of cookies and tokens, a guesser, somebody who would have more rights."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import timedelta

import httpx
import pytest
from fastapi import FastAPI

from ingest.desk.auth.means import now_of
from ingest.store.connection import Connection
from tests.ingest.casework.seats import GOOD, make
from tests.ingest.casework.sessions import SCHOOL
from tests.ingest.desk.security.conftest import FROM_HERE, ONCE, Seat, bearer

Seats = Callable[[str], Seat]
OTHER = "drei Boote am Ufer"


@pytest.fixture
def fresh(url: str, conn: Connection, request: pytest.FixtureRequest) -> Iterator[Seat]:
    """An inspector of this test's own, logged in."""
    name = "fresh" + str(abs(hash(request.node.name)))[:8]
    conn.execute("DELETE FROM log_in_failure")
    make(conn, name)
    made = Seat(url, name)
    assert made.log_in().status_code == 303
    yield made
    conn.execute("DELETE FROM log_in_failure")


def lives(client: httpx.Client) -> bool:
    return client.get("/v1/account").status_code == 200


@pytest.mark.parametrize(
    "act",
    [
        ("POST", "disable", None),
        ("PUT", "role", {"role": "supervisor"}),
        ("PUT", "role", {"role": "school", "school": f"{SCHOOL:016d}"}),
        ("POST", "password", {}),
    ],
)
def test_what_was_stolen_ends_with_the_rights(
    seat: Seats, fresh: Seat, url: str, act: tuple[str, str, object]
) -> None:
    """Cookies and tokens of before: a token made as an inspector is none of a supervisor's."""
    thief = httpx.Client(base_url=url, cookies=dict(fresh.http.cookies), limits=ONCE)
    program = fresh.token("read", "accounts", "decide")
    assert lives(thief) and lives(program)
    method, what, body = act
    done = seat("sara").send(f"/v1/accounts/{fresh.name}/{what}", body, method)
    assert done.status_code == 200, done.text
    assert not lives(thief) and not lives(program)
    if what == "disable":
        assert seat("sara").send(f"/v1/accounts/{fresh.name}/enable").status_code == 200
        assert not lives(thief) and not lives(program)


def test_a_second_factor_that_a_thief_saw_is_not_the_owners(seat: Seats, fresh: Seat, url: str) -> None:
    shown = fresh.send("/v1/account/second-factor").json()["secret"]
    assert fresh.send("/v1/account/password", {"present": GOOD, "new": OTHER}).status_code == 200
    again = Seat(url, fresh.name)
    again.log_in(OTHER)
    assert again.send("/v1/account/second-factor").json()["secret"] != shown


def test_a_token_does_what_it_is_for(seat: Seats) -> None:
    reader = seat("ines").token("read")
    assert lives(reader)
    session = "/v1/sessions/0000000000000008/4"
    for method, path in (
        ("POST", f"{session}/decisions"),
        ("POST", f"{session}/lease"),
        ("POST", "/v1/queue/next"),
        ("POST", "/v1/bulk/preview"),
        ("POST", "/v1/orders"),
        ("GET", f"{session}/pack"),
        ("GET", "/v1/exports/reasons.csv"),
        ("GET", "/v1/trainees/0000000000000001/eligibility"),
        # A person's business: a token makes no token, and changes neither password nor second factor.
        ("POST", "/v1/tokens"),
        ("DELETE", "/v1/tokens/1"),
        ("POST", "/v1/account/password"),
        ("POST", "/v1/account/second-factor"),
        ("PUT", "/v1/account/language"),
    ):
        body = {"label": "x", "scopes": ["decide"], "present": GOOD, "new": OTHER, "language": "en"}
        answer = reader.request(method, path, json=body if method != "GET" else None)
        assert answer.status_code in (403, 422), (path, answer.text)
        assert answer.status_code == 403 or answer.json()["error"]["code"] == "invalid_request"
    everything = seat("anna").token("read", "decide", "orders", "export", "accounts", "eligibility")
    assert everything.post(f"{session}/decisions", json={"kind": "accept"}).status_code == 403
    assert everything.post("/v1/accounts", json={"name": "x", "role": "auditor"}).status_code == 403


def test_no_one_raises_oneself(seat: Seats) -> None:
    """Nor by fields that are not asked for, nor somebody else's password by one's own."""
    for name in ("ines", "own", "anna"):
        who = seat(name)
        assert who.send(f"/v1/accounts/{name}/role", {"role": "supervisor"}, "PUT").status_code == 403
        extra = {"language": "en", "role": "supervisor", "is_active": True}
        assert who.send("/v1/account/language", extra, "PUT").status_code == 422
        token = {"label": "x", "scopes": ["read"], "account": 3}
        assert who.send("/v1/tokens", token).status_code == 422
        assert who.send("/v1/tokens?everybody=true", method="GET").status_code == 403
    sara = seat("sara")
    for what, body in (("role", {"role": "inspector"}), ("disable", None), ("password", {})):
        method = "PUT" if what == "role" else "POST"
        assert sara.send(f"/v1/accounts/sara/{what}", body, method).json()["error"]["code"] == "own_account"


def test_a_cookie_that_was_laid_under_is_not_taken(url: str, fresh: Seat, app: FastAPI) -> None:
    laid = "a" * 43
    victim = httpx.Client(base_url=url, cookies={"hourfence": laid}, limits=ONCE)
    answer = victim.post("/log-in", data={"name": fresh.name, "password": GOOD}, headers=FROM_HERE)
    given = answer.headers["set-cookie"]
    assert laid not in given and "HttpOnly" in given and "SameSite=strict" in given and "Path=/" in given
    assert not lives(httpx.Client(base_url=url, cookies={"hourfence": laid}))
    # Logged out is logged out, and so is what was idle or is too old.
    stolen = httpx.Client(base_url=url, cookies=dict(fresh.http.cookies), limits=ONCE)
    assert lives(stolen)
    real = now_of(app)
    try:
        app.state.clock = lambda: real + timedelta(minutes=31)
        assert not lives(stolen)
    finally:
        del app.state.clock
    assert not lives(stolen)


@pytest.mark.parametrize(
    ("headers", "form"),
    [
        ({"sec-fetch-site": "cross-site"}, {}),
        ({"sec-fetch-site": "same-site"}, {}),
        ({"origin": "https://evil.example"}, {}),
        ({"origin": "null"}, {}),
        ({"sec-fetch-site": "same-origin"}, {"csrf": ""}),
        ({"sec-fetch-site": "same-origin"}, {"csrf": "0" * 64}),
        ({"sec-fetch-site": "same-origin"}, {}),
    ],
)
def test_another_sites_form_and_fetch(
    seat: Seats, fresh: Seat, headers: dict[str, str], form: dict[str, str]
) -> None:
    """Another person's token of the page fits no cookie but that person's; text/plain is no way around."""
    cookies = fresh.http
    given = {"csrf": fresh.csrf, **form} if headers.get("sec-fetch-site") != "same-origin" else form
    assert cookies.post("/log-out", data=given, headers=headers).status_code == 403
    asked = '{"label": "x", "scopes": ["read"]}'
    for kind in ("text/plain", "application/json", "application/x-www-form-urlencoded"):
        for token in ("", seat("ivan").csrf):
            sent = {"content-type": kind, "x-csrf-token": token, **headers}
            assert cookies.post("/v1/tokens", content=asked, headers=sent).status_code in (400, 403, 422)
    assert fresh.get("/v1/tokens").json()["count"] == 0
    assert cookies.post("/log-in", data={"name": "ivan", "password": GOOD, **form}, headers=headers)
    assert lives(cookies)


def test_nothing_changes_by_get(seat: Seats, app: FastAPI, conn: Connection) -> None:
    """What a browser loads by itself leaves at most an entry in the log."""
    tables = ("account", "api_token", "decision", "appeal", "queue_entry", "terminal_order")
    names = [one for one in tables if conn.execute("SELECT to_regclass(%s)", (one,)).fetchone() != (None,)]

    def state() -> list[object]:
        return [
            conn.execute(f"SELECT md5(string_agg(t::text, '' ORDER BY t::text)) FROM {n} t").fetchall()
            for n in names
        ]  # type: ignore[arg-type]

    sara, before = seat("sara"), state()
    for path in app.openapi()["paths"]:
        filled = path.format(
            **{name: "1" * 16 for name in ("terminal", "trainee")},
            session=4,
            digest="0" * 64,
            day="2026-03-01",
            file="list",
            dimension="school",
            kind="json",
            name="ines",
            number=1,
            appeal=1,
            proposal=1,
            bulk=1,
        )
        if "events" not in path:
            sara.get(filled)
    assert state() == before


def test_guessing(url: str, fresh: Seat, conn: Connection) -> None:
    """Five wrong from here, whatever X-Forwarded-For says, and the right one is refused too; not for long."""
    for number in range(5):
        spoofed = {"x-forwarded-for": f"203.0.113.{number}", "x-real-ip": f"203.0.113.{number}", **FROM_HERE}
        form = {"name": fresh.name, "password": f"wrong password {number}"}
        assert httpx.post(f"{url}/log-in", data=form, headers=spoofed).status_code == 401
    right = {"name": fresh.name, "password": GOOD}
    answer = httpx.post(f"{url}/log-in", data=right, headers={"x-forwarded-for": "198.51.100.1", **FROM_HERE})
    assert answer.status_code == 429 and 0 < int(answer.headers["retry-after"]) <= 900
    # One who is in stays in.
    assert lives(fresh.http)
    # Many accounts from one address, and one that is not there like one that is.
    conn.execute("DELETE FROM log_in_failure")
    told = [
        httpx.post(
            f"{url}/log-in", data={"name": f"nobody{n}", "password": "x"}, headers=FROM_HERE
        ).status_code
        for n in range(22)
    ]
    assert told == [401] * 20 + [429] * 2


def test_nobody_is_told_which_tokens_there_are(url: str) -> None:
    for text in ("hfd_", "hfd_" + "a" * 43, "a" * 20_000, "hfd_%00"):
        answer = bearer(url, text).get("/v1/account")
        assert answer.status_code in (401, 431) and "hfd_" not in answer.text
