"""One's own browsers and the last use of tokens: what is told, what is ended, one's own only."""

from __future__ import annotations

from datetime import timedelta

from fastapi import FastAPI

from ingest.store.connection import Connection
from ingest.store.desk.accounts import audit_log
from tests.ingest.desk.auth.browsers import Browser, Clock
from tests.ingest.desk.auth.test_accounts_and_tokens import by, make_token


def test_a_browser_is_ended_from_another_one(app: FastAPI, conn: Connection, clock: Clock) -> None:
    left = Browser(app).log_in("ada")
    clock.now += timedelta(minutes=5)
    here = Browser(app).log_in("ada")
    first, second = here.client.get("/v1/account/browsers").json()["items"]
    assert (first["is_this"], second["is_this"]) == (True, False)
    assert second["begun_at"] == (clock.now - timedelta(minutes=5)).strftime("%Y-%m-%dT%H:%M:%SZ")
    assert second["address"] == "192.0.2.1"
    page = here.client.get("/account").text
    assert f"/v1/account/browsers/{second['number']}" in page
    assert f"/v1/account/browsers/{first['number']}" not in page, "for this one there is the log-out"
    clock.now += timedelta(minutes=20)
    for status in (204, 404):
        assert here.send("DELETE", f"/v1/account/browsers/{second['number']}").status_code == status
    assert left.client.get("/v1/account").status_code == 401
    assert here.client.get("/v1/account/browsers").json()["count"] == 1
    [noted, *_] = audit_log.listed(conn, None, 1, action="account.end_browser")
    assert (noted.actor, noted.details) == ("ada", {"number": int(second["number"])})


def test_ones_own_only(li: Browser, app: FastAPI) -> None:
    ada = Browser(app).log_in("ada")
    [own] = [one for one in ada.client.get("/v1/account/browsers").json()["items"] if one["is_this"]]
    assert li.send("DELETE", f"/v1/account/browsers/{own['number']}").status_code == 404
    assert ada.client.get("/v1/account").status_code == 200
    his = li.client.get("/v1/account/browsers").json()["items"]
    assert own["number"] not in [one["number"] for one in his]


def test_one_that_was_left_for_too_long_is_not_listed(app: FastAPI, clock: Clock) -> None:
    Browser(app).log_in("ada")
    clock.now += timedelta(minutes=30, seconds=1)
    here = Browser(app).log_in("ada")
    assert here.client.get("/v1/account/browsers").json()["count"] == 1


def test_the_hour_of_a_tokens_last_use_is_told(li: Browser, app: FastAPI, clock: Clock) -> None:
    program = by(app, make_token(li, "read"))
    assert li.client.get("/v1/tokens").json()["items"][0]["used_at"] is None
    for _ in range(2):
        assert program.get("/v1/account").status_code == 200
        clock.now += timedelta(minutes=1)
    hour = clock.now.strftime("%Y-%m-%dT%H:00:00Z")
    assert li.client.get("/v1/tokens").json()["items"][0]["used_at"] == hour
    assert program.get("/v1/account/browsers").status_code == 403, "a token asks for no browsers"
