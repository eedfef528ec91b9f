"""The ESP32-S3 board: the terminal as it is bolted into a car. MicroPython 1.29, stock build.

What no test without a board can show is listed in docs/how-to/board.md.
"""

import json
import os
import select
import sys
import time

import esp32
import machine

from firmware.boards.car_inputs import bcd_time, reset_cause_of, supply_mv_of, time_bcd
from firmware.boards.esp32s3_car import Vehicle
from firmware.boards.esp32s3_flash import PartitionFlash
from firmware.boards.esp32s3_lines import UartLine, UsbCable
from firmware.boards.esp32s3_net import Modem, Wifi, random_bytes
from firmware.boards.esp32s3_pins import DEFAULTS, PINS
from firmware.boards.heap_watch import HeapWatch
from firmware.boards.stream import Stream

REQUIRED = ("terminal", "key_hex", "host", "port")
SILENCE_REAL_MS = 2000
PATIENCE_FLOOR_MS = 1000
WAIT_MS = 20
# MicroPython counts from 2000-01-01 on this port.
EPOCH_2000_S = 946684800
__all__ = ("Board", "HeapWatch", "is_new", "load_settings", "new_ports")
DS3231 = 0x68
STAGE_MAGIC = b"HFst"
UNKNOWN_C10 = 32767


def is_new(path):
    """Whether the depot has not given the terminal its number yet."""
    try:
        with open(path) as source:
            return "terminal" not in json.load(source)
    except OSError:
        return True


def load_settings(path):
    """(settings dict, key bytes) from a JSON file; raises ValueError naming what is wrong."""
    settings = {}  # type: dict
    settings.update(DEFAULTS)
    with open(path) as source:
        settings.update(json.load(source))
    for name in REQUIRED:
        if name not in settings:
            raise ValueError("%s: %s is missing" % (path, name))
    text = settings["key_hex"]
    if len(text) != 64:
        raise ValueError("%s: key_hex needs 64 hexadecimal digits" % path)
    return settings, bytes([int(text[i : i + 2], 16) for i in range(0, 64, 2)])


def new_ports(settings_path):
    """What a terminal without a number needs: (cable's port, keep folder, hardware, random_bytes)."""
    return UsbCable(), DEFAULTS["keep"], _hardware(), random_bytes


def _hardware():
    return (machine.unique_id() + bytes(8))[:8]


