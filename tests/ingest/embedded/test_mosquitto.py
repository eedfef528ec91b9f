"""A real mosquitto with the configuration we write: round trips, ACL, queues, restart."""

import shutil
import subprocess
from pathlib import Path

import pytest

from ingest.embedded.listeners import TlsFiles
from ingest.embedded.mosquitto import INGEST, Mosquitto, hashed, write_config
from tests.ingest.embedded.clients import Arrivals, connected, is_refused, publish_all

ONE, TWO = "1000000000000001", "1000000000000002"
ALL_UP = "hourfence/1/up/+"


def up(terminal: str) -> str:
    return f"hourfence/1/up/{terminal}"


def bulk(terminal: str) -> str:
    return f"hourfence/1/bulk/{terminal}"


def down(terminal: str) -> str:
    return f"hourfence/1/down/{terminal}"


def payloads(count: int) -> list[bytes]:
    return [number.to_bytes(4, "big") + bytes(696) for number in range(count)]


@pytest.mark.parametrize("with_tls", [False, True])
def test_round_trip_both_ways(
    mosquitto: Mosquitto, users: dict[str, str], tls_files: TlsFiles, with_tls: bool
) -> None:
    port, tls = (mosquitto.tls_port, tls_files) if with_tls else (mosquitto.port, None)
    server_got, terminal_got = Arrivals(), Arrivals()
    with (
        connected(port, INGEST, users[INGEST], tls=tls, subscribe=ALL_UP, arrivals=server_got) as server,
        connected(port, ONE, users[ONE], tls=tls, subscribe=down(ONE), arrivals=terminal_got) as terminal,
    ):
        publish_all(terminal, up(ONE), payloads(500))
        assert server_got.wait_for(500) == payloads(500)
        publish_all(server, down(ONE), [b"receipt"])
        assert terminal_got.wait_for(1) == [b"receipt"]


def test_logins(mosquitto: Mosquitto, users: dict[str, str]) -> None:
    assert is_refused(mosquitto.port, ONE, "wrong")
    assert is_refused(mosquitto.port, None, None)
    assert not is_refused(mosquitto.port, ONE, users[ONE])


def test_a_terminal_writes_only_on_its_own_topic(mosquitto: Mosquitto, users: dict[str, str]) -> None:
    got = Arrivals()
    with connected(mosquitto.port, INGEST, users[INGEST], subscribe=ALL_UP, arrivals=got):
        with connected(mosquitto.port, ONE, users[ONE]) as terminal:
            # 2.0.11 acknowledges what it refuses, and then closes the connection.
            terminal.publish(up(TWO), b"forged", qos=1)
        with connected(mosquitto.port, TWO, users[TWO]) as terminal:
            publish_all(terminal, up(TWO), [b"own"])
        assert got.wait_for(1) == [b"own"]


def test_photos_have_a_topic_of_their_own_for_each_terminal(
    mosquitto: Mosquitto, users: dict[str, str]
) -> None:
    got = Arrivals()
    with connected(mosquitto.port, INGEST, users[INGEST], subscribe="hourfence/1/bulk/+", arrivals=got):
        with connected(mosquitto.port, ONE, users[ONE]) as terminal:
            terminal.publish(bulk(TWO), b"forged", qos=1)
        with connected(mosquitto.port, TWO, users[TWO]) as terminal:
            publish_all(terminal, bulk(TWO), [b"own"])
        assert got.wait_for(1) == [b"own"]


def test_a_terminal_reads_only_its_own_topic(mosquitto: Mosquitto, users: dict[str, str]) -> None:
    got = Arrivals()
    with (
        connected(mosquitto.port, ONE, users[ONE], subscribe="hourfence/1/down/#", arrivals=got),
        connected(mosquitto.port, INGEST, users[INGEST]) as server,
    ):
        publish_all(server, down(TWO), [b"for another"])
        publish_all(server, down(ONE), [b"for this one"])
        assert got.wait_for(1) == [b"for this one"]


def test_a_session_away_loses_nothing_even_over_a_restart(
    mosquitto: Mosquitto, open_folder: Path, users: dict[str, str]
) -> None:
    broker = Mosquitto(open_folder, users)
    with broker:
        with connected(broker.port, INGEST, users[INGEST], subscribe=ALL_UP, keep_session=True):
            pass
        with connected(broker.port, ONE, users[ONE]) as terminal:
            publish_all(terminal, up(ONE), payloads(5000))
    got = Arrivals()
    with (
        broker,
        connected(broker.port, INGEST, users[INGEST], arrivals=got, keep_session=True),
    ):
        assert got.wait_for(5000) == payloads(5000)


def test_our_password_hash_is_mosquittos(open_folder: Path, mosquitto: Mosquitto) -> None:
    """The same salt gives the same line as mosquitto_passwd."""
    program = shutil.which("mosquitto_passwd")
    assert program is not None
    file = open_folder / "passwords"
    subprocess.run([program, "-b", "-c", str(file), "someone", "a password"], check=True)
    _user, theirs = file.read_text().strip().split(":")
    _, kind, rounds, salt, _key = theirs.split("$")
    assert hashed("a password").split("$")[1:3] == [kind, rounds]
    assert hashed("a password", salt) == theirs


def test_the_files_say_what_the_manual_says(open_folder: Path) -> None:
    config = write_config(open_folder, {INGEST: "secret"}, port=1883)
    lines = config.read_text().splitlines()
    for line in (
        "persistence true",
        "autosave_interval 5",
        "max_inflight_messages 1000",
        "max_queued_messages 0",
        "allow_anonymous false",
        "listener 1883 127.0.0.1",
    ):
        assert line in lines
    acl = (open_folder / "acl").read_text()
    assert "pattern write hourfence/1/up/%u" in acl and "pattern write hourfence/1/bulk/%u" in acl
    assert "secret" not in "".join(path.read_text() for path in open_folder.iterdir())
    assert (open_folder / "passwords").stat().st_mode & 0o077 == 0
