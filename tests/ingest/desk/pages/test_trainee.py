"""A trainee's own page and eligibility over HTTP, on judged sessions in a real database."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient

from ingest.casework.audit import SYSTEM
from ingest.casework.trainee import link as trainee_link
from ingest.desk.pages import trainee as pages
from ingest.judging.run import judge_all
from ingest.stage.jws import StageError, load_key, opened
from ingest.store import evidence, registry, registry_file, rule_layers
from ingest.store.connection import Connection
from ingest.store.desk import trainee_page
from ingest.store.parts import Parts
from tests.ingest.desk.asking import as_role
from tests.ingest.judging.journal import SCHOOL, START, TERMINALS, TRAINEES, Journal, the_registry

MINE, OTHERS = TRAINEES
NAME = "欧阳小明"
MINUTES = 6
ENGLISH = {"accept-language": "en"}


@pytest.fixture(scope="module", autouse=True)
def judged(desk_conn: Connection) -> Iterator[None]:
    """My session inside the fence, one outside it; another trainee's."""
    document = the_registry()
    document["trainees"][0] |= {"name": NAME, "enrolled_on": "2026-01-05"}
    registry.load(desk_conn, registry_file.check(document, "test"))
    Parts().ensure(desk_conn, [START * 60_000_000])
    inside = Journal(TERMINALS[0], MINE).session(MINUTES)
    outside = Journal(TERMINALS[1], MINE).session(MINUTES, START + 60, east_m=2000.0)
    theirs = Journal(TERMINALS[1] + 100, OTHERS).session(MINUTES)
    for journal in (inside, outside, theirs):
        evidence.append(desk_conn, journal.rows)
    judge_all(desk_conn)
    yield


@pytest.fixture
def token(client: TestClient) -> str:
    return link(client)


@pytest.fixture(autouse=True)
def unhurried(desk_app: FastAPI) -> None:
    desk_app.state.trainee_openings = pages.Openings()


def link(client: TestClient, trainee: int = MINE, role: str = "supervisor", school: int | None = None) -> str:
    answer = client.post(
        f"/v1/trainees/{trainee:016d}/link", json={"days": 30}, headers=as_role(role, school)
    )
    assert answer.status_code == 201, answer.text
    return str(answer.json()["path"]).removeprefix("/t/")


def test_my_page_tells_my_hours_and_why_minutes_did_not_count(client: TestClient, token: str) -> None:
    page = client.get(f"/t/{token}", headers=ENGLISH)
    assert page.status_code == 200
    assert f"{MINUTES} of {MINUTES} minutes count" in page.text
    assert f"0 of {MINUTES} minutes count" in page.text
    # No whole training hour yet; what counts towards one is told all the same.
    assert f"{MINUTES} min count so far" in page.text and "It holds until 20" in page.text
    assert "The car was outside the training ground." in page.text
    assert "The day of enrolment" not in page.text
    assert page.headers["x-robots-tag"] == "noindex, nofollow" and "noindex" in page.text
    assert page.headers["referrer-policy"] == "no-referrer"
    chinese = client.get(f"/t/{token}", headers={"accept-language": "zh-CN"})
    assert "未计入的原因" in chinese.text and "of 6 minutes" not in chinese.text


def test_nobody_elses_data_and_no_full_name_or_number_is_on_it(client: TestClient, token: str) -> None:
    text = client.get(f"/t/{token}", headers=ENGLISH).text
    assert NAME not in text and NAME[0] in text
    assert f"{MINE:016d}" not in text and f"{OTHERS:016d}" not in text
    assert f"{TERMINALS[0]:016d}" not in text
    assert "<img" not in text and "<script src" not in text


def test_what_is_not_a_link_that_holds_is_one_and_the_same_404(
    client: TestClient, token: str, desk_app: FastAPI, desk_conn: Connection
) -> None:
    folder = desk_app.state.desk.settings.data
    key = trainee_link.link_key(folder)
    nobody = key.token(4_000_000_000_000_000, 2**32 - 1)
    expired = key.token(MINE, int(datetime.now(UTC).timestamp()) - 1)
    flipped = token[:-2] + ("A" if token[-2] != "A" else "B") + token[-1]
    bad = [
        nobody,
        expired,
        flipped,
        token[:-1],
        token + "A",
        "x",
        "é" * 43,
        f"{token}%00",
        token[::-1],
    ]
    answers = [client.get(f"/t/{one}", headers=ENGLISH) for one in bad]
    assert {answer.status_code for answer in answers} == {404}
    assert client.get("/t/..%2f..", headers=ENGLISH).status_code == 404
    plain = {re.sub(r"/t/[^\"]*|next=[^\"]*", "", answer.text) for answer in answers}
    assert len(plain) == 1 and "Ask your school for a new one." in plain.pop()
    assert all('href="/"' not in answer.text.partition("<main")[2] for answer in answers[:4])
    trainee_link.renew(desk_conn, SYSTEM, folder)
    assert client.get(f"/t/{token}", headers=ENGLISH).status_code == 404
    assert client.get(f"/t/{link(client)}", headers=ENGLISH).status_code == 200


