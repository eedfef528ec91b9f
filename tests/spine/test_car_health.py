"""What goes wrong in the car becomes signed records that are set and cleared, and the server shows it."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from firmware.terminal.health import health
from firmware.wire.fields import DIAGNOSTIC, FACE_CHECK, STATUS, THINNED
from simulators import nmea
from simulators.day_model import DayPlan
from tests.spine.cars import Car, Server, development


def said_of(server: Server, code: int) -> list[int]:
    """States that were recorded of one code, in their sequence."""
    return [record["state"] for record in server.records(DIAGNOSTIC) if record["code"] == code]


def shown(server: Server) -> str:
    return server.hourfence("terminals")


def until_said(server: Server, car: Car, code: int, states: list[int]) -> None:
    car.live(lambda: said_of(server, code)[-len(states) :] == states, f"code {code} to be {states}")


def test_a_status_tells_how_it_is_after_each_start(server: Server, car: Car) -> None:
    car.live(lambda: server.records(STATUS), "the status")
    (status,) = server.records(STATUS)
    assert (status["moment"], status["self_test"], status["slot"], status["faults"]) == (1, 0, 255, 0)
    assert status["journal_size"] >= status["journal_free"] > 4000000
    assert status["grounds"] == 1 and status["satellites"] == 17
    said = shown(server)
    assert "journal 9" in said and "self-test" not in said and "set:" not in said


def test_the_antenna_comes_off_and_back(server: Server, car: Car, monkeypatch: pytest.MonkeyPatch) -> None:
    feed, told = car.stage.feed, [b"OPEN"]
    real: Callable[[int], bytes] = feed.epoch
    line = b"GNTXT,01,01,01,ANTENNA %b"
    monkeypatch.setattr(feed, "epoch", lambda utc_s: real(utc_s) + nmea.with_checksums([line % told[0]])[0])
    until_said(server, car, health.ANTENNA, [1])
    assert "set: antenna" in shown(server)
    told[0] = b"OK"
    until_said(server, car, health.ANTENNA, [1, 0])
    assert "antenna" not in shown(server)


def test_the_wheel_sensor_is_unplugged(server: Server, car: Car, monkeypatch: pytest.MonkeyPatch) -> None:
    feed, dead = car.stage.feed, [True]
    real: Callable[[int], bytes] = feed.answer

    def answer(utc_s: int) -> bytes:
        return b"5," + real(utc_s).split(b",", 1)[1] if dead[0] else real(utc_s)

    monkeypatch.setattr(feed, "answer", answer)
    until_said(server, car, health.WHEEL_SENSOR, [1])
    assert "set: wheel sensor" in shown(server)
    dead[0] = False
    until_said(server, car, health.WHEEL_SENSOR, [1, 0])


def test_the_face_module_dies_and_comes_back(
    server: Server, car: Car, monkeypatch: pytest.MonkeyPatch
) -> None:
    car.sign_in()
    module = car.stage.cockpit.face
    with monkeypatch.context() as dead:
        dead.setattr(module, "receive", lambda *_: None)
        server.hourfence("order", "face-check", "--terminal", f"{car.number:016d}")
        until_said(server, car, health.FACE_MODULE, [1])
        car.see("The face module is faulty: minutes do not count.")
        assert "set: face module" in shown(server)
    until_said(server, car, health.FACE_MODULE, [1, 0])
    car.see("Minutes count again.")
    assert [r["outcome"] for r in server.records(FACE_CHECK)][-1] == 0


@pytest.mark.slow
def test_a_journal_that_fills_up_without_network_is_thinned_and_told(
    server: Server, micropython: Path, one_car: DayPlan, tmp_path: Path
) -> None:
    settings: dict[str, Any] = {"journal_bytes": 98304, "face_check_min": 240, "photo_min": 240}
    address = (server.broker.host, server.broker.port)
    command = development(micropython)
    with Car(one_car, command, address, tmp_path / "terminal", settings, factor=1000) as car:
        car.live(lambda: server.through() > 0, "the first record")
        car.sign_in()
        car.stage.link.down()
        car.see("old traces have fewer fixes")
        car.stage.link.up()
        car.live(lambda: server.records(THINNED), "the record of the thinning")
        until_said(server, car, health.RECORDING, [1, 0])
        car.press("X", "Instructor signed out.")
        car.settle(server)
    assert server.hourfence("judge")
