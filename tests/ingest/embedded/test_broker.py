"""The embedded broker: round trips, logins, TLS, queues, its end."""

import os
import socket
import tomllib
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest.embedded.broker import EmbeddedBroker, config_text
from ingest.embedded.children import EmbeddedError
from ingest.embedded.listeners import TlsFiles
from ingest.embedded.mosquitto import INGEST
from ingest.settings import parse_mqtt_url
from tests.ingest.embedded.clients import Arrivals, connected, is_refused, publish_all
from tests.ingest.embedded.processes import parent_of, working_in

TERMINAL = "1000000000000001"
UP = f"hourfence/1/up/{TERMINAL}"
ALL_UP = "hourfence/1/up/+"


def payloads(count: int) -> list[bytes]:
    return [number.to_bytes(4, "big") + bytes(696) for number in range(count)]


@pytest.mark.parametrize("with_tls", [False, True])
def test_round_trip(
    broker: EmbeddedBroker, users: dict[str, str], tls_files: TlsFiles, with_tls: bool
) -> None:
    port, tls = (broker.tls_port, tls_files) if with_tls else (broker.port, None)
    got = Arrivals()
    with (
        connected(port, INGEST, users[INGEST], tls=tls, subscribe=ALL_UP, arrivals=got),
        connected(port, TERMINAL, users[TERMINAL], tls=tls) as terminal,
    ):
        publish_all(terminal, UP, payloads(500))
        assert got.wait_for(500) == payloads(500)


def test_a_session_away_loses_nothing(open_folder: Path) -> None:
    """Far beyond what mosquitto's defaults would keep."""
    with EmbeddedBroker(open_folder) as broker:
        with connected(broker.port, INGEST, subscribe=ALL_UP, keep_session=True):
            pass
        with connected(broker.port, TERMINAL) as terminal:
            publish_all(terminal, UP, payloads(5000))
        got = Arrivals()
        with connected(broker.port, INGEST, arrivals=got, keep_session=True):
            assert got.wait_for(5000) == payloads(5000)


def test_logins(broker: EmbeddedBroker, users: dict[str, str]) -> None:
    assert is_refused(broker.port, TERMINAL, "wrong")
    assert is_refused(broker.port, "1999999999999999", users[TERMINAL])
    assert is_refused(broker.port, None, None)
    assert not is_refused(broker.port, TERMINAL, users[TERMINAL])


def test_urls_are_what_the_settings_read(
    broker: EmbeddedBroker, users: dict[str, str], tls_files: TlsFiles
) -> None:
    address = parse_mqtt_url(broker.url_for(TERMINAL))
    assert (address.host, address.port, address.tls) == (broker.host, broker.port, False)
    assert (address.username, address.password) == (TERMINAL, users[TERMINAL])
    address = parse_mqtt_url(broker.tls_url_for(INGEST))
    assert (address.port, address.tls, address.ca) == (broker.tls_port, True, tls_files.ca)
    assert parse_mqtt_url(broker.url).username is None


def test_it_ends_and_starts_again_on_its_port(open_folder: Path) -> None:
    broker = EmbeddedBroker(open_folder)
    with broker:
        port = broker.port
        assert parent_of(broker.pid) == os.getpid()
        with connected(port, INGEST, subscribe=ALL_UP, keep_session=True):
            pass
    assert working_in(open_folder) == set()
    with socket.socket() as probe:
        assert probe.connect_ex((broker.host, port)) != 0
    with broker:
        assert broker.port == port
        with connected(port, TERMINAL) as terminal:
            publish_all(terminal, UP, payloads(1))
        # Nothing is kept over a restart: the subscription has to be made anew.
        got = Arrivals()
        with (
            connected(port, INGEST, subscribe=ALL_UP, arrivals=got, keep_session=True),
            connected(port, TERMINAL) as terminal,
        ):
            publish_all(terminal, UP, [b"second"])
            assert got.wait_for(1) == [b"second"]


def test_two_at_once(open_folder: Path) -> None:
    got = Arrivals()
    with EmbeddedBroker(open_folder / "a") as first, EmbeddedBroker(open_folder / "b") as second:
        assert first.port != second.port
        with (
            connected(first.port, INGEST, subscribe=ALL_UP, arrivals=got),
            connected(second.port, TERMINAL) as elsewhere,
            connected(first.port, TERMINAL) as here,
        ):
            publish_all(elsewhere, UP, [b"elsewhere"])
            publish_all(here, UP, [b"here"])
            assert got.wait_for(1) == [b"here"]


def test_a_port_in_use_is_said(open_folder: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        with pytest.raises(EmbeddedError, match=f"could not listen on 127.0.0.1:{port}"):
            EmbeddedBroker(open_folder, port=port).start()
    assert working_in(open_folder) == set()


def test_passwords_are_readable_by_their_owner_only(open_folder: Path) -> None:
    with EmbeddedBroker(open_folder, {TERMINAL: "secret"}):
        holding = [path for path in open_folder.rglob("*") if b"secret" in path.read_bytes()]
    assert holding
    assert all(path.stat().st_mode & 0o077 == 0 for path in holding)


@given(st.dictionaries(st.text(min_size=1), st.text()))
def test_any_login_survives_the_configuration(users: dict[str, str]) -> None:
    read = tomllib.loads(config_text(1883, users))
    assert read["v4"]["1"]["connections"].get("auth", {}) == users
