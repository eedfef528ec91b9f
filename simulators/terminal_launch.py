"""Starts and ends the real terminal of one simulated car: settings.json, child, log."""

from __future__ import annotations

import json
import os
import signal
import subprocess
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, Any, Protocol

from firmware.terminal.keep import Keep
from simulators.day_model import identity_of
from simulators.ports import Ports

IDENTITY = "identity"


class Child(Protocol):
    """What is asked of a started terminal; subprocess.Popen has it."""

    pid: int

    def poll(self) -> int | None: ...

    def wait(self, timeout: float | None = None) -> int: ...

    def send_signal(self, sig: int) -> None: ...


class Spawn(Protocol):
    """Starts a command with its output going to a file; the caller's own may tie children to their parent."""

    def __call__(self, argv: Sequence[str], *, env: Mapping[str, str], output: IO[bytes]) -> Child: ...


def spawn_plain(argv: Sequence[str], *, env: Mapping[str, str], output: IO[bytes]) -> Child:
    """The default: subprocess.Popen without a terminal of its own."""
    return subprocess.Popen(
        list(argv), env=dict(env), stdin=subprocess.DEVNULL, stdout=output, stderr=subprocess.STDOUT
    )


def no_login(terminal: int) -> tuple[str, str]:
    """No user name and password at the broker."""
    return "", ""


@dataclass(frozen=True)
class Launch:
    """How terminals are started. command gets the settings file's path as its last argument.

    env is added to this environment; login(terminal) gives the broker's user name and password;
    settings are further entries of settings.json.
    """

    command: Sequence[str]
    env: Mapping[str, str] = field(default_factory=dict)
    spawn: Spawn = spawn_plain
    login: Callable[[int], tuple[str, str]] = no_login
    tls_ca: str | None = None
    settings: Mapping[str, Any] = field(default_factory=dict)


class TerminalUnit:
    """One terminal of the day: its folder, its settings, and the child that runs it (or none)."""

    def __init__(
        self,
        launch: Launch,
        number: int,
        key: bytes,
        ports: Ports,
        broker: tuple[str, int],
        folder: Path,
        factor: int,
    ) -> None:
        self.number = number
        self.log = folder / "terminal.log"
        self.journal = folder / "journal"
        self.starts = 0
        self._launch = launch
        self._settings = folder / "settings.json"
        self._child: Child | None = None
        self.journal.mkdir(parents=True, exist_ok=True)
        self.keep = folder / "keep"
        Keep(str(self.keep)).put(IDENTITY, identity_of(key))
        user, password = launch.login(number)
        self._settings.write_text(
            json.dumps(
                {
                    "terminal": number,
                    "key_hex": key.hex(),
                    "host": broker[0],
                    "port": broker[1],
                    "username": user,
                    "password": password,
                    "tls_ca": launch.tls_ca,
                    "gnss": ports.gnss.path,
                    "face": ports.face.path,
                    "vehicle": ports.vehicle.path,
                    "camera": ports.camera.path,
                    "photos": str((folder / "photos").resolve()),
                    "journal": str(self.journal.resolve()),
                    "keep": str(self.keep.resolve()),
                    "factor": factor,
                    **launch.settings,
                },
                indent=1,
            ),
            encoding="utf-8",
        )
        self._settings.chmod(0o600)

    def start(self) -> None:
        """Start the terminal; what it prints is added to its log."""
        with self.log.open("ab") as output:
            self._child = self._launch.spawn(
                [*self._launch.command, str(self._settings.resolve())],
                env={**os.environ, **self._launch.env},
                output=output,
            )
        self.starts += 1

    def alive(self) -> bool:
        """Whether the terminal runs."""
        return self._child is not None and self._child.poll() is None

    def kill(self) -> None:
        """Cut its power: SIGKILL by its own number, and wait until it is gone."""
        self._end(signal.SIGKILL, 10.0)

    def stop(self, patience_s: float = 3.0) -> None:
        """Ask it to end (SIGINT), then SIGKILL."""
        self._end(signal.SIGINT, patience_s)

    def _end(self, number: int, patience_s: float) -> None:
        child, self._child = self._child, None
        if child is None or child.poll() is not None:
            return
        child.send_signal(number)
        try:
            child.wait(timeout=patience_s)
        except subprocess.TimeoutExpired:
            child.send_signal(signal.SIGKILL)
            child.wait(timeout=10.0)

    def last_lines(self, count: int = 3) -> str:
        """The end of its log, for an error sentence."""
        try:
            lines = self.log.read_text(encoding="utf-8", errors="replace").splitlines()
        except OSError:
            return ""
        return " | ".join(lines[-count:])
