"""The whole terminal at the depot's cable: its backlog without a network, and its number at the beginning."""

import json
from pathlib import Path

from firmware.terminal.keep import Keep
from firmware.wire.fields import HEAD
from ingest.settings import DATABASE_URL
from simulators.day_model import DayPlan
from tests.gateway.cables import Cable
from tests.gateway.children_of_tests import Child, gateway
from tests.spine.cars import Car, Server, development
from tests.spine.ingests import CONNECTED, as_url

NEW = 2301500000000999
# What the depot gives; the rest of a settings file is the board's.
GIVEN = ("terminal", "key_hex", "host", "port", "username", "password", "tls_ca")


def drive_an_hour(car: Car) -> None:
    """Not quite an hour: three minutes."""
    car.sign_in()
    car.drive_for(180)
    car.press("X", "Instructor signed out.")
    car.see("are signed.")


def wait(car: Car, child: Child) -> None:
    """Live on until the child has ended well."""
    assert child.child is not None
    running = child.child
    car.live(lambda: running.poll() is not None, "the gateway")
    assert running.poll() == 0, child.said()


def test_a_backlog_is_read_out_over_the_cable_while_there_is_no_network(
    server: Server, micropython: Path, one_car: DayPlan, tmp_path: Path
) -> None:
    address = (server.broker.host, server.broker.port)
    with (
        Cable(tmp_path) as cable,
        Car(
            one_car, development(micropython), address, tmp_path / "terminal", {"cable": cable.terminal_path}
        ) as car,
    ):
        car.stage.link.down()
        drive_an_hour(car)
        written = car.written()
        assert server.through() == 0 and written > 8
        url = server.broker.url_for(f"{car.number:016d}")
        with gateway(
            tmp_path / "gateway.log", "serial", "--port", cable.gateway_path, "--broker", url
        ) as depot:
            wait(car, depot)
        assert "everything it held is receipted" in depot.said()
        assert server.through() >= written
        drive_an_hour(car)
        before = server.through()
        assert car.written() > before
        car.stage.link.up()
        car.settle(server)
    assert "signed through" not in server.hourfence("terminals")
    server.hourfence("judge")
    assert "signed through" in server.hourfence("terminals")


def test_a_new_terminal_gets_its_number_at_the_cable_and_trains_at_once(
    server: Server, micropython: Path, one_car: DayPlan, tmp_path: Path
) -> None:
    address = (server.broker.host, server.broker.port)
    with (
        Cable(tmp_path) as cable,
        Car(
            one_car, development(micropython), address, tmp_path / "terminal", {"cable": cable.terminal_path}
        ) as car,
    ):
        car.kill()
        Keep(str(car.unit.keep)).drop("identity")
        file = car.folder / "settings.json"
        board = {n: v for n, v in json.loads(file.read_text()).items() if n not in GIVEN}
        file.write_text(json.dumps(board), encoding="utf-8")
        car.start()
        car.see("This terminal has no number yet")
        words = {
            "--port": cable.gateway_path,
            "--terminal": NEW,
            "--car": f"{one_car.terminals[0].car.number:016d}",
            "--broker": f"mqtt://{address[0]}:{address[1]}",
            "--out": tmp_path / "papers",
        }
        arguments = [str(word) for pair in words.items() for word in pair]
        around = {DATABASE_URL: as_url(server.database_url)}
        with gateway(tmp_path / "depot.log", "provision", *arguments, **around) as depot:
            wait(car, depot)
        car.see("The terminal gets its number and key.")
        user, password = (tmp_path / "papers" / f"terminal-{NEW}.login").read_text().strip().split(":")
        server.broker.stop()
        server.broker.users[user] = password
        server.broker.start()
        server.ingest.wait_for(CONNECTED, 2)
        server.hourfence("registry", "load", tmp_path / "papers" / f"terminal-{NEW}.registry.json")
        server.terminal = NEW
        car.live(lambda: server.through() > 0, "the first record")
        drive_an_hour(car)
        car.settle(server)
    (head, *_) = server.records(HEAD)
    server.hourfence("judge")
    (said,) = [line for line in server.hourfence("terminals").splitlines() if str(NEW) in line]
    assert f"signed through {server.records(HEAD)[-1]['through']}" in said and head["through"] > 5
