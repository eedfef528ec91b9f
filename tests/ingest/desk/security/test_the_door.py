"""What nobody in particular can do to the desk: odd bodies, paths, hosts."""

from __future__ import annotations

import base64
import json
from collections.abc import Callable, Iterator

import httpx
import pytest

from ingest.casework.trainee import link as trainee_link
from tests.ingest.desk.security.conftest import FROM_HERE, Seat

Seats = Callable[[str], Seat]
STRICT = {
    "x-content-type-options": "nosniff",
    "x-frame-options": "DENY",
    "referrer-policy": "no-referrer",
    "cache-control": "no-store",
}


def cursor(key: object) -> str:
    return base64.urlsafe_b64encode(json.dumps(key).encode()).decode().rstrip("=")


@pytest.mark.parametrize(
    "body",
    [
        b"[" * 100_000,
        b'{"a":' * 50_000,
        b'{"label":"x","scopes":["read"],"days":' + b"9" * 6000 + b"}",
        b'{"label":"x","scopes":["read"],"days":NaN}',
        b'{"label":"x","scopes":["read"],"days":-Infinity}',
        b'{"label":"x","scopes":["read"],"days":1e999}',
        b'{"label":"\\u0000","scopes":["read"]}',
        b'{"label":"\\ud800","scopes":["read"]}',
        b'{"\\ud800":"x","scopes":["read"]}',
        b'{"label":"\xff\xfe","scopes":["read"]}',
        b'{"label":"x","scopes":[' + b'"read",' * 200_000 + b'"read"]}',
        b"\x00",
        b"",
    ],
)
def test_bodies_that_are_none(seat: Seats, body: bytes) -> None:
    ines = seat("ines")
    headers = {"x-csrf-token": ines.csrf, "content-type": "application/json", **FROM_HERE}
    answer = ines.http.post("/v1/tokens", content=body, headers=headers)
    assert answer.status_code in (400, 422), answer.text
    # Nothing of what was sent is told back.
    assert len(answer.content) < 20_000


def test_a_body_of_no_told_size(seat: Seats) -> None:
    def parts() -> Iterator[bytes]:
        for _ in range(30):
            yield b"x" * 100_000

    ines = seat("ines")
    for headers in ({}, {"idempotency-key": "large"}):
        sent = {"x-csrf-token": ines.csrf, **FROM_HERE, **headers}
        try:
            answer = ines.http.post("/v1/tokens", content=parts(), headers=sent)
        except httpx.TransportError:
            continue
        assert answer.status_code in (400, 413)


@pytest.mark.parametrize(
    "kind", ["multipart/form-data", "multipart/form-data; boundary=a", "text/plain; charset=x"]
)
@pytest.mark.parametrize("path", ["/log-in", "/log-out", "/log-in/set-up/password"])
def test_forms_that_are_none(anybody: httpx.Client, seat: Seats, kind: str, path: str) -> None:
    for who in (anybody, seat("ines").http):
        answer = who.post(path, content=b"--a\r\njunk", headers={"content-type": kind})
        assert answer.status_code in (303, 400, 401, 403, 422), answer.text


@pytest.mark.parametrize(
    "after", [["\ud800"], ["\0"], [2**70], [True], [1, 2, 3, 4], {}, None, ["x" * 200], [[[]]], [1, "\udfff"]]
)
def test_cursors_that_were_never_given_out(seat: Seats, after: object) -> None:
    lists = (
        "queue",
        "accounts",
        "tokens",
        "audit-log",
        "orders",
        "audits",
        "statistics/school",
        "statistics/conservation",
        "audits/2026-03-01/drawn",
    )
    for path in lists:
        answer = seat("sara").get(f"/v1/{path}?after={cursor(after)}")
        # Of that day there is no list.
        found = 404 if path.startswith("audits/") else 200
        assert answer.status_code in (found, 422), (path, answer.text)


@pytest.mark.parametrize(
    "name",
    ["search", "ground", "reason", "school", "instructor", "trainee", "from", "to", "score", "state", "mine"],
)
@pytest.mark.parametrize(
    "value", ["' OR '1'='1", "%00", "%27;SELECT pg_sleep(60)--", "\\", "${7*7}{{7*7}}", "%s%(a)s", "𝟙/１"]
)
def test_texts_that_want_to_be_sql(seat: Seats, name: str, value: str) -> None:
    """Neither an error of the database nor another list than for any text that fits nothing."""
    answer = seat("ines").get(f"/v1/queue?listed=true&{name}={value}")
    assert answer.status_code in (200, 422), answer.text
    if answer.status_code == 200:
        assert answer.json()["items"] == [] and answer.elapsed.total_seconds() < 50