def test_a_page_opened_too_often_is_refused_for_a_while_and_no_other(client: TestClient, token: str) -> None:
    """All of them come from one address, as phones behind a carrier's or a school's do."""
    statuses = [client.get(f"/t/{token}").status_code for _ in range(pages.OPENED_MOST + 1)]
    assert statuses == [200] * pages.OPENED_MOST + [429]
    assert client.get(f"/t/{link(client, OTHERS)}").status_code == 200


def test_who_tries_what_is_no_link_too_often_locks_out_no_trainee(client: TestClient, token: str) -> None:
    statuses = [client.get(f"/t/{token[:-1]}").status_code for _ in range(pages.OPENED_MOST + 1)]
    assert statuses == [404] * pages.OPENED_MOST + [429]
    assert client.get(f"/t/{token}").status_code == 200


def test_openings_are_counted_by_trainee_or_address_and_forgotten() -> None:
    openings = pages.Openings()
    for trainee in (None, 7):
        for _ in range(pages.OPENED_MOST):
            assert not openings.are_too_many(trainee, "a", 100.0)
        assert openings.are_too_many(trainee, "a", 100.0)
        assert not openings.are_too_many(trainee, "a", 100.0 + pages.OPENED_IN_S)
    assert not openings.are_too_many(None, "b", 100.0) and not openings.are_too_many(8, "a", 100.0)


def test_times_are_in_the_zone_of_the_rules_in_force(
    client: TestClient, desk_conn: Connection, token: str
) -> None:
    """On every page alike, not only where a session's ground tells it."""
    layer = 'format = 1\n[[layer]]\nname = "moved"\n[layer.thresholds]\nutc_offset_min = 525\n'
    asked = [(f"/t/{token}", ENGLISH), ("/audit-log", as_role("supervisor"))]
    rule_layers.load(desk_conn, "moved.toml", layer)
    try:
        texts = [client.get(path, headers=headers).text for path, headers in asked]
        live = client.get("/live", headers=as_role("supervisor")).text
        file = client.get("/v1/exports/conservation.csv", headers=as_role("supervisor"))
    finally:
        rule_layers.load(desk_conn, "moved.toml", "")
    assert all("UTC+08:45" in text and "UTC+08:00" not in text for text in texts)
    assert '"offset_min": 525' in live and file.status_code == 200
    assert "UTC+08:00" in client.get(f"/t/{token}", headers=ENGLISH).text


@pytest.mark.parametrize(
    ("role", "school", "made", "asked"),
    [
        ("supervisor", None, 201, 200),
        ("inspector", None, 403, 200),
        ("auditor", None, 403, 200),
        ("school", SCHOOL, 201, 200),
        ("school", SCHOOL + 1, 404, 404),
    ],
)
def test_a_school_makes_links_and_asks_for_its_own_trainees_alone(
    client: TestClient, role: str, school: int | None, made: int, asked: int
) -> None:
    headers, path = as_role(role, school), f"/v1/trainees/{MINE:016d}"
    assert client.post(f"{path}/link", json={}, headers=headers).status_code == made
    assert client.get(f"{path}/eligibility", headers=headers).status_code == asked


def test_a_link_is_noted_without_its_token(client: TestClient, desk_conn: Connection) -> None:
    token = link(client)
    row = desk_conn.execute(
        "SELECT action, subject, details::text FROM audit_log ORDER BY entry DESC LIMIT 1"
    ).fetchone()
    assert row is not None and row[:2] == ("trainee.link", f"trainee:{MINE:016d}")
    assert token not in row[2]


