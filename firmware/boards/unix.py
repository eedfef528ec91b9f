"""The unix board: a car on a desk, with three serial lines and a TCP or TLS socket.

Runs on the MicroPython unix interpreter. gnss and face are serial devices as in the car. vehicle stands
for the pins (pulse counter, ignition, engine speed, keys): once a second the board writes "?" and a
newline and reads "pulses,rpm,ignition,key"; before a face check it writes "!I" or "!T", which is what
the screen shows to the people in the car. factor makes the terminal's time run faster than life.
"""

import gc
import json
import os
import random
import select
import sys
import time

from firmware.boards.unix_flash import FileFlash
from firmware.boards.unix_stream import Stream

DEFAULTS = {
    "username": "",
    "password": "",
    "tls_ca": None,
    "tls_name": None,
    "factor": 1,
    "pulses_per_km": 4000,
    "face_check_min": 30,
    "face_recheck_s": 120,
    "face_timeout_s": 8,
    "face_carry_min": 60,
    "photo_min": 15,
    "photo_bytes": 2097152,
    "photos": None,
    "camera": None,
    "ignition_off_out_min": 150,
    "utc_offset_min": 480,
    "keepalive_s": 60,
    "gnss_floor_s": 1577836800,
    "heap_log_ms": 0,
    "journal_bytes": 4194304,
    "courses": {"2": 1212360000, "3": 1213360000},
}
REQUIRED = ("terminal", "key_hex", "host", "port", "gnss", "face", "vehicle", "journal")
SILENCE_REAL_MS = 2000
PATIENCE_FLOOR_MS = 1000
WAIT_MS = 50
SAMPLE_WAIT_MS = 5000
TICKS_HALF = 1 << 29


def load_settings(path):
    """(settings dict, key bytes) from a JSON file; raises ValueError naming what is wrong."""
    with open(path) as source:
        settings = dict(DEFAULTS)
        settings.update(json.load(source))
    for name in REQUIRED:
        if name not in settings:
            raise ValueError("%s: %s is missing" % (path, name))
    if settings["photos"] is None:
        settings["photos"] = settings["journal"] + "_photos"
    text = settings["key_hex"]
    if len(text) != 64:
        raise ValueError("%s: key_hex needs 64 hexadecimal digits" % path)
    key = bytes([int(text[i : i + 2], 16) for i in range(0, 64, 2)])
    return settings, key


class SerialLine:
    """A serial device or pseudo-terminal in raw mode, read without waiting."""

    def __init__(self, path):
        # min 0 time 0: a read returns what is there, which the interpreter's own API cannot ask for.
        if os.system("stty -F %s raw -echo min 0 time 0 115200" % path) != 0:
            raise OSError("serial device %s cannot be opened" % path)
        self.file = open(path, "r+b")

    def receive_into(self, buffer):
        """Bytes read into buffer, 0 when there is nothing yet."""
        return self.file.readinto(buffer) or 0

    def send(self, data):
        """Write all of data."""
        self.file.write(data)


class Vehicle:
    """Pulse counter, engine speed, ignition and keys as of the last sample()."""

    def __init__(self, path):
        self._line = SerialLine(path)
        self._poll = select.poll()
        self._poll.register(self._line.file, select.POLLIN)
        self._buffer = bytearray(64)
        self.pulses = 0
        self.rpm = 0
        self.ignition = 0
        self.key = None

    def send(self, data):
        """Write to the line (prompts)."""
        self._line.send(data)

    def sample(self):
        """Ask for the present state; an answer that does not come leaves the last one, without a key."""
        self.key = None
        self._line.send(b"?\n")
        filled = 0
        view = memoryview(self._buffer)
        while self._poll.poll(SAMPLE_WAIT_MS):
            count = self._line.receive_into(view[filled:])
            filled += count
            if not count or filled == len(self._buffer):
                return
            if self._buffer[filled - 1] == 10:
                self._read(bytes(view[: filled - 1]))
                return

    def _read(self, line):
        parts = line.split(b",")
        try:
            pulses, rpm, ignition = int(parts[0]), int(parts[1]), int(parts[2])
            key = parts[3].decode()
        except (ValueError, IndexError):
            return
        self.pulses = max(pulses, 0)
        self.rpm = max(rpm, 0)
        self.ignition = 1 if ignition else 0
        self.key = key if key != "-" else None


class HeapWatch:
    """Says how much heap is live, whenever it is more than ever before; every_ms 0: never looks."""

    def __init__(self, board, every_ms):
        self._board = board
        self._every_ms = every_ms
        self._next_ms = 0
        self._peak = 0

    def step(self):
        """Collect and look, if it is time; the collection makes the terminal slower."""
        if not self._every_ms or self._board.real_ms() < self._next_ms:
            return
        self._next_ms = self._board.real_ms() + self._every_ms
        gc.collect()
        live = gc.mem_alloc()
        if live > self._peak:
            self._peak = live
            self._board.print_line("heap live %d of %d bytes" % (live, live + gc.mem_free()))


class Board:
    """The ports of one terminal on this machine."""

    def __init__(self, settings):
        self._settings = settings
        self._factor = settings["factor"]
        self.gnss = SerialLine(settings["gnss"])
        self.face = SerialLine(settings["face"])
        self.camera = SerialLine(settings["camera"]) if settings["camera"] else None
        self.vehicle = Vehicle(settings["vehicle"])
        self._poll = select.poll()
        self._poll.register(self.gnss.file, select.POLLIN)
        self._last_ticks = time.ticks_ms()
        self._real_ms = 0
        self._heard_ms = 0

    def open_flash(self):
        """The flash that the journal is kept on: the file journal.bin in the journal's folder."""
        return FileFlash(self._settings["journal"] + "/journal.bin", self._settings["journal_bytes"])

    def real_ms(self):
        """Milliseconds of real time since start, without wrapping."""
        ticks = time.ticks_ms()
        self._real_ms += time.ticks_diff(ticks, self._last_ticks)
        self._last_ticks = ticks
        return self._real_ms

    def ticks_ms(self):
        """Milliseconds of the terminal's time since start."""
        return self.real_ms() * self._factor

    def wait(self):
        """Wait until the receiver says something, at most WAIT_MS."""
        if self._poll.poll(WAIT_MS):
            self._heard_ms = self.real_ms()

    def gnss_idle_ms(self):
        """Real milliseconds since the receiver last said something."""
        return self.real_ms() - self._heard_ms

    def silent(self):
        """Whether the receiver has been silent so long that it is no matter of a busy machine."""
        return self.gnss_idle_ms() > SILENCE_REAL_MS

    def patience_ms(self, seconds):
        """Real milliseconds to wait for the network when the terminal's time says seconds."""
        return max(seconds * 1000 // self._factor, PATIENCE_FLOOR_MS)

    def random_below(self, limit):
        """A random integer in 0..limit-1."""
        return random.randrange(limit)

    def prompt(self, role):
        """Tell the people in the car whose face is asked for (1 instructor, 2 trainee)."""
        self.vehicle.send(b"!I\n" if role == 1 else b"!T\n")

    def print_line(self, text):
        """The screen: one line on standard output."""
        print(text)

    def print_exception(self, error):
        """Where and why the app fell."""
        sys.print_exception(error)

    def open_stream(self):
        """A new connection to the broker, or OSError."""
        settings = self._settings
        try:
            return Stream(settings["host"], settings["port"], settings["tls_ca"], settings["tls_name"])
        except ValueError as error:
            raise OSError("TLS: %s" % error)


if sys.implementation.name != "micropython":
    raise ImportError("firmware.boards.unix runs on the MicroPython unix interpreter")
