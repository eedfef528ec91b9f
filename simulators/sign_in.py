"""How long a person waits after the face module has answered: one terminal, off line, at life's pace.

The receiver writes every second; the answer comes at another part of the second each time. What counts is
the screen's line, which the terminal writes when the record is in its journal.
"""

from __future__ import annotations

import select
import time
from pathlib import Path

import numpy as np

from simulators import face_frames as fm
from simulators import nmea
from simulators.camera import Camera
from simulators.people import face_name
from simulators.ports import Ports
from simulators.terminal_launch import Launch, TerminalUnit

START_S = 1789430400
NOWHERE = ("127.0.0.1", 1)
INSTRUCTOR = 2301300000000001
_PATIENCE_S = 20.0


def measure(launch: Launch, folder: Path, times: int = 5) -> list[float]:
    """Seconds from the module's answer on the line to the screen's line, sign-ins and sign-outs in turn.

    Raises TimeoutError when the terminal does not get there.
    """
    found: list[float] = []
    with Ports() as ports:
        unit = TerminalUnit(launch, 1, bytes(32), ports, NOWHERE, folder, 1)
        unit.start()
        try:
            car = _Car(ports, unit.log)
            for turn in range(times):
                key, line = (b"I", "signed in.") if turn % 2 == 0 else (b"X", "Instructor signed out.")
                found.append(car.press(key, line, 0.5 + turn / times))
        finally:
            unit.stop()
    return found


class _Car:
    """A standing car whose people press keys."""

    def __init__(self, ports: Ports, log: Path) -> None:
        self._ports = ports
        self._log = log
        self._camera = Camera(lambda utc_s, role: face_name(role, INSTRUCTOR), 1)
        self._key = b"-"
        self._second = 0
        self._due = time.monotonic()
        seconds = np.arange(START_S, START_S + 600)
        ones = np.ones(600, dtype=np.int64)
        fixes = (ones * 457000000, ones * 1266000000, ones * 0, ones * 0, ones * 14, ones * 80)
        self._epochs = nmea.write(nmea.Reception(seconds, ones.astype(bool), *fixes))

    def press(self, key: bytes, line: str, after_s: float) -> float:
        """Press a key, answer the face check after_s later, wait for one more such line on the screen."""
        told = self._told(line)
        for _ in range(3):
            self._until(self._due)
        self._key = key
        end = time.monotonic() + _PATIENCE_S
        while fm.VERIFY not in [message for message, _ in fm.Frames().feed(self._ports.face.receive())]:
            self._turn(end)
        self._until(time.monotonic() + after_s)
        name = face_name("I", INSTRUCTOR).encode().ljust(fm.NAME_SIZE, b"\0")
        self._ports.face.send(fm.reply(fm.VERIFY, fm.SUCCESS, b"\0\1" + name + b"\0\0"))
        began = time.monotonic()
        while self._told(line) == told:
            self._turn(end)
        return time.monotonic() - began

    def _told(self, line: str) -> int:
        return self._log.read_text(encoding="utf-8").count(line)

    def _until(self, wall: float) -> None:
        while time.monotonic() <= wall:
            self._turn(wall + _PATIENCE_S)

    def _turn(self, end: float) -> None:
        """Five milliseconds of the car's life. Raises TimeoutError beyond `end`."""
        now = time.monotonic()
        if now > end:
            raise TimeoutError(
                f"The terminal did not get there in {_PATIENCE_S:.0f} s; its log is {self._log}."
            )
        if now >= self._due:
            self._due = max(self._due + 1.0, now)
            self._ports.gnss.send(self._epochs[self._second % len(self._epochs)])
            self._second += 1
        self._ports.camera.send(self._camera.receive(self._ports.camera.receive(), self._second, "I"))
        vehicle = self._ports.vehicle
        if select.select([vehicle], [], [], 0.005)[0] and b"?\n" in vehicle.receive():
            key, self._key = self._key, b"-"
            vehicle.send(b"0,900,1," + key + b"\n")
