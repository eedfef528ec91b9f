"""The serial port of a terminal, in frames; opened again when the cable comes back."""

import time
from types import TracebackType

import serial

from firmware.wire import cable
from gateway.errors import CablePulled, GatewayError

BAUD = 115200
SEND_LIMIT_S = 5.0
READ_BYTES = 4096


class Line:
    """``line.open()`` when ``line.is_open`` is false; every method may raise CablePulled.

    ``path`` is a serial device such as /dev/ttyACM0 or COM3. A port that somebody else has open, or that
    this account may not open, is a GatewayError at once: waiting would not help.
    """

    def __init__(self, path: str) -> None:
        self.path = path
        self._port: serial.Serial | None = None
        self._reader = cable.FrameReader()
        self._late = b""

    @property
    def is_open(self) -> bool:
        """Whether the port is open as far as we know."""
        return self._port is not None

    def open(self) -> None:
        """Open the port. Raises CablePulled while there is none, GatewayError when it will never open."""
        try:
            self._port = serial.Serial(self.path, BAUD, timeout=0, write_timeout=SEND_LIMIT_S, exclusive=True)
        except ValueError as fault:
            raise GatewayError(f"{self.path}: is no serial port ({fault}); correct --port.") from None
        except OSError as fault:
            if isinstance(fault, PermissionError) or fault.errno == 13:
                raise GatewayError(
                    f"{self.path}: this account may not open it; add it to the serial ports' group (dialout)."
                ) from None
            if fault.errno == 11 or "exclusively lock" in str(fault):
                raise GatewayError(
                    f"{self.path}: another program has it open; end that program and start again."
                ) from None
            raise CablePulled(f"{self.path} cannot be opened") from None
        self._reader = cable.FrameReader()
        self._late = b""

    def close(self) -> None:
        """Let the port go; open() may follow."""
        port, self._port = self._port, None
        if port is not None:
            try:
                port.close()
            except OSError:
                pass

    def send(self, kind: int, payload: bytes = b"") -> None:
        """Write one frame."""
        port = self._checked()
        try:
            port.write(cable.frame(kind, payload))
        except OSError as fault:
            self.close()
            raise CablePulled(f"{self.path} does not take what is sent ({fault})") from None

    def receive(self, wait_s: float) -> tuple[int, bytes] | None:
        """The next frame (type, payload), or None when none came within wait_s."""
        deadline = time.monotonic() + wait_s
        while True:
            found: tuple[int, bytes] | None = self._reader.take()
            if found is not None:
                return found
            if not self._read(max(0.0, deadline - time.monotonic())):
                return None

    def _read(self, wait_s: float) -> bool:
        """Whether bytes came."""
        if not self._late:
            port = self._checked()
            try:
                port.timeout = wait_s
                self._late = port.read(1)
                if self._late:
                    port.timeout = 0
                    self._late += port.read(READ_BYTES)
            except (OSError, TypeError) as fault:
                # pyserial raises TypeError when the descriptor vanishes under a read.
                self.close()
                raise CablePulled(f"{self.path} went away ({fault})") from None
            if not self._late:
                return False
        room = self._reader.room()
        count = min(len(room), len(self._late))
        room[:count] = self._late[:count]
        self._reader.grew(count)
        self._late = self._late[count:]
        return True

    def _checked(self) -> serial.Serial:
        if self._port is None:
            raise CablePulled(f"{self.path} is not open")
        return self._port

    def __enter__(self) -> "Line":
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()