@pytest.mark.parametrize(
    "path",
    [
        "/v1/statistics/school;select",
        "/v1/statistics/pg_user",
        "/v1/statistics/school?order=1;drop",
        "/v1/statistics/school/one?key=' OR 1=1--",
        "/v1/exports/statistics/..%2f..%2fetc%2fpasswd.csv",
        "/v1/exports/reasons.exe",
        "/v1/audits/2026-03-01/..%2flist.txt",
        "/v1/audits/0001-01-01",
        "/v1/audits/9999-12-31/drawn",
        "/v1/audit-log?action=%25&subject='",
        "/v1/accounts/..%2fines",
        "/v1/orders?terminal=%27",
        "/v1/photos/" + "0" * 64 + "?terminal=%27",
        "/static/..%2fapp.py",
        "/static/%2e%2e/%2e%2e/pyproject.toml",
        "/static//etc/passwd",
        "/static/leaflet/..%2f..%2f__init__.py",
        "/static/%00",
        "/static/" + "a" * 5000,
        "/t/..%2f..%2ftrainee-links.key",
        "/t/%00",
        "/language/..%2f",
        "//evil.example/%2e%2e",
    ],
)
def test_paths_that_lead_elsewhere(seat: Seats, path: str) -> None:
    answer = seat("sara").get(path)
    assert answer.status_code in (200, 404, 422), answer.text
    if answer.status_code == 200:
        assert path.startswith("/v1/") and "root:" not in answer.text
    assert "Traceback" not in answer.text and "/work" not in answer.text and "psycopg" not in answer.text


@pytest.mark.parametrize(
    "target",
    [
        "//evil.example",
        "/\\evil.example",
        "https://evil.example",
        "/\t/evil.example",
        "/\n/evil.example",
        "javascript:x",
        "\\\\evil.example",
        "/%0d%0aset-cookie: x=y",
        "/\u2028",
        "evil.example",
        "",
        "/\r\nx: y",
    ],
)
def test_where_one_is_sent(anybody: httpx.Client, seat: Seats, target: str) -> None:
    """Only to a path of the desk, whatever next says, and whatever host the request names."""
    host = {"host": "evil.example", "x-forwarded-host": "evil.example"}
    told = [
        anybody.get("/language/en", params={"next": target}, headers=host),
        seat("ines").http.get("/log-in", params={"next": target}, headers=host),
        anybody.get("/account", headers=host),
    ]
    for answer in told:
        place = answer.headers["location"]
        assert place.startswith("/") and not place.startswith(("//", "/\\")), place
        assert "\\" not in place and "x=y" not in answer.headers.get("set-cookie", "")


def test_no_path_is_mended_by_way_of_another_host(anybody: httpx.Client) -> None:
    for path in ("/account/", "/v1/account/", "/numbers//", "/static"):
        answer = anybody.get(path, headers={"host": "evil.example"})
        assert "evil" not in answer.headers.get("location", ""), path


def test_what_goes_wrong_tells_nothing_and_is_as_strict(
    anybody: httpx.Client, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def broken(folder: object) -> None:
        raise ValueError("the inside of the desk")

    monkeypatch.setattr(trainee_link, "link_key", broken)
    token = "t" * 43
    answer = anybody.get(f"/t/{token}")
    assert answer.status_code == 500 and "inside" not in answer.text
    assert {name: answer.headers.get(name) for name in STRICT} == STRICT
    assert "default-src 'none'" in answer.headers["content-security-policy"]
    assert not [one for one in caplog.records if token in one.getMessage()]


@pytest.mark.parametrize(
    "path", ["/", "/v1/account", "/log-in", "/nothing", "/v1/openapi.json", "/healthy", "/t/x"]
)
def test_every_answer_is_strict_and_kept_by_nobody(anybody: httpx.Client, seat: Seats, path: str) -> None:
    for who in (anybody, seat("sara").http):
        answer = who.get(path)
        assert {name: answer.headers.get(name) for name in STRICT} == STRICT
        policy = answer.headers["content-security-policy"]
        assert "unsafe" not in policy and "*" not in policy and "frame-ancestors 'none'" in policy
        assert "server" not in answer.headers and "access-control-allow-origin" not in answer.headers
