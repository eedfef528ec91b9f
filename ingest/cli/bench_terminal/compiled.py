"""The firmware as .mpy files in a folder, and how a terminal is started from it."""

from __future__ import annotations

import re
import subprocess
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

import firmware
from ingest.cli.bench_terminal import device
from ingest.cli.bench_terminal.errors import BenchError
from ingest.cli.demo.firmware_launch import micropython
from ingest.embedded import children
from ingest.firmware_build import romfs
from ingest.firmware_build.compile import compile_shrunk, sources
from simulators.terminal_launch import Launch, no_login

HEAP = "512k"
SCRIPTS = Path(device.__file__).parent
_LIMIT_S = 120.0


@dataclass(frozen=True)
class Compiled:
    """The compiled firmware below folder, and the interpreter that runs it."""

    folder: Path
    interpreter: Path
    mpy_bytes: int

    def run(self, script: str, *arguments: object, heap: str = HEAP) -> list[str]:
        """Lines that a script of device/ prints. Raises BenchError with what it said when it fails."""
        command = [str(self.interpreter), "-X", f"heapsize={heap}", str(SCRIPTS / script)]
        done = subprocess.run(
            [*command, *map(str, arguments)],
            env=self.environment,
            capture_output=True,
            text=True,
            timeout=_LIMIT_S,
            check=False,
        )
        if done.returncode:
            said = (done.stdout + done.stderr).strip().splitlines()
            raise BenchError(f"{script} on MicroPython ended with {done.returncode}: {' | '.join(said[-3:])}")
        return done.stdout.splitlines()

    @property
    def environment(self) -> dict[str, str]:
        """What MicroPython needs to find the firmware."""
        return {"MICROPYPATH": str(self.folder)}

    def launch(
        self,
        settings: Mapping[str, Any],
        login: Callable[[int], tuple[str, str]] = no_login,
        tls_ca: str | None = None,
        heap: str = HEAP,
        in_place: bool = False,
    ) -> Launch:
        """Terminals of this firmware; device/terminal.py adds only what it prints at the end.

        in_place: the code lies in a ROMFS image and is run there.
        """
        environment = self.environment
        if in_place:
            rom = self.folder.with_suffix(".romfs")
            rom.write_bytes(romfs.image(self.folder))
            environment = {"HOURFENCE_ROM": str(rom), "MICROPYPATH": ""}

        def spawn(argv: Sequence[str], *, env: Mapping[str, str], output: IO[bytes]) -> children.Child:
            return children.spawn(argv, env=env, output=output)

        command = [str(self.interpreter), "-X", f"heapsize={heap}", str(SCRIPTS / "terminal.py")]
        return Launch(command, environment, spawn, login, tls_ca, settings)


def compile_firmware(folder: Path) -> Compiled:
    """Compile this installation's firmware for the unix board into folder."""
    root = Path(firmware.__file__).parent
    scripts = (path.read_text(encoding="utf-8") for path in SCRIPTS.glob("*.py"))
    asked = {name for script in scripts for name in re.findall(r"\w+", script)}
    modules = compile_shrunk(root, sources(root, "unix"), "unix", folder, asked)
    return Compiled(folder, micropython(), sum(len(module.mpy) for module in modules))
