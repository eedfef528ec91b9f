"""hourfence serve and hourfence desk as real processes: ready, restarted, ended, refused in a sentence."""

from __future__ import annotations

import os
import re
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
from fastapi import FastAPI, Request
from fastapi.testclient import TestClient
from typer.testing import CliRunner

from ingest.casework.trainee.link import link_key
from ingest.cli.app import app
from ingest.cli.desk import web
from ingest.cli.desk.at_the_door import BODY_MOST, AtTheDoor, shown_path
from ingest.cli.desk.parts import Part, PartRefused, run_parts
from ingest.cli.faults import UsageError
from ingest.desk.kernel.settings import DeskSettings
from ingest.embedded.broker import EmbeddedBroker
from ingest.embedded.mosquitto import INGEST
from ingest.settings import DATA, DATABASE_URL, MQTT_URL
from ingest.store.connection import connect
from tests.ingest.receive.conftest import Gate
from tests.ingest.receive.terminals import terminal_with
from tests.spine.ingests import as_url

NUMBER = 7301
PATIENCE_S = 120.0
READY = re.compile(r"The desk is at (http://\S+)/ ")


class Served:
    """A running hourfence serve and what it has said."""

    def __init__(self, env: dict[str, str]) -> None:
        argv = [sys.executable, "-m", "ingest.cli", "serve", "--listen", "127.0.0.1:0", "--every", "1"]
        self.process = subprocess.Popen(
            argv, env={**os.environ, **env}, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
        )
        self.said: list[str] = []
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()

    def _read(self) -> None:
        assert self.process.stdout is not None
        for line in self.process.stdout:
            self.said.append(line)

    def wait_for(self, pattern: str | re.Pattern[str]) -> re.Match[str]:
        """The first line with that pattern."""
        end = time.monotonic() + PATIENCE_S
        while time.monotonic() < end:
            for line in list(self.said):
                if match := re.search(pattern, line):
                    return match
            time.sleep(0.05)
        raise AssertionError("".join(self.said))

    def children(self) -> dict[int, str]:
        """Process id -> command line of its direct children."""
        found = {}
        for entry in Path("/proc").iterdir():
            if entry.name.isdigit():
                try:
                    parent = int((entry / "stat").read_text().rpartition(")")[2].split()[1])
                    line = (entry / "cmdline").read_text().replace("\0", " ")
                except OSError:
                    continue
                if parent == self.process.pid:
                    found[int(entry.name)] = line
        return found

    def end(self) -> int:
        self.process.send_signal(signal.SIGTERM)
        try:
            status = self.process.wait(PATIENCE_S)
        finally:
            self.process.kill()
        self._reader.join(PATIENCE_S)
        return status


@pytest.fixture
def gate(postgres_url: str) -> Iterator[Gate]:
    made = Gate(postgres_url)
    made.register(NUMBER)
    yield made
    made.close()


def test_serve_takes_in_judges_shows_and_leaves_nothing(
    gate: Gate, broker: EmbeddedBroker, tmp_path: Path
) -> None:
    env = {DATABASE_URL: as_url(gate.url), MQTT_URL: broker.url_for(INGEST), DATA: str(tmp_path)}
    # Before: two that write evidence at a time wait for one another.
    terminal = terminal_with(NUMBER, 2)
    gate.deliver((terminal.topic, terminal.payload(1, 4)))
    gate.close()
    served = Served(env)
    try:
        base = served.wait_for(READY)[1]
        assert httpx.get(f"{base}/healthy", trust_env=False).json() == {"healthy": True}
        # A named database's URL holds a password: it is not shown.
        line = served.wait_for("Nobody has an account yet")
        assert "HOURFENCE_DATABASE_URL" not in line.string and "account add NAME" in line.string
        served.wait_for("Connected to the broker")
        served.wait_for("judge: .*1 training sessions settled")
        parts = served.children()
        assert len(parts) == 3, parts
    finally:
        status = served.end()
    assert status == 0, "".join(served.said)
    assert not [pid for pid in parts if Path(f"/proc/{pid}").exists()]
    with connect(gate.url) as conn:
        assert conn.execute("SELECT count(*) FROM queue_entry").fetchone() == (1,)
    assert "Traceback" not in "".join(served.said)


