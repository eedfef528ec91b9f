"""The unix board: a car on a desk, with three serial lines and a TCP or TLS socket.

Runs on the MicroPython unix interpreter. gnss and face are serial devices as in the car. vehicle stands
for the pins (pulse counter, ignition, engine speed, keys): once a second the board writes "?" and a
newline and reads "pulses,rpm,ignition,key", and from a simulated car its own milliseconds as a fifth;
before a face check it writes "!I" or "!T", which is what the screen shows to the people in the car. factor
makes the terminal's time run faster than life.
"""

import random
import select
import sys
import time

from firmware.boards.heap_watch import HeapWatch
from firmware.boards.stream import Stream
from firmware.boards.unix_flash import FileFlash
from firmware.boards.unix_lines import SerialLine, Vehicle
from firmware.terminal.keep import Keep
from firmware.terminal.loading import once

__all__ = ("Board", "HeapWatch", "is_new", "load_settings", "new_ports")

SILENCE_REAL_MS = 2000
PATIENCE_FLOOR_MS = 1000
WAIT_MS = 50
STAGE = "stage"


def is_new(path):
    """Whether the settings file has a cable and no number yet: then the depot gives it one."""
    return once("boards.unix_settings", "is_new", path)


def new_ports(settings_path):
    """What a terminal without a number needs, see firmware.boards.unix_cable."""
    return once("boards.unix_cable", "new_ports", settings_path)


def load_settings(path):
    """(settings dict, key bytes) from a JSON file; raises ValueError naming what is wrong."""
    return once("boards.unix_settings", "load_settings", path)


class Board:
    """The ports of one terminal on this machine."""

    name = "unix"
    # A stage is kept in a file: only one that took too long.
    stage_is_free = False

    def __init__(self, settings):
        self._settings = settings
        self._keep = Keep(settings["keep"])
        kept = self._keep.get(STAGE)
        self.stage_before = kept[0] if kept else 0
        self.factor = settings["factor"]
        self.gnss = SerialLine(settings["gnss"])
        self.face = SerialLine(settings["face"])
        self.cable = None
        if settings["cable"]:
            from firmware.boards.unix_cable import CablePort

            self.cable = CablePort(settings["cable"])
        self.camera = SerialLine(settings["camera"]) if settings["camera"] else None
        self.vehicle = Vehicle(settings["vehicle"])
        self._poll = select.poll()
        self._poll.register(self.gnss.file, select.POLLIN)
        self._last_ticks = time.ticks_ms()
        self._real_ms = 0
        self._heard_ms = 0
        self._ticks = 0
        self._car_ms = -1
        self._car_offset_ms = 0
        self._car_real_ms = 0

    def open_flash(self):
        """The flash that the journal is kept on: the file journal.bin in the journal's folder."""
        return FileFlash(self._settings["journal"] + "/journal.bin", self._settings["journal_bytes"])

    def open_display(self):
        """Where the four screens are drawn: standard output ("tty"), a serial device, or nowhere (None)."""
        where = self._settings["screen"]
        if not where:
            return None
        from firmware.displays.text import TextScreen

        if where == "tty":
            return TextScreen(sys.stdout.buffer.write, True)
        return TextScreen(SerialLine(where).send)

    def real_ms(self):
        """Milliseconds of real time since start, without wrapping."""
        ticks = time.ticks_ms()
        self._real_ms += time.ticks_diff(ticks, self._last_ticks)
        self._last_ticks = ticks
        return self._real_ms

    def ticks_ms(self):
        """Milliseconds of the terminal's time since start.

        Beside a simulated car they are the car's, which waits for the terminal; by themselves they go on only
        when the receiver has been silent.
        """
        real_ms = self.real_ms()
        car_ms = self.vehicle.car_ms
        if car_ms < 0:
            self._ticks = real_ms * self.factor
            return self._ticks
        if car_ms != self._car_ms:
            if self._car_ms < 0:
                self._car_offset_ms = self._ticks - car_ms
            self._car_ms = car_ms
            self._car_real_ms = real_ms
        alone_ms = max(real_ms - self._car_real_ms - SILENCE_REAL_MS, 0) * self.factor
        self._ticks = max(self._ticks, car_ms + self._car_offset_ms + alone_ms)
        return self._ticks

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
        return max(seconds * 1000 // self.factor, PATIENCE_FLOOR_MS)

    def random_below(self, limit):
        """A random integer in 0..limit-1."""
        return random.randrange(limit)

    def random_bytes(self, count):
        """Bytes of the operating system's random source."""
        with open("/dev/urandom", "rb") as source:
            return source.read(count)

    def reset_cause(self):
        """Why it starts: a program that is started has been switched on."""
        return 1

    def rtc_s(self):
        """UTC seconds of a clock that ran on while the terminal was off; 0: a desk has none."""
        return 0

    def set_rtc(self, utc_s):
        """The time is known now; there is no clock to be set."""

    def keep_stage(self, stage):
        """Keep a number over a reset."""
        try:
            self._keep.put(STAGE, bytes((stage,)))
        except OSError:
            # A desk that cannot write it does without.
            pass

    def feed(self):
        """The main loop has come round; nothing resets a desk."""

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
