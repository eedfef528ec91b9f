"""hourfence ingest as an operator runs it, while database and broker come and go: nothing is lost."""

import itertools
import os
import secrets
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from ingest.embedded.broker import EmbeddedBroker
from ingest.embedded.children import EmbeddedError
from ingest.embedded.postgres import EmbeddedPostgres
from ingest.store import conservation, evidence, registry, registry_file
from ingest.store.connection import StoreError, connect
from ingest.store.migrate import migrate
from tests.ingest.receive.services import until
from tests.ingest.receive.terminals import Terminal, registry_of, terminal_with
from tests.spine.ingests import CONNECTED, Ingest, environment
from tests.spine.streams import Stream

NUMBERS = itertools.count(1_000_000_000_200_001)
MINUTES = 60
MIDDLE = 30
AWAY = "is away"


@pytest.fixture(scope="module")
def one_server(short_folder: Path) -> Iterator[EmbeddedPostgres]:
    """One server for this file; a test finds it running and may end it. No power goes with it."""
    server = EmbeddedPostgres(short_folder / "faults-pg", settings={"fsync": "off"})
    yield server
    server.stop()


@pytest.fixture
def database(one_server: EmbeddedPostgres) -> EmbeddedPostgres:
    try:
        connect(one_server.url, patience_s=1).close()
    except (EmbeddedError, StoreError):
        # At first, or when a test that failed has left it so.
        one_server.stop()
        one_server.start()
    return one_server


@pytest.fixture
def broker(short_folder: Path) -> Iterator[EmbeddedBroker]:
    """A broker without logins for one test, which may end it."""
    with EmbeddedBroker(short_folder / f"faults-broker-{secrets.token_hex(4)}") as running:
        yield running


@pytest.fixture
def terminals(database: EmbeddedPostgres) -> list[Terminal]:
    """Three terminals with an hour in their journals, registered."""
    made = [terminal_with(next(NUMBERS), MINUTES) for _ in range(3)]
    document = registry_of(*(terminal.number for terminal in made))
    with connect(database.url) as conn:
        migrate(conn)
        registry.load(conn, registry_file.check(document, "test"))
    return made


@pytest.fixture
def ingest(database: EmbeddedPostgres, broker: EmbeddedBroker, tmp_path: Path) -> Ingest:
    """Not yet started."""
    return Ingest(tmp_path, database.url, broker.url)


def check_all_stored(database: EmbeddedPostgres, terminals: list[Terminal]) -> None:
    with connect(database.url) as conn:
        for terminal in terminals:
            chunks = evidence.read_terminal(conn, terminal.number)
            assert [row.record for chunk in chunks for row in chunk] == terminal.records
        assert conservation.audit(conn) == []


def check_backing_off(lines: list[str]) -> None:
    """Each says how long it waits, and no wait is shorter than the one before."""
    waits = [float(line.rpartition("trying again in ")[2].removesuffix(" s.")) for line in lines]
    assert len(waits) > 1 and waits == sorted(waits) and waits[-1] > waits[0]


def test_the_database_is_away_at_start(
    ingest: Ingest, database: EmbeddedPostgres, broker: EmbeddedBroker, terminals: list[Terminal]
) -> None:
    database.stop()
    with ingest, Stream(broker.url, *terminals) as stream:
        ingest.wait_for(AWAY, times=3)
        check_backing_off(ingest.lines(AWAY))
        assert not ingest.lines(CONNECTED)
        database.start()
        stream.wait_until_done()
    check_all_stored(database, terminals)


@pytest.mark.parametrize("crash", [False, True], ids=["restarted", "killed"])
def test_the_database_ends_in_the_middle_of_a_stream(
    crash: bool, ingest: Ingest, database: EmbeddedPostgres, broker: EmbeddedBroker, terminals: list[Terminal]
) -> None:
    with ingest, Stream(broker.url, *terminals, upto=MIDDLE) as stream:
        stream.wait_for(10)
        if crash:
            os.kill(database.pid, signal.SIGKILL)
        database.stop()
        stream.go_on()
        ingest.wait_for(AWAY)
        assert not stream.done
        database.start()
        stream.wait_until_done()
    check_all_stored(database, terminals)


def test_the_broker_is_away_at_start(
    ingest: Ingest, database: EmbeddedPostgres, broker: EmbeddedBroker, terminals: list[Terminal]
) -> None:
    broker.stop()
    with ingest, Stream(broker.url, *terminals) as stream:
        ingest.wait_for(AWAY, times=3)
        check_backing_off(ingest.lines(AWAY))
        broker.start()
        stream.wait_until_done()
    check_all_stored(database, terminals)


