"""Runs one file on CPython and on MicroPython; the outputs must be the same."""

import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
HEAP = "heapsize=512k"


def _run(command: list[str], environment: dict[str, str]) -> str:
    done = subprocess.run(
        command, capture_output=True, text=True, timeout=300, env={**os.environ, **environment}, check=False
    )
    assert done.returncode == 0, done.stdout[-2000:] + done.stderr[-2000:]
    return done.stdout


def run_on_both(
    file: Path, micropython: Path, cpython_args: list[str], micropython_args: list[str]
) -> list[str]:
    """Lines that both interpreters print for file; they may get different arguments (folders)."""
    on_cpython = _run([sys.executable, str(file), *cpython_args], {"PYTHONPATH": str(ROOT)})
    command = [str(micropython), "-X", HEAP, str(file), *micropython_args]
    on_micropython = _run(command, {"MICROPYPATH": str(ROOT)})
    assert on_micropython == on_cpython
    return on_cpython.splitlines()
