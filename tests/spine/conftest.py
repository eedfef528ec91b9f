"""What the tests of a live car share: the plan, a broker of their own, the server, the car."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from ingest.embedded import mosquitto as real_mosquitto
from ingest.embedded.mosquitto import INGEST, Mosquitto
from simulators.day import build_day
from simulators.day_model import DayPlan
from simulators.scenario import load_scenario
from tests.spine.cars import PASSWORD, Car, Server, development


@pytest.fixture(scope="session")
def one_car() -> DayPlan:
    """The school with one car."""
    return build_day(load_scenario(), cars=1, hours=1.0)


@pytest.fixture
def own_broker(short_folder: Path, tmp_path: Path, one_car: DayPlan) -> Iterator[Mosquitto]:
    """A running mosquitto of one test: the server and the car's terminal may log in."""
    if real_mosquitto.program() is None:
        pytest.skip("mosquitto is not installed; apt-get install mosquitto to run this test.")
    users = {INGEST: "ingest-password", f"{one_car.terminals[0].number:016d}": PASSWORD}
    with Mosquitto(short_folder / f"car-{tmp_path.name}", users) as running:
        yield running


@pytest.fixture
def server(postgres_url: str, own_broker: Mosquitto, one_car: DayPlan, tmp_path: Path) -> Iterator[Server]:
    """Broker, database with the school's registry, and ingest."""
    with Server(tmp_path, postgres_url, own_broker, one_car) as running:
        yield running


@pytest.fixture
def car(server: Server, micropython: Path, one_car: DayPlan, tmp_path: Path) -> Iterator[Car]:
    """The car with the real terminal, switched on and connected."""
    address = (server.broker.host, server.broker.port)
    with Car(one_car, development(micropython), address, tmp_path / "terminal") as one:
        one.see("Connected to the server.")
        one.live(lambda: server.through() > 0, "the first record")
        yield one
