"""The desk's frame: rights, one error shape, headers, language, texts."""

import re
from itertools import pairwise
from pathlib import Path

import pytest
from fastapi import APIRouter, FastAPI
from fastapi.testclient import TestClient
from hypothesis import given
from hypothesis import strategies as st

from ingest.desk.app import make_desk
from ingest.desk.kernel import paging, texts
from ingest.desk.kernel.access import check_every_route
from ingest.desk.kernel.faults import DeskFault
from ingest.desk.kernel.render import local
from ingest.desk.kernel.settings import DeskSettings, DeskSettingsError

DESK = Path(texts.__file__).parent.parent
KEY = re.compile(r"""(?:\bt|\btext)\(\s*["']([a-z_0-9.]+)["']\s*[,)]""")


@pytest.mark.parametrize("depth", [0, 1, 2])
def test_a_route_that_does_not_say_who_may_use_it_keeps_the_desk_from_starting(depth: int) -> None:
    app = FastAPI(openapi_url="/v1/openapi.json", docs_url=None, redoc_url=None)
    routers: list[FastAPI | APIRouter] = [app, APIRouter(), APIRouter()]

    @routers[depth].get("/open")
    def open_to_all() -> None: ...

    for outer, inner in reversed(list(pairwise(routers[: depth + 1]))):
        assert isinstance(inner, APIRouter)
        outer.include_router(inner)
    with pytest.raises(RuntimeError, match="/open does not say"):
        check_every_route(app)


def test_a_kind_of_route_that_cannot_say_it_does_not_pass() -> None:
    app = FastAPI(openapi_url="/v1/openapi.json", docs_url=None, redoc_url=None)
    app.add_route("/plain", lambda request: None)
    with pytest.raises(RuntimeError, match="says nothing"):
        check_every_route(app)


def test_nobody_is_sent_to_the_log_in_and_told_401_by_the_api(client: TestClient) -> None:
    answer = client.get("/v1/nowhere")
    assert answer.status_code == 404
    assert set(answer.json()["error"]) == {"code", "message", "details"}
    assert set(answer.json()["error"]["message"]) == {"en", "zh"}


def test_every_answer_keeps_the_browser_strict(client: TestClient) -> None:
    for path in ("/healthy", "/v1/nowhere", "/static/desk.css", "/static/leaflet/leaflet.js", "/nowhere"):
        headers = client.get(path).headers
        assert "default-src 'none'" in headers["content-security-policy"]
        assert "unsafe" not in headers["content-security-policy"]
        assert headers["x-content-type-options"] == "nosniff"
        assert headers["referrer-policy"] == "no-referrer"
    assert client.get("/healthy").headers["cache-control"] == "no-store"


def test_static_files_lie_only_in_their_folder(client: TestClient) -> None:
    for path in (
        "/static/../app.py",
        "/static/%2e%2e/app.py",
        "/static/..%2fapp.py",
        "/static/leaflet/../../__init__.py",
    ):
        assert client.get(path).status_code == 404


@pytest.mark.parametrize(
    "target", ["//evil.example", "https://evil.example", "/\\evil.example", "", "/\r\nx: y"]
)
def test_the_language_switch_leads_nowhere_else(client: TestClient, target: str) -> None:
    answer = client.get("/language/en", params={"next": target}, follow_redirects=False)
    assert answer.headers["location"] == "/"


def test_every_text_that_pages_and_scripts_ask_for_is_there() -> None:
    known = texts.shipped().keys
    files = [*DESK.joinpath("templates").rglob("*.html"), *DESK.joinpath("static").rglob("*.js")]
    asked = {(file.name, key) for file in files for key in KEY.findall(file.read_text(encoding="utf-8"))}
    assert asked
    missing = sorted(
        f"{name}: {key}" for name, key in asked if "." in key and key not in known and not key.endswith(".")
    )
    assert not missing, missing


@pytest.mark.parametrize(("n", "said"), [(0, "0 rows"), (1, "1 row"), ("1", "1 row"), (11, "11 rows")])
def test_one_is_told_as_one(n: int | str, said: str) -> None:
    known = texts.Texts({"a.rows": {"en": "{n} {n?row:rows}", "zh": "共 {n} 行"}})
    assert known.say("a.rows", "en", n=n) == said and known.say("a.rows", "zh", n=n) == f"共 {n} 行"


def test_both_languages_have_the_same_values_to_put_in() -> None:
    known = texts.shipped()
    places = {
        key: [
            set(re.findall(r"\{(\w+)\}", known.below(key.rpartition(".")[0], one)[key]))
            for one in texts.LANGUAGES
        ]
        for key in known.keys
    }
    assert not [key for key, (zh, en) in places.items() if zh != en]


