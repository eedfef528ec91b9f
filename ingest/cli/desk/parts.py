"""The parts of hourfence serve: child processes that end with their owner, started again when they die."""

from __future__ import annotations

import logging
import signal
import sys
import threading
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import IO

from ingest.embedded import children

log = logging.getLogger(__name__)

LOOK_S = 0.2
FIRST_WAIT_S = 1.0
LONGEST_WAIT_S = 60.0
STEADY_S = 60.0
"""A part that ran so long begins its waits anew."""
USAGE_FAULT = 2
"""What a command ends with when its user must mend something."""
STDERR = 2


class PartRefused(Exception):
    """A part ended at its start over something that its user must mend, and has said what."""


@dataclass
class Part:
    """A command that runs for as long as its owner. finish_s: how long it may finish what is in hand."""

    name: str
    argv: Sequence[str]
    finish_s: float
    child: children.Child | None = None
    started: float = 0.0
    wait_s: float = FIRST_WAIT_S
    again_at: float = field(default=0.0)

    def start(self, env: Mapping[str, str], output: IO[bytes] | int) -> None:
        """Start it."""
        self.child = children.spawn(
            [sys.executable, "-m", *self.argv], env=env, output=output, death_signal=signal.SIGTERM
        )
        self.started = time.monotonic()


def run_parts(
    parts: Sequence[Part],
    env: Mapping[str, str],
    stop: threading.Event,
    output: IO[bytes] | int = STDERR,
) -> None:
    """Keep all of them running until stop is set; then end all. What they say goes to output. Raises
    PartRefused."""
    try:
        for part in parts:
            part.start(env, output)
        while not stop.wait(LOOK_S):
            for part in parts:
                _look_after(part, env, output)
    finally:
        _end(parts)


def _look_after(part: Part, env: Mapping[str, str], output: IO[bytes] | int) -> None:
    now = time.monotonic()
    if part.child is None:
        if now >= part.again_at:
            part.start(env, output)
        return
    status = part.child.poll()
    if status is None:
        return
    ran_s = now - part.started
    if status == USAGE_FAULT and part.wait_s == FIRST_WAIT_S and ran_s < STEADY_S:
        raise PartRefused(part.name)
    if ran_s >= STEADY_S:
        part.wait_s = FIRST_WAIT_S
    log.warning(
        "The part %s ended with status %d; it is started again in %.0f s. 部件已退出，将自动重启。",
        part.name,
        status,
        part.wait_s,
    )
    part.child, part.again_at = None, now + part.wait_s
    part.wait_s = min(part.wait_s * 2, LONGEST_WAIT_S)


def _end(parts: Sequence[Part]) -> None:
    """All are asked at once; each has its own time to finish."""
    running = [part for part in parts if part.child is not None and part.child.poll() is None]
    for part in running:
        assert part.child is not None
        part.child.send_signal(signal.SIGTERM)
    for part in running:
        assert part.child is not None
        children.stop(part.child, ((signal.SIGTERM, part.finish_s),))
