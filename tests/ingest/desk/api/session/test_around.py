"""Notes, neighbours and the fences' history over the API: who may, and what stays behind."""

from __future__ import annotations

from collections.abc import Iterator

import psycopg
import pytest
from fastapi.testclient import TestClient

from ingest.casework import audit
from ingest.casework.up_to_date import bring_up_to_date
from ingest.store.connection import Connection
from ingest.store.desk.accounts import audit_log
from tests.ingest.casework.sessions import GROUND, INSIDE, SCHOOL, filled
from tests.ingest.desk.asking import as_role

PATH = f"/v1/sessions/{INSIDE[0]:016d}/{INSIDE[1]}"
NOTES = f"{PATH}/notes"
WORDS = "Call the school:\n<b>the gate</b> was shut."


@pytest.fixture(scope="module")
def conn(desk_conn: Connection) -> Iterator[Connection]:
    filled(desk_conn)
    bring_up_to_date(desk_conn)
    yield desk_conn


def noted(client: TestClient, role: str = "inspector", words: str = WORDS, path: str = NOTES) -> int:
    return client.post(path, headers=as_role(role), json={"words": words}).status_code


def test_a_note_is_kept_told_and_logged(conn: Connection, client: TestClient) -> None:
    before = client.get(PATH, headers=as_role("inspector")).json()
    assert noted(client) == 200 and noted(client, "supervisor", "Done.") == 200
    for role in ("inspector", "supervisor", "auditor"):
        items = client.get(NOTES, headers=as_role(role)).json()["items"]
        assert [(one["role"], one["words"]) for one in items] == [
            ("inspector", WORDS),
            ("supervisor", "Done."),
        ]
    # Nothing else of the session has changed for it.
    assert client.get(PATH, headers=as_role("inspector")).json() == before
    row = conn.execute(
        "SELECT actor, subject, details->>'words' FROM audit_log WHERE action = 'note.add' ORDER BY entry"
    ).fetchone()
    assert row == ("test-inspector", f"session:{INSIDE[0]:016d}/{INSIDE[1]}", WORDS)
    assert audit.verify(audit_log.every(conn)).broken_at is None


def test_schools_neither_read_nor_write_notes(conn: Connection, client: TestClient) -> None:
    noted(client)
    school = as_role("school", SCHOOL)
    assert client.get(NOTES, headers=school).status_code == 403
    assert client.post(NOTES, headers=school, json={"words": "x"}).status_code == 403
    for path in (PATH, f"/sessions/{INSIDE[0]:016d}/{INSIDE[1]}"):
        assert "the gate" not in client.get(path, headers=school).text
    assert noted(client, "auditor") == 403


@pytest.mark.parametrize(
    ("words", "status"), [("", 422), (" \n\x07", 422), ("字" * 1000, 200), ("字" * 1001, 422)]
)
def test_a_note_has_a_length(conn: Connection, client: TestClient, words: str, status: int) -> None:
    answer = client.post(NOTES, headers=as_role("inspector"), json={"words": words})
    assert answer.status_code == status
    if status == 422:
        assert answer.json()["error"]["code"] == "note_length"


def test_of_a_drawn_session_one_sees_ones_own_until_it_is_decided(
    conn: Connection, client: TestClient
) -> None:
    noted(client, "supervisor", "look at the gate")
    noted(client, words="mine")
    key = (INSIDE[0], INSIDE[1])
    for drawn, state, sees in ((True, 0, False), (True, 2, True), (False, 0, True)):
        conn.execute(
            "UPDATE queue_entry SET drawn = %s, state = %s WHERE (terminal, session) = (%s, %s)",
            (drawn, state, *key),
        )
        for role, is_seen in (("inspector", sees), ("supervisor", True), ("auditor", True)):
            items = client.get(NOTES, headers=as_role(role)).json()["items"]
            said = {one["words"] for one in items}
            assert "mine" in said and ("look at the gate" in said) == is_seen


def test_a_note_stays_as_it_is(conn: Connection, client: TestClient) -> None:
    noted(client)
    for statement in ("UPDATE session_note SET words = 'x'", "DELETE FROM session_note"):
        with pytest.raises(psycopg.Error, match="session_note"):
            conn.execute(statement.encode())


def test_what_is_not_there_has_no_notes(conn: Connection, client: TestClient) -> None:
    nowhere = "/v1/sessions/0000000000000007/999/notes"
    assert noted(client, path=nowhere) == 404
    assert client.get(nowhere, headers=as_role("inspector")).status_code == 404


def test_neighbours_and_fences_are_a_schools_own(conn: Connection, client: TestClient) -> None:
    for part, what in (("neighbours", "items"), ("fences?datum=gcj02", "fences")):
        for role in ("inspector", "auditor"):
            told = client.get(f"{PATH}/{part}", headers=as_role(role)).json()
            assert len(told[what]) == 1
        assert client.get(f"{PATH}/{part}", headers=as_role("school", SCHOOL)).status_code == 200
        assert client.get(f"{PATH}/{part}", headers=as_role("school", SCHOOL + 1)).status_code == 404
    fence = client.get(f"{PATH}/fences", headers=as_role("inspector")).json()["fences"][0]
    assert fence["fence"] == "F1" and fence["versions"][0]["ground"] == GROUND
