"""What the board makes of its pins: wrapping counters, engine speed, buttons, reset causes, clock chip."""

import calendar
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from firmware.boards import car_inputs
from firmware.wire import fields

LIMIT = 30000


@given(st.lists(st.integers(0, LIMIT - 1), max_size=50))
def test_a_counter_that_wraps_loses_no_pulse(steps: list[int]) -> None:
    counter = car_inputs.WideCounter(LIMIT)
    total = 0
    for step in steps:
        total += step
        assert counter.take(total % LIMIT) == total


@given(st.integers(600, 7000), st.sampled_from([5, 10, 15, 20, 30, 40]), st.integers(900, 1100))
def test_engine_speed_is_right_within_one_pulse(rpm: int, per_turn10: int, every_ms: int) -> None:
    speed = car_inputs.EngineSpeed(per_turn10)
    for second in range(6):
        ms = second * every_ms
        speed.take(ms * rpm * per_turn10 // 600000, ms)
    one_pulse = 600000 // (per_turn10 * every_ms) + 1
    assert abs(speed.rpm - rpm) <= one_pulse


def test_engine_speed_stands_when_asked_at_once_and_falls_to_nothing() -> None:
    speed = car_inputs.EngineSpeed(20)
    assert speed.take(100, 5000) == 0
    assert speed.take(130, 6000) == 900
    assert speed.take(131, 6001) == 900
    assert speed.take(130, 7000) == 0


def test_a_button_counts_once_and_chatter_does_not() -> None:
    buttons = car_inputs.Buttons("I2X")
    for levels in [(1, 0, 0), (0, 0, 0), (1, 0, 0), (1, 0, 0), (1, 0, 0), (0, 0, 0), (0, 0, 1), (0, 0, 1)]:
        buttons.look(levels)
    assert [buttons.take(), buttons.take(), buttons.take()] == ["I", "X", None]
    for levels in [(0, 0, 1), (0, 0, 0), (0, 0, 0), (0, 0, 1), (0, 0, 1)]:
        buttons.look(levels)
    assert [buttons.take(), buttons.take()] == ["X", None]


@pytest.mark.parametrize(("machine", "record"), [(1, 1), (2, 2), (3, 3), (4, 1), (5, 4), (0, 0), (99, 0)])
def test_reset_causes(machine: int, record: int) -> None:
    assert car_inputs.reset_cause_of(machine) == record
    (row,) = [row for row in fields.BODY[fields.BOOT] if row[0] == "reset_cause"]
    assert row[2] <= record <= row[3]


def test_supply() -> None:
    assert car_inputs.supply_mv_of(1_800_000, 7667) == 13800
    assert car_inputs.supply_mv_of(3_300_000, 70000) == 65535


@given(st.integers(calendar.timegm((2000, 1, 1, 0, 0, 0)), calendar.timegm((2099, 12, 31, 23, 59, 59))))
def test_the_clock_chip_gives_back_what_it_got(utc_s: int) -> None:
    registers = car_inputs.time_bcd(*time.gmtime(utc_s)[:6])
    assert car_inputs.bcd_time(registers) == utc_s


@given(st.binary(min_size=7, max_size=7))
def test_registers_of_an_empty_chip_are_no_crash(registers: bytes) -> None:
    assert car_inputs.bcd_time(registers) >= 0
    assert car_inputs.bcd_time(b"\xff" * 7) == 0 and car_inputs.bcd_time(bytes(7)) == 0