def test_the_broker_ends_in_the_middle_of_a_stream(
    ingest: Ingest, database: EmbeddedPostgres, broker: EmbeddedBroker, terminals: list[Terminal]
) -> None:
    with ingest, Stream(broker.url, *terminals, upto=MIDDLE) as stream:
        stream.wait_for(10)
        broker.stop()
        stream.go_on()
        ingest.wait_for("Lost the broker")
        ingest.wait_for(AWAY)
        assert not stream.done
        broker.start()
        ingest.wait_for(CONNECTED, times=2)
        stream.wait_until_done()
    check_all_stored(database, terminals)


def test_broker_and_database_end_together(
    ingest: Ingest, database: EmbeddedPostgres, broker: EmbeddedBroker, terminals: list[Terminal]
) -> None:
    with ingest, Stream(broker.url, *terminals, upto=MIDDLE) as stream:
        stream.wait_for(10)
        database.stop()
        broker.stop()
        stream.go_on()
        ingest.wait_for("Lost the broker")
        broker.start()
        database.start()
        stream.wait_until_done()
    check_all_stored(database, terminals)


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGKILL], ids=lambda number: number.name)
def test_a_second_ingest_waits_says_so_and_takes_over(
    number: signal.Signals,
    ingest: Ingest,
    database: EmbeddedPostgres,
    broker: EmbeddedBroker,
    terminals: list[Terminal],
    tmp_path: Path,
) -> None:
    (tmp_path / "second").mkdir()
    second = Ingest(tmp_path / "second", database.url, broker.url)
    ingest.start()
    ingest.wait_for(CONNECTED)
    with second, Stream(broker.url, *terminals, upto=MIDDLE) as stream:
        second.wait_for("Another ingest is writing to this database")
        stream.wait_for(10)
        assert not second.lines(CONNECTED)
        assert len(ingest.lines(CONNECTED)) == 1, "the second one took the first one's session"
        assert ingest.child is not None
        ingest.child.send_signal(number)
        ingest.child.wait()
        stream.go_on()
        second.wait_for(CONNECTED)
        stream.wait_until_done()
    assert ingest.end() == (0 if number == signal.SIGTERM else -signal.SIGKILL)
    check_all_stored(database, terminals)


def test_sigterm_finishes_what_is_in_hand(
    ingest: Ingest, database: EmbeddedPostgres, broker: EmbeddedBroker, terminals: list[Terminal]
) -> None:
    waiting = "SELECT 1 FROM pg_locks WHERE relation = 'evidence'::regclass AND NOT granted"
    # Committed with its batch; a batch of records that were sent again stores none.
    taken = "SELECT received FROM conservation"
    with (
        connect(database.url) as conn,
        connect(database.url) as blocker,
        ingest,
        Stream(broker.url, *terminals, upto=MIDDLE) as stream,
    ):
        stream.wait_for(MIDDLE)
        before = conn.execute(taken).fetchone()
        blocker.execute("BEGIN; LOCK TABLE evidence IN EXCLUSIVE MODE")
        stream.go_on()
        until(lambda: conn.execute(waiting).fetchone() is not None, "a batch to be in hand")
        ingest.ask_to_end()
        blocker.execute("ROLLBACK")
        assert ingest.end() == 0
        assert conn.execute(taken).fetchone() > before
        ingest.start()
        stream.wait_until_done()
    check_all_stored(database, terminals)


def test_a_second_signal_in_the_middle_of_the_first_does_not_keep_it_from_ending() -> None:
    # Inside Event.set() its lock is held; a handler that interrupts it there must not ask for that lock.
    program = (
        "import signal; from ingest.cli.commands import set_by_signals; stop = set_by_signals()\n"
        "with stop._cond: signal.raise_signal(signal.SIGTERM); signal.raise_signal(signal.SIGINT)\n"
        "print(stop.wait(30))"
    )
    done = subprocess.run(
        [sys.executable, "-c", program], env=environment(), capture_output=True, text=True, timeout=60
    )
    assert (done.stdout.strip(), done.stderr) == ("True", "")


def test_sigterm_while_the_database_is_away_ends_at_once_and_loses_nothing(
    ingest: Ingest, database: EmbeddedPostgres, broker: EmbeddedBroker, terminals: list[Terminal]
) -> None:
    with Stream(broker.url, *terminals, upto=MIDDLE) as stream:
        with ingest:
            stream.wait_for(10)
            database.stop()
            stream.go_on()
            ingest.wait_for(AWAY)
        database.start()
        with ingest:
            stream.wait_until_done()
    check_all_stored(database, terminals)