def test_no_sentence_stands_in_a_template_or_script_itself() -> None:
    """Chinese outside of texts/ would have no English beside it."""
    files = [*DESK.joinpath("templates").rglob("*.html"), *DESK.joinpath("static").rglob("*.js")]
    found = [
        f"{file.name}: {line.strip()}"
        for file in files
        for line in file.read_text(encoding="utf-8").splitlines()
        if re.search(r"[\u4e00-\u9fff]", line.replace("中文", ""))
    ]
    assert not found, found


def test_no_sql_stands_in_the_desk() -> None:
    """One place for queries: ingest/store/desk."""
    found = [
        f"{file.name}: {line.strip()}"
        for file in DESK.rglob("*.py")
        for line in file.read_text(encoding="utf-8").splitlines()
        if ".execute" in line
        or re.search(r"\b(SELECT|INSERT INTO|UPDATE|DELETE FROM)\b.*\b(FROM|SET|VALUES)\b", line)
    ]
    assert not found, found


def test_no_template_has_inline_script_or_style() -> None:
    found = []
    for file in DESK.joinpath("templates").rglob("*.html"):
        source = file.read_text(encoding="utf-8")
        found += [file.name for _ in re.findall(r"\sstyle=|\son\w+=|<style|\|\s*safe", source)]
        for attributes in re.findall(r"<script([^>]*)>", source):
            if "src=" not in attributes and 'type="application/json"' not in attributes:
                found.append(f"{file.name}: script{attributes}")
    assert not found, found


@given(
    st.lists(
        st.one_of(
            st.integers(-(2**63), 2**63 - 1), st.text(st.characters(exclude_characters="\0", codec="utf-8"))
        ),
        max_size=4,
    )
)
def test_a_cursor_comes_back_as_it_went(key: list[int | str]) -> None:
    assert paging.key_of(paging.cursor(key), [type(one) for one in key]) == tuple(key)


@given(st.text(max_size=60))
def test_any_other_cursor_is_refused_in_a_sentence(text: str) -> None:
    try:
        found = paging.key_of(text, (int, str))
    except DeskFault as fault:
        assert fault.code == "bad_cursor"
    else:
        assert found is not None and [type(one) for one in found] == [int, str]


def test_dates_are_shown_with_their_zone() -> None:
    from datetime import UTC, datetime

    assert local(datetime(2026, 11, 22, 18, 30, tzinfo=UTC), 480) == "2026-11-23 02:30 UTC+08:00"
    assert local(datetime(2026, 1, 1, tzinfo=UTC), -210) == "2025-12-31 20:30 UTC-03:30"


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("TILES", "javascript:alert(1)"),
        ("TILES", "https://x/{z}"),
        ("TILES", "https://a b;/{z}/{x}/{y}"),
        ("IDLE_MIN", "0"),
        ("TILES_DATUM", "bd09"),
        ("SECOND_FACTOR", "king"),
        ("HTTPS", "yes"),
        ("SECOND_FACTOR_KEY", "/"),
        ("HOSTS", "https://desk.example"),
        ("HOSTS", "desk.example:8080"),
        ("HOSTS", "desk.example,"),
        ("HOSTS", ","),
    ],
)
def test_a_bad_setting_is_one_sentence(name: str, text: str, tmp_path: Path) -> None:
    with pytest.raises(DeskSettingsError, match=f"HOURFENCE_DESK_{name}"):
        DeskSettings.from_environment(tmp_path, {f"HOURFENCE_DESK_{name}": text})


def test_the_desk_answers_to_its_own_names_only(tmp_path: Path) -> None:
    settings = DeskSettings.from_environment(tmp_path, {"HOURFENCE_DESK_HOSTS": "desk.example, [::1]"})
    client = TestClient(make_desk(settings, "postgresql://nobody@127.0.0.1:1/none"))
    for host in ("desk.example", "DESK.example:8080", "[::1]:8080", "[::1]"):
        assert client.get("/static/icon.svg", headers={"host": host}).status_code == 200, host
    for host in ("evil.example", "desk.example.evil", "desk.example:x", "", "::1", "127.0.0.1"):
        answer = client.get("/v1/account", headers={"host": host})
        assert (answer.status_code, answer.json()["error"]["code"]) == (421, "wrong_host"), host
        assert answer.headers["cache-control"] == "no-store"
        assert client.get("/log-in", headers={"host": host}).headers["x-frame-options"] == "DENY"
