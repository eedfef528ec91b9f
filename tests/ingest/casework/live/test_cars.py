"""The cars now, from what their terminals delivered through the real receiving path."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from firmware.wire import orders as wire
from firmware.wire.fields import DIAGNOSTIC, SIGN_OUT, STATUS
from ingest.casework.live.cars import OFFLINE_AFTER_S, Car, LiveCars, snapshot
from ingest.casework.live.register import IN, NO_FENCE, OUT, UNSURE, LiveRegister
from ingest.receive import order_desk
from ingest.store import order_bodies, orders, registry, registry_file
from tests.ingest.cli.terminals.test_terminals_and_orders import STATE
from tests.ingest.receive.conftest import Gate
from tests.ingest.receive.terminals import START_UTC_S, Terminal, registry_of, terminal_with

NUMBERS = iter(range(7001, 7040))
SILENT = 7040
LAT, LON = 31.2, 121.4
E7 = 10_000_000


def field(half: float) -> dict[str, Any]:
    """A square around the terminals' trace, half so many degrees wide to each side."""
    south, north, west, east = LAT - half, LAT + half, LON - half, LON + half
    ring = [[west, south], [east, south], [east, north], [west, north], [west, south]]
    about = {"fence": "F", "ground": "G", "kind": "field", "parts": [2], "valid_from": "2026-01-01"}
    geometry = {"type": "Polygon", "coordinates": [ring]}
    return {"type": "Feature", "properties": {**about, "valid_to": None}, "geometry": geometry}


@pytest.fixture(scope="module")
def gate(module_postgres_url: str) -> Iterator[Gate]:
    """One database; each test has terminals of its own."""
    made = Gate(module_postgres_url)
    document = registry_of(*range(7001, 7041))
    school = document["schools"][0]["number"]
    document["trainees"] = [
        {"number": f"{2:016d}", "name": "王小明", "school": school, "vehicle_class": "C1"}
    ]
    document["instructors"] = [{"number": f"{3:016d}", "name": "李师傅", "school": school}]
    document["grounds"] = {"type": "FeatureCollection", "features": [field(0.01)]}
    registry.load(made.conn, registry_file.check(document, "test"))
    yield made
    made.close()


def cars(gate: Gate, now: datetime | None = None) -> dict[int, Car]:
    now = now or datetime.now(UTC)
    return {car.terminal: car for car in snapshot(gate.conn, LiveRegister.believed(gate.conn, now), now)}


def send(gate: Gate, terminal: Terminal) -> None:
    """All that it has not delivered yet."""
    sent = getattr(terminal, "sent", 0)
    gate.deliver((terminal.topic, terminal.payload(sent + 1, len(terminal.records))))
    terminal.sent = len(terminal.records)  # type: ignore[attr-defined]


def sign_out(terminal: Terminal) -> None:
    terminal.write(SIGN_OUT, session=2, role=2, person=2, how=1, minutes=3, distance_m=900)


