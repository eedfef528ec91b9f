"""Orders and photos between the real terminal and a server in the test's hands."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from firmware.wire import orders
from ingest.embedded import mosquitto as real_mosquitto
from ingest.embedded.mosquitto import INGEST, Mosquitto
from simulators.day_model import DayPlan
from tests.spine.odd_server import OddServer
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
    with Mosquitto(short_folder / f"orders-{tmp_path.name}", users) as running:
        yield running


def test_orders_are_done_once_and_what_became_of_them_is_recorded(
    plan: DayPlan, micropython: Path, broker: Mosquitto, tmp_path: Path
) -> None:
    terminal = plan.terminals[0]
    key = terminal.own_key
    login = (INGEST, INGEST_PASSWORD)

    def order(number: int, code: int, body: bytes, until_utc_s: int = 0) -> bytes:
        return orders.encode(terminal.number, number, until_utc_s, code, body, key)

    sent = [
        order(1, orders.SETTINGS, b'{"photo_min": 7}'),
        order(2, orders.SETTINGS, b'{"host": "thief"}'),
        order(4, 99, b""),
        order(3, orders.SETTINGS, b'{"photo_min": 8}'),
        order(5, orders.SETTINGS, b'{"photo_min": 9}', 1),
        order(1, orders.SETTINGS, b'{"photo_min": 7}'),
        orders.encode(terminal.number, 6, 0, orders.SETTINGS, b'{"photo_min": 9}', bytes(32)),
        order(7, orders.RESEND, (2).to_bytes(4, "big") + (3).to_bytes(4, "big")),
    ]

    def answer(server: OddServer) -> list[bytes]:
        """The orders come again and again, as from somebody who recorded the line."""
        return [server.honest(), *sent] if len(server.stored) > 3 else [server.honest()]

    address = (broker.host, broker.port)
    with (
        OddServer(address, login, terminal.number, key, answer) as odd,
        Road(plan, micropython, address, tmp_path, {"password": PASSWORD}) as one,
    ):
        one.drive()
        one.wait_for_receipts()
    (kept,) = tmp_path.rglob("settings.keep")
    done = orders.DONE
    # What overtook another, or came again after its receipt, is answered and not done.
    stale = [one for one in odd.orders if one[1] == orders.STALE]
    assert stale[0][:3] == (3, orders.STALE, orders.REFUSED)
    assert len({one[0] for one in stale}) == len(stale) and all(one[3] >= one[0] for one in stale)
    assert [one for one in odd.orders if one not in stale] == [
        (1, orders.SETTINGS, done, 1),
        (2, orders.SETTINGS, orders.MALFORMED, 1),
        (4, 99, orders.UNKNOWN, 99),
        (5, orders.SETTINGS, orders.EXPIRED, 1),
        (7, orders.RESEND, done, 2),
    ]
    assert odd.arrived.count(2) > 1 and odd.arrived.count(3) > 1
    assert kept.read_bytes().endswith(b'{"photo_min": 7}')


def test_every_photo_of_the_day_arrives_whole(
    plan: DayPlan, micropython: Path, broker: Mosquitto, tmp_path: Path
) -> None:
    terminal = plan.terminals[0]
    address = (broker.host, broker.port)
    with (
        OddServer(address, (INGEST, INGEST_PASSWORD), terminal.number, terminal.own_key) as odd,
        Road(plan, micropython, address, tmp_path, {"password": PASSWORD}) as one,
    ):
        one.drive()
        one.wait_for_receipts()
        one.wait_until(lambda: odd.digests <= odd.whole(), "the photos")
    assert odd.whole() == odd.digests and len(odd.digests) > 3
