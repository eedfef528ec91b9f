"""Orders over HTTP: who may give which, what is refused, the pages of the list."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from fastapi.testclient import TestClient

from firmware.wire import orders as wire
from ingest.casework.live import orders
from ingest.store import orders as stored
from ingest.store import registry, registry_file
from ingest.store.connection import Connection
from ingest.store.desk.live import orders_seen
from tests.ingest.desk.asking import as_role
from tests.ingest.receive.terminals import registry_of

NUMBER, OTHER = 7201, 7202
TEXT = f"{NUMBER:016d}"


@pytest.fixture(scope="module", autouse=True)
def registered(desk_conn: Connection) -> Iterator[None]:
    registry.load(desk_conn, registry_file.check(registry_of(NUMBER, OTHER), "test"))
    yield


def give(client: TestClient, by: str = "inspector", **asked: Any) -> Any:
    return client.post("/v1/orders", json={"terminal": TEXT, **asked}, headers=as_role(by))


@pytest.mark.parametrize(
    ("asked", "code", "body"),
    [
        ({"kind": "face_check"}, wire.FACE_CHECK, b"\x00"),
        ({"kind": "face_check", "role": "instructor"}, wire.FACE_CHECK, b"\x01"),
        ({"kind": "ban", "cause": "outside"}, wire.TRAINING_BAN, b"\x01\x00\x00\x00\x00"),
        (
            {"kind": "ban", "cause": "tampered", "end": "2100-01-01T00:00:00Z"},
            wire.TRAINING_BAN,
            b"\x01\xf4\x86\x57\x00",
        ),
        ({"kind": "unban", "cause": "put_right"}, wire.TRAINING_BAN, b"\x00\x00\x00\x00\x00"),
        ({"kind": "resend", "first": 1, "last": 258}, wire.RESEND, b"\x00\x00\x00\x01\x00\x00\x01\x02"),
        ({"kind": "status"}, wire.STATUS, b""),
    ],
)
def test_an_order_is_written_as_the_wire_has_it_and_noted(
    client: TestClient, desk_conn: Connection, asked: dict[str, Any], code: int, body: bytes
) -> None:
    answer = give(client, **asked)
    assert answer.status_code == 201, answer.text
    (order,) = orders_seen.by_key(desk_conn, [(NUMBER, answer.json()["number"])])
    assert (order.code, order.body, order.operator) == (code, body, "test-inspector")
    assert answer.json()["kind"] == asked["kind"]
    noted = desk_conn.execute(
        "SELECT action, subject, actor, details->>'kind', (details->>'order')::int FROM audit_log"
        " ORDER BY entry DESC LIMIT 1"
    ).fetchone()
    assert noted == ("order.give", f"terminal:{TEXT}", "test-inspector", asked["kind"], order.number)


@pytest.mark.parametrize(
    ("asked", "status", "code"),
    [
        ({"kind": "update"}, 422, "invalid_request"),
        ({"kind": "status", "terminal": "7201"}, 422, "invalid_request"),
        ({"kind": "status", "terminal": "0000000000000009"}, 404, "not_found"),
        ({"kind": "status", "terminal": "0000000000007201' OR 1=1 --"}, 422, "invalid_request"),
        ({"kind": "status", "more": 1}, 422, "invalid_request"),
        ({"kind": "resend"}, 422, "order_records"),
        ({"kind": "resend", "first": 5, "last": 4}, 422, "order_records"),
        ({"kind": "resend", "first": 1, "last": 2**32}, 422, "invalid_request"),
        ({"kind": "ban", "end": "2020-01-01T00:00:00Z"}, 422, "time_is_over"),
        ({"kind": "ban", "end": "2030-01-01T00:00:00"}, 422, "invalid_request"),
        ({"kind": "face_check", "first": 1, "last": 2}, 422, "order_field"),
        ({"kind": "unban", "cause": "put_right", "end": "2100-01-01T00:00:00Z"}, 422, "order_field"),
        ({"kind": "status", "role": "both"}, 422, "order_field"),
        ({"kind": "ban"}, 422, "cause_missing"),
        ({"kind": "unban"}, 422, "cause_missing"),
        ({"kind": "ban", "cause": "put_right"}, 422, "cause_unfit"),
        ({"kind": "ban", "cause": "made up"}, 422, "cause_unknown"),
        ({"kind": "ban", "cause": "other", "words": " "}, 422, "words_missing"),
        ({"kind": "ban", "cause": "other", "words": "x" * 81}, 422, "words_too_long"),
        ({"kind": "status", "cause": "outside"}, 422, "cause_unfit"),
        ({"kind": "status", "until": "2200-01-01T00:00:00Z"}, 422, "time_is_over"),
    ],
)
def test_what_does_not_fit_is_refused_and_nothing_is_given(
    client: TestClient, desk_conn: Connection, asked: dict[str, Any], status: int, code: str
) -> None:
    before = len(stored.listed(desk_conn))
    answer = give(client, **asked)
    assert (answer.status_code, answer.json()["error"]["code"]) == (status, code)
    assert len(stored.listed(desk_conn)) == before


def test_why_training_was_banned_is_kept_told_and_in_the_log(
    client: TestClient, desk_conn: Connection
) -> None:
    told = give(client, kind="ban", cause="wrong_person", words="seen by Li at 9").json()
    assert told["cause_text"]["en"].startswith("Somebody else sits") and told["cause_text"]["zh"]
    listed = client.get(f"/v1/orders?terminal={TEXT}", headers=as_role("auditor")).json()["items"]
    (one,) = [row for row in listed if row["number"] == told["number"]]
    assert (one["cause"], one["words"]) == ("wrong_person", "seen by Li at 9")
    noted = desk_conn.execute(
        "SELECT details->>'cause', details->>'words' FROM audit_log ORDER BY entry DESC LIMIT 1"
    ).fetchone()
    assert noted == ("wrong_person", "seen by Li at 9")


@pytest.mark.parametrize("by", ["school", "auditor"])
def test_schools_and_auditors_give_no_orders(client: TestClient, by: str) -> None:
    assert give(client, by, kind="status").status_code == 403


def test_the_list_is_paged_without_a_gap(client: TestClient, desk_conn: Connection) -> None:
    for _ in range(5):
        stored.add(desk_conn, OTHER, wire.STATUS, [b"", b""], "Li")
    path, seen = f"/v1/orders?terminal={OTHER:016d}&limit=3", []
    after: str | None = ""
    while after is not None:
        page = client.get(path + (f"&after={after}" if after else ""), headers=as_role("auditor")).json()
        assert page["count"] == 10
        seen += [one["number"] for one in page["items"]]
        after = page["next"]
    assert seen == list(range(10, 0, -1))
    assert client.get(f"{path}&after=zzz", headers=as_role("auditor")).status_code == 422


def test_a_school_is_told_of_a_face_check_once_the_terminal_has_it(desk_conn: Connection) -> None:
    (number,) = stored.add(desk_conn, OTHER, wire.FACE_CHECK, [b"\x00"], "Li")
    row = desk_conn.execute("SELECT school FROM terminal WHERE number = %s", (OTHER,)).fetchone()
    assert row is not None

    def seen(school: int) -> bool:
        asked = orders_seen.OrderFilter(OTHER, school)
        found = orders_seen.page(desk_conn, asked, None, 1000)
        assert len(found) == orders_seen.count(desk_conn, asked)
        return any(one.number == number for one in found)

    assert (seen(0), seen(row[0])) == (True, False)
    desk_conn.execute(
        "UPDATE terminal_order SET sent_at = now(), received_at = now() WHERE (terminal, number) = (%s, %s)",
        (OTHER, number),
    )
    assert (seen(0), seen(row[0])) == (True, True)


def test_where_an_order_stands(desk_conn: Connection) -> None:
    (number,) = stored.add(desk_conn, OTHER, wire.STATUS, [b""], "Li", until_s=1000)
    (given,) = orders_seen.by_key(desk_conn, [(OTHER, number)])
    now = given.created_at
    for changed, state in (
        (given, orders.WAITING),
        (given._replace(sent_at=now), orders.SENT),
        (given._replace(sent_at=now, received_at=now), orders.RECEIVED),
        (given._replace(received_at=now, done_at=now, outcome=wire.DONE), orders.IS_DONE),
        (given._replace(received_at=now, done_at=now, outcome=wire.MALFORMED), orders.REFUSED),
        (given._replace(received_at=now, done_at=now, outcome=wire.EXPIRED), orders.EXPIRED),
        (given._replace(done_at=now, outcome=wire.EXPIRED), orders.EXPIRED),
    ):
        assert orders.state_of(changed, 999) == state
    assert orders.state_of(given, 1001) == orders.EXPIRED


def test_the_causes_that_a_ban_needs_are_told(client: TestClient) -> None:
    told = client.get("/v1/orders/causes", headers=as_role("inspector")).json()["items"]
    for kind in ("ban", "unban"):
        one = next(cause for cause in told if kind in cause["kinds"] and not cause["needs_words"])
        assert give(client, kind=kind, cause=one["name"]).status_code == 201
