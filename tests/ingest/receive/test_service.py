"""The whole way in: real broker, real database, receipts to the terminal; with parts going away meanwhile."""

from __future__ import annotations

import hashlib
import itertools
import secrets
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from firmware.wire import bulk, envelope
from firmware.wire import orders as wire_orders
from ingest.embedded.broker import EmbeddedBroker
from ingest.embedded.mosquitto import INGEST, Mosquitto
from ingest.embedded.postgres import EmbeddedPostgres
from ingest.store import conservation, evidence, orders, photos, registry, registry_file
from ingest.store.connection import Connection, connect
from ingest.store.migrate import migrate
from tests.ingest.receive.services import Line, serving, spawned, until
from tests.ingest.receive.terminals import Terminal, registry_of, terminal_with

NUMBERS = itertools.count(1_000_000_000_100_001)


@pytest.fixture
def client_id() -> str:
    return "ingest-" + secrets.token_hex(4)


@pytest.fixture
def terminal() -> Terminal:
    return terminal_with(next(NUMBERS), 20)


@pytest.fixture
def open_folder() -> Iterator[Path]:
    folder = Path(tempfile.mkdtemp(prefix="hf-"))
    folder.chmod(0o755)
    yield folder
    shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture
def quiet_broker(open_folder: Path) -> Iterator[EmbeddedBroker]:
    """A broker of one test, without logins, that may be stopped and started."""
    with EmbeddedBroker(open_folder / "broker") as running:
        yield running


def prepared(url: str, *terminals: Terminal) -> Connection:
    conn = connect(url, patience_s=30)
    migrate(conn)
    numbers = [terminal.number for terminal in terminals]
    registry.load(conn, registry_file.check(registry_of(*numbers), "test"))
    return conn


def publish(line: Line, terminal: Terminal, first: int, last: int) -> None:
    for seq in range(first, last + 1):
        line.publish(terminal.topic, terminal.payload(seq, seq))


def check_all_stored(conn: Connection, *terminals: Terminal) -> None:
    for terminal in terminals:
        chunks = evidence.read_terminal(conn, terminal.number)
        assert [row.record for chunk in chunks for row in chunk] == terminal.records
    assert conservation.audit(conn) == []


def test_stored_acknowledged_and_receipted(
    postgres_url: str, quiet_broker: EmbeddedBroker, client_id: str, terminal: Terminal
) -> None:
    with (
        prepared(postgres_url, terminal) as conn,
        serving(postgres_url, quiet_broker.url, client_id) as service,
    ):
        line = Line(quiet_broker.url, terminal)
        publish(line, terminal, 1, 22)
        until(lambda: line.through[terminal.number] == 22, "the receipt of the last record")
        receipts = line.receipts
        publish(line, terminal, 22, 22)
        until(lambda: line.receipts > receipts, "the receipt of a duplicate")
        line.publish(terminal.topic, b"not an envelope")
        line.publish(terminal.topic, terminal.payload(1, 1), qos=0)
        line.publish(terminal.topic, terminal.payload(2, 2), retain=True)
        until(lambda: service.counts.received == 26, "the rest")
        assert service.counts == conservation.read(conn) == (26, 22, 3, 1)
        check_all_stored(conn, terminal)
        line.close()


def test_on_mosquitto_with_login_and_acl(
    postgres_url: str, mosquitto: Mosquitto, users: dict[str, str], client_id: str
) -> None:
    number = next(int(user) for user in users if user.isdecimal())
    terminal = terminal_with(number, 3)
    with (
        prepared(postgres_url, terminal) as conn,
        serving(postgres_url, mosquitto.tls_url_for(INGEST), client_id),
    ):
        line = Line(mosquitto.url_for(f"{number:016d}"), terminal)
        publish(line, terminal, 1, 5)
        until(lambda: line.through[number] == 5, "the receipt over mosquitto")
        check_all_stored(conn, terminal)
        jpeg = photos.JPEG + bytes(2000)
        orders.add(conn, number, wire_orders.STATUS, [b""], "Li")
        terminal.face_check(hashlib.sha256(jpeg).digest())
        for topic, payload in (terminal.last(), terminal.chunk(jpeg, 0), terminal.chunk(jpeg, 1400)):
            line.publish(topic, payload)
        wanted = {bulk.PHOTO_RECEIPT, wire_orders.ORDER}
        until(lambda: {envelope.kind_of(one) for one in line.others} == wanted, "photo receipt and order")
        until(lambda: photos.missing(conn) == [], "the photo")
        check_all_stored(conn, terminal)
        line.close()


