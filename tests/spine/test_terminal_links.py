"""The terminal's link as in production: TLS, a login, an ACL, and everything that can be wrong with it."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from ingest.cli.registry.loading import load_file
from ingest.embedded import mosquitto as real_mosquitto
from ingest.embedded.listeners import TlsFiles
from ingest.embedded.mosquitto import INGEST, Mosquitto
from ingest.store import conservation, heads
from ingest.store.connection import Connection, connect
from ingest.store.migrate import migrate
from simulators.day_model import DayPlan
from simulators.registry import write_registry
from tests.conftest import TLS
from tests.ingest.receive.services import until
from tests.spine.ingests import CONNECTED, Ingest
from tests.spine.roads import Road, short_day

ONLINE = "Connected to the server."
OFFLINE = "No connection"
REFUSED = "refuses this terminal's login"
PASSWORD = "the terminal's word"
RIGHT = {"host": "127.0.0.1", "tls_name": None, "tls_ca": str(TLS / "ca.der"), "password": PASSWORD}


@pytest.fixture(scope="module")
def plan() -> DayPlan:
    return short_day()


@pytest.fixture
def broker(short_folder: Path, tmp_path: Path, plan: DayPlan, tls_files: TlsFiles) -> Iterator[Mosquitto]:
    """A mosquitto of one test, not yet started: the server and one terminal may log in."""
    if real_mosquitto.program() is None:
        pytest.skip("mosquitto is not installed; apt-get install mosquitto to run this test.")
    users = {INGEST: "ingest-password", f"{plan.terminals[0].number:016d}": PASSWORD}
    made = Mosquitto(short_folder / f"broker-{tmp_path.name}", users, tls=tls_files)
    yield made
    made.stop()


@pytest.fixture
def database(postgres_url: str, plan: DayPlan, tmp_path: Path) -> Iterator[Connection]:
    write_registry(plan, tmp_path / "registry.json")
    with connect(postgres_url) as conn:
        migrate(conn)
        load_file(conn, tmp_path / "registry.json")
        yield conn


@pytest.fixture
def ingest(postgres_url: str, database: Connection, broker: Mosquitto, tmp_path: Path) -> Iterator[Ingest]:
    with Ingest(tmp_path, postgres_url, broker.tls_url_for(INGEST)) as running:
        yield running


def road(
    plan: DayPlan, micropython: Path, broker: Mosquitto, out: Path, wrong: dict[str, Any] | None = None
) -> Road:
    return Road(plan, micropython, (broker.host, broker.tls_port), out, RIGHT | (wrong or {}))


def check_stored(conn: Connection, terminal: int, written: int) -> None:
    """Everything the terminal wrote is stored in one chain, and everything received is accounted for."""
    assert written > 15
    head = heads.load(conn, [terminal])[terminal]
    assert (head.through, head.beyond) == (written, {})
    counts = conservation.read(conn)
    assert (counts.stored, counts.quarantined) == (written, 0)
    assert conservation.audit(conn) == []


def cut(one: Road, end_broker: Callable[[], None]) -> None:
    """End the broker while the terminal is online."""
    until(lambda: ONLINE in one.screen(), "the terminal to be online")
    end_broker()


def test_a_day_over_tls_with_login_and_acl(
    plan: DayPlan, micropython: Path, broker: Mosquitto, ingest: Ingest, database: Connection, tmp_path: Path
) -> None:
    broker.start()
    ingest.wait_for(CONNECTED)
    with road(plan, micropython, broker, tmp_path) as one:
        one.drive()
        written = one.wait_for_receipts()
        assert ONLINE in one.screen()
    check_stored(database, one.number, written)
    assert conservation.read(database).duplicates == 0


@pytest.mark.parametrize(
    "wrong",
    [
        # An authority of the same name with another key.
        {"tls_ca": str(Path(__file__).with_name("other_ca.der"))},
        # The same address by a name that is not in the broker's certificate.
        {"host": "127.1"},
        {"tls_name": "broker.example"},
        {"tls_ca": None},
        {"password": "a guess"},
    ],
    ids=["authority", "host", "name", "no TLS", "password"],
)
def test_a_wrong_setting_keeps_every_record_until_it_is_mended(
    wrong: dict[str, Any],
    plan: DayPlan,
    micropython: Path,
    broker: Mosquitto,
    ingest: Ingest,
    database: Connection,
    tmp_path: Path,
) -> None:
    broker.start()
    ingest.wait_for(CONNECTED)
    with road(plan, micropython, broker, tmp_path, wrong) as one:
        one.drive()
        one.wait_until(lambda: one.stand.link.accepted > 1, "another try")
        written, receipted = one.held()
        assert receipted == 0 and written > 15
        assert ONLINE not in one.screen()
        assert conservation.read(database).received == 0
        one.restart(RIGHT)
        one.wait_until(lambda: one.held()[1] >= written, "the receipts after the mending")
        assert ONLINE in one.screen()
        written = one.wait_for_receipts()
    check_stored(database, one.number, written)


def test_the_broker_is_restarted_in_the_middle_of_the_day(
    plan: DayPlan, micropython: Path, broker: Mosquitto, ingest: Ingest, database: Connection, tmp_path: Path
) -> None:
    broker.start()
    ingest.wait_for(CONNECTED)
    with road(plan, micropython, broker, tmp_path) as one:
        one.drive({0.3: lambda: cut(one, broker.stop), 0.7: broker.start})
        written = one.wait_for_receipts()
        assert one.screen().count(ONLINE) >= 2
    check_stored(database, one.number, written)


def test_the_broker_crashes_in_the_middle_of_the_day(
    plan: DayPlan, micropython: Path, broker: Mosquitto, ingest: Ingest, database: Connection, tmp_path: Path
) -> None:
    broker.start()
    ingest.wait_for(CONNECTED)
    with road(plan, micropython, broker, tmp_path) as one:
        one.drive({0.3: lambda: cut(one, broker.kill), 0.7: broker.start})
        written = one.wait_for_receipts()
        assert one.screen().count(ONLINE) >= 2
    check_stored(database, one.number, written)


def test_a_credential_is_revoked_in_the_middle_of_the_day_and_given_back(
    plan: DayPlan, micropython: Path, broker: Mosquitto, ingest: Ingest, database: Connection, tmp_path: Path
) -> None:
    user = f"{plan.terminals[0].number:016d}"

    def restart_with(password: str) -> None:
        broker.stop()
        broker.users[user] = password
        broker.start()

    broker.start()
    ingest.wait_for(CONNECTED)
    with road(plan, micropython, broker, tmp_path) as one:
        one.drive({0.3: lambda: cut(one, lambda: restart_with("another"))})
        one.wait_until(lambda: REFUSED in one.screen(), "the refusal")
        written, receipted = one.held()
        assert receipted < written
        restart_with(PASSWORD)
        written = one.wait_for_receipts()
        assert one.screen().count(ONLINE) >= 2
    check_stored(database, one.number, written)


def test_a_connection_that_passes_nothing_any_more_is_noticed(
    plan: DayPlan, micropython: Path, broker: Mosquitto, ingest: Ingest, database: Connection, tmp_path: Path
) -> None:
    broker.start()
    ingest.wait_for(CONNECTED)
    with road(plan, micropython, broker, tmp_path, {"keepalive_s": 1}) as one:
        one.drive({0.3: lambda: cut(one, one.stand.link.freeze)})
        one.wait_until(lambda: OFFLINE in one.screen(), "the terminal to notice")
        written, receipted = one.held()
        assert receipted < written
        one.stand.link.up()
        written = one.wait_for_receipts()
        assert one.screen().count(ONLINE) >= 2
    check_stored(database, one.number, written)


def test_the_broker_is_away_when_the_day_begins(
    plan: DayPlan, micropython: Path, broker: Mosquitto, ingest: Ingest, database: Connection, tmp_path: Path
) -> None:
    with road(plan, micropython, broker, tmp_path) as one:
        one.drive({0.7: lambda: (ingest.wait_for("is away"), broker.start())})
        written = one.wait_for_receipts()
    check_stored(database, one.number, written)
