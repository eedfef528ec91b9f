"""The depot's cable on a desk: a serial device or pseudo-terminal that may be pulled and come back."""

import hashlib
import json
import os
import select

PIECE = 128
SEND_WAIT_MS = 2000


def new_ports(settings_path):
    """What a terminal without a number needs, by its settings file's cable and keep: as esp32s3.new_ports."""
    with open(settings_path) as source:
        settings = json.load(source)
    return CablePort(settings["cable"]), settings["keep"], _hardware(settings["keep"]), random_bytes


def random_bytes(count):
    """Bytes of the operating system's source."""
    with open("/dev/urandom", "rb") as source:
        return source.read(count)


def _hardware(folder):
    """8 bytes that tell this terminal from any other on this desk."""
    return hashlib.sha256(folder.encode()).digest()[:8]


class CablePort:
    """A port of firmware.terminal.depot.cable on a path. It is opened again, by itself, after a hang-up."""

    def __init__(self, path):
        self._path = path
        self._file = None
        self._poll = None

    def _open(self):
        if self._file is None:
            # min 0 time 0: a read returns what is there; not the controlling terminal's signals, no echo.
            if os.system("stty -F %s raw -echo min 0 time 0 115200 2>/dev/null" % self._path) != 0:
                raise OSError("the cable's port %s cannot be opened" % self._path)
            self._file = open(self._path, "r+b")
            self._poll = select.poll()
            self._poll.register(self._file, select.POLLOUT)
        return self._file

    def receive_into(self, buffer):
        """Bytes read into buffer, 0 when there is nothing yet. Raises OSError when the cable is pulled."""
        try:
            return self._open().readinto(buffer) or 0
        except OSError:
            self.close()
            raise

    def send(self, data):
        """Write all of data, or raise OSError when nobody takes it."""
        try:
            source = self._open()
            view = memoryview(data)
            for at in range(0, len(view), PIECE):
                if not self._poll.poll(SEND_WAIT_MS):
                    raise OSError(110)
                source.write(view[at : at + PIECE])
        except OSError:
            self.close()
            raise

    def close(self):
        """Let the device go."""
        if self._file is not None:
            self._file.close()
            self._file = None
