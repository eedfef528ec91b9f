"""Orders given by hourfence order to the real terminal in a car that drives: what they do, what is told."""

from collections.abc import Callable
from typing import Any

import pytest

from firmware.terminal.keep import Keep
from firmware.wire import orders, topics
from firmware.wire.fields import FACE_CHECK, MINUTE, ORDER, STATUS
from ingest.embedded.mosquitto import INGEST
from ingest.store import conservation
from simulators.people import face_name
from tests.ingest.receive.services import Line
from tests.ingest.receive.terminals import Terminal
from tests.spine.cars import Car, Server

NEW_TRAINEE = 2301400000000777


class Orders:
    """Gives orders to the car's terminal and follows them in the command's own list."""

    def __init__(self, server: Server, car: Car) -> None:
        self.server, self.car = server, car
        self.number = f"{car.number:016d}"

    def give(self, *words: object) -> None:
        self.server.hourfence("order", *words, "--terminal", self.number, "--operator", "the test")

    def states(self) -> list[str]:
        """Name and state of each order, as an operator reads them."""
        lines = self.server.hourfence("order", "list", "--terminal", self.number).splitlines()
        return [line.split(None, 2)[2] for line in lines]

    def last(self) -> str:
        return self.states()[-1]

    def live_until(self, true: Callable[[], Any], what: str) -> None:
        self.car.live(true, f"{what}; the orders: {self.states()}")

    def follow(self, *words: object, outcome: str = "done") -> str:
        """Give an order and live on until its outcome is known; its line in the list."""
        self.give(*words)
        self.live_until(lambda: f": {outcome}" in self.last(), f"{words} to be {outcome}")
        return self.last()


@pytest.fixture
def given(server: Server, car: Car) -> Orders:
    return Orders(server, car)


def test_settings_hold_over_a_restart_and_an_old_order_does_nothing(
    given: Orders, server: Server, car: Car
) -> None:
    terminal = Terminal(car.number)
    terminal.key = server.plan.terminals[0].own_key
    spy = Line(server.broker.url_for(given.number), terminal)
    repeater = Line(server.broker.url_for(INGEST), terminal)
    try:
        given.give("settings", "face_check_min=5", "photo_min=240", "language=zh")
        assert "waits for the terminal" in given.last() or "sent" in given.last()
        given.live_until(lambda: ": done" in given.last(), "the settings")
        car.see("服务器已更新参数。")
        (old,) = [p for p in spy.others if p[1] == orders.ORDER]
        given.follow("settings", "language=en")
        car.kill()
        car.start()
        car.see("Connected to the server.")
        car.sign_in()
        before = len(server.records(ORDER))
        repeater.publish(topics.down(car.number), old)
        # After 5 minutes instead of 30.
        car.live(lambda: [f for f in server.records(FACE_CHECK) if f["moment"] == 2], "a periodic check")
    finally:
        spy.close()
        repeater.close()
    checks = server.records(FACE_CHECK)
    first, periodic = checks[1], next(f for f in checks if f["moment"] == 2)
    assert 300 <= periodic["utc_s"] - first["utc_s"] < 330
    (said,) = server.records(ORDER)[before:]
    assert (said["order"], said["code"], said["outcome"], said["value"]) == (
        1,
        orders.STALE,
        orders.REFUSED,
        2,
    )
    assert (Keep(str(car.unit.keep)).get("settings") or b"")[4:].count(b'"language": "en"') == 1


def test_a_ban_stops_the_minutes_and_the_sign_in(given: Orders, server: Server, car: Car) -> None:
    car.sign_in()
    given.follow("ban")
    car.see("Training is not allowed now")
    car.drive_for(150)
    car.press("O", "Trainee signed out")
    car.press("2", "Training is not allowed now")
    given.follow("unban")
    car.see("Training is allowed again.")
    car.press("2", "Training.")
    car.drive_for(150)
    car.press("X", "Instructor signed out.")
    car.settle(server)
    sessions: dict[int, list[dict[str, Any]]] = {}
    for minute in server.records(MINUTE):
        sessions.setdefault(minute["session"], []).append(minute)
    banned, allowed = sessions.values()
    banned_s = next(order["utc_s"] for order in server.records(ORDER) if order["code"] == orders.TRAINING_BAN)
    whole = [minute for minute in banned if minute["minute"] * 60 > banned_s]
    assert len(whole) > 1 and all(minute["stops"] & 64 and not minute["counted_s"] for minute in whole)
    assert not any(minute["stops"] & 64 for minute in allowed)


def test_grounds_from_the_registry_warn_the_instructor(given: Orders, server: Server, car: Car) -> None:
    (car.unit.keep / "grounds.keep").unlink()
    car.kill()
    car.start()
    car.see("Connected to the server.")
    car.sign_in()
    car.press("l", "")
    car.drive_for(90)
    assert "Outside the training ground" not in car.screen()
    car.press("l", "")
    given.give("grounds", "--version", 7)
    given.live_until(lambda: all(": done" in state for state in given.states()), "the grounds")
    car.see("Training grounds: version 7.")
    car.press("l", "Outside the training ground")
    car.press("l", "Back on the training ground.")
    car.drive_for(90)
    car.press("X", "Instructor signed out.")
    car.settle(server)
    given.follow("status")
    car.live(lambda: server.records(STATUS)[-1]["moment"] == 3, "the status")
    assert server.records(STATUS)[-1]["grounds"] == 7
    assert any(minute["stops"] & 128 and minute["counted_s"] for minute in server.records(MINUTE))


def test_faces_are_checked_learnt_and_forgotten_by_order(given: Orders, server: Server, car: Car) -> None:
    people, module = car.stage.people, car.stage.cockpit.face
    assert "value 0" in given.follow("face-check", outcome="refused")
    people.trainee = NEW_TRAINEE
    assert "by the test: done" in given.follow("enroll", "trainee", NEW_TRAINEE)
    car.see("Face enrolled.")
    name = face_name("T", NEW_TRAINEE)
    assert f"value {module.faces[name]}" in given.last()
    car.sign_in()
    assert f"Trainee {NEW_TRAINEE} signed in" in car.screen()
    given.give("face-check", "--role", "trainee")
    given.live_until(lambda: "done" in given.last(), "the check")
    (check,) = [f for f in server.records(FACE_CHECK) if f["moment"] == 4]
    assert (check["role"], check["matched"], check["outcome"]) == (2, NEW_TRAINEE, 0)
    outcomes = [r["outcome"] for r in server.records(ORDER) if r["code"] == orders.FACE_CHECK]
    assert outcomes == [orders.REFUSED, orders.BEGUN, orders.DONE]
    people.stranger = True
    assert "value 2" in given.follow("face-check")
    people.stranger = False
    given.follow("face-check")
    car.press("X", "Instructor signed out.")
    given.follow("forget", "trainee", NEW_TRAINEE)
    car.see("Face removed.")
    assert name not in module.faces


def test_records_are_sent_once_more_and_what_cannot_be_done_is_said(
    given: Orders, server: Server, car: Car
) -> None:
    car.sign_in()
    car.press("X", "Instructor signed out.")
    car.settle(server)
    assert "value 3" in given.follow("resend", 2, 4)
    assert "value 0" in given.follow("resend", 90000, 90001, outcome="refused")
    assert conservation.read(server.conn).duplicates >= 3