@pytest.mark.parametrize("command", ["serve", "desk"])
def test_an_address_in_use_is_one_sentence_before_anything_starts(command: str, tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        listen = f"127.0.0.1:{taken.getsockname()[1]}"
        found = CliRunner().invoke(app, [command, "--listen", listen], env={DATA: str(tmp_path / "data")})
    assert isinstance(found.exception, UsageError)
    assert listen in str(found.exception) and str(found.exception).endswith("name another.")
    assert not (tmp_path / "data").exists()


@pytest.mark.parametrize(
    "listen", ["8080", "localhost", "127.0.0.1:99999", ":80", "127.0.0.1:x", "no.such.host.invalid:1"]
)
def test_what_is_no_address_is_refused(listen: str) -> None:
    with pytest.raises(UsageError, match="--listen"):
        web.listening(listen)


@pytest.mark.skipif(not hasattr(socket, "TCP_USER_TIMEOUT"), reason="this system has no such option")
def test_a_peer_that_is_gone_holds_its_place_for_a_minute() -> None:
    with web.listening("127.0.0.1:0") as listener, socket.create_connection(listener.getsockname()):
        connection, _ = listener.accept()
        with connection:
            waits_ms = connection.getsockopt(socket.IPPROTO_TCP, socket.TCP_USER_TIMEOUT)
    assert waits_ms == 60_000


def test_a_part_that_says_what_to_mend_is_not_started_again() -> None:
    part = Part("wrong", ["ingest.cli", "ingest", "--no-such-option"], 1.0)
    with pytest.raises(PartRefused):
        run_parts([part], dict(os.environ), threading.Event(), subprocess.DEVNULL)


def test_a_part_that_dies_is_started_again_and_all_end_with_their_owner() -> None:
    stop = threading.Event()
    one, other = (
        Part(name, ["http.server", "--bind", "127.0.0.1", "0"], 5.0, wait_s=0.1) for name in ("one", "other")
    )
    killed: list[int] = []

    def watch() -> None:
        end = time.monotonic() + PATIENCE_S
        while time.monotonic() < end and not stop.is_set():
            if not killed and one.child is not None:
                killed.append(one.child.pid)
                one.child.kill()
            elif killed and one.child is not None and one.child.pid != killed[0]:
                stop.set()
            time.sleep(0.02)
        stop.set()

    threading.Thread(target=watch).start()
    run_parts([one, other], dict(os.environ), stop, subprocess.DEVNULL)
    assert one.child is not None and one.child.pid != killed[0] and one.wait_s == 0.2
    assert all(part.child is not None and part.child.poll() is not None for part in (one, other))


# --- at the door ---------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def door() -> TestClient:
    inner = FastAPI()

    @inner.post("/size")
    async def size(request: Request) -> int:
        return len(await request.body())

    return TestClient(AtTheDoor(inner), raise_server_exceptions=False)


def test_a_body_that_is_too_large_is_refused_told_or_not(door: TestClient) -> None:
    assert door.post("/size", content=bytes(BODY_MOST)).json() == BODY_MOST
    told = door.post("/size", content=bytes(BODY_MOST + 1))
    assert (told.status_code, told.json()["error"]["code"]) == (413, "too_large")
    lied = door.post("/size", content=iter([bytes(BODY_MOST), b"x"]))
    assert lied.status_code >= 400
    assert door.post("/size", headers={"content-length": "9" * 40}).status_code == 413


def test_what_is_logged_of_a_request_holds_no_token_and_no_query(
    door: TestClient, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level("INFO", "desk")
    door.get("/t/sEcReT-token?also=secret", headers={"authorization": "Bearer hidden"})
    (line,) = [record.getMessage() for record in caplog.records if record.name == "desk"]
    assert "/t/- " in line and " 404 " in line
    assert not any(word in line for word in ("sEcReT", "also", "hidden"))
    assert shown_path("/a\r\nb\x1b[0m") == "/a%0D%0Ab%1B%5B0m"


@pytest.mark.parametrize(
    ("proxy", "seen"), [(None, "127.0.0.1"), ("127.0.0.1", "203.0.113.9"), ("10.0.0.1", "127.0.0.1")]
)
def test_only_the_trusted_proxy_is_believed(tmp_path: Path, proxy: str | None, seen: str) -> None:
    inner, ready = FastAPI(), threading.Event()

    @inner.get("/who")
    def who(request: Request) -> str:
        return request.client.host if request.client else ""

    server = web.server_of(inner, DeskSettings(tmp_path, trusted_proxy=proxy), ready.set)
    listener = web.listening("127.0.0.1:0")
    thread = threading.Thread(target=server.run, args=([listener],))
    thread.start()
    assert ready.wait(PATIENCE_S)
    forwarded = {"x-forwarded-for": "203.0.113.9", "x-forwarded-proto": "https"}
    answer = httpx.get(f"{web.address_of(listener, False)}who", headers=forwarded, trust_env=False)
    server.should_exit = True
    thread.join(PATIENCE_S)
    assert answer.json() == seen and "server" not in answer.headers


# --- trainee-link --------------------------------------------------------------------------------------


def test_a_link_is_made_by_command_and_ended_by_command(gate: Gate, tmp_path: Path) -> None:
    env = {DATABASE_URL: as_url(gate.url), MQTT_URL: "mqtt://127.0.0.1:1", DATA: str(tmp_path)}
    gate.conn.execute(
        "INSERT INTO trainee (load, number, valid_from, name, school, vehicle_class)"
        " VALUES ((SELECT max(id) FROM registry_load), 21, '2026-01-01', 'T', 9999999999999999, 'C1')"
    )

    def run(*arguments: str) -> str:
        found = CliRunner().invoke(app, ["trainee-link", *arguments], env=env)
        if found.exception is not None and not isinstance(found.exception, SystemExit):
            raise found.exception
        return found.output

    said = run(f"{21:016d}", "--base", "https://desk.example/", "--days", "7")
    token = re.search(r"^https://desk.example/t/(\S+)$", said, re.M)
    assert token is not None
    week = int(time.time()) + 7 * 86_400
    assert link_key(tmp_path).opened(token[1], week - 60) == 21
    assert link_key(tmp_path).opened(token[1], week + 60) is None
    run("--end-all")
    assert link_key(tmp_path).opened(token[1], week - 60) is None
    for wrong in (["0000000000000099"], [], ["12"]):
        with pytest.raises(UsageError):
            run(*wrong)