class Board:
    """The ports of one terminal."""

    name = "esp32s3"
    # RTC memory does not wear: every stage is kept.
    stage_is_free = True
    factor = 1

    def __init__(self, settings):
        self._settings = settings
        self.pins = dict(PINS)
        self.pins.update(settings.get("pins", {}))
        pins = self.pins
        self.gnss = UartLine(1, settings["gnss_baud"], pins["gnss_tx"], pins["gnss_rx"])
        self.face = UartLine(2, settings["face_baud"], pins["face_tx"], pins["face_rx"])
        self.vehicle = Vehicle(pins, settings["engine_pulses_per_turn10"])
        self.cable = UsbCable()
        self.camera = self._open_camera(settings)
        self._network = self._open_network(settings)
        self._i2c = machine.I2C(
            0, sda=machine.Pin(pins["i2c_sda"]), scl=machine.Pin(pins["i2c_scl"]), freq=400000
        )
        self._supply = machine.ADC(machine.Pin(pins["supply"]), atten=machine.ADC.ATTN_11DB)
        self._rtc = machine.RTC()
        self.stage_before = self._stage_before()
        self._stage = bytearray(STAGE_MAGIC + b"\x00")
        self._poll = select.poll()
        self._poll.register(self.gnss.uart, select.POLLIN)
        self._last_ticks = time.ticks_ms()
        self._real_ms = 0
        self._heard_ms = 0
        self._watchdog = None

    def _open_camera(self, settings):
        """A camera with a UART of its own (firmware.terminal.identity.camera), or None.

        Sensors on the parallel port (OV2640 and others) have no driver in MicroPython.
        """
        if settings["camera"] != "uart0" or settings["network"] == "modem":
            return None
        return UartLine(0, 115200, self.pins["uart0_tx"], self.pins["uart0_rx"])

    def _open_network(self, settings):
        pins = self.pins
        if settings["network"] == "modem":
            return Modem(
                pins["uart0_tx"],
                pins["uart0_rx"],
                pins["modem_power"],
                settings["modem_baud"],
                settings["apn"],
            )
        return Wifi(settings["wifi_name"], settings["wifi_word"])

    def open_flash(self):
        """The flash that the journal is kept on: a partition of its own."""
        return PartitionFlash(self._settings["journal_partition"])

    def open_display(self):
        """The display on I2C, with draw(); None when none answers. Its glyphs take heap: called once."""
        from firmware.displays.panel import Panel
        from firmware.displays.ssd1306 import ADDRESS, Ssd1306

        if ADDRESS not in self._i2c.scan():
            return None
        return Panel(Ssd1306(self._i2c))

    def real_ms(self):
        """Milliseconds of real time since start, without wrapping."""
        ticks = time.ticks_ms()
        self._real_ms += time.ticks_diff(ticks, self._last_ticks)
        self._last_ticks = ticks
        return self._real_ms

    def ticks_ms(self):
        """Milliseconds of the terminal's time since start: real ones here."""
        return self.real_ms()

    def wait(self):
        """Wait until the receiver says something, at most WAIT_MS; the buttons are looked at meanwhile."""
        if self._poll.poll(WAIT_MS):
            self._heard_ms = self.real_ms()
        self.vehicle.look()

    def gnss_idle_ms(self):
        """Milliseconds since the receiver last said something."""
        return self.real_ms() - self._heard_ms

    def silent(self):
        """Whether the receiver has been silent for too long."""
        return self.gnss_idle_ms() > SILENCE_REAL_MS

    def patience_ms(self, seconds):
        """Milliseconds to wait for the network."""
        return max(seconds * 1000, PATIENCE_FLOOR_MS)

    def random_below(self, limit):
        """A random integer in 0..limit-1, from the hardware source."""
        return int.from_bytes(os.urandom(4), "big") % limit

    def random_bytes(self, count):
        """Bytes of the hardware source."""
        return random_bytes(count)

    def hardware(self):
        """8 bytes that tell this board from any other."""
        return _hardware()

    def prompt(self, role):
        """Call the people in the car; the screen says whose face is asked for."""
        self.vehicle.beep()

    def print_line(self, text):
        """One line on the USB port, where a gateway reads past it."""
        print(text)

    def print_exception(self, error):
        """Where and why the app fell."""
        sys.print_exception(error)

    def open_stream(self):
        """A new connection to the broker, or OSError."""
        settings = self._settings
        if not self._network.up():
            raise OSError("no network yet")
        try:
            return Stream(settings["host"], settings["port"], settings["tls_ca"], settings["tls_name"])
        except ValueError as error:
            raise OSError("TLS: %s" % error)

    def rtc_s(self):
        """UTC seconds of the clock chip with its battery, else of the chip's own clock; 0 unknown."""
        try:
            utc_s = bcd_time(self._i2c.readfrom_mem(DS3231, 0, 7))
        except OSError:
            utc_s = 0
        return utc_s or time.time() + EPOCH_2000_S

    def set_rtc(self, utc_s):
        """The time is known now: both clocks take it over."""
        now = time.gmtime(utc_s - EPOCH_2000_S)
        self._rtc.datetime((now[0], now[1], now[2], now[6], now[3], now[4], now[5], 0))
        try:
            self._i2c.writeto_mem(DS3231, 0, time_bcd(now[0], now[1], now[2], now[3], now[4], now[5]))
        except OSError:
            # There is no such chip on this board.
            pass

    def supply_mv(self):
        """The car's supply in millivolts."""
        return supply_mv_of(self._supply.read_uv(), self._settings["supply_ratio1000"])

    def temperature_c10(self):
        """The chip's temperature in tenths of a degree, 32767 unknown."""
        read = getattr(esp32, "mcu_temperature", None)
        return UNKNOWN_C10 if read is None else int(read()) * 10

    def reset_cause(self):
        """The BOOT record's reset_cause."""
        return reset_cause_of(machine.reset_cause())

    def _stage_before(self):
        held = self._rtc.memory()
        return held[4] if len(held) == 5 and held[:4] == STAGE_MAGIC else 0

    def keep_stage(self, stage):
        """Keep the main loop's stage where a watchdog reset leaves it (see docs/how-to/board.md)."""
        self._stage[4] = stage
        self._rtc.memory(self._stage)

    def feed(self):
        """The main loop lives. The first call arms the watchdog, which nothing can stop again."""
        if self._watchdog is None:
            self._watchdog = machine.WDT(timeout=self._settings["watchdog_s"] * 1000)
        self._watchdog.feed()

    def restart(self):
        """Start the chip anew."""
        machine.reset()
