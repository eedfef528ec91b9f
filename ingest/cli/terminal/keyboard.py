"""Keys as they are pressed, without waiting for a line."""

from __future__ import annotations

import os
import select
import sys
import termios
import tty
from types import TracebackType

ARROWS = {b"\x1b[A": "w", b"\x1b[B": "s", b"\x1b[D": "a", b"\x1b[C": "d"}


def keys_in(data: bytes) -> list[str]:
    """The keys of some bytes: arrows as w s a d, other escape sequences left out, the rest as characters."""
    found = []
    at = 0
    while at < len(data):
        if data[at : at + 2] == b"\x1b[":
            end = at + 2
            while end < len(data) and not 0x40 <= data[end] <= 0x7E:
                end += 1
            arrow = ARROWS.get(data[at : end + 1])
            if arrow:
                found.append(arrow)
            at = end + 1
        else:
            if 32 < data[at] < 127:
                found.append(chr(data[at]))
            at += 1
    return found


class Keyboard:
    """Standard input, a key at a time, without echo; as it was before on leaving. Ctrl-C still interrupts."""

    def __init__(self) -> None:
        self._fd = sys.stdin.fileno()
        self._before = termios.tcgetattr(self._fd)

    def fileno(self) -> int:
        return self._fd

    def read(self) -> list[str]:
        """The keys pressed since the last call; "q" when the terminal window has gone."""
        if not select.select([self._fd], [], [], 0)[0]:
            return []
        data = os.read(self._fd, 256)
        return keys_in(data) if data else ["q"]

    def __enter__(self) -> Keyboard:
        tty.setcbreak(self._fd, termios.TCSADRAIN)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, value: BaseException | None, trace: TracebackType | None
    ) -> None:
        termios.tcsetattr(self._fd, termios.TCSADRAIN, self._before)
