"""Malfunctions that are set and cleared as signed records, in the manner of the US ELD codes.

In this version: timing (the receiver contradicts the clock), positioning (no valid fix), recording (a record
cannot be read back), transfer (receipts outstanding), face module, wheel sensor.
All run on the terminal's own seconds.
"""

from firmware.wire import fields

TIMING = 2
POSITIONING = 3
RECORDING = 4
TRANSFER = 5
FACE_MODULE = 6
WHEEL_SENSOR = 7

CONTRADICTED_S = 10
NO_FIX_S = 120
NO_RECEIPT_S = 900
NO_PULSE_S = 60
MOVING_KMH10 = 150
MODULE_FAULT = 6
SPEED_UNKNOWN = 2047


class Health:
    """Watches one terminal; write(kind, body) journals a diagnostic."""

    def __init__(self, write):
        self._write = write
        self._set = {}
        self._no_fix_s = 0
        self._no_receipt_s = 0
        self._no_pulse_s = 0
        self._pulses = -1

    def _state(self, code, faulty, value):
        if faulty != (code in self._set):
            if faulty:
                self._set[code] = value
            else:
                del self._set[code]
            self._write(fields.DIAGNOSTIC, {"code": code, "state": 1 if faulty else 0, "value": value})

    def on_second(self, epoch, vehicle, in_training, unreceipted):
        """A second of the terminal's time has passed; epoch may be None. unreceipted: records."""
        fixed = epoch is not None and epoch.valid
        self._no_fix_s = 0 if fixed or not in_training else self._no_fix_s + 1
        self._state(POSITIONING, self._no_fix_s >= NO_FIX_S, self._no_fix_s)
        self._no_receipt_s = self._no_receipt_s + 1 if unreceipted and in_training else 0
        self._state(TRANSFER, self._no_receipt_s >= NO_RECEIPT_S, unreceipted)
        moving = fixed and MOVING_KMH10 <= epoch.speed_kmh10 < SPEED_UNKNOWN
        if vehicle.pulses != self._pulses or not moving:
            self._no_pulse_s = 0
            if vehicle.pulses != self._pulses:
                self._state(WHEEL_SENSOR, False, 0)
        else:
            self._no_pulse_s += 1
            if self._no_pulse_s >= NO_PULSE_S:
                self._state(WHEEL_SENSOR, True, self._no_pulse_s)
        self._pulses = vehicle.pulses

    def on_clock(self, contradicted_s):
        """For so many seconds, epochs have contradicted the clock."""
        if contradicted_s == 0 or contradicted_s >= CONTRADICTED_S:
            self._state(TIMING, contradicted_s > 0, contradicted_s)

    def on_journal(self, unread):
        """The journal could not read record unread (0: it reads all it was asked for)."""
        self._state(RECORDING, unread > 0, unread)

    def on_face(self, outcome):
        """A face check ended with this outcome."""
        self._state(FACE_MODULE, outcome == MODULE_FAULT, outcome)
