"""The ESP32-S3's ways to the network, WiFi or a 4G modem by PPP.

up() never waits long: it starts what is missing and says whether the network is there now.
"""

import os
import time

import network
from machine import Pin

from firmware.boards.esp32s3_lines import UartLine

DIAL_EVERY_MS = 30000
ANSWER_MS = 2000
POWER_PULSE_MS = 600


def random_bytes(count):
    """Bytes of the hardware source; the radio is switched on, else it is not a true one (ESP-IDF)."""
    network.WLAN(network.WLAN.IF_STA).active(True)
    return os.urandom(count)


class Wifi:
    """A known access point, in the yard or a phone in the car."""

    def __init__(self, name, word):
        self._name = name
        self._word = word
        self._wlan = network.WLAN(network.WLAN.IF_STA)
        self._wlan.active(True)
        self._begun = False

    def up(self):
        """Whether the network is there; the radio keeps trying by itself once begun."""
        if self._wlan.isconnected():
            return True
        if not self._begun:
            self._begun = True
            self._wlan.connect(self._name, self._word)
        return False


class Modem:
    """A 4G modem on a UART: dialled with AT commands (3GPP TS 27.007), then PPP."""

    def __init__(self, tx, rx, power, baud, apn):
        self._line = UartLine(0, baud, tx, rx)
        self._power = Pin(power, Pin.OUT, value=0) if power >= 0 else None
        self._apn = apn
        self._ppp = None
        self._dial_ms = None
        self._buffer = bytearray(128)

    def up(self):
        """Whether the network is there; dials at most every half minute."""
        if self._ppp is not None and self._ppp.isconnected():
            return True
        now = time.ticks_ms()
        if self._dial_ms is None or time.ticks_diff(now, self._dial_ms) > DIAL_EVERY_MS:
            self._dial_ms = now
            self._dial()
        return False

    def _dial(self):
        if self._ppp is not None:
            self._ppp.active(False)
            self._ppp = None
        if not self._answers(b"AT\r", b"OK"):
            self._pulse()
            return
        self._answers(b"ATE0\r", b"OK")
        self._answers(b'AT+CGDCONT=1,"IP","%s"\r' % self._apn.encode(), b"OK")
        if self._answers(b"ATD*99#\r", b"CONNECT"):
            self._ppp = network.PPP(self._line.uart)
            self._ppp.active(True)
            self._ppp.connect()

    def _pulse(self):
        """The modem is off, or hangs: its power key switches it."""
        if self._power is not None:
            self._power.value(1)
            time.sleep_ms(POWER_PULSE_MS)
            self._power.value(0)

    def _answers(self, command, wanted):
        """Whether the modem says what is wanted within ANSWER_MS."""
        while self._line.receive_into(self._buffer):
            pass
        self._line.send(command)
        heard = b""
        begun = time.ticks_ms()
        while time.ticks_diff(time.ticks_ms(), begun) < ANSWER_MS:
            count = self._line.receive_into(self._buffer)
            if count:
                heard = (heard + bytes(self._buffer[:count]))[-256:]
                if wanted in heard:
                    return True
                if b"ERROR" in heard or b"NO CARRIER" in heard:
                    return False
            else:
                time.sleep_ms(10)
        return False