def test_eligibility_tells_what_is_not_judged_yet(client: TestClient, desk_conn: Connection) -> None:
    path, headers = f"/v1/trainees/{MINE:016d}/eligibility", as_role("auditor")
    report = client.get(f"{path}?part=2", headers=headers).json()
    assert report["format"] == "hourfence-stage-report-1" and not report["eligible"]
    assert report["waits_to_be_judged"] == {"records": 0, "sessions": 0}
    journal = Journal(TERMINALS[0], MINE).session(MINUTES)
    more = Journal(TERMINALS[0], MINE)
    more.rows = list(journal.rows)
    more.session(2, START + 300)
    evidence.append(desk_conn, more.rows[len(journal.rows) :])
    desk_conn.execute(
        "INSERT INTO terminal_head (terminal, through, head, stored, beyond, last_received_at)"
        " VALUES (%s, %s, %s, %s, 0, now())",
        (TERMINALS[0], len(more.rows), bytes(32), len(more.rows)),
    )
    assert client.get(path, headers=headers).json()["waits_to_be_judged"]["records"] == 2
    # Also after a change of school, whose terminals know nothing of it.
    assert trainee_page.waiting(desk_conn, MINE, SCHOOL + 1).records == 2
    assert trainee_page.waiting(desk_conn, OTHERS, SCHOOL + 1).records == 0
    judge_all(desk_conn)
    report = client.get(path, headers=headers).json()
    assert report["waits_to_be_judged"] == {"records": 0, "sessions": 0}
    assert len(report["sessions"]) == 3


def test_a_key_is_made_once_and_told_where_it_is_broken(tmp_path: Path) -> None:
    folder = tmp_path / "data"
    assert trainee_link.link_key(folder) == trainee_link.link_key(folder)
    file = folder / trainee_link.FILE
    assert file.stat().st_mode & 0o077 == 0
    file.write_text('{"version": 1}')
    with pytest.raises(Exception, match="cannot be read"):
        trainee_link.link_key(folder)


def test_what_a_person_decided_is_told_with_its_cause(client: TestClient, desk_conn: Connection) -> None:
    """Not the machine's doubt, which refuses nothing, and not a person's word without a reason."""
    inside = (
        "SELECT terminal, session FROM session_outcome WHERE trainee = %s AND minutes_accepted > 0"
        " ORDER BY started_at LIMIT 1"
    )
    ((terminal, session),) = desk_conn.execute(inside, (MINE,)).fetchall()
    path = f"/v1/sessions/{terminal:016d}/{session}/decisions"
    said = {"kind": "refuse", "chosen": "all", "cause": "not_driving", "words": "stood at the gate"}
    assert client.post(path, json=said, headers=as_role("inspector")).status_code == 200
    report = client.get(f"/v1/trainees/{MINE:016d}/eligibility", headers=as_role("supervisor")).json()
    key = (f"{terminal:016d}", session)
    (one,) = [one for one in report["sessions"] if (one["terminal"], one["session"]) == key]
    minute = one["minutes"][0]
    assert (minute["verdict"], minute["reasons"]) == ("refused", [])
    assert minute["decided"]["cause"] == "not_driving" and minute["decided"]["layer"]["zh"] == "人工复核"
    assert minute["machine"] == {"verdict": "accepted", "reasons": []}
    text = client.get(f"/t/{link(client)}", headers=ENGLISH).text
    assert "Decided by human re-check: The car stood or nobody was trained." in text
    assert "A person decided so." not in text


def test_an_answer_signed_is_checked_with_the_key_that_is_told(
    client: TestClient, desk_conn: Connection, tmp_path: Path
) -> None:
    """The payload is the answer itself; a school has only its own trainees'; each is in the audit log."""
    me, path = as_role("auditor"), f"/v1/trainees/{MINE:016d}/eligibility"
    (tmp_path / "public.jwk").write_text(client.get("/v1/eligibility-key", headers=me).text)
    key = load_key(tmp_path / "public.jwk")
    assert not key.is_private
    answer = client.get(f"{path}.jws?part=2", headers=me)
    assert (
        answer.headers["content-type"] == "application/jose" and answer.headers["cache-control"] == "no-store"
    )
    told = client.get(f"{path}?part=2", headers=me).json()
    assert {**opened(answer.text, key), "as_of": 0} == {**told, "as_of": 0}
    head, payload, mac = answer.text.split(".")
    with pytest.raises(StageError):
        opened(f"{head}.{payload[:-4]}AAAA.{mac}", key)
    row = desk_conn.execute("SELECT subject, details FROM audit_log ORDER BY entry DESC LIMIT 1").fetchone()
    assert row == (f"trainee:{MINE:016d}", {"format": "jws", "part": 2, "eligible": False})
    paper = client.get(f"{path}.pdf", headers=me)
    assert paper.content.startswith(b"%PDF-") and paper.headers["content-type"] == "application/pdf"
    other = client.get(f"{path}.jws", headers=as_role("school", SCHOOL + 1))
    assert other.status_code == 404
