"""The real terminal and receipts that are lost, false, for the future, or from a server that forgot."""

from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest

from ingest.embedded import mosquitto as real_mosquitto
from ingest.embedded.mosquitto import INGEST, Mosquitto
from simulators.day_model import DayPlan
from tests.ingest.receive.services import until
from tests.spine.odd_server import Answer, OddServer
from tests.spine.roads import Road, short_day

PASSWORD = "the terminal's word"
INGEST_PASSWORD = "ingest-password"


@pytest.fixture(scope="module")
def plan() -> DayPlan:
    return short_day()


@pytest.fixture
def broker(short_folder: Path, tmp_path: Path, plan: DayPlan) -> Iterator[Mosquitto]:
    if real_mosquitto.program() is None:
        pytest.skip("mosquitto is not installed; apt-get install mosquitto to run this test.")
    users = {INGEST: INGEST_PASSWORD, f"{plan.terminals[0].number:016d}": PASSWORD}
    made = Mosquitto(short_folder / f"receipts-{tmp_path.name}", users)
    yield made
    made.stop()


def server(plan: DayPlan, broker: Mosquitto, answer: Answer | None = None) -> OddServer:
    terminal = plan.terminals[0]
    login = (INGEST, INGEST_PASSWORD)
    return OddServer((broker.host, broker.port), login, terminal.number, terminal.own_key, answer)


def road(plan: DayPlan, micropython: Path, broker: Mosquitto, out: Path) -> Road:
    return Road(plan, micropython, (broker.host, broker.port), out, {"password": PASSWORD})


def test_receipts_that_are_lost_cost_only_a_resend(
    plan: DayPlan, micropython: Path, broker: Mosquitto, tmp_path: Path
) -> None:
    def answer(server: OddServer) -> list[bytes]:
        """Silence until everything that waits for a receipt has come a second time."""
        return [server.honest()] if min(Counter(server.arrived).values()) > 1 else []

    broker.start()
    with server(plan, broker, answer) as odd, road(plan, micropython, broker, tmp_path) as one:
        one.drive()
        written = one.wait_for_receipts()
    assert sorted(odd.stored) == list(range(1, written + 1))
    assert len(odd.arrived) >= 2 * written


def test_receipts_for_the_future_or_of_another_chain_free_nothing(
    plan: DayPlan, micropython: Path, broker: Mosquitto, tmp_path: Path
) -> None:
    def answer(server: OddServer) -> list[bytes]:
        last = max(server.stored)
        return [
            server.receipt(last + 1000, bytes(32), []),
            server.receipt(last, bytes(32), []),
            server.receipt(0, bytes(32), [(1, last, bytes(32))]),
            server.receipt(0, bytes(32), [(last + 1, last + 1000, bytes(32))]),
        ]

    broker.start()
    with road(plan, micropython, broker, tmp_path) as one:
        with server(plan, broker, answer) as odd:
            one.drive()
            one.wait_until(lambda: max(Counter(odd.arrived).values()) > 1, "another try")
        written, receipted = one.held()
        assert receipted == 0 and written > 15
        with server(plan, broker) as honest:
            assert one.wait_for_receipts() == written
    assert sorted(honest.stored) == list(range(1, written + 1))


def test_a_server_that_lost_its_database_gets_the_rest(
    plan: DayPlan, micropython: Path, broker: Mosquitto, tmp_path: Path
) -> None:
    before: list[int] = []
    broker.start()
    with server(plan, broker) as odd, road(plan, micropython, broker, tmp_path) as one:

        def forget() -> None:
            until(lambda: len(odd.stored) > 5, "some records")
            before.extend(sorted(odd.stored))
            odd.stored.clear()

        one.drive({0.7: forget})
        written = one.wait_for_receipts()
    assert before and min(odd.stored) > 1
    assert set(before) | set(odd.stored) == set(range(1, written + 1))


def test_identity_events_of_a_morning_without_network_come_first(
    plan: DayPlan, micropython: Path, broker: Mosquitto, tmp_path: Path
) -> None:
    with road(plan, micropython, broker, tmp_path) as one:
        one.drive()
        written, _ = one.held()
        broker.start()
        with server(plan, broker) as odd:
            one.wait_until(lambda: written <= len(odd.stored), "all records")
    early = [seq for seq in odd.arrived if seq <= written]
    identity = [seq for seq in early if seq in odd.identity]
    assert len(identity) > 4 and len(early) - len(identity) > 5
    assert early[: len(identity)] == sorted(identity)
    assert early[len(identity) :] == sorted(set(early) - set(identity))
