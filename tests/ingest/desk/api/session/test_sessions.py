"""A session and its photos over the API and as a page: whose it is, and names that want to be scripts."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from fastapi.testclient import TestClient

from ingest.desk.kernel import texts
from ingest.store.connection import Connection
from tests.ingest.casework.sessions import DIGEST, GROUND, NAME, PHOTO, SCHOOL, filled, store_photo
from tests.ingest.desk.asking import as_role

STATIC = Path(texts.__file__).parent.parent / "static" / "session"
TEMPLATES = Path(texts.__file__).parent.parent / "templates" / "session"
ROLES = ("supervisor", "inspector", "auditor")


@pytest.fixture(scope="module")
def path(desk_conn: Connection) -> Iterator[str]:
    """The session's path below /v1 and /."""
    terminal, session = filled(desk_conn)
    store_photo(desk_conn, terminal, session)
    yield f"/sessions/{terminal:016d}/{session}"


def photo(terminal: int = 7, digest: bytes = DIGEST) -> str:
    return f"/v1/photos/{digest.hex()}?terminal={terminal:016d}"


@pytest.mark.parametrize("role", ROLES)
def test_who_may_read_reads_all_of_it(client: TestClient, path: str, role: str) -> None:
    answer = client.get("/v1" + path, headers=as_role(role))
    assert answer.status_code == 200
    assert answer.json()["head"]["trainee"]["name"] == NAME
    trace = client.get(f"/v1{path}/trace?datum=gcj02", headers=as_role(role)).json()
    assert len(trace["minutes"]) == 10 and trace["datum"] == "gcj02"


def test_a_school_has_its_own_sessions_only(client: TestClient, path: str) -> None:
    for asked in (f"/v1{path}", f"/v1{path}/trace", path, photo()):
        assert client.get(asked, headers=as_role("school", SCHOOL)).status_code == 200
        other = client.get(asked, headers=as_role("school", SCHOOL + 1))
        assert other.status_code == 404
        assert NAME not in other.text and "script>alert" not in other.text


def test_a_school_is_not_told_who_is_looking(client: TestClient, path: str) -> None:
    inspector, school = as_role("inspector"), as_role("school", SCHOOL)
    assert client.post(f"/v1{path}/lease", headers=inspector).status_code == 200
    refuse = {"kind": "refuse", "chosen": "all", "cause": "withdrawn"}
    told = [
        client.get("/v1" + path, headers=school),
        client.get("/v1/queue?state=leased", headers=school),
        client.get(path, headers=school),
        client.get("/?state=leased", headers=school),
        client.post(f"/v1{path}/decisions", json=refuse, headers=school),
    ]
    assert told[0].json()["head"]["state"] == told[1].json()["items"][0]["state"] == "leased"
    assert told[4].json()["error"]["code"] == "lease_held" and "until_s" in told[4].json()["error"]["details"]
    assert not any("test-inspector" in one.text for one in told)
    assert "test-inspector" in client.get("/v1/queue?state=leased", headers=inspector).text
    assert client.delete(f"/v1{path}/lease", headers=inspector).status_code < 300


def test_nobody_sees_nothing(client: TestClient, path: str) -> None:
    assert client.get("/v1" + path).status_code == 401
    assert client.get(photo()).status_code == 401


@pytest.mark.parametrize(
    "asked",
    [
        "/v1/sessions/0000000000000007/99999",
        "/v1/sessions/9999999999999999/1",
        "/v1/photos/" + "0" * 64 + "?terminal=0000000000000007",
        "/sessions/0000000000000007/99999",
    ],
)
def test_what_is_not_there_is_404(client: TestClient, path: str, asked: str) -> None:
    assert client.get(asked, headers=as_role("inspector")).status_code == 404


@pytest.mark.parametrize(
    "asked",
    [
        "/v1/sessions/7/1",
        "/v1/sessions/0000000000000007/0",
        "/v1/sessions/0000000000000007/1;drop",
        "/v1/sessions/0000000000000007/18446744073709551616",
        "/v1/photos/..%2f..%2fetc?terminal=0000000000000007",
        "/v1/photos/" + "g" * 64 + "?terminal=0000000000000007",
        "/v1/photos/" + "0" * 64 + "?terminal=1' or '1'='1",
        "/v1/sessions/0000000000000007/4/trace?datum=bd09",
    ],
)
def test_what_is_no_address_is_refused(client: TestClient, path: str, asked: str) -> None:
    answer = client.get(asked, headers=as_role("inspector"))
    assert answer.status_code in (404, 422)
    assert set(answer.json()["error"]) == {"code", "message", "details"}


