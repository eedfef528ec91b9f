"""The car's wires on the ESP32-S3: wheel and engine pulses counted in hardware, ignition, buttons, beeper."""

import time

from esp32 import PCNT
from machine import Pin

from firmware.boards.car_inputs import Buttons, EngineSpeed, WideCounter
from firmware.boards.esp32s3_pins import BUTTON_KEYS, BUTTONS

# The counter is 16 bits wide and begins anew when it reaches its maximum.
COUNTER_LIMIT = 30000
# 1023 ticks of 80 MHz, the longest there is: 13 microseconds, against ignition noise.
FILTER_TICKS = 1023
BEEP_MS = 120


class Vehicle:
    """Pulses, engine speed, ignition and keys as of the last sample()."""

    def __init__(self, pins, pulses_per_turn10):
        self._wheel = _counter(0, pins["wheel"])
        self._engine = _counter(1, pins["engine"])
        self._wheel_total = WideCounter(COUNTER_LIMIT)
        self._engine_total = WideCounter(COUNTER_LIMIT)
        self._speed = EngineSpeed(pulses_per_turn10)
        self._ignition = Pin(pins["ignition"], Pin.IN)
        self._button_pins = [Pin(pins[name], Pin.IN, Pin.PULL_UP) for name in BUTTONS]
        self._levels = bytearray(len(BUTTONS))
        self._buttons = Buttons(BUTTON_KEYS)
        self._beeper = Pin(pins["beeper"], Pin.OUT, value=0) if pins["beeper"] >= 0 else None
        self._ms = 0
        self._last_ticks = time.ticks_ms()
        self.pulses = 0
        self.rpm = 0
        self.ignition = 0
        self.key = None

    def look(self):
        """The buttons, every few milliseconds; a button pulls its pin to ground."""
        for i in range(len(self._levels)):
            self._levels[i] = 1 - self._button_pins[i].value()
        self._buttons.look(self._levels)

    def sample(self):
        """The present state of everything; at most one key."""
        ticks = time.ticks_ms()
        self._ms += time.ticks_diff(ticks, self._last_ticks)
        self._last_ticks = ticks
        self.pulses = self._wheel_total.take(self._wheel.value())
        self.rpm = self._speed.take(self._engine_total.take(self._engine.value()), self._ms)
        self.ignition = self._ignition.value()
        self.key = self._buttons.take()

    def beep(self):
        """Call somebody to the camera or the screen."""
        if self._beeper is not None:
            self._beeper.value(1)
            time.sleep_ms(BEEP_MS)
            self._beeper.value(0)


def _counter(unit, pin):
    counter = PCNT(
        unit,
        pin=Pin(pin, Pin.IN, Pin.PULL_UP),
        rising=PCNT.INCREMENT,
        filter=FILTER_TICKS,
        max=COUNTER_LIMIT,
    )
    counter.start()
    return counter
