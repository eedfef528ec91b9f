"""The car of the game: it stays on its ground by itself, leaves when told, and its wires agree with it."""

import numpy as np
import pytest

from ingest.cli.terminal.live_car import SPEEDS_KMH, LiveCar
from ingest.cli.terminal.seat import LiveFeed, People
from simulators.camera import COVERED, WELL
from simulators.face_module import NOBODY, STRANGER
from simulators.grounds import allowed_area, inside
from simulators.itinerary import frame_of, routes_of
from simulators.nmea import with_checksums
from simulators.scenario import load_scenario

SCENARIO = load_scenario()
FRAME = frame_of(SCENARIO)
FIELD = allowed_area(SCENARIO, 2, FRAME)
BEGIN_S = 1790000000


@pytest.fixture
def car():
    return LiveCar(FRAME, routes_of(SCENARIO)["ring"], SCENARIO.pulses_per_km)


def drive(car, seconds):
    """Whether the car was inside, second by second."""
    places = []
    for _ in range(seconds):
        car.drive()
        places.append((car.x_m, car.y_m))
    x, y = np.array(places).T
    return inside(FIELD, x, y)


@pytest.mark.parametrize("gear", range(len(SPEEDS_KMH)))
def test_it_stays_on_the_ground_at_every_speed(car, gear):
    car.gear = gear
    assert drive(car, 600).all()
    assert car.odometer_m == pytest.approx(600 * SPEEDS_KMH[gear] / 3.6, rel=0.5)


@pytest.mark.parametrize("after_s", [10, 70, 130, 200, 260])
def test_it_leaves_and_comes_back_wherever_it_is(car, after_s):
    drive(car, after_s)
    car.leave_or_return()
    out = drive(car, 120)
    assert not out[-60:].any()
    car.leave_or_return()
    assert drive(car, 120)[-30:].all()


def test_engine_off_stops_it(car):
    drive(car, 20)
    car.engine = False
    drive(car, 10)
    before = car.odometer_m
    drive(car, 10)
    assert car.odometer_m == before and car.rpm == 0 and car.speed_kmh == 0


def test_steering_turns_it_aside_for_a_while(car):
    drive(car, 30)
    straight = LiveCar(FRAME, car.route, car.pulses_per_km)
    drive(straight, 30)
    car.steer(1)
    drive(car, 3)
    drive(straight, 3)
    assert np.hypot(car.x_m - straight.x_m, car.y_m - straight.y_m) > 2
    assert drive(car, 60)[-10:].all()


def test_the_wires_say_what_the_car_does(car):
    feed = LiveFeed(car, BEGIN_S)
    feed.keys.extend("I2")
    assert b",V," in feed.epoch(BEGIN_S)
    for second in range(1, 30):
        heard = feed.epoch(BEGIN_S + second)
    lines = heard.split(b"\r\n")
    assert with_checksums([line[1:-3] for line in lines[:3]]) == [line + b"\r\n" for line in lines[:3]]
    assert lines[0].startswith(b"$GNRMC,") and b",A," in lines[0]
    answers = [feed.answer(BEGIN_S + 29) for _ in range(3)]
    assert [answer.split(b",")[3] for answer in answers] == [b"I\n", b"2\n", b"-\n"]
    pulses, rpm, ignition = (int(value) for value in answers[0].split(b",")[:3])
    assert pulses == int(car.odometer_m * SCENARIO.pulses_per_km / 1000) > 0
    assert rpm > 800 and ignition == 1


def test_who_sits_there():
    people = People(7, 8)
    assert people.who(0, "I") == "I0000000000000007" and people.who(0, "T") == "T0000000000000008"
    assert people.fault(0) == WELL
    people.stranger = True
    assert people.who(0, "T") == STRANGER
    people.covered = True
    assert people.who(0, "T") == NOBODY and people.fault(0) == COVERED