def test_killed_before_the_commit_the_broker_sends_again(
    postgres_url: str, quiet_broker: EmbeddedBroker, client_id: str, terminal: Terminal
) -> None:
    with prepared(postgres_url, terminal) as conn, connect(postgres_url) as blocker:
        blocker.execute("BEGIN; LOCK TABLE evidence IN EXCLUSIVE MODE")
        process = spawned(postgres_url, quiet_broker.url, client_id)
        line = Line(quiet_broker.url, terminal)
        waiting = "SELECT 1 FROM pg_locks WHERE relation = 'evidence'::regclass AND NOT granted"

        def in_the_middle() -> bool:
            # The subscription may come after the first publish; who has no receipt sends again.
            publish(line, terminal, 1, 1)
            return conn.execute(waiting).fetchone() is not None

        until(in_the_middle, "ingest to be in the middle of a commit")
        publish(line, terminal, 2, 22)
        process.kill()
        process.join()
        blocker.execute("ROLLBACK")
        assert line.receipts == 0
        assert evidence.count(conn) == 0
        with serving(postgres_url, quiet_broker.url, client_id):
            until(lambda: line.through[terminal.number] == 22, "everything after the restart")
        check_all_stored(conn, terminal)
        line.close()


def test_the_database_goes_away_in_the_middle(
    open_folder: Path, quiet_broker: EmbeddedBroker, client_id: str
) -> None:
    terminals = [terminal_with(next(NUMBERS), 20) for _ in range(3)]
    server = EmbeddedPostgres(open_folder / "pg")
    server.start()
    try:
        prepared(server.url, *terminals).close()
        line = Line(quiet_broker.url, *terminals)
        with serving(server.url, quiet_broker.url, client_id):
            for terminal in terminals:
                publish(line, terminal, 1, 11)
            server.stop()
            for terminal in terminals:
                publish(line, terminal, 12, 22)
            server.start()
            until(lambda: set(line.through.values()) == {22}, "every receipt after the database is back")
        with connect(server.url) as conn:
            check_all_stored(conn, *terminals)
            assert conservation.read(conn).stored == 66
        line.close()
    finally:
        server.stop()


def test_the_broker_goes_away_and_comes_back(
    postgres_url: str, quiet_broker: EmbeddedBroker, client_id: str, terminal: Terminal
) -> None:
    with (
        prepared(postgres_url, terminal) as conn,
        serving(postgres_url, quiet_broker.url, client_id) as service,
    ):
        line = Line(quiet_broker.url, terminal)
        publish(line, terminal, 1, 11)
        until(lambda: line.through[terminal.number] == 11, "the first half")
        line.close()
        quiet_broker.stop()
        until(lambda: not service.subscribed.is_set(), "ingest to notice")
        quiet_broker.start()
        until(service.subscribed.is_set, "ingest to come back")
        line = Line(quiet_broker.url, terminal)
        publish(line, terminal, 12, 22)
        until(lambda: line.through[terminal.number] == 22, "the second half")
        check_all_stored(conn, terminal)
        line.close()


def test_broker_and_database_away_at_start(
    open_folder: Path, quiet_broker: EmbeddedBroker, client_id: str, terminal: Terminal
) -> None:
    server = EmbeddedPostgres(open_folder / "pg")
    server.start()
    url = server.url
    try:
        prepared(url, terminal).close()
        server.stop()
        quiet_broker.stop()
        with serving(url, quiet_broker.url, client_id, ready=False) as service:
            server.start()
            quiet_broker.start()
            until(service.subscribed.is_set, "ingest to find both")
            line = Line(quiet_broker.url, terminal)
            publish(line, terminal, 1, 22)
            until(lambda: line.through[terminal.number] == 22, "the receipts")
            line.close()
    finally:
        server.stop()


def test_a_second_ingest_waits_for_the_first(
    postgres_url: str, quiet_broker: EmbeddedBroker, client_id: str, caplog: pytest.LogCaptureFixture
) -> None:
    with serving(postgres_url, quiet_broker.url, client_id) as first:
        with serving(postgres_url, quiet_broker.url, client_id, ready=False) as second:
            until(lambda: "Another ingest is writing" in caplog.text, "the second to say that it waits")
            assert not second.subscribed.is_set()
        assert first.subscribed.is_set()
