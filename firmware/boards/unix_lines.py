"""Serial devices and the vehicle line of the unix board."""

import os
import select

SAMPLE_WAIT_MS = 5000


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
        self.answered = False
        # What the simulated car's own clock said, in ms; -1 when there is no such clock.
        self.car_ms = -1

    def send(self, data):
        """Write to the line (prompts)."""
        self._line.send(data)

    def sample(self):
        """Ask for the present state; an answer that does not come leaves the last one, without a key."""
        self.key = None
        self.answered = False
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
            if len(parts) > 4:
                self.car_ms = int(parts[4])
        except (ValueError, IndexError):
            return
        self.answered = True
        self.pulses = max(pulses, 0)
        self.rpm = max(rpm, 0)
        self.ignition = 1 if ignition else 0
        self.key = key if key != "-" else None
