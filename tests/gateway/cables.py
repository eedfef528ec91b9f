"""A cable between two pseudo-terminals, which a test may pull, cut at any byte, make noisy."""

from __future__ import annotations

import os
import pty
import random
import select
import termios
import threading
import tty
from collections.abc import Callable
from pathlib import Path


class Cable:
    """terminal_path stays; gateway_path vanishes while the cable is pulled, as a USB port does.

    up_limit: bytes towards the gateway until it pulls itself. noise: of 1000 pieces so many are damaged.
    """

    def __init__(self, folder: Path, noise: int = 0, seed: int = 1) -> None:
        self._terminal_fd, self._terminal_far = _raw_pty()
        self.terminal_path = os.ttyname(self._terminal_far)
        self.gateway_path = folder / "ttyTERMINAL"
        self._gateway: tuple[int, int] | None = None
        self._lock = threading.Lock()
        self._random = random.Random(seed)
        self._noise = noise
        self.up_limit: int | None = None
        self.on_pulled: Callable[[], object] = lambda: None
        self.carried_up = 0
        self.carried_down = 0
        self.pulls = 0
        self._end, self._ended = os.pipe()
        self._thread = threading.Thread(target=self._pump, daemon=True)
        self.plug()
        self._thread.start()

    def plug(self) -> None:
        with self._lock:
            fd, far = _raw_pty()
            self._gateway = fd, far
            self.gateway_path.unlink(missing_ok=True)
            self.gateway_path.symlink_to(os.ttyname(far))

    def pull(self) -> None:
        with self._lock:
            self._pull()

    def _pull(self) -> None:
        if self._gateway is None:
            return
        self.gateway_path.unlink(missing_ok=True)
        for fd in self._gateway:
            os.close(fd)
        self._gateway = None
        self.pulls += 1

    def _pump(self) -> None:
        while True:
            with self._lock:
                gateway = self._gateway[0] if self._gateway else None
            fds = [self._terminal_fd, self._end] + ([gateway] if gateway is not None else [])
            try:
                ready = select.select(fds, [], [], 0.02)[0]
            except (OSError, ValueError):
                continue
            if self._end in ready:
                return
            if self._terminal_fd in ready:
                self._carry(self._terminal_fd, up=True)
            if gateway is not None and gateway in ready:
                self._carry(gateway, up=False)

    def _carry(self, fd: int, up: bool) -> None:
        pulled = False
        with self._lock:
            if not up and (self._gateway is None or self._gateway[0] != fd):
                return
            try:
                data = os.read(fd, 512)
            except (BlockingIOError, OSError):
                return
            if up and self.up_limit is not None:
                data, pulled = data[: self.up_limit], len(data) >= self.up_limit
                self.up_limit -= len(data)
            if self._random.randrange(1000) < self._noise and data:
                at = self._random.randrange(len(data))
                data = data[:at] + self._random.randbytes(3) + data[at + self._random.randrange(4) :]
            self.carried_up += len(data) if up else 0
            self.carried_down += 0 if up else len(data)
            target = self._terminal_fd if not up else (self._gateway[0] if self._gateway else None)
            if target is not None and data:
                _write(target, data)
            if pulled:
                self.up_limit = None
                self._pull()
        if pulled:
            self.on_pulled()

    def close(self) -> None:
        os.write(self._ended, b"x")
        self._thread.join()
        self.pull()
        for fd in (self._terminal_fd, self._terminal_far, self._end, self._ended):
            os.close(fd)

    def __enter__(self) -> Cable:
        return self

    def __exit__(self, *_what: object) -> None:
        self.close()


def _raw_pty() -> tuple[int, int]:
    fd, far = pty.openpty()
    tty.setraw(far, termios.TCSANOW)
    os.set_blocking(fd, False)
    return fd, far


def _write(fd: int, data: bytes) -> None:
    try:
        os.write(fd, data)
    except OSError:
        # Nobody reads at that end: bytes on a real cable are lost then, too.
        pass
