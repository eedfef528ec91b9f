"""The journal read out over the cable: pseudo-terminals, MicroPython, broker, ingest, database, all real."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from ingest.embedded.broker import EmbeddedBroker
from ingest.embedded.mosquitto import INGEST, Mosquitto
from ingest.store import conservation, heads, registry, registry_file
from ingest.store.connection import Connection, connect
from ingest.store.migrate import migrate
from tests.gateway.cables import Cable
from tests.gateway.children_of_tests import Child, gateway, on_micropython
from tests.ingest.receive.services import serving, until
from tests.ingest.receive.terminals import key_of, registry_of

NUMBER = 3000000000000007
RECORDS = 120
SCRIPT = "terminal_on_cable.py"


@pytest.fixture
def broker(short_folder: Path, tmp_path: Path) -> Iterator[EmbeddedBroker]:
    """A broker of one test, not yet started."""
    made = EmbeddedBroker(short_folder / f"gateway-{tmp_path.name}")
    yield made
    made.stop()


@pytest.fixture
def database(postgres_url: str) -> Iterator[Connection]:
    with connect(postgres_url) as conn:
        migrate(conn)
        registry.load(conn, registry_file.check(registry_of(NUMBER), "test"))
        yield conn


@pytest.fixture
def terminal(micropython: Path, tmp_path: Path) -> Callable[[Cable], Child]:
    def make(cable: Cable) -> Child:
        arguments = (
            cable.terminal_path,
            str(NUMBER),
            key_of(NUMBER).hex(),
            str(RECORDS),
            tmp_path / "journal.bin",
        )
        return on_micropython(micropython, tmp_path / "terminal.log", SCRIPT, *arguments)

    return make


def read_out(tmp_path: Path, cable: Cable, broker: EmbeddedBroker, *more: str) -> Child:
    return gateway(
        tmp_path / "gateway.log", "serial", "--port", cable.gateway_path, "--broker", broker.url, *more
    )


def check_stored(conn: Connection) -> None:
    """All records, once each, in one chain; nothing quarantined."""
    head = heads.load(conn, [NUMBER])[NUMBER]
    assert (head.through, head.beyond) == (RECORDS, {})
    counts = conservation.read(conn)
    assert (counts.stored, counts.quarantined) == (RECORDS, 0)
    assert conservation.audit(conn) == []


def test_a_journal_is_read_out_and_stored_once(
    tmp_path: Path,
    postgres_url: str,
    database: Connection,
    broker: EmbeddedBroker,
    terminal: Callable[[Cable], Child],
) -> None:
    broker.start()
    with (
        serving(postgres_url, broker.url, "cable"),
        Cable(tmp_path) as cable,
        terminal(cable),
        read_out(tmp_path, cable, broker) as depot,
    ):
        assert depot.wait() == 0, depot.said()
    assert f"{RECORDS} of {RECORDS} records receipted" in depot.said()
    assert "全部记录已回执" in depot.said()
    check_stored(database)
    assert conservation.read(database).duplicates == 0


@pytest.mark.parametrize("upto", [1, 40, 2000, 5000])
def test_a_cable_pulled_at_any_byte_goes_on(
    upto: int,
    tmp_path: Path,
    postgres_url: str,
    database: Connection,
    broker: EmbeddedBroker,
    terminal: Callable[[Cable], Child],
) -> None:
    broker.start()
    with (
        serving(postgres_url, broker.url, "cable"),
        Cable(tmp_path) as cable,
        terminal(cable),
    ):
        cable.up_limit = upto
        with read_out(tmp_path, cable, broker) as depot:
            until(lambda: cable.pulls == 1, "the cable to be pulled")
            depot.wait_for("等待接线")
            cable.plug()
            assert depot.wait() == 0, depot.said()
    check_stored(database)


def test_a_terminal_that_loses_its_power_goes_on_from_its_journal(
    tmp_path: Path,
    postgres_url: str,
    database: Connection,
    broker: EmbeddedBroker,
    terminal: Callable[[Cable], Child],
) -> None:
    broker.start()
    with (
        serving(postgres_url, broker.url, "cable"),
        Cable(tmp_path) as cable,
        read_out(tmp_path, cable, broker) as depot,
    ):
        with terminal(cable) as car:
            until(lambda: cable.carried_up > 6000, "some of the journal to be read out")
            car.stop()
        with terminal(cable):
            assert depot.wait() == 0, depot.said()
    check_stored(database)


def test_a_noisy_cable_loses_nothing(
    tmp_path: Path,
    postgres_url: str,
    database: Connection,
    broker: EmbeddedBroker,
    terminal: Callable[[Cable], Child],
) -> None:
    broker.start()
    with (
        serving(postgres_url, broker.url, "cable"),
        Cable(tmp_path, noise=60, seed=5) as cable,
        terminal(cable),
        read_out(tmp_path, cable, broker) as depot,
    ):
        assert depot.wait() == 0, depot.said()
    check_stored(database)


def test_a_broker_that_goes_away_is_waited_for(
    tmp_path: Path,
    postgres_url: str,
    database: Connection,
    broker: EmbeddedBroker,
    terminal: Callable[[Cable], Child],
) -> None:
    broker.start()
    with Cable(tmp_path) as cable, terminal(cable) as car, read_out(tmp_path, cable, broker) as depot:
        # Without ingest no receipt comes, so this is the middle for sure.
        depot.wait_for("sent")
        broker.stop()
        car.wait_for("the broker is away")
        depot.wait_for("等待恢复")
        broker.start()
        with serving(postgres_url, broker.url, "cable"):
            assert depot.wait() == 0, depot.said()
    check_stored(database)


def test_an_interrupted_command_says_so_and_the_next_one_goes_on(
    tmp_path: Path,
    postgres_url: str,
    database: Connection,
    broker: EmbeddedBroker,
    terminal: Callable[[Cable], Child],
) -> None:
    broker.start()
    with Cable(tmp_path) as cable, terminal(cable) as car:
        with read_out(tmp_path, cable, broker) as depot:
            depot.wait_for("sent")
            assert depot.interrupt() == 130
        assert "Interrupted;" in depot.said() and "Traceback" not in depot.said()
        car.wait_for("lost: the gateway ended: interrupted")
        with (
            serving(postgres_url, broker.url, "cable"),
            read_out(tmp_path, cable, broker) as depot,
        ):
            assert depot.wait() == 0, depot.said()
    check_stored(database)


def test_mistakes_are_told_in_a_sentence(tmp_path: Path) -> None:
    with gateway(tmp_path / "log", "serial", "--port", "/dev/null") as depot:
        assert depot.wait() == 2
    assert depot.said().startswith("hourfence: No broker is named;")


def test_a_refused_login_is_told_and_waits_for_nothing(tmp_path: Path, mosquitto: Mosquitto) -> None:
    url = mosquitto.url_for(INGEST).replace("ingest-password", "wrong")
    with Cable(tmp_path) as cable:
        arguments = ("serial", "--port", cable.gateway_path, "--broker", url)
        with gateway(tmp_path / "log", *arguments) as depot:
            assert depot.wait() == 2
    assert "refused the login" in depot.said() and "Traceback" not in depot.said()
