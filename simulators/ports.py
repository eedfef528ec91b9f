"""The four pseudo-terminals of one terminal: gnss, face, vehicle, camera. Raw, and open on both ends."""

from __future__ import annotations

import os
import pty
import termios
import tty
from types import TracebackType


class Port:
    """One pseudo-terminal. The other end's path is `path`; it stays open here too, so that a terminal
    may come and go without a hang-up on the line."""

    def __init__(self) -> None:
        self.fd, self._other = pty.openpty()
        tty.setraw(self._other, termios.TCSANOW)
        os.set_blocking(self.fd, False)
        self.path = os.ttyname(self._other)
        self._late = b""

    def fileno(self) -> int:
        return self.fd

    def receive(self) -> bytes:
        """What the terminal wrote, b"" when it wrote nothing."""
        try:
            return os.read(self.fd, 4096)
        except (BlockingIOError, OSError):
            return b""

    def send(self, data: bytes) -> None:
        """Write; what does not fit into the line's buffer waits for the next send()."""
        if self._late:
            data, self._late = self._late + data, b""
        try:
            sent = os.write(self.fd, data)
        except BlockingIOError:
            sent = 0
        if sent < len(data):
            self._late = data[sent:]

    def clear(self) -> None:
        """Drop everything under way in both directions (the terminal on the other end is dead).

        When a session leader dies, the kernel hangs up the line that had become its controlling
        terminal, our own opening of it included; so the other end is opened anew.
        """
        self._late = b""
        os.close(self._other)
        self._other = os.open(self.path, os.O_RDWR | os.O_NOCTTY)
        tty.setraw(self._other, termios.TCSANOW)
        termios.tcflush(self._other, termios.TCIOFLUSH)
        while self.receive():
            pass

    def close(self) -> None:
        """Let both ends go."""
        os.close(self.fd)
        os.close(self._other)


class Ports:
    """The four lines of one terminal, closed together."""

    def __init__(self) -> None:
        self.gnss, self.face, self.vehicle, self.camera = Port(), Port(), Port(), Port()

    def clear(self) -> None:
        """Drop what is under way on all four."""
        for port in (self.gnss, self.face, self.vehicle, self.camera):
            port.clear()

    def close(self) -> None:
        """Close all four."""
        for port in (self.gnss, self.face, self.vehicle, self.camera):
            port.close()

    def __enter__(self) -> Ports:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, value: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()
