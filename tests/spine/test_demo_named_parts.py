"""The demo on a database and a broker that are not its own: it works there, and leaves nothing there."""

import json
import re
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import paho.mqtt.client as paho
import pytest
from paho.mqtt.enums import CallbackAPIVersion

from ingest.cli.demo.firmware_launch import launch
from ingest.cli.faults import UsageError
from ingest.cli.surroundings import Surroundings
from ingest.embedded import mosquitto as real_mosquitto
from ingest.embedded.listeners import TlsFiles
from ingest.embedded.mosquitto import Mosquitto
from ingest.settings import DATABASE_URL, MQTT_URL, parse_mqtt_url
from ingest.store import evidence
from ingest.store.connection import connect
from ingest.store.migrate import migrate
from ingest.store.parts import Parts
from tests.spine.ingests import as_url, environment

LOGIN = "demo"
PASSWORD = "a word: @/#"
IN_THE_DAYS_MONTH_US = 1_789_430_400_000_000  # 2026-09-15, the scenario's day


@pytest.fixture
def broker(
    short_folder: Path, tmp_path: Path, tls_files: TlsFiles, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Mosquitto]:
    """A mosquitto with one login, which may do everything."""
    if real_mosquitto.program() is None:
        pytest.skip("mosquitto is not installed; apt-get install mosquitto to run this test.")
    monkeypatch.setattr(real_mosquitto, "ACL", f"# {{ingest}}\nuser {LOGIN}\ntopic readwrite #\n")
    folder = short_folder / f"demo-{tmp_path.name}"
    with Mosquitto(folder, {LOGIN: PASSWORD}, tls=tls_files) as running:
        yield running


def run(out: Path, database_url: str, mqtt_url: str) -> dict[str, Any]:
    done = subprocess.run(
        [sys.executable, "-m", "ingest.cli", "demo", "--cars", "2", "--hours", "0.5", "--out", str(out)],
        env=environment(**{DATABASE_URL: as_url(database_url), MQTT_URL: mqtt_url}),
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )
    assert done.returncode == 0, done.stdout[-3000:] + done.stderr[-3000:]
    report: dict[str, Any] = json.loads((out / "report.json").read_text())
    return report


def left_in(database_url: str) -> list[tuple[str, str]]:
    """Every schema and table that is not PostgreSQL's own."""
    with connect(database_url) as conn:
        return conn.execute(
            "SELECT nspname, coalesce(relname, '') FROM pg_namespace"
            " LEFT JOIN pg_class ON relnamespace = pg_namespace.oid"
            " WHERE nspname NOT LIKE 'pg\\_%' AND nspname <> 'information_schema' ORDER BY 1, 2"
        ).fetchall()


def retained(mqtt_url: str) -> list[str]:
    """Topics of retained payloads."""
    address = parse_mqtt_url(mqtt_url)
    heard: list[str] = []
    answered = threading.Event()
    client = paho.Client(CallbackAPIVersion.VERSION2)
    client.username_pw_set(address.username, address.password)
    client.on_message = lambda _client, _data, message: heard.append(message.topic)
    # Retained payloads come after the SUBACK; what is published then comes after them.
    client.on_subscribe = lambda *_: client.publish("end", b"", qos=1)
    client.message_callback_add("end", lambda *_: answered.set())
    client.connect(address.host, address.port)
    client.subscribe("#", qos=1)
    client.loop_start()
    try:
        assert answered.wait(120)
    finally:
        client.disconnect()
        client.loop_stop()
    return heard


def sessions_kept(broker: Mosquitto) -> list[bytes]:
    """Client ids of ours among the sessions that the broker keeps when it ends; it runs again afterwards."""
    broker.stop()
    kept = broker.folder / "mosquitto.db"
    found = re.findall(rb"hourfence[-\w]*", kept.read_bytes()) if kept.exists() else []
    broker.start()
    return found


@pytest.mark.parametrize("tls", [False, True], ids=["plain", "tls"])
def test_twice_in_a_row_and_nothing_stays_behind(
    tls: bool, micropython: Path, postgres_url: str, broker: Mosquitto, tmp_path: Path
) -> None:
    with connect(postgres_url) as conn:
        # Somebody's real tables, with a part for the very month of the demo's day.
        migrate(conn)
        Parts().ensure(conn, [IN_THE_DAYS_MONTH_US])
    before = left_in(postgres_url)
    # By the certificate's name, where the terminals' relay has an address of its own.
    url = broker.tls_url_for(LOGIN).replace("@127.0.0.1:", "@localhost:") if tls else broker.url_for(LOGIN)
    for attempt in range(1 if tls else 2):
        totals = run(tmp_path / str(attempt), postgres_url, url)["totals"]
        assert totals["records_written"] == totals["judged"] > 20
        assert left_in(postgres_url) == before
        assert retained(broker.url_for(LOGIN)) == []
        assert sessions_kept(broker) == []
    with connect(postgres_url) as conn:
        assert evidence.count(conn) == 0


@pytest.mark.parametrize(
    ("authorities", "sentence"), [(0, "names no authority"), (2, "holds 2 certificates")]
)
def test_an_authority_that_a_terminal_cannot_take_is_one_sentence(
    authorities: int, sentence: str, tls_files: TlsFiles, tmp_path: Path
) -> None:
    file = tmp_path / "ca.pem"
    file.write_text(tls_files.ca.read_text() * 2)
    address = parse_mqtt_url("mqtts://localhost:8883" + (f"?ca={file}" if authorities else ""))
    with pytest.raises(UsageError, match=sentence):
        launch(Surroundings("", address, None, False, {}), {}, tmp_path)
