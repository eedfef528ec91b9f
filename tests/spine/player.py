"""Plays hourfence terminal under a pseudo-terminal, as a person would: sees the picture, presses a key."""

import fcntl
import os
import pty
import re
import select
import signal
import struct
import subprocess
import sys
import termios
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
ROWS, COLUMNS = 40, 110
PATIENCE_S = 120.0
HOME, CLEAR_LINE, CLEAR_REST = "\x1b[H", "\x1b[K", "\x1b[J"


def environment() -> dict[str, str]:
    kept = {name: value for name, value in os.environ.items() if not name.startswith("HOURFENCE_")}
    return {**kept, "PYTHONPATH": str(ROOT), "COLUMNS": str(COLUMNS), "LINES": str(ROWS)}


class Player:
    """with Player("--factor", "20", ...) as player: see(), press(), end()."""

    def __init__(self, *options: str) -> None:
        self._window, inner = pty.openpty()
        fcntl.ioctl(inner, termios.TIOCSWINSZ, struct.pack("HHHH", ROWS, COLUMNS, 0, 0))
        self._child = subprocess.Popen(
            [sys.executable, "-m", "ingest.cli", "terminal", *options],
            stdin=inner,
            stdout=inner,
            stderr=inner,
            env=environment(),
            cwd=ROOT,
            start_new_session=True,
        )
        os.close(inner)
        self._seen = b""

    def _look(self, for_s: float) -> bool:
        """Take what is painted; False when the window has closed."""
        if select.select([self._window], [], [], for_s)[0]:
            try:
                data = os.read(self._window, 65536)
            except OSError:
                return False
            self._seen += data
            return bool(data)
        return True

    @property
    def picture(self) -> str:
        """What the window shows, without control sequences."""
        return self.all.split(HOME)[-1].replace(CLEAR_LINE, "").replace(CLEAR_REST, "")

    @property
    def all(self) -> str:
        """Everything that was ever written."""
        return self._seen.decode("utf-8", "replace")

    def see(self, pattern: str) -> str:
        """Wait until the picture shows it; the part that matched."""
        end = time.monotonic() + PATIENCE_S
        while time.monotonic() < end:
            found = re.search(pattern, self.picture)
            if found:
                return found.group()
            if not self._look(0.1):
                break
        raise AssertionError(f"never saw {pattern!r}; the picture was:\n{self.picture}")

    def wait_car_s(self, for_s: int) -> None:
        """Wait until the car's clock in the picture has gone on by so many seconds."""
        until_s = self._car_clock_s() + for_s
        end = time.monotonic() + PATIENCE_S
        while self._car_clock_s() < until_s:
            if time.monotonic() > end or not self._look(0.1):
                raise AssertionError(f"the car's clock never went on by {for_s} s:\n{self.picture}")

    def _car_clock_s(self) -> int:
        """Seconds of the day; the last picture that was painted whole."""
        hours, minutes, seconds = re.findall(r"车辆: (\d\d):(\d\d):(\d\d)", self.all)[-1]
        return int(hours) * 3600 + int(minutes) * 60 + int(seconds)

    def press(self, keys: str) -> None:
        """Press keys."""
        os.write(self._window, keys.encode())

    def interrupt(self) -> None:
        """Ctrl-C."""
        self._child.send_signal(signal.SIGINT)

    def end(self) -> tuple[int, str]:
        """Wait for the end: (exit code, what was said after the picture was taken away)."""
        end = time.monotonic() + PATIENCE_S
        while self._child.poll() is None and time.monotonic() < end:
            self._look(0.1)
        while self._look(0.2) and time.monotonic() < end:
            pass
        return self._child.wait(1.0), self.all.split("\x1b[?1049l")[-1]

    def __enter__(self) -> "Player":
        return self

    def __exit__(self, *_: object) -> None:
        if self._child.poll() is None:
            self._child.terminate()
            try:
                self._child.wait(20.0)
            except subprocess.TimeoutExpired:
                self._child.kill()
                self._child.wait()
        os.close(self._window)
