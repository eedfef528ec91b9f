"""The self-test at boot, daily and when ordered, and the STATUS record that says how the terminal is.

A test lasts until every part has shown itself, WAIT_MS at most: a receiver speaks once a second, a face
module wakes for some seconds.
"""

from firmware.terminal.health.health import CAMERA as CAMERA_FAULT
from firmware.terminal.health.health import FACE_MODULE, POSITIONING, WHEEL_SENSOR
from firmware.wire import fields

BOOT = 1
DAILY = 2
ORDERED = 3

# Bits of STATUS self_test: what failed.
JOURNAL_READ = 1
JOURNAL_WRITE = 2
STORAGE = 4
CLOCK = 8
GNSS = 16
WHEEL = 32
FACE = 64
CAMERA = 128
ALL = 255
# Word by word the names of the bits, lowest first.
BIT_NAMES = "journal_read journal_write storage clock gnss wheel face camera"

WAIT_MS = 30000
DAY_S = 86400
# Less than this part of the journal free fails the test.
ROOM_PART = 20

_UNKNOWN = {"slot": 255, "temperature_c10": 32767, "faces": 65535}


class SelfTest:
    """Runs one test at a time. parts: the bits that this terminal has (a camera may be missing)."""

    def __init__(self, parts=ALL):
        self._parts = parts
        self._waiting = 0
        self._begun_ms = 0
        self._heard = 0
        self._day = 0
        self.moment = 0

    def begin(self, moment, steady_ms):
        """Start a test; the app now asks the face module for its status and the camera for a photo.

        A test that is under way goes on as this one.
        """
        self.moment = moment
        self._waiting = self._parts
        self._begun_ms = steady_ms
        self._heard = -1

    def is_due(self, utc_s, in_training):
        """Whether the daily test is due: once a UTC day, not in training; the boot's test counts as one."""
        day = utc_s // DAY_S
        if not day or day == self._day:
            return False
        if not self._day or self.moment:
            # The boot's test is under way or has just been.
            self._day = day
            return False
        if in_training:
            return False
        self._day = day
        return True

    def awaits(self, bits):
        """Whether a test is under way that has not seen these parts yet."""
        return self.moment != 0 and self._waiting & bits != 0

    def passed(self, bits):
        """These parts have shown themselves: the face module's status, a photo, or the counter came."""
        self._waiting &= ~bits

    def on_second(self, steady_ms, quality, heard, readable, unsaved, free, size):
        """A second of the test: plain values. Returns the bits of what failed when it is over, else None.

        quality: the clock's; heard: sentences of the receiver since start; readable: the newest record came
        back from the journal; unsaved: records that are not on the medium yet; free, size: the journal's,
        bytes.
        """
        if not self.moment:
            return None
        if quality:
            self.passed(CLOCK)
        if readable:
            self.passed(JOURNAL_READ)
        if free * ROOM_PART >= size:
            self.passed(STORAGE)
        if heard > self._heard >= 0:
            self.passed(GNSS)
        if not unsaved:
            self.passed(JOURNAL_WRITE)
        if self._heard < 0:
            self._heard = heard
        if self._waiting and steady_ms - self._begun_ms < WAIT_MS:
            return None
        self.moment = 0
        return self._waiting


def tell(health, failed, parts):
    """Give what a test found to Health; a fix and a pulse, not a test, clear positioning and wheel sensor."""
    if failed & GNSS:
        health.on_part(POSITIONING, True, failed)
    if failed & WHEEL:
        health.on_part(WHEEL_SENSOR, True, failed)
    if parts & FACE:
        health.on_part(FACE_MODULE, failed & FACE != 0, failed)
    if parts & CAMERA:
        health.on_part(CAMERA_FAULT, failed & CAMERA != 0, failed)


def status(moment, failed, faults, facts):
    """The body of a STATUS record.

    failed: bits from on_second; faults: bits of diagnostics; facts: the other fields that are known, by
    name. What is missing is told as unknown, what is out of range as the nearest value.
    """
    body = {}
    for field in fields.BODY[fields.STATUS]:
        name = field[0]
        value = facts.get(name, _UNKNOWN.get(name, 0))
        body[name] = min(max(value, field[2]), field[3])
    body["moment"] = moment
    body["self_test"] = failed
    body["faults"] = faults
    return body