def test_a_car_in_training_is_shown_with_its_people_and_its_last_fix(gate: Gate) -> None:
    terminal = terminal_with(next(NUMBERS), 3)
    send(gate, terminal)
    car = cars(gate)[terminal.number]
    assert car.running is not None and car.fix is not None
    assert (car.running.session, car.running.part) == (2, 2)
    assert (car.running.trainee_name, car.running.instructor_name) == ("王小明", "李师傅")
    assert car.running.since == datetime.fromtimestamp(START_UTC_S + 120, UTC)
    # Its fifth record, at second 59, as minute_fields has it.
    assert car.fix.utc_s == (START_UTC_S // 60 + 5) * 60 + 59
    assert (car.fix.lat_e7, car.fix.lon_e7) == (312_000_000 + 40 * 59, 1_214_000_000 + 30 * 59)
    assert (car.fix.speed_kmh10, car.fix.heading_deg) == (200, 31)
    assert (car.fix.where, car.fix.outside_m, car.plate) == (IN, 0, "沪A0001学")
    assert car.offline_since is None and not car.malfunctions and car.banned_until_s is None


def test_silence_is_told_since_the_last_word(gate: Gate) -> None:
    terminal = terminal_with(next(NUMBERS), 1)
    send(gate, terminal)
    later = datetime.now(UTC) + timedelta(seconds=OFFLINE_AFTER_S + 5)
    found = cars(gate, later)
    assert found[terminal.number].offline_since == found[terminal.number].heard_at is not None
    assert (found[SILENT].heard_at, found[SILENT].offline_since, found[SILENT].fix) == (None, None, None)


@pytest.mark.parametrize(
    ("east_e7", "part", "where"),
    [(0, 2, IN), (100_000 + 200, 2, UNSURE), (100_000 + 30_000, 2, OUT), (0, 3, NO_FENCE)],
)
def test_the_last_fix_is_held_to_the_fences_of_its_part(
    gate: Gate, east_e7: int, part: int, where: str
) -> None:
    terminal = terminal_with(next(NUMBERS), 0)
    trace = [(s, 312_000_000, 1_214_000_000 + east_e7, 200, 31, 14, 4, 0) for s in range(0, 60, 5)]
    terminal.minute(fixes=trace, course=1_210_360_000 + part * 1_000_000)
    send(gate, terminal)
    fix = cars(gate)[terminal.number].fix
    assert fix is not None and fix.where == where
    assert (fix.outside_m > 0) == (where in (UNSURE, OUT))


def test_a_sign_out_ends_it_and_a_new_sign_in_begins_another(gate: Gate) -> None:
    terminal = terminal_with(next(NUMBERS), 2)
    sign_out(terminal)
    send(gate, terminal)
    assert cars(gate)[terminal.number].running is None
    terminal.sign_in()
    send(gate, terminal)
    running = cars(gate)[terminal.number].running
    assert running is not None and (running.session, running.trainee_name) == (6, "王小明")


def test_malfunctions_are_those_of_the_newest_status_and_what_came_after(gate: Gate) -> None:
    terminal = terminal_with(next(NUMBERS), 1)
    terminal.write(DIAGNOSTIC, code=9, state=1, value=0)
    # faults 8: bit 3, code 4. What was before it is in it, or was cleared.
    terminal.write(STATUS, **STATE)
    terminal.write(DIAGNOSTIC, code=6, state=1, value=0)
    send(gate, terminal)
    assert cars(gate)[terminal.number].malfunctions == (4, 6)
    terminal.write(DIAGNOSTIC, code=4, state=0, value=0)
    send(gate, terminal)
    assert cars(gate)[terminal.number].malfunctions == (6,)
    other = terminal_with(next(NUMBERS), 0)
    other.diagnostic()
    send(gate, other)
    assert cars(gate)[other.number].malfunctions == (1,)


def test_a_ban_is_in_force_once_the_terminal_has_carried_it_out(
    gate: Gate, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(order_desk, "LOOK_S", 0.0)
    terminal = terminal_with(next(NUMBERS), 1)
    orders.add(gate.conn, terminal.number, wire.TRAINING_BAN, [order_bodies.training_ban(True)], "Li")
    send(gate, terminal)
    assert (cars(gate)[terminal.number].banned_until_s, cars(gate)[terminal.number].orders_open) == (None, 1)
    terminal.done(1, wire.TRAINING_BAN)
    send(gate, terminal)
    assert (cars(gate)[terminal.number].banned_until_s, cars(gate)[terminal.number].orders_open) == (0, 0)
    orders.add(gate.conn, terminal.number, wire.TRAINING_BAN, [order_bodies.training_ban(False)], "Li")
    terminal.diagnostic()
    send(gate, terminal)
    terminal.done(2, wire.TRAINING_BAN)
    send(gate, terminal)
    assert cars(gate)[terminal.number].banned_until_s is None


def test_a_terminal_that_sends_and_does_not_get_on_is_told(gate: Gate) -> None:
    terminal = terminal_with(next(NUMBERS), 1)
    terminal.key = bytes(32)
    gate.deliver((terminal.topic, terminal.payload(1, 3)))
    car = cars(gate)[terminal.number]
    assert (car.heard_at, car.put_aside) == (None, 3)


def test_a_second_look_tells_what_a_first_one_would(gate: Gate) -> None:
    now = datetime.now(UTC)
    watching = LiveCars(LiveRegister.believed(gate.conn, now))
    one, other = terminal_with(next(NUMBERS), 2), terminal_with(next(NUMBERS), 1)
    for step in range(6):
        (one if step % 2 else other).minute()
        if step == 4:
            sign_out(one)
        send(gate, one if step % 2 else other)
        assert list(watching.look(gate.conn, now).values()) == snapshot(gate.conn, watching.register, now)
