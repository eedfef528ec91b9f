"""hourfence gateway and a terminal on MicroPython, as children of a test."""

from __future__ import annotations

import signal
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

from ingest.embedded import children
from tests.ingest.receive.services import until
from tests.spine.ingests import environment

ROOT = Path(__file__).resolve().parents[2]
HEAP = "heapsize=256k"


class Child:
    """``with Child(log, argv) as child: ...``; what it says is in its log."""

    def __init__(self, log: Path, argv: Sequence[str | Path], more: Mapping[str, str]) -> None:
        self.log = log
        self._argv = argv
        self._environment = environment(**more)
        self._child: children.Child | None = None

    def start(self) -> Child:
        with self.log.open("ab") as output:
            self._child = children.spawn(self._argv, env=self._environment, output=output)
        return self

    @property
    def child(self) -> children.Child | None:
        """The process itself, for whoever has other things to do while it runs."""
        return self._child

    def said(self) -> str:
        return self.log.read_text(encoding="utf-8", errors="replace") if self.log.exists() else ""

    def wait_for(self, words: str) -> None:
        until(lambda: words in self.said(), f"{words!r} in {self.said()[-2000:]!r}")

    def wait(self) -> int:
        """How it ended by itself."""
        assert self._child is not None
        until(lambda: self._child is not None and self._child.poll() is not None, "the end")
        return self._child.wait()

    def interrupt(self) -> int:
        assert self._child is not None
        self._child.send_signal(signal.SIGINT)
        return self.wait()

    def stop(self) -> None:
        if self._child is not None:
            children.stop(self._child)
            self._child = None

    def __enter__(self) -> Child:
        return self.start()

    def __exit__(self, *_what: object) -> None:
        self.stop()


def gateway(log: Path, *arguments: str | Path, **more: str) -> Child:
    return Child(log, [sys.executable, "-m", "ingest.cli", "gateway", *arguments], more)


def on_micropython(micropython: Path, log: Path, script: str, *arguments: str | Path) -> Child:
    file = Path(__file__).with_name(script)
    return Child(
        log, [micropython, "-X", HEAP, file, *(str(a) for a in arguments)], {"MICROPYPATH": str(ROOT)}
    )
