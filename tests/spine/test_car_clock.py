"""A terminal that no satellite tells the time: the server does, by its receipts."""

import time
from pathlib import Path

import pytest

from firmware.terminal.clock import GNSS, NONE, SERVER
from firmware.wire.fields import BOOT, SIGN_IN, TIME
from simulators import nmea
from simulators.day_model import DayPlan
from tests.spine.cars import Car, Server, development

NOTHING = b"".join(nmea.with_checksums([b"GNRMC,,V,,,,,,,,,,N,V", b"GNGGA,,,,,,0,00,99.99,,,,,,"]))


@pytest.mark.slow
def test_the_servers_time_serves_until_there_is_a_better_one(
    server: Server, micropython: Path, one_car: DayPlan, tmp_path: Path
) -> None:
    address = (server.broker.host, server.broker.port)
    command, begin_s = development(micropython), int(time.time())
    with Car(one_car, command, address, tmp_path / "terminal", factor=1, begin_s=begin_s) as car:
        feed = car.stage.feed
        real = feed.epoch
        feed.epoch = lambda utc_s: NOTHING  # type: ignore[method-assign]
        car.live(lambda: server.records(TIME), "the server's time")
        told_s = time.time() - begin_s
        car.press("I", "signed in.")
        signed_s = time.time() - begin_s
        feed.epoch = real  # type: ignore[method-assign]
        car.live(lambda: len(server.records(TIME)) > 1, "the satellites' time")
        car.press("X", "Instructor signed out.")
        car.settle(server)
    (boot,) = server.records(BOOT)
    assert (boot["clock"], boot["utc_s"]) == (NONE, 0)
    by_server, by_gnss = server.records(TIME)
    assert (by_server["source"], by_gnss["source"]) == (SERVER, GNSS)
    assert 0 <= by_server["true_s"] - begin_s <= told_s and by_server["was_s"] == 0
    (sign_in,) = server.records(SIGN_IN)
    assert sign_in["clock"] == SERVER and 0 <= sign_in["utc_s"] - begin_s <= signed_s + 1