def test_a_photo_is_a_picture_and_each_look_an_entry(
    client: TestClient, desk_conn: Connection, path: str
) -> None:
    def looks() -> int:
        row = desk_conn.execute("SELECT count(*) FROM audit_log WHERE action = 'face_viewed'").fetchone()
        assert row is not None
        return int(row[0])

    before = looks()
    answer = client.get(photo(), headers=as_role("inspector"))
    assert (answer.headers["content-type"], answer.content) == ("image/jpeg", PHOTO)
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert answer.headers["cache-control"] == "no-store"
    assert looks() == before + 1
    client.get("/v1" + path, headers=as_role("inspector"))
    client.get(path, headers=as_role("inspector"))
    # The page itself shows no face.
    assert looks() == before + 1


def test_names_are_text_on_the_page(client: TestClient, path: str) -> None:
    page = client.get(path, headers=as_role("inspector")).text
    assert "<script>alert" not in page and "<img" not in page
    assert "&lt;script&gt;alert" in page
    held = re.search(r'<script type="application/json" id="session">(.*?)</script>', page, re.DOTALL)
    assert held is not None and "<" not in held[1]
    assert json.loads(held[1])["head"]["ground"] == GROUND


def test_the_page_has_no_inline_style_or_script(client: TestClient, path: str) -> None:
    page = client.get(path, headers=as_role("supervisor")).text
    assert not re.search(
        r"\sstyle=|\son\w+=\"|javascript:", re.sub(r"<script type=\"application/json.*?</script>", "", page)
    )
    scripts = re.findall(r"<script([^>]*)>", page)
    assert all("src=" in one or "application/json" in one for one in scripts)


@pytest.mark.parametrize("role", [*ROLES, "school"])
def test_only_what_a_role_may_decide_is_offered(client: TestClient, path: str, role: str) -> None:
    page = client.get(path, headers=as_role(role, SCHOOL if role == "school" else None)).text
    offered = set(re.findall(r'data-kind="(\w+)"', page))
    wanted = {"auditor": set(), "school": {"accept", "refuse"}}
    assert offered == wanted.get(role, {"accept", "refuse", "restore", "second_look"})


def test_every_text_that_is_asked_for_is_there_and_no_other() -> None:
    known = {key for key in texts.shipped().keys if key.startswith("session.")}
    source = "\n".join(
        file.read_text(encoding="utf-8") for file in (*STATIC.glob("*.js"), *TEMPLATES.glob("*.html"))
    )
    whole = set(re.findall(r'["`\'](session\.\w+\.\w+)["`\']', source))
    begun = set(re.findall(r'["`](session\.\w+\.\w*)(?:\$\{|" ~)', source))
    assert whole <= known, whole - known
    assert all(any(key.startswith(start) for key in known) for start in begun)
    # Endings put to a beginning: verdict letters, signatures, limits and kinds come from the data.
    unused = {key for key in known - whole if not any(key.startswith(start) for start in begun)}
    assert not unused, unused


def test_a_session_over_midnight_names_both_days(
    client: TestClient, path: str, desk_conn: Connection
) -> None:
    shift = "UPDATE session_outcome SET ended_at = ended_at + interval '1 day' * %s WHERE terminal = 7"
    desk_conn.execute(shift, (1,))
    told = client.get("/v1" + path, headers=as_role("inspector")).json()["head"]
    page = client.get(path, headers=as_role("inspector")).text
    desk_conn.execute(shift, (-1,))
    first, last = told["started"]["local"][:16], told["ended"]["local"][:16]
    assert first[:10] != last[:10] and f"{first} – {last} UTC" in page
    one_day = client.get(path, headers=as_role("inspector")).text
    assert f"{first} – {last[11:]} UTC" in one_day


def test_an_appeal_without_words_enough_cannot_be_read(client: TestClient, path: str) -> None:
    answer = client.post(f"/v1{path}/appeals", json={"words": "no"}, headers=as_role("school", SCHOOL))
    assert (answer.status_code, answer.json()["error"]["code"]) == (422, "appeal_short")
